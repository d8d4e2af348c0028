"""Corrections adopted, moved, dropped and taken back, and the profile they are about (R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from entremise.accounts import actions as accounts
from entremise.accounts.queries import MemberCard
from entremise.people.actions.profiles import save_profile
from entremise.people.queries import profiles
from entremise.people.queries.profiles import ProfileText
from entremise.protocol.correction import Adopted, CorrectionKind
from entremise.referrals.actions import corrections
from entremise.referrals.actions.corrections import CorrectionGone, CorrectionRefused
from entremise.referrals.actions.leaving import leave_due
from entremise.referrals.models import Correction
from entremise.referrals.queries import corrections as queries
from tests.cast import World, member, world

pytestmark = pytest.mark.django_db
TEXT = ProfileText(services=("Comptabilité des commerces",))


@pytest.fixture
def scene() -> World:
    return world()


def today(scene: World) -> date:
    return scene.helene.today(scene.now)


def adopt(scene: World, uid: str = "a", *, days_ago: int = 0, by: MemberCard | None = None, **more: Any) -> Adopted:
    kept = {"kind": CorrectionKind.NAME_PRICES, "words": "", "review": "2026-10", **more}
    on = today(scene) - timedelta(days=days_ago)
    return corrections.adopt(member=by or scene.helene, uid=uid * 26, on=on, now=scene.now, policy=scene.policy, **kept)


def refused(scene: World, **more: Any) -> dict[str, str]:
    with pytest.raises(CorrectionRefused) as found:
        adopt(scene, **more)
    return found.value.reasons


def test_r28_a_correction_is_adopted_with_a_date_and_twice_is_once(scene: World) -> None:
    one = adopt(scene)
    assert (one.on, one.noted_on) == (today(scene), today(scene))
    assert one.review == "2026-10"
    assert adopt(scene, days_ago=3, kind=CorrectionKind.CALL_SOONER) == one
    assert queries.adopted(member=scene.helene) == (one,)


def test_r28_its_day_may_be_past_within_bounds_and_never_to_come(scene: World) -> None:
    assert adopt(scene, days_ago=scene.policy.correction_back).on == today(scene) - timedelta(days=365)
    assert refused(scene, uid="b", days_ago=366, kind=CorrectionKind.OWN, words="Autre") == {"on": "long_ago"}
    assert refused(scene, uid="b", days_ago=-1, kind=CorrectionKind.OWN, words="Autre") == {"on": "future"}


def test_an_own_correction_says_what_it_is(scene: World) -> None:
    assert refused(scene, kind=CorrectionKind.OWN, words="  ") == {"words": "missing"}
    assert refused(scene, kind=CorrectionKind.OWN, words="a" * 201) == {"words": "long"}
    assert adopt(scene, kind=CorrectionKind.OWN, words=" Rappeler \n le soir ").words == "Rappeler le soir"
    adopt(scene, "b", kind=CorrectionKind.OWN, words="Une autre")
    assert len(queries.adopted(member=scene.helene)) == 2


def test_one_in_force_is_not_adopted_a_second_time(scene: World) -> None:
    adopt(scene)
    assert refused(scene, uid="b") == {"kind": "in_force"}
    corrections.drop(member=scene.helene, uid="a" * 26, on=today(scene), now=scene.now)
    adopt(scene, "b")
    with pytest.raises(CorrectionRefused):
        corrections.keep_on(member=scene.helene, uid="a" * 26)


def test_its_day_can_be_changed(scene: World) -> None:
    adopt(scene)
    mine: dict[str, Any] = {"member": scene.helene, "uid": "a" * 26, "now": scene.now, "policy": scene.policy}
    assert corrections.move(on=today(scene) - timedelta(days=9), **mine).on == today(scene) - timedelta(days=9)
    for days, reason in ((1, "future"), (-400, "long_ago")):
        with pytest.raises(CorrectionRefused) as found:
            corrections.move(on=today(scene) + timedelta(days=days), **mine)
        assert found.value.reasons == {"on": reason}
    corrections.drop(member=scene.helene, uid="a" * 26, on=today(scene) - timedelta(days=5), now=scene.now)
    with pytest.raises(CorrectionRefused) as found:
        corrections.move(on=today(scene) - timedelta(days=4), **mine)
    assert found.value.reasons == {"on": "before"}


def test_a_day_long_past_stays_as_it_is_when_it_is_kept_again(scene: World) -> None:
    one = adopt(scene, days_ago=360)
    scene.now += timedelta(days=30)
    mine: dict[str, Any] = {"member": scene.helene, "uid": one.uid, "now": scene.now, "policy": scene.policy}
    assert corrections.move(on=one.on, **mine) == one


def test_it_is_dropped_once_and_the_dropping_can_be_undone(scene: World) -> None:
    one = adopt(scene, days_ago=10)
    mine: dict[str, Any] = {"member": scene.helene, "uid": one.uid}
    for days, reason in ((1, "future"), (-11, "before")):
        with pytest.raises(CorrectionRefused) as found:
            corrections.drop(on=today(scene) + timedelta(days=days), now=scene.now, **mine)
        assert found.value.reasons == {"on": reason}
    dropped = corrections.drop(on=today(scene) - timedelta(days=2), now=scene.now, **mine)
    assert dropped == replace(one, dropped_on=today(scene) - timedelta(days=2))
    assert corrections.drop(on=today(scene), now=scene.now, **mine) == dropped
    assert corrections.keep_on(**mine) == one
    assert corrections.keep_on(**mine) == one


def test_an_adoption_can_be_taken_back_as_if_it_had_never_been(scene: World) -> None:
    adopt(scene)
    assert corrections.take_back(member=scene.helene, uid="a" * 26)
    assert not corrections.take_back(member=scene.helene, uid="a" * 26)
    assert queries.adopted(member=scene.helene) == ()


def test_a_correction_is_nobody_elses(scene: World) -> None:
    """R44: another member can neither read nor change it, and cannot take its id."""
    olga = member(scene)
    adopt(scene)
    assert queries.adopted(member=olga) == ()
    assert not corrections.take_back(member=olga, uid="a" * 26)
    gone: list[Any] = [
        lambda: queries.one(member=olga, uid="a" * 26),
        lambda: adopt(scene, by=olga),
        lambda: corrections.drop(member=olga, uid="a" * 26, on=today(scene), now=scene.now),
        lambda: corrections.keep_on(member=olga, uid="a" * 26),
        lambda: corrections.move(member=olga, uid="a" * 26, on=today(scene), now=scene.now, policy=scene.policy),
    ]
    for act in gone:
        with pytest.raises(CorrectionGone):
            act()
    assert len(queries.adopted(member=scene.helene)) == 1


def test_it_can_be_taken_along_and_goes_when_its_member_leaves(scene: World) -> None:
    """R47."""
    adopt(scene, kind=CorrectionKind.OWN, words="Rappeler le soir")
    (row,) = queries.everything(member=scene.helene)
    assert row["words"] == "Rappeler le soir"
    assert row["adopted_on"] == today(scene)
    olga = member(scene)
    accounts.hand_over(owner_pk=scene.helene.pk, successor=olga.uid)
    accounts.announce(member_pk=scene.helene.pk, now=scene.now, policy=scene.policy)
    scene.wait(days=7)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)
    assert not Correction.objects.exists()


# -- what changed in the profile --------------------------------------------------------------------


def say(scene: World, text: ProfileText, version: int) -> None:
    save_profile(owner_pk=scene.helene.pk, text=text, version=version, now=scene.now, chance=scene.chance)


def test_r28_the_profile_is_compared_with_what_it_said_on_the_eve(scene: World) -> None:
    """What is changed on the very day of the adoption, before the button or after it, belongs to it."""
    say(scene, TEXT, 0)
    scene.wait(days=30)
    say(scene, replace(TEXT, floor=800), 1)
    one = adopt(scene)
    assert one.profile_version == 1
    scene.wait(days=3)
    say(scene, replace(TEXT, floor=900, areas=("FR-75",)), 2)
    versions = profiles.versions(owner_pk=scene.helene.pk)
    found = profiles.difference(versions, since=one.profile_version)
    assert found is not None
    assert found.before is not None
    assert (found.before.number, found.after.number) == (1, 3)
    assert found.parts == ("areas", "floor")
    until = profiles.difference(versions, since=1, until=scene.now)
    assert until is not None
    assert until.parts == ("floor",)


def test_where_nothing_was_written_before_everything_is_new(scene: World) -> None:
    one = adopt(scene)
    assert one.profile_version == 0
    assert profiles.difference((), since=0) is None
    say(scene, TEXT, 0)
    found = profiles.difference(profiles.versions(owner_pk=scene.helene.pk), since=0)
    assert found is not None
    assert found.before is None
    assert found.parts == ("services",)
    assert profiles.difference(profiles.versions(owner_pk=scene.helene.pk), since=1) is None


def test_what_was_changed_and_changed_back_is_no_difference(scene: World) -> None:
    for version, text in enumerate((TEXT, replace(TEXT, floor=800), TEXT)):
        say(scene, text, version)
    assert profiles.difference(profiles.versions(owner_pk=scene.helene.pk), since=1) is None


def test_a_moved_correction_is_compared_with_the_profile_of_its_new_eve(scene: World) -> None:
    say(scene, TEXT, 0)
    scene.wait(days=5)
    one = adopt(scene)
    assert one.profile_version == 1
    mine: dict[str, Any] = {"member": scene.helene, "uid": one.uid, "now": scene.now, "policy": scene.policy}
    assert corrections.move(on=today(scene) - timedelta(days=6), **mine).profile_version == 0
