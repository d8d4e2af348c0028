"""The giver's stories, one and all of them, and the drafts that were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from entremise.accounts.queries import MemberCard
from entremise.lib.prepared import Prepared
from entremise.people.queries.naming import names_of
from entremise.protocol import duties
from entremise.protocol.duties import Owed
from entremise.protocol.ending import Worth
from entremise.protocol.folding import plain_words
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import PERMISSIONS, Kind, Role
from entremise.protocol.wall import GIVER_SEES, Disclosed, Projection, Seen
from entremise.referrals import mapping
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Draft, Moment, Need, Referral, Word
from entremise.referrals.queries.carrying import ASKING, Open, open_question
from entremise.referrals.queries.endings import worth_shown
from entremise.referrals.queries.evaluations import ends_said
from entremise.referrals.queries.pages import Exchange, exchanges_of
from entremise.referrals.queries.repairs import undelivered
from entremise.referrals.queries.rows import StoryGone as StoryGone
from entremise.referrals.queries.rows import rows_of
from entremise.referrals.queries.scenes import Scene, scene_of

PAGE_SIZE = 50
_ENDED = (Seen.INTRODUCED, Seen.NOT_CONCLUDED)
_REPAIRS = ("repaired", "unreachable", "details")
_GIVER_MAY_SEE = ("send", "yes", "let_know", "stop", "introduced", "aloud_yes", "aloud_no", *_REPAIRS)


@dataclass(frozen=True, kw_only=True)
class Beat:
    """One moment of a story: what happened, about which request, and the words that came with it; of an end, which it
    was, and which was said before (R26)."""

    what: str
    at: datetime
    kind: str = ""
    text: str = ""
    more: str = ""
    apt: str = ""
    outcome: str = ""
    before: str = ""


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
    number: int
    projection: Projection
    shown: Disclosed
    reached: Seen
    others: dict[Role, Disclosed]
    beats: tuple[Beat, ...]
    exchanges: tuple[Exchange, ...]
    attempts: tuple[Attempt, ...]
    owed: tuple[Owed, ...]
    outcome: str
    worth: Worth | None
    note: str
    created_at: datetime
    introduced_at: datetime | None
    private_reasons: tuple[tuple[str, str], ...]
    undelivered: tuple[Role, ...]
    client_uid: str
    receiver_uid: str
    settled: bool
    asks: Open | None
    referrers: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_stop(self) -> bool:
        """Whether stopping still means something (R5b)."""
        return self.may_answer and not self.projection.stopped

    @property
    def may_try_another(self) -> bool:
        """Offered in the same way in every state before an introduction (R5b)."""
        return not self.settled

    @property
    def may_note_end(self) -> bool:
        """Whether the giver may note how they heard that it ended: the receiver leaves it open (R26)."""
        return self.introduced_at is not None and not self.outcome

    @property
    def heard(self) -> str:
        """How the giver noted that it ended, empty while they noted nothing that counts."""
        own = (beat for beat in self.beats if beat.what == "end_said" and beat.kind == Role.GIVER.value)
        return next((beat.outcome for beat in own), "")

    @property
    def may_answer(self) -> bool:
        """Whether an answer to the receiver's question is still of use (R6b)."""
        return self.projection.seen not in _ENDED


_NEED = Prepared(lambda giver, uid: Need.objects.filter(giver_id=giver, referrals__uid=uid))


def story(*, giver: MemberCard, uid: str, now: datetime, policy: Policy) -> Story:
    """Return one story of the giver's. Raises StoryGone for any other (R44)."""
    need: Need | None = next(iter(_NEED(giver=giver.pk, uid=uid)), None)
    if need is None:
        raise StoryGone
    at = scene_of(rows_of(need, giver=giver), now=now, policy=policy)
    index = [row.uid for row in at.rows.referrals].index(uid)
    row = at.rows.referrals[index]
    projection = at.projected(index, Role.GIVER)
    exchanges = exchanges_of(row.pk)
    moments = _moments(row)
    facts = mapping.facts(row) if projection.seen is Seen.INTRODUCED else None
    reached = _reached(projection.seen, moments, asked_first=bool(at.lives[index].permissions))
    return Story(
        uid=row.uid,
        number=row.attempt,
        projection=projection,
        shown=at.disclosed(index, Role.GIVER, language=giver.language),
        reached=reached,
        others=_as_the_giver_may_think(at, index, reached, giver.language),
        beats=_newest_first(moments, exchanges, [*_words(row), *_ends_said(row)]),
        exchanges=exchanges,
        attempts=_attempts(at),
        owed=duties.owed(facts, policy=policy) if facts else (),
        outcome=row.outcome if facts else "",
        worth=worth_shown(row) if facts else None,
        note=need.note,
        created_at=row.created_at,
        introduced_at=row.introduced_at,
        private_reasons=_private_reasons(at, index, projection),
        undelivered=undelivered(at, index) if projection.seen is not Seen.NOT_CONCLUDED else (),
        client_uid=at.rows.client.uid,
        receiver_uid=at.rows.receiver(row).uid,
        settled=any(life.stage is Stage.INTRODUCED for life in at.lives),
        asks=open_question(at, index),
        referrers={role.value: who.name for role, who in at.rows.referrers(row).items()},
    )


# What each party knows at most, going by what the giver sees: the giver learns nothing more from it.
_AT_MOST = {
    Seen.ASKING_RECEIVER: {Role.RECEIVER: Seen.ASKED, Role.CLIENT: Seen.NOTHING},
    Seen.ASKING_CLIENT: {Role.RECEIVER: Seen.AGREED, Role.CLIENT: Seen.ASKED},
    Seen.CLIENT_AGREED: {Role.RECEIVER: Seen.AGREED, Role.CLIENT: Seen.NAMED},
    Seen.INTRODUCED: {Role.RECEIVER: Seen.INTRODUCED, Role.CLIENT: Seen.INTRODUCED},
}


def _reached(seen: Seen, moments: Sequence[Beat], *, asked_first: bool) -> Seen:
    """The stage up to which the giver saw it come; what has been told stays told when it did not conclude."""
    if seen is not Seen.NOT_CONCLUDED:
        return seen
    agreed = {beat.kind for beat in moments if beat.what == "yes"}
    if Kind.PRINCIPLE.value in agreed:
        return Seen.CLIENT_AGREED
    if Kind.RECEIVER.value in agreed:
        return Seen.ASKING_CLIENT
    allowed = not asked_first or bool(agreed & {kind.value for kind in PERMISSIONS})
    return Seen.ASKING_RECEIVER if allowed else Seen.ASKING_REFERRER


def _as_the_giver_may_think(at: Scene, index: int, reached: Seen, language: str) -> dict[Role, Disclosed]:
    """Return, for "who knows what", what each party has been told as far as the giver may see (R7)."""
    seen = _AT_MOST.get(reached, {Role.RECEIVER: Seen.NOTHING, Role.CLIENT: Seen.NOTHING})
    return {
        role: at.told_by_giver(Projection(observer=role, seen=state), index, language=language)
        for role, state in seen.items()
    }


def _moments(row: Referral) -> list[Beat]:
    """What happened, without the moments that would tell a quiet decision: those are not the giver's (R7)."""
    return [Beat(**values) for values in _MOMENTS(need=row.need_id, attempt=row.attempt)]


_MINE = Q(what__in=_GIVER_MAY_SEE) | Q(what="not_concluded", by=Role.GIVER.value)
_MOMENTS = Prepared(
    lambda need, attempt: (
        Moment.objects.filter(_MINE, need_id=need, attempt=attempt).order_by("pk").values("what", "at", "kind")
    )
)


def _words(row: Referral) -> list[Beat]:
    """What the receiver told the giver; there is nothing of it before an introduction."""
    if row.introduced_at is None:
        return []
    told: list[Beat] = []
    end = ""
    for one in _WORDS(referral=row.pk):
        outcome = one["ending__outcome"] or ""
        about = {"apt": one["apt"], "kind": one["about"], "outcome": outcome, "before": end}
        told.append(Beat(what=one["kind"], at=one["at"], text=one["text"], more=one["better"], **about))
        end = "" if one["kind"] == "taken_up" else outcome or end
    return told


_OF_WORD = ("kind", "at", "text", "better", "apt", "about", "ending__outcome")
_WORDS = Prepared(lambda referral: Word.objects.filter(referral_id=referral).order_by("pk").values(*_OF_WORD))


def _ends_said(row: Referral) -> list[Beat]:
    """How it ended, as others said while the receiver has not (R14)."""
    said = ends_said(row)
    return [Beat(what="end_said", at=end.at, kind=end.by.value, outcome=end.outcome.value) for end in said]


def _newest_first(moments: Sequence[Beat], exchanges: Sequence[Exchange], words: Sequence[Beat]) -> tuple[Beat, ...]:
    """The story, newest first; of one same instant, what was written last."""
    found = [*moments, *words]
    for asked in exchanges:
        found.append(Beat(what="question", at=asked.asked_at, text=asked.text))
        if asked.answered_at:
            found.append(Beat(what="answer", at=asked.answered_at, text=asked.answer))
    latest = found[::-1]  # sorting keeps this order among equals
    return tuple(sorted(latest, key=lambda beat: beat.at, reverse=True))


def _attempts(at: Scene) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(uid=row.uid, number=row.attempt, receiver=at.rows.receiver(row).name) for row in at.rows.referrals
    )


def _private_reasons(at: Scene, index: int, projection: Projection) -> tuple[tuple[str, str], ...]:
    """The reason of a no that its author chose to tell (R7)."""
    told = ((kind, at.rows.current(index, kind)) for kind in projection.told_no)
    return tuple((kind.value, row.private_reason) for kind, row in told)


# -- lists ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StoryLine:
    """One story in a giver's list; `brings` says that the giver is the one to bring its question (R6d)."""

    uid: str
    client: str
    receiver: str
    seen: Seen
    stopped: bool
    moved_at: datetime
    outcome: str
    brings: bool


@dataclass(frozen=True, kw_only=True)
class StoryPage:
    """One page of a giver's stories, those that moved last first; pages count from 1."""

    lines: tuple[StoryLine, ...]
    total: int
    page: int
    pages: int


NAME_FIELDS = ("given_name", "family_name", "company")
LINE_FIELDS = (
    "uid", "stage", "carries", "stopped_at", "moved_at", "outcome",
    *(f"receiver__{name}" for name in NAME_FIELDS), *(f"need__client__{name}" for name in NAME_FIELDS),
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
    shown = rows.order_by("-moved_at", "-pk").values(*LINE_FIELDS)[start : start + PAGE_SIZE]
    return StoryPage(lines=tuple(line(row) for row in shown), total=total, page=page, pages=pages)


def line(row: dict[str, Any]) -> StoryLine:
    """Return the line of a row read with LINE_FIELDS."""
    seen = GIVER_SEES[Stage(row["stage"])]
    asked = ASKING.get(seen)
    return StoryLine(
        uid=row["uid"],
        client=name_in(row, "need__client"),
        receiver=name_in(row, "receiver"),
        seen=seen,
        stopped=row["stopped_at"] is not None,
        moved_at=row["moved_at"],
        outcome=row["outcome"],
        brings=asked is not None and asked.asked.value in row["carries"] and row["stopped_at"] is None,
    )


def name_in(row: dict[str, Any], prefix: str) -> str:
    """Return the name, as the giver's book has it, of the contact whose columns begin with `prefix`."""
    given, family, company = (row[f"{prefix}__{name}"] for name in NAME_FIELDS)
    return f"{given} {family}".strip() or str(company)


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A draft the giver asked to keep (R3), and whom it is about, as their book names them; empty for nobody."""

    uid: str
    draft: NeedDraft
    updated_at: datetime
    client: str
    receiver: str


def drafts(*, owner_pk: int, page: int = 1) -> tuple[DraftLine, ...]:
    """Return a page of the member's drafts that do not sleep (R11), newest first, in two queries."""
    awake = Draft.objects.filter(owner_id=owner_pk, wakes_on=None).order_by("-updated_at", "-pk")
    rows = [(row, NeedDraft.from_json(row.typed)) for row in awake[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    names = names_of(owner_pk=owner_pk, uids={uid for _row, one in rows for uid in (one.client, one.receiver)})
    return tuple(
        DraftLine(
            uid=row.uid,
            draft=one,
            updated_at=row.updated_at,
            client=names.get(one.client, ""),
            receiver=names.get(one.receiver, ""),
        )
        for row, one in rows
    )


def count_drafts(*, owner_pk: int) -> int:
    """Return how many of the member's drafts do not sleep."""
    return Draft.objects.filter(owner_id=owner_pk, wakes_on=None).count()


def draft(*, owner_pk: int, uid: str) -> NeedDraft:
    """Return one draft of the member's. Raises StoryGone."""
    row = Draft.objects.filter(owner_id=owner_pk, uid=uid).first()
    if row is None:
        raise StoryGone
    return NeedDraft.from_json(row.typed)
