"""A PostgreSQL server of the tests' own: made, started and thrown away by the run that needs it."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' -c max_connections=200"
_PR_SET_PDEATHSIG = 1
_SERVANTS = ("postgres", "nobody")  # the server refuses to run as root


class NoServer(RuntimeError):  # noqa: N818 - named as the fact it states
    """No PostgreSQL programs on this machine."""


def programs() -> Path:
    """Return the folder of `initdb` and `postgres`, the newest one; raise NoServer."""
    found = shutil.which("initdb")
    if found and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "postgres").exists()]
    if not versions:
        raise NoServer("PostgreSQL is not installed: run scripts/ensure-postgresql, or install postgresql.")
    return max(versions, key=lambda path: float(path.parent.name))


def _servant() -> pwd.struct_passwd | None:
    """Return who the server runs as, where we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(names[name] for name in _SERVANTS if name in names)


def _as(servant: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if servant is None else {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}


def _run(*command: str | Path, servant: pwd.struct_passwd | None, cwd: Path) -> None:
    said = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **_as(servant))
    if said.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{said.stdout}{said.stderr}")


def _serve(program: Path, *, data: Path, folder: Path, servant: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Start the server as a child that the kernel ends when this run dies, however it dies."""
    log = (folder / "log").open("wb")
    words = [program, "-D", data, "-k", folder, *shlex.split(_FAST)]
    with log:
        return subprocess.Popen(words, cwd=folder, stdout=log, stderr=log, preexec_fn=_end_with_parent, **_as(servant))


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _end_well_on_sigterm() -> None:
    """Let a run that is asked to end throw its server and folders away, as one that ends by itself does."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


def _wait_for(server: subprocess.Popen[bytes], *, folder: Path) -> None:
    for _ in range(600):
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), dbname="postgres", user="entremise").close()
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")


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
    server = _serve(bin_folder / "postgres", data=data, folder=folder, servant=servant)

    def stop() -> None:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    _end_well_on_sigterm()
    _wait_for(server, folder=folder)
    return f"postgresql://entremise@/entremise?host={quote(str(folder), safe='')}"


def start_or_skip() -> str:
    """Return the DATABASE_URL of a new server. Without one: a failure where CI is set, a loud skip elsewhere."""
    try:
        return start()
    except NoServer as problem:
        print(f"\n*** SKIPPED: the database tests on PostgreSQL. {problem}\n", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") else 0)
