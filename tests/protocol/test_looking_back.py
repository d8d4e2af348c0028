"""When the four questions are opened, and which of them wait (R26, R27, R29)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol import looking_back
from entremise.protocol.looking_back import Opened, Received
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome

POLICY = Policy()
TODAY = date(2026, 11, 22)
LOST, WON = Outcome.LOST, Outcome.WON


def came(uid: str, *, on: date, outcome: Outcome | None = None, ended: date | None = None) -> Received:
    return Received(uid=uid, introduced_on=on, outcome=outcome, ended_on=ended if outcome else None)


def long_ago(*outcomes: Outcome | None) -> list[Received]:
    """Introductions of a year ago, one a day, named a, b, c…, each ended on the day it came."""
    first = date(2025, 11, 1)
    days = [first + timedelta(days=n) for n in range(len(outcomes))]
    rows = enumerate(zip(days, outcomes, strict=True))
    return [came(chr(97 + n), on=day, outcome=said, ended=day) for n, (day, said) in rows]


def keys(received: list[Received], *, today: date = TODAY, answered: Any = ()) -> list[str]:
    days = answered if isinstance(answered, dict) else dict.fromkeys(answered, today)
    return [one.key for one in looking_back.due(received, today=today, answered=days, policy=POLICY)]


# -- the month --------------------------------------------------------------------------------------


def test_r27_a_month_in_which_nothing_was_received_or_ended_asks_nothing() -> None:
    assert keys([]) == []
    assert keys([came("a", on=date(2026, 9, 3), outcome=LOST, ended=date(2026, 9, 20))]) == []


@pytest.mark.parametrize(
    "one",
    [
        came("a", on=date(2026, 11, 1)),
        came("a", on=date(2026, 11, 22)),
        came("a", on=date(2026, 3, 3), outcome=WON, ended=date(2026, 11, 5)),
        came("a", on=date(2026, 3, 3), outcome=Outcome.SET_ASIDE, ended=date(2026, 11, 5)),
    ],
)
def test_r27_a_month_in_which_something_was_received_or_ended_opens_the_questions(one: Received) -> None:
    (found,) = looking_back.due([one], today=TODAY, answered={}, policy=POLICY)
    assert (found.key, found.opened, found.about) == ("2026-11", Opened.MONTH, ("a",))
    assert (found.since, found.until) == (date(2026, 11, 1), date(2026, 12, 10))


def test_the_month_just_past_stays_open_in_the_first_days_of_the_next_and_no_longer() -> None:
    rows = [came("a", on=date(2026, 10, 31)), came("b", on=date(2026, 11, 3))]
    assert keys(rows, today=date(2026, 11, 10)) == ["2026-10"]
    assert keys(rows, today=date(2026, 11, 10), answered={"2026-10"}) == ["2026-11"]
    assert keys(rows, today=date(2026, 11, 11)) == ["2026-11"]
    assert keys(rows, today=date(2026, 12, 10)) == ["2026-11"]
    assert keys(rows, today=date(2026, 12, 11)) == []


def test_a_year_ends_as_any_month_does() -> None:
    rows = [came("a", on=date(2026, 12, 31))]
    (found,) = looking_back.due(rows, today=date(2027, 1, 10), answered={}, policy=POLICY)
    assert (found.key, found.until) == ("2026-12", date(2027, 1, 10))
    assert keys(rows, today=date(2027, 1, 11)) == []


def test_r26_where_nobody_said_when_it_ended_it_ended_in_no_month() -> None:
    assert keys([came("a", on=date(2026, 3, 3), outcome=LOST)]) == []
    assert keys([came("a", on=date(2026, 11, 3), outcome=LOST)]) == ["2026-11"]


def test_what_was_answered_is_open_no_more() -> None:
    rows = [came("a", on=date(2026, 11, 3))]
    assert keys(rows, answered={"2026-11"}) == []
    assert [one.key for one in looking_back.openings(rows, today=TODAY, policy=POLICY)] == ["2026-11"]


@given(
    days=st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=6),
    today=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
)
def test_a_month_holds_the_day_something_came_and_is_open_from_then_on(days: list[date], today: date) -> None:
    rows = [came(str(n), on=day) for n, day in enumerate(days) if day <= today]
    for one in looking_back.openings(rows, today=today, policy=POLICY):
        assert one.until is not None
        assert one.since <= today <= one.until
        assert {f"{row.introduced_on:%Y-%m}" for row in rows if row.uid in one.about} == {one.key}


# -- the streak -------------------------------------------------------------------------------------


def test_r27_three_failures_in_a_row_open_the_questions() -> None:
    assert keys(long_ago(LOST, Outcome.NOT_A_FIT)) == []
    (found,) = looking_back.due(
        long_ago(LOST, Outcome.NOT_A_FIT, Outcome.NO_NEED), today=TODAY, answered={}, policy=POLICY
    )
    assert (found.key, found.opened, found.about) == ("streak:c", Opened.STREAK, ("a", "b", "c"))
    assert (found.since, found.until) == (date(2025, 11, 3), None)
    assert keys(long_ago(*[Outcome.NEVER_REACHED] * 3)) == ["streak:c"]


@pytest.mark.parametrize("between", [None, Outcome.SET_ASIDE])
def test_what_is_unknown_or_set_aside_neither_breaks_a_streak_nor_counts(between: Outcome | None) -> None:
    assert keys(long_ago(LOST, between, LOST)) == []
    assert keys(long_ago(LOST, between, LOST, LOST, between)) == ["streak:d"]


def test_what_was_won_breaks_a_streak() -> None:
    assert keys(long_ago(LOST, LOST, WON, LOST)) == []
    assert keys(long_ago(LOST, LOST, LOST, WON)) == []
    assert keys(long_ago(WON, LOST, LOST, LOST)) == ["streak:d"]


def test_a_streak_opens_the_questions_again_when_it_is_three_longer() -> None:
    rows = long_ago(*[LOST] * 5)
    assert keys(rows) == ["streak:c"]
    assert keys(rows, answered={"streak:c"}) == []
    more = long_ago(*[LOST] * 6)
    assert keys(more, answered={"streak:c"}) == ["streak:f"]
    assert keys(more) == ["streak:f"], "the questions are asked once, however long they were left"


def test_in_a_row_means_in_the_order_in_which_it_became_known_how_they_ended() -> None:
    rows = [
        came("late", on=date(2025, 1, 1), outcome=WON, ended=date(2025, 8, 1)),
        *(came(f"{n}", on=date(2025, 2, n), outcome=LOST, ended=date(2025, 3, n)) for n in (1, 2, 3)),
    ]
    assert keys(rows) == []
    assert keys(rows[1:]) == ["streak:3"]
    assert [one.uid for one in looking_back.streak(rows[1:])] == ["1", "2", "3"]


def test_an_end_whose_day_is_not_known_counts_on_the_day_of_the_introduction() -> None:
    rows = [came(f"{n}", on=date(2025, 2, n), outcome=LOST) for n in (1, 2, 3)]
    (found,) = looking_back.due(rows, today=TODAY, answered={}, policy=POLICY)
    assert (found.key, found.since) == ("streak:3", date(2025, 2, 3))


def test_a_streak_comes_before_the_months_and_one_form_waits_at_a_time() -> None:
    """R27, R29: a month that has nothing to do with the streak is asked about once the streak was."""
    rows = [*long_ago(LOST, LOST, LOST), came("z", on=TODAY)]
    assert keys(rows) == ["streak:c"]
    assert keys(rows, answered={"streak:c": TODAY}) == ["2026-11"]


def lately() -> list[Received]:
    """Three failures on the 5th, 6th and 7th of November."""
    return [came(f"{n}", on=date(2026, 10, n), outcome=LOST, ended=date(2026, 11, n)) for n in (5, 6, 7)]


def test_r27_what_was_answered_of_a_streak_holds_for_its_month_until_something_new_is_known() -> None:
    answered = {"2026-10": date(2026, 11, 2), "streak:7": date(2026, 11, 8)}
    assert keys(lately(), answered=answered) == []
    assert keys([*lately(), came("z", on=date(2026, 11, 8))], answered=answered) == []
    assert keys([*lately(), came("z", on=date(2026, 11, 9))], answered=answered) == ["2026-11"]
    won = came("z", on=date(2026, 1, 9), outcome=WON, ended=date(2026, 11, 9))
    assert keys([*lately(), won], answered=answered) == ["2026-11"], "a streak that was broken is asked about no more"


def test_r27_what_was_answered_of_a_month_holds_for_a_streak_that_was_known_then() -> None:
    assert keys(lately(), answered={"2026-11": date(2026, 11, 8)}) == []
    assert keys(lately(), answered={"2026-11": date(2026, 11, 6)}) == ["streak:7"]
    assert keys(lately(), answered={"2026-09": date(2026, 11, 8)}) == ["streak:7"], "another month says nothing of it"


def test_r27_a_month_answered_before_its_end_is_asked_about_once_more_if_something_came_since() -> None:
    rows = [came("a", on=date(2026, 11, 2))]
    later = [*rows, came("b", on=date(2026, 9, 2), outcome=LOST, ended=date(2026, 11, 20))]
    early, over = {"2026-11": date(2026, 11, 3)}, date(2026, 12, 1)
    assert keys(later, answered=early) == [], "not at each thing that comes: the month is not over"
    assert keys(rows, today=over, answered=early) == [], "nothing came since"
    assert keys(later, today=over, answered=early) == ["2026-11"]
    assert keys(later, today=over, answered={"2026-11": date(2026, 11, 20)}) == [], "it was known then"
    assert keys(later, today=over, answered={"2026-11": over}) == [], "once"
    assert keys(later, today=over, answered={**early, "streak:b": date(2026, 11, 25)}) == [], "looked at with a streak"


def test_r27_a_streak_that_was_answered_holds_however_its_failures_are_put_in_order() -> None:
    """What is noted late, corrected or removed moves the others, and raises no question that was answered."""
    rows = long_ago(*[LOST] * 3)
    older = came("older", on=date(2024, 1, 1), outcome=LOST)
    assert keys([older, *rows]) == ["streak:b"]
    assert keys([older, *rows], answered=["streak:c"]) == []
    five = [older, *long_ago(*[LOST] * 5)]
    assert keys(five, answered=["streak:c"]) == [], "two more than were looked at"
    six = [older, *long_ago(*[LOST] * 6)]
    assert keys(six, answered=["streak:c"]) == ["streak:e"]
    assert keys(six, answered=["streak:c", "streak:e"]) == []
    assert keys(six[3:], answered=["streak:c"]) == ["streak:e"], "three after it, with those before it gone"


@given(st.lists(st.sampled_from([*Outcome, None]), max_size=30))
def test_a_streak_is_open_exactly_where_three_known_failures_end_the_history(outcomes: list[Outcome | None]) -> None:
    """R27, against a plain reading of the rule."""
    counted = [one for one in outcomes if one is not None and one is not Outcome.SET_ASIDE]
    length = next((n for n, one in enumerate(reversed(counted)) if one is WON), len(counted))
    assert len(looking_back.streak(long_ago(*outcomes))) == length
    assert len(keys(long_ago(*outcomes))) == (length >= POLICY.streak_from)


def test_a_key_tells_what_opened_the_questions() -> None:
    assert looking_back.opened_by("2026-11") is Opened.MONTH
    assert looking_back.opened_by("streak:abc") is Opened.STREAK
