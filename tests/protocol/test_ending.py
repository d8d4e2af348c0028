"""Who may see what of how a referral ended (R26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.protocol import duties
from entremise.protocol.duties import Duty, Facts
from entremise.protocol.ending import Ended, Worth, current, day_is_known, known_before, shown_to
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome, Role

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORTH = Worth(amount=Decimal("1200.50"), currency="EUR")
SAYING = (Role.RECEIVER, Role.GIVER, Role.CLIENT)


def said(by: Role, outcome: Outcome | None, *, hours: int = 0, worth: Worth | None = None) -> Ended:
    return Ended(by=by, outcome=outcome, at=MONDAY + timedelta(hours=hours), worth=worth)


def test_r26_an_end_said_again_or_more_exactly_was_known_before() -> None:
    failures = {Outcome.LOST, Outcome.NOT_A_FIT, Outcome.NO_NEED, Outcome.NEVER_REACHED}
    for before in (None, *Outcome):
        known = {after for after in (None, *Outcome) if known_before(after, before=before)}
        assert known == (failures if before in failures else {before} - {None})


def test_r26_the_day_it_ended_is_unknown_where_an_older_one_was_noted_with_its_end() -> None:
    days = [date(2026, 3, 2), date(2026, 11, 2), date(2026, 11, 3)]
    came, noted, later = days
    assert not day_is_known(came_on=came, noted_on=noted, told_on=noted)
    assert day_is_known(came_on=came, noted_on=noted, told_on=later)
    assert day_is_known(came_on=noted, noted_on=noted, told_on=noted)
    assert day_is_known(came_on=later, noted_on=noted, told_on=noted), "its day was corrected afterwards"


@st.composite
def histories(draw: st.DrawFn) -> tuple[Ended, ...]:
    steps = draw(st.lists(st.tuples(st.sampled_from(SAYING), st.sampled_from([None, *Outcome])), max_size=8))
    shown = draw(st.booleans())
    worth = replace(WORTH, shown=shown)
    return tuple(
        said(by, outcome, hours=hour, worth=worth if by is Role.RECEIVER and outcome is Outcome.WON else None)
        for hour, (by, outcome) in enumerate(steps)
    )


@given(histories(), histories())
def test_r26_the_receiver_and_the_client_never_learn_what_others_said(
    one: tuple[Ended, ...], two: tuple[Ended, ...]
) -> None:
    own = tuple(word for word in one if word.by is Role.RECEIVER)
    theirs = [word for word in two if word.by is not Role.RECEIVER]
    mixed = tuple(sorted([*own, *theirs], key=lambda word: word.at))
    assert shown_to(Role.RECEIVER, mixed) == shown_to(Role.RECEIVER, own) == own
    for nobody in (Role.CLIENT, Role.REFERRER, Role.CLIENT_REFERRER, Role.OUTSIDER):
        assert shown_to(nobody, mixed) == ()


@given(histories())
def test_r26_an_amount_that_is_not_shown_changes_nothing_for_the_giver(history: tuple[Ended, ...]) -> None:
    hidden = tuple(replace(one, worth=replace(one.worth, shown=False) if one.worth else None) for one in history)
    without = tuple(replace(one, worth=None) for one in history)
    assert shown_to(Role.GIVER, hidden) == shown_to(Role.GIVER, without)


@given(histories())
def test_r26_what_others_said_counts_only_while_the_receivers_own_word_leaves_it_open(
    history: tuple[Ended, ...],
) -> None:
    last = current(history)
    heard = [one for one in shown_to(Role.GIVER, history) if one.by is not Role.RECEIVER]
    if last is not None and last.outcome is not None:
        assert heard == []
    assert all(last is None or one.at > last.at for one in heard)
    assert len({one.by for one in heard}) == len(heard), "of each the latest alone"


R, G, C = SAYING
WON, LOST, AGAIN = Outcome.WON, Outcome.LOST, None  # AGAIN: it was taken up again


@pytest.mark.parametrize(
    ("history", "counts", "heard"),
    [
        ([], None, []),
        ([(G, LOST)], None, [(G, LOST)]),
        ([(G, LOST), (C, WON)], None, [(G, LOST), (C, WON)]),
        ([(G, LOST), (C, WON), (G, WON)], None, [(G, WON), (C, WON)]),
        ([(G, LOST), (G, AGAIN)], None, []),
        ([(R, WON), (G, LOST), (C, LOST)], (R, WON), []),
        ([(G, LOST), (R, AGAIN)], (R, AGAIN), []),
        ([(R, LOST), (R, AGAIN), (C, WON)], (R, AGAIN), [(C, WON)]),
        ([(G, WON), (C, WON), (R, LOST), (R, AGAIN), (C, LOST)], (R, AGAIN), [(C, LOST)]),
        ([(R, LOST), (R, AGAIN), (G, WON), (R, WON)], (R, WON), []),
    ],
)
def test_r26_the_giver_reads_the_receivers_words_and_the_last_of_the_others_since_one_that_leaves_it_open(
    history: list[tuple[Role, Outcome | None]],
    counts: tuple[Role, Outcome | None] | None,
    heard: list[tuple[Role, Outcome | None]],
) -> None:
    words = tuple(said(by, outcome, hours=hour) for hour, (by, outcome) in enumerate(history))
    last = current(words)
    assert (last and (last.by, last.outcome)) == counts
    own = [(by, outcome) for by, outcome in history if by is R]
    assert [(one.by, one.outcome) for one in shown_to(G, words)] == own + heard


def test_r26_what_was_said_at_the_very_instant_of_the_receivers_word_came_before_it() -> None:
    assert shown_to(G, (said(R, AGAIN), said(C, WON))) == (said(R, AGAIN),)


def test_r26_what_the_giver_heard_has_no_amount() -> None:
    shown = replace(WORTH, shown=True)
    assert shown_to(G, (said(G, WON, worth=shown),)) == (said(G, WON),)


def test_r26_the_giver_sees_the_amount_of_the_last_word_where_it_is_shown() -> None:
    shown = replace(WORTH, shown=True)
    first = said(Role.RECEIVER, Outcome.WON, worth=shown)
    second = said(Role.RECEIVER, Outcome.WON, hours=1, worth=WORTH)
    assert [one.worth for one in shown_to(Role.GIVER, (first,))] == [shown]
    assert [one.worth for one in shown_to(Role.GIVER, (first, second))] == [None, None], "the tick was taken away"


@pytest.mark.parametrize(
    ("amount", "currency", "sound"),
    [
        ("1", "EUR", True),
        ("0.01", "CHF", True),
        ("1200.5", "CAD", True),
        ("9999999999.99", "EUR", True),
        ("0", "EUR", False),
        ("-1", "EUR", False),
        ("0.001", "EUR", False),
        ("10000000000", "EUR", False),
        ("1", "USD", False),
        ("1", "", False),
        ("NaN", "EUR", False),
        ("Infinity", "EUR", False),
    ],
)
def test_r26_an_amount_is_above_nothing_and_has_cents_at_most(amount: str, currency: str, sound: bool) -> None:
    assert Worth(amount=Decimal(amount), currency=currency).is_sound(("EUR", "CHF", "CAD")) is sound


@given(st.sampled_from(Outcome), st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_r26_what_ended_owes_no_news_and_what_is_taken_up_again_owes_them_from_then(
    outcome: Outcome, contacted: int, ended: int, again: int
) -> None:
    """R21, R26: set aside owes no news; taken up again owes them, so many days after that."""
    contact = MONDAY + timedelta(hours=contacted)
    end = contact + timedelta(hours=ended)
    facts = Facts(introduced_at=MONDAY, thanked_at=MONDAY, contacted_at=contact, news_at=end, outcome=outcome)
    assert duties.owed(facts, policy=DEFAULT) == ()
    taken_up = end + timedelta(hours=again)
    (news,) = duties.owed(replace(facts, outcome=None, news_at=taken_up), policy=DEFAULT)
    assert (news.duty, news.due) == (Duty.NEWS, taken_up + timedelta(days=DEFAULT.news_every))
