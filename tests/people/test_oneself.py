"""One's own entry in one's own book: nobody is met through it, and nothing is due with it (R1, R24, R37, R43)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import attentions as deciding
from entremise.people.actions import bonds
from entremise.people.actions.provenance import set_met_through
from entremise.people.mapping.imports import ImportEntry
from entremise.people.models import Bond, Contact
from entremise.people.queries import ContactCard, ContactDraft, ContactRefused, Way, WayKind, attentions
from entremise.people.queries import bonds as reading
from entremise.protocol.attention import Occasion, Wish
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relationship import Happened
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
CHANCE = SeededChance(1)
OWN = (Way(kind=WayKind.EMAIL, value="Helene@Example.org"),)
Add = Callable[..., ContactCard]


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène Vasseur", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(2))


@pytest.fixture
def add(helene: MemberCard) -> Add:
    def adding(name: str, **more: object) -> ContactCard:
        draft = ContactDraft(given_name=name, **more)  # type: ignore[arg-type]
        return book.add_contact(owner_pk=helene.pk, draft=draft, now=NOW, chance=CHANCE)

    return adding


def good_turns(who: ContactCard) -> None:
    for month in range(1, 12):
        bonds.remember(
            owner_pk=who.owner_pk, contact_pk=who.pk, kind=Happened.FAVOUR_RECEIVED,
            on=TODAY - timedelta(days=100 + 30 * month), now=NOW, policy=DEFAULT, chance=CHANCE,
        )  # fmt: skip


def test_nobody_is_met_through_oneself_however_it_is_written(helene: MemberCard, add: Add) -> None:
    me, marc = add("Moi", ways=OWN), add("Marc")
    with pytest.raises(ContactRefused) as refused:
        add("Paul", met_through=me.uid)
    assert refused.value.reasons == {"met_through": "oneself"}
    assert not set_met_through(owner_pk=helene.pk, uid=marc.uid, through=me.uid, on=TODAY, how="", now=NOW)
    entry = ImportEntry(draft=ContactDraft(given_name="Zoé"), introduced_by="Moi")
    book.import_contacts(owner_pk=helene.pk, entries=[entry], now=NOW, chance=CHANCE)
    assert Contact.objects.get(given_name="Zoé").met_through is None


def test_the_form_says_so_beside_the_field_and_offers_somebody_else(helene: MemberCard, add: Add) -> None:
    add("Moi", ways=OWN)
    add("Marc")
    client = browser_of(helene)
    offered = client.get("/contacts/ajouter/").content.decode()
    assert 'value="Marc"' in offered
    assert 'value="Moi"' not in offered
    answered = client.post("/contacts/ajouter/", {"given_name": "Paul", "through": "Moi"})
    assert "C’est votre propre fiche" in answered.content.decode()
    assert not Contact.objects.filter(given_name="Paul").exists()


def test_nothing_is_due_with_oneself_and_one_is_not_among_the_best(helene: MemberCard, add: Add) -> None:
    me, marc = add("Moi", ways=OWN), add("Marc")
    for who in (me, marc):
        good_turns(who)
    due = reading.due(owner_pk=helene.pk, on=TODAY, limit=9)
    assert [line.contact_pk for line in due] == [marc.pk]
    cards = attentions.cards(owner_pk=helene.pk, year=2026, on=TODAY, policy=DEFAULT)
    lunches = attentions.lunches(owner_pk=helene.pk, on=TODAY, policy=DEFAULT)
    assert [[one.contact_pk for one in some] for some in (cards, lunches)] == [[marc.pk], [marc.pk]]
    with pytest.raises(book.ContactNotFound):
        deciding.wish(owner_pk=helene.pk, contact_uid=me.uid, occasion=Occasion.CARD, wish=Wish.PINNED, now=NOW)


def test_an_entry_that_becomes_ones_own_is_due_no_more(helene: MemberCard, add: Add) -> None:
    me = add("Moi")
    good_turns(me)
    assert Bond.objects.filter(due_on__isnull=False, worth__gt=0).exists()
    draft = replace(ContactDraft(given_name="Moi"), ways=OWN)
    book.edit_contact(owner_pk=helene.pk, uid=me.uid, version=me.version, draft=draft, now=NOW)
    assert not Bond.objects.filter(due_on__isnull=False).exists()
    assert not Bond.objects.filter(worth__gt=0).exists()


def test_the_page_of_ones_own_entry_asks_and_reminds_of_nothing(helene: MemberCard, add: Add) -> None:
    me, marc = add("Moi", ways=OWN), add("Marc")
    client = browser_of(helene)
    own, other = (client.get(f"/contacts/{who.uid}/").content.decode() for who in (me, marc))
    assert "C’est votre propre fiche" in own
    for words in ("Votre relation", "/contacts/{}/demander/"):
        assert words.format(me.uid) not in own
        assert words.format(marc.uid) in other
