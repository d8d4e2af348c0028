"""What waits for a member, kind by kind: the rows, who has waited longest first, and the lines made of them (R22).

Home reads the first of each kind, the page that lists everything reads them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce, Greatest

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib.prepared import Prepared
from entremise.protocol import duties
from entremise.protocol.consent import State
from entremise.protocol.duties import Duty
from entremise.protocol.guard import clean_name
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import Kind, Outcome, Role
from entremise.referrals.models import Outside, Part, Question, Referral, Request
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.outside import client_in
from entremise.referrals.queries.stories import NAME_FIELDS, name_in

AT_ONCE = 8  # of each kind, at home and in the day's list
_UNDER_WAY = (Stage.RECEIVER.value, Stage.PRINCIPLE.value, Stage.WAITING.value, Stage.NAME.value)


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """Something owed on one referral: what, to or by whom, about whom, since when, by when. `to` is whose due it is.

    `token` opens the receiver's page of news, and is empty on what is owed to the member. `source` is "referral",
    "outside" for one noted from outside (R23b), "lead" for a lead (R2), which is about nobody.
    """

    uid: str
    duty: Duty
    person: str
    about: str
    since: datetime
    due: datetime
    late: bool
    token: str = ""
    source: str = "referral"
    to: Role = Role.GIVER

    @property
    def gentle(self) -> bool:
        """Whether it is never pressed for (R41)."""
        return self.duty is Duty.PROMOTION


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A request that waits for this member's own answer; `token` opens its page."""

    token: str
    giver: str
    kind: Kind
    deadline: datetime


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A receiver's question that waits for this giver's answer (R6b)."""

    uid: str
    person: str
    about: str
    since: datetime


_FACT_FIELDS = ("pk", "uid", "introduced_at", "thanked_at", "contacted_at", "news_at", "outcome", "giver_id")
_OUTSIDE_FIELDS = ("uid", "arrived_at", "thanked_at", "contacted_at", "news_at", "outcome", "client_id", "client_name")
_OUTSIDE_NAMES = tuple(f"{person}__{name}" for person in ("other", "client") for name in NAME_FIELDS)
_BOTH_NAMES = tuple(f"{person}__{name}" for person in ("receiver", "need__client") for name in NAME_FIELDS)
_IN_BOOK = {Role.CLIENT: "need__client", Role.REFERRER: "referrer", Role.CLIENT_REFERRER: "client_referrer"}
_ALL_NAMES = tuple(f"{person}__{name}" for person in ("receiver", *_IN_BOOK.values()) for name in NAME_FIELDS)
Rows = QuerySet[Any, Any]
_Own = dict[tuple[int, Role], str]  # how the parties of referrals write their own names, by referral and role


def _since(begun: str) -> Case:
    """Since when the first of what is owed on a row is owed, as `duties.owed` reckons it."""
    word = Coalesce(F("contacted_at"), F(begun))
    told = Greatest(word, Coalesce(F("news_at"), word))
    return Case(When(Q(thanked_at=None), then=F(begun)), default=told)


def _with(rows: Rows, *names: str) -> Rows:
    found: Rows = rows.values(*names)
    return found


# -- the rows ---------------------------------------------------------------------------------------


def _owed_by(person: Any) -> Rows:
    """What the member owes as the receiver of introductions, who has waited longest first."""
    rows = Referral.objects.filter(receiver_hash=person, duty_due__isnull=False)
    return _with(rows.order_by(_since("introduced_at"), "duty_due", "pk"), *_FACT_FIELDS, *_BOTH_NAMES)


def _owed_outside(owner: Any) -> Rows:
    """What the member owes on referrals that they noted from outside (R23b), who has waited longest first."""
    rows = Outside.objects.filter(owner_id=owner, duty_due__isnull=False)
    return _with(rows.order_by(_since("arrived_at"), "duty_due", "pk"), *_OUTSIDE_FIELDS, *_OUTSIDE_NAMES)


def _praise_by(person: Any) -> Rows:
    """The good words the member owes, the latest first: a few of them are those of now (R41)."""
    rows = Referral.objects.filter(receiver_hash=person, promotion_due__isnull=False)
    return _with(rows.order_by("-introduced_at", "pk"), *_FACT_FIELDS, "to_promote", *_ALL_NAMES)


def _praise_outside(owner: Any) -> Rows:
    """The same on referrals noted from outside (R23b)."""
    rows = Outside.objects.filter(owner_id=owner, promotion_due__isnull=False)
    return _with(rows.order_by("-arrived_at", "pk"), *_OUTSIDE_FIELDS, "to_promote", *_OUTSIDE_NAMES)


def _owed_to(giver: Any, now: Any) -> Rows:
    """What is due to the member as a giver, who has waited longest first."""
    rows = Referral.objects.filter(giver_id=giver, duty_due__isnull=False, duty_due__lt=now)
    return _with(rows.order_by(_since("introduced_at"), "duty_due", "pk"), *_FACT_FIELDS, *_BOTH_NAMES)


def _requests_to(person: Any, now: Any) -> Rows:
    """The requests sent to this address and not answered, the nearest deadline first."""
    rows = Request.objects.filter(
        address_hash=person, state=State.OPEN.value, mute=False, not_them_at=None, deadline__gt=now
    )
    return _with(rows.order_by("deadline", "pk"), "uid", "kind", "deadline", "need__giver_id")


def _questions_to(giver: Any) -> Rows:
    """What receivers asked the member about referrals still under way, the oldest question first (R6b)."""
    rows = Question.objects.filter(answered_at=None, referral__giver_id=giver, referral__stage__in=_UNDER_WAY)
    names = (f"referral__{name}" for name in _BOTH_NAMES)
    return _with(rows.order_by("asked_at", "pk"), "asked_at", "referral__uid", *names)


class Source:
    """One kind of what waits: its rows as plain values, in their order."""

    def __init__(self, make: Callable[..., Rows], *, counted: Sequence[str]) -> None:
        self._make = make
        self._first = Prepared(wraps(make)(lambda **whose: make(**whose)[: AT_ONCE + 1]))
        self._counted = Prepared(wraps(make)(lambda **whose: _with(make(**whose).order_by(), *counted)))

    def first(self, **whose: Any) -> list[dict[str, Any]]:
        """Return the first AT_ONCE, and one more where there are more, in one query."""
        return self._first(**whose)

    def all(self, **whose: Any) -> list[dict[str, Any]]:
        """Return all of them, in one query."""
        return list(self._make(**whose))

    def counted(self, first: list[dict[str, Any]], **whose: Any) -> list[dict[str, Any]]:
        """Return all of them by what is counted of each; without a query where the `first` are all."""
        return self._counted(**whose) if len(first) > AT_ONCE else first


_WORDS = ("thanked_at", "outcome")
OWED, OUTSIDE = Source(_owed_by, counted=_WORDS), Source(_owed_outside, counted=_WORDS)
PRAISE = Source(_praise_by, counted=("to_promote",))
PRAISE_OUTSIDE = Source(_praise_outside, counted=("to_promote",))
REQUESTS, QUESTIONS = Source(_requests_to, counted=("pk",)), Source(_questions_to, counted=("pk",))
OWED_TO = Source(_owed_to, counted=("pk",))


# -- the lines --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """The rows read for one member, each kind in its order: the first of them, or all."""

    owed: list[dict[str, Any]]
    outside: list[dict[str, Any]]
    leads: list[dict[str, Any]]
    praise: list[dict[str, Any]]
    praise_outside: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    questions: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What these rows make wait for the member, each kind in its order."""

    i_owe: list[DutyLine]
    waiting: tuple[Waiting, ...]
    questions: tuple[Asked, ...]


def lines(found: Found, *, policy: Policy, now: datetime) -> Lines:
    """Return the lines of these rows, in two queries at most.

    That a giver has left shows in their name once nothing is open any more (R7, R47).
    """
    known = [row["giver_id"] for row in (*found.owed, *found.leads, *found.praise)]
    givers = members.once_members([*known, *(row["need__giver_id"] for row in found.requests)])
    own = _own_names(row["pk"] for row in (*found.owed, *found.praise))
    at: dict[str, Any] = {"policy": policy, "now": now}
    return Lines(
        i_owe=in_order(
            [
                *_of_referrals(found.owed, givers, own, **at),
                *_of_outside(found.outside, **at),
                *_of_leads(found.leads, givers, **at),
                *_of_praise(found.praise, givers, own, **at),
                *_of_praise_outside(found.praise_outside, **at),
            ]
        ),
        waiting=_of_requests(found.requests, givers),
        questions=_of_questions(found.questions),
    )


def in_order(lines: Iterable[DutyLine]) -> list[DutyLine]:
    """Return who has waited longest first (R22), what is gentle after them (R41)."""
    return sorted(lines, key=lambda one: (one.gentle, one.since, one.due))


def _of_referrals(
    rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard], own: _Own, *, policy: Policy, now: datetime
) -> list[DutyLine]:
    """What the member owes as a receiver (R22).

    The client is called as they called themself when they confirmed, not as the giver's private book does (R44).
    """
    lines = []
    for row in rows:
        giver = givers[row["giver_id"]]
        # "" of who was forgotten (R45)
        about = clean_name(own.get((row["pk"], Role.CLIENT), name_in(row, "need__client")))
        token = keys.token(Purpose.NEWS, row["uid"])
        for one in duties.owed(_facts(row), policy=policy):
            lines.append(_line(row, one, person=giver.name, about=about, now=now, token=token))
    return lines


def _of_outside(rows: Sequence[dict[str, Any]], *, policy: Policy, now: datetime) -> list[DutyLine]:
    """What the member owes on referrals that they noted from outside (R23b)."""
    return [
        replace(_line(row, one, person=name_in(row, "other"), about=client_in(row), now=now), source="outside")
        for row in rows
        for one in duties.owed(_facts({**row, "introduced_at": row["arrived_at"]}), policy=policy)
    ]


def _of_leads(
    rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard], *, policy: Policy, now: datetime
) -> list[DutyLine]:
    """Thanks for the leads the member received (R20)."""
    lines = []
    for row in rows:
        giver, token = givers[row["giver_id"]], keys.token(Purpose.LEAD, row["uid"])
        for one in duties.owed_for_lead(sent_at=row["sent_at"], thanked_at=None, policy=policy):
            found = _line(row, one, person=giver.name, about="", now=now, token=token)
            lines.append(replace(found, source="lead"))
    return lines


def _of_praise(
    rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard], own: _Own, *, policy: Policy, now: datetime
) -> list[DutyLine]:
    """A true good word to the client about whoever recommended the member (R41).

    Whoever takes part is owed one once introduced only: from then on the receiver knows their name (R39).
    """
    lines = []
    for row in rows:
        giver = givers[row["giver_id"]]
        names = {role: clean_name(own.get((row["pk"], role), name_in(row, at))) for role, at in _IN_BOOK.items()}
        token = keys.token(Purpose.NEWS, row["uid"])
        for one in duties.promotions(_facts(row), policy=policy):
            person = giver.name if one.to is Role.GIVER else names[one.to]
            lines.append(_line(row, one, person=person, about=names[Role.CLIENT], now=now, token=token))
    return lines


def _of_praise_outside(rows: Sequence[dict[str, Any]], *, policy: Policy, now: datetime) -> list[DutyLine]:
    """The same on referrals noted from outside (R23b)."""
    return [
        replace(_line(row, one, person=name_in(row, "other"), about=client_in(row), now=now), source="outside")
        for row in rows
        for one in duties.promotions(_facts({**row, "introduced_at": row["arrived_at"]}), policy=policy)
    ]


def lines_owed_to(rows: Sequence[dict[str, Any]], *, policy: Policy, now: datetime) -> list[DutyLine]:
    """Return what is due to the member as a giver and has not come, who has waited longest first; never why (R22)."""
    lines = [
        _line(row, one, person=name_in(row, "receiver"), about=name_in(row, "need__client"), now=now)
        for row in rows
        for one in duties.owed(_facts(row), policy=policy)
    ]
    return in_order(one for one in lines if one.late)


def _line(
    row: dict[str, Any], owed: duties.Owed, *, person: str, about: str, now: datetime, token: str = ""
) -> DutyLine:
    return DutyLine(
        uid=row["uid"],
        duty=owed.duty,
        person=person,
        about=about,
        since=owed.since,
        due=owed.due,
        late=owed.late(now),
        token=token,
        to=owed.to,
    )


def _own_names(referral_pks: Iterable[int]) -> _Own:
    """Return how the parties of these referrals write their own names, by referral and role."""
    wanted = tuple(referral_pks)
    if not wanted:
        return {}
    parts = Part.objects.filter(referral_id__in=wanted)
    return {(pk, Role(role)): name for pk, role, name in parts.values_list("referral_id", "role", "name")}


def _facts(row: dict[str, Any]) -> duties.Facts:
    names = ("introduced_at", "thanked_at", "contacted_at", "news_at")
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    praise = frozenset(Role(role) for role in row.get("to_promote", ()))
    return duties.Facts(outcome=outcome, to_promote=praise, **{name: row[name] for name in names})


def _of_requests(rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(
            token=keys.token(Purpose.REQUEST, row["uid"]),
            giver=givers[row["need__giver_id"]].name,
            kind=Kind(row["kind"]),
            deadline=row["deadline"],
        )
        for row in rows
    )


def _of_questions(rows: Sequence[dict[str, Any]]) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            uid=row["referral__uid"],
            person=name_in(row, "referral__receiver"),
            about=name_in(row, "referral__need__client"),
            since=row["asked_at"],
        )
        for row in rows
    )
