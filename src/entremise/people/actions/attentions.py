"""Deciding and remembering small attentions. Every function is one transaction (R24, R25)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from entremise.lib.chance import Chance
from entremise.people.actions import bonds
from entremise.people.mapping.attentions import (
    LONGEST_SENDER,
    AttentionRefused,
    Habits,
    LunchPlan,
    checked_agreement,
    checked_plan,
    checked_words,
    plan_of,
)
from entremise.people.models import Agreement, AttentionHabits, AttentionWish, Contact, Interaction, Lunch, YearCard
from entremise.people.queries import ContactNotFound
from entremise.people.queries.oneself import is_oneself
from entremise.protocol.attention import Occasion, Wish
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Happened

__all__ = ["AttentionRefused", "ContactNotFound"]


@transaction.atomic
def wish(*, owner_pk: int, contact_uid: str, occasion: Occasion, wish: Wish | None, now: datetime) -> None:
    """Keep what the member decided about somebody for an occasion; None forgets it. Raises ContactNotFound, for the
    member's own entry too where it would be put on a list (R24)."""
    contact = _own(owner_pk, contact_uid)
    if wish is Wish.PINNED and is_oneself(contact_pk=contact.pk):
        raise ContactNotFound
    if wish is None:
        AttentionWish.objects.filter(contact=contact, occasion=occasion).delete()
        return
    AttentionWish.objects.update_or_create(
        contact=contact,
        occasion=occasion.value,
        defaults={"owner_id": owner_pk, "wish": wish.value, "created_at": now},
    )


@transaction.atomic
def keep_habits(*, owner_pk: int, habits: Habits, now: datetime) -> None:
    """Keep the words and format of the cards, the sender's address, and whether there is a budget (R25).

    Raises AttentionRefused.
    """
    sender = "\n".join(" ".join(line.split()) for line in habits.sender.splitlines() if line.strip())
    if len(sender) > LONGEST_SENDER:
        raise AttentionRefused({"sender": "long"})
    kept = {
        "words": checked_words(habits.words),
        "layout": habits.layout,
        "sender": sender,
        "without_budget": habits.without_budget,
        "updated_at": now,
    }
    AttentionHabits.objects.update_or_create(owner_id=owner_pk, defaults=kept)


@transaction.atomic
def keep_words(*, owner_pk: int, contact_uid: str, year: int, words: str) -> None:
    """Keep words for one person's card; empty ones are everybody's again. Raises ContactNotFound, AttentionRefused."""
    contact = _own(owner_pk, contact_uid)
    kept = {"owner_id": owner_pk, "words": checked_words(words)}
    YearCard.objects.update_or_create(contact=contact, year=year, defaults=kept)


@transaction.atomic
def tick_card(
    *, owner_pk: int, contact_uid: str, year: int, on: date, now: datetime, policy: Policy, chance: Chance
) -> None:
    """Remember that somebody's card of the year was sent, once (R24). Raises ContactNotFound, BondRefused."""
    contact = _own(owner_pk, contact_uid)
    row, _new = YearCard.objects.get_or_create(contact=contact, year=year, defaults={"owner_id": owner_pk})
    if row.sent_on is not None:
        return
    bonds.remember(
        owner_pk=owner_pk,
        contact_pk=contact.pk,
        kind=Happened.ATTENTION,
        on=on,
        now=now,
        policy=policy,
        chance=chance,
        cause=_card_cause(contact, year),
    )
    YearCard.objects.filter(pk=row.pk).update(sent_on=on)


@transaction.atomic
def untick_card(*, owner_pk: int, contact_uid: str, year: int, now: datetime, policy: Policy) -> None:
    """Forget that somebody's card of the year was sent. Raises ContactNotFound."""
    contact = _own(owner_pk, contact_uid)
    YearCard.objects.filter(contact=contact, year=year).update(sent_on=None)
    told = Interaction.objects.filter(owner_id=owner_pk, cause=_card_cause(contact, year)).first()
    if told is not None:
        bonds.take_back(owner_pk=owner_pk, uid=told.uid, now=now, policy=policy)


@transaction.atomic
def plan_lunch(
    *,
    owner_pk: int,
    contact_uid: str,
    starts_at: datetime,
    minutes: int,
    place: str,
    note: str,
    now: datetime,
    chance: Chance,
) -> LunchPlan:
    """Plan a lunch with somebody, or change the one that is planned (R24). Nobody is written to.

    Raises ContactNotFound, for the member's own entry too; AttentionRefused.
    """
    contact = _own(owner_pk, contact_uid)
    if is_oneself(contact_pk=contact.pk):
        raise ContactNotFound
    columns = checked_plan(starts_at=starts_at, minutes=minutes, place=place, note=note, now=now)
    row = Lunch.objects.filter(contact=contact).first()
    if row is None:
        row = Lunch(uid=chance.uid(), owner_id=owner_pk, contact=contact)
    elif any(getattr(row, name) != value for name, value in columns.items()):
        row.sequence += 1
    for name, value in columns.items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    return plan_of(row)


@transaction.atomic
def call_off_lunch(*, owner_pk: int, uid: str) -> bool:
    """Forget a lunch that was planned; return whether there was one."""
    return bool(Lunch.objects.filter(owner_id=owner_pk, uid=uid).delete()[0])


@transaction.atomic
def remember_lunch(*, owner_pk: int, contact_uid: str, on: date, now: datetime, policy: Policy, chance: Chance) -> None:
    """Remember that a lunch with somebody took place that day, once a day; a planned one is thereby done (R24).

    Raises ContactNotFound, BondRefused.
    """
    contact = _own(owner_pk, contact_uid)
    bonds.remember(
        owner_pk=owner_pk,
        contact_pk=contact.pk,
        kind=Happened.MEAL,
        on=on,
        now=now,
        policy=policy,
        chance=chance,
        cause=f"lunch:{on.isoformat()}:{contact.uid}",
    )
    Lunch.objects.filter(contact=contact).delete()


@transaction.atomic
def keep_agreement(
    *, owner_pk: int, contact_uid: str, words: str, since: date | None, today: date, now: datetime
) -> None:
    """Note what was agreed with a contact about a commission (R25). Raises ContactNotFound, AttentionRefused."""
    contact = _own(owner_pk, contact_uid)
    columns = checked_agreement(words=words, since=since, today=today)
    Agreement.objects.update_or_create(contact=contact, defaults={"owner_id": owner_pk, "updated_at": now, **columns})


@transaction.atomic
def end_agreement(*, owner_pk: int, contact_uid: str) -> None:
    """Forget what was agreed with a contact about a commission. Raises ContactNotFound."""
    Agreement.objects.filter(contact=_own(owner_pk, contact_uid)).delete()


def forget_attentions(*, owner_pk: int) -> None:
    """Erase everything a member wrote about small attentions (R47); inside the transaction of their leaving."""
    AttentionWish.objects.filter(owner_id=owner_pk).delete()
    YearCard.objects.filter(owner_id=owner_pk).delete()
    AttentionHabits.objects.filter(owner_id=owner_pk).delete()
    Lunch.objects.filter(owner_id=owner_pk).delete()
    Agreement.objects.filter(owner_id=owner_pk).delete()


def _card_cause(contact: Contact, year: int) -> str:
    return f"card:{year}:{contact.uid}"


def _own(owner_pk: int, uid: str) -> Contact:
    found = Contact.objects.filter(owner_id=owner_pk, removed_at=None, uid=uid).first()
    if found is None:
        raise ContactNotFound
    return found
