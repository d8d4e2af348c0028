"""The giver's stories, and the home of a member: what I owe, what is owed to me."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.outbox import queries as outbox
from entremise.people import queries as people
from entremise.protocol import duties
from entremise.protocol.consent import State
from entremise.protocol.duties import Duty, Owed
from entremise.protocol.folding import plain_words
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import Kind, Outcome, Role
from entremise.protocol.wall import Disclosed, Projection, Seen
from entremise.referrals import mapping
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Draft, Moment, Question, Referral, Request, Word
from entremise.referrals.queries.pages import Exchange
from entremise.referrals.queries.scenes import Scene, scene

PAGE_SIZE = 50
LINES_AT_HOME = 8
_GIVER_MAY_SEE = ("send", "yes", "let_know", "stop", "introduced")


class StoryGone(LookupError):  # noqa: N818 - named as the fact it states
    """There is no such story for this member."""


@dataclass(frozen=True, kw_only=True)
class Beat:
    """One moment of a story: what happened, about which request, and the words that came with it."""

    what: str
    at: datetime
    kind: str = ""
    text: str = ""
    more: str = ""
    apt: str = ""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt of the same need, for going from one to the other."""

    uid: str
    number: int
    receiver: str


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a giver sees of one referral: three people, moments, who knows what, what is awaited (R7, R22)."""

    uid: str
    projection: Projection
    shown: Disclosed
    others: dict[Role, Disclosed]
    beats: tuple[Beat, ...]
    exchanges: tuple[Exchange, ...]
    attempts: tuple[Attempt, ...]
    owed: tuple[Owed, ...]
    outcome: str
    note: str
    created_at: datetime
    introduced_at: datetime | None
    private_reasons: tuple[tuple[str, str], ...]
    undelivered: tuple[Role, ...]
    client_uid: str
    receiver_uid: str

    @property
    def may_stop(self) -> bool:
        """Whether stopping still means something (R5b)."""
        ended = self.projection.seen in (Seen.INTRODUCED, Seen.NOT_CONCLUDED)
        return not ended and not self.projection.stopped

    @property
    def may_try_another(self) -> bool:
        """Offered in the same way in every state before an introduction (R5b)."""
        return self.projection.seen is not Seen.INTRODUCED


def story(*, giver: MemberCard, uid: str, now: datetime, policy: Policy) -> Story:
    """Return one story of the giver's. Raises StoryGone for any other (R44)."""
    row = Referral.objects.filter(uid=uid, giver_id=giver.pk).first()
    if row is None:
        raise StoryGone
    at = scene(row.need_id, now=now, policy=policy)
    index = at.rows.index_of(row.pk)
    projection = at.projected(index, Role.GIVER)
    facts = mapping.facts(row) if projection.seen is Seen.INTRODUCED else None
    return Story(
        uid=row.uid,
        projection=projection,
        shown=at.disclosed(index, Role.GIVER, language=giver.language),
        others=_as_the_giver_may_think(at, index, projection, giver.language),
        beats=_beats(row),
        exchanges=_exchanges(row),
        attempts=_attempts(at),
        owed=duties.owed(facts, policy=policy) if facts else (),
        outcome=row.outcome,
        note=at.rows.need.note,
        created_at=row.created_at,
        introduced_at=row.introduced_at,
        private_reasons=_private_reasons(at, index, projection),
        undelivered=_undelivered(at, index),
        client_uid=at.rows.client.uid,
        receiver_uid=at.rows.receiver(row).uid,
    )


# What each party knows at most, going by what the giver sees: the giver learns nothing more from it.
_AT_MOST = {
    Seen.ASKING_RECEIVER: {Role.RECEIVER: Seen.ASKED, Role.CLIENT: Seen.NOTHING},
    Seen.ASKING_CLIENT: {Role.RECEIVER: Seen.AGREED, Role.CLIENT: Seen.ASKED},
    Seen.CLIENT_AGREED: {Role.RECEIVER: Seen.AGREED, Role.CLIENT: Seen.NAMED},
    Seen.INTRODUCED: {Role.RECEIVER: Seen.INTRODUCED, Role.CLIENT: Seen.INTRODUCED},
}


def _as_the_giver_may_think(
    at: Scene, index: int, projection: Projection, language: str
) -> dict[Role, Disclosed]:
    """Return, for "who knows what", what each party has been told as far as the giver may see (R7)."""
    seen = _AT_MOST.get(projection.seen, {Role.RECEIVER: Seen.NOTHING, Role.CLIENT: Seen.NOTHING})
    return {
        role: at.disclosed_as(Projection(observer=role, seen=state), index, language=language)
        for role, state in seen.items()
    }


def _beats(row: Referral) -> tuple[Beat, ...]:
    """The story, newest first. Moments that would tell a quiet decision are not the giver's (R7)."""
    mine = Q(what__in=_GIVER_MAY_SEE) | Q(what="not_concluded", by=Role.GIVER.value)
    moments = Moment.objects.filter(mine, need_id=row.need_id, attempt=row.attempt)
    found = [Beat(what=one.what, at=one.at, kind=one.kind) for one in moments]
    found += [
        Beat(what=one.kind, at=one.at, text=one.text, more=one.better, apt=one.apt)
        for one in Word.objects.filter(referral_id=row.pk)
    ]
    for asked in Question.objects.filter(referral_id=row.pk):
        found.append(Beat(what="question", at=asked.asked_at, text=asked.text))
        if asked.answered_at:
            found.append(Beat(what="answer", at=asked.answered_at, text=asked.answer))
    return tuple(sorted(found, key=lambda beat: beat.at, reverse=True))


def _exchanges(row: Referral) -> tuple[Exchange, ...]:
    names = ("uid", "text", "asked_at", "answer", "answered_at")
    rows = Question.objects.filter(referral_id=row.pk).order_by("pk").values(*names)
    return tuple(Exchange(**values) for values in rows)


def _attempts(at: Scene) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(uid=row.uid, number=row.attempt, receiver=at.rows.receiver(row).name) for row in at.rows.referrals
    )


def _private_reasons(at: Scene, index: int, projection: Projection) -> tuple[tuple[str, str], ...]:
    """The reason of a no that its author chose to tell (R7)."""
    told = ((kind, at.rows.current(index, kind)) for kind in projection.told_no)
    return tuple((kind.value, row.private_reason) for kind, row in told)


def _undelivered(at: Scene, index: int) -> tuple[Role, ...]:
    """Whose mail server refused the request for good: the giver typed the address and can correct it."""
    referral = at.rows.referrals[index]
    asked = [row for row in at.rows.requests if row.referral_id == referral.pk]
    failed = {trouble.key for trouble in outbox.failed_for([f"ask:{row.uid}" for row in asked])}
    return tuple(Kind(row.kind).asked for row in asked if f"ask:{row.uid}" in failed)


# -- lists ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StoryLine:
    """One story in a giver's list."""

    uid: str
    client: str
    receiver: str
    seen: Seen
    stopped: bool
    moved_at: datetime
    outcome: str


@dataclass(frozen=True, kw_only=True)
class StoryPage:
    """One page of a giver's stories, those that moved last first; pages count from 1."""

    lines: tuple[StoryLine, ...]
    total: int
    page: int
    pages: int


_SEEN = {
    Stage.DRAFT.value: Seen.DRAFT,
    Stage.PERMISSION.value: Seen.ASKING_REFERRER,
    Stage.RECEIVER.value: Seen.ASKING_RECEIVER,
    Stage.PRINCIPLE.value: Seen.ASKING_CLIENT,
    Stage.WAITING.value: Seen.CLIENT_AGREED,
    Stage.NAME.value: Seen.CLIENT_AGREED,
    Stage.INTRODUCED.value: Seen.INTRODUCED,
    Stage.CLOSED.value: Seen.NOT_CONCLUDED,
}
_NAME_FIELDS = ("given_name", "family_name", "company")
_LINE_FIELDS = (
    "uid", "stage", "stopped_at", "moved_at", "outcome",
    *(f"receiver__{name}" for name in _NAME_FIELDS), *(f"need__client__{name}" for name in _NAME_FIELDS),
)  # fmt: skip


def story_page(*, giver_pk: int, search: str = "", page: int = 1) -> StoryPage:
    """Return a page of the giver's stories in which, for each word searched, somebody's name has it."""
    rows = Referral.objects.filter(giver_id=giver_pk)
    for word in plain_words(search[:200])[:8]:
        found = Q(receiver__search_text__contains=f" {word}") | Q(need__client__search_text__contains=f" {word}")
        rows = rows.filter(found)
    total = rows.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    start = (page - 1) * PAGE_SIZE
    shown = rows.order_by("-moved_at", "-pk").values(*_LINE_FIELDS)[start : start + PAGE_SIZE]
    return StoryPage(lines=tuple(_line(row) for row in shown), total=total, page=page, pages=pages)


def _line(row: dict[str, Any]) -> StoryLine:
    return StoryLine(
        uid=row["uid"],
        client=_name(row, "need__client"),
        receiver=_name(row, "receiver"),
        seen=_SEEN[row["stage"]],
        stopped=row["stopped_at"] is not None,
        moved_at=row["moved_at"],
        outcome=row["outcome"],
    )


def _name(row: dict[str, Any], prefix: str) -> str:
    given, family, company = (row[f"{prefix}__{name}"] for name in _NAME_FIELDS)
    return f"{given} {family}".strip() or str(company)


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A draft the giver asked to keep (R3)."""

    uid: str
    draft: NeedDraft
    updated_at: datetime


def drafts(*, owner_pk: int) -> tuple[DraftLine, ...]:
    """Return the member's drafts, newest first."""
    rows = Draft.objects.filter(owner_id=owner_pk).order_by("-updated_at")[:PAGE_SIZE]
    return tuple(
        DraftLine(uid=row.uid, draft=NeedDraft.from_json(row.typed), updated_at=row.updated_at) for row in rows
    )


def draft(*, owner_pk: int, uid: str) -> NeedDraft:
    """Return one draft of the member's. Raises StoryGone."""
    row = Draft.objects.filter(owner_id=owner_pk, uid=uid).first()
    if row is None:
        raise StoryGone
    return NeedDraft.from_json(row.typed)


# -- home -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """Something owed on one referral: what, to or by whom, about whom, since when, by when."""

    uid: str
    duty: Duty
    person: str
    about: str
    since: datetime
    due: datetime
    late: bool


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A request that waits for this member's own answer; `token` opens its page."""

    token: str
    giver: str
    kind: Kind
    deadline: datetime


@dataclass(frozen=True, kw_only=True)
class Home:
    """To whom do I owe what today, what is owed to me, who waits for my answer (R22)."""

    i_owe: tuple[DutyLine, ...]
    owed_to_me: tuple[DutyLine, ...]
    waiting: tuple[Waiting, ...]
    lately: tuple[StoryLine, ...]
    drafts: int
    contacts: int


_FACT_FIELDS = ("uid", "introduced_at", "thanked_at", "contacted_at", "news_at", "outcome", "duty_due")


def home(*, member: MemberCard, now: datetime, policy: Policy) -> Home:
    """Return a member's home in a number of queries that does not grow with rows."""
    owing = Referral.objects.filter(receiver_hash=member.address_hash, duty_due__isnull=False)
    owed = Referral.objects.filter(giver_id=member.pk, duty_due__isnull=False, duty_due__lt=now)
    lately = Referral.objects.filter(giver_id=member.pk).order_by("-moved_at", "-pk").values(*_LINE_FIELDS)
    return Home(
        i_owe=_duty_lines(owing, mine=True, now=now, policy=policy),
        owed_to_me=_duty_lines(owed, mine=False, now=now, policy=policy),
        waiting=_waiting(member, now),
        lately=tuple(_line(row) for row in lately[:LINES_AT_HOME]),
        drafts=Draft.objects.filter(owner_id=member.pk).count(),
        contacts=people.count(owner_pk=member.pk),
    )


def _duty_lines(rows: Any, *, mine: bool, now: datetime, policy: Policy) -> tuple[DutyLine, ...]:
    """The earliest due of each referral, sorted by who has waited longest (R22)."""
    names = [f"receiver__{n}" for n in _NAME_FIELDS] + [f"need__client__{n}" for n in _NAME_FIELDS]
    found = list(rows.order_by("duty_due").values(*_FACT_FIELDS, *names, "giver_id")[:LINES_AT_HOME])
    givers = members.by_pks(row["giver_id"] for row in found) if mine else {}
    lines = []
    for row in found:
        owed = duties.owed(_facts(row), policy=policy)
        person = givers[row["giver_id"]].name if mine else _name(row, "receiver")
        lines += [
            DutyLine(
                uid=row["uid"], duty=one.duty, person=person, about=_name(row, "need__client"),
                since=one.since, due=one.due, late=one.late(now),
            )
            for one in owed
            if mine or one.late(now)
        ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: line.due)[:LINES_AT_HOME])


def _facts(row: dict[str, Any]) -> duties.Facts:
    names = ("introduced_at", "thanked_at", "contacted_at", "news_at")
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return duties.Facts(outcome=outcome, **{name: row[name] for name in names})


def _waiting(member: MemberCard, now: datetime) -> tuple[Waiting, ...]:
    """Requests sent to this member's address and not answered, the nearest deadline first."""
    rows = Request.objects.filter(
        address_hash=member.address_hash, state=State.OPEN.value, mute=False, deadline__gt=now
    ).order_by("deadline")
    found = list(rows.values("uid", "kind", "deadline", "need__giver_id")[:LINES_AT_HOME])
    givers = members.by_pks(row["need__giver_id"] for row in found)
    return tuple(
        Waiting(
            token=links.token("request", row["uid"], secret=links.site_secret()),
            giver=givers[row["need__giver_id"]].name,
            kind=Kind(row["kind"]),
            deadline=row["deadline"],
        )
        for row in found
    )
