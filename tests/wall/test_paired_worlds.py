"""Two worlds that differ in a secret alone: whoever may not know it receives the same bytes (R4, R7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.wall import pairs

pytestmark = pytest.mark.django_db


# What no database changes is proved on one; on the other, one pair of each kind, in which rows are written again.
_ON_BOTH = ("the reference example", "nobody answers")
_WRITTEN_AGAIN = ("taken back", "the receiver withdraws", "the giver stops")


def _identities() -> Iterator[Any]:
    for pair in pairs.IDENTITIES:
        name = f"{pair[0]}-{'-'.join(pair[2])}-{len(pair[4])}"
        yield pytest.param(pair, id=name, marks=() if pair[0] in _ON_BOTH and pair[4] else pytest.mark.once)


def _causes() -> Iterator[Any]:
    """Every group stays together, for its first world is played once."""
    for group, cause in pairs.QUIET:
        marks = [pytest.mark.xdist_group(group)]
        marks += [] if cause in _WRITTEN_AGAIN else [pytest.mark.once]
        yield pytest.param(group, cause, marks=marks)


@pytest.mark.parametrize("pair", list(_identities()))
def test_nobody_can_tell_who_is_hidden(pair: Any) -> None:
    """R4: every identifying field of the hidden person changed, nothing else is."""
    pairs.check_identity(*pair)


@pytest.mark.parametrize(("group", "cause"), list(_causes()))
def test_a_quiet_cause_looks_like_every_other(group: str, cause: str) -> None:
    """R7: at every instant, up to and with "not concluded"."""
    pairs.check_quiet(group, cause)


def test_nobody_else_can_tell_whether_there_is_a_referral() -> None:
    """R44: another member and a stranger, at addresses that exist and at others."""
    pairs.check_existence()
