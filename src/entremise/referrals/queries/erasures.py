"""What was erased by itself or on request, in counts (R48): for the owner, who learns no name from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from entremise.accounts import queries as members
from entremise.protocol.policy import Policy
from entremise.referrals.models import Erasure


@dataclass(frozen=True)
class Erased:
    """So many rows of a sort, at an instant.

    Sorts: told, requests, mails, asides, parts, needs, evaluations, proofs, leads, outbox, contacts, imports,
    invitations, addresses, member, book.
    """

    what: str
    rows: int
    at: datetime


def erasures(*, limit: int = 100) -> tuple[Erased, ...]:
    """Return what was erased lately, newest first."""
    rows = Erasure.objects.order_by("-at", "-pk").values_list("what", "rows", "at")[:limit]
    return tuple(Erased(*row) for row in rows)


@dataclass(frozen=True, kw_only=True)
class MonthErased:
    """One month that is over: of which sorts at least how many rows were erased, the most first. What is fewer than
    the owner may be shown is left out."""

    begins: date
    at_least: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class MonthsErased:
    """The months, newest first. `too_few`: with so few members a figure would tell of somebody, and none is here."""

    months: tuple[MonthErased, ...]
    step: int
    too_few: bool


def by_month(*, now: datetime, zone: str, policy: Policy) -> MonthsErased:
    """Return for the owner what was erased in each full month of the member's `zone` (R48).

    The owner gives as well. One row more or less, or its day, would tell them what somebody answered, or that somebody
    asked to be forgotten (R7, R46): so a month is shown once it is over, each count is rounded down to a multiple of
    `step`, and what then is nothing is left out.
    """
    step = policy.watched_from
    if members.how_many() <= policy.watched_among:
        return MonthsErased(months=(), step=step, too_few=True)
    place = ZoneInfo(zone)
    counted = Erasure.objects.annotate(month=TruncMonth("at", tzinfo=place)).values_list("month", "what")
    found: dict[date, dict[str, int]] = {}
    for month, what, rows in counted.annotate(n=Sum("rows")).order_by("-month", "-n", "what"):
        found.setdefault(month.date(), {})[what] = rows - rows % step
    running = now.astimezone(place).date().replace(day=1)
    months = tuple(
        MonthErased(begins=begins, at_least={what: rows for what, rows in counts.items() if rows})
        for begins, counts in found.items()
        if begins < running
    )
    return MonthsErased(months=months, step=step, too_few=False)
