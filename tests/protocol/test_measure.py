"""Counts, rates, groups, periods, and whether something changed: by hand, and by what has to hold (R26, R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from entremise.protocol.measure import (
    Measured,
    Percents,
    Step,
    Tally,
    TooFewError,
    Verdict,
    change,
    grouped,
    ordered,
    over_time,
    period,
    rate,
    side_by_side,
    tally,
    verdict,
    without_streak,
)
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome

WON, LOST, SET_ASIDE = Outcome.WON, Outcome.LOST, Outcome.SET_ASIDE
MONDAY = date(2026, 11, 2)
_FAILURES = (LOST, Outcome.NOT_A_FIT, Outcome.NO_NEED, Outcome.NEVER_REACHED)


def one(outcome: Outcome | None = None, *, on: date = MONDAY, uid: str = "", giver: str = "anne") -> Measured:
    return Measured(
        uid=uid or f"{on}-{outcome}",
        here=True,
        introduced_on=on,
        outcome=outcome,
        other=giver,
        other_name=giver.title(),
        trade="crafts",
        completeness=None,
        letters={},
    )


def row(outcomes: str, *, first: date = MONDAY) -> list[Measured]:
    """Return a day's introduction a letter: w won, l lost, s set aside, a dot for what is not known."""
    meant = {"w": WON, "l": LOST, "s": SET_ASIDE, ".": None}
    return [one(meant[said], on=first + timedelta(days=day), uid=f"{day}") for day, said in enumerate(outcomes)]


MIRRORED = {Verdict.LIKELY_BETTER: Verdict.LIKELY_WORSE, Verdict.LIKELY_WORSE: Verdict.LIKELY_BETTER}
INTRODUCTIONS = some.lists(
    some.builds(
        one,
        some.sampled_from([*Outcome, None]),
        on=some.dates(date(2024, 1, 1), date(2026, 12, 31)),
        giver=some.sampled_from(["anne", "bruno", "chloé", ""]),
    ),
    max_size=60,
)
TALLIES = some.builds(
    lambda won, failed, unknown: Tally(won, won + failed, unknown),
    some.integers(0, 60),
    some.integers(0, 60),
    some.integers(0, 20),
)


# --- counts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("won", "ended", "unknown"), [(-1, 3, 0), (4, 3, 0), (1, 3, -1)])
def test_counts_that_cannot_be_are_refused(won, ended, unknown):
    with pytest.raises(ValueError, match="cannot be"):
        Tally(won, ended, unknown)


def test_r26_every_outcome_ends_but_set_aside_and_what_is_not_known_stays_unknown():
    every = [one(outcome) for outcome in (*Outcome, None)]
    # Six outcomes, one of them set aside, and one that nobody gave: 5 ended, 1 won, 2 unknown.
    assert tally(every) == Tally(won=1, ended=5, unknown=2)
    assert [each.outcome for each in every if each.failed] == list(_FAILURES)


@pytest.mark.parametrize(
    ("outcome", "contacted", "reached"),
    [
        (None, False, False),
        (None, True, True),
        (LOST, False, True),
        (Outcome.NO_NEED, False, True),
        (Outcome.NEVER_REACHED, False, False),
        (Outcome.NEVER_REACHED, True, False),  # what was told of was an attempt
        (Outcome.SET_ASIDE, False, False),
        (Outcome.SET_ASIDE, True, True),
    ],
)
def test_two_have_spoken_where_it_was_told_or_ended_as_it_only_can_after_that(outcome, contacted, reached):
    assert replace(one(outcome), contacted=contacted).reached is reached
    assert not one(None).reached


def test_tallies_add_up_and_say_their_counts():
    both = Tally(1, 3, 2) + Tally(0, 4, 1)
    assert both == Tally(1, 7, 3)
    assert (both.all, str(both)) == (10, "1/7")


# --- rates -----------------------------------------------------------------------------------------------------


def test_a_rate_by_hand():
    # 3 won of 10 and the prior Beta(1, 1): Beta(4, 8), mean 4 / 12.
    found = rate(Tally(3, 10, 5))
    assert found.mean == pytest.approx(1 / 3)
    assert (found.low, found.high) == pytest.approx(stats.beta(4, 8).interval(0.95))
    assert found.percents(DEFAULT) == Percents(mean=33, low=10, high=61)


def test_r26_the_bounds_in_percent_are_rounded_outwards():
    # 48 of 48: Beta(49, 1), of which the p-th quantile is the 49th root of p: 0.9275 and 0.9995.
    assert rate(Tally(48, 48)).percents(DEFAULT) == Percents(mean=98, low=92, high=100)


def test_r26_nothing_known_is_every_rate_alike():
    assert (rate(Tally(0, 0)).mean, rate(Tally(0, 0)).low) == pytest.approx((0.5, 0.025))


def test_r26_a_percentage_of_too_few_is_refused_and_never_printed():
    few = rate(Tally(1, 4, 30))
    assert not few.says(DEFAULT)
    with pytest.raises(TooFewError, match="too few"):
        few.percents(DEFAULT)
    assert f"{few}" == "1/4"
    assert rate(Tally(1, 5)).percents(DEFAULT).mean == 29  # 2 of 7


@given(of=TALLIES)
def test_a_win_more_never_lowers_a_rate_nor_its_bounds(of):
    before, after = rate(of), rate(Tally(of.won + 1, of.ended + 1, of.unknown))
    assert after.mean > before.mean
    assert after.low > before.low
    assert after.high >= before.high


@given(of=TALLIES)
def test_the_interval_holds_the_mean_and_what_is_unknown_changes_nothing(of):
    found = rate(of)
    assert 0 <= found.low < found.mean < found.high <= 1
    assert replace(found, tally=Tally(of.won, of.ended)) == rate(Tally(of.won, of.ended))


# --- groups ----------------------------------------------------------------------------------------------------


@given(measured=INTRODUCTIONS)
def test_counts_add_up_over_groups(measured):
    groups = grouped(measured, lambda each: each.other)
    assert sum((each.rate.tally for each in groups), Tally(0, 0)) == tally(measured)
    assert [each.key for each in groups] == list(dict.fromkeys(each.other for each in measured))


def test_r26_of_two_equal_rates_the_one_of_more_ends_is_ranked_first():
    # 5 won of 10 and 10 of 20: both posteriors have the mean 1 / 2.
    lots = {"ten": "w" * 5 + "l" * 5, "twenty": "w" * 10 + "l" * 10}
    measured = [replace(each, other=key) for key, outcomes in lots.items() for each in row(outcomes)]
    found = ordered(grouped(measured, lambda each: each.other), DEFAULT)
    assert [each.key for each in found] == ["twenty", "ten"]


def test_r26_nothing_is_ranked_on_too_little():
    best_on_little, good, poor, silent = "w" * 9, "w" * 6 + "l" * 4, "w" * 2 + "l" * 18, "." * 12
    lots = {"little": best_on_little, "still": "..", "silent": silent, "poor": poor, "good": good, "one": "l"}
    measured = [replace(each, other=key) for key, outcomes in lots.items() for each in row(outcomes)]
    found = ordered(grouped(measured, lambda each: each.other), DEFAULT)
    # Ten ends rank: 6 of 10 before 2 of 20. The others follow by how many ended, then by how many there are.
    assert [each.key for each in found] == ["good", "poor", "little", "one", "silent", "still"]
    assert [each.rate.ranks(DEFAULT) for each in found] == [True, True, False, False, False, False]


# --- over time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "on", "first", "last"),
    [
        (Step.WEEK, date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4)),
        (Step.WEEK, date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 11)),
        (Step.MONTH, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        (Step.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Step.QUARTER, date(2026, 11, 22), date(2026, 10, 1), date(2026, 12, 31)),
        (Step.QUARTER, date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
    ],
)
def test_periods_are_those_of_the_calendar(step, on, first, last):
    assert period(on, step=step) == (first, last)


def test_r26_a_period_without_anything_is_shown_with_nothing():
    measured = [one(WON, on=date(2026, 1, 31)), one(LOST, on=date(2026, 1, 1)), one(None, on=date(2026, 3, 1))]
    found = over_time(measured, step=Step.MONTH, first=date(2026, 1, 15), last=date(2026, 3, 1))
    assert [(each.start.month, each.rate.tally) for each in found] == [
        (1, Tally(1, 2)),
        (2, Tally(0, 0)),
        (3, Tally(0, 0, 1)),
    ]


def test_a_single_day_has_its_period():
    (only,) = over_time([one(WON)], step=Step.WEEK, first=MONDAY, last=MONDAY)
    assert (only.start, only.end, only.rate.tally) == (MONDAY, MONDAY + timedelta(days=6), Tally(1, 1))


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        over_time([], step=Step.WEEK, first=MONDAY, last=MONDAY - timedelta(days=1))


@given(measured=INTRODUCTIONS, step=some.sampled_from(list(Step)))
def test_counts_add_up_over_periods_which_follow_each_other(measured, step):
    found = over_time(measured, step=step, first=date(2024, 1, 1), last=date(2026, 12, 31))
    assert sum((each.rate.tally for each in found), Tally(0, 0)) == tally(measured)
    assert all(later.start == each.end + timedelta(days=1) for each, later in pairwise(found))
    assert found[0].start <= date(2024, 1, 1)
    assert found[-1].end >= date(2026, 12, 31)


# --- before and after ------------------------------------------------------------------------------------------


def test_r28_a_change_by_hand():
    # Nothing of 5, then all of 5: Beta(1, 6) and Beta(6, 1), the least and the greatest of six points each. The
    # greatest is below the least only in one of the C(12, 6) = 924 orders of twelve points.
    found = change(Tally(0, 5), Tally(5, 5), policy=DEFAULT)
    assert found.better == pytest.approx(1 - 1 / 924)
    assert (found.verdict, found.more, found.waiting) == (Verdict.LIKELY_BETTER, 0, False)
    assert found.percent == 99  # nothing is certain: 99.9 is not rounded to 100


def test_r28_a_fall_is_said_as_a_rise_is():
    found = change(Tally(5, 5), Tally(0, 5), policy=DEFAULT)
    assert (found.verdict, found.more, found.percent) == (Verdict.LIKELY_WORSE, 0, 1)


@pytest.mark.parametrize(("before", "after"), [(Tally(0, 4), Tally(5, 5)), (Tally(0, 5), Tally(4, 4, 9))])
def test_r28_it_is_too_early_below_the_minimum_on_either_side(before, after):
    found = change(before, after, policy=DEFAULT)
    assert found.verdict is Verdict.TOO_EARLY
    with pytest.raises(TooFewError, match="either side"):
        _ = found.percent


def test_r28_a_rate_that_stays_can_never_be_told_to_have_changed():
    found = change(Tally(3, 10), Tally(3, 10), policy=DEFAULT)
    assert (found.verdict, found.more, found.percent) == (Verdict.CANNOT_TELL, None, 50)


def test_r28_no_number_helps_where_the_period_before_is_too_short():
    # Three ends can never become five: that period is over.
    assert change(Tally(0, 3), Tally(20, 20), policy=DEFAULT).more is None


def test_r28_more_brings_the_period_after_to_the_minimum_at_least():
    found = change(Tally(0, 60), Tally(4, 4), policy=DEFAULT)
    assert (found.verdict, found.more) == (Verdict.TOO_EARLY, 1)
    assert change(Tally(0, 60), Tally(1, 1), policy=DEFAULT).more == 4


def test_r28_what_is_not_known_yet_can_hold_a_verdict_back():
    # 10 of 50, then 12 of 20 known: better. But if the 60 not known yet end like those before (11 of 52: 12 of them
    # won), it is 24 of 80, and luck may well have done it.
    known = change(Tally(10, 50), Tally(12, 20), policy=DEFAULT)
    open_still = change(Tally(10, 50), Tally(12, 20, 60), policy=DEFAULT)
    assert (known.verdict, known.waiting) == (Verdict.LIKELY_BETTER, False)
    assert (open_still.verdict, open_still.waiting, open_still.more) == (Verdict.CANNOT_TELL, True, 60)
    assert open_still.better == known.better
    worse = change(Tally(40, 50), Tally(8, 20, 60), policy=DEFAULT)
    assert (worse.verdict, worse.waiting) == (Verdict.CANNOT_TELL, True)


@given(before=TALLIES, after=TALLIES)
def test_better_one_way_is_worse_the_other_way(before, after):
    there, back = change(before, after, policy=DEFAULT), change(after, before, policy=DEFAULT)
    assert there.better + back.better == pytest.approx(1, abs=1e-9)
    known = [Tally(each.won, each.ended) for each in (before, after)]
    one_way, other_way = verdict(*known, policy=DEFAULT), verdict(*reversed(known), policy=DEFAULT)
    assert MIRRORED.get(one_way, one_way) is other_way


@given(before=TALLIES, after=TALLIES)
def test_what_is_not_known_never_makes_a_change_likely(before, after):
    known = verdict(before, Tally(after.won, after.ended), policy=DEFAULT)
    assert verdict(before, after, policy=DEFAULT) in {known, Verdict.CANNOT_TELL}


# --- side by side ----------------------------------------------------------------------------------------------


def test_r19_what_is_not_known_on_either_side_can_hold_back_that_two_groups_differ():
    # 10 of 50 and 12 of 20: apart. With 60 of the second not known, ending as the first (12 of 60), it is 24 of 80;
    # with 60 of the first not known, ending as the second (36 of 60), it is 46 of 110 beside 12 of 20.
    assert side_by_side(Tally(10, 50), Tally(12, 20), policy=DEFAULT) is Verdict.LIKELY_BETTER
    assert side_by_side(Tally(10, 50), Tally(12, 20, 60), policy=DEFAULT) is Verdict.CANNOT_TELL
    assert side_by_side(Tally(10, 50, 60), Tally(12, 20), policy=DEFAULT) is Verdict.CANNOT_TELL
    assert side_by_side(Tally(12, 20), Tally(10, 50, 60), policy=DEFAULT) is Verdict.CANNOT_TELL
    assert side_by_side(Tally(0, 4), Tally(20, 20), policy=DEFAULT) is Verdict.TOO_EARLY


def test_r19_a_few_not_known_on_both_sides_that_each_alone_would_not_matter_may_together():
    # 1 of 20 and 9 of 20: apart, and still so if the four of either side end as the other's did, not if both do.
    few, more = Tally(1, 20), Tally(9, 20)
    sides = [(few, more), (replace(few, unknown=4), more), (few, replace(more, unknown=4))]
    assert {side_by_side(*each, policy=DEFAULT) for each in sides} == {Verdict.LIKELY_BETTER}
    assert side_by_side(replace(few, unknown=4), replace(more, unknown=4), policy=DEFAULT) is Verdict.CANNOT_TELL


@given(one=TALLIES, other=TALLIES)
def test_r19_which_of_two_groups_is_named_first_makes_no_difference(one, other):
    found = side_by_side(one, other, policy=DEFAULT)
    assert side_by_side(other, one, policy=DEFAULT) is MIRRORED.get(found, found)


@given(one=TALLIES, other=TALLIES)
def test_r19_groups_are_told_apart_only_where_two_periods_would_be_either_way(one, other):
    found = side_by_side(one, other, policy=DEFAULT)
    if found in MIRRORED:
        assert verdict(one, other, policy=DEFAULT) is found
        assert verdict(other, one, policy=DEFAULT) is MIRRORED[found]


# --- how many more ---------------------------------------------------------------------------------------------


def _chance(before: Tally, after: Tally, *, more: int) -> float:
    """Return the chance of a verdict after so many more ends, at the rate now estimated: over all that may happen."""
    goes_on = rate(after).mean
    wanted = Verdict.LIKELY_BETTER if goes_on > rate(before).mean else Verdict.LIKELY_WORSE
    told = [
        verdict(before, Tally(after.won + won, after.ended + more), policy=DEFAULT) is wanted for won in range(more + 1)
    ]
    return float(stats.binom.pmf(np.flatnonzero(told), more, goes_on).sum())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Tally(4, 20), Tally(6, 11)),
        (Tally(10, 50), Tally(7, 15)),
        (Tally(40, 50), Tally(4, 8)),
        (Tally(1, 30), Tally(2, 6)),
        (Tally(0, 60), Tally(1, 1)),
    ],
)
def test_r28_more_is_the_smallest_number_that_has_the_power(before, after):
    more = change(before, after, policy=DEFAULT).more
    assert more
    assert 100 * _chance(before, after, more=more) >= DEFAULT.power
    least = max(1, DEFAULT.percent_from - after.ended)
    assert all(100 * _chance(before, after, more=fewer) < DEFAULT.power for fewer in range(least, more))


def test_r28_more_is_what_a_simulation_finds():
    before, after = Tally(10, 50), Tally(7, 15)
    more = change(before, after, policy=DEFAULT).more
    assert more is not None
    won = np.random.default_rng(28).binomial(more, rate(after).mean, 4_000)
    told = [
        verdict(before, Tally(after.won + int(each), after.ended + more), policy=DEFAULT) is Verdict.LIKELY_BETTER
        for each in won
    ]
    assert 0.78 <= np.mean(told) <= 0.88


@pytest.mark.parametrize(("before", "after"), [(Tally(2, 5), Tally(4, 6)), (Tally(6, 20), Tally(5, 10))])
def test_r28_where_no_number_is_said_none_has_the_power(before, after):
    found = change(before, after, policy=DEFAULT)
    assert (found.verdict, found.more) == (Verdict.CANNOT_TELL, None)
    assert all(100 * _chance(before, after, more=more) < DEFAULT.power for more in (*range(1, 60), 200, 500, 1_000))


def test_r28_more_stops_at_the_bound_of_the_policy():
    before, after = Tally(200, 1_000), Tally(25, 100)
    more = change(before, after, policy=DEFAULT).more
    assert more is not None
    assert change(before, after, policy=replace(DEFAULT, more_most=more)).more == more
    assert change(before, after, policy=replace(DEFAULT, more_most=more - 1)).more is None


# --- what raised the question ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "left"),
    [
        ("wlwlll", "wlw"),  # three failures in a row, which raised the question
        ("wlwll", "wlwll"),  # two are no streak
        ("wl.l.sl.", "w..s."),  # the unknown is passed over, and stays
        ("lll", ""),
        ("llll", "l"),  # the three that raised the question go, whatever stays
        ("llllllll", "lllll"),  # of nothing but failures, as many stay as a percentage needs
        ("wllllllll", "wllll"),
        ("wlwwllllll", "wlwwl"),
        ("wlwwlwllll", "wlwwlw"),  # where enough else ended, the whole row goes
        ("lllw", "lllw"),
        ("", ""),
    ],
)
def test_r28_a_streak_that_raised_the_question_is_no_measure_of_before(outcomes, left):
    found = without_streak(reversed(row(outcomes)), policy=DEFAULT)
    meant = {WON: "w", LOST: "l", SET_ASIDE: "s", None: "."}
    assert "".join(meant[each.outcome] for each in found) == left
