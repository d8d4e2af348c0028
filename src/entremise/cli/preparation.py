"""What must be true before the program runs: a right environment, tables up to date, static files in place."""

from __future__ import annotations

import ctypes
import io
import signal
import sys

import django
from django.core.management import CommandError, call_command

_PR_SET_PDEATHSIG = 1


def prepare() -> None:
    """Check the environment, bring the database up to date and lay out the static files.

    Ends the program with status 1, saying every number and reason, where something is wrong; nothing is written then.
    """
    django.setup()
    try:
        call_command("check", stdout=io.StringIO())  # warnings still go to standard error
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
    except CommandError as problem:
        sys.exit(str(problem))


def end_with_parent() -> None:
    """Have the kernel ask this process to end (SIGTERM) when its parent dies, however that happens; Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
