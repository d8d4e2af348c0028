"""R37: through whom a contact was met is said, kept, and drawn up to the first person and down to the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions, queries
from entremise.people.actions.provenance import change_met_through, set_met_through
from entremise.people.models import Contact
from entremise.people.queries import MYSELF, THROUGH, ContactCard, ContactDraft, ContactRefused, Way, WayKind, meeting
from entremise.people.queries import provenance as asked

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
CHANCE = SeededChance(7)
DAY = date(2026, 3, 3)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène Vasseur", email="helene@vasseur.example", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def add(helene: MemberCard) -> Callable[..., ContactCard]:
    def adding(name: str, through: ContactCard | None = None, **more: object) -> ContactCard:
        draft = ContactDraft(given_name=name, met_through=through.uid if through else "", **more)  # type: ignore[arg-type]
        return actions.add_contact(owner_pk=helene.pk, draft=draft, now=NOW, chance=CHANCE)

    return adding


def edited(card: ContactCard, **changes: object) -> ContactCard:
    kept = {"given_name": card.given_name, "met": card.met, "met_through": card.met_through, "met_on": card.met_on}
    draft = ContactDraft(**{**kept, **changes})  # type: ignore[arg-type]
    return actions.edit_contact(owner_pk=card.owner_pk, uid=card.uid, version=card.version, draft=draft, now=NOW)


def names(card: ContactCard) -> list[str]:
    return [link.name for link in asked.chain(owner_pk=card.owner_pk, pk=card.pk)]


def test_unknown_by_myself_and_through_somebody_are_three_things(add: Callable[..., ContactCard]) -> None:
    francois = add("François")
    assert francois.met == ""
    assert add("Paul", met=MYSELF).met == MYSELF
    ines = add("Inès", francois)
    assert (ines.met, ines.met_through) == (THROUGH, francois.uid)
    with pytest.raises(ContactRefused) as refused:
        add("Lise", francois, met=MYSELF)
    assert refused.value.reasons == {"met_through": "myself"}


def test_a_circle_is_refused_wherever_it_would_close(add: Callable[..., ContactCard]) -> None:
    francois = add("François")
    ines = add("Inès", francois)
    marc = add("Marc", ines)
    for through, reason in ((marc, "loop"), (ines, "loop"), (francois, "self")):
        with pytest.raises(ContactRefused) as refused:
            edited(francois, met_through=through.uid)
        assert refused.value.reasons == {"met_through": reason}
    at = {"owner_pk": francois.owner_pk, "on": DAY, "now": NOW}
    assert not set_met_through(uid=francois.uid, through=marc.uid, how="", **at)
    change_met_through(uid=ines.uid, before=francois.uid, through=marc.uid, **at)
    assert queries.contact(owner_pk=ines.owner_pk, uid=ines.uid).met_through == francois.uid


def test_what_happened_never_writes_over_what_the_member_said(add: Callable[..., ContactCard]) -> None:
    francois = add("François")
    paul, lise = add("Paul", met=MYSELF), add("Lise", how_met="Au marché")
    at = {"owner_pk": paul.owner_pk, "on": DAY, "now": NOW, "how": "Recommandée", "referral": "r1"}
    assert not set_met_through(uid=paul.uid, through=francois.uid, **at)
    assert set_met_through(uid=lise.uid, through=francois.uid, **at)
    lise = queries.contact(owner_pk=lise.owner_pk, uid=lise.uid)
    assert (lise.met, lise.met_by, lise.met_on, lise.how_met) == (THROUGH, "r1", DAY, "Au marché")


def test_the_referral_is_kept_as_long_as_the_person_is(add: Callable[..., ContactCard]) -> None:
    francois, paul, ines = add("François"), add("Paul"), add("Inès")
    at = {"owner_pk": ines.owner_pk, "on": DAY, "now": NOW, "how": "", "referral": "r1"}
    set_met_through(uid=ines.uid, through=francois.uid, **at)
    ines = edited(queries.contact(owner_pk=ines.owner_pk, uid=ines.uid), company="Moreau")
    assert ines.met_by == "r1"
    assert edited(ines, met_through=paul.uid).met_by == ""


def test_a_referrer_taken_out_of_the_book_stays_in_the_history(
    helene: MemberCard, add: Callable[..., ContactCard]
) -> None:
    francois = add("François")
    ines = add("Inès", francois)
    actions.remove_contact(owner_pk=helene.pk, uid=francois.uid, now=NOW)
    seen = queries.contact(owner_pk=helene.pk, uid=ines.uid)
    assert (seen.met, seen.met_through, seen.met_through_gone) == (THROUGH, "", True)
    assert names(seen) == ["", "Inès"]
    edited(seen, company="Moreau")  # what says nothing about it changes nothing about it
    actions.restore_contacts(owner_pk=helene.pk, uids=[francois.uid])
    assert queries.contact(owner_pk=helene.pk, uid=ines.uid).met_through == francois.uid

    actions.remove_contact(owner_pk=helene.pk, uid=francois.uid, now=NOW)
    actions.forget_removed(before=NOW + timedelta(days=31))
    seen = queries.contact(owner_pk=helene.pk, uid=ines.uid)
    assert (seen.met, seen.met_through_gone, names(seen)) == (THROUGH, True, ["Inès"])
    assert edited(seen, met=MYSELF).met == MYSELF


def test_the_chain_begins_with_the_first_person(add: Callable[..., ContactCard]) -> None:
    francois = add("François")
    ines = add("Inès", francois)
    assert names(add("Marc", ines)) == ["François", "Inès", "Marc"]


def test_generations_are_counted_and_listed(helene: MemberCard, add: Callable[..., ContactCard]) -> None:
    francois = add("François")
    ines, paul = add("Inès", francois, met_on=DAY), add("Paul", francois, met_on=DAY + timedelta(days=9))
    marc, lise = add("Marc", ines), add("Lise", paul)
    add("Nora", marc)
    actions.remove_contact(owner_pk=helene.pk, uid=lise.uid, now=NOW)
    actions.remove_contact(owner_pk=helene.pk, uid=marc.uid, now=NOW)
    found = asked.generations(owner_pk=helene.pk, pk=francois.pk)
    assert [(one.number, one.people) for one in found] == [(1, 2), (3, 1)]
    assert (found[0].first, found[0].last) == (DAY, DAY + timedelta(days=9))
    listed = asked.descendants(owner_pk=helene.pk, pk=francois.pk)
    assert [(one.name, one.generation, one.through) for one in listed] == [
        ("Inès", 1, "François"), ("Paul", 1, "François"), ("Nora", 3, ""),
    ]  # fmt: skip
    second = asked.descendants(owner_pk=helene.pk, pk=francois.pk, generation=1, page=2, size=1)
    assert [one.name for one in second] == ["Paul"]
    first = asked.first_persons(owner_pk=helene.pk)
    assert [(one.name, one.direct, one.people, one.generations) for one in first] == [("François", 2, 3, 3)]


def test_r37_the_tree_begins_below_whoever_was_taken_out_of_the_book(
    helene: MemberCard, add: Callable[..., ContactCard]
) -> None:
    """Nobody's people vanish with the first person, nor with several who stood one above the other."""
    first = add("Agathe")
    second = add("Bruno", first)
    ines, leon = add("Inès", second), add("Léon", first)
    marc = add("Marc", ines)
    add("Nora", marc)
    add("Olga", leon)

    def told() -> list[tuple[str, int, int, int]]:
        found = asked.first_persons(owner_pk=helene.pk)
        return [(one.name, one.direct, one.people, one.generations) for one in found]

    assert told() == [("Agathe", 2, 6, 4)]
    actions.remove_contact(owner_pk=helene.pk, uid=first.uid, now=NOW)
    assert told() == [("Bruno", 1, 3, 3), ("Léon", 1, 1, 1)]
    actions.remove_contact(owner_pk=helene.pk, uid=second.uid, now=NOW)
    assert told() == [("Inès", 1, 2, 2), ("Léon", 1, 1, 1)]
    actions.remove_contact(owner_pk=helene.pk, uid=marc.uid, now=NOW)
    assert told() == [("Inès", 0, 1, 2), ("Léon", 1, 1, 1)], "who stands in between is no first person"


def test_a_circle_that_stands_in_the_book_does_no_harm(add: Callable[..., ContactCard]) -> None:
    ines = add("Inès")
    marc = add("Marc", ines)
    Contact.objects.filter(pk=ines.pk).update(met_through_id=marc.pk, met=THROUGH)
    add("Nora", marc)
    assert names(marc) == ["Inès", "Marc"]
    assert [one.people for one in asked.generations(owner_pk=ines.owner_pk, pk=ines.pk)] == [1, 1]
    assert asked.first_persons(owner_pk=ines.owner_pk) == ()
    seen = queries.contact(owner_pk=marc.owner_pk, uid=marc.uid)
    assert edited(seen, company="Cèdre").company == "Cèdre"  # what was so already stops nobody from writing


def test_a_chain_of_thousands_takes_one_query_each(helene: MemberCard, add: Callable[..., ContactCard]) -> None:
    first = add("Numéro 0")
    rows = [
        Contact(uid=f"c{number}", owner_id=helene.pk, given_name=f"Numéro {number}", created_at=NOW, updated_at=NOW)
        for number in range(1, 3000)
    ]
    Contact.objects.bulk_create(rows)
    before = first.pk
    for row in rows:
        row.met_through_id, before = before, row.pk
    Contact.objects.bulk_update(rows, ["met_through"], batch_size=500)
    with CaptureQueriesContext(connection) as taken:
        counted = asked.generations(owner_pk=helene.pk, pk=first.pk)
        chain = asked.chain(owner_pk=helene.pk, pk=rows[-1].pk)
        (top,) = asked.first_persons(owner_pk=helene.pk)
    assert len(taken) == 3
    assert [one.people for one in counted] == [1] * 12 + [2987]
    assert (len(chain), chain[-1].name) == (asked.LONGEST + 1, "Numéro 2999")
    assert (top.people, top.generations) == (2999, 2999)


def test_another_members_people_are_in_nobodys_chain_r44(add: Callable[..., ContactCard]) -> None:
    olga = enrol(name="Olga Petrova", email="olga@petrova.example", language="fr", now=NOW, chance=SeededChance(2))
    ines = add("Inès")
    add("Marc", ines)
    assert asked.chain(owner_pk=olga.pk, pk=ines.pk) == ()
    assert asked.generations(owner_pk=olga.pk, pk=ines.pk) == ()
    assert asked.descendants(owner_pk=olga.pk, pk=ines.pk) == ()
    assert asked.first_persons(owner_pk=olga.pk) == ()


def test_somebody_introduced_is_found_by_their_ways_unless_called_otherwise(
    helene: MemberCard, add: Callable[..., ContactCard]
) -> None:
    number = Way(kind=WayKind.PHONE, value="04 78 28 11 90", normalised="+33478281190")
    office = add("Accueil", ways=(number,))
    marc = ContactDraft(given_name="Marc", family_name="Delaunay", ways=(number,))
    assert meeting.reached_alike(owner_pk=helene.pk, draft=marc) == ""
    kept = add("M. Delaunay", ways=(number,))
    assert meeting.reached_alike(owner_pk=helene.pk, draft=marc) == kept.uid != office.uid


def test_a_giver_is_found_by_name_and_of_two_by_the_company(
    helene: MemberCard, add: Callable[..., ContactCard]
) -> None:
    one = add("Paul", family_name="Brun", company="Brun & fils")
    assert meeting.called(owner_pk=helene.pk, name="BRUN Paul", company="") == one.uid
    two = add("Paul", family_name="Brun", company="Mairie")
    assert meeting.called(owner_pk=helene.pk, name="Paul Brun", company="") == ""
    assert meeting.called(owner_pk=helene.pk, name="Paul Brun", company="mairie") == two.uid
