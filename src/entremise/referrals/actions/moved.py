"""A member goes on under another address: what is theirs by the keyed hash of the old one stays theirs."""

from __future__ import annotations

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.referrals.models import Evaluation, Lead, Referral, Refused, Request, Silence, Standing, Word


def follow_address(old_hash: str, member: MemberCard) -> None:
    """Let what the member was asked, owes and has refused follow them from the old keyed hash to their new address.

    Letters still to come go to the new address. Nobody else is told, and no address book changes. Proofs stay as they
    were sealed: they are found by their requests (R10). What was refused or silenced is so under both addresses, since
    books go on holding the old one.
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
        Standing.objects.filter(given_by=old_hash).update(given_by=member.address_hash)
        Word.objects.filter(mailed_to=old_hash).update(mailed_to=member.address_hash)
        for silence in Silence.objects.filter(address_hash=old_hash):
            Silence.objects.get_or_create(**new, defaults={"at": silence.at})
