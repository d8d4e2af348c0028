"""The checks are checked: a leak planted in each channel is caught by the check that claims that channel."""

from __future__ import annotations

import pytest

from tests.wall import feature_leaks
from tests.wall.leaks import LEAKS, Leak
from tests.wall.observed import Leaked

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("leak", [*LEAKS, *feature_leaks.LEAKS], ids=lambda leak: leak.channel)
def test_a_planted_leak_is_caught(leak: Leak, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4, R7: the check fails where the leak is, and for the leak's sake."""
    leak.plant(monkeypatch)
    with pytest.raises(Leaked):
        leak.check()
