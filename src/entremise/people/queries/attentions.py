"""Reading small attentions: the best people and why, lunches, commissions agreed (R24, R25).

Who is best is kept as one number beside each relationship (`Bond.worth`), in an index: a book of a hundred thousand is
looked through as quickly as one of ten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from entremise.lib.prepared import Prepared
from entremise.people import queries
from entremise.people.mapping.attentions import (
    AgreementCard,
    Attended,
    AttentionRefused,
    CardFor,
    Habits,
    LunchPlan,
    LunchWith,
    agreement_of,
    habits_of,
    plan_of,
)
from entremise.people.models import (
    Agreement,
    AttentionHabits,
    AttentionWish,
    Bond,
    Contact,
    Interaction,
    Lunch,
    YearCard,
)
from entremise.people.queries import ContactLine, WayKind, bonds
from entremise.people.queries.bonds import BondCard
from entremise.protocol.attention import (
    Candidate,
    Occasion,
    Wish,
    chosen,
    lunch_turn,
    lunches_in_order,
    word_for,
    worth,
)
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Happened

__all__ = [
    "AgreementCard",
    "Attended",
    "AttentionRefused",
    "CardFor",
    "Habits",
    "LunchPlan",
    "LunchWith",
    "agreement",
    "agreements_in_turn",
    "cards",
    "cards_left",
    "cards_sent_in_turn",
    "habits",
    "lunch_with",
    "lunches",
    "plans_in_turn",
    "taken_off",
    "wish",
    "wishes_in_turn",
]


def habits(*, owner_pk: int) -> Habits:
    """Return how a member sends small attentions."""
    return habits_of(AttentionHabits.objects.filter(owner_id=owner_pk).first())


def wish(*, owner_pk: int, contact_pk: int, occasion: Occasion) -> Wish | None:
    """Return what the member decided about somebody for an occasion; None: nothing."""
    return _wishes(owner_pk, occasion).get(contact_pk)


def taken_off(*, owner_pk: int, occasion: Occasion) -> tuple[ContactLine, ...]:
    """Return whom the member took off the list of an occasion, by name: they can be put back."""
    pks = [pk for pk, said in _wishes(owner_pk, occasion).items() if said is Wish.REMOVED]
    return queries.lines_of(Contact.objects.filter(pk__in=pks).order_by("sort_key", "id"))


def cards(*, owner_pk: int, year: int, on: date, policy: Policy) -> tuple[CardFor, ...]:
    """Return who gets a card this year, the worthiest first (R24), in a bounded number of queries."""
    rows = {row.contact_id: row for row in YearCard.objects.filter(owner_id=owner_pk, year=year)}
    done = {pk for pk, row in rows.items() if row.sent_on is not None}
    wishes = _wishes(owner_pk, Occasion.CARD)
    pks = _chosen(owner_pk, most=policy.cards_a_year, wishes=wishes, done=done)
    return tuple(
        CardFor(**facts, words=rows[pk].words if pk in rows else "", sent_on=rows[pk].sent_on if pk in rows else None)
        for pk, facts, _bond in _attended(owner_pk, pks, wishes, on=on, policy=policy)
    )


def cards_left(*, owner_pk: int, year: int, policy: Policy) -> int:
    """Return how many of the people who get a card this year still wait for it."""
    done = set(
        YearCard.objects.filter(owner_id=owner_pk, year=year, sent_on__isnull=False).values_list(
            "contact_id", flat=True
        )
    )
    wishes = _wishes(owner_pk, Occasion.CARD)
    return len(set(_chosen(owner_pk, most=policy.cards_a_year, wishes=wishes, done=done)) - done)


def lunches(*, owner_pk: int, on: date, policy: Policy) -> tuple[LunchWith, ...]:
    """Return the people to ask to lunch from time to time, those due first (R24), in a bounded number of queries.

    Whoever a lunch is planned with is among them. A meal remembered in any way counts as a lunch.
    """
    wishes = _wishes(owner_pk, Occasion.LUNCH)
    planned = {row.contact_id: plan_of(row) for row in Lunch.objects.filter(owner_id=owner_pk)}
    pks = _chosen(owner_pk, most=policy.lunches, wishes=wishes, done=set(planned))
    people = {pk: (facts, card) for pk, facts, card in _attended(owner_pk, pks, wishes, on=on, policy=policy)}
    lasts = _last_meals(owner_pk, people)
    turns = lunches_in_order(
        lunch_turn(pk, last=lasts.get(pk), known_since=card.history.known_since, on=on, policy=policy)
        for pk, (_facts, card) in people.items()
    )
    return tuple(LunchWith(**people[one.contact][0], turn=one, plan=planned.get(one.contact)) for one in turns)


def lunch_with(*, owner_pk: int, contact_pk: int) -> LunchPlan | None:
    """Return the lunch that is planned with a contact, if there is one."""
    row = Lunch.objects.filter(owner_id=owner_pk, contact_id=contact_pk).first()
    return plan_of(row) if row else None


def agreement(*, owner_pk: int, contact_pk: int) -> AgreementCard | None:
    """Return what was agreed with a contact about a commission (R25); None: nothing."""
    row = next(iter(_AGREEMENT(owner=owner_pk, contact=contact_pk)), None)
    return agreement_of(row) if row else None


_AGREEMENT = Prepared(lambda owner, contact: Agreement.objects.filter(owner_id=owner, contact_id=contact))


# --- for the member's archive (R47) ------------------------------------------------------------------------------


def wishes_in_turn(*, owner_pk: int) -> Iterator[dict[str, Any]]:
    """Yield whom the member pinned or removed, and for what."""
    rows = AttentionWish.objects.filter(owner_id=owner_pk, contact__removed_at=None).order_by("pk")
    yield from _entries(rows, "occasion", "wish", "created_at")


def cards_sent_in_turn(*, owner_pk: int) -> Iterator[dict[str, Any]]:
    """Yield the cards of every year."""
    rows = YearCard.objects.filter(owner_id=owner_pk, contact__removed_at=None).order_by("year", "pk")
    yield from _entries(rows, "year", "words", "sent_on")


def plans_in_turn(*, owner_pk: int) -> Iterator[dict[str, Any]]:
    """Yield the lunches that are planned."""
    rows = Lunch.objects.filter(owner_id=owner_pk, contact__removed_at=None).order_by("starts_at", "pk")
    yield from _entries(rows, "uid", "starts_at", "minutes", "place", "note")


def agreements_in_turn(*, owner_pk: int) -> Iterator[dict[str, Any]]:
    """Yield what was agreed about commissions."""
    rows = Agreement.objects.filter(owner_id=owner_pk, contact__removed_at=None).order_by("pk")
    yield from _entries(rows, "words", "since")


def _entries(rows: QuerySet[Any], *names: str) -> Iterator[dict[str, Any]]:
    for uid, *values in rows.values_list("contact__uid", *names):
        yield {"contact": uid, **dict(zip(names, values, strict=True))}


# --- who is best -------------------------------------------------------------------------------------------------


def _wishes(owner_pk: int, occasion: Occasion) -> dict[int, Wish]:
    rows = AttentionWish.objects.filter(owner_id=owner_pk, occasion=occasion, contact__removed_at=None)
    return {pk: Wish(said) for pk, said in rows.values_list("contact_id", "wish")}


def _chosen(owner_pk: int, *, most: int, wishes: Mapping[int, Wish], done: Collection[int]) -> tuple[int, ...]:
    """Return the primary keys of whom to choose; the best are read from an index, no more than can be needed."""
    rows = Bond.objects.filter(owner_id=owner_pk, contact__removed_at=None)
    best = rows.filter(worth__gt=0).order_by("-worth", "contact_id")
    points = dict(best.values_list("contact_id", "worth")[: most + len(wishes) + len(done)])
    apart = (set(wishes) | set(done)) - set(points)
    if apart:
        points |= dict(rows.filter(contact_id__in=apart).values_list("contact_id", "worth"))
    everybody = {*points, *wishes, *done}
    people = [Candidate(contact=pk, points=points.get(pk, 0), wish=wishes.get(pk), done=pk in done) for pk in everybody]
    return chosen(people, most=most)


def _attended(
    owner_pk: int, pks: Collection[int], wishes: Mapping[int, Wish], *, on: date, policy: Policy
) -> Iterator[tuple[int, dict[str, Any], BondCard]]:
    """Yield each person's key, the facts every occasion shows of them, and the relationship, in the order given."""
    people = queries.contacts_by_pks(owner_pk=owner_pk, pks=pks)
    known = bonds.bonds(owner_pk=owner_pk, contact_pks=pks, on=on, policy=policy)
    for pk in pks:
        if pk not in known:  # taken out of the book meanwhile
            continue
        card, history = people[pk], known[pk].history
        facts: dict[str, Any] = {
            "contact_pk": pk,
            "uid": card.uid,
            "name": card.name,
            "given_name": card.given_name,
            "company": card.company,
            "address": card.first(WayKind.ADDRESS),
            "area": card.area,
            "email": card.email,
            "worth": worth(history),
            "word": word_for(history),
            "wish": wishes.get(pk),
            "last_contact": history.last_contact,
        }
        yield pk, facts, known[pk]


def _last_meals(owner_pk: int, pks: Collection[int]) -> dict[int, date]:
    rows = Interaction.objects.filter(owner_id=owner_pk, contact_id__in=pks, kind=Happened.MEAL)
    return dict(rows.order_by().values("contact_id").annotate(last=Max("on")).values_list("contact_id", "last"))
