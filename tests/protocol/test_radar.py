"""The radar: judgement against what came of it, by hand and by what has to hold (R15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from entremise.protocol.care import Letter
from entremise.protocol.evaluation import Again, Match
from entremise.protocol.measure import Tally, TooFewError
from entremise.protocol.policy import DEFAULT
from entremise.protocol.radar import Came, Judged, Radar, Reason, Side, Why, batches, came, radar, seen
from entremise.protocol.types import Outcome

YES, PARTLY, NO = Match.YES, Match.PARTLY, Match.NO
DAY = date(2026, 3, 2)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLEAR = dict.fromkeys(Letter, True)
PLAIN = Judged(
    uid="1",
    on=DAY,
    receiver="r1",
    receiver_name="Rose",
    client="c1",
    client_name="Colin",
    trade="crafts",
    letters=CLEAR,
)


def said(*voices: Match | None) -> Judged:
    """Return an introduction of which giver, receiver and client say so, as many as are given."""
    giver, receiver, client = (*voices, None, None, None)[:3]
    return replace(PLAIN, match_giver=giver, match_receiver=receiver, match_client=client)


def on(judged: Iterable[Judged]) -> Radar:
    return radar(judged, now=NOW, policy=DEFAULT)


def why(judged: Iterable[Judged], *, name: str = "Rose") -> tuple[Reason, ...]:
    return next((one.reasons for one in on(judged).know_better if one.person.name == name), ())


def closed(*judged: Judged) -> list[Judged]:
    """Return introductions about which both parties were asked, and nobody can answer any more, one after the other."""
    return [replace(one, uid=f"closed {n}", closes=NOW - timedelta(days=99 - n)) for n, one in enumerate(judged)]


JUDGED = some.lists(
    some.builds(
        Judged,
        uid=some.uuids().map(str),
        on=some.dates(date(2025, 1, 1), date(2026, 12, 31)),
        receiver=some.sampled_from(["r1", "r2", ""]),
        receiver_name=some.just("Rose"),
        client=some.sampled_from(["c1", "c2", ""]),
        client_name=some.just("Colin"),
        trade=some.sampled_from(["crafts", "law", ""]),
        letters=some.dictionaries(some.sampled_from(list(Letter)), some.booleans()),
        match_giver=some.sampled_from([*Match, None]),
        match_receiver=some.sampled_from([*Match, None]),
        match_client=some.sampled_from([*Match, None]),
        again_receiver=some.sampled_from([*Again, None]),
        again_client=some.sampled_from([*Again, None]),
        outcome=some.sampled_from([*Outcome, None]),
        closes=some.none() | some.integers(-9, 3).map(lambda days: NOW + timedelta(days=days)),
    ),
    max_size=40,
    unique_by=lambda one: one.uid,
)


# --- what good means -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("voices", "meant", "differ"),
    [
        ((), None, False),
        ((YES,), Came.GOOD, False),
        ((YES, PARTLY, None), Came.GOOD, False),
        ((None, None, PARTLY), Came.PARTLY, False),
        ((PARTLY, PARTLY, PARTLY), Came.PARTLY, False),
        ((NO,), Came.OFF, False),
        ((PARTLY, NO, None), Came.OFF, False),
        ((YES, NO, None), Came.PARTLY, True),
        ((YES, YES, NO), Came.PARTLY, True),
        ((PARTLY, YES, NO), Came.PARTLY, True),
    ],
)
def test_r15_good_is_what_those_who_answered_say(voices, meant, differ):
    assert (came(said(*voices)), said(*voices).differ) == (meant, differ)


def test_r15_partly_is_not_good_silence_is_not_bad_and_who_disagrees_is_counted():
    found = seen([said(YES), said(YES, PARTLY), said(PARTLY), said(NO), said(YES, NO), said(), said()])
    # Five answered, two of them good; the two in between are one "partly" and one yes against no; one was off.
    assert found.good.tally == Tally(won=2, ended=5, unknown=2)
    assert (found.partly, found.off, found.differ) == (2, 1, 1)
    assert found.good.mean == pytest.approx(3 / 7)


def test_r15_below_the_minimum_there_are_counts_and_no_percentage():
    found = on([said(YES)] * 4)
    with pytest.raises(TooFewError):
        found.all.good.percents(DEFAULT)
    assert found.all.good.tally == Tally(4, 4)


@given(judged=JUDGED)
def test_counts_add_up_over_trades_letters_and_people(judged):
    found = on(judged)
    whole = found.all
    assert sum(one.seen.good.tally.all for one in found.trades) == whole.good.tally.all == len(judged)
    assert whole.good.tally.won + whole.partly + whole.off == whole.good.tally.ended
    assert whole.differ <= whole.partly
    for one in found.letters:
        looked = sum(one.letter in each.letters for each in judged)
        assert one.clear.good.tally.all + one.minded.good.tally.all == looked
    for people, named in (
        (found.receivers, [each for each in judged if each.receiver]),
        (found.clients, [each for each in judged if each.client]),
    ):
        assert sum(one.again.tally.all for one in people) == len(named)
        assert all(one.again.tally.won + one.perhaps + one.no == one.again.tally.ended for one in people)


# --- by trade and letter ---------------------------------------------------------------------------------------


def test_r15_each_letter_is_seen_where_it_was_clear_and_where_something_was_minded():
    minded = {**CLEAR, Letter.RELEVANT: False}
    outside = replace(said(YES), letters={})  # no test was taken: it says nothing of the letters
    found = on([said(YES), said(YES), replace(said(NO), letters=minded), replace(said(YES), letters=minded), outside])
    by = {one.letter: one for one in found.letters}
    assert list(by) == list(Letter)
    assert (by[Letter.RELEVANT].clear.good.tally, by[Letter.RELEVANT].minded.good.tally) == (Tally(2, 2), Tally(1, 2))
    assert (by[Letter.CONSENT].clear.good.tally, by[Letter.CONSENT].minded.good.tally) == (Tally(3, 4), Tally(0, 0))


def test_r15_trades_are_ranked_only_on_enough_and_else_stand_by_count():
    def many(trade: str, *, good: int, off: int = 0) -> list[Judged]:
        return [replace(each, trade=trade) for each in [said(YES)] * good + [said(NO)] * off]

    lots = many("law", good=3) + many("crafts", good=5, off=5) + many("inn", good=9, off=2) + many("tax", good=9)
    assert [one.trade for one in on(lots).trades] == ["inn", "crafts", "tax", "law"]


# --- would refer again -----------------------------------------------------------------------------------------


def test_r15_would_refer_again_is_counted_by_receiver_and_by_client():
    judged = [
        replace(PLAIN, again_receiver=Again.YES, again_client=Again.NO),
        replace(PLAIN, again_receiver=Again.PERHAPS),
        replace(PLAIN, on=DAY + timedelta(days=9), receiver_name="Rose Marin", again_receiver=Again.NO),
        replace(PLAIN),
    ]
    found = on(judged)
    (rose,), (colin,) = found.receivers, found.clients
    assert (rose.side, rose.key, rose.name) == (Side.RECEIVER, "r1", "Rose Marin")
    assert (rose.again.tally, rose.perhaps, rose.no) == (Tally(1, 3, 1), 1, 1)
    assert (colin.again.tally, colin.perhaps, colin.no) == (Tally(0, 1, 3), 0, 1)


def test_r15_the_forgotten_count_and_are_not_named():
    found = on([replace(said(NO), receiver="", receiver_name="", client="", client_name="")])
    assert found.all.off == 1
    assert (found.receivers, found.clients, found.know_better) == ((), (), ())


def test_r15_people_are_ranked_only_on_enough():
    def many(key: str, *, yes: int, no: int = 0) -> list[Judged]:
        return [replace(PLAIN, receiver=key, again_receiver=said) for said in [Again.YES] * yes + [Again.NO] * no]

    lots = many("few", yes=9) + many("half", yes=6, no=6) + many("most", yes=8, no=2)
    assert [one.key for one in on(lots).receivers] == ["most", "half", "few"]


# --- whom to get to know better --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("judged", "reasons"),
    [
        ([said(YES), said(YES)], ()),
        ([said(YES), said()], ()),  # half known is not fewer than half
        ([said(NO), said(YES)], (Reason(Why.WAS_OFF, 1),)),
        ([replace(said(YES), outcome=Outcome.NOT_A_FIT)], (Reason(Why.WAS_OFF, 1),)),
        ([replace(said(YES), outcome=Outcome.LOST)], ()),  # lost is no misjudgement
        ([replace(said(YES), again_receiver=Again.PERHAPS)], (Reason(Why.HESITATES, 1),)),
        ([said(YES), said(), said()], (Reason(Why.FEW_KNOWN, 1),)),
        ([replace(said(), outcome=Outcome.WON), said()], ()),  # of how it ended the giver was told
        ([said(), said()], (Reason(Why.NONE_KNOWN, 2),)),
        ([said(NO), said(), said()], (Reason(Why.WAS_OFF, 1), Reason(Why.FEW_KNOWN, 1))),
    ],
)
def test_r15_whom_to_get_to_know_better_has_its_reasons_the_strongest_first(judged, reasons):
    assert why(judged) == reasons


def test_r15_only_the_last_word_says_whether_the_giver_hesitates():
    first = replace(said(YES), again_receiver=Again.PERHAPS)
    later = replace(first, on=DAY + timedelta(days=1), again_receiver=Again.YES)
    assert why([later, first]) == ()


def test_r15_whom_the_giver_would_not_refer_again_is_left_alone():
    first = replace(said(NO), again_receiver=Again.YES)
    later = replace(said(NO), on=DAY + timedelta(days=1), again_receiver=Again.NO)
    assert why([first, later]) == ()
    assert why([first, later], name="Colin") == (Reason(Why.WAS_OFF, 2),)


def test_r15_the_strongest_reason_comes_first_then_the_most_frequent():
    def about(key: str, *judged: Judged) -> list[Judged]:
        return [replace(each, receiver=key, receiver_name=key, client="", client_name="") for each in judged]

    lots = about("silent", said(), said()) + about("once", said(NO)) + about("twice", said(NO), said(NO))
    found = on([*lots, *about("busy", said(NO), said(YES), said(YES))])
    assert [(one.person.name, one.introductions) for one in found.know_better] == [
        ("twice", 2),
        ("busy", 3),
        ("once", 1),
        ("silent", 2),
    ]


@given(judged=JUDGED)
def test_a_voice_more_that_says_yes_never_makes_a_match_worse(judged):
    better = [replace(one, match_client=YES) if one.match_client is None else one for one in judged]
    order = [Came.OFF, Came.PARTLY, Came.GOOD]
    for before, after in zip(judged, better, strict=True):
        if (was := came(before)) is not None and (now := came(after)) is not None:
            assert order.index(now) >= order.index(was)


# --- nobody's answer is read off -------------------------------------------------------------------------------


def numbered(judged: Iterable[Judged]) -> list[Judged]:
    return [replace(one, uid=str(n)) for n, one in enumerate(judged)]


def parties(of: Judged, receiver: Match | None, client: Match | None) -> Judged:
    return replace(of, match_receiver=receiver, match_client=client)


def test_r14_what_the_parties_answer_counts_for_three_introductions_together_once_their_time_is_over():
    waits = closed(said(None, NO), said(None, NO), said(None, YES))
    assert on(waits[:2]).all == seen([said(), said()])
    assert on(waits).all == seen([said(NO), said(NO), said(YES)])
    late = [*waits[:2], replace(waits[2], closes=NOW + timedelta(seconds=1))]
    assert on(late).all == seen([said(), said(), said()])


def test_r14_own_records_and_where_not_both_were_asked_do_not_make_the_company_in_which_others_are_counted():
    rows = closed(*[said(YES, NO)] * 2)
    assert on([*numbered([said(YES)] * 9), *rows]).all.differ == 0
    assert on([*numbered([said(YES, NO)] * 9), *rows]).all.differ == 0
    assert on([*rows, *closed(*[said(YES)] * 3)[2:]]).all.differ == 2


def test_r14_a_trade_and_a_letter_count_a_batch_that_is_theirs_as_a_whole():
    law = [replace(said(YES, NO), trade="law")] * 3
    mixed = closed(*[said(None, YES)] * 2, *law, *[said(None, YES)] * 2, replace(said(None, NO), trade="tax"))
    found = on(mixed)
    assert {one.trade: (one.seen.differ, one.seen.good.tally.ended) for one in found.trades} == {
        "crafts": (0, 3),
        "law": (3, 3),
        "tax": (0, 0),
    }
    minded = {**CLEAR, Letter.RELEVANT: False}
    found = on([replace(one, letters=minded if n else CLEAR) for n, one in enumerate(closed(*[said(None, YES)] * 3))])
    by = {one.letter: one.clear.good.tally for one in found.letters}
    assert by[Letter.CONSENT] == Tally(3, 3)
    assert by[Letter.RELEVANT] == Tally(0, 0, 1)


@given(judged=JUDGED, chance=some.randoms(use_true_random=False))
def test_r14_in_a_batch_it_makes_no_difference_who_of_the_two_or_about_which_of_them_it_was_answered(judged, chance):
    """Whatever was answered may as well have been by the other, or about another introduction of the batch."""
    before, rows = on(judged), {one.uid: one for one in judged}
    for batch in batches(judged, now=NOW, policy=DEFAULT):
        for voice in (*Match, None):
            alike = [uid for uid in batch if rows[uid].match_giver is voice]
            others = [(rows[uid].match_receiver, rows[uid].match_client) for uid in alike]
            chance.shuffle(others)
            for uid, (receiver, client) in zip(alike, others, strict=True):
                rows[uid] = parties(rows[uid], *chance.sample([receiver, client], 2))
    assert on(rows.values()) == before


@given(judged=JUDGED, answer=some.sampled_from([*Match, None]))
def test_r14_outside_the_batches_no_answer_of_a_party_makes_any_difference(judged, answer):
    told = {uid for batch in batches(judged, now=NOW, policy=DEFAULT) for uid in batch}
    other = [one if one.uid in told else parties(one, answer, answer) for one in judged]
    assert on(other) == on(judged)
    assert all(len(batch) == DEFAULT.batch_judged for batch in batches(judged, now=NOW, policy=DEFAULT))


@given(judged=JUDGED, answer=some.sampled_from([*Match, None]), days=some.integers(0, 9))
def test_r14_which_are_told_together_does_not_depend_on_the_answers_and_never_changes(judged, answer, days):
    then = NOW - timedelta(days=days)
    early = batches(judged, now=then, policy=DEFAULT)
    late = batches([parties(one, answer, answer) for one in judged], now=NOW, policy=DEFAULT)
    assert late[: len(early)] == early
    together = [uid for batch in late for uid in batch]
    assert len(together) == len(set(together))


@pytest.mark.parametrize(
    ("trades", "made"),
    [
        ("aa", []),
        ("aaa", ["012"]),
        ("aab", []),
        ("aabb", []),  # three wait, and in one trade not enough
        ("aabbc", ["012"]),  # five wait: the oldest three of any trades
        ("aabba", ["014"]),  # unless the fifth makes three of one trade
        ("aabbcbc", ["012"]),  # the others wait on
        ("aabbcbb", ["012", "356"]),
        ("ababb", ["134"]),
    ],
)
def test_r14_three_of_a_trade_make_a_batch_or_else_the_oldest_three_of_five(trades, made):
    rows = [
        replace(PLAIN, uid=str(n), trade=trade, closes=NOW - timedelta(days=len(trades) - 1 - n))
        for n, trade in enumerate(trades)
    ]
    found = batches(rows, now=NOW, policy=DEFAULT)
    assert ["".join(sorted(batch)) for batch in found] == made
