"""Referrals that came about outside the program: noted, corrected, removed, and followed as any other (R23b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.people import queries as people
from entremise.people.actions import add_contact
from entremise.people.actions.provenance import change_met_through, set_met_through
from entremise.people.queries import ContactCard, ContactDraft
from entremise.protocol import duties, evaluation
from entremise.protocol.distinct import Typed, refuse_same_person
from entremise.protocol.ending import Worth
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome, Role
from entremise.referrals import mapping
from entremise.referrals.actions import bonds, ending, gratitude, steps
from entremise.referrals.actions.ending import End
from entremise.referrals.actions.gratitude import Said, Weight
from entremise.referrals.models import Outside, Word
from entremise.referrals.queries.outside import Direction, may_write_to

Who: TypeAlias = str | ContactDraft  # the uid of a contact of the owner's book, or somebody to be added to it
_LONGEST = 2000
_ROLES = {
    Direction.RECEIVED: (Role.RECEIVER, Role.GIVER),
    Direction.GIVEN: (Role.GIVER, Role.RECEIVER),
}


class BadDay(ValueError):  # noqa: N818 - named as the fact it states
    """A day that cannot be: `reason` is "future" or "long_ago"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Changed(Exception):  # noqa: N818 - named as the fact it states
    """The record was changed in another window since it was read."""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What a member notes: with whom, about whom, which day, and what was said.

    `other` is who gave it where it was received, and who received it where it was given.
    """

    direction: Direction
    other: Who
    client: Who
    arrived_on: date
    said: str = ""
    trade: str = ""


def note(*, owner: MemberCard, noted: Noted, uid: str, now: datetime, chance: Chance, policy: Policy) -> str:
    """Note a referral from outside under `uid`; what is owed on it counts from its day (R23b). Return the uid.

    Whoever is not in the owner's book yet is added to it. Where it was received, the client's provenance is set,
    unless the book has one (R37). The same uid again changes nothing, so that pressing twice is harmless. Raises
    ContactNotFound, ContactRefused, SamePerson (R1), BadDay, and Gone where the uid is another member's.
    """
    try:
        return _note(owner, noted, uid, now=now, chance=chance, policy=policy)
    except IntegrityError:
        if Outside.objects.filter(uid=uid, owner_id=owner.pk).exists():  # the same press, at the same time, was quicker
            return uid
        raise


@transaction.atomic
def _note(owner: MemberCard, noted: Noted, uid: str, *, now: datetime, chance: Chance, policy: Policy) -> str:
    there = Outside.objects.filter(uid=uid).first()
    if there is not None:
        if there.owner_id != owner.pk:
            raise steps.Gone
        return uid
    other, client = (_contact(who, owner=owner, now=now, chance=chance) for who in (noted.other, noted.client))
    _refuse_same(owner, other, client, noted.direction)
    at = _instant(noted.arrived_on, owner=owner, now=now, policy=policy)
    row = Outside(uid=uid, owner_id=owner.pk, direction=noted.direction.value, created_at=now)
    row.to_promote = [Role.GIVER.value] if noted.direction is Direction.RECEIVED else []  # R41
    _fill(row, noted, other, client, at=at, now=now, policy=policy)
    row.save(force_insert=True)
    bonds.of_outside(row, on=noted.arrived_on, now=now, chance=chance, policy=policy)
    if noted.direction is Direction.RECEIVED:
        _set_provenance(owner, client, row, through=other, on=noted.arrived_on, now=now)
    return uid


@transaction.atomic
def correct(
    *, owner: MemberCard, uid: str, noted: Noted, version: int, now: datetime, chance: Chance, policy: Policy
) -> None:
    """Replace what was noted, if nobody changed it since `version` was read (R23b).

    The provenance it had set follows its correction (R37). Raises what `note` raises, Gone and Changed.
    """
    row = _own(owner, uid)
    if not Outside.objects.filter(pk=row.pk, version=version).update(version=F("version") + 1):
        raise Changed
    row.refresh_from_db()
    before = people.contact_by_pk(owner_pk=owner.pk, pk=row.other_id)
    other, client = (_contact(who, owner=owner, now=now, chance=chance) for who in (noted.other, noted.client))
    direction = Direction(row.direction)
    _refuse_same(owner, other, client, direction)
    at = _instant(noted.arrived_on, owner=owner, now=now, policy=policy)
    _fill(row, noted, other, client, at=at, now=now, policy=policy)
    row.save()
    bonds.of_outside(row, on=noted.arrived_on, now=now, chance=chance, policy=policy)
    if direction is Direction.RECEIVED and not _set_provenance(
        owner, client, row, through=other, on=noted.arrived_on, now=now
    ):
        change_met_through(
            owner_pk=owner.pk,
            uid=client.uid,
            before=before.uid,
            through=other.uid,
            on=noted.arrived_on,
            now=now,
            referral=row.uid,
        )


@transaction.atomic
def remove(*, owner: MemberCard, uid: str, now: datetime, policy: Policy) -> None:
    """Remove a record with what was told on it and what it had remembered; the contacts stay. Raises Gone."""
    row = _own(owner, uid)
    bonds.forget_outside(row, now=now, policy=policy)
    row.delete()


@transaction.atomic
def set_likes_mail(*, owner: MemberCard, uid: str, likes: bool) -> None:
    """Say whether the giver likes to have thanks and news by mail (R23b). Raises Gone."""
    row = _own(owner, uid)
    Outside.objects.filter(pk=row.pk).update(likes_mail=likes)


@transaction.atomic
def tell(
    *,
    owner: MemberCard,
    uid: str,
    kind: str,
    said: Said,
    outcome: Outcome | None = None,
    worth: Worth | None = None,
    keeps: bool = True,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> str:
    """Record thanks, a first contact, news or the end, once however often it is pressed; return the uid of the word,
    or of the last one where this one said nothing new.

    On one that was received the words are the member's own (R20), and leave by mail in their name where the giver
    likes it (R23b); on one that was given they are what the member heard. An end said before is corrected, and can be
    taken up again (R26). Raises Gone, AmountRefused, and NoWords for thanks and news without any.
    """
    if not Outside.objects.filter(uid=uid, owner_id=owner.pk).update(version=F("version") + 1):
        raise steps.Gone
    row = _own(owner, uid)
    received = row.direction == Direction.RECEIVED.value
    if received or kind == gratitude.NEWS:
        gratitude.refuse_without_words(kind, said)
    ends = kind in (gratitude.OUTCOME, gratitude.TAKEN_UP)
    end = ending.settled(row, End(outcome=outcome, worth=worth, keeps=keeps)) if ends else None
    weight = gratitude.weigh(row, kind, said, end=end, now=now)
    if weight is Weight.TOLD:
        return _tell(row, owner, kind, said, end=end, now=now, chance=chance, policy=policy)
    if weight is Weight.KEPT and end is not None:
        ending.keep(row, end, by=ending.says(row), word=None, now=now)
    last = row.words.order_by("at", "pk").last()
    return last.uid if last else ""


def _tell(
    row: Outside,
    owner: MemberCard,
    kind: str,
    said: Said,
    *,
    end: End | None,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> str:
    changed = gratitude.follow(row, kind, end=end, now=now)
    row.duty_due = _duty_due(row, policy)
    row.moved_at = now
    row.save(update_fields=[*changed, "duty_due", "moved_at"])
    received = row.direction == Direction.RECEIVED.value
    mails = received and row.likes_mail and may_write_to(row, now=now, policy=policy)
    word = gratitude.write_word(kind, said, outside=row, now=now, chance=chance)
    if end is not None:
        ending.keep(row, end, by=ending.says(row), word=word, now=now)
    bonds.of_outside_word(row, word, on=owner.today(now), now=now, chance=chance, policy=policy)
    if mails:
        _post(word, now=now, chance=chance)
    return word.uid


def _post(word: Word, *, now: datetime, chance: Chance) -> None:
    payload = {"word": word.uid}
    enqueue(job="referral/outside_word", key=f"word:{word.uid}", payload=payload, due=now, now=now, chance=chance)


# -- the parts of a record --------------------------------------------------------------------------


def _own(owner: MemberCard, uid: str) -> Outside:
    row = Outside.objects.filter(uid=uid, owner_id=owner.pk).first()
    if row is None:
        raise steps.Gone
    return row


def _contact(who: Who, *, owner: MemberCard, now: datetime, chance: Chance) -> ContactCard:
    if isinstance(who, str):
        return people.contact(owner_pk=owner.pk, uid=who)
    return add_contact(owner_pk=owner.pk, draft=who, now=now, chance=chance)


def _refuse_same(owner: MemberCard, other: ContactCard, client: ContactCard, direction: Direction) -> None:
    mine, theirs = _ROLES[direction]
    oneself = Typed(role=mine, entry="", addresses=frozenset({owner.email}))
    refuse_same_person(oneself, _typed(other, theirs), _typed(client, Role.CLIENT))


def _typed(card: ContactCard, role: Role) -> Typed:
    phones = {people.WayKind.MOBILE, people.WayKind.PHONE}
    return Typed(
        role=role,
        entry=card.uid,
        addresses=frozenset(way.normalised for way in card.ways if way.kind is people.WayKind.EMAIL),
        phones=frozenset(way.normalised for way in card.ways if way.kind in phones),
    )


def _instant(day: date, *, owner: MemberCard, now: datetime, policy: Policy) -> datetime:
    """The instant from which duties count: now for today, else noon of that day where the member is."""
    today = owner.today(now)
    if day > today:
        raise BadDay("future")
    if (today - day).days > policy.outside_back:
        raise BadDay("long_ago")
    return now if day == today else datetime.combine(day, time(12), tzinfo=ZoneInfo(owner.time_zone))


def _fill(
    row: Outside, noted: Noted, other: ContactCard, client: ContactCard, *, at: datetime, now: datetime, policy: Policy
) -> None:
    row.other_id, row.client_id = other.pk, client.pk
    row.trade, row.said = noted.trade, noted.said.strip()[:_LONGEST]
    if row.arrived_at is None or row.arrived_at.date() != at.date():
        row.arrived_at = at
    row.moved_at = now
    row.duty_due = _duty_due(row, policy)
    row.promotion_due = _promotion_due(row, policy)
    row.evaluation_due = _evaluation_due(row, policy)


def _promotion_due(row: Outside, policy: Policy) -> datetime | None:
    return duties.promotion_due(mapping.followed(row, since=row.arrived_at), policy=policy)


def _evaluation_due(row: Outside, policy: Policy) -> datetime | None:
    """The trade's own time after the day it was given; who gave it is asked once (R14)."""
    if row.direction != Direction.GIVEN.value or (row.pk and row.evaluations.exists()):
        return None
    days = trades.trade(row.trade).evaluation_days if row.trade else None
    return evaluation.due(row.arrived_at, days=days, policy=policy)


def _duty_due(row: Outside, policy: Policy) -> datetime | None:
    if row.direction != Direction.RECEIVED.value:
        return None
    return duties.next_due(mapping.followed(row, since=row.arrived_at), policy=policy)


def _set_provenance(
    owner: MemberCard, client: ContactCard, row: Outside, *, through: ContactCard, on: date, now: datetime
) -> bool:
    with translation.override(owner.language):
        how = _("Recommended to me")
    return set_met_through(
        owner_pk=owner.pk, uid=client.uid, through=through.uid, on=on, how=how, now=now, referral=row.uid
    )
