"""The faces that paper is set in, what they can print, and how wide a text is in them."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

MILLIMETRE = 72 / 25.4  # in points
_FOLDER = Path(__file__).parent / "fonts"
# The reading face has neither a narrow no-break space nor a no-break hyphen; what it has looks the same on paper.
_SAME_ON_PAPER = str.maketrans({"\u202f": "\u2009", "\u2011": "-", "\u00ad": ""})


class Face(StrEnum):
    """A face by the name of its file; each covers every European language in Latin, Greek and Cyrillic letters."""

    WORDS = "Literata_400Regular"
    ASLANT = "Literata_400Regular_Italic"
    STRONG = "Literata_600SemiBold"
    PLAIN = "SourceSans3_400Regular"  # addresses: what sorting machines read best


@cache
def font(face: Face) -> TTFont:
    """Return the face ready to be drawn and embedded; it is read once a process."""
    read = TTFont(face.value, str(_FOLDER / f"{face.value}.ttf"))
    pdfmetrics.registerFont(read)
    return read


def as_drawn(text: str) -> str:
    """Return the text with the characters that stand for it on paper."""
    return text.translate(_SAME_ON_PAPER)


def unprintable(text: str, *, face: Face) -> str:
    """Return, each once and in order, the characters of the text for which the face has no sign."""
    known = font(face).face.charToGlyph
    return "".join(dict.fromkeys(c for c in as_drawn(text) if c != "\n" and ord(c) not in known))


def width(text: str, *, face: Face, size: float) -> float:
    """Return how wide the text is at that size (points), in millimetres."""
    return float(font(face).stringWidth(as_drawn(text), size)) / MILLIMETRE
