"""The closed list of areas a brief may name (R4)."""

from __future__ import annotations

import time
from importlib.resources import files

import pytest

from entremise.catalogue import areas
from entremise.catalogue.areas import AreaKind, UnknownArea, area, contains, lineage, search, widen


def found(text: str, language: str = "fr") -> list[str]:
    return [place.label(language) for place in search(text, language=language)]


def test_r4_no_area_of_the_list_has_fewer_than_20000_inhabitants() -> None:
    counted = [place for place in areas.all_areas() if place.population is not None]
    assert len(counted) > 800
    assert [place.code for place in counted if place.population < areas.SMALLEST_TOWN] == []  # type: ignore[operator]


def test_r4_every_town_has_a_known_population() -> None:
    towns = [place for place in areas.all_areas() if place.kind is AreaKind.TOWN]
    assert len(towns) > 700
    assert all(place.population for place in towns)


def test_codes_are_unique_in_the_data_file() -> None:
    text = files("entremise.catalogue").joinpath("data/areas.tsv").read_text("utf-8")
    codes = [line.split("\t", 1)[0] for line in text.splitlines()[1:]]
    assert len(codes) == len(set(codes)) == len(areas.all_areas())


def test_every_area_lies_in_larger_ones_up_to_one_of_five_countries() -> None:
    for place in areas.all_areas():
        line = lineage(place.code)
        kinds = [step.kind for step in line]
        assert line[-1].code in {"FR", "BE", "CH", "LU", "CA"}
        assert kinds == sorted(set(kinds))
        assert kinds[-1] is AreaKind.COUNTRY


def test_every_area_has_its_names_in_both_languages_and_a_place_in_a_sentence() -> None:
    for place in areas.all_areas():
        assert place.name_fr.strip() == place.name_fr != ""
        assert place.name_en.strip() == place.name_en != ""
        assert place.located("fr").split()[0] in {"à", "au", "aux", "en", "dans", "sur"}
        assert place.located("en").startswith("in ")


def test_no_two_areas_share_a_label_so_that_a_choice_is_never_ambiguous() -> None:
    for language in ("fr", "en"):
        labels = [place.label(language) for place in areas.all_areas()]
        assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("geneve", "Genève (Suisse)"),
        ("Geneva", "Genève (Suisse)"),
        ("zürich", "Zurich (Suisse)"),
        ("saint etienne", "Saint-Étienne (Loire)"),
        ("St-Etienne", "Saint-Étienne (Loire)"),
        ("lyon", "Lyon (Rhône)"),
        ("par", "Paris (France)"),
        ("bruxelles", "Bruxelles (Bruxelles-Capitale)"),
        ("LIEGE", "Liège (Belgique)"),
        ("gent", "Gand (Flandre-Orientale)"),
        ("quebec", "Québec (Capitale-Nationale)"),
        ("montreal", "Montréal (Canada)"),
        ("trois rivieres", "Trois-Rivières (Mauricie)"),
        ("luxembourg", "Luxembourg (ville)"),
        ("st", "Strasbourg (Bas-Rhin)"),
        ("esch", "Esch-sur-Alzette (Luxembourg)"),
        ("auvergne", "Auvergne-Rhône-Alpes (région)"),
        ("l'ile de france", "Île-de-France (région)"),
        ("rhone", "Rhône (département)"),
        ("valais", "Valais (canton)"),
        ("hainaut", "Hainaut (province)"),
        ("estrie", "Estrie (région administrative)"),
    ],
)
def test_a_place_is_found_whatever_the_accents_case_and_hyphens(typed: str, first: str) -> None:
    assert found(typed.removeprefix("l'"))[0] == first


def test_a_word_inside_a_name_is_found_after_names_that_begin_with_it() -> None:
    labels = found("denis") + found("saint-denis")
    assert "Saint-Denis (Seine-Saint-Denis)" in labels
    assert "Saint-Denis (La Réunion)" in labels


def test_big_towns_come_first_and_the_limit_holds() -> None:
    towns = search("sai", limit=3)
    assert len(towns) == 3
    people = [place.population or 0 for place in towns]
    assert people == sorted(people, reverse=True)


def test_nothing_typed_or_nothing_listed_finds_nothing() -> None:
    assert search("") == search(" - ") == search("xyzzy") == []


def test_an_english_reader_sees_english_names() -> None:
    assert found("anvers", "en")[0] == "Antwerp (Belgium)"
    assert area("BE-VLG").located("en") == "in Flanders"
    assert area("FR-69").located("en") == "in the Rhône department"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("FR-69123", "à Lyon"),
        ("FR-72181", "au Mans"),
        ("FR-91692", "aux Ulis"),
        ("FR-17300", "à La Rochelle"),
        ("FR-69", "dans le Rhône"),
        ("FR-21", "en Côte-d’Or"),
        ("FR-ARA", "en Auvergne-Rhône-Alpes"),
        ("CA-QC", "au Québec"),
    ],
)
def test_a_place_reads_well_in_a_french_sentence(code: str, sentence: str) -> None:
    assert area(code).located("fr") == sentence


def test_r4_widening_gives_the_region_or_the_next_larger_area() -> None:
    assert widen("FR-69123", to=AreaKind.REGION).code == "FR-ARA"
    assert widen("FR-ARA", to=AreaKind.REGION).code == "FR-ARA"
    assert widen("FR", to=AreaKind.REGION).code == "FR"
    assert widen("GN-2660646", to=AreaKind.REGION).name_fr == "Région lémanique"
    assert widen("GN-2657896", to=AreaKind.REGION).name_fr == "Zurich"
    assert widen("GN-2960596", to=AreaKind.REGION).code == "LU"
    assert widen("GN-6077243", to=AreaKind.REGION).code == "CA-QC-06"


def test_a_region_contains_its_towns_and_itself_and_nothing_else() -> None:
    assert contains("FR-ARA", "FR-69123")
    assert contains("FR-ARA", "FR-ARA")
    assert not contains("FR-69123", "FR-ARA")
    assert not contains("FR-BRE", "FR-69123")


def test_an_unknown_code_is_refused_by_name() -> None:
    with pytest.raises(UnknownArea) as refusal:
        area("FR-99999")
    assert refusal.value.code == "FR-99999"
    with pytest.raises(UnknownArea):
        contains("FR", "nowhere")


def test_all_96_metropolitan_departments_and_18_regions_of_france_are_there() -> None:
    codes = {place.code for place in areas.all_areas()}
    assert sum(1 for p in areas.all_areas() if p.kind is AreaKind.DEPARTMENT and p.code[:2] == "FR") == 96
    assert {"FR-971", "FR-972", "FR-973", "FR-974", "FR-976", "FR-20R", "FR-2A", "FR-2B"} <= codes
    assert sum(1 for p in areas.all_areas() if p.code.startswith("CA-QC-")) == 17
    assert sum(1 for p in areas.all_areas() if p.code.startswith("BE-")) == 13


def test_a_search_is_quick_enough_to_answer_while_typing() -> None:
    search("lyon")
    started = time.perf_counter()
    for _ in range(10):
        search("sa")
    assert (time.perf_counter() - started) / 10 < 0.05
