"""The life of a referral: order, holds, closings, quiet ends (R1, R5–R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol import referral as life
from entremise.protocol.consent import State
from entremise.protocol.effects import Acknowledge, Ask, Introduce, NotConcluded, Remind, TellNo, TellYes
from entremise.protocol.errors import AlreadyIntroduced, NotAsked, NothingToTell, NotNow, TooLate, Withdrawn
from entremise.protocol.referral import Bring, LetKnow, Referral, Reply, Send, Stage, Stop, Tick, decide
from entremise.protocol.types import Answer, How, Kind, Role
from tests.protocol.story import DAY, HOLD, HOUR, MINUTE, ONE_SIDE, POLICY, START, UNTIL, Story, reached, story

PERMISSION, CLIENT_PERMISSION, RECEIVER, PRINCIPLE, NAME = Kind
ORDER = (PERMISSION, RECEIVER, PRINCIPLE, NAME)
ALOUD = POLICY.hold_aloud
TICK = timedelta(microseconds=1)


def closing(told: Story):
    return life.closing(told.referral, policy=POLICY)


def next_due(told: Story):
    return life.next_due(told.referral, policy=POLICY)


# -- the table --------------------------------------------------------------------------------------

UNDER_WAY = {Reply, Bring, LetKnow, Stop, Tick}
ALLOWED = {
    Stage.DRAFT: {Send, Tick},
    Stage.PERMISSION: UNDER_WAY,
    Stage.RECEIVER: UNDER_WAY,
    Stage.PRINCIPLE: UNDER_WAY,
    Stage.WAITING: UNDER_WAY,
    Stage.NAME: UNDER_WAY,
    Stage.CLOSED: UNDER_WAY,
    Stage.INTRODUCED: {Reply, Bring, Tick},
}
EVENTS = {
    Send: Send(),
    Reply: Reply(RECEIVER, Answer.YES),
    Bring: Bring(RECEIVER, Answer.YES, How.ALOUD),
    LetKnow: LetKnow(RECEIVER),
    Stop: Stop(),
    Tick: Tick(),
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("event", EVENTS.values(), ids=[event.__name__ for event in EVENTS])
def test_the_table_says_which_act_exists_in_which_state(stage, event):
    told = reached(stage)
    assert told.referral.stage is stage
    if type(event) in ALLOWED[stage]:
        try:
            told.do(event)
        except (NotAsked, TooLate, NothingToTell):
            assert isinstance(event, Reply | LetKnow)
    else:
        with pytest.raises(NotNow) as refused:
            told.do(event)
        assert (refused.value.stage, refused.value.act) == (stage.value, type(event).__name__)


def test_the_table_has_no_other_cells():
    assert set(life.TABLE) == {(stage, event) for stage, events in ALLOWED.items() for event in events}


# -- R5: the order ----------------------------------------------------------------------------------


def test_r5_permission_then_receiver_then_principle_then_name_then_introduction():
    told = story(permission=True).send().agreed(*ORDER)
    assert told.heard(Ask) == [Ask(kind) for kind in ORDER]
    assert told.heard(TellYes) == [TellYes(kind) for kind in (PERMISSION, RECEIVER, PRINCIPLE)]
    assert told.heard(Introduce) == [Introduce()]
    assert told.referral.stage is Stage.INTRODUCED
    assert told.referral.introduced_at == told.now == START + 4 * HOLD
    assert next_due(told) is None


def test_r38_without_a_referrer_to_ask_the_receiver_is_asked_first():
    told = story().send()
    assert (told.referral.stage, told.heard(Ask)) == (Stage.RECEIVER, [Ask(RECEIVER)])
    assert told.referral.permission is None


@pytest.mark.parametrize("position", range(4))
def test_r5_nobody_is_asked_before_everybody_asked_earlier_has_a_yes_in_effect(position):
    told = story(permission=True).send().agreed(*ORDER[:position])
    assert told.heard(Ask) == [Ask(kind) for kind in ORDER[: position + 1]]
    told.yes(ORDER[position]).wait(HOLD - TICK)
    assert told.heard(Ask) == [Ask(kind) for kind in ORDER[: position + 1]]
    assert not told.heard(Introduce)


@pytest.mark.parametrize("kind", ORDER)
def test_r5_nobody_can_answer_what_they_were_not_asked(kind):
    told = story(permission=True)
    with pytest.raises(NotNow):
        told.yes(kind)
    told.send()
    if kind is not PERMISSION:
        with pytest.raises(NotAsked):
            told.yes(kind)
        with pytest.raises(NotAsked):
            told.let_know(kind)


def test_r6_every_yes_gets_a_receipt_with_its_hold_and_the_same_yes_again_gets_none():
    told = story().send().yes(RECEIVER, How.ALOUD).yes(RECEIVER)
    assert told.heard(Acknowledge) == [Acknowledge(RECEIVER, START + ALOUD)]


# -- R6, R7, R9: quiet ends --------------------------------------------------------------------------


@pytest.mark.parametrize("position", range(4))
@pytest.mark.parametrize("after", [MINUTE, HOLD - TICK])
def test_r6_a_yes_taken_back_during_its_hold_leads_to_nothing(position, after):
    told = story(permission=True).send().agreed(*ORDER[:position]).yes(ORDER[position]).wait(after)
    asked = told.heard(Ask)
    told.no(ORDER[position]).wait(200 * DAY)
    assert (told.heard(Ask), told.heard(Introduce), told.referral.stage) == (asked, [], Stage.CLOSED)


@pytest.mark.parametrize("withdrawn", ORDER[:3])
@pytest.mark.parametrize("position", range(1, 4))
def test_r9_a_withdrawal_at_any_time_before_the_introduction_prevents_it(withdrawn, position):
    done = ORDER[: max(position, ORDER.index(withdrawn) + 1)]
    told = story(permission=True).send().agreed(*done).no(withdrawn)
    for kind in ORDER[len(done) :]:
        if told.referral.request(kind):
            told.yes(kind).wait(HOLD)
    assert not told.wait(200 * DAY).heard(Introduce)


def test_r9_a_name_confirmed_and_withdrawn_before_the_end_of_its_hold_introduces_nobody():
    told = story().send().agreed(RECEIVER, PRINCIPLE).yes(NAME).wait(HOLD - TICK).no(RECEIVER).wait(60 * DAY)
    assert not told.heard(Introduce)


def test_r9_at_the_very_end_of_the_hold_the_introduction_is_a_fact_and_a_no_comes_too_late():
    told = story().send().agreed(RECEIVER, PRINCIPLE).yes(NAME)
    told.now += HOLD
    with pytest.raises(AlreadyIntroduced) as refused:
        told.no(RECEIVER)
    assert refused.value.at == told.now


def test_r9_after_the_introduction_a_yes_said_again_is_the_same_yes():
    told = reached(Stage.INTRODUCED)
    before = told.referral
    assert told.yes(NAME).referral == before


def test_r9_after_the_introduction_nobody_answers_what_they_were_not_asked():
    with pytest.raises(NotAsked):
        reached(Stage.INTRODUCED).no(CLIENT_PERMISSION)


def test_r9_coming_back_after_a_withdrawal_is_refused_because_its_delay_would_show():
    told = story().send().agreed(RECEIVER).no(RECEIVER)
    with pytest.raises(Withdrawn):
        told.yes(RECEIVER)


@pytest.mark.parametrize("stage", [s for s in Stage if s not in {Stage.DRAFT, Stage.INTRODUCED, Stage.CLOSED}])
def test_r5b_the_giver_can_stop_in_every_state_and_nothing_more_leaves(stage):
    told = reached(stage).stop()
    stopped = told.referral.stopped_at
    assert stopped == told.now
    effects = len(told.effects)
    open_now = [kind for kind in ORDER if (r := told.referral.request(kind)) and r.state is State.OPEN]
    for kind in open_now:
        told.yes(kind).wait(HOLD)
    told.stop()
    assert told.referral.stopped_at == stopped
    said = [effect for _, effect in told.effects[effects:]]
    assert all(isinstance(effect, Acknowledge) for effect in said)
    assert told.wait(200 * DAY).referral.stage is Stage.CLOSED


@pytest.mark.parametrize("who", [frozenset({Role.REFERRER}), frozenset({Role.RECEIVER}), frozenset({Role.CLIENT})])
def test_r7_r46_somebody_who_may_not_be_written_to_is_asked_nothing_and_the_rest_looks_like_silence(who):
    quiet, silent = story(permission=True, silenced=who).send(), story(permission=True).send()
    for told in (quiet, silent):
        for kind in ORDER[:3]:
            if kind.asked not in who and told.referral.request(kind):
                told.agreed(kind)
    asked = [effect for effect in quiet.heard(Ask) if effect.kind.asked in who]
    assert asked == []
    assert quiet.heard(TellYes) == silent.heard(TellYes)
    assert closing(quiet) == closing(silent)
    assert quiet.wait(200 * DAY).heard(NotConcluded) == silent.wait(200 * DAY).heard(NotConcluded)


# -- R7: who hears "not concluded" ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quiet", "hear"),
    [
        ((), {Role.GIVER}),
        ((RECEIVER,), {Role.GIVER, Role.RECEIVER}),
        ((RECEIVER, PRINCIPLE), {Role.GIVER, Role.RECEIVER}),
    ],
    ids=["receiver silent", "client silent in principle", "client silent on the name"],
)
def test_r7_silence_ends_in_one_text_to_the_giver_and_to_whose_yes_still_stands(quiet, hear):
    told = story().send().agreed(*quiet).wait(200 * DAY)
    assert sorted(effect.to for effect in told.heard(NotConcluded)) == sorted(hear)


@pytest.mark.parametrize(
    ("withdraws", "hear"), [(RECEIVER, {Role.GIVER, Role.CLIENT}), (NAME, {Role.GIVER, Role.RECEIVER})]
)
def test_r7_a_withdrawal_is_told_at_the_closing_instant_to_everybody_but_its_author(withdraws, hear):
    told = story().send().agreed(RECEIVER, PRINCIPLE).yes(NAME).no(withdraws)
    ends = closing(told)
    assert ends is not None
    told.at(ends - TICK)
    assert not told.heard(NotConcluded)
    told.at(ends)
    assert sorted(effect.to for effect in told.heard(NotConcluded)) == sorted(hear)
    assert not told.wait(90 * DAY).heard(NotConcluded)[len(hear) :]


@pytest.mark.parametrize(("withdraws", "hears"), [(False, True), (True, False)])
def test_r7_r39_a_referrer_who_was_to_take_part_hears_it_unless_they_withdrew(withdraws, hears):
    told = story(permission=True).send().do(Reply(PERMISSION, Answer.YES, takes_part=True)).wait(HOLD).agreed(RECEIVER)
    if withdraws:
        told.no(PERMISSION)
    assert life.takes_part(told.referral, Role.REFERRER) is hears
    told.wait(200 * DAY)
    assert (NotConcluded(Role.REFERRER) in told.heard(NotConcluded)) is hears
    assert next_due(told) is None


def test_r7_a_client_who_was_never_asked_hears_nothing():
    told = story().send().no(RECEIVER).wait(200 * DAY)
    assert told.heard(NotConcluded) == [NotConcluded(Role.GIVER)]


def test_r7_a_client_who_agreed_in_principle_hears_it_though_the_name_never_left():
    told = story().send().agreed(RECEIVER).yes(PRINCIPLE)
    told.referral = replace(told.referral, silenced=frozenset({Role.CLIENT}))
    told.wait(HOLD).wait(200 * DAY)
    assert Ask(NAME) not in told.heard(Ask)
    assert NotConcluded(Role.CLIENT) in told.heard(NotConcluded)


def test_r5b_a_client_who_was_told_another_name_elsewhere_does_not_hear_it_for_the_first():
    told = story().send().agreed(RECEIVER).yes(PRINCIPLE).stop().wait(HOLD)
    told.referral = replace(told.referral, elsewhere=True)
    told.wait(200 * DAY)
    assert NotConcluded(Role.CLIENT) not in told.heard(NotConcluded)
    assert NotConcluded(Role.RECEIVER) in told.heard(NotConcluded)


def test_r7_a_client_whose_principle_an_earlier_attempt_asked_hears_it_from_that_one_only():
    told = reached(Stage.WAITING).stop().wait(200 * DAY)
    assert sorted(effect.to for effect in told.heard(NotConcluded)) == [Role.GIVER, Role.RECEIVER]


def test_r7_a_no_told_at_once_reaches_the_giver_once_and_only_by_its_authors_wish():
    told = story().send().no(RECEIVER)
    assert not told.heard(TellNo)
    assert told.let_know(RECEIVER).heard(TellNo) == [TellNo(RECEIVER)]
    assert told.let_know(RECEIVER).heard(TellNo) == [TellNo(RECEIVER)]
    with pytest.raises(NothingToTell):
        story().send().let_know(RECEIVER)


@pytest.mark.parametrize("position", range(4))
def test_r7_a_yes_shown_to_the_giver_replaces_the_no_they_were_told(position):
    kind = ORDER[position]
    told = story(permission=True).send().agreed(*ORDER[:position]).no(kind).let_know(kind).yes(kind)
    held = told.referral.request(kind)
    assert held is not None
    assert held.told_at is not None
    shown = told.wait(HOLD).referral.request(kind)
    assert shown is not None
    assert shown.told_at is None


# -- R6a: windows and closing instants --------------------------------------------------------------


@pytest.mark.parametrize(("stage", "steps"), [(Stage.PERMISSION, 4), (Stage.RECEIVER, 3)])
def test_r6a_a_stage_closes_at_its_sending_plus_its_window_plus_the_longest_hold(stage, steps):
    needed = ONE_SIDE if stage is Stage.PERMISSION else frozenset()
    told = Story(Referral(need_until=START + 40 * DAY, permissions=needed)).send()
    ends = START + (40 // steps) * DAY + ALOUD
    assert told.referral.stage is stage
    assert closing(told) == ends
    told.no(PERMISSION if stage is Stage.PERMISSION else RECEIVER)
    assert closing(told) == ends
    assert told.at(ends - TICK).referral.stage is stage
    assert told.at(ends).referral.stage is Stage.CLOSED


def test_r6a_the_clients_stage_closes_two_windows_and_two_longest_holds_after_the_receivers_effect():
    told = story().send().yes(RECEIVER, How.ALOUD).wait(ALOUD)
    ends = START + ALOUD + 2 * 14 * DAY + 2 * ALOUD
    assert closing(told) == ends
    assert closing(told.yes(PRINCIPLE).wait(HOLD)) == ends
    assert closing(told.no(NAME)) == ends


def test_r6a_the_closing_instant_is_the_same_when_the_principle_was_asked_before():
    first = story().send().agreed(RECEIVER, PRINCIPLE)
    second = Story(replace(first.referral, stage=Stage.DRAFT, receiver=None, name=None, principle_here=False,
                           client_from=None), now=first.now).send().agreed(RECEIVER)  # fmt: skip
    assert second.heard(Ask) == [Ask(RECEIVER), Ask(NAME)]
    assert closing(second) == second.now + 2 * 14 * DAY + 2 * ALOUD


@pytest.mark.parametrize("how", [How.LINK, How.ALOUD])
def test_r6a_the_last_possible_yes_still_becomes_an_introduction(how):
    told = story().send()
    for kind in (RECEIVER, PRINCIPLE, NAME):
        request = told.referral.request(kind)
        assert request is not None
        told.at(request.deadline - TICK).yes(kind, how).wait(ALOUD if how is How.ALOUD else HOLD)
    assert told.referral.stage is Stage.INTRODUCED


def test_r6a_what_takes_effect_at_the_closing_instant_wins():
    told = story().send().agreed(RECEIVER, PRINCIPLE).yes(NAME)
    ends = closing(told)
    assert told.referral.name is not None
    told.referral = replace(told.referral, name=replace(told.referral.name, hold_until=ends))
    assert told.at(ends).heard(Introduce) == [Introduce()]
    assert not told.heard(NotConcluded)


def test_r6a_the_name_is_not_told_when_no_answer_could_take_effect_any_more():
    told = reached(Stage.WAITING)
    ends = closing(told)
    earlier = told.referral.earlier_name
    assert ends is not None
    assert earlier is not None
    told.referral = replace(told.referral, earlier_name=replace(earlier, deadline=ends - ALOUD))
    told.at(ends - ALOUD)
    assert Ask(NAME) not in told.heard(Ask)
    assert told.at(ends).referral.stage is Stage.CLOSED


@given(left=st.integers(-10, 200), wait=st.integers(0, 13 * 24), aloud=st.booleans())
def test_r6a_every_deadline_leaves_time_to_take_effect_before_the_closing_instant(left, wait, aloud):
    told = Story(Referral(need_until=START + left * DAY)).send()
    how = How.ALOUD if aloud else How.LINK
    assert told.referral.receiver is not None
    told.at(min(START + wait * HOUR, told.referral.receiver.deadline - TICK)).yes(RECEIVER, how)
    told.wait(ALOUD if aloud else HOLD)
    ends = closing(told)
    principle = told.referral.principle
    assert ends is not None
    assert principle is not None
    assert told.referral.receiver.deadline < ends
    assert told.now + 3 * DAY <= principle.deadline <= ends - ALOUD
    told.at(principle.deadline - TICK).yes(PRINCIPLE, how).wait(ALOUD if aloud else HOLD)
    assert told.referral.name is not None
    assert told.now + 3 * DAY <= told.referral.name.deadline + TICK <= ends - ALOUD + TICK
    assert closing(told) == ends


# -- time is an input -------------------------------------------------------------------------------


def test_a_late_worker_changes_only_when_things_leave():
    told = story().send().yes(RECEIVER)
    told.wait(2 * DAY)
    assert told.referral.receiver is not None
    assert told.referral.principle is not None
    assert told.referral.receiver.effective_at == told.referral.client_from == START + HOLD
    assert told.referral.principle.sent_at == START + 2 * DAY


def test_a_very_late_worker_asks_a_client_nothing_that_could_not_be_answered():
    told = story().send().yes(RECEIVER).wait(100 * DAY)
    assert told.heard(Ask) == [Ask(RECEIVER)]
    assert told.heard(TellYes) == [TellYes(RECEIVER)]
    assert sorted(effect.to for effect in told.heard(NotConcluded)) == [Role.GIVER, Role.RECEIVER]


def test_a_very_late_worker_asks_a_receiver_nothing_once_a_referrer_will_have_heard():
    told = story(permission=True).send().yes(PERMISSION).wait(100 * DAY)
    assert told.heard(Ask) == [Ask(PERMISSION)]
    assert told.heard(TellYes) == []
    assert told.heard(NotConcluded) == [NotConcluded(Role.GIVER)]


def test_r6a_what_is_asked_late_stands_only_as_long_as_its_answer_could_still_take_effect():
    told = story().send().yes(RECEIVER)
    told.wait(25 * DAY)
    ends = closing(told)
    assert ends is not None
    assert told.referral.principle is not None
    assert told.referral.principle.deadline == ends - ALOUD < told.now + 14 * DAY


def test_before_anything_is_sent_time_changes_nothing():
    told = story()
    assert next_due(told) is None
    assert closing(told) is None
    assert told.wait(300 * DAY).referral == Referral(need_until=UNTIL)
    asked = story().send().agreed(RECEIVER).referral.principle
    resting = Story(Referral(need_until=UNTIL, principle=asked))
    assert next_due(resting) is None
    assert resting.wait(300 * DAY).referral == Referral(need_until=UNTIL, principle=asked)


def test_the_same_history_and_the_same_instant_give_the_same_answer():
    held = story().send().yes(RECEIVER).referral
    assert decide(held, Tick(), now=START + DAY, policy=POLICY) == decide(held, Tick(), now=START + DAY, policy=POLICY)


# -- R5b: another receiver --------------------------------------------------------------------------


def test_r5_a_yes_in_principle_is_not_asked_again_for_the_next_receiver():
    told = reached(Stage.WAITING)
    assert told.heard(Ask) == [Ask(PERMISSION), Ask(RECEIVER)]
    assert told.heard(TellYes)[-1] == TellYes(PRINCIPLE)


def test_r5b_the_second_name_is_told_only_when_the_first_link_has_closed():
    told = reached(Stage.WAITING)
    assert told.referral.earlier_name is not None
    closes = told.referral.earlier_name.deadline
    assert told.at(closes - TICK).referral.stage is Stage.WAITING
    assert told.at(closes).heard(Ask)[-1] == Ask(NAME)


def test_r5_r9_the_second_name_is_not_told_when_its_receiver_withdrew_while_it_waited():
    told = reached(Stage.WAITING).no(RECEIVER)
    assert told.referral.earlier_name is not None
    assert Ask(NAME) not in told.at(told.referral.earlier_name.deadline).heard(Ask)
    assert told.referral.stage is Stage.WAITING


def test_r7_a_clients_yes_in_principle_is_not_shown_where_the_receiver_has_withdrawn():
    told = story().send().agreed(RECEIVER).no(RECEIVER).agreed(PRINCIPLE)
    assert (told.heard(TellYes), told.referral.stage) == ([TellYes(RECEIVER)], Stage.PRINCIPLE)


def test_r5b_or_when_it_has_been_answered():
    told = reached(Stage.WAITING)
    assert told.referral.earlier_name is not None
    answered = replace(told.referral.earlier_name, answer=Answer.NO, state=State.DEAD)
    told.referral = replace(told.referral, earlier_name=answered)
    assert told.wait(MINUTE).referral.stage is Stage.NAME


@pytest.mark.parametrize("mute", [False, True], ids=["left without a word", "never left"])
def test_r5_a_principle_nobody_answered_is_asked_anew_by_the_next_attempt(mute):
    first = story(silenced=frozenset({Role.CLIENT}) if mute else frozenset()).send().agreed(RECEIVER).stop()
    principle = first.wait(0 * DAY if mute else 20 * DAY).referral.principle
    second = Story(Referral(need_until=UNTIL, principle=principle), now=first.now).send().agreed(RECEIVER)
    assert second.heard(Ask) == [Ask(RECEIVER), Ask(PRINCIPLE)]
    assert second.referral.principle_here


def test_r5_a_principle_that_is_still_open_is_not_asked_anew_by_the_next_attempt():
    first = story().send().agreed(RECEIVER).stop()
    second = Story(Referral(need_until=UNTIL, principle=first.referral.principle), now=first.now)
    second.send().agreed(RECEIVER)
    assert (second.heard(Ask), second.referral.principle_here) == ([Ask(RECEIVER)], False)


def test_r7_a_no_in_principle_is_not_asked_again_and_looks_like_an_open_question():
    first = story().send().agreed(RECEIVER).no(PRINCIPLE).stop()
    second = Story(Referral(need_until=UNTIL, principle=first.referral.principle), now=first.now)
    second.send().agreed(RECEIVER)
    assert (second.heard(Ask), second.referral.stage) == ([Ask(RECEIVER)], Stage.PRINCIPLE)


@pytest.mark.parametrize("told_no", [False, True])
def test_r7_a_shown_yes_in_principle_withdrawn_since_is_not_betrayed_by_the_next_attempt(told_no):
    first = story().send().agreed(RECEIVER, PRINCIPLE).no(NAME).stop().no(PRINCIPLE)
    if told_no:
        first.let_know(PRINCIPLE)
    second = Story(Referral(need_until=UNTIL, principle=first.referral.principle), now=first.now)
    second.send().agreed(RECEIVER)
    assert second.referral.stage is (Stage.PRINCIPLE if told_no else Stage.WAITING)
    assert Ask(NAME) not in second.wait(60 * DAY).heard(Ask)


# -- R6c: the one reminder --------------------------------------------------------------------------


def test_r6c_an_open_request_is_reminded_of_once_when_half_its_time_has_passed():
    told = story().send()
    asked = told.referral.receiver
    half = asked.sent_at + (asked.deadline - asked.sent_at) / 2
    assert told.at(half - TICK).heard(Remind) == []
    assert told.at(half).heard(Remind) == [Remind(RECEIVER)]
    assert told.at(asked.deadline).heard(Remind) == [Remind(RECEIVER)]


@pytest.mark.parametrize("answer", Answer)
def test_r6c_nobody_who_has_answered_is_reminded(answer):
    told = story().send().do(Reply(RECEIVER, answer)).wait(10 * DAY)
    assert Remind(RECEIVER) not in told.heard(Remind)


def test_r6c_a_reminder_tells_nothing_of_what_others_decided():
    asked = story().send().agreed(RECEIVER)
    alive, dead = (Story(asked.referral, now=asked.now) for _ in range(2))
    alive.wait(10 * DAY)
    dead.no(RECEIVER).stop().wait(10 * DAY)
    assert alive.heard(Remind) == dead.heard(Remind) == [Remind(PRINCIPLE)]


def test_r6c_an_attempt_that_rests_on_an_earlier_principle_does_not_remind_of_it_again():
    first = story().send().agreed(RECEIVER).stop()
    second = Story(Referral(need_until=UNTIL, principle=first.referral.principle), now=first.now)
    second.send().agreed(RECEIVER).wait(10 * DAY)
    assert second.heard(Remind) == []
    assert first.wait(10 * DAY).heard(Remind) == [Remind(PRINCIPLE)]


def test_r6c_under_a_law_without_reminders_nobody_is_reminded():
    sent = decide(Referral(need_until=UNTIL), Send(), now=START, policy=replace(POLICY, reminders=0))
    later = life.pass_time(sent.referral, now=START + 10 * DAY, policy=replace(POLICY, reminders=0))
    assert not any(isinstance(effect, Remind) for effect in later.effects)


def test_r6c_the_platform_reminds_nobody_to_whom_the_giver_carries_the_link():
    told = Story(Referral(need_until=UNTIL, carried=frozenset({Role.RECEIVER}))).send().wait(10 * DAY)
    assert told.heard(Remind) == []


# -- R6d, R8: what the giver brings -----------------------------------------------------------------


def brought(told: Story, answer: Answer = Answer.YES, how: How = How.ALOUD, kind: Kind = RECEIVER) -> Story:
    return told.do(Bring(kind, answer, how))


def test_r8_a_yes_said_aloud_takes_effect_after_the_longest_hold():
    told = brought(story().send())
    assert told.referral.receiver.how is How.ALOUD
    assert told.wait(ALOUD - TICK).referral.stage is Stage.RECEIVER
    assert told.wait(TICK).referral.stage is Stage.PRINCIPLE


def test_r8_a_yes_said_aloud_by_somebody_without_an_address_waits_no_longer_than_any_other():
    """Nobody can be told in writing: there is nothing to wait for."""
    told = story().send().do(Bring(RECEIVER, Answer.YES, How.ALOUD, written=False))
    assert told.heard(Acknowledge) == [Acknowledge(RECEIVER, START + HOLD)]
    assert told.wait(HOLD - TICK).referral.stage is Stage.RECEIVER
    assert told.wait(TICK).referral.stage is Stage.PRINCIPLE


@pytest.mark.parametrize("yes", [Reply(PERMISSION, Answer.YES), Bring(PERMISSION, Answer.YES, How.CARRIED)])
def test_r39_a_referrer_who_does_not_say_so_takes_no_part(yes):
    told = story(permission=True).send().do(yes)
    assert told.referral.permission is not None
    assert told.referral.permission.stands
    assert not life.takes_part(told.referral, Role.REFERRER)


def test_r39_a_referrer_whose_yes_was_brought_takes_part_if_they_said_so():
    for part in (False, True):
        told = story(permission=True).send().do(Bring(PERMISSION, Answer.YES, How.ALOUD, takes_part=part))
        assert life.takes_part(told.referral, Role.REFERRER) is part


def test_r8_both_acts_can_be_said_aloud_up_to_the_introduction():
    told = story().send()
    for kind in (RECEIVER, PRINCIPLE, NAME):
        brought(told, kind=kind).wait(ALOUD)
    assert told.referral.stage is Stage.INTRODUCED


@pytest.mark.parametrize("own", Answer)
@pytest.mark.parametrize("brought_answer", Answer)
@pytest.mark.parametrize("how", [How.ALOUD, How.CARRIED])
def test_r6d_nothing_brought_stands_in_the_place_of_a_persons_own_word(own, brought_answer, how):
    told = story().send().do(Reply(RECEIVER, own))
    before = told.referral
    assert brought(told, brought_answer, how).referral == before


def test_r6d_what_was_brought_gives_way_to_the_persons_own_word():
    told = brought(story().send()).no(RECEIVER)
    assert (told.referral.receiver.answer, told.referral.receiver.how) == (Answer.NO, How.LINK)


def test_r6d_what_was_brought_can_be_changed_until_the_deadline():
    told = brought(story().send(), Answer.NO)
    assert brought(told).referral.receiver.answer is Answer.YES
    late = brought(story().send(), Answer.NO).wait(20 * DAY)
    assert brought(late).referral.receiver.answer is Answer.NO


def test_r7_what_is_brought_for_somebody_who_may_not_be_written_to_changes_nothing():
    told = story(silenced=frozenset({Role.RECEIVER})).send()
    before = told.referral
    assert brought(told).referral == before


def test_r7_what_is_brought_for_a_request_that_never_left_changes_nothing():
    told = story().send().agreed(RECEIVER).no(RECEIVER)
    assert brought(told, kind=NAME).referral == told.referral
