"""Every setting is documented, and the environment is read in one place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from entremise.config.environment import BY_NAME
from tests.structure.repository import ROOT, SOURCES, modules
from tools.settings_page import PAGE, page

# Who may touch the environment, and why.
MAY_TOUCH = {
    "config/settings.py": "the one place that reads it",
    "lib/clock.py": "below the settings: worlds of tests and demonstrations move it without Django",
    "lib/backup/postgresql.py": "hands the database's password to PostgreSQL's programs, and reads none",
    "cli/speech.py": "the language of the terminal, which is no setting",
    "cli/demo.py": "makes an environment of its own for the program it starts, and reads none",
}


def test_the_page_of_settings_is_what_the_table_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python tools/settings_page.py"


def _reads_environment(tree: ast.Module) -> bool:
    """Tell whether `tree` uses os.environ or os.getenv other than to name Django's settings module."""
    told = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', "
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and ast.unparse(node).startswith(told):
            node.value = ast.Constant(None)
    return any("os.environ" in line or "os.getenv" in line for line in ast.unparse(_without_texts(tree)).splitlines())


def _without_texts(tree: ast.Module) -> ast.Module:
    """Blank every string, so that speaking of the environment is not reading it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return tree


def test_the_environment_is_read_in_one_place() -> None:
    places = {str(path.relative_to(SOURCES)) for path, tree in modules() if _reads_environment(tree)}
    assert places == set(MAY_TOUCH)


def test_every_variable_named_anywhere_in_the_sources_is_in_the_table() -> None:
    named = set()
    for path in [*SOURCES.rglob("*.py"), ROOT / "Makefile", ROOT / "README.md", *Path(ROOT / "docs").rglob("*.md")]:
        named |= set(re.findall(r"\bENTREMISE_[A-Z_]+[A-Z]\b", path.read_text("utf-8")))
    assert named - {"ENTREMISE_PROBLEMS"} <= set(BY_NAME)
