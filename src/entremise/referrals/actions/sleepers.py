"""Putting a need to sleep until it may become real, moving its day, waking it (R11). Nobody is asked anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance
from entremise.protocol.policy import Policy
from entremise.referrals.actions import steps
from entremise.referrals.actions.giving import keep_draft
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Draft


class BadNight(ValueError):  # noqa: N818 - named as the fact it states
    """A need cannot sleep until that day: `reason` is "past" or "far"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def sleep(
    *,
    owner: MemberCard,
    draft: NeedDraft,
    until: date,
    uid: str = "",
    read: str = "",
    fresh: str = "",
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> str:
    """Keep a need, newly or in place of the draft `uid`, and let it sleep until a day; return its uid (R11).

    `read` and `fresh` are those of `keep_draft`. Raises BadNight for a day that is not to come, or further than a need
    may sleep; Gone for another member's draft, DraftChanged.
    """
    _check(until, owner=owner, now=now, policy=policy)
    kept = keep_draft(giver=owner, draft=draft, uid=uid, read=read, fresh=fresh, now=now, chance=chance)
    Draft.objects.filter(uid=kept, owner_id=owner.pk).update(wakes_on=until)
    return kept


@transaction.atomic
def move(*, owner: MemberCard, uid: str, until: date, now: datetime, policy: Policy) -> None:
    """Let a need that sleeps, or has woken, sleep until another day. Raises BadNight, Gone."""
    _check(until, owner=owner, now=now, policy=policy)
    kept = Draft.objects.filter(uid=uid, owner_id=owner.pk, wakes_on__isnull=False)
    if not kept.update(wakes_on=until, updated_at=now):
        raise steps.Gone


@transaction.atomic
def wake(*, owner: MemberCard, uid: str, now: datetime) -> None:
    """Make an ordinary draft of a need that sleeps; its urgency is asked anew (R11). Raises Gone."""
    row = Draft.objects.filter(uid=uid, owner_id=owner.pk, wakes_on__isnull=False).first()
    if row is None:
        raise steps.Gone
    typed = asked_anew(NeedDraft.from_json(row.typed)).to_json()
    Draft.objects.filter(pk=row.pk).update(typed=typed, wakes_on=None, updated_at=now)


def asked_anew(draft: NeedDraft) -> NeedDraft:
    """Return a draft whose urgency is to be told again: what was far may be near, or gone (R11)."""
    return replace(draft, urgency="", wanted_by=None)


def _check(until: date, *, owner: MemberCard, now: datetime, policy: Policy) -> None:
    away = (until - owner.today(now)).days
    if away <= 0:
        raise BadNight("past")
    if away > policy.sleeps_most:
        raise BadNight("far")
