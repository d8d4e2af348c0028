"""A day is said as people say it, wherever it is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from entremise.lib import days

FIRST = date(2026, 12, 1)
# In Paris it is half past midnight, on the first of December.
LATE = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "1er décembre|mardi 1er décembre|1er décembre 2026|1er"),
        ("en", "1 December|Tuesday 1 December|1 December 2026|1"),
    ],
)
@pytest.mark.parametrize("at", [FIRST, LATE], ids=["a day", "an instant"])
def test_the_first_of_a_month_is_said_as_it_is_spoken_where_the_reader_is(at: date, language: str, said: str) -> None:
    page = Template("{% load prose %}{{ at|day }}|{{ at|weekday }}|{{ at|full_day }}|{{ at|day_number }}")
    with translation.override(language), timezone.override(ZoneInfo("Europe/Paris")):
        assert page.render(Context({"at": at})) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 12, 1), "1 December 2025"),
        (date(2026, 1, 1), "1 January"),
        (date(2027, 1, 15), "15 January"),
        (date(2027, 6, 1), "1 June 2027"),
    ],
)
def test_a_day_far_off_in_another_year_is_said_with_its_year(day: date, said: str) -> None:
    with translation.override("en"):
        assert days.said_at(day, now=LATE) == said


def test_every_other_day_is_a_plain_number() -> None:
    with translation.override("fr"):
        assert days.said(date(2026, 12, 21), weekday=True) == "lundi 21 décembre"


@pytest.mark.parametrize(("language", "said"), [("fr", "0 h 30"), ("en", "00:30")])
def test_a_time_of_day_is_the_readers(language: str, said: str) -> None:
    with translation.override(language), timezone.override(ZoneInfo("Europe/Paris")):
        assert (
            Template("{% load prose %}{{ at|clock }}").render(Context({"at": LATE})).replace("\N{NO-BREAK SPACE}", " ")
            == said
        )
