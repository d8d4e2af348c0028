"""The home of a member: what I owe, what is owed to me, who waits for my answer (R22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from entremise.accounts.queries import MemberCard
from entremise.lib.prepared import Prepared
from entremise.people import queries as people
from entremise.protocol.policy import Policy
from entremise.referrals.models import Draft, Referral
from entremise.referrals.queries import evaluations, waiting
from entremise.referrals.queries.evaluations import ToJudge, to_judge
from entremise.referrals.queries.leads import leads_to_thank
from entremise.referrals.queries.sleepers import Sleeper, woken
from entremise.referrals.queries.stories import LINE_FIELDS, StoryLine, line
from entremise.referrals.queries.waiting import Asked, DutyLine, Found, Lines, Waiting

LINES_AT_HOME = waiting.AT_ONCE


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many things wait, kind by kind, whether home shows them all or not."""

    waiting: int
    questions: int
    matches: int
    duties: int
    gentle: int
    woken: int

    @property
    def pressing(self) -> int:
        """How many wait that are not gentle, a match to judge among them."""
        return self.waiting + self.questions + self.matches + self.duties + self.woken

    @property
    def all(self) -> int:
        """How many there are, the gentle ones too (R41)."""
        return self.pressing + self.gentle


@dataclass(frozen=True, kw_only=True)
class Home:
    """To whom do I owe what today, what is owed to me, who waits for my answer (R22).

    At most LINES_AT_HOME of each kind, those who have waited longest; `counts` and `owed_in_all` say how many there
    are. The name of somebody who left is empty. `begun`: whether the notebook holds anybody, or anything.
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
    counts: Counts
    owed_in_all: int

    @property
    def owing(self) -> int:
        """How many things wait for the member; a match to judge is none."""
        return self.counts.all - self.counts.matches

    @property
    def pressing(self) -> bool:
        """Whether anything waits that is not gentle: only that is worth a mail (R41)."""
        return self.owing > self.counts.gentle

    @property
    def untouched(self) -> bool:
        """Whether nothing has happened in this notebook yet."""
        return not (self.begun or self.lately or self.drafts or self.owing)


_LATELY = Prepared(
    lambda giver: (
        Referral.objects.filter(giver_id=giver).order_by("-moved_at", "-pk").values(*LINE_FIELDS)[:LINES_AT_HOME]
    )
)
_DRAFTS = Prepared(lambda owner: Draft.objects.filter(owner_id=owner).values("wakes_on"))


def home(*, member: MemberCard, now: datetime, policy: Policy) -> Home:
    """Return a member's home in a number of queries that does not grow with rows.

    Each kind of which there are more than home shows takes one query more, that counts them.
    """
    lately = _LATELY(giver=member.pk)
    drafts, today = [row["wakes_on"] for row in _DRAFTS(owner=member.pk)], member.today(now)
    awake = sum(day is not None and day <= today for day in drafts)
    found = _found(member, now)
    lines = waiting.lines(found, policy=policy, now=now)
    matches = to_judge(member=member, now=now)
    counts = _counts(found, matches, member=member, now=now, awake=awake)
    owed_to = waiting.OWED_TO.first(giver=member.pk, now=now)
    theirs = waiting.lines_owed_to(owed_to, policy=policy, now=now)
    return Home(
        i_owe=tuple(lines.i_owe[:LINES_AT_HOME]),
        owed_to_me=tuple(theirs[:LINES_AT_HOME]),
        waiting=lines.waiting[:LINES_AT_HOME],
        questions=lines.questions[:LINES_AT_HOME],
        matches=matches[:LINES_AT_HOME],
        woken=woken(owner=member, now=now, most=LINES_AT_HOME) if awake else (),
        lately=tuple(line(row) for row in lately),
        drafts=len(drafts) - awake,
        begun=bool(lately or found.owed or drafts) or people.has_any(owner_pk=member.pk),
        counts=counts,
        owed_in_all=len(owed_to_me(member=member, now=now, policy=policy)) if _cut(owed_to) else len(theirs),
    )


def _found(member: MemberCard, now: datetime) -> Found:
    person = member.address_hash
    return Found(
        owed=waiting.OWED.first(person=person),
        outside=waiting.OUTSIDE.first(owner=member.pk),
        leads=leads_to_thank(member, most=LINES_AT_HOME + 1),
        praise=waiting.PRAISE.first(person=person),
        praise_outside=waiting.PRAISE_OUTSIDE.first(owner=member.pk),
        requests=waiting.REQUESTS.first(person=person, now=now),
        questions=waiting.QUESTIONS.first(giver=member.pk),
    )


def _cut(rows: Sequence[Any]) -> bool:
    return len(rows) > LINES_AT_HOME


def _counts(found: Found, matches: Sequence[ToJudge], *, member: MemberCard, now: datetime, awake: int) -> Counts:
    pk, person = member.pk, member.address_hash
    owed = waiting.OWED.counted(found.owed, person=person)
    outside = waiting.OUTSIDE.counted(found.outside, owner=pk)
    leads = leads_to_thank(member) if _cut(found.leads) else found.leads
    praise = waiting.PRAISE.counted(found.praise, person=person)
    noted = waiting.PRAISE_OUTSIDE.counted(found.praise_outside, owner=pk)
    return Counts(
        waiting=len(waiting.REQUESTS.counted(found.requests, person=person, now=now)),
        questions=len(waiting.QUESTIONS.counted(found.questions, giver=pk)),
        matches=evaluations.count_to_judge(member=member, now=now) if _cut(matches) else len(matches),
        duties=sum((row["thanked_at"] is None) + (not row["outcome"]) for row in (*owed, *outside)) + len(leads),
        gentle=sum(len(row["to_promote"]) for row in (*praise, *noted)),
        woken=awake,
    )


# -- everything, for the pages that list it ---------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Everything:
    """All that waits for a member, in the order of home."""

    i_owe: Sequence[DutyLine]
    waiting: Sequence[Waiting]
    questions: Sequence[Asked]
    matches: Sequence[ToJudge]
    woken: Sequence[Sleeper]


def everything(*, member: MemberCard, now: datetime, policy: Policy) -> Everything:
    """Return all that waits for a member, in a number of queries that does not grow with rows (R22)."""
    person = member.address_hash
    found = Found(
        owed=waiting.OWED.all(person=person),
        outside=waiting.OUTSIDE.all(owner=member.pk),
        leads=leads_to_thank(member),
        praise=waiting.PRAISE.all(person=person),
        praise_outside=waiting.PRAISE_OUTSIDE.all(owner=member.pk),
        requests=waiting.REQUESTS.all(person=person, now=now),
        questions=waiting.QUESTIONS.all(giver=member.pk),
    )
    lines: Lines = waiting.lines(found, policy=policy, now=now)
    return Everything(
        i_owe=lines.i_owe,
        waiting=lines.waiting,
        questions=lines.questions,
        matches=to_judge(member=member, now=now, most=None),
        woken=woken(owner=member, now=now, most=None),
    )


def owed_to_me(*, member: MemberCard, now: datetime, policy: Policy) -> list[DutyLine]:
    """Return all that is due to the member as a giver and has not come, in one query; never why (R22)."""
    return waiting.lines_owed_to(waiting.OWED_TO.all(giver=member.pk, now=now), policy=policy, now=now)
