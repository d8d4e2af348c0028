"""Reading text as people do: without accents, case, ligatures or look-alike letters, offsets kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SPELLED_OUT = {
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    # Cyrillic and Greek letters that look like Latin ones
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s",
    "к": "k", "м": "m", "т": "t", "н": "h", "в": "b", "α": "a", "ο": "o", "ε": "e", "ι": "i", "ν": "v",
    "ρ": "p", "τ": "t", "κ": "k", "υ": "u",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Folded:
    """A text folded for comparison; `origin[i]` is the offset in `source` that gave `text[i]`."""

    source: str
    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the source of the folded range, end exclusive, combining marks included."""
        last = self.origin[end - 1] + 1
        while last < len(self.source) and unicodedata.combining(self.source[last]):
            last += 1
        return self.origin[start], last


@dataclass(frozen=True)
class Word:
    """A run of letters and digits: folded text, folded range, and whether it was written with a capital."""

    text: str
    start: int
    end: int
    capital: bool


def fold_char(char: str) -> str:
    """Return the folded form of one character: lower case, no accent; empty for what is not seen."""
    if char.isascii():
        return char.lower()
    if unicodedata.category(char) == "Cf":
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return "".join(_SPELLED_OUT.get(c, c) for c in plain.casefold())


def fold(text: str) -> Folded:
    """Return `text` folded for comparison, with the offset of every character in the original."""
    letters: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        for piece in fold_char(char):
            letters.append(piece)
            origin.append(index)
    return Folded(text, "".join(letters), tuple(origin))


def words_of(folded: Folded) -> tuple[Word, ...]:
    """Return the words of a folded text in order."""
    return tuple(
        Word(m.group(), m.start(), m.end(), folded.source[folded.origin[m.start()]].isupper())
        for m in _WORD.finditer(folded.text)
    )


def plain_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a short text such as a name."""
    return tuple(_WORD.findall(fold(text).text))


def near(left: str, right: str) -> bool:
    """Say whether two words are a slip apart: one edit from 5 letters on, two from 9 on, none below."""
    allowed = 2 if len(right) >= 9 else 1 if len(right) >= 5 else 0
    if left == right:
        return True
    if not allowed or abs(len(left) - len(right)) > allowed:
        return False
    return _edits(left, right) <= allowed


def _edits(left: str, right: str) -> int:
    """Return the number of edits (insert, delete, replace, swap neighbours) between two words."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        last, row_before = row, before
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                best = min(best, row_before[j - 2] + 1)
            row.append(best)
        before = last
    return row[-1]


def joined_runs(words: tuple[Word, ...], folded: Folded, longest: int) -> Iterator[tuple[int, int, str]]:
    """Yield (first word, last word, letters) of neighbouring words written together, up to `longest` letters."""
    for first, word in enumerate(words):
        letters = word.text
        yield first, first, letters
        for last in range(first + 1, len(words)):
            if not _joins(words[last - 1], words[last], folded) or len(letters) >= longest:
                break
            letters += words[last].text
            yield first, last, letters


def _joins(left: Word, right: Word, folded: Folded) -> bool:
    """Words belong together over at most three separators, and over a full stop only after an initial."""
    gap = folded.text[left.end : right.start]
    if len(gap) > 3:
        return False
    return len(left.text) == 1 or not re.search(r"[.!?;:]\s|\n\s*\n", gap)
