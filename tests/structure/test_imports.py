"""Who may import whom, and what imports cannot show."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignObject

from tests.structure.repository import ROOT, SOURCES, TABLE_APPS, modules

LOWEST_FIRST = ("contenttypes", "auth", *TABLE_APPS)
OURS = [model for app in TABLE_APPS for model in apps.get_app_config(app).get_models()]


def test_the_import_contracts_hold() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    said = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout


def test_the_order_of_the_apps_is_the_order_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    assert [layer for layer in reversed(layers) if layer in TABLE_APPS] == list(TABLE_APPS)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_to_the_same_app_or_a_lower_one(model: type) -> None:
    meta = model._meta  # type: ignore[attr-defined]
    for field in meta.get_fields():
        if isinstance(field, ForeignObject):
            target = field.related_model._meta.app_label
            assert LOWEST_FIRST.index(target) <= LOWEST_FIRST.index(meta.app_label), field


def test_no_signal_carries_a_rule() -> None:
    signals = {"receiver", "Signal", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "signals"}
    nodes = [(path, node) for path, tree in modules() for node in ast.walk(tree)]
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("django")
        and (signals & {alias.name for alias in node.names} or node.module.endswith((".signals", ".dispatch")))
    ]
    assert found == []


def _queries() -> list[tuple[Path, ast.FunctionDef]]:
    found = []
    for path, tree in modules():
        parts = path.relative_to(SOURCES).parts
        if parts[0] in TABLE_APPS and any(part in ("queries", "queries.py") for part in parts):
            found += [(path, node) for node in tree.body if isinstance(node, ast.FunctionDef)]
    return found


def test_the_queries_are_where_this_test_looks_for_them() -> None:
    assert len({path.relative_to(SOURCES).parts[0] for path, _function in _queries()}) == len(TABLE_APPS)


def test_no_public_query_returns_a_live_queryset_or_a_row() -> None:
    rows = {model.__name__ for model in OURS}
    live = {"QuerySet", "ValuesQuerySet", "RawQuerySet", "Manager", "BaseManager"}
    found = []
    for path, function in _queries():
        if function.name.startswith("_"):
            continue
        place = f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        assert function.returns is not None, f"{place} does not say what it returns"
        names = {node.id for node in ast.walk(function.returns) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(function.returns) if isinstance(node, ast.Attribute)}
        if names & (live | rows):
            found.append(place)
    assert found == []
