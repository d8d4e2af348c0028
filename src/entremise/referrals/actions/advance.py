"""What the passing of time does: the worker calls this again and again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from entremise.lib.chance import Chance
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Tick
from entremise.referrals.actions import steps
from entremise.referrals.models import Need

log = logging.getLogger("entremise.referrals")

_AT_ONCE = 100
_REST = timedelta(minutes=10)


def advance_due(*, now: datetime, chance: Chance, policy: Policy) -> int:
    """Live through every moment that is due by `now`, each need in a transaction of its own; return how many.

    A need that fails is logged by its uid and rests a while, so that it cannot hold up the others.
    """
    due = Need.objects.filter(next_due__lte=now).order_by("next_due").values_list("pk", "uid")[:_AT_ONCE]
    done = 0
    for pk, uid in list(due):
        try:
            steps.act(pk, Tick(), on=None, now=now, chance=chance, policy=policy)
            done += 1
        except Exception:
            log.exception("need %s could not be advanced; it is tried again in %s", uid, _REST)
            Need.objects.filter(pk=pk).update(next_due=now + _REST)
    return done
