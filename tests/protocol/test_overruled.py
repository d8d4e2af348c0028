"""What the receiver may know of what givers overruled, and what no history of it tells (R12, R27)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from entremise.protocol import care, overruled
from entremise.protocol.overruled import Overruled, Points
from entremise.protocol.policy import Policy

POLICY = Policy()
TODAY = date(2026, 11, 22)
BUDGET, MARKET = care.Question.BUDGET, care.Question.MARKET


def passed(*givers: str, by: str = "", on: date = TODAY, point: care.Question = BUDGET) -> list[Overruled]:
    """Introductions by these givers on a day, in their order; those in `by` overruled a point."""
    return [Overruled(giver=one, introduced_on=on, points=frozenset({point} if one in by else ())) for one in givers]


def told(rows: list[Overruled], *, today: date = TODAY) -> Points:
    return overruled.tellable(rows, today=today, policy=POLICY)


def test_r12_nothing_is_told_before_three_different_givers_count_together() -> None:
    assert told([]) == Points()
    assert told(passed(*"ab", by="a")) == Points()
    assert told(passed(*"aaaabbbb", by="ab")) == Points()
    assert told(passed(*"abc", by="a")) == Points(of=3, times={BUDGET: 1})
    assert told(passed(*"abc")) == Points(of=3)


def test_r12_one_more_introduction_is_never_told_by_itself() -> None:
    before = passed(*"abc", by="a")
    after = told([*before, *passed("d", by="d")])
    assert after == told(before)
    assert told([*before, *passed(*"de", by="d")]) == told(before)
    assert told([*before, *passed(*"def", by="d")]) == Points(of=6, times={BUDGET: 2})


def test_r12_where_all_of_them_overruled_it_one_is_left_out_so_that_none_is_known_to_have() -> None:
    assert told(passed(*"abc", by="abc")) == told(passed(*"abc", by="ab")) == Points(of=3, times={BUDGET: 2})


def test_r12_a_giver_counts_once_in_a_batch_however_often_they_overruled() -> None:
    assert told(passed(*"aaaabc", by="a")) == Points(of=6, times={BUDGET: 1})


def test_points_are_told_apart() -> None:
    rows = [*passed("a", by="a"), *passed("b", by="b", point=MARKET), *passed("c")]
    assert told(rows) == Points(of=3, times={BUDGET: 1, MARKET: 1})


def test_what_was_overruled_more_than_a_year_ago_is_told_no_more_and_batches_stay_as_they_were() -> None:
    old = passed(*"abc", by="ab", on=TODAY - timedelta(days=366))
    assert told(old) == Points()
    assert told(passed(*"abc", by="a", on=TODAY - timedelta(days=365))).of == 3
    assert told([*old, *passed(*"ad", by="a")]) == Points(), "the old ones do not make up the new batch"


def test_a_batch_is_told_for_a_year_from_its_last_introduction() -> None:
    old = TODAY - timedelta(days=366)
    assert told([*passed(*"ab", on=old), *passed("c", by="c")]) == Points(of=3, times={BUDGET: 1})
    assert told([*passed(*"aab", on=old), *passed("c", on=TODAY - timedelta(days=365))]).of == 4


@settings(max_examples=300)
@given(
    givers=st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), max_size=14),
    who=st.sampled_from("abcde"),
)
def test_r12_no_history_of_what_is_told_shows_that_a_giver_overruled(givers: list[tuple[str, bool]], who: str) -> None:
    """Whoever reads it after every single introduction, and knows who gave each, finds every giver in doubt: in each
    step where a count grew, another giver of that batch could account for all that `who` is said to have done."""

    def rows(upto: int) -> list[Overruled]:
        return [one for giver, did in givers[:upto] for one in passed(giver, by=giver if did else "")]

    seen = [told(rows(n)) for n in range(len(givers) + 1)]
    last = 0
    for n, (before, after) in enumerate(pairwise(seen), start=1):
        if after == before:
            continue
        batch = {giver for giver, _did in givers[last:n]}
        last = n
        grew = after.times.get(BUDGET, 0) - before.times.get(BUDGET, 0)
        assert grew <= len(batch - {who})
        assert len(batch) >= POLICY.batch_givers
