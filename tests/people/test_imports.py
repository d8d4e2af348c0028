"""Bringing an address book: nobody twice, nobody lost, the introducer remembered (R37, R44)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from entremise.accounts.actions import enrol
from entremise.lib.chance import SeededChance
from entremise.people import actions, queries
from entremise.people.queries import ContactDraft, ContactNotFound, ImportEntry, Kind, Way, WayKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
CHANCE = SeededChance(11)


def _member(seed: int) -> int:
    return enrol(name="Membre", email=f"m{seed}@exemple.example", language="fr", now=NOW, chance=SeededChance(seed)).pk


def _entry(given: str, family: str, *, mail: str = "", vcard: str = "", by: str = "") -> ImportEntry:
    ways = (Way(kind=WayKind.EMAIL, value=mail),) if mail else ()
    return ImportEntry(
        draft=ContactDraft(given_name=given, family_name=family, vcard_uid=vcard, ways=ways), introduced_by=by
    )


def _bring(owner: int, *entries: ImportEntry) -> actions.Imported:
    return actions.import_contacts(owner_pk=owner, entries=entries, now=NOW, chance=CHANCE)


def test_the_same_file_twice_adds_nobody_twice() -> None:
    owner = _member(1)
    file = (_entry("Inès", "Morel", mail="ines@aero.example"), _entry("Marc", "Lefebvre", vcard="v-1"))
    assert _bring(owner, *file) == actions.Imported(added=2, known=0, refused=0)
    assert _bring(owner, *file) == actions.Imported(added=0, known=2, refused=0)


def test_somebody_repeated_inside_a_file_is_added_once() -> None:
    done = _bring(
        _member(1),
        _entry("Inès", "Morel", mail="INES@aero.example"),
        _entry("ines", "MOREL", mail="ines@aero.example"),
        _entry("Marc", "A", vcard="v"),
        _entry("Marc", "B", vcard="v"),
    )
    assert (done.added, done.known) == (2, 2)


def test_two_people_sharing_an_address_are_two_people() -> None:
    done = _bring(_member(1), _entry("Inès", "Morel", mail="a@b.example"), _entry("Paul", "Morel", mail="a@b.example"))
    assert done.added == 2


def test_another_members_book_is_never_looked_into_r44() -> None:
    mine, theirs = _member(1), _member(2)
    _bring(theirs, _entry("Inès", "Morel", mail="ines@aero.example", vcard="v"))
    draft = _entry("Inès", "Morel", mail="ines@aero.example", vcard="v")
    assert queries.already_kept(owner_pk=mine, drafts=[draft.draft]) == (False,)
    assert queries.already_kept(owner_pk=theirs, drafts=[draft.draft]) == (True,)
    assert _bring(mine, draft).added == 1


def test_the_introducer_is_found_by_name_in_the_file_or_the_book_r37() -> None:
    owner = _member(1)
    _bring(owner, _entry("François", "Duval", mail="f@duval.example"))
    _bring(
        owner,
        _entry("Inès", "Morel", mail="i@a.example", by="francois duval"),
        _entry("Marc", "Lefebvre", mail="m@c.example", by="Inès Morel"),
        _entry("Luc", "Roy", mail="l@r.example", by="Inconnu Total"),
    )
    book = {line.name: line.uid for line in queries.contact_page(owner_pk=owner).lines}
    through = {name: queries.contact(owner_pk=owner, uid=uid).met_through_name for name, uid in book.items()}
    assert through == {
        "François Duval": "",
        "Inès Morel": "François Duval",
        "Marc Lefebvre": "Inès Morel",
        "Luc Roy": "",
    }


def test_one_bad_number_does_not_lose_a_person_and_nobody_without_anything_is_kept() -> None:
    owner = _member(1)
    bad = ImportEntry(
        draft=ContactDraft(
            given_name="Luc", company="x" * 500, ways=(Way(kind=WayKind.EMAIL, value="pas une adresse"),)
        )
    )
    assert _bring(owner, bad, ImportEntry(draft=ContactDraft())) == actions.Imported(added=1, known=0, refused=1)
    card = queries.contact(owner_pk=owner, uid=queries.contact_page(owner_pk=owner).lines[0].uid)
    assert (card.given_name, len(card.company), card.ways) == ("Luc", 120, ())


def test_a_file_waits_for_its_member_alone_and_only_once() -> None:
    mine, theirs = _member(1), _member(2)
    draft = ContactDraft(
        given_name="Inès",
        kinds=frozenset({Kind.FRIEND}),
        met_on=NOW.date(),
        ways=(Way(kind=WayKind.EMAIL, value="i@a.example", preferred=True),),
    )
    entries = (ImportEntry(draft=draft, introduced_by="François"), _entry("Marc", "Lefebvre"))
    uid = actions.keep_import(owner_pk=mine, entries=entries, now=NOW, chance=CHANCE)
    assert queries.kept_import(owner_pk=mine, uid=uid) == entries
    with pytest.raises(ContactNotFound):
        queries.kept_import(owner_pk=theirs, uid=uid)
    assert actions.finish_import(owner_pk=mine, uid=uid, chosen={0}, now=NOW, chance=CHANCE).added == 1
    assert [line.name for line in queries.contact_page(owner_pk=mine).lines] == ["Inès"]
    with pytest.raises(ContactNotFound):
        actions.finish_import(owner_pk=mine, uid=uid, chosen={0}, now=NOW, chance=CHANCE)


def test_a_file_nobody_confirmed_is_forgotten_r48() -> None:
    owner = _member(1)
    uid = actions.keep_import(owner_pk=owner, entries=[_entry("A", "B")], now=NOW, chance=CHANCE)
    assert actions.forget_imports(before=NOW) == 0
    assert actions.forget_imports(before=NOW + timedelta(days=1)) == 1
    with pytest.raises(ContactNotFound):
        queries.kept_import(owner_pk=owner, uid=uid)


def _phoned(given: str, family: str, number: str) -> ImportEntry:
    ways = (Way(kind=WayKind.PHONE, value=number),)
    return ImportEntry(draft=ContactDraft(given_name=given, family_name=family, ways=ways))


def test_a_file_without_ids_or_addresses_adds_nobody_twice_either() -> None:
    """What most telephones write: a name and a number."""
    owner = _member(1)
    assert _bring(owner, _phoned("Luc", "Roy", "06 12 34 56 78"), _phoned("Léa", "Roy", "06 12 34 56 78")).added == 2
    again = _bring(owner, _phoned("luc", "ROY", "+33612345678"), _phoned("Luc", "Roy", "06 12 34 56 79"))
    assert (again.added, again.known) == (1, 1)


def test_a_long_file_waits_in_parts_and_the_same_file_brought_again_goes_on() -> None:
    owner = _member(1)
    file = [_entry("Prénom", f"Nom{n}", vcard=f"v{n}") for n in range(7)]

    def parts(size: int) -> list[list[str]]:
        found = queries.in_parts(owner_pk=owner, entries=iter(file), size=size)
        return [[entry.draft.vcard_uid for entry in part] for part in found]

    assert parts(3) == [["v0", "v1", "v2"], ["v3", "v4", "v5"], ["v6"]]
    _bring(owner, *file[:4])
    assert parts(3) == [["v4", "v5", "v6"]]
    assert parts(7) == [[f"v{n}" for n in range(7)]], "a short one is shown whole, with who is there already"
    _bring(owner, *file)
    assert parts(3) == []


def _keep_parts(owner: int, *parts: list[ImportEntry]) -> list[str]:
    return [
        actions.keep_import(owner_pk=owner, entries=part, now=NOW, chance=CHANCE, more=number > 0)
        for number, part in enumerate(parts)
    ]


def test_each_part_leads_to_the_next_and_another_file_forgets_them_all() -> None:
    owner, other = _member(1), _member(2)
    _keep_parts(other, [_entry("Z", "Z")])
    first, second = _keep_parts(owner, [_entry("A", "B"), _entry("C", "D")], [_entry("E", "F")])
    assert queries.waiting_import(owner_pk=owner) == queries.Waiting(uid=first, people=3)
    done = actions.finish_import(owner_pk=owner, uid=first, chosen={1}, now=NOW, chance=CHANCE)
    assert (done.added, done.following) == (1, second)
    assert queries.waiting_import(owner_pk=owner) == queries.Waiting(uid=second, people=1)
    assert actions.finish_import(owner_pk=owner, uid=second, chosen=set(), now=NOW, chance=CHANCE).following == ""
    assert queries.waiting_import(owner_pk=owner) is None
    _keep_parts(owner, [_entry("A", "B")], [_entry("E", "F")])
    (third,) = _keep_parts(owner, [_entry("G", "H")])
    assert queries.waiting_import(owner_pk=owner) == queries.Waiting(uid=third, people=1)


def test_an_introducer_of_a_later_part_is_remembered_r37() -> None:
    """R37: unless the member has answered the question by hand meanwhile."""
    owner = _member(1)
    first, second, third = _keep_parts(
        owner,
        [_entry("Inès", "Morel", by="François Duval"), _entry("Luc", "Roy", by="François Duval")],
        [_entry("Marc", "Lefebvre", by="Inès Morel")],
        [_entry("François", "Duval")],
    )
    actions.finish_import(owner_pk=owner, uid=first, chosen={0, 1}, now=NOW, chance=CHANCE)
    luc = next(line.uid for line in queries.contact_page(owner_pk=owner).lines if line.name == "Luc Roy")
    by_hand = ContactDraft(given_name="Luc", family_name="Roy", met="myself")
    actions.edit_contact(owner_pk=owner, uid=luc, version=1, draft=by_hand, now=NOW)
    for uid in (second, third):
        actions.finish_import(owner_pk=owner, uid=uid, chosen={0}, now=NOW, chance=CHANCE)
    book = {line.name: line.uid for line in queries.contact_page(owner_pk=owner).lines}
    through = {name: queries.contact(owner_pk=owner, uid=uid).met_through_name for name, uid in book.items()}
    assert through["Inès Morel"] == "François Duval"
    assert through["Marc Lefebvre"] == "Inès Morel"
    assert through["Luc Roy"] == ""


def test_a_thousand_contacts_come_in_with_few_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    owner = _member(1)
    entries = [_entry("Prénom", f"Nom{n}", mail=f"p{n}@exemple.example", vcard=f"v{n}") for n in range(1000)]
    with django_assert_max_num_queries(60):
        assert _bring(owner, *entries).added == 1000
