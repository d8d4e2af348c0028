"""Reading address books. Whoever asks names the owner: another member's contact is simply not found (R44)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Literal

from django.db.models import Q, QuerySet

from entremise.lib.prepared import Prepared
from entremise.people.mapping import (
    MYSELF,
    THROUGH,
    ContactCard,
    ContactDraft,
    ContactLine,
    ContactRefused,
    ImportEntry,
    Kind,
    Way,
    WayKind,
    card,
    kinds_of,
    tidy_way,
)
from entremise.people.mapping.imports import entry_from_json
from entremise.people.models import Contact, ContactImport, ContactWay
from entremise.protocol.folding import plain_words

__all__ = [
    "MYSELF",
    "PAGE_SIZE",
    "THROUGH",
    "ContactCard",
    "ContactDraft",
    "ContactLine",
    "ContactNotFound",
    "ContactPage",
    "ContactRefused",
    "ImportEntry",
    "Kind",
    "Removed",
    "Sort",
    "Waiting",
    "Way",
    "WayKind",
    "already_kept",
    "cards_in_turn",
    "contact",
    "contact_by_pk",
    "contact_page",
    "contacts_by_pks",
    "contacts_by_uids",
    "count",
    "has_any",
    "in_parts",
    "kept_import",
    "lines_by_uids",
    "lines_matching",
    "lines_of",
    "reached_by",
    "removed",
    "removed_then",
    "waiting_import",
]

PAGE_SIZE = 50
_FEW = 500
_REACHING = (WayKind.EMAIL, WayKind.MOBILE, WayKind.PHONE)
Sort = Literal["name", "company", "recent"]
_ORDERS: dict[Sort, tuple[str, ...]] = {
    "name": ("sort_key", "id"),
    "company": ("company_key", "sort_key", "id"),
    "recent": ("-updated_at", "-id"),
}
_LINE_FIELDS = (
    "pk", "uid", "given_name", "family_name", "company", "position", "kinds", "trade", "trade_text", "area",
    "updated_at", "sort_key",
)  # fmt: skip


class ContactNotFound(LookupError):  # noqa: N818 - named as the fact it states
    """No such contact in this member's book, whoever else may have one (R44)."""


@dataclass(frozen=True, kw_only=True)
class ContactPage:
    """One page of a book: at most PAGE_SIZE lines of `total`; pages count from 1."""

    lines: tuple[ContactLine, ...]
    total: int
    page: int
    pages: int


def contact_page(
    *, owner_pk: int, search: str = "", kind: Kind | None = None, sort: Sort = "name", page: int = 1
) -> ContactPage:
    """Return a page of the owner's contacts that have, for each word searched, a word beginning with it.

    Accents and case do not count. A page beyond the last is the last.
    """
    rows = _found(owner_pk, search)
    if kind is not None:
        rows = rows.filter(kinds__contains=kind.value)
    rows, total = _counted(rows) if search or kind else (rows, rows.count())
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = rows.order_by(*_ORDERS[sort])[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return ContactPage(lines=lines_of(shown), total=total, page=page, pages=pages)


def lines_matching(*, owner_pk: int, search: str, limit: int = 8) -> tuple[ContactLine, ...]:
    """Return at most `limit` of the owner's contacts by name, for choosing one while typing."""
    return lines_of(_found(owner_pk, search).order_by(*_ORDERS["name"])[:limit])


def lines_by_uids(*, owner_pk: int, uids: Collection[str]) -> tuple[ContactLine, ...]:
    """Return those of the contacts that are in the owner's book, by name."""
    rows = Contact.objects.filter(owner_id=owner_pk, removed_at=None, uid__in=uids)
    return lines_of(rows.order_by(*_ORDERS["name"]))


def count(*, owner_pk: int) -> int:
    """Return how many contacts the owner's book holds."""
    return Contact.objects.filter(owner_id=owner_pk, removed_at=None).count()


def has_any(*, owner_pk: int) -> bool:
    """Return whether the owner's book holds anybody."""
    return Contact.objects.filter(owner_id=owner_pk, removed_at=None).exists()


def contact(*, owner_pk: int, uid: str) -> ContactCard:
    """Return one contact of the owner's book. Raises ContactNotFound (R44)."""
    return _card(next(iter(_BY_UID(owner=owner_pk, uid=uid)), None))


def contact_by_pk(*, owner_pk: int, pk: int) -> ContactCard:
    """Return one contact of the owner's book by its primary key, removed or not: a referral holds on to it.

    Raises ContactNotFound (R44).
    """
    return _card(next(iter(_BY_PK(owner=owner_pk, pk=pk)), None))


def contacts_by_pks(*, owner_pk: int, pks: Iterable[int]) -> dict[int, ContactCard]:
    """Return those of the contacts that are the owner's, removed or not, in two queries; in three where one was met
    through somebody."""
    rows = _BY_PKS(owner=owner_pk, pks=set(pks))
    through = {row.met_through_id for row in rows} - {None}
    met_through = {row.pk: row for row in _BY_PKS(owner=owner_pk, pks=through)} if through else {}
    ways: dict[int, list[ContactWay]] = {row.pk: [] for row in rows}
    for way in _WAYS_OF(contacts=list(ways)) if ways else ():
        ways[way.contact_id].append(way)
    for row in rows:
        row.met_through = met_through.get(row.met_through_id)
    return {row.pk: card(row, ways=ways[row.pk]) for row in rows}


def contacts_by_uids(*, owner_pk: int, uids: Collection[str]) -> tuple[ContactCard, ...]:
    """Return those of the contacts that are in the owner's book, in three queries at most; none for no uids."""
    if not uids:
        return ()
    rows = Contact.objects.filter(owner_id=owner_pk, removed_at=None, uid__in=uids).order_by("pk")
    return tuple(card(row, ways=row.ways.all()) for row in rows.prefetch_related("ways", "met_through"))


@dataclass(frozen=True, kw_only=True)
class Removed:
    """Contacts that can still be put back: at most PAGE_SIZE lines a page, those removed last first."""

    lines: tuple[tuple[ContactLine, datetime], ...]
    total: int
    page: int


def removed(*, owner_pk: int, page: int = 1) -> Removed:
    """Return a page of what the owner removed and can still put back, with when. A page beyond the last is the last."""
    rows = Contact.objects.filter(owner_id=owner_pk, removed_at__isnull=False).order_by("-removed_at", "sort_key", "id")
    total = rows.count()
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    when = dict(shown.values_list("pk", "removed_at"))
    found = ((line, when[line.pk]) for line in lines_of(shown))
    return Removed(lines=tuple((line, at) for line, at in found if at is not None), total=total, page=page)


def removed_then(*, owner_pk: int, at: datetime) -> tuple[ContactLine, ...]:
    """Return the contacts the owner removed at exactly that instant, in one act, and can still put back."""
    return lines_of(Contact.objects.filter(owner_id=owner_pk, removed_at=at).order_by(*_ORDERS["name"]))


def cards_in_turn(*, owner_pk: int, size: int = 500) -> Iterator[ContactCard]:
    """Yield the owner's whole book in the order it was written, reading `size` contacts at a time."""
    last = 0
    while True:
        rows = Contact.objects.filter(owner_id=owner_pk, removed_at=None, pk__gt=last).order_by("pk")
        some = list(rows.prefetch_related("ways", "met_through")[:size])
        for row in some:
            yield card(row, ways=row.ways.all())
        if len(some) < size:
            return
        last = some[-1].pk


def kept_import(*, owner_pk: int, uid: str) -> tuple[ImportEntry, ...]:
    """Return what a part of a file said, waiting to be confirmed by the same member. Raises ContactNotFound."""
    row = ContactImport.objects.filter(owner_id=owner_pk, uid=uid).first()
    if row is None:
        raise ContactNotFound(uid)
    return tuple(entry_from_json(kept) for kept in row.entries)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits of a file: the public id of its next part, and how many people are in all of its parts."""

    uid: str
    people: int


def waiting_import(*, owner_pk: int) -> Waiting | None:
    """Return what the owner has not chosen yet of the file they brought last; None where nothing waits."""
    parts = list(ContactImport.objects.filter(owner_id=owner_pk).order_by("pk").values_list("uid", "people"))
    return Waiting(uid=parts[0][0], people=sum(people for _uid, people in parts)) if parts else None


def in_parts(*, owner_pk: int, entries: Iterator[ImportEntry], size: int) -> Iterator[list[ImportEntry]]:
    """Yield what a file says in parts of at most `size`; those who are in the owner's book already are passed over
    where one part does not hold everybody, so that the same file brought again goes on where it was left.
    """
    first = list(islice(entries, size + 1))
    if len(first) <= size:
        yield first
        return
    fresh = _fresh(owner_pk, chain(first, entries))
    while part := list(islice(fresh, size)):
        yield part


def _fresh(owner_pk: int, entries: Iterator[ImportEntry]) -> Iterator[ImportEntry]:
    while some := list(islice(entries, _FEW)):
        there = already_kept(owner_pk=owner_pk, drafts=[entry.draft for entry in some])
        yield from (entry for entry, known in zip(some, there, strict=True) if not known)


def already_kept(*, owner_pk: int, drafts: Sequence[ContactDraft]) -> tuple[bool, ...]:
    """Say of each draft whether the owner's own book has it: same vCard id, or same name with a shared e-mail or
    telephone number."""
    reached = [reached_by(draft) for draft in drafts]
    mine = Contact.objects.filter(owner_id=owner_pk, removed_at=None)
    known_vcards: set[str] = set()
    known: set[tuple[str, str]] = set()
    for some in _chunks(sorted({d.vcard_uid for d in drafts if d.vcard_uid})):
        known_vcards |= set(mine.filter(vcard_uid__in=some).values_list("vcard_uid", flat=True))
    for some in _chunks(sorted({way for ways in reached for way in ways})):
        ways = ContactWay.objects.filter(contact__in=mine, kind__in=_REACHING, normalised__in=some)
        found = ways.values_list("normalised", "contact__given_name", "contact__family_name", "contact__company")
        known |= {(way, folded_name(f"{given} {family}".strip() or firm)) for way, given, family, firm in found}
    return tuple(
        d.vcard_uid in known_vcards or any((way, folded_name(d.name)) in known for way in ways)
        for d, ways in zip(drafts, reached, strict=True)
    )


def reached_by(draft: ContactDraft) -> frozenset[str]:
    """Return the draft's mail addresses and telephone numbers, normalised; those nobody could use are left out."""
    found = set()
    for way in draft.ways:
        if way.kind in _REACHING:
            with suppress(ValueError):
                found.add(way.normalised or tidy_way(way).normalised)
    return frozenset(found)


def mails_of(draft: ContactDraft) -> frozenset[str]:
    """Return the draft's mail addresses, normalised."""
    return frozenset(way.value.strip().lower() for way in draft.ways if way.kind is WayKind.EMAIL)


def folded_name(name: str) -> str:
    """Return a name without accents, case or order of its words."""
    return " ".join(sorted(plain_words(name)))


def _chunks(values: Sequence[str], size: int = 500) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def _counted(rows: QuerySet[Contact]) -> tuple[QuerySet[Contact], int]:
    """Return the rows and how many they are, looking through a large book once.

    Few rows among very many would be put in order by walking through the whole book a second time.
    """
    few = list(rows.order_by().values_list("pk", flat=True)[: _FEW + 1])
    return (Contact.objects.filter(pk__in=few), len(few)) if len(few) <= _FEW else (rows, rows.count())


def _found(owner_pk: int, search: str) -> QuerySet[Contact]:
    wanted = Q(owner_id=owner_pk, removed_at=None)
    for word in plain_words(search[:200])[:8]:
        wanted &= Q(search_text__contains=f" {word}")
    return Contact.objects.filter(wanted)


def lines_of(rows: QuerySet[Contact]) -> tuple[ContactLine, ...]:
    """Return rows of contacts as lines, in one query."""
    return tuple(
        ContactLine(
            pk=row["pk"],
            uid=row["uid"],
            name=f"{row['given_name']} {row['family_name']}".strip() or row["company"] or row["sort_key"],
            company=row["company"],
            position=row["position"],
            kinds=kinds_of(row["kinds"]),
            trade=row["trade"],
            trade_text=row["trade_text"],
            area=row["area"],
            updated_at=row["updated_at"],
        )
        for row in rows.values(*_LINE_FIELDS)
    )


_BY_UID = Prepared(lambda owner, uid: Contact.objects.filter(owner_id=owner, removed_at=None, uid=uid))
_BY_PK = Prepared(lambda owner, pk: Contact.objects.filter(owner_id=owner, pk=pk))
_BY_PKS = Prepared(lambda owner, pks: Contact.objects.filter(owner_id=owner, pk__in=pks), many={"pks": int})
_WAYS = Prepared(lambda contact: ContactWay.objects.filter(contact_id=contact))
_WAYS_OF = Prepared(lambda contacts: ContactWay.objects.filter(contact_id__in=contacts), many={"contacts": int})


def _card(row: Contact | None) -> ContactCard:
    if row is None:
        raise ContactNotFound
    return card(row, ways=_WAYS(contact=row.pk))
