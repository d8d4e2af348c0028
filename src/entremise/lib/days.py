"""A day, and the time of a day, as people say them: "mardi 1er décembre 2026", "22 h 30"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

_HALF_A_YEAR = timedelta(days=180)


def said(day: date, *, weekday: bool = False, year: bool = False) -> str:
    """Return a day in words, in the reader's language and, for an instant, zone: "1er décembre", "3 March"."""
    local = _local(day)
    words = [date_format(local, "l")] if weekday else []
    words += [number(local), date_format(local, "F")]
    return " ".join([*words, date_format(local, "Y")] if year else words)


def said_at(day: date, *, now: datetime, weekday: bool = False) -> str:
    """Return a day in words, with its year where without it another year's day would be thought of.

    That is a day of another year than that of `now`, more than 180 days away from it.
    """
    there, here = (date(one.year, one.month, one.day) for one in (_local(day), _local(now)))
    far = there.year != here.year and abs(there - here) > _HALF_A_YEAR
    return said(day, weekday=weekday, year=far)


def number(day: date) -> str:
    """Return the day of the month as it is written in a date: "1er", then "2"; in English "1", "2"."""
    local = _local(day)
    return pgettext("day of the month", "1") if local.day == 1 else str(local.day)


def clock(at: datetime) -> str:
    """Return the time of day of an instant, in the reader's zone: "22 h 30", "22:30"."""
    return date_format(_local(at), pgettext("time of day", "H:i"))


def _local(day: date) -> date:
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day
