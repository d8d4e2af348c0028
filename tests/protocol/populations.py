"""Invented clients whose kind is known: drawn from the model of R34, or from worlds that break its assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from entremise.protocol.policy import DEFAULT
from entremise.protocol.propensity import HABITS, RULE, Record, Refers, Triple, own_shares, place, record

Array = np.ndarray[Any, np.dtype[Any]]
BANDS = 10


@dataclass(frozen=True, kw_only=True)
class World:
    """What clients are like. The defaults are the model's; everything else breaks one of its assumptions."""

    shares: Triple = RULE
    rate: float = 1.0  # times the model's referrals a year
    yes: float = 1.0  # times the model's chance that an ask is followed by a referral
    noted: float = 1.0  # the share of the referrals that the member notes
    together: int = 1  # how many referrals come at once
    tires: float = 1.0  # times the chance, after each ask in vain
    stops_after: float = 100.0  # years after which nobody refers any more
    season: bool = False  # referrals only come in the first quarter of each year one knows somebody


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Clients: the kind of each (0, 1, 2), and what each did."""

    kinds: Array
    records: list[Record]


def draw(world: World, *, clients: int, seed: int) -> Drawn:
    """Return clients known for a quarter to twelve years, asked on average every third year, at most twice a year."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(3, size=clients, p=world.shares)
    years = rng.uniform(0.25, 12, size=clients)
    rates = rng.gamma(_each("shape", kinds), 1 / _each("per_year", kinds)) * world.rate
    unasked = rng.poisson(rates * _open(years, world) / world.together) * world.together
    asks = np.minimum(rng.poisson(0.33 * years), np.floor(2 * years)).astype(int)
    answered = _answers(rng, world, kinds, asks)
    seen, heard = rng.binomial(unasked, world.noted), rng.binomial(answered, world.noted)
    told = zip((years * 365.25).round(), seen, asks, heard, strict=True)
    return Drawn(
        kinds=kinds,
        records=[record(days=int(d), unasked=int(u), asks=int(a), answered=int(s)) for d, u, a, s in told],
    )


def _each(name: str, kinds: Array) -> Array:
    found: Array = np.array([getattr(HABITS[kind], name) for kind in Refers])[kinds]
    return found


def _open(years: Array, world: World) -> Array:
    """Return the years over which a client referred, at the mean rate."""
    counted: Array = np.minimum(years, world.stops_after)
    if world.season:
        counted = 4 * (np.floor(counted) * 0.25 + np.minimum(counted % 1, 0.25))
    return counted


def _answers(rng: np.random.Generator, world: World, kinds: Array, asks: Array) -> Array:
    chance = rng.beta(_each("yes", kinds), _each("no", kinds)) * world.yes
    answered = np.zeros(len(kinds), dtype=int)
    for number in range(int(asks.max(initial=0))):
        said = (rng.random(len(kinds)) < chance) & (asks > number)
        answered += said
        chance = np.where(said | (asks <= number), chance, chance * world.tires)
    return answered


@dataclass(frozen=True, kw_only=True)
class Found:
    """How right the model was: the widest gap of a band between what was said and what was, and the shares."""

    gap: float
    shares: Triple
    truth: Triple
    verdict: str


def judge(drawn: Drawn, *, even: bool = True, least: int = 100) -> Found:
    """Return how far what is said of clients is from what they are, over ten bands of what is said of each kind.

    The bands hold equally many sayings, or, not `even`, are tenths of what can be said, those of `least` sayings.
    """
    shares = own_shares(drawn.records, policy=DEFAULT)
    at = {of: place(of, own=shares) for of in set(drawn.records)}
    said = np.array([(at[of].unasked, at[of].when_asked, at[of].does_not) for of in drawn.records]).ravel()
    was = np.eye(3)[drawn.kinds].ravel()
    tenths = np.argsort(np.argsort(said, kind="stable"), kind="stable") * BANDS // len(said)
    band = tenths if even else np.minimum((said * BANDS).astype(int), BANDS - 1)
    gaps = [abs(said[band == b].mean() - was[band == b].mean()) for b in range(BANDS) if (band == b).sum() >= least]
    first, second, third = (float((drawn.kinds == kind).mean()) for kind in range(3))
    return Found(gap=float(max(gaps)), shares=shares.mean, truth=(first, second, third), verdict=shares.verdict)


WORLDS: Mapping[str, World] = {
    "as the model says": World(),
    "other shares: 50–30–20": World(shares=(0.5, 0.3, 0.2)),
    "other shares: 5–25–70": World(shares=(0.05, 0.25, 0.7)),
    "everybody refers half as often": World(rate=0.5),
    "everybody refers twice as often": World(rate=2.0),
    "asks are followed half as often": World(yes=0.5),
    "everybody refers four times less often": World(rate=0.25),
    "asks are followed a third less often": World(yes=0.67),
    "half of what comes is noted": World(noted=0.5),
    "referrals come in pairs": World(together=2),
    "each ask in vain halves the next chance": World(tires=0.5),
    "nobody refers after three years": World(stops_after=3.0),
    "one season a year": World(season=True),
}
