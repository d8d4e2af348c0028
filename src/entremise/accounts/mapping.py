"""Rows of members as read-only values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entremise.accounts.models import Member


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberCard:
    """One member as the rest of the program sees them; `pk` never leaves the program."""

    pk: int
    uid: str
    email: str
    address_hash: str
    name: str
    company: str
    trade: str
    language: str
    time_zone: str
    is_owner: bool
    joined_at: datetime


def card(row: Member) -> MemberCard:
    """Return the row's values, cut off from the database."""
    return MemberCard(
        pk=row.pk,
        uid=row.uid,
        email=row.email,
        address_hash=row.address_hash,
        name=row.name,
        company=row.company,
        trade=row.trade,
        language=row.language,
        time_zone=row.time_zone,
        is_owner=row.is_owner,
        joined_at=row.joined_at,
    )
