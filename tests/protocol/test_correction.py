"""Small corrections: what speaks for one, and the two periods that show what came of it (R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.people.queries.profiles import PARTS
from entremise.protocol import care
from entremise.protocol.correction import (
    PART_OF,
    Adopted,
    CorrectionKind,
    Proposal,
    Stretch,
    keeps_sides,
    periods,
    propose,
    stretches,
)
from entremise.protocol.diagnosis import About, Fact, Facts, Prepared, Question, Said, Speaks, prepared
from entremise.protocol.measure import Measured, Tally
from entremise.protocol.overruled import Points
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.protocol.upkeep import Counts

TODAY = date(2026, 11, 22)


def day(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def adopted(
    uid: str,
    on: int,
    *,
    dropped: int | None = None,
    noted: int | None = None,
    kind: CorrectionKind = CorrectionKind.NAME_PRICES,
) -> Adopted:
    return Adopted(
        uid=uid,
        kind=kind,
        words="",
        on=day(on),
        dropped_on=None if dropped is None else day(dropped),
        noted_on=day(on if noted is None else noted),
        review="",
        profile_version=0,
    )


def came(on: int, outcome: Outcome | None) -> Measured:
    return Measured(
        uid=f"{on}",
        here=True,
        introduced_on=day(on),
        outcome=outcome,
        other="",
        other_name="",
        trade="",
        completeness=None,
        letters={},
    )


WON, LOST = Outcome.WON, Outcome.LOST


# -- periods ----------------------------------------------------------------------------------------


def test_r28_a_correction_is_compared_from_its_own_day_with_everything_before_it() -> None:
    rows = [came(0, WON), came(5, LOST), came(9, None), came(10, WON), came(30, WON), came(40, Outcome.SET_ASIDE)]
    (only,) = periods([adopted("a", 10)], received=rows, policy=DEFAULT)
    assert only.before.stretch == Stretch(first=None, until=day(10), in_force=())
    assert only.after.stretch == Stretch(first=day(10), until=None, in_force=("a",))
    assert only.before.stretch.last == day(9)
    assert only.after.stretch.last is None
    assert only.before.tally == Tally(1, 2, 1)
    assert only.after.tally == Tally(2, 2, 1)
    assert only.together == ()
    assert only.set_apart == 0


def test_r28_of_two_corrections_each_has_its_own_two_periods() -> None:
    rows = [came(1, LOST), came(11, WON), came(12, LOST), came(21, WON)]
    second, first = periods([adopted("a", 10), adopted("b", 20)], received=rows, policy=DEFAULT)
    assert (first.correction.uid, second.correction.uid) == ("a", "b")
    assert (first.before.tally, first.after.tally) == (Tally(0, 1), Tally(1, 2))
    assert first.after == second.before
    assert second.after.tally == Tally(1, 1)
    assert second.after.stretch.in_force == ("a", "b")


def test_r28_a_correction_that_is_dropped_ends_its_period_and_begins_none() -> None:
    rows = [came(1, LOST), came(12, WON), came(16, LOST), came(25, WON)]
    later, first = periods([adopted("a", 10, dropped=15), adopted("b", 20)], received=rows, policy=DEFAULT)
    assert first.after.stretch == Stretch(first=day(10), until=day(15), in_force=("a",))
    assert first.after.tally == Tally(1, 1)
    assert later.before.stretch == Stretch(first=day(15), until=day(20), in_force=())
    assert later.before.tally == Tally(0, 1)


def test_r28_two_of_the_same_day_cannot_be_told_apart_and_say_so() -> None:
    dropped = adopted("a", 5, dropped=10)
    found = periods([dropped, adopted("b", 10), adopted("c", 10)], received=[], policy=DEFAULT)
    by_uid = {one.correction.uid: one for one in found}
    assert by_uid["b"].together == ("a", "c")
    assert by_uid["c"].together == ("a", "b")
    assert by_uid["a"].together == ()
    assert by_uid["b"].after == by_uid["c"].after


def test_a_correction_dropped_on_its_first_day_was_never_in_force() -> None:
    never = adopted("a", 10, dropped=10)
    assert periods([never], received=[came(3, WON)], policy=DEFAULT) == ()
    assert stretches([never]) == (Stretch(first=None, until=None, in_force=()),)
    assert periods([never, adopted("b", 10)], received=[], policy=DEFAULT)[0].together == ()


def test_r28_a_streak_just_before_is_set_apart_and_fewer_failures_are_not() -> None:
    """After some in a row, things tend to get better by themselves: with them, any change would look good."""
    rows = [came(1, WON), came(2, LOST), came(3, Outcome.SET_ASIDE), came(4, LOST), came(5, Outcome.NEVER_REACHED)]
    (only,) = periods([adopted("a", 6)], received=rows, policy=DEFAULT)
    assert only.set_apart == 3
    assert only.before.tally == Tally(1, 1, 1)
    (only,) = periods([adopted("a", 5)], received=rows, policy=DEFAULT)
    assert only.set_apart == 0
    assert only.before.tally == Tally(1, 3, 1)


@pytest.mark.parametrize(
    ("on", "keeps"),
    [(10, True), (11, True), (12, False), (30, False), (6, True), (5, False), (0, False)],
)
def test_r28_a_first_day_moves_only_where_no_known_end_changes_sides(on: int, keeps: bool) -> None:
    rows = [came(5, LOST), came(7, None), came(8, Outcome.SET_ASIDE), came(11, WON), came(20, None)]
    assert keeps_sides(adopted("a", 10), on=day(on), received=rows) is keeps


def test_r28_ends_of_what_had_come_when_it_was_adopted_are_counted() -> None:
    rows = [came(5, LOST), came(10, WON), came(15, None), came(19, LOST), came(20, WON), came(30, WON)]
    (only,) = periods([adopted("a", 10, noted=20)], received=rows, policy=DEFAULT)
    assert (only.in_hindsight, only.after.tally) == (2, Tally(3, 4, 1))
    (only,) = periods([adopted("a", 10)], received=rows, policy=DEFAULT)
    assert only.in_hindsight == 0


_DAYS = st.integers(min_value=0, max_value=60)


@st.composite
def _corrections(draw: st.DrawFn) -> list[Adopted]:
    spans = draw(st.lists(st.tuples(_DAYS, st.none() | _DAYS), max_size=6))
    return [
        adopted(str(number), on, dropped=None if lasts is None else on + lasts)
        for number, (on, lasts) in enumerate(spans)
    ]


@given(_corrections(), st.lists(st.tuples(_DAYS, st.none() | st.sampled_from(Outcome)), max_size=30))
def test_r28_stretches_never_overlap_and_every_introduction_falls_in_exactly_one(
    corrections: list[Adopted], rows: list[tuple[int, Outcome | None]]
) -> None:
    received = [replace(came(on, outcome), uid=str(number)) for number, (on, outcome) in enumerate(rows)]
    cut = stretches(corrections)
    assert cut[0].first is None
    assert cut[-1].until is None
    assert all(one.until == then.first for one, then in pairwise(cut))
    assert all(one.first is None or one.until is None or one.first < one.until for one in cut)
    for each in received:
        assert sum(one.holds(each.introduced_on) for one in cut) == 1
    for one in cut:
        in_force = [uid.uid for uid in corrections if one.first is not None and uid.holds(one.first)]
        assert sorted(one.in_force) == sorted(in_force)
    found = periods(corrections, received=received, policy=DEFAULT)
    assert {one.correction.uid for one in found} == {one.uid for one in corrections if one.ever_held}
    for compared in found:
        before, after = compared.before, compared.after
        assert before.stretch.until == after.stretch.first == compared.correction.on
        within = [one for one in received if before.stretch.holds(one.introduced_on)]
        assert before.tally.all + compared.set_apart == len(within)
        assert after.tally.all == sum(after.stretch.holds(one.introduced_on) for one in received)
        assert compared.correction.uid in after.stretch.in_force
        assert compared.correction.uid not in before.stretch.in_force
        assert compared.set_apart == 0 or compared.set_apart >= DEFAULT.streak_from


# -- what speaks for one ----------------------------------------------------------------------------


def against(question: Question, about: About, *names: str) -> Prepared:
    return Prepared(question=question, facts=(Fact(about=about, speaks=Speaks.AGAINST, names=names),))


def kinds(found: tuple[Proposal, ...]) -> list[CorrectionKind]:
    return [one.kind for one in found]


def test_r28_nothing_is_proposed_where_nothing_speaks_for_it() -> None:
    quiet = [Prepared(question=one, facts=()) for one in Question]
    assert propose(quiet, answers={}, in_force=()) == ()
    loud = [against(Question.MESSAGE, About.PROFILE_AGE), against(Question.CHECKED, About.ASKED)]
    everything_fine = dict.fromkeys(Question, Said.YES)
    assert propose(loud, answers=everything_fine, in_force=()) == ()
    to_know = Prepared(question=Question.TAUGHT, facts=(Fact(about=About.BEHIND, speaks=Speaks.KNOW, count=1, of=9),))
    assert propose([to_know], answers={}, in_force=()) == ()


def test_r28_the_members_own_word_leads_and_then_the_facts() -> None:
    questions = [
        against(Question.MESSAGE, About.PROFILE_AGE),
        against(Question.CHECKED, About.ASKED),
        against(Question.TAUGHT, About.BEHIND),
    ]
    answers = {Question.MESSAGE: Said.PARTLY, Question.TAUGHT: Said.NO}
    found = propose(questions, answers=answers, in_force=())
    assert kinds(found) == [
        CorrectionKind.UPDATE_WHAT_IS_IN_HANDS,
        CorrectionKind.RENEW_PROFILE,
        CorrectionKind.ASK_THE_GIVER_FIRST,
    ]
    assert found[0].reasons[0].said is Said.NO
    assert found[0].reasons[0].fact == questions[2].facts[0]


def test_r28_what_is_in_force_is_not_proposed_again() -> None:
    questions = [against(Question.MESSAGE, About.PARTS_EMPTY, "floor", "areas")]
    assert kinds(propose(questions, answers={}, in_force=())) == [CorrectionKind.NAME_PRICES, CorrectionKind.NAME_AREAS]
    found = propose(questions, answers={}, in_force={CorrectionKind.NAME_PRICES})
    assert kinds(found) == [CorrectionKind.NAME_AREAS]
    assert propose(questions, answers={}, in_force=set(CorrectionKind)) == ()


def test_what_more_facts_speak_for_comes_first() -> None:
    asked = Fact(about=About.ASKED, speaks=Speaks.AGAINST, count=0, of=4)
    no_need = Fact(about=About.NO_NEED, speaks=Speaks.AGAINST, count=2, of=4)
    late = Fact(about=About.CONTACT, speaks=Speaks.AGAINST, counts=Counts(late=3))
    found = propose([Prepared(question=Question.CHECKED, facts=(late, asked, no_need))], answers={}, in_force=())
    assert kinds(found) == [CorrectionKind.ASK_THE_GIVER_FIRST, CorrectionKind.CALL_SOONER]
    assert [reason.fact for reason in found[0].reasons] == [asked, no_need]


@pytest.mark.parametrize("question", Question)
def test_an_answer_without_facts_is_reason_enough(question: Question) -> None:
    quiet = [Prepared(question=question, facts=())]
    for said in (Said.PARTLY, Said.NO):
        (only,) = propose(quiet, answers={question: said}, in_force=())
        assert only.reasons[0].said is said
        assert only.reasons[0].fact is None


def test_every_part_of_a_profile_has_its_correction() -> None:
    assert set(PART_OF.values()) == set(PARTS)


_COUNTS = st.builds(
    Counts, in_time=st.integers(0, 3), late=st.integers(0, 3), not_yet=st.integers(0, 3)
)  # any of them may be due
_FACTS = st.builds(
    Facts,
    on=st.just(TODAY),
    profile_days=st.none() | st.integers(0, 1000),
    profile_missing=st.lists(st.sampled_from(PARTS), unique=True).map(tuple),
    people=st.integers(0, 5),
    behind=st.integers(0, 5),
    overruled=st.builds(
        Points, of=st.integers(0, 9), times=st.dictionaries(st.sampled_from(care.Question), st.integers(0, 3))
    ),
    reviewed=st.integers(0, 9),
    here=st.integers(0, 9),
    asked=st.integers(0, 9),
    thanks=_COUNTS,
    contact=_COUNTS,
    news=_COUNTS,
    outcomes=st.dictionaries(st.sampled_from(Outcome), st.integers(0, 4)),
)
_ANSWERS = st.dictionaries(st.sampled_from(Question), st.sampled_from(Said))


@given(_FACTS, _ANSWERS, st.sets(st.sampled_from(CorrectionKind)))
def test_r28_whatever_the_facts_each_proposal_has_its_reasons_and_is_new(
    facts: Facts, answers: dict[Question, Said], in_force: set[CorrectionKind]
) -> None:
    found = propose(prepared(facts, policy=DEFAULT), answers=answers, in_force=in_force)
    assert len(set(kinds(found))) == len(found)
    assert not set(kinds(found)) & in_force
    assert CorrectionKind.OWN not in kinds(found)
    for one in found:
        assert one.reasons
        assert all(reason.said is not Said.YES for reason in one.reasons)
        assert all(reason.fact is None or reason.fact.speaks is Speaks.AGAINST for reason in one.reasons)
