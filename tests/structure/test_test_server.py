"""A run of the tests that dies takes its PostgreSQL server with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import postgres
from tests.structure.repository import ROOT

_PROGRAM = "import time; from tests import postgres; print(postgres.start(), flush=True); time.sleep(600)"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's part of it is Linux's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_server(number: signal.Signals) -> None:
    try:
        postgres.programs()
    except postgres.NoServer as problem:
        pytest.skip(str(problem))
    run = subprocess.Popen([sys.executable, "-c", _PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stdout.readline().startswith("postgresql://")
    (server,) = _children(run.pid)
    assert "postgres" in Path(f"/proc/{server}/cmdline").read_text()
    run.send_signal(number)
    run.wait()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{server}").exists()


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
