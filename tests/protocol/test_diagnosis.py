"""The four questions: when they are opened, and what the facts say to each (R12, R27, R29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol import care, diagnosis
from entremise.protocol.checklist import Field
from entremise.protocol.diagnosis import (
    About,
    Fact,
    Facts,
    Opened,
    Question,
    Received,
    Said,
    Speaks,
)
from entremise.protocol.overruled import Points
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome
from entremise.protocol.upkeep import Counts

POLICY = Policy()
TODAY = date(2026, 11, 22)
LOST, WON = Outcome.LOST, Outcome.WON


def came(uid: str, *, on: date, outcome: Outcome | None = None, ended: date | None = None) -> Received:
    return Received(uid=uid, introduced_on=on, outcome=outcome, ended_on=ended if outcome else None)


def long_ago(*outcomes: Outcome | None) -> list[Received]:
    """Introductions of a year ago, one a day, named a, b, c…, each ended on the day it came."""
    first = date(2025, 11, 1)
    days = [first + timedelta(days=n) for n in range(len(outcomes))]
    rows = enumerate(zip(days, outcomes, strict=True))
    return [came(chr(97 + n), on=day, outcome=said, ended=day) for n, (day, said) in rows]


def keys(received: list[Received], *, today: date = TODAY, answered: Any = ()) -> list[str]:
    days = answered if isinstance(answered, dict) else dict.fromkeys(answered, today)
    return [one.key for one in diagnosis.due(received, today=today, answered=days, policy=POLICY)]


# -- the month --------------------------------------------------------------------------------------


def test_r27_a_month_in_which_nothing_was_received_or_ended_asks_nothing() -> None:
    assert keys([]) == []
    assert keys([came("a", on=date(2026, 9, 3), outcome=LOST, ended=date(2026, 9, 20))]) == []


@pytest.mark.parametrize(
    "one",
    [
        came("a", on=date(2026, 11, 1)),
        came("a", on=date(2026, 11, 22)),
        came("a", on=date(2026, 3, 3), outcome=WON, ended=date(2026, 11, 5)),
        came("a", on=date(2026, 3, 3), outcome=Outcome.SET_ASIDE, ended=date(2026, 11, 5)),
    ],
)
def test_r27_a_month_in_which_something_was_received_or_ended_opens_the_questions(one: Received) -> None:
    (found,) = diagnosis.due([one], today=TODAY, answered={}, policy=POLICY)
    assert (found.key, found.opened, found.about) == ("2026-11", Opened.MONTH, ("a",))
    assert (found.since, found.until) == (date(2026, 11, 1), date(2026, 12, 10))


def test_the_month_just_past_stays_open_in_the_first_days_of_the_next_and_no_longer() -> None:
    rows = [came("a", on=date(2026, 10, 31)), came("b", on=date(2026, 11, 3))]
    assert keys(rows, today=date(2026, 11, 10)) == ["2026-10"]
    assert keys(rows, today=date(2026, 11, 10), answered={"2026-10"}) == ["2026-11"]
    assert keys(rows, today=date(2026, 11, 11)) == ["2026-11"]
    assert keys(rows, today=date(2026, 12, 10)) == ["2026-11"]
    assert keys(rows, today=date(2026, 12, 11)) == []


def test_a_year_ends_as_any_month_does() -> None:
    rows = [came("a", on=date(2026, 12, 31))]
    (found,) = diagnosis.due(rows, today=date(2027, 1, 10), answered={}, policy=POLICY)
    assert (found.key, found.until) == ("2026-12", date(2027, 1, 10))
    assert keys(rows, today=date(2027, 1, 11)) == []


def test_what_was_answered_is_open_no_more() -> None:
    rows = [came("a", on=date(2026, 11, 3))]
    assert keys(rows, answered={"2026-11"}) == []
    assert [one.key for one in diagnosis.openings(rows, today=TODAY, policy=POLICY)] == ["2026-11"]


@given(
    days=st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=6),
    today=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
)
def test_a_month_holds_the_day_something_came_and_is_open_from_then_on(days: list[date], today: date) -> None:
    rows = [came(str(n), on=day) for n, day in enumerate(days) if day <= today]
    for one in diagnosis.openings(rows, today=today, policy=POLICY):
        assert one.until is not None
        assert one.since <= today <= one.until
        assert {f"{row.introduced_on:%Y-%m}" for row in rows if row.uid in one.about} == {one.key}


# -- the streak -------------------------------------------------------------------------------------


def test_r27_three_failures_in_a_row_open_the_questions() -> None:
    assert keys(long_ago(LOST, Outcome.NOT_A_FIT)) == []
    (found,) = diagnosis.due(
        long_ago(LOST, Outcome.NOT_A_FIT, Outcome.NO_NEED), today=TODAY, answered={}, policy=POLICY
    )
    assert (found.key, found.opened, found.about) == ("streak:c", Opened.STREAK, ("a", "b", "c"))
    assert (found.since, found.until) == (date(2025, 11, 3), None)
    assert keys(long_ago(*[Outcome.NEVER_REACHED] * 3)) == ["streak:c"]


@pytest.mark.parametrize("between", [None, Outcome.SET_ASIDE])
def test_what_is_unknown_or_set_aside_neither_breaks_a_streak_nor_counts(between: Outcome | None) -> None:
    assert keys(long_ago(LOST, between, LOST)) == []
    assert keys(long_ago(LOST, between, LOST, LOST, between)) == ["streak:d"]


def test_what_was_won_breaks_a_streak() -> None:
    assert keys(long_ago(LOST, LOST, WON, LOST)) == []
    assert keys(long_ago(LOST, LOST, LOST, WON)) == []
    assert keys(long_ago(WON, LOST, LOST, LOST)) == ["streak:d"]


def test_a_streak_opens_the_questions_again_when_it_is_three_longer() -> None:
    rows = long_ago(*[LOST] * 5)
    assert keys(rows) == ["streak:c"]
    assert keys(rows, answered={"streak:c"}) == []
    more = long_ago(*[LOST] * 6)
    assert keys(more, answered={"streak:c"}) == ["streak:f"]
    assert keys(more) == ["streak:f"], "the questions are asked once, however long they were left"


def test_in_a_row_means_in_the_order_in_which_it_became_known_how_they_ended() -> None:
    rows = [
        came("late", on=date(2025, 1, 1), outcome=WON, ended=date(2025, 8, 1)),
        *(came(f"{n}", on=date(2025, 2, n), outcome=LOST, ended=date(2025, 3, n)) for n in (1, 2, 3)),
    ]
    assert keys(rows) == []
    assert keys(rows[1:]) == ["streak:3"]
    assert [one.uid for one in diagnosis.streak(rows[1:])] == ["1", "2", "3"]


def test_an_end_whose_day_is_not_known_counts_on_the_day_of_the_introduction() -> None:
    rows = [came(f"{n}", on=date(2025, 2, n), outcome=LOST) for n in (1, 2, 3)]
    (found,) = diagnosis.due(rows, today=TODAY, answered={}, policy=POLICY)
    assert (found.key, found.since) == ("streak:3", date(2025, 2, 3))


def test_a_streak_comes_before_the_months_and_one_form_waits_at_a_time() -> None:
    """R27, R29: a month that has nothing to do with the streak is asked about once the streak was."""
    rows = [*long_ago(LOST, LOST, LOST), came("z", on=TODAY)]
    assert keys(rows) == ["streak:c"]
    assert keys(rows, answered={"streak:c": TODAY}) == ["2026-11"]


def lately() -> list[Received]:
    """Three failures on the 5th, 6th and 7th of November."""
    return [came(f"{n}", on=date(2026, 10, n), outcome=LOST, ended=date(2026, 11, n)) for n in (5, 6, 7)]


def test_r27_what_was_answered_of_a_streak_holds_for_its_month_until_something_new_is_known() -> None:
    answered = {"2026-10": date(2026, 11, 2), "streak:7": date(2026, 11, 8)}
    assert keys(lately(), answered=answered) == []
    assert keys([*lately(), came("z", on=date(2026, 11, 8))], answered=answered) == []
    assert keys([*lately(), came("z", on=date(2026, 11, 9))], answered=answered) == ["2026-11"]
    won = came("z", on=date(2026, 1, 9), outcome=WON, ended=date(2026, 11, 9))
    assert keys([*lately(), won], answered=answered) == ["2026-11"], "a streak that was broken is asked about no more"


def test_r27_what_was_answered_of_a_month_holds_for_a_streak_that_was_known_then() -> None:
    assert keys(lately(), answered={"2026-11": date(2026, 11, 8)}) == []
    assert keys(lately(), answered={"2026-11": date(2026, 11, 6)}) == ["streak:7"]
    assert keys(lately(), answered={"2026-09": date(2026, 11, 8)}) == ["streak:7"], "another month says nothing of it"


@given(st.lists(st.sampled_from([*Outcome, None]), max_size=30))
def test_a_streak_is_open_exactly_where_three_known_failures_end_the_history(outcomes: list[Outcome | None]) -> None:
    """R27, against a plain reading of the rule."""
    counted = [one for one in outcomes if one is not None and one is not Outcome.SET_ASIDE]
    length = next((n for n, one in enumerate(reversed(counted)) if one is WON), len(counted))
    assert len(diagnosis.streak(long_ago(*outcomes))) == length
    assert len(keys(long_ago(*outcomes))) == (length >= POLICY.streak_from)


def test_a_key_tells_what_opened_the_questions() -> None:
    assert diagnosis.opened_by("2026-11") is Opened.MONTH
    assert diagnosis.opened_by("streak:abc") is Opened.STREAK


# -- the facts and what they say --------------------------------------------------------------------

ALL_PARTS = ("services", "markets", "areas", "availability", "listen_for", "not_for_me", "floor", "introduced")
CLEAR = Facts(
    on=TODAY,
    profile_days=30,
    people=12,
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
    assert found[About.IN_HANDS].day == date(2026, 11, 1)
    late = found.get(About.BEHIND)
    assert (late.speaks if late else None) is of_behind
