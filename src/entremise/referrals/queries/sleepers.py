"""Needs that sleep until they may become real (R11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from entremise.accounts.queries import MemberCard
from entremise.people.queries.naming import names_of
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Draft

_AT_MOST = 50
PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Sleeper:
    """A need that sleeps, or has woken: whom it is about, as the member's book names them, and its day."""

    uid: str
    client: str
    receiver: str
    draft: NeedDraft
    wakes_on: date


def woken(*, owner: MemberCard, now: datetime, most: int | None = _AT_MOST) -> tuple[Sleeper, ...]:
    """Return the needs whose day has come where the member is, the earliest first (R11); `most`, or all."""
    return _sleepers(owner, stop=most, wakes_on__lte=owner.today(now))


def asleep(*, owner: MemberCard, now: datetime) -> tuple[Sleeper, ...]:
    """Return the needs that still sleep, whichever wakes first first."""
    return _sleepers(owner, wakes_on__gt=owner.today(now))


@dataclass(frozen=True, kw_only=True)
class SleeperPage:
    """A page of what sleeps, or has woken: at most PAGE_SIZE lines of `total`; pages count from 1."""

    lines: tuple[Sleeper, ...]
    total: int
    page: int


def sleeper_page(*, owner: MemberCard, page: int = 1) -> SleeperPage:
    """Return a page of all needs with a day, the earliest first: those that have woken before those that sleep (R11).

    A page beyond the last is the last.
    """
    total = _count(owner)
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    return SleeperPage(
        lines=_sleepers(owner, start=(page - 1) * PAGE_SIZE, stop=page * PAGE_SIZE), total=total, page=page
    )


def further(*, owner: MemberCard, shown: Sequence[Sleeper]) -> int:
    """Return how many needs sleep, or have woken, where that is more than are `shown`; else 0."""
    total = _count(owner) if len(shown) >= _AT_MOST else 0
    return total if total > len(shown) else 0


def _count(owner: MemberCard) -> int:
    return Draft.objects.filter(owner_id=owner.pk, wakes_on__isnull=False).count()


def sleeper(*, owner: MemberCard, uid: str) -> Sleeper | None:
    """Return one need of the member's that sleeps or has woken; None for anything else (R44)."""
    return next(iter(_sleepers(owner, uid=uid)), None)


def _sleepers(
    owner: MemberCard, *, start: int = 0, stop: int | None = _AT_MOST, **wanted: object
) -> tuple[Sleeper, ...]:
    dated = Draft.objects.filter(owner_id=owner.pk, wakes_on__isnull=False, **wanted).order_by("wakes_on", "pk")
    rows = list(dated[start:stop])
    drafts = [(row, NeedDraft.from_json(row.typed)) for row in rows]
    names = names_of(owner_pk=owner.pk, uids={uid for _row, one in drafts for uid in (one.client, one.receiver)})
    return tuple(
        Sleeper(
            uid=row.uid,
            client=names.get(one.client, ""),
            receiver=names.get(one.receiver, ""),
            draft=one,
            wakes_on=row.wakes_on,
        )
        for row, one in drafts
        if row.wakes_on is not None
    )
