"""What a receiver made of one introduction: thanks, a first contact, news, in time or not (R20, R21)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from entremise.protocol.duties import add_working_days
from entremise.protocol.policy import Policy


class Kept(StrEnum):
    """Whether a duty was done by its date."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_YET = "not_yet"  # its date has passed


@dataclass(frozen=True, kw_only=True)
class Course:
    """What the receiver did since one introduction. `told_at` are all words about how it goes and how it ended."""

    introduced_at: datetime
    thanked_at: datetime | None = None
    contacted_at: datetime | None = None
    told_at: tuple[datetime, ...] = ()
    ended_at: datetime | None = None


def thanks_kept(course: Course, *, now: datetime, policy: Policy) -> Kept | None:
    """Return whether the giver was thanked by the date (R20); None while it has not come."""
    return _kept(course.thanked_at, by=add_working_days(course.introduced_at, policy.thanks_within), now=now)


def contact_kept(course: Course, *, now: datetime, policy: Policy) -> Kept | None:
    """Return whether the client was contacted by the date (R20); None while it has not come, or if it ended before."""
    by = add_working_days(course.introduced_at, policy.contact_within)
    return _kept(course.contacted_at, by=by, now=min(now, course.ended_at or now))


def _kept(done: datetime | None, *, by: datetime, now: datetime) -> Kept | None:
    if done is not None:
        return Kept.IN_TIME if done <= by else Kept.LATE
    return Kept.NOT_YET if now > by else None


def news_kept(course: Course, *, now: datetime, policy: Policy) -> Kept | None:
    """Return whether no longer than `news_every` ever passed without news, from the first contact to the end (R21).

    News that are due and missing come before news that were late; None where none were due yet.
    """
    if course.contacted_at is None:
        return None
    within, last = timedelta(days=policy.news_every), course.contacted_at
    words = sorted(at for at in course.told_at if at > last)
    late = False
    for at in words:
        late, last = late or at - last > within, at
    if course.ended_at is None and now - last > within:
        return Kept.NOT_YET
    if late:
        return Kept.LATE
    return Kept.IN_TIME if words else None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How often a duty was done in time, done late, or not done though due."""

    in_time: int = 0
    late: int = 0
    not_yet: int = 0

    @property
    def due(self) -> int:
        """How often it was due, or done."""
        return self.in_time + self.late + self.not_yet

    @property
    def missed(self) -> int:
        """How often the giver or the client waited longer than agreed."""
        return self.late + self.not_yet


NOTHING_DUE = Counts()


def count(kept: Iterable[Kept | None]) -> Counts:
    """Return the counts; what is not due yet is left out."""
    of = Counter(one for one in kept if one is not None)
    return Counts(in_time=of[Kept.IN_TIME], late=of[Kept.LATE], not_yet=of[Kept.NOT_YET])
