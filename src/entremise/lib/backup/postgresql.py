"""PostgreSQL by its own programs: pg_dump writes a consistent copy, pg_restore reads it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

_COPY = re.compile(rb'^COPY (?:\w+\.)?"?(\w+)"? .*FROM stdin;$')


class NoProgram(RuntimeError):  # noqa: N818 - named as the fact it states
    """PostgreSQL's client programs are not installed here; the message is the missing one's name."""


class Failed(RuntimeError):  # noqa: N818 - named as the fact it states
    """A program of PostgreSQL said no; the message is the last thing it said."""


def dump(path: Path) -> dict[str, int]:
    """Write pg_dump's custom format to a new file; return how many rows each table had in that very snapshot."""
    program = _program("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        names = sorted(connection.introspection.table_names(cursor))
        counted = {name: _count(name) for name in names}
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}")
        _run(program, *options, *_tables(names), _where())
    return counted


def _tables(names: Iterable[str]) -> list[str]:
    """Take the program's tables and what belongs to them; extensions and others' schemas stay out."""
    return [f'--table=public."{name}"' for name in names]


def _count(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
        return int(cursor.fetchone()[0])


def check(path: Path) -> dict[str, int]:
    """Return how many rows the dump holds for each table, read as pg_restore reads it; raise Failed, NoProgram."""
    words = [_program("pg_restore"), "--data-only", "--file=-", str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:  # noqa: S603
        counted = dict(_counted(reading.stdout or ()))
        said = reading.stderr.read().decode(errors="replace") if reading.stderr else ""
    if reading.returncode:
        raise Failed(_last(said))
    return dict(sorted(counted.items()))


def _counted(lines: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    table, rows = "", 0
    for line in lines:
        if table and line == b"\\.\n":
            yield table, rows
            table = ""
        elif table:
            rows += 1
        elif found := _COPY.match(line.rstrip(b"\n")):
            table, rows = found[1].decode(), 0


def load(path: Path) -> None:
    """Put the dump in the place of all tables there are; raise NoProgram before anything is touched, Failed."""
    program = _program("pg_restore")
    with transaction.atomic(), connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(name)} CASCADE")
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run(program, *options, _where(), str(path))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoProgram(name)
    return found


def _where() -> str:
    """Return which database, without its password, which every process of the machine could read."""
    told = connection.get_connection_params()
    names = ("dbname", "user", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "service")
    return f"--dbname={make_conninfo(**{name: told[name] for name in names if told.get(name)})}"


def _run(*words: str) -> None:
    password = str(connection.settings_dict.get("PASSWORD") or "")
    environment = dict(os.environ) | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Failed(_last(done.stderr))


def _last(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return lines[0] if lines else ""
