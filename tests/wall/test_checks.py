"""Single promises of the wall that the pairs of worlds do not put to the test."""

from __future__ import annotations

import pytest

from tests.wall import checks

pytestmark = pytest.mark.django_db


def test_nothing_joins_the_two_sides_before_the_introduction() -> None:
    """R4: no identifier that can be joined: not a link's token, not a Message-ID."""
    checks.check_nothing_joins_the_two_sides()


def test_a_rare_trade_widens_the_area() -> None:
    """R4: a trade that is not on the list, and a town, could point at one person."""
    checks.check_the_area_is_wide()


def test_a_note_that_names_the_client_does_not_leave() -> None:
    """R4: the giver's free text is held against both people."""
    checks.check_the_note_is_held_back()


def test_a_link_that_has_lapsed_looks_like_one_that_never_was() -> None:
    """R7: one page, one status, for what is over and for what is not."""
    checks.check_a_closed_link_looks_unknown()
