"""How fast it is: `make bench`, or `python -m tests.performance.bench [--quick] [--database postgresql]`.

Two invented installations, one ten times the other, are built in fresh databases and served by the real server; then
the worker is killed again and again while referrals flow. Prints what was measured beside what is aimed at. It
asserts nothing and ends with 0: a slow machine is no fault. All on loopback, nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import postgres
from tests.worker import kill_harness

ROOT = Path(__file__).resolve().parents[2]
# In milliseconds at p50, with one client.
AIMS = {
    **{"home": 10, "contacts": 15, "contact": 15, "search": 15, "stories": 15, "story": 10},
    **dict.fromkeys(("learning", "received", "given", "radar", "corrected", "correction", "questions", "review"), 40),
    "create": 15,
}
FLAT = 1.3  # p50 of the large installation over that of one a tenth of it
LARGE, QUICK = 100_000, 8_000
FLOW = "tests.worker.flow_of_referrals"
HOLD_ENDS = 16 * 60.0  # seconds the clock moves at each kill


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 whatever the numbers are."""
    asked = _asked(arguments)
    with _folder() as folder:
        os.environ.setdefault("ENTREMISE_DATA_DIR", str(folder))  # for the tables each database begins with
        return _measured(asked)


def _measured(asked: argparse.Namespace) -> int:
    server = postgres.start() if asked.database == "postgresql" else None
    referrals = asked.referrals or (QUICK if asked.quick else LARGE)
    kills = asked.kills if asked.kills is not None else (20 if asked.quick else 300)
    print(f"{asked.database}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before we began", flush=True)
    if referrals:
        found = [measure(size, server=server, quick=asked.quick) for size in (referrals // 10, referrals)]
        print("\n".join(table(*found, referrals=referrals)), flush=True)
    if kills:
        print(killed(kills, server=server), flush=True)
    return 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small one, within a minute")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--referrals", type=int, help="of the larger installation, 0 for none (default: 100,000)")
    parser.add_argument("--kills", type=int, help="of the worker, 0 for none (default: 300)")
    return parser.parse_args(arguments)


def measure(referrals: int, *, server: str | None, quick: bool) -> dict[str, Any]:
    """Return what `measure` found about an installation with this many referrals."""
    print(f"  {referrals:,} referrals", file=sys.stderr, flush=True)
    pages, seconds = ("60", "1.5") if quick else ("200", "4")
    with _folder() as folder, kill_harness.fresh_database(folder, server) as url:
        command = [sys.executable, "-m", "tests.performance.measure", str(referrals), pages, seconds]
        environment = _environment(folder, url)
        said = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(said.stdout.splitlines()[-1])  # type: ignore[no-any-return]


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="entremise-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, url: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ENTREMISE_")}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    made = {
        "DJANGO_SETTINGS_MODULE": "entremise.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DATABASE_URL": url,
        "ENTREMISE_DATA_DIR": str(folder / "data"),
        "ENTREMISE_PORT": str(port),
    }
    return {**kept, **made}


def table(small: Mapping[str, Any], large: Mapping[str, Any], *, referrals: int) -> Iterator[str]:
    """Give the lines of the table: times in milliseconds, rates in answers a second."""
    yield f"{referrals:,} referrals and contacts, about {10 * referrals:,} things that happened with them"
    yield "times in ms with one client, answers a second with eight"
    yield f"{'page':10}{'p50':>7}{'aim':>6}  {'':5}{'p95':>7}{'processor':>11}{'a second':>10}{'× tenth':>9}  flat"
    for name, aim in AIMS.items():
        row = large[name]
        ratio = row["p50"] / small[name]["p50"]
        yield (
            f"{name:10}{row['p50']:7.1f}{aim:6d}  {_word(row['p50'] <= aim):5}{row['p95']:7.1f}"
            f"{row['processor']:11.1f}{row['rate']:10.0f}{ratio:9.2f}  {_word(ratio <= FLAT)}"
        )


def _word(within: bool) -> str:
    return "ok" if within else "over"


def killed(kills: int, *, server: str | None) -> str:
    """Kill the worker this often while referrals flow; return what became of them, as a sentence or more."""
    start = time.monotonic()
    with _folder() as folder:
        clock = folder / "clock"
        report = kill_harness.run(
            FLOW, kills=kills, folder=folder, server_url=server, clock_file=clock, clock_step=HOLD_ENDS
        )
    faults = report.faults()
    took = time.monotonic() - start
    said = (
        f"{kills} kills in {took:.0f} s: {len(report.rows)} messages, {report.interrupted()} of them interrupted, "
        f"{report.repeated()} mails repeated under the same Message-ID, {len(faults)} faults"
    )
    return "\n".join((said, *faults[:20]))


if __name__ == "__main__":
    sys.exit(main())
