"""Whose address stands behind a mail: a keyed hash, by which peace is kept and refusals are held (R6, R45)."""

from __future__ import annotations

from entremise.accounts.queries import address_hash
from entremise.people import queries as people
from entremise.referrals.models import Evaluation, Lead, Outside, Request


def address_behind(uid: str) -> str:
    """Return the keyed hash of the address to which the mails about this request, lead, evaluation or such go.

    Empty where nothing bears that uid, or where it never left.
    """
    for sent, column in ((Request, "address_hash"), (Lead, "receiver_hash")):
        found = sent._default_manager.filter(uid=uid, mute=False).values_list(column, flat=True).first()
        if found:
            return str(found)
    asked = Evaluation.objects.filter(uid=uid).values_list("address_hash", flat=True).first()
    if asked:
        return asked
    row = Outside.objects.filter(uid=uid).first()
    email = people.contact_by_pk(owner_pk=row.owner_id, pk=row.other_id).email if row else ""
    return address_hash(email) if email else ""
