"""The whole table of the wall, written out a second time from the doctrine: who knows what, and nothing else (R4)."""

from __future__ import annotations

from itertools import product

import pytest

from entremise.protocol.referral import Referral, Reply, Stage
from entremise.protocol.types import PERMISSION_OF, REFERRERS, Answer, How, Kind, Role
from entremise.protocol.wall import Everything, Item, Person, Projection, Seen, disclose, project
from tests.protocol.story import DAY, HOLD, POLICY, START, UNTIL, Story, reached, story

BOTH = "brief giver receiver client"
RECEIVERS_OWN = "brief giver receiver receiver_part"
CLIENTS_OWN = "brief giver client client_part"
TABLE = {
    Role.GIVER: {
        "draft asking_referrer asking_receiver asking_client client_agreed not_concluded": BOTH,
        "introduced": f"{BOTH} news referrers",
    },
    Role.RECEIVER: {
        "asked agreed declined not_concluded": RECEIVERS_OWN,
        "introduced": f"{BOTH} receiver_part client_part news referrers",
    },
    Role.CLIENT: {
        "asked agreed declined not_concluded": CLIENTS_OWN,
        "named confirmed name_declined": f"{CLIENTS_OWN} receiver",
        "introduced": f"{BOTH} receiver_part client_part referrers",
    },
    Role.REFERRER: {
        "asked agreed declined not_concluded": "giver receiver brief trade",
        "introduced": f"{BOTH} trade referrers",
    },
    Role.CLIENT_REFERRER: {
        "asked agreed declined not_concluded": "giver client trade",
        "introduced": f"{BOTH} trade referrers",
    },
    Role.OUTSIDER: {},
}
KNOWN = {
    (role, Seen(state)): {Item(name) for name in names.split()}
    for role, rows in TABLE.items()
    for states, names in rows.items()
    for state in states.split()
}
# What the receiver says to the client about the others has its own rule (R41) and its own test.
HERE = {item for items in KNOWN.values() for item in items}


@pytest.mark.parametrize(("observer", "state"), list(product(Role, Seen)))
def test_r4_each_knows_in_each_state_what_the_doctrine_says_and_nothing_else(observer, state):
    known = Projection(observer=observer, seen=state).knows
    assert known & HERE == KNOWN.get((observer, state), set())


def seen(told: Story, observer: Role) -> Projection:
    return project(told.referral, observer=observer, policy=POLICY)


@pytest.mark.parametrize("role", REFERRERS)
def test_r38_a_referrer_sees_their_own_act_and_its_hold_and_the_deadline_of_what_they_were_asked(role):
    kind = PERMISSION_OF[role]
    told = Story(Referral(need_until=UNTIL, permissions=frozenset({kind}))).send()
    request = told.referral.request(kind)
    assert request is not None
    deadline = request.deadline
    assert seen(told, role) == Projection(observer=role, seen=Seen.ASKED, until=deadline)
    told.yes(kind)
    assert seen(told, role) == Projection(observer=role, seen=Seen.AGREED, held_until=START + HOLD)
    told.wait(HOLD)
    assert seen(told, role) == Projection(observer=role, seen=Seen.AGREED)
    told.no(kind)
    assert seen(told, role) == Projection(observer=role, seen=Seen.DECLINED, until=deadline)
    silent = Story(Referral(need_until=UNTIL, permissions=frozenset({kind}))).send().at(deadline)
    assert seen(silent, role) == Projection(observer=role, seen=Seen.LAPSED, until=deadline)


@pytest.mark.parametrize("role", REFERRERS)
def test_r7_a_referrer_who_may_not_be_written_to_sees_nothing(role):
    needed = frozenset({PERMISSION_OF[role]})
    told = Story(Referral(need_until=UNTIL, permissions=needed, silenced=frozenset({role}))).send()
    assert seen(told, role) == Projection(observer=role, seen=Seen.NOTHING)
    assert seen(told, Role.GIVER).seen is Seen.ASKING_REFERRER


def test_r39_a_referrer_who_takes_part_sees_who_else_does_at_the_introduction_and_only_then():
    both = frozenset({Kind.PERMISSION, Kind.CLIENT_PERMISSION})
    told = Story(Referral(need_until=UNTIL, permissions=both)).send()
    for kind in sorted(both):
        told.do(Reply(kind, Answer.YES, takes_part=True))
    told.wait(HOLD).agreed(Kind.RECEIVER, Kind.PRINCIPLE)
    assert {seen(told, role).referrers for role in REFERRERS} == {frozenset()}
    told.agreed(Kind.NAME)
    for role in REFERRERS:
        shown = Projection(observer=role, seen=Seen.INTRODUCED, referrers=frozenset(REFERRERS))
        assert seen(told, role) == shown


def test_r39_the_giver_is_shown_who_takes_part_only_once_the_receiver_is_asked():
    """Before, it would tell the yes of one while the other still decides."""
    both = frozenset({Kind.PERMISSION, Kind.CLIENT_PERMISSION})
    told = Story(Referral(need_until=UNTIL, permissions=both)).send()
    told.do(Reply(Kind.PERMISSION, Answer.YES, takes_part=True)).wait(HOLD)
    assert seen(told, Role.GIVER).referrers == frozenset()
    told.agreed(Kind.CLIENT_PERMISSION)
    assert seen(told, Role.GIVER).referrers == {Role.REFERRER}


def test_r39_a_referrer_who_only_allows_it_is_named_to_nobody_even_where_another_takes_part():
    people = {role: Person(name=role.value) for role in Role}
    everything = Everything(
        giver=people[Role.GIVER],
        receiver=people[Role.RECEIVER],
        client=people[Role.CLIENT],
        referrers={role: people[role] for role in REFERRERS},
    )
    both = frozenset({Kind.PERMISSION, Kind.CLIENT_PERMISSION})
    told = Story(Referral(need_until=UNTIL, permissions=both)).send()
    told.do(Reply(Kind.PERMISSION, Answer.YES, takes_part=True)).yes(Kind.CLIENT_PERMISSION)
    told.wait(HOLD).agreed(Kind.RECEIVER, Kind.PRINCIPLE, Kind.NAME)
    assert told.referral.stage is Stage.INTRODUCED
    for role in (Role.GIVER, Role.RECEIVER, Role.CLIENT, Role.REFERRER):
        assert disclose(seen(told, role), everything).referrers == (Person(name="referrer"),)
    assert disclose(seen(told, Role.CLIENT_REFERRER), everything).referrers == ()


def test_r39_a_referrer_who_withdraws_after_it_was_not_concluded_sees_their_own_act():
    told = Story(Referral(need_until=UNTIL, permissions=frozenset({Kind.PERMISSION}))).send()
    told.do(Reply(Kind.PERMISSION, Answer.YES, takes_part=True)).wait(200 * DAY)
    assert seen(told, Role.REFERRER).seen is Seen.NOT_CONCLUDED
    assert seen(told.no(Kind.PERMISSION), Role.REFERRER).seen is Seen.DECLINED


def test_r5b_the_name_of_a_second_attempt_is_seen_though_the_principle_was_asked_in_the_first():
    told = reached(Stage.WAITING)
    earlier = told.referral.earlier_name
    assert earlier is not None
    told.at(earlier.deadline)
    name = told.referral.name
    assert name is not None
    assert not told.referral.principle_here
    assert seen(told, Role.CLIENT) == Projection(observer=Role.CLIENT, seen=Seen.NAMED, until=name.deadline)


@pytest.mark.parametrize("how", [How.LINK, How.ALOUD])
def test_r6_a_hold_is_shown_to_whoever_said_yes_while_it_lasts_and_to_nobody_else(how):
    wait = POLICY.hold_aloud if how is How.ALOUD else HOLD
    told = story().send().yes(Kind.RECEIVER, how)
    held = {role: seen(told, role).held_until for role in Role}
    assert held == {**dict.fromkeys(Role), Role.RECEIVER: START + wait}
    told.wait(wait)
    asked = told.now + DAY
    told.at(asked).yes(Kind.PRINCIPLE, how)
    held = {role: seen(told, role).held_until for role in Role}
    assert held == {**dict.fromkeys(Role), Role.CLIENT: asked + wait}
