"""The book of a member who leaves is erased (R47)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import ProtectedError

from entremise.people.actions.attentions import forget_attentions
from entremise.people.actions.bonds import forget_all
from entremise.people.models import AgreedBook, AskOverruling, Contact, ContactImport, ContactWay, Profile

_KEPT = frozenset({"id", "uid", "owner", "created_at", "updated_at", "version", "language"})


@transaction.atomic
def empty_book(*, owner_pk: int, keep: Collection[int]) -> int:
    """Erase a member's profile, imports, sketch, contacts and what happened with them; return how many went.

    Those with a primary key in `keep` stay as they are: others were told of them, and would notice (R7). Those that
    take part in a referral of the past stay as entries without a name, an address or a word.
    """
    Profile.objects.filter(owner_id=owner_pk).delete()
    ContactImport.objects.filter(owner_id=owner_pk).delete()
    forget_attentions(owner_pk=owner_pk)
    forget_all(owner_pk=owner_pk)
    AgreedBook.objects.filter(owner_id=owner_pk).delete()
    rows = Contact.objects.filter(owner_id=owner_pk).exclude(pk__in=list(keep))
    pks = list(rows.values_list("pk", flat=True))
    ContactWay.objects.filter(contact_id__in=pks).delete()
    AskOverruling.objects.filter(contact_id__in=pks).delete()
    for pk in pks:
        try:
            with transaction.atomic():
                Contact.objects.filter(pk=pk).delete()
        except ProtectedError:
            Contact.objects.filter(pk=pk).update(**_blank())
    return len(pks)


def _blank() -> dict[str, object]:
    """Every column of a contact that could tell who it is, empty."""
    found: dict[str, object] = {}
    for column in Contact._meta.concrete_fields:
        if column.name not in _KEPT:
            found[column.name] = None if column.null else ""
    return found
