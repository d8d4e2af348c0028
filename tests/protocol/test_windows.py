"""When requests and stages close, reckoned by hand (R6a).

The need is wanted in twenty days; a window is three days at least and fourteen at most, the longest hold a day.
Days are counted from the start.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from entremise.protocol import windows
from entremise.protocol.consent import Request, State
from entremise.protocol.life import Referral, Stage
from entremise.protocol.types import PERMISSIONS, Answer, Kind, Role
from tests.protocol.story import DAY, POLICY, START, Story

NEED = START + 20 * DAY
PERMISSION, CLIENT_PERMISSION, RECEIVER, PRINCIPLE, NAME = Kind
BOTH = frozenset(PERMISSIONS)
CARRIED = frozenset({Role.CLIENT})


def day(number: float) -> datetime:
    return START + number * DAY


def agreed(on: float) -> Request:
    """The client's yes in principle, in effect from that day on."""
    return Request(
        kind=PRINCIPLE,
        sent_at=START,
        deadline=day(10),
        state=State.EFFECTIVE,
        answer=Answer.YES,
        effective_at=day(on),
    )


def deadline(referral: Referral, kind: Kind, on: float) -> datetime:
    return windows.deadline(referral, kind, day(on), POLICY)


def too_late(referral: Referral, kind: Kind, on: float) -> bool:
    return windows.too_late_to_ask(referral, kind, day(on), POLICY)


def shown_until(referral: Referral, kind: Kind) -> datetime | None:
    return windows.shown_until(referral, kind, policy=POLICY)


@pytest.mark.parametrize(
    ("kind", "days"), [(PERMISSION, 5), (CLIENT_PERMISSION, 5), (RECEIVER, 6), (PRINCIPLE, 10), (NAME, 10)]
)
def test_r6a_twenty_days_are_shared_out_over_the_steps_to_come(kind, days):
    assert deadline(Referral(need_until=NEED), kind, 0) == day(days)


# -- one referrer or two ----------------------------------------------------------------------------


@pytest.mark.parametrize("sides", [frozenset({PERMISSION}), frozenset({CLIENT_PERMISSION}), BOTH])
def test_r6a_r39_a_referrer_is_told_the_latest_instant_that_all_that_follows_can_take(sides):
    """Five days and a hold; 29 days are then left at most: nine and a hold, and twice fourteen and a hold."""
    asked = Story(Referral(need_until=NEED, permissions=sides)).send().referral
    assert windows.closing(asked, policy=POLICY) == day(5 + 1)
    assert windows.referrer_closing(asked, policy=POLICY) == day((5 + 1) + (9 + 1) + 2 * (14 + 1))


@pytest.mark.parametrize("answer", [None, *Answer])
def test_r6a_r38_a_permission_that_was_asked_before_counts_as_if_it_were_asked_anew(answer):
    """Begun on the second day: four days and a hold; 28 days are then left at most: nine and fourteen twice."""
    before = Request(kind=CLIENT_PERMISSION, sent_at=START, deadline=day(5), answer=answer)
    resting = Referral(
        need_until=NEED,
        stage=Stage.PERMISSION,
        permissions=frozenset({CLIENT_PERMISSION}),
        permission_c=before,
        asked_before=True,
        begun_at=day(2),
    )
    assert windows.closing(resting, policy=POLICY) == day(2 + 4 + 1)
    assert windows.referrer_closing(resting, policy=POLICY) == day((6 + 1) + (9 + 1) + 2 * (14 + 1))


def test_r39_where_no_referrer_was_asked_there_is_no_such_instant():
    assert windows.referrer_closing(Referral(need_until=NEED, permissions=BOTH), policy=POLICY) is None
    assert windows.referrer_closing(Story(Referral(need_until=NEED)).send().referral, policy=POLICY) is None


def test_r6a_a_receiver_asked_late_is_asked_no_longer_than_was_promised_to_the_referrer():
    """Their yes must have taken effect on day 16, its longest hold included."""
    asked = Story(Referral(need_until=NEED, permissions=BOTH)).send().referral
    assert [deadline(asked, RECEIVER, on) for on in (6, 11, 12, 13)] == [day(10), day(14), day(15), day(15)]
    assert [too_late(asked, RECEIVER, on) for on in (6, 14.99, 15, 16)] == [False, False, True, True]


def test_r6a_a_receiver_asked_first_is_never_asked_too_late():
    first = Referral(need_until=NEED)
    assert [too_late(first, RECEIVER, on) for on in (0, 500)] == [False, False]
    assert deadline(first, RECEIVER, 500) == day(503)


# -- the client's stage -----------------------------------------------------------------------------

ASKED = Referral(need_until=NEED, stage=Stage.PRINCIPLE, client_from=START)


def test_r6a_the_client_has_two_windows_and_two_holds_from_the_receivers_effect_on():
    assert windows.client_closing(ASKED, policy=POLICY) == windows.closing(ASKED, policy=POLICY) == day(2 * (10 + 1))
    assert [deadline(ASKED, NAME, on) for on in (0, 15, 18, 19)] == [day(10), day(18), day(21), day(21)]
    assert [too_late(ASKED, kind, on) for kind in (PRINCIPLE, NAME) for on in (0, 20.99, 21)] == 2 * [
        False,
        False,
        True,
    ]


def test_r6a_no_client_is_asked_before_a_receivers_yes_has_taken_effect():
    assert too_late(Referral(need_until=NEED), PRINCIPLE, 0)
    assert windows.client_closing(Referral(need_until=NEED), policy=POLICY) is None


# -- what the giver may know ------------------------------------------------------------------------


def test_r6d_a_giver_knows_the_deadline_of_what_was_asked_of_a_receiver():
    assert shown_until(Referral(need_until=NEED), RECEIVER) is None
    assert shown_until(Story(Referral(need_until=NEED)).send().referral, RECEIVER) == day(6)


def test_r6d_the_clients_first_question_stands_from_the_receivers_effect_whether_or_not_it_left():
    assert shown_until(Referral(need_until=NEED), PRINCIPLE) is None
    assert shown_until(ASKED, PRINCIPLE) == day(10)


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, None),  # the client has not agreed
        ({"principle": agreed(4)}, 4 + 8),
        ({"principle": agreed(20)}, 21),  # never later than the last instant that leaves time for a hold
        ({"principle": agreed(4), "name_from": day(9)}, None),  # it leaves by mail, at a moment nobody is told
        ({"principle": agreed(4), "name_from": day(9), "carried": CARRIED}, 9 + 5),
        ({"principle": agreed(4), "name_from": day(2), "carried": CARRIED}, 4 + 8),
        ({"principle": agreed(4), "carried": CARRIED}, 4 + 8),
        ({"principle": agreed(-6), "carried": CARRIED}, 10),  # agreed to an earlier attempt
    ],
)
def test_r6d_r7_the_name_can_be_confirmed_from_what_the_giver_saw_and_not_from_when_it_left(changes, until):
    referral = Referral(need_until=NEED, client_from=START, **changes)
    assert shown_until(referral, NAME) == (None if until is None else day(until))
