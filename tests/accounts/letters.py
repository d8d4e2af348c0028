"""What the worker would send: every letter due, as its recipient reads it."""

from __future__ import annotations

from datetime import datetime, timedelta

from entremise.lib.chance import SeededChance
from entremise.lib.mail import Letter
from entremise.outbox import actions as outbox
from entremise.outbox.models import Message
from entremise.worker.account_jobs import LETTERS


def letters(now: datetime) -> list[Letter]:
    """Return every letter of the accounts that leaves at `now`; each is gone then."""
    found = []
    while claimed := outbox.claim(now=now, lease=timedelta(minutes=5), renderers=LETTERS, chance=SeededChance(77)):
        found.append(claimed.letter)
        Message.objects.filter(uid=claimed.uid).delete()
    return found
