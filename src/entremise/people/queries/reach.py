"""What the page about one's reach is made of: one's own counts, and what the month's count of agreed books told (R36).

Of other books there is one number for the whole installation, the same for every member, new once a month.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from entremise.people.models import AgreedBook, Overlap
from entremise.people.queries import count
from entremise.protocol import reach as figures
from entremise.protocol.policy import Policy
from entremise.protocol.reach import Reach

_GENERATIONS = 12

# Clients who came through no client are the first; a circle among clients hangs on none of them, and is not counted.
_CLIENTS = """
WITH RECURSIVE line(id, depth) AS (
    SELECT one.id, 1 FROM people_contact one LEFT JOIN people_contact up
        ON up.id = one.met_through_id AND up.removed_at IS NULL AND up.kinds LIKE %s
    WHERE one.owner_id = %s AND one.removed_at IS NULL AND one.kinds LIKE %s AND up.id IS NULL
    UNION ALL
    SELECT one.id, line.depth + 1 FROM line JOIN people_contact one ON one.met_through_id = line.id
    WHERE one.owner_id = %s AND one.removed_at IS NULL AND one.kinds LIKE %s
)
SELECT CASE WHEN depth > %s THEN %s ELSE depth END AS generation, COUNT(*) FROM line GROUP BY 1 ORDER BY 1
"""


def reach(*, owner_pk: int, on: date, policy: Policy) -> Reach:
    """Return the three figures for the owner's book, in three queries (R36)."""
    return figures.reach(
        count(owner_pk=owner_pk), clients=clients(owner_pk=owner_pk), measured=measured(on=on), policy=policy
    )


def clients(*, owner_pk: int) -> tuple[int, ...]:
    """Return how many clients there are in each generation: met without a client between, through a client, and so on.

    Those after the twelfth are counted with the twelfth.
    """
    wanted = "%client%"
    values: list[int | str] = [wanted, owner_pk, wanted, owner_pk, wanted, _GENERATIONS, _GENERATIONS]
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, values)
        return tuple(people for _generation, people in cursor.fetchall())


def measured(*, on: date) -> int:
    """Return the pool that the month of this day was told, 0 where nothing was (R36)."""
    found = Overlap.objects.filter(month=on.replace(day=1)).values_list("pool", flat=True)
    return next(iter(found), 0)


def agreed_on(*, owner_pk: int) -> date | None:
    """Return the day the owner agreed that their book is counted, None where they do not."""
    at = AgreedBook.objects.filter(owner_id=owner_pk).values_list("agreed_at", flat=True).first()
    return at.date() if at else None
