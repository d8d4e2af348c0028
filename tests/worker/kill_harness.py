"""Kill the worker again and again while messages flow, then look whether anything was lost or sent twice.

A scenario is a module (given by its dotted name) with

    prepare(now, chance)    what must exist before the first act; may be left out
    act(n, now, chance)     the n-th act, in a transaction of its own, that makes messages
    wait_for(now, chance)   called once no worker lives any more, with a `clock_file` only: how many seconds must pass
                            before more happens, 0 for something due now, None for the end; may be left out
    complaints()            what is wrong with the database at the end, as sentences; may be left out
    RENDERERS, PERIODIC     the worker's tables; those of entremise.worker.jobs where left out

`run()` starts a nursery process that has imported everything and forks workers in milliseconds, a feeder that
acts all the time, and a real SMTP server that takes its time to answer, so that kills fall between
any two steps. A clock file, where the environment names one, is moved while no worker lives.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from tests import tables
from tests.smtp import serving
from tests.worker.kill_report import OPEN_STATES, Report

ROOT = Path(__file__).resolve().parents[2]
ENOUGH_WAITING = 20  # messages: there is always one in hand, and the end need not be waited for


class SlowClerk:
    """Keeps what it is given and answers after a random while, so that kills fall before and after it decided."""

    def __init__(self, chance: random.Random) -> None:
        self.kept: list[bytes] = []
        self._chance = chance

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        await asyncio.sleep(self._chance.uniform(0, 0.01))
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self._chance.uniform(0, 0.01))
        self.kept.append(envelope.content)
        await asyncio.sleep(self._chance.uniform(0, 0.02))
        return "250 OK"


@contextlib.contextmanager
def fresh_database(folder: Path, server_url: str | None) -> Iterator[str]:
    """Give the DATABASE_URL of a new database: a file in `folder`, or one on the PostgreSQL server of `server_url`."""
    if not server_url or server_url.startswith("sqlite"):
        tables.lay_out(folder / "killed.sqlite3")
        yield f"sqlite:///{folder / 'killed.sqlite3'}"
        return
    import psycopg

    name = f"killed_{os.getpid()}_{time.monotonic_ns()}"
    parts = urlsplit(server_url)
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]  # our own digits
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


class Nursery:
    """The process that forks workers and feeders; the parent speaks to it line by line."""

    def __init__(self, scenario: str, *, lease: float, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.worker.kill_harness", scenario, str(lease)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(environment),
        )  # fmt: skip
        self._hear("ready")

    def _hear(self, wanted: str) -> str:
        assert self._process.stdout
        word, _, rest = self._process.stdout.readline().strip().partition(" ")
        if word != wanted:
            raise RuntimeError(f"the nursery said {word!r} instead of {wanted!r}; see its standard error")
        return rest

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def fork(self, role: str) -> int:
        """Start a worker or a feeder; return its process id."""
        self._say(role)
        return int(self._hear("pid"))

    def wait_for(self) -> float | None:
        """Return how many seconds must pass before more happens; None when all has come to its end."""
        self._say("wait_for")
        return json.loads(self._hear("wait"))  # type: ignore[no-any-return]

    def waiting(self) -> int:
        """Return how many messages have not come to their end."""
        self._say("waiting")
        return int(self._hear("open"))

    def inspect(self) -> dict[str, Any]:
        """Return what the database holds now."""
        self._say("inspect")
        return json.loads(self._hear("found"))  # type: ignore[no-any-return]

    def end(self, pid: int, number: signal.Signals) -> None:
        """Send a signal to a child and wait until it is gone. Raises RuntimeError where it had died by itself."""
        self._say(f"end {pid} {int(number)}")
        said = self._hear("ended")
        if said not in {"0", str(-int(number))}:
            raise RuntimeError(f"a child of the nursery ended with {said}")

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


def run(
    scenario: str,
    *,
    kills: int,
    folder: Path,
    server_url: str | None = None,
    seed: int = 0,
    lease: float = 1.0,
    patience: float = 60.0,
    clock_file: Path | None = None,
    clock_step: float = 0.0,
    workers: int = 1,
) -> Report:
    """Let `scenario` flow, kill one of `workers` `kills` times at random, let the rest be sent; return what was found.

    `lease` and `patience` in seconds. With a `clock_file` the clock moves `clock_step` seconds at each kill; that is
    only fair with one worker, since a jump ends the lease of the living.
    """
    dice = random.Random(seed)
    clerk = SlowClerk(random.Random(seed + 1))
    with serving(clerk) as port, fresh_database(folder, server_url) as url:
        environment = _environment(folder, database_url=url, port=port, clock_file=clock_file)
        nursery = Nursery(scenario, lease=lease, environment=environment)
        try:
            pace = Pace(dice, lambda: len(clerk.kept))
            _kill_and_kill(nursery, kills=kills, pace=pace, clock=(clock_file, clock_step), workers=workers)
            if clock_file is not None:
                _let_time_pass(nursery, patience=patience, clock_file=clock_file)
            found = _let_settle(nursery, patience=patience)
        finally:
            nursery.close()
    rows = [(str(k), str(m), str(s), int(a)) for k, m, s, a in found["rows"]]
    return Report(kills=kills, rows=rows, received=clerk.kept, complaints=found["complaints"])


class Pace:
    """How long the next worker lives: at random, and longer where the machine is too busy for one to send anything."""

    def __init__(self, dice: random.Random, arrived: Callable[[], int]) -> None:
        self.dice = dice
        self._arrived = arrived
        self._before, self._idle, self._stretch = 0, 0, 1.0

    def next_life(self) -> float:
        """Return how many seconds the next worker lives."""
        arrived = self._arrived()
        self._idle = self._idle + 1 if arrived == self._before else 0
        self._before = arrived
        if self._idle >= _IDLE_LIVES:
            self._stretch = min(_LONGEST_STRETCH, self._stretch * 1.5)
        elif not self._idle:
            self._stretch = max(1.0, self._stretch / 1.1)
        return self.dice.uniform(0.02, 0.3 * self._stretch)


_IDLE_LIVES, _LONGEST_STRETCH = 2, 6.0


def _environment(folder: Path, *, database_url: str, port: int, clock_file: Path | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ENTREMISE_")}
    made = {
        "DJANGO_SETTINGS_MODULE": "entremise.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DATABASE_URL": database_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "ENTREMISE_DATA_DIR": str(folder / "data"),
        "ENTREMISE_SITE_URL": "http://entremise.test",
    }
    return {**kept, **made, **({"ENTREMISE_CLOCK_FILE": str(clock_file)} if clock_file else {})}


def _kill_and_kill(nursery: Nursery, *, kills: int, pace: Pace, clock: tuple[Path | None, float], workers: int) -> None:
    feeder = nursery.fork("feeder")
    living = [nursery.fork("worker") for _ in range(workers)]
    clock_file, step = clock
    for number in range(kills):
        time.sleep(pace.next_life())
        nursery.end(living.pop(pace.dice.randrange(len(living))), signal.SIGKILL)
        if clock_file is not None:
            clock_file.write_text(str((number + 1) * step), "ascii")
        living.append(nursery.fork("worker"))
    nursery.end(feeder, signal.SIGTERM)
    for pid in living:
        nursery.end(pid, signal.SIGTERM)


def _let_settle(nursery: Nursery, *, patience: float) -> dict[str, Any]:
    """Let one worker live until nothing waits, or patience ends; return what the database holds then."""
    worker = nursery.fork("worker")
    until = time.monotonic() + patience
    while time.monotonic() < until and nursery.waiting():
        time.sleep(0.2)
    nursery.end(worker, signal.SIGTERM)
    return nursery.inspect()


def _let_time_pass(nursery: Nursery, *, patience: float, clock_file: Path) -> None:
    """Move the clock from one instant at which something happens to the next, while no worker lives, to the end."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        worker = nursery.fork("worker")
        wait: float | None = 0.0
        while time.monotonic() < until and (nursery.waiting() or (wait := nursery.wait_for()) == 0.0):
            time.sleep(0.1)
        nursery.end(worker, signal.SIGTERM)
        if wait is None:
            return
        clock_file.write_text(str(float(clock_file.read_text("ascii") or 0) + wait), "ascii")


# ── what follows runs inside the nursery ─────────────────────────────────────────────────────────────────────


def _tend(scenario_name: str, lease: float) -> None:
    """Set the database up, then fork what the parent asks for until it closes the line."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from entremise.lib import clock
    from entremise.lib.chance import SystemChance

    scenario = importlib.import_module(scenario_name)
    importlib.import_module("entremise.worker.loop")
    Path(os.environ["ENTREMISE_DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    if hasattr(scenario, "prepare"):
        scenario.prepare(clock.now(), SystemChance())
    connections.close_all()  # a child must not inherit a line
    print("ready", flush=True)
    try:
        _obey(scenario, lease)
    finally:
        for pid in _CHILDREN:
            os.kill(pid, signal.SIGKILL)  # or they would hold the line open after us, and the parent wait for ever


_CHILDREN: set[int] = set()


def _obey(scenario: ModuleType, lease: float) -> None:
    from django.db import connections

    from entremise.lib import clock
    from entremise.lib.chance import SystemChance

    for line in sys.stdin:
        match line.split():
            case ["end", number, signal_number]:
                print("ended", _end(int(number), int(signal_number)), flush=True)
            case ["wait_for"]:
                wait = scenario.wait_for(clock.now(), SystemChance()) if hasattr(scenario, "wait_for") else None
                print("wait", json.dumps(wait), flush=True)
                connections.close_all()
            case ["waiting"]:
                print("open", _count_open(), flush=True)
                connections.close_all()
            case ["inspect"]:
                print("found", json.dumps(_inspect(scenario)), flush=True)
                connections.close_all()
            case [role]:
                pid = os.fork() or _live(role, scenario, lease)
                _CHILDREN.add(pid)
                print("pid", pid, flush=True)


def _end(pid: int, number: int) -> int:
    _CHILDREN.discard(pid)
    gone, status = os.waitpid(pid, os.WNOHANG)
    if gone:
        return os.waitstatus_to_exitcode(status) or 1  # it should have been alive
    os.kill(pid, number)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _live(role: str, scenario: ModuleType, lease: float) -> NoReturn:
    """Be a worker or a feeder until told to stop, and leave without running the nursery's own ending."""
    status = 1
    try:
        os.close(0)
        random.seed()
        {"worker": _work, "feeder": _feed}[role](scenario, lease)
        status = 0
    except BaseException:  # noqa: BLE001 - printed, and the status says it: this process ends here either way
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _work(scenario: ModuleType, lease: float) -> None:
    from entremise.lib.chance import SystemChance
    from entremise.worker import jobs, loop
    from entremise.worker.stopping import StopOnSignals
    from entremise.worker.transports import chosen

    work = loop.Work(
        transport=chosen(SystemChance()),
        renderers=getattr(scenario, "RENDERERS", jobs.RENDERERS),
        periodic=getattr(scenario, "PERIODIC", jobs.PERIODIC),
        lease=timedelta(seconds=lease),
    )
    loop.run(stop=StopOnSignals(), work=work)


def _feed(scenario: ModuleType, lease: float) -> None:
    from entremise.lib import clock
    from entremise.lib.chance import SystemChance
    from entremise.worker.stopping import StopOnSignals

    stop, chance, n = StopOnSignals(), SystemChance(), 0
    while not stop.is_set():
        if _count_open() < ENOUGH_WAITING:
            scenario.act(n, clock.now(), chance)
            n += 1
        stop.wait(0.02)


def _count_open() -> int:
    from entremise.outbox import queries

    return sum(queries.counts()[state] for state in OPEN_STATES)


def _inspect(scenario: ModuleType) -> dict[str, Any]:
    from entremise.outbox.models import Message

    complaints = scenario.complaints() if hasattr(scenario, "complaints") else []
    return {
        "rows": list(Message.objects.values_list("key", "message_id", "state", "attempts").order_by("pk")),
        "complaints": complaints,
    }


if __name__ == "__main__":
    _tend(sys.argv[1], float(sys.argv[2]))
