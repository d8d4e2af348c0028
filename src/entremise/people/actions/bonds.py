"""Remembering what happened with a contact: each function one transaction that keeps the summary right (R30, R43)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from entremise.lib.chance import Chance
from entremise.people.mapping.bonds import (
    LONGEST_WORDS,
    OLDEST,
    BondRefused,
    InteractionLine,
    history_of,
    interaction_line,
    month_of,
)
from entremise.people.models import Bond, Contact, Interaction
from entremise.people.queries import ContactNotFound
from entremise.people.queries.oneself import is_oneself
from entremise.protocol.attention import worth
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import (
    GIVEN,
    NOT_CONTACTS,
    RECEIVED,
    SEEN,
    Happened,
    Satisfaction,
    due_on,
    is_contact,
    solidity,
)

__all__ = [
    "BondRefused",
    "ContactNotFound",
    "amend",
    "forget",
    "forget_all",
    "remember",
    "rest",
    "snooze",
    "take_back",
    "wake",
]

_AHEAD = timedelta(hours=14)  # of UTC: where the day begins first
_MOST_REFERRALS = 500
_TOLD = frozenset({Happened.SATISFACTION})
_WORK = frozenset({Happened.WORK})
_LONGEST_SNOOZE = timedelta(days=2 * 365)


@transaction.atomic
def remember(
    *,
    owner_pk: int,
    contact_pk: int,
    kind: Happened | str,
    on: date,
    now: datetime,
    policy: Policy,
    chance: Chance,
    satisfaction: Satisfaction | str | None = None,
    words: str = "",
    cause: str = "",
) -> InteractionLine:
    """Remember that something happened with a contact of the owner's book; the summary knows it (R30, R43).

    With a `cause`, it is remembered once in this book, however often it is said. A contact ends what the rhythm was
    put off to before it. Raises ContactNotFound, BondRefused.
    """
    contact = _locked(owner_pk, pk=contact_pk)
    there = Interaction.objects.filter(owner_id=owner_pk, cause=cause).first() if cause else None
    if there is not None:
        return interaction_line(there)
    row = Interaction(uid=chance.uid(), owner_id=owner_pk, contact=contact, cause=cause, created_at=now)
    _write(row, kind=kind, on=on, satisfaction=satisfaction, words=words, now=now)
    row.save()
    _summarise(contact, now=now, policy=policy)
    return interaction_line(row)


@transaction.atomic
def amend(
    *,
    owner_pk: int,
    uid: str,
    kind: Happened | str,
    on: date,
    now: datetime,
    policy: Policy,
    satisfaction: Satisfaction | str | None = None,
    words: str = "",
) -> InteractionLine:
    """Correct what is remembered of something that happened. Raises ContactNotFound, BondRefused."""
    row = Interaction.objects.filter(owner_id=owner_pk, uid=uid).first()
    if row is None:
        raise ContactNotFound
    contact = _locked(owner_pk, pk=row.contact_id)
    _write(row, kind=kind, on=on, satisfaction=satisfaction, words=words, now=now)
    row.save()
    _summarise(contact, now=now, policy=policy)
    return interaction_line(row)


@transaction.atomic
def take_back(*, owner_pk: int, uid: str, now: datetime, policy: Policy) -> bool:
    """Forget one thing that happened, as if it had never been remembered; return whether there was one."""
    row = Interaction.objects.filter(owner_id=owner_pk, uid=uid).first()
    if row is None:
        return False
    contact = _locked(owner_pk, pk=row.contact_id)
    row.delete()
    _summarise(contact, now=now, policy=policy)
    return True


@transaction.atomic
def forget(*, owner_pk: int, causes: Collection[str], now: datetime, policy: Policy) -> int:
    """Forget what these causes made be remembered in the owner's book; return how much it was."""
    rows = list(Interaction.objects.filter(owner_id=owner_pk, cause__in=[one for one in causes if one]))
    Interaction.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for contact in Contact.objects.filter(pk__in={row.contact_id for row in rows}).order_by("pk"):
        _summarise(contact, now=now, policy=policy)
    return len(rows)


@transaction.atomic
def forget_all(*, owner_pk: int) -> None:
    """Forget everything that happened with anybody of the owner's book: its owner leaves (R47)."""
    Interaction.objects.filter(owner_id=owner_pk).delete()
    Bond.objects.filter(owner_id=owner_pk).delete()


@transaction.atomic
def snooze(*, owner_pk: int, contact_pk: int, on: date, until: date, now: datetime, policy: Policy) -> None:
    """Let nobody be due before a day, at most two years away (R43); `on` is the day it is where the owner is.

    A contact of that day or later ends it, once it is noted. Raises ContactNotFound, BondRefused.
    """
    if until > (now + _LONGEST_SNOOZE).date():
        raise BondRefused({"until": "far"})
    off = {"snoozed_until": until, "snoozed_on": on, "snoozed_at": now}
    _put_off(owner_pk, contact_pk, now, policy, **off, resting=False)


@transaction.atomic
def rest(*, owner_pk: int, contact_pk: int, now: datetime, policy: Policy) -> None:
    """Let the rhythm with a contact rest until it is woken (R43). Raises ContactNotFound."""
    _put_off(owner_pk, contact_pk, now, policy, snoozed_until=None, snoozed_on=None, snoozed_at=None, resting=True)


@transaction.atomic
def wake(*, owner_pk: int, contact_pk: int, now: datetime, policy: Policy) -> None:
    """Take up the rhythm with a contact again: neither resting nor put off (R43). Raises ContactNotFound."""
    _put_off(owner_pk, contact_pk, now, policy, snoozed_until=None, snoozed_on=None, snoozed_at=None, resting=False)


def _put_off(owner_pk: int, contact_pk: int, now: datetime, policy: Policy, **how: Any) -> None:
    contact = _locked(owner_pk, pk=contact_pk)
    Bond.objects.update_or_create(contact=contact, defaults={"owner_id": owner_pk, "updated_at": now, **how})
    _summarise(contact, now=now, policy=policy)


def _locked(owner_pk: int, *, pk: int) -> Contact:
    """Return the owner's contact, held until the transaction ends: two summaries are never written at once."""
    found = Contact.objects.select_for_update().filter(owner_id=owner_pk, removed_at=None, pk=pk).first()
    if found is None:
        raise ContactNotFound
    return found


def _write(
    row: Interaction,
    *,
    kind: Happened | str,
    on: date,
    satisfaction: Satisfaction | str | None,
    words: str,
    now: datetime,
) -> None:
    """Put what was said into the row; every reason against it is told at once."""
    words = words.replace("\r\n", "\n").strip()
    reasons: dict[str, str] = {}
    if kind not in set(Happened):
        reasons["kind"] = "unknown"
    if on > (now + _AHEAD).date():
        reasons["on"] = "future"
    elif on.year < now.year - OLDEST:
        reasons["on"] = "ancient"
    if kind == Happened.SATISFACTION and satisfaction not in set(Satisfaction):
        reasons["satisfaction"] = "unknown" if satisfaction else "empty"
    if len(words) > LONGEST_WORDS:
        reasons["words"] = "long"
    if reasons:
        raise BondRefused(reasons)
    row.kind, row.on, row.words = str(kind), on, words
    row.satisfaction = str(satisfaction) if kind == Happened.SATISFACTION else ""


def _summarise(contact: Contact, *, now: datetime, policy: Policy) -> None:
    """Write the contact's summary from everything that happened, in eight queries at most whatever its length."""
    kept = Bond.objects.filter(contact=contact).first()
    facts, since = _facts(contact, policy, kept)
    if not facts["total"] and (kept is None or not (kept.resting or kept.snoozed_until)):
        Bond.objects.filter(contact=contact).delete()
        return
    row = kept or Bond(contact=contact)
    row.owner_id, row.updated_at = contact.owner_id, now
    for name, value in facts.items():
        setattr(row, name, value)
    day = max(now.date(), row.last_contact or now.date())
    history = history_of(row, met_on=contact.met_on, created_on=contact.created_at.date(), on=day)
    row.to_set_right = history.to_set_right
    row.solidity = solidity(history, on=day, policy=policy).points
    row.worth = worth(history).points
    due = due_on(history, points=row.solidity, policy=policy, snoozed_until=None if since else row.snoozed_until)
    row.due_on = None if row.resting else due
    if is_oneself(contact_pk=contact.pk):  # nobody is due, or among the best, in their own book
        row.due_on, row.worth = None, 0
    row.save()


def _facts(contact: Contact, policy: Policy, kept: Bond | None) -> tuple[dict[str, Any], bool]:
    """Count everything that happened with a contact, by kind: the columns of its summary; and whether there was a
    contact since the rhythm was put off.
    """
    everything = Interaction.objects.filter(contact=contact)
    groups = list(
        everything.order_by()
        .values("kind", "satisfaction")
        .annotate(n=Count("id"), first=Min("on"), last=Max("on"), since=Count("id", filter=_since(kept)))
    )
    contacts = [row for row in groups if is_contact(row["kind"], row["satisfaction"] or None)]
    last = max((row["last"] for row in contacts), default=None)
    told = everything.filter(kind=Happened.SATISFACTION).order_by("-on", "-id").first() if _of(groups, _TOLD) else None
    referrals = _of(groups, frozenset({Happened.REFERRED_BY_THEM}))
    facts = {
        "total": sum(row["n"] for row in groups),
        "first_contact": min((row["first"] for row in contacts), default=None),
        "last_contact": last,
        "last_seen": max((row["last"] for row in groups if row["kind"] in SEEN), default=None),
        "months": _months(everything, last) if last is not None else [],
        "given": _of(groups, GIVEN),
        "received": _of(groups, RECEIVED),
        "referrals_received": referrals,
        "unasked": _unasked(everything, policy) if referrals else 0,
        "works": _of(groups, _WORK),
        "last_work": max((row["last"] for row in groups if row["kind"] in _WORK), default=None),
        "satisfaction": told.satisfaction if told is not None else "",
        "satisfaction_on": told.on if told is not None else None,
    }
    return facts, any(row["since"] for row in contacts)


def _since(kept: Bond | None) -> Q:
    """What happened on the day the rhythm was put off, or later, and was noted after that press."""
    if kept is None or kept.snoozed_at is None:
        return Q(pk=None)
    return Q(on__gte=kept.snoozed_on, created_at__gt=kept.snoozed_at)


def _of(groups: Sequence[Mapping[str, Any]], kinds: frozenset[Happened]) -> int:
    return sum(row["n"] for row in groups if row["kind"] in kinds)


def _months(everything: QuerySet[Interaction], last: date) -> list[int]:
    """The calendar months with a contact in the twelve that end with the last one, newest first."""
    late = everything.filter(on__gt=last - timedelta(days=366)).exclude(kind__in=NOT_CONTACTS)
    days = late.exclude(satisfaction=Satisfaction.BAD).order_by().values_list("on", flat=True).distinct()
    return sorted({month_of(day) for day in days if month_of(day) > month_of(last) - 12}, reverse=True)


def _unasked(everything: QuerySet[Interaction], policy: Policy) -> int:
    """How many referrals came from them without having been asked for shortly before (R32, R35)."""
    kinds = (Happened.REFERRED_BY_THEM, Happened.ASKED)
    rows = everything.filter(kind__in=kinds).order_by("-on").values_list("kind", "on")[:_MOST_REFERRALS]
    asked = [day for kind, day in rows if kind == Happened.ASKED]
    shortly = timedelta(days=policy.ask_again)
    came = [day for kind, day in rows if kind == Happened.REFERRED_BY_THEM]
    return sum(not any(ask <= day <= ask + shortly for ask in asked) for day in came)
