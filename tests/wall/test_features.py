"""Two worlds that differ in a secret alone, for what is brought, forgotten, repaired, hinted, shown (R4, R7)."""

from __future__ import annotations

import pytest

from tests.wall import features

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    ("group", "world"),
    # Every group stays together, for its first world is played once.
    [pytest.param(*pair, marks=pytest.mark.xdist_group(pair[0])) for pair in features.PAIRS],
)
def test_nobody_can_tell_these_worlds_apart(group: str, world: str) -> None:
    """R2, R5b, R6c, R6d, R7, R8, R18, R26, R44, R45, R46."""
    features.check(group, world)
