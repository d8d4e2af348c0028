"""The twenty cards, the five lunches, and words that cost nothing (R24, R25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from entremise.protocol.attention import (
    POINTS,
    Candidate,
    Reason,
    Turn,
    Wish,
    Word,
    card_year,
    cards_in_season,
    chosen,
    lunch_turn,
    lunches_in_order,
    word_for,
    worth,
)
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relationship import History, Satisfaction

KNOWN = date(2024, 1, 10)
TODAY = date(2026, 11, 22)
NOBODY = History(known_since=KNOWN)


def test_r24_worth_is_counted_both_ways_and_says_why() -> None:
    history = replace(NOBODY, referrals_received=2, received=3, given=1, works=2, satisfaction=Satisfaction.GOOD)
    found = worth(history)
    assert {share.reason: share.count for share in found.shares} == {
        Reason.BROUGHT: 2,
        Reason.HELPED: 1,
        Reason.GIVEN: 1,
        Reason.WORK: 2,
        Reason.SATISFIED: 1,
    }
    assert found.points == sum(share.points for share in found.shares) == 20 + 4 + 4 + 10 + 5
    assert found.shares[0].reason is Reason.BROUGHT
    assert worth(NOBODY).points == 0


def test_r24_the_reasons_are_told_the_heaviest_first() -> None:
    history = replace(NOBODY, referrals_received=1, received=6, given=4, works=3, satisfaction=Satisfaction.GOOD)
    assert [(share.reason, share.points) for share in worth(history).shares] == [
        (Reason.HELPED, 20),
        (Reason.GIVEN, 16),
        (Reason.WORK, 15),
        (Reason.BROUGHT, 10),
        (Reason.SATISFIED, 5),
    ]


def test_r24_a_recommendation_not_counted_among_the_good_turns_takes_nothing_away() -> None:
    assert worth(replace(NOBODY, referrals_received=2)).points == 20


@pytest.mark.parametrize("more", ["referrals_received", "received", "given", "works"])
def test_no_good_turn_lowers_the_worth(more: str) -> None:
    before = replace(NOBODY, referrals_received=1, received=2, given=1, works=1)
    grown = {more: getattr(before, more) + 1}
    if more == "referrals_received":
        grown["received"] = before.received + 1  # a recommendation is one of the good turns received
    assert worth(replace(before, **grown)).points > worth(before).points


def test_not_satisfied_is_no_reason_and_a_recommendation_weighs_most() -> None:
    assert worth(replace(NOBODY, satisfaction=Satisfaction.BAD)).shares == ()
    assert max(POINTS, key=lambda reason: POINTS[reason]) is Reason.BROUGHT


def test_r24_the_twenty_best_are_chosen_and_ties_are_stable() -> None:
    people = [Candidate(contact=n, points=n % 3) for n in range(60, 0, -1)]
    first = chosen(people, most=DEFAULT.cards_a_year)
    assert len(first) == 20
    assert first == tuple(n for n in range(1, 61) if n % 3 == 2)
    assert chosen(reversed(people), most=20) == first


def test_r24_the_member_pins_and_removes_anyone() -> None:
    people = [Candidate(contact=n, points=100 - n) for n in range(1, 31)]
    people[0] = replace(people[0], wish=Wish.REMOVED)
    people[29] = replace(people[29], points=0, wish=Wish.PINNED)
    found = chosen(people, most=20)
    assert 1 not in found
    assert found[-1] == 30
    assert found[:-1] == tuple(range(2, 21))


def test_more_pins_than_places_all_stay_and_what_was_sent_stays_on_the_list() -> None:
    pinned = [Candidate(contact=n, points=0, wish=Wish.PINNED) for n in range(7)]
    sent = Candidate(contact=50, points=1, wish=Wish.REMOVED, done=True)
    best, second = Candidate(contact=60, points=900), Candidate(contact=61, points=800)
    assert chosen([*pinned, sent, best, second], most=5) == (50, *range(7))


def test_whoever_is_pinned_among_the_best_is_listed_once() -> None:
    people = [Candidate(contact=n, points=10 - n, wish=Wish.PINNED if n == 2 else None) for n in range(1, 6)]
    assert chosen(people, most=3) == (1, 2, 3)


def test_nobody_is_proposed_with_whom_nothing_good_happened() -> None:
    assert chosen([Candidate(contact=1, points=0), Candidate(contact=2, points=1)], most=20) == (2,)


def test_r24_the_season_of_the_cards_begins_in_mid_november_and_ends_with_the_year() -> None:
    days = {date(2026, 11, 14): False, date(2026, 11, 15): True, date(2026, 12, 31): True, date(2027, 1, 1): False}
    assert {day: cards_in_season(day, policy=DEFAULT) for day in days} == days
    assert (card_year(date(2026, 12, 31)), card_year(date(2027, 1, 8)), card_year(date(2027, 2, 1))) == (
        2026,
        2026,
        2027,
    )


def _turn(last: date | None, *, contact: int = 1, known: date = KNOWN) -> Turn:
    return lunch_turn(contact, last=last, known_since=known, on=TODAY, policy=DEFAULT).turn


def test_r24_a_lunch_not_before_four_months_and_due_after_twelve() -> None:
    assert _turn(TODAY - timedelta(days=121)) is Turn.RESTS
    assert _turn(TODAY - timedelta(days=122)) is Turn.MAY
    assert _turn(TODAY - timedelta(days=364)) is Turn.MAY
    assert _turn(TODAY - timedelta(days=365)) is Turn.DUE


def test_without_a_lunch_yet_the_year_counts_from_the_day_they_are_known() -> None:
    assert _turn(None, known=TODAY) is Turn.MAY
    assert _turn(None, known=TODAY - timedelta(days=365)) is Turn.DUE


def test_lunches_come_in_the_order_of_waiting() -> None:
    lasts = {1: 10, 2: 400, 3: 130, 4: 800, 5: 300}
    turns = [
        lunch_turn(n, last=TODAY - timedelta(days=ago), known_since=KNOWN, on=TODAY, policy=DEFAULT)
        for n, ago in lasts.items()
    ]
    assert [one.contact for one in lunches_in_order(turns)] == [4, 2, 5, 3, 1]
    assert lunches_in_order(reversed(turns)) == lunches_in_order(turns)
    new = lunch_turn(6, last=None, known_since=TODAY, on=TODAY, policy=DEFAULT)
    rests = lunch_turn(7, last=TODAY - timedelta(days=100), known_since=KNOWN, on=TODAY, policy=DEFAULT)
    assert rests.due < new.due
    assert lunches_in_order([rests, new]) == (new, rests), "nobody at rest comes before somebody who may be asked"
    same = [replace(turns[0], contact=n) for n in (3, 1, 2)]
    assert [one.contact for one in lunches_in_order(same)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"satisfaction": Satisfaction.BAD, "satisfaction_on": TODAY, "referrals_received": 2}, Word.SET_RIGHT),
        ({"referrals_received": 1, "received": 1, "works": 4}, Word.NEWS),
        ({"received": 1, "works": 4}, Word.THANKS),
        ({"works": 1, "given": 3}, Word.WORK),
        ({"given": 1}, Word.AFTER),
        ({}, Word.GREETING),
    ],
)
def test_r25_a_word_that_costs_nothing_is_about_what_happened(facts: dict[str, object], word: Word) -> None:
    assert word_for(replace(NOBODY, **facts)) is word  # type: ignore[arg-type]
