"""When requests and stages close (R6a): from what began when, never from what anybody answered."""

from __future__ import annotations

from datetime import datetime

from entremise.protocol import consent
from entremise.protocol.life import CLIENT_STAGES, Referral, Stage
from entremise.protocol.policy import Policy
from entremise.protocol.types import Kind, Role

STEPS_TO_COME = {Kind.PERMISSION: 4, Kind.RECEIVER: 3, Kind.PRINCIPLE: 2, Kind.NAME: 2}  # skipped or not


def closing(referral: Referral, *, policy: Policy) -> datetime | None:
    """Return the closing instant of the present stage, fixed when it began (R6a), or None."""
    longest = policy.hold_aloud
    if referral.stage is Stage.PERMISSION and referral.permission:
        return referral.permission.deadline + longest
    if referral.stage is Stage.RECEIVER and referral.receiver:
        return referral.receiver.deadline + longest
    return client_closing(referral, policy=policy) if referral.stage in CLIENT_STAGES else None


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
    ends = client_closing(referral, policy=policy)
    if kind.asked is not Role.CLIENT or ends is None:
        return now + stands
    return min(now + stands, ends - policy.hold_aloud)


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
