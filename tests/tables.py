"""An SQLite file in which every table stands: made once a run, and copied for every program that the tests start."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAME = "entremise.sqlite3"
_SOURCES = Path(__file__).resolve().parents[1] / "src"


def lay_out(place: Path) -> None:
    """Put such a file at `place`, in a folder that need not be there yet."""
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_made(), place)


def _made() -> Path:
    """Return the run's own file, which the first who needs it makes."""
    folder = Path(os.environ["ENTREMISE_DATA_DIR"]) / "tables"  # one for all processes of a run
    folder.mkdir(exist_ok=True)
    made = folder / _NAME
    with (folder / "gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not made.exists():
            _migrate(folder / "making")
            (folder / "making" / _NAME).rename(made)
    return made


def _migrate(folder: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ENTREMISE_")}
    plain.pop("DATABASE_URL", None)
    own = {
        "DJANGO_SETTINGS_MODULE": "entremise.config.settings",
        "ENTREMISE_DATA_DIR": str(folder),
        "PYTHONPATH": str(_SOURCES),
    }
    words = [sys.executable, "-m", "entremise", "manage", "migrate", "--verbosity=0"]
    subprocess.run(words, env=plain | own, check=True)
