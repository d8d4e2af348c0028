"""Run the web server alone.

The process becomes the server: signals and the exit status are the server's own.
"""

from __future__ import annotations

import argparse
import os
import sys

from django.conf import settings

from entremise.cli.preparation import end_with_parent, prepare

_WORKERS = 2
_THREADS = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    add_address(parser)
    parser.add_argument("--workers", type=int, default=_WORKERS, help="web processes (default: %(default)s)")
    parser.add_argument("--as-child", action="store_true", help=argparse.SUPPRESS)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Declare where the server listens; the port is a setting, because links hold it."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")


def run(asked: argparse.Namespace) -> int:
    if asked.as_child:
        end_with_parent()  # `serve` has prepared everything
    else:
        prepare()
    command = server(host=asked.host, port=settings.ENTREMISE.port, workers=asked.workers)
    os.execv(sys.executable, command)  # noqa: S606


def server(*, host: str, port: int, workers: int) -> list[str]:
    """Return the command line of the server."""
    return [
        *(sys.executable, "-m", "granian", "entremise.config.wsgi:application"),
        *("--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(_THREADS)),
        *("--blocking-threads-idle-timeout", "600", "--workers-kill-timeout", "10"),
        *("--log-level", "warning", "--no-access-log"),
    ]
