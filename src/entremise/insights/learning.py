"""What a member learns from what they received and gave: how far it came, how often it ended well, with whom (R26).

For each side only what that member may see counts. What a giver recommended and was not introduced is one class: why is
nobody's to know (R7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from entremise.accounts.queries import MemberCard
from entremise.protocol import correction, measure
from entremise.protocol.care import Letter
from entremise.protocol.correction import Adopted
from entremise.protocol.measure import Change, Group, Measured, Point, Rate, Step, Verdict
from entremise.protocol.policy import Policy
from entremise.referrals.queries import corrections
from entremise.referrals.queries import measured as queries
from entremise.referrals.queries.measured import Sum

_BACK = {Step.WEEK: 26 * 7, Step.MONTH: 730, Step.QUARTER: 5 * 365}  # days: further back a picture shows nothing


class Side(StrEnum):
    """As whom a member looks."""

    RECEIVED = "received"
    GIVEN = "given"


class Came(StrEnum):
    """How far a referral came."""

    RECOMMENDED = "recommended"  # by the member, as a giver
    ASKED = "asked"  # the member, as a receiver
    AGREED = "agreed"
    INTRODUCED = "introduced"
    CONTACTED = "contacted"
    ENDED = "ended"  # and how is known
    WON = "won"


@dataclass(frozen=True, kw_only=True)
class Learned:
    """One side of what a member learns: every introduction, how many came how far, and the rate of all together.

    `sums` is what it brought, for the receiver alone, and only where it was asked for.
    """

    side: Side
    measured: tuple[Measured, ...]
    funnel: tuple[tuple[Came, int], ...]
    rate: Rate
    sums: tuple[Sum, ...] = ()

    @property
    def outside(self) -> int:
        """How many were noted from outside."""
        return sum(not one.here for one in self.measured)

    @property
    def begun(self) -> bool:
        """Whether anything happened on this side at all."""
        return any(count for _step, count in self.funnel)


def received(*, member: MemberCard, sums: bool = False) -> Learned:
    """Return what the member learns as a receiver, in five queries at most, seven with the sums (R26).

    What was noted from outside counts as asked and agreed: it was noted once it had come.
    """
    found, asked = queries.received(member=member), queries.asked(member=member)
    outside = sum(not one.here for one in found)
    first = ((Came.ASKED, asked.asked + outside), (Came.AGREED, asked.agreed + outside))
    brought = queries.worth(member=member) if sums else ()
    return _learned(Side.RECEIVED, found, first, sums=brought)


def given(*, member: MemberCard) -> Learned:
    """Return what the member learns as a giver, in three queries (R15, R26)."""
    found = queries.given(member=member)
    outside = sum(not one.here for one in found)
    return _learned(Side.GIVEN, found, ((Came.RECOMMENDED, queries.recommended(member=member) + outside),))


def _learned(
    side: Side, found: tuple[Measured, ...], first: tuple[tuple[Came, int], ...], *, sums: tuple[Sum, ...] = ()
) -> Learned:
    tally = measure.tally(found)
    funnel = (
        *first,
        (Came.INTRODUCED, len(found)),
        (Came.CONTACTED, sum(one.reached for one in found)),
        (Came.ENDED, tally.ended),
        (Came.WON, tally.won),
    )
    return Learned(side=side, measured=found, funnel=funnel, rate=measure.rate(tally), sums=sums)


@dataclass(frozen=True, kw_only=True)
class Trying:
    """The correction in force that was adopted last, and what can be said of it; None while nothing can (R28)."""

    adopted: Adopted
    change: Change | None


def trying(received: Sequence[Measured], *, member: MemberCard, today: date, policy: Policy) -> Trying | None:
    """Return what the member tries at present, beside what they received; in one query (R28)."""
    own = corrections.adopted(member=member)
    held = [one for one in own if one.holds(today)]
    if not held:
        return None
    pairs = correction.periods(own, received=received, policy=policy)
    found = next((pair for pair in pairs if pair.correction.uid == held[-1].uid), None)
    change = measure.change(found.before.tally, found.after.tally, policy=policy) if found else None
    return Trying(adopted=held[-1], change=change)


# -- over time --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OverTime:
    """A rate over time, in one step; `left_out` is how many came before the first point."""

    step: Step
    points: tuple[Point, ...]
    left_out: int


def over_time(found: Sequence[Measured], *, today: date, step: Step | None = None, policy: Policy) -> OverTime:
    """Return the rate over time up to today, in the step asked for, else in the finest that still says something.

    A step says something where at least half of its periods with an introduction have enough ends for a percentage;
    where none does, it is the quarter.
    """
    chosen = step or next((one for one in Step if _says(_cut(found, one, today=today), policy)), Step.QUARTER)
    return _cut(found, chosen, today=today)


def _cut(found: Sequence[Measured], step: Step, *, today: date) -> OverTime:
    earliest = today - timedelta(days=_BACK[step])
    shown = [one for one in found if one.introduced_on >= measure.period(earliest, step=step)[0]]
    first = min((one.introduced_on for one in shown), default=today)
    last = max(today, *(one.introduced_on for one in shown)) if shown else today
    points = measure.over_time(shown, step=step, first=first, last=last)
    return OverTime(step=step, points=points, left_out=len(found) - len(shown))


def _says(cut: OverTime, policy: Policy) -> bool:
    filled = [point for point in cut.points if point.rate.tally.all]
    return bool(filled) and 2 * sum(point.rate.says(policy) for point in filled) >= len(filled)


# -- with whom, in what, how ------------------------------------------------------------------------


def by_other(found: Iterable[Measured], *, policy: Policy) -> tuple[Group[tuple[str, str]], ...]:
    """Return a group for each giver, or receiver, by key and name; "" and "" are all who were forgotten (R26, R47)."""
    names: dict[str, str] = {}
    rows = list(found)
    for one in rows:
        names.setdefault(one.other, one.other_name)
    return measure.ordered(measure.grouped(rows, lambda one: (one.other, names[one.other])), policy)


def by_trade(found: Iterable[Measured], *, policy: Policy) -> tuple[Group[str], ...]:
    """Return a group for each trade of the list, by its key; "" is every other (R26)."""
    return measure.ordered(measure.grouped(found, lambda one: one.trade), policy)


class Fullness(StrEnum):
    """How much of the checklist was there when the two were introduced (R19)."""

    WHOLE = "whole"
    NEARLY = "nearly"  # one thing or two were missing
    LESS = "less"
    UNKNOWN = "unknown"  # noted from outside, or introduced before it was measured


_NEARLY = 80  # percent: of eleven things, at most two are missing


def by_fullness(found: Iterable[Measured]) -> tuple[Group[Fullness], ...]:
    """Return a group for each fullness that occurs, the fullest first: an order of its own, and no ranking (R19)."""
    turn = list(Fullness)
    return tuple(sorted(measure.grouped(found, _fullness), key=lambda group: turn.index(group.key)))


def _fullness(one: Measured) -> Fullness:
    if one.completeness is None:
        return Fullness.UNKNOWN
    if one.completeness >= 100:
        return Fullness.WHOLE
    return Fullness.NEARLY if one.completeness >= _NEARLY else Fullness.LESS


def whole_or_not(found: Iterable[Measured], *, policy: Policy) -> Verdict:
    """Return what can be said of those where everything was there, beside those where something was missing (R19)."""
    known = [one for one in found if one.completeness is not None]
    missing = measure.tally(one for one in known if _fullness(one) is not Fullness.WHOLE)
    whole = measure.tally(one for one in known if _fullness(one) is Fullness.WHOLE)
    return measure.side_by_side(missing, whole, policy=policy)


def by_letter(found: Iterable[Measured]) -> tuple[Group[tuple[Letter, bool]], ...]:
    """Return for each letter of the CARE test those where it was clear, and those where something gave pause (R26).

    Only what the giver sent here was tested; a group that does not occur is left out.
    """
    tested = [one for one in found if one.letters]
    some = {
        (letter, clear): measure.tally(one for one in tested if one.letters[letter] is clear)
        for letter in Letter
        for clear in (True, False)
    }
    return tuple(Group(key=key, rate=measure.rate(tally)) for key, tally in some.items() if tally.all)
