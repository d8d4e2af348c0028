"""What the worker does about mail that came back (R18)."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings

from entremise.lib.bounces import take_maildir
from entremise.lib.chance import Chance
from entremise.outbox.actions import take_report

_AT_ONCE = 20


def read_bounces(now: datetime, chance: Chance) -> int:
    """Read what the mail server put into the Maildir of undelivered mail (R18); return how many were read."""
    del chance  # nothing is drawn here
    folder = settings.ENTREMISE.bounce_maildir
    return take_maildir(folder, partial(take_report, now=now), most=_AT_ONCE) if folder else 0


JOBS = (read_bounces,)
