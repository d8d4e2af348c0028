"""Beta distributions: hand-computed cases, and each formula against SciPy, integrals, sums and draws."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import integrate, stats

from entremise.protocol import beta
from entremise.protocol.beta import Beta

BETAS = some.builds(Beta, some.integers(1, 400), some.integers(1, 400))
FEW = [Beta(a, b) for a, b in ((1, 1), (1, 6), (3, 9), (7, 2), (30, 71), (12, 12))]


def test_the_mean_is_the_share_of_the_first_parameter():
    assert beta.mean(Beta(3, 9)) == 0.25


def test_the_interval_of_one_who_knows_nothing_leaves_a_fortieth_on_either_side():
    assert beta.interval(Beta(1, 1)) == pytest.approx((0.025, 0.975))


def test_the_interval_of_no_win_in_four_is_the_one_on_paper():
    # Beta(1, 5) is below x with 1 - (1 - x)^5: the bounds are 1 - 0.975^(1/5) and 1 - 0.025^(1/5).
    assert beta.interval(Beta(1, 5)) == pytest.approx((1 - 0.975**0.2, 1 - 0.025**0.2))


@pytest.mark.parametrize("percent", [50, 90, 95])
@pytest.mark.parametrize("of", [*FEW, Beta(2, 5_000), Beta(60_000, 40_000)])
def test_intervals_are_those_of_scipy(of, percent):
    assert beta.interval(of, percent=percent) == pytest.approx(stats.beta(*of).interval(percent / 100), rel=1e-9)


@pytest.mark.parametrize("of", FEW)
def test_below_is_scipys_cumulative_probability(of):
    assert beta.below(of, rate=0.3) == pytest.approx(stats.beta(*of).cdf(0.3))


@pytest.mark.parametrize(
    ("after", "before", "chance"),
    [
        (Beta(1, 1), Beta(1, 1), Fraction(1, 2)),
        (Beta(2, 1), Beta(1, 1), Fraction(2, 3)),  # the mean of Beta(2, 1)
        (Beta(2, 1), Beta(1, 2), Fraction(5, 6)),  # the integral of 2x (2x - x^2): 4/3 - 1/2
        (Beta(1, 2), Beta(2, 1), Fraction(1, 6)),
        (Beta(1, 3), Beta(1, 1), Fraction(1, 4)),  # the mean of Beta(1, 3)
    ],
)
def test_one_rate_above_another_by_hand(after, before, chance):
    assert beta.above(after, before=before) == pytest.approx(float(chance), rel=1e-12)


def _exactly(after: Beta, before: Beta) -> Fraction:
    """Count orders: Beta(a, b) is the a-th smallest of a + b - 1 points that fall anywhere alike.

    `after` is above where k >= a of before's n points fall below its own c-th; k of them mix with the c - 1 below it
    in C(c - 1 + k, k) ways, and n - k with the d - 1 above it in C(d - 1 + n - k, n - k), of all C(n + m, n) orders.
    """
    (a, b), (c, d) = before, after
    n, m = a + b - 1, c + d - 1
    ways = sum(comb(c - 1 + k, k) * comb(d - 1 + n - k, n - k) for k in range(a, n + 1))
    return Fraction(ways, comb(n + m, n))


@pytest.mark.parametrize("after", FEW)
@pytest.mark.parametrize("before", FEW)
def test_one_rate_above_another_is_the_exact_fraction_and_the_integral_and_what_is_drawn(after, before):
    found = beta.above(after, before=before)
    assert found == pytest.approx(float(_exactly(after, before)), rel=1e-10)
    whole, _error = integrate.quad(lambda x: stats.beta.pdf(x, *after) * stats.beta.cdf(x, *before), 0, 1)
    assert found == pytest.approx(whole, abs=1e-7)
    random = np.random.default_rng(1)
    drawn = (random.beta(*after, 100_000) > random.beta(*before, 100_000)).mean()
    assert found == pytest.approx(drawn, abs=0.006)


def test_nothing_is_lost_of_the_smallest_and_largest_chances():
    tiny = beta.above(Beta(1, 2_001), before=Beta(2_001, 1))
    assert tiny == pytest.approx(float(_exactly(Beta(1, 2_001), Beta(2_001, 1))), rel=1e-6)
    assert 0 <= tiny < 1e-300
    assert beta.above(Beta(2_001, 1), before=Beta(1, 2_001)) == pytest.approx(1)


@given(after=BETAS, before=BETAS)
def test_either_one_is_above_or_the_other(after, before):
    assert beta.above(after, before=before) + beta.above(before, before=after) == pytest.approx(1, abs=1e-9)


@given(after=BETAS, before=BETAS)
def test_a_win_more_raises_the_chance_and_a_failure_more_lowers_it(after, before):
    chance = beta.above(after, before=before)
    assert beta.above(Beta(after.a + 1, after.b), before=before) >= chance - 1e-10
    assert beta.above(Beta(after.a, after.b + 1), before=before) <= chance + 1e-10


@pytest.mark.parametrize("sure", [0.6001, 0.9501, 0.99])
@pytest.mark.parametrize("before", FEW)
@pytest.mark.parametrize("after", [Beta(1, 1), Beta(6, 3), Beta(2, 8)])
def test_the_wins_needed_are_the_fewest_that_are_enough(after, before, sure):
    needed = beta.wins_needed(after, before=before, sure=sure, most=40)
    assert len(needed) == 40
    for tries, wins in enumerate(needed, start=1):
        chances = [
            beta.above(Beta(after.a + won, after.b + tries - won), before=before) >= sure for won in range(tries + 1)
        ]
        assert wins == (chances.index(True) if any(chances) else tries + 1)


def test_the_staircase_of_wins_drifts_nowhere_on_its_thousand_steps():
    after, before = Beta(4, 9), Beta(9, 33)
    wins = beta.wins_needed(after, before=before, sure=0.99, most=1_000)[-1]
    enough = beta.above(Beta(4 + wins, 9 + 1_000 - wins), before=before)
    too_few = beta.above(Beta(4 + wins - 1, 9 + 1_000 - wins + 1), before=before)
    assert too_few < 0.99 <= enough


def test_at_least_so_many_is_scipys_binomial_tail():
    assert beta.at_least([0, 3, 6], of=[5, 5, 5], rate=0.3) == pytest.approx([1.0, stats.binom.sf(2, 5, 0.3), 0.0])


def test_scipy_is_not_loaded_before_something_is_measured():
    code = "import sys; import entremise.protocol.measure, entremise.protocol.radar; print('scipy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
