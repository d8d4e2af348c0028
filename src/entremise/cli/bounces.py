"""Read undelivered mail that came back: one mail on standard input, or a folder of them.

For a pipe of the mail server: `|/usr/local/bin/entremise bounces`. What is not a report about one of our messages, or
forged, changes nothing, and is no mistake. The exit status is 75 (try again later) while the database is away.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import django

_TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the report, and comes again
_ALL = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    folder = parser.add_mutually_exclusive_group()
    folder.add_argument("--maildir", type=Path, metavar="DIR", help="read this Maildir instead of standard input")
    folder.add_argument("--mbox", type=Path, metavar="FILE", help="read this mbox file instead of standard input")
    parser.add_argument("--recipient", default="", metavar="ADDRESS", help="the address the mail on the input came to")


def run(asked: argparse.Namespace) -> int:
    """Mark as failed what the reports say has failed for good (R18)."""
    django.setup()
    from django.db import DatabaseError, InterfaceError  # needs Django set up

    from entremise.lib import bounces, clock
    from entremise.outbox.actions import take_report

    take = partial(take_report, now=clock.now())
    try:
        if asked.maildir:
            return _tell(bounces.take_maildir(asked.maildir, take, most=_ALL).stuck)
        if asked.mbox:
            bounces.take_mbox(asked.mbox, take)
        else:
            take(sys.stdin.buffer.read(bounces.LARGEST), recipient=asked.recipient)
    except (DatabaseError, InterfaceError) as problem:
        print(f"the database is away: {type(problem).__name__}", file=sys.stderr)
        return _TRY_LATER
    return 0


def _tell(stuck: Mapping[str, OSError]) -> int:
    """Name the mails that could not be read or taken away; return the exit status."""
    for name, problem in stuck.items():
        print(f"{name}: {type(problem).__name__}", file=sys.stderr)
    return int(bool(stuck))
