"""Periodic jobs that need not look every second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from entremise.lib.chance import Chance


class Hourly:
    """A periodic job that looks only once an hour: what it does is costly, or in no hurry."""

    def __init__(self, job: Callable[[datetime, Chance], int]) -> None:
        self.__name__ = job.__name__
        self._job = job
        self._due: datetime | None = None

    def __call__(self, now: datetime, chance: Chance) -> int:
        """Run the job when an hour has passed since the last time; return what it returns, otherwise 0."""
        if self._due is not None and now < self._due:
            return 0
        self._due = now + timedelta(hours=1)
        return self._job(now, chance)
