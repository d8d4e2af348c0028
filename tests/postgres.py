"""A PostgreSQL server of the tests' own: made, started and thrown away by the run that needs it."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' -c max_connections=200"
_SERVANTS = ("postgres", "nobody")  # the server refuses to run as root


class NoServer(RuntimeError):  # noqa: N818 - named as the fact it states
    """No PostgreSQL programs on this machine."""


def programs() -> Path:
    """Return the folder of `initdb` and `pg_ctl`, the newest one; raise NoServer."""
    found = shutil.which("initdb")
    if found and (Path(found).parent / "pg_ctl").exists():
        return Path(found).parent
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "pg_ctl").exists()]
    if not versions:
        raise NoServer("PostgreSQL is not installed: run scripts/ensure-postgresql, or install postgresql.")
    return max(versions, key=lambda path: float(path.parent.name))


def _servant() -> pwd.struct_passwd | None:
    """Return who the server runs as, where we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(names[name] for name in _SERVANTS if name in names)


def _run(*command: str | Path, servant: pwd.struct_passwd | None, cwd: Path) -> None:
    who: dict[str, Any] = {}
    if servant is not None:
        who = {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}
    said = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **who)
    if said.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{said.stdout}{said.stderr}")


def start() -> str:
    """Start a server that listens on a socket only, and stop it at exit; return its DATABASE_URL.

    Raises NoServer where there is none to start.
    """
    bin_folder = programs()
    servant = _servant()
    folder = Path(tempfile.mkdtemp(prefix="entremise-pg-"))
    if servant is not None:
        os.chown(folder, servant.pw_uid, servant.pw_gid)
    data = folder / "data"
    _run(
        bin_folder / "initdb", "-N", "-A", "trust", "-U", "entremise", "-E", "UTF8", "--locale=C", "-D", data,
        servant=servant, cwd=folder,
    )  # fmt: skip
    control = (bin_folder / "pg_ctl", "-D", data, "-w")
    log = folder / "log"

    def stop() -> None:
        _run(*control, "-m", "immediate", "stop", servant=servant, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    _run(*control, "-l", log, "-o", f"-k {folder} {_FAST}", "start", servant=servant, cwd=folder)
    return f"postgresql://entremise@/entremise?host={quote(str(folder), safe='')}"


def start_or_skip() -> str:
    """Return the DATABASE_URL of a new server. Without one: a failure where CI is set, a loud skip elsewhere."""
    try:
        return start()
    except NoServer as problem:
        print(f"\n*** SKIPPED: the database tests on PostgreSQL. {problem}\n", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") else 0)
