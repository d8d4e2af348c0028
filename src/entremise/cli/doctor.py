"""Look at everything an installation needs, and say in plain words what is right, doubtful or wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import chain

import django
from django.utils.translation import gettext as _

from entremise.cli.examination import coming_back, domain, place, post, store
from entremise.cli.examination.finding import Finding, Level
from entremise.cli.speech import lines, speak
from entremise.lib import dns
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now

_MARKS = {Level.RIGHT: "  ✓ ", Level.DOUBTFUL: "  ? ", Level.WRONG: "  ✗ "}
_PLAIN_MARKS = {Level.RIGHT: " ok ", Level.DOUBTFUL: "  ? ", Level.WRONG: "  X "}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", default="", metavar="ADDRESS", help="send a test letter there, as the program would")


def run(asked: argparse.Namespace) -> int:
    """Examine; the exit status is 0 where all is right, 1 where something is doubtful, 2 where something is wrong."""
    django.setup()
    speak()
    worst = Level.RIGHT
    for title, findings in _parts(asked.to):
        lines("", title)
        for one in findings:
            _tell(one)
            worst = max(worst, one.level)
    verdicts = {
        Level.RIGHT: _("All is right."),
        Level.DOUBTFUL: _("Nothing is wrong, but something is doubtful."),
        Level.WRONG: _("Something is wrong."),
    }
    lines("", verdicts[worst])
    return int(worst)


def _parts(to: str) -> Iterator[tuple[str, Iterator[Finding]]]:
    at, chance = now(), SystemChance()
    resolvers = dns.resolvers()
    yield _("The place"), place.examine()
    yield _("The database, the worker, the backups"), store.examine(now=at)
    yield _("The mail server"), chain(post.examine(to=to, now=at, chance=chance), coming_back.examine(now=at))
    yield (
        _("The sending domain"),
        domain.examine(ask=lambda name: dns.texts(name, chance=chance, ask=resolvers)),
    )


def _tell(one: Finding) -> None:
    drawn = (sys.stdout.encoding or "").lower().startswith("utf")
    lines((_MARKS if drawn else _PLAIN_MARKS)[one.level] + one.said)
    if one.do:
        lines("      → " + one.do if drawn else "      -> " + one.do)
