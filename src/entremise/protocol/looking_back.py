"""When the four questions are opened to a receiver, and which of them wait for an answer (R27, R29).

By a month in which something was received or ended, and by failures in a row. What the questions are, and what is known
to each: `entremise.protocol.diagnosis`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from entremise.protocol.ending import FAILURES
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome


@dataclass(frozen=True, kw_only=True)
class Received:
    """One introduction a member received, here or outside; `ended_on` is the day its end was first known, None where
    nobody said which it was."""

    uid: str
    introduced_on: date
    outcome: Outcome | None = None
    ended_on: date | None = None


class Opened(StrEnum):
    """What opened the questions."""

    MONTH = "month"
    STREAK = "streak"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The questions, opened: by a month ("2026-11") or by a streak of failures ("streak:<uid>").

    `about` are the uids of the introductions to look at, in the order in which they came or failed. `since` is the
    month's first day, or the day of the failure that made the streak so long; a month stays open until `until`, a
    streak (None) until it is answered or broken.
    """

    key: str
    opened: Opened
    about: tuple[str, ...]
    since: date
    until: date | None = None


_STREAK = "streak:"


def opened_by(key: str) -> Opened:
    """Return what opened the questions with this key."""
    return Opened.STREAK if key.startswith(_STREAK) else Opened.MONTH


def due(
    received: Iterable[Received], *, today: date, answered: Mapping[str, date], policy: Policy
) -> tuple[Opening, ...]:
    """Return the one opening that waits on that day, if any: a streak before the months, the earliest of them first.

    `answered` says on which day each key was. The same four questions are never asked twice of the same thing: what was
    answered of a streak holds for its month too, and the other way round, until something new is known (R27, R29).
    """
    rows = tuple(received)
    every = openings(rows, today=today, policy=policy)
    return tuple(one for one in every if waits(one, rows, today=today, answered=answered, policy=policy))[:1]


def waits(
    one: Opening, received: Sequence[Received], *, today: date, answered: Mapping[str, date], policy: Policy
) -> bool:
    """Return whether an opening waits on that day: nothing that was answered holds for it.

    A month that was answered before its end waits once more when it is over, if something came or ended in it since. A
    streak that was answered waits again when `streak_from` more have failed.
    """
    if one.opened is Opened.STREAK:
        looked_at = (n for n, uid in enumerate(one.about, start=1) if _STREAK + uid in answered)
        new = len(one.about) - max(looked_at, default=0)
        return new >= policy.streak_from and not _in_a_month(one, received, answered=answered, policy=policy)
    known, day = _last_known(one, received), answered.get(one.key)
    if any(answered.get(_STREAK + uid, date.min) >= known for uid in one.about):
        return False
    return day is None or (day < known and f"{today:%Y-%m}" > one.key)


def _in_a_month(one: Opening, received: Sequence[Received], *, answered: Mapping[str, date], policy: Policy) -> bool:
    """Whether a month was answered, after the streak was so long, in which its last failure was looked at."""
    last = one.key.removeprefix(_STREAK)
    keys = (key for key, day in answered.items() if opened_by(key) is Opened.MONTH and day > one.since)
    months = (_month(received, date.fromisoformat(f"{key}-01"), policy=policy) for key in keys)
    return any(month is not None and last in month.about for month in months)


def _last_known(month: Opening, rows: Iterable[Received]) -> date:
    """The last day in the month on which something was received or ended."""
    days = (day for one in rows if one.uid in month.about for day in (one.introduced_on, one.ended_on))
    return max(day for day in days if day and f"{day:%Y-%m}" == month.key)


def openings(received: Iterable[Received], *, today: date, policy: Policy) -> tuple[Opening, ...]:
    """Return everything that is open on that day, answered or not: a streak first, then the months, earliest first.

    A month counts where something was received or ended in it; the one just past stays open in the first days of the
    next. A streak of failures opens the questions each time it is `streak_from` longer.
    """
    rows = sorted(received, key=lambda one: (one.introduced_on, one.uid))
    run = streak(rows)
    found = []
    if len(run) >= policy.streak_from:
        last = run[len(run) // policy.streak_from * policy.streak_from - 1]
        about = tuple(one.uid for one in run)
        found.append(Opening(key=_STREAK + last.uid, opened=Opened.STREAK, about=about, since=_ended(last)))
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    months = (_month(rows, start, policy=policy) for start in (before, first))
    return (*found, *(one for one in months if one and one.until and one.until >= today))


def streak(received: Iterable[Received]) -> tuple[Received, ...]:
    """Return the failures in a row at present, in the order in which they ended, as far as that is known.

    One whose day is not known counts as of the day on which it came. What was won breaks the row; what is unknown or
    set aside neither breaks it nor counts (R27).
    """
    known = (one for one in received if one.outcome is Outcome.WON or one.outcome in FAILURES)
    run: list[Received] = []
    for one in sorted(known, key=lambda one: (_ended(one), one.introduced_on, one.uid)):
        run = [] if one.outcome is Outcome.WON else [*run, one]
    return tuple(run)


def _ended(one: Received) -> date:
    return one.ended_on or one.introduced_on


def _month(rows: Sequence[Received], first: date, *, policy: Policy) -> Opening | None:
    """The month that begins on `first`; None where nothing was received or ended in it."""
    after = (first + timedelta(days=31)).replace(day=1)
    days = ((one.uid, (one.introduced_on, one.ended_on)) for one in rows)
    about = tuple(uid for uid, of in days if any(day and first <= day < after for day in of))
    if not about:
        return None
    until = after + timedelta(days=policy.review_open - 1)
    return Opening(key=f"{first:%Y-%m}", opened=Opened.MONTH, about=about, since=first, until=until)
