"""What happened in a month of a member's: what was told, thanked for, and turned out well (R27, R49)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from entremise.accounts.queries import MemberCard
from entremise.protocol.ending import day_is_known
from entremise.protocol.evaluation import Match
from entremise.protocol.referral import Stage
from entremise.protocol.types import Outcome, Role
from entremise.referrals.models import Evaluation, Outside, Referral, Word
from entremise.referrals.queries.outside import Direction

_TELLING = ("contact", "news", "outcome")


@dataclass(frozen=True, kw_only=True)
class Words:
    """How often thanks were said, and how it goes was told."""

    thanks: int
    news: int


@dataclass(frozen=True, kw_only=True)
class Month:
    """What happened, here and outside; `good_given` and `good_received` are the uids of what turned out well (R49).

    What was given turned out well where the giver found it a good match, or the receiver told so and the giver did not
    find otherwise; what was received, where the receiver said so: nobody sees here what only another was asked (R14).
    An end counts where it was first told, unless it may have come a month before. `happened` is whether anything did.
    """

    said: Words
    heard: Words
    good_given: frozenset[str]
    good_received: frozenset[str]
    happened: bool


def month(*, member: MemberCard, since: datetime, until: datetime) -> Month:
    """Return what happened from `since` to before `until`, in nine queries however much there is (R27, R49)."""
    said = _words(
        (
            Q(referral__receiver_hash=member.address_hash),
            Q(outside__owner_id=member.pk, outside__direction=Direction.RECEIVED.value),
            Q(lead__receiver_hash=member.address_hash),
        ),
        since,
        until,
    )
    noted = Q(outside__owner_id=member.pk, outside__direction=Direction.GIVEN.value)  # what they heard, and wrote down
    heard = _words((Q(referral__giver_id=member.pk), noted, Q(lead__giver_id=member.pk)), since, until)
    moved = list(_moved(member, since, until))
    won_given = {one.uid for one in moved if one.won and one.given}
    judged = _judged(member, since, until, won=won_given)
    good = {uid for uid, match in judged.items() if match == Match.YES.value}
    return Month(
        said=said,
        heard=heard,
        good_given=frozenset(won_given.difference(judged) | good),
        good_received=frozenset(one.uid for one in moved if one.won and not one.given),
        happened=bool(moved or good or said.thanks or said.news or heard.thanks or heard.news),
    )


@dataclass(frozen=True, kw_only=True)
class _Moved:
    """One introduction that was made, or whose outcome was told, in the month; `won` if that is what was told."""

    uid: str
    given: bool
    won: bool


def _moved(member: MemberCard, since: datetime, until: datetime) -> list[_Moved]:
    ended = _within("outcome_at", since, until)
    names = ("uid", "outcome", "outcome_at")
    mine = Referral.objects.filter(Q(giver_id=member.pk) | Q(receiver_hash=member.address_hash))
    here = mine.filter(_within("introduced_at", since, until) | ended, stage=Stage.INTRODUCED.value)
    noted = Outside.objects.filter(_within("arrived_at", since, until) | ended, owner_id=member.pk)
    told = noted.values("direction", "arrived_at", "created_at", *names)
    rows: list[tuple[bool, dict[str, Any]]] = [
        *((row["giver_id"] == member.pk, dict(row)) for row in here.values("giver_id", *names)),
        *((row["direction"] == Direction.GIVEN.value, dict(row)) for row in told if _is_of(row, since, member)),
    ]
    return [_Moved(uid=row["uid"], given=given, won=_was_won(row, since, until)) for given, row in rows]


def _is_of(row: Mapping[str, Any], since: datetime, member: MemberCard) -> bool:
    """Whether what was noted belongs to the month: it came in it, or ended in it as far as is known (R26)."""
    if row["arrived_at"] >= since:
        return True
    came_on, noted_on, told_on = (member.today(row[name]) for name in ("arrived_at", "created_at", "outcome_at"))
    return day_is_known(came_on=came_on, noted_on=noted_on, told_on=told_on)


def _was_won(row: dict[str, Any], since: datetime, until: datetime) -> bool:
    at = row["outcome_at"]
    return row["outcome"] == Outcome.WON.value and at is not None and since <= at < until


def _judged(member: MemberCard, since: datetime, until: datetime, *, won: Collection[str]) -> Mapping[str, str]:
    """Return what this giver found of their own, by uid: a good match, said in the month; and, at any time, whatever
    they found of what was told as won."""
    theirs = Q(referral__giver_id=member.pk) | Q(outside__owner_id=member.pk)
    good = _within("answered_at", since, until) & Q(match=Match.YES.value)
    told = Q(answered_at__isnull=False) & (Q(referral__uid__in=won) | Q(outside__uid__in=won))
    own = Evaluation.objects.filter(theirs, good | told, role=Role.GIVER.value)
    rows = own.values_list("referral__uid", "outside__uid", "match")
    return {here or noted: match for here, noted, match in rows}


def _words(whose: tuple[Q, ...], since: datetime, until: datetime) -> Words:
    """Count, a table at a time, so that each is found by its own index."""
    counts: dict[str, int] = {}
    for one in whose:
        kinds = Word.objects.filter(one, _within("at", since, until)).values_list("kind").annotate(times=Count("pk"))
        for kind, times in kinds.order_by():
            counts[kind] = counts.get(kind, 0) + times
    return Words(thanks=counts.get("thanks", 0), news=sum(counts.get(kind, 0) for kind in _TELLING))


def _within(name: str, since: datetime, until: datetime) -> Q:
    return Q(**{f"{name}__gte": since, f"{name}__lt": until})
