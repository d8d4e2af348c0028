"""What the worker does about mail that came back (R18)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from entremise.lib.bounces import take_maildir
from entremise.lib.chance import Chance
from entremise.lib.faults import whereabouts
from entremise.outbox.actions import take_report

log = logging.getLogger("entremise.worker")

_AT_ONCE = 20
_AGAIN = timedelta(minutes=10)  # a mail that could not be taken away is tried again after that


class ReadBounces:
    """The job that reads the Maildir of undelivered mail (R18)."""

    __name__ = "read_bounces"

    def __init__(self) -> None:
        self._aside: dict[str, datetime] = {}

    def __call__(self, now: datetime, chance: Chance) -> int:
        """Read what the mail server put there; return how many. What cannot be taken away is logged at each try."""
        del chance  # nothing is drawn here
        folder = settings.ENTREMISE.bounce_maildir
        if not folder:
            return 0
        self._aside = {name: until for name, until in self._aside.items() if until > now}
        done = take_maildir(folder, partial(take_report, now=now), most=_AT_ONCE, aside=self._aside)
        if done.stuck:
            self._aside |= dict.fromkeys(done.stuck, now + _AGAIN)
            why = whereabouts(next(iter(done.stuck.values())))
            log.error("undelivered mail that cannot be read or taken away: %d, the first %s", len(done.stuck), why)
        return done.seen


JOBS = (ReadBounces(),)
