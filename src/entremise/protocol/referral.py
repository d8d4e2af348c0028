"""The life of a referral: a state × event table and one `decide()` (R1, R5–R9).

Quiet ends need no state of their own (R7): a no, a silence, a withdrawal, a refusal to be written to
or the giver's stop only keep the next step from leaving. Nothing moves, nothing shows, until the
stage's closing instant, which was fixed when the stage began. What an observer may see of this is in
`wall`.

Instants are nominal: a yes takes effect when its hold ends, whenever somebody looks. So the same
history and the same instant give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from entremise.protocol import consent
from entremise.protocol.consent import Request, State
from entremise.protocol.effects import Acknowledge, NotConcluded, Remind, TellNo
from entremise.protocol.errors import AlreadyIntroduced, NotAsked, NotNow
from entremise.protocol.life import (
    CLIENT_STAGES,
    Bring,
    Decision,
    Event,
    LetKnow,
    Referral,
    Reply,
    Send,
    Stage,
    Stop,
    Tick,
)
from entremise.protocol.policy import Policy
from entremise.protocol.progress import ask, progress, put
from entremise.protocol.types import PERMISSION_OF, PERMISSIONS, REFERRERS, Answer, Kind, Role
from entremise.protocol.windows import (
    client_closing,
    client_closing_from,
    closing,
    referrer_closing,
)

__all__ = [
    "CLIENT_STAGES",
    "TABLE",
    "Bring",
    "Decision",
    "Event",
    "LetKnow",
    "Referral",
    "Reply",
    "Send",
    "Stage",
    "Stop",
    "Tick",
    "client_closing",
    "client_closing_from",
    "closing",
    "decide",
    "next_due",
    "pass_time",
    "takes_part",
]


def decide(referral: Referral, event: Event, *, now: datetime, policy: Policy) -> Decision:
    """Return what follows from one event at one instant (R5–R9).

    Whatever time alone had already brought about by `now` is decided first, so that a late worker changes
    nothing. Raises NotNow where the table has no such cell, and the refusals of `consent`.
    """
    caught_up = pass_time(referral, now=now, policy=policy)
    try:
        handle = TABLE[caught_up.referral.stage, type(event)]
    except KeyError:
        raise NotNow(caught_up.referral.stage.value, type(event).__name__) from None
    decided = handle(caught_up.referral, event, now, policy)
    return Decision(decided.referral, caught_up.effects + decided.effects)


# -- what time brings about -------------------------------------------------------------------------


def next_due(referral: Referral, *, policy: Policy) -> datetime | None:
    """Return the next instant at which time alone changes this referral, or None."""
    return min((at for at, _ in _moments(referral, policy)), default=None)


def pass_time(referral: Referral, *, now: datetime, policy: Policy) -> Decision:
    """Return the referral with every moment up to `now` lived through in its order.

    At one same instant a yes that takes effect comes before a closing: what leaves at the closing instant
    in favour of an introduction wins (R6a). A step can also be due because another attempt of the same need
    moved what both share: the client's yes in principle, or the first name's link (R5, R5b).
    """
    first = progress(referral, at=now, now=now, policy=policy)
    referral, effects = first.referral, list(first.effects)
    while True:
        ready = [moment for moment in _moments(referral, policy) if moment[0] <= now]
        if not ready:
            return Decision(referral, tuple(effects))
        at, change = min(ready, key=lambda moment: moment[0])
        step = change(referral, at)
        moved = progress(step.referral, at=at, now=now, policy=policy)
        referral = moved.referral
        effects += [*step.effects, *moved.effects]


_Change = Callable[[Referral, datetime], Decision]
_Moment = tuple[datetime, _Change]


def _moments(referral: Referral, policy: Policy) -> list[_Moment]:
    """List what is due, the instant and what then happens; of equal instants the one that is listed first, so that a
    closing comes last (R6a)."""
    if referral.stage in (Stage.DRAFT, Stage.INTRODUCED):
        return []
    found: list[_Moment] = []
    for kind in Kind:
        request = referral.request(kind)
        at = consent.due(request) if request else None
        if at is not None:
            found.append((at, _pass(kind)))
        remind_at = consent.remind_due(request, policy=policy) if request and _reminds(referral, kind) else None
        if remind_at is not None:
            found.append((remind_at, _remind(kind)))
    if referral.stage is Stage.WAITING and referral.name_from and not referral.name_open:
        found.append((referral.name_from, _name_opens))
    if referral.stage is Stage.WAITING and referral.earlier_name and referral.earlier_name.state is State.OPEN:
        found.append((referral.earlier_name.deadline, _earlier_link_closes))
    found += [(at, _closing(role)) for role, at in _closings(referral, policy)]
    return found


def _pass(kind: Kind) -> _Change:
    def change(referral: Referral, at: datetime) -> Decision:
        request = referral.request(kind)
        assert request is not None
        return Decision(_first_client_window(put(referral, consent.pass_time(request)), at))

    return change


def _reminds(referral: Referral, kind: Kind) -> bool:
    """A request is its own attempt's to remind of, and only where the platform wrote itself (R6c, R6d).

    Nothing somebody else decided changes that: it belongs to the request already delivered (R7).
    """
    return kind.asked not in referral.carried and not referral.rests(kind)


def _remind(kind: Kind) -> _Change:
    def change(referral: Referral, at: datetime) -> Decision:
        request = referral.request(kind)
        assert request is not None
        return Decision(put(referral, replace(request, reminded_at=at)), (Remind(kind),))

    return change


def _name_opens(referral: Referral, _at: datetime) -> Decision:
    return Decision(replace(referral, name_open=True))


def _earlier_link_closes(referral: Referral, at: datetime) -> Decision:
    assert referral.earlier_name is not None
    return Decision(replace(referral, earlier_name=consent.lapse(referral.earlier_name)))


def _first_client_window(referral: Referral, at: datetime) -> Referral:
    """The client's stage begins for the receiver when their yes first takes effect, whether or not anything
    really leaves: its closing instant must not tell (R6a, R7)."""
    receiver = referral.receiver
    if referral.client_from or receiver is None or receiver.state is not State.EFFECTIVE:
        return referral
    return replace(referral, client_from=at)


def _closings(referral: Referral, policy: Policy) -> list[tuple[Role, datetime]]:
    """Who is still to be told "not concluded", and when (R7)."""
    at = closing(referral, policy=policy)
    due = [(Role.GIVER, at)] if at is not None else []
    ends = client_closing(referral, policy=policy)
    if ends is not None:
        parties = (Role.RECEIVER, Role.CLIENT)
        due += [(role, ends) for role in parties if role not in referral.told and _still_expects(referral, role)]
    by = referrer_closing(referral, policy=policy)
    if by is not None:
        due += [(role, by) for role in REFERRERS if role not in referral.told and _still_expects(referral, role)]
    return due


def _closing(role: Role) -> _Change:
    def change(referral: Referral, at: datetime) -> Decision:
        told = replace(referral, told=referral.told | {role})
        if role is Role.GIVER:
            told = replace(told, stage=Stage.CLOSED)
        return Decision(told, (NotConcluded(role),))

    return change


def _still_expects(referral: Referral, role: Role) -> bool:
    """Only a party whose yes still stands hears "not concluded" (R7); a name that never left changes nothing."""
    if role in REFERRERS:
        elsewhere = referral.introduced_after and role is Role.CLIENT_REFERRER
        return takes_part(referral, role) and not referral.rests(PERMISSION_OF[role]) and not elsewhere
    if role is Role.RECEIVER:
        return referral.receiver is not None and referral.receiver.stands
    if referral.name is not None and not referral.name.mute:
        return referral.name.stands
    agreed = referral.principle_here and referral.principle is not None and referral.principle.stands
    return agreed and not referral.elsewhere


def takes_part(referral: Referral, role: Role) -> bool:
    """Return whether a referrer in this role allowed it and takes part, as their word stands (R39)."""
    request = referral.request(PERMISSION_OF[role])
    return request is not None and request.stands and request.takes_part


# -- what people do ---------------------------------------------------------------------------------


def _send(referral: Referral, _event: Event, now: datetime, policy: Policy) -> Decision:
    if not referral.permissions:
        return ask(replace(referral, stage=Stage.RECEIVER), Kind.RECEIVER, now, policy)
    asked = Decision(replace(referral, stage=Stage.PERMISSION))
    for kind in (kind for kind in PERMISSIONS if kind in referral.permissions and not referral.rests(kind)):
        more = ask(asked.referral, kind, now, policy)
        asked = Decision(more.referral, asked.effects + more.effects)
    return asked


def _reply(referral: Referral, event: Event, now: datetime, policy: Policy) -> Decision:
    assert isinstance(event, Reply)
    before = _asked(referral, event.kind)
    if event.answer is Answer.NO:
        return Decision(put(referral, consent.say_no(before, now=now, how=event.how)))
    after = consent.say_yes(before, now=now, how=event.how, policy=policy, takes_part=event.takes_part)
    if after == before or after.hold_until is None:
        return Decision(referral)
    return Decision(put(referral, after), (Acknowledge(event.kind, after.hold_until),))


def _bring(referral: Referral, event: Event, now: datetime, policy: Policy) -> Decision:
    """What a giver brings counts where the person has not spoken for themself; else nothing changes, and nothing shows
    it (R6d, R7, R8)."""
    assert isinstance(event, Bring)
    request = referral.request(event.kind)
    if request is None or not consent.takes_brought(request, now=now):
        return Decision(referral)
    rules = policy if event.written else replace(policy, hold_aloud=policy.hold)
    return _reply(referral, Reply(event.kind, event.answer, event.how, event.takes_part), now, rules)


def _let_know(referral: Referral, event: Event, now: datetime, _policy: Policy) -> Decision:
    assert isinstance(event, LetKnow)
    before = _asked(referral, event.kind)
    after = consent.tell(before, now=now)
    return Decision(put(referral, after), () if after == before else (TellNo(event.kind),))


def _stop(referral: Referral, _event: Event, now: datetime, _policy: Policy) -> Decision:
    return Decision(referral if referral.stopped_at else replace(referral, stopped_at=now))


def _nothing(referral: Referral, _event: Event, _now: datetime, _policy: Policy) -> Decision:
    return Decision(referral)


def _too_late_to_change(referral: Referral, event: Event, _now: datetime, _policy: Policy) -> Decision:
    """After the introduction a yes said again is the same yes; a no comes too late (R9)."""
    assert isinstance(event, Reply)
    _asked(referral, event.kind)
    if event.answer is Answer.YES or referral.introduced_at is None:
        return Decision(referral)
    raise AlreadyIntroduced(referral.introduced_at)


def _asked(referral: Referral, kind: Kind) -> Request:
    request = referral.request(kind)
    if request is None:
        raise NotAsked(kind)
    return request


_Handler = Callable[[Referral, Event, datetime, Policy], Decision]
_UNDER_WAY = (Stage.PERMISSION, Stage.RECEIVER, Stage.PRINCIPLE, Stage.WAITING, Stage.NAME)
TABLE: Mapping[tuple[Stage, type[Event]], _Handler] = {
    (Stage.DRAFT, Send): _send,
    (Stage.DRAFT, Tick): _nothing,
    **{
        (stage, event): handler
        for stage in (*_UNDER_WAY, Stage.CLOSED)
        for event, handler in (
            (Reply, _reply),
            (Bring, _bring),
            (LetKnow, _let_know),
            (Stop, _stop),
            (Tick, _nothing),
        )
    },
    (Stage.INTRODUCED, Reply): _too_late_to_change,
    (Stage.INTRODUCED, Bring): _nothing,
    (Stage.INTRODUCED, Tick): _nothing,
}
