"""Who may know what in which state (R4, R7, R18)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from entremise.protocol import wall
from entremise.protocol.consent import State
from entremise.protocol.effects import Ask, NotConcluded, TellYes
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral, Reply, Stage, client_closing, closing
from entremise.protocol.types import REFERRERS, Answer, How, Kind, Role
from entremise.protocol.wall import KNOWS, Everything, Item, Part, Person, Projection, Seen, disclose, project
from tests.protocol.story import DAY, HOLD, MINUTE, POLICY, START, UNTIL, Story, reached, story

PERMISSION, CLIENT_PERMISSION, RECEIVER, PRINCIPLE, NAME = Kind
EVERYTHING = Everything(
    giver=Person(name="Hélène Vasseur", company="Vasseur Conseil", address="helene@vasseur.example"),
    receiver=Person(name="Inès Morel", company="Aéraulique Morel", address="ines@morel.example"),
    client=Person(name="Marc Lefebvre", company="Le Cèdre", address="marc@cedre.example"),
    brief="a restaurant in Lyon must have its ventilation redone by spring",
    trade="ventilation",
    referrers={Role.REFERRER: Person(name="François Garnier", address="francois@garnier.example")},
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


@pytest.mark.parametrize("observer", [Role.CLIENT_REFERRER, Role.OUTSIDER])
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
        "client_part": None, "news": False, "trade": None, "told_to": frozenset(), "referrers": (),
        "good_words": frozenset(),
    }  # fmt: skip


@pytest.mark.parametrize("observer", Role)
@pytest.mark.parametrize("state", Seen)
def test_r4_what_is_disclosed_is_exactly_what_the_table_says(observer, state):
    taking_part = frozenset({Role.REFERRER})
    shown = disclose(Projection(observer=observer, seen=state, referrers=taking_part), EVERYTHING)
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


# -- R38, R39: what a referrer learns, and what is learnt of them -------------------------------------

BEFORE = frozenset({Seen.ASKED, Seen.AGREED, Seen.DECLINED, Seen.NOT_CONCLUDED})


@pytest.mark.parametrize(
    ("referrer", "introduced_by_them", "other"),
    [(Role.REFERRER, Item.RECEIVER, Item.CLIENT), (Role.CLIENT_REFERRER, Item.CLIENT, Item.RECEIVER)],
)
def test_r38_a_referrer_is_asked_about_whom_they_introduced_and_never_learns_the_other_before_the_introduction(
    referrer, introduced_by_them, other
):
    for state in BEFORE:
        assert introduced_by_them in KNOWS[referrer, state]
        assert other not in KNOWS[referrer, state]
        assert Item.TRADE in KNOWS[referrer, state]
    assert {Item.RECEIVER, Item.CLIENT} <= KNOWS[referrer, Seen.INTRODUCED]


def test_r38_the_clients_own_words_never_reach_who_introduced_them():
    for (role, state), items in KNOWS.items():
        if role is Role.CLIENT_REFERRER and state is not Seen.INTRODUCED:
            assert Item.BRIEF not in items


def test_r39_a_co_introducer_is_named_at_the_introduction_and_never_before():
    states = {state for (role, state), items in KNOWS.items() if Item.REFERRERS in items}
    assert states == {Seen.INTRODUCED}


def test_r41_a_good_word_is_read_from_the_introduction_on_by_the_client_and_by_whom_it_is_about():
    states = {(role, state) for (role, state), items in KNOWS.items() if Item.GOOD_WORDS in items}
    assert states == {(role, Seen.INTRODUCED) for role in (Role.CLIENT, *REFERRERS)}
    part = frozenset({Role.REFERRER})
    read = {role: _reads(role, part) for role, _ in states}
    assert read == {Role.CLIENT: {Role.GIVER, Role.REFERRER}, **{role: {role} for role in REFERRERS}}


def _reads(role: Role, part: frozenset[Role]) -> frozenset[Role]:
    return disclose(Projection(observer=role, seen=Seen.INTRODUCED, referrers=part), EVERYTHING).good_words


def with_part(*, part: bool, sides: frozenset[Kind] = frozenset({Kind.PERMISSION})) -> Story:
    told = Story(Referral(need_until=UNTIL, permissions=sides)).send()
    for kind in sorted(sides):
        told.do(Reply(kind, Answer.YES, takes_part=part))
    return told.wait(HOLD)


def test_r39_the_parties_are_told_that_somebody_will_learn_both_names_and_not_who():
    told = with_part(part=True).agreed(RECEIVER)
    for role in (Role.RECEIVER, Role.CLIENT):
        projection = seen(told, role)
        assert projection.referrers == {Role.REFERRER}
        shown = disclose(projection, EVERYTHING)
        assert shown.told_to == {Role.REFERRER}
        assert shown.referrers == ()


def test_r39_a_referrer_who_only_allows_it_is_told_nothing_and_named_to_nobody():
    told = with_part(part=False).agreed(RECEIVER, PRINCIPLE, NAME)
    assert seen(told, Role.RECEIVER).referrers == frozenset()
    assert seen(told, Role.REFERRER) == Projection(observer=Role.REFERRER, seen=Seen.AGREED)


def test_r39_who_takes_part_learns_both_names_at_the_introduction_and_is_named_to_both():
    told = with_part(part=True).agreed(RECEIVER, PRINCIPLE, NAME)
    theirs = disclose(seen(told, Role.REFERRER), EVERYTHING)
    assert (theirs.receiver, theirs.client) == (Person(name="Inès Morel", company="Aéraulique Morel"),
                                                Person(name="Marc Lefebvre", company="Le Cèdre"))  # fmt: skip
    assert (theirs.receiver_part, theirs.client_part) == (None, None)
    for role in (Role.RECEIVER, Role.CLIENT, Role.GIVER):
        assert [who.name for who in disclose(seen(told, role), EVERYTHING).referrers] == ["François Garnier"]


def test_r39_refusal_and_silence_of_a_referrer_look_the_same_to_the_giver_until_the_end():
    silent = Story(Referral(need_until=UNTIL, permissions=frozenset({Kind.PERMISSION}))).send()
    refusing = Story(Referral(need_until=UNTIL, permissions=frozenset({Kind.PERMISSION}))).send().no(PERMISSION)
    for _ in range(20):
        assert seen(silent.wait(DAY), Role.GIVER) == seen(refusing.wait(DAY), Role.GIVER)
    assert seen(silent, Role.GIVER).seen is Seen.NOT_CONCLUDED
    assert silent.heard(NotConcluded) == refusing.heard(NotConcluded) == [NotConcluded(Role.GIVER)]


@pytest.mark.parametrize("refuses", [PERMISSION, CLIENT_PERMISSION])
def test_r39_with_a_referrer_on_each_side_both_are_asked_at_once_and_both_decide(refuses):
    both = frozenset({PERMISSION, CLIENT_PERMISSION})
    told = Story(Referral(need_until=UNTIL, permissions=both)).send()
    assert told.heard(Ask) == [Ask(PERMISSION), Ask(CLIENT_PERMISSION)]
    (allows,) = both - {refuses}
    told.agreed(allows).no(refuses).wait(HOLD)
    assert told.referral.stage is Stage.PERMISSION
    assert told.heard(TellYes) == []
    agreed = Story(Referral(need_until=UNTIL, permissions=both)).send().agreed(PERMISSION, CLIENT_PERMISSION)
    assert agreed.referral.stage is Stage.RECEIVER
    assert agreed.heard(TellYes) == [TellYes(PERMISSION), TellYes(CLIENT_PERMISSION)]


def test_r39_a_permission_withdrawn_before_the_introduction_stops_it_and_shows_nobody():
    told = with_part(part=True).agreed(RECEIVER, PRINCIPLE)
    before = {role: seen(told, role) for role in (Role.GIVER, Role.RECEIVER, Role.CLIENT)}
    told.no(PERMISSION)
    assert {role: seen(told, role) for role in before} == before
    told.agreed(NAME)
    assert told.referral.stage is Stage.NAME


def test_r39_who_takes_part_hears_of_nothing_at_the_instant_they_were_shown_whatever_became_of_it():
    after_silence, after_the_receiver = with_part(part=True), with_part(part=True).agreed(RECEIVER)
    until = seen(after_silence, Role.REFERRER).until
    assert until == seen(after_the_receiver, Role.REFERRER).until
    for told in (after_silence, after_the_receiver):
        told.at(until - MINUTE)
        assert seen(told, Role.REFERRER).seen is Seen.AGREED
        told.at(until)
        assert seen(told, Role.REFERRER).seen is Seen.NOT_CONCLUDED
        assert told.heard(NotConcluded).count(NotConcluded(Role.REFERRER)) == 1


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
