"""Beta distributions with whole parameters: means, intervals, the probability that one is above another (R26, R28).

The only module that touches SciPy, and only when something is asked of it: its import takes a second, and most
processes never measure.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import exp, fsum, lgamma
from typing import Any, NamedTuple


class Beta(NamedTuple):
    """A Beta distribution; `a` and `b` are whole numbers of at least 1."""

    a: int
    b: int


@cache
def _special() -> Any:
    from scipy import special

    return special


def mean(of: Beta) -> float:
    """Return the mean, between 0 and 1."""
    return of.a / (of.a + of.b)


@lru_cache(maxsize=65_536)
def interval(of: Beta, *, percent: int = 95) -> tuple[float, float]:
    """Return the bounds, between 0 and 1, that leave equally much on either side of `percent` of the probability."""
    outside = (100 - percent) / 200
    special = _special()
    return float(special.betaincinv(of.a, of.b, outside)), float(special.betainccinv(of.a, of.b, outside))


def below(of: Beta, *, rate: float) -> float:
    """Return the probability that a draw is below `rate`."""
    return float(_special().betainc(of.a, of.b, rate))


@lru_cache(maxsize=65_536)
def above(after: Beta, *, before: Beta) -> float:
    """Return the probability that a draw of `after` is above one of `before`, exactly, as a finite sum.

    All terms of the sum are positive, so nothing is lost in it however small the probability; of the two sums that
    say the same, the shorter is taken.
    """
    if after.a > before.b:  # that 1 - before is above 1 - after is the same event
        after, before = Beta(before.b, before.a), Beta(after.b, after.a)
    (a, b), (c, d) = before, after
    start = _log_beta(a, b)
    terms = (exp(_log_beta(a + i, b + d) - _log_beta(1 + i, d) - start) / (d + i) for i in range(c))
    return min(1.0, fsum(terms))


def wins_needed(after: Beta, *, before: Beta, sure: float, most: int) -> list[int]:
    """Return, for 1 to `most` further tries, how many successes make `above` at least `sure`.

    One more than all tries where not even all suffice. A staircase: one try more needs as many successes or more, so
    each costs one or two steps, each of which follows from the last.
    """
    needed, won = [], 0
    now, chance = after, above(after, before=before)
    for tries in range(1, most + 1):
        chance -= _step(now, before=before) / now.b
        now = Beta(now.a, now.b + 1)
        while chance < sure and won < tries:
            fewer = Beta(now.a, now.b - 1)
            chance += _step(fewer, before=before) * (1 / fewer.b + 1 / fewer.a)
            now, won = Beta(fewer.a + 1, fewer.b), won + 1
        needed.append(won if chance >= sure else tries + 1)
    return needed


def _step(after: Beta, *, before: Beta) -> float:
    """Return h: one more success of `after` adds h / after.a to `above`, one more failure takes h / after.b from it."""
    (a, b), (c, d) = before, after
    return exp(_log_beta(a + c, b + d) - _log_beta(a, b) - _log_beta(c, d))


def at_least(least: list[int], *, of: list[int], rate: float) -> list[float]:
    """Return, for each pair, the chance of `least` successes or more among `of` tries that succeed at `rate`."""
    special = _special()
    return [float(one) for one in special.bdtrc([wins - 1 for wins in least], of, rate)]


def _log_beta(a: int, b: int) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
