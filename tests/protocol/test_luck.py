"""What luck alone does to the measure, and that the page about it says what is reckoned here (R26, R28)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta, binom

from entremise.protocol.measure import Tally, Verdict, rate, verdict
from entremise.protocol.policy import DEFAULT
from tests.protocol import luck

pytestmark = pytest.mark.once

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "measure.md"
FIXED = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
RATES = (0.1, 0.2, 0.3, 0.5, 0.7)
DELAYS = ((30, 30), (20, 60), (20, 120), (60, 20))


def table(heading: str) -> list[list[str]]:
    """Return the cells of the page's table whose head starts so."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def percents(shares: list[float]) -> str:
    return " · ".join(f"{100 * share:.1f}" for share in shares)


def coverage_row(ends: int) -> list[str]:
    return [str(ends), *(str(round(100 * luck.coverage(true, ends=ends))) for true in FIXED)]


def alarm_row(before: int) -> list[str]:
    once, fifty, hundred = [20], range(5, 51), range(5, 101)
    cells = [[luck.alarms(true, before=before, looks=looks) for true in RATES] for looks in (once, fifty, hundred)]
    cells.append([luck.alarms(true, before=before, looks=hundred, sure=0.95) for true in RATES])
    return [str(before), *map(percents, cells)]


# --- intervals -------------------------------------------------------------------------------------------------


def test_r26_intervals_hold_the_rates_of_ten_thousand_members_drawn_from_the_prior():
    random = np.random.default_rng(26)
    true, ends = random.random(10_000), random.integers(5, 61, 10_000)
    won = random.binomial(ends, true)
    found = [rate(Tally(int(wins), int(many))) for wins, many in zip(won, ends, strict=True)]
    inside = np.mean([one.low <= each <= one.high for one, each in zip(found, true, strict=True)])
    assert 0.94 <= inside <= 0.96
    means = np.array([one.mean for one in found])
    assert abs((means - true).mean()) < 0.005  # and the means are right on average, over the prior


@pytest.mark.parametrize("ends", [5, 10, 20, 50, 100])
def test_the_page_says_how_often_an_interval_holds_a_fixed_rate(ends):
    assert coverage_row(ends) in table("ends")


def test_the_exact_coverage_is_what_is_drawn():
    won = np.random.default_rng(1).binomial(20, 0.2, 20_000)
    low, high = beta.interval(0.95, 1 + won, 21 - won)
    assert ((low <= 0.2) & (high >= 0.2)).mean() == pytest.approx(luck.coverage(0.2, ends=20), abs=0.006)


# --- changes that are none -------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [5, 10, 20, 40, 80])
def test_r28_the_page_says_how_often_luck_is_called_better(before):
    assert alarm_row(before) in table("ended before")


@pytest.mark.parametrize("true", RATES)
@pytest.mark.parametrize("before", [5, 10, 20, 40])
def test_r28_looking_after_every_end_still_calls_luck_better_once_in_seventeen_at_most(before, true):
    assert luck.alarms(true, before=before, looks=range(DEFAULT.percent_from, 101)) < 1 / 17


def test_one_look_is_the_sum_over_everything_that_may_happen():
    chance = sum(
        binom.pmf(was, 10, 0.3) * binom.pmf(won, 20, 0.3)
        for was in range(11)
        for won in range(21)
        if verdict(Tally(was, 10), Tally(won, 20), policy=DEFAULT) is Verdict.LIKELY_BETTER
    )
    assert luck.alarms(0.3, before=10, looks=[20]) == pytest.approx(chance)


def test_every_look_is_what_is_drawn():
    random = np.random.default_rng(3)
    called = 0
    for _ in range(1_500):
        before = Tally(int(random.binomial(20, 0.3)), 20)
        wins = (random.random(40) < 0.3).cumsum()
        called += any(
            verdict(before, Tally(int(wins[ends - 1]), ends), policy=DEFAULT) is Verdict.LIKELY_BETTER
            for ends in range(5, 41)
        )
    assert called / 1_500 == pytest.approx(luck.alarms(0.3, before=20, looks=range(5, 41)), abs=0.015)


@pytest.mark.parametrize("row", table("ends in all"))
def test_r28_a_first_day_chosen_by_what_came_of_it_makes_luck_look_like_more(row):
    found = [luck.best_day(true, ends=int(row[0]), members=3_000) for true in RATES]
    assert all(best > 3 * halfway for halfway, best in found)
    for number, cell in enumerate(row[1:]):
        said = [float(one) for one in cell.split(" · ")]
        assert said == pytest.approx([100 * one[number] for one in found], abs=1.2)


@pytest.mark.parametrize("true", RATES)
def test_r28_without_the_streak_that_raised_the_question_luck_is_hardly_called_better(true):
    (row,) = [row for row in table("true rate") if row[0] == f"{true:.0%}"]
    with_it = luck.after_a_streak(true, left_out=0, members=20_000)
    without = luck.after_a_streak(true, left_out=3, members=20_000)
    assert with_it[0] < 0 < without[0]
    assert without[1] < 0.02 <= max(0.02, with_it[1])
    said = [float(cell.replace("−", "-")) for cell in row[1:]]
    assert said == pytest.approx([100 * one for one in (*with_it, *without)], abs=0.5)


@pytest.mark.parametrize("row", table("failures in a row"))
def test_r28_of_a_long_row_so_much_is_left_out_that_luck_is_called_better_no_more_often(row):
    run, true = int(row[0]), float(row[1].rstrip("%")) / 100
    whole, three, as_it_is = luck.after_a_run(
        true,
        run=run,
        apart=[lambda lately, _ended: lately, lambda *_: DEFAULT.streak_from, luck.left_out],
        members=4_000,
    )
    assert as_it_is[1] < 1 / 17
    assert as_it_is[1] < whole[1] + 0.01
    assert as_it_is[0] == three[0] >= whole[0]
    found = [100 * share for pair in (whole, three, as_it_is) for share in pair]
    assert [float(cell) for cell in row[2:]] == pytest.approx(found, abs=1.5)


@pytest.mark.parametrize(("win_days", "loss_days"), DELAYS)
def test_r28_good_news_that_come_first_are_no_change(win_days, loss_days):
    (row,) = [row for row in table("a win is known") if row[:2] == [f"{win_days} days", f"{loss_days} days"]]
    loose, minded = (
        luck.known_late(0.3, win_days=win_days, loss_days=loss_days, members=250, mind=mind) for mind in (False, True)
    )
    assert minded < 0.06
    assert minded <= loose
    assert [float(cell) for cell in row[2:]] == pytest.approx([100 * loose, 100 * minded], abs=6)
