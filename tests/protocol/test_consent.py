"""One person's act: request, answer, hold, end (R5–R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol import consent
from entremise.protocol.consent import Request, State
from entremise.protocol.errors import NotAsked, NothingToTell, TooLate, Withdrawn
from entremise.protocol.policy import Policy
from entremise.protocol.types import Answer, How, Kind
from tests.protocol.story import DAY, HOLD, HOUR, MINUTE, POLICY, START

OPEN = Request(kind=Kind.RECEIVER, sent_at=START, deadline=START + 3 * DAY)
JUST_BEFORE = OPEN.deadline - timedelta(microseconds=1)


def yes(request: Request = OPEN, *, now=START, how: How = How.LINK) -> Request:
    return consent.say_yes(request, now=now, how=how, policy=POLICY)


def no(request: Request = OPEN, *, now=START) -> Request:
    return consent.say_no(request, now=now, how=How.LINK)


@pytest.mark.parametrize(
    ("how", "wait"),
    [
        (How.LINK, timedelta(minutes=15)),
        (How.SESSION, timedelta(minutes=15)),
        (How.CARRIED, timedelta(minutes=15)),
        (How.ALOUD, timedelta(hours=24)),
    ],
)
def test_r6_r8_a_yes_is_held_before_it_takes_effect_and_one_given_aloud_a_day(how, wait):
    held = yes(how=how)
    assert (held.state, held.answer, held.how, held.hold_until) == (State.HELD, Answer.YES, how, START + wait)
    assert consent.due(held) == START + wait
    effective = consent.pass_time(held)
    assert (effective.state, effective.effective_at) == (State.EFFECTIVE, START + wait)
    assert consent.due(effective) is None


def test_r8_the_hold_of_a_yes_given_aloud_is_the_longest_hold():
    assert consent.hold(How.ALOUD, POLICY) == max(consent.hold(how, POLICY) for how in How)


@pytest.mark.parametrize("later", [MINUTE, 4 * DAY], ids=["at once", "after the deadline"])
def test_r6_the_same_yes_again_changes_nothing(later):
    held = yes()
    assert yes(held, now=START + later, how=How.ALOUD) is held
    effective = consent.mature(held)
    assert yes(effective, now=START + later) is effective


def test_the_same_no_again_changes_nothing_even_after_the_deadline():
    dead = no()
    assert no(dead, now=START + 9 * DAY) is dead


def test_r10_an_answer_keeps_when_it_was_given_and_how():
    held = yes(now=START + HOUR, how=How.SESSION)
    assert (held.answered_at, held.how) == (START + HOUR, How.SESSION)
    dead = consent.say_no(held, now=START + 2 * HOUR, how=How.ALOUD)
    assert (dead.answered_at, dead.how) == (START + 2 * HOUR, How.ALOUD)


def test_r39_a_referrer_takes_part_only_if_their_yes_says_so_and_that_stays_when_it_is_withdrawn():
    allowing, joining = (
        consent.say_yes(OPEN, now=START, how=How.LINK, policy=POLICY, takes_part=part) for part in (False, True)
    )
    assert not OPEN.takes_part
    assert not yes().takes_part
    assert (allowing.takes_part, joining.takes_part) == (False, True)
    assert no(consent.mature(joining)).takes_part


def test_r6_a_no_can_be_changed_until_the_deadline_and_then_rests_on_a_whole_new_hold():
    changed = yes(no(), now=JUST_BEFORE)
    assert (changed.state, changed.hold_until, changed.effective_at) == (State.HELD, JUST_BEFORE + HOLD, None)


def test_r6_a_yes_taken_back_during_its_hold_can_be_given_again_until_the_deadline():
    taken_back = no(yes(), now=START + MINUTE)
    assert (taken_back.state, taken_back.hold_until, taken_back.effective_at) == (State.DEAD, None, None)
    assert yes(taken_back, now=START + HOUR).hold_until == START + HOUR + HOLD


@pytest.mark.parametrize("answer", [yes, no])
@pytest.mark.parametrize("now", [OPEN.deadline, OPEN.deadline + DAY], ids=["at the deadline", "after it"])
def test_r6_an_unanswered_request_can_be_answered_until_its_deadline_only(answer, now):
    answer(OPEN, now=JUST_BEFORE)
    with pytest.raises(TooLate) as refused:
        answer(OPEN, now=now)
    assert (refused.value.kind, refused.value.deadline) == (Kind.RECEIVER, OPEN.deadline)


def test_r6_a_no_can_no_longer_be_changed_from_the_deadline_on():
    with pytest.raises(TooLate):
        yes(no(), now=OPEN.deadline)


@pytest.mark.parametrize("held", [yes(), consent.mature(yes())], ids=["held", "effective"])
@pytest.mark.parametrize("later", [MINUTE, 30 * DAY])
def test_r9_a_yes_can_be_withdrawn_at_any_time_even_long_after_the_deadline(held, later):
    dead = no(held, now=START + later)
    assert (dead.state, dead.answer, dead.stands, dead.hold_until) == (State.DEAD, Answer.NO, False, None)


def test_r9_withdrawing_a_yes_that_had_taken_effect_is_final():
    withdrawn = no(consent.mature(yes()), now=START + DAY)
    with pytest.raises(Withdrawn) as refused:
        yes(withdrawn, now=START + 2 * DAY)
    assert (refused.value.kind, refused.value.at) == (Kind.RECEIVER, START + DAY)


def test_r45_r46_a_request_that_never_left_cannot_be_answered_and_lapses_like_silence():
    mute = replace(OPEN, mute=True)
    for answer in (yes, no):
        with pytest.raises(NotAsked):
            answer(mute)
    assert consent.due(mute) == consent.due(OPEN)
    assert consent.pass_time(mute).state is consent.pass_time(OPEN).state is State.DEAD


CARRIED = yes(how=How.CARRIED)
TAKEN_BACK = consent.say_no(CARRIED, now=START, how=How.ALOUD)
WITHDRAWN = consent.say_no(consent.mature(CARRIED), now=START + DAY, how=How.ALOUD)


@pytest.mark.parametrize(
    ("request_", "before", "after"),
    [
        (OPEN, True, False),
        (replace(OPEN, mute=True), False, False),
        (yes(how=How.LINK), False, False),
        (yes(how=How.SESSION), False, False),
        (no(), False, False),
        (CARRIED, True, True),
        (consent.mature(CARRIED), True, True),
        (TAKEN_BACK, True, False),
        (WITHDRAWN, False, False),
    ],
    ids=["open", "mute", "by link", "by session", "no", "carried", "in effect", "taken back", "withdrawn"],
)
def test_r6d_r8_what_the_giver_brings_counts_until_the_deadline_and_after_it_takes_back_what_they_brought(
    request_, before, after
):
    """A yes that stands can be taken back at any time (R9); what the person said themself is left alone."""
    brought = [consent.takes_brought(request_, now=now) for now in (JUST_BEFORE, OPEN.deadline)]
    assert brought == [before, after]


def test_r6c_r46_nobody_is_reminded_of_what_never_left():
    assert consent.remind_due(OPEN, policy=POLICY) == START + 36 * HOUR
    assert consent.remind_due(replace(OPEN, mute=True), policy=POLICY) is None
    assert consent.remind_due(replace(OPEN, reminded_at=START + 36 * HOUR), policy=POLICY) is None


def test_r7_only_a_no_can_be_told_to_the_giver_and_only_once():
    for request in (OPEN, yes(), consent.mature(yes()), consent.lapse(OPEN)):
        with pytest.raises(NothingToTell):
            consent.tell(request, now=START)
    told = consent.tell(no(), now=START + HOUR)
    assert told.told_at == START + HOUR
    assert consent.tell(told, now=START + DAY) is told


def test_r7_a_told_no_stays_told_while_a_changed_mind_is_held_and_until_the_yes_is_shown():
    told = consent.tell(no(), now=START + HOUR)
    held = yes(told, now=START + DAY)
    assert held.told_at == no(held, now=START + DAY + MINUTE).told_at == consent.mature(held).told_at == START + HOUR
    assert consent.show_yes(consent.mature(held)).told_at is None


@pytest.mark.parametrize(
    ("request_", "stands", "settled"),
    [
        (OPEN, False, False),
        (yes(), True, True),
        (consent.mature(yes()), True, True),
        (no(), False, True),
        (consent.lapse(OPEN), False, True),
        (replace(OPEN, mute=True), False, False),
    ],
    ids=["open", "held", "effective", "no", "lapsed", "mute"],
)
def test_r5b_a_link_is_settled_once_it_has_been_answered_or_has_closed(request_, stands, settled):
    assert (request_.stands, request_.settled) == (stands, settled)


@pytest.mark.parametrize(
    ("left", "steps", "days"),
    [(84, 3, 14), (42, 3, 14), (41, 3, 13), (30, 3, 10), (9, 3, 3), (8, 3, 3), (0, 3, 3), (-5, 2, 3), (28, 2, 14)],
)
def test_r6a_a_window_is_the_time_left_over_the_steps_to_come_within_its_bounds(left, steps, days):
    assert consent.window(left=left * DAY, steps=steps, policy=POLICY) == days * DAY


@given(
    minutes=st.integers(-100_000, 1_000_000),
    more=st.integers(0, 100_000),
    steps=st.integers(1, 4),
    least=st.integers(1, 10),
    span=st.integers(0, 20),
)
def test_r6a_windows_are_whole_days_within_bounds_and_grow_with_the_time_left(minutes, more, steps, least, span):
    policy = Policy(window_least=least, window_most=least + span)
    stands = consent.window(left=minutes * MINUTE, steps=steps, policy=policy)
    assert least * DAY <= stands <= (least + span) * DAY
    assert stands % DAY == timedelta(0)
    assert stands <= consent.window(left=(minutes + more) * MINUTE, steps=steps, policy=policy)
    assert stands >= consent.window(left=minutes * MINUTE, steps=steps + 1, policy=policy)


def test_each_kind_of_request_has_one_person_who_answers():
    assert {kind: kind.asked.value for kind in Kind} == {
        Kind.PERMISSION: "referrer",
        Kind.CLIENT_PERMISSION: "referrer_c",
        Kind.RECEIVER: "receiver",
        Kind.PRINCIPLE: "client",
        Kind.NAME: "client",
    }
