"""The closed list of trades, and of kinds of clients, that a brief may name (R4, R14)."""

from __future__ import annotations

import re

import pytest

from entremise.catalogue import client_kinds, trades
from entremise.catalogue.client_kinds import UnknownClientKind, client_kind
from entremise.catalogue.trades import Family, Trade, UnknownTrade, all_trades, search, trade


def keys(text: str, language: str = "fr") -> list[str]:
    return [entry.key for entry in search(text, language=language)]


def test_there_are_some_250_trades_and_40_kinds_of_clients() -> None:
    assert len(all_trades()) >= 250
    assert len(client_kinds.all_client_kinds()) >= 40


@pytest.mark.parametrize("entry", all_trades(), ids=lambda entry: entry.key)
def test_every_trade_has_all_its_names_and_a_code(entry: Trade) -> None:
    for name in (entry.name_fr, entry.name_fr_feminine, entry.name_en):
        assert name == name.strip() != ""
    assert re.match(r"^une? ", entry.phrase_fr)
    assert re.match(r"^an? ", entry.phrase_en)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", entry.key)
    assert [re.fullmatch(r"\d\d\.\d\d[A-Z]", code) for source, code in entry.codes if source == "naf2"] != [None]
    assert {source for source, _ in entry.codes} <= set(trades.NOMENCLATURES)


def test_r4_no_french_phrase_is_a_name_that_tells_a_woman_from_a_man() -> None:
    for entry in all_trades():
        if entry.name_fr != entry.name_fr_feminine:
            assert entry.phrase_fr.partition(" ")[2] not in {entry.name_fr, entry.name_fr_feminine}, entry.key


def test_french_phrases_contract_and_elide_as_french_does() -> None:
    phrases = [entry.phrase_fr for entry in all_trades()]
    phrases += [kind.phrase_fr for kind in client_kinds.all_client_kinds()]
    wrong = [p for p in phrases if re.search(r"\b(de le|de les|à le|à les|(de|la|le) [aeiouéèêœ])", p)]
    assert wrong == []


@pytest.mark.parametrize("column", ["name_fr", "name_en", "phrase_fr", "phrase_en"])
def test_no_two_trades_share_a_name_or_a_phrase_in_one_language(column: str) -> None:
    words = [getattr(entry, column) for entry in all_trades()]
    assert sorted(words) == sorted(set(words))


def test_the_reference_example_reads_as_the_doctrine_tells_it() -> None:
    entry = trade("ventilation-engineer")
    assert entry.phrase("fr") == "un professionnel de la ventilation"
    assert entry.phrase("en") == "a ventilation engineer"
    assert entry.phrase("fr-ca") == entry.phrase("fr")
    assert entry.codes == (("naf2", "71.12B"),)
    assert client_kind("restaurant").phrase("fr") == "un restaurant"


def test_r14_evaluation_days_follow_the_family_of_the_trade() -> None:
    table = {"caterer": 14, "plumber": 21, "insurance-broker": 45, "sales-consultant": 90, "estate-agent": 120}
    assert {key: trade(key).evaluation_days for key in table} == table
    assert trade("accountant").evaluation_days == trades.DEFAULT_EVALUATION_DAYS == 30


def test_every_family_has_a_trade_and_a_name_in_both_languages() -> None:
    assert {entry.family for entry in all_trades()} == set(Family)
    assert len({family.name_fr for family in Family}) == len({family.name_en for family in Family}) == len(Family)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("comptable", "bookkeeper"),
        ("expert comptable", "accountant"),
        ("experte-comptable", "accountant"),
        ("avocate", "lawyer"),
        ("avoc", "lawyer"),
        ("electricienne", "electrician"),
        ("ÉLECTRICIEN", "electrician"),
        ("plumb", "plumber"),
        ("vmc", "ventilation-installer"),
        ("hotte", "ventilation-engineer"),
        ("kine", "physiotherapist"),
        ("site internet", "web-developer"),
        ("restaurant", "restaurant-owner"),
        ("maitre d'oeuvre", "construction-manager"),
        ("headhunter", "recruiter"),
    ],
)
def test_a_trade_is_found_by_name_synonym_or_beginning(typed: str, wanted: str) -> None:
    assert wanted in keys(typed)


def test_a_trade_called_so_comes_before_one_only_meant_by_it() -> None:
    assert keys("comptable")[:2] == ["bookkeeper", "accountant"]
    assert keys("notaire")[0] == "notary"
    assert keys("architect", "en")[0] == "architect"


def test_nothing_typed_finds_nothing_and_the_limit_holds() -> None:
    assert search("") == [] == search("xyzzy")
    assert len(search("c", limit=3)) == 3
    assert client_kinds.search("") == []


def test_unknown_keys_are_refused_by_name() -> None:
    with pytest.raises(UnknownTrade) as refusal:
        trade("alchemist")
    assert refusal.value.key == "alchemist"
    with pytest.raises(UnknownClientKind):
        client_kind("unicorn")


def test_every_kind_of_client_has_its_phrases() -> None:
    kinds = client_kinds.all_client_kinds()
    assert len({kind.key for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert re.match(r"^une? ", kind.phrase("fr"))
        assert re.match(r"^an? ", kind.phrase("en"))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("resto", "restaurant"), ("xyzzy", None), ("restau", "restaurant"), ("PME", "small-business"),
     ("mairie", "public-body"),
     ("hotel", "hotel"), ("family", "family")],
)  # fmt: skip
def test_a_kind_of_client_is_found_by_its_words(typed: str, wanted: str | None) -> None:
    found = [kind.key for kind in client_kinds.search(typed)]
    assert found[:1] == ([wanted] if wanted else [])


def test_a_trade_is_called_by_both_its_forms_where_nobody_knows_whose_it_is() -> None:
    assert trades.trade("business-lawyer").either("fr") == "avocat / avocate d’affaires"
    assert trades.trade("personal-trainer").either("fr") == "coach sportif / coach sportive"
    assert trades.trade("notary").either("fr") == "notaire"
    assert trades.trade("notary").either("en") == "notary"


def test_listed_french_words_bear_the_apostrophe_of_print() -> None:
    french = (words for one in trades.all_trades() for words in (one.name_fr, one.name_fr_feminine, one.phrase_fr))
    assert [words for words in french if "'" in words] == []
