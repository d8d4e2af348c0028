"""The database, what waits in it, and its backups."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils.translation import gettext as _

from entremise.cli.examination.finding import Finding, doubtful, right, wrong
from entremise.lib import schema
from entremise.lib.backup import keeping
from entremise.lib.faults import whereabouts

_POSTGRESQL_LEAST = 15
_OLD, _TOO_OLD = timedelta(days=2), timedelta(days=8)


def examine(*, now: datetime) -> Iterator[Finding]:
    """Look at the database, then at what only a right one can tell."""
    try:
        yield from _engine()
        missing = schema.missing()
        if missing:
            yield wrong(
                _("The tables are not those of this version; missing: %s") % ", ".join(missing),
                _("Start `entremise serve` once, or run: entremise manage migrate"),
            )
            return
        yield right(_("The tables are those of this version."))
        yield _writable()
        yield from _outbox(now)
    except (DatabaseError, InterfaceError) as problem:
        print(whereabouts(problem), file=sys.stderr)
        yield wrong(_("The database cannot be used."), _("Look at DATABASE_URL, and whether the server runs."))
    yield _backup(now)


def _engine() -> Iterator[Finding]:
    connection.ensure_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version_num")
            major = int(cursor.fetchone()[0]) // 10_000
            said = _("PostgreSQL %s answers.") % major
            old = _("Use PostgreSQL %s or newer.") % _POSTGRESQL_LEAST
            yield right(said) if major >= _POSTGRESQL_LEAST else wrong(said, old)
            return
        cursor.execute("PRAGMA journal_mode")
        (mode,) = cursor.fetchone()
    if mode in {"wal", "memory"}:
        yield right(_("SQLite answers; reading and writing do not block each other."))
    else:
        yield doubtful(
            _("SQLite keeps its journal in the mode %s: reading waits for writing.") % mode,
            _("Keep the data folder on a disk of this machine, not on a shared one."),
        )


def _writable() -> Finding:
    """Write something and take it back."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE entremise_doctor (seen integer)")
            transaction.set_rollback(True)
    except DatabaseError as problem:
        print(whereabouts(problem), file=sys.stderr)
        look = _("Look at its rights, and at the space on its disk.")
        return wrong(_("Nothing can be written to the database."), look)
    return right(_("It can be written to."))


def _outbox(now: datetime) -> Iterator[Finding]:
    from entremise.outbox import queries  # needs Django set up

    health = queries.health(now=now)
    if health.worker_lives:
        yield right(_("The worker works."))
    else:
        yield wrong(
            _("The worker says nothing: no mail leaves and nothing happens when time has come."),
            _("Start `entremise serve`, or `entremise worker` beside `entremise web`."),
        )
    if health.frozen_since:
        yield doubtful(
            _("The outbox is frozen: nothing is sent."), _("When you have looked around: entremise outbox thaw")
        )
    elif health.stuck:
        yield wrong(_("Mail that should have left long ago is still here."), _("Look at the worker's log."))
    dead = queries.counts()["dead"]
    if dead:
        yield doubtful(
            _("Mails given up: %d.") % dead, _("`entremise undelivered` names them, the owner's page counts them.")
        )


def _backup(now: datetime) -> Finding:
    last = keeping.last()
    if last is None:
        return doubtful(
            _("No backup was ever made."), _("entremise backup, every day: the guide shows how a timer does it.")
        )
    age = now - last.made_at
    said = _("The newest backup is %(days)d days old.") % {"days": age.days}
    if age > _TOO_OLD:
        return wrong(said, _("entremise backup, and look why the timer does not make one."))
    if age > _OLD:
        return doubtful(said, _("entremise backup, and look why the timer does not make one."))
    if not last.sealed:
        return doubtful(_("The newest backup is not encrypted."), _("Set ENTREMISE_BACKUP_PASSPHRASE."))
    return right(_("The newest backup was read again, is encrypted and is less than two days old."))
