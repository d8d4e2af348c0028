"""A member leaves (R47): says so, may think better of it for a week, and is then gone from what lets them in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from entremise.accounts import queries
from entremise.accounts.actions.forgetting import forget_ways_in
from entremise.accounts.models import Look, Member
from entremise.lib.chance import Chance
from entremise.protocol.policy import Policy


class OwnerStays(Exception):  # noqa: N818 - named as the fact it states
    """The owner hands the installation over before leaving: somebody must answer for it."""


def announce(*, member_pk: int, now: datetime, policy: Policy) -> datetime:
    """Have a member leave in `leaving_waits` days, and return that instant; nothing else changes until then.

    Saying it again changes nothing. Raises OwnerStays.
    """
    with transaction.atomic():
        row = Member.objects.select_for_update().get(pk=member_pk)
        if row.is_owner:
            raise OwnerStays
        row.leaving_at = row.leaving_at or now + timedelta(days=policy.leaving_waits)
        row.save(update_fields=["leaving_at"])
    return row.leaving_at


def stay(*, member_pk: int) -> None:
    """Think better of it: nothing is left to happen."""
    Member.objects.filter(pk=member_pk, left_at=None).update(leaving_at=None)


@transaction.atomic
def hand_over(*, owner_pk: int, successor: str) -> None:
    """Make another member the owner. Raises LookupError where there is no such member, or one who is leaving."""
    heir = next((one for one in queries.successors(owner_pk) if one.uid == successor), None)
    if heir is None:
        raise LookupError(successor)
    if Member.objects.filter(pk=owner_pk, is_owner=True).update(is_owner=False):
        Member.objects.filter(pk=heir.pk).update(is_owner=True)


@transaction.atomic
def shut(*, member_pk: int, now: datetime, chance: Chance) -> None:
    """Let nothing open this account any more: sessions, keys and codes are gone; the name stays until `erase`."""
    forget_ways_in(member_pk=member_pk, chance=chance)
    Look.objects.filter(member_id=member_pk).delete()
    row = Member.objects.select_for_update().get(pk=member_pk)
    row.is_active, row.left_at, row.email = False, now, f"{row.uid}@left.invalid"
    row.digest_on = row.review_on = False
    row.digest_due = row.review_due = None
    row.save(update_fields=["is_active", "left_at", "email", "digest_on", "digest_due", "review_on", "review_due"])


@transaction.atomic
def erase(*, member_pk: int) -> None:
    """Erase who it was. The row stays without a name, so that others keep their own history (R47)."""
    row = Member.objects.select_for_update().get(pk=member_pk)
    row.name = row.company = row.trade = ""
    row.address_hash = queries.address_hash(row.email)
    row.save(update_fields=["name", "company", "trade", "address_hash"])
