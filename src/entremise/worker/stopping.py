"""Being asked to stop, by a signal or by a test."""

from __future__ import annotations

import os
import select
import signal
from types import FrameType
from typing import Protocol


class Stop(Protocol):
    """Something that may ask the loop to end; a threading.Event is one."""

    def is_set(self) -> bool:
        """Tell whether the end was asked for."""

    def wait(self, timeout: float) -> object:
        """Return after `timeout` seconds, or as soon as the end is asked for."""


class StopOnSignals:
    """Asked by SIGTERM or SIGINT.

    A pipe rather than an Event: a handler that sets an Event while the same thread is entering `wait`
    waits for itself for ever.
    """

    def __init__(self) -> None:
        self._asked = False
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._mouth, False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if not self._asked:
            self._asked = True
            os.write(self._mouth, b".")

    def is_set(self) -> bool:
        return self._asked

    def wait(self, timeout: float) -> object:
        select.select([self._ear], [], [], timeout)
        return self._asked
