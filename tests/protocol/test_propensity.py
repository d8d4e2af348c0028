"""Who refers unasked, when asked, or not: by hand, against invented clients, and where the assumptions fail (R34)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from entremise.protocol.policy import DEFAULT
from entremise.protocol.propensity import (
    HABITS,
    RULE,
    Habits,
    Place,
    Record,
    Refers,
    Variant,
    Verdict,
    is_left_alone,
    likelihood,
    own_shares,
    place,
    record,
)
from tests.protocol.populations import WORLDS, World, draw, judge

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "twenty-sixty-twenty.md"
A_YEAR = Record(quarters=4)


def test_r34_the_likelihoods_of_a_client_who_referred_once_in_a_year_by_hand():
    """2 · (4/5)² · 1/5, (50/51) · 1/51, and the same again: unasked, the last two are alike."""
    found = likelihood(replace(A_YEAR, unasked=1))
    assert found == pytest.approx((0.256, 50 / 2601, 50 / 2601))


def test_r34_the_likelihoods_of_a_client_who_followed_one_ask_of_two_by_hand():
    """Two orders: 2 · B(5, 2) / B(4, 1) = 4/15 for who follows asks, 2 · B(2, 20) / B(1, 19) = 19/210 for others."""
    found = likelihood(replace(A_YEAR, asks=2, answered=1))
    assert found == pytest.approx((0.64 * 4 / 15, 50 / 51 * 4 / 15, 50 / 51 * 19 / 210))


@pytest.mark.parametrize(
    ("chances", "kind"),
    [
        ((0.6, 0.2, 0.2), Refers.UNASKED),
        ((0.2, 0.6, 0.2), Refers.WHEN_ASKED),
        ((0.1, 0.1, 0.8), Refers.NOT),
        ((0.4, 0.4, 0.2), None),
        ((0.25, 0.5, 0.25), None),  # no likelier than both others together
    ],
)
def test_r34_the_likeliest_kind_is_likelier_than_both_others_together(chances, kind):
    unasked, when_asked, does_not = chances
    assert Place(unasked=unasked, when_asked=when_asked, does_not=does_not).likeliest is kind


def test_r34_somebody_is_left_alone_from_seventy_percent_on_once_an_ask_was_in_vain():
    very, less = (Place(unasked=0.0, when_asked=1 - chance, does_not=chance) for chance in (0.7, 0.69))
    vain, followed = Record(quarters=4, asks=1), Record(quarters=4, asks=1, answered=1)
    assert is_left_alone(vain, at=very, policy=DEFAULT)
    assert not is_left_alone(vain, at=less, policy=DEFAULT)
    assert not is_left_alone(followed, at=very, policy=DEFAULT)


def test_r34_the_place_of_a_client_who_referred_once_unasked_by_hand():
    """0.2 · 0.256 beside 0.6 · 0.0192 and 0.2 · 0.0192."""
    at = place(replace(A_YEAR, unasked=1))
    assert (at.unasked, at.when_asked, at.does_not) == pytest.approx((0.769015, 0.173239, 0.057746), abs=1e-6)
    assert at.likeliest is Refers.UNASKED


def test_r34_two_asks_in_vain_over_four_years_by_hand():
    """0.2 · 1/4 · 2/30, 0.6 · 50/54 · 2/30, 0.2 · 50/54 · 380/420."""
    at = place(Record(quarters=16, asks=2))
    weights = (0.2 / 60, 0.6 * 50 / 54 / 15, 0.2 * 50 / 54 * 380 / 420)
    assert (at.unasked, at.when_asked, at.does_not) == pytest.approx(tuple(one / sum(weights) for one in weights))
    assert at.does_not == pytest.approx(0.805836, abs=1e-6)


def test_r34_a_client_who_was_asked_in_vain_twice_is_left_alone_and_one_who_never_was_is_not():
    twice, once = Record(quarters=16, asks=2), Record(quarters=16, asks=1)
    assert is_left_alone(twice, at=place(twice), policy=DEFAULT)
    assert not is_left_alone(once, at=place(once), policy=DEFAULT)
    never = Record(quarters=60)
    none = Variant(weight=1.0, habits=HABITS, shares=(0.01, 0.01, 0.98))
    gloomy = place(never, own=replace(own_shares([], policy=DEFAULT), variants=(none,)))
    assert gloomy.does_not > 0.9
    assert not is_left_alone(never, at=gloomy, policy=DEFAULT)


def test_r34_one_referral_unasked_weighs_more_than_an_ask_in_vain():
    of = Record(quarters=16, unasked=2, asks=1)
    assert place(of).likeliest is Refers.UNASKED
    assert not is_left_alone(of, at=place(of), policy=DEFAULT)


@pytest.mark.parametrize("wrong", [{"quarters": 0}, {"unasked": -1}, {"asks": 1, "answered": 2}, {"answered": -1}])
def test_r34_a_history_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="not a history"):
        Record(**{"quarters": 4, **wrong})


def test_r34_time_is_counted_in_quarters_then_in_years_and_somebody_met_today_has_been_known_for_a_quarter():
    days = (0, 100, 136, 137, 365, 700, 365 * 3 + 200, 365 * 80)
    assert [record(days=one, unasked=0, asks=0, answered=0).quarters for one in days] == [1, 1, 1, 2, 4, 8, 16, 120]


def test_r34_without_clients_the_shares_are_the_rules_and_nothing_is_said_of_them():
    shares = own_shares([], policy=DEFAULT)
    assert shares.mean == pytest.approx(RULE, abs=0.005)
    assert shares.verdict is Verdict.TOO_EARLY
    # Dirichlet(2, 6, 2): each share alone is Beta(2, 8) or Beta(6, 4), whose 5 % and 95 % bounds are known.
    assert (shares.low[0], shares.high[0]) == pytest.approx((0.0410, 0.4291), abs=0.015)
    assert (shares.low[1], shares.high[1]) == pytest.approx((0.3449, 0.8313), abs=0.015)
    assert (shares.low[2], shares.high[2]) == pytest.approx((0.0410, 0.4291), abs=0.015)


def test_r34_where_nothing_is_written_down_nothing_is_said_and_asks_alone_tell_when_asked_from_not():
    """Four hundred clients over years without a word: more likely a notebook not kept than a broken rule."""
    shares = own_shares([Record(quarters=4 + number % 40) for number in range(400)], policy=DEFAULT)
    assert (shares.clients, shares.heard_of) == (400, 0)
    assert shares.verdict is Verdict.TOO_EARLY
    assert shares.mean[1] / shares.mean[2] == pytest.approx(3, abs=0.15)


def test_r34_clients_who_leave_no_doubt_are_counted_as_if_one_knew_their_kind():
    """With certain kinds the posterior is Dirichlet(2 + 70, 6 + 20, 2 + 10)."""
    sure = {
        Record(quarters=8, unasked=40): 70,
        Record(quarters=40_000, asks=40, answered=38): 20,
        Record(quarters=40_000, asks=40): 10,
    }
    shares = own_shares([of for of, many in sure.items() for _ in range(many)], policy=DEFAULT)
    assert shares.clients == 100
    assert shares.mean == pytest.approx((72 / 110, 26 / 110, 12 / 110), abs=0.004)
    assert shares.verdict is Verdict.FAILS
    # 5 % and 95 % bounds of Beta(72, 38).
    assert (shares.low[0], shares.high[0]) == pytest.approx((0.579, 0.728), abs=0.01)


def test_r34_counting_histories_that_say_nearly_the_same_together_changes_nothing_that_shows():
    many = draw(World(), clients=400, seed=7).records
    one_by_one = own_shares(many, policy=DEFAULT)
    a_bit_longer = own_shares([replace(of, quarters=of.quarters + of.quarters // 12) for of in many], policy=DEFAULT)
    assert one_by_one.mean == pytest.approx(a_bit_longer.mean, abs=0.02)


def test_r34_what_is_said_of_ten_thousand_clients_is_right_within_three_points_in_ten_bands():
    found = judge(draw(World(), clients=10_000, seed=34))
    assert found.gap <= 0.03
    assert found.shares == pytest.approx(found.truth, abs=0.02)
    assert found.verdict == Verdict.HOLDS


def test_r34_it_is_right_within_three_points_in_every_tenth_of_what_can_be_said():
    assert judge(draw(World(), clients=50_000, seed=20), even=False).gap <= 0.03


def _variants() -> list[tuple[int, Habits]]:
    """How often, and how faithfully to an ask, clients may refer, each with its weight beforehand."""
    rates = {0.33: 1, 0.58: 2, 1.0: 3, 1.73: 2, 3.0: 1}
    followed = {(4.0, 1.0): 6, (6.0, 4.0): 3, (6.0, 9.0): 2, (4.0, 12.0): 1}
    found = []
    for rate, often in rates.items():
        for (yes, no), likely in followed.items():
            asked = {kind: {"yes": yes, "no": no} for kind in (Refers.UNASKED, Refers.WHEN_ASKED)}
            habits = {
                kind: replace(habit, per_year=habit.per_year / rate, **asked.get(kind, {}))
                for kind, habit in HABITS.items()
            }
            found.append((often * likely, habits))
    return found


@pytest.mark.parametrize(("clients", "seed"), [(40, 1), (60, 2), (120, 3)])
def test_r34_each_variant_of_the_habits_weighs_what_a_plain_integral_over_all_shares_says(clients, seed):
    """Under Dirichlet(2, 6, 2), summed over forty-five thousand points, with no approximation of the summit."""
    import numpy as np

    records = draw(World(), clients=clients, seed=seed).records
    middles = (np.arange(300) + 0.5) / 300
    a, b = (axis.ravel() for axis in np.meshgrid(middles, middles))
    a, b = a[a + b < 1], b[a + b < 1]
    c = 1 - a - b
    logs = []
    for weight, habits in _variants():
        value = np.log(weight) + np.log(a) + 5 * np.log(b) + np.log(c)
        for of in records:
            x, y, z = likelihood(of, habits=habits)
            value = value + np.log(a * x + b * y + c * z)
        logs.append(np.logaddexp.reduce(value))
    exact = np.exp(np.array(logs) - np.logaddexp.reduce(logs))
    own = own_shares(records, policy=DEFAULT)
    found = [sum(one.weight for one in own.variants if one.habits == habits) for _weight, habits in _variants()]
    assert found == pytest.approx(exact, abs=0.01)


def test_r34_the_bounds_hold_the_truth_about_as_often_as_they_say():
    """The shares themselves are drawn from the prior: a 90 % interval then holds 90 % of them."""
    import numpy as np

    rng = np.random.default_rng(5)
    held, rounds = 0, 30
    for number in range(rounds):
        truth = tuple(float(share) for share in rng.dirichlet([2, 6, 2]))
        own = own_shares(draw(World(shares=truth), clients=60, seed=number).records, policy=DEFAULT)  # type: ignore[arg-type]
        held += sum(low <= share <= high for low, share, high in zip(own.low, truth, own.high, strict=True))
    assert 0.84 <= held / (3 * rounds) <= 0.96


def test_r34_the_verdict_is_rarely_wrong_where_the_rule_holds_and_comes_where_it_does_not():
    holds = [own_shares(draw(World(), clients=300, seed=s).records, policy=DEFAULT).verdict for s in range(8)]
    assert holds.count(Verdict.FAILS) <= 1
    half = WORLDS["other shares: 50–30–20"]
    fails = [own_shares(draw(half, clients=300, seed=s).records, policy=DEFAULT).verdict for s in range(8)]
    assert fails.count(Verdict.FAILS) >= 7
    few = [own_shares(draw(World(), clients=20, seed=s).records, policy=DEFAULT).verdict for s in range(8)]
    assert few.count(Verdict.TOO_EARLY) >= 7


def _documented() -> dict[str, tuple[str, ...]]:
    rows = (line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|"))
    return {row[0]: tuple(row[1:]) for row in rows if row[0] in WORLDS}


def test_r34_the_page_tells_of_every_world_and_nowhere_is_it_wrong_by_more_than_ten_points():
    page = _documented()
    assert set(page) == set(WORLDS)
    assert max(float(row[0]) for row in page.values()) < 10


@pytest.mark.parametrize("name", ["referrals come in pairs", "everybody refers four times less often"])
def test_r34_how_wrong_it_is_where_an_assumption_fails_is_what_the_page_says(name):
    gap, _true, found, said, *_few = _documented()[name]
    measured = judge(draw(WORLDS[name], clients=10_000, seed=34))
    assert measured.gap * 100 == pytest.approx(float(gap), abs=1)
    assert [100 * share for share in measured.shares] == pytest.approx(
        [float(one) for one in found.split("–")], abs=1.5
    )
    assert measured.verdict == said
