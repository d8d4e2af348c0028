"""The digits of authenticator apps."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from entremise.lib import one_time

# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


def at(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "digits"), VECTORS)
def test_the_digits_are_those_of_the_standard(seconds: int, digits: str) -> None:
    assert one_time.digits_of(SECRET, counter=one_time.counter_at(at(seconds))) == digits


@pytest.mark.parametrize(("late", "serves"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_digits_serve_in_their_period_and_the_two_beside_it(late: int, serves: bool) -> None:
    found = one_time.matching(SECRET, "005 924", now=at(1234567890 + late), after=0)
    assert (found == 1234567890 // 30) is serves


def test_digits_of_a_period_already_used_serve_no_more() -> None:
    now = at(1234567890)
    assert one_time.matching(SECRET, "005924", now=now, after=one_time.counter_at(now)) is None


@pytest.mark.parametrize("typed", ["", "5924", "000000", "００５９２４", "zéro"])
def test_anything_else_does_not_serve(typed: str) -> None:
    assert one_time.matching(SECRET, typed, now=at(1234567890), after=0) is None
