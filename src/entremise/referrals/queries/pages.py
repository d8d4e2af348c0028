"""What the pages behind a link show to the person who holds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Manager, QuerySet

from entremise.lib import links
from entremise.lib.prepared import Prepared
from entremise.protocol import duties
from entremise.protocol.checklist import Sheet
from entremise.protocol.consent import Request as Consent
from entremise.protocol.consent import State
from entremise.protocol.duties import Owed
from entremise.protocol.ending import Worth
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import PERMISSIONS, Answer, Kind, Role
from entremise.protocol.wall import Disclosed, Seen
from entremise.referrals import mapping
from entremise.referrals.models import Question, Referral, Request, Word
from entremise.referrals.queries import endings, permissions, promoting, refusals, statements
from entremise.referrals.queries.promoting import Praise
from entremise.referrals.queries.scenes import Scene, scene

_ASKED = {"open": Seen.ASKED, "yes": Seen.AGREED, "no": Seen.DECLINED, "lapsed": Seen.LAPSED}
_SEEN = {
    Kind.PERMISSION: _ASKED,
    Kind.CLIENT_PERMISSION: _ASKED,
    Kind.RECEIVER: _ASKED,
    Kind.PRINCIPLE: _ASKED,
    Kind.NAME: {
        "open": Seen.NAMED,
        "yes": Seen.CONFIRMED,
        "no": Seen.NAME_DECLINED,
        "lapsed": Seen.NAME_LAPSED,
    },
}


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A question of the receiver's and the giver's answer, empty while it is awaited (R6b)."""

    uid: str
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RequestPage:
    """What the holder of a request's link may see of it now (R6, R6b, R7).

    `seen` is this request's own state in its person's eyes, or INTRODUCED, or NOT_CONCLUDED. `until` is the
    latest instant at which they hear more; `deadline` that until which a yes can be said. `language` is the one
    the words are in, `time_zone` the giver's, `part_kept` whether the person has filled in `sheet` themself. Of a
    referrer: whether they `takes_part` (R39), and whether their permission is `standing` for this giver (R38). `praise`
    holds the receiver's good words that they may read (R41).
    """

    uid: str
    kind: Kind
    seen: Seen
    shown: Disclosed
    statement: statements.Statement | None
    sheet: Sheet
    part_kept: bool
    deadline: datetime
    until: datetime | None
    held_until: datetime | None
    may_say_yes: bool
    may_say_no: bool
    told: bool
    address_hint: str
    address_hash: str
    language: str
    time_zone: str
    exchanges: tuple[Exchange, ...]
    silenced: bool
    takes_part: bool = False
    standing: bool = False
    praise: tuple[Praise, ...] = ()


def request_page(*, token: str, now: datetime, language: str, policy: Policy) -> RequestPage | None:
    """Return the page behind a request's link; None when the link opens nothing.

    Its words are in `language`, or in the person's own where that is empty.
    """
    asked = Request.objects.filter(fingerprint=links.fingerprint(token), mute=False, not_them_at=None)
    row = asked.first()
    if row is None:
        return None
    at = scene(row.need_id, now=now, policy=policy)
    language = language or row.language or at.rows.giver.language
    index = at.rows.index_of(row.referral_id)
    kind = Kind(row.kind)
    index = _introduced_instead(at, index, kind)
    request = at.lives[index].request(kind)
    assert request is not None
    projection = at.projected(index, kind.asked)
    seen = _seen(projection.seen, request, kind)
    shown = at.disclosed_as(replace(projection, seen=seen), index, language=language)
    return RequestPage(
        uid=row.uid,
        kind=kind,
        seen=seen,
        shown=shown,
        statement=statements.statement(at, index, kind, shown, until=row.deadline, language=language),
        sheet=at.sheet(index, kind.asked),
        part_kept=(at.rows.referrals[index].pk, kind.asked) in at.sheets,
        deadline=row.deadline,
        until=projection.until,
        held_until=request.hold_until if request.state is State.HELD else None,
        may_say_yes=seen is not Seen.INTRODUCED and _may_agree(request, now),
        may_say_no=seen is not Seen.INTRODUCED and (request.stands or _unanswered(request, now)),
        told=request.told_at is not None,
        address_hint=hint(row.address),
        address_hash=row.address_hash,
        language=language,
        time_zone=at.rows.giver.time_zone,
        exchanges=exchanges_of(row.referral_id) if kind is Kind.RECEIVER else (),
        takes_part=request.stands and request.takes_part,
        standing=kind in PERMISSIONS and permissions.is_standing(row.address_hash, giver_pk=at.rows.need.giver_id),
        silenced=refusals.is_silenced(row.address_hash),
        praise=promoting.praise(at.rows.referrals[index].pk, shown, reader=kind.asked),
    )


def _introduced_instead(at: Scene, index: int, kind: Kind) -> int:
    """The need's yes in principle ends with whichever attempt became the introduction (R5), and so does the permission
    of whoever introduced the client (R39)."""
    mine = at.lives[index].request(kind)
    for position, life in enumerate(at.lives):
        same = position == index or life.rests(kind) or kind is Kind.PRINCIPLE
        if same and life.stage is Stage.INTRODUCED and life.request(kind) == mine:
            return position
    return index


def _seen(projected: Seen, request: Consent, kind: Kind) -> Seen:
    """A link shows its own request: a principle's link never shows what a later message told."""
    if projected in (Seen.INTRODUCED, Seen.NOT_CONCLUDED):
        return projected
    if request.stands:
        return _SEEN[kind]["yes"]
    if request.answer is Answer.NO:
        return _SEEN[kind]["no"]
    return _SEEN[kind]["lapsed" if request.state is State.DEAD else "open"]


def _may_agree(request: Consent, now: datetime) -> bool:
    """A yes withdrawn after it had taken effect is final (R9)."""
    return now < request.deadline and not request.stands and request.effective_at is None


def _unanswered(request: Consent, now: datetime) -> bool:
    return request.answer is None and now < request.deadline


def hint(address: str) -> str:
    """An address its owner recognises and nobody else learns: "m•••@…"."""
    return f"{address[:1]}•••@…"


def exchanges_of(referral_pk: int) -> tuple[Exchange, ...]:
    """Return what the receiver asked and the giver answered, in order (R6b)."""
    return tuple(Exchange(**values) for values in _EXCHANGES(referral=referral_pk))


_EXCHANGES = Prepared(
    lambda referral: (
        Question.objects.filter(referral_id=referral)
        .order_by("pk")
        .values("uid", "text", "asked_at", "answer", "answered_at")
    )
)


# -- after the introduction -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something the receiver told the giver (R20–R23), with the end it told of, and the one said before (R26)."""

    uid: str
    kind: str
    text: str
    apt: str
    better: str
    at: datetime
    outcome: str = ""
    before: str = ""


@dataclass(frozen=True, kw_only=True)
class NewsPage:
    """What a receiver sees of a referral that became an introduction: the client's part, and what is owed (R20–R22)."""

    uid: str
    shown: Disclosed
    introduced_at: datetime
    owed: tuple[Owed, ...]
    told: tuple[Told, ...]
    outcome: str
    worth: Worth | None
    contacted_at: datetime | None
    thanked_at: datetime | None
    language: str
    time_zone: str
    address_hash: str
    address_hint: str


def news_page(*, token: str, now: datetime, language: str, policy: Policy) -> NewsPage | None:
    """Return the page behind a receiver's news link, in `language` or their own; None when it opens nothing."""
    row = Referral.objects.filter(news_fingerprint=links.fingerprint(token)).first()
    facts = mapping.facts(row) if row else None
    if row is None or facts is None:
        return None
    at = scene(row.need_id, now=now, policy=policy)
    index = at.rows.index_of(row.pk)
    request = at.rows.current(index, Kind.RECEIVER)
    language = language or request.language or at.rows.giver.language
    shown = at.disclosed(index, Role.RECEIVER, language=language)
    if shown.seen is not Seen.INTRODUCED:
        return None
    return NewsPage(
        uid=row.uid,
        shown=shown,
        introduced_at=facts.introduced_at,
        owed=duties.owed(facts, policy=policy),
        told=told_by_receiver(row.pk),
        outcome=row.outcome,
        worth=endings.own_worth(row),
        contacted_at=row.contacted_at,
        thanked_at=row.thanked_at,
        language=language,
        time_zone=at.rows.giver.time_zone,
        address_hash=row.receiver_hash,
        address_hint=hint(request.address),
    )


def told_by_receiver(referral_pk: int) -> tuple[Told, ...]:
    """Return everything the receiver told about one referral, in order."""
    return told_in(Word.objects.filter(referral_id=referral_pk))


def told_in(words: Manager[Word] | QuerySet[Word]) -> tuple[Told, ...]:
    """Return what was told about one thing, in order."""
    names = ("uid", "kind", "text", "apt", "better", "at")
    rows = words.order_by("at", "pk").values(*names, "ending__outcome")
    told: list[Told] = []
    end = ""
    for row in rows:
        outcome = row.pop("ending__outcome") or ""
        told.append(Told(**row, outcome=outcome, before=end))
        end = "" if row["kind"] == "taken_up" else outcome or end
    return tuple(told)
