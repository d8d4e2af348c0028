"""Through whom a contact was met, set by what happened (R37)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from entremise.people.models import Contact


@transaction.atomic
def set_met_through(*, owner_pk: int, uid: str, through: str, on: date, how: str, now: datetime) -> bool:
    """Set through whom, when and how a contact of the owner's book was met, unless that is written already (R37).

    What the owner wrote of the day and the manner is kept. Return whether it was set; one that is not in the book,
    or stands on both sides, changes nothing.
    """
    book = Contact.objects.filter(owner_id=owner_pk, removed_at=None)
    row, referrer = book.filter(uid=uid, met_through=None).first(), book.filter(uid=through).first()
    if row is None or referrer is None or row.pk == referrer.pk:
        return False
    untouched = book.filter(pk=row.pk, version=row.version, met_through=None)
    return bool(
        untouched.update(
            met_through=referrer,
            met_on=row.met_on or on,
            how_met=row.how_met or how,
            version=F("version") + 1,
            updated_at=now,
        )
    )


@transaction.atomic
def change_met_through(*, owner_pk: int, uid: str, before: str, through: str, on: date, now: datetime) -> None:
    """Correct through whom a contact was met, where it still says `before` (R37); else nothing changes."""
    book = Contact.objects.filter(owner_id=owner_pk, removed_at=None)
    referrer = book.filter(uid=through).exclude(uid=uid).first()
    if referrer is not None:
        met = book.filter(uid=uid, met_through__uid=before)
        met.update(met_through=referrer, met_on=on, version=F("version") + 1, updated_at=now)
