"""Whose turn it is to receive the day's list: every member has one next instant, on their own clock (R22)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from entremise.accounts import queries
from entremise.accounts.mapping import card
from entremise.accounts.models import Member
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.outbox.actions import enqueue

AT_ONCE = 500
DIGEST_PURPOSE = "digest"


def next_turn(now: datetime, *, hour: int, zone: str) -> datetime:
    """Return the first instant after `now` at which it is `hour` o'clock in `zone`.

    An hour that a change of clocks leaves out comes when the clocks have gone on; one that comes twice, the first time.
    """
    place = ZoneInfo(zone)
    day = now.astimezone(place).date()
    for ahead in (day, day + timedelta(days=1)):
        # Through UTC, so that an hour that does not exist becomes one that does.
        turn = datetime.combine(ahead, time(hour), tzinfo=place).timestamp()
        if turn > now.timestamp():
            return datetime.fromtimestamp(turn, tz=now.tzinfo)
    raise AssertionError("tomorrow's hour is always ahead")


@transaction.atomic
def take_turns(*, job: str, now: datetime, chance: Chance, most: int = AT_ONCE) -> int:
    """Queue `job` for members whose hour has come, once a member and local day, and set their next turn.

    Of members who are new, or changed their hour or zone, only the next turn is set. At most `most` members at once,
    whoever has waited longest first; two workers never take the same turn. Returns how many were taken.
    """
    wanting = Member.objects.filter(is_active=True, digest_on=True)
    fresh = list(wanting.filter(digest_due=None).order_by("pk")[:most])
    due = list(wanting.filter(digest_due__lte=now).order_by("digest_due", "pk")[: most - len(fresh)])
    for row in [*fresh, *due]:
        turn = next_turn(now, hour=row.digest_hour, zone=row.time_zone)
        taken = Member.objects.filter(pk=row.pk, digest_due=row.digest_due).update(digest_due=turn)
        if taken and row.digest_due is not None:
            payload: Mapping[str, JSON] = {"member": row.uid}
            key = f"{job}:{row.uid}:{card(row).today(now).isoformat()}"
            enqueue(job=job, key=key, payload=payload, due=now, now=now, chance=chance)
    return len(fresh) + len(due)


def digest_token(uid: str) -> str:
    """Return the token by which a mail program stops the day's list of this member; it opens nothing else."""
    return links.token(DIGEST_PURPOSE, uid, secret=links.site_secret())


@transaction.atomic
def switch_digest(*, uid: str, token: str, on: bool) -> bool:
    """Stop the day's list of the member whose mail carried the token, or let it come again; False for no such mail."""
    if not links.same(token, digest_token(uid)):
        return False
    return bool(Member.objects.filter(uid=uid, is_active=True).update(digest_on=on, digest_due=None))


def wants_digest(*, uid: str, token: str) -> bool | None:
    """Return whether the day's list comes to the member whose mail carried the token; None for no such mail."""
    member = queries.by_uid(uid) if links.same(token, digest_token(uid)) else None
    return None if member is None else member.digest_on
