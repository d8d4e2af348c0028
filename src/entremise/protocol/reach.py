"""How many people one reaches through one's contacts: three figures, and what each knows and assumes (R36).

Naive: every contact stands for so many people. By generations: the same for the clients who came through clients. The
estimate counts people once: part of whom a contact knows belongs to the circle that all one's contacts share, and is
soon counted; the others are drawn from a larger pool, and the more are drawn, the more of them were drawn before. How
large that pool is is measured, coarsely, in the address books whose owners agreed; where it is not, it is assumed.

Nothing here reads a book. What leaves a count of many books is one rounded number with noise in it, so that it hardly
depends on whether one person is in one book: `docs/reference/sphere.md` says why that is enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from entremise.protocol.policy import Policy

_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)  # what a measured pool is rounded to, times a power of ten
_LARGEST = 1e9


@dataclass(frozen=True, kw_only=True)
class Generation:
    """The clients of one generation, and the people they stand for, counted naively. The first is number 1."""

    number: int
    clients: int
    people: int


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The three figures. `known` tells whether the pool was measured in books, or is assumed."""

    contacts: int
    naive: int
    generations: tuple[Generation, ...]
    estimate: int
    pool: int
    known: bool

    @property
    def clients(self) -> int:
        """How many clients there are, in all generations."""
        return sum(one.clients for one in self.generations)

    @property
    def through_clients(self) -> int:
        """The people all clients stand for, counted naively."""
        return sum(one.people for one in self.generations)

    @property
    def twice(self) -> int:
        """How many of the naive product the estimate takes for people counted twice."""
        return self.naive - self.estimate


def reach(contacts: int, *, clients: Sequence[int], measured: int, policy: Policy) -> Reach:
    """Return the figures for so many contacts (R36).

    `clients` holds the number of clients of each generation, `measured` the pool that was measured, 0 for none.
    """
    each = policy.sphere_of_each
    pool = measured or policy.sphere_pool
    return Reach(
        contacts=contacts,
        naive=contacts * each,
        generations=tuple(
            Generation(number=number, clients=count, people=count * each) for number, count in enumerate(clients, 1)
        ),
        estimate=_two_digits(estimate(contacts, pool=pool, policy=policy)),
        pool=pool,
        known=measured > 0,
    )


def estimate(contacts: int, *, pool: int, policy: Policy) -> float:
    """Return about how many different people so many contacts know, where the others come from `pool` people (R36).

    Never more than the naive product, and for one contact nearly that.
    """
    all_named = contacts * policy.sphere_of_each
    shared = all_named * policy.sphere_shared / 100
    return different(shared, pool=policy.sphere_circle) + different(all_named - shared, pool=pool)


def different(drawn: float, *, pool: float) -> float:
    """Return how many different people are among `drawn`, each drawn from `pool` without looking at the others."""
    return pool * -math.expm1(-drawn / pool)


def pool_of(total: float, distinct: float) -> float:
    """Return the pool from which `total` draws give `distinct` different people; the inverse of `different`.

    At most a thousand million, where nobody, or hardly anybody, was drawn twice.
    """
    low, high = max(distinct, 1.0), _LARGEST
    for _ in range(100):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if different(total, pool=middle) < distinct else (low, middle)
    return high


def published(total: int, distinct: int, *, books: int, noise: tuple[float, float], policy: Policy) -> int:
    """Return what may be told of a count of `books` agreed books: the pool, rounded; 0 where nothing may (R36).

    `noise` is added to the sum of the books and to the people counted twice before anything else is looked at, so that
    whatever is derived from them hides one person in one book as well as they do.
    """
    if books < policy.overlap_books:
        return 0
    summed, twice = total + noise[0], total - distinct + noise[1]
    if twice < policy.overlap_least or summed <= twice:
        return 0
    return rounded(pool_of(summed, summed - twice))


def rounded(pool: float) -> int:
    """Return the nearest of 1, 1.5, 2, 3, 5, 7 times a power of ten, by ratio."""
    power = 10.0 ** math.floor(math.log10(pool))
    nearest: float = min((step * power for step in _STEPS), key=lambda step: abs(math.log(step / pool)))
    return round(nearest)


def laplace(uniform: float, *, scale: float) -> float:
    """Return noise of Laplace's distribution from a number drawn evenly between 0 and 1, both excluded."""
    half = uniform - 0.5
    return -scale * math.copysign(math.log1p(-2 * abs(half)), half)


def _two_digits(value: float) -> int:
    """A figure as exact as it is meant."""
    if value < 100:
        return round(value)
    return int(round(value, 1 - math.floor(math.log10(value))))
