"""One need and its attempts: what they share (R5, R5b, R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from entremise.protocol import need
from entremise.protocol import referral as life
from entremise.protocol.effects import Ask, Introduce, NotConcluded, TellYes
from entremise.protocol.errors import AlreadyIntroduced
from entremise.protocol.referral import Referral, Reply, Send, Stage, Stop
from entremise.protocol.types import Answer, Kind, Role
from tests.protocol.story import DAY, HOLD, POLICY, START, UNTIL

RECEIVER, PRINCIPLE, NAME = Kind.RECEIVER, Kind.PRINCIPLE, Kind.NAME
TICK = timedelta(microseconds=1)


class Attempts:
    """The attempts of one need and its clock."""

    def __init__(self, *, carried: frozenset[Role] = frozenset()) -> None:
        self.carried = carried
        self.all = (Referral(need_until=UNTIL, carried=carried),)
        self.now = START
        self.effects: list[tuple[int, object]] = []
        self.do(Send(), on=0)

    def do(self, event, *, on):
        moved = need.act(self.all, event, on=on, now=self.now, policy=POLICY)
        self.all, self.effects = moved.attempts, [*self.effects, *moved.effects]

    def agreed(self, kind, *, on):
        self.do(Reply(kind, Answer.YES), on=on)
        self.wait(HOLD)

    def wait(self, time):
        self.now += time
        moved = need.pass_time(self.all, now=self.now, policy=POLICY)
        self.all, self.effects = moved.attempts, [*self.effects, *moved.effects]

    def another(self):
        self.do(Stop(), on=0)
        self.all = (*self.all, Referral(need_until=UNTIL, principle=self.all[0].principle, carried=self.carried))
        self.do(Send(), on=1)


def test_r5_a_yes_in_principle_given_to_the_first_attempt_serves_the_second():
    told = Attempts()
    told.agreed(RECEIVER, on=0)
    told.another()
    told.agreed(PRINCIPLE, on=0)
    told.agreed(RECEIVER, on=1)
    assert (1, Ask(PRINCIPLE)) not in told.effects
    assert told.effects[-2:] == [(1, TellYes(PRINCIPLE)), (1, Ask(NAME))]


def test_r5b_a_no_to_the_first_name_lets_the_second_be_told_at_once():
    told = Attempts()
    told.agreed(RECEIVER, on=0)
    told.agreed(PRINCIPLE, on=0)
    told.another()
    told.agreed(RECEIVER, on=1)
    assert told.all[1].stage is Stage.WAITING
    told.do(Reply(NAME, Answer.NO), on=0)
    assert told.effects[-1] == (1, Ask(NAME))


@pytest.mark.parametrize("answer", [None, *Answer])
def test_r5b_r6d_a_second_name_the_giver_carries_may_be_told_on_a_day_that_tells_nothing_of_the_first(answer):
    """Who carries the link sees when it may be told: it is the day on which the first name's link would close."""
    told = Attempts(carried=frozenset({Role.CLIENT}))
    told.agreed(RECEIVER, on=0)
    told.agreed(PRINCIPLE, on=0)
    closes = told.all[0].name.deadline
    told.another()
    told.agreed(RECEIVER, on=1)
    if answer:
        told.do(Reply(NAME, answer), on=0)
    second = told.all[1]
    assert (second.stage, second.name_open, second.name_from) == (Stage.WAITING, False, closes)
    assert need.next_due(told.all, policy=POLICY) <= closes
    told.wait(closes - TICK - told.now)
    assert (1, Ask(NAME)) not in told.effects
    told.wait(TICK)
    assert (1, Ask(NAME)) in told.effects
    assert told.all[1].name.sent_at == closes


def test_r9_a_yes_in_principle_cannot_be_withdrawn_once_any_attempt_is_an_introduction():
    told = Attempts()
    told.agreed(RECEIVER, on=0)
    told.agreed(PRINCIPLE, on=0)
    told.do(Reply(NAME, Answer.NO), on=0)
    told.another()
    told.agreed(RECEIVER, on=1)
    told.agreed(NAME, on=1)
    assert told.effects[-1] == (1, Introduce())
    with pytest.raises(AlreadyIntroduced):
        told.do(Reply(PRINCIPLE, Answer.NO), on=0)


def test_a_principle_asked_anew_leaves_the_one_that_lapsed_as_it_was():
    told = Attempts()
    told.agreed(RECEIVER, on=0)
    told.another()
    told.wait(20 * DAY)
    told.all = (told.all[0], Referral(need_until=UNTIL, principle=told.all[0].principle))
    told.do(Send(), on=1)
    told.agreed(RECEIVER, on=1)
    first, second = told.all
    assert first.principle is not None
    assert second.principle is not None
    assert first.principle.sent_at < second.principle.sent_at == told.now
    assert need.next_due(told.all, policy=POLICY) is not None


def test_r6a_a_name_that_leaves_at_an_earlier_attempts_closing_instant_wins():
    told = Attempts()
    told.agreed(RECEIVER, on=0)
    told.do(Reply(PRINCIPLE, Answer.YES), on=0)
    told.another()
    ends = life.client_closing(told.all[0], policy=POLICY)
    assert ends is not None
    asked = replace(told.all[1], receiver=replace(told.all[1].receiver, deadline=ends))
    told.all = (told.all[0], asked)
    told.wait(ends - HOLD - told.now)
    told.agreed(RECEIVER, on=1)
    assert told.now == ends
    assert (1, Ask(NAME)) in told.effects
    assert (0, NotConcluded(Role.CLIENT)) not in told.effects
