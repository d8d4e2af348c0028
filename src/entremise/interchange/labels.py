"""Sheets of adhesive labels on A4, to the tenth of a millimetre (R24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from entremise.lib.paper import A4, Document, DoesNotFit, Face, Set, lines, set_in

_SIZES = (12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0)  # points
_MARGIN = 3.5  # millimetres inside a label that stay free: printers and scissors are not exact
_SPACING = 1.2


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet of equal labels, in millimetres: the first one's corner, its size, and from one to the next."""

    name: str
    columns: int
    rows: int
    left: float
    top: float
    width: float
    height: float
    across: float
    down: float

    @property
    def count(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    def corner(self, position: int) -> tuple[float, float]:
        """Return the upper left corner of a label, counted from 0, along the rows."""
        row, column = divmod(position, self.columns)
        return self.left + column * self.across, self.top + row * self.down


# What the maker prints on the packet: the size and the number; the sheet stands in the middle of the page.
SHEETS: Mapping[str, Sheet] = {
    "L7160": Sheet(
        name="L7160", columns=3, rows=7, left=7.21, top=15.15, width=63.5, height=38.1, across=66.04, down=38.1
    ),
    "L7163": Sheet(
        name="L7163", columns=2, rows=7, left=4.63, top=15.15, width=99.1, height=38.1, across=101.64, down=38.1
    ),
}


class OutOfSheet(ValueError):  # noqa: N818 - named as the fact it states
    """The sheet has no label of that number; `count` is how many it has."""

    def __init__(self, count: int) -> None:
        super().__init__(f"a sheet of {count}")
        self.count = count


def labels(
    addresses: Sequence[Sequence[str]], *, sheet: Sheet, first: int, title: str, at: datetime, language: str
) -> bytes:
    """Return the PDF of the addresses, a label each, the first one on label `first` (counted from 1).

    Lines that are too long are set smaller, then wrapped: nothing leaves its label. Raises OutOfSheet, and DoesNotFit
    for an address no label could hold.
    """
    if not 1 <= first <= sheet.count:
        raise OutOfSheet(sheet.count)
    paper = Document(size=A4, title=title, at=at, language=language)
    paper.add_page()
    for number, address in enumerate(addresses, first - 1):
        page, position = divmod(number, sheet.count)
        if page and not position:
            paper.add_page()
        x, y = sheet.corner(position)
        text = fitted(address, room=sheet.width - 2 * _MARGIN, height=sheet.height - 2 * _MARGIN)
        paper.block(text, x=x + _MARGIN, y=y + (sheet.height - text.height) / 2)
    return paper.content()


def fitted(address: Sequence[str], *, room: float, height: float, sizes: Sequence[float] = _SIZES) -> Set:
    """Return an address at the largest size at which each of its lines stays whole, else the largest at which it fits
    wrapped. Raises DoesNotFit."""
    text = "\n".join(address)
    for size in whole(address, room=room, sizes=sizes):
        try:
            return set_in(text, face=Face.PLAIN, sizes=(size,), room=room, height=height, spacing=_SPACING)
        except DoesNotFit:
            continue
    return set_in(text, face=Face.PLAIN, sizes=sizes, room=room, height=height, spacing=_SPACING)


def whole(address: Sequence[str], *, room: float, sizes: Sequence[float]) -> Iterator[float]:
    """Yield the sizes, the largest first, of 8 points and more at which no line must be broken."""
    for size in sorted(sizes, reverse=True):
        if size >= 8 and len(lines("\n".join(address), face=Face.PLAIN, size=size, room=room)) == len(address):
            yield size
