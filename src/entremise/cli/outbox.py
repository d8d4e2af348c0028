"""Look at what waits to be sent, freeze it, or let it leave again."""

from __future__ import annotations

import argparse

import django
from django.utils.translation import gettext as _

from entremise.cli.speech import lines, speak
from entremise.lib.clock import now


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", choices=("show", "freeze", "thaw"), default="show", help="default: show")
    parser.add_argument(
        "--drop-overdue",
        action="store_true",
        help="with thaw: give up what should have left before the freeze; after a restore it most likely has",
    )


def run(asked: argparse.Namespace) -> int:
    """Do it and say how things stand then; the exit status is 0."""
    django.setup()
    speak()
    from entremise.outbox import actions  # needs Django set up

    if asked.act == "freeze":
        actions.freeze(now=now())
    if asked.act == "thaw":
        dropped = actions.thaw(now=now(), drop_overdue=asked.drop_overdue)
        lines(_("Given up: %(count)d.") % {"count": dropped}) if asked.drop_overdue else None
    _show()
    return 0


def _show() -> None:
    from entremise.outbox import queries  # needs Django set up

    frozen = queries.frozen()
    if frozen is None:
        lines(_("Mail leaves when it is due."))
    else:
        lines(_("The outbox is frozen since %(at)s: nothing is sent.") % {"at": f"{frozen[0]:%Y-%m-%d %H:%M} UTC"})
        overdue = queries.overdue(by=frozen[0])
        lines(_("Waiting since before the freeze: %(count)d.") % {"count": overdue})
        if frozen[1] and overdue:
            lines(
                _("A backup was restored: most of these have left already, before what was lost was lost."),
                "  entremise outbox thaw --drop-overdue   " + _("lets mail leave again, without them"),
                "  entremise outbox thaw                  " + _("lets all of it leave, some for the second time"),
            )
    for state, count in queries.counts().items():
        lines(f"{count:7}  {state}")
