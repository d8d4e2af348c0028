"""What a receiver made of one introduction: thanks, a first contact and news, in time or not (R20, R21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from entremise.protocol import upkeep
from entremise.protocol.policy import Policy
from entremise.protocol.upkeep import Counts, Course, Kept, Tells

POLICY = Policy()
MONDAY = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def course(**more: Any) -> Course:
    """Days after the introduction on a Monday at noon, as instants; `news`, `ends` and `again` are words."""
    words = {"news": Tells.NEWS, "ends": Tells.END, "again": Tells.AGAIN}
    at = {name: MONDAY + timedelta(days=days) for name, days in more.items() if name not in words}
    told = tuple((MONDAY + timedelta(days=day), word) for name, word in words.items() for day in more.get(name, ()))
    return Course(introduced_at=MONDAY, told=told, **at)


def kept(rule: Any, of: Course, *, after: float) -> Kept | None:
    found: Kept | None = rule(of, now=MONDAY + timedelta(days=after), policy=POLICY)
    return found


@pytest.mark.parametrize("rule", [upkeep.thanks_kept, upkeep.contact_kept])
@pytest.mark.parametrize(
    ("done", "after", "wanted"),
    [
        (None, 2, None),
        (None, 2.01, Kept.NOT_YET),
        (0, 9, Kept.IN_TIME),
        (2, 9, Kept.IN_TIME),
        (2.01, 9, Kept.LATE),
    ],
)
def test_r20_thanks_and_first_contact_are_due_in_two_working_days(
    rule: Any, done: float | None, after: float, wanted: Kept | None
) -> None:
    said = {} if done is None else {"thanked_at": done, "contacted_at": done}
    assert kept(rule, course(**said), after=after) is wanted


def test_no_first_contact_is_missing_where_it_ended_without_one_and_thanks_are() -> None:
    """Who says that they never reached the client has tried, and nobody knows when."""
    assert kept(upkeep.contact_kept, course(ended_at=1), after=30) is None
    assert kept(upkeep.contact_kept, course(ended_at=9), after=30) is None
    assert kept(upkeep.thanks_kept, course(ended_at=1), after=30) is Kept.NOT_YET


@pytest.mark.parametrize(
    ("said", "after", "wanted"),
    [
        ({"ends": (9,), "again": (28,)}, 30, None),  # again a Monday
        ({"ends": (9,), "again": (28,)}, 30.1, Kept.NOT_YET),
        ({"ends": (9,), "again": (28,), "contacted_at": 29}, 60, Kept.IN_TIME),
        ({"ends": (9,), "again": (28,), "contacted_at": 33}, 60, Kept.LATE),
        ({"ends": (9,), "again": (28,), "contacted_at": 8}, 60, Kept.LATE),  # told of before, and late then
    ],
)
def test_r26_a_first_contact_counts_anew_where_what_ended_without_one_is_taken_up(
    said: dict[str, Any], after: float, wanted: Kept | None
) -> None:
    assert kept(upkeep.contact_kept, course(**said), after=after) is wanted


@pytest.mark.parametrize("rule", [upkeep.thanks_kept, upkeep.contact_kept])
@pytest.mark.parametrize(
    ("noted", "done", "after", "wanted"),
    [
        (1, 2, 90, Kept.IN_TIME),  # written down before the date: as any other
        (1, 2.01, 90, Kept.LATE),
        (1, None, 2.01, Kept.NOT_YET),
        (28, 28, 90, None),  # afterwards, and done when it was written down: nobody said when
        (28, 30, 90, None),
        (28, 30.01, 90, Kept.LATE),  # longer than agreed since it was written down
        (28, None, 30, None),
        (28, None, 30.01, Kept.NOT_YET),
    ],
)
def test_r26_what_was_written_down_after_its_date_is_late_only_from_then_on(
    rule: Any, noted: float, done: float | None, after: float, wanted: Kept | None
) -> None:
    said = {} if done is None else {"thanked_at": done, "contacted_at": done}
    assert kept(rule, course(noted_at=noted, **said), after=after) is wanted


def test_r26_of_one_written_down_with_its_end_nothing_is_missing() -> None:
    assert kept(upkeep.thanks_kept, course(noted_at=28, ended_at=28), after=90) is None
    assert kept(upkeep.contact_kept, course(noted_at=28, ended_at=28), after=90) is None
    assert kept(upkeep.thanks_kept, course(noted_at=28, ended_at=50), after=90) is Kept.NOT_YET
    assert kept(upkeep.thanks_kept, course(noted_at=1, ended_at=1), after=90) is Kept.NOT_YET


@pytest.mark.parametrize(
    ("said", "after", "wanted"),
    [
        ({}, 60, None),  # no contact: the contact is missing, not the news
        ({"contacted_at": 1}, 15, None),
        ({"contacted_at": 1}, 15.1, Kept.NOT_YET),
        ({"contacted_at": 1, "news": (1,)}, 15, None),  # the contact itself
        ({"contacted_at": 1, "news": (1, 15)}, 29, Kept.IN_TIME),
        ({"contacted_at": 1, "news": (29, 15)}, 43, Kept.IN_TIME),
        ({"contacted_at": 1, "news": (15,)}, 29.1, Kept.NOT_YET),
        ({"contacted_at": 1, "news": (16,)}, 20, Kept.LATE),
        ({"contacted_at": 1, "news": (16,)}, 31, Kept.NOT_YET),
        ({"contacted_at": 1, "news": (16,), "ends": (20,), "ended_at": 20}, 90, Kept.LATE),
        ({"contacted_at": 1, "ends": (10,), "ended_at": 10}, 90, Kept.IN_TIME),
        ({"contacted_at": 1, "ends": (1,), "ended_at": 1}, 90, None),  # the contact was told of by its end
        ({"contacted_at": 9, "ends": (3,), "again": (8,), "news": (20,)}, 21, Kept.IN_TIME),  # never reached, then was
    ],
)
def test_r21_news_are_given_every_fourteen_days_until_the_end(
    said: dict[str, Any], after: float, wanted: Kept | None
) -> None:
    assert kept(upkeep.news_kept, course(**said), after=after) is wanted


@pytest.mark.parametrize(
    ("said", "after", "wanted"),
    [
        ({"ends": (10,), "again": (90,)}, 104, Kept.IN_TIME),
        ({"ends": (10,), "again": (90,)}, 104.1, Kept.NOT_YET),
        ({"ends": (10,), "again": (90,), "news": (104,)}, 105, Kept.IN_TIME),
        ({"ends": (10,), "again": (90,), "news": (105,)}, 106, Kept.LATE),
        ({"ends": (10, 200), "again": (190,), "ended_at": 200}, 900, Kept.IN_TIME),
        ({"ends": (16, 200), "again": (190,), "ended_at": 200}, 900, Kept.LATE),
        ({"ends": (10, 90), "ended_at": 10}, 900, Kept.IN_TIME),  # corrected long after
        ({"ends": (10,), "news": (90,), "ended_at": 10}, 900, Kept.IN_TIME),  # a word more after the end
    ],
)
def test_r21_r26_no_news_are_owed_while_it_is_set_aside_or_over(
    said: dict[str, Any], after: float, wanted: Kept | None
) -> None:
    assert kept(upkeep.news_kept, course(contacted_at=1, **said), after=after) is wanted


def test_counts_leave_out_what_is_not_due_yet() -> None:
    found = upkeep.count([Kept.IN_TIME, None, Kept.LATE, Kept.LATE, Kept.NOT_YET, None])
    assert found == Counts(in_time=1, late=2, not_yet=1)
    assert (found.due, found.missed) == (4, 3)
