"""What the worker does about spheres: once a month, how many people are in several agreed books (R36)."""

from __future__ import annotations

from datetime import datetime

from entremise.lib import law
from entremise.lib.chance import Chance
from entremise.people.actions.reach import count_month
from entremise.worker.hourly import Hourly


def count_agreed_books(now: datetime, chance: Chance) -> int:
    """Sketch and count the agreed books of the month, if that is not done yet (R36); return how much was done."""
    del chance  # the month's noise comes from the installation's secret, so that counting again draws no other
    return count_month(now=now, policy=law.policy())


JOBS = (Hourly(count_agreed_books),)
