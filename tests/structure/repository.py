"""What the tests about the code base read: the tracked files, the modules, and their syntax."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "entremise"
TABLE_APPS = ("outbox", "accounts", "people", "referrals")


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the repository: what git tracks, or, in an unpacked archive, what is there."""
    said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if said.returncode:
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        names = [str(path) for path in found if not path.parts[0].startswith((".venv", ".make", "var"))]
    else:
        names = said.stdout.split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())


@cache
def text(path: Path) -> str | None:
    """Return the text of a file, None for one that is not text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def modules(*, under: Path = SOURCES) -> Iterator[tuple[Path, ast.Module]]:
    """Yield every module below `under`, parsed; migrations are Django's writing and left out."""
    for path in sorted(under.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text("utf-8"), str(path))
