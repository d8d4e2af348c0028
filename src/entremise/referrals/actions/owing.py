"""Good words that are owed from an introduction on (R41)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from entremise.protocol import duties
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral, takes_part
from entremise.protocol.types import REFERRERS, Role
from entremise.referrals import mapping
from entremise.referrals.models.shapes import Followed

COLUMNS = ("to_promote", "promotion_due")


def recommenders(life: Referral) -> tuple[Role, ...]:
    """Return who recommended: the giver, and the referrers who take part as co-introducers (R39)."""
    return (Role.GIVER, *(role for role in REFERRERS if takes_part(life, role)))


def owe(row: Followed, *, to: Collection[Role], since: datetime | None, policy: Policy) -> None:
    """Set on a row that its receiver owes these people a good word since an instant (R41); nothing is written yet."""
    row.to_promote = sorted(role.value for role in to) if since else []
    _date(row, since=since, policy=policy)


def settle(row: Followed, role: Role, *, since: datetime, policy: Policy) -> None:
    """Set on a row that the good word about one of them was said; nothing is written yet."""
    row.to_promote = [one for one in row.to_promote if one != role.value]
    _date(row, since=since, policy=policy)


def _date(row: Followed, *, since: datetime | None, policy: Policy) -> None:
    facts = mapping.followed(row, since=since) if since else None
    row.promotion_due = duties.promotion_due(facts, policy=policy) if facts else None
