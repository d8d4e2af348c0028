"""What became of the referrals by which a member met people, as far as they may know (R26, R37)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count

from entremise.accounts.queries import MemberCard
from entremise.protocol.referral import Stage
from entremise.protocol.types import Kind, Outcome
from entremise.protocol.wall import KNOWS, Item, Seen
from entremise.referrals.models import Outside, Referral, Request
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose


@dataclass(frozen=True, kw_only=True)
class Came:
    """One referral by which somebody was met: the day, and the outcome where the member may know one.

    `token` opens the page of news of one that was received here; `noted` is the uid of one noted from outside. Both are
    empty where the member was the client: they have nothing to tell there.
    """

    on: date
    outcome: Outcome | None = None
    token: str = ""
    noted: str = ""


def came_by(*, member: MemberCard, referrals: Collection[str]) -> Mapping[str, Came]:
    """Return those of the referrals that are the member's own, by the uid their book names them by; in two queries."""
    wanted = [uid for uid in referrals if uid]
    if not wanted:
        return {}
    zone = ZoneInfo(member.time_zone)
    outside = Outside.objects.filter(owner_id=member.pk, uid__in=wanted).values_list("uid", "arrived_at", "outcome")
    found = {
        uid: Came(on=at.astimezone(zone).date(), outcome=_outcome(outcome), noted=uid) for uid, at, outcome in outside
    }
    here = Request.objects.filter(uid__in=wanted, address_hash=member.address_hash)
    rows = here.filter(referral__stage=Stage.INTRODUCED.value).values_list(
        "uid", "kind", "referral__uid", "referral__introduced_at", "referral__outcome"
    )
    for uid, kind, referral, at, outcome in rows:
        assert at is not None  # every introduction has its instant
        told = Item.NEWS in KNOWS[Kind(kind).asked, Seen.INTRODUCED]
        found[uid] = Came(
            on=at.astimezone(zone).date(),
            outcome=_outcome(outcome) if told else None,
            token=keys.token(Purpose.NEWS, referral) if told else "",
        )
    return found


def introduced_by_me(*, giver: MemberCard, contacts: Collection[int]) -> Mapping[int, int]:
    """Return how often the giver introduced each of these contacts to somebody, by primary key; in two queries."""
    mine = Referral.objects.filter(giver_id=giver.pk, stage=Stage.INTRODUCED.value)
    found: dict[int, int] = {}
    for party in ("receiver_id", "need__client_id"):
        rows = mine.filter(**{f"{party}__in": list(contacts)}).values_list(party).annotate(times=Count("pk"))
        for pk, times in rows.order_by():
            found[pk] = found.get(pk, 0) + times
    return found


def _outcome(kept: str) -> Outcome | None:
    return Outcome(kept) if kept else None
