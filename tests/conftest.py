"""What every test may ask for. The environment itself is made in tests/settings.py, before Django reads it."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any

import pytest

from tests import browser


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the database of the tests; postgresql starts a server of its own (read in tests/settings.py)",
    )
    parser.addoption("--only-database", action="store_true", help="only the tests that use the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    kept = [item for item in items if _uses_database(item) and item.get_closest_marker("once") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_collection_finish() -> None:
    """Nothing that stands once all tests are known is looked through again: the tests' own garbage is young."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _uses_database(item: pytest.Item) -> bool:
    wanted = {"db", "transactional_db", "live_server", "client", "django_db_setup"}
    return item.get_closest_marker("django_db") is not None or bool(wanted & set(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright's Chromium is the one found on this machine, quiet towards the network."""
    return {
        **browser_type_launch_args,
        "executable_path": browser.executable_or_skip(),
        "args": [*browser_type_launch_args.get("args", []), *browser.FLAGS],
    }


@pytest.fixture(scope="session", autouse=True)
def doors_built_before_any_clock_is_moved() -> None:
    """Every page module is imported while the clock is the real one, so that no test's clock stays behind in it."""
    import_module("entremise.config.urls")
