"""What happened in a month, here and outside, from its first instant to before its end (R27, R49)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from entremise.protocol.types import Outcome, Role
from entremise.referrals.models import Evaluation, Outside, Referral, Word
from entremise.referrals.queries.month import Month, Words, month
from tests.cast import INES, World, introduced, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> World:
    return world()


def seen(scene: World, who: Any, *, before: timedelta = timedelta(days=1)) -> Month:
    """The day that lies around now."""
    return month(member=who, since=scene.now - before, until=scene.now + timedelta(days=1))


def test_each_side_has_its_own_words_and_both_what_came_of_it(scene: World, django_assert_num_queries: Any) -> None:
    uid, to_ines, _to_marc = introduced(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    scene.thank(to_ines).contact(to_ines).close(to_ines, Outcome.WON)
    with django_assert_num_queries(9):
        hers = seen(scene, ines)
    assert (hers.said, hers.heard) == (Words(thanks=1, news=2), Words(thanks=0, news=0))
    assert (hers.good_received, hers.good_given) == (frozenset({uid}), frozenset())
    his = seen(scene, scene.helene)
    assert (his.said, his.heard) == (Words(thanks=0, news=0), Words(thanks=1, news=2))
    assert (his.good_received, his.good_given) == (frozenset(), frozenset({uid}))


def test_the_instant_it_begins_belongs_to_it_and_the_one_it_ends_does_not(scene: World) -> None:
    introduced(scene)
    at = Referral.objects.get().introduced_at
    assert at is not None
    a_day = timedelta(days=1)
    assert month(member=scene.helene, since=at, until=at + a_day).happened
    assert not month(member=scene.helene, since=at - a_day, until=at).happened


@pytest.mark.parametrize(("direction", "said", "heard"), [("received", 1, 0), ("given", 0, 1)])
def test_what_was_noted_from_outside_counts_as_well(scene: World, direction: str, said: int, heard: int) -> None:
    """R23b."""
    row = Outside.objects.create(
        uid=scene.chance.uid(),
        owner_id=scene.helene.pk,
        direction=direction,
        other_id=scene.ines.pk,
        client_name="Sophie Ganier",
        arrived_at=scene.now,
        created_at=scene.now,
        moved_at=scene.now,
        outcome=Outcome.WON.value,
        outcome_at=scene.now,
    )
    Word.objects.create(uid=scene.chance.uid(), outside=row, kind="thanks", text="Merci.", at=scene.now)
    found = seen(scene, scene.helene)
    assert (found.said.thanks, found.heard.thanks) == (said, heard)
    assert found.good_received | found.good_given == {row.uid}
    assert bool(found.good_received) is (direction == "received")


def test_r26_an_end_that_is_said_again_is_told_once(scene: World) -> None:
    uid, to_ines, _to_marc = introduced(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    scene.close(to_ines, Outcome.WON)
    assert seen(scene, ines).good_received == {uid}
    scene.wait(days=40).close(to_ines, Outcome.WON, "Le chantier est fini.")
    assert seen(scene, ines).good_received == frozenset()
    assert seen(scene, ines).said.news == 1
    scene.wait(days=40).close(to_ines, Outcome.LOST).wait(days=40).close(to_ines, Outcome.WON)
    assert seen(scene, ines).good_received == {uid}, "won after all is something new"


@pytest.mark.parametrize(("match", "good"), [("", True), ("yes", True), ("partly", False), ("no", False)])
def test_r14_what_the_giver_found_otherwise_is_not_told_them_as_a_good_match(
    scene: World, match: str, good: bool
) -> None:
    """Whenever they said so; and what another found says nothing here."""
    uid, to_ines, _to_marc = introduced(scene)
    long_ago = scene.now - timedelta(days=300)
    for role, found in ((Role.GIVER, match), (Role.CLIENT, "no")):
        Evaluation.objects.create(
            uid=scene.chance.uid(),
            fingerprint=scene.chance.uid(),
            referral=Referral.objects.get(),
            role=role.value,
            address_hash="x",
            language="fr",
            asked_at=long_ago,
            deadline=long_ago,
            answered_at=long_ago if found else None,
            match=found,
        )
    scene.close(to_ines, Outcome.WON)
    assert seen(scene, scene.helene).good_given == ({uid} if good else frozenset())
    assert seen(scene, scene.helene).happened


@pytest.mark.parametrize(("came", "noted", "of_it"), [(40, 0, False), (40, 5, True), (3, 0, True), (0, 0, True)])
def test_r26_what_was_noted_with_its_end_is_of_the_month_it_surely_ended_in(
    scene: World, came: int, noted: int, of_it: bool
) -> None:
    """Days ago; the month is that of the ten days around now."""
    row = Outside.objects.create(
        uid=scene.chance.uid(),
        owner_id=scene.helene.pk,
        direction="received",
        other_id=scene.ines.pk,
        arrived_at=scene.now - timedelta(days=came),
        created_at=scene.now - timedelta(days=noted),
        moved_at=scene.now,
        outcome=Outcome.WON.value,
        outcome_at=scene.now,
    )
    found = seen(scene, scene.helene, before=timedelta(days=9))
    assert (found.good_received, found.happened) == (({row.uid} if of_it else frozenset()), of_it)


def test_a_month_in_which_nothing_happened_says_so(scene: World) -> None:
    introduced(scene)
    found = month(member=scene.helene, since=scene.now - timedelta(days=60), until=scene.now - timedelta(days=30))
    assert not found.happened
