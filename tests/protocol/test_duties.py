"""Who owes whom what by when (R20–R23)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol.duties import (
    Duty,
    Facts,
    Owed,
    add_working_days,
    next_due,
    owed,
    owed_for_lead,
    promotion_due,
)
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome, Role

POLICY = Policy()
DAY = timedelta(days=1)
FRIDAY = datetime(2026, 9, 11, 16, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


def duties(**facts) -> dict[Duty, Owed]:
    return {one.duty: one for one in owed(Facts(introduced_at=FRIDAY, **facts), policy=POLICY)}


def test_r20_on_an_introduction_the_receiver_owes_thanks_and_a_first_contact_in_two_working_days():
    tuesday = FRIDAY + 4 * DAY
    assert duties() == {
        Duty.THANKS: Owed(Duty.THANKS, Role.RECEIVER, Role.GIVER, FRIDAY, tuesday),
        Duty.CONTACT: Owed(Duty.CONTACT, Role.RECEIVER, Role.CLIENT, FRIDAY, tuesday),
    }


def test_r20_thanks_once_given_are_no_longer_owed_and_the_contact_still_is():
    assert set(duties(thanked_at=FRIDAY)) == {Duty.CONTACT}


def test_r21_after_the_first_contact_news_are_owed_every_fourteen_days_from_the_last_word():
    contacted = FRIDAY + 3 * DAY
    assert duties(contacted_at=contacted)[Duty.NEWS] == Owed(
        Duty.NEWS, Role.RECEIVER, Role.GIVER, contacted, contacted + 14 * DAY
    )
    assert duties(contacted_at=contacted, news_at=FRIDAY + 9 * DAY)[Duty.NEWS].due == FRIDAY + 23 * DAY
    assert duties(contacted_at=contacted, news_at=FRIDAY)[Duty.NEWS].since == contacted


def test_r21_news_do_not_stand_for_the_first_contact():
    assert Duty.CONTACT in duties(news_at=FRIDAY + DAY)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("contacted", [None, FRIDAY + DAY])
def test_r21_whatever_the_outcome_it_ends_contact_and_news_but_not_thanks(outcome, contacted):
    assert set(duties(outcome=outcome, contacted_at=contacted)) == {Duty.THANKS}
    assert owed(Facts(introduced_at=FRIDAY, thanked_at=FRIDAY, outcome=outcome), policy=POLICY) == ()


def test_r22_what_is_owed_is_sorted_by_what_is_due_first_and_late_only_after_its_date():
    facts = Facts(introduced_at=FRIDAY, contacted_at=FRIDAY - 20 * DAY)
    found = owed(facts, policy=POLICY)
    assert [one.duty for one in found] == [Duty.NEWS, Duty.THANKS]
    assert next_due(facts, policy=POLICY) == found[0].due
    again = owed(Facts(introduced_at=FRIDAY, contacted_at=FRIDAY), policy=POLICY)
    assert [one.duty for one in again] == [Duty.THANKS, Duty.NEWS]
    assert not found[0].late(found[0].due)
    assert found[0].late(found[0].due + timedelta(microseconds=1))


def test_r41_a_good_word_is_owed_within_seven_days_about_each_who_recommended_and_never_pressed_for():
    who = frozenset({Role.CLIENT_REFERRER, Role.GIVER, Role.REFERRER})
    facts = Facts(introduced_at=FRIDAY, to_promote=who)
    found = owed(facts, policy=POLICY)
    assert [(one.duty, one.to) for one in found] == [
        (Duty.THANKS, Role.GIVER),
        (Duty.CONTACT, Role.CLIENT),
        (Duty.PROMOTION, Role.GIVER),
        (Duty.PROMOTION, Role.REFERRER),
        (Duty.PROMOTION, Role.CLIENT_REFERRER),
    ]
    week = FRIDAY + 7 * DAY
    assert found[2] == Owed(Duty.PROMOTION, Role.RECEIVER, Role.GIVER, FRIDAY, week)
    assert [one.gentle for one in found] == [False, False, True, True, True]
    assert not any(one.late(FRIDAY + 900 * DAY) for one in found if one.gentle)
    assert promotion_due(facts, policy=POLICY) == week
    assert promotion_due(Facts(introduced_at=FRIDAY), policy=POLICY) is None


def test_r41_nothing_waits_for_a_good_word_and_it_stays_owed_after_the_outcome():
    done = Facts(introduced_at=FRIDAY, thanked_at=FRIDAY, outcome=Outcome.LOST, to_promote=frozenset({Role.REFERRER}))
    assert [one.duty for one in owed(done, policy=POLICY)] == [Duty.PROMOTION]
    assert next_due(done, policy=POLICY) is None
    later = Facts(introduced_at=FRIDAY, contacted_at=FRIDAY + DAY, thanked_at=FRIDAY, to_promote=done.to_promote)
    assert next_due(later, policy=POLICY) == FRIDAY + 15 * DAY


def test_r20_a_lead_owes_thanks_in_two_working_days_and_nothing_else():
    tuesday = FRIDAY + 4 * DAY
    thanks = Owed(Duty.THANKS, Role.RECEIVER, Role.GIVER, FRIDAY, tuesday)
    assert owed_for_lead(sent_at=FRIDAY, thanked_at=None, policy=POLICY) == (thanks,)
    assert owed_for_lead(sent_at=FRIDAY, thanked_at=FRIDAY + DAY, policy=POLICY) == ()


def test_r22_when_nothing_is_owed_nothing_is_due():
    facts = Facts(introduced_at=FRIDAY, thanked_at=FRIDAY, outcome=Outcome.WON)
    assert next_due(facts, policy=POLICY) is None


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [(0, 0, 0), (0, 1, 1), (3, 1, 4), (4, 1, 7), (4, 2, 8), (5, 1, 7), (6, 1, 7), (5, 2, 8), (0, 5, 7), (4, 10, 18)],
)
def test_r20_saturdays_and_sundays_do_not_count(start, days, end):
    monday = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
    assert add_working_days(monday + start * DAY, days) == monday + end * DAY


@given(start=MOMENTS, days=st.integers(1, 60))
def test_r20_working_days_counted_one_by_one_agree(start, days):
    end = add_working_days(start, days)
    passed = [start + n * DAY for n in range(1, (end - start).days + 1)]
    assert sum(at.weekday() < 5 for at in passed) == days
    assert end.weekday() < 5
    assert end.timetz() == start.timetz()
    assert end < add_working_days(start, days + 1)


def test_r26_a_first_contact_counts_anew_where_what_ended_without_one_is_taken_up():
    again = FRIDAY + 90 * DAY
    (contact,) = owed(Facts(introduced_at=FRIDAY, thanked_at=FRIDAY, news_at=again), policy=POLICY)
    assert (contact.duty, contact.since, contact.due) == (Duty.CONTACT, again, add_working_days(again, 2))


@given(
    thanked=st.one_of(st.none(), MOMENTS),
    contacted=st.one_of(st.none(), MOMENTS),
    news=st.one_of(st.none(), MOMENTS),
    later=st.timedeltas(timedelta(0), 100 * DAY),
)
def test_r21_doing_what_is_owed_never_makes_anything_due_earlier(thanked, contacted, news, later):
    facts = Facts(introduced_at=FRIDAY, thanked_at=thanked, contacted_at=contacted, news_at=news)
    before = {one.duty: one.due for one in owed(facts, policy=POLICY)}
    word = max(at for at in (FRIDAY, contacted, news) if at) + later
    told = Facts(introduced_at=FRIDAY, thanked_at=thanked, contacted_at=contacted, news_at=word)
    after = {one.duty: one.due for one in owed(told, policy=POLICY)}
    assert set(after) == set(before)
    assert all(after[duty] >= before[duty] for duty in before)


def test_r23_an_outcome_can_say_more_than_won_or_lost():
    assert {Outcome.NOT_A_FIT, Outcome.NO_NEED, Outcome.NEVER_REACHED, Outcome.SET_ASIDE} < set(Outcome)
