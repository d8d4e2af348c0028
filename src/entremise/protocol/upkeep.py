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


class Tells(StrEnum):
    """What one word of the receiver's tells of how it goes."""

    NEWS = "news"  # the first contact included
    END = "end"  # how it ended, or what corrects that
    AGAIN = "again"  # what had ended goes on


@dataclass(frozen=True, kw_only=True)
class Course:
    """What the receiver did since one introduction.

    `told` are all words about how it goes, with their instants. `ended_at` is when its end was first known, None while
    it goes on. `noted_at` is when one from outside was written down: what was done before that, and when, is unknown.
    """

    introduced_at: datetime
    noted_at: datetime | None = None
    thanked_at: datetime | None = None
    contacted_at: datetime | None = None
    told: tuple[tuple[datetime, Tells], ...] = ()
    ended_at: datetime | None = None


def thanks_kept(course: Course, *, now: datetime, policy: Policy) -> Kept | None:
    """Return whether the giver was thanked by the date (R20).

    None while it has not come, and where it had before the referral was written down and nothing can be told (R26).
    """
    dates = _dates(course, since=course.introduced_at, within=policy.thanks_within)
    if course.thanked_at is None and course.ended_at is not None and dates.by < course.ended_at <= dates.last:
        return None
    return _kept(course.thanked_at, dates, now=now)


def contact_kept(course: Course, *, now: datetime, policy: Policy) -> Kept | None:
    """Return whether the client was contacted by the date (R20); it counts anew where what had ended is taken up.

    None while it has not come, where it ended without one (nobody knows when it was tried), and where the date had
    come before the referral was written down and nothing can be told (R26).
    """
    if course.contacted_at is None and course.ended_at is not None:
        return None
    until = course.contacted_at or now
    anew = (at for at, word in course.told if word is Tells.AGAIN and at <= until)
    since = max(anew, default=course.introduced_at)
    return _kept(course.contacted_at, _dates(course, since=since, within=policy.contact_within), now=now)


@dataclass(frozen=True, kw_only=True)
class _Dates:
    """By when something was due, and until when nobody can tell that it was late."""

    by: datetime
    last: datetime


def _dates(course: Course, *, since: datetime, within: int) -> _Dates:
    """What was written down after its date may have been done before: lateness counts from the record (R26)."""
    by, noted = add_working_days(since, within), course.noted_at
    return _Dates(by=by, last=by if noted is None or noted <= by else add_working_days(noted, within))


def _kept(done: datetime | None, dates: _Dates, *, now: datetime) -> Kept | None:
    if done is None:
        return Kept.NOT_YET if now > dates.last else None
    if done <= dates.by:
        return Kept.IN_TIME
    return Kept.LATE if done > dates.last else None


def news_kept(course: Course, *, now: datetime, policy: Policy) -> Kept | None:
    """Return whether no longer than `news_every` ever passed without news, from the first contact to the end (R21).

    None are owed from an end to its being taken up again. News that are due and missing come before news that were
    late; None where none were due yet.
    """
    if course.contacted_at is None:
        return None
    within, begun = timedelta(days=policy.news_every), course.contacted_at
    last: datetime | None = begun  # None while it is over
    late = told = False
    for at, word in sorted(one for one in course.told if one[0] >= begun):
        if word is Tells.AGAIN:
            last = at
        elif last is not None:
            late, told = late or at - last > within, told or at > begun
            last = at if word is Tells.NEWS else None
    if course.ended_at is None and last is not None and now - last > within:
        return Kept.NOT_YET
    if late:
        return Kept.LATE
    return Kept.IN_TIME if told else None


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
