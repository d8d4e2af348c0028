"""Mail that comes back: whether it can be told whose it is, and the worker can read and empty its folder (R18)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from entremise.cli.examination.finding import Finding, doubtful, right, wrong

_LIES_LONG = timedelta(minutes=15)  # the worker looks every second, and again after ten minutes where it could not


def examine(*, now: datetime) -> Iterator[Finding]:
    """Look at the settings and the folder of undelivered mail; nothing is said where none is asked for."""
    address, folder = settings.ENTREMISE.bounce_address, settings.ENTREMISE.bounce_maildir
    if folder is None:
        if address:
            yield right(_("Mail that comes back goes to %s; the mail server is to pipe it into the program.") % address)
        return
    if not address:
        yield wrong(
            _("Undelivered mail is looked for, but no letter of ours comes back there."),
            _("Set ENTREMISE_BOUNCE_ADDRESS as well: the key after its plus sign says which letter it was."),
        )
    trouble = _trouble(folder)
    yield trouble or _lying(folder / "new", now=now)


def _trouble(folder: Path) -> Finding | None:
    """Say what keeps the program from reading and emptying the folder, as the user who asks."""
    about = {"folder": folder}
    if not folder.is_dir():
        return wrong(
            _("The folder of undelivered mail is not there: %(folder)s") % about,
            _("Look at ENTREMISE_BOUNCE_MAILDIR, and let the mail server deliver there once."),
        )
    parts = [folder / "new", folder / "cur"]
    missing = [part.name for part in parts if not part.is_dir()]
    if missing:
        return wrong(
            _("The folder of undelivered mail is no Maildir: %(folder)s lacks %(missing)s")
            % {**about, "missing": ", ".join(missing)},
            _("Let the mail server deliver there once; in Postfix the path ends in a slash."),
        )
    if not all(os.access(part, os.R_OK | os.W_OK | os.X_OK) for part in parts):
        return wrong(
            _("The program may not read or empty the folder of undelivered mail: %(folder)s") % about,
            _("Let the mail server deliver as the program's user, and allow the service to write there."),
        )
    return None


def _lying(new: Path, *, now: datetime) -> Finding:
    """Say how much lies there that the worker should have taken; it may be allowed less than whoever asks."""
    before = (now - _LIES_LONG).timestamp()
    mails = [mail for mail in new.iterdir() if mail.is_file() and not mail.is_symlink()]
    late = sum(mail.stat().st_mtime < before for mail in mails)
    if late:
        return doubtful(
            _("Undelivered mail that nobody has read for a quarter of an hour: %d.") % late,
            _("Look whether the worker runs, and what its unit may write to: ReadWritePaths in entremise.service."),
        )
    return right(_("The folder of undelivered mail is in its place, and is read and emptied."))
