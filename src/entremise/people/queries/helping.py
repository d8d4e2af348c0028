"""Who of a member's own book somebody may be looking for (R42)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from entremise.accounts.queries import MemberCard
from entremise.people.mapping import ContactLine
from entremise.people.models import Contact, ContactWay
from entremise.people.queries import WayKind, lines_of
from entremise.protocol.helping import stem

_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A contact who answers to one of the words, and through whom they were met (0 for nobody)."""

    line: ContactLine
    through: int


def answering(*, owner: MemberCard, wanted: Sequence[frozenset[str]], limit: int) -> tuple[tuple[Candidate, ...], ...]:
    """Return, for each set of stems, at most `limit` contacts of the owner's book, lately changed first, who have a
    word with one of these stems; never the owner themself.

    Two queries, and none for no words. However many words there are, the book is walked through once, at most.
    """
    found: list[dict[int, int]] = [{} for _stems in wanted]
    waiting = {place: stems for place, stems in enumerate(wanted) if stems}
    for pk, stems, through in _walk(owner) if waiting else ():
        for place in [place for place, sought in waiting.items() if not sought.isdisjoint(stems)]:
            found[place][pk] = through
            if len(found[place]) == limit:
                del waiting[place]
        if not waiting:
            break
    pks = {pk for one in found for pk in one}
    lines = {line.pk: line for line in lines_of(Contact.objects.filter(pk__in=pks))} if pks else {}
    return tuple(
        tuple(Candidate(line=lines[pk], through=through) for pk, through in one.items() if pk in lines) for one in found
    )


def _walk(owner: MemberCard) -> Iterator[tuple[int, frozenset[str], int]]:
    """Yield the book's contacts but oneself, lately changed first: the stems of their words, and through whom met."""
    oneself = ContactWay.objects.filter(contact__owner_id=owner.pk, kind=WayKind.EMAIL, normalised=owner.email)
    rows = Contact.objects.filter(owner_id=owner.pk, removed_at=None).exclude(pk__in=oneself.values("contact_id"))
    columns = rows.order_by("-updated_at", "-id").values_list("pk", "search_text", "met_through_id")
    for pk, text, through in columns.iterator(chunk_size=_AT_ONCE):
        yield pk, frozenset(map(stem, text.split())), through or 0


def met_through_by(*, owner_pk: int, referrals: Collection[str]) -> Mapping[str, int]:
    """Return, by the uid of the referral by which somebody of the owner's book was met, the primary key of the contact
    through whom, where that one is still in the book (R37)."""
    rows = Contact.objects.filter(owner_id=owner_pk, met_by__in=referrals, met_through__removed_at=None)
    return {by: through for by, through in rows.values_list("met_by", "met_through_id") if through is not None}


def with_addresses(*, owner_pk: int, addresses: Collection[str]) -> Mapping[str, int]:
    """Return, by address, the primary key of the contact of the owner's book who has it; the oldest of several."""
    ways = ContactWay.objects.filter(contact__owner_id=owner_pk, contact__removed_at=None, kind=WayKind.EMAIL)
    rows = ways.filter(normalised__in=list(addresses)).order_by("-contact_id")
    return dict(rows.values_list("normalised", "contact_id"))
