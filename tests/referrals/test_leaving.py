"""A member leaves: their data is erased, open referrals end quietly, the others keep their own history (R7, R47)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from entremise.accounts import actions, queries
from entremise.lib import journal
from entremise.people import queries as people
from entremise.referrals.actions.leaving import leave_due
from entremise.referrals.models import Draft, Moment, Need, Outside, Part, Proof, Referral, Request
from entremise.referrals.queries.pages import news_page
from tests.cast import HELENE, INES, MARC, World, contact_draft, introduced, member, world
from tests.web.link_pages import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> World:
    """Hélène has handed the installation over to Olga, and may leave."""
    made = world()
    olga = member(made)
    actions.hand_over(owner_pk=made.helene.pk, successor=olga.uid)
    return made


def leave(scene: World, *, later: float = 7) -> None:
    """Hélène says that she leaves, and the time passes."""
    actions.announce(member_pk=scene.helene.pk, now=scene.now, policy=scene.policy)
    scene.wait(days=later)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)
    scene.run()


def finish(scene: World, **later: float) -> None:
    scene.wait(**later)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)


def test_the_owner_hands_the_installation_over_before_leaving() -> None:
    """R47."""
    made = world()
    with pytest.raises(actions.OwnerStays):
        actions.announce(member_pk=made.helene.pk, now=made.now, policy=made.policy)
    with pytest.raises(LookupError):
        actions.hand_over(owner_pk=made.helene.pk, successor=made.helene.uid)
    olga = member(made)
    actions.hand_over(owner_pk=made.helene.pk, successor=olga.uid)
    owner = queries.owner()
    assert owner is not None
    assert owner.uid == olga.uid
    assert actions.announce(member_pk=made.helene.pk, now=made.now, policy=made.policy)


def test_for_a_week_one_may_think_better_of_it(scene: World) -> None:
    before = everything()
    until = actions.announce(member_pk=scene.helene.pk, now=scene.now, policy=scene.policy)
    assert until == scene.now + timedelta(days=7)
    assert actions.announce(member_pk=scene.helene.pk, now=scene.now + timedelta(days=1), policy=scene.policy) == until
    assert leave_due(now=until - timedelta(seconds=1), chance=scene.chance, policy=scene.policy) == 0
    actions.stay(member_pk=scene.helene.pk)
    assert leave_due(now=until, chance=scene.chance, policy=scene.policy) == 0
    assert everything() == before


def test_who_has_left_can_come_in_no_more_and_leaves_no_name_address_or_text(scene: World) -> None:
    """R47."""
    scene.send()
    Draft.objects.create(uid="d" * 26, owner_id=scene.helene.pk, typed={"note": "Secret"}, updated_at=scene.now)
    leave(scene)
    assert queries.by_pk(scene.helene.pk) is None
    assert queries.by_address(HELENE) is None
    finish(scene, days=60)
    scene.now += timedelta(days=40)
    from entremise.referrals.actions.retention import erase_due

    erase_due(now=scene.now, policy=scene.policy)
    Proof.objects.all().delete()  # the words of proofs have their own time
    left = everything()
    for words in ("Hélène", "Vasseur", HELENE, "Inès", "Moreau", INES, MARC, "Delaunay", "Cèdre", "Secret", "06 12"):
        assert words not in left, words


def test_a_referral_that_is_open_ends_like_a_stop_and_nothing_shows_it(scene: World) -> None:
    """R7: the page of the person asked looks as it did until their deadline, and they can answer."""
    scene.send()
    mail = scene.last_to(INES)
    actions.announce(member_pk=scene.helene.pk, now=scene.now - timedelta(days=7), policy=scene.policy)
    before = scene.page(mail)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)
    assert scene.page(mail) == before
    scene.yes(mail)
    assert [letter.subject for letter in scene.mails_to(INES)][-1] != mail.subject
    scene.wait(days=1)
    assert not scene.mails_to(MARC)


def test_the_not_concluded_text_still_reaches_the_party_whose_yes_stands(scene: World) -> None:
    """R7."""
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    actions.announce(member_pk=scene.helene.pk, now=scene.now - timedelta(days=7), policy=scene.policy)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)
    letters = len(scene.mails_to(HELENE))
    scene.wait(days=60)
    assert "Hélène Vasseur" in scene.last_to(INES).text
    assert Moment.objects.filter(what="not_concluded", by="receiver").exists()
    assert len(scene.mails_to(HELENE)) == letters


def test_the_others_keep_their_history_with_someone_in_it(scene: World) -> None:
    """R47."""
    _uid, to_ines, _to_marc = introduced(scene)
    leave(scene)
    page = news_page(token=to_ines.token, now=scene.now, language="fr", policy=scene.policy)
    assert page is not None
    assert page.shown.giver is not None
    assert page.shown.giver.name == "quelqu’un"
    assert page.shown.client is not None
    assert page.shown.client.name == "Marc Delaunay"  # what he handed over himself
    assert Part.objects.exclude(name="").count() == 2


def test_the_facts_stay_without_names(scene: World) -> None:
    """R47: history is pseudonymous facts."""
    introduced(scene)
    before = list(Moment.objects.order_by("pk").values_list("what", "by", "kind", "at"))
    leave(scene)
    assert list(Moment.objects.order_by("pk").values_list("what", "by", "kind", "at")) == before
    assert Need.objects.count() == Referral.objects.count() == 1
    assert Need.objects.get().note == ""


def test_what_others_asked_the_member_ends_like_a_no(scene: World) -> None:
    """R45: who leaves is forgotten as a party too."""
    uid = scene.send()
    olga = member(scene, name="Inès Moreau", email=INES)
    before = scene.story(uid)
    actions.announce(member_pk=olga.pk, now=scene.now - timedelta(days=7), policy=scene.policy)
    leave_due(now=scene.now, chance=scene.chance, policy=scene.policy)
    assert not Request.objects.filter(address=INES).exists()
    assert scene.story(uid) == before


def test_contacts_go_and_a_book_of_many_is_empty(scene: World) -> None:
    for number in range(5):
        scene.add(contact_draft("Paul", f"N° {number}", "", f"paul{number}@example.org"))
    leave(scene)
    assert people.count(owner_pk=scene.helene.pk) == 0
    assert not Outside.objects.exists()


def test_it_is_noted_apart_from_backups(scene: World, django_capture_on_commit_callbacks: Any) -> None:
    """R47: a restored backup does not know of it."""
    with django_capture_on_commit_callbacks(execute=True):
        leave(scene)
    kinds = [(entry.kind, entry.key) for entry in journal.read().entries]
    assert (journal.Kind.MEMBER_LEFT, scene.helene.uid) in kinds


def test_leaving_again_after_a_restored_backup_changes_nothing(scene: World) -> None:
    from entremise.referrals.actions.leaving import leave_again

    leave(scene)
    before = everything()
    leave_again(scene.helene.uid, now=scene.now, chance=scene.chance, policy=scene.policy)
    assert everything() == before
