"""R36: three figures of one's reach, and what may leave a count of many address books."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace

import pytest

from entremise.protocol import reach
from entremise.protocol.policy import DEFAULT


def test_the_naive_product_takes_everybody_for_somebody_else():
    figures = reach.reach(120, clients=(), measured=0, policy=DEFAULT)
    assert (figures.naive, figures.generations, figures.clients) == (30_000, (), 0)


def test_generations_are_clients_who_came_through_clients():
    figures = reach.reach(40, clients=(8, 3, 1), measured=0, policy=DEFAULT)
    assert [(one.number, one.clients, one.people) for one in figures.generations] == [
        (1, 8, 2000), (2, 3, 750), (3, 1, 250),
    ]  # fmt: skip
    assert (figures.clients, figures.through_clients) == (12, 3000)


@pytest.mark.parametrize("contacts", [0, 1, 5, 20, 100, 1_000, 100_000])
def test_the_estimate_is_never_more_than_the_product_nor_than_everybody_there_is(contacts):
    pool, circle = 20_000, DEFAULT.sphere_circle
    found = reach.estimate(contacts, pool=pool, policy=DEFAULT)
    assert 0 <= found <= min(contacts * DEFAULT.sphere_of_each, pool + circle)
    assert found <= reach.estimate(contacts + 1, pool=pool, policy=DEFAULT)
    assert found <= reach.estimate(contacts, pool=10 * pool, policy=DEFAULT)


def test_the_estimate_by_hand():
    """Two contacts know 500: 150 of a circle of 500, and 350 out of 20,000."""
    by_hand = 500 * (1 - math.exp(-150 / 500)) + 20_000 * (1 - math.exp(-350 / 20_000))
    assert reach.estimate(2, pool=20_000, policy=DEFAULT) == pytest.approx(by_hand)
    assert by_hand == pytest.approx(476.5, abs=0.1)


@pytest.mark.parametrize(
    ("contacts", "each", "told", "twice"),
    [
        (0, 250, 0, 0),
        (1, 10, 10, 0),  # 9.99
        (1, 37, 37, 0),  # 36.86
        (1, 130, 130, 0),  # 128.3
        (2, 250, 480, 20),  # 476.5
        (40, 250, 6_400, 3_600),  # 6,405
        (120, 250, 14_000, 16_000),  # 13,501
    ],
)
def test_the_estimate_is_told_in_two_digits(contacts, each, told, twice):
    policy = replace(DEFAULT, sphere_of_each=each)
    figures = reach.reach(contacts, clients=(), measured=20_000, policy=policy)
    assert (figures.estimate, figures.twice) == (told, twice)


def test_a_pool_of_one_is_measured_too():
    assert [reach.reach(1, clients=(), measured=n, policy=DEFAULT).known for n in (0, 1)] == [False, True]


def test_one_contact_is_nearly_the_rule_of_thumb():
    assert reach.estimate(1, pool=20_000, policy=DEFAULT) == pytest.approx(250, rel=0.05)


@pytest.mark.parametrize("pool", [500, 20_000, 3_000_000])
def test_the_pool_is_found_again_from_what_was_drawn(pool):
    drawn = 4_000
    assert reach.pool_of(drawn, reach.different(drawn, pool=pool)) == pytest.approx(pool, rel=1e-3)


def test_where_nobody_is_drawn_twice_the_pool_is_as_large_as_can_be():
    assert reach.pool_of(4_000, 4_000) == pytest.approx(1e9)


def test_a_pool_is_told_as_coarsely_as_six_steps_of_ten():
    told = {reach.rounded(pool) for pool in range(10_000, 100_000, 7)}
    assert told == {10_000, 15_000, 20_000, 30_000, 50_000, 70_000, 100_000}


@pytest.mark.parametrize(
    ("total", "distinct", "books", "told"),
    [
        (5_000, 4_000, 4, 0),  # too few books
        (5_000, 4_400, 5, 20_000),
        (5_000, 4_981, 40, 0),  # too few people twice
        (5_000, 4_980, 40, 700_000),
        (600, 0, 40, 0),  # nobody is left
        (5_000, 4_400, 40, 20_000),
    ],
)
def test_little_is_told_and_of_little_nothing(total, distinct, books, told):
    assert reach.published(total, distinct, books=books, noise=(0, 0), policy=DEFAULT) == told


def test_noise_may_swallow_everything_without_a_fault():
    for noise in ((-6_000, 0), (0, 10_000), (-6_000, 6_000), (-4_400, 0), (1e6, -1e6)):
        assert reach.published(5_000, 4_400, books=40, noise=noise, policy=DEFAULT) == 0


@pytest.mark.parametrize(
    ("noise", "told"),
    [
        ((0, 0), 20_000),
        ((1_000, 0), 30_000),
        ((-1_000, 0), 10_000),
        ((0, 200), 15_000),
        ((0, -200), 30_000),
        ((3_000, 0), 50_000),
        ((0, 1_500), 5_000),
    ],
)
def test_noise_is_added_to_the_sum_and_to_the_people_counted_twice_each_its_own(noise, told):
    """More drawn makes a larger pool of the same overlap, more overlap a smaller one."""
    found = reach.published(5_000, 4_400, books=40, noise=noise, policy=DEFAULT)
    assert found == told
    summed, twice = 5_000 + noise[0], 600 + noise[1]
    assert found == reach.published(summed, summed - twice, books=40, noise=(0, 0), policy=DEFAULT)


def test_the_noise_is_laplaces():
    drawn = [reach.laplace((number + 0.5) / 20_000, scale=20) for number in range(20_000)]
    assert statistics.mean(drawn) == pytest.approx(0, abs=0.01)
    assert statistics.mean(map(abs, drawn)) == pytest.approx(20, rel=0.01)


def test_the_numbers_are_the_policys():
    wide = replace(DEFAULT, sphere_of_each=100, sphere_pool=5_000)
    figures = reach.reach(10, clients=(1,), measured=0, policy=wide)
    assert (figures.naive, figures.pool, figures.known, figures.through_clients) == (1_000, 5_000, False, 100)
    assert reach.reach(10, clients=(), measured=7_000, policy=wide).pool == 7_000
    assert figures.naive - figures.twice == figures.estimate
