"""Reading members. Everything returned is a frozen value; members who left are not found."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from entremise.accounts.mapping import MemberCard, card
from entremise.accounts.models import LANGUAGES, OPTIONAL_MAILS, Member
from entremise.lib import links

__all__ = [
    "LANGUAGES",
    "OPTIONAL_MAILS",
    "MemberCard",
    "address_hash",
    "by_address",
    "by_address_hash",
    "by_pk",
    "by_pks",
    "by_uid",
    "is_fresh",
    "members_among",
    "normal_address",
    "signed_in",
]


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
    return {row.pk: card(row) for row in Member.objects.filter(pk__in=set(pks), is_active=True)}


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
    rows = Member.objects.filter(is_active=True, address_hash__in=address_hashes)
    return frozenset(rows.values_list("address_hash", flat=True))


def _first(**wanted: object) -> MemberCard | None:
    row = Member.objects.filter(is_active=True, **wanted).first()
    return None if row is None else card(row)
