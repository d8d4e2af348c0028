"""The life of a need explored exhaustively: the claims hold in every world, and planted bugs are caught (R4–R9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from entremise.protocol import consent, need, progress, wall, windows
from entremise.protocol import referral as life
from entremise.protocol.consent import State
from entremise.protocol.referral import Stage
from entremise.protocol.types import Answer, How, Kind, Role
from tests.protocol.claims import STEP, BrokenClaim
from tests.protocol.exploration import (
    BOTH_SIDES,
    CLIENTS,
    DAY,
    NO_REFERRER,
    ONE_SIDE,
    SCOPES,
    SILENCED,
    Scope,
    explore,
    told,
)

ONE = Scope(name="one", turns=2, let_know=True, pace=2 * STEP)
SILENT = Scope(name="silent", turns=1, silenced=SILENCED, pace=2 * STEP)
ALLOWED = Scope(name="allowed", permissions=ONE_SIDE, turns=2, silenced=NO_REFERRER, pace=DAY)
BOTH = Scope(name="both", permissions=BOTH_SIDES, turns=0, pace=DAY)
BROUGHT = Scope(name="brought", turns=2, brings=(How.ALOUD,), pace=DAY)
ASKED_ONCE = Scope(name="asked once", permissions=CLIENTS, attempts=2, turns=2, pace=DAY)
TWO = Scope(name="two", attempts=2, turns=3, pace=DAY)


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_in_every_world_the_claims_hold(scope, capsys):
    found = explore(scope)
    with capsys.disabled():
        print(f"\n  {told(scope, found)}")
    assert found.introduced > 0
    assert found.closed > 0
    assert found.late > 0


# -- planted bugs: each must break a claim ----------------------------------------------------------

Plant = Callable[[pytest.MonkeyPatch], None]
PLANTED: dict[str, tuple[Scope, Plant]] = {}


def planted(scope: Scope) -> Callable[[Plant], Plant]:
    def remember(plant: Plant) -> Plant:
        PLANTED[plant.__name__] = (scope, plant)
        return plant

    return remember


@planted(ONE)
def a_receivers_withdrawal_is_ignored_at_the_introduction(patch):
    def after_name(referral, at, now, policy):
        return original(replace(referral, receiver=consent.mature(referral.receiver)), at, now, policy)

    original = progress._after_name
    patch.setitem(progress._STEPS, Stage.NAME, after_name)


@planted(ONE)
def the_givers_view_shows_that_the_receiver_said_no(patch):
    def to_giver(referral, policy):
        view = original(referral, policy)
        dead = referral.receiver is not None and referral.receiver.state is State.DEAD
        return replace(view, until=None) if dead else view

    original = wall._to_giver
    patch.setattr(wall, "_to_giver", to_giver)


@planted(ONE)
def the_clients_stage_begins_only_while_everything_is_alive(patch):
    def first(referral, at):
        return referral if referral.stopped_at else original(referral, at)

    original = life._first_client_window
    patch.setattr(life, "_first_client_window", first)


@planted(TWO)
def the_closing_instant_moves_when_the_principle_is_skipped(patch):
    def client_closing(referral, *, policy):
        ends = original(referral, policy=policy)
        skipped = referral.stage is not Stage.RECEIVER and not referral.principle_here
        return ends - DAY if ends and skipped else ends

    original = life.client_closing
    patch.setattr(life, "client_closing", client_closing)
    patch.setattr(wall, "client_closing", client_closing)


@planted(ONE)
def a_client_who_was_never_asked_hears_that_it_is_not_concluded(patch):
    def expects(referral, role):
        return role is Role.CLIENT or original(referral, role)

    original = life._still_expects
    patch.setattr(life, "_still_expects", expects)


@planted(ONE)
def a_party_who_withdrew_hears_that_it_is_not_concluded(patch):
    def expects(referral, role):
        return original(referral, role) or (role is Role.RECEIVER and referral.receiver is not None)

    original = life._still_expects
    patch.setattr(life, "_still_expects", expects)


@planted(ONE)
def a_told_no_shows_to_the_receiver(patch):
    def to_receiver(referral, policy):
        kinds = [k for k in (Kind.PRINCIPLE, Kind.NAME) if (r := referral.request(k)) and r.told_at]
        return replace(original(referral, policy), told_no=frozenset(kinds))

    original = wall._to_receiver
    patch.setattr(wall, "_to_receiver", to_receiver)


@planted(replace(ONE, turns=3))
def a_changed_mind_takes_the_told_no_away_before_its_yes_is_shown(patch):
    def say_yes(request, **how):
        return replace(original(request, **how), told_at=None)

    original = consent.say_yes
    patch.setattr(consent, "say_yes", say_yes)


@planted(ONE)
def a_yes_is_not_held(patch):
    patch.setattr(consent, "hold", lambda _how, _policy: STEP - STEP)


@planted(ONE)
def a_held_yes_counts_as_one_in_effect(patch):
    patch.setattr(progress, "_holds", lambda request: request is not None and request.stands)


@planted(ALLOWED)
def who_takes_part_shows_to_the_giver_before_the_receiver_is_asked(patch):
    def taking_part(referral):
        asked = [(Role.REFERRER, referral.permission), (Role.CLIENT_REFERRER, referral.permission_c)]
        return frozenset(role for role, request in asked if request and request.takes_part and request.effective_at)

    patch.setattr(wall, "_taking_part", taking_part)


@planted(BOTH)
def one_of_two_referrers_is_enough(patch):
    def allowed(referral, _kind=None):
        asked = [referral.request(kind) for kind in referral.permissions]
        return any(one is not None and one.state is State.EFFECTIVE for one in asked)

    patch.setattr(progress, "_allowed", allowed)
    patch.setattr(progress, "_was_shown", allowed)


@planted(ALLOWED)
def who_takes_part_hears_earlier_where_the_receiver_was_asked(patch):
    def closings(referral, policy):
        earlier = DAY if referral.receiver is not None else DAY - DAY
        return [(role, at - earlier if role is Role.REFERRER else at) for role, at in original(referral, policy)]

    original = life._closings
    patch.setattr(life, "_closings", closings)


@planted(ALLOWED)
def a_referrer_can_come_back_after_a_withdrawal(patch):
    def say_yes(request, **how):
        return original(request if request.stands else replace(request, effective_at=None), **how)

    original = consent.say_yes
    patch.setattr(consent, "say_yes", say_yes)


@planted(ONE)
def a_yes_is_taken_at_the_deadline(patch):
    def say_yes(request, **how):
        late = replace(request, deadline=request.deadline + STEP)
        return replace(original(late, **how), deadline=request.deadline)

    original = consent.say_yes
    patch.setattr(consent, "say_yes", say_yes)


@planted(ONE)
def the_givers_stop_is_forgotten_once_the_client_is_asked(patch):
    def advanced(referral, **when):
        asked = referral.stage in life.CLIENT_STAGES
        decided = original(replace(referral, stopped_at=None) if asked else referral, **when)
        return replace(decided, referral=replace(decided.referral, stopped_at=referral.stopped_at))

    original = life.progress
    patch.setattr(life, "progress", advanced)


@planted(ONE)
def a_no_closes_the_receivers_stage_early(patch):
    def closing(referral, *, policy):
        ends = original(referral, policy=policy)
        said_no = referral.stage is Stage.RECEIVER and referral.receiver.answer is Answer.NO
        return ends - STEP if said_no else ends

    original = life.closing
    patch.setattr(life, "closing", closing)


@planted(TWO)
def a_second_name_is_told_while_the_first_link_is_open(patch):
    patch.setattr(consent.Request, "settled", property(lambda _request: True))


@planted(TWO)
def the_next_attempt_betrays_that_a_shown_yes_was_withdrawn(patch):
    def after_principle(referral, *when):
        return original(referral, *when) if progress._holds(referral.principle) else None

    original = progress._after_principle
    patch.setitem(progress._STEPS, Stage.PRINCIPLE, after_principle)


@planted(SILENT)
def the_giver_sees_that_somebody_may_not_be_written_to(patch):
    def to_giver(referral, policy):
        mute = any(request.mute for kind in Kind if (request := referral.request(kind)))
        return replace(original(referral, policy), stopped=mute)

    original = wall._to_giver
    patch.setattr(wall, "_to_giver", to_giver)


@planted(ONE)
def the_receivers_date_is_counted_from_the_clients_answer(patch):
    def until(referral, request, policy):
        ends = original(referral, request, policy)
        answered = referral.principle is not None and referral.principle.answer is not None
        return ends + STEP if answered else ends

    original = wall._receiver_until
    patch.setattr(wall, "_receiver_until", until)


@planted(ONE)
def a_late_worker_brings_the_receivers_effect_forward(patch):
    def first(referral, at):
        done = original(referral, at)
        answered = referral.receiver is not None and referral.receiver.answered_at
        return replace(done, client_from=answered) if done.client_from and answered else done

    original = life._first_client_window
    patch.setattr(life, "_first_client_window", first)


@planted(BROUGHT)
def what_is_brought_stands_in_the_place_of_a_persons_own_word(patch):
    patch.setattr(consent, "takes_brought", lambda request, *, now: now < request.deadline)


@planted(ONE)
def a_stopped_referral_never_closes(patch):
    def closings(referral, policy):
        return [] if referral.stopped_at else original(referral, policy)

    original = life._closings
    patch.setattr(life, "_closings", closings)


@planted(ASKED_ONCE)
def the_next_attempt_betrays_that_a_shown_permission_was_withdrawn(patch):
    patch.setattr(progress, "_was_shown", lambda *_about: False)


@planted(ASKED_ONCE)
def a_co_introducer_hears_that_it_is_not_concluded_after_the_introduction(patch):
    patch.setattr(need, "_is_introduced_by", lambda *_attempts: False)


@planted(ASKED_ONCE)
def the_second_stage_closes_with_the_first_question(patch):
    def deadline(referral, policy):
        asked = referral.permission_c
        return asked.deadline if referral.asked_before and asked.answer else original(referral, policy)

    original = windows._permission_deadline
    patch.setattr(windows, "_permission_deadline", deadline)


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_breaks_a_claim(bug, monkeypatch):
    scope, plant = PLANTED[bug]
    plant(monkeypatch)
    with pytest.raises(BrokenClaim):
        explore(scope)


@pytest.mark.parametrize("scope", [ONE, SILENT, ALLOWED], ids=lambda scope: scope.name)
def test_without_a_planted_bug_the_same_scopes_hold(scope):
    assert explore(scope).worlds > 0
