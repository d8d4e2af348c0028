"""What the worker does for members' notebooks: the day's list of what is owed, and contacts removed for good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from entremise.lib import law
from entremise.lib.chance import Chance
from entremise.outbox.actions import Renderer
from entremise.people.actions import RESTORABLE, forget_removed
from entremise.referrals.actions.digest import DIGEST, enqueue_digests, renderer
from entremise.referrals.actions.erasing import counted
from entremise.worker.hourly import Hourly


def forget_removed_contacts(now: datetime, chance: Chance) -> int:
    """Erase the contacts that were removed and not put back in time (R48); return how many."""
    del chance  # nothing is drawn here
    return counted("contacts", lambda: forget_removed(before=now - RESTORABLE), now=now)


def send_digests(now: datetime, chance: Chance) -> int:
    """Queue the day's list for members whose hour has come (R22); return how many turns were taken."""
    return enqueue_digests(now=now, chance=chance)


LETTERS: Mapping[str, Renderer] = {DIGEST: renderer(law.policy())}
JOBS: tuple[Callable[[datetime, Chance], int], ...] = (Hourly(forget_removed_contacts), send_digests)
