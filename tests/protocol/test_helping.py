"""What somebody looks for, held against a person one knows (R42)."""

from __future__ import annotations

import pytest

from entremise.protocol.helping import Known, Looking, Reason, Why, best, match, words_wanted

RESTAURANT = {"restaurant": ("restaurant", "restaurateur", "brasserie")}
LYON = ("FR-69123", "FR-69", "FR-84", "FR")
PARIS = ("FR-75056", "FR-75", "FR-11", "FR")
RHONE = ("FR-69", "FR-84", "FR")


def known(*words: str, place: tuple[str, ...] = (), uid: str = "a") -> Known:
    return Known(uid=uid, words=words, place=place)


def test_r42_the_kind_the_line_and_the_place_are_told_as_reasons() -> None:
    looking = Looking(kinds=RESTAURANT, lines=("Brasseries avec terrasse",), places=(RHONE,))
    found = match(looking, known("Brasserie du Parc", place=LYON))
    assert found is not None
    assert found.reasons == (
        Reason(Why.KIND, "restaurant"),
        Reason(Why.LINE, "Brasseries avec terrasse"),
        Reason(Why.PLACE, "FR-69"),
    )


@pytest.mark.parametrize(
    ("looking", "person"),
    [
        (Looking(kinds=RESTAURANT), known("Cabinet d’Ainay")),
        (Looking(kinds=RESTAURANT, places=(PARIS,)), known("Restaurant du Lac", place=LYON)),
        (Looking(kinds=RESTAURANT, against=("Brasseries",)), known("Brasserie du Parc")),
        (Looking(kinds={}, places=(LYON,)), known("Restaurant du Lac", place=LYON)),
        (Looking(kinds={}, lines=("Petites entreprises de quartier",)), known("Entreprise Durand, clients")),
        (Looking(kinds=RESTAURANT), known()),
    ],
)
def test_r42_nothing_that_says_so_or_something_that_says_no_is_no_match(looking: Looking, person: Known) -> None:
    """R29: a place alone, or words that everybody uses, make nobody a match."""
    assert match(looking, person) is None


GRENOBLE = ("FR-38185", "FR-38", "FR-84", "FR")
ISERE = GRENOBLE[1:]


@pytest.mark.parametrize(
    ("places", "place", "told"),
    [
        ((), (), []),
        ((), LYON, []),
        ((RHONE,), (), []),  # nobody knows where they are
        ((RHONE,), LYON, ["FR-69"]),
        ((LYON,), RHONE, ["FR-69123"]),
        ((LYON,), LYON, ["FR-69123"]),
        ((PARIS, RHONE), LYON, ["FR-69"]),
        ((RHONE, LYON), LYON, ["FR-69"]),  # one is enough
        ((PARIS,), LYON, None),
        ((GRENOBLE,), LYON, None),  # of one region, and neither within the other
        ((ISERE,), LYON, None),
        ((LYON,), ISERE, None),
        (((),), LYON, None),
    ],
)
def test_r42_a_place_speaks_for_somebody_within_it_or_around_it_and_another_place_against(
    places: tuple[tuple[str, ...], ...], place: tuple[str, ...], told: list[str] | None
) -> None:
    found = match(Looking(kinds=RESTAURANT, places=places), known("Restaurant", place=place))
    if told is None:
        assert found is None
    else:
        assert found is not None
        assert [one.said for one in found.reasons if one.why is Why.PLACE] == told


@pytest.mark.parametrize(
    ("against", "matches"),
    [
        ("Restaurants", False),
        ("Restaurants, restaurant", False),
        ("Restaurants de plage", True),  # only half of it is said of them
        ("les gens pour qui", True),  # says nothing telling of anybody
        ("", True),
    ],
)
def test_r42_what_is_not_for_them_counts_where_all_of_it_is_true(against: str, matches: bool) -> None:
    found = match(Looking(kinds=RESTAURANT, against=(against,)), known("Restaurant du Lac"))
    assert (found is not None) is matches


@pytest.mark.parametrize(
    ("line", "words", "matches"),
    [
        ("Les cafés du coin", "Café Central", True),  # one and several of a thing
        ("Une ferme", "Ferme du Bois", True),
        ("Une cave", "Cave des Halles", True),
        ("PME", "Conseil aux PME", True),
        ("Les bars, le CHR", "Bar de la Paix", True),
        ("Les bars, le CHR", "Fournisseur CHR", True),
        ("Les bars", "Barbier Martin", False),  # a word as a whole
        ("Le vin et les vignes", "Les Amis et Le Lac", False),
        ("Qui a 20 ans et plus", "Le 20 ans, plus", False),  # words and numbers that tell nothing
    ],
)
def test_r42_a_line_names_somebody_by_its_telling_words_however_short(line: str, words: str, matches: bool) -> None:
    assert (match(Looking(kinds={}, lines=(line,)), known(words)) is not None) is matches


def test_r42_a_kind_weighs_more_than_a_line_and_a_line_more_than_a_place() -> None:
    kind, line = Looking(kinds=RESTAURANT), Looking(kinds={}, lines=("Restaurants",))
    both = Looking(kinds=RESTAURANT, lines=("Restaurants",), places=(RHONE,))
    found = [match(one, known("Restaurant", place=LYON)) for one in (kind, line, both)]
    assert [one.strength for one in found if one] == [3, 2, 3 + 2 + 1]


def test_r42_the_strongest_come_first_and_only_so_many() -> None:
    looking = Looking(kinds=RESTAURANT, lines=("Hôtels",))
    people = [known("Hôtel du Nord", uid="a"), known("Restaurant", uid="b"), known("Hôtel restaurant", uid="c")]
    assert [one.uid for one in best(looking, people, most=2)] == ["c", "b"]


def test_r42_a_book_is_searched_by_the_words_that_tell() -> None:
    assert words_wanted(Looking(kinds=RESTAURANT, lines=("Hôtels pour familles",))) == {
        "restaurant", "restaurateur", "brasserie", "hotel", "famille",
    }  # fmt: skip
