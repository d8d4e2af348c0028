"""A document on paper, measured in millimetres from the upper left corner of its page."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from io import BytesIO
from typing import Literal

from reportlab.lib.utils import TimeStamp
from reportlab.pdfgen.canvas import Canvas

from entremise.lib.paper.faces import MILLIMETRE, Face, as_drawn, font, width
from entremise.lib.paper.setting import Set

A4 = (210.0, 297.0)
Align = Literal["left", "centre", "right"]
_SHARE: dict[Align, float] = {"left": 0, "centre": 0.5, "right": 1}


class Document:
    """Pages of one size. The same calls at the same instant give the same bytes; nothing in it names a person or a
    machine but what is drawn and the title.

    Sizes of letters are points, everything else millimetres; y grows downwards.
    """

    def __init__(self, *, size: tuple[float, float], title: str, at: datetime, language: str) -> None:
        self.size = size
        self._file = BytesIO()
        points = (size[0] * MILLIMETRE, size[1] * MILLIMETRE)
        self._canvas = Canvas(
            self._file, pagesize=points, invariant=1, pageCompression=1, lang=language, initialFontName=_first()
        )
        self._canvas._doc._timeStamp = _stamp(at)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("Entremise")
        self._canvas.setProducer("Entremise")
        self._begun = False

    def add_page(self) -> None:
        """Begin the next page; what is drawn from here on is drawn on it."""
        if self._begun:
            self._canvas.showPage()
        self._begun = True

    def line(self, text: str, *, x: float, y: float, face: Face, size: float, align: Align = "left") -> None:
        """Draw one line of text; `y` is its baseline, `x` where it begins, has its middle, or ends."""
        start = x - width(text, face=face, size=size) * _SHARE[align]
        font(face)
        self._canvas.setFont(face.value, size)
        self._canvas.drawString(start * MILLIMETRE, self._up(y), as_drawn(text))

    def block(self, text: Set, *, x: float, y: float, align: Align = "left") -> float:
        """Draw lines below one another, the room of the first beginning at `y`; return where the last one's ends."""
        for index, line in enumerate(text.lines):
            # Where capitals stand in the middle of the line's room, what is above and below looks the same.
            baseline = y + text.leading * (index + 0.5) + 0.35 * text.size / MILLIMETRE
            self.line(line, x=x, y=baseline, face=text.face, size=text.size, align=align)
        return y + text.height

    def rule(
        self, *, start: tuple[float, float], end: tuple[float, float], thick: float = 0.2, grey: float = 0.6
    ) -> None:
        """Draw a straight line from one point to another; `grey` is from 0 (black) to 1 (white)."""
        self._canvas.setLineWidth(thick * MILLIMETRE)
        self._canvas.setStrokeGray(grey)
        self._canvas.line(start[0] * MILLIMETRE, self._up(start[1]), end[0] * MILLIMETRE, self._up(end[1]))

    def ink(self, *, grey: float) -> None:
        """Let the text drawn from here on be this grey, from 0 (black) to 1 (white), until the page ends."""
        self._canvas.setFillGray(grey)

    def content(self) -> bytes:
        """Return the finished PDF. Raises ValueError when it has no page."""
        if not self._begun:
            raise ValueError("a document without a page")
        self._canvas.showPage()
        self._canvas.save()
        return self._file.getvalue()

    def _up(self, y: float) -> float:
        return (self.size[1] - y) * MILLIMETRE


def _first() -> str:
    """Return a face of ours to begin pages with, so that none asks for one that is not embedded."""
    return str(font(Face.WORDS).fontName)


def _stamp(at: datetime) -> TimeStamp:
    """Return the instant as the PDF library wants it, instead of the clock of the machine."""
    stamp = TimeStamp(invariant=1)
    when = at.astimezone(UTC).timetuple()
    stamp.t, stamp.lt, stamp.YMDhms = calendar.timegm(when), when, tuple(when)[:6]
    return stamp
