"""Referrals that arrive outside, noted by a member and followed as any other (R23b, R20–R22, R37)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.people.actions import add_contact
from entremise.people.queries import ContactCard
from entremise.protocol.duties import Duty
from entremise.protocol.errors import SamePerson
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.referrals.actions import answering, gratitude, outside, steps
from entremise.referrals.actions.gratitude import NoWords, Said
from entremise.referrals.actions.outside import BadDay, Changed, Noted
from entremise.referrals.models import Outside
from entremise.referrals.queries.home import home
from entremise.referrals.queries.outside import Direction, OutsideGone, OutsidePage, outside_lines, outside_page
from tests.cast import FRANCOIS, HELENE, World, contact_draft, member, world

pytestmark = pytest.mark.django_db
UID = "a" * 26
FRANCOIS_DRAFT = contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS)
SOPHIE_DRAFT = contact_draft("Sophie", "Ganier", "", "", "06 11 22 33 44")


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def francois(there: World) -> ContactCard:
    return there.add(FRANCOIS_DRAFT)


def note(there: World, **changes: Any) -> str:
    """Hélène notes that François recommended her to Sophie, today."""
    noted = Noted(
        direction=Direction.RECEIVED,
        other=FRANCOIS_DRAFT,
        client=SOPHIE_DRAFT,
        arrived_on=there.helene.today(there.now),
        said="Elle cherche un expert-comptable.",
    )
    uid = changes.pop("uid", UID)
    who = changes.pop("owner", there.helene)
    act = {"now": there.now, "chance": there.chance, "policy": changes.pop("policy", DEFAULT)}
    return outside.note(owner=who, noted=replace(noted, **changes), uid=uid, **act)


def tell(there: World, kind: str, text: str = "", **more: Any) -> str:
    act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT, **more}
    word = outside.tell(owner=there.helene, uid=UID, kind=kind, said=Said(text=text), **act)
    there.run()
    return word


def page(there: World, owner: MemberCard | None = None) -> OutsidePage:
    return outside_page(owner=owner or there.helene, uid=UID, now=there.now, policy=DEFAULT)


def owed(there: World) -> list[Duty]:
    return [one.duty for one in page(there).owed if not one.gentle]


# -- noting -------------------------------------------------------------------------------------------


def test_r23b_one_received_owes_thanks_a_first_contact_news_and_an_outcome(there: World) -> None:
    note(there)
    assert set(owed(there)) == {Duty.THANKS, Duty.CONTACT}
    tell(there, gratitude.THANKS, "Merci François.")
    assert owed(there) == [Duty.CONTACT]
    tell(there, gratitude.CONTACT)
    assert owed(there) == [Duty.NEWS]
    there.wait(days=3)
    tell(there, gratitude.NEWS, "Premier rendez-vous jeudi.")
    (news, _good_word) = page(there).owed
    assert news.since == there.now
    tell(there, gratitude.OUTCOME, "Elle nous rejoint.", outcome=Outcome.WON)
    assert owed(there) == []
    assert page(there).outcome == Outcome.WON.value
    assert [one.kind for one in page(there).told] == ["thanks", "contact", "news", "outcome"]


def test_what_is_owed_counts_from_its_day_where_the_member_is(there: World) -> None:
    note(there, arrived_on=there.helene.today(there.now) - timedelta(days=7))
    found = page(there)
    assert all(one.late(there.now) for one in found.owed if not one.gentle)
    assert found.arrived_on == there.helene.today(there.now) - timedelta(days=7)


def test_r22_it_stands_at_home_among_what_is_owed_the_longest_waiting_first(there: World) -> None:
    note(there, uid="b" * 26)
    note(there, uid="c" * 26, arrived_on=there.helene.today(there.now) - timedelta(days=7), client=SOPHIE_DRAFT)
    lines = home(member=there.helene, now=there.now, policy=DEFAULT).i_owe
    # What is gentle comes last.
    assert [(line.source, line.uid[0]) for line in lines] == [("outside", x) for x in "ccbbcb"]
    assert {line.person for line in lines} == {"François Lacaze"}
    assert {line.about for line in lines} == {"Sophie Ganier"}


@pytest.mark.parametrize(("days", "reason"), [(1, "future"), (-731, "long_ago")])
def test_a_day_that_cannot_be_is_refused_and_nothing_is_kept(there: World, days: int, reason: str) -> None:
    before = people.count(owner_pk=there.helene.pk)
    with pytest.raises(BadDay) as refused:
        note(there, arrived_on=there.helene.today(there.now) + timedelta(days=days))
    assert refused.value.reason == reason
    assert people.count(owner_pk=there.helene.pk) == before


def test_noting_twice_with_one_uid_notes_once(there: World) -> None:
    note(there)
    count = people.count(owner_pk=there.helene.pk)
    note(there, said="Autre chose")
    assert page(there).said == "Elle cherche un expert-comptable."
    assert (Outside.objects.count(), people.count(owner_pk=there.helene.pk)) == (1, count)


@pytest.mark.parametrize(
    "others",
    [{"other": SOPHIE_DRAFT}, {"other": contact_draft("Moi", "Même", "", HELENE)}],
    ids=["giver and client", "giver and oneself"],
)
def test_r1_the_same_person_in_two_roles_is_refused(there: World, others: dict[str, Any]) -> None:
    with pytest.raises(SamePerson):
        note(there, **others)
    assert not Outside.objects.exists()


def test_r44_a_record_is_its_members_alone(there: World) -> None:
    note(there)
    olga = member(there)
    with pytest.raises(OutsideGone):
        page(there, olga)
    with pytest.raises(steps.Gone):
        note(there, owner=olga)
    with pytest.raises(steps.Gone):
        outside.remove(owner=olga, uid=UID, now=there.now, policy=DEFAULT)
    assert outside_lines(owner_pk=olga.pk).total == 0


# -- provenance -----------------------------------------------------------------------------------------


def test_r37_the_client_was_met_through_the_giver(there: World, francois: ContactCard) -> None:
    sophie = there.add(SOPHIE_DRAFT)
    note(there, other=francois.uid, client=sophie.uid)
    met = people.contact(owner_pk=there.helene.pk, uid=sophie.uid)
    assert met.met_through == francois.uid
    assert met.met_on == there.helene.today(there.now)
    assert met.how_met == "Recommandé à moi" or met.how_met


def test_r37_a_provenance_that_is_known_is_kept(there: World, francois: ContactCard) -> None:
    sophie = there.add(replace(SOPHIE_DRAFT, met_through=there.ines.uid))
    note(there, other=francois.uid, client=sophie.uid)
    assert people.contact(owner_pk=there.helene.pk, uid=sophie.uid).met_through == there.ines.uid
    assert page(there).met_through_uid == there.ines.uid


def test_r37_correcting_the_giver_corrects_the_provenance_it_had_set(there: World, francois: ContactCard) -> None:
    sophie = there.add(SOPHIE_DRAFT)
    note(there, other=there.ines.uid, client=sophie.uid)
    today = there.helene.today(there.now)
    noted = Noted(direction=Direction.RECEIVED, other=francois.uid, client=sophie.uid, arrived_on=today)
    act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    outside.correct(owner=there.helene, uid=UID, noted=noted, version=0, **act)
    assert people.contact(owner_pk=there.helene.pk, uid=sophie.uid).met_through == francois.uid
    with pytest.raises(Changed):
        outside.correct(owner=there.helene, uid=UID, noted=noted, version=0, **act)


def test_removing_a_record_leaves_the_contacts(there: World) -> None:
    note(there)
    tell(there, gratitude.CONTACT)
    count = people.count(owner_pk=there.helene.pk)
    outside.remove(owner=there.helene, uid=UID, now=there.now, policy=DEFAULT)
    with pytest.raises(OutsideGone):
        page(there)
    assert people.count(owner_pk=there.helene.pk) == count
    assert home(member=there.helene, now=there.now, policy=DEFAULT).i_owe == ()


# -- thanks and news ------------------------------------------------------------------------------------


def test_r20_thanks_and_news_need_the_members_own_words(there: World) -> None:
    note(there)
    for kind in (gratitude.THANKS, gratitude.NEWS):
        with pytest.raises(NoWords):
            tell(there, kind, "  ")


def test_the_same_words_pressed_twice_are_said_once(there: World) -> None:
    note(there)
    assert tell(there, gratitude.THANKS, "Merci.") == tell(there, gratitude.THANKS, "Merci.")
    assert len(page(there).told) == 1


def test_r23b_a_giver_without_an_account_gets_no_mail_unless_they_like_it(there: World) -> None:
    note(there)
    tell(there, gratitude.THANKS, "Merci François.")
    assert there.mails_to(FRANCOIS) == []
    outside.set_likes_mail(owner=there.helene, uid=UID, likes=True)
    tell(there, gratitude.NEWS, "Rendez-vous pris.")
    (mail,) = there.mails_to(FRANCOIS)
    assert "Rendez-vous pris." in mail.text
    assert "Sophie Ganier" in mail.text
    assert mail.message["Reply-To"] == HELENE
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for told in ("Pourquoi ce message", "carnet d’adresses", "effacer", "Hélène Vasseur"):
        assert told in mail.text, told


def _by_mail(there: World) -> World:
    note(there)
    outside.set_likes_mail(owner=there.helene, uid=UID, likes=True)
    return there


def test_r6_a_giver_who_wants_peace_is_written_to_no_more(there: World) -> None:
    _by_mail(there)
    tell(there, gratitude.THANKS, "Merci.")
    token = answering.silence_token(UID)
    assert token in there.last_to(FRANCOIS).message["List-Unsubscribe"]
    answering.silence(token=token, quiet=True, now=there.now)
    tell(there, gratitude.CONTACT)
    assert len(there.mails_to(FRANCOIS)) == 1
    answering.silence(token=token, quiet=False, now=there.now)
    tell(there, gratitude.NEWS, "Tout va bien.")
    assert len(there.mails_to(FRANCOIS)) == 2


def test_r6c_where_the_law_is_strict_nothing_is_mailed_and_nothing_tells_who_is_a_member(there: World) -> None:
    _by_mail(there)
    strict = replace(DEFAULT, writes_first=False)
    tell(there, gratitude.THANKS, "Merci.", policy=strict)
    assert there.mails_to(FRANCOIS) == []
    stranger = outside_page(owner=there.helene, uid=UID, now=there.now, policy=strict)
    member(there, name="François Lacaze", email=FRANCOIS)
    assert outside_page(owner=there.helene, uid=UID, now=there.now, policy=strict) == stranger
    assert not stranger.may_mail


def test_a_record_removed_before_its_mail_left_sends_nothing(there: World) -> None:
    _by_mail(there)
    act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    outside.tell(owner=there.helene, uid=UID, kind=gratitude.THANKS, said=Said(text="Merci."), **act)
    outside.remove(owner=there.helene, uid=UID, now=there.now, policy=DEFAULT)
    there.run()
    assert there.mails_to(FRANCOIS) == []


# -- given ----------------------------------------------------------------------------------------------


def test_one_given_owes_nothing_and_keeps_what_one_heard(there: World) -> None:
    note(there, direction=Direction.GIVEN)
    outside.set_likes_mail(owner=there.helene, uid=UID, likes=True)
    assert owed(there) == []
    tell(there, gratitude.THANKS)
    tell(there, gratitude.NEWS, "Il l’a appelée.")
    tell(there, gratitude.OUTCOME, outcome=Outcome.LOST)
    found = page(there)
    assert [one.kind for one in found.told] == ["thanks", "news", "outcome"]
    assert there.mails_to(FRANCOIS) == []
    assert home(member=there.helene, now=there.now, policy=DEFAULT).i_owe == ()
    sophie = people.contact(owner_pk=there.helene.pk, uid=found.client.uid)
    assert sophie.met_through == ""


def test_what_was_noted_is_found_by_anybodys_name_in_its_order(there: World) -> None:
    note(there)
    there.now += timedelta(hours=1)
    note(there, uid="b" * 26, direction=Direction.GIVEN, other=there.ines.uid, client=there.marc.uid)
    every = outside_lines(owner_pk=there.helene.pk)
    assert [(line.other, line.client) for line in every.lines] == [
        ("Inès Moreau", "Marc Delaunay"),
        ("François Lacaze", "Sophie Ganier"),
    ]
    assert [line.other for line in outside_lines(owner_pk=there.helene.pk, search="ganier").lines] == [
        "François Lacaze"
    ]
    assert outside_lines(owner_pk=there.helene.pk, search="personne").total == 0


def test_another_members_contact_cannot_be_named(there: World) -> None:
    """R44."""
    olga = member(there)
    paul = add_contact(
        owner_pk=olga.pk, draft=contact_draft("Paul", "Brise", "", ""), now=there.now, chance=there.chance
    )
    with pytest.raises(people.ContactNotFound):
        note(there, other=paul.uid)


def test_r46_one_giver_gets_no_more_than_so_many_letters_in_seven_days(there: World) -> None:
    note(there)
    outside.set_likes_mail(owner=there.helene, uid=UID, likes=True)
    for number in range(DEFAULT.outside_letters + 1):
        tell(there, gratitude.NEWS, f"Nouvelle {number}")
    letters = len(there.mails_to(FRANCOIS))
    assert letters == DEFAULT.outside_letters
    assert not page(there).by_mail
    there.wait(days=8)
    tell(there, gratitude.NEWS, "Une semaine plus tard")
    assert len(there.mails_to(FRANCOIS)) == letters + 1
