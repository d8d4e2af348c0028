"""Whose turn it is for a small attention, as home and the page about farming say it (R24): one query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from entremise.protocol.attention import Candidate, Turn, Wish, card_year, cards_in_season, chosen, lunch_turn
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Happened


@dataclass(frozen=True, kw_only=True)
class Turns:
    """With whom a lunch was planned for a day that is past, with whom one is high time, and how many cards are left.

    Names, those who have waited longest first. `cards` is 0 outside their season, and where there is no budget (R25).
    """

    to_confirm: tuple[str, ...]
    due: tuple[str, ...]
    cards: int


# The best by their worth, as many as can be needed, with whoever the member pinned or has already served.
_ASKED = """
WITH few(id) AS (
    SELECT best.id FROM (
        SELECT one.contact_id AS id FROM people_bond one JOIN people_contact who ON who.id = one.contact_id
        WHERE one.owner_id = %(owner)s AND one.worth > 0 AND who.removed_at IS NULL
        ORDER BY one.worth DESC, one.contact_id
        LIMIT (%(most)s + (SELECT COUNT(*) FROM people_attentionwish WHERE owner_id = %(owner)s)
               + (SELECT COUNT(*) FROM people_lunch WHERE owner_id = %(owner)s)
               + (SELECT COUNT(*) FROM people_yearcard WHERE owner_id = %(owner)s AND year = %(year)s))
    ) best
    UNION SELECT contact_id FROM people_attentionwish WHERE owner_id = %(owner)s AND wish = 'pinned'
    UNION SELECT contact_id FROM people_lunch WHERE owner_id = %(owner)s
    UNION SELECT contact_id FROM people_yearcard
          WHERE owner_id = %(owner)s AND year = %(year)s AND sent_on IS NOT NULL
)
SELECT who.id, who.given_name, who.family_name, who.company, who.sort_key, who.met_on, who.created_at,
       bond.first_contact, bond.worth, lunch.id, CASE WHEN lunch.starts_at < %(now)s THEN 1 ELSE 0 END,
       (SELECT wish FROM people_attentionwish WHERE contact_id = who.id AND occasion = 'lunch'),
       (SELECT wish FROM people_attentionwish WHERE contact_id = who.id AND occasion = 'card'),
       (SELECT sent_on FROM people_yearcard WHERE contact_id = who.id AND year = %(year)s),
       (SELECT MAX(meal."on") FROM people_interaction meal WHERE meal.contact_id = who.id AND meal.kind = %(meal)s),
       (SELECT without_budget FROM people_attentionhabits WHERE owner_id = %(owner)s)
FROM few JOIN people_contact who ON who.id = few.id
LEFT JOIN people_bond bond ON bond.contact_id = who.id LEFT JOIN people_lunch lunch ON lunch.contact_id = who.id
WHERE who.removed_at IS NULL
ORDER BY lunch.starts_at, who.id
"""


@dataclass(frozen=True, kw_only=True)
class _Row:
    pk: int
    name: str
    known_since: date
    worth: int
    planned: bool
    past: bool
    lunch: Wish | None
    card: Wish | None
    sent: bool
    last: date | None


def turns(*, owner_pk: int, on: date, now: datetime, policy: Policy) -> Turns:
    """Return whose turn it is on a day: the same people as the pages about lunches and cards show (R24)."""
    year = card_year(on)
    values: dict[str, Any] = {
        "owner": owner_pk,
        "most": max(policy.cards_a_year, policy.lunches),
        "year": year,
        "meal": str(Happened.MEAL),
        "now": connection.ops.adapt_datetimefield_value(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, values)
        found = list(cursor.fetchall())
    rows = [_row(row) for row in found]
    budget = not any(row[-1] for row in found)
    return Turns(
        to_confirm=tuple(row.name for row in rows if row.past),
        due=tuple(_due(rows, on=on, policy=policy)),
        cards=_cards(rows, policy) if budget and cards_in_season(on, policy=policy) else 0,
    )


def _due(rows: Sequence[_Row], *, on: date, policy: Policy) -> Iterator[str]:
    people = [Candidate(contact=row.pk, points=row.worth, wish=row.lunch, done=row.planned) for row in rows]
    asked = set(chosen(people, most=policy.lunches))
    seats = []
    for row in rows:
        turn = lunch_turn(row.pk, last=row.last, known_since=row.known_since, on=on, policy=policy)
        if row.pk in asked and not row.planned and turn.turn is Turn.DUE:
            seats.append((turn.due, row.pk, row.name))
    return (name for _day, _pk, name in sorted(seats))


def _cards(rows: Sequence[_Row], policy: Policy) -> int:
    people = [Candidate(contact=row.pk, points=row.worth, wish=row.card, done=row.sent) for row in rows]
    return len(set(chosen(people, most=policy.cards_a_year)) - {row.pk for row in rows if row.sent})


def _row(values: Sequence[Any]) -> _Row:
    pk, given, family, company, sort_key, met, created, first, worth, lunch, past, *said = values
    for_lunch, for_card, sent, last, _budget = said
    known = _day(met) or _day(created)
    assert known is not None
    return _Row(
        pk=pk,
        name=f"{given} {family}".strip() or company or sort_key,
        known_since=min(known, _day(first) or known),
        worth=worth or 0,
        planned=lunch is not None,
        past=bool(past),
        lunch=Wish(for_lunch) if for_lunch else None,
        card=Wish(for_card) if for_card else None,
        sent=sent is not None,
        last=_day(last),
    )


def _day(kept: datetime | date | str | None) -> date | None:
    """SQLite gives days and instants read by a query of one's own as their text."""
    if isinstance(kept, str):
        return date.fromisoformat(kept[:10])
    return kept.date() if isinstance(kept, datetime) else kept
