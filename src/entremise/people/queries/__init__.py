"""Reading address books. Whoever asks names the owner: another member's contact is simply not found (R44)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q, QuerySet

from entremise.people.mapping import (
    ContactCard,
    ContactDraft,
    ContactLine,
    ContactRefused,
    ImportEntry,
    Kind,
    Way,
    WayKind,
    card,
    entry_from_json,
    kinds_of,
)
from entremise.people.models import Contact, ContactImport, ContactWay
from entremise.protocol.folding import plain_words

__all__ = [
    "PAGE_SIZE",
    "ContactCard",
    "ContactDraft",
    "ContactLine",
    "ContactNotFound",
    "ContactPage",
    "ContactRefused",
    "ImportEntry",
    "Kind",
    "Sort",
    "Way",
    "WayKind",
    "already_kept",
    "contact",
    "contact_by_pk",
    "contact_page",
    "contacts_by_pks",
    "count",
    "kept_import",
    "lines_matching",
]

PAGE_SIZE = 50
Sort = Literal["name", "company", "recent"]
_ORDERS: dict[Sort, tuple[str, ...]] = {
    "name": ("sort_key", "id"),
    "company": ("company", "sort_key", "id"),
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
    total = rows.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = rows.order_by(*_ORDERS[sort])[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return ContactPage(lines=_lines(shown), total=total, page=page, pages=pages)


def lines_matching(*, owner_pk: int, search: str, limit: int = 8) -> tuple[ContactLine, ...]:
    """Return at most `limit` of the owner's contacts by name, for choosing one while typing."""
    return _lines(_found(owner_pk, search).order_by(*_ORDERS["name"])[:limit])


def count(*, owner_pk: int) -> int:
    """Return how many contacts the owner's book holds."""
    return Contact.objects.filter(owner_id=owner_pk).count()


def contact(*, owner_pk: int, uid: str) -> ContactCard:
    """Return one contact of the owner's book. Raises ContactNotFound (R44)."""
    return _one(owner_pk, uid=uid)


def contact_by_pk(*, owner_pk: int, pk: int) -> ContactCard:
    """Return one contact of the owner's book by its primary key. Raises ContactNotFound (R44)."""
    return _one(owner_pk, pk=pk)


def contacts_by_pks(*, owner_pk: int, pks: Iterable[int]) -> dict[int, ContactCard]:
    """Return those of the contacts that are in the owner's book, in two queries; in three where one was met through
    somebody."""
    rows = Contact.objects.filter(owner_id=owner_pk, pk__in=set(pks)).prefetch_related("ways", "met_through")
    return {row.pk: card(row, ways=row.ways.all()) for row in rows}


def kept_import(*, owner_pk: int, uid: str) -> tuple[ImportEntry, ...]:
    """Return what a file said, waiting to be confirmed by the same member. Raises ContactNotFound."""
    row = ContactImport.objects.filter(owner_id=owner_pk, uid=uid).first()
    if row is None:
        raise ContactNotFound(uid)
    return tuple(entry_from_json(kept) for kept in row.entries)


def already_kept(*, owner_pk: int, drafts: Sequence[ContactDraft]) -> tuple[bool, ...]:
    """Say of each draft whether the owner's own book has it: same vCard id, or same name with a shared e-mail."""
    vcards = {d.vcard_uid for d in drafts if d.vcard_uid}
    mails = {mail for d in drafts for mail in mails_of(d)}
    mine = Contact.objects.filter(owner_id=owner_pk)
    known_vcards: set[str] = set()
    known: set[tuple[str, str]] = set()
    for some in _chunks(sorted(vcards)):
        known_vcards |= set(mine.filter(vcard_uid__in=some).values_list("vcard_uid", flat=True))
    for some in _chunks(sorted(mails)):
        ways = ContactWay.objects.filter(contact__owner_id=owner_pk, kind=WayKind.EMAIL, normalised__in=some)
        found = ways.values_list("normalised", "contact__given_name", "contact__family_name", "contact__company")
        known |= {(mail, folded_name(f"{given} {family}".strip() or firm)) for mail, given, family, firm in found}
    return tuple(
        d.vcard_uid in known_vcards or any((mail, folded_name(d.name)) in known for mail in mails_of(d)) for d in drafts
    )


def mails_of(draft: ContactDraft) -> frozenset[str]:
    """Return the draft's mail addresses, normalised."""
    return frozenset(way.value.strip().lower() for way in draft.ways if way.kind is WayKind.EMAIL)


def folded_name(name: str) -> str:
    """Return a name without accents, case or order of its words."""
    return " ".join(sorted(plain_words(name)))


def _chunks(values: Sequence[str], size: int = 500) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def _found(owner_pk: int, search: str) -> QuerySet[Contact]:
    wanted = Q(owner_id=owner_pk)
    for word in plain_words(search[:200])[:8]:
        wanted &= Q(search_text__contains=f" {word}")
    return Contact.objects.filter(wanted)


def _lines(rows: QuerySet[Contact]) -> tuple[ContactLine, ...]:
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


def _one(owner_pk: int, **wanted: object) -> ContactCard:
    row = Contact.objects.filter(owner_id=owner_pk, **wanted).first()
    if row is None:
        raise ContactNotFound
    return card(row, ways=row.ways.all())
