"""Asking who gave a referral outside the program, when the trade's time has come, whether it was a good match (R14).

Only the member who noted it is asked, on their own pages and in the day's list: nobody else knows of the record (R23b).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.protocol import evaluation
from entremise.protocol.evaluation import Judgement
from entremise.protocol.policy import Policy
from entremise.protocol.types import Role
from entremise.referrals.actions import evaluating, gratitude, outside, steps
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.models import Evaluation, Outside

_AT_ONCE = 100


def ask_due(*, now: datetime, chance: Chance, policy: Policy) -> int:
    """Ask about everything given outside whose time has come by `now`, each once; return how many (R14)."""
    due = Outside.objects.filter(evaluation_due__lte=now).order_by("evaluation_due")
    return sum(
        _ask(pk, now=now, chance=chance, policy=policy) for pk in list(due.values_list("pk", flat=True)[:_AT_ONCE])
    )


@transaction.atomic
def _ask(pk: int, *, now: datetime, chance: Chance, policy: Policy) -> int:
    """Ask its owner; return 1, or 0 where somebody else was quicker."""
    if not Outside.objects.filter(pk=pk, evaluation_due__lte=now).update(evaluation_due=None):
        return 0
    row = Outside.objects.get(pk=pk)
    owner = members.by_pk(row.owner_id)
    if owner is None:
        return 0
    uid = chance.uid()
    Evaluation.objects.create(
        uid=uid,
        fingerprint=links.fingerprint(evaluating.token(uid)),
        outside=row,
        role=Role.GIVER.value,
        address_hash=owner.address_hash,  # and no address: no letter ever leaves for it
        language=owner.language,
        asked_at=now,
        deadline=evaluation.deadline(now, policy=policy),
    )
    return 1


@transaction.atomic
def answer(*, owner: MemberCard, uid: str, said: Judgement, now: datetime, chance: Chance, policy: Policy) -> None:
    """Keep what the member says of a match they made outside, in place of what they said before (R14).

    How it ended is noted on the record, where it does not say so yet (R26). Raises Gone for anybody else's record, and
    while nothing is asked about it.
    """
    if not Outside.objects.filter(uid=uid, owner_id=owner.pk).update(version=F("version") + 1):
        raise steps.Gone
    asked = Evaluation.objects.filter(outside__uid=uid, outside__owner_id=owner.pk, deadline__gt=now)
    row = asked.select_related("outside").first()
    if row is None or row.outside is None:
        raise steps.Gone
    evaluating.keep(row, replace(said, outcome=None), giver=True, now=now)
    if said.outcome is not None and not row.outside.outcome:
        outside.tell(
            owner=owner,
            uid=uid,
            kind=gratitude.OUTCOME,
            said=Said(),
            outcome=said.outcome,
            now=now,
            chance=chance,
            policy=policy,
        )
