"""A profile on one sheet of paper, to be handed over: A5, or A4 where it says much (R27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.utils.translation import gettext

from entremise.lib import days, paper
from entremise.lib.paper import Document, Face
from entremise.web.profile_words import Part

_A5 = (148.0, 210.0)
_SIZES = ((_A5, (10.5, 10.0, 9.5, 9.0, 8.5)), (paper.A4, (11.0, 10.5, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0)))
_MARGIN = 15.0
_FOOT = 30.0  # kept free for the code and the day
_CODE = 22.0
_GAP = 2.4


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What stands on the sheet, in the language it is printed in; `link` is empty where none is open."""

    title: str
    under: str
    parts: Sequence[Part]
    version: int
    at: datetime
    link: str
    language: str


def drawn(sheet: Sheet, *, now: datetime) -> bytes:
    """Return the sheet as a PDF of one page, in the largest letters in which everything fits."""
    size, letters, blocks = next(_fitting(sheet))
    document = Document(size=size, title=sheet.title, at=now, language=sheet.language)
    document.add_page()
    y = _MARGIN
    for space, block, grey in blocks:
        document.ink(grey=grey)
        y = document.block(block, x=_MARGIN, y=y + space)
    _foot(document, sheet, min(letters, 9.0))
    return document.content()


def _fitting(sheet: Sheet) -> Any:
    """Yield the sizes at which everything fits, the best first; the very last one in any case."""
    for size, letters in _SIZES:
        for one in letters:
            blocks = _blocks(sheet, room=size[0] - 2 * _MARGIN, letters=one)
            height = sum(space + block.height for space, block, _grey in blocks)
            if height <= size[1] - _MARGIN - _FOOT or (size is paper.A4 and one == letters[-1]):
                yield size, one, blocks


_Block = tuple[float, paper.Set, float]


def _blocks(sheet: Sheet, *, room: float, letters: float) -> list[_Block]:
    """The texts of the sheet, each with the space above it and its grey."""
    found: list[_Block] = [(0, _set(sheet.title, Face.STRONG, letters * 1.75, room), 0)]
    if sheet.under:
        found.append((1, _set(sheet.under, Face.ASLANT, letters * 1.1, room), 0.25))
    for part in sheet.parts:
        found.append((_GAP * 1.6, _set(str(part.title), Face.STRONG, letters, room), 0.25))
        for index, line in enumerate(part.lines):
            found.append((0.6 if index else 0.3, _set(line, Face.WORDS, letters, room), 0))
    return found


def _set(text: str, face: Face, size: float, room: float) -> paper.Set:
    clean = "".join(char for char in text.replace("\r\n", "\n") if char not in paper.unprintable(text, face=face))
    return paper.set_in(clean, face=face, sizes=[size], room=room, height=10_000, spacing=1.32)


def _foot(document: Document, sheet: Sheet, letters: float) -> None:
    """The day the sheet is of, and how to read today's: a sheet grows old, and says so."""
    wide, high = document.size
    top = high - _MARGIN - _CODE + 4
    day = days.said(sheet.at, year=True)
    words = [gettext("As of %(day)s, version %(number)d.") % {"day": day, "number": sheet.version}]
    if sheet.link:
        words.append(gettext("Today’s version, at any time:"))
        words.append(sheet.link)
    room = wide - 2 * _MARGIN - (_CODE + 5 if sheet.link else 0)
    document.rule(start=(_MARGIN, top - 3), end=(wide - _MARGIN, top - 3))
    document.ink(grey=0.25)
    document.block(_set("\n".join(words), Face.WORDS, min(letters, 8.5), room), x=_MARGIN, y=top)
    if sheet.link:
        document.ink(grey=0)
        _code(document, sheet.link, x=wide - _MARGIN - _CODE, y=top)


def _code(document: Document, link: str, *, x: float, y: float) -> None:
    """Draw the link as a QR code: each run of dark squares of a line is one thick stroke."""
    rows = [list(row) for row in segno.make(link, micro=False, error="m").matrix]
    step = _CODE / len(rows)
    for down, row in enumerate(rows):
        for start, end in _runs(row):
            middle = y + (down + 0.5) * step
            document.rule(start=(x + start * step, middle), end=(x + end * step, middle), thick=step * 1.02, grey=0)


def _runs(row: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Return where runs of dark squares begin and end, end exclusive."""
    found: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if dark and found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        elif dark:
            found.append((at, at + 1))
    return found
