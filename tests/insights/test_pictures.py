"""Where everything of a picture lies (R26): hand-computed places, in units of a drawing 340 wide."""

from __future__ import annotations

from datetime import date

import pytest

from entremise.insights import pictures
from entremise.protocol.measure import Point, Rate, Tally, rate
from entremise.protocol.policy import DEFAULT


def exact(low: float, mean: float, high: float, *, won: int = 3, ended: int = 6, unknown: int = 0) -> Rate:
    return Rate(tally=Tally(won, ended, unknown), mean=mean, low=low, high=high)


NOTHING, FEW = rate(Tally(0, 0, 3)), exact(0.25, 0.5, 0.75, won=2, ended=4)


def test_r26_a_rate_has_a_dot_only_where_enough_ended_and_nothing_where_none_did() -> None:
    across = {"policy": DEFAULT, "to": lambda share: 100 * share}
    assert pictures.span(exact(0.25, 0.5, 0.75), **across) == pictures.Span(low=25, high=75, mean=50)
    assert pictures.span(FEW, **across) == pictures.Span(low=25, high=75, mean=None)
    assert pictures.span(NOTHING, **across) is None


def test_a_step_of_the_funnel_is_as_wide_as_its_count() -> None:
    drawn = pictures.funnel([8, 4, 0])
    assert drawn.height == 120
    assert [(bar.words, bar.top, bar.width) for bar in drawn.bars] == [(13, 20, 340), (53, 60, 170), (93, 100, 0)]
    assert pictures.funnel([0, 0]).bars[1].width == 0


def test_rates_one_under_the_other_lie_on_one_scale() -> None:
    drawn = pictures.lines([exact(0, 0.5, 1), FEW, NOTHING], policy=DEFAULT)
    assert [(tick.at, tick.percent) for tick in drawn.ticks] == [(6, 0), (170, 50), (334, 100)]
    assert [(line.words, line.y) for line in drawn.lines] == [(13, 25), (53, 65), (93, 105)]
    assert [line.span for line in drawn.lines] == [
        pictures.Span(low=6, high=334, mean=170),
        pictures.Span(low=88, high=252, mean=None),
        None,
    ]
    assert (drawn.bottom, drawn.height) == (120, 138)


def test_without_a_rate_nothing_is_drawn_and_no_size_is_negative() -> None:
    drawn = pictures.lines([], policy=DEFAULT)
    assert (drawn.bottom, drawn.long, drawn.lines) == (0, 0, ())
    assert pictures.lines([NOTHING], policy=DEFAULT).long == 24


def test_over_time_a_hundred_percent_is_at_the_top_and_counts_stand_below() -> None:
    days = date(2026, 1, 1), date(2026, 1, 31)
    drawn = pictures.course(
        [Point(*days, exact(0.5, 0.75, 1, won=5, ended=6, unknown=2)), Point(*days, NOTHING)], policy=DEFAULT
    )
    assert [(tick.at, tick.percent) for tick in drawn.ticks] == [(138, 0), (73, 50), (8, 100)]
    one, other = drawn.periods
    assert (one.x, one.width, one.left) == (114, 22, 103)
    assert (drawn.each, one.slot, other.slot) == (148, 40, 188)
    assert one.span == pictures.Span(low=73, high=8, mean=40.5)
    assert (one.span.first, one.span.length) == (8, 65)
    assert drawn.most == 8
    assert (one.known, one.unknown) == (30, 10)
    assert (one.known_top, one.unknown_top) == (162, 152)
    assert other.span is None
    assert (other.known, other.unknown, other.unknown_top) == (0, 15, 177)
    assert pictures.course([], policy=DEFAULT).periods == ()


@pytest.mark.parametrize(
    ("count", "marked"),
    [
        (0, []),
        (1, [(0, "middle")]),
        (2, [(0, "middle"), (1, "end")]),
        (8, [(1, "middle"), (3, "middle"), (5, "middle"), (7, "end")]),
        (9, [(0, "middle"), (2, "middle"), (4, "middle"), (6, "middle"), (8, "end")]),
    ],
)
def test_a_few_periods_are_named_evenly_up_to_the_last(count: int, marked: list[tuple[int, str]]) -> None:
    point = Point(date(2026, 1, 1), date(2026, 1, 31), NOTHING)
    assert list(pictures.course([point] * count, policy=DEFAULT).marked) == marked


def test_r15_the_radar_begins_upwards_and_goes_round_with_the_clock() -> None:
    drawn = pictures.radar([exact(0, 0.5, 1), exact(0.25, 0.5, 0.75), FEW, NOTHING], policy=DEFAULT)
    up, right, down, left = drawn.spokes
    assert (up.end, right.end) == (pictures.Spot(x=170, y=40), pictures.Spot(x=280, y=150))
    assert (down.end, left.end) == (pictures.Spot(x=170, y=260), pictures.Spot(x=60, y=150))
    assert [spoke.anchor for spoke in drawn.spokes] == ["middle", "start", "middle", "end"]
    assert up.mean == pictures.Spot(x=170, y=95)
    assert (right.low, right.high) == (pictures.Spot(x=197.5, y=150), pictures.Spot(x=252.5, y=150))
    assert (down.mean, left.low) == (None, None)
    assert drawn.rings == (55, 110)
