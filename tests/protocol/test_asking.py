"""May one ask? Each rule alone, all of them together, and what an ask could harm (R30–R34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from entremise.protocol.asking import (
    Answer,
    Asked,
    Facts,
    Ground,
    Harm,
    Reason,
    decent_again_on,
    followed,
    may_ask,
)
from entremise.protocol.policy import DEFAULT
from entremise.protocol.propensity import Place, Record
from entremise.protocol.relationship import History, PartName, Satisfaction, solidity

TODAY = date(2026, 11, 22)
KNOWN = History(
    known_since=TODAY - timedelta(days=3 * 365),
    first_contact=TODAY - timedelta(days=3 * 365),
    last_contact=TODAY - timedelta(days=10),
    months_in_touch=6,
    given=1,
    received=1,
    works=2,
    last_work=TODAY - timedelta(days=40),
    satisfaction=Satisfaction.GOOD,
    satisfaction_on=TODAY - timedelta(days=30),
)
YOUNG = replace(KNOWN, known_since=TODAY - timedelta(days=60), months_in_touch=1, given=0, received=0, works=1)
ASKS = Place(unasked=0.2, when_asked=0.6, does_not=0.2)
NOT = Place(unasked=0.02, when_asked=0.08, does_not=0.9)


def facts(history: History = KNOWN, **more: object) -> Facts:
    given = {"record": Record(quarters=12), "place": ASKS, **more}
    return Facts(history=history, solidity=solidity(history, on=TODAY, policy=DEFAULT), **given)  # type: ignore[arg-type]


def verdict(history: History = KNOWN, **more: object):
    return may_ask(facts(history, **more), on=TODAY, policy=DEFAULT)


def test_r30_a_solid_relationship_with_good_work_may_be_asked():
    found = verdict()
    assert found.may
    assert (found.reasons, found.harms, found.lacking, found.again_on) == ((), (), (), None)


def test_r30_below_the_bar_the_ask_is_held_back_with_the_parts_that_lack_the_emptiest_first():
    found = verdict(YOUNG)
    assert not found.may
    assert found.reasons == (Reason.NOT_SOLID,)
    missing = [part.most - part.points for part in found.lacking]
    assert missing == sorted(missing, reverse=True)
    assert found.lacking[0].name is PartName.RECIPROCITY
    assert PartName.SATISFACTION not in [part.name for part in found.lacking]


def test_r30_it_is_overruled_once_knowingly_and_then_no_more():
    assert verdict(YOUNG).overrulable
    standing = verdict(YOUNG, overruling=True)
    assert (standing.may, standing.overruled, standing.overrulable) == (True, True, False)
    used = verdict(YOUNG, overruling=False)
    assert (used.may, used.overruled, used.overrulable) == (False, False, False)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"works": 0, "last_work": None, "satisfaction": None, "satisfaction_on": None}, Reason.NOT_DELIVERED),
        ({"works": 0, "last_work": None}, Reason.NOT_DELIVERED),
        ({"satisfaction": None, "satisfaction_on": None}, Reason.NOT_HEARD),
        ({"satisfaction": Satisfaction.FAIR}, Reason.NOT_GOOD),
        ({"satisfaction": Satisfaction.BAD}, Reason.NOT_GOOD),
    ],
)
def test_r31_no_ask_before_work_delivered_and_found_good_however_solid_and_no_overruling_helps(changes, reason):
    """A friend of many years with many good turns is solid without any work."""
    friend = replace(KNOWN, given=9, received=9, months_in_touch=12, **changes)
    found = verdict(friend, overruling=True)
    assert facts(friend).solidity.solid
    assert found.reasons[0] is reason
    assert (found.may, found.overrulable, found.overruled) == (False, False, False)
    assert not verdict(friend).overrulable


@pytest.mark.parametrize(("days", "may"), [(0, False), (1, False), (179, False), (180, True), (400, True)])
def test_r32_no_second_ask_within_180_days_whatever_came_of_the_first(days, may):
    for answer in (None, *Answer):
        asked = Asked(on=TODAY - timedelta(days=days), answer=answer)
        found = verdict(asks=[asked])
        assert found.may is may
        assert (Reason.ASKED_LATELY in found.reasons) is not may
        assert found.again_on == (None if may else asked.on + timedelta(days=180))
        assert not found.overrulable


def test_r32_an_overruling_does_not_allow_a_second_ask():
    found = verdict(YOUNG, asks=[Asked(on=TODAY)], overruling=True)
    assert found.reasons == (Reason.ASKED_LATELY, Reason.NOT_SOLID)
    assert not found.may


def test_r32_the_last_ask_counts_not_the_first():
    asks = [Asked(on=TODAY - timedelta(days=400)), Asked(on=TODAY - timedelta(days=20))]
    assert decent_again_on(asks, on=TODAY, policy=DEFAULT) == TODAY + timedelta(days=160)


def test_r32_after_180_days_silence_is_an_answer_and_a_referral_says_more_than_what_was_noted():
    on = TODAY - timedelta(days=180)
    assert Asked(on=on).came_of_it(on=TODAY, policy=DEFAULT) is Answer.SILENCE
    assert Asked(on=on).came_of_it(on=TODAY - timedelta(days=1), policy=DEFAULT) is None
    assert Asked(on=on, answer=Answer.NO).came_of_it(on=on, policy=DEFAULT) is Answer.NO
    came = Asked(on=on, answer=Answer.SILENCE, referred_on=on + timedelta(days=90))
    assert came.came_of_it(on=TODAY, policy=DEFAULT) is Answer.REFERRED


def test_r34_a_referral_belongs_to_the_last_ask_before_it_while_that_is_at_most_180_days_old():
    first, second = date(2025, 1, 1), date(2025, 5, 1)
    came = [date(2024, 12, 31), date(2025, 5, 1), date(2025, 5, 2)]
    both = followed([(first, None), (second, Answer.SILENCE)], came, policy=DEFAULT)
    assert [one.referred_on for one in both] == [None, second]
    last_day = first + timedelta(days=180)
    assert followed([(first, None)], [last_day], policy=DEFAULT)[0].referred_on == last_day
    assert followed([(first, None)], [last_day + timedelta(days=1)], policy=DEFAULT)[0].referred_on is None


def test_r34_somebody_who_very_probably_does_not_refer_is_not_asked_and_that_is_not_overruled():
    found = verdict(place=NOT, record=Record(quarters=16, asks=2), overruling=True)
    assert found.reasons == (Reason.DOES_NOT_REFER,)
    assert (found.may, found.overrulable) == (False, False)
    assert verdict(place=NOT, record=Record(quarters=16)).may, "never asked: nothing was shown"


def test_r33_the_five_harms_are_told_against_this_contacts_own_history():
    found = {one.harm: one for one in verdict(YOUNG).harms}
    assert list(found) == list(Harm)
    assert found[Harm.PRESSURE].ground is Ground.EVEN
    assert (found[Harm.DISCOMFORT].ground, found[Harm.DISCOMFORT].on) == (Ground.SPOKE_ON, YOUNG.last_contact)
    assert found[Harm.LOST_TRUST].ground is Ground.FOUND_GOOD
    assert found[Harm.LOST_FUTURE].ground is Ground.NOTHING_YET
    assert (found[Harm.LOST_CLIENT].ground, found[Harm.LOST_CLIENT].count) == (Ground.WORKS, 1)


@pytest.mark.parametrize(
    ("changes", "harm", "ground", "count"),
    [
        ({"given": 3}, Harm.PRESSURE, Ground.GAVE_MORE, 3),
        ({"given": 1}, Harm.PRESSURE, Ground.GAVE_MORE, 1),
        ({"received": 2}, Harm.PRESSURE, Ground.TOOK_MORE, 2),
        ({"last_contact": None}, Harm.DISCOMFORT, Ground.NEVER_SPOKE, 0),
        ({"last_contact": TODAY - timedelta(days=90)}, Harm.DISCOMFORT, Ground.SPOKE_ON, 0),
        ({"last_contact": TODAY - timedelta(days=91)}, Harm.DISCOMFORT, Ground.SILENT_SINCE, 0),
        ({"works": 0, "satisfaction": None}, Harm.LOST_TRUST, Ground.NO_WORK, 0),
        ({"satisfaction": None}, Harm.LOST_TRUST, Ground.NOT_HEARD, 0),
        ({"satisfaction": Satisfaction.BAD}, Harm.LOST_TRUST, Ground.NOT_GOOD, 0),
        ({"unasked": 2}, Harm.LOST_FUTURE, Ground.REFERRED_UNASKED, 2),
        ({"works": 0}, Harm.LOST_CLIENT, Ground.NEW, 60),
        ({"works": 0, "known_since": TODAY}, Harm.LOST_CLIENT, Ground.NEW, 0),
        ({"works": 0, "known_since": TODAY + timedelta(days=1)}, Harm.LOST_CLIENT, Ground.NEW, 0),
    ],
)
def test_r33_each_harm_names_the_fact_that_makes_it_likeliest(changes, harm, ground, count):
    found = {one.harm: one for one in verdict(replace(YOUNG, **changes)).harms}
    assert (found[harm].ground, found[harm].count) == (ground, count)


def test_r33_an_earlier_ask_presses_more_than_anything_else():
    earlier, last = Asked(on=TODAY - timedelta(days=300)), Asked(on=TODAY - timedelta(days=30))
    found = verdict(replace(YOUNG, given=5), asks=[earlier, last])
    assert (found.harms[0].ground, found.harms[0].on) == (Ground.ASKED_BEFORE, last.on)


def test_r30_oneself_is_not_asked_and_nothing_else_is_said():
    found = verdict(YOUNG, oneself=True, asks=[Asked(on=TODAY)])
    assert found.reasons == (Reason.ONESELF,)
    assert (found.may, found.overrulable, found.harms, found.lacking) == (False, False, (), ())
