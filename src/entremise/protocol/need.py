"""One need and its successive attempts: what they share, and how an act on one moves the others (R5, R5b).

The client's yes in principle belongs to the need. A second name is told only when the first name's link has
been answered or has closed. Each attempt is decided by `referral.decide`; this module only carries what is
shared from one to the next, until nothing moves any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from entremise.protocol import referral as life
from entremise.protocol.consent import Request
from entremise.protocol.effects import Effect
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Bring, Event, Referral, Reply, Stage
from entremise.protocol.types import Kind, Role
from entremise.protocol.windows import shown_until


@dataclass(frozen=True)
class Moved:
    """The attempts after an act, in their order, and what must be done about each."""

    attempts: tuple[Referral, ...]
    effects: tuple[tuple[int, Effect], ...] = ()


def act(attempts: tuple[Referral, ...], event: Event, *, on: int, now: datetime, policy: Policy) -> Moved:
    """Return every attempt after `event` on the attempt with index `on` (R5, R5b).

    Whatever time had already brought about comes first. Raises the refusals of `referral.decide`.
    """
    caught_up = pass_time(attempts, now=now, policy=policy)
    index = _answering(caught_up.attempts, event, on)
    decided = life.decide(shared(caught_up.attempts, index, policy=policy), event, now=now, policy=policy)
    moved = _put(caught_up.attempts, index, decided.referral)
    effects = caught_up.effects + tuple((index, effect) for effect in decided.effects)
    after = pass_time(moved, now=now, policy=policy)
    return Moved(after.attempts, effects + after.effects)


def pass_time(attempts: tuple[Referral, ...], *, now: datetime, policy: Policy) -> Moved:
    """Return every attempt caught up with `now`, each knowing what the others have come to.

    The last attempt goes first: a name that leaves now wins over "not concluded" for an earlier one (R6a), so that
    the client never gets both at once.
    """
    effects: list[tuple[int, Effect]] = []
    while True:
        before = attempts
        for index in reversed(range(len(attempts))):
            step = life.pass_time(shared(attempts, index, policy=policy), now=now, policy=policy)
            attempts = _put(attempts, index, step.referral)
            effects += [(index, effect) for effect in step.effects]
        if attempts == before:
            return Moved(attempts, tuple(effects))


def next_due(attempts: tuple[Referral, ...], *, policy: Policy) -> datetime | None:
    """Return the next instant at which time alone changes one of the attempts, or None."""
    moments = (life.next_due(shared(attempts, index, policy=policy), policy=policy) for index in range(len(attempts)))
    return min((at for at in moments if at is not None), default=None)


def shared(attempts: tuple[Referral, ...], index: int, *, policy: Policy) -> Referral:
    """Return one attempt with what it shares with the others filled in."""
    return replace(
        attempts[index],
        earlier_name=_told_before(attempts[:index]),
        earlier_until=_earlier_until(attempts[:index], policy),
        elsewhere=any(_told(other.name) for other in attempts[index + 1 :]),
    )


def _told_before(earlier: tuple[Referral, ...]) -> Request | None:
    names = [attempt.name for attempt in earlier if _told(attempt.name)]
    return names[-1] if names else None


_AGREED = frozenset({Stage.WAITING, Stage.NAME})


def _earlier_until(earlier: tuple[Referral, ...], policy: Policy) -> datetime | None:
    """When the names of earlier attempts close, as far as the giver may know whether they were told (R6d, R7).

    A name that had to wait itself counts from the day on which it could be told at the latest, carried or not.
    """
    agreed = (replace(one, carried=one.carried | {Role.CLIENT}) for one in earlier if one.stage in _AGREED)
    closes = (shown_until(one, Kind.NAME, policy=policy) for one in agreed)
    return max((at for at in closes if at is not None), default=None)


def _told(name: Request | None) -> bool:
    return name is not None and not name.mute


def _put(attempts: tuple[Referral, ...], index: int, changed: Referral) -> tuple[Referral, ...]:
    """Put one attempt back; every other that rests on the same yes in principle sees what it has become."""
    return tuple(
        changed if position == index else _following(attempt, changed.principle)
        for position, attempt in enumerate(attempts)
    )


def _following(attempt: Referral, principle: Request | None) -> Referral:
    """A principle asked anew, after one that lapsed, is another request: only the same one is followed."""
    mine = attempt.principle
    same = mine is not None and principle is not None and mine.sent_at == principle.sent_at
    return replace(attempt, principle=principle) if same else attempt


def _answering(attempts: tuple[Referral, ...], event: Event, on: int) -> int:
    """The need's yes in principle is past taking back once any attempt has become an introduction (R9)."""
    if isinstance(event, Reply | Bring) and event.kind is Kind.PRINCIPLE:
        for index, attempt in enumerate(attempts):
            if attempt.stage is Stage.INTRODUCED:
                return index
    return on
