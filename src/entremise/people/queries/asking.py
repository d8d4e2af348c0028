"""Reading whom one may ask, what came of asks, and how one's own clients compare with 20–60–20 (R30–R34)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from entremise.accounts.queries import MemberCard, normal_address
from entremise.people.mapping import ContactCard, ContactLine, Kind
from entremise.people.mapping.asking import (
    AskLine,
    AskPage,
    AskRefused,
    ClientsOfKind,
    OwnClients,
    Placed,
    history_as_counted,
)
from entremise.people.models import Ask, AskOverruling, Bond, Contact, Interaction
from entremise.people.queries import contact, lines_of, mails_of
from entremise.people.queries.bonds import BondCard, bond, bonds
from entremise.protocol.asking import Answer, Asked, Facts, Reason, followed, may_ask
from entremise.protocol.policy import Policy
from entremise.protocol.propensity import (
    Place,
    Record,
    Refers,
    Shares,
    is_left_alone,
    own_shares,
    place,
)
from entremise.protocol.relationship import Happened, Satisfaction

__all__ = [
    "KIND_SIZE",
    "AskLine",
    "AskPage",
    "AskRefused",
    "ClientsOfKind",
    "OwnClients",
    "Placed",
    "asking",
    "asks_in_turn",
    "asks_of",
    "of_kind",
    "own_clients",
    "to_ask",
]

KIND_SIZE = 50
_CHUNK = 500
_SHOWN = 12
_CANDIDATES = 20


def asking(*, member: MemberCard, uid: str, on: date, policy: Policy) -> AskPage:
    """Return whether the member may ask a contact of their own book on a day, and why (R30–R34).

    In at most seven queries; for a client, and whoever was asked in vain before, three more, over all the member's
    clients, which say how likely each kind is among them. Raises ContactNotFound (R44).
    """
    card = contact(owner_pk=member.pk, uid=uid)
    known = bond(owner_pk=member.pk, contact_pk=card.pk, on=on, policy=policy)
    lines = asks_of(owner_pk=member.pk, contact_pk=card.pk, on=on, policy=policy)
    overruling = AskOverruling.objects.filter(owner_id=member.pk, contact_id=card.pk).first()
    counted = _counted(card, known, lines, on=on, policy=policy)
    at = place(counted, own=_own_for(card, counted, on=on, policy=policy))
    facts = Facts(
        history=known.history,
        solidity=known.solidity,
        record=counted,
        place=at,
        asks=[line.asked for line in lines],
        overruling=not any(line.overruled for line in lines) if overruling else None,
        oneself=normal_address(member.email) in mails_of(card),
    )
    verdict = may_ask(facts, on=on, policy=policy)
    untold = Kind.CLIENT not in card.kinds or {Reason.ONESELF, Reason.DOES_NOT_REFER} & set(verdict.reasons)
    return AskPage(
        contact=card,
        bond=known,
        verdict=verdict,
        place=None if untold else at,
        asks=tuple(reversed(lines)),
        overruled_at=overruling.at if overruling else None,
    )


def _counted(card: ContactCard, known: BondCard, lines: Sequence[AskLine], *, on: date, policy: Policy) -> Record:
    """What the contact did, over the time since they were written down or something was noted."""
    created, first = card.created_at.date(), known.history.first_contact
    return history_as_counted(
        [line.asked for line in lines],
        observed_since=min(created, first or created),
        unasked=known.history.unasked,
        on=on,
        policy=policy,
    )


def _own_for(card: ContactCard, counted: Record, *, on: date, policy: Policy) -> Shares | None:
    """The member's own shares, where they can matter: for a client, and for somebody who was asked in vain."""
    if Kind.CLIENT not in card.kinds and counted.asks <= counted.answered:
        return None
    return own_shares(_records(card.owner_pk, on=on, policy=policy).values(), policy=policy)


def asks_of(*, owner_pk: int, contact_pk: int, on: date, policy: Policy) -> tuple[AskLine, ...]:
    """Return every ask of a contact, the first one first, with what came of it by that day (R32). Two queries."""
    about = Interaction.objects.filter(owner_id=owner_pk, contact_id=contact_pk)
    rows = list(about.filter(kind=Happened.ASKED).order_by("on", "id").values(*_ASK_FIELDS))
    if not rows:
        return ()
    came = about.filter(kind=Happened.REFERRED_BY_THEM).order_by("on").values_list("on", flat=True)
    return _lines(rows, list(came), on=on, policy=policy)


_ASK_FIELDS = ("uid", "on", "ask__answer", "ask__overruled")


def _lines(rows: Sequence[Mapping[str, Any]], came: Sequence[date], *, on: date, policy: Policy) -> tuple[AskLine, ...]:
    asked = followed([(row["on"], _answer(row["ask__answer"])) for row in rows], came, policy=policy)
    return tuple(
        AskLine(
            uid=row["uid"],
            asked=one,
            overruled=bool(row["ask__overruled"]),
            came=one.came_of_it(on=on, policy=policy),
        )
        for row, one in zip(rows, asked, strict=True)
    )


def _answer(written: str | None) -> Answer | None:
    return Answer(written) if written else None


# -- one's own clients (R34) ------------------------------------------------------------------------


def own_clients(*, owner_pk: int, on: date, policy: Policy) -> OwnClients:
    """Return how the member's clients compare with 20–60–20 on a day, and who is likely of which kind (R34).

    Somebody who neither referred nor was ever asked is of no kind yet.
    """
    found = _sorted(owner_pk, on=on, policy=policy)
    shown = {kind: found.groups[kind][:_SHOWN] for kind in Refers}
    names = _names([pk for some in shown.values() for pk in some])
    placed = {
        kind: tuple(Placed(line=names[pk], place=found.places[pk]) for pk in some) for kind, some in shown.items()
    }
    return OwnClients(
        shares=found.shares,
        unasked=placed[Refers.UNASKED],
        when_asked=placed[Refers.WHEN_ASKED],
        left_alone=placed[Refers.NOT],
        counts=(*(len(found.groups[kind]) for kind in Refers), len(found.groups[None])),
    )


def of_kind(kind: Refers | None, *, owner_pk: int, page: int, on: date, policy: Policy) -> ClientsOfKind:
    """Return a page of the clients who are likely of one kind, or of no kind yet, in the order of `own_clients`: the
    likeliest first; by name those who are left alone and those of whom nothing is known, where the order would say
    more than the page does (R29, R34). A page beyond the last is the last."""
    found = _sorted(owner_pk, on=on, policy=policy)
    pks = found.groups[kind]
    page = min(max(1, page), max(1, -(-len(pks) // KIND_SIZE)))
    shown = pks[(page - 1) * KIND_SIZE : page * KIND_SIZE]
    names = _names(shown)
    people = tuple(Placed(line=names[pk], place=found.places[pk]) for pk in shown if pk in names)
    return ClientsOfKind(people=people, total=len(pks), page=page)


@dataclass(frozen=True, kw_only=True)
class _Sorted:
    """A member's clients by the kind they are likely of; None is the kind of whom nothing can be said yet."""

    shares: Shares
    places: Mapping[int, Place]
    groups: Mapping[Refers | None, list[int]]


def _sorted(owner_pk: int, *, on: date, policy: Policy) -> _Sorted:
    records = _records(owner_pk, on=on, policy=policy)
    shares = own_shares(records.values(), policy=policy)
    of = {record: place(record, own=shares) for record in set(records.values())}
    groups: dict[Refers | None, list[int]] = {kind: [] for kind in (*Refers, None)}
    for pk, record in records.items():
        groups[_group(record, of[record], policy=policy)].append(pk)
    groups[Refers.UNASKED].sort(key=lambda pk: -of[records[pk]].unasked)
    groups[Refers.WHEN_ASKED].sort(key=lambda pk: -of[records[pk]].when_asked)
    return _Sorted(shares=shares, places={pk: of[record] for pk, record in records.items()}, groups=groups)


def _group(of: Record, at: Place, *, policy: Policy) -> Refers | None:
    if is_left_alone(of, at=at, policy=policy):
        return Refers.NOT
    if not of.unasked and not of.asks:
        return None
    return at.likeliest if at.likeliest in (Refers.UNASKED, Refers.WHEN_ASKED) else None


def _names(pks: Sequence[int]) -> dict[int, ContactLine]:
    return {line.pk: line for line in lines_of(Contact.objects.filter(pk__in=pks))}


def _records(owner_pk: int, *, on: date, policy: Policy) -> dict[int, Record]:
    """What each of the owner's clients did, by primary key and in the order of their names: in three queries, more
    where many were asked."""
    clients = Contact.objects.filter(owner_id=owner_pk, removed_at=None, kinds__contains=Kind.CLIENT)
    clients = clients.order_by("sort_key", "id")
    asked = _asked(owner_pk, policy)
    fields = ("pk", "created_at", "bond__first_contact", "bond__unasked")
    return {
        pk: history_as_counted(
            asked.get(pk, ()),
            observed_since=min(created.date(), first or created.date()),
            unasked=unasked or 0,
            on=on,
            policy=policy,
        )
        for pk, created, first, unasked in clients.values_list(*fields).iterator()
    }


def _asked(owner_pk: int, policy: Policy) -> dict[int, tuple[Asked, ...]]:
    """Every ask of the owner's, by contact."""
    asks: dict[int, list[tuple[date, Answer | None]]] = defaultdict(list)
    rows = _asks(owner_pk).order_by("on", "id")
    for pk, on, answer in rows.values_list("contact_id", "on", "ask__answer"):
        asks[pk].append((on, _answer(answer)))
    came = _came(sorted(asks))
    return {pk: followed(some, came[pk], policy=policy) for pk, some in asks.items()}


def _asks(owner_pk: int) -> QuerySet[Interaction]:
    return Interaction.objects.filter(owner_id=owner_pk, kind=Happened.ASKED, contact__removed_at=None)


def _came(pks: Sequence[int]) -> Mapping[int, list[date]]:
    """The days on which each of these contacts recommended the member, in order."""
    found: dict[int, list[date]] = defaultdict(list)
    for start in range(0, len(pks), _CHUNK):
        some = Interaction.objects.filter(contact_id__in=pks[start : start + _CHUNK], kind=Happened.REFERRED_BY_THEM)
        for pk, on in some.order_by("on").values_list("contact_id", "on"):
            found[pk].append(on)
    return found


# -- whom one may ask (R30) -------------------------------------------------------------------------


def to_ask(*, member: MemberCard, on: date, policy: Policy, limit: int = 5) -> tuple[ContactLine, ...]:
    """Return a few contacts whom the member may ask today and never has, the most solid first (R30–R32).

    Those who recommend by themselves are left out: there is nothing to ask. At most four queries.
    """
    solid = Bond.objects.filter(
        owner_id=member.pk,
        contact__removed_at=None,
        solidity__gte=policy.solid_from,
        works__gt=0,
        satisfaction=Satisfaction.GOOD,
        unasked=0,
    )
    never = solid.exclude(contact__in=_asks(member.pk).order_by().values("contact_id"))
    pks = list(never.order_by("-solidity", "pk").values_list("contact_id", flat=True)[:_CANDIDATES])
    known = bonds(owner_pk=member.pk, contact_pks=pks, on=on, policy=policy)
    still = [pk for pk in pks if pk in known and known[pk].solidity.solid and known[pk].history.found_good]
    own = Contact.objects.filter(ways__kind="email", ways__normalised=normal_address(member.email), pk__in=still)
    still = [pk for pk in still if pk not in set(own.values_list("pk", flat=True))] if still else []
    names = _names(still[:limit]) if still else {}
    return tuple(names[pk] for pk in still[:limit])


def asks_in_turn(*, owner_pk: int) -> Iterator[dict[str, Any]]:
    """Yield every ask of the owner's in the order they were made, then the overrulings not used yet (R47)."""
    overrulings = AskOverruling.objects.filter(owner_id=owner_pk, contact__removed_at=None).select_related("contact")
    standing = {row.contact_id: row for row in overrulings}
    rows = Interaction.objects.filter(owner_id=owner_pk, kind=Happened.ASKED, contact__removed_at=None)
    for row in rows.select_related("contact", "ask").order_by("on", "id").iterator():
        ask: Ask | None = getattr(row, "ask", None)
        used = standing.pop(row.contact_id, None) if ask is not None and ask.overruled else None
        yield {
            **_about(row.contact),
            "on": row.on,
            "answer": ask.answer if ask else "",
            "answered_on": ask.answered_on if ask else None,
            "overruled_at": used.at if used else None,
        }
    for overruling in standing.values():
        nothing = {"on": None, "answer": "", "answered_on": None}
        yield {**_about(overruling.contact), **nothing, "overruled_at": overruling.at}


def _about(row: Contact) -> dict[str, Any]:
    return {"contact": row.uid, "name": f"{row.given_name} {row.family_name}".strip() or row.company}
