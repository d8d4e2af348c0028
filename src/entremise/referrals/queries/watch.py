"""What the owner may know of sending: figures about members without names, and never about anybody else (R46)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from entremise.accounts import queries as members
from entremise.accounts.mapping import MemberCard
from entremise.protocol.policy import Policy
from entremise.protocol.types import Answer
from entremise.referrals.models import Referral, Refused, Request
from entremise.referrals.queries.refusals import ALL, GIVER


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One member's requests lately. `uid` is for doors that look up who it is; it is never shown."""

    uid: str
    sent: int
    unanswered: int
    declined: int
    muted: int
    refusals: int


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The installation's sending lately: what was held back, who reached a limit, and whom figures speak against."""

    days: int
    sent: int
    muted: int
    refused_all: int | None
    at_day_limit: int
    at_week_limit: int
    figures: tuple[Figures, ...]
    too_few: bool


def watch(*, now: datetime, policy: Policy, but_for: int | None = None) -> Watch:
    """Return the figures of the last days. `too_few`: with so few members a figure would be a name.

    The requests of the member `but_for` do not count: who looks at these figures is a giver too, and would read in
    them what became of their own (R7). `refused_all` stays None while it is smaller than what is shown of anybody.
    """
    since = now - timedelta(days=policy.watched_within)
    by_giver = {giver: counted for giver, counted in _by_giver(since=since, now=now).items() if giver != but_for}
    cards = members.by_pks(by_giver)
    refusals = _refusals(since)
    all_figures = [_figures(cards[pk], counted, refusals) for pk, counted in by_giver.items() if pk in cards]
    limits = _at_limits(now=now, policy=policy)
    return Watch(
        days=policy.watched_within,
        sent=sum(one.sent for one in all_figures),
        muted=sum(one.muted for one in all_figures),
        refused_all=refused if (refused := _refused_all(since)) >= policy.watched_from else None,
        at_day_limit=limits["day"],
        at_week_limit=limits["week"],
        figures=tuple(sorted((one for one in all_figures if _tells(one, policy)), key=_weight, reverse=True)),
        too_few=members.how_many() <= policy.watched_among,
    )


def _refused_all(since: datetime) -> int:
    return Refused.objects.filter(scope=ALL, at__gt=since).count()


def _by_giver(*, since: datetime, now: datetime) -> dict[int, dict[str, int]]:
    """Return the counts of each giver's requests since then, in one query."""
    left = Q(mute=False)
    rows = Request.objects.filter(sent_at__gt=since).values("need__giver_id")
    counted = rows.annotate(
        sent=Count("pk", filter=left),
        unanswered=Count("pk", filter=left & Q(answer="", deadline__lte=now)),
        declined=Count("pk", filter=left & Q(answer=Answer.NO.value)),
        muted=Count("pk", filter=Q(mute=True)),
    )
    names = ("sent", "unanswered", "declined", "muted")
    rows_of = counted.order_by().values_list("need__giver_id", *names)
    return {giver: dict(zip(names, figures, strict=True)) for giver, *figures in rows_of}


def _refusals(since: datetime) -> Mapping[str, int]:
    """Return how many people asked since then to hear no more from each giver, by the giver's keyed hash."""
    rows = Refused.objects.filter(scope=GIVER, at__gt=since).values_list("other").annotate(n=Count("pk"))
    return dict(rows.order_by())


def _figures(card: MemberCard, counted: Mapping[str, int], refusals: Mapping[str, int]) -> Figures:
    return Figures(
        uid=card.uid,
        sent=counted["sent"],
        unanswered=counted["unanswered"],
        declined=counted["declined"],
        muted=counted["muted"],
        refusals=refusals.get(card.address_hash, 0),
    )


def _tells(one: Figures, policy: Policy) -> bool:
    """Whether these figures ask for somebody's attention: many requests most of which nobody wanted, or refusals."""
    unwelcome = one.unanswered + one.declined + one.muted
    many = one.sent + one.muted >= policy.watched_from
    return one.refusals >= policy.watched_refusals or (many and 2 * unwelcome >= one.sent + one.muted)


def _weight(one: Figures) -> tuple[int, int, str]:
    return one.refusals, one.unanswered + one.declined + one.muted, one.uid


def _at_limits(*, now: datetime, policy: Policy) -> Counter[str]:
    """Return how many givers have sent as much as they may in a day, and in a week (R46)."""
    week, day = now - timedelta(days=7), now - timedelta(days=1)
    rows = Referral.objects.filter(created_at__gt=week).values("giver_id")
    found: Counter[str] = Counter()
    for row in rows.annotate(week=Count("pk"), day=Count("pk", filter=Q(created_at__gt=day))).order_by():
        found["week"] += row["week"] >= policy.given_a_week
        found["day"] += row["day"] >= policy.given_a_day
    return found
