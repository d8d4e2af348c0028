"""What identifies whoever it belongs to, by itself: numbers said and written, links (R4)."""

from __future__ import annotations

import pytest

from entremise.protocol.folding import fold
from entremise.protocol.traces import phone_tail, tails, traces


def found(text: str) -> list[tuple[str, str]]:
    folded = fold(text).text
    return [(folded[one.start : one.end], one.field) for one in traces(folded)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("au 123 45 67", []),  # seven digits are no telephone number
        ("au 12 34 56 78", [("12 34 56 78", "phone")]),
        ("le 12/05/2026 ou le 2026-05-12", []),
        ("de 12 345 678 €", []),
        ("de 12 345 678 pieces", [("12 345 678", "phone")]),
        # dictated with a zero, or very long; counted otherwise
        ("zero six douze trente quarante cinquante", [("zero six douze trente quarante cinquante", "phone")]),
        ("un, deux, trois, quatre, cinq, six, sept", []),
        ("un deux trois quatre cinq six sept huit", [("un deux trois quatre cinq six sept huit", "phone")]),
        ("voir www.exemple.musee", [("www.exemple.musee", "link")]),
        ("voir exemple.musee", []),
    ],
)
def test_r4_a_number_or_a_link_is_a_trace_whoever_it_belongs_to(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("phone", "tail"), [("+33 6 12 34 56 78", "345678"), ("123456", "123456"), ("12345", ""), ("", "")]
)
def test_a_known_number_is_recognised_by_its_last_six_digits(phone: str, tail: str) -> None:
    assert phone_tail(phone) == tail


def test_a_known_number_is_found_within_a_longer_one() -> None:
    text = "au 06 12 34 56 78, poste 12 34 56"
    assert [text[one.start : one.end] for one in tails(text, "345678")] == ["06 12 34 56 78"]
