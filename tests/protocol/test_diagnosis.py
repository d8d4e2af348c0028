"""The four questions: when they are opened, and what the facts say to each (R12, R27, R29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from entremise.protocol import care, diagnosis
from entremise.protocol.checklist import Field
from entremise.protocol.diagnosis import About, Fact, Facts, Question, Said, Speaks
from entremise.protocol.overruled import Points
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome
from entremise.protocol.upkeep import Counts

POLICY = Policy()
TODAY = date(2026, 11, 22)
LOST, WON = Outcome.LOST, Outcome.WON


# -- the facts and what they say --------------------------------------------------------------------

ALL_PARTS = ("services", "markets", "areas", "availability", "listen_for", "not_for_me", "floor", "introduced")
CLEAR = Facts(
    on=TODAY,
    profile_days=30,
    people=12,
    handed_first=date(2026, 3, 1),
    handed_on=date(2026, 11, 1),
    overruled=Points(of=6),
    reviewed=4,
    here=4,
    asked=3,
    thanks=Counts(in_time=4),
    contact=Counts(in_time=4),
    news=Counts(in_time=4),
    outcomes={WON: 4},
)  # fmt: skip


def prepare(facts: Facts) -> dict[Question, diagnosis.Prepared]:
    return {one.question: one for one in diagnosis.prepared(facts, policy=POLICY)}


def spoken(facts: Facts, question: Question) -> dict[About, Fact]:
    found = prepare(facts)[question].facts
    assert len({(one.about, one.names) for one in found}) == len(found)
    return {one.about: one for one in found}


def changed(**more: Any) -> Facts:
    return replace(CLEAR, **more)


def test_r27_there_are_four_questions_in_their_order() -> None:
    assert [one.question for one in diagnosis.prepared(CLEAR, policy=POLICY)] == list(Question)
    assert list(Question) == [Question.MESSAGE, Question.CHECKED, Question.MARKETS, Question.TAUGHT]


def test_where_every_fact_speaks_for_it_a_yes_is_proposed() -> None:
    for one in prepare(CLEAR).values():
        assert one.speak_for == len(one.facts) > 0
        assert one.proposed is Said.YES


def test_where_every_fact_speaks_against_it_a_no_is_proposed() -> None:
    bare = Facts(on=TODAY, outcomes={Outcome.NOT_A_FIT: 1, Outcome.NO_NEED: 1}, news=Counts(late=1))
    for one in prepare(bare).values():
        assert one.speak_against == len(one.facts) > 0
        assert one.proposed is Said.NO


def test_where_facts_differ_partly_is_proposed_and_says_how_many_speak_for_what() -> None:
    found = prepare(changed(profile_missing=("floor",)))[Question.MESSAGE]
    assert (found.speak_for, found.speak_against, found.proposed) == (4, 1, Said.PARTLY)


def test_where_no_fact_exists_nothing_is_proposed() -> None:
    found = prepare(Facts(on=TODAY))[Question.CHECKED]
    assert (found.facts, found.proposed) == ((), None)


def test_what_is_only_to_know_decides_nothing() -> None:
    facts = Facts(on=TODAY, thanks=Counts(in_time=2, late=1))
    found = prepare(facts)[Question.CHECKED]
    assert [one.speaks for one in found.facts] == [Speaks.KNOW]
    assert found.proposed is None


@pytest.mark.parametrize(("days", "speaks"), [(0, Speaks.FOR), (364, Speaks.FOR), (365, Speaks.AGAINST)])
def test_a_profile_unchanged_for_a_year_speaks_against_a_clear_message(days: int, speaks: Speaks) -> None:
    fact = spoken(changed(profile_days=days), Question.MESSAGE)[About.PROFILE_AGE]
    assert (fact.count, fact.speaks) == (days, speaks)


def test_no_profile_speaks_against_three_questions_and_has_no_age_and_is_in_nobodys_hands() -> None:
    facts = changed(profile_days=None, profile_missing=ALL_PARTS)
    for question in (Question.MESSAGE, Question.MARKETS, Question.TAUGHT):
        found = spoken(facts, question)
        assert found[About.NO_PROFILE].speaks is Speaks.AGAINST
        assert not {About.PROFILE_AGE, About.PARTS_SAID, About.PARTS_EMPTY, About.IN_HANDS} & set(found)
    assert About.NO_PROFILE not in spoken(facts, Question.CHECKED)


def _named(found: dict[Question, diagnosis.Prepared], about: About) -> Iterator[str]:
    for one in found.values():
        for fact in one.facts:
            yield from fact.names if fact.about is about else ()


def test_every_part_of_a_profile_speaks_to_exactly_one_question() -> None:
    said, empty = prepare(CLEAR), prepare(changed(profile_missing=ALL_PARTS))
    names, left = [*_named(said, About.PARTS_SAID)], [*_named(empty, About.PARTS_EMPTY)]
    assert sorted(names) == sorted(left) == sorted(ALL_PARTS)
    assert not [*_named(empty, About.PARTS_SAID)]


def test_a_profile_that_says_something_and_leaves_something_empty_says_both() -> None:
    found = spoken(changed(profile_missing=("markets", "floor")), Question.MARKETS)
    assert found[About.PARTS_SAID].names == ("not_for_me",)
    assert found[About.PARTS_EMPTY].names == ("markets",)


def test_r12_each_point_overruled_speaks_to_one_question_with_its_count_only() -> None:
    for point in care.Question:
        facts = changed(overruled=Points(of=6, times={point: 2}))
        found = [(one.question, fact) for one in prepare(facts).values() for fact in one.facts]
        ((_question, fact),) = [(where, one) for where, one in found if one.about is About.OVERRULED]
        assert (fact.speaks, fact.count, fact.of, fact.names) == (Speaks.AGAINST, 2, 6, (point.value,))


def test_that_nothing_was_overruled_speaks_for_a_yes_and_that_too_few_gave_says_nothing() -> None:
    none = spoken(CLEAR, Question.MARKETS)[About.NONE_OVERRULED]
    assert (none.speaks, none.of, none.names) == (Speaks.FOR, 6, ("market",))
    few = prepare(changed(overruled=Points()))
    abouts = {fact.about for one in few.values() for fact in one.facts}
    assert not {About.OVERRULED, About.NONE_OVERRULED} & abouts


def test_what_ones_own_part_did_not_say_speaks_against_a_clear_message_from_half_of_them_on() -> None:
    facts = changed(lacking={Field.BEST_TIME: 2, Field.BOOKING: 1, Field.BUDGET: 0})
    found = [one for one in prepare(facts)[Question.MESSAGE].facts if one.about is About.PART_LACKS]
    assert [(one.names, one.count, one.of, one.speaks) for one in found] == [
        (("best_time",), 2, 4, Speaks.AGAINST),
        (("booking",), 1, 4, Speaks.KNOW),
    ]
    assert spoken(CLEAR, Question.MESSAGE)[About.PART_WHOLE].of == 4
    outside = spoken(changed(here=0, asked=0), Question.MESSAGE)
    assert not {About.PART_WHOLE, About.PART_LACKS} & set(outside)


@pytest.mark.parametrize(("asked", "speaks"), [(0, Speaks.AGAINST), (1, Speaks.AGAINST), (2, Speaks.FOR)])
def test_questions_never_asked_of_the_giver_speak_against_having_checked(asked: int, speaks: Speaks) -> None:
    fact = spoken(changed(asked=asked), Question.CHECKED)[About.ASKED]
    assert (fact.count, fact.of, fact.speaks) == (asked, 4, speaks)
    assert About.ASKED not in spoken(changed(here=0), Question.CHECKED)


@pytest.mark.parametrize(
    ("outcome", "question", "about"),
    [
        (Outcome.NO_NEED, Question.CHECKED, About.NO_NEED),
        (Outcome.NEVER_REACHED, Question.CHECKED, About.NEVER_REACHED),
        (Outcome.NOT_A_FIT, Question.MARKETS, About.NOT_A_FIT),
    ],
)
def test_how_they_ended_speaks_where_a_question_would_have_told(
    outcome: Outcome, question: Question, about: About
) -> None:
    facts = changed(outcomes={outcome: 2, WON: 1, Outcome.SET_ASIDE: 5})
    fact = spoken(facts, question)[about]
    assert (fact.speaks, fact.count, fact.of) == (Speaks.AGAINST, 2, 3)
    assert about not in spoken(CLEAR, question)


@pytest.mark.parametrize(
    ("question", "name", "about"),
    [
        (Question.CHECKED, "thanks", About.THANKS),
        (Question.CHECKED, "contact", About.CONTACT),
        (Question.TAUGHT, "news", About.NEWS),
    ],
)
@pytest.mark.parametrize(
    ("counts", "speaks"),
    [
        (Counts(in_time=3), Speaks.FOR),
        (Counts(in_time=2, late=1), Speaks.KNOW),
        (Counts(in_time=1, not_yet=1), Speaks.AGAINST),
        (Counts(late=1), Speaks.AGAINST),
        (Counts(), None),
    ],
)
def test_what_was_late_half_of_the_time_speaks_against(
    question: Question, name: str, about: About, counts: Counts, speaks: Speaks | None
) -> None:
    fact = spoken(changed(**{name: counts}), question).get(about)
    assert (fact.speaks if fact else None) is speaks
    assert fact is None or fact.counts == counts


@pytest.mark.parametrize(
    ("people", "behind", "speaks", "of_behind"),
    [
        (0, 0, Speaks.AGAINST, None),
        (4, 0, Speaks.FOR, None),
        (4, 1, Speaks.FOR, Speaks.KNOW),
        (4, 2, Speaks.FOR, Speaks.AGAINST),
    ],
)
def test_a_profile_in_nobodys_hands_or_an_older_one_in_many_speaks_against_having_taught(
    people: int, behind: int, speaks: Speaks, of_behind: Speaks | None
) -> None:
    found = spoken(changed(people=people, behind=behind), Question.TAUGHT)
    assert (found[About.IN_HANDS].count, found[About.IN_HANDS].speaks) == (people, speaks)
    assert (found[About.IN_HANDS].since, found[About.IN_HANDS].day) == (date(2026, 3, 1), date(2026, 11, 1))
    late = found.get(About.BEHIND)
    assert (late.speaks if late else None) is of_behind
