"""When mails that come by themselves come: at the member's own hour, whatever the clocks do (R22, R27)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from entremise.accounts.actions.turns import DIGEST, REVIEW, next_turn


@pytest.mark.parametrize(
    ("now", "zone", "hour", "expected"),
    [
        ("2026-11-22T05:59", "Europe/Paris", 7, "2026-11-22T06:00"),
        ("2026-11-22T06:00", "Europe/Paris", 7, "2026-11-23T06:00"),
        ("2026-11-22T11:59", "America/Toronto", 7, "2026-11-22T12:00"),
        ("2026-11-22T11:00", "Pacific/Noumea", 7, "2026-11-22T20:00"),
        # 29 March 2026: 2 o'clock does not exist in Paris; 25 October: it comes twice.
        ("2026-03-28T12:00", "Europe/Paris", 2, "2026-03-29T01:00"),
        ("2026-03-29T00:59", "Europe/Paris", 2, "2026-03-29T01:00"),
        ("2026-03-29T01:00", "Europe/Paris", 2, "2026-03-30T00:00"),
        ("2026-10-24T12:00", "Europe/Paris", 2, "2026-10-25T00:00"),
        ("2026-10-25T00:30", "Europe/Paris", 2, "2026-10-26T01:00"),
        ("2026-10-25T00:30", "Europe/Paris", 7, "2026-10-25T06:00"),
        ("2026-03-29T00:30", "Europe/Paris", 7, "2026-03-29T05:00"),
    ],
)
def test_the_next_turn_is_the_hour_on_the_members_own_clock(now: str, zone: str, hour: int, expected: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_turn(DIGEST, at, hour=hour, zone=zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "hour", "expected"),
    [
        # 1 December 2026 is a Tuesday; 1 January 2027 a Friday; 1 May 2027 a Saturday; 1 August 2027 a Sunday.
        ("2026-11-22T12:00", "Europe/Paris", 7, "2026-12-01T06:00"),
        ("2026-12-01T05:59", "Europe/Paris", 7, "2026-12-01T06:00"),
        ("2026-12-01T06:00", "Europe/Paris", 7, "2027-01-01T06:00"),
        ("2027-04-30T12:00", "Europe/Paris", 7, "2027-05-03T05:00"),
        ("2027-05-01T12:00", "Europe/Paris", 7, "2027-05-03T05:00"),
        ("2027-07-31T12:00", "Europe/Paris", 7, "2027-08-02T05:00"),
        ("2027-01-31T12:00", "Europe/Paris", 0, "2027-01-31T23:00"),  # already 1 February there
        # The month is the member's own: in Auckland it begins while it is still October in Paris.
        ("2026-10-31T12:00", "Pacific/Auckland", 7, "2026-11-01T18:00"),
        ("2026-12-01T06:00", "Pacific/Honolulu", 7, "2026-12-01T17:00"),
        ("2026-12-01T17:00", "Pacific/Honolulu", 7, "2027-01-01T17:00"),
        # The clocks change in between.
        ("2027-03-01T08:00", "Europe/Paris", 7, "2027-04-01T05:00"),
    ],
)
def test_the_look_back_comes_on_the_first_working_day_of_the_month_there(
    now: str, zone: str, hour: int, expected: str
) -> None:
    """R27."""
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_turn(REVIEW, at, hour=hour, zone=zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "month"), [("2026-12-01", "2026-11"), ("2027-01-01", "2026-12"), ("2027-03-31", "2027-02")]
)
def test_it_looks_back_at_the_month_before(day: str, month: str) -> None:
    assert REVIEW.about(date.fromisoformat(day)) == month
