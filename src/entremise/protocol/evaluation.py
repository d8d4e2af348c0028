"""Was it a good match? When that is asked, what can be answered, and how a receiver treated earlier ones (R14, R15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome
from entremise.protocol.upkeep import Course, Kept, contact_kept, count


class Match(StrEnum):
    """Was it a good match?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Bond(StrEnum):
    """What has become of the bond with the giver; for the giver, of the bond with the two."""

    STRONGER = "stronger"
    SAME = "same"
    WEAKER = "weaker"


class Again(StrEnum):
    """Would the giver refer this person again?"""

    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one person says of a match; the two last questions are the giver's alone (R14)."""

    match: Match
    bonds: Bond
    again_receiver: Again | None = None
    again_client: Again | None = None
    outcome: Outcome | None = None
    words: str = ""


def due(introduced_at: datetime, *, days: int | None, policy: Policy) -> datetime:
    """Return when the three are asked: after the trade's `days`, or the default of a trade that has none (R14)."""
    return introduced_at + timedelta(days=policy.evaluation_after if days is None else days)


def deadline(asked_at: datetime, *, policy: Policy) -> datetime:
    """Return until when the question stands, and an answer can be changed (R14)."""
    return asked_at + timedelta(days=policy.evaluation_stands)


# -- how a receiver treated earlier referrals (R15) ----------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What one receiver made of one introduction; `again` is whether the giver would refer them again.

    `noted_at` is when one from outside was written down, `ended_at` when the receiver's own word on its end was known;
    `outcome` is anybody's.
    """

    introduced_at: datetime
    noted_at: datetime | None = None
    contacted_at: datetime | None = None
    ended_at: datetime | None = None
    thanked_at: datetime | None = None
    news_at: datetime | None = None
    outcome: Outcome | None = None
    again: Again | None = None


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """Counts over one giver's own introductions to one receiver; never a rate, however many there are (R15, R29).

    The three contact counts leave out what is not due yet, and what cannot be told (see `upkeep.contact_kept`).
    """

    introductions: int = 0
    contact_in_time: int = 0
    contact_late: int = 0
    contact_never: int = 0
    thanked: int = 0
    news: int = 0
    outcomes: int = 0
    asked_again: int = 0
    again: int = 0

    @property
    def unknown(self) -> int:
        """How many have no end that anybody gave, or were set aside: unknown stays visible as unknown (R14, R26)."""
        return self.introductions - self.outcomes


def treatment(handled: Iterable[Handled], *, now: datetime, policy: Policy) -> Treatment:
    """Return what the giver may look at before choosing this receiver again (R15)."""
    rows = tuple(handled)
    contacts = count(_contact(one, now, policy) for one in rows)
    judged = [one.again for one in rows if one.again is not None]
    return Treatment(
        introductions=len(rows),
        contact_in_time=contacts.in_time,
        contact_late=contacts.late,
        contact_never=contacts.not_yet,
        thanked=sum(one.thanked_at is not None for one in rows),
        news=sum(one.news_at is not None for one in rows),
        outcomes=sum(one.outcome not in (None, Outcome.SET_ASIDE) for one in rows),
        asked_again=len(judged),
        again=judged.count(Again.YES),
    )


def _contact(one: Handled, now: datetime, policy: Policy) -> Kept | None:
    course = Course(
        introduced_at=one.introduced_at,
        noted_at=one.noted_at,
        contacted_at=one.contacted_at,
        ended_at=one.ended_at,
    )
    return contact_kept(course, now=now, policy=policy)
