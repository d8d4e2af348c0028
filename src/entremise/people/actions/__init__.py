"""Changing address books. Every function is one transaction, and reaches the owner's own rows only (R44)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db import IntegrityError, router, transaction
from django.db.models import F, ProtectedError
from django.db.models.deletion import Collector

from entremise.lib.chance import Chance
from entremise.people import queries
from entremise.people.actions.provenance import met_columns
from entremise.people.mapping import (
    MYSELF,
    THROUGH,
    ContactCard,
    ContactDraft,
    ContactRefused,
    ImportEntry,
    Kind,
    Way,
    checked,
    checked_ways,
    company_key,
    search_text,
    sort_key,
    tidy_way,
    way_rows,
)
from entremise.people.mapping.imports import entry_to_json
from entremise.people.models import Bond, Contact, ContactImport, ContactWay
from entremise.people.queries import ContactNotFound, contact, folded_name, reached_by
from entremise.people.queries.oneself import among, is_oneself

__all__ = [
    "RESTORABLE",
    "ContactChanged",
    "ContactInReferral",
    "ContactNotFound",
    "ContactRefused",
    "Imported",
    "RemovedNow",
    "add_contact",
    "edit_contact",
    "finish_import",
    "forget_imports",
    "forget_removed",
    "import_contacts",
    "keep_import",
    "remove_contact",
    "remove_contacts",
    "restore_contacts",
    "set_kinds",
]

MOST_AT_ONCE = 5_000
RESTORABLE = timedelta(days=30)  # for how long a removed contact can be put back
_BATCH = 500
_Introduced: TypeAlias = tuple[int, str]  # a contact's primary key, and the folded name of who brought them together


class ContactChanged(Exception):  # noqa: N818 - named as the fact it states
    """The contact was changed since it was read; `card` is what it holds now."""

    def __init__(self, card: ContactCard) -> None:
        super().__init__(card.uid)
        self.card = card


class ContactInReferral(Exception):  # noqa: N818 - named as the fact it states
    """The contact takes part in something that is kept, and so stays in the book."""


@dataclass(frozen=True, kw_only=True)
class RemovedNow:
    """How many contacts were removed, and how many stay because they take part in a referral."""

    removed: int
    held: int


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of a part of a file: how many were added, were there already, or could not be kept; and `following`,
    the public id of the part that comes next, "" where all of it is done."""

    added: int
    known: int
    refused: int
    following: str = ""


@transaction.atomic
def add_contact(*, owner_pk: int, draft: ContactDraft, now: datetime, chance: Chance, uid: str = "") -> ContactCard:
    """Put a contact in the owner's book, with how they met (R37). Raises ContactRefused.

    With `uid`, that is the contact's: adding twice with the same one adds once, so that pressing twice is harmless.
    """
    made = Contact.objects.filter(owner_id=owner_pk, uid=uid) if uid else Contact.objects.none()
    if made.filter(removed_at=None).exists():
        return contact(owner_pk=owner_pk, uid=uid)
    values, ways = _columns(owner_pk, draft)
    values |= {"owner_id": owner_pk, "created_at": now, "updated_at": now}
    own = uid if uid and not made.exists() else chance.uid()  # somebody removed meanwhile is not brought back
    try:
        with transaction.atomic():
            row = Contact.objects.create(uid=own, **values)
    except IntegrityError:
        if made.exists():  # the same press, arriving at the same time, was quicker
            return contact(owner_pk=owner_pk, uid=uid)
        raise
    ContactWay.objects.bulk_create(way_rows(row, ways))
    return contact(owner_pk=owner_pk, uid=row.uid)


@transaction.atomic
def edit_contact(*, owner_pk: int, uid: str, version: int, draft: ContactDraft, now: datetime) -> ContactCard:
    """Replace what the owner wrote about a contact, if nobody changed it since `version` was read.

    Where the draft names no vCard id, the contact keeps its own; a provenance that stays keeps its referral (R37).
    Raises ContactNotFound, ContactChanged, ContactRefused.
    """
    before = contact(owner_pk=owner_pk, uid=uid)
    values, ways = _columns(owner_pk, replace(draft, vcard_uid=draft.vcard_uid or before.vcard_uid), before=before)
    untouched = Contact.objects.filter(pk=before.pk, owner_id=owner_pk, version=version, removed_at=None)
    if not untouched.update(version=version + 1, updated_at=now, **values):
        raise ContactChanged(before)
    ContactWay.objects.filter(contact_id=before.pk).delete()
    ContactWay.objects.bulk_create(way_rows(Contact(pk=before.pk), ways))
    if is_oneself(contact_pk=before.pk):  # nobody is due, or among the best, in their own book
        Bond.objects.filter(contact_id=before.pk).update(due_on=None, worth=0)
    return contact(owner_pk=owner_pk, uid=uid)


@transaction.atomic
def remove_contact(*, owner_pk: int, uid: str, now: datetime) -> None:
    """Take a contact out of the owner's book, from where it can be put back for 30 days.

    Contacts met through this one stay, and say "through somebody who is not in the book any more" (R37).
    Raises ContactNotFound, ContactInReferral.
    """
    done = remove_contacts(owner_pk=owner_pk, uids=[uid], now=now)
    if done.held:
        raise ContactInReferral(uid)
    if not done.removed:
        raise ContactNotFound(uid)


@transaction.atomic
def remove_contacts(*, owner_pk: int, uids: Collection[str], now: datetime) -> RemovedNow:
    """Take those of the contacts that are in the owner's book out of it, except those that take part in a referral."""
    mine = Contact.objects.filter(owner_id=owner_pk, removed_at=None, uid__in=list(uids)[:MOST_AT_ONCE])
    found = list(mine)
    held = _held(found)
    gone = Contact.objects.filter(pk__in=[row.pk for row in found if row.pk not in held]).update(removed_at=now)
    return RemovedNow(removed=gone, held=len(held))


@transaction.atomic
def restore_contacts(*, owner_pk: int, uids: Collection[str] = (), removed_at: datetime | None = None) -> int:
    """Put contacts back in the owner's book, by id or all that one act removed; return how many."""
    gone = Contact.objects.filter(owner_id=owner_pk, removed_at__isnull=False)
    those = gone.filter(removed_at=removed_at) if removed_at else gone.filter(uid__in=list(uids)[:MOST_AT_ONCE])
    return those.update(removed_at=None)


@transaction.atomic
def set_kinds(*, owner_pk: int, uids: Collection[str], kinds: Collection[Kind], now: datetime) -> int:
    """Say of several contacts of the owner's book what they are to them, in place of what was said; return how many."""
    said = ",".join(sorted(kinds))
    mine = Contact.objects.filter(owner_id=owner_pk, removed_at=None, uid__in=list(uids)[:MOST_AT_ONCE])
    return mine.update(kinds=said, version=F("version") + 1, updated_at=now)


@transaction.atomic
def forget_removed(*, before: datetime) -> int:
    """Erase the contacts removed before that instant, and every way to reach them (R48); return how many."""
    old = list(Contact.objects.filter(removed_at__lt=before).order_by("pk")[:_BATCH])
    held = _held(old)
    # Somebody recommended at the very instant they were removed is kept with the referral, and so goes back.
    Contact.objects.filter(pk__in=held).update(removed_at=None)
    Contact.objects.filter(pk__in=[row.pk for row in old if row.pk not in held]).delete()
    return len(old)


def _held(rows: Sequence[Contact]) -> frozenset[int]:
    """Return the primary keys of those that something kept refers to; nothing is deleted by looking."""
    try:
        Collector(using=router.db_for_write(Contact)).collect(rows)
    except ProtectedError as held:
        if len(rows) == 1:
            return frozenset({rows[0].pk})
        half = len(rows) // 2
        del held
        return _held(rows[:half]) | _held(rows[half:])
    return frozenset()


@transaction.atomic
def import_contacts(*, owner_pk: int, entries: Sequence[ImportEntry], now: datetime, chance: Chance) -> Imported:
    """Add the entries the owner's book does not have yet; the introducer is set where their name is in the book (R37).

    The same contact is one with the same vCard id, or the same name and a shared e-mail or telephone number, in this
    book or earlier in the file. What cannot be a way to reach somebody is left out; an entry without anything is
    refused.
    """
    return _bring(owner_pk, entries, introduced=[], now=now, chance=chance)[0]


def _bring(
    owner_pk: int,
    entries: Sequence[ImportEntry],
    *,
    introduced: Sequence[_Introduced],
    now: datetime,
    chance: Chance,
) -> tuple[Imported, list[_Introduced]]:
    """Add what the book does not have; return what became of it, and whose introducer was not found yet."""
    tidy = [replace(entry, draft=_forgiving(entry.draft)) for entry in entries[:MOST_AT_ONCE]]
    known = queries.already_kept(owner_pk=owner_pk, drafts=[entry.draft for entry in tidy])
    fresh = _first_of_each([entry for entry, there in zip(tidy, known, strict=True) if not there])
    rows: list[tuple[Contact, tuple[Way, ...], str]] = []
    refused = 0
    for entry in fresh:
        try:
            values, ways = _columns(owner_pk, entry.draft)
        except ContactRefused:
            refused += 1
            continue
        row = Contact(uid=chance.uid(), owner_id=owner_pk, created_at=now, updated_at=now, **values)
        rows.append((row, ways, entry.introduced_by))
    left = _insert(owner_pk, rows, introduced=introduced)
    return Imported(added=len(rows), known=len(tidy) - len(fresh), refused=refused), left


@transaction.atomic
def keep_import(
    *, owner_pk: int, entries: Sequence[ImportEntry], now: datetime, chance: Chance, more: bool = False
) -> str:
    """Keep a part of what a file said, at most 5,000 people, until its member has chosen; return its public id.

    What they left waiting of another file is forgotten, unless this is one `more` part of the same.
    """
    if not more:
        ContactImport.objects.filter(owner_id=owner_pk).delete()
    kept = [entry_to_json(entry) for entry in entries[:MOST_AT_ONCE]]
    part = ContactImport(uid=chance.uid(), owner_id=owner_pk, entries=kept, people=len(kept), created_at=now)
    part.save()
    return part.uid


@transaction.atomic
def finish_import(*, owner_pk: int, uid: str, chosen: Collection[int], now: datetime, chance: Chance) -> Imported:
    """Add the chosen entries, counted from 0, of a part of a file that waited, and forget it. Raises ContactNotFound.

    Whoever was met through somebody of a later part is remembered until that part is done (R37).
    """
    entries = queries.kept_import(owner_pk=owner_pk, uid=uid)
    wanted = [entry for index, entry in enumerate(entries) if index in chosen]
    mine = ContactImport.objects.filter(owner_id=owner_pk)
    part = mine.defer("entries").get(uid=uid)
    done, left = _bring(owner_pk, wanted, introduced=part.introduced, now=now, chance=chance)
    following = mine.filter(pk__gt=part.pk).order_by("pk").values_list("uid", flat=True).first() or ""
    mine.filter(uid=following).update(introduced=left)
    mine.filter(uid=uid).delete()
    return replace(done, following=following)


@transaction.atomic
def forget_imports(*, before: datetime) -> int:
    """Erase the files that have waited since before that instant (R48); return how many."""
    waiting = ContactImport.objects.filter(created_at__lt=before)
    return waiting.delete()[0] if waiting.exists() else 0


def _columns(
    owner_pk: int, draft: ContactDraft, *, before: ContactCard | None = None
) -> tuple[dict[str, Any], tuple[Way, ...]]:
    """Return the columns and the ways of a draft; every reason against it is told at once."""
    reasons: dict[str, str] = {}
    values: dict[str, Any] = {}
    ways: tuple[Way, ...] = ()
    try:
        values = checked(draft)
    except ContactRefused as problem:
        reasons |= problem.reasons
    try:
        ways = checked_ways(draft)
    except ContactRefused as problem:
        reasons |= problem.reasons
    try:
        values |= met_columns(owner_pk, draft, before=before)
    except ContactRefused as problem:
        reasons |= problem.reasons
    if reasons:
        raise ContactRefused(reasons)
    values |= {"sort_key": sort_key(values, ways), "search_text": search_text(values, ways)}
    values["company_key"] = company_key(values["company"])
    return values, ways


def _forgiving(draft: ContactDraft) -> ContactDraft:
    """Return an imported draft without the ways nobody could use, and with its lines cut to what a row holds."""
    ways = []
    for way in draft.ways:
        try:
            ways.append(tidy_way(way))
        except ValueError:
            continue  # a file may hold anything; the preview has shown it, and one bad number must not lose a person
    sizes = {"given_name": 60, "family_name": 60, "company": 120, "position": 120, "vcard_uid": 200, "notes": 10_000}
    return replace(draft, ways=tuple(ways[:40]), **{name: getattr(draft, name)[:size] for name, size in sizes.items()})


def _first_of_each(entries: Sequence[ImportEntry]) -> list[ImportEntry]:
    """Return the entries without those that repeat an earlier one of the same file."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for entry in entries:
        draft = entry.draft
        marks = {(way, folded_name(draft.name)) for way in reached_by(draft)}
        marks |= {("", draft.vcard_uid)} if draft.vcard_uid else set()
        if not marks & seen:
            kept.append(entry)
        seen |= marks
    return kept


def _insert(
    owner_pk: int, rows: Sequence[tuple[Contact, tuple[Way, ...], str]], *, introduced: Sequence[_Introduced]
) -> list[_Introduced]:
    """Add the rows, and write down through whom they, and those who came before, were met; return who is left."""
    Contact.objects.bulk_create([row for row, _ways, _by in rows], batch_size=_BATCH)
    ways = [way for row, its, _by in rows for way in way_rows(row, its)]
    ContactWay.objects.bulk_create(ways, batch_size=_BATCH)
    wanted = [*introduced, *((row.pk, folded_name(by)) for row, _ways, by in rows if by)]
    if not wanted:
        return []
    book = _people_named(owner_pk)
    found = {pk: book[by] for pk, by in wanted if book.get(by, pk) != pk}
    if introduced:  # whoever was given another answer by hand meanwhile keeps it
        open_still = Contact.objects.filter(owner_id=owner_pk, met_through=None).exclude(met=MYSELF)
        for pk in {pk for pk, _by in introduced} - set(open_still.values_list("pk", flat=True)):
            found.pop(pk, None)
    own = among(set(found.values()))  # nobody meets anybody through themselves
    met = [Contact(pk=pk, met_through_id=by, met=THROUGH) for pk, by in found.items() if by not in own]
    Contact.objects.bulk_update(met, ["met_through", "met"], batch_size=_BATCH)
    return [(pk, by) for pk, by in wanted if by not in book]


def _people_named(owner_pk: int) -> dict[str, int]:
    """Return the primary keys of the owner's contacts by folded name; a name borne by two is nobody's."""
    named: dict[str, int] = {}
    twice: set[str] = set()
    book = Contact.objects.filter(owner_id=owner_pk, removed_at=None)
    for pk, given, family in book.values_list("pk", "given_name", "family_name"):
        name = folded_name(f"{given} {family}")
        if name in named:
            twice.add(name)
        named[name] = pk
    return {name: pk for name, pk in named.items() if name and name not in twice}
