"""One person's act: a request, its answer, its hold and its end (R5–R10).

A permission, a receiver's yes, a client's yes in principle and a client's confirmation are the same
machine. Nothing here knows a clock: every instant is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from entremise.protocol.errors import NotAsked, NothingToTell, TooLate, Withdrawn
from entremise.protocol.policy import Policy
from entremise.protocol.types import Answer, How, Kind


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"  # asked, not answered
    HELD = "held"  # a yes that can still be taken back before anything follows
    EFFECTIVE = "effective"  # a yes on which the next step rests
    DEAD = "dead"  # a no, a silence, a withdrawal; looks open to everybody else (R7)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it stands. `mute` means that nothing ever left (R45, R46): it can only lapse.

    `effective_at` stays when a yes that had taken effect is withdrawn; `told_at` stays until a yes is shown.
    `takes_part` belongs to a referrer's last yes (R39), and stays when it is withdrawn: the parties were told.
    """

    kind: Kind
    sent_at: datetime
    deadline: datetime
    state: State = State.OPEN
    answer: Answer | None = None
    answered_at: datetime | None = None
    hold_until: datetime | None = None
    effective_at: datetime | None = None
    how: How | None = None
    told_at: datetime | None = None
    reminded_at: datetime | None = None
    takes_part: bool = False
    mute: bool = False

    @property
    def stands(self) -> bool:
        """Whether a yes stands, held or effective."""
        return self.state in (State.HELD, State.EFFECTIVE)

    @property
    def settled(self) -> bool:
        """Whether the link has been answered or has closed (R5b); a mute one counts as its deadline does."""
        return self.answer is not None or self.state is State.DEAD


def window(*, left: timedelta, steps: int, policy: Policy) -> timedelta:
    """Return how long a request stands (R6a): the time left over the steps to come, within the bounds, in days."""
    days = left.days // steps
    return timedelta(days=max(policy.window_least, min(policy.window_most, days)))


def hold(how: How, policy: Policy) -> timedelta:
    """Return how long a yes waits before it takes effect (R6, R8)."""
    return policy.hold_aloud if how is How.ALOUD else policy.hold


def say_yes(request: Request, *, now: datetime, how: How, policy: Policy, takes_part: bool = False) -> Request:
    """Return the request held (R6, R8); the same yes again changes nothing.

    Whether a referrer takes part is said with their yes, and to the parties from then on (R39): only a new yes, after
    this one was taken back, can say otherwise.

    Raises NotAsked for a request that never left, Withdrawn after a yes that had taken effect was withdrawn (R9),
    TooLate from the deadline on.
    """
    _refuse_mute(request)
    if request.stands:
        return request
    if request.effective_at is not None:
        raise Withdrawn(request.kind, request.answered_at or request.effective_at)
    if now >= request.deadline:
        raise TooLate(request.kind, request.deadline)
    return replace(
        request,
        state=State.HELD,
        answer=Answer.YES,
        answered_at=now,
        hold_until=now + hold(how, policy),
        how=how,
        takes_part=takes_part,
    )


def takes_brought(request: Request, *, now: datetime) -> bool:
    """Return whether an answer the giver brings counts (R6d, R8): only where the person has not spoken for themself.

    Somebody who may not be written to, who answered by their own link or session, whose yes was withdrawn or whose time
    has passed is not answered for.
    """
    own_word = request.how in (How.LINK, How.SESSION)
    withdrawn = request.effective_at is not None and not request.stands
    late = now >= request.deadline and not request.stands
    return not (request.mute or own_word or withdrawn or late)


def say_no(request: Request, *, now: datetime, how: How) -> Request:
    """Return the request dead by its own person's word: a no, a take-back or a withdrawal (R6, R9).

    A yes can be withdrawn at any time; an unanswered request only until its deadline (TooLate).
    """
    _refuse_mute(request)
    if request.answer is Answer.NO:
        return request
    if not request.stands and now >= request.deadline:
        raise TooLate(request.kind, request.deadline)
    return replace(
        request,
        state=State.DEAD,
        answer=Answer.NO,
        answered_at=now,
        hold_until=None,
        how=how,
    )


def tell(request: Request, *, now: datetime) -> Request:
    """Return the request with its no told to the giver (R7). Raises NothingToTell unless it is a no."""
    if request.answer is not Answer.NO:
        raise NothingToTell(request.kind)
    return request if request.told_at else replace(request, told_at=now)


def show_yes(request: Request) -> Request:
    """Return the request with its yes shown to the giver, which replaces a no told before (R7)."""
    return replace(request, told_at=None)


def mature(request: Request) -> Request:
    """Return a held yes in effect, as of the end of its hold (R6)."""
    return replace(request, state=State.EFFECTIVE, effective_at=request.hold_until)


def lapse(request: Request) -> Request:
    """Return an unanswered request dead, its deadline having passed (R6a)."""
    return replace(request, state=State.DEAD)


def half_time(request: Request) -> datetime:
    """Return the instant at which half of a request's time has passed."""
    return request.sent_at + (request.deadline - request.sent_at) / 2


def remind_due(request: Request, *, policy: Policy) -> datetime | None:
    """Return the instant of the one reminder of an open request (R6c): when half its time has passed; or None."""
    if not policy.reminders or request.mute or request.reminded_at or request.state is not State.OPEN:
        return None
    return half_time(request)


def due(request: Request) -> datetime | None:
    """Return the instant at which time alone changes this request, if any."""
    if request.state is State.HELD:
        return request.hold_until
    return request.deadline if request.state is State.OPEN else None


def pass_time(request: Request) -> Request:
    """Return the request after the instant `due` gave."""
    return mature(request) if request.state is State.HELD else lapse(request)


def _refuse_mute(request: Request) -> None:
    if request.mute:
        raise NotAsked(request.kind)
