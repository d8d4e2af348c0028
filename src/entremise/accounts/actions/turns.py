"""Mails that come by themselves at a member's own hour: whose turn it is, and how each is stopped (R22, R27)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from entremise.accounts import queries
from entremise.accounts.mapping import MemberCard, card
from entremise.accounts.models import Member
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.outbox.actions import enqueue
from entremise.protocol.duties import add_working_days

AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Series:
    """One mail that comes again and again, and its two columns: `<name>_on`, wanted, and `<name>_due`, its next turn.

    `days` are the days it comes on, from a day's own on, at most two in the past; `about` names what one is about,
    so that no two are about the same.
    """

    name: str
    days: Callable[[date], Iterator[date]]
    about: Callable[[date], str]

    @property
    def wanted(self) -> str:
        """The column that says whether a member wants it."""
        return f"{self.name}_on"

    @property
    def due(self) -> str:
        """The column of its next turn; empty until it is worked out from the hour and the zone."""
        return f"{self.name}_due"

    def comes_to(self, member: MemberCard) -> bool:
        """Return whether this member wants it."""
        return bool(getattr(member, self.wanted))


def _every_day(day: date) -> Iterator[date]:
    return (day + timedelta(days=n) for n in count())


def _first_working_days(day: date) -> Iterator[date]:
    first = datetime.combine(day.replace(day=1), time.min)
    while True:
        yield add_working_days(first - timedelta(days=1), 1).date()
        first = (first + timedelta(days=31)).replace(day=1)


def _month_before(day: date) -> str:
    return (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


# What a member owes, day by day (R22); and what came of the month before, on the first working day of each (R27).
DIGEST = Series(name="digest", days=_every_day, about=date.isoformat)
REVIEW = Series(name="review", days=_first_working_days, about=_month_before)


def next_turn(series: Series, now: datetime, *, hour: int, zone: str) -> datetime:
    """Return the first instant after `now` at which it is `hour` o'clock in `zone` on a day of the series.

    An hour that a change of clocks leaves out comes when the clocks have gone on; one that comes twice, the first time.
    """
    place = ZoneInfo(zone)
    for day in series.days(now.astimezone(place).date()):
        # Through UTC, so that an hour that does not exist becomes one that does.
        turn = datetime.combine(day, time(hour), tzinfo=place).timestamp()
        if turn > now.timestamp():
            return datetime.fromtimestamp(turn, tz=now.tzinfo)
    raise AssertionError("there is always another day")


@transaction.atomic
def take_turns(series: Series, *, job: str, now: datetime, chance: Chance, most: int = AT_ONCE) -> int:
    """Queue `job` for members whose hour has come, once a member and day (or month), and set their next turn.

    The payload holds the `member` and what the mail is `about`: the day as 2026-12-01, or the month before as 2026-11.
    Of members who are new, or changed their hour or zone, only the next turn is set. At most `most` members at once,
    whoever has waited longest first; two workers never take the same turn. Returns how many were taken.
    """
    wanting = Member.objects.filter(Q((series.wanted, True)), is_active=True)
    fresh = list(wanting.filter(Q((series.due, None))).order_by("pk")[:most])
    due = list(wanting.filter(Q((f"{series.due}__lte", now))).order_by(series.due, "pk")[: most - len(fresh)])
    for row in [*fresh, *due]:
        was = getattr(row, series.due)
        turn = next_turn(series, now, hour=row.digest_hour, zone=row.time_zone)
        taken = Member.objects.filter(Q((series.due, was)), pk=row.pk).update(**{series.due: turn})
        if taken and was is not None:
            about = series.about(card(row).today(now))
            payload: Mapping[str, JSON] = {"member": row.uid, "about": about}
            enqueue(job=job, key=f"{job}:{row.uid}:{about}", payload=payload, due=now, now=now, chance=chance)
    return len(fresh) + len(due)


def stop_token(series: Series, uid: str) -> str:
    """Return the token by which a mail program stops this series for this member; it opens nothing else."""
    return links.token(series.name, uid, secret=links.site_secret())


@transaction.atomic
def switch(series: Series, *, uid: str, token: str, on: bool) -> bool:
    """Stop the series for the member whose mail carried the token, or let it come again; False for no such mail."""
    if not links.same(token, stop_token(series, uid)):
        return False
    values = {series.wanted: on, series.due: None}
    return bool(Member.objects.filter(uid=uid, is_active=True).update(**values))


def comes(series: Series, *, uid: str, token: str) -> bool | None:
    """Return whether the series comes to the member whose mail carried the token; None for no such mail."""
    member = queries.by_uid(uid) if links.same(token, stop_token(series, uid)) else None
    return None if member is None else series.comes_to(member)
