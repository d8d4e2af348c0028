"""The points of solidity and the next act, worked out by hand at every bound (R30, R35, R43)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from entremise.protocol.policy import Policy
from entremise.protocol.relationship import (
    Act,
    History,
    PartName,
    Satisfaction,
    is_ambassador,
    losing_touch,
    next_act,
    prospecting_over,
    solidity,
    to_set_right,
)

POLICY = Policy()
TODAY = date(2026, 11, 22)
NOBODY = History(known_since=TODAY)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def points(history: History, part: PartName) -> int:
    return solidity(history, on=TODAY, policy=POLICY).part(part).points


# 15 points over three years (1,095 days), whole points only: the first after 73 days.
@pytest.mark.parametrize(("days", "score"), [(-1, 0), (0, 0), (72, 0), (73, 1), (1094, 14), (1095, 15), (4000, 15)])
def test_r30_length_grows_in_a_straight_line_to_three_years(days: int, score: int) -> None:
    assert points(replace(NOBODY, known_since=ago(days)), PartName.LENGTH) == score


# 20 points for 30 days, then down over 335 days: a point less after the first day, the last one gone before a year.
@pytest.mark.parametrize(
    ("days", "score"), [(-3, 20), (0, 20), (30, 20), (31, 19), (348, 1), (349, 0), (365, 0), (800, 0)]
)
def test_r30_recency_is_full_for_a_month_and_gone_after_a_year(days: int, score: int) -> None:
    assert points(replace(NOBODY, last_contact=ago(days)), PartName.RECENCY) == score


@pytest.mark.parametrize(("months", "score"), [(0, 0), (1, 3), (2, 6), (5, 16), (6, 20), (12, 20)])
def test_r30_rhythm_is_full_with_a_contact_every_other_month(months: int, score: int) -> None:
    assert points(replace(NOBODY, months_in_touch=months), PartName.RHYTHM) == score


@pytest.mark.parametrize(
    ("given", "received", "score"),
    [(0, 0, 0), (1, 0, 1), (0, 1, 1), (3, 0, 3), (9, 0, 3), (1, 1, 7), (2, 1, 8), (1, 5, 10), (2, 2, 14), (3, 3, 20)],
)
def test_r30_a_good_turn_returned_counts_seven_and_one_that_was_not_counts_one(
    given: int, received: int, score: int
) -> None:
    assert points(replace(NOBODY, given=given, received=received), PartName.RECIPROCITY) == score


@pytest.mark.parametrize(
    ("works", "said", "score", "satisfaction"),
    [
        (0, None, 0, 0),
        (1, None, 7, 0),
        (2, Satisfaction.FAIR, 9, 7),
        (3, Satisfaction.GOOD, 10, 15),
        (8, Satisfaction.GOOD, 10, 15),
        (8, Satisfaction.BAD, 0, 0),
    ],
)
def test_r30_work_and_what_was_said_of_it(works: int, said: Satisfaction | None, score: int, satisfaction: int) -> None:
    history = replace(NOBODY, works=works, satisfaction=said)
    assert (points(history, PartName.WORK), points(history, PartName.SATISFACTION)) == (score, satisfaction)


def test_r30_facts_nobody_told_are_nothing() -> None:
    empty = History(known_since=TODAY)
    counts = (empty.given, empty.received, empty.referrals_received, empty.unasked, empty.works, empty.total)
    assert counts == (0, 0, 0, 0, 0, 0)
    assert solidity(empty, on=TODAY, policy=POLICY).points == 0


@pytest.mark.parametrize(
    ("said", "told", "last", "wanted"),
    [
        (Satisfaction.BAD, ago(5), ago(5), True),  # they said it at the last contact
        (Satisfaction.BAD, ago(5), ago(6), True),
        (Satisfaction.BAD, ago(5), ago(4), False),  # somebody spoke with them since
        (Satisfaction.BAD, None, ago(4), True),
        (Satisfaction.BAD, ago(5), None, True),
        (Satisfaction.FAIR, ago(5), ago(6), False),
        (None, None, None, False),
    ],
)
def test_r35_a_bad_word_is_to_be_set_right_until_somebody_spoke_with_them(
    said: Satisfaction | None, told: date | None, last: date | None, wanted: bool
) -> None:
    assert to_set_right(said, told=told, last=last) is wanted


# -- the next act ------------------------------------------------------------------------------------

# Known for ten years, in touch a week ago and seen then: 15 + 20 + 6 points, so the rhythm is 90 days.
NEAR = History(known_since=ago(3650), first_contact=ago(3650), last_contact=ago(7), last_seen=ago(7), months_in_touch=2)


def act(history: History) -> Act:
    return next_act(history, on=TODAY, policy=POLICY).act


def test_r35_a_favour_within_the_rhythm_and_a_word_after_it() -> None:
    """A favour gains its one point; after 90 days without a word only a word is thought of."""
    quiet = replace(NEAR, last_contact=ago(89), last_seen=ago(89), months_in_touch=12, given=3, received=3)
    assert (act(replace(quiet, given=2)), act(replace(quiet, last_contact=ago(8), given=2))) == (Act.CALL, Act.FAVOUR)
    long = replace(NEAR, last_contact=ago(90), last_seen=ago(90))
    assert act(long) is Act.CALL


@pytest.mark.parametrize(("received", "given", "wanted"), [(2, 1, Act.REFER), (1, 1, Act.FAVOUR), (1, 2, Act.FAVOUR)])
def test_r35_who_recommended_more_than_they_got_is_recommended(received: int, given: int, wanted: Act) -> None:
    """On the very day of a contact nothing but a good turn gains anything."""
    today = replace(NEAR, last_contact=TODAY, last_seen=TODAY, referrals_received=1, received=received, given=given)
    assert act(today) is wanted


@pytest.mark.parametrize(
    ("seen", "contact", "wanted"),
    [
        (179, 100, Act.CALL),
        (180, 100, Act.MEETING),  # nobody saw them for the longest rhythm
        (None, 100, Act.MEETING),  # nor ever
        (None, None, Act.CALL),  # a first word is a call
    ],
)
def test_r35_who_was_not_seen_for_long_is_met(seen: int | None, contact: int | None, wanted: Act) -> None:
    history = replace(
        NEAR,
        last_contact=contact and ago(contact),
        last_seen=seen and ago(seen),
        months_in_touch=0 if not contact else 2,
    )
    assert act(history) is wanted


def test_r35_with_whom_it_is_solid_one_shares_a_meal() -> None:
    """15 + 11 + 20 + 14 points make 60, and that is solid; with a point less one meets."""
    solid = replace(NEAR, last_contact=ago(170), last_seen=ago(200), months_in_touch=6, given=2, received=2)
    assert solidity(solid, on=TODAY, policy=POLICY).points == 60
    assert act(solid) is Act.MEAL
    less = replace(solid, last_contact=ago(195))
    assert solidity(less, on=TODAY, policy=POLICY).points == 59
    assert act(less) is Act.MEETING


@pytest.mark.parametrize(
    ("work", "told", "said", "wanted"),
    [
        (20, None, None, Act.HEAR),
        (20, 20, Satisfaction.GOOD, Act.FAVOUR),  # they said it of this very work
        (19, 20, Satisfaction.GOOD, Act.HEAR),  # there was more work since
        (200, 89, Satisfaction.FAIR, Act.FAVOUR),
        (200, 90, Satisfaction.FAIR, Act.HEAR),  # a fair word is asked about again after ninety days
        (200, 90, Satisfaction.GOOD, Act.FAVOUR),
        (200, 90, Satisfaction.BAD, Act.HEAR),  # set right since: there was a contact
    ],
)
def test_r35_when_one_asks_how_satisfied_they_are(
    work: int, told: int | None, said: Satisfaction | None, wanted: Act
) -> None:
    today = replace(NEAR, last_contact=TODAY, last_seen=TODAY, works=1, last_work=ago(work))
    assert act(replace(today, satisfaction=said, satisfaction_on=told and ago(told))) is wanted


def test_r35_a_contact_in_a_new_month_gains_what_the_rhythm_gains() -> None:
    """From two months in touch to three: 6 to 10 points; and one for the favour."""
    november = next_act(replace(NEAR, last_contact=date(2026, 11, 1), last_seen=ago(400)), on=TODAY, policy=POLICY)
    october = next_act(replace(NEAR, last_contact=date(2026, 10, 31), last_seen=ago(400)), on=TODAY, policy=POLICY)
    assert (november.act, november.gain) == (Act.FAVOUR, 1)
    assert (october.act, october.gain) == (Act.FAVOUR, 5)
    year_round = replace(NEAR, last_contact=date(2025, 11, 30), months_in_touch=12, last_seen=None)
    assert next_act(year_round, on=TODAY, policy=POLICY).gain == 20  # twelve months are all there are


# -- who is close --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("score", "late", "lost"), [(30, 90, True), (30, 89, False), (29, 400, False), (80, 30, True)])
def test_r43_touch_is_lost_after_one_more_rhythm(score: int, late: int, lost: bool) -> None:
    assert losing_touch(due=ago(late), points=score, on=TODAY, policy=POLICY) is lost


@pytest.mark.parametrize(
    ("unasked", "said", "wanted"),
    [(2, None, True), (1, Satisfaction.GOOD, False), (2, Satisfaction.BAD, False), (3, Satisfaction.FAIR, True)],
)
def test_r35_an_ambassador(unasked: int, said: Satisfaction | None, wanted: bool) -> None:
    assert is_ambassador(replace(NEAR, unasked=unasked, satisfaction=said), policy=POLICY) is wanted


@pytest.mark.parametrize(("lately", "before", "over"), [(5, 0, True), (4, 0, False), (5, 5, True), (5, 6, False)])
def test_r35_prospecting_is_over_with_five_clients_at_least(lately: int, before: int, over: bool) -> None:
    assert prospecting_over(unasked_lately=lately, before=before) is over
