"""Reading members. Everything returned is a frozen value; members who left are not found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from entremise.accounts.mapping import (
    InvitationLine,
    Invited,
    KeyLine,
    MemberCard,
    OpenInvitation,
    VisitLine,
    WaysIn,
    card,
    invitation_line,
    key_line,
    open_invitation,
    state_of,
    visit_line,
)
from entremise.accounts.models import (
    LANGUAGES,
    OPTIONAL_MAILS,
    AddressChange,
    Invitation,
    Member,
    Passkey,
    SecondFactor,
    Uninvited,
    Visit,
)
from entremise.lib import links
from entremise.lib.prepared import Prepared

__all__ = [
    "LANGUAGES",
    "OPTIONAL_MAILS",
    "InvitationLine",
    "Invited",
    "KeyLine",
    "MemberCard",
    "OpenInvitation",
    "VisitLine",
    "WaysIn",
    "address_hash",
    "awaited_address",
    "by_address",
    "by_address_hash",
    "by_pk",
    "by_pks",
    "by_uid",
    "half_gone",
    "invitation",
    "invitations",
    "invitations_held",
    "is_fresh",
    "leaving_by",
    "members_among",
    "normal_address",
    "once_members",
    "owner",
    "recovery_codes",
    "second_is_on",
    "second_secret",
    "signed_in",
    "visits",
    "wants_no_invitation",
    "ways_in",
]

CODES, CODES_DIGITS = 10, 10


def normal_address(email: str) -> str:
    """Return the one way this installation writes an e-mail address: no space around it, lower case."""
    return email.strip().lower()


def address_hash(email: str) -> str:
    """Return the keyed hash by which an address is recognised without being written down (R45, R46)."""
    return links.keyed_hash(normal_address(email), purpose="address", secret=links.site_secret())


def is_fresh() -> bool:
    """Whether nobody has founded this installation yet: it has no member at all."""
    return not Member.objects.exists()


def signed_in(user: AbstractBaseUser | AnonymousUser) -> MemberCard | None:
    """Return the member behind a session's user, or None for a visitor; reads nothing more."""
    return card(user) if isinstance(user, Member) and user.is_active else None


def by_pk(pk: int) -> MemberCard | None:
    """Return the active member with this primary key."""
    return _first(pk=pk)


def by_pks(pks: Iterable[int]) -> dict[int, MemberCard]:
    """Return the active members among these primary keys, in one query."""
    return {row.pk: card(row) for row in _BY_PKS(pks=set(pks)) if row.is_active}


def once_members(pks: Iterable[int]) -> dict[int, MemberCard]:
    """Return the members among these primary keys, also those who left: with no address, and once erased no name (R47).

    For what must look to others as it did before (R7).
    """
    return {row.pk: card(row) for row in _BY_PKS(pks=set(pks))}


def leaving_by(now: datetime) -> list[MemberCard]:
    """Return the members whose time to leave has come (R47)."""
    return [card(row) for row in Member.objects.filter(is_active=True, leaving_at__lte=now).order_by("pk")]


def half_gone() -> list[MemberCard]:
    """Return those who left and whose name is still kept, for what others were told already (R7)."""
    return [card(row) for row in Member.objects.filter(left_at__isnull=False).exclude(name="").order_by("pk")]


def successors(owner_pk: int) -> list[MemberCard]:
    """Return the members to whom an owner could hand the installation over."""
    rows = Member.objects.filter(is_active=True, leaving_at=None).exclude(pk=owner_pk).order_by("name", "pk")
    return [card(row) for row in rows]


def by_uid(uid: str) -> MemberCard | None:
    """Return the active member with this public id."""
    return _first(uid=uid)


def by_address(email: str) -> MemberCard | None:
    """Return the active member with this address, whatever its case."""
    return _first(email=normal_address(email))


def by_address_hash(address_hash: str) -> MemberCard | None:
    """Return the active member whose address has this keyed hash (R45, R46)."""
    return _first(address_hash=address_hash)


def members_among(address_hashes: Collection[str]) -> frozenset[str]:
    """Return those of the keyed hashes that are active members' addresses, in one query (R46)."""
    return frozenset(row["address_hash"] for row in _AMONG(hashes=address_hashes))


_BY_PKS = Prepared(lambda pks: Member.objects.filter(pk__in=pks), many={"pks": int})
_AMONG = Prepared(
    lambda hashes: Member.objects.filter(is_active=True, address_hash__in=hashes).values("address_hash"),
    many={"hashes": str},
)


def owner() -> MemberCard | None:
    """Return the owner of this installation, or None where nobody has founded it."""
    return _first(is_owner=True)


def ways_in(member_pk: int) -> WaysIn:
    """Return how this member may come in, beside a code sent by mail."""
    row = Member.objects.get(pk=member_pk)
    keys = Passkey.objects.filter(member_id=member_pk).order_by("added_at", "pk")
    second = _second(member_pk)
    return WaysIn(
        password=row.has_usable_password(),
        keys=tuple(map(key_line, keys)),
        second=second is not None and second.confirmed_at is not None,
        codes_left=CODES - second.codes_used.bit_count() if second else 0,
    )


def second_is_on(member_pk: int) -> bool:
    """Whether this member is asked for a second proof after a code by mail or a password."""
    return SecondFactor.objects.filter(member_id=member_pk, confirmed_at__isnull=False).exists()


def second_secret(member_pk: int) -> str | None:
    """Return the secret an app is to hold, in capital base32, while it is being set up; None at any other time."""
    row = _second(member_pk)
    return None if row is None or row.confirmed_at else app_secret(row.uid)


def app_secret(uid: str) -> str:
    """Return the 160 bits, in capital base32, that belong to a second factor; the database never holds them."""
    return links.token("totp", uid, secret=links.site_secret()).upper()


def recovery_codes(member_pk: int) -> tuple[str, ...]:
    """Return the ten emergency codes as long as their member has not said they are kept; afterwards nothing."""
    row = _second(member_pk)
    if row is None or row.confirmed_at is None or row.codes_kept:
        return ()
    return tuple(recovery_code(row.codes_uid, index) for index in range(CODES))


def recovery_code(codes_uid: str, index: int) -> str:
    """Return the ten digits of one emergency code; the database never holds them."""
    return links.code("recovery", f"{codes_uid} {index}", count=CODES_DIGITS, secret=links.site_secret())


def _second(member_pk: int) -> SecondFactor | None:
    return SecondFactor.objects.filter(member_id=member_pk).first()


def visits(member_pk: int, *, session_key: str) -> list[VisitLine]:
    """Return the member's open sessions, the one with this key first, then the latest used."""
    rows = Visit.objects.filter(member_id=member_pk).order_by("-seen_on", "-since")
    lines = [visit_line(row, session_key=session_key) for row in rows]
    return sorted(lines, key=lambda line: not line.mine)


def awaited_address(member_pk: int, *, since: datetime) -> str:
    """Return the address this member wants to move to and has not confirmed, asked for after `since`; or ""."""
    waiting = AddressChange.objects.filter(member_id=member_pk, confirmed_at__isnull=True, asked_at__gt=since)
    row = waiting.order_by("-asked_at").first()
    return row.new_address if row else ""


def invitations(member_pk: int, *, now: datetime) -> list[InvitationLine]:
    """Return the invitations a member has sent, latest first."""
    rows = Invitation.objects.filter(inviter_id=member_pk).select_related("guest").order_by("-sent_at", "-pk")
    return [invitation_line(row, now=now) for row in rows[:100]]


def invitation(*, token: str, now: datetime) -> OpenInvitation | None:
    """Return the invitation behind a link while it stands; None for any other, whatever the reason."""
    found = Invitation.objects.filter(fingerprint=links.fingerprint(token), inviter__is_active=True)
    row = found.select_related("inviter").first()
    if row is None or not row.address or row.declined_at or state_of(row, now=now) is not Invited.WAITING:
        return None
    return None if by_address(row.address) else open_invitation(row)


def invitations_held(address_hash: str) -> list[OpenInvitation]:
    """Return the invitations that still hold the name and the address of one person (R45)."""
    rows = Invitation.objects.filter(address_hash=address_hash).exclude(address="")
    return [open_invitation(row) for row in rows.select_related("inviter").order_by("sent_at", "pk")]


def wants_no_invitation(address_hash: str) -> bool:
    """Whether the person behind a keyed hash declined every invitation from this installation (R45)."""
    return Uninvited.objects.filter(address_hash=address_hash).exists()


def _first(**wanted: object) -> MemberCard | None:
    row = Member.objects.filter(is_active=True, **wanted).first()
    return None if row is None else card(row)


def how_many() -> int:
    """Return how many active members there are."""
    return Member.objects.filter(is_active=True).count()
