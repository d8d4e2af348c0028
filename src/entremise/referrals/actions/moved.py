"""A member goes on under another address: what is theirs by the keyed hash of the old one stays theirs."""

from __future__ import annotations

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.referrals.models import Evaluation, Lead, Referral, Refused, Request


def follow_address(old_hash: str, member: MemberCard) -> None:
    """Let what the member was asked, owes and has refused follow them from the old keyed hash to their new address.

    Letters still to come go to the new address. Nobody else is told, and no address book changes.
    """
    new = {"address_hash": member.address_hash}
    with transaction.atomic():
        for model in (Request, Evaluation):
            mine = model.objects.filter(address_hash=old_hash)
            mine.exclude(address="").update(address=member.email)
            mine.update(**new)
        Referral.objects.filter(receiver_hash=old_hash).update(receiver_hash=member.address_hash)
        Lead.objects.filter(receiver_hash=old_hash).exclude(address="").update(address=member.email)
        Lead.objects.filter(receiver_hash=old_hash).update(receiver_hash=member.address_hash)
        for row in Refused.objects.filter(address_hash=old_hash):
            Refused.objects.get_or_create(**new, scope=row.scope, other=row.other, defaults={"at": row.at})
        for row in Refused.objects.filter(other=old_hash):
            Refused.objects.get_or_create(
                address_hash=row.address_hash, scope=row.scope, other=member.address_hash, defaults={"at": row.at}
            )
