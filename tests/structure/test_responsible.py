"""What the pages for the person responsible say is what the program does (R48)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from entremise.protocol.policy import DEFAULT, UNDER
from tests.structure.repository import ROOT

PAGES = ("responsible.md", "responsable.md")
LINE = re.compile(r"^\| [^|]+ \| (\S+)[^|]* \| `(\w+)` \|$", re.MULTILINE)


def read(page: str) -> str:
    return (ROOT / "docs/howto" / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_time_in_the_table_is_the_policys_own(page: str) -> None:
    """R48."""
    said = {name: number for number, name in LINE.findall(read(page))}
    assert len(said) == 6
    for name, number in said.items():
        kept = getattr(DEFAULT, name)
        assert number == str(kept), name
        assert isinstance(kept, int | timedelta)


@pytest.mark.parametrize("page", PAGES)
def test_the_differences_of_the_profiles_are_the_policys_own(page: str) -> None:
    """R6c."""
    reminders = re.search(r"^\| (?:Reminders|Rappels) \| (\d) \| (\d) \| (\d) \|$", read(page), re.MULTILINE)
    assert reminders
    assert [int(one) for one in reminders.groups()] == [UNDER[law].reminders for law in ("fr", "eu-strict", "ca")]


def test_both_pages_have_the_same_parts() -> None:
    counts = [(read(page).count("\n## "), read(page).count("\n| ")) for page in PAGES]
    assert counts[0] == counts[1]
