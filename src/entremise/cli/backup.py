"""Back the database up into one file, read it again to be sure, and say what is in it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import django
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entremise.cli import failures
from entremise.cli.speech import lines, speak
from entremise.lib.backup import keeping
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="DIR", help="folder to write to (default: ENTREMISE_BACKUP_DIR)")
    parser.add_argument("--keep", type=int, metavar="N", help="then delete all but the newest N backups there")
    parser.add_argument("--verify", type=Path, metavar="FILE", help="make nothing: read this backup again in full")


def run(asked: argparse.Namespace) -> int:
    """Make, or only verify; the exit status is 1 where there is no good backup now."""
    django.setup()
    speak()
    try:
        return _verify(asked.verify) if asked.verify else _make(asked)
    except failures.EXPECTED as problem:
        print(failures.explain(problem), file=sys.stderr)
        return 1


def _make(asked: argparse.Namespace) -> int:
    place = settings.ENTREMISE
    folder = asked.to or place.backup_dir
    made = keeping.make(folder=folder, passphrase=place.backup_passphrase, now=now(), chance=SystemChance())
    rows = ngettext("%(count)d row", "%(count)d rows", made.rows) % {"count": made.rows}
    about = {"file": made.file, "rows": rows, "size": made.size >> 10}
    lines(
        _("Backed up to %(file)s (%(rows)s, %(size)d kB).") % about,
        _("Read again from the disk: every checksum and every count is right."),
        _("It is encrypted with ENTREMISE_BACKUP_PASSPHRASE. Keep those words elsewhere too: without them it is lost.")
        if made.sealed
        else _("It is NOT encrypted: whoever has the file reads everything. Set ENTREMISE_BACKUP_PASSPHRASE."),
        _("Keep copies of these apart from it, they are not in it: %(secret)s (makes every link) and %(journal)s.")
        % {"secret": place.data_dir / "secret-key", "journal": place.data_dir / "journal"},
    )
    if asked.keep and asked.keep > 0:
        gone = keeping.thin_out(Path(made.file).parent, keep=asked.keep)
        lines(ngettext("%(count)d older backup deleted.", "%(count)d older backups deleted.", gone) % {"count": gone})
    return 0


def _verify(path: Path) -> int:
    said = keeping.verify(path, passphrase=settings.ENTREMISE.backup_passphrase)
    about = {"file": path, "at": f"{said.made_at:%Y-%m-%d %H:%M} UTC", "version": said.version, "engine": said.engine}
    lines(
        _("%(file)s is whole: made %(at)s by version %(version)s, from %(engine)s.") % about,
        *(f"{count:9}  {name}" for name, count in said.tables.items()),
    )
    return 0
