"""How solid a relationship is, what would strengthen it most, and its rhythm (R30, R35, R43). Facts in, answers out.

The six parts of solidity have 100 points together. Each grows with its fact, quickly at first, and stops growing once
nothing more is proved: ten works delivered are not twice five. None of them ever falls because of something good.
A friend who never was a client can reach 75, and so be solid; a client known for a year, with one good work, a contact
this month and contacts in three months before it, just reaches 60.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from entremise.protocol.policy import Policy


class Happened(StrEnum):
    """What can happen between a member and a contact of their book; "they" is the contact."""

    CALL = "call"
    MEAL = "meal"
    MEETING = "meeting"
    WORK = "work"  # work the member delivered to them
    SATISFACTION = "satisfaction"  # they told how satisfied they are
    FAVOUR_DONE = "favour_done"  # by the member, for them
    FAVOUR_RECEIVED = "favour_received"  # by them, for the member
    REFERRED_TO_THEM = "referred_to_them"  # the member recommended them to somebody
    REFERRED_BY_THEM = "referred_by_them"  # they recommended the member to somebody
    REFERRED_AS_CLIENT = "referred_as_client"  # the member found them somebody they needed
    ATTENTION = "attention"  # a card or a small present (R24)
    THANKS = "thanks"
    NEWS = "news"
    ASKED = "asked"  # the member asked them for recommendations (R32): neither a contact nor a strength
    NOTE = "note"  # the member noted something: not a contact either


class Satisfaction(StrEnum):
    """How satisfied they are, as they said it."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


NOT_CONTACTS = frozenset({Happened.NOTE, Happened.ASKED})
SEEN = frozenset({Happened.MEAL, Happened.MEETING})
GIVEN = frozenset({Happened.FAVOUR_DONE, Happened.REFERRED_TO_THEM, Happened.REFERRED_AS_CLIENT})
RECEIVED = frozenset({Happened.FAVOUR_RECEIVED, Happened.REFERRED_BY_THEM})


def is_contact(kind: str, satisfaction: str | None = None) -> bool:
    """Return whether it resets the rhythm (R43). Hearing that somebody is not satisfied does not: it calls for more."""
    return kind not in NOT_CONTACTS and satisfaction != Satisfaction.BAD


@dataclass(frozen=True, kw_only=True)
class History:
    """The summarised facts of one contact; counts, so that ten thousand interactions weigh no more than ten.

    `months_in_touch`: of the twelve calendar months that end with the one asked about, those with a contact (0–12).
    `given` and `received` count favours and referrals; `unasked` counts the referrals received that came without the
    member having asked for one shortly before. `satisfaction` is the last that was told.
    """

    known_since: date
    first_contact: date | None = None
    last_contact: date | None = None
    last_seen: date | None = None
    months_in_touch: int = 0
    given: int = 0
    received: int = 0
    referrals_received: int = 0
    unasked: int = 0
    works: int = 0
    last_work: date | None = None
    satisfaction: Satisfaction | None = None
    satisfaction_on: date | None = None
    total: int = 0

    @property
    def found_good(self) -> bool:
        """Whether work was delivered and the last thing said of it is that it is good (R31)."""
        return self.works > 0 and self.satisfaction is Satisfaction.GOOD

    @property
    def to_set_right(self) -> bool:
        """Whether they were not satisfied, and nothing happened since."""
        return to_set_right(self.satisfaction, told=self.satisfaction_on, last=self.last_contact)


def to_set_right(said: str | None, *, told: date | None, last: date | None) -> bool:
    """Return whether somebody was not satisfied, and there was no contact since they `told` it."""
    return said == Satisfaction.BAD and (last is None or told is None or last <= told)


class PartName(StrEnum):
    """The six parts of solidity (R30)."""

    LENGTH = "length"
    RECENCY = "recency"
    RHYTHM = "rhythm"
    RECIPROCITY = "reciprocity"
    WORK = "work"
    SATISFACTION = "satisfaction"


@dataclass(frozen=True)
class Part:
    """One part: its points of `most`, and its reason as data.

    `fact` is days known (length), days since the last contact (recency; None without one), months in touch (rhythm),
    works delivered (work); `given` and `received` tell reciprocity, `said` satisfaction and why work may not count.
    """

    name: PartName
    points: int
    most: int
    fact: int | None = None
    given: int = 0
    received: int = 0
    said: Satisfaction | None = None


@dataclass(frozen=True)
class Solidity:
    """0 to 100 points, as the sum of six parts; `solid` from the policy's bar (R30)."""

    points: int
    parts: tuple[Part, ...]
    solid: bool

    def part(self, name: PartName) -> Part:
        """Return one part by name."""
        return next(part for part in self.parts if part.name is name)


MOST = {
    PartName.LENGTH: 15,
    PartName.RECENCY: 20,
    PartName.RHYTHM: 20,
    PartName.RECIPROCITY: 20,
    PartName.WORK: 10,
    PartName.SATISFACTION: 15,
}
_LENGTH_FULL = 3 * 365  # days: three years say all that length can say
_FRESH, _STALE = 30, 365  # days since the last contact: all the points until the first, none from the second
_MONTHS_FULL = 6  # of twelve: every other month
_PAIR, _LONE, _LONE_MOST = 7, 1, 3  # points of a good turn returned, of one not yet returned, and how many of these
_WORKS = (0, 7, 9, 10)  # points of no, one, two, three works
_SAID = {None: 0, Satisfaction.GOOD: 15, Satisfaction.FAIR: 7, Satisfaction.BAD: 0}
STRONG_FROM, YOUNG_FROM = 80, 30  # points at which the rhythm changes, besides the policy's bar (R43)


def solidity(history: History, *, on: date, policy: Policy) -> Solidity:
    """Return how solid the relationship is on that day, part by part (R30).

    More of a good fact, a more recent contact and a better satisfaction never lower it. Work counts for nothing while
    the last word about it is that it was bad.
    """
    parts = (
        _length(history, on),
        _recency(history, on),
        _rhythm(history),
        _reciprocity(history),
        _work(history),
        _part(PartName.SATISFACTION, _SAID[history.satisfaction], said=history.satisfaction),
    )
    points = sum(part.points for part in parts)
    return Solidity(points=points, parts=parts, solid=points >= policy.solid_from)


def _part(name: PartName, points: int, **reason: Any) -> Part:
    return Part(name, min(points, MOST[name]), MOST[name], **reason)


def _length(history: History, on: date) -> Part:
    """A straight line from the day they met to three years."""
    days = max(0, (on - history.known_since).days)
    return _part(PartName.LENGTH, MOST[PartName.LENGTH] * min(days, _LENGTH_FULL) // _LENGTH_FULL, fact=days)


def _recency(history: History, on: date) -> Part:
    """Full for a month after a contact, then a straight line down to nothing after a year."""
    if history.last_contact is None:
        return _part(PartName.RECENCY, 0)
    days = max(0, (on - history.last_contact).days)
    left = min(max(0, _STALE - days), _STALE - _FRESH)
    return _part(PartName.RECENCY, MOST[PartName.RECENCY] * left // (_STALE - _FRESH), fact=days)


def _rhythm(history: History) -> Part:
    """A straight line to a contact every other month; ten calls in one week are no rhythm."""
    months = history.months_in_touch
    points = MOST[PartName.RHYTHM] * min(months, _MONTHS_FULL) // _MONTHS_FULL
    return _part(PartName.RHYTHM, points, fact=months)


def _reciprocity(history: History) -> Part:
    """A good turn returned is worth many that were not; three of those, both ways, say it all."""
    returned = min(history.given, history.received)
    lone = min(abs(history.given - history.received), _LONE_MOST)
    points = _PAIR * returned + _LONE * lone
    return _part(PartName.RECIPROCITY, points, given=history.given, received=history.received)


def _work(history: History) -> Part:
    """The first work delivered says most; none says anything while it was found bad."""
    counted = 0 if history.satisfaction is Satisfaction.BAD else min(history.works, len(_WORKS) - 1)
    return _part(PartName.WORK, _WORKS[counted], fact=history.works, said=history.satisfaction)


# --- the next act (R35) ----------------------------------------------------------------------------------------


class Act(StrEnum):
    """What a member can do for a relationship. Asking for a favour is not among them."""

    SET_RIGHT = "set_right"
    HEAR = "hear"  # ask how satisfied they are
    CALL = "call"
    MEETING = "meeting"
    MEAL = "meal"
    FAVOUR = "favour"
    REFER = "refer"
    KEEP = "keep"  # nothing would strengthen it today


@dataclass(frozen=True)
class NextAct:
    """The act, and by how many points it would strengthen the relationship today."""

    act: Act
    gain: int


def next_act(history: History, *, on: date, policy: Policy) -> NextAct:
    """Return the feasible act after which the relationship would be most solid (R35); of equals the lightest.

    Two things come first whatever they gain: setting right what somebody was not satisfied with, and hearing how they
    found the work. After a silence longer than the rhythm a word comes before any good turn, and those who were not
    seen for long are met rather than called.
    """
    before = solidity(history, on=on, policy=policy).points

    def gain(then: History) -> int:
        return solidity(then, on=on, policy=policy).points - before

    then = _in_touch(history, on)
    if history.to_set_right:
        return NextAct(Act.SET_RIGHT, gain(replace(then, satisfaction=None)))
    if _unheard(history, on, policy):
        return NextAct(Act.HEAR, gain(replace(then, satisfaction=Satisfaction.GOOD, satisfaction_on=on)))
    tried = [NextAct(_meet(history, on, before, policy), gain(then))]
    if history.last_contact is not None and (on - history.last_contact).days < rhythm(before, policy=policy):
        turn = Act.REFER if history.referrals_received and history.received > history.given else Act.FAVOUR
        tried.append(NextAct(turn, gain(replace(then, given=history.given + 1))))
    best = max(tried, key=lambda one: one.gain)  # the first of equals
    return best if best.gain > 0 else NextAct(Act.KEEP, 0)


def _unheard(history: History, on: date, policy: Policy) -> bool:
    """Whether it is time to ask how satisfied they are: after new work, after setting right, or long after a "fair"."""
    said, when = history.satisfaction, history.satisfaction_on
    if not history.works or said is None or when is None:
        return history.works > 0
    if said is Satisfaction.BAD or (history.last_work is not None and history.last_work > when):
        return True
    return said is Satisfaction.FAIR and (on - when).days >= policy.rhythm_young


def _meet(history: History, on: date, points: int, policy: Policy) -> Act:
    seen = history.last_seen
    if history.last_contact is None or (seen is not None and (on - seen).days < policy.rhythm_loose):
        return Act.CALL
    return Act.MEAL if points >= policy.solid_from else Act.MEETING


def _in_touch(history: History, on: date) -> History:
    """The facts after a contact that day."""
    last = history.last_contact
    new_month = last is None or (last.year, last.month) < (on.year, on.month)
    return replace(
        history,
        first_contact=history.first_contact or on,
        last_contact=on if last is None else max(last, on),
        months_in_touch=min(12, history.months_in_touch + new_month),
    )


# --- the rhythm (R43) ------------------------------------------------------------------------------------------


def rhythm(points: int, *, policy: Policy) -> int:
    """Return within how many days the next contact is due, by solidity (R43): the closer, the oftener."""
    if points >= STRONG_FROM:
        return policy.rhythm_solid
    if points >= policy.solid_from:
        return policy.rhythm_firm
    return policy.rhythm_young if points >= YOUNG_FROM else policy.rhythm_loose


def due_on(history: History, *, points: int, policy: Policy, snoozed_until: date | None = None) -> date | None:
    """Return the day a contact is due (R43): a rhythm after the last one, not before the day it was put off to.

    Somebody who was not satisfied is due at once. None for somebody with whom nothing has happened yet: a rhythm
    begins with a first contact, so that a notebook just filled asks for nothing.
    """
    if history.to_set_right:
        due = history.satisfaction_on
    else:
        due = history.last_contact and history.last_contact + timedelta(days=rhythm(points, policy=policy))
    return max(due, snoozed_until) if due and snoozed_until else due


def losing_touch(*, due: date | None, points: int, on: date, policy: Policy) -> bool:
    """Return whether somebody one was close to has been neglected for a whole further rhythm (R43).

    `points` are those of the last contact; below 30 there was not much to lose.
    """
    late = timedelta(days=rhythm(points, policy=policy))
    return due is not None and points >= YOUNG_FROM and on >= due + late


def is_ambassador(history: History, *, policy: Policy) -> bool:
    """Return whether they recommend the member by themselves (R35): unasked, and more than once.

    A referral is unasked when the member had not asked them for any in the 180 days (R32) before it.
    """
    return history.unasked >= policy.ambassador_from and history.satisfaction is not Satisfaction.BAD


# --- without prospecting (R35) ---------------------------------------------------------------------------------

ENOUGH_CLIENTS = 5  # in a year: with fewer, one client more or less would decide


def prospecting_over(*, unasked_lately: int, before: int) -> bool:
    """Return whether prospecting is needed no longer (R35).

    So it is once the clients who came unasked in the last 365 days are as many as those who came in any way in the 365
    before: people who recommend by themselves then bring alone what it took everything to bring.
    """
    return unasked_lately >= max(before, ENOUGH_CLIENTS)
