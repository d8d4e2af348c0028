"""What a receiver made of one introduction: thanks, a first contact and news, in time or not (R20, R21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from entremise.protocol import upkeep
from entremise.protocol.policy import Policy
from entremise.protocol.upkeep import Counts, Course, Kept

POLICY = Policy()
MONDAY = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def course(**more: Any) -> Course:
    """Days after the introduction on a Monday at noon, as instants."""
    at = {name: MONDAY + timedelta(days=days) for name, days in more.items() if name != "told_at"}
    told = tuple(MONDAY + timedelta(days=days) for days in more.get("told_at", ()))
    return Course(introduced_at=MONDAY, told_at=told, **at)


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


def test_no_first_contact_is_missing_where_it_ended_before_its_date() -> None:
    assert kept(upkeep.contact_kept, course(ended_at=1), after=30) is None
    assert kept(upkeep.contact_kept, course(ended_at=3), after=30) is Kept.NOT_YET
    assert kept(upkeep.thanks_kept, course(ended_at=1), after=30) is Kept.NOT_YET


@pytest.mark.parametrize(
    ("said", "after", "wanted"),
    [
        ({}, 60, None),  # no contact: the contact is missing, not the news
        ({"contacted_at": 1}, 15, None),
        ({"contacted_at": 1}, 15.1, Kept.NOT_YET),
        ({"contacted_at": 1, "told_at": (1,)}, 15, None),  # the contact itself
        ({"contacted_at": 1, "told_at": (1, 15)}, 29, Kept.IN_TIME),
        ({"contacted_at": 1, "told_at": (29, 15)}, 43, Kept.IN_TIME),
        ({"contacted_at": 1, "told_at": (15,)}, 29.1, Kept.NOT_YET),
        ({"contacted_at": 1, "told_at": (16,)}, 20, Kept.LATE),
        ({"contacted_at": 1, "told_at": (16,)}, 31, Kept.NOT_YET),
        ({"contacted_at": 1, "told_at": (16, 20), "ended_at": 20}, 90, Kept.LATE),
        ({"contacted_at": 1, "told_at": (10,), "ended_at": 10}, 90, Kept.IN_TIME),
        ({"contacted_at": 1, "ended_at": 1}, 90, None),
    ],
)
def test_r21_news_are_given_every_fourteen_days_until_the_end(
    said: dict[str, Any], after: float, wanted: Kept | None
) -> None:
    assert kept(upkeep.news_kept, course(**said), after=after) is wanted


def test_counts_leave_out_what_is_not_due_yet() -> None:
    found = upkeep.count([Kept.IN_TIME, None, Kept.LATE, Kept.LATE, Kept.NOT_YET, None])
    assert found == Counts(in_time=1, late=2, not_yet=1)
    assert (found.due, found.missed) == (4, 3)
