"""One process tree: it starts, answers, stops when asked, and never goes on without one of its two halves."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from entremise.cli.web import server
from tests import tables

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the tree of processes in /proc")
_PATIENCE = 60  # seconds; a busy machine starts slowly


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """The program, started as somebody would start it, in a data folder of its own."""

    def __init__(self, folder: Path, *words: str, first: bool = False) -> None:
        """`first`: nothing is there yet, not even the tables."""
        if not first:
            tables.lay_out(folder / "data" / "entremise.sqlite3")
        self.port = _free_port()
        self.log = folder / "log"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ENTREMISE_")}
        plain |= {"DJANGO_SETTINGS_MODULE": "entremise.config.settings", "ENTREMISE_DATA_DIR": str(folder / "data")}
        plain |= {"ENTREMISE_PORT": str(self.port)}
        plain.pop("DATABASE_URL", None)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "entremise", "serve", *words],
                env=plain,
                stdout=log,
                stderr=log,
            )

    def wait_for_answer(self) -> None:
        """Return once a page answers; fail with the log where the program ends or takes too long."""
        for _ in range(_PATIENCE * 5):
            assert self.process.poll() is None, self.log.read_text()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        pytest.fail(self.log.read_text())

    def tree(self) -> list[int]:
        """Return every process below the program's."""
        found = [self.process.pid]
        for parent in found:
            found += _children(parent)
        return found[1:]

    def child(self, word: str) -> int:
        """Return the direct child whose command line holds `word`."""
        (found,) = [pid for pid in _children(self.process.pid) if word in Path(f"/proc/{pid}/cmdline").read_text()]
        return found


def _children(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def _gone(pids: list[int]) -> bool:
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    program = Running(tmp_path)
    try:
        program.wait_for_answer()
        yield program
    finally:
        program.process.kill() if program.process.poll() is None else None
        program.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_whole_tree_with_status_0(running: Running, number: signal.Signals) -> None:
    tree = running.tree()
    assert len(tree) >= 3  # the web server, its processes, the worker
    running.process.send_signal(number)
    assert running.process.wait(_PATIENCE) == 0, running.log.read_text()
    assert _gone(tree)


@pytest.mark.parametrize(("half", "word"), [("web", "granian"), ("worker", "entremise.worker")])
def test_where_one_half_dies_everything_ends_and_says_so(running: Running, half: str, word: str) -> None:
    tree = running.tree()
    os.kill(running.child(word), signal.SIGKILL)
    assert running.process.wait(_PATIENCE) == 128 + signal.SIGKILL
    assert f"{half} ended" in running.log.read_text()
    assert _gone(tree)


def server_kills_after() -> float:
    command = server(host="", port=0, workers=1, access_log=False)
    return float(command[command.index("--workers-kill-timeout") + 1])


def test_whoever_began_a_request_and_went_silent_does_not_hold_up_the_end(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as line:
        line.sendall(b"GET /healthz HT")
        time.sleep(0.3)
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(_PATIENCE) == 0, running.log.read_text()
        # Past that time the server kills. It may say so before: it can look before it hears that a process ended.
        assert time.monotonic() - began < server_kills_after()


def test_the_access_log_says_what_was_read_and_never_by_whom_or_through_which_link(tmp_path: Path) -> None:
    """R4: one JSON object a line; no token, no address of the reader, no query."""
    program = Running(tmp_path, "--access-log", first=True)
    token = "abcdefgh" * 4
    try:
        program.wait_for_answer()
        for address in (f"/l/{token}/?code=4321", "/healthz"):
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{program.port}{address}", timeout=5).close()
        time.sleep(0.3)
    finally:
        program.process.terminate()
        program.process.wait(_PATIENCE)
    said = program.log.read_text()
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert len(lines) >= len(said.splitlines()) - 1  # the first line, for whoever started it, says where it is
    read = [line["message"] for line in lines if line["logger"] == "granian.access"]
    assert any(message.startswith("GET /l/…/ 4") for message in read), said
    assert any(message.startswith("GET /healthz 200 ") for message in read)
    for canary in (token, "4321", "127.0.0.1"):
        assert canary not in "".join(read)


def test_a_killed_program_leaves_nothing_behind(running: Running) -> None:
    tree = running.tree()
    running.process.kill()
    assert _gone(tree)


def test_a_wrong_environment_starts_nothing_and_writes_no_database(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "entremise", "serve"],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "entremise.config.settings", "ENTREMISE_DATA_DIR": str(tmp_path)}
        | {"EMAIL_URL": "pigeon://loft"},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    assert said.returncode == 1
    assert "entremise.E003" in said.stderr
    assert "EMAIL_URL" in said.stderr
    assert not (tmp_path / "entremise.sqlite3").exists()
