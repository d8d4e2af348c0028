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


def test_r42_the_strongest_come_first_and_only_so_many() -> None:
    looking = Looking(kinds=RESTAURANT, lines=("Hôtels",))
    people = [known("Hôtel du Nord", uid="a"), known("Restaurant", uid="b"), known("Hôtel restaurant", uid="c")]
    assert [one.uid for one in best(looking, people, most=2)] == ["c", "b"]


def test_r42_a_book_is_searched_by_the_words_that_tell() -> None:
    assert words_wanted(Looking(kinds=RESTAURANT, lines=("Hôtels pour familles",))) == {
        "restaurant", "restaurateur", "brasserie", "hotel", "famille",
    }  # fmt: skip
