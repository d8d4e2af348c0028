"""What the tests in a browser share: an installation for each file, and people who walk through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.installation import Installation, running
from tests.e2e.walks import Giver, Walkers


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A fresh installation, for the tests of one file."""
    with running(tmp_path_factory.mktemp("installation")) as started:
        yield started


@pytest.fixture(scope="module")
def walkers(installation: Installation, browser: Browser) -> Iterator[Walkers]:
    """Whoever opens windows on this installation; every window closes at the end, and none may have met an error."""
    found = Walkers(installation=installation, browser=browser)
    yield found
    found.close()


@pytest.fixture(scope="module")
def helene(walkers: Walkers) -> Giver:
    """Hélène, who has founded the installation and knows Inès and Marc."""
    giver = walkers.founder()
    giver.knows_everybody()
    return giver


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where pictures of the key steps are kept."""
    folder = Path(__file__).resolve().parents[2] / "test-results" / "e2e"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


expect.set_options(timeout=60_000)  # milliseconds, as patient as the windows
