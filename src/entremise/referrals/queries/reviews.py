"""The four questions: when they are open for a member, what they answered, and what their referrals say (R27)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from entremise.accounts.queries import MemberCard
from entremise.lib.prepared import Prepared
from entremise.protocol import care, diagnosis, looking_back
from entremise.protocol.checklist import Field, Sheet, missing
from entremise.protocol.diagnosis import Facts, Said
from entremise.protocol.ending import day_is_known
from entremise.protocol.looking_back import Opened, Opening, Received
from entremise.protocol.overruled import Overruled
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import Outcome, Role, Way
from entremise.protocol.upkeep import Course, Tells
from entremise.referrals import mapping
from entremise.referrals.models import Outside, OwnQuestion, Part, Question, Referral, Review, ReviewAnswer, Word
from entremise.referrals.queries.outside import Direction

# -- when they are open -----------------------------------------------------------------------------

_COLUMNS = ("uid", "outcome", "outcome_at")


def received(*, member: MemberCard) -> tuple[Received, ...]:
    """Return every introduction the member received, here and outside, as the questions look at it; in two queries."""
    here = _received_here(member).values_list("introduced_at", "introduced_at", *_COLUMNS)
    noted = _received_outside(member).values_list("arrived_at", "created_at", *_COLUMNS)
    return tuple(_received(row, member) for rows in (here, noted) for row in rows)


def open_reviews(*, member: MemberCard, now: datetime, policy: Policy) -> tuple[Opening, ...]:
    """Return which questions wait for the member today, one form at most (see `diagnosis.due`); in three queries."""
    done = Review.objects.filter(member_id=member.pk, answered_at__isnull=False).values_list("key", "answered_at")
    answered = {key: _day(at, member) for key, at in done if at}
    return looking_back.due(received(member=member), today=member.today(now), answered=answered, policy=policy)


def _ended(rows: Any, came_at: str, noted_at: str) -> Any:
    columns = {"at": F(came_at), "noted": F(noted_at), "name": F("uid"), "what": F("outcome"), "until": F("outcome_at")}
    return rows.exclude(outcome="").values(**columns)


# In one query, for home: what ended here and outside, and the questions that were answered.
_STREAK = Prepared(
    lambda person, owner: _ended(
        Referral.objects.filter(receiver_hash=person, stage=Stage.INTRODUCED.value), "introduced_at", "introduced_at"
    ).union(
        _ended(Outside.objects.filter(owner_id=owner, direction=Direction.RECEIVED.value), "arrived_at", "created_at"),
        Review.objects.filter(member_id=owner, answered_at__isnull=False).values(
            at=F("begun_at"), noted=F("saved_at"), name=F("key"), what=F("opened"), until=F("answered_at")
        ),
        all=True,
    )
)


def open_streak(*, member: MemberCard, now: datetime, policy: Policy) -> Opening | None:
    """Return the streak that opened the questions, unless they were answered since; in one query (R27)."""
    rows = _STREAK(person=member.address_hash, owner=member.pk)
    answered = {row["name"]: _day(row["until"], member) for row in rows if row["what"] in tuple(Opened)}
    ended = [_received(tuple(row.values()), member) for row in rows if row["what"] not in tuple(Opened)]
    found = looking_back.due(ended, today=member.today(now), answered=answered, policy=policy)
    return next((one for one in found if one.opened is Opened.STREAK), None)


def _received_here(member: MemberCard) -> Any:
    return Referral.objects.filter(receiver_hash=member.address_hash, stage=Stage.INTRODUCED.value)


def _received_outside(member: MemberCard) -> Any:
    return Outside.objects.filter(owner_id=member.pk, direction=Direction.RECEIVED.value)


def _received(row: tuple[Any, ...], member: MemberCard) -> Received:
    came_at, noted_at, uid, outcome, ended_at = row
    came_on, told_on = _day(came_at, member), _day(ended_at, member) if ended_at else None
    known = told_on and day_is_known(came_on=came_on, noted_on=_day(noted_at, member), told_on=told_on)
    return Received(
        uid=uid,
        introduced_on=came_on,
        outcome=Outcome(outcome) if outcome else None,
        ended_on=told_on if known else None,
    )


def _day(at: datetime, member: MemberCard) -> date:
    return at.astimezone(ZoneInfo(member.time_zone)).date()


# -- what the referrals say -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a member's referrals say to the questions: see `Facts`, whose names these are.

    `overruled` are all introductions made here, the oldest first; the rest is about the introductions looked at.
    """

    overruled: tuple[Overruled, ...]
    courses: tuple[Course, ...]
    reviewed: int
    here: int
    asked: int
    lacking: Mapping[Field, int]
    outcomes: Mapping[Outcome, int]


_HERE = ("pk", "uid", "introduced_at", "thanked_at", "contacted_at", "outcome", "outcome_at", "giver_id", "answers")
_OUTSIDE = ("pk", "uid", "arrived_at", "created_at", "thanked_at", "contacted_at", "outcome", "outcome_at")
# The words that tell how it goes, and what they tell.
_TELL = {"contact": Tells.NEWS, "news": Tells.NEWS, "outcome": Tells.END, "taken_up": Tells.AGAIN}


def material(*, member: MemberCard, about: Collection[str]) -> Material:
    """Return what the member's referrals say, of those with the uids `about` where it is of single ones; five queries.

    What others said at an evaluation is not read, nor anything that tells the client or a giver (R4, R14).
    """
    every = list(_received_here(member).order_by("introduced_at", "pk").values(*_HERE))
    here = [row for row in every if row["uid"] in about]
    noted = list(_received_outside(member).filter(uid__in=list(about)).values(*_OUTSIDE))
    pks = [row["pk"] for row in here]
    told = _told(pks, [row["pk"] for row in noted])
    outcomes = Counter(Outcome(row["outcome"]) for row in (*here, *noted) if row["outcome"])
    return Material(
        overruled=tuple(_overruled(row, member) for row in every),
        courses=(
            *(_course(row, row["introduced_at"], told.get(("here", row["pk"]), ())) for row in here),
            *(_course(row, row["arrived_at"], told.get(("outside", row["pk"]), ())) for row in noted),
        ),
        reviewed=len(here) + len(noted),
        here=len(here),
        asked=Question.objects.filter(referral_id__in=pks).values("referral_id").distinct().count(),
        lacking=_lacking(pks),
        outcomes=dict(outcomes),
    )


def _overruled(row: Mapping[str, Any], member: MemberCard) -> Overruled:
    named = {one.value: one for one in care.Question}
    points = frozenset(named[name] for name in row["answers"].get("overruled", ()) if name in named)
    return Overruled(giver=str(row["giver_id"]), introduced_on=_day(row["introduced_at"], member), points=points)


_Told: TypeAlias = tuple[tuple[datetime, Tells], ...]


def _told(here: list[int], noted: list[int]) -> Mapping[tuple[str, int], _Told]:
    """When the giver was told how it goes, and what, by what it is about."""
    found: dict[tuple[str, int], list[tuple[datetime, Tells]]] = {}
    rows = Word.objects.filter(Q(referral_id__in=here) | Q(outside_id__in=noted), kind__in=_TELL)
    for referral, outside, at, kind in rows.order_by("at").values_list("referral_id", "outside_id", "at", "kind"):
        found.setdefault(("here", referral) if referral else ("outside", outside), []).append((at, _TELL[kind]))
    return {key: tuple(words) for key, words in found.items()}


def _course(row: Mapping[str, Any], since: datetime, told: _Told) -> Course:
    return Course(
        introduced_at=since,
        noted_at=row.get("created_at"),
        thanked_at=row["thanked_at"],
        contacted_at=row["contacted_at"],
        told=told,
        ended_at=row["outcome_at"] if row["outcome"] else None,
    )


def _lacking(pks: list[int]) -> Mapping[Field, int]:
    """What the member's own part did not say, and how often (R17); a part that was erased tells nothing."""
    of = Counter[Field]()
    names = ("name", "way", "details", "best_time", "booking")
    for row in Part.objects.filter(referral_id__in=pks, role=Role.RECEIVER.value).values(*names):
        way = Way(row["way"]) if row["way"] else None
        sheet = Sheet(role=Role.RECEIVER, **{**row, "way": way})
        of.update(one.field for one in missing(sheet) if not one.blocks)
    return dict(of)


# -- what was answered ------------------------------------------------------------------------------


class ReviewGone(LookupError):  # noqa: N818 - named as the fact it states
    """There are no questions with this key for this member."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer to one question, or part of one: yes, partly or no (None: not said yet), and words."""

    said: Said | None = None
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said yet."""
        return self.said is None and not self.words.strip()


@dataclass(frozen=True, kw_only=True)
class AnswerCard:
    """One answer as it is kept. `question` is None of the member's own ones, which have their uid and that day's words
    `asked`."""

    question: diagnosis.Question | None
    own: str
    asked: str
    reply: Reply


@dataclass(frozen=True, kw_only=True)
class ReviewCard:
    """The questions of a month or of a streak, as begun or answered, with the facts of that day (R27)."""

    key: str
    opened: Opened
    facts: Facts
    begun_at: datetime
    saved_at: datetime
    answered_at: datetime | None
    answers: tuple[AnswerCard, ...]

    def reply(self, question: diagnosis.Question) -> Reply:
        """Return what was said to one of the four."""
        return next((one.reply for one in self.answers if one.question is question), Reply())

    def own_reply(self, uid: str) -> Reply:
        """Return what was said to a question of the member's own."""
        return next((one.reply for one in self.answers if uid and one.own == uid), Reply())


def reviews(*, member: MemberCard, key: str = "") -> tuple[ReviewCard, ...]:
    """Return the questions the member has begun or answered, the latest first; with `key` only those. Two queries."""
    rows = Review.objects.filter(member_id=member.pk).order_by("-begun_at", "-pk")
    found = list(rows.filter(key=key) if key else rows)
    answers: dict[int, list[AnswerCard]] = {row.pk: [] for row in found}
    kept = ReviewAnswer.objects.filter(review_id__in=list(answers)).select_related("own").order_by("pk")
    for answer in kept if found else ():
        answers[answer.review_id].append(_answer_card(answer))
    return tuple(_card(row, answers[row.pk]) for row in found)


def _answer_card(row: ReviewAnswer) -> AnswerCard:
    return AnswerCard(
        question=diagnosis.Question(row.question) if row.question else None,
        own=row.own.uid if row.own else "",
        asked=row.asked,
        reply=Reply(said=Said(row.said) if row.said else None, words=row.words),
    )


def _card(row: Review, answers: Iterable[AnswerCard]) -> ReviewCard:
    return ReviewCard(
        key=row.key,
        opened=Opened(row.opened),
        facts=mapping.diagnosis_from_json(row.facts),
        begun_at=row.begun_at,
        saved_at=row.saved_at,
        answered_at=row.answered_at,
        answers=tuple(answers),
    )


def latest_key(*, member: MemberCard) -> str:
    """Return the key of the questions the member began last; empty where there are none."""
    keys = Review.objects.filter(member_id=member.pk).order_by("-begun_at", "-pk").values_list("key", flat=True)
    return keys.first() or ""


# -- questions of one's own -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OwnCard:
    """A question the member added to the four."""

    uid: str
    text: str


def own_questions(*, member: MemberCard) -> tuple[OwnCard, ...]:
    """Return the member's own questions that are asked today, in their order."""
    rows = OwnQuestion.objects.filter(member_id=member.pk, retired_at=None).order_by("position", "pk")
    return tuple(OwnCard(uid=uid, text=text) for uid, text in rows.values_list("uid", "text"))


def in_turn(*, member: MemberCard) -> Iterator[dict[str, Any]]:
    """Yield everything the member answered, and with which facts, as plain values to take along (R47)."""
    for one in reversed(reviews(member=member)):
        yield {
            "key": one.key,
            "begun": one.begun_at,
            "answered": one.answered_at,
            "facts": mapping.diagnosis_to_json(one.facts),
            "answers": [
                {
                    "question": each.question.value if each.question else each.asked,
                    "said": each.reply.said.value if each.reply.said else "",
                    "words": each.reply.words,
                }
                for each in one.answers
            ],
        }


def own_in_turn(*, member: MemberCard) -> Iterator[dict[str, Any]]:
    """Yield the member's own questions, those no longer asked included (R47)."""
    rows = OwnQuestion.objects.filter(member_id=member.pk).order_by("position", "pk")
    for row in rows:
        yield {"id": row.uid, "text": row.text, "added": row.created_at, "retired": row.retired_at}
