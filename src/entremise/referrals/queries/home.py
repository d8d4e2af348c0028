"""The home of a member: what I owe, what is owed to me, who waits for my answer (R22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib.prepared import Prepared
from entremise.people import queries as people
from entremise.protocol import duties
from entremise.protocol.consent import State
from entremise.protocol.duties import Duty
from entremise.protocol.guard import clean_name
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import Kind, Outcome, Role
from entremise.referrals.models import Draft, Outside, Part, Question, Referral, Request
from entremise.referrals.queries import keys
from entremise.referrals.queries.evaluations import ToJudge, to_judge
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.leads import leads_to_thank
from entremise.referrals.queries.outside import client_in
from entremise.referrals.queries.sleepers import Sleeper, woken
from entremise.referrals.queries.stories import LINE_FIELDS, NAME_FIELDS, StoryLine, line, name_in

LINES_AT_HOME = 8
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


@dataclass(frozen=True, kw_only=True)
class Home:
    """To whom do I owe what today, what is owed to me, who waits for my answer (R22).

    The name of somebody who left is empty. `begun`: whether the notebook holds anybody, or anything.
    """

    i_owe: tuple[DutyLine, ...]
    owed_to_me: tuple[DutyLine, ...]
    waiting: tuple[Waiting, ...]
    questions: tuple[Asked, ...]
    matches: tuple[ToJudge, ...]
    woken: tuple[Sleeper, ...]
    lately: tuple[StoryLine, ...]
    drafts: int
    begun: bool

    @property
    def owing(self) -> int:
        """How many things wait for the member."""
        return len(self.woken) + len(self.i_owe) + len(self.waiting) + len(self.questions)

    @property
    def pressing(self) -> bool:
        """Whether anything waits that is not gentle: only that is worth a mail (R41)."""
        return self.owing > sum(line.gentle for line in self.i_owe)

    @property
    def untouched(self) -> bool:
        """Whether nothing has happened in this notebook yet."""
        return not (self.begun or self.lately or self.drafts or self.owing)


_FACT_FIELDS = ("pk", "uid", "introduced_at", "thanked_at", "contacted_at", "news_at", "outcome", "giver_id")
_OUTSIDE_FIELDS = ("uid", "arrived_at", "thanked_at", "contacted_at", "news_at", "outcome", "client_id", "client_name")
_OUTSIDE_NAMES = tuple(f"{person}__{name}" for person in ("other", "client") for name in NAME_FIELDS)
_BOTH_NAMES = tuple(f"{person}__{name}" for person in ("receiver", "need__client") for name in NAME_FIELDS)
_IN_BOOK = {Role.CLIENT: "need__client", Role.REFERRER: "referrer", Role.CLIENT_REFERRER: "client_referrer"}
_ALL_NAMES = tuple(f"{person}__{name}" for person in ("receiver", *_IN_BOOK.values()) for name in NAME_FIELDS)


def _first_due(rows: QuerySet[Referral]) -> QuerySet[Referral, Any]:
    first: QuerySet[Referral, Any] = rows.order_by("duty_due").values(*_FACT_FIELDS, *_BOTH_NAMES)[:LINES_AT_HOME]
    return first


_LATELY = Prepared(
    lambda giver: (
        Referral.objects.filter(giver_id=giver).order_by("-moved_at", "-pk").values(*LINE_FIELDS)[:LINES_AT_HOME]
    )
)
_MINE = Prepared(lambda person: _first_due(Referral.objects.filter(receiver_hash=person, duty_due__isnull=False)))
_OWED_TO = Prepared(
    lambda giver, now: _first_due(Referral.objects.filter(giver_id=giver, duty_due__isnull=False, duty_due__lt=now))
)
_OUTSIDE = Prepared(
    lambda owner: (
        Outside.objects.filter(owner_id=owner, duty_due__isnull=False)
        .order_by("duty_due")
        .values(*_OUTSIDE_FIELDS, *_OUTSIDE_NAMES)[:LINES_AT_HOME]
    )
)
# Good words still owed, the oldest last, so that they never stand before what is due now (R41).
_GOOD_WORDS = Prepared(
    lambda person: (
        Referral.objects.filter(receiver_hash=person, promotion_due__isnull=False)
        .order_by("-promotion_due")
        .values(*_FACT_FIELDS, "to_promote", *_ALL_NAMES)[:LINES_AT_HOME]
    )
)
_GOOD_WORDS_OUTSIDE = Prepared(
    lambda owner: (
        Outside.objects.filter(owner_id=owner, promotion_due__isnull=False)
        .order_by("-promotion_due")
        .values(*_OUTSIDE_FIELDS, "to_promote", *_OUTSIDE_NAMES)[:LINES_AT_HOME]
    )
)
_DRAFTS = Prepared(lambda owner: Draft.objects.filter(owner_id=owner).values("wakes_on"))
# Requests sent to this address and not answered, the nearest deadline first.
_REQUESTS = Prepared(
    lambda person, now: (
        Request.objects.filter(
            address_hash=person, state=State.OPEN.value, mute=False, not_them_at=None, deadline__gt=now
        )
        .order_by("deadline")
        .values("uid", "kind", "deadline", "need__giver_id")[:LINES_AT_HOME]
    )
)
_QUESTIONS = Prepared(
    lambda giver: (
        Question.objects.filter(answered_at=None, referral__giver_id=giver, referral__stage__in=_UNDER_WAY)
        .order_by("asked_at")
        .values("asked_at", "referral__uid", *(f"referral__{name}" for name in _BOTH_NAMES))[:LINES_AT_HOME]
    )
)


def home(*, member: MemberCard, now: datetime, policy: Policy) -> Home:
    """Return a member's home in a number of queries that does not grow with rows."""
    lately = _LATELY(giver=member.pk)
    mine = _MINE(person=member.address_hash)
    drafts, today = [row["wakes_on"] for row in _DRAFTS(owner=member.pk)], member.today(now)
    has_woken = any(day is not None and day <= today for day in drafts)
    asked = _REQUESTS(person=member.address_hash, now=now)
    leads, praise = leads_to_thank(member), _GOOD_WORDS(person=member.address_hash)
    known = [*(row["giver_id"] for row in (*mine, *leads, *praise)), *(row["need__giver_id"] for row in asked)]
    givers = members.once_members(known)  # that somebody left shows once nothing is open any more (R7, R47)
    return Home(
        i_owe=_longest_first(
            [
                *_owed_by_me(mine, givers, policy=policy, now=now),
                *_owed_outside(member, policy=policy, now=now),
                *_owed_for_leads(leads, givers, policy=policy, now=now),
                *_good_words(praise, givers, policy=policy, now=now),
                *_good_words_outside(member, policy=policy, now=now),
            ]
        ),
        owed_to_me=_owed_to(member, policy=policy, now=now),
        waiting=_waiting(asked, givers),
        questions=_questions(member),
        matches=to_judge(member=member, now=now),
        woken=woken(owner=member, now=now) if has_woken else (),
        lately=tuple(line(row) for row in lately),
        drafts=sum(day is None or day > today for day in drafts),
        begun=bool(lately or mine or drafts) or people.has_any(owner_pk=member.pk),
    )


def _owed_by_me(
    rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard], *, policy: Policy, now: datetime
) -> list[DutyLine]:
    """What the member owes as a receiver (R22).

    The client is called as they called themself when they confirmed, not as the giver's private book does (R44).
    """
    own = _own_names(row["pk"] for row in rows)
    lines = []
    for row in rows:
        giver = givers.get(row["giver_id"])
        # "" of who was forgotten (R45)
        about = clean_name(own.get((row["pk"], Role.CLIENT), name_in(row, "need__client")))
        token = keys.token(Purpose.NEWS, row["uid"])
        for one in duties.owed(_facts(row), policy=policy):
            lines.append(_line(row, one, person=giver.name if giver else "", about=about, now=now, token=token))
    return lines


def _owed_outside(member: MemberCard, *, policy: Policy, now: datetime) -> list[DutyLine]:
    """What the member owes on referrals that they noted from outside (R23b)."""
    return [
        replace(_line(row, one, person=name_in(row, "other"), about=client_in(row), now=now), source="outside")
        for row in _OUTSIDE(owner=member.pk)
        for one in duties.owed(_facts({**row, "introduced_at": row["arrived_at"]}), policy=policy)
    ]


def _owed_for_leads(
    rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard], *, policy: Policy, now: datetime
) -> list[DutyLine]:
    """Thanks for the leads the member received (R20)."""
    lines = []
    for row in rows:
        if (giver := givers.get(row["giver_id"])) is None:
            continue  # who has left is thanked no more
        token = keys.token(Purpose.LEAD, row["uid"])
        for one in duties.owed_for_lead(sent_at=row["sent_at"], thanked_at=None, policy=policy):
            found = _line(row, one, person=giver.name, about="", now=now, token=token)
            lines.append(replace(found, source="lead"))
    return lines


def _good_words(
    rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard], *, policy: Policy, now: datetime
) -> list[DutyLine]:
    """A true good word to the client about whoever recommended the member (R41); of who has left, none is owed.

    Whoever takes part is owed one once introduced only: from then on the receiver knows their name (R39).
    """
    own = _own_names(row["pk"] for row in rows)
    lines = []
    for row in rows:
        if (giver := givers.get(row["giver_id"])) is None:
            continue
        names = {role: clean_name(own.get((row["pk"], role), name_in(row, at))) for role, at in _IN_BOOK.items()}
        token = keys.token(Purpose.NEWS, row["uid"])
        for one in duties.promotions(_facts(row), policy=policy):
            person = giver.name if one.to is Role.GIVER else names[one.to]
            lines.append(_line(row, one, person=person, about=names[Role.CLIENT], now=now, token=token))
    return lines


def _good_words_outside(member: MemberCard, *, policy: Policy, now: datetime) -> list[DutyLine]:
    """The same on referrals noted from outside (R23b)."""
    return [
        replace(_line(row, one, person=name_in(row, "other"), about=client_in(row), now=now), source="outside")
        for row in _GOOD_WORDS_OUTSIDE(owner=member.pk)
        for one in duties.promotions(_facts({**row, "introduced_at": row["arrived_at"]}), policy=policy)
    ]


def _owed_to(member: MemberCard, *, policy: Policy, now: datetime) -> tuple[DutyLine, ...]:
    """What is due to the member as a giver and has not come; never why (R22)."""
    lines = [
        _line(row, one, person=name_in(row, "receiver"), about=name_in(row, "need__client"), now=now)
        for row in _OWED_TO(giver=member.pk, now=now)
        for one in duties.owed(_facts(row), policy=policy)
    ]
    return _longest_first(one for one in lines if one.late)


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


def _longest_first(lines: Iterable[DutyLine]) -> tuple[DutyLine, ...]:
    return tuple(sorted(lines, key=lambda one: (one.gentle, one.since, one.due))[:LINES_AT_HOME])


def _own_names(referral_pks: Iterable[int]) -> dict[tuple[int, Role], str]:
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


def _waiting(rows: Sequence[dict[str, Any]], givers: Mapping[int, MemberCard]) -> tuple[Waiting, ...]:
    """A request whose giver has left waits for nobody any more."""
    return tuple(
        Waiting(
            token=keys.token(Purpose.REQUEST, row["uid"]),
            giver=givers[row["need__giver_id"]].name,
            kind=Kind(row["kind"]),
            deadline=row["deadline"],
        )
        for row in rows
        if row["need__giver_id"] in givers
    )


def _questions(member: MemberCard) -> tuple[Asked, ...]:
    """What receivers asked the member about referrals still under way, the oldest question first (R6b)."""
    return tuple(
        Asked(
            uid=row["referral__uid"],
            person=name_in(row, "referral__receiver"),
            about=name_in(row, "referral__need__client"),
            since=row["asked_at"],
        )
        for row in _QUESTIONS(giver=member.pk)
    )
