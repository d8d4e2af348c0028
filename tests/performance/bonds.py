"""What happens with the contacts of a large invented installation, and its summary as the program would write it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from entremise.people.mapping.bonds import history_of, month_of
from entremise.people.models import Bond, Contact
from entremise.protocol.attention import worth
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relationship import (
    GIVEN,
    RECEIVED,
    SEEN,
    Happened,
    Satisfaction,
    due_on,
    is_contact,
    solidity,
)

LONGEST = 3 * 365  # days
_KINDS = {
    Happened.CALL: 40, Happened.MEETING: 15, Happened.MEAL: 8, Happened.NOTE: 10, Happened.NEWS: 8, Happened.WORK: 5,
    Happened.SATISFACTION: 4, Happened.FAVOUR_DONE: 4, Happened.FAVOUR_RECEIVED: 3, Happened.REFERRED_TO_THEM: 2,
    Happened.REFERRED_BY_THEM: 1,
}  # fmt: skip
Row = Mapping[str, Any]


def happenings(dice: random.Random, *, about: float, today: date) -> list[Row]:
    """Return what happened with one contact in three years, oldest first: about that many things, sometimes none."""
    count = round(dice.triangular(0, 2 * about, about)) if about else 0
    days = sorted(today - timedelta(days=dice.randrange(LONGEST)) for _ in range(count))
    kinds = dice.choices(list(_KINDS), list(_KINDS.values()), k=count)
    return [
        {"kind": str(kind), "on": day, "satisfaction": _said(dice, kind)} for day, kind in zip(days, kinds, strict=True)
    ]


def _said(dice: random.Random, kind: Happened) -> str:
    return str(dice.choice(list(Satisfaction))) if kind is Happened.SATISFACTION else ""


def summary(rows: Sequence[Row], contact: Contact, *, now: datetime) -> dict[str, Any]:
    """Return the columns of a bond for these rows, oldest first."""
    contacts = [row["on"] for row in rows if is_contact(row["kind"], row["satisfaction"] or None)]
    told = [row for row in rows if row["satisfaction"]]
    last = contacts[-1] if contacts else None
    months = {month_of(day) for day in contacts if last and month_of(day) > month_of(last) - 12}
    columns: dict[str, Any] = {
        "total": len(rows),
        "first_contact": contacts[0] if contacts else None,
        "last_contact": last,
        "last_seen": max((row["on"] for row in rows if row["kind"] in SEEN), default=None),
        "months": sorted(months, reverse=True),
        "given": sum(row["kind"] in GIVEN for row in rows),
        "received": sum(row["kind"] in RECEIVED for row in rows),
        "referrals_received": sum(row["kind"] == Happened.REFERRED_BY_THEM for row in rows),
        "unasked": sum(row["kind"] == Happened.REFERRED_BY_THEM for row in rows),
        "works": sum(row["kind"] == Happened.WORK for row in rows),
        "last_work": max((row["on"] for row in rows if row["kind"] == Happened.WORK), default=None),
        "satisfaction": told[-1]["satisfaction"] if told else "",
        "satisfaction_on": told[-1]["on"] if told else None,
    }
    facts = history_of(Bond(**columns), met_on=None, created_on=contact.created_at.date(), on=now.date())
    points = solidity(facts, on=now.date(), policy=DEFAULT).points
    due = due_on(facts, points=points, policy=DEFAULT)
    columns["to_set_right"] = facts.to_set_right
    return {**columns, "solidity": points, "worth": worth(facts).points, "due_on": due, "updated_at": now}
