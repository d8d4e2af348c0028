"""Rows of members as read-only values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from entremise.accounts.models import OPTIONAL_MAILS, Member


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberCard:
    """One member as the rest of the program sees them; `pk` never leaves the program.

    `digest_hour` is 0 to 23 on the member's own clock; `mails` holds those of the letters one may do
    without (`queries.OPTIONAL_MAILS`) that this member wants.
    """

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
    digest_hour: int
    digest_on: bool
    mails: frozenset[str]

    def today(self, now: datetime) -> date:
        """Return the day it is where this member is."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()

    def end_of(self, day: date) -> datetime:
        """Return the last instant of a day where this member is, in UTC."""
        return datetime.combine(day, time.max, tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)


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
        digest_hour=row.digest_hour,
        digest_on=row.digest_on,
        mails=frozenset(name for name in OPTIONAL_MAILS if getattr(row, f"mail_{name}")),
    )
