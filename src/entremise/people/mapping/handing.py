"""A profile in others' hands, as read-only values (R27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entremise.lib.refused import Refused
from entremise.people.mapping import ContactLine
from entremise.people.mapping.profiles import PARTS, ProfileText


class How(StrEnum):
    """In which form a profile was given."""

    LINK = "link"
    PDF = "pdf"
    QR = "qr"


@dataclass(frozen=True, kw_only=True, slots=True)
class InHand:
    """What one contact has of a member's profile.

    `behind` counts the versions since theirs; `changed` names those of PARTS that say something else today;
    `opens` tells whether the link they were given still opens the profile (always False of paper).
    """

    uid: str
    act: str
    contact: ContactLine
    how: How
    version: int
    on: date
    behind: int
    changed: tuple[str, ...]
    opens: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedFacts:
    """To how many contacts a profile was given, to how many of them an older version than today's, since when somebody
    has it, and when it was given last (R27). `version` is today's, 0 before anything was written."""

    people: int
    behind: int
    first_on: date | None
    last_on: date | None
    version: int


class HandingRefused(Refused):
    """Nothing was noted; `reasons` gives for `profile` `empty`, for `on` `future` or `before`, for `pick` `nobody`,
    `many` or `self`, for `how` `closed`."""


def changed_parts(before: ProfileText, now: ProfileText) -> tuple[str, ...]:
    """Return those of PARTS that two texts say differently, in their order."""
    fields = {
        "services": ("services",),
        "markets": ("markets", "client_kinds"),
        "areas": ("areas",),
        "availability": ("availability", "full_until"),
        "listen_for": ("listen_for",),
        "not_for_me": ("not_for_me",),
        "floor": ("floor", "currency", "floor_words"),
        "introduced": ("introduced",),
    }
    return tuple(part for part in PARTS if any(getattr(before, one) != getattr(now, one) for one in fields[part]))
