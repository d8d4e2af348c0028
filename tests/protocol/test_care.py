"""The CARE test: a verdict and its reasons (R1–R3, R11, R12)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol.care import Answers, Fit, Known, Letter, Question, Source, Verdict, Weight, Why, judge
from entremise.protocol.policy import Policy
from entremise.protocol.types import Effort, Urgency

TODAY = date(2026, 9, 7)
POLICY = Policy()
DAY = timedelta(days=1)
ALL_FIT = dict.fromkeys(Question, Fit.YES)


def answers(**changes) -> Answers:
    return Answers(**{"source": Source.TOLD_ME, "urgency": Urgency.NOW, "fits": ALL_FIT, **changes})


def verdict(**changes) -> Verdict:
    return judge(answers(**changes), today=TODAY, policy=POLICY).verdict


def reasons(**changes):
    return judge(answers(**changes), today=TODAY, policy=POLICY).reasons


def whys(**changes) -> set[Why]:
    return {reason.why for reason in reasons(**changes)}


@pytest.mark.parametrize(
    ("source", "expected", "why"),
    [
        (Source.TOLD_ME, Verdict.REFERRAL, Why.ASKED_FOR),
        (Source.GUESSED, Verdict.LEAD, Why.NOBODY_ASKED),
        (Source.HEARD, Verdict.LEAD, Why.SECOND_HAND),
    ],
)
def test_r2_lead_or_referral_is_decided_by_who_spoke_of_the_need(source, expected, why):
    assert verdict(source=source) is expected
    assert why in whys(source=source)


@pytest.mark.parametrize(
    ("urgency", "wanted_by", "expected", "why"),
    [
        (Urgency.NOW, None, Verdict.REFERRAL, Why.NEED_NOW),
        (Urgency.DATED, TODAY, Verdict.REFERRAL, Why.NEED_DATED),
        (Urgency.DATED, TODAY + 90 * DAY, Verdict.REFERRAL, Why.NEED_DATED),
        (Urgency.DATED, TODAY + 91 * DAY, Verdict.LATER, Why.NEED_FAR),
        (Urgency.LATER, TODAY + 200 * DAY, Verdict.LATER, Why.NEED_FAR),
        (Urgency.LATER, None, Verdict.LEAD, Why.NEED_SOMEDAY),
        (Urgency.DATED, TODAY - DAY, Verdict.LEAD, Why.DATE_PAST),
        (Urgency.NONE, None, Verdict.LEAD, Why.NO_NEED),
        (Urgency.NONE, TODAY + DAY, Verdict.LEAD, Why.NO_NEED),
    ],
)
def test_r11_the_need_is_now_or_by_a_near_date_or_it_sleeps_or_it_is_a_lead(urgency, wanted_by, expected, why):
    assert verdict(urgency=urgency, wanted_by=wanted_by) is expected
    assert why in whys(urgency=urgency, wanted_by=wanted_by)


def test_r11_a_far_need_wakes_when_its_date_comes_near_and_a_near_one_does_not_sleep():
    far = judge(answers(urgency=Urgency.DATED, wanted_by=TODAY + 200 * DAY), today=TODAY, policy=POLICY)
    assert far.wakes_on == TODAY + 110 * DAY
    again = judge(answers(urgency=Urgency.DATED, wanted_by=TODAY + 200 * DAY), today=far.wakes_on, policy=POLICY)
    assert (again.verdict, again.wakes_on) == (Verdict.REFERRAL, None)
    assert judge(answers(), today=TODAY, policy=POLICY).wakes_on is None


@given(days=st.integers(-400, 800), within=st.integers(1, 300))
def test_r11_for_every_date_a_far_need_wakes_on_the_first_day_on_which_it_passes(days, within):
    policy = Policy(actual_within=within)
    asked = answers(urgency=Urgency.DATED, wanted_by=TODAY + days * DAY)
    found = judge(asked, today=TODAY, policy=policy)
    assert found.verdict is (Verdict.LEAD if days < 0 else Verdict.REFERRAL if days <= within else Verdict.LATER)
    if found.wakes_on is not None:
        assert judge(asked, today=found.wakes_on - DAY, policy=policy).verdict is Verdict.LATER
        assert judge(asked, today=found.wakes_on, policy=policy).verdict is Verdict.REFERRAL


def test_r11_urgency_and_effort_are_two_scales():
    assert not {str(member) for member in Urgency} & {str(member) for member in Effort}
    assert len(Effort) == 5


@pytest.mark.parametrize("question", Question)
def test_r12_a_mismatch_must_be_overruled_knowingly_and_stays_to_be_seen(question):
    fits = {**ALL_FIT, question: Fit.NO}
    found = judge(answers(fits=fits), today=TODAY, policy=POLICY)
    assert (found.verdict, found.mismatches) == (Verdict.MISMATCH, frozenset({question}))
    overruled = judge(answers(fits=fits, overruled=frozenset({question})), today=TODAY, policy=POLICY)
    assert (overruled.verdict, overruled.mismatches) == (Verdict.REFERRAL, frozenset())
    assert [(r.why, r.weight) for r in overruled.reasons if r.about is question] == [(Why.OVERRULED, Weight.MIND)]


@pytest.mark.parametrize("fit", [Fit.YES, Fit.UNKNOWN])
@pytest.mark.parametrize("question", Question)
def test_r12_a_profile_that_says_no_must_be_overruled_knowingly_whatever_the_giver_answers(question, fit):
    said = {"fits": {**ALL_FIT, question: fit}, "against_profile": frozenset({question})}
    found = judge(answers(**said), today=TODAY, policy=POLICY)
    assert found.verdict is Verdict.MISMATCH
    assert found.mismatches == {question}
    assert Why.AGAINST_PROFILE in {reason.why for reason in found.reasons}
    knowing = judge(answers(**said, overruled=frozenset({question})), today=TODAY, policy=POLICY)
    assert knowing.verdict is Verdict.REFERRAL
    assert Why.OVERRULED in {reason.why for reason in knowing.reasons}


@pytest.mark.parametrize(
    ("fit", "against", "overruled", "why"),
    [
        (Fit.YES, False, False, Why.FITS),
        (Fit.YES, False, True, Why.FITS),
        (Fit.UNKNOWN, False, True, Why.UNSURE),
        (Fit.YES, True, False, Why.AGAINST_PROFILE),
        (Fit.UNKNOWN, True, False, Why.AGAINST_PROFILE),
        (Fit.NO, False, False, Why.DOES_NOT_FIT),
        (Fit.NO, True, False, Why.DOES_NOT_FIT),
        (Fit.NO, True, True, Why.OVERRULED),
    ],
)
def test_r12_a_mismatch_says_whose_no_it_is_and_only_a_mismatch_is_overruled(fit, against, overruled, why):
    one = frozenset({Question.AREA})
    said = {"fits": {**ALL_FIT, Question.AREA: fit}, "against_profile": one if against else frozenset()}
    found = reasons(**said, overruled=one if overruled else frozenset())
    assert [reason.why for reason in found if reason.about is Question.AREA] == [why]


def test_r12_overruling_one_mismatch_does_not_overrule_another():
    fits = {**ALL_FIT, Question.AREA: Fit.NO, Question.BUDGET: Fit.NO}
    assert verdict(fits=fits, overruled=frozenset({Question.AREA})) is Verdict.MISMATCH


@pytest.mark.parametrize("question", Question)
@pytest.mark.parametrize(
    ("fit", "why", "weight"), [(Fit.YES, Why.FITS, Weight.FOR), (Fit.UNKNOWN, Why.UNSURE, Weight.MIND)]
)
def test_r12_every_question_is_answered_in_words_and_not_knowing_does_not_block(question, fit, why, weight):
    found = [r for r in reasons(fits={**ALL_FIT, question: fit}) if r.about is question]
    assert [(r.letter, r.why, r.weight) for r in found] == [(Letter.RELEVANT, why, weight)]
    assert verdict(fits={**ALL_FIT, question: fit}) is Verdict.REFERRAL


def test_r12_a_question_that_was_not_answered_is_unsure():
    assert [reason.why for reason in reasons(fits={}) if reason.about] == [Why.UNSURE] * len(Question)


def test_r2_a_mismatch_does_not_turn_a_lead_or_a_far_need_into_something_to_overrule():
    fits = {Question.SERVICE: Fit.NO}
    assert verdict(source=Source.GUESSED, fits=fits) is Verdict.LEAD
    assert verdict(urgency=Urgency.DATED, wanted_by=TODAY + 300 * DAY, fits=fits) is Verdict.LATER
    assert verdict(source=Source.HEARD, urgency=Urgency.DATED, wanted_by=TODAY + 300 * DAY) is Verdict.LEAD


@pytest.mark.parametrize(
    ("field", "why"),
    [("knows_receiver", Why.HARDLY_KNOWS_RECEIVER), ("knows_client", Why.HARDLY_KNOWS_CLIENT)],
)
def test_r1_a_giver_who_hardly_knows_a_party_is_told_what_they_risk_and_may_go_on(field, why):
    risky = judge(answers(**{field: Known.HARDLY}), today=TODAY, policy=POLICY)
    assert [r.weight for r in risky.reasons if r.why is why] == [Weight.MIND]
    assert risky.verdict is Verdict.REFERRAL
    assert why not in whys(**{field: Known.SOMEWHAT})


@pytest.mark.parametrize(("steps_back", "why"), [(True, Why.STEPS_BACK), (False, Why.STAYS_BETWEEN)])
def test_r13_r14_the_giver_is_reminded_to_step_back(steps_back, why):
    found = [reason for reason in reasons(steps_back=steps_back) if reason.letter is Letter.EVALUATE]
    assert [reason.why for reason in found] == [why]
    assert verdict(steps_back=steps_back) is Verdict.REFERRAL


def test_r3_every_letter_is_explained_in_its_order_and_trying_changes_nothing():
    asked = answers()
    first = judge(asked, today=TODAY, policy=POLICY)
    letters = list(dict.fromkeys(reason.letter for reason in first.reasons))
    assert letters == list(Letter)
    assert judge(asked, today=TODAY, policy=POLICY) == first
