"""Rows of members as read-only values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

from entremise.accounts.models import OPTIONAL_MAILS, Invitation, Member, Passkey, Visit


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
    leaving_at: datetime | None
    digest_hour: int
    digest_on: bool
    review_on: bool
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
        email="" if row.left_at else row.email,
        address_hash=row.address_hash,
        name=row.name,
        company=row.company,
        trade=row.trade,
        language=row.language,
        time_zone=row.time_zone,
        is_owner=row.is_owner,
        joined_at=row.joined_at,
        leaving_at=row.leaving_at,
        digest_hour=row.digest_hour,
        digest_on=row.digest_on,
        review_on=row.review_on,
        mails=frozenset(name for name in OPTIONAL_MAILS if getattr(row, f"mail_{name}")),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyLine:
    """One passkey as its member sees it; `used_on` is None until it has opened the notebook once."""

    uid: str
    name: str
    added_at: datetime
    used_on: date | None


def key_line(row: Passkey) -> KeyLine:
    """Return the row's values, without the key itself."""
    return KeyLine(uid=row.uid, name=row.name, added_at=row.added_at, used_on=row.used_on)


@dataclass(frozen=True, kw_only=True, slots=True)
class WaysIn:
    """How a member may come in, beside a code sent by mail. `codes_left` counts the unused emergency codes."""

    password: bool
    keys: tuple[KeyLine, ...]
    second: bool
    codes_left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitLine:
    """One open session as its member sees it; `mine` marks the one that asks."""

    uid: str
    browser: str
    system: str
    since: datetime
    seen_on: date
    mine: bool


def visit_line(row: Visit, *, session_key: str) -> VisitLine:
    """Return the row's values, without what opens the session."""
    return VisitLine(
        uid=row.uid,
        browser=row.browser,
        system=row.system,
        since=row.since,
        seen_on=row.seen_on,
        mine=row.session_key == session_key,
    )


class Invited(Enum):
    """What has become of an invitation, as its inviter sees it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True, slots=True)
class InvitationLine:
    """One invitation as its inviter sees it; `name` and `address` are empty once it has ended."""

    uid: str
    name: str
    address: str
    sent_at: datetime
    expires_at: datetime
    letters: int
    state: Invited


def invitation_line(row: Invitation, *, now: datetime) -> InvitationLine:
    """Return the row's values as they stand at `now`."""
    return InvitationLine(
        uid=row.uid,
        name=row.guest.name if row.guest else row.name,
        address=row.address,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        letters=row.letters,
        state=state_of(row, now=now),
    )


def state_of(row: Invitation, *, now: datetime) -> Invited:
    """Return what has become of an invitation at `now`."""
    if row.accepted_at:
        return Invited.ACCEPTED
    if row.revoked_at:
        return Invited.REVOKED
    return Invited.WAITING if now < row.expires_at else Invited.EXPIRED


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenInvitation:
    """An invitation as the person invited sees it."""

    uid: str
    inviter: MemberCard
    name: str
    address: str
    language: str
    words: str
    sent_at: datetime
    expires_at: datetime


def open_invitation(row: Invitation) -> OpenInvitation:
    """Return the row's values, cut off from the database."""
    return OpenInvitation(
        uid=row.uid,
        inviter=card(row.inviter),
        name=row.name,
        address=row.address,
        language=row.language,
        words=row.words,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
    )
