"""What can go wrong with backups, in words that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from entremise.lib.backup import archive, keeping, manifest, postgresql, sealing, sqlite

_WORDS = {
    archive.NeedsPassphrase: _("This backup is encrypted. Set ENTREMISE_BACKUP_PASSPHRASE and try again."),
    sealing.Unsealable: _("This backup does not open: other words encrypted it, or the file was cut off or changed."),
    archive.Damaged: _("This backup is damaged: what it holds is not what was written. Take another one."),
    sqlite.Broken: _("The database's own check of itself failed: it is damaged. Nothing was kept of it."),
    keeping.Differs: _("Read again, the backup does not hold the rows it should. Do not rely on it."),
    keeping.OtherEngine: _("This backup is of the other kind of database (%(said)s). Set DATABASE_URL accordingly."),
    keeping.FromTheFuture: _("This backup is of a newer version (%(said)s). Install that version, then restore."),
    keeping.NotEmpty: _(
        "The database is not empty, and nothing was changed. With --replace what it holds is backed up first, and then "
        "replaced."
    ),
    keeping.OtherSecret: _(
        "This backup was made with another secret key. Put the file secret-key of that installation back into the data "
        "folder first: without it no link opens, and nobody's refusal is recognised. Only if that file is lost for "
        "good: --secret-lost."
    ),
    postgresql.NoProgram: _("%(said)s is missing: install PostgreSQL's client programs (package postgresql-client)."),
    postgresql.Failed: _("PostgreSQL said: %(said)s"),
    manifest.Unreadable: _("This file is no backup that this version can read."),
    FileExistsError: _("A backup of this very second is there already: %(said)s"),
    OSError: _("The file could not be read or written: %(said)s"),
}
EXPECTED = tuple(_WORDS)


def explain(problem: BaseException) -> str:
    """Return what went wrong and what to do, for one of EXPECTED."""
    words = next(said for kind, said in _WORDS.items() if isinstance(problem, kind))
    return str(words) % {"said": str(problem)}
