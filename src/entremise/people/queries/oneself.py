"""Which entries of a member's own book are the member: those with the address they sign in with (R1).

Nobody meets, asks, thanks or reminds themselves.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F

from entremise.people.models import ContactWay
from entremise.people.queries import WayKind


def is_oneself(*, contact_pk: int) -> bool:
    """Return whether an entry is that of the member in whose book it stands, in one query."""
    return bool(among([contact_pk]))


def among(contact_pks: Collection[int]) -> frozenset[int]:
    """Return which of these entries are those of the members in whose books they stand, in one query."""
    own = ContactWay.objects.filter(contact_id__in=contact_pks, kind=WayKind.EMAIL)
    return frozenset(own.filter(normalised=F("contact__owner__email")).values_list("contact_id", flat=True))
