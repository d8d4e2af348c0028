"""An evaluation never reaches the person evaluated: two worlds that differ in an answer alone (R4, R14)."""

from __future__ import annotations

import pytest

from tests.wall import judged, pairs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "members",
    [
        pytest.param(frozenset(), id="strangers", marks=pytest.mark.once),
        pytest.param(pairs.EVERYBODY, id="members"),
    ],
)
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(True, id="an end is known"),
        pytest.param(False, id="no end is known", marks=pytest.mark.once),
    ],
)
@pytest.mark.parametrize(
    ("who", "watching"),
    [
        ("client", ("receiver",)),
        ("giver", ("receiver", "client")),
        ("receiver", ("client",)),
    ],
)
def test_nobody_evaluated_can_tell_what_was_answered(
    who: str, watching: tuple[str, ...], told: bool, members: frozenset[str]
) -> None:
    """R14: every page, mail, header and number of statements is the same, whatever was said, or nothing."""
    said = tuple(judged.SAID) if told and members else ("nothing", judged.BAD)
    judged.check(who, watching, told=told, members=members, said=said)
