"""Whoever reads a figure, or answers for it, can find how it is made: front pages and guides lead there."""

from __future__ import annotations

import pytest

from tests.structure.repository import ROOT

EXPLAIN = ("measure", "relationship", "sphere", "twenty-sixty-twenty")


@pytest.mark.parametrize(
    "page", ["README.md", "README.fr.md", "docs/howto/responsible.md", "docs/howto/responsable.md"]
)
@pytest.mark.parametrize("name", EXPLAIN)
def test_front_pages_and_guides_lead_to_how_each_figure_is_made(page: str, name: str) -> None:
    folder = "../reference" if page.startswith("docs") else "docs/reference"
    assert f"]({folder}/{name}.md)" in (ROOT / page).read_text("utf-8")
