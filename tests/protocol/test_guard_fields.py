"""R4, one field at a time: what each thing known of a person marks in a text, exactly, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from entremise.protocol.guard import NAME_LENGTH, Identity, clean_name, identifying_marks

PAGE = "https://www.clairvoie.fr/equipe/marthe-dubosc?id=secretcode"


def marked(text: str, ordinary: frozenset[str] = frozenset(), **known: Any) -> list[str]:
    person = Identity(role="client", **known)
    return [text[one.start : one.end] for one in identifying_marks(text, (person,), ordinary=ordinary)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        # first and last name in any order, glued or with an initial
        ("Jean Marie Dupuis", "dupuisjeanmarie viendra", ["dupuisjeanmarie"]),
        ("Jean Marie Dupuis", "mariedupuisjean viendra", ["mariedupuisjean"]),
        ("Jean Marie Dupuis", "dupuismariejean viendra", ["dupuismariejean"]),
        ("Anne de La Tour", "voir atour", ["atour"]),
        ("Anne de La Tour", "voir adelatour", ["adelatour"]),
        ("Anne de La Tour", "voir latouranne", ["latouranne"]),
        ("Luc Bosc", "voir lbosc", ["lbosc"]),
        ("Luc Bosc", "voir boscl", ["boscl"]),
        ("Luc Bosc", "voir lucb", []),  # too short to mean anything
        ("Jean Bosc", "voir jeanb", ["jeanb"]),
        ("Jean Bosc", "voir jeanc", []),
        ("Rose", "les roser du jardin", []),  # a single name has no initial
        # inside a longer word, from eight letters on
        ("Luc Bosca", "voir monlucboscax", ["monlucboscax"]),
        ("Luc Bosc", "voir monlucboscx", []),
        ("Luc Bosca", "voir lucboscz", []),
        ("Luc Bosca", "voir lucboscax", ["lucboscax"]),
        # a particle says nothing by itself
        ("Anne de La Tour", "nous allons à La Rochelle", []),
        # slips of the pen: one letter from five on, and never an everyday word or another number
        ("Inès Morel", "la Mrel viendra", ["Mrel"]),
        ("Luc Martin", "un matin calme", []),
        ("Luc Notair", "voir le notaire", []),  # nor a trade
        ("Anna Bois", "Bois sec à livrer", ["Bois"]),
        ("Luc Bosc", "voir Bost", []),
        # three letters count as a whole word only
        ("Zoé Ngo", "z o e", []),
        ("Zoé Ngo", "zoe", ["zoe"]),
        # everyday words that happen to spell a name, and the name spelled out
        ("Marie Delage", "une question de l'âge", []),
        ("Marie Delage", "son nom: d e l a g e", ["d e l a g e"]),
    ],
)
def test_r4_a_name_is_found_in_every_order_and_never_in_an_everyday_word(
    name: str, text: str, expected: list[str]
) -> None:
    assert marked(text, names=(name,)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un sol en bois", []),
        ("Sol à refaire", []),
        ("Il est vieux. Sol à refaire", []),
        ("voir Sol demain", ["Sol"]),
        ("un sol, sol", []),  # not beside itself
        ("voir marthe sol", ["marthe", "sol"]),
        ("marthe sol", ["marthe", "sol"]),
        ("sol refait pour marthe", ["marthe"]),  # the last word is no neighbour of the first
        ("sol refait pour M", []),
        ("voir sol marthe", ["sol", "marthe"]),
        ("voir M. sol", ["sol"]),
        ("voir R sol", ["sol"]),  # with an initial of the name
        ("voir R sol demain", ["sol"]),
        ("voir r sol", []),
        ("voir A sol", ["sol"]),
        ("voir Z sol", []),
    ],
)
def test_r4_a_name_that_is_an_everyday_word_counts_with_a_capital_or_beside_the_rest(
    text: str, expected: list[str]
) -> None:
    assert marked(text, names=("Anna Rosa Marthe Sol",)) == expected


@pytest.mark.parametrize(
    ("company", "text", "expected"),
    [
        ("Plomberie Dubosc", "la plomberie est vieille", []),  # a trade
        ("Plomberie Dubosc", "la maison Dubosc", ["Dubosc"]),
        ("Plomberie Dubosc", "chez Plomberie Dubosc", ["Plomberie Dubosc"]),
        ("Garage Moreau et Fils", "au garage moreau", ["garage moreau"]),
        ("Garage Moreau et Fils", "au garage", []),
        ("Garage 2000", "une salle de 2000 m²", []),
        ("Garage 2000", "au garage 2000", ["garage 2000"]),
        # nothing but everyday words: together, or alone with a capital
        ("Cabinet Bois", "le bois est sec", []),
        ("Cabinet Bois", "chez Bois", ["Bois"]),
        ("Cabinet Bois", "au cabinet bois", ["cabinet bois"]),
        ("Atelier du Bois", "une table du bois sec", ["du bois"]),
        ("Cabinet Bon Bois", "du bon bois sec", []),
        ("Cabinet Bon Bois", "chez Bon Bois", ["Bon Bois"]),
        ("La Table", "une bonne table", []),
        ("La Table", "à la table", ["la table"]),
        ("La Table", "voir Table demain", ["Table"]),
        # nothing but a form of company
        ("SAS", "une SAS de cinq personnes", ["SAS"]),
    ],
)
def test_r4_a_company_is_found_by_its_own_words_and_not_by_its_trade(
    company: str, text: str, expected: list[str]
) -> None:
    assert marked(text, company=company) == expected


@pytest.mark.parametrize(
    ("before", "domain", "text", "expected"),
    [
        ("x", "durieux.fr", "les durieux", ["durieux"]),
        ("x", "durieux.co.uk", "les durieux", ["durieux"]),
        ("x", "durieux.qc.ca", "les durieux", ["durieux"]),
        ("x", "durieux.gouv.fr", "les durieux", ["durieux"]),
        ("x", "durieux.asso.fr", "les durieux", ["durieux"]),
        ("x", "boutique.durieux.fr", "les durieux", ["durieux"]),
        ("x", "mail.durieux.fr", "les durieux", ["durieux"]),
        ("x", "durieux.fr", "fr ou co", []),
        ("x", "localhost", "rien de tel", []),
        ("durieu", "gmail.com", "les durieu", ["durieu"]),
        ("info", "gmail.com", "une info utile", []),
        ("jean", "free.fr", "une toile de jean", []),  # four letters before the sign are too few
    ],
)
def test_r4_a_mail_address_is_found_by_what_stands_before_its_sign_and_by_its_own_domain(
    before: str, domain: str, text: str, expected: list[str]
) -> None:
    assert marked(text, emails=(f"{before}@{domain}",)) == expected


@pytest.mark.parametrize(
    ("address", "text", "expected"),
    [
        ("69001 Lyon", "à 69001 Lyon", ["69001"]),  # of a place the number only: the area is told anyway
        ("69001 Lyon", "dans le 69002", []),
        ("CH-1204 Genève", "dans le 1204", ["1204"]),
        ("4b rue Haute", "de la rue haute", ["rue haute"]),
        ("12 bis rue Haute", "au bis rue haute", ["bis rue haute"]),
        ("Résidence Haute", "une résidence haute", []),
        ("12 bis", "au 12", []),
    ],
)
def test_r4_an_address_is_found_by_its_street_and_its_postal_code(address: str, text: str, expected: list[str]) -> None:
    assert marked(text, addresses=(address,)) == expected


@pytest.mark.parametrize(
    ("known", "text", "expected"),
    [
        ({"handles": ("@zibu",)}, "voir zibu", ["zibu"]),
        ({"handles": ("@zib",)}, "voir zib", []),
        ({"other": ("Zibu",)}, "voir zibu", ["zibu"]),
        ({"links": (PAGE,)}, "marthe dubosc", ["marthe dubosc"]),
        ({"links": (PAGE,)}, "clairvoie", ["clairvoie"]),
        ({"links": (PAGE,)}, "une équipe secretcode", []),
        ({"links": ("https://autre.example/zibu",)}, "voir zibu", []),
        ({"links": ("https://autre.example/zibuk",)}, "voir zibuk", ["zibuk"]),
        ({"phones": ("+33 6 12 34 56 78",)}, "fini par 34-56-78", ["34-56-78"]),
        ({"phones": ("+33 6 12 34 56 78",)}, "fini par 4 56 78", []),
    ],
)
def test_r4_a_handle_a_link_and_a_number_are_found_once_they_are_long_enough(
    known: dict[str, Any], text: str, expected: list[str]
) -> None:
    assert marked(text, **known) == expected


def test_r4_a_place_in_a_companys_name_points_at_nobody() -> None:
    company, text = "Dubosc Villeurbanne", "un local à Villeurbanne"
    assert marked(text, company=company, ordinary=frozenset({"Villeurbanne"})) == []
    assert marked(text, company=company) == ["Villeurbanne"]


def test_r4_what_two_people_share_is_marked_for_each() -> None:
    two = [Identity(role=role, names=("Inès Morel",)) for role in ("client", "receiver")]
    assert [one.role for one in identifying_marks("chez Morel", two)] == ["client", "receiver"]


def test_r4_an_address_that_is_somebodys_is_marked_once_as_theirs() -> None:
    person = Identity(role="client", emails=("ines@aerovent.example",))
    found = identifying_marks("écrire à ines@aerovent.example ou paul@autre.example", (person,))
    assert [(one.role, one.field) for one in found] == [("client", "mail"), ("", "mail")]


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Paul\x07Martin", "Paul Martin"),
        ("Paul Martin Jr.", "Paul Martin Jr."),
        ("A. B. C.", "A. B. C."),
        ("A. B. C. D.", "A. B. C. D"),
        ("- Paul, ", "Paul"),
        (".Paul", "Paul"),
        ("x" * NAME_LENGTH, "x" * NAME_LENGTH),
        ("x" * (NAME_LENGTH + 1), "x" * NAME_LENGTH),
        ("mot " + "x" * (NAME_LENGTH - 4), "mot " + "x" * (NAME_LENGTH - 4)),
    ],
)
def test_a_name_keeps_the_dot_of_an_abbreviation_and_no_control_character(typed: str, clean: str) -> None:
    assert clean_name(typed) == clean
