"""An evaluation never reaches the person evaluated, nor the giver by itself: worlds that differ in an answer alone (R4,
R14)."""

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


@pytest.mark.once
@pytest.mark.parametrize("who", ["receiver", "client"])
def test_the_giver_cannot_tell_what_one_of_the_two_answered_nor_whether(who: str) -> None:
    """R14, R15: on every page, the radar among them, and in every mail, before and after the time to answer is over."""
    at = (judged.ASKED + 25, judged.CLOSED)
    judged.check(who, ("giver",), told=False, said=judged.TO_THE_GIVER, everywhere=at)
