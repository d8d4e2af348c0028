"""Put a backup back, do again what was refused and erased since, and let no mail leave until somebody says so."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from entremise.cli import failures
from entremise.cli.speech import lines, speak
from entremise.lib.backup import keeping
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now

# An act bears the instant at which it began; the backup may have been made before it was written down.
_BEGUN_BEFORE = timedelta(minutes=10)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that `entremise backup` wrote")
    parser.add_argument("--replace", action="store_true", help="replace what is there, which is backed up first")
    parser.add_argument("--secret-lost", action="store_true", help="restore although its secret key is lost for good")


def run(asked: argparse.Namespace) -> int:
    """Restore; the exit status is 1 where nothing was restored, or some acts since could not be done again."""
    django.setup()
    speak()
    if _is_running():
        print(_("The program is running: stop it first, and wait a minute."), file=sys.stderr)
        return 1
    try:
        return _restore(asked)
    except failures.EXPECTED as problem:
        print(failures.explain(problem), file=sys.stderr)
        return 1


def _is_running() -> bool:
    """Tell whether a worker said within the last minute that it lives; a database without tables has none."""
    from entremise.outbox import queries  # needs Django set up

    try:
        pulse = queries.health(now=now()).pulse_at
    except DatabaseError:
        return False
    return pulse is not None and abs(now() - pulse) < timedelta(minutes=1)


def _restore(asked: argparse.Namespace) -> int:
    words = settings.ENTREMISE.backup_passphrase
    keeping.verify(asked.file, passphrase=words)
    if asked.replace and not keeping.is_empty():
        folder = settings.ENTREMISE.backup_dir / "before-restore"
        kept = keeping.make(folder=folder, passphrase=words, now=now(), chance=SystemChance())
        lines(_("What was there is kept in %(file)s.") % {"file": kept.file})
    said = keeping.restore(asked.file, passphrase=words, replace=asked.replace, secret_lost=asked.secret_lost)
    connection.close()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    about = {"at": f"{said.made_at:%Y-%m-%d %H:%M} UTC", "version": said.version, "rows": sum(said.tables.values())}
    lines(_("Restored: the state of %(at)s (version %(version)s, %(rows)d rows).") % about)
    return _settle(said.made_at)


def _settle(made_at: datetime) -> int:
    """Freeze the outbox, then do again what the journal holds."""
    from entremise.cli.reapplying import reapply  # needs Django set up
    from entremise.outbox import actions

    actions.freeze(now=now(), until_then=made_at)
    again = reapply(since=made_at - _BEGUN_BEFORE, chance=SystemChance())
    for kind, count in sorted(again.done.items()):
        lines(_("Done again from the journal: %(kind)s, %(count)d.") % {"kind": kind, "count": count})
    for kind, count in sorted(again.unhandled.items()):
        lines(_("NOT done again, for want of knowing how: %(kind)s, %(count)d.") % {"kind": kind, "count": count})
    if again.damaged:
        lines(_("Lines of the journal that cannot be read: %(count)d.") % {"count": again.damaged})
    lines(_("The outbox is frozen: nothing is sent. Look around, then: entremise outbox thaw"))
    return int(bool(again.unhandled or again.damaged))
