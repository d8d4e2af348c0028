"""Lines of text that fit into a width, broken where a careful printer would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from entremise.lib.paper.faces import MILLIMETRE, Face, width

_SPACES = " \t"
_BREAKS = re.compile(r"(?<=[\w]-)(?=\w)|[ \t]+")
# What a plain space may not be parted from: a line never begins with « ; » nor ends with « « ».
_BEFORE_SIGN = re.compile(r"[ \u00a0\u202f]+(?=[;:!?»%€])")
_AFTER_QUOTE = re.compile(r"(?<=«)[ \u00a0\u202f]+")
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")


class DoesNotFit(ValueError):  # noqa: N818 - named as the fact it states
    """The text is longer than the room for it, even at the smallest size; `lines_over` says by how many lines."""

    def __init__(self, lines_over: int) -> None:
        super().__init__(f"{lines_over} lines too many")
        self.lines_over = lines_over


@dataclass(frozen=True)
class Set:
    """Text broken into lines at a size (points); the lines are `leading` millimetres apart."""

    lines: tuple[str, ...]
    face: Face
    size: float
    leading: float

    @property
    def height(self) -> float:
        """How much room the lines take, in millimetres."""
        return self.leading * len(self.lines)


def kept_together(text: str) -> str:
    """Return the text with no-break spaces where French wants a space that no line may end with."""
    for pattern in (_BEFORE_SIGN, _AFTER_QUOTE, _THOUSANDS):
        text = pattern.sub("\u202f", text)
    return text


def lines(text: str, *, face: Face, size: float, room: float) -> tuple[str, ...]:
    """Return the text in lines no wider than `room` millimetres; its own line breaks stay.

    Lines break at spaces and after hyphens; a single word wider than the room is broken where it must be.
    """
    broken: list[str] = []
    for paragraph in kept_together(text).split("\n"):
        line = ""
        for piece in _pieces(paragraph, face=face, size=size, room=room):
            if line and width((line + piece).rstrip(_SPACES), face=face, size=size) > room:
                broken.append(line.rstrip(_SPACES))
                line = piece.lstrip(_SPACES)
            else:
                line += piece
        broken.append(line.rstrip(_SPACES))
    return tuple(broken)


def _pieces(paragraph: str, *, face: Face, size: float, room: float) -> Iterator[str]:
    """Yield what a line may not be broken within: words with the space after them, parts of words that are too wide."""
    start = 0
    ends = [found.end() for found in _BREAKS.finditer(paragraph)]
    for end in [*ends, len(paragraph)]:
        word, start = paragraph[start:end], end
        while width(word.rstrip(_SPACES), face=face, size=size) > room and len(word) > 1:
            fits = max(1, next(n for n in range(len(word), 0, -1) if n == 1 or _fits(word[:n], face, size, room)))
            yield word[:fits]
            word = word[fits:]
        yield word


def _fits(text: str, face: Face, size: float, room: float) -> bool:
    return width(text, face=face, size=size) <= room


def set_in(text: str, *, face: Face, sizes: Sequence[float], room: float, height: float, spacing: float = 1.3) -> Set:
    """Return the text at the largest of the sizes (points) at which it fits into room × height millimetres.

    `spacing` is from line to line in sizes. Raises DoesNotFit when even the smallest is too large.
    """
    for size in sorted(sizes, reverse=True):
        leading = size * spacing / MILLIMETRE
        broken = lines(text, face=face, size=size, room=room)
        if leading * len(broken) <= height + 1e-6:
            return Set(lines=broken, face=face, size=size, leading=leading)
    raise DoesNotFit(len(broken) - int(height / leading))
