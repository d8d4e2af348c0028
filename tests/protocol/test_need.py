"""One need and its attempts: what they share (R5, R5b, R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from entremise.protocol import need
from entremise.protocol import referral as life
from entremise.protocol.consent import Request
from entremise.protocol.effects import Acknowledge, Ask, Introduce, NotConcluded, TellNo, TellYes
from entremise.protocol.errors import AlreadyIntroduced
from entremise.protocol.referral import LetKnow, Referral, Reply, Send, Stage, Stop
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
        """The giver stops the last attempt, and tries the next receiver."""
        last = len(self.all) - 1
        self.do(Stop(), on=last)
        self.all = (*self.all, Referral(need_until=UNTIL, principle=self.all[0].principle, carried=self.carried))
        self.do(Send(), on=last + 1)


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


@pytest.mark.parametrize("answer", [None, *Answer])
def test_r5b_r7_a_third_name_the_giver_carries_waits_for_the_second_which_waited_itself(answer):
    """The second could be told on day 14 only, and confirmed until day 28: the third shows nothing of it before."""
    told = Attempts(carried=frozenset({Role.CLIENT}))
    told.agreed(RECEIVER, on=0)
    told.agreed(PRINCIPLE, on=0)
    told.another()
    told.agreed(RECEIVER, on=1)
    told.wait(told.all[0].name.deadline - told.now)
    second = told.all[1].name
    assert second.sent_at == told.now
    told.wait(DAY)
    told.another()
    told.agreed(RECEIVER, on=2)
    if answer:
        told.do(Reply(NAME, answer), on=1)
    assert told.all[2].name_from == second.deadline
    told.wait(second.deadline - TICK - told.now)
    assert (2, Ask(NAME)) not in told.effects
    told.wait(TICK)
    assert told.effects[-1] == (2, Ask(NAME))


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


def test_r9_what_was_answered_to_another_attempt_is_still_that_attempts_after_an_introduction():
    told = Attempts()
    told.agreed(RECEIVER, on=0)
    told.agreed(PRINCIPLE, on=0)
    told.do(Reply(NAME, Answer.NO), on=0)
    told.another()
    told.agreed(RECEIVER, on=1)
    told.agreed(NAME, on=1)
    assert told.all[1].stage is Stage.INTRODUCED
    told.do(LetKnow(NAME), on=0)
    assert told.effects[-1] == (0, TellNo(NAME))
    told.do(Reply(RECEIVER, Answer.NO), on=0)
    first, second = told.all
    assert first.receiver is not None
    assert second.receiver is not None
    assert (first.receiver.stands, second.receiver.stands) == (False, True)


def test_r6_what_follows_from_an_act_belongs_to_the_attempt_it_was_about():
    told = Attempts()
    told.another()
    told.do(Reply(RECEIVER, Answer.YES), on=1)
    assert told.effects == [(0, Ask(RECEIVER)), (1, Ask(RECEIVER)), (1, Acknowledge(RECEIVER, START + HOLD))]


def test_r5_an_attempt_stopped_before_the_client_was_asked_is_not_given_the_principle_of_a_later_one():
    told = Attempts()
    told.another()
    told.agreed(RECEIVER, on=1)
    first, second = told.all
    assert second.principle is not None
    assert first.principle is None


def test_time_is_due_to_the_attempt_that_changes_first_and_to_nobody_where_none_changes():
    draft = Referral(need_until=UNTIL)
    assert need.next_due((), policy=POLICY) is None
    assert need.next_due((draft,), policy=POLICY) is None
    sent = Attempts().all[0]
    half = START + 7 * DAY
    assert need.next_due((draft, sent), policy=POLICY) == need.next_due((sent, draft), policy=POLICY) == half


# -- what one attempt knows of the others -----------------------------------------------------------

TOLD = Request(kind=NAME, sent_at=START, deadline=START + 14 * DAY)
LATER = replace(TOLD, sent_at=START + 20 * DAY, deadline=START + 34 * DAY)
MUTE = replace(TOLD, mute=True)


@pytest.mark.parametrize(
    ("names", "earlier", "elsewhere"),
    [
        ((None, None, None), (None, None, None), (False, False, False)),
        ((TOLD, None, None), (None, TOLD, TOLD), (False, False, False)),
        ((None, TOLD, None), (None, None, TOLD), (True, False, False)),
        ((TOLD, MUTE, None), (None, TOLD, TOLD), (False, False, False)),
        ((TOLD, LATER, None), (None, TOLD, LATER), (True, False, False)),
        ((MUTE, None, LATER), (None, None, None), (True, True, False)),
    ],
)
def test_r5b_each_attempt_knows_the_last_name_told_before_it_and_whether_one_was_told_after(names, earlier, elsewhere):
    attempts = tuple(Referral(need_until=UNTIL, name=name) for name in names)
    found = [need.shared(attempts, index, policy=POLICY) for index in range(3)]
    assert tuple(one.earlier_name for one in found) == earlier
    assert tuple(one.elsewhere for one in found) == elsewhere


def _agreed(stage: Stage, *, on: int) -> Referral:
    """An attempt whose client's stage began at the start and whose client agreed in principle on a day."""
    principle = Request(kind=PRINCIPLE, sent_at=START, deadline=START + 14 * DAY, effective_at=START + on * DAY)
    return Referral(need_until=UNTIL, stage=stage, client_from=START, principle=principle)


@pytest.mark.parametrize("stage", Stage)
def test_r6d_r7_a_next_name_waits_for_an_earlier_one_where_the_giver_saw_a_yes_in_principle_told_or_not(stage):
    """The name could be confirmed for fourteen days from the yes in principle, which the giver saw."""
    attempts = (_agreed(stage, on=3), Referral(need_until=UNTIL))
    waits = need.shared(attempts, 1, policy=POLICY).earlier_until
    assert waits == (START + 17 * DAY if stage in {Stage.WAITING, Stage.NAME} else None)
    assert need.shared(attempts, 0, policy=POLICY).earlier_until is None


def test_r6d_r7_of_several_earlier_names_the_last_to_close_is_waited_for():
    third = Referral(need_until=UNTIL)
    attempts = (_agreed(Stage.NAME, on=5), _agreed(Stage.WAITING, on=3), _agreed(Stage.PRINCIPLE, on=9), third)
    assert need.shared(attempts, 3, policy=POLICY).earlier_until == START + 19 * DAY


@pytest.mark.parametrize("carried", [frozenset(), frozenset({Role.CLIENT})])
def test_r5b_a_name_that_waited_itself_is_waited_for_from_the_day_on_which_it_could_be_told(carried):
    """Told on the ninth day at the latest, it can be confirmed until the twenty-third."""
    waited = replace(_agreed(Stage.WAITING, on=3), name_from=START + 9 * DAY, carried=carried)
    third = Referral(need_until=UNTIL, carried=carried)
    assert need.shared((waited, third), 1, policy=POLICY).earlier_until == START + 23 * DAY


# -- who introduced the client is asked once for a need ------------------------------------------------

ALLOWED = Request(kind=Kind.CLIENT_PERMISSION, sent_at=START, deadline=START + 14 * DAY)
ANOTHER = replace(ALLOWED, sent_at=START + 20 * DAY)
INTRODUCED = Stage.INTRODUCED


@pytest.mark.parametrize(
    ("stages", "asked", "after"),
    [
        ((None, INTRODUCED), (ALLOWED, ALLOWED), (True, False)),
        ((None, Stage.NAME), (ALLOWED, ALLOWED), (False, False)),
        ((None, INTRODUCED), (ALLOWED, ANOTHER), (False, False)),
        ((None, INTRODUCED), (None, ALLOWED), (False, False)),
        ((None, INTRODUCED), (ALLOWED, None), (False, False)),
        ((INTRODUCED, None), (ALLOWED, ALLOWED), (False, False)),
        ((None, None, INTRODUCED), (ALLOWED, None, ALLOWED), (True, False, False)),
        ((None, INTRODUCED, None), (ALLOWED, ALLOWED, ALLOWED), (True, False, False)),
    ],
)
def test_r39_an_attempt_knows_that_a_later_one_on_the_same_permission_became_an_introduction(stages, asked, after):
    attempts = tuple(
        Referral(need_until=UNTIL, stage=stage or Stage.RECEIVER, permission_c=permission)
        for stage, permission in zip(stages, asked, strict=True)
    )
    found = [need.shared(attempts, index, policy=POLICY).introduced_after for index in range(len(attempts))]
    assert tuple(found) == after


def _asked_twice(*, same: bool) -> Attempts:
    """A first attempt that was stopped, and a second that became an introduction, on the same permission or its own."""
    sides = frozenset({Kind.CLIENT_PERMISSION})
    told = Attempts()
    told.all = (Referral(need_until=UNTIL, permissions=sides),)
    told.do(Send(), on=0)
    told.agreed(Kind.CLIENT_PERMISSION, on=0)
    told.do(Stop(), on=0)
    told.wait(DAY)
    permission = told.all[0].permission_c
    second = Referral(need_until=UNTIL, permissions=sides)
    if same:
        second = replace(second, permission_c=permission, asked_before=True, begun_at=told.now)
    told.all = (*told.all, second)
    told.do(Send(), on=1)
    if not same:
        told.agreed(Kind.CLIENT_PERMISSION, on=1)
    for kind in (RECEIVER, PRINCIPLE, NAME):
        told.agreed(kind, on=1)
    assert told.all[1].stage is INTRODUCED
    return told


def test_r38_who_introduced_the_client_is_asked_once_for_all_attempts():
    told = _asked_twice(same=True)
    assert [effect for effect in told.effects if effect[1] == Ask(Kind.CLIENT_PERMISSION)] == [
        (0, Ask(Kind.CLIENT_PERMISSION))
    ]


def test_r9_a_permission_is_past_taking_back_once_an_attempt_that_rests_on_it_is_an_introduction():
    with pytest.raises(AlreadyIntroduced):
        _asked_twice(same=True).do(Reply(Kind.CLIENT_PERMISSION, Answer.NO), on=0)


def test_r9_a_permission_of_another_attempts_own_can_still_be_taken_back():
    told = _asked_twice(same=False)
    told.do(Reply(Kind.CLIENT_PERMISSION, Answer.NO), on=0)
    first, second = (attempt.permission_c for attempt in told.all)
    assert first is not None
    assert second is not None
    assert (first.stands, second.stands) == (False, True)


def test_r38_a_permission_withdrawn_is_withdrawn_for_every_attempt_that_rests_on_it():
    told = Attempts()
    sides = frozenset({Kind.CLIENT_PERMISSION})
    told.all = (Referral(need_until=UNTIL, permissions=sides),)
    told.do(Send(), on=0)
    told.agreed(Kind.CLIENT_PERMISSION, on=0)
    told.do(Stop(), on=0)
    permission = told.all[0].permission_c
    resting = Referral(
        need_until=UNTIL, permissions=sides, permission_c=permission, asked_before=True, begun_at=told.now
    )
    told.all = (*told.all, resting)
    told.do(Send(), on=1)
    told.do(Reply(Kind.CLIENT_PERMISSION, Answer.NO), on=0)
    assert told.all[1].permission_c == told.all[0].permission_c
    told.agreed(RECEIVER, on=1)
    assert (1, Ask(PRINCIPLE)) not in told.effects
