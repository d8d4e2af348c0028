"""A book written as vCard: folded, escaped, with its provenance, and read back as it was (R37, R47)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.interchange.vcard import parse
from entremise.interchange.vcard_lines import unescape
from entremise.interchange.vcard_writing import escaped, folded, written
from entremise.people.queries import ContactCard, ContactDraft, Kind, Way, WayKind

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
INES = ContactCard(
    pk=1, uid="abc", owner_pk=1, created_at=AT, updated_at=AT, version=1,
    given_name="Inès", family_name="Morel; Dupont", company="Aéro, Morel & fils", position="Ingénieure",
    kinds=frozenset({Kind.CLIENT, Kind.SUPPLIER}), trade="ventilation-engineer", trade_text="ventiliste", area="FR-69",
    notes="Première ligne\nDeuxième, avec \\ et ; " + "é" * 120, does="Cuisines", does_not="Villas",
    preferred="mobile", best_time="le matin", booking="par téléphone", language="fr-ca", how_met="à un déjeuner",
    met_through="xyz", met_through_name="François Duval", met_on=date(2025, 7, 1), vcard_uid="v-1",
    ways=(
        Way(kind=WayKind.EMAIL, value="ines@aero.example", label="Atelier", preferred=True),
        Way(kind=WayKind.MOBILE, value="06 12 34 56 78"),
        Way(kind=WayKind.PHONE, value="04 78 28 11 90"),
        Way(kind=WayKind.LINK, value="https://aero.example/ines"),
        Way(kind=WayKind.LINK, value="@aero.ines"),
        Way(kind=WayKind.ADDRESS, value="12 rue des Tables, 2e\n69001 Lyon"),
    ),
)  # fmt: skip


def _text(*cards: ContactCard) -> str:
    return "".join(written(cards))


def test_a_contact_is_read_back_as_it_was_with_the_referrer_r37() -> None:
    read = parse(_text(INES).encode())
    assert read.problems == ()
    (card,) = read.cards
    assert card.entry.introduced_by == "François Duval"
    wanted = {f.name: getattr(INES, f.name) for f in fields(ContactDraft)} | {"met_through": ""}
    found = {f.name: getattr(card.entry.draft, f.name) for f in fields(ContactDraft)}
    labels = [replace(way, label="") for way in card.entry.draft.ways]
    assert labels == [replace(way, label="") for way in INES.ways]
    assert card.entry.draft.ways[0].label == "Atelier"
    assert {**found, "ways": ()} == {**wanted, "ways": ()}


def test_lines_are_at_most_75_octets_and_end_as_the_standard_wants() -> None:
    text = _text(INES, replace(INES, uid="def", vcard_uid=""))
    assert text.count("BEGIN:VCARD\r\n") == text.count("END:VCARD\r\n") == 2
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert "UID:def\r\n" in text


def test_a_company_is_shown_as_one() -> None:
    company = replace(INES, given_name="", family_name="")
    assert "X-ABShowAs:COMPANY" in _text(company)
    (card,) = parse(_text(company).encode()).cards
    assert (card.entry.draft.family_name, card.entry.draft.company) == ("", INES.company)


def test_what_is_not_known_is_not_written() -> None:
    bare = ContactCard(pk=1, uid="a", owner_pk=1, created_at=AT, updated_at=AT, version=1, family_name="Roux")
    assert "X-ENTREMISE" not in _text(bare)
    assert [line.partition(":")[0] for line in _text(bare).splitlines()] == [
        "BEGIN", "VERSION", "PRODID", "UID", "N", "FN", "REV", "END",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["X-ENTREMISE-TRADE", "X-ENTREMISE-AREA", "X-ENTREMISE-PREFERRED"])
def test_a_code_that_is_on_no_list_is_left_out(name: str) -> None:
    draft = parse(f"BEGIN:VCARD\nFN:A B\n{name}:nonsense\nEND:VCARD".encode()).cards[0].entry.draft
    assert (draft.trade, draft.area, draft.preferred) == ("", "", "")


def test_a_day_that_is_none_is_left_out() -> None:
    draft = parse(b"BEGIN:VCARD\nFN:A B\nX-ENTREMISE-MET-ON:yesterday\nEND:VCARD").cards[0].entry.draft
    assert draft.met_on is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300))
def test_any_text_survives_escaping_and_folding(text: str) -> None:
    assert unescape(escaped(text)) == text
    assert folded(escaped(text)).replace("\r\n ", "") == escaped(text)
