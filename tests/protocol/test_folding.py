"""Text as people read it: letters that look alike, slips of the pen, words written together (R4)."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol.folding import fold, joined_runs, near, plain_words, words_of

LOOK_ALIKES = [
    ("œuf æble straße øre łan đan ðan þan ıle", "oeuf aeble strasse ore lan dan dan than ile"),
    ("аеорсух іјѕ кмтнв", "aeopcyx ijs kmthb"),  # Cyrillic
    ("αοειν ρτκυ", "aoeiv ptku"),  # Greek
    ("ＩＮＥＳ ﬁn Ａ１", "ines fin a1"),
    ("ÉÈÊË çñ Ž", "eeee cn z"),
    ("in\u200bes\u00ad", "ines"),
]


@pytest.mark.parametrize(("seen", "read"), LOOK_ALIKES)
def test_r4_letters_that_look_alike_are_read_alike(seen: str, read: str) -> None:
    assert fold(seen).text == read


@pytest.mark.parametrize(
    ("text", "start", "end", "span"),
    [
        ("abc", 0, 2, (0, 2)),
        ("œuf", 0, 2, (0, 1)),  # both letters come from one
        ("e\u0301t", 0, 1, (0, 2)),  # a mark belongs to the letter before it
        ("xe\u0301\u0327", 1, 2, (1, 4)),
        ("a\u200bbc", 0, 2, (0, 3)),
    ],
)
def test_a_folded_range_is_found_again_in_the_original(text: str, start: int, end: int, span: tuple[int, int]) -> None:
    assert fold(text).span(start, end) == span


def test_words_keep_where_they_stand_and_whether_they_had_a_capital() -> None:
    found = words_of(fold("L'Œuvre d’inès_12"))
    assert [(one.text, one.start, one.end, one.capital) for one in found] == [
        ("l", 0, 1, True),
        ("oeuvre", 2, 8, True),
        ("d", 9, 10, False),
        ("ines", 11, 15, False),
        ("12", 16, 18, False),
    ]
    assert plain_words("Jean-Marc, d’Œuvre") == ("jean", "marc", "d", "oeuvre")


@pytest.mark.parametrize(
    ("written", "meant", "is_near"),
    [
        ("bosc", "bosc", True),
        ("bost", "bosc", False),  # four letters: none
        ("mrel", "morel", True),  # five: one left out, added, changed, or two swapped
        ("morrel", "morel", True),
        ("moxel", "morel", True),
        ("moerl", "morel", True),
        ("mxxel", "morel", False),
        ("mrl", "morel", False),
        ("romel", "morel", False),  # swapped, but not neighbours
        ("lefebxxe", "lefebvre", False),  # eight: one still
        ("delacroxx", "delacroix", True),  # nine: two
        ("delacro", "delacroix", True),
        ("delacr", "delacroix", False),
        ("dxlxcrxix", "delacroix", False),
        ("edlacriox", "delacroix", True),
    ],
)
def test_a_slip_of_the_pen_is_one_edit_from_five_letters_on_and_two_from_nine_on(
    written: str, meant: str, is_near: bool
) -> None:
    assert near(written, meant) is is_near


def edits(left: str, right: str) -> int:
    """The definition itself: the fewest inserts, deletions, changes and swaps of neighbours."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        ways = [between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + (left[i - 1] != right[j - 1])]
        if i > 1 and j > 1 and left[i - 2 : i] == right[j - 1] + right[j - 2]:
            ways.append(between(i - 2, j - 2) + 1)
        return min(ways)

    return between(len(left), len(right))


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_words_are_near_where_so_few_edits_lie_between_them(left: str, right: str) -> None:
    allowed = 2 if len(right) >= 9 else 1 if len(right) >= 5 else 0
    assert near(left, right) is (edits(left, right) <= allowed)


def test_of_all_short_words_of_three_letters_those_one_edit_apart_are_near() -> None:
    words = ["".join(letters) for length in (4, 5) for letters in product("abc", repeat=length)]
    for right in ("abcab", "aabbc", "abacb"):
        assert [left for left in words if near(left, right)] == [left for left in words if edits(left, right) <= 1]


def runs(text: str, longest: int = 20) -> list[str]:
    folded = fold(text)
    return [letters for _first, _last, letters in joined_runs(words_of(folded), folded, longest)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab cd", ["ab", "abcd", "cd"]),
        ("ab - cd", ["ab", "abcd", "cd"]),  # three signs between
        ("ab -- cd", ["ab", "cd"]),  # and four
        ("ab. cd", ["ab", "cd"]),
        ("a. cd", ["a", "acd", "cd"]),  # an initial
        ("ab.cd", ["ab", "abcd", "cd"]),
        ("ab! cd", ["ab", "cd"]),
        ("ab\ncd", ["ab", "abcd", "cd"]),
        ("ab\n\ncd", ["ab", "cd"]),
    ],
)
def test_words_are_read_together_within_a_sentence_only(text: str, expected: list[str]) -> None:
    assert runs(text) == expected


def test_words_are_read_together_up_to_the_longest_that_is_looked_for() -> None:
    assert runs("ab cd ef", longest=4) == ["ab", "abcd", "cd", "cdef", "ef"]
    assert runs("ab cd ef", longest=5) == ["ab", "abcd", "abcdef", "cd", "cdef", "ef"]
