"""Reading vCard files: bytes in, contacts and problems out; nothing is stored."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from entremise.catalogue import areas, trades
from entremise.interchange.vcard_lines import File, Property, Unreadable, lines, properties
from entremise.interchange.vcard_writing import OWN_TEXTS
from entremise.people.queries import MYSELF, THROUGH, ContactDraft, ImportEntry, Kind, Way, WayKind
from entremise.protocol.folding import plain_words

MOST_BYTES = 64 * 1024 * 1024  # a whole book of 100,000 takes 45 million octets
MOST_CARDS = 100_000

_KINDS = {
    **dict.fromkeys(("client", "clients", "cliente", "clientes", "customer", "customers"), Kind.CLIENT),
    **dict.fromkeys(("collegue", "collegues", "colleague", "colleagues", "confrere", "confreres"), Kind.COLLEAGUE),
    **dict.fromkeys(("fournisseur", "fournisseurs", "supplier", "suppliers", "vendor", "vendors"), Kind.SUPPLIER),
    **dict.fromkeys(("ami", "amie", "amis", "amies", "friend", "friends"), Kind.FRIEND),
}
_INTRODUCED = re.compile(r"(introduced|referred|recommande|presente|parraine)e? (by|par)|parrain|marraine|referrer")
_INTRODUCERS = frozenset({"X-INTRODUCED-BY", "X-ENTREMISE-INTRODUCED-BY", "X-REFERRED-BY", "X-REFERREDBY"})
_RELATED = frozenset({"X-ABRELATEDNAMES", "RELATED"})
_LABELS = frozenset({"home", "work", "cell", "main", "iphone", "other"})


@dataclass(frozen=True, kw_only=True)
class ParsedCard:
    """A card of the file: the line where it begins, and what it says."""

    line: int
    entry: ImportEntry


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """Something that could not be read, and on which line.

    Keys: `too_large` (the file), `too_many` (cards after the 100,000th), `not_a_vcard`, `unfinished` (a card without
    its end), `empty` (a card without name, company or way), `unreadable` (one line; the rest of its card is kept).
    """

    line: int
    key: str


@dataclass(frozen=True, kw_only=True)
class ParsedCards:
    """What a file holds."""

    cards: tuple[ParsedCard, ...]
    problems: tuple[Problem, ...]


def parse(data: bytes) -> ParsedCards:
    """Return the people of a vCard 2.1, 3.0 or 4.0 file, in order; groups, pictures and birthdays are left out.

    Never raises: what cannot be read is a problem with its line.
    """
    if len(data) > MOST_BYTES:
        return ParsedCards(cards=(), problems=(Problem(line=1, key="too_large"),))
    problems: list[Problem] = []
    found = tuple(cards(io.BytesIO(data), problems))
    return ParsedCards(cards=found, problems=tuple(sorted(problems)))


def cards(file: File, problems: list[Problem]) -> Iterator[ParsedCard]:
    """Yield what `parse` returns, holding one card at a time; `problems` is complete, unsorted, at the end."""
    count = 0
    for line, card in _cards(lines(file), problems):
        if count == MOST_CARDS:
            problems.append(Problem(line=line, key="too_many"))
            break
        if _is_group(card):
            continue
        entry = _entry(card)
        if entry.draft.name:
            count += 1
            yield ParsedCard(line=line, entry=entry)
        else:
            problems.append(Problem(line=line, key="empty"))
    if not count and not problems:
        problems.append(Problem(line=1, key="not_a_vcard"))


def _cards(text: Iterable[str], problems: list[Problem]) -> Iterator[tuple[int, list[Property]]]:
    """Yield (first line, properties) of every card that begins and ends."""
    card: list[Property] | None = None
    began = 1
    for found in properties(text):
        if isinstance(found, Property) and found.name == "BEGIN":
            if card is not None:
                problems.append(Problem(line=began, key="unfinished"))
            card, began = [], found.line
        elif card is None:
            continue
        elif isinstance(found, Unreadable):
            problems.append(Problem(line=found.line, key="unreadable"))
        elif found.name == "END":
            yield began, card
            card = None
        else:
            card.append(found)
    if card is not None:
        problems.append(Problem(line=began, key="unfinished"))


def _is_group(card: Sequence[Property]) -> bool:
    return any(p.name in ("KIND", "X-ADDRESSBOOKSERVER-KIND") and p.text.lower() == "group" for p in card)


def _entry(card: Sequence[Property]) -> ImportEntry:
    labels = {p.group: _label(p.text) for p in card if p.name == "X-ABLABEL" and p.group}
    given, family = _names(card)
    draft = ContactDraft(
        given_name=given,
        family_name=family,
        company=_company(card),
        position=_first(card, "TITLE") or _first(card, "ROLE"),
        kinds=frozenset(_kinds(card)),
        notes="\n".join(p.text for p in card if p.name == "NOTE" and p.text),
        language=_language(card),
        vcard_uid=_first(card, "UID").removeprefix("urn:uuid:"),
        met_on=_day(_first(card, "X-ENTREMISE-MET-ON")),
        ways=tuple(_ways(card, labels)),
        **_own_words(card),
    )
    return ImportEntry(draft=draft, introduced_by=_introducer(card, labels))


def _own_words(card: Sequence[Property]) -> dict[str, str]:
    """Return what a file of ours says beyond vCard; a trade or place that is on no list any more is left out."""
    there = {found.name for found in card}
    said = {field: _first(card, name) for name, field in OWN_TEXTS.items() if name in there}
    lists = _lists()
    return {field: text for field, text in said.items() if field not in lists or text in lists[field]}


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {
        "trade": frozenset(one.key for one in trades.all_trades()),
        "area": frozenset(place.code for place in areas.all_areas()),
        "preferred": frozenset(kind.value for kind in WayKind),
        "met": frozenset((MYSELF, THROUGH)),
    }


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _first(card: Sequence[Property], name: str) -> str:
    """Return the text of the preferred, else the first, property of this name; empty without one."""
    texts = [(not p.preferred, index, p.text) for index, p in enumerate(card) if p.name == name and p.text]
    return min(texts)[2] if texts else ""


def _names(card: Sequence[Property]) -> tuple[str, str]:
    """Return given and family name; from the formatted name when the parts are empty and it is a person's."""
    for found in card:
        if found.name == "N" and any(found.parts):
            family, given, middle = [*found.parts, "", "", ""][:3]
            if family or given or middle:
                return (given or middle), family
    formatted = _first(card, "FN")
    if not formatted or "@" in formatted or formatted == _organisation(card) or _is_company(card):
        return "", ""
    given, _, family = formatted.partition(" ")
    return (given, family) if family else ("", given)


def _is_company(card: Sequence[Property]) -> bool:
    return any((p.name, p.text.lower()) in (("KIND", "org"), ("X-ABSHOWAS", "company")) for p in card)


def _organisation(card: Sequence[Property]) -> str:
    return next((p.parts[0] for p in card if p.name == "ORG" and p.parts[0]), "")


def _company(card: Sequence[Property]) -> str:
    return _organisation(card) or (_first(card, "FN") if _is_company(card) else "")


def _kinds(card: Sequence[Property]) -> Iterator[Kind]:
    for found in card:
        for item in found.items if found.name == "CATEGORIES" else ():
            kind = _KINDS.get(" ".join(plain_words(item)))
            if kind:
                yield kind


def _language(card: Sequence[Property]) -> str:
    said = (_first(card, "LANG") or _first(card, "X-LANGUAGE")).lower().replace("_", "-")
    if said == "fr-ca":
        return said
    return said[:2] if said[:2] in ("fr", "en") else ""


def _introducer(card: Sequence[Property], labels: dict[str, str]) -> str:
    for found in card:
        if found.name in _INTRODUCERS and found.text:
            return found.text
    for found in card:
        label = " ".join(plain_words(labels.get(found.group, "") + " " + " ".join(found.types)))
        if found.name in _RELATED and _INTRODUCED.search(label) and not found.text.startswith("urn:"):
            return found.text
    return ""


def _label(written: str) -> str:
    """Return an Apple label without the wrapping of its own words."""
    return re.sub(r"^_\$!<(.*)>!\$_$", r"\1", written)


def _ways(card: Sequence[Property], labels: dict[str, str]) -> Iterator[Way]:
    for found in card:
        read = _WAYS.get(found.name)
        way = read(found) if read else None
        if way and way.value:
            label = labels.get(found.group) or next((t for t in sorted(found.types) if t in _LABELS), "")
            yield replace(way, label=label, preferred=found.preferred)


def _email(found: Property) -> Way:
    return Way(kind=WayKind.EMAIL, value=found.text.removeprefix("mailto:"))


def _phone(found: Property) -> Way | None:
    if found.types & {"fax", "pager", "modem"}:
        return None
    kind = WayKind.MOBILE if found.types & {"cell", "iphone", "mobile"} else WayKind.PHONE
    return Way(kind=kind, value=found.text.removeprefix("tel:").partition(";")[0])


def _link(found: Property) -> Way | None:
    address = found.text
    if address.startswith("x-apple:"):
        address = "@" + address.removeprefix("x-apple:")
    if re.match(r"[a-z][a-z+.-]*:(?!//)", address, re.IGNORECASE):
        return None
    return Way(kind=WayKind.LINK, value=address)


def _address(found: Property) -> Way:
    box, extra, street, city, region, code, country = [*found.parts, *[""] * 7][:7]
    town = " ".join(filter(None, (code, city)))
    lines = (street, extra, box, town, region if region != city else "", country)
    return Way(kind=WayKind.ADDRESS, value="\n".join(filter(None, lines)))


_WAYS: dict[str, Callable[[Property], Way | None]] = {
    "EMAIL": _email,
    "TEL": _phone,
    "URL": _link,
    "X-SOCIALPROFILE": _link,
    "SOCIALPROFILE": _link,
    "ADR": _address,
}
