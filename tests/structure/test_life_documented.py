"""The page about a referral's life says what the protocol does: every state, every cell, who may know what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from entremise.protocol.consent import State
from entremise.protocol.referral import TABLE, Bring, LetKnow, Reply, Send, Stage, Stop, Tick
from entremise.protocol.types import Kind, Role
from entremise.protocol.wall import KNOWS, Item, Seen
from tests.structure.repository import ROOT

PAGE = ROOT / "docs" / "reference" / "life.md"
EVENTS = (Send, Reply, Bring, LetKnow, Stop, Tick)
CELLS = {
    "_send": "asks",
    "_reply": "answers",
    "_bring": "brings",
    "_let_know": "tells",
    "_stop": "stops",
    "_nothing": "passes",
    "_too_late_to_change": "too late",
}


def tables() -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Yield every table of the page: its head, its rows."""
    rows: list[tuple[str, ...]] = []
    for line in [*PAGE.read_text("utf-8").splitlines(), ""]:
        if line.startswith("|"):
            rows.append(tuple(cell.strip(" `") for cell in line.strip("|").split("|")))
        elif rows:
            yield rows[0], rows[2:]
            rows = []


def table(*head: str) -> list[tuple[str, ...]]:
    """Return the rows of the one table whose head begins with `head`."""
    (found,) = (rows for names, rows in tables() if names[: len(head)] == head)
    return found


@pytest.mark.parametrize(
    ("head", "members"),
    [("stage", Stage), ("kind", Kind), ("state", State), ("seen", Seen)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_state_has_a_label_and_a_meaning(head: str, members: type[Stage | Kind | State | Seen]) -> None:
    rows = table(head, "label")
    assert [row[0] for row in rows] == [member.value for member in members]
    assert all(len(row) == 4 and all(row) for row in rows)


def test_the_table_of_acts_is_the_protocols_table() -> None:
    documented = {(row[0], cell): said for row in table("stage", "Send") for cell, said in enumerate(row[1:])}
    assert documented == {
        (stage.value, cell): CELLS[TABLE[stage, event].__name__] if (stage, event) in TABLE else "–"
        for stage in Stage
        for cell, event in enumerate(EVENTS)
    }


def test_who_is_asked_is_who_answers() -> None:
    assert {row[0]: row[2] for row in table("kind", "label")} == {kind.value: kind.asked.value for kind in Kind}


def test_r4_who_may_know_what_is_the_walls_table() -> None:
    head = ("who", "sees", *(item.value.replace("_", " ") for item in Item))
    documented = {(row[0], row[1]): row[2:] for row in table(*head)}
    assert documented == {
        (role.value, seen.value): tuple("yes" if item in known else "–" for item in Item)
        for (role, seen), known in KNOWS.items()
    }


def test_who_sees_a_state_is_whom_the_wall_lets_know_something_in_it() -> None:
    by = {row[0]: set(row[2].split(", ")) for row in table("seen", "label")}
    blind = {Seen.NOTHING, Seen.LAPSED, Seen.NAME_LAPSED}
    for seen in set(Seen) - blind:
        assert by[seen.value] == {role.value for role in Role if (role, seen) in KNOWS}, seen
