"""The catalogue knows nothing but the standard library, its own files and itself (decision 2)."""

from __future__ import annotations

import ast
import sys
from importlib.resources import files

import pytest

MODULES = sorted(path.name for path in files("entremise.catalogue").iterdir() if path.name.endswith(".py"))
REACHES_THE_WORLD = {"os", "socket", "sqlite3", "subprocess", "random", "secrets", "time", "datetime", "logging"}


def imported(module: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(files("entremise.catalogue").joinpath(module).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_catalogue_imports_the_standard_library_and_the_catalogue_only(module: str) -> None:
    for name in imported(module):
        top = name.partition(".")[0]
        assert name.startswith("entremise.catalogue") or top in sys.stdlib_module_names, name
        assert top not in REACHES_THE_WORLD, name


def test_the_modules_looked_at_are_really_those_of_the_catalogue() -> None:
    assert {"areas.py", "trades.py", "client_kinds.py", "folding.py"} <= set(MODULES)
    assert "entremise.catalogue.folding" in imported("areas.py")
