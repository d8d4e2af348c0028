"""vCard files as telephones and mail programs really write them (R37, R44)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.interchange import vcard
from entremise.interchange.vcard import ParsedCards, Problem, parse
from entremise.people.queries import ContactDraft, Kind, WayKind

FIXTURES = Path(__file__).parent / "fixtures"


def _read(name: str) -> ParsedCards:
    return parse((FIXTURES / name).read_bytes())


def _ways(draft: ContactDraft) -> list[tuple[str, str, str, bool]]:
    return [(way.kind.value, way.value, way.label, way.preferred) for way in draft.ways]


def test_an_apple_card_is_read_with_its_labels_and_its_folded_note() -> None:
    read = _read("apple.vcf")
    assert read.problems == ()
    assert [card.line for card in read.cards] == [1, 34]
    ines = read.cards[0].entry.draft
    assert (ines.given_name, ines.family_name, ines.company) == ("Inès", "Morel", "Aéraulique Morel")
    assert ines.position == "Ingénieure ventilation"
    assert ines.kinds == {Kind.SUPPLIER}
    assert ines.vcard_uid == "5f1c8e0a-aaaa-4bbb-8ccc-000000000001"
    assert ines.notes == (
        "Rencontrée au salon, stand 12; très rigoureuse.\n"
        "Aime les cuisines et les longues notes qui se replient sur plusieurs lignes parce que la norme le demande."
    )
    assert _ways(ines) == [
        ("email", "ines.morel@aero.example", "work", True),
        ("email", "ines@maison.example", "Other", False),
        ("mobile", "06 12 34 56 78", "cell", True),
        ("phone", "+33 4 78 28 11 90", "Atelier", False),
        ("address", "12 rue des Tables-Claudiennes\n69001 Lyon\nFrance", "work", True),
        ("link", "https://aero.example/ines", "HomePage", True),
        ("link", "https://www.linkedin.com/in/ines-morel", "", False),
        ("link", "@aero.ines", "", False),
    ]


def test_an_introducer_is_read_from_an_apple_label_and_a_spouse_is_none_r37() -> None:
    assert _read("apple.vcf").cards[0].entry.introduced_by == "François Duval"


def test_a_card_of_a_company_has_no_person_and_a_group_is_nobody() -> None:
    company = _read("apple.vcf").cards[1].entry.draft
    assert (company.given_name, company.family_name, company.name) == ("", "", "Le Cèdre Gourmand")
    other = _read("version4.vcf").cards[1].entry.draft
    assert (other.family_name, other.company) == ("", "Atelier du Pont")


def test_a_version_2_1_card_is_read_from_quoted_printable() -> None:
    read = _read("android21.vcf")
    assert read.problems == ()
    marc = read.cards[0].entry.draft
    assert (marc.name, marc.notes) == ("Marc Lefèbvre", "Première ligne\nDeuxième ligne = fine")
    assert _ways(marc) == [
        ("mobile", "0612345679", "cell", True),
        ("phone", "0478281190", "work", False),
        ("email", "marc@cedre.example", "home", False),
        ("address", "3 quai Saint-Antoine\n69002 Lyon\nFrance", "work", False),
    ]


def test_a_version_4_card_is_read_with_its_preferences_r37() -> None:
    read = _read("version4.vcf")
    assert read.problems == ()
    olga = read.cards[0].entry
    assert olga.introduced_by == "Hélène Vasseur"
    assert olga.draft.kinds == {Kind.FRIEND, Kind.CLIENT}
    assert (olga.draft.language, olga.draft.vcard_uid) == ("fr", "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1")
    assert _ways(olga.draft) == [
        ("email", "olga@maison.example", "", False),
        ("email", "olga@petrova.example", "work", True),
        ("mobile", "+32-470-12-34-56", "cell", False),
    ]


def test_a_google_file_is_read_with_its_mark_its_eighth_part_and_an_empty_id_r37() -> None:
    read = _read("google.vcf")
    assert read.problems == ()
    elodie, bruno = (card.entry for card in read.cards)
    assert elodie.introduced_by == "Hélène Vasseur"
    assert (elodie.draft.name, elodie.draft.company, elodie.draft.vcard_uid) == ("Élodie Caron", "Caron Conseil", "")
    assert elodie.draft.kinds == {Kind.CLIENT}
    assert elodie.draft.notes == "Ligne une\nLigne deux, avec une virgule"
    assert _ways(elodie.draft) == [
        ("email", "elodie@caron.example", "work", False),
        ("email", "elodie.caron@courriel.example", "", False),
        ("mobile", "+33 6 12 00 00 00", "cell", False),
        ("phone", "02 40 00 00 00", "", False),
        ("address", "8 rue de la Paix\n44000 Nantes\nFrance", "home", False),
        ("link", "https://caron.example", "PROFILE", False),
    ]
    assert (bruno.draft.name, bruno.draft.vcard_uid) == ("bruno@seul.example", "")


def test_an_outlook_card_is_read_in_the_character_set_it_names() -> None:
    read = _read("outlook21.vcf")
    assert read.problems == ()
    jerome = read.cards[0].entry.draft
    assert (jerome.given_name, jerome.family_name) == ("Jérôme", "Lefèvre")
    assert (jerome.company, jerome.position) == ("Bâtiment Lefèvre", "Gérant")
    assert jerome.notes == "Vu au salon à Lyon ;\ntrès sérieux."
    assert _ways(jerome) == [
        ("phone", "+33 (4) 72 00 00 02", "work", False),
        ("mobile", "+33 (6) 12 34 00 00", "cell", False),
        ("address", "14 rue de la République\n69001 Lyon\nFrance", "work", True),
        ("link", "http://lefevre.example", "work", False),
        ("email", "jerome@lefevre.example", "", True),
    ]


def test_a_windows_file_keeps_its_accents() -> None:
    francois = _read("outlook1252.vcf").cards[0].entry.draft
    assert (francois.name, francois.company) == ("François Duval", "Duval & Associés")
    assert francois.ways[0].kind is WayKind.PHONE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_sixteen_bits_is_read_by_its_mark(encoding: str) -> None:
    text = "\ufeffBEGIN:VCARD\r\nFN:Ève Roux\r\nEND:VCARD\r\n"
    assert parse(text.encode(encoding)).cards[0].entry.draft.name == "Ève Roux"


def test_a_broken_card_costs_one_card_and_says_where() -> None:
    read = _read("broken.vcf")
    assert [card.entry.draft.name for card in read.cards] == ["Ève Roux"]
    assert _ways(read.cards[0].entry.draft) == [("email", "eve@roux.example", "", False)]
    assert read.problems == (
        Problem(line=2, key="unfinished"),
        Problem(line=8, key="unreadable"),
        Problem(line=15, key="empty"),
        Problem(line=20, key="unfinished"),
    )


@pytest.mark.parametrize(
    ("line", "given", "family"),
    [("FN:Marie-Claude de la Tour", "Marie-Claude", "de la Tour"), ("FN:Cher", "", "Cher"), ("N:;Ève;;;", "Ève", "")],
)
def test_a_name_is_read_from_what_there_is(line: str, given: str, family: str) -> None:
    draft = parse(f"BEGIN:VCARD\n{line}\nEND:VCARD".encode()).cards[0].entry.draft
    assert (draft.given_name, draft.family_name) == (given, family)


def test_an_address_in_place_of_a_name_is_an_address() -> None:
    draft = (
        parse(b"BEGIN:VCARD\nFN:a@b.example\nEMAIL:mailto:a@b.example\nURL:javascript:x\nEND:VCARD")
        .cards[0]
        .entry.draft
    )
    assert (draft.family_name, _ways(draft)) == ("", [("email", "a@b.example", "", False)])


@pytest.mark.parametrize("data", [b"", b"Name,Email\nInes,ines@aero.example\n", b"\xff\xd8\xff\xe0 a picture"])
def test_another_kind_of_file_is_told_apart(data: bytes) -> None:
    assert parse(data) == ParsedCards(cards=(), problems=(Problem(line=1, key="not_a_vcard"),))


def test_a_file_too_large_or_too_long_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    card = b"BEGIN:VCARD\nFN:A B\nEND:VCARD\n"
    monkeypatch.setattr(vcard, "MOST_CARDS", 2)
    read = parse(card * 3)
    assert (len(read.cards), read.problems) == (2, (Problem(line=7, key="too_many"),))
    monkeypatch.setattr(vcard, "MOST_BYTES", 10)
    assert parse(card).problems == (Problem(line=1, key="too_large"),)


@given(
    data=st.binary(max_size=300),
    name=st.sampled_from(["N", "TEL", "ADR;TYPE=", "NOTE;QUOTED-PRINTABLE", "X-SOCIALPROFILE"]),
)
def test_no_file_can_break_the_reader(data: bytes, name: str) -> None:
    read = parse(b"BEGIN:VCARD\r\n" + name.encode() + b":" + data + b"\r\nEND:VCARD\r\n")
    assert read.cards or read.problems
    assert isinstance(parse(data), ParsedCards)
