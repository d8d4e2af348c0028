"""When requests and stages close (R6a): from what began when, never from what anybody answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from entremise.protocol import consent
from entremise.protocol.life import CLIENT_STAGES, Referral, Stage
from entremise.protocol.policy import Policy
from entremise.protocol.types import Kind, Role

# Skipped or not.
STEPS_TO_COME = {
    Kind.PERMISSION: 4,
    Kind.CLIENT_PERMISSION: 4,
    Kind.RECEIVER: 3,
    Kind.PRINCIPLE: 2,
    Kind.NAME: 2,
}


def closing(referral: Referral, *, policy: Policy) -> datetime | None:
    """Return the closing instant of the present stage, fixed when it began (R6a), or None."""
    longest = policy.hold_aloud
    if referral.stage is Stage.PERMISSION:
        return _permission_deadline(referral, policy) + longest
    if referral.stage is Stage.RECEIVER and referral.receiver:
        return referral.receiver.deadline + longest
    return client_closing(referral, policy=policy) if referral.stage in CLIENT_STAGES else None


def _permission_deadline(referral: Referral, policy: Policy) -> datetime:
    """Both permissions are asked at the same instant, for the same window (R39). One that was asked before counts as if
    it were asked now, whatever became of it: so a date tells nothing of that (R6a)."""
    asked = referral.permission
    if asked is None and referral.asked_before:
        assert referral.begun_at is not None
        left = referral.need_until - referral.begun_at
        return referral.begun_at + consent.window(left=left, steps=STEPS_TO_COME[Kind.PERMISSION], policy=policy)
    asked = asked or referral.permission_c
    assert asked is not None
    return asked.deadline


def referrer_closing(referral: Referral, *, policy: Policy) -> datetime | None:
    """Return the instant by which a referrer who takes part has heard (R6a, R39), or None where none was asked.

    It is fixed when they are asked, from the longest that every following stage may last: it tells nothing about what
    anybody answers.
    """
    if not referral.permissions or referral.stage is Stage.DRAFT:
        return None
    return _receiver_most(referral, policy) + 2 * _longest(referral, Kind.PRINCIPLE, policy) + 2 * policy.hold_aloud


def _receiver_most(referral: Referral, policy: Policy) -> datetime:
    """The latest instant at which a receiver's yes that follows a permission takes effect."""
    asked_by = _permission_deadline(referral, policy) + policy.hold_aloud
    return asked_by + _longest(referral, Kind.RECEIVER, policy) + policy.hold_aloud


def _longest(referral: Referral, kind: Kind, policy: Policy) -> timedelta:
    """No less than the window of that stage will be, told from the deadline alone: it stays when an address is put
    right and the question leaves anew."""
    left = referral.need_until - (_permission_deadline(referral, policy) - timedelta(days=policy.window_most))
    return consent.window(left=left, steps=STEPS_TO_COME[kind], policy=policy)


def client_closing(referral: Referral, *, policy: Policy) -> datetime | None:
    """Return the closing instant of the client's stage, counted from the receiver's first effect (R6a)."""
    if referral.client_from is None:
        return None
    return client_closing_from(referral.client_from, need_until=referral.need_until, policy=policy)


def client_closing_from(start: datetime, *, need_until: datetime, policy: Policy) -> datetime:
    """Return the instant at which a client's stage begun at `start` closes: two windows and two longest holds."""
    stands = consent.window(left=need_until - start, steps=STEPS_TO_COME[Kind.PRINCIPLE], policy=policy)
    return start + 2 * stands + 2 * policy.hold_aloud


def deadline(referral: Referral, kind: Kind, now: datetime, policy: Policy) -> datetime:
    """A request stands for its window, and never so long that its answer could not take effect (R6a)."""
    stands = consent.window(left=referral.need_until - now, steps=STEPS_TO_COME[kind], policy=policy)
    ends = _ends(referral, kind, policy)
    return now + stands if ends is None else min(now + stands, ends - policy.hold_aloud)


def too_late_to_ask(referral: Referral, kind: Kind, now: datetime, policy: Policy) -> bool:
    """Return whether the answer could no longer take effect before the instant by which others have heard (R6a)."""
    ends = _ends(referral, kind, policy)
    if ends is None:
        return kind.asked is Role.CLIENT
    return now >= ends - policy.hold_aloud


def _ends(referral: Referral, kind: Kind, policy: Policy) -> datetime | None:
    """The instant before which a yes of this kind must have taken effect: what was promised to those asked before."""
    if kind.asked is Role.CLIENT:
        return client_closing(referral, policy=policy)
    return _receiver_most(referral, policy) if kind is Kind.RECEIVER and referral.permissions else None


def shown_until(referral: Referral, kind: Kind, *, policy: Policy) -> datetime | None:
    """Return until when a question of this kind can be answered as far as the giver may know, or None before it is due.

    It is counted from what the giver saw, not from the request, which may never have left (R6d, R7). A second name
    that is told by mail leaves at a moment the giver does not see (R5b): then there is no such date either.
    """
    if kind.asked is not Role.CLIENT:
        request = referral.request(kind)
        return request.deadline if request else None
    start, ends = referral.client_from, client_closing(referral, policy=policy)
    if start is None or ends is None:
        return None
    if kind is Kind.NAME:
        agreed = referral.principle.effective_at if referral.principle else None
        if agreed is None or (referral.name_from and Role.CLIENT not in referral.carried):
            return None
        start = max(start, agreed, referral.name_from or start)
    stands = consent.window(left=referral.need_until - start, steps=STEPS_TO_COME[kind], policy=policy)
    return min(start + stands, ends - policy.hold_aloud)
