"""How many of what ended was won, how sure that is, and whether it changed (R26, R28).

A rate stands beside its counts and its interval; below a stated minimum there are counts only. Nothing is ranked on too
little, and a change is called likely only where luck would hardly have made it. The model, how right it is, and what it
cannot know: docs/reference/measure.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from math import ceil, floor
from typing import Generic, TypeVar

from entremise.protocol import beta
from entremise.protocol.care import Letter
from entremise.protocol.ending import AFTER_CONTACT
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome

Key = TypeVar("Key")

PRIOR = beta.Beta(1, 1)  # before anything is known, every rate is as likely as every other


class TooFewError(ValueError):
    """A percentage was asked of fewer ends than allow one (R26)."""


# --- counts and rates ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """Counts: how many ended, how many of these were won, and of how many the end is not known."""

    won: int
    ended: int
    unknown: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that cannot be: ValueError."""
        if not 0 <= self.won <= self.ended or self.unknown < 0:
            raise ValueError(f"{self.won} won of {self.ended} that ended, {self.unknown} unknown, cannot be")

    @property
    def all(self) -> int:
        """How many there are, known or not."""
        return self.ended + self.unknown

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(self.won + other.won, self.ended + other.ended, self.unknown + other.unknown)

    def __str__(self) -> str:
        """Return the counts, never a rate."""
        return f"{self.won}/{self.ended}"


@dataclass(frozen=True)
class Percents:
    """A rate and its interval in whole percent; the interval is rounded outwards."""

    mean: int
    low: int
    high: int


@dataclass(frozen=True)
class Rate:
    """A rate between 0 and 1: its counts, its posterior mean, and the bounds of its equal-tailed 95 % interval."""

    tally: Tally
    mean: float
    low: float
    high: float

    def says(self, policy: Policy) -> bool:
        """Return whether enough ended to say it in percent (R26)."""
        return self.tally.ended >= policy.percent_from

    def ranks(self, policy: Policy) -> bool:
        """Return whether enough ended to rank it among others (R26)."""
        return self.tally.ended >= policy.rank_from

    def percents(self, policy: Policy) -> Percents:
        """Return the rate in percent (R26). Raises TooFewError where `says` is false."""
        if not self.says(policy):
            raise TooFewError(f"{self.tally.ended} ends are too few for a percentage")
        return Percents(mean=round(100 * self.mean), low=floor(100 * self.low), high=ceil(100 * self.high))

    def __str__(self) -> str:
        """Return the counts, never the rate: it may be too early for it."""
        return str(self.tally)


def rate(tally: Tally) -> Rate:
    """Return the rate of what ended (R26): the posterior under the prior Beta(1, 1). What is unknown does not count."""
    of = _posterior(tally)
    low, high = beta.interval(of)
    return Rate(tally=tally, mean=beta.mean(of), low=low, high=high)


def _posterior(tally: Tally) -> beta.Beta:
    return beta.Beta(PRIOR.a + tally.won, PRIOR.b + tally.ended - tally.won)


# --- what is measured ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One introduction as it is measured, here or outside.

    `other` is the key of the giver, for who received it, and of the receiver, for who gave it; "" with the name "" is
    somebody forgotten. `completeness` is in percent, None where it was never measured; a letter is True where nothing
    was minded. `contacted` is whether a first contact was told of.
    """

    uid: str
    here: bool
    introduced_on: date
    outcome: Outcome | None
    other: str
    other_name: str
    trade: str
    completeness: int | None
    letters: Mapping[Letter, bool]
    contacted: bool = False

    @property
    def ended(self) -> bool:
        """Whether its end is known; set aside is not ended."""
        return self.outcome is not None and self.outcome is not Outcome.SET_ASIDE

    @property
    def reached(self) -> bool:
        """Whether the two are known to have spoken: it was told, or it ended as it only can after that.

        A first contact that was told of does not count where it ended without them ever speaking: it was an attempt.
        """
        return self.outcome is not Outcome.NEVER_REACHED and (self.contacted or self.outcome in AFTER_CONTACT)

    @property
    def failed(self) -> bool:
        """Whether it is known to have ended, and not to have been won."""
        return self.ended and self.outcome is not Outcome.WON


def tally(measured: Iterable[Measured]) -> Tally:
    """Return the counts (R26): ended is every outcome but set aside, which is unknown like no outcome at all."""
    rows = tuple(measured)
    ended = sum(one.ended for one in rows)
    return Tally(won=sum(one.outcome is Outcome.WON for one in rows), ended=ended, unknown=len(rows) - ended)


@dataclass(frozen=True)
class Group(Generic[Key]):
    """The rate of those that share a key."""

    key: Key
    rate: Rate


def grouped(measured: Iterable[Measured], key: Callable[[Measured], Key]) -> tuple[Group[Key], ...]:
    """Return one group a key, in the order in which the keys first come; every one is in exactly one group (R26)."""
    by_key: dict[Key, list[Measured]] = {}
    for one in measured:
        by_key.setdefault(key(one), []).append(one)
    return tuple(Group(key=value, rate=rate(tally(rows))) for value, rows in by_key.items())


def ordered(groups: Iterable[Group[Key]], policy: Policy) -> tuple[Group[Key], ...]:
    """Return the groups that can be ranked, the best rate first, then the others by count, never by rate (R26)."""
    every = tuple(groups)
    ranked = [one for one in every if one.rate.ranks(policy)]
    others = [one for one in every if not one.rate.ranks(policy)]
    ranked.sort(key=lambda one: (-one.rate.mean, -one.rate.tally.ended))
    others.sort(key=lambda one: (-one.rate.tally.ended, -one.rate.tally.all))
    return (*ranked, *others)


# --- over time -------------------------------------------------------------------------------------------------


class Step(StrEnum):
    """In which periods time is cut."""

    WEEK = "week"  # ISO weeks, from Monday
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Point:
    """The rate of what was introduced in a period, from its first to its last day."""

    start: date
    end: date
    rate: Rate


def period(on: date, *, step: Step) -> tuple[date, date]:
    """Return the first and the last day of the calendar period that a day belongs to."""
    if step is Step.WEEK:
        start = on - timedelta(days=on.weekday())
        return start, start + timedelta(days=6)
    months = 1 if step is Step.MONTH else 3
    month = on.month - (on.month - 1) % months
    year, after = (on.year, month + months) if month + months <= 12 else (on.year + 1, 1)
    return date(on.year, month, 1), date(year, after, 1) - timedelta(days=1)


def over_time(measured: Iterable[Measured], *, step: Step, first: date, last: date) -> tuple[Point, ...]:
    """Return one point a period, without gaps, from the period of `first` to that of `last`, both whole (R26).

    Days are the member's own. Raises ValueError where `last` is before `first`.
    """
    if last < first:
        raise ValueError("time does not run backwards")
    by_start: dict[date, list[Measured]] = {}
    for one in measured:
        by_start.setdefault(period(one.introduced_on, step=step)[0], []).append(one)
    points = []
    start, end = period(first, step=step)
    while start <= last:
        points.append(Point(start=start, end=end, rate=rate(tally(by_start.get(start, ())))))
        start, end = period(end + timedelta(days=1), step=step)
    return tuple(points)


# --- before and after ------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What can be said of a change."""

    TOO_EARLY = "too_early"
    CANNOT_TELL = "cannot_tell"
    LIKELY_BETTER = "likely_better"
    LIKELY_WORSE = "likely_worse"


@dataclass(frozen=True)
class Change:
    """Two periods compared (R28).

    `better` is the probability that the rate after is above the one before. `more` is how many more have to end before
    a change of the size seen is likely to be told from luck, if the rate goes on as it is estimated now: 0 where it is
    told already, None where no number that is looked at could do it. `waiting` is whether only those whose end is not
    known yet stand in the way of a verdict; `more` is then their number.
    """

    before: Rate
    after: Rate
    better: float
    verdict: Verdict
    more: int | None
    waiting: bool = False

    @property
    def percent(self) -> int:
        """`better` in whole percent, from 1 to 99: nothing is certain. Raises TooFewError where it is too early."""
        if self.verdict is Verdict.TOO_EARLY:
            raise TooFewError("too few ends on either side for a probability")
        return min(99, max(1, round(100 * self.better)))


def change(before: Tally, after: Tally, *, policy: Policy) -> Change:
    """Return what can be said of two periods (R28): never called better or worse where luck may well have done it.

    Nor where it may be that wins are only known sooner than failures, or later: a verdict has to stand as well if
    those after, of whom nothing is known yet, end as those before.
    """
    better = beta.above(_posterior(after), before=_posterior(before))
    found = verdict(before, after, policy=policy)
    waiting = found is not verdict(before, Tally(after.won, after.ended), policy=policy)
    told = found in {Verdict.LIKELY_BETTER, Verdict.LIKELY_WORSE}
    more = 0 if told else after.unknown if waiting else _more(before, after, policy=policy)
    return Change(rate(before), rate(after), better=better, verdict=found, more=more, waiting=waiting)


def verdict(before: Tally, after: Tally, *, policy: Policy) -> Verdict:
    """Return what can be said, as `change` does (R28)."""
    if min(before.ended, after.ended) < policy.percent_from:
        return Verdict.TOO_EARLY
    afters = (after, *_filled(after, like=before))
    betters = [beta.above(_posterior(one), before=_posterior(before)) for one in afters]
    return _said(min(betters), max(betters), policy=policy)


def side_by_side(one: Tally, other: Tally, *, policy: Policy) -> Verdict:
    """Return whether two groups of the same days differ: LIKELY_BETTER is the second above the first (R15, R19).

    Neither is older, so what is unknown is minded in both: a verdict has to stand as well if those of either, or of
    both, of whom nothing is known, end as the other does. Which is named first makes no difference.
    """
    if min(one.ended, other.ended) < policy.percent_from:
        return Verdict.TOO_EARLY
    ones, others = (one, *_filled(one, like=other)), (other, *_filled(other, like=one))
    betters = [beta.above(_posterior(second), before=_posterior(first)) for first in ones for second in others]
    return _said(min(betters), max(betters), policy=policy)


def _said(least: float, most: float, *, policy: Policy) -> Verdict:
    """Return what can be said where the probability of better lies between these."""
    if 100 * least >= policy.likely_from:
        return Verdict.LIKELY_BETTER
    if 100 * (1 - most) >= policy.likely_from:
        return Verdict.LIKELY_WORSE
    return Verdict.CANNOT_TELL


def _filled(some: Tally, *, like: Tally) -> tuple[Tally, Tally]:
    """Return some with what is unknown of them ended at the rate of others: parts of one as a failure, and as a win."""
    of = _posterior(like)
    wins, left = divmod(some.unknown * of.a, of.a + of.b)
    return Tally(some.won + wins, some.all), Tally(some.won + wins + bool(left), some.all)


def without_streak(measured: Iterable[Measured], *, policy: Policy) -> tuple[Measured, ...]:
    """Return a period before a change, oldest first, without the failures in a row it ends with, if they are a streak.

    They are why something was changed: measured with them, any change would look good, since bad luck does not last
    (R28). Fewer than a streak (R27) stay; the unknown is passed over, and stays. How many go: `of_streak`.
    """
    rows = tuple(sorted(measured, key=lambda one: one.introduced_on))
    ended = [one for one in rows if one.ended]
    lately = sum(1 for _ in takewhile(lambda one: one.failed, reversed(ended)))
    apart = {one.uid for one in ended[len(ended) - of_streak(lately, ended=len(ended), policy=policy) :]}
    return tuple(one for one in rows if one.uid not in apart)


def of_streak(lately: int, *, ended: int, policy: Policy) -> int:
    """Return how many of the failures in a row with which a period ends are left out of it; none below a streak (R28).

    All of them where enough other ends are left for a percentage; else as many as leave enough, and never fewer than
    raised the question. So whoever has known nothing but failures has something to compare with.
    """
    if lately < policy.streak_from:
        return 0
    return min(lately, max(policy.streak_from, ended - policy.percent_from))


@lru_cache(maxsize=4_096)
def _more(before: Tally, after: Tally, *, policy: Policy) -> int | None:
    """Return the least number of further ends that suffices, None where none can."""
    if before.ended < policy.percent_from:
        return None
    of, then = _posterior(before), _posterior(after)
    if beta.mean(then) < beta.mean(of):  # a fall is a rise of what was not won
        of, then = beta.Beta(of.b, of.a), beta.Beta(then.b, then.a)
    goes_on, sure = beta.mean(then), policy.likely_from / 100
    if beta.below(of, rate=goes_on) < sure:  # not even if the rate after were known for certain
        return None
    tries = list(range(1, policy.more_most + 1))
    needed = beta.wins_needed(then, before=of, sure=sure, most=policy.more_most)
    chances = beta.at_least(needed, of=tries, rate=goes_on)
    enough = (n for n, chance in zip(tries, chances, strict=True) if 100 * chance >= policy.power)
    return next((n for n in enough if after.ended + n >= policy.percent_from), None)
