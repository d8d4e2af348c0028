"""How solid a relationship is, what would strengthen it most, and its rhythm (R30, R35, R43)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol.policy import Policy
from entremise.protocol.relationship import (
    MOST,
    Act,
    Happened,
    History,
    PartName,
    Satisfaction,
    due_on,
    is_ambassador,
    is_contact,
    losing_touch,
    next_act,
    prospecting_over,
    rhythm,
    solidity,
)

POLICY = Policy()
TODAY = date(2026, 11, 22)
STRANGER = History(known_since=TODAY)
FRANCOIS = History(
    known_since=date(2019, 3, 1),
    first_contact=date(2019, 3, 1),
    last_contact=date(2026, 11, 2),
    last_seen=date(2026, 9, 9),
    months_in_touch=6,
    given=3,
    received=4,
    referrals_received=3,
    unasked=3,
    total=40,
)
CLIENT = History(
    known_since=TODAY - timedelta(days=366),
    first_contact=TODAY - timedelta(days=366),
    last_contact=TODAY - timedelta(days=5),
    last_seen=TODAY - timedelta(days=5),
    months_in_touch=4,
    works=1,
    last_work=date(2026, 10, 1),
    satisfaction=Satisfaction.GOOD,
    satisfaction_on=date(2026, 10, 20),
)

_COUNTS = st.integers(min_value=0, max_value=10_000)
_DAYS = st.dates(min_value=date(1990, 1, 1), max_value=TODAY)


@st.composite
def histories(draw: st.DrawFn) -> History:
    known = draw(_DAYS)
    last = draw(st.none() | st.dates(min_value=known, max_value=TODAY))
    received = draw(_COUNTS)
    works = draw(_COUNTS)
    said = draw(st.none() | st.sampled_from(Satisfaction))
    return History(
        known_since=known,
        first_contact=known if last else None,
        last_contact=last,
        last_seen=draw(st.sampled_from([None, last])),
        months_in_touch=draw(st.integers(0, 12)) if last else 0,
        given=draw(_COUNTS),
        received=received,
        referrals_received=draw(st.integers(0, received)),
        works=works,
        last_work=draw(st.sampled_from([known, TODAY])) if works else None,
        satisfaction=said,
        satisfaction_on=draw(st.dates(min_value=known, max_value=TODAY)) if said else None,
    )


def points(history: History, on: date = TODAY) -> int:
    return solidity(history, on=on, policy=POLICY).points


# --- solidity (R30) --------------------------------------------------------------------------------------------


@given(histories())
def test_r30_the_points_are_the_sum_of_six_parts_each_within_its_own_and_a_hundred_together(history: History):
    found = solidity(history, on=TODAY, policy=POLICY)
    assert [part.name for part in found.parts] == list(PartName)
    assert all(0 <= part.points <= part.most == MOST[part.name] for part in found.parts)
    assert found.points == sum(part.points for part in found.parts)
    assert sum(MOST.values()) == 100
    assert found.solid == (found.points >= 60)


@given(histories(), st.sampled_from(["given", "received", "works", "months_in_touch"]), st.integers(1, 20))
def test_r30_more_of_a_good_fact_never_lowers_any_part(history: History, fact: str, more: int):
    better = replace(history, **{fact: getattr(history, fact) + more})
    before, after = (solidity(one, on=TODAY, policy=POLICY) for one in (history, better))
    assert all(old.points <= new.points for old, new in zip(before.parts, after.parts, strict=True))


@given(histories(), st.integers(0, 4000))
def test_r30_having_met_earlier_never_lowers_it(history: History, days: int):
    assert points(replace(history, known_since=history.known_since - timedelta(days=days))) >= points(history)


@given(histories(), st.integers(0, 4000))
def test_r30_a_more_recent_contact_never_lowers_it(history: History, days: int):
    last = history.last_contact
    sooner = TODAY - timedelta(days=days) if last is None else min(TODAY, last + timedelta(days=days))
    assert points(replace(history, last_contact=sooner)) >= points(history)


@given(histories())
def test_r30_a_better_satisfaction_never_lowers_it(history: History):
    order = (Satisfaction.BAD, Satisfaction.FAIR, Satisfaction.GOOD)
    scores = [points(replace(history, satisfaction=said)) for said in order]
    assert scores == sorted(scores)
    assert points(replace(history, satisfaction=Satisfaction.BAD)) <= points(replace(history, satisfaction=None))


@given(histories(), st.integers(1, 2000))
def test_r30_silence_alone_gains_no_more_than_the_years_add(history: History, days: int):
    later = TODAY + timedelta(days=days)
    before, after = (solidity(history, on=day, policy=POLICY) for day in (TODAY, later))
    assert after.points - before.points <= after.part(PartName.LENGTH).points - before.part(PartName.LENGTH).points


def test_r30_a_stranger_has_nothing_and_an_old_friend_who_was_never_a_client_can_be_solid():
    assert points(STRANGER) == 0
    friend = solidity(FRANCOIS, on=TODAY, policy=POLICY)
    assert (friend.points, friend.solid) == (75, True)
    assert friend.part(PartName.WORK).points == friend.part(PartName.SATISFACTION).points == 0


def test_r30_a_client_of_a_year_with_one_good_work_just_reaches_the_bar():
    found = solidity(CLIENT, on=TODAY, policy=POLICY)
    assert [part.points for part in found.parts] == [5, 20, 13, 0, 7, 15]
    assert (found.points, found.solid) == (60, True)


def test_r30_work_found_bad_counts_for_nothing_until_it_is_set_right():
    bad = solidity(replace(CLIENT, satisfaction=Satisfaction.BAD), on=TODAY, policy=POLICY)
    assert bad.part(PartName.WORK).points == bad.part(PartName.SATISFACTION).points == 0
    assert not bad.solid


def test_r30_the_reasons_are_data():
    found = solidity(CLIENT, on=TODAY, policy=POLICY)
    facts = {part.name: part.fact for part in found.parts}
    assert facts[PartName.LENGTH] == 366
    assert facts[PartName.RECENCY] == 5
    assert facts[PartName.RHYTHM] == 4
    assert found.part(PartName.SATISFACTION).said is Satisfaction.GOOD
    assert solidity(STRANGER, on=TODAY, policy=POLICY).part(PartName.RECENCY).fact is None


def test_r31_found_good_needs_work_and_a_good_word_about_it():
    assert CLIENT.found_good
    assert not replace(CLIENT, works=0).found_good
    assert not replace(CLIENT, satisfaction=Satisfaction.FAIR).found_good
    assert not replace(CLIENT, satisfaction=None).found_good


# --- the next act (R35) ----------------------------------------------------------------------------------------


def act(history: History, on: date = TODAY) -> Act:
    return next_act(history, on=on, policy=POLICY).act


@given(histories())
def test_r35_the_next_act_never_lowers_the_bond_and_says_by_how_much_it_strengthens(history: History):
    found = next_act(history, on=TODAY, policy=POLICY)
    assert 0 <= found.gain <= 100 - points(history)
    assert (found.gain == 0) or found.act is not Act.KEEP


def test_r35_whoever_was_not_satisfied_comes_before_every_other_thought():
    sorry = replace(CLIENT, satisfaction=Satisfaction.BAD, satisfaction_on=TODAY)
    assert act(sorry) is Act.SET_RIGHT
    assert act(replace(sorry, last_contact=TODAY + timedelta(days=1)), TODAY + timedelta(days=1)) is Act.HEAR


def test_r35_after_work_one_asks_how_satisfied_they_are():
    assert act(replace(CLIENT, satisfaction=None, satisfaction_on=None)) is Act.HEAR
    assert act(replace(CLIENT, last_work=TODAY)) is Act.HEAR


def test_r35_a_fair_word_is_not_asked_about_again_the_next_week():
    fair = replace(CLIENT, satisfaction=Satisfaction.FAIR, satisfaction_on=TODAY - timedelta(days=7))
    assert act(fair) is Act.FAVOUR
    assert act(replace(fair, satisfaction_on=TODAY - timedelta(days=91))) is Act.HEAR


def test_r35_after_a_long_silence_a_word_comes_before_any_good_turn():
    silent = replace(FRANCOIS, last_contact=TODAY - timedelta(days=200), months_in_touch=1)
    assert act(replace(silent, last_seen=TODAY - timedelta(days=100))) is Act.CALL
    assert act(replace(silent, last_seen=None)) is Act.MEETING
    assert act(STRANGER) is Act.CALL


def test_r35_a_close_friend_one_has_not_seen_for_long_is_asked_to_a_meal():
    close = replace(CLIENT, last_contact=TODAY - timedelta(days=61), last_seen=date(2025, 1, 1), given=2, received=2)
    assert points(close) >= 60
    assert act(close) is Act.MEAL


def test_r35_who_recommended_the_member_more_than_they_got_is_recommended_in_turn():
    assert act(replace(FRANCOIS, given=1)) is Act.REFER
    assert act(replace(FRANCOIS, given=1, received=2, referrals_received=0)) is Act.FAVOUR


def test_r35_where_nothing_would_strengthen_it_today_one_keeps_the_rhythm():
    assert act(replace(FRANCOIS, given=9, received=9, months_in_touch=12, last_contact=TODAY)) is Act.KEEP


def test_r35_an_ambassador_recommended_unasked_more_than_once():
    assert is_ambassador(FRANCOIS, policy=POLICY)
    assert not is_ambassador(replace(FRANCOIS, unasked=1), policy=POLICY)
    assert not is_ambassador(replace(FRANCOIS, satisfaction=Satisfaction.BAD), policy=POLICY)


# --- the rhythm (R43) ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "days"), [(100, 30), (80, 30), (79, 60), (60, 60), (59, 90), (30, 90), (29, 180), (0, 180)]
)
def test_r43_the_rhythm_is_thirty_sixty_ninety_or_a_hundred_and_eighty_days_by_solidity(score: int, days: int):
    assert rhythm(score, policy=POLICY) == days


@pytest.mark.parametrize("kind", list(Happened))
def test_r43_every_contact_resets_the_rhythm_and_a_note_an_ask_and_a_bad_word_do_not(kind: Happened):
    assert is_contact(kind) == (kind not in (Happened.NOTE, Happened.ASKED))
    assert not is_contact(Happened.SATISFACTION, Satisfaction.BAD)


def test_r43_a_contact_is_due_a_rhythm_after_the_last_and_not_before_it_was_put_off_to():
    last = FRANCOIS.last_contact
    assert last is not None
    assert due_on(FRANCOIS, points=75, policy=POLICY) == last + timedelta(days=60)
    later = last + timedelta(days=100)
    assert due_on(FRANCOIS, points=75, policy=POLICY, snoozed_until=later) == later
    assert due_on(FRANCOIS, points=75, policy=POLICY, snoozed_until=last) == last + timedelta(days=60)


def test_r43_nobody_with_whom_nothing_happened_is_due():
    assert due_on(STRANGER, points=0, policy=POLICY) is None


def test_r43_whoever_was_not_satisfied_is_due_at_once():
    sorry = replace(CLIENT, satisfaction=Satisfaction.BAD, satisfaction_on=TODAY)
    assert due_on(sorry, points=40, policy=POLICY) == TODAY


def test_r43_touch_is_lost_a_whole_further_rhythm_after_it_was_due():
    due = TODAY - timedelta(days=60)
    assert losing_touch(due=due, points=60, on=TODAY, policy=POLICY)
    assert not losing_touch(due=due + timedelta(days=1), points=60, on=TODAY, policy=POLICY)
    assert not losing_touch(due=TODAY - timedelta(days=900), points=29, on=TODAY, policy=POLICY)
    assert not losing_touch(due=None, points=90, on=TODAY, policy=POLICY)


def test_r35_prospecting_is_over_once_unasked_clients_are_as_many_as_came_in_any_way_before():
    assert prospecting_over(unasked_lately=7, before=7)
    assert not prospecting_over(unasked_lately=6, before=7)
    assert not prospecting_over(unasked_lately=4, before=0)


def test_r30_the_page_about_solidity_says_the_same_numbers():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "relationship.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\w+) \| (\d+) \|", page, re.MULTILINE))
    assert rows == {name.value: str(most) for name, most in MOST.items()}
    for points, days in ((80, 30), (60, 60), (30, 90), (0, 180)):
        assert rhythm(points, policy=POLICY) == days
        assert f"| {days} days |" in page
