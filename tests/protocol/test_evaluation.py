"""When a match is evaluated, and how a receiver's treatment of earlier ones is counted (R14, R15)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from entremise.protocol.evaluation import Again, Handled, Treatment, deadline, due, treatment
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome

MONDAY = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LATER = MONDAY + timedelta(days=60)


def test_r14_it_is_asked_after_the_trades_own_time_or_thirty_days() -> None:
    assert due(MONDAY, days=120, policy=DEFAULT) == MONDAY + timedelta(days=120)
    assert due(MONDAY, days=None, policy=DEFAULT) == MONDAY + timedelta(days=30)


def test_r14_it_can_be_answered_for_thirty_days() -> None:
    assert deadline(MONDAY, policy=DEFAULT) == MONDAY + timedelta(days=30)


def test_r15_contact_is_counted_in_time_late_or_never_and_not_before_it_is_due() -> None:
    handled = [
        Handled(introduced_at=MONDAY, contacted_at=MONDAY + timedelta(days=2)),
        Handled(introduced_at=MONDAY, contacted_at=MONDAY + timedelta(days=2, seconds=1)),
        Handled(introduced_at=MONDAY),
        Handled(introduced_at=LATER - timedelta(hours=1)),
        Handled(introduced_at=MONDAY, contacted_at=MONDAY + timedelta(days=9)),
        Handled(introduced_at=MONDAY),
        Handled(introduced_at=MONDAY),
    ]
    found = treatment(handled, now=LATER, policy=DEFAULT)
    assert (found.introductions, found.contact_in_time, found.contact_late, found.contact_never) == (7, 1, 2, 3)


def test_r15_at_the_very_date_a_first_contact_is_not_missing_yet() -> None:
    waiting = [Handled(introduced_at=MONDAY)]
    date = MONDAY + timedelta(days=2)
    assert treatment(waiting, now=date, policy=DEFAULT).contact_never == 0
    assert treatment(waiting, now=date + timedelta(seconds=1), policy=DEFAULT).contact_never == 1


def test_r14_an_outcome_nobody_gave_stays_unknown() -> None:
    known, silent = Handled(introduced_at=MONDAY, outcome=Outcome.LOST), Handled(introduced_at=MONDAY)
    found = treatment([known, silent, silent], now=LATER, policy=DEFAULT)
    assert (found.outcomes, found.unknown) == (1, 2)


def test_r26_what_is_set_aside_has_no_known_outcome() -> None:
    ends = (Outcome.SET_ASIDE, Outcome.NEVER_REACHED, Outcome.WON, None)
    found = treatment([Handled(introduced_at=MONDAY, outcome=end) for end in ends], now=LATER, policy=DEFAULT)
    assert (found.outcomes, found.unknown) == (2, 2)


def test_r15_what_nobody_can_tell_of_a_first_contact_is_not_counted() -> None:
    """It ended without one, or was written down when its date had passed."""
    ended = Handled(introduced_at=MONDAY, ended_at=MONDAY + timedelta(days=9), outcome=Outcome.NEVER_REACHED)
    noted = Handled(introduced_at=MONDAY, noted_at=LATER, contacted_at=LATER)
    found = treatment([ended, noted], now=LATER, policy=DEFAULT)
    assert (found.contact_in_time, found.contact_late, found.contact_never) == (0, 0, 0)


def test_r15_thanks_news_and_the_givers_own_judgement_are_counted() -> None:
    handled = [
        Handled(introduced_at=MONDAY, thanked_at=LATER, news_at=LATER, again=Again.YES),
        Handled(introduced_at=MONDAY, thanked_at=LATER, again=Again.PERHAPS),
        Handled(introduced_at=MONDAY),
    ]
    found = treatment(handled, now=LATER, policy=DEFAULT)
    assert (found.thanked, found.news, found.asked_again, found.again) == (2, 1, 2, 1)


def test_r15_without_an_introduction_there_is_nothing_to_count() -> None:
    assert treatment([], now=LATER, policy=DEFAULT) == Treatment()
