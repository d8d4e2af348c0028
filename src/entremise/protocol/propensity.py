"""Who refers unasked, who refers when asked, who does not: 20–60–20 as a weak prior on one's own clients (R34).

The model, its assumptions and how wrong it is when they fail: docs/reference/twenty-sixty-twenty.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log

from entremise.protocol.policy import Policy

Triple = tuple[float, float, float]  # unasked, when asked, not: always in this order
RULE: Triple = (0.2, 0.6, 0.2)
NEAR = 0.1  # a share is near the rule's within ten points
SURE = 0.95  # and the rule holds, or does not, where that is so, or not so, with this probability
INTERVAL = 0.9
_SLIGHT = 0.001  # kinds less likely than this beside the likeliest are not told apart


class Refers(StrEnum):
    """Whether a client refers: of their own accord, when asked, or not at all."""

    UNASKED = "unasked"
    WHEN_ASKED = "when_asked"
    NOT = "not"


@dataclass(frozen=True, kw_only=True)
class Habit:
    """What clients of one kind do.

    The referrals they make unasked are Poisson; the rate of each client, in referrals a year, is Gamma with `shape`
    and `per_year` (mean shape / per_year). Each ask is followed by a referral with a chance of the client's own, which
    is Beta with `yes` and `no` (mean yes / (yes + no)).
    """

    shape: float
    per_year: float
    yes: float
    no: float


# Chosen, not measured: nobody has published such figures. What each says:
HABITS: Mapping[Refers, Habit] = {
    # One referral in two years on average; nine in ten of them between one in ten years and more than one a year.
    # Asked, four times in five.
    Refers.UNASKED: Habit(shape=2.0, per_year=4.0, yes=4.0, no=1.0),
    # One in twenty years without being asked; asked, as often as the first.
    Refers.WHEN_ASKED: Habit(shape=1.0, per_year=20.0, yes=4.0, no=1.0),
    # One in a hundred years; asked, once in twenty: a word that cost an effort, or a wrong memory of who sent whom.
    Refers.NOT: Habit(shape=1.0, per_year=100.0, yes=1.0, no=19.0),
}


@dataclass(frozen=True, kw_only=True, order=True)
class Record:
    """What one client did: over how many quarters of a year, how many referrals unasked, how many asks that have had
    their time, and how many of those were followed by a referral."""

    quarters: int
    unasked: int = 0
    asks: int = 0
    answered: int = 0

    def __post_init__(self) -> None:
        if self.quarters < 1 or self.unasked < 0 or not 0 <= self.answered <= self.asks:
            raise ValueError(f"not a history: {self}")


@dataclass(frozen=True, kw_only=True)
class Place:
    """The probability of each kind for one client; the three sum to one (R34)."""

    unasked: float
    when_asked: float
    does_not: float

    @property
    def likeliest(self) -> Refers | None:
        """The kind that is likelier than both others together; None where none is."""
        by_kind = dict(zip(Refers, (self.unasked, self.when_asked, self.does_not), strict=True))
        return next((kind for kind, chance in by_kind.items() if chance > 0.5), None)


class Verdict(StrEnum):
    """Whether the rule holds for one's own clients."""

    HOLDS = "holds"
    FAILS = "fails"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, kw_only=True)
class Shares:
    """One's own shares of the three kinds: the mean, the bounds of a 90 % interval each, and what becomes of the rule.

    `near` is the probability that all three are within ten points of the rule's.
    """

    clients: int
    mean: Triple
    low: Triple
    high: Triple
    near: float

    @property
    def verdict(self) -> Verdict:
        """Whether the rule holds: only said where it is nearly certain (R34)."""
        if self.near >= SURE:
            return Verdict.HOLDS
        return Verdict.FAILS if self.near <= 1 - SURE else Verdict.TOO_EARLY


def record(*, days: int, unasked: int, asks: int, answered: int) -> Record:
    """Return what a client did as it is counted: in quarters up to two years, then in years, to at most thirty."""
    quarters = max(1, round(days / 91.3125))
    if quarters > 8:
        quarters = min(120, 4 * round(quarters / 4))
    return Record(quarters=quarters, unasked=min(unasked, 50), asks=asks, answered=answered)


def likelihood(of: Record) -> Triple:
    """Return how probable a history is for a client of each kind: negative binomial times beta-binomial."""
    unasked, when_asked, does_not = (exp(_log_unasked(of, HABITS[k]) + _log_answered(of, HABITS[k])) for k in Refers)
    return unasked, when_asked, does_not


def _log_unasked(of: Record, habit: Habit) -> float:
    n, years = of.unasked, of.quarters / 4
    ways = lgamma(habit.shape + n) - lgamma(habit.shape) - lgamma(n + 1)
    return (
        ways + habit.shape * log(habit.per_year / (habit.per_year + years)) + n * log(years / (habit.per_year + years))
    )


def _log_answered(of: Record, habit: Habit) -> float:
    yes, no = of.answered, of.asks - of.answered
    ways = lgamma(of.asks + 1) - lgamma(yes + 1) - lgamma(no + 1)
    return ways + _log_beta(habit.yes + yes, habit.no + no) - _log_beta(habit.yes, habit.no)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def place(of: Record, *, shares: Triple = RULE) -> Place:
    """Return the probability of each kind for a client with this history, given the shares of the kinds (R34)."""
    weights = [share * chance for share, chance in zip(shares, likelihood(of), strict=True)]
    unasked, when_asked, does_not = (weight / sum(weights) for weight in weights)
    return Place(unasked=unasked, when_asked=when_asked, does_not=does_not)


def is_left_alone(of: Record, *, at: Place, policy: Policy) -> bool:
    """Return whether a client is not to be asked: who very probably does not refer, and showed it when asked (R34).

    Somebody who was never asked has not shown it, whatever the other clients are like.
    """
    return of.asks > of.answered and at.does_not * 100 >= policy.does_not_refer_from


def own_shares(records: Iterable[Record], *, policy: Policy) -> Shares:
    """Return the shares of the three kinds among one's own clients, 20–60–20 weighing as much as a few of them (R34).

    Exact but for the fineness of a grid: the two free shares are integrated over, equal histories counted together.
    """
    counts = Counter(records)
    points = _posterior(_alike(counts), prior=[share * policy.rule_weighs for share in RULE])
    mean = [sum(point[axis] * weight for point, weight in points) for axis in range(3)]
    bounds = [_quantiles(points, axis=axis) for axis in range(3)]
    return Shares(
        clients=sum(counts.values()),
        mean=(mean[0], mean[1], mean[2]),
        low=(bounds[0][0], bounds[1][0], bounds[2][0]),
        high=(bounds[0][1], bounds[1][1], bounds[2][1]),
        near=min(1.0, sum(weight for point, weight in points if _is_near(point))),
    )


def _alike(counts: Mapping[Record, int]) -> list[tuple[Triple, int]]:
    """Return likelihoods, each up to a factor, and how many clients have about that one.

    Histories that say nearly the same are put together at their mean, which bounds the cost of very many clients: what
    is lost is of second order in the fifth of a unit of log-likelihood within which they lie.
    """
    alike: dict[tuple[int, ...], list[tuple[Triple, int]]] = {}
    for of, many in counts.items():
        found = likelihood(of)
        x, y, z = (chance / max(found) for chance in found)
        key = tuple(round(5 * log(max(chance, _SLIGHT))) for chance in (x, y, z))
        alike.setdefault(key, []).append(((x, y, z), many))
    return [_together(some) for some in alike.values()]


def _together(some: Sequence[tuple[Triple, int]]) -> tuple[Triple, int]:
    whole = sum(many for _found, many in some)
    x, y, z = (sum(found[axis] * many for found, many in some) / whole for axis in range(3))
    return (x, y, z), whole


def _is_near(point: Triple) -> bool:
    return all(abs(mine - ruled) <= NEAR for mine, ruled in zip(point, RULE, strict=True))


def _quantiles(points: Sequence[tuple[Triple, float]], *, axis: int) -> tuple[float, float]:
    """Return the bounds between which a share lies with a probability of 90 %, as much being left on either side."""
    ordered = sorted((point[axis], weight) for point, weight in points)
    tail, seen, bounds = (1 - INTERVAL) / 2, 0.0, list[float]()
    for wanted in (tail, 1 - tail):
        while ordered and seen < wanted:
            value, weight = ordered.pop(0)
            seen += weight
        bounds.append(value)
    return bounds[0], bounds[1]


# -- the posterior of the shares, on a grid that narrows to where it is ------------------------------

_COARSE, _FINE = 16, 40
_NARROWINGS = 6
_NEGLIGIBLE = 1e-7
Box = tuple[float, float, float, float]  # of the share unasked, from and to; of the share when asked, from and to


def _posterior(kinds: Sequence[tuple[Triple, int]], *, prior: Sequence[float]) -> list[tuple[Triple, float]]:
    """Return points of the two free shares with their probabilities.

    The logarithm of the density is concave (no exponent of the prior is below one), so it has one summit, and a box
    around everything that counts can be narrowed without losing it.
    """
    box: Box = (0.0, 1.0, 0.0, 1.0)
    for _ in range(_NARROWINGS):
        points = _weighed(box, kinds, prior, fineness=_COARSE)
        before, box = box, _narrowed(points, box)
        if box[1] - box[0] > 0.7 * (before[1] - before[0]) and box[3] - box[2] > 0.7 * (before[3] - before[2]):
            break
    return _weighed(box, kinds, prior, fineness=_FINE)


def _weighed(
    box: Box, kinds: Sequence[tuple[Triple, int]], prior: Sequence[float], *, fineness: int
) -> list[tuple[Triple, float]]:
    """Return the middles of the cells of a box that lie among the shares, with weights that sum to one."""
    width, height = (box[1] - box[0]) / fineness, (box[3] - box[2]) / fineness
    found: list[tuple[Triple, float]] = []
    for i in range(fineness):
        for j in range(fineness):
            unasked, asked = box[0] + (i + 0.5) * width, box[2] + (j + 0.5) * height
            if unasked + asked < 1:
                shares = (unasked, asked, 1 - unasked - asked)
                found.append((shares, _log_density(shares, kinds, prior)))
    top = max(value for _shares, value in found)
    weights = [exp(value - top) for _shares, value in found]
    whole = sum(weights)
    return [(shares, weight / whole) for (shares, _value), weight in zip(found, weights, strict=True)]


def _log_density(shares: Triple, kinds: Sequence[tuple[Triple, int]], prior: Sequence[float]) -> float:
    a, b, c = shares
    ruled = sum((weight - 1) * log(share) for weight, share in zip(prior, shares, strict=True))
    return ruled + sum(many * log(a * x + b * y + c * z) for (x, y, z), many in kinds)


def _narrowed(points: Sequence[tuple[Triple, float]], box: Box) -> Box:
    """Return the part of a box outside of which nothing counts, one cell wider on each side."""
    top = max(weight for _shares, weight in points)
    kept = [shares for shares, weight in points if weight > _NEGLIGIBLE * top]
    wide, high = 1.5 * (box[1] - box[0]) / _COARSE, 1.5 * (box[3] - box[2]) / _COARSE
    first, second = [shares[0] for shares in kept], [shares[1] for shares in kept]
    return (
        max(0.0, min(first) - wide),
        min(1.0, max(first) + wide),
        max(0.0, min(second) - high),
        min(1.0, max(second) + high),
    )
