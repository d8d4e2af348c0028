"""Two worlds that differ in a secret alone: whoever may not know it receives the same bytes (R4, R7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wall import pairs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("pair", pairs.IDENTITIES, ids=lambda pair: f"{pair[0]}-{'-'.join(pair[2])}-{len(pair[4])}")
def test_nobody_can_tell_who_is_hidden(pair: Any) -> None:
    """R4: every identifying field of the hidden person changed, nothing else is."""
    pairs.check_identity(*pair)


@pytest.mark.parametrize(("group", "cause"), pairs.QUIET)
def test_a_quiet_cause_looks_like_every_other(group: str, cause: str) -> None:
    """R7: at every instant, up to and with "not concluded"."""
    pairs.check_quiet(group, cause)


def test_nobody_else_can_tell_whether_there_is_a_referral() -> None:
    """R44: another member and a stranger, at addresses that exist and at others."""
    pairs.check_existence()
