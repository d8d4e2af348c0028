"""Django's SQLite backend, with a file lock that processes and threads queue for.

SQLite's own busy handler polls: under load a writer can starve for seconds. `flock` queues in the kernel: every
writer's turn comes, and the lock of a killed process is released by the system.
"""

from __future__ import annotations

import fcntl
import os

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite where the outermost `atomic()` first waits for its turn at `<database>.gate`."""

    _gate: int | None = None
    _inside: bool = False

    def _enter(self) -> None:
        if self.is_in_memory_db():
            return
        if self._gate is None:
            path = f"{self.settings_dict['NAME']}.gate"
            self._gate = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        self._inside = True

    def _leave(self) -> None:
        if self._inside and self._gate is not None:
            self._inside = False
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def _start_transaction_under_autocommit(self) -> None:
        self._enter()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave()  # not where the commit fails: Django rolls back then, and that leaves

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()
            if self._gate is not None:
                os.close(self._gate)
                self._gate = None
