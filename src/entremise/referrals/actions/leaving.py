"""What happens to referrals when a member leaves (R47): open ones end quietly (R7), what is over keeps its facts.

Two steps. At the instant of leaving nothing new goes out, the member can come in no more, and what only they could see
is erased. What others were told already (the member's name as the giver; the names of the people of referrals that are
open) looks as it did until those have closed; then it is erased as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from entremise.accounts import actions as accounts
from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib import journal
from entremise.lib.chance import Chance
from entremise.lib.faults import whereabouts
from entremise.people.actions.leaving import empty_book
from entremise.protocol.errors import NotNow
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage, Stop
from entremise.protocol.types import Role
from entremise.referrals.actions import corrections, erasing, posted, reviews, rights, steps
from entremise.referrals.models import Draft, Ending, Evaluation, Lead, Need, Outside, Question, Referral

log = logging.getLogger("entremise.referrals")

_OVER = (Stage.INTRODUCED.value, Stage.CLOSED.value)


def leave_due(*, now: datetime, chance: Chance, policy: Policy) -> int:
    """Let those leave whose time has come, and finish erasing those of whom nothing is open any more; return how
    many."""
    gone = [
        _tried(member, lambda one: leave(one, now=now, chance=chance, policy=policy))
        for member in members.leaving_by(now)
    ]
    done = [_tried(member, lambda one: _finish(one, now=now)) for member in members.half_gone()]
    return sum(gone) + sum(done)


def _tried(member: MemberCard, act: Callable[[MemberCard], bool | None]) -> bool:
    """Do it for one member; a fault is logged and tried again the next time, and holds up nobody else."""
    try:
        return act(member) is not False
    except Exception as problem:  # noqa: BLE001 - one member's fault must not stop the others; logged
        log.error("member %s could not leave yet: %s", member.uid[:8], whereabouts(problem))
        return False


@transaction.atomic
def leave(member: MemberCard, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Take a member out of everything but what others were told (R7, R47); it is noted for restored backups."""
    _stop_all(member.pk, now=now, chance=chance, policy=policy)
    rights.forget_address(member.address_hash, now=now, chance=chance, policy=policy)
    Draft.objects.filter(owner_id=member.pk).delete()
    posted.erase_outside(member.pk, now=now)
    Outside.objects.filter(owner_id=member.pk).delete()
    corrections.forget_all(member_pk=member.pk)
    reviews.forget_all(member_pk=member.pk)
    erasing.log("book", empty_book(owner_pk=member.pk, keep=_still_told(member.pk)), now=now)
    accounts.shut(member_pk=member.pk, now=now, chance=chance)
    journal.note(journal.Kind.MEMBER_LEFT, key=member.uid, at=now)


def leave_again(key: str, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Let the member of a line of the journal leave once more, after a backup was restored (R47)."""
    member = members.by_uid(key)
    if member is not None:
        leave(member, now=now, chance=chance, policy=policy)


def _stop_all(member_pk: int, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """The giver's own stop, for every referral that is open: quiet, like any other (R7)."""
    open_ones = Referral.objects.filter(giver_id=member_pk, stopped_at=None).exclude(stage__in=_OVER)
    for row in list(open_ones.order_by("pk")):
        try:
            steps.act(row.need_id, Stop(), on=row.pk, now=now, chance=chance, policy=policy)
        except NotNow:
            continue  # it became an introduction this very instant, and needs no stop


def _still_told(member_pk: int) -> set[int]:
    """The contacts of needs with an open attempt: the other side may have been told of them."""
    needs = Need.objects.filter(giver_id=member_pk).exclude(pk__in=_closed_needs(member_pk))
    found = set(needs.values_list("client_id", flat=True))
    return found | set(Referral.objects.filter(need__in=needs).values_list("receiver_id", flat=True))


def _closed_needs(member_pk: int) -> list[int]:
    mine = Need.objects.filter(giver_id=member_pk)
    alive = Referral.objects.filter(giver_id=member_pk).exclude(stage__in=_OVER).values_list("need_id", flat=True)
    return list(mine.exclude(pk__in=list(alive)).values_list("pk", flat=True))


@transaction.atomic
def _finish(member: MemberCard, *, now: datetime) -> bool:
    """Erase the rest of somebody who left, if nothing of theirs is open any more; return whether that was so."""
    if Need.objects.filter(giver_id=member.pk).exclude(pk__in=_closed_needs(member.pk)).exists():
        return False
    posted.erase_from_giver(member.pk, name=member.name, now=now)
    Need.objects.filter(giver_id=member.pk).update(note="", reason="", budget="", trade_words="")
    Question.objects.filter(referral__giver_id=member.pk).update(text="", answer="")
    Lead.objects.filter(giver_id=member.pk).update(text="", link="")
    Evaluation.objects.filter(address_hash=member.address_hash).update(words="", address="")
    Ending.objects.filter(referral__giver_id=member.pk, by=Role.GIVER.value).delete()  # heard for their own eyes (R26)
    empty_book(owner_pk=member.pk, keep=())
    accounts.erase(member_pk=member.pk)
    erasing.log("member", 1, now=now)
    return True
