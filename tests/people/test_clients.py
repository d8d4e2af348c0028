"""How one's clients came, and what stays unknown of it (R35)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import bonds
from entremise.people.models import Contact
from entremise.people.queries import MYSELF, THROUGH, ContactCard, ContactDraft, Kind
from entremise.people.queries.clients import ClientsCame, clients_came
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relationship import Happened

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
CHANCE = SeededChance(35)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


def friend(helene: MemberCard, name: str) -> ContactCard:
    return book.add_contact(owner_pk=helene.pk, draft=ContactDraft(given_name=name), now=NOW, chance=CHANCE)


def client(helene: MemberCard, through: ContactCard | None, *, on: date | None = None) -> None:
    draft = ContactDraft(
        given_name="Client",
        kinds=frozenset({Kind.CLIENT}),
        met=THROUGH if through else MYSELF,
        met_through=through.uid if through else "",
        met_on=on,
    )
    book.add_contact(owner_pk=helene.pk, draft=draft, now=NOW, chance=CHANCE)


def asked(helene: MemberCard, who: ContactCard, on: date) -> None:
    bonds.remember(
        owner_pk=helene.pk, contact_pk=who.pk, kind=Happened.ASKED, on=on, now=NOW, policy=DEFAULT, chance=CHANCE
    )


def came(helene: MemberCard) -> ClientsCame:
    return clients_came(owner_pk=helene.pk, on=TODAY, policy=DEFAULT)


def test_r35_who_came_shortly_after_an_ask_came_asked_and_who_came_otherwise_did_not(helene: MemberCard) -> None:
    paul, day = friend(helene, "Paul"), TODAY - timedelta(days=40)
    asked(helene, paul, day)
    for after in (-1, 0, DEFAULT.ask_again, DEFAULT.ask_again + 1):
        client(helene, paul, on=day + timedelta(days=after))
    client(helene, None)
    found = came(helene)
    assert (found.unasked, found.asked, found.untold, found.known, found.total) == (2, 2, 0, 5, 5)


def test_r35_without_a_day_it_is_unknown_whether_one_had_asked_unless_one_never_did(helene: MemberCard) -> None:
    """Unknown stays unknown: out of the share, and said (R14, R35)."""
    paul, rita = friend(helene, "Paul"), friend(helene, "Rita")
    asked(helene, paul, TODAY - timedelta(days=900))
    client(helene, paul)
    client(helene, rita)
    found = came(helene)
    assert (found.unasked, found.asked, found.untold, found.known) == (1, 0, 1, 1)


def test_r35_whose_referrer_is_nobody_knows_any_more_is_unknown_too(helene: MemberCard) -> None:
    paul, day = friend(helene, "Paul"), TODAY - timedelta(days=30)
    asked(helene, paul, day)
    client(helene, paul, on=day)
    book.remove_contact(owner_pk=helene.pk, uid=paul.uid, now=NOW)
    assert (came(helene).asked, came(helene).untold) == (1, 0)  # they can still be put back
    Contact.objects.filter(uid=paul.uid).delete()
    found = came(helene)
    assert (found.unasked, found.asked, found.untold, found.known) == (0, 0, 1, 0)
    assert (found.lately, found.unasked_lately) == (1, 0)
