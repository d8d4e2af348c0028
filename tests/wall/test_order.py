"""What is asked for without an order comes in any: then nothing shows in which order it was written (R4, R7).

PostgreSQL moves a row that is written again; SQLite does not, but can be told to turn around whatever has no order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.wall import acting, pairs
from tests.wall.observed import Record, assert_equal
from tests.wall.staging import REFERENCE_EXAMPLE, Before, Script, apart, play, says_no, scene, send, sends_another

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVERYBODY = ("giver", "receiver", "client", "other member", "stranger")
EVERYTHING: Script = sorted(
    (
        *REFERENCE_EXAMPLE,
        (0.1, acting.hands_over_links),
        (0.2, sends_another),
        (26, acting.cannot_reach),
        (27, acting.corrects_details),
        (40, acting.sends_lead),
        (41, acting.thanks_for_the_lead),
        (42, acting.notes_from_outside),
        (43, acting.invites),
        (44, acting.asks_what_is_held("stranger")),
    ),
    key=lambda step: step[0],
)
REFUSED: Script = (
    (0, send),
    (0.1, acting.hands_over_links),
    (1, sends_another),
    (2, says_no("ines", scope="giver")),
    (3, acting.forgets("ines")),
)


@contextmanager
def turned_around(on: bool) -> Iterator[None]:
    """Let whatever is selected without an order come from its end."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA reverse_unordered_selects = {'ON' if on else 'OFF'}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA reverse_unordered_selects = OFF")


def observed(script: Script, *, around: bool, grid: tuple[float, ...]) -> dict[str, list[Record]]:
    with apart(), turned_around(around):
        on_stage = scene(members=pairs.EVERYBODY, before=Before())
        return play(script, on_stage, watching=EVERYBODY, grid=grid, everywhere=grid[-1:])


@pytest.mark.parametrize(
    ("script", "grid"),
    [(EVERYTHING, (3, 9.1, 24 * 2)), (REFUSED, (6, 24 * 17))],
    ids=["everything happens", "refused and forgotten"],
)
def test_nobody_sees_in_which_order_rows_lie(script: Script, grid: tuple[float, ...]) -> None:
    """R4, R7: every page, form, archive and mail is the same where no order was asked for."""
    straight, around = (observed(script, around=around, grid=grid) for around in (False, True))
    for name in EVERYBODY:
        assert straight[name]
        assert_equal(straight[name], around[name], about=f"{name}, turned around")
