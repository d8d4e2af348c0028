"""What a profile says, as a read-only value; what cannot be kept, with the reason; and both as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from entremise.catalogue import areas, client_kinds
from entremise.lib.refused import Refused
from entremise.people.models import Profile
from entremise.protocol.relevance import Availability, Offer

MOST_LINES = 12
LONGEST_LINE = 160
LONGEST_TEXT = 600
CURRENCIES = ("EUR", "CHF", "CAD")
_MOST_FLOOR = 1_000_000_000
_LINES = ("services", "markets", "listen_for", "not_for_me")
_TEXTS = ("floor_words", "introduced")
_CODES = ("client_kinds", "areas")


class SeenBy(StrEnum):
    """Which members may read a profile (R44)."""

    NOBODY = "nobody"
    CHOSEN = "chosen"  # contacts of the owner's own book, recognised by their address
    MEMBERS = "members"  # everybody with an account here


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileText:
    """How to refer somebody, in their words. `full_until` is the first day of the month from which they are free
    again; `floor` is an amount in whole units of `currency`."""

    services: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    client_kinds: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    availability: Availability = Availability.UNSAID
    full_until: date | None = None
    listen_for: tuple[str, ...] = ()
    not_for_me: tuple[str, ...] = ()
    floor: int | None = None
    currency: str = "EUR"
    floor_words: str = ""
    introduced: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said yet."""
        return self.missing == PARTS

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of PARTS that say nothing yet, in their order."""
        said = {
            "services": self.services,
            "markets": self.markets or self.client_kinds,
            "areas": self.areas,
            "availability": self.availability,
            "listen_for": self.listen_for,
            "not_for_me": self.not_for_me,
            "floor": self.floor is not None or self.floor_words,
            "introduced": self.introduced,
        }
        return tuple(part for part in PARTS if not said[part])

    def offer(self, *, trade: str) -> Offer:
        """Return what a need is held against (R12)."""
        return Offer(
            trade=trade,
            services=self.services,
            markets=self.markets,
            client_kinds=frozenset(self.client_kinds),
            not_for_me=self.not_for_me,
            areas=tuple(tuple(place.code for place in areas.lineage(code)) for code in self.areas),
            availability=self.availability,
            free_from=self.full_until,
            floor=self.floor,
        )


# What a profile speaks of, in the order in which it is asked and read.
PARTS = ("services", "markets", "areas", "availability", "listen_for", "not_for_me", "floor", "introduced")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileCard:
    """A profile as its readers see it; `version` counts its owner's changes from 1."""

    uid: str
    owner_pk: int
    text: ProfileText
    version: int
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnProfile(ProfileCard):
    """A profile as its owner sees it: with who may read it. `has_link` says whether a link opens it."""

    seen_by: SeenBy
    has_link: bool
    link_number: int


class ProfileRefused(Refused):
    """A profile cannot be kept as written; `reasons` gives, for each field, `many`, `long`, `unknown` or `missing`."""


def checked_text(text: ProfileText) -> ProfileText:
    """Return the text tidied: lines without space around them, each once. Raises ProfileRefused."""
    tidy: dict[str, Any] = {name: _tidy_lines(getattr(text, name)) for name in _LINES}
    tidy |= {name: getattr(text, name).replace("\r\n", "\n").strip() for name in _TEXTS}
    tidy |= {name: tuple(dict.fromkeys(getattr(text, name))) for name in _CODES}
    if text.availability is not Availability.FULL:
        tidy["full_until"] = None
    elif text.full_until:
        tidy["full_until"] = text.full_until.replace(day=1)
    kept = replace(text, **tidy)
    reasons = dict(_reasons(kept))
    if reasons:
        raise ProfileRefused(reasons)
    return kept


def _tidy_lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for one in lines if (line := " ".join(one.split()))))


def _reasons(text: ProfileText) -> Iterator[tuple[str, str]]:
    for name in (*_LINES, "areas"):
        if len(getattr(text, name)) > MOST_LINES:
            yield name, "many"
    for name, longest in (*((name, LONGEST_LINE) for name in _LINES), *((name, LONGEST_TEXT) for name in _TEXTS)):
        said = getattr(text, name)
        if any(len(one) > longest for one in ([said] if isinstance(said, str) else said)):
            yield name, "long"
    if text.availability is Availability.FULL and text.full_until is None:
        yield "full_until", "missing"
    for name, known in _listed(text).items():
        if not known:
            yield name, "unknown"


def _listed(text: ProfileText) -> Mapping[str, bool]:
    """Say of each choice whether it is one that can be made."""
    return {
        "areas": set(text.areas) <= {place.code for place in areas.all_areas()},
        "client_kinds": set(text.client_kinds) <= {kind.key for kind in client_kinds.all_client_kinds()},
        "floor": text.floor is None or 0 <= text.floor <= _MOST_FLOOR,
        "currency": text.currency in CURRENCIES,
    }


def text_to_json(text: ProfileText) -> dict[str, Any]:
    """Return a text as JSON can hold it."""
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(text).items()}
    said["availability"] = text.availability.value
    said["full_until"] = text.full_until.isoformat() if text.full_until else None
    return said


def text_from_json(said: Mapping[str, Any]) -> ProfileText:
    """Return the text that `text_to_json` wrote; codes that are on no list any more are left out."""
    known: dict[str, Any] = {f.name: said[f.name] for f in fields(ProfileText) if f.name in said}
    for name in (*_LINES, *_CODES):
        known[name] = tuple(known.get(name, ()))
    known["areas"] = _only(known["areas"], (place.code for place in areas.all_areas()))
    known["client_kinds"] = _only(known["client_kinds"], (kind.key for kind in client_kinds.all_client_kinds()))
    known["availability"] = Availability(known.get("availability", ""))
    full_until = known.get("full_until")
    known["full_until"] = date.fromisoformat(full_until) if full_until else None
    return ProfileText(**known)


def _only(codes: Iterable[str], listed: Iterable[str]) -> tuple[str, ...]:
    there = frozenset(listed)
    return tuple(code for code in codes if code in there)


def profile_card(row: Profile) -> ProfileCard:
    """Return what readers see of a row."""
    return ProfileCard(**_shared(row))


def own_profile(row: Profile) -> OwnProfile:
    """Return what the owner sees of a row."""
    return OwnProfile(
        **_shared(row),
        seen_by=SeenBy(row.seen_by),
        has_link=row.link_fingerprint is not None,
        link_number=row.link_number,
    )


def _shared(row: Profile) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "owner_pk": row.owner_id,
        "text": text_from_json(row.said),
        "version": row.version,
        "updated_at": row.updated_at,
    }
