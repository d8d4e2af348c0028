"""Who of a member's own book somebody may be looking for (R42)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from entremise.accounts.queries import MemberCard
from entremise.people.mapping import ContactLine
from entremise.people.models import Contact, ContactWay
from entremise.people.queries import WayKind, lines_of

_MOST_WORDS = 60


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A contact who answers to one of the words, and through whom they were met (0 for nobody)."""

    line: ContactLine
    through: int


def answering(*, owner: MemberCard, words: Collection[str], limit: int) -> tuple[Candidate, ...]:
    """Return at most `limit` contacts of the owner's book, lately changed first, who have a word that begins with one
    of these; never the owner themself. Two queries."""
    wanted = Q()
    for word in sorted(words)[:_MOST_WORDS]:
        wanted |= Q(search_text__contains=f" {word}")
    if not wanted:
        return ()
    oneself = ContactWay.objects.filter(contact__owner_id=owner.pk, kind=WayKind.EMAIL, normalised=owner.email)
    rows = Contact.objects.filter(wanted, owner_id=owner.pk, removed_at=None)
    rows = rows.exclude(pk__in=oneself.values("contact_id")).order_by("-updated_at", "-id")[:limit]
    through = dict(rows.values_list("pk", "met_through_id"))
    lines = {line.pk: line for line in lines_of(Contact.objects.filter(pk__in=list(through)))}
    return tuple(Candidate(line=lines[pk], through=met or 0) for pk, met in through.items() if pk in lines)


def with_addresses(*, owner_pk: int, addresses: Collection[str]) -> Mapping[str, int]:
    """Return, by address, the primary key of the contact of the owner's book who has it; the oldest of several."""
    ways = ContactWay.objects.filter(contact__owner_id=owner_pk, contact__removed_at=None, kind=WayKind.EMAIL)
    rows = ways.filter(normalised__in=list(addresses)).order_by("-contact_id")
    return dict(rows.values_list("normalised", "contact_id"))
