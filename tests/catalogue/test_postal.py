"""Addresses laid out as each country's post wants them (R24)."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from entremise.catalogue.areas import search
from entremise.catalogue.postal import country_named, country_of, laid_out


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("12 rue Mercière\n69002 Lyon", ["12 rue Mercière", "69002 LYON"]),
        ("12 rue Mercière\n69 002 Lyon\nFrance", ["12 rue Mercière", "69002 LYON"]),
        ("BP 12\nF-69431 Lyon Cedex 03", ["BP 12", "69431 LYON CEDEX 03"]),
        ("Rue Haute 5\n1000 Bruxelles\nBelgique", ["Rue Haute 5", "1000 BRUXELLES", "BELGIQUE"]),
        ("Rue du Lac 3\nCH-1201 Genève\nSuisse", ["Rue du Lac 3", "1201 GENÈVE", "SUISSE"]),
        ("Damrak 1\n1012 LG Amsterdam\nNederland", ["Damrak 1", "1012 LG AMSTERDAM", "PAYS-BAS"]),
        ("350 rue Guy\nMontréal (QC), h3h2t5\nCanada", ["350 rue Guy", "MONTRÉAL (QC) H3H 2T5", "CANADA"]),
        ("10 Downing St\nLondon sw1a2aa\nEngland", ["10 Downing St", "LONDON", "SW1A 2AA", "ROYAUME-UNI"]),
        ("10 Downing St\nLondon\nSW1A 2AA\nUK", ["10 Downing St", "LONDON", "SW1A 2AA", "ROYAUME-UNI"]),
        ("1 Main St\nAustin, TX 78701\nUSA", ["1 Main St", "AUSTIN, TX 78701", "ÉTATS-UNIS"]),
        ("Storgatan 1\n111 23 Stockholm\nSverige", ["Storgatan 1", "111 23 STOCKHOLM", "SUÈDE"]),
        ("1 chome\nTokyo\nJapon", ["1 chome", "Tokyo", "JAPON"]),
        ("Le bourg", ["Le bourg"]),
        ("", []),
    ],
)
def test_r24_an_address_sent_from_france(address: str, lines: list[str]) -> None:
    assert laid_out(address, name="Inès Morel") == ("Inès Morel", *lines)


BRUSSELS = search("Bruxelles", limit=1)[0].code


def test_the_country_of_an_address_that_names_none_is_where_the_person_works() -> None:
    assert laid_out("Rue Haute 5\n1000 Bruxelles", name="Jan", area=BRUSSELS)[-2:] == ("1000 BRUXELLES", "BELGIQUE")


def test_at_home_is_where_the_sender_is_and_the_country_is_named_in_their_language() -> None:
    french = "12 rue Mercière\n69002 Lyon\nFrance"
    assert laid_out(french, name="Inès", home="CA", language="fr")[-1] == "FRANCE"
    assert laid_out("1 rue A\n1201 Genève\nSuisse", name="Luc", home="FR", language="en")[-1] == "SWITZERLAND"
    assert laid_out("350 rue Guy\nMontréal QC  H3H 2T5\nCanada", name="Luc", home="CA")[-1] == "MONTRÉAL QC H3H 2T5"


def test_the_person_comes_first_then_the_company_and_neither_twice() -> None:
    address = "Inès Morel\nAéro\n12 rue Mercière\n69002 Lyon"
    lines = laid_out(address, name="Inès Morel", company="Aéro")
    assert lines == ("Inès Morel", "Aéro", "12 rue Mercière", "69002 LYON")
    assert laid_out("1 rue A\n69002 Lyon", name="Aéro", company="aéro")[:2] == ("Aéro", "1 rue A")


def test_a_street_that_begins_with_a_number_is_not_a_town() -> None:
    lines = laid_out("1200 chemin du Lac\nBâtiment 3\n73100 Aix-les-Bains", name="A")
    assert lines[1:] == ("1200 chemin du Lac", "Bâtiment 3", "73100 AIX-LES-BAINS")


def test_a_country_is_known_by_its_name_in_three_languages() -> None:
    assert {country_named(name).code for name in ("Allemagne", "germany", "DEUTSCHLAND")} == {"DE"}  # type: ignore[union-attr]
    assert country_named("Ελλάδα").code == "GR"  # type: ignore[union-attr]
    assert country_named("Lyon") is country_named("Αθήνα") is None
    assert country_of("1 rue A\n1000 Bruxelles\nBelgië").code == "BE"  # type: ignore[union-attr]
    assert country_of("") is None


def test_the_list_names_each_country_once_in_both_languages() -> None:
    text = files("entremise.catalogue").joinpath("data/countries.tsv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t"))
    assert len({row["code"] for row in rows}) == len(rows) > 50
    assert {row["town"] for row in rows} == {
        "code-first",
        "code-apart",
        "canadian",
        "british",
        "last-line",
        "as-written",
    }
    for row in rows:
        assert country_named(row["name_fr"]).code == country_named(row["name_en"]).code == row["code"]  # type: ignore[union-attr]
