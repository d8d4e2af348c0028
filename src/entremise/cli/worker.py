"""Run the worker alone: it sends what is due and acts when time has come.

The process becomes the worker: signals and the exit status are the worker's own.
"""

from __future__ import annotations

import argparse
import os
import sys

from entremise.cli.preparation import end_with_parent, prepare


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-child", action="store_true", help=argparse.SUPPRESS)


def run(asked: argparse.Namespace) -> int:
    if asked.as_child:
        end_with_parent()  # `serve` has prepared everything
    else:
        prepare()
    os.execv(sys.executable, [sys.executable, "-m", "entremise.worker"])  # noqa: S606
