"""Run the web server alone.

The process becomes the server: signals and the exit status are the server's own.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from django.conf import settings

from entremise.cli.preparation import end_with_parent, prepare

_WORKERS = 2
_THREADS = 2
_HEAD_WITHIN = 4000  # milliseconds for the head of a request, and of idleness before a connection is closed
_LOGS = Path(__file__).with_name("web_server_logs.json")
_ACCESS = "%(method)s %(path)s %(status)d %(dt_ms).0f ms"  # no address of whoever reads, no query


def arguments(parser: argparse.ArgumentParser) -> None:
    add_address(parser)
    parser.add_argument("--workers", type=int, default=_WORKERS, help="web processes (default: %(default)s)")
    parser.add_argument("--as-child", action="store_true", help=argparse.SUPPRESS)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Declare where the server listens; the port is a setting, because links hold it."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--access-log", action="store_true", help="log every request, without who or which link")


def run(asked: argparse.Namespace) -> int:
    if asked.as_child:
        end_with_parent()  # `serve` has prepared everything
    else:
        prepare()
    port = settings.ENTREMISE.port
    command = server(host=asked.host, port=port, workers=asked.workers, access_log=asked.access_log)
    os.execv(sys.executable, command)  # noqa: S606


def server(*, host: str, port: int, workers: int, access_log: bool) -> list[str]:
    """Return the command line of the server."""
    return [
        *(sys.executable, "-m", "granian", "entremise.config.wsgi:application"),
        *("--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(_THREADS)),
        *("--blocking-threads-idle-timeout", "600", "--workers-kill-timeout", "10"),
        # Whoever began a request and does not go on holds up the end of a process; this is for how long.
        *("--http1-header-read-timeout", str(_HEAD_WITHIN)),
        *("--log-level", "info" if access_log else "warning", "--log-config", str(_LOGS)),
        *(("--access-log", "--access-log-fmt", _ACCESS) if access_log else ("--no-access-log",)),
    ]
