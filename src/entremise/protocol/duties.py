"""Who owes whom what by when (R20–R23, R41). Facts in, duties out; what time it is, is a parameter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome, Role

_SATURDAY = 5


class Duty(StrEnum):
    """What can be owed."""

    THANKS = "thanks"
    CONTACT = "contact"
    NEWS = "news"
    PROMOTION = "promotion"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the receiver has done since the introduction; `to_promote` are those still owed a good word (R41)."""

    introduced_at: datetime
    thanked_at: datetime | None = None
    contacted_at: datetime | None = None
    news_at: datetime | None = None
    outcome: Outcome | None = None
    to_promote: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Owed:
    """One duty: who owes it, to whom, since when and by when."""

    duty: Duty
    by: Role
    to: Role
    since: datetime
    due: datetime

    @property
    def gentle(self) -> bool:
        """Whether it is never pressed for: a good word that was demanded is worth nothing (R41)."""
        return self.duty is Duty.PROMOTION

    def late(self, now: datetime) -> bool:
        """Return whether its date has passed; what is gentle is never late."""
        return now > self.due and not self.gentle


def owed(facts: Facts, *, policy: Policy) -> tuple[Owed, ...]:
    """Return every open duty of the receiver, the earliest due first, what is gentle last (R20, R21, R41).

    Thanks and good words stay owed after the outcome; contact and news end with it.
    """
    since = facts.introduced_at
    found: list[Owed] = []
    if facts.thanked_at is None:
        by = add_working_days(since, policy.thanks_within)
        found.append(Owed(Duty.THANKS, Role.RECEIVER, Role.GIVER, since, by))
    if facts.outcome is None:
        found.append(_next_word(facts, policy))
    return (*sorted(found, key=lambda one: one.due), *promotions(facts, policy=policy))


def promotions(facts: Facts, *, policy: Policy) -> tuple[Owed, ...]:
    """Return the good words still owed, the giver's first: one for each who recommended (R41)."""
    since = facts.introduced_at
    due = since + timedelta(days=policy.promote_within)
    who = [role for role in Role if role in facts.to_promote]
    return tuple(Owed(Duty.PROMOTION, Role.RECEIVER, role, since, due) for role in who)


def _next_word(facts: Facts, policy: Policy) -> Owed:
    """The first contact first, counted anew where what ended without one is taken up; then news, counted from the last
    word given (R20, R21)."""
    if facts.contacted_at is None:
        since = max(facts.introduced_at, facts.news_at or facts.introduced_at)
        by = max(add_working_days(at, policy.contact_within) for at in (facts.introduced_at, since))
        return Owed(Duty.CONTACT, Role.RECEIVER, Role.CLIENT, since, by)
    last = max(facts.contacted_at, facts.news_at or facts.contacted_at)
    return Owed(Duty.NEWS, Role.RECEIVER, Role.GIVER, last, last + timedelta(days=policy.news_every))


def next_due(facts: Facts, *, policy: Policy) -> datetime | None:
    """Return the date of the earliest open duty, or None when nothing is owed; what is gentle has its own date."""
    return min((one.due for one in owed(facts, policy=policy) if not one.gentle), default=None)


def promotion_due(facts: Facts, *, policy: Policy) -> datetime | None:
    """Return the date of a good word that is still owed, or None (R41)."""
    return min((one.due for one in promotions(facts, policy=policy)), default=None)


def owed_for_lead(*, sent_at: datetime, thanked_at: datetime | None, policy: Policy) -> tuple[Owed, ...]:
    """Return the one duty a lead brings its receiver: thanks (R20); empty once they have been said."""
    if thanked_at is not None:
        return ()
    by = add_working_days(sent_at, policy.thanks_within)
    return (Owed(Duty.THANKS, Role.RECEIVER, Role.GIVER, sent_at, by),)


def add_working_days(start: datetime, days: int) -> datetime:
    """Return the same time of day, `days` working days later; Saturdays and Sundays do not count."""
    at = start
    while days > 0:
        at += timedelta(days=1)
        if at.weekday() < _SATURDAY:
            days -= 1
    return at
