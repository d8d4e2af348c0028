"""Needs that sleep until they may become real (R11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from entremise.accounts.queries import MemberCard
from entremise.people.queries.naming import names_of
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Draft

_AT_MOST = 50


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


def sleeper(*, owner: MemberCard, uid: str) -> Sleeper | None:
    """Return one need of the member's that sleeps or has woken; None for anything else (R44)."""
    return next(iter(_sleepers(owner, uid=uid)), None)


def _sleepers(owner: MemberCard, *, stop: int | None = _AT_MOST, **wanted: object) -> tuple[Sleeper, ...]:
    rows = list(
        Draft.objects.filter(owner_id=owner.pk, wakes_on__isnull=False, **wanted).order_by("wakes_on", "pk")[:stop]
    )
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
