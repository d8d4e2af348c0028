"""Writers of SQLite take turns: nobody is told that the database is locked, and nobody starves."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from entremise.config.databases import databases
from entremise.config.kinds import Database


def _handler(folder: Path) -> ConnectionHandler:
    """Return connections of their own to a database file in `folder`."""
    return ConnectionHandler(databases(Database(engine="sqlite", name=str(folder / "gate.sqlite3"))))


def _held(folder: Path) -> bool:
    """Tell whether somebody is inside the gate."""
    with (folder / "gate.sqlite3.gate").open("r+") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@pytest.fixture
def only_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[ConnectionHandler]:
    """Make `transaction.atomic()` use a database file of this test."""
    handler = _handler(tmp_path)
    monkeypatch.setattr(transaction, "connections", handler)
    with django_db_blocker.unblock():
        with handler["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE number (value integer UNIQUE)")
        yield handler
        handler.close_all()


def test_many_writers_who_read_before_they_write_lose_nothing(only_here: ConnectionHandler) -> None:
    failures: list[DatabaseError] = []
    with only_here["default"].cursor() as cursor:
        cursor.execute("INSERT INTO number VALUES (0)")

    def count_up() -> None:
        try:
            for _ in range(50):
                with transaction.atomic(), only_here["default"].cursor() as cursor:
                    cursor.execute("SELECT value FROM number")
                    cursor.execute("UPDATE number SET value = %s", [cursor.fetchone()[0] + 1])
        except DatabaseError as problem:
            failures.append(problem)
        finally:
            only_here["default"].close()

    writers = [threading.Thread(target=count_up) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    with only_here["default"].cursor() as cursor:
        cursor.execute("SELECT value FROM number")
        assert cursor.fetchone() == (400,)


def test_the_gate_is_held_during_a_transaction_and_left_after_it(only_here: ConnectionHandler, tmp_path: Path) -> None:
    with transaction.atomic():
        assert _held(tmp_path)
        with transaction.atomic():
            assert _held(tmp_path)
        assert _held(tmp_path)
    assert not _held(tmp_path)


def test_the_gate_is_left_when_a_transaction_fails(only_here: ConnectionHandler, tmp_path: Path) -> None:
    @transaction.atomic
    def write_twice() -> None:
        with only_here["default"].cursor() as cursor:
            cursor.execute("INSERT INTO number VALUES (1)")
            cursor.execute("INSERT INTO number VALUES (1)")

    with pytest.raises(IntegrityError):
        write_twice()
    assert not _held(tmp_path)


def test_the_gate_is_left_when_a_connection_closes_in_the_middle(only_here: ConnectionHandler, tmp_path: Path) -> None:
    with transaction.atomic():
        only_here["default"].close()
    assert not _held(tmp_path)
