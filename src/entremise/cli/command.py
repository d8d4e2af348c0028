"""The `entremise` command and the table of its verbs.

A verb is a module of this package with the verb's name: its docstring's first line is the help, `arguments` declares
what it takes, `run` does it and returns the exit status.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from entremise.cli import manage

VERBS = (
    "demo",
    "serve",
    "web",
    "worker",
    "doctor",
    "backup",
    "restore",
    "outbox",
    "manage",
    "mailbox",
    "owner",
    "proofs",
    "telephone",
    "undelivered",
    "bounces",
)


class Verb(Protocol):
    """What a module of a verb offers."""

    __doc__: str | None

    def arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, asked: argparse.Namespace) -> int: ...


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="entremise", description="Recommend people well.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in VERBS:
        module = cast(Verb, importlib.import_module(f"entremise.cli.{name}"))
        summary = (module.__doc__ or "").strip().splitlines()[0]
        verb = verbs.add_parser(name, help=summary, description=summary, add_help=name != "manage")
        module.arguments(verb)
        verb.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entremise.config.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["manage"]:
        # Everything after the verb is Django's, options included: argparse must not read it.
        return manage.hand_over(given[1:])
    asked = _parser().parse_args(given)
    return int(asked.run(asked))
