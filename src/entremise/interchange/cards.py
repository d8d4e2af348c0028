"""Cards of wishes and their envelopes, ready to print (R24): one's own words in front, nothing behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from entremise.interchange.labels import fitted
from entremise.lib.paper import Document, Face, Set, set_in

_WORDS = (15.0, 14.0, 13.0, 12.0, 11.0, 10.0)  # points
_SENDER = (9.0, 8.0, 7.0)
_ADDRESS = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0)
_FOLD_MARK = 5.0  # millimetres, at both edges
PLACES = ("{prénom}", "{prenom}", "{first name}")  # what stands for the person's first name in everybody's words


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A card: the sheet it is printed on, and the free room for words, all in millimetres; then its envelope.

    `fold` is how far from the left edge the sheet is folded. `signed` is kept free below the words, for the hand.
    """

    name: str
    page: tuple[float, float]
    corner: tuple[float, float]
    room: tuple[float, float]
    signed: float
    envelope: tuple[float, float]
    fold: float | None = None


_EDGE = 12.0  # millimetres that stay free, so that no printer and no knife cuts a word
LAYOUTS: Mapping[str, Layout] = {
    # A postcard of 148 × 105 mm in a C6 envelope.
    "a6": Layout(
        name="a6",
        page=(148.0, 105.0),
        corner=(_EDGE, _EDGE),
        room=(148.0 - 2 * _EDGE, 105.0 - 2 * _EDGE),
        signed=18.0,
        envelope=(162.0, 114.0),
    ),
    # An ordinary A4 sheet folded once into A5: the words inside on the right, in a C5 envelope.
    "folded": Layout(
        name="folded",
        page=(297.0, 210.0),
        corner=(148.5 + 16.0, 30.0),
        room=(148.5 - 32.0, 210.0 - 50.0),
        signed=30.0,
        envelope=(229.0, 162.0),
        fold=148.5,
    ),
}


def addressed(words: str, *, first_name: str) -> str:
    """Return the words for one person: their first name where the words leave a place for it."""
    for place in PLACES:
        words = words.replace(place, first_name)
    return words


def set_words(words: str, *, layout: Layout) -> Set:
    """Return the words as they stand on a card. Raises DoesNotFit when they are too long for it."""
    width, height = layout.room
    return set_in(words, face=Face.WORDS, sizes=_WORDS, room=width, height=height - layout.signed, spacing=1.45)


def cards(
    written: Sequence[str], *, layout: Layout, blank_backs: bool, title: str, at: datetime, language: str
) -> bytes:
    """Return the PDF of the cards with these words, one a page, an empty page after each where `blank_backs`, for
    printers that print both sides. Raises DoesNotFit when the words of one are too long."""
    paper = Document(size=layout.page, title=title, at=at, language=language)
    for words in written:
        paper.add_page()
        text = set_words(words, layout=layout)
        free = layout.room[1] - layout.signed - text.height
        paper.block(text, x=layout.corner[0], y=layout.corner[1] + free / 2)
        if layout.fold is not None:
            bottom = layout.page[1]
            for start, end in ((0.0, _FOLD_MARK), (bottom - _FOLD_MARK, bottom)):
                paper.rule(start=(layout.fold, start), end=(layout.fold, end), thick=0.1, grey=0.75)
        if blank_backs:
            paper.add_page()
    return paper.content()


def envelopes(
    addresses: Sequence[Sequence[str]],
    *,
    layout: Layout,
    sender: Sequence[str],
    title: str,
    at: datetime,
    language: str,
) -> bytes:
    """Return the PDF of the envelopes of a card, one a page: the sender small above, the address where the post looks.

    Raises DoesNotFit for an address no envelope could hold.
    """
    width, height = layout.envelope
    paper = Document(size=layout.envelope, title=title, at=at, language=language)
    x, y = width * 0.45, height * 0.48
    for address in addresses:
        paper.add_page()
        if sender:
            paper.block(fitted(sender, room=width * 0.5, height=25, sizes=_SENDER), x=10, y=10)
        # The lowest 20 mm are the sorting machine's.
        paper.block(fitted(address, room=width - x - 12, height=height - y - 20, sizes=_ADDRESS), x=x, y=y)
    return paper.content()
