"""Through whom one met whom: up to the first person, and down to everybody who came through somebody (R37).

Each question is one query, whatever the length of the chain. A circle, should one ever be written, ends where it
closes: going up stops at whoever was passed already, going down never comes back to where it began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

LONGEST = 100  # persons of a chain that are looked at
GENERATIONS = 12  # told one by one; further ones are counted together, as one more
PAGE_SIZE = 100
DRAWN = 200  # people a tree is drawn of; more are listed


@dataclass(frozen=True, kw_only=True)
class Link:
    """One person of a chain; who is not in the book any more has neither uid nor name."""

    uid: str
    name: str
    met: str
    met_on: date | None


@dataclass(frozen=True, kw_only=True)
class Descendant:
    """Somebody met through others: `generation` 1 came from the person asked about.

    `through` is the name of who stood directly before them; empty where that one is not in the book any more. `pk` and
    `through_pk` never leave the program.
    """

    pk: int
    uid: str
    name: str
    company: str
    kinds: str
    met_on: date | None
    met_by: str
    generation: int
    through_pk: int
    through: str
    through_uid: str


@dataclass(frozen=True, kw_only=True)
class Generation:
    """How many were met in one generation, and from when to when as far as that is written down."""

    number: int
    people: int
    first: date | None
    last: date | None


@dataclass(frozen=True, kw_only=True)
class FirstPerson:
    """Somebody through whom others were met, and above whom nobody who is in the book stands."""

    uid: str
    name: str
    direct: int
    people: int
    generations: int


_UP = """
WITH RECURSIVE line(id, depth) AS (
    SELECT id, 0 FROM people_contact WHERE owner_id = %s AND id = %s
    UNION ALL
    SELECT one.met_through_id, line.depth + 1 FROM line JOIN people_contact one ON one.id = line.id
    WHERE one.met_through_id IS NOT NULL AND line.depth < %s
)
SELECT one.id, one.uid, one.given_name, one.family_name, one.company, one.sort_key, one.met, one.met_on, one.removed_at
FROM line JOIN people_contact one ON one.id = line.id WHERE one.owner_id = %s ORDER BY line.depth
"""

# Everybody has one predecessor at most, so without the one it begins with, what is left is a tree.
_DOWN = """
WITH RECURSIVE line(id, depth) AS (
    SELECT one.id, 1 FROM people_contact one WHERE one.owner_id = %s AND one.met_through_id = %s AND one.id <> %s
    UNION ALL
    SELECT one.id, line.depth + 1 FROM line JOIN people_contact one ON one.met_through_id = line.id
    WHERE one.owner_id = %s AND one.id <> %s
)
"""
_COUNTED = """
SELECT CASE WHEN line.depth > %s THEN %s ELSE line.depth END AS generation, COUNT(*), MIN(one.met_on), MAX(one.met_on)
FROM line JOIN people_contact one ON one.id = line.id WHERE one.removed_at IS NULL GROUP BY 1 ORDER BY 1
"""
_LISTED = """
SELECT one.id, one.uid, one.given_name, one.family_name, one.company, one.sort_key, one.kinds, one.met_on, one.met_by,
       line.depth, up.id, up.uid, up.given_name, up.family_name, up.company, up.sort_key, up.removed_at
FROM line JOIN people_contact one ON one.id = line.id JOIN people_contact up ON up.id = one.met_through_id
WHERE one.removed_at IS NULL AND line.depth BETWEEN %s AND %s
ORDER BY line.depth, CASE WHEN one.met_on IS NULL THEN 1 ELSE 0 END, one.met_on, one.sort_key, one.id
LIMIT %s OFFSET %s
"""
# Where the first person was taken out of the book, each line begins with the first who is still in it.
_FIRST = """
WITH RECURSIVE line(root, id, depth) AS (
    SELECT CASE WHEN up.removed_at IS NULL THEN up.id WHEN one.removed_at IS NULL THEN one.id END, one.id,
           CASE WHEN up.removed_at IS NULL THEN 1 ELSE 0 END
    FROM people_contact up JOIN people_contact one ON one.met_through_id = up.id
    WHERE up.owner_id = %s AND up.met_through_id IS NULL
    UNION ALL
    SELECT CASE WHEN line.root IS NOT NULL THEN line.root WHEN one.removed_at IS NULL THEN one.id END, one.id,
           CASE WHEN line.root IS NOT NULL THEN line.depth + 1 ELSE 0 END
    FROM line JOIN people_contact one ON one.met_through_id = line.id
    WHERE one.owner_id = %s
),
sums AS (
    SELECT line.root AS root, COUNT(*) AS people, MAX(line.depth) AS generations,
           SUM(CASE WHEN line.depth = 1 THEN 1 ELSE 0 END) AS direct
    FROM line JOIN people_contact one ON one.id = line.id
    WHERE one.removed_at IS NULL AND line.depth > 0 GROUP BY line.root
)
SELECT up.uid, up.given_name, up.family_name, up.company, up.sort_key, sums.direct, sums.people, sums.generations
FROM sums JOIN people_contact up ON up.id = sums.root
ORDER BY sums.people DESC, up.sort_key, up.id LIMIT %s
"""


def chain(*, owner_pk: int, pk: int) -> tuple[Link, ...]:
    """Return through whom a contact was met, the first person first and the contact last, in one query (R37)."""
    passed: dict[int, Link] = {}
    for key, uid, *names, met, met_on, removed_at in _ask(_UP, [owner_pk, pk, LONGEST, owner_pk]):
        if key in passed:
            break
        name = "" if removed_at else _name(*names)
        passed[key] = Link(uid="" if removed_at else uid, name=name, met=met, met_on=_day(met_on))
    return tuple(reversed(passed.values()))


def comes_from(pk: int, earlier: int, *, owner_pk: int) -> bool:
    """Whether a contact is `earlier`, or was met through them, directly or not; in one query."""
    return any(row[0] == earlier for row in _ask(_UP, [owner_pk, pk, LONGEST, owner_pk]))


def generations(*, owner_pk: int, pk: int) -> tuple[Generation, ...]:
    """Return how many were met through a contact, generation by generation, in one query (R37).

    Generations after the twelfth are counted together, as the thirteenth.
    """
    beyond = GENERATIONS + 1
    rows = _ask(_DOWN + _COUNTED, [*_from(owner_pk, pk), GENERATIONS, beyond])
    return tuple(
        Generation(number=number, people=people, first=_day(first), last=_day(last))
        for number, people, first, last in rows
    )


def descendants(
    *, owner_pk: int, pk: int, generation: int = 0, page: int = 1, size: int = PAGE_SIZE
) -> tuple[Descendant, ...]:
    """Return a page of those met through a contact, by generation and day, in one query (R37).

    `generation` 0 is all of them; the thirteenth stands for every later one too.
    """
    last = generation if 0 < generation <= GENERATIONS else 2_000_000_000
    page = min(max(1, page), 1_000_000)
    rows = _ask(_DOWN + _LISTED, [*_from(owner_pk, pk), max(generation, 1), last, size, (page - 1) * size])
    return tuple(map(_descendant, rows))


def first_persons(*, owner_pk: int, most: int = 20) -> tuple[FirstPerson, ...]:
    """Return from whom most people of the owner's book came, over all generations, in one query (R37)."""
    rows = _ask(_FIRST, [owner_pk, owner_pk, most])
    return tuple(
        FirstPerson(uid=uid, name=_name(*names), direct=direct, people=people, generations=depth)
        for uid, *names, direct, people, depth in rows
    )


def _from(owner_pk: int, pk: int) -> list[int]:
    return [owner_pk, pk, pk, owner_pk, pk]


def _ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _name(given: str, family: str, company: str, first_way: str) -> str:
    return f"{given} {family}".strip() or company or first_way


def _day(kept: date | str | None) -> date | None:
    """SQLite gives a day computed by a query as its text."""
    return date.fromisoformat(kept) if isinstance(kept, str) else kept


def _descendant(row: tuple[Any, ...]) -> Descendant:
    pk, uid, given, family, company, way, kinds, met_on, met_by, depth, up, up_uid, *up_name, up_removed = row
    return Descendant(
        pk=pk,
        uid=uid,
        name=_name(given, family, company, way),
        company=company,
        kinds=kinds,
        met_on=_day(met_on),
        met_by=met_by,
        generation=depth,
        through_pk=up,
        through="" if up_removed else _name(*up_name),
        through_uid="" if up_removed else up_uid,
    )
