"""What givers overruled knowingly, as far as the receiver may know it: a count, never by whom (R12, R27)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from entremise.protocol import care
from entremise.protocol.policy import Policy


@dataclass(frozen=True, kw_only=True)
class Overruled:
    """What one giver overruled knowingly of one introduction that came about. `giver` is any key of theirs."""

    giver: str
    introduced_on: date
    points: frozenset[care.Question]


@dataclass(frozen=True, kw_only=True)
class Points:
    """For each point, how often at least it was overruled among `of` introductions; `of` is 0 where none are told."""

    of: int = 0
    times: Mapping[care.Question, int] = field(default_factory=dict)


NOTHING_TOLD = Points()


def tellable(rows: Sequence[Overruled], *, today: date, policy: Policy) -> Points:
    """Return what the receiver may be told of the points overruled, in a year, oldest rows first: never by whom (R12).

    Introductions are told in whole batches, each of `batch_givers` different givers, from the first one ever: so what
    one new introduction changes is never told by itself. In a batch a giver counts once for a point, and at least one
    of its givers is left out of every count: so that nobody is known to have overruled it even where all of them did.
    """
    since = today - timedelta(days=policy.overruled_within)
    of, times = 0, Counter[care.Question]()
    for batch in _batches(rows, least=policy.batch_givers):
        if batch[-1].introduced_on < since:
            continue
        of += len(batch)
        most = len({row.giver for row in batch}) - 1
        for point in care.Question:
            times[point] += min(most, len({row.giver for row in batch if point in row.points}))
    return Points(of=of, times={point: n for point, n in times.items() if n})


def _batches(rows: Iterable[Overruled], *, least: int) -> tuple[tuple[Overruled, ...], ...]:
    """The introductions in their order, cut wherever `least` different givers have come together; the rest waits."""
    found: list[tuple[Overruled, ...]] = []
    batch: list[Overruled] = []
    for row in rows:
        batch.append(row)
        if len({one.giver for one in batch}) >= least:
            found.append(tuple(batch))
            batch = []
    return tuple(found)
