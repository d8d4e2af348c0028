"""Whoever reads a figure can find how it is made: both front pages lead to what explains it."""

from __future__ import annotations

import pytest

from tests.structure.repository import ROOT

EXPLAIN = ("measure", "relationship", "sphere", "twenty-sixty-twenty")


@pytest.mark.parametrize("page", ["README.md", "README.fr.md"])
@pytest.mark.parametrize("name", EXPLAIN)
def test_the_front_page_leads_to_how_each_figure_is_made(page: str, name: str) -> None:
    assert f"](docs/reference/{name}.md)" in (ROOT / page).read_text("utf-8")
