"""The only way forward of a referral: which step follows which, and what each needs (R5, R9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from entremise.protocol import consent
from entremise.protocol.consent import Request, State
from entremise.protocol.effects import Ask, Effect, Introduce, TellYes
from entremise.protocol.life import Decision, Referral, Stage
from entremise.protocol.policy import Policy
from entremise.protocol.types import PERMISSIONS, Kind, Role
from entremise.protocol.windows import deadline, too_late_to_ask


def progress(referral: Referral, *, at: datetime, now: datetime, policy: Policy) -> Decision:
    """Return the referral with every due step taken (R5): `at` is the nominal instant, `now` that of what leaves."""
    effects: list[Effect] = []
    while True:
        step = _STEPS.get(referral.stage)
        moved = step(referral, at, now, policy) if step and referral.stopped_at is None else None
        if moved is None:
            return Decision(referral, tuple(effects))
        referral = moved.referral
        effects += moved.effects


def _after_permission(referral: Referral, _at: datetime, now: datetime, policy: Policy) -> Decision | None:
    shown = all(_holds(referral.request(kind)) or _was_shown(referral, kind) for kind in referral.permissions)
    if not shown or too_late_to_ask(referral, Kind.RECEIVER, now, policy):
        return None
    needed = [kind for kind in PERMISSIONS if kind in referral.permissions]
    moved = replace(referral, stage=Stage.RECEIVER)
    for kind in needed:
        moved = _shown(moved, kind)
    asked = ask(moved, Kind.RECEIVER, now, policy, quiet=not _allowed(referral))
    return Decision(asked.referral, (*map(TellYes, needed), *asked.effects))


def _was_shown(referral: Referral, kind: Kind) -> bool:
    """A permission that had taken effect for an earlier attempt and was withdrawn since: the next attempt must not tell
    it (R7, R39). Nobody is asked anything then."""
    request = referral.request(kind)
    was = request is not None and request.effective_at is not None and request.told_at is None
    return was and referral.rests(kind)


def _after_receiver(referral: Referral, _at: datetime, now: datetime, policy: Policy) -> Decision | None:
    if not _willing(referral):
        return None
    moved = replace(_shown(referral, Kind.RECEIVER), stage=Stage.PRINCIPLE)
    told = (TellYes(Kind.RECEIVER),)
    answered = referral.principle is not None and not _never_answered(referral.principle)
    if answered or too_late_to_ask(referral, Kind.PRINCIPLE, now, policy):
        return Decision(moved, told)
    asked = ask(replace(moved, principle_here=True), Kind.PRINCIPLE, now, policy)
    return Decision(asked.referral, told + asked.effects)


def _after_principle(referral: Referral, _at: datetime, _now: datetime, _policy: Policy) -> Decision | None:
    """A yes an earlier attempt has shown to the giver is shown again, even if it was withdrawn since: that would be
    told by its absence (R7). Nothing rests on it then."""
    agreed = referral.principle
    if not _willing(referral) or agreed is None or agreed.effective_at is None:
        return None
    if agreed.state is not State.EFFECTIVE and agreed.told_at is not None:
        return None
    shown = replace(_shown(referral, Kind.PRINCIPLE), stage=Stage.WAITING, name_from=referral.earlier_until)
    opens = referral.earlier_until is None or Role.CLIENT not in referral.carried
    return Decision(replace(shown, name_open=opens), (TellYes(Kind.PRINCIPLE),))


def _after_waiting(referral: Referral, _at: datetime, now: datetime, policy: Policy) -> Decision | None:
    free = referral.earlier_name is None or referral.earlier_name.settled
    if not (free and referral.name_open and _willing(referral) and _holds(referral.principle)):
        return None
    if too_late_to_ask(referral, Kind.NAME, now, policy):
        return None
    return ask(replace(referral, stage=Stage.NAME), Kind.NAME, now, policy)


def _after_name(referral: Referral, at: datetime, _now: datetime, _policy: Policy) -> Decision | None:
    if not (_willing(referral) and _holds(referral.principle) and _holds(referral.name)):
        return None
    return Decision(replace(_shown(referral, Kind.NAME), stage=Stage.INTRODUCED, introduced_at=at), (Introduce(),))


_Step = Callable[[Referral, datetime, datetime, Policy], Decision | None]
_STEPS: Mapping[Stage, _Step] = {
    Stage.PERMISSION: _after_permission,
    Stage.RECEIVER: _after_receiver,
    Stage.PRINCIPLE: _after_principle,
    Stage.WAITING: _after_waiting,
    Stage.NAME: _after_name,
}


def _holds(request: Request | None) -> bool:
    return request is not None and request.state is State.EFFECTIVE


def _shown(referral: Referral, kind: Kind) -> Referral:
    request = referral.request(kind)
    assert request is not None
    return put(referral, consent.show_yes(request))


def _never_answered(request: Request) -> bool:
    """The link closed without a word, or never left: there is nothing to wait for."""
    return request.mute or (request.state is State.DEAD and request.answer is None)


def _willing(referral: Referral) -> bool:
    """The receiver's yes lives, and so does every referrer's that was needed (R5, R9)."""
    return _allowed(referral) and _holds(referral.receiver)


def _allowed(referral: Referral) -> bool:
    """Every referrer who was to be asked allows it (R38); with one on each side both decide (R39)."""
    return all(_holds(referral.request(kind)) for kind in referral.permissions)


def ask(referral: Referral, kind: Kind, now: datetime, policy: Policy, *, quiet: bool = False) -> Decision:
    """Make the request; it leaves unless its person may not be written to (R45, R46) or it could lead to nothing
    (`quiet`), which nobody sees."""
    mute = quiet or kind.asked in referral.silenced
    request = Request(kind=kind, sent_at=now, deadline=deadline(referral, kind, now, policy), mute=mute)
    return Decision(put(referral, request), () if mute else (Ask(kind),))


def put(referral: Referral, request: Request) -> Referral:
    """Return the referral with this request in the place of the one of its kind."""
    changed: Any = {request.kind.value: request}
    return replace(referral, **changed)
