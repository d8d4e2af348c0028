"""Where everything of a picture lies, as numbers; templates write them down as SVG.

Lengths are in units of a drawing that is WIDTH wide, of which a telephone shows one a pixel; y counts downwards. A rate
of which too few ended has an interval and no mean (R26); one of which nothing ended has neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, cos, pi, sin

from entremise.protocol.measure import Point, Rate
from entremise.protocol.policy import Policy

WIDTH = 340
_LEFT, _RIGHT = 40, WIDTH - 4  # of what is drawn over time: the scale stands on the left
_ROW, _WORDS, _BAR = 40, 13, 20  # a line of words with a bar, or a scale, below it
_BAR_HIGH = 11
_EDGE = 6  # so that a dot at 0 or 100 % is drawn whole
TICKS = (0, 50, 100)  # percent


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A line of the scale, in percent, and where it lies."""

    at: float
    percent: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """Where an interval lies on its scale, and its mean; no mean where too few ended."""

    low: float
    high: float
    mean: float | None

    @property
    def first(self) -> float:
        """The end that is drawn first: left, or up."""
        return min(self.low, self.high)

    @property
    def length(self) -> float:
        """How long it is drawn."""
        return _round(abs(self.high - self.low))


def span(rate: Rate, *, policy: Policy, to: Callable[[float], float]) -> Span | None:
    """Return where a rate lies on a scale that puts a share of 0 to 1 somewhere (R26); None where nothing ended."""
    if not rate.tally.ended:
        return None
    mean = _round(to(rate.mean)) if rate.says(policy) else None
    return Span(low=_round(to(rate.low)), high=_round(to(rate.high)), mean=mean)


# -- how far they came ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One step: where its words stand, and its bar below them."""

    words: float
    top: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Steps one under the other, each as wide as its count."""

    height: int
    bar_height: int
    bars: tuple[Bar, ...]


def funnel(counts: Sequence[int]) -> Funnel:
    """Return a bar for each count, the widest for the largest."""
    most = max(1, *counts)
    bars = (
        Bar(words=_ROW * i + _WORDS, top=_ROW * i + _BAR, width=_round(WIDTH * count / most))
        for i, count in enumerate(counts)
    )
    return Funnel(height=_ROW * len(counts), bar_height=_BAR_HIGH, bars=tuple(bars))


# -- rates beside each other ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rate on a line from 0 to 100 %: where its words stand, and where it lies."""

    words: float
    y: float
    span: Span | None


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Rates one under the other on one scale, whose lines are `long`; `bottom` is where its numbers begin."""

    height: int
    bottom: int
    long: int
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]


def lines(rates: Sequence[Rate], *, policy: Policy) -> Lines:
    """Return a line for each rate, all on one scale, so that they can be compared."""
    found = (
        Line(words=_ROW * i + _WORDS, y=_ROW * i + _BAR + 5, span=span(rate, policy=policy, to=_across))
        for i, rate in enumerate(rates)
    )
    ticks = tuple(Tick(at=_round(_across(percent / 100)), percent=percent) for percent in TICKS)
    bottom = _ROW * len(rates)
    return Lines(height=bottom + 18, bottom=bottom, long=max(0, bottom - 16), ticks=ticks, lines=tuple(found))


def _across(share: float) -> float:
    return _EDGE + share * (WIDTH - 2 * _EDGE)


# -- a rate over time -------------------------------------------------------------------------------

_TOP, _FLOOR = 8, 138  # where 100 % and 0 % lie
_COUNTS_TOP, _COUNTS_FLOOR = 152, 192  # below: how many there were
_WIDEST = 22
_MARKS = 5


@dataclass(frozen=True, kw_only=True)
class Period:
    """One period: its middle and width, its rate, and below it how many there were, of known and of unknown end.

    `slot` is where its share of the whole width begins: what is tapped to hear of it.
    """

    slot: float
    x: float
    left: float
    width: float
    span: Span | None
    known_top: float
    known: float
    unknown_top: float
    unknown: float


@dataclass(frozen=True, kw_only=True)
class Course:
    """A rate over time. `each` is the width of a period's slot, `dot` the radius of a mean.

    `marked` are the numbers of the periods whose name fits below, and how it is anchored.
    """

    height: int
    each: float
    dot: float
    left: float
    right: float
    names: float
    counts_floor: float
    counts_top: float
    most: int
    ticks: tuple[Tick, ...]
    periods: tuple[Period, ...]
    marked: tuple[tuple[int, str], ...]


def course(points: Sequence[Point], *, policy: Policy) -> Course:
    """Return where each period of a rate over time lies (R26)."""
    most = max((point.rate.tally.all for point in points), default=0)
    each = (_RIGHT - _LEFT) / max(1, len(points))
    return Course(
        height=_COUNTS_FLOOR + 18,
        each=_round(each),
        dot=_round(min(5, 0.4 * each)),
        left=_LEFT,
        right=_RIGHT,
        names=_COUNTS_FLOOR + 14,
        counts_floor=_COUNTS_FLOOR,
        counts_top=_COUNTS_TOP,
        most=most,
        ticks=tuple(Tick(at=_round(_up(percent / 100)), percent=percent) for percent in TICKS),
        periods=tuple(_period(one, i, each=each, most=max(1, most), policy=policy) for i, one in enumerate(points)),
        marked=_marked(len(points)),
    )


def _period(point: Point, number: int, *, each: float, most: int, policy: Policy) -> Period:
    width, x = min(_WIDEST, 0.7 * each), _LEFT + each * (number + 0.5)
    unit = (_COUNTS_FLOOR - _COUNTS_TOP) / most
    known, unknown = unit * point.rate.tally.ended, unit * point.rate.tally.unknown
    return Period(
        slot=_round(x - each / 2),
        x=_round(x),
        left=_round(x - width / 2),
        width=_round(width),
        span=span(point.rate, policy=policy, to=_up),
        known_top=_round(_COUNTS_FLOOR - known),
        known=_round(known),
        unknown_top=_round(_COUNTS_FLOOR - known - unknown),
        unknown=_round(unknown),
    )


def _up(share: float) -> float:
    return _FLOOR - share * (_FLOOR - _TOP)


def _marked(count: int) -> tuple[tuple[int, str], ...]:
    """Return the numbers of a few periods, evenly up to the last, and how their names are anchored."""
    each = max(1, ceil((count - 1) / (_MARKS - 1)))
    numbers = sorted(range(count - 1, -1, -each))
    return tuple((number, "end" if 0 < number == count - 1 else "middle") for number in numbers)


# -- the radar --------------------------------------------------------------------------------------

_RADIUS, _ROOM = 110, 40  # of the outer ring; around it, for words


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place in the picture."""

    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Spoke:
    """One rate on a line from the centre (0 %) to the ring (100 %): its interval, its dot, where its words stand."""

    end: Spot
    words: Spot
    anchor: str
    low: Spot | None
    high: Spot | None
    mean: Spot | None


@dataclass(frozen=True, kw_only=True)
class Radar:
    """Rates around a centre, the first one upwards and on clockwise; `rings` are the radii of 50 and 100 %."""

    width: int
    height: int
    centre: Spot
    rings: tuple[float, ...]
    spokes: tuple[Spoke, ...]


def radar(rates: Sequence[Rate], *, policy: Policy) -> Radar:
    """Return a spoke for each rate, with its interval and its dot (R15); the dot only where enough ended."""
    centre = Spot(x=WIDTH / 2, y=_RADIUS + _ROOM)
    spokes = (_spoke(one, 2 * pi * i / len(rates), centre=centre, policy=policy) for i, one in enumerate(rates))
    return Radar(
        width=WIDTH,
        height=2 * (_RADIUS + _ROOM),
        centre=centre,
        rings=(_RADIUS / 2, float(_RADIUS)),
        spokes=tuple(spokes),
    )


def _spoke(rate: Rate, turn: float, *, centre: Spot, policy: Policy) -> Spoke:
    def at(distance: float) -> Spot:
        return Spot(x=_round(centre.x + distance * sin(turn)), y=_round(centre.y - distance * cos(turn)))

    lies = span(rate, policy=policy, to=lambda share: share * _RADIUS)
    side = _round(sin(turn))
    return Spoke(
        end=at(_RADIUS),
        words=at(_RADIUS + 14),
        anchor="middle" if not side else "start" if side > 0 else "end",
        low=at(lies.low) if lies else None,
        high=at(lies.high) if lies else None,
        mean=at(lies.mean) if lies and lies.mean is not None else None,
    )


def _round(length: float) -> float:
    return round(length, 1) + 0.0  # and never -0.0
