"""Small attentions: who gets the twenty cards and the five lunches, and the word that costs nothing (R24, R25).

What somebody is worth is counted in good turns both ways, never in money: a recommendation they brought weighs most,
then work, then any other good turn, whoever did it. Whoever brings most is proposed; the member decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from entremise.protocol.policy import Policy
from entremise.protocol.relationship import History, Satisfaction


class Occasion(StrEnum):
    """What somebody is chosen for."""

    CARD = "card"  # before the New Year
    LUNCH = "lunch"


class Wish(StrEnum):
    """What the member decided about somebody, whatever their worth."""

    PINNED = "pinned"
    REMOVED = "removed"


class Reason(StrEnum):
    """Why somebody is among the best."""

    BROUGHT = "brought"  # recommendations they brought the member
    HELPED = "helped"  # other good turns they did the member
    GIVEN = "given"  # good turns and recommendations the member did them
    WORK = "work"  # works the member delivered to them
    SATISFIED = "satisfied"  # they said that it was good


POINTS = {Reason.BROUGHT: 10, Reason.HELPED: 4, Reason.GIVEN: 4, Reason.WORK: 5, Reason.SATISFIED: 5}


@dataclass(frozen=True)
class Share:
    """One reason: how often it happened, and the points that makes."""

    reason: Reason
    count: int
    points: int


@dataclass(frozen=True)
class Worth:
    """The value brought both ways (R24): the points, and the reasons that make them, the heaviest first."""

    points: int
    shares: tuple[Share, ...]


def worth(history: History) -> Worth:
    """Return what a relationship has brought both ways (R24). No good turn ever lowers it, and no amount enters."""
    counts = {
        Reason.BROUGHT: history.referrals_received,
        Reason.HELPED: max(0, history.received - history.referrals_received),
        Reason.GIVEN: history.given,
        Reason.WORK: history.works,
        Reason.SATISFIED: int(history.satisfaction is Satisfaction.GOOD),
    }
    shares = (Share(reason, count, count * POINTS[reason]) for reason, count in counts.items() if count)
    heaviest = tuple(sorted(shares, key=lambda share: -share.points))
    return Worth(points=sum(share.points for share in heaviest), shares=heaviest)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may be chosen; `contact` is a number that never changes. `done`: it was done this time already."""

    contact: int
    points: int
    wish: Wish | None = None
    done: bool = False


def chosen(candidates: Iterable[Candidate], *, most: int) -> tuple[int, ...]:
    """Return whom to choose, the worthiest first and of equals the one known first (R24).

    Whom the member pinned stays in, whom they removed stays out, and who was served this time stays on the list; the
    best fill it up to `most`. Somebody with whom nothing good happened is never proposed.
    """
    kept = [one for one in candidates if one.done or one.wish is not Wish.REMOVED]
    sure = {one.contact: one for one in kept if one.done or one.wish is Wish.PINNED}
    others = sorted((one for one in kept if one.contact not in sure and one.points > 0), key=_rank)
    listed = [*sure.values(), *others[: max(0, most - len(sure))]]
    return tuple(one.contact for one in sorted(listed, key=_rank))


def _rank(one: Candidate) -> tuple[int, int]:
    return -one.points, one.contact


# --- the cards of a year ---------------------------------------------------------------------------------------


def card_year(on: date) -> int:
    """Return the year whose end the cards of a day wish well for; wishes of January still belong to the last."""
    return on.year - 1 if on.month == 1 else on.year


def cards_in_season(on: date, *, policy: Policy) -> bool:
    """Return whether it is time to think of the cards: the last weeks before the New Year (R24)."""
    return on >= date(on.year + 1, 1, 1) - timedelta(days=policy.cards_from)


# --- the lunches -----------------------------------------------------------------------------------------------


class Turn(StrEnum):
    """Whether somebody is to be asked to lunch."""

    DUE = "due"
    MAY = "may"
    RESTS = "rests"


@dataclass(frozen=True, kw_only=True)
class LunchTurn:
    """Somebody's turn on a day: not before `opens`, due from `due`."""

    contact: int
    turn: Turn
    opens: date
    due: date
    last: date | None


def lunch_turn(contact: int, *, last: date | None, known_since: date, on: date, policy: Policy) -> LunchTurn:
    """Return whose turn it is (R24): never sooner than 122 days after the last lunch, due after 365.

    Without a lunch yet the year counts from the day they are known, and nothing need be waited for.
    """
    due = (last or known_since) + timedelta(days=policy.lunch_due_after)
    opens = last + timedelta(days=policy.lunch_not_before) if last else known_since
    turn = Turn.RESTS if on < opens else Turn.DUE if on >= due else Turn.MAY
    return LunchTurn(contact=contact, turn=turn, opens=opens, due=due, last=last)


def lunches_in_order(turns: Iterable[LunchTurn]) -> tuple[LunchTurn, ...]:
    """Return those due first, then those who may be asked, then those at rest; within each, who waited longest."""
    order = list(Turn)
    return tuple(sorted(turns, key=lambda one: (order.index(one.turn), one.due, one.contact)))


# --- what costs nothing ----------------------------------------------------------------------------------------


class Word(StrEnum):
    """What a member can write to somebody that costs nothing, and is worth more than a present (R25)."""

    SET_RIGHT = "set_right"  # they were not satisfied: ask what is missing
    NEWS = "news"  # tell what became of what they brought
    THANKS = "thanks"  # say what a good turn of theirs has changed
    WORK = "work"  # ask how what was delivered is doing
    AFTER = "after"  # ask how what the member brought them turned out
    GREETING = "greeting"


def word_for(history: History) -> Word:
    """Return what to write to somebody about (R25), from what happened; news of a recommendation before all thanks."""
    if history.to_set_right:
        return Word.SET_RIGHT
    known = (
        (history.referrals_received, Word.NEWS),
        (history.received, Word.THANKS),
        (history.works, Word.WORK),
        (history.given, Word.AFTER),
    )
    return next((word for count, word in known if count), Word.GREETING)
