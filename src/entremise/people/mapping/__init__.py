"""Contacts as read-only values, what a member writes about one, and both as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from entremise.catalogue.areas import UnknownArea, lineage
from entremise.catalogue.trades import UnknownTrade, trade
from entremise.lib.refused import Refused
from entremise.people.models import Contact, ContactWay
from entremise.protocol.folding import plain_words
from entremise.protocol.guard import Identity

HOME_REGION = "FR"
MYSELF, THROUGH = "myself", "through"  # how a contact was met, where it is said (R37)
_LINK = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_HANDLE = re.compile(r"@[\w.-]{2,60}")
_MIN_DIGITS = 5


class Kind(StrEnum):
    """What somebody is to the member; a contact may be several of these."""

    CLIENT = "client"
    COLLEAGUE = "colleague"
    SUPPLIER = "supplier"
    FRIEND = "friend"


class WayKind(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    MOBILE = "mobile"
    PHONE = "phone"
    LINK = "link"
    ADDRESS = "address"


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to reach a contact; `normalised` is what two spellings of the same way share."""

    kind: WayKind
    value: str
    normalised: str = ""
    label: str = ""
    preferred: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactDraft:
    """What a member writes, or a file says, about a contact (R37).

    `met` is "" where nothing is said of how they met, MYSELF, or THROUGH; `met_through` is another contact's uid.
    """

    given_name: str = ""
    family_name: str = ""
    company: str = ""
    position: str = ""
    kinds: frozenset[Kind] = frozenset()
    trade: str = ""
    trade_text: str = ""
    area: str = ""
    notes: str = ""
    does: str = ""
    does_not: str = ""
    preferred: str = ""
    best_time: str = ""
    booking: str = ""
    language: str = ""
    how_met: str = ""
    met: str = ""
    met_through: str = ""
    met_on: date | None = None
    vcard_uid: str = ""
    ways: tuple[Way, ...] = ()

    @property
    def name(self) -> str:
        """The person's name; without one the company, or the first way to reach them."""
        full = f"{self.given_name} {self.family_name}".strip()
        return full or self.company or (self.ways[0].value if self.ways else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactCard(ContactDraft):
    """One contact as the rest of the program sees it; `pk` and `owner_pk` never leave the program.

    `met_by` is the uid of the referral by which they met. Where `met` is THROUGH and `met_through` is empty, they met
    through somebody who is not in the book any more (R37).
    """

    pk: int
    uid: str
    owner_pk: int
    met_through_name: str = ""
    met_by: str = ""
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def met_through_gone(self) -> bool:
        """Whether they met through somebody who is not in the book, or not any more (R37)."""
        return self.met == THROUGH and not self.met_through

    def first(self, *kinds: WayKind) -> str:
        """Return the value of the preferred, else the first, way of these kinds; empty when there is none."""
        of_kind = [way for way in self.ways if way.kind in kinds]
        return next((way.value for way in of_kind if way.preferred), of_kind[0].value if of_kind else "")

    @property
    def email(self) -> str:
        """The address to write to; empty when none is known."""
        return self.first(WayKind.EMAIL)

    @property
    def phone(self) -> str:
        """The number to call, a mobile first; empty when none is known."""
        return self.first(WayKind.MOBILE) or self.first(WayKind.PHONE)

    def identity(self, role: str) -> Identity:
        """Return everything by which this contact could be recognised in a free text (R4)."""
        by_kind: dict[WayKind, list[str]] = {kind: [] for kind in WayKind}
        for way in self.ways:
            by_kind[way.kind].append(way.value)
        links = by_kind[WayKind.LINK]
        return Identity(
            role=role,
            names=tuple(filter(None, (f"{self.given_name} {self.family_name}".strip(),))),
            company=self.company,
            emails=tuple(by_kind[WayKind.EMAIL]),
            phones=(*by_kind[WayKind.MOBILE], *by_kind[WayKind.PHONE]),
            links=tuple(link for link in links if not link.startswith("@")),
            handles=tuple(link for link in links if link.startswith("@")),
            addresses=tuple(by_kind[WayKind.ADDRESS]),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactLine:
    """One contact in a list."""

    pk: int
    uid: str
    name: str
    company: str
    position: str
    kinds: frozenset[Kind]
    trade: str
    trade_text: str
    area: str
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportEntry:
    """A contact read from a file, and the name of the person through whom the file says they were met."""

    draft: ContactDraft
    introduced_by: str = ""


class ContactRefused(Refused):
    """A contact cannot be kept as written; `reasons` gives, for each field, one word.

    Reasons: `empty`, `long`, `unknown`, `malformed`, `self`. Ways are the fields `email`, `phone`, `link`, `address`.
    """


# --- what was written, made fit to keep ------------------------------------------------------------------------

_SIZES: dict[str, int] = {
    **{column.name: column.max_length for column in Contact._meta.fields if column.max_length},
    **{"notes": 10_000, "does": 2_000, "does_not": 2_000, "how_met": 2_000},
}
_LINES = ("given_name", "family_name", "company", "position", "trade", "trade_text", "best_time", "booking")
_TEXTS = ("notes", "does", "does_not", "how_met")
_MOST_WAYS = 40


def checked(draft: ContactDraft) -> dict[str, Any]:
    """Return the columns of a draft, tidied. Raises ContactRefused naming every field that cannot be kept."""
    values: dict[str, Any] = {name: " ".join(_printable(getattr(draft, name)).split()) for name in _LINES}
    values |= {name: _printable(getattr(draft, name)).strip() for name in _TEXTS}
    values |= {name: getattr(draft, name) for name in ("area", "preferred", "language", "vcard_uid", "met_on")}
    values["kinds"] = ",".join(sorted(draft.kinds))
    reasons = _unknown(draft) | {
        n: "long" for n, text in values.items() if isinstance(text, str) and len(text) > _SIZES.get(n, 300)
    }
    if not (values["given_name"] or values["family_name"] or values["company"] or draft.ways):
        reasons["family_name"] = "empty"
    if reasons:
        raise ContactRefused(reasons)
    return values


def _unknown(draft: ContactDraft) -> dict[str, str]:
    """Return the choices of a draft that are on no list."""
    listed = {
        "area": not draft.area or bool(_country(draft.area)),
        "trade": not draft.trade or _is_trade(draft.trade),
        "preferred": draft.preferred in ("", *WayKind),
        "language": draft.language in ("", "fr", "fr-ca", "en"),
        "met": draft.met in ("", MYSELF, THROUGH),
    }
    return {field: "unknown" for field, known in listed.items() if not known}


def checked_ways(draft: ContactDraft) -> tuple[Way, ...]:
    """Return the draft's ways normalised, each once. Raises ContactRefused for what cannot be one."""
    region = _country(draft.area) or HOME_REGION
    kept: dict[tuple[str, str], Way] = {}
    reasons: dict[str, str] = {}
    for way in draft.ways:
        try:
            tidy = tidy_way(way, region=region)
        except ValueError as problem:
            reasons["phone" if way.kind is WayKind.MOBILE else way.kind] = str(problem)
            continue
        kept.setdefault((_family(tidy.kind), tidy.normalised), tidy)
    if len(kept) > _MOST_WAYS:
        reasons["email"] = "long"
    if reasons:
        raise ContactRefused(reasons)
    return tuple(kept.values())


def tidy_way(way: Way, *, region: str = HOME_REGION) -> Way:
    """Return the way normalised, numbers read as in `region`. Raises ValueError with `malformed` or `long`."""
    written = _printable(way.value).strip()
    if way.kind is not WayKind.ADDRESS:
        written = " ".join(written.split())
    if not written:
        raise ValueError("malformed")
    if len(written) > 500:
        raise ValueError("long")
    kind, value, normalised = _READERS[way.kind](way.kind, written, region)
    label = " ".join(_printable(way.label).split())[:60]
    return Way(kind=kind, value=value, normalised=normalised, label=label, preferred=way.preferred)


def _read_email(kind: WayKind, written: str, _region: str) -> tuple[WayKind, str, str]:
    try:
        validate_email(written)
    except ValidationError:
        raise ValueError("malformed") from None
    return kind, written, written.lower()


def _read_phone(kind: WayKind, written: str, region: str) -> tuple[WayKind, str, str]:
    digits = re.sub(r"\D", "", written)
    if len(digits) < _MIN_DIGITS:
        raise ValueError("malformed")
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return kind, written, digits
    if not phonenumbers.is_valid_number(number):
        return kind, written, digits
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE:
        kind = WayKind.MOBILE
    home = region == HOME_REGION == phonenumbers.region_code_for_number(number)
    shape = phonenumbers.PhoneNumberFormat
    shown = phonenumbers.format_number(
        number, shape.NATIONAL if home and region == HOME_REGION else shape.INTERNATIONAL
    )
    return kind, shown, phonenumbers.format_number(number, shape.E164)


def _read_link(kind: WayKind, written: str, _region: str) -> tuple[WayKind, str, str]:
    if _HANDLE.fullmatch(written):
        return kind, written, written.lower()
    if not _LINK.fullmatch(written):
        raise ValueError("malformed")
    full = written if re.match("https?://", written, re.IGNORECASE) else f"https://{written}"
    return kind, full, re.sub(r"^https?://(?:www\.)?", "", full.lower()).rstrip("/")


def _read_address(kind: WayKind, written: str, _region: str) -> tuple[WayKind, str, str]:
    lines = "\n".join(" ".join(line.split()) for line in written.splitlines() if line.strip())
    return kind, lines, " ".join(plain_words(lines))


_READERS = {
    WayKind.EMAIL: _read_email,
    WayKind.MOBILE: _read_phone,
    WayKind.PHONE: _read_phone,
    WayKind.LINK: _read_link,
    WayKind.ADDRESS: _read_address,
}


def _family(kind: WayKind) -> str:
    return WayKind.PHONE if kind is WayKind.MOBILE else kind


def _country(area: str) -> str:
    """Return the two letters of the area's country; empty when there is no such area."""
    try:
        return lineage(area)[-1].code
    except UnknownArea:
        return ""


def _is_trade(key: str) -> bool:
    try:
        return bool(trade(key))
    except UnknownTrade:
        return False


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n").replace("\r", "\n"))


# --- rows ------------------------------------------------------------------------------------------------------


def sort_key(values: Mapping[str, Any], ways: Sequence[Way]) -> str:
    """Return what a list is ordered by: family name, given name, company, folded; else the first way."""
    named = " ".join(plain_words(f"{values['family_name']} {values['given_name']} {values['company']}"))
    return (named or " ".join(plain_words(ways[0].value if ways else "")))[:200]


def company_key(company: str) -> str:
    """Return what a list by company is ordered by: those without one come last, whatever the database's alphabet."""
    words = " ".join(plain_words(company))
    return f"0 {words}"[:200] if company else "1"


def search_text(values: Mapping[str, Any], ways: Sequence[Way]) -> str:
    """Return every word by which a contact can be looked up, folded, one space before each."""
    texts = [values[n] for n in ("given_name", "family_name", "company", "position", "trade_text")]
    texts += [trade(values["trade"]).name_fr, trade(values["trade"]).name_en] if values["trade"] else []
    texts += [way.value for way in ways if way.kind is not WayKind.ADDRESS]
    texts += ["".join(re.findall(r"\d", way.value)) for way in ways if _family(way.kind) == WayKind.PHONE]
    words = dict.fromkeys(word for text in texts for word in plain_words(text))
    return "".join(f" {word}" for word in words)


def way_rows(contact: Contact, ways: Iterable[Way]) -> list[ContactWay]:
    """Return the rows of a contact's ways, unsaved, in order."""
    return [ContactWay(contact=contact, position=index, **asdict(way)) for index, way in enumerate(ways)]


def kinds_of(stored: str) -> frozenset[Kind]:
    """Return the kinds kept in one column."""
    return frozenset(Kind(kind) for kind in stored.split(",") if kind)


_COPIED = tuple(f.name for f in fields(ContactDraft) if f.name not in ("kinds", "met_through", "ways"))


def card(row: Contact, *, ways: Iterable[ContactWay]) -> ContactCard:
    """Return a row and its ways as a value, cut off from the database; `met_through` is read where there is one."""
    through = row.met_through if row.met_through and row.met_through.removed_at is None else None
    return ContactCard(
        **{name: getattr(row, name) for name in _COPIED},
        pk=row.pk,
        uid=row.uid,
        owner_pk=row.owner_id,
        kinds=kinds_of(row.kinds),
        met_through=through.uid if through else "",
        met_through_name=_row_name(through) if through else "",
        met_by=row.met_by,
        ways=tuple(_way(way) for way in sorted(ways, key=lambda way: way.position)),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _row_name(row: Contact) -> str:
    return f"{row.given_name} {row.family_name}".strip() or row.company


def _way(row: ContactWay) -> Way:
    return Way(
        kind=WayKind(row.kind), value=row.value, normalised=row.normalised, label=row.label, preferred=row.preferred
    )
