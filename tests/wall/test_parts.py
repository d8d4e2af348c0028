"""What the two parties filled in is theirs: worlds that differ in that alone look the same to the giver (R13, R18)."""

from __future__ import annotations

import pytest

from tests.wall import parts

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("who", ["ines", "marc"])
def test_the_giver_cannot_tell_how_much_one_of_the_two_filled_in(who: str) -> None:
    """R13, R18, R19: on every page they can reach, in every file, and in every mail."""
    parts.check(who)
