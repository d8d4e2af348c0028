"""Through whom a contact was met, set by what happened, or as its owner wrote it (R37)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from entremise.people.mapping import MYSELF, THROUGH, ContactCard, ContactDraft, ContactRefused
from entremise.people.models import Contact
from entremise.people.queries.oneself import is_oneself
from entremise.people.queries.provenance import comes_from


def met_columns(owner_pk: int, draft: ContactDraft, *, before: ContactCard | None = None) -> dict[str, Any]:
    """Return the columns that say how a contact was met, as its owner writes it over `before` (R37).

    The referral stays named as long as the person does. Somebody who was taken out of the book stays where they were,
    unless the draft says otherwise: their entry may come back. Raises ContactRefused with `met_through` "unknown",
    "self", "loop" (they were themselves met through this contact), "myself" (both cannot be) or "oneself" (it is the
    owner's own entry, R1).
    """
    if not draft.met_through:
        return _without_name(draft, before)
    through = Contact.objects.filter(owner_id=owner_pk, removed_at=None, uid=draft.met_through).first()
    if through is None:
        raise ContactRefused({"met_through": "unknown"})
    if draft.met == MYSELF:
        raise ContactRefused({"met_through": "myself"})
    same = before is not None and before.met_through == draft.met_through
    if before is not None and before.uid == draft.met_through:
        raise ContactRefused({"met_through": "self"})
    if not same and is_oneself(contact_pk=through.pk):
        raise ContactRefused({"met_through": "oneself"})
    if before is not None and not same and comes_from(through.pk, before.pk, owner_pk=owner_pk):
        raise ContactRefused({"met_through": "loop"})
    return {"met": THROUGH, "met_through": through, "met_by": before.met_by if before and same else ""}


def _without_name(draft: ContactDraft, before: ContactCard | None) -> dict[str, Any]:
    """What a draft that names nobody leaves of the provenance."""
    if draft.met == THROUGH and before is not None and before.met == THROUGH and not before.met_through:
        return {"met": THROUGH}
    return {"met": draft.met, "met_through": None, "met_by": ""}


@transaction.atomic
def set_met_through(
    *, owner_pk: int, uid: str, through: str, on: date, how: str, now: datetime, referral: str = ""
) -> bool:
    """Set through whom, when, how and by which referral a contact of the owner's book was met (R37).

    What the owner wrote is kept: a person, "by myself", a day, a manner. Return whether it was set; one that is not in
    the book, stands on both sides, is the owner, or is the one through whom the other was met, changes nothing.
    """
    book = Contact.objects.filter(owner_id=owner_pk, removed_at=None)
    row, referrer = book.filter(uid=uid, met="").first(), book.filter(uid=through).first()
    if row is None or referrer is None or comes_from(referrer.pk, row.pk, owner_pk=owner_pk):
        return False
    if is_oneself(contact_pk=referrer.pk):
        return False
    untouched = book.filter(pk=row.pk, version=row.version, met="")
    return bool(
        untouched.update(
            met=THROUGH,
            met_through=referrer,
            met_by=referral,
            met_on=row.met_on or on,
            how_met=row.how_met or how,
            version=F("version") + 1,
            updated_at=now,
        )
    )


@transaction.atomic
def change_met_through(
    *, owner_pk: int, uid: str, before: str, through: str, on: date, now: datetime, referral: str = ""
) -> None:
    """Correct through whom a contact was met, where it still says `before` (R37); else nothing changes."""
    book = Contact.objects.filter(owner_id=owner_pk, removed_at=None)
    row, referrer = book.filter(uid=uid, met_through__uid=before).first(), book.filter(uid=through).first()
    if row is not None and referrer is not None and not comes_from(referrer.pk, row.pk, owner_pk=owner_pk):
        book.filter(pk=row.pk).update(
            met=THROUGH, met_through=referrer, met_by=referral, met_on=on, version=F("version") + 1, updated_at=now
        )
