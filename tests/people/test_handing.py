"""My profile in others' hands: the fourth question of R27, who was handed the profile, and which version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import handing as actions
from entremise.people.actions import profiles
from entremise.people.actions.leaving import empty_book
from entremise.people.mapping.handing import changed_parts
from entremise.people.models import Handing
from entremise.people.queries import ContactCard, handing
from entremise.people.queries.handing import HandedFacts, HandingRefused, How
from entremise.people.queries.profiles import ProfileText
from tests.cast import INES, contact_draft

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CHANCE = SeededChance(11)
TEXT = ProfileText(services=("Ventilation de cuisines",), markets=("Restaurants",))


@pytest.fixture
def ines() -> MemberCard:
    return enrol(name="Inès Moreau", email=INES, language="fr", now=NOW, chance=CHANCE)


@pytest.fixture
def marc(ines: MemberCard) -> ContactCard:
    return _add(ines, "Marc", "Delaunay")


def _add(owner: MemberCard, given: str, family: str, email: str = "") -> ContactCard:
    draft = contact_draft(given, family, "", email or f"{given.lower()}@{family.lower()}.example")
    return book.add_contact(owner_pk=owner.pk, draft=draft, now=NOW, chance=CHANCE)


def _say(owner: MemberCard, text: ProfileText = TEXT, *, version: int = 0, now: datetime = NOW) -> None:
    profiles.save_profile(owner_pk=owner.pk, text=text, version=version, now=now, chance=CHANCE)


def _hand(owner: MemberCard, *cards: ContactCard, act: str = "one", on: date = TODAY, how: How = How.PDF,
          now: datetime = NOW) -> int:  # fmt: skip
    uids = [card.uid for card in cards]
    return actions.hand_over(owner=owner, contacts=uids, how=how, on=on, act=act, now=now, chance=CHANCE)


def test_who_has_it_how_old_theirs_is_and_what_changed_since(ines: MemberCard, marc: ContactCard) -> None:
    """R27: who was sent the profile, and when, is a fact."""
    _say(ines)
    assert _hand(ines, marc) == 1
    _say(ines, replace(TEXT, services=("Ventilation",)), version=1)
    _say(ines, replace(TEXT, floor=5000), version=2)
    (one,) = handing.hands(owner_pk=ines.pk).lines
    assert (one.contact.uid, one.version, one.behind, one.on) == (marc.uid, 1, 2, TODAY)
    assert one.changed == ("floor",), "a change that was taken back is none"
    assert handing.in_hand(owner_pk=ines.pk, contact_pk=marc.pk) == one
    assert handing.facts(owner_pk=ines.pk) == HandedFacts(people=1, behind=1, first_on=TODAY, last_on=TODAY, version=3)


def test_r27_since_when_somebody_has_it_is_the_first_day_it_was_given(ines: MemberCard, marc: ContactCard) -> None:
    """Bringing somebody up to date does not make it younger."""
    _say(ines)
    _hand(ines, marc)
    _say(ines, replace(TEXT, floor=5000), version=1)
    later = NOW + timedelta(days=20)
    _hand(ines, marc, act="two", on=ines.today(later), now=later)
    found = handing.facts(owner_pk=ines.pk)
    assert (found.people, found.first_on, found.last_on) == (1, TODAY, ines.today(later))


def test_a_day_in_the_past_means_the_version_of_that_day(ines: MemberCard, marc: ContactCard) -> None:
    """R27: dated with the version handed."""
    _say(ines)
    _say(ines, replace(TEXT, floor=5000), version=1, now=NOW + timedelta(days=10))
    later = NOW + timedelta(days=20)
    _hand(ines, marc, on=TODAY + timedelta(days=3), now=later)
    one = handing.in_hand(owner_pk=ines.pk, contact_pk=marc.pk)
    assert one is not None
    assert (one.version, one.behind) == (1, 1)


def test_what_was_given_last_stands_whatever_was_noted_last(ines: MemberCard, marc: ContactCard) -> None:
    """R27: an older handing noted afterwards does not make theirs older."""
    _say(ines, now=NOW - timedelta(days=60))
    _say(ines, replace(TEXT, floor=5000), version=1)
    _hand(ines, marc)
    _hand(ines, marc, act="two", on=TODAY - timedelta(days=30))
    one = handing.in_hand(owner_pk=ines.pk, contact_pk=marc.pk)
    assert one is not None
    assert (one.version, handing.facts(owner_pk=ines.pk).people) == (2, 1)


def test_one_press_brings_everybody_up_to_date_and_can_be_undone(ines: MemberCard, marc: ContactCard) -> None:
    """R27: update them in one act; whoever has today's version already is left alone."""
    _say(ines)
    paul = _add(ines, "Paul", "Brise")
    _hand(ines, marc, paul)
    _say(ines, replace(TEXT, floor=5000), version=1)
    lea = _add(ines, "Lea", "Roche")
    _hand(ines, lea, act="two")
    before = handing.hands(owner_pk=ines.pk).lines
    for _press in range(2):
        assert actions.bring_up_to_date(owner=ines, act="three", now=NOW, chance=CHANCE) == 2
    assert handing.facts(owner_pk=ines.pk).behind == 0
    told = handing.act_of(owner_pk=ines.pk, act="three")
    assert [one.card.uid for one in told.messages] == [paul.uid, marc.uid]
    assert all(one.before is not None and one.before.changed == ("floor",) for one in told.messages)
    assert actions.take_back(owner_pk=ines.pk, act="three", uid=told.messages[0].hand.uid) == 1
    assert handing.facts(owner_pk=ines.pk).behind == 1
    actions.take_back(owner_pk=ines.pk, act="three")
    assert handing.hands(owner_pk=ines.pk).lines == before


def test_a_link_that_was_closed_since_is_said_and_paper_takes_its_place(ines: MemberCard, marc: ContactCard) -> None:
    """R27: a link that opens nothing is in nobody's hands."""
    _say(ines)
    with pytest.raises(HandingRefused) as refused:
        _hand(ines, marc, how=How.LINK)
    assert refused.value.reasons == {"how": "closed"}
    profiles.give_link(owner_pk=ines.pk, now=NOW, chance=CHANCE)
    _hand(ines, marc, how=How.LINK)
    first = handing.in_hand(owner_pk=ines.pk, contact_pk=marc.pk)
    assert first is not None
    assert first.opens
    profiles.take_link_back(owner_pk=ines.pk)
    closed = handing.in_hand(owner_pk=ines.pk, contact_pk=marc.pk)
    assert closed is not None
    assert not closed.opens
    _say(ines, replace(TEXT, floor=5000), version=1)
    actions.bring_up_to_date(owner=ines, act="two", now=NOW, chance=CHANCE)
    now = handing.in_hand(owner_pk=ines.pk, contact_pk=marc.pk)
    assert now is not None
    assert (now.how, now.behind) == (How.PDF, 0)


@pytest.mark.parametrize(
    ("on", "reasons"),
    [(TODAY + timedelta(days=1), {"on": "future"}), (TODAY - timedelta(days=1), {"on": "before"})],
)
def test_a_day_to_come_or_before_the_profile_is_refused(
    ines: MemberCard, marc: ContactCard, on: date, reasons: dict[str, str]
) -> None:
    """R27: bad input is told apart, and nothing is noted."""
    _say(ines)
    with pytest.raises(HandingRefused) as refused:
        _hand(ines, marc, on=on)
    assert refused.value.reasons == reasons
    assert not Handing.objects.exists()


def test_an_empty_profile_nobody_and_oneself_are_refused(ines: MemberCard, marc: ContactCard) -> None:
    """R27: first say something; then to somebody; and to somebody else."""
    with pytest.raises(HandingRefused) as refused:
        _hand(ines, marc)
    assert refused.value.reasons == {"profile": "empty"}
    _say(ines)
    myself = _add(ines, "Moi", "Même", INES)
    for cards, reason in (((), "nobody"), ((marc, myself), "self")):
        with pytest.raises(HandingRefused) as refused:
            _hand(ines, *cards)
        assert refused.value.reasons == {"pick": reason}
    assert not Handing.objects.exists()


def test_nobody_hands_to_or_sees_into_anothers_book(ines: MemberCard, marc: ContactCard) -> None:
    """R44: a book is its member's alone."""
    _say(ines)
    _hand(ines, marc)
    olga = enrol(name="Olga", email="olga@olga.example", language="fr", now=NOW, chance=CHANCE)
    _say(olga)
    with pytest.raises(HandingRefused):
        _hand(olga, marc, act="two")
    assert handing.hands(owner_pk=olga.pk).total == handing.act_of(owner_pk=olga.pk, act="one").total == 0
    assert actions.take_back(owner_pk=olga.pk, act="one") == 0


def test_a_contact_that_was_removed_has_it_again_when_put_back(ines: MemberCard, marc: ContactCard) -> None:
    """R27: what is gone for a while counts for nothing meanwhile."""
    _say(ines)
    _hand(ines, marc)
    book.remove_contact(owner_pk=ines.pk, uid=marc.uid, now=NOW)
    assert handing.facts(owner_pk=ines.pk).people == 0
    with pytest.raises(HandingRefused):
        _hand(ines, marc, act="two")
    book.restore_contacts(owner_pk=ines.pk, uids=[marc.uid])
    assert handing.facts(owner_pk=ines.pk).people == 1


def test_leaving_erases_who_had_it(ines: MemberCard, marc: ContactCard) -> None:
    """R47: nothing of it stays."""
    _say(ines)
    _hand(ines, marc)
    empty_book(owner_pk=ines.pk, keep=[marc.pk])
    assert not Handing.objects.exists()


def test_the_list_takes_no_more_queries_when_it_grows(ines: MemberCard) -> None:
    _say(ines)
    counts = []
    for number in range(2):
        for name in range(3):
            _hand(ines, _add(ines, f"N{number}{name}", "Brise"), act=f"a{number}{name}")
            _say(ines, replace(TEXT, floor=number * 10 + name + 1), version=number * 3 + name + 1)
        with CaptureQueriesContext(connection) as taken:
            handing.hands(owner_pk=ines.pk)
        counts.append(len(taken))
    assert counts[0] == counts[1] <= 8


def test_what_changed_names_every_part_of_a_profile() -> None:
    """R27: no field of a profile changes unnoticed."""
    from dataclasses import fields

    said = {"currency": "CHF", "floor": 1, "full_until": TODAY, "availability": "full"}
    for one in fields(ProfileText):
        value = said.get(one.name, "x" if isinstance(getattr(TEXT, one.name), str) else ("x",))
        assert changed_parts(TEXT, replace(TEXT, **{one.name: value})), one.name
