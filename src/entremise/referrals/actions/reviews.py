"""Answering the four questions, and asking oneself others (R27). Nobody but the member reads any of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Max

from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance
from entremise.protocol import looking_back
from entremise.protocol.diagnosis import Facts, Question
from entremise.protocol.policy import Policy
from entremise.referrals import mapping
from entremise.referrals.models import OwnQuestion, Review, ReviewAnswer
from entremise.referrals.queries import reviews as queries
from entremise.referrals.queries.reviews import Reply, ReviewGone

LONGEST_WORDS = 2000
LONGEST_OWN = 200
MOST_OWN = 8


class ReviewClosed(Exception):  # noqa: N818 - named as the fact it states
    """The questions were answered, and others have been opened since: they can be read, not answered again."""


class NothingSaid(Exception):  # noqa: N818 - named as the fact it states
    """None of the questions was answered with yes, partly or no."""


@transaction.atomic
def answer(
    *,
    member: MemberCard,
    key: str,
    facts: Facts,
    said: Mapping[Question | str, Reply],
    done: bool,
    now: datetime,
    policy: Policy,
) -> None:
    """Keep what the member says to the questions with this key, in place of what they said before, with the `facts`.

    `said` holds replies to the four by question, and to their own by uid; what is not in it stays as it was. With
    `done` the questions count as answered, and are open no more; without it they are only kept. Raises ReviewGone where
    these questions are not open and never were begun, ReviewClosed where others were begun since they were answered,
    NothingSaid where they would be done without a single answer.
    """
    row = _begun(member, key, now=now, policy=policy)
    own = {one.uid: one for one in OwnQuestion.objects.filter(member_id=member.pk)}
    for about, reply in said.items():
        if isinstance(about, Question):
            _keep(row, reply, question=about.value)
        elif about in own:
            _keep(row, reply, own=own[about])
    if done and not row.answers.exclude(said="").exists():
        raise NothingSaid
    row.facts = mapping.diagnosis_to_json(facts)
    row.saved_at = now
    row.answered_at = now if done else row.answered_at
    row.save(update_fields=["facts", "saved_at", "answered_at"])


def _begun(member: MemberCard, key: str, *, now: datetime, policy: Policy) -> Review:
    """The row of these questions, which wait for an answer or may still be answered again; it is locked."""
    received, today = queries.received(member=member), member.today(now)
    opened = looking_back.openings(received, today=today, policy=policy)
    row = Review.objects.select_for_update().filter(member_id=member.pk, key=key).first()
    if row is None:
        if key not in {one.key for one in opened}:
            raise ReviewGone
        by = looking_back.opened_by(key).value
        kept: dict[str, Any] = {"opened": by, "facts": {}, "begun_at": now, "saved_at": now}
        row, _new = Review.objects.get_or_create(member_id=member.pk, key=key, defaults=kept)
        return row
    done = {key: member.today(row.answered_at)} if row.answered_at else {}
    waits = next((one for one in opened if one.key == key), None)
    if waits and looking_back.waits(waits, received, today=today, answered=done, policy=policy):
        return row
    if key != queries.latest_key(member=member):
        raise ReviewClosed
    return row


def _keep(row: Review, reply: Reply, *, question: str = "", own: OwnQuestion | None = None) -> None:
    """Put a reply in the place of the one before; an empty one leaves none."""
    before = row.answers.filter(question=question, own=own)
    if reply.is_empty:
        before.delete()
        return
    kept = {
        "said": reply.said.value if reply.said else "",
        "words": reply.words.strip()[:LONGEST_WORDS],
        "asked": own.text if own else "",
    }
    ReviewAnswer.objects.update_or_create(review=row, question=question, own=own, defaults=kept)


# -- questions of one's own -------------------------------------------------------------------------


class WhyNot(StrEnum):
    """Why a question of one's own cannot be kept."""

    EMPTY = "empty"
    LONG = "long"
    MANY = "many"
    ASKED = "asked"  # it is among them already


class OwnRefused(ValueError):  # noqa: N818 - named as the fact it states
    """A question of one's own cannot be kept as it is; `why` says the reason."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.value)
        self.why = why


@transaction.atomic
def add_own(*, member: MemberCard, text: str, now: datetime, chance: Chance) -> str:
    """Add a question to the four, behind those that are there; return its uid. The same words twice add one (R27).

    Raises OwnRefused.
    """
    words = _own_words(text)
    asked = OwnQuestion.objects.filter(member_id=member.pk, retired_at=None)
    there = asked.filter(text=words).first()
    if there is not None:
        return there.uid
    if asked.count() >= MOST_OWN:
        raise OwnRefused(WhyNot.MANY)
    last = OwnQuestion.objects.filter(member_id=member.pk).aggregate(last=Max("position"))["last"] or 0
    made = OwnQuestion.objects.create(
        uid=chance.uid(), member_id=member.pk, text=words, position=last + 1, created_at=now
    )
    return made.uid


@transaction.atomic
def reword_own(*, member: MemberCard, uid: str, text: str) -> None:
    """Ask a question of one's own in other words from now on; past answers keep the words they were given to.

    Raises OwnRefused, and ReviewGone where there is no such question.
    """
    words = _own_words(text)
    asked = OwnQuestion.objects.filter(member_id=member.pk, retired_at=None)
    row = asked.filter(uid=uid).first()
    if row is None:
        raise ReviewGone
    if asked.filter(text=words).exclude(pk=row.pk).exists():
        raise OwnRefused(WhyNot.ASKED)
    row.text = words
    row.save(update_fields=["text"])


@transaction.atomic
def retire_own(*, member: MemberCard, uid: str, now: datetime) -> None:
    """Ask a question of one's own no more; what was answered stays. Raises ReviewGone where there is no such one."""
    rows = OwnQuestion.objects.filter(member_id=member.pk, uid=uid)
    if not rows.exists():
        raise ReviewGone
    rows.filter(retired_at=None).update(retired_at=now)


def forget_all(*, member_pk: int) -> None:
    """Erase everything a member answered, and every question of their own (R47)."""
    Review.objects.filter(member_id=member_pk).delete()
    OwnQuestion.objects.filter(member_id=member_pk).delete()


def _own_words(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise OwnRefused(WhyNot.EMPTY)
    if len(words) > LONGEST_OWN:
        raise OwnRefused(WhyNot.LONG)
    return words
