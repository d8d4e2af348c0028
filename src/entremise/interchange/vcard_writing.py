"""Writing vCard files (version 3.0, which every address book reads): contacts in, text out.

What vCard has no word for stands in properties of our own, `X-ENTREMISE-…`; through whom somebody was met above all
(R37). `interchange.vcard` reads back what is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from entremise.people.queries import ContactCard, Kind, Way, WayKind

_LONGEST = 75  # octets a line, its end apart
_CATEGORIES = {Kind.CLIENT: "Client", Kind.COLLEAGUE: "Colleague", Kind.SUPPLIER: "Supplier", Kind.FRIEND: "Friend"}
_WAYS = {
    WayKind.EMAIL: ("EMAIL", "INTERNET"),
    WayKind.MOBILE: ("TEL", "CELL"),
    WayKind.PHONE: ("TEL", "VOICE"),
    WayKind.LINK: ("URL", ""),
    WayKind.ADDRESS: ("ADR", ""),
}
# Ours: the name of the property, and the field of a contact it carries.
OWN_TEXTS = {
    "X-ENTREMISE-TRADE": "trade",
    "X-ENTREMISE-TRADE-WORDS": "trade_text",
    "X-ENTREMISE-AREA": "area",
    "X-ENTREMISE-DOES": "does",
    "X-ENTREMISE-DOES-NOT": "does_not",
    "X-ENTREMISE-PREFERRED": "preferred",
    "X-ENTREMISE-BEST-TIME": "best_time",
    "X-ENTREMISE-BOOKING": "booking",
    "X-ENTREMISE-HOW-MET": "how_met",
    "X-ENTREMISE-MET": "met",
}


def written(cards: Iterable[ContactCard]) -> Iterator[str]:
    """Yield each contact as a card of one file, its lines folded and ended as the standard wants."""
    for card in cards:
        yield "".join(f"{folded(line)}\r\n" for line in _lines(card))


def _lines(card: ContactCard) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield "PRODID:-//Entremise//vCard//EN"
    yield f"UID:{escaped(card.vcard_uid or card.uid)}"
    yield f"N:{escaped(card.family_name)};{escaped(card.given_name)};;;"
    yield f"FN:{escaped(card.name)}"
    if not (card.given_name or card.family_name) and card.company:
        yield "X-ABShowAs:COMPANY"
    known = {"ORG": card.company, "TITLE": card.position, "NOTE": card.notes, "X-LANGUAGE": card.language}
    yield from _texts(known)
    if card.kinds:
        yield "CATEGORIES:" + ",".join(_CATEGORIES[kind] for kind in sorted(card.kinds))
    for number, way in enumerate(card.ways, 1):
        yield from _way(number, way)
    yield from _texts({name: getattr(card, field) for name, field in OWN_TEXTS.items()})
    met_on = card.met_on.isoformat() if card.met_on else ""
    yield from _texts({"X-ENTREMISE-INTRODUCED-BY": card.met_through_name, "X-ENTREMISE-MET-ON": met_on})
    yield f"REV:{card.updated_at:%Y-%m-%dT%H:%M:%SZ}"
    yield "END:VCARD"


def _texts(said: dict[str, str]) -> Iterator[str]:
    for name, text in said.items():
        if text:
            yield f"{name}:{escaped(text)}"


def _way(number: int, way: Way) -> Iterator[str]:
    name, kind = _WAYS[way.kind]
    value = escaped(way.value)
    if way.kind is WayKind.ADDRESS:
        value = f";;{value};;;;"
    elif way.kind is WayKind.LINK and way.value.startswith("@"):
        name = "X-SOCIALPROFILE"
    types = [f"TYPE={one}" for one in (kind, "pref" if way.preferred else "") if one]
    group = f"item{number}." if way.label else ""
    yield f"{group}{';'.join([name, *types])}:{value}"
    if way.label:
        yield f"{group}X-ABLabel:{escaped(way.label)}"


def escaped(text: str) -> str:
    """Return a text as a value may hold it: on one line, its separators escaped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for char in ("\\", ",", ";"):
        plain = plain.replace(char, "\\" + char)
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, none cut inside a character; each but the first begins with a
    space."""
    pieces, piece, size = [], "", 0
    for char in line:
        octets = len(char.encode("utf-8"))
        if size + octets > _LONGEST:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + char, size + octets
    return "\r\n".join([*pieces, piece])
