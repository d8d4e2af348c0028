"""Finding a Chromium for the tests in a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_ENSURE = Path(__file__).resolve().parents[1] / "scripts" / "ensure-browser"


def executable() -> str | None:
    """Return the path of a Chromium: $BROWSER_PATH, the system's, or one that Playwright has; None without."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    kept = sorted(home.glob("chromium-*/chrome-linux*/chrome"))
    return str(kept[-1]) if kept else None


def executable_or_skip() -> str:
    """Return a Chromium, got by scripts/ensure-browser where there is none yet.

    Without one the test fails where CI is set, and is skipped loudly elsewhere.
    """
    found = executable()
    if found is None:
        said = subprocess.run([_ENSURE], capture_output=True, text=True, check=False)
        found = said.stdout.strip().splitlines()[-1] if said.returncode == 0 and said.stdout.strip() else None
    if found is None:
        message = "no Chromium here: set BROWSER_PATH, or run scripts/ensure-browser"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(f"*** SKIPPED: {message}")
    return found
