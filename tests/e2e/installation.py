"""A running installation: the program as somebody would start it, a real mail server, a clock that can be moved."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from entremise.lib import clock
from tests import tables
from tests.e2e.post_office import PostOffice, Received
from tests.smtp import serving

_PATIENCE = 240.0  # seconds for a start, a stop, or the worker to catch up; a busy machine is slow
_OPEN_LETTERS = "SELECT count(*) FROM outbox_message WHERE state IN ('ready', 'sending', 'uncertain') AND due_at <= ?"
_DUE_NEEDS = "SELECT count(*) FROM referrals_need WHERE next_due <= ?"


@dataclass
class Installation:
    """One program with its data folder, its post and its clock."""

    folder: Path
    url: str
    post: PostOffice
    process: subprocess.Popen[bytes]
    database: Path
    environment: dict[str, str]
    moved: timedelta = timedelta()

    @property
    def now(self) -> datetime:
        """The instant it is for the program."""
        return clock.now() + self.moved

    @property
    def log(self) -> str:
        """Everything it has said so far."""
        return (self.folder / "log").read_text("utf-8")

    def mail(self, address: str, number: int) -> Received:
        """Return the mail of this number (from 1) for an address, once it has come."""
        return self.post.wait(address, number=number)

    def wait(self, **duration: float) -> None:
        """Move the clock of the whole program, and return when everything that came due is done."""
        self.moved += timedelta(**duration)
        new = self.folder / "clock.new"
        new.write_text(str(self.moved.total_seconds()), "ascii")
        new.replace(self.folder / "clock")
        self.catch_up()

    def catch_up(self) -> None:
        """Return when the worker has nothing left to do at this instant."""
        until = time.monotonic() + _PATIENCE
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as database:
            quiet = 0
            while quiet < 2:  # a need that moves makes letters in one act, which are then due
                assert time.monotonic() < until, f"the worker does not catch up\n{self.log}"
                assert self.process.poll() is None, self.log
                quiet = quiet + 1 if self._nothing_due(database) else 0
                time.sleep(0.1)

    def _nothing_due(self, database: sqlite3.Connection) -> bool:
        at = self.now.strftime("%Y-%m-%d %H:%M:%S.%f")
        return not any(database.execute(query, [at]).fetchone()[0] for query in (_OPEN_LETTERS, _DUE_NEEDS))

    def stop(self) -> int:
        """Ask the program to end, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_PATIENCE)


@contextlib.contextmanager
def running(folder: Path, *, host: str = "127.0.0.1", **settings: str) -> Iterator[Installation]:
    """Start a fresh installation in a folder; at the end stop it, and check that it stopped well and complained not.

    `host` is the loopback's name in its addresses: a passkey belongs to a name, never to a number.
    """
    tables.lay_out(folder / "data" / "entremise.sqlite3")
    post = PostOffice()
    with serving(post) as mail_port:
        port = _free_port()
        url = f"http://{host}:{port}"
        environment = _environment(folder, url=url, port=port, mail_port=mail_port) | settings
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "entremise", "serve"], env=environment, stdout=log, stderr=log
            )
        database = folder / "data" / "entremise.sqlite3"
        installation = Installation(
            folder=folder, url=url, post=post, process=process, database=database, environment=environment
        )
        try:
            _wait_for_answer(installation)
            yield installation
            assert installation.stop() == 0, installation.log
            assert '"level": "error"' not in installation.log, installation.log
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _environment(folder: Path, *, url: str, port: int, mail_port: int) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ENTREMISE_")}
    plain.pop("DATABASE_URL", None)
    return plain | {
        "DJANGO_SETTINGS_MODULE": "entremise.config.settings",
        "ENTREMISE_DATA_DIR": str(folder / "data"),
        "ENTREMISE_PORT": str(port),
        "ENTREMISE_SITE_URL": url,
        "ENTREMISE_CLOCK_FILE": str(folder / "clock"),
        "ENTREMISE_OWNER_NAME": "Cabinet Vasseur",
        "ENTREMISE_OWNER_CONTACT": "1 rue de l'Exemple, 69001 Lyon",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_answer(installation: Installation) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert installation.process.poll() is None, installation.log
        try:
            urllib.request.urlopen(installation.url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(installation.log)
