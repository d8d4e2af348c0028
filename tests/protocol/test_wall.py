"""Who may know what in which state (R4, R7, R18)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from entremise.protocol import wall
from entremise.protocol.consent import State
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral, Stage, client_closing, closing
from entremise.protocol.types import How, Kind, Role
from entremise.protocol.wall import KNOWS, Everything, Item, Part, Person, Projection, Seen, disclose, project
from tests.protocol.story import DAY, HOLD, MINUTE, POLICY, START, UNTIL, Story, reached, story

PERMISSION, RECEIVER, PRINCIPLE, NAME = Kind
EVERYTHING = Everything(
    giver=Person(name="Hélène Vasseur", company="Vasseur Conseil", address="helene@vasseur.example"),
    receiver=Person(name="Inès Morel", company="Aéraulique Morel", address="ines@morel.example"),
    client=Person(name="Marc Lefebvre", company="Le Cèdre", address="marc@cedre.example"),
    brief="a restaurant in Lyon must have its ventilation redone by spring",
    receiver_part=Part(way="phone", details="+33 4 00 00 00 01"),
    client_part=Part(way="mail", details="cuisine@cedre.example"),
)


def seen(told: Story, observer: Role) -> Projection:
    return project(told.referral, observer=observer, policy=POLICY)


# -- R4: the table ----------------------------------------------------------------------------------


def test_r4_the_receiver_learns_who_the_client_is_at_the_introduction_and_never_before():
    states = {state for (role, state), items in KNOWS.items() if role is Role.RECEIVER and Item.CLIENT in items}
    assert states == {Seen.INTRODUCED}


def test_r4_the_client_learns_who_the_receiver_is_when_the_name_is_told_and_never_before():
    states = {state for (role, state), items in KNOWS.items() if role is Role.CLIENT and Item.RECEIVER in items}
    assert states == {Seen.NAMED, Seen.CONFIRMED, Seen.NAME_DECLINED, Seen.INTRODUCED}


def test_r18_neither_party_gets_the_others_part_before_the_introduction():
    for (role, state), items in KNOWS.items():
        other = {Role.RECEIVER: Item.CLIENT_PART, Role.CLIENT: Item.RECEIVER_PART}.get(role)
        assert (other in items) == (other is not None and state is Seen.INTRODUCED)


def test_r13_the_giver_never_sees_what_the_parties_handed_over():
    assert not any(
        items & {Item.RECEIVER_PART, Item.CLIENT_PART} for (role, _), items in KNOWS.items() if role is Role.GIVER
    )


@pytest.mark.parametrize("observer", [Role.REFERRER, Role.OUTSIDER])
@pytest.mark.parametrize("stage", Stage)
def test_r4_everybody_else_sees_nothing_in_every_state(observer, stage):
    projection = seen(reached(stage), observer)
    assert projection == Projection(observer=observer, seen=Seen.NOTHING)
    assert projection.knows == frozenset()


@pytest.mark.parametrize("state", [Seen.NOTHING, Seen.LAPSED, Seen.NAME_LAPSED])
@pytest.mark.parametrize("observer", Role)
def test_r4_a_link_that_has_lapsed_reveals_nothing(observer, state):
    projection = Projection(observer=observer, seen=state)
    shown = disclose(projection, EVERYTHING)
    assert {f.name: getattr(shown, f.name) for f in fields(shown)} == {
        "seen": state, "giver": None, "receiver": None, "client": None, "brief": None, "receiver_part": None,
        "client_part": None, "news": False,
    }  # fmt: skip


@pytest.mark.parametrize("observer", Role)
@pytest.mark.parametrize("state", Seen)
def test_r4_what_is_disclosed_is_exactly_what_the_table_says(observer, state):
    shown = disclose(Projection(observer=observer, seen=state), EVERYTHING)
    known = KNOWS.get((observer, state), frozenset())
    assert {item for item in Item if getattr(shown, item.value)} == set(known)


@pytest.mark.parametrize("key", KNOWS)
def test_r18_an_address_is_handed_to_the_giver_and_to_oneself_only(key):
    observer, state = key
    shown = disclose(Projection(observer=observer, seen=state), EVERYTHING)
    for role in (Role.GIVER, Role.RECEIVER, Role.CLIENT):
        person = getattr(shown, role.value)
        if person is not None:
            assert bool(person.address) == (observer in {Role.GIVER, role})
            assert person.name == getattr(EVERYTHING, role.value).name


# -- what each sees, stage by stage -----------------------------------------------------------------

SEES = {
    Stage.DRAFT: (Seen.DRAFT, Seen.NOTHING, Seen.NOTHING),
    Stage.PERMISSION: (Seen.ASKING_REFERRER, Seen.NOTHING, Seen.NOTHING),
    Stage.RECEIVER: (Seen.ASKING_RECEIVER, Seen.ASKED, Seen.NOTHING),
    Stage.PRINCIPLE: (Seen.ASKING_CLIENT, Seen.AGREED, Seen.ASKED),
    Stage.WAITING: (Seen.CLIENT_AGREED, Seen.AGREED, Seen.NOTHING),
    Stage.NAME: (Seen.CLIENT_AGREED, Seen.AGREED, Seen.NAMED),
    Stage.INTRODUCED: (Seen.INTRODUCED, Seen.INTRODUCED, Seen.INTRODUCED),
    Stage.CLOSED: (Seen.NOT_CONCLUDED, Seen.NOTHING, Seen.NOTHING),
}


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_looks_like_one_thing_to_each_of_the_three(stage):
    told = reached(stage)
    assert tuple(seen(told, role).seen for role in (Role.GIVER, Role.RECEIVER, Role.CLIENT)) == SEES[stage]


def test_waiting_for_an_earlier_links_end_looks_to_the_giver_like_the_name_being_told():
    waiting = reached(Stage.WAITING)
    before = seen(waiting, Role.GIVER)
    assert waiting.referral.earlier_name is not None
    waiting.at(waiting.referral.earlier_name.deadline)
    assert waiting.referral.stage is Stage.NAME
    assert seen(waiting, Role.GIVER) == before


OWN = [
    (RECEIVER, Role.RECEIVER, (), Seen.ASKED, Seen.AGREED, Seen.DECLINED, Seen.LAPSED),
    (PRINCIPLE, Role.CLIENT, (RECEIVER,), Seen.ASKED, Seen.AGREED, Seen.DECLINED, Seen.LAPSED),
    (NAME, Role.CLIENT, (RECEIVER, PRINCIPLE), Seen.NAMED, Seen.CONFIRMED, Seen.NAME_DECLINED, Seen.NAME_LAPSED),
]


@pytest.mark.parametrize(("kind", "role", "done", "asked", "agreed", "declined", "lapsed"), OWN)
def test_a_person_always_sees_their_own_act(kind, role, done, asked, agreed, declined, lapsed):
    told = story().send().agreed(*done)
    request = told.referral.request(kind)
    assert request is not None
    assert seen(told, role) == Projection(observer=role, seen=asked, until=request.deadline)
    told.no(kind)
    assert seen(told, role) == Projection(observer=role, seen=declined, until=request.deadline)
    told.yes(kind)
    held = seen(told, role)
    assert (held.seen, held.held_until) == (agreed, told.now + HOLD)
    silent = story().send().agreed(*done).at(request.deadline)
    assert seen(silent, role) == Projection(observer=role, seen=lapsed, until=request.deadline)


@pytest.mark.parametrize(("kind", "role", "done"), [(k, r, d) for k, r, d, *_ in OWN])
def test_r7_not_concluded_is_seen_by_those_it_was_told_to_and_by_nobody_else(kind, role, done):
    told = story().send().agreed(*done).yes(kind).wait(HOLD - MINUTE).stop().wait(MINUTE)
    ends = client_closing(told.referral, policy=POLICY)
    assert ends is not None
    assert seen(told.at(ends - MINUTE), role).until == ends
    assert seen(told.at(ends), role) == Projection(observer=role, seen=Seen.NOT_CONCLUDED)
    assert seen(told.no(kind), role).seen in {Seen.DECLINED, Seen.NAME_DECLINED}


def test_r6a_a_receivers_date_is_fixed_by_their_own_yes_before_and_after_it_takes_effect():
    told = story().send().yes(RECEIVER, How.ALOUD)
    held = seen(told, Role.RECEIVER)
    assert held.held_until == START + POLICY.hold_aloud
    told.wait(POLICY.hold_aloud)
    effective = seen(told, Role.RECEIVER)
    assert (effective.until, effective.held_until) == (held.until, None)


def test_r6a_the_givers_date_is_the_closing_instant_and_is_gone_once_it_has_passed():
    told = story().send()
    assert seen(told, Role.GIVER).until == closing(told.referral, policy=POLICY)
    assert seen(told.wait(100 * DAY), Role.GIVER).until is None
    assert seen(reached(Stage.INTRODUCED), Role.GIVER).until is None


@pytest.mark.parametrize("who", [Role.RECEIVER, Role.CLIENT])
def test_r7_who_may_not_be_written_to_sees_nothing(who):
    told = story(silenced=frozenset({who})).send()
    if who is Role.CLIENT:
        told.agreed(RECEIVER)
        assert told.referral.principle is not None
    assert seen(told, who).seen is Seen.NOTHING


def test_r5_a_yes_given_to_an_earlier_attempt_is_not_seen_again_in_the_next():
    assert seen(reached(Stage.WAITING), Role.CLIENT).seen is Seen.NOTHING


def test_r7_a_name_that_never_left_leaves_the_client_where_they_were():
    told = story().send().agreed(RECEIVER).yes(PRINCIPLE)
    told.referral = replace(told.referral, silenced=frozenset({Role.CLIENT}))
    before = seen(told, Role.CLIENT)
    told.wait(HOLD)
    assert told.referral.name is not None
    assert seen(told, Role.CLIENT) == replace(before, held_until=None)


QUIET = {
    "nothing": lambda told: told,
    "receiver withdraws": lambda told: told.no(RECEIVER),
    "client says no": lambda told: told.no(PRINCIPLE),
}


@pytest.mark.parametrize("quiet", QUIET)
def test_r7_no_quiet_cause_shows_to_anybody_else(quiet):
    author = {"receiver withdraws": Role.RECEIVER, "client says no": Role.CLIENT}.get(quiet)
    told, silent = (story().send().agreed(RECEIVER).wait(DAY) for _ in range(2))
    QUIET[quiet](told)
    while told.now < START + 60 * DAY:
        for observer in {Role.GIVER, Role.RECEIVER, Role.CLIENT} - {author}:
            assert seen(told, observer) == seen(silent, observer)
        told.wait(DAY)
        silent.wait(DAY)


def test_r7_a_no_told_at_once_changes_the_givers_view_only():
    told = story().send().agreed(RECEIVER).no(PRINCIPLE)
    before = {role: seen(told, role) for role in Role}
    told.let_know(PRINCIPLE)
    after = {role: seen(told, role) for role in Role}
    assert {role for role in Role if before[role] != after[role]} == {Role.GIVER}
    assert after[Role.GIVER].told_no == frozenset({PRINCIPLE})


def test_r7_a_changed_mind_does_not_show_by_a_told_no_that_disappears_before_the_yes_is_shown():
    told = story().send().no(RECEIVER).let_know(RECEIVER)
    before = seen(told, Role.GIVER)
    assert seen(told.wait(MINUTE).yes(RECEIVER), Role.GIVER) == before
    assert seen(told.wait(HOLD), Role.GIVER).told_no == frozenset()


def test_the_givers_own_stop_shows_to_the_giver_only():
    told = story().send().agreed(RECEIVER)
    before = {role: seen(told, role) for role in Role}
    told.stop()
    assert seen(told, Role.GIVER) == replace(before[Role.GIVER], stopped=True)
    assert all(seen(told, role) == before[role] for role in Role if role is not Role.GIVER)


def test_a_draft_shows_no_date():
    draft = project(Referral(need_until=UNTIL), observer=Role.GIVER, policy=POLICY)
    assert draft == Projection(observer=Role.GIVER, seen=Seen.DRAFT)


def test_a_dead_request_looks_open_to_everybody_else():
    told = story().send().no(RECEIVER)
    assert told.referral.receiver is not None
    assert told.referral.receiver.state is State.DEAD
    assert seen(told, Role.GIVER).seen is Seen.ASKING_RECEIVER


@pytest.mark.parametrize(
    ("listed", "inhabitants", "may"),
    [(True, 20_000, True), (True, 19_999, False), (False, 500_000, False), (True, None, False)],
)
def test_r4_a_brief_names_a_town_only_if_it_is_large_and_the_trade_is_on_the_list(listed, inhabitants, may):
    assert wall.may_name_town(trade_is_listed=listed, inhabitants=inhabitants, policy=Policy()) is may


def test_r6a_the_client_sees_how_long_the_question_stands_then_when_they_will_have_heard():
    told = story().send().agreed(RECEIVER)
    assert seen(told, Role.CLIENT).until == told.now + 14 * DAY
    assert seen(told.yes(PRINCIPLE), Role.CLIENT).until == told.now + 28 * DAY + 2 * timedelta(hours=24)
