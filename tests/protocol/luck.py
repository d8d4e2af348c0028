"""What luck alone does to the measure: exact sums where there are any, else members drawn by chance, seeded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import binom

from entremise.protocol import beta
from entremise.protocol.measure import Tally, Verdict, of_streak, rate, verdict
from entremise.protocol.policy import DEFAULT

Array = np.ndarray[Any, np.dtype[Any]]
SURE = DEFAULT.likely_from / 100


def coverage(true: float, *, ends: int) -> float:
    """Return how probable it is that the interval holds a true rate: an exact sum over everything that may happen."""
    inside = [won for won in range(ends + 1) if rate(Tally(won, ends)).low <= true <= rate(Tally(won, ends)).high]
    return float(binom.pmf(inside, ends, true).sum())


def needed(won: int, ended: int, *, until: int, sure: float = SURE) -> list[int]:
    """Return, for 1 to `until` ends after, how many have to be won to be called likely better."""
    return beta.wins_needed(beta.Beta(1, 1), before=beta.Beta(1 + won, 1 + ended - won), sure=sure, most=until)


def alarms(true: float, *, before: int, looks: Iterable[int], sure: float = SURE) -> float:
    """Return how probable it is that nothing changed and one of the looks, at so many ends after, calls it better.

    Exact: the chances of every number of wins are followed from end to end, and leave when they are called better.
    """
    at, total = set(looks), 0.0
    for won, chance in enumerate(binom.pmf(range(before + 1), before, true)):
        bar = needed(won, before, until=max(at), sure=sure)
        still = np.zeros(max(at) + 1)
        still[0] = chance
        for ends in range(1, max(at) + 1):
            still[1:] = still[1:] * (1 - true) + still[:-1] * true
            still[0] *= 1 - true
            if ends in at:
                total += still[bar[ends - 1] :].sum()
                still[bar[ends - 1] :] = 0
    return float(total)


def after_a_streak(true: float, *, left_out: int, members: int, until: int = 50) -> tuple[float, float]:
    """Return by how much the rate before is wrong, and how often nothing changed and it was ever called better.

    Members whose rate never changes correct something at their first three failures in a row after five other ends;
    before is all that came until then, but for the failures `left_out`. They look after each end, from the fifth on.
    """
    drawn = np.random.default_rng(28).random((members, 60 + until)) < true
    fails = ~drawn
    streak = fails[:, 2:60] & fails[:, 1:59] & fails[:, :58]
    streak[:, :5] = False
    error = called = found = 0.0
    for at in range(5, 58):
        here = drawn[streak.any(axis=1) & (streak.argmax(axis=1) == at)]
        ended = at + 3 - left_out
        won = here[:, :ended].sum(axis=1)
        error += (won / ended - true).sum()
        found += len(here)
        for one in np.unique(won):
            bar = np.array(needed(int(one), ended, until=until))
            wins = here[won == one][:, at + 3 : at + 3 + until].cumsum(axis=1)
            called += (wins >= bar)[:, DEFAULT.percent_from - 1 :].any(axis=1).sum()
    return error / found, called / found


Apart = Callable[[int, int], int]  # how many are left out, of so many failures in a row, among so many that ended


def left_out(run: int, ended: int) -> int:
    """Return how many the measure itself leaves out."""
    return of_streak(run, ended=ended, policy=DEFAULT)


def after_a_run(true: float, *, run: int, apart: Sequence[Apart], members: int) -> list[tuple[float, float]]:
    """Return for each way to set apart: how often something is left to compare with, and how often nothing changed and
    it was ever called better.

    Members whose rate never changes correct something at their first `run` failures in a row, however few ended before
    that, and look after each of 50 ends. Those who have no such run in 400 ends are left out.
    """
    drawn = np.random.default_rng(29).random((members, 450)) < true
    lately, ends = np.zeros(members, int), np.zeros(members, int)
    for at in range(400):
        lately = np.where(drawn[:, at], 0, lately + 1)
        ends[(lately == run) & (ends == 0)] = at + 1
    found = np.zeros((len(apart), 2))
    for row, ended in zip(drawn[ends > 0], ends[ends > 0], strict=True):
        wins = row[ended : ended + 50].cumsum()
        for number, of in enumerate(apart):
            left = int(ended) - of(run, int(ended))
            if left >= DEFAULT.percent_from:
                bar = _needed(int(row[:left].sum()), left)
                found[number] += 1, (wins >= bar)[DEFAULT.percent_from - 1 :].any()
    return [(float(left), float(called)) for left, called in found / max(1, (ends > 0).sum())]


@cache
def _needed(won: int, ended: int) -> Array:
    return np.array(needed(won, ended, until=50))


def best_day(true: float, *, ends: int, members: int) -> tuple[float, float]:
    """Return how often nothing changed and it is called better: cut halfway, and cut on whichever day looks best."""
    drawn = np.random.default_rng(30).random((members, ends)) < true
    halfway = best = 0
    for wins in np.cumsum(drawn, axis=1):
        called = [
            wins[-1] - wins[cut - 1] >= _needed(int(wins[cut - 1]), cut)[ends - cut - 1]
            for cut in range(DEFAULT.percent_from, ends - DEFAULT.percent_from + 1)
        ]
        halfway += bool(called[ends // 2 - DEFAULT.percent_from])
        best += any(called)
    return halfway / members, best / members


def known_late(true: float, *, win_days: int, loss_days: int, members: int, mind: bool) -> float:
    """Return how often nothing changed and it was ever called better, when wins and losses are known after some time.

    Twenty ended before, all known. After, one introduction a week for a year; the days until its end is known are
    exponential. Looked at every week. `mind` is whether those that are not known yet are told to the measure.
    """
    random = np.random.default_rng(26)
    called = 0
    for _ in range(members):
        before = Tally(int(random.binomial(20, true)), 20)
        wins = random.random(52) < true
        start = np.arange(52) * 7
        known = start + random.exponential(np.where(wins, win_days, loss_days))
        called += _ever(before, (_tally(wins, known <= day, start <= day, mind) for day in range(7, 546, 7)))
    return called / members


def _tally(wins: Array, known: Array, begun: Array, mind: bool) -> Tally:
    ended = int(known.sum())
    return Tally(int((wins & known).sum()), ended, int(begun.sum()) - ended if mind else 0)


def _ever(before: Tally, looks: Iterable[Tally]) -> bool:
    return any(verdict(before, after, policy=DEFAULT) is Verdict.LIKELY_BETTER for after in looks)
