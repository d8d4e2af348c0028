"""What a giver heard of how it ended, noted for themself (R26)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import ending, steps
from entremise.referrals.actions.ending import End
from entremise.referrals.actions.giving import own_referral
from entremise.referrals.queries import endings


class AlreadyTold(Refusal):
    """The receiver has said how it ended: that is what counts now (R26)."""


@transaction.atomic
def hear(*, giver: MemberCard, uid: str, outcome: Outcome | None, now: datetime) -> None:
    """Note for the giver alone how they heard that it ended, or without an outcome that they do not know after all.

    It counts for their own eyes, and only while the receiver leaves it open (R26). The same twice changes nothing.
    Raises Gone, and AlreadyTold where the receiver has said how it ended.
    """
    row = own_referral(giver, uid)
    steps.hold_turn(row.need_id)
    row.refresh_from_db()
    if row.introduced_at is None:
        raise steps.Gone
    if row.outcome:
        raise AlreadyTold
    if endings.heard(row) is not outcome:
        ending.keep(row, End(outcome=outcome), by=Role.GIVER, word=None, now=now)
