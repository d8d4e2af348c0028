"""What the passing of time does: the worker calls this again and again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from entremise.lib.chance import Chance
from entremise.lib.faults import whereabouts
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Tick
from entremise.referrals.actions import steps
from entremise.referrals.models import Need

log = logging.getLogger("entremise.referrals")

_AT_ONCE = 100
_REST = timedelta(minutes=10)


def advance_due(*, now: datetime, chance: Chance, policy: Policy) -> int:
    """Live through every moment that is due by `now`, each need in a transaction of its own; return how many.

    A need that fails is logged by the head of its uid, without a word of what it holds; it rests a while, so that it
    cannot hold up the others.
    """
    due = Need.objects.filter(next_due__lte=now).order_by("next_due").values_list("pk", "uid")[:_AT_ONCE]
    done = 0
    for pk, uid in list(due):
        try:
            steps.act(pk, Tick(), on=None, now=now, chance=chance, policy=policy)
            done += 1
        except Exception as problem:  # noqa: BLE001 - one need's fault must not stop the others; logged
            log.error("need %s could not be advanced, and rests for %s: %s", uid[:8], _REST, whereabouts(problem))
            Need.objects.filter(pk=pk).update(next_due=now + _REST)
    return done
