"""Queries that are written once in a process: afterwards only their values change.

Putting a query of Django's into SQL takes far longer than the database takes to answer it. A page that asks a dozen of
them, always the same ones, keeps their text.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.query import ValuesIterable

# How PostgreSQL names a list of these; SQLite reads one from its text.
_LISTS = {int: "bigint[]", str: "text[]"}


@dataclass(frozen=True)
class _Blank:
    """Where a value goes, or several."""

    name: str
    many: bool = False


class _Given(Expression):
    """A value that is not known yet, as the right side of a filter."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, *_compiler: Any, **_connection: Any) -> Any:
        return "%s", [_Blank(self.name)]


class _GivenMany(Expression):
    """Values that are not known yet, however many, as the right side of `__in`."""

    def __init__(self, name: str, kind: type) -> None:
        super().__init__()
        self.name = name
        self.kind = kind

    def as_sql(self, *_compiler: Any, **_connection: Any) -> Any:
        return f"(SELECT unnest(%s::{_LISTS[self.kind]}))", [_Blank(self.name, many=True)]

    def as_sqlite(self, *_compiler: Any, **_connection: Any) -> Any:
        return "(SELECT value FROM json_each(%s))", [_Blank(self.name, many=True)]


@dataclass(frozen=True, kw_only=True)
class _Written:
    """A query as one database is asked it, and how what comes back becomes rows."""

    sql: str
    values: Sequence[Any]
    row: Callable[[Sequence[Any]], Any]
    converted: Callable[[Sequence[Any]], Sequence[Any]]


class Prepared:
    """Calling it with the values by name returns the rows: dictionaries after `.values()`, else the table's own.

    `make` returns the queryset, and is called once, with stand-ins for its parameters: they may be compared with, and
    used in no other way. Those named in `many` stand for any number of values of that type, and are only compared
    with by `__in`. A row of a table comes without the rows it points at.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *, many: Mapping[str, type] | None = None) -> None:
        self._make = make
        self._many = many or {}
        self._written: dict[str, _Written] = {}

    def __call__(self, **given: Any) -> list[Any]:
        """Return the rows for these values, as a list, in one query."""
        written = self._written.get(connection.vendor) or self._write()
        values = [_filled(one, given) if isinstance(one, _Blank) else one for one in written.values]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, values)
            found = cursor.fetchall()
        return [written.row(row) for row in written.converted(found)]

    def _write(self) -> _Written:
        rows = self._make(**{name: self._blank(name) for name in inspect.signature(self._make).parameters})
        compiler = rows.query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        written = _Written(
            sql=sql,
            values=values,
            row=_dictionary(rows) if rows._iterable_class is ValuesIterable else _row(rows),
            converted=lambda found: list(compiler.apply_converters(found, converters)) if converters else found,
        )
        self._written[connection.vendor] = written
        return written

    def _blank(self, name: str) -> Expression:
        return _GivenMany(name, self._many[name]) if name in self._many else _Given(name)


def _filled(blank: _Blank, given: Mapping[str, Any]) -> Any:
    value = given[blank.name]
    if not blank.many:
        return _adapted(value)
    return json.dumps(list(value)) if connection.vendor == "sqlite" else list(value)


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _dictionary(rows: QuerySet[Any, Any]) -> Callable[[Sequence[Any]], Mapping[str, Any]]:
    names = list(rows.query.selected or ())
    return lambda row: dict(zip(names, row, strict=True))


def _row(rows: QuerySet[Any, Any]) -> Callable[[Sequence[Any]], Any]:
    names = [column.attname for column in rows.model._meta.concrete_fields]
    return lambda row: rows.model.from_db(connection.alias, names, row)
