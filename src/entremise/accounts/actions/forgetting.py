"""Erasing on somebody's word: what is held about a person invited, and everything that lets a member in (R45, R47)."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from entremise.accounts.actions.visits import end_other_visits
from entremise.accounts.models import AddressChange, Invitation, Member, Passkey, SecondFactor
from entremise.lib.chance import Chance
from entremise.outbox.actions import erase_mails
from entremise.outbox.queries import about


def forget_invited(*, address_hash: str) -> int:
    """Erase the name and the address that invitations hold of one person (R45); return from how many.

    Their links open nothing any more. That invitations were sent stays, by the keyed hash only.
    """
    held = Invitation.objects.filter(address_hash=address_hash).exclude(address="")
    return held.update(address="", name="", words="")


def forget_ways_in(*, member_pk: int, chance: Chance) -> None:
    """Close every way in of a member who leaves, end their sessions, and erase whom they invited, with what the
    built-in mailbox holds of that (R47)."""
    with transaction.atomic():
        end_other_visits(member_pk=member_pk, session_key="")
        for model in (Passkey, SecondFactor, AddressChange):
            model.objects.filter(member_id=member_pk).delete()
        sent = Invitation.objects.filter(inviter_id=member_pk)
        erase_mails([mail.pk for mail in about(set(sent.values_list("uid", flat=True)))])
        sent.delete()
        Member.objects.filter(pk=member_pk).update(password=UNUSABLE_PASSWORD_PREFIX + chance.uid())
