"""Django's own commands: check, migrate, shell…"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from django.core.management import ManagementUtility


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="COMMAND", help="for example: check")


def run(asked: argparse.Namespace) -> int:
    return hand_over(asked.words)


def hand_over(words: Sequence[str]) -> int:
    """Let Django do what `words` say, options included; it ends the program itself where it fails."""
    ManagementUtility(["entremise manage", *words]).execute()
    return 0
