"""One need and its successive attempts: what they share, and how an act on one moves the others (R5, R5b).

The client's yes in principle belongs to the need, and so does the answer of whoever introduced the client (R38): a
question about the client alone, the same for every receiver. A second name is told only when the first name's link has
been answered or has closed. Each attempt is decided by `referral.decide`; this module only carries what is shared from
one to the next, until nothing moves any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from entremise.protocol import referral as life
from entremise.protocol.consent import Request
from entremise.protocol.effects import Effect
from entremise.protocol.policy import Policy
from entremise.protocol.progress import put
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
        introduced_after=any(_is_introduced_by(attempts[index], other) for other in attempts[index + 1 :]),
    )


def _is_introduced_by(asked: Referral, later: Referral) -> bool:
    """Whether a later attempt that rests on the same permission has become an introduction (R39)."""
    request = asked.permission_c
    return later.stage is Stage.INTRODUCED and request is not None and _same(later, request)


def _told_before(earlier: tuple[Referral, ...]) -> Request | None:
    names = [attempt.name for attempt in earlier if _told(attempt.name)]
    return names[-1] if names else None


# Asked once for a need, and answered for all of its attempts (R5, R38).
_OF_THE_NEED = (Kind.PRINCIPLE, Kind.CLIENT_PERMISSION)
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
    """Put one attempt back; every other that rests on the same yes in principle, or on the same permission of whoever
    introduced the client, sees what it has become."""
    return tuple(
        changed if position == index else _following(attempt, changed) for position, attempt in enumerate(attempts)
    )


def _following(attempt: Referral, changed: Referral) -> Referral:
    """A question asked anew is another request: only the same one is followed."""
    for kind in _OF_THE_NEED:
        now = changed.request(kind)
        if now is not None and _same(attempt, now):
            attempt = put(attempt, now)
    return attempt


def _same(attempt: Referral, request: Request) -> bool:
    mine = attempt.request(request.kind)
    return mine is not None and mine.sent_at == request.sent_at


def _answering(attempts: tuple[Referral, ...], event: Event, on: int) -> int:
    """What belongs to the need is past taking back once an attempt that rests on it has become an introduction (R9)."""
    if isinstance(event, Reply | Bring) and event.kind in _OF_THE_NEED:
        said = attempts[on].request(event.kind)
        for index, attempt in enumerate(attempts):
            rests = event.kind is Kind.PRINCIPLE or (said is not None and _same(attempt, said))
            if attempt.stage is Stage.INTRODUCED and rests:
                return index
    return on
