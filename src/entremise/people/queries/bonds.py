"""Reading relationships: how solid, what happened, who is due, who is being lost, who recommends (R30, R35, R43)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from entremise.lib.prepared import Prepared
from entremise.people.mapping.bonds import (
    BondCard,
    BondLine,
    BondRefused,
    InteractionLine,
    bond_card,
    interaction_line,
)
from entremise.people.models import Bond, Contact, Interaction
from entremise.people.queries import ContactNotFound
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import STRONG_FROM, YOUNG_FROM, Satisfaction, rhythm

__all__ = [
    "HAPPENED_SIZE",
    "BondCard",
    "BondLine",
    "BondRefused",
    "HappenedPage",
    "InteractionLine",
    "ambassadors",
    "any_bond",
    "bond",
    "bonds",
    "caused",
    "due",
    "due_count",
    "happened",
    "in_turn",
    "interaction",
    "lately",
    "losing_touch",
    "rhythms_in_turn",
]

HAPPENED_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class HappenedPage:
    """What happened with a contact, the latest first: at most HAPPENED_SIZE of `total`; pages count from 1."""

    lines: tuple[InteractionLine, ...]
    total: int
    page: int
    pages: int


def bond(*, owner_pk: int, contact_pk: int, on: date, policy: Policy) -> BondCard:
    """Return the relationship with a contact of the book on a day, in one query. Raises ContactNotFound (R44)."""
    row = next(iter(_BOND(owner=owner_pk, contact=contact_pk)), None)
    if row is None:
        raise ContactNotFound
    there = Bond(**{name: row[f"bond__{name}"] for name in _COLUMNS}) if row["bond__id"] is not None else None
    return bond_card(Contact(met_on=row["met_on"], created_at=row["created_at"]), there, on=on, policy=policy)


def bonds(*, owner_pk: int, contact_pks: Collection[int], on: date, policy: Policy) -> Mapping[int, BondCard]:
    """Return the relationships with those of the contacts that are in the owner's book, in one query."""
    rows = Contact.objects.filter(owner_id=owner_pk, removed_at=None, pk__in=contact_pks).select_related("bond")
    return {row.pk: bond_card(row, getattr(row, "bond", None), on=on, policy=policy) for row in rows}


def due(*, owner_pk: int, on: date, limit: int, start: int = 0) -> tuple[BondLine, ...]:
    """Return whom a contact is due with on a day (R43), in one query.

    Whom there is something to set right with comes first (R35), then the most solid relationship.
    """
    if start or limit > _SHOWN:
        return _lines(_due(owner_pk, on).order_by(*_NEAREST)[start : start + limit].values(*_FIELDS))
    return _lines(_FIRST_DUE(owner=owner_pk, on=on)[:limit])


def due_count(*, owner_pk: int, on: date) -> int:
    """Return with how many people a contact is due on a day (R43)."""
    return _due(owner_pk, on).count()


def any_bond(*, owner_pk: int) -> bool:
    """Return whether anything ever happened that the owner wrote down, or a referral did."""
    return Bond.objects.filter(owner_id=owner_pk).exists()


def losing_touch(*, owner_pk: int, on: date, limit: int, policy: Policy) -> tuple[BondLine, ...]:
    """Return those neglected for a whole further rhythm (R43), in one query: the most solid relationship first."""
    bands = ((STRONG_FROM, 101), (policy.solid_from, STRONG_FROM), (YOUNG_FROM, policy.solid_from))
    late = (
        Q(solidity__gte=low, solidity__lt=high, due_on__lte=on - timedelta(days=rhythm(low, policy=policy)))
        for low, high in bands
    )
    return _lines(_due(owner_pk, on).filter(reduce(or_, late)).order_by(*_NEAREST)[:limit].values(*_FIELDS))


def ambassadors(*, owner_pk: int, limit: int, policy: Policy) -> tuple[BondLine, ...]:
    """Return those who recommend the member unasked, more than once (R35), the oftenest first, in one query."""
    rows = Bond.objects.filter(owner_id=owner_pk, contact__removed_at=None, unasked__gte=policy.ambassador_from)
    shown = rows.exclude(satisfaction=Satisfaction.BAD).order_by("-unasked", "-solidity", "pk")[:limit]
    return _lines(shown.values(*_FIELDS))


def happened(*, owner_pk: int, contact_pk: int, page: int = 1, size: int = HAPPENED_SIZE) -> HappenedPage:
    """Return a page of what happened with a contact, the latest first. A page beyond the last is the last."""
    rows = Interaction.objects.filter(owner_id=owner_pk, contact_id=contact_pk)
    total = rows.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    shown = rows.order_by("-on", "-id")[(page - 1) * size : page * size]
    return HappenedPage(lines=tuple(interaction_line(row) for row in shown), total=total, page=page, pages=pages)


def lately(*, owner_pk: int, contact_pk: int, limit: int) -> tuple[InteractionLine, ...]:
    """Return the last things that happened with a contact, the latest first, in one query."""
    return tuple(interaction_line(row) for row in _LATELY(owner=owner_pk, contact=contact_pk)[:limit])


def interaction(*, owner_pk: int, uid: str) -> InteractionLine:
    """Return one thing that happened in the owner's book. Raises ContactNotFound (R44)."""
    row = Interaction.objects.filter(owner_id=owner_pk, uid=uid, contact__removed_at=None).first()
    if row is None:
        raise ContactNotFound
    return interaction_line(row)


def caused(*, owner_pk: int, causes: Collection[str]) -> Mapping[str, tuple[int, date]]:
    """Return with which contact and on which day these causes made something be remembered in the owner's book."""
    rows = Interaction.objects.filter(owner_id=owner_pk, cause__in=[one for one in causes if one])
    return {cause: (pk, on) for cause, pk, on in rows.values_list("cause", "contact_id", "on")}


def in_turn(*, owner_pk: int, size: int = 500) -> Iterator[dict[str, Any]]:
    """Yield everything that happened in the owner's book in the order it was written, `size` read at a time."""
    last = 0
    while True:
        rows = Interaction.objects.filter(owner_id=owner_pk, contact__removed_at=None, pk__gt=last).order_by("pk")
        some = list(rows.select_related("contact")[:size])
        for row in some:
            line = interaction_line(row)
            yield {
                "contact": row.contact.uid,
                "name": _name(
                    row.contact.given_name, row.contact.family_name, row.contact.company, row.contact.sort_key
                ),
                "kind": str(line.kind),
                "on": line.on,
                "satisfaction": row.satisfaction,
                "words": line.words,
                "by_itself": line.by_itself,
                "written_at": line.created_at,
            }
        if len(some) < size:
            return
        last = some[-1].pk


def rhythms_in_turn(*, owner_pk: int) -> Iterator[dict[str, Any]]:
    """Yield how solid each relationship was at its last change, and its rhythm, as an archive tells it (R47)."""
    rows = Bond.objects.filter(owner_id=owner_pk, contact__removed_at=None).order_by("pk").select_related("contact")
    for row in rows.iterator(chunk_size=500):
        yield {
            "contact": row.contact.uid,
            "name": _name(row.contact.given_name, row.contact.family_name, row.contact.company, row.contact.sort_key),
            "solidity": row.solidity,
            "due_on": row.due_on,
            "put_off_until": row.snoozed_until,
            "resting": row.resting,
        }


_SHOWN = 10
_NEAREST = ("-to_set_right", "-solidity", "due_on", "pk")
_COLUMNS = tuple(column.attname for column in Bond._meta.concrete_fields)
_FIELDS = (
    *("contact_id", "last_contact", "due_on", "solidity", "unasked", "to_set_right"),
    *("contact__uid", "contact__given_name", "contact__family_name", "contact__company", "contact__sort_key"),
)


def _due(owner_pk: Any, on: Any) -> QuerySet[Bond]:
    return Bond.objects.filter(owner_id=owner_pk, contact__removed_at=None, due_on__lte=on)


_LATELY = Prepared(
    lambda owner, contact: Interaction.objects.filter(owner_id=owner, contact_id=contact).order_by("-on", "-id")[
        :_SHOWN
    ]
)
_FIRST_DUE = Prepared(lambda owner, on: _due(owner, on).order_by(*_NEAREST).values(*_FIELDS)[:_SHOWN])
_BOND = Prepared(
    lambda owner, contact: Contact.objects.filter(owner_id=owner, pk=contact, removed_at=None).values(
        "met_on", "created_at", *(f"bond__{name}" for name in _COLUMNS)
    )
)


def _lines(rows: Iterable[Mapping[str, Any]]) -> tuple[BondLine, ...]:
    """Return rows with _FIELDS as lines."""
    return tuple(
        BondLine(
            contact_pk=row["contact_id"],
            contact_uid=row["contact__uid"],
            name=_name(*(row[f"contact__{name}"] for name in ("given_name", "family_name", "company", "sort_key"))),
            last_contact=row["last_contact"],
            due_on=row["due_on"],
            points=row["solidity"],
            unasked=row["unasked"],
            to_set_right=row["to_set_right"],
        )
        for row in rows
    )


def _name(given: str, family: str, company: str, otherwise: str) -> str:
    return f"{given} {family}".strip() or company or otherwise
