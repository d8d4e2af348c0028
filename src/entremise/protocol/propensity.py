"""Who refers unasked, who refers when asked, who does not: 20–60–20 as a weak prior on one's own clients (R34).

The model, its assumptions and how wrong it is when they fail: docs/reference/twenty-sixty-twenty.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise, product
from math import exp, lgamma, log

from entremise.protocol.policy import Policy

Triple = tuple[float, float, float]  # unasked, when asked, not: always in this order
RULE: Triple = (0.2, 0.6, 0.2)
NEAR = 0.1  # a share is near the rule's within ten points
SURE = 0.95  # and the rule holds, or does not, where that is so, or not so, with this probability
INTERVAL = 0.9
ENOUGH = 10  # clients who referred or were asked; where nothing is written down, nothing is said
_SLIGHT = 0.001  # kinds less likely than this beside the likeliest are not told apart
_UNLIKELY = 0.01  # variants of the habits less probable than this beside the most probable are let go
_CLIMBS = 40


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
    # One in fifty years without being asked; asked, as often as the first.
    Refers.WHEN_ASKED: Habit(shape=1.0, per_year=50.0, yes=4.0, no=1.0),
    # Unasked as rarely: only an ask can tell these two apart. Asked, once in twenty: a word that cost an effort, or a
    # wrong memory of who sent whom.
    Refers.NOT: Habit(shape=1.0, per_year=50.0, yes=1.0, no=19.0),
}

# The figures above are guesses; clients may refer more or less often than that, and follow asks more or less often. So
# twenty variants of them are held against one's own clients, each as likely beforehand as the two weights say.
_RATES = {0.33: 1, 0.58: 2, 1.0: 3, 1.73: 2, 3.0: 1}  # times the referrals a year
_FOLLOWED = {(4.0, 1.0): 6, (6.0, 4.0): 3, (6.0, 9.0): 2, (4.0, 12.0): 1}  # of those who do follow asks: yes and no
Habits = Mapping[Refers, Habit]


def _variants() -> list[tuple[Habits, float]]:
    """Return every variant of the habits with the logarithm of its weight beforehand."""
    found: list[tuple[Habits, float]] = []
    for (rate, often), ((yes, no), likely) in product(_RATES.items(), _FOLLOWED.items()):
        habits = {kind: replace(habit, per_year=habit.per_year / rate) for kind, habit in HABITS.items()}
        for kind in (Refers.UNASKED, Refers.WHEN_ASKED):
            habits[kind] = replace(habits[kind], yes=yes, no=no)
        found.append((habits, log(often * likely)))
    return found


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


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One variant of the habits: how probable it is, and one's own shares if it is true."""

    weight: float
    habits: Habits
    shares: Triple


class Verdict(StrEnum):
    """Whether the rule holds for one's own clients."""

    HOLDS = "holds"
    FAILS = "fails"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, kw_only=True)
class Shares:
    """One's own shares of the three kinds: the mean, the bounds of a 90 % interval each, and what becomes of the rule.

    `near` is the probability that all three are within ten points of the rule's; `variants` are the variants of habits
    that one's clients leave possible. Something was `heard_of` those clients who referred or were asked.
    """

    clients: int
    heard_of: int
    mean: Triple
    low: Triple
    high: Triple
    near: float
    variants: tuple[Variant, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the rule holds: only said where it is nearly certain, and something was heard of enough (R34)."""
        if self.heard_of < ENOUGH:
            return Verdict.TOO_EARLY
        if self.near >= SURE:
            return Verdict.HOLDS
        return Verdict.FAILS if self.near <= 1 - SURE else Verdict.TOO_EARLY


def record(*, days: int, unasked: int, asks: int, answered: int) -> Record:
    """Return what a client did as it is counted: in quarters for two years, then more coarsely, to at most thirty."""
    quarters = max(1, round(days / 91.3125))
    step = next(step for until, step in _STEPS if quarters <= until)
    quarters = min(120, step * round(quarters / step))
    return Record(quarters=quarters, unasked=min(unasked, 50), asks=asks, answered=answered)


_STEPS = ((8, 1), (24, 4), (60, 8), (10_000, 20))  # until how many quarters, in steps of how many


def likelihood(of: Record, *, habits: Habits = HABITS) -> Triple:
    """Return how probable a history is for a client of each kind: negative binomial times beta-binomial."""
    unasked, when_asked, does_not = (exp(_log_unasked(of, habits[k]) + _log_answered(of, habits[k])) for k in Refers)
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


def place(of: Record, *, own: Shares | None = None) -> Place:
    """Return the probability of each kind for a client with this history (R34).

    Beforehand the shares are one's own, in every variant of the habits that one's clients leave possible; without them,
    the rule's.
    """
    variants = own.variants if own is not None else (Variant(weight=1.0, habits=HABITS, shares=RULE),)
    unasked = when_asked = does_not = 0.0
    for variant in variants:
        likely = likelihood(of, habits=variant.habits)
        a, b, c = (share * chance for share, chance in zip(variant.shares, likely, strict=True))
        whole = (a + b + c) / variant.weight
        unasked, when_asked, does_not = unasked + a / whole, when_asked + b / whole, does_not + c / whole
    return Place(unasked=unasked, when_asked=when_asked, does_not=does_not)


def is_left_alone(of: Record, *, at: Place, policy: Policy) -> bool:
    """Return whether a client is not to be asked: who very probably does not refer, and showed it when asked (R34).

    Somebody who was never asked has not shown it, whatever the other clients are like.
    """
    return of.asks > of.answered and at.does_not * 100 >= policy.does_not_refer_from


def own_shares(records: Iterable[Record], *, policy: Policy) -> Shares:
    """Return the shares of the three kinds among one's own clients, 20–60–20 weighing as much as a few of them (R34).

    Exact but for the fineness of a grid in each variant of the habits that is not next to impossible; the variants are
    weighed by their evidence, equal histories counted together.
    """
    counts = Counter(records)
    prior: Triple = (RULE[0] * policy.rule_weighs, RULE[1] * policy.rule_weighs, RULE[2] * policy.rule_weighs)
    points: list[tuple[Triple, float]] = []
    variants: list[Variant] = []
    for weight, habits, kinds in _possible(counts, prior):
        some = [(point, weight * share) for point, share in _posterior(kinds, prior=prior)]
        points += some
        a, b, c = (sum(point[axis] * share for point, share in some) / weight for axis in range(3))
        variants.append(Variant(weight=weight, habits=habits, shares=(a, b, c)))
    return _summary(points, variants, counts=counts)


def _summary(
    points: Sequence[tuple[Triple, float]], variants: Sequence[Variant], *, counts: Mapping[Record, int]
) -> Shares:
    a, b, c = (sum(variant.weight * variant.shares[axis] for variant in variants) for axis in range(3))
    bounds = [_quantiles(points, axis=axis) for axis in range(3)]
    return Shares(
        clients=sum(counts.values()),
        heard_of=sum(many for of, many in counts.items() if of.unasked or of.asks),
        mean=(a, b, c),
        low=(bounds[0][0], bounds[1][0], bounds[2][0]),
        high=(bounds[0][1], bounds[1][1], bounds[2][1]),
        near=min(1.0, sum(weight for point, weight in points if _is_near(point))),
        variants=tuple(variants),
    )


Kinds = Sequence[tuple[Triple, int]]  # likelihoods, each up to a factor, and how many clients have them


def _possible(counts: Mapping[Record, int], prior: Triple) -> list[tuple[float, Habits, Kinds]]:
    """Return the variants of the habits that are not next to impossible, with their probabilities."""
    found = []
    for habits, before in _variants():
        kinds, scale = _alike(counts, habits)
        found.append((before + scale + _evidence(kinds, prior), habits, kinds))
    top = max(value for value, _habits, _kinds in found)
    likely = [(exp(value - top), habits, kinds) for value, habits, kinds in found if value - top > log(_UNLIKELY)]
    whole = sum(weight for weight, _habits, _kinds in likely)
    return [(weight / whole, habits, kinds) for weight, habits, kinds in likely]


def _evidence(kinds: Kinds, prior: Triple) -> float:
    """Return the logarithm of the probability of what clients did, whatever their shares, but for a constant.

    Laplace's approximation at the summit, found by expectation and maximisation.
    """
    shares: Triple = RULE
    for _ in range(_CLIMBS):
        shares = _climbed(shares, kinds, prior)
    a, b, c = shares
    xx, yy, xy = ((p - 1) / s**2 for p, s in zip((prior[0], prior[1], 1.0), (a, b, 1.0), strict=True))
    last = (prior[2] - 1) / c**2
    xx, yy, xy = xx + last, yy + last, xy + last
    for (x, y, z), many in kinds:
        mixed = a * x + b * y + c * z
        along, across = (x - z) / mixed, (y - z) / mixed
        xx, yy, xy = xx + many * along**2, yy + many * across**2, xy + many * along * across
    return _log_density(shares, kinds, prior) - log(xx * yy - xy**2) / 2


def _climbed(shares: Triple, kinds: Kinds, prior: Triple) -> Triple:
    a, b, c = shares
    first, second, third = prior[0] - 1, prior[1] - 1, prior[2] - 1
    for (x, y, z), many in kinds:
        part = many / (a * x + b * y + c * z)
        first, second, third = first + part * a * x, second + part * b * y, third + part * c * z
    whole = first + second + third
    return first / whole, second / whole, third / whole


def _alike(counts: Mapping[Record, int], habits: Habits) -> tuple[Kinds, float]:
    """Return the likelihoods, each divided by its largest, and the logarithm of what they were divided by in all.

    Histories that say nearly the same are put together at their mean, which bounds the cost of very many clients: what
    is lost is of second order in the fifth of a unit of log-likelihood within which they lie.
    """
    alike: dict[tuple[int, ...], list[tuple[Triple, int]]] = {}
    scale = 0.0
    for of, many in counts.items():
        found = likelihood(of, habits=habits)
        top = max(found)
        x, y, z = (chance / top for chance in found)
        key = tuple(round(5 * log(max(chance, _SLIGHT))) for chance in (x, y, z))
        alike.setdefault(key, []).append(((x, y, z), many))
        scale += many * log(top)
    return [_together(some) for some in alike.values()], scale


def _together(some: Sequence[tuple[Triple, int]]) -> tuple[Triple, int]:
    whole = sum(many for _found, many in some)
    x, y, z = (sum(found[axis] * many for found, many in some) / whole for axis in range(3))
    return (x, y, z), whole


def _is_near(point: Triple) -> bool:
    return all(abs(mine - ruled) <= NEAR for mine, ruled in zip(point, RULE, strict=True))


def _quantiles(points: Sequence[tuple[Triple, float]], *, axis: int) -> tuple[float, float]:
    """Return the bounds between which a share lies with a probability of 90 %, as much being left on either side."""
    mass: dict[float, float] = defaultdict(float)
    for point, weight in points:
        mass[round(point[axis], 6)] += weight
    seen, marks = 0.0, [(0.0, min(mass))]
    for value, weight in sorted(mass.items()):
        marks.append((seen + weight / 2, value))
        seen += weight
    marks.append((seen, max(mass)))
    tail = (1 - INTERVAL) / 2
    return _between(marks, tail * seen), _between(marks, (1 - tail) * seen)


def _between(marks: Sequence[tuple[float, float]], wanted: float) -> float:
    """Return the value at a wanted sum of weights, on the straight line between the marks beside it."""
    for (before, low), (after, high) in pairwise(marks):
        if wanted <= after:
            return low + (high - low) * (wanted - before) / (after - before or 1.0)
    return marks[-1][1]


# -- the posterior of the shares, on a grid that narrows to where it is ------------------------------

_COARSE, _FINE = 10, 18
_NARROWINGS = 6
_NEGLIGIBLE = 1e-7
Box = tuple[float, float, float, float]  # of the share unasked, from and to; of the share when asked, from and to


def _posterior(kinds: Kinds, *, prior: Triple) -> list[tuple[Triple, float]]:
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


def _weighed(box: Box, kinds: Kinds, prior: Triple, *, fineness: int) -> list[tuple[Triple, float]]:
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


def _log_density(shares: Triple, kinds: Kinds, prior: Triple) -> float:
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
