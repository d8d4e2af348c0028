"""SQLite by its online backup interface: a consistent copy while others read and write."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.db import connection


class Broken(ValueError):  # noqa: N818 - named as the fact it states
    """The database's own check of itself found it damaged."""


def dump(path: Path) -> dict[str, int]:
    """Write a whole copy of the database to a new file; return how many rows each table of the copy has."""
    connection.ensure_connection()
    with _opened(path) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
    return check(path)


def check(path: Path) -> dict[str, int]:
    """Return how many rows each table has; raise Broken where the file is not whole."""
    try:
        with _opened(path) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise Broken
            return _counts(copy)
    except sqlite3.DatabaseError as problem:
        raise Broken from problem


def _counts(copy: sqlite3.Connection) -> dict[str, int]:
    rows = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = sorted(name for (name,) in rows)
    return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def load(path: Path) -> None:
    """Put the copy in the place of everything the database holds, at once for everybody who reads it."""
    connection.ensure_connection()
    with _opened(path) as copy:
        copy.backup(connection.connection)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path)) as opened:
        yield opened
