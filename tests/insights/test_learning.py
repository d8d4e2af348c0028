"""What a member learns, computed by hand: how far it came, when, with whom, how complete, which letters (R19, R26)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.insights import learning
from entremise.insights.learning import Came, Fullness, Side
from entremise.protocol.care import Letter
from entremise.protocol.measure import Measured, Step, Verdict
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.referrals.models import Ending, Referral
from entremise.referrals.queries.measured import Sum
from entremise.referrals.queries.outside import Direction
from tests.cast import INES, MARC, World, introduced, member, world
from tests.referrals.test_measured import again, note

TODAY = date(2026, 11, 22)  # a Sunday


def one(outcome: Outcome | None = None, *, ago: int = 0, **more: Any) -> Measured:
    values: dict[str, Any] = {
        "other": "h",
        "other_name": "Hélène",
        "trade": "plumber",
        "completeness": None,
        "letters": {},
    }
    return Measured(
        uid="u", here=True, introduced_on=TODAY - timedelta(days=ago), outcome=outcome, **{**values, **more}
    )


WON, LOST = Outcome.WON, Outcome.LOST


def tallies(groups: Any) -> dict[Any, tuple[int, int, int]]:
    return {g.key: (g.rate.tally.won, g.rate.tally.ended, g.rate.tally.unknown) for g in groups}


# -- over time --------------------------------------------------------------------------------------


def test_the_default_step_is_the_finest_that_still_says_something() -> None:
    """R26: five ends make a percentage; a week with five is enough, a quarter where no month has as many."""
    week = [one(WON) for _ in range(5)]
    assert learning.over_time(week, today=TODAY, policy=DEFAULT).step is Step.WEEK
    month = [one(WON, ago=days) for days in (0, 7, 8, 15, 16)]
    assert learning.over_time(month, today=TODAY, policy=DEFAULT).step is Step.MONTH
    quarter = [one(WON, ago=days) for days in (0, 7, 23, 30, 50)]
    assert learning.over_time(quarter, today=TODAY, policy=DEFAULT).step is Step.QUARTER
    assert learning.over_time([one()], today=TODAY, policy=DEFAULT).step is Step.QUARTER
    assert learning.over_time([], today=TODAY, policy=DEFAULT).step is Step.QUARTER


def test_half_of_the_periods_with_an_introduction_must_say_something() -> None:
    full = [one(WON) for _ in range(5)]
    assert learning.over_time([*full, one(ago=30)], today=TODAY, policy=DEFAULT).step is Step.WEEK
    assert learning.over_time([*full, one(ago=8), one(ago=15)], today=TODAY, policy=DEFAULT).step is Step.MONTH


def test_a_step_that_is_asked_for_is_taken_and_reaches_from_the_first_introduction_to_today() -> None:
    cut = learning.over_time([one(WON, ago=45), one(ago=3)], today=TODAY, step=Step.MONTH, policy=DEFAULT)
    assert [(point.start, str(point.rate), point.rate.tally.unknown) for point in cut.points] == [
        (date(2026, 10, 1), "1/1", 0),
        (date(2026, 11, 1), "0/0", 1),
    ]
    assert cut.left_out == 0


def test_weeks_go_back_half_a_year_and_what_is_left_out_is_counted() -> None:
    cut = learning.over_time([one(WON, ago=400), one(LOST, ago=182)], today=TODAY, step=Step.WEEK, policy=DEFAULT)
    assert cut.left_out == 1
    assert len(cut.points) == 27
    assert cut.points[-1].end == TODAY


# -- with whom, in what, how ------------------------------------------------------------------------


def test_r26_each_giver_is_one_group_and_those_forgotten_are_one() -> None:
    found = [
        one(WON),
        one(LOST, other_name="H. Vasseur"),
        one(other="", other_name=""),
        one(WON, other="", other_name=""),
    ]
    groups = learning.by_other(found, policy=DEFAULT)
    assert tallies(groups) == {("h", "Hélène"): (1, 2, 0), ("", ""): (1, 1, 1)}


def test_r26_nothing_is_ranked_on_too_little() -> None:
    """Nine ends of nine do not come before one of ten."""
    found = [*(one(WON, trade="few") for _ in range(9)), *(one(LOST, trade="many") for _ in range(10))]
    assert [group.key for group in learning.by_trade(found, policy=DEFAULT)] == ["many", "few"]
    few = [one(WON, trade="a"), one(LOST, trade="b"), one(LOST, trade="b")]
    assert [group.key for group in learning.by_trade(few, policy=DEFAULT)] == ["b", "a"]


def test_r19_success_stands_beside_completeness() -> None:
    full = [one(WON, completeness=100) for _ in range(9)] + [one(LOST, completeness=100)]
    nearly = [one(LOST, completeness=share) for share in (82, 91)]
    less = [one(WON, completeness=64), *(one(LOST, completeness=73) for _ in range(7))]
    groups = learning.by_fullness([one(), *less, *nearly, *full])
    assert [group.key for group in groups] == list(Fullness)
    assert tallies(groups) == {
        Fullness.WHOLE: (9, 10, 0),
        Fullness.NEARLY: (0, 2, 0),
        Fullness.LESS: (1, 8, 0),
        Fullness.UNKNOWN: (0, 0, 1),
    }
    assert learning.whole_or_not([one(WON), *less, *nearly, *full], policy=DEFAULT) is Verdict.LIKELY_BETTER
    assert learning.whole_or_not([*less[:2], *full], policy=DEFAULT) is Verdict.TOO_EARLY


@pytest.mark.parametrize("share", [64, 100])
def test_r19_what_is_not_known_on_either_side_may_overturn_what_completeness_seems_to_do(share: int) -> None:
    known = [one(LOST, completeness=64)] * 10 + [one(WON, completeness=100)] * 10
    assert learning.whole_or_not(known, policy=DEFAULT) is Verdict.LIKELY_BETTER
    open_still = [one(completeness=share)] * 40
    assert learning.whole_or_not([*known, *open_still], policy=DEFAULT) is Verdict.CANNOT_TELL


def test_r26_each_letter_has_those_where_it_was_clear_and_those_where_something_gave_pause() -> None:
    clear = dict.fromkeys(Letter, True)
    found = [one(WON, letters=clear), one(LOST, letters={**clear, Letter.RELEVANT: False}), one(WON)]
    assert tallies(learning.by_letter(found)) == {
        (Letter.CONSENT, True): (1, 2, 0),
        (Letter.ACTUAL, True): (1, 2, 0),
        (Letter.RELEVANT, True): (1, 1, 0),
        (Letter.RELEVANT, False): (0, 1, 0),
        (Letter.EVALUATE, True): (1, 2, 0),
    }


# -- how far it came --------------------------------------------------------------------------------


@pytest.fixture
def scene() -> World:
    return world()


@pytest.mark.django_db
def test_r26_the_funnel_of_each_side_counts_what_that_side_may_see(scene: World) -> None:
    """R7: the giver's counts are the same whether the second was refused, or nobody answered."""
    _, mail, _ = introduced(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    scene.close(mail, WON)
    again(scene)
    scene.wait(days=1)
    scene.send()
    before = learning.given(member=scene.helene).funnel
    scene.no(scene.last_to(INES))
    note(scene, ines, Direction.RECEIVED, 1)
    assert learning.given(member=scene.helene).funnel == before
    assert dict(before) == {Came.RECOMMENDED: 3, Came.INTRODUCED: 2, Came.CONTACTED: 1, Came.ENDED: 1, Came.WON: 1}
    hers = learning.received(member=ines)
    assert hers.side is Side.RECEIVED
    assert hers.outside == 1
    assert dict(hers.funnel) == {
        Came.ASKED: 4,
        Came.AGREED: 3,
        Came.INTRODUCED: 3,
        Came.CONTACTED: 1,
        Came.ENDED: 1,
        Came.WON: 1,
    }
    assert not learning.received(member=scene.helene).begun


@pytest.mark.django_db
def test_a_request_that_never_left_or_reached_somebody_else_was_not_asked_of_me(scene: World) -> None:
    scene.send()
    ines = member(scene, name="Inès Moreau", email=INES)
    request = Referral.objects.get().requests.get()
    for changes in ({"mute": True}, {"mute": False, "not_them_at": scene.now}):
        type(request).objects.update(**changes)
        assert not learning.received(member=ines).begun


@pytest.mark.django_db
def test_r26_what_it_brought_is_summed_for_the_receiver_by_currency_and_the_last_word_counts(scene: World) -> None:
    introduced(scene)
    again(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    first, second = Referral.objects.order_by("pk")
    at = scene.now
    for row, minute, amount, currency in (
        (first, 1, "900", "EUR"),
        (second, 1, "1200.50", "EUR"),
        (first, 2, "70", "CAD"),
    ):
        said = {"amount": Decimal(amount), "currency": currency, "outcome": WON.value}
        Ending.objects.create(referral=row, by="receiver", at=at + timedelta(minutes=minute), **said)
    assert learning.received(member=ines).sums == ()
    assert learning.received(member=ines, sums=True).sums == (
        Sum(currency="CAD", amount=Decimal(70), noted=1),
        Sum(currency="EUR", amount=Decimal("1200.50"), noted=1),
    )
    Ending.objects.create(referral=second, by="receiver", at=at + timedelta(hours=1), outcome=LOST.value)
    assert [one.currency for one in learning.received(member=ines, sums=True).sums] == ["CAD"]
    assert learning.received(member=scene.helene, sums=True).sums == ()
    assert MARC not in str(learning.given(member=scene.helene))


@pytest.mark.django_db
def test_the_number_of_queries_is_bounded(scene: World) -> None:
    introduced(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    for number in range(3):
        again(scene)
        note(scene, ines, Direction.RECEIVED, number)
        note(scene, scene.helene, Direction.GIVEN, 10 + number)
    for count, ask in (
        (7, lambda: learning.received(member=ines, sums=True)),
        (5, lambda: learning.received(member=ines)),
        (3, lambda: learning.given(member=scene.helene)),
    ):
        with CaptureQueriesContext(connection) as asked:
            ask()
        assert len(asked) == count
