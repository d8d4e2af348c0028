"""What happened with a contact, and how solid the relationship is, as read-only values and from rows (R30, R43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from entremise.lib.refused import Refused
from entremise.people.models import Bond, Contact, Interaction
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import (
    Happened,
    History,
    NextAct,
    Satisfaction,
    Solidity,
    is_ambassador,
    losing_touch,
    next_act,
    rhythm,
    solidity,
)

LONGEST_WORDS = 2_000
BY_ITSELF = ("referral:", "outside:", "lead:")  # how causes begin that no member pressed a button for
OLDEST = 80  # years: before that nobody who writes here had met anybody


class BondRefused(Refused):
    """What happened cannot be remembered as written; `reasons` gives, for each field, one word.

    Reasons: `future`, `ancient` (on), `unknown` (kind), `empty`, `unknown` (satisfaction), `long` (words, cause).
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class InteractionLine:
    """One thing that happened, as its owner reads it; `cause` tells what made it be remembered, if not they."""

    uid: str
    contact_pk: int
    kind: Happened
    on: date
    satisfaction: Satisfaction | None
    words: str
    cause: str
    created_at: datetime

    @property
    def by_itself(self) -> bool:
        """Whether a referral made it be remembered, not its owner."""
        return self.cause.startswith(BY_ITSELF)


@dataclass(frozen=True, kw_only=True, slots=True)
class BondCard:
    """A relationship on a day: its facts, its solidity, the next act, and its rhythm (R30, R35, R43).

    `rhythm` is in days, by the solidity at the last change; `due_on` is None where nothing happened yet or the
    rhythm `resting`. `losing` says that a whole further rhythm has passed.
    """

    history: History
    solidity: Solidity
    next_act: NextAct
    ambassador: bool
    rhythm: int
    due_on: date | None
    snoozed_until: date | None
    resting: bool
    losing: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class BondLine:
    """One relationship in a list: who, how long since, due since when, and the points it had at its last change."""

    contact_pk: int
    contact_uid: str
    name: str
    last_contact: date | None
    due_on: date | None
    points: int
    unasked: int
    to_set_right: bool


def history_of(bond: Bond | None, *, met_on: date | None, created_on: date, on: date) -> History:
    """Return the facts of a contact as they are on a day; without a summary, only since when they are known.

    Known since the day they met where it is written, else since they came into the book, or the first contact if
    that was earlier.
    """
    known = met_on or created_on
    if bond is None:
        return History(known_since=known)
    month = month_of(on)
    return History(
        known_since=min(known, bond.first_contact or known),
        first_contact=bond.first_contact,
        last_contact=bond.last_contact,
        last_seen=bond.last_seen,
        months_in_touch=sum(month - 12 < one <= month for one in bond.months),
        given=bond.given,
        received=bond.received,
        referrals_received=bond.referrals_received,
        unasked=bond.unasked,
        works=bond.works,
        last_work=bond.last_work,
        satisfaction=Satisfaction(bond.satisfaction) if bond.satisfaction else None,
        satisfaction_on=bond.satisfaction_on,
        total=bond.total,
    )


def month_of(day: date) -> int:
    """Return a calendar month as a number that grows by one a month."""
    return day.year * 12 + day.month - 1


def bond_card(contact: Contact, bond: Bond | None, *, on: date, policy: Policy) -> BondCard:
    """Return the relationship with a contact on a day."""
    facts = history_of(bond, met_on=contact.met_on, created_on=contact.created_at.date(), on=on)
    points = solidity(facts, on=on, policy=policy)
    then = bond.solidity if bond is not None else points.points
    due = bond.due_on if bond is not None else None
    return BondCard(
        history=facts,
        solidity=points,
        next_act=next_act(facts, on=on, policy=policy),
        ambassador=is_ambassador(facts, policy=policy),
        rhythm=rhythm(then, policy=policy),
        due_on=due,
        snoozed_until=bond.snoozed_until if bond is not None else None,
        resting=bond is not None and bond.resting,
        losing=losing_touch(due=due, points=then, on=on, policy=policy),
    )


def interaction_line(row: Interaction) -> InteractionLine:
    """Return a row as a value."""
    return InteractionLine(
        uid=row.uid,
        contact_pk=row.contact_id,
        kind=Happened(row.kind),
        on=row.on,
        satisfaction=Satisfaction(row.satisfaction) if row.satisfaction else None,
        words=row.words,
        cause=row.cause,
        created_at=row.created_at,
    )
