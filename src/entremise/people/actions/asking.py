"""Recording asks, their answers, and the one overruling; each one transaction, own contacts only (R30–R32, R44)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance
from entremise.people.actions import bonds
from entremise.people.mapping.asking import AskPage, AskRefused
from entremise.people.models import Ask, AskOverruling, Contact, Interaction
from entremise.people.queries import ContactNotFound
from entremise.people.queries.asking import asking
from entremise.protocol.asking import Answer, Reason, decent_again_on
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Happened

__all__ = ["AskRefused", "ContactNotFound", "answer", "ask", "overrule", "take_back"]


@transaction.atomic
def ask(*, member: MemberCard, uid: str, on: date, once: str, now: datetime, policy: Policy, chance: Chance) -> str:
    """Remember that the member asked a contact for recommendations on a day; return the ask's uid (R32).

    The same `once` remembers once. Whoever may not be asked is not (R30–R34): raises AskRefused, and ContactNotFound.
    An overruling that stands is used up by it.
    """
    _hold(member, uid)
    cause = f"ask:{once}" if once else ""
    there = Interaction.objects.filter(owner_id=member.pk, cause=cause).first() if cause else None
    if there is not None:
        return there.uid
    page = asking(member=member, uid=uid, on=member.today(now), policy=policy)
    _refuse(page, on=on, today=member.today(now), policy=policy)
    line = bonds.remember(
        owner_pk=member.pk,
        contact_pk=page.contact.pk,
        kind=Happened.ASKED,
        on=on,
        cause=cause,
        now=now,
        policy=policy,
        chance=chance,
    )
    row = Interaction.objects.get(owner_id=member.pk, uid=line.uid)
    Ask.objects.create(interaction=row, overruled=page.verdict.overruled)
    return line.uid


def _refuse(page: AskPage, *, on: date, today: date, policy: Policy) -> None:
    if not page.verdict.may:
        raise AskRefused(*page.verdict.reasons)
    if on > today:
        raise AskRefused("future")
    if decent_again_on([line.asked for line in page.asks], on=on, policy=policy) is not None:
        raise AskRefused(Reason.ASKED_LATELY)


@transaction.atomic
def overrule(*, member: MemberCard, uid: str, now: datetime, policy: Policy) -> None:
    """Let the member ask a contact although the relationship is not solid: knowingly, once, remembered (R30).

    Twice in a row is once. Raises AskRefused where anything else stands against it (R31, R32, R34), or where it was
    overruled before; and ContactNotFound.
    """
    _hold(member, uid)
    page = asking(member=member, uid=uid, on=member.today(now), policy=policy)
    if page.verdict.overruled:
        return
    if not page.verdict.overrulable:
        raise AskRefused(*(("again",) if page.overruled_at else page.verdict.reasons))
    points = page.bond.solidity.points
    AskOverruling.objects.create(owner_id=member.pk, contact_id=page.contact.pk, points=points, at=now)


@transaction.atomic
def answer(*, member: MemberCard, uid: str, came: Answer | None, now: datetime) -> str:
    """Note what came of an ask, or that nothing has yet; return the contact's uid. Raises ContactNotFound."""
    row = _ask(member, uid)
    values = {"answer": came or "", "answered_on": member.today(now) if came else None}
    Ask.objects.update_or_create(interaction=row, defaults=values)
    return row.contact.uid


@transaction.atomic
def take_back(*, member: MemberCard, uid: str, now: datetime, policy: Policy) -> str:
    """Forget an ask as if it had never been noted; an overruling it used stands again. Return the contact's uid.

    Raises ContactNotFound.
    """
    row = _ask(member, uid)
    bonds.take_back(owner_pk=member.pk, uid=row.uid, now=now, policy=policy)
    return row.contact.uid


def _ask(member: MemberCard, uid: str) -> Interaction:
    mine = Interaction.objects.filter(owner_id=member.pk, kind=Happened.ASKED, contact__removed_at=None)
    row = mine.select_related("contact").filter(uid=uid).first()
    if row is None:
        raise ContactNotFound
    return row


def _hold(member: MemberCard, uid: str) -> None:
    """Hold the contact until the transaction ends, so that two asks at once are one after the other."""
    held = Contact.objects.select_for_update().filter(owner_id=member.pk, removed_at=None, uid=uid)
    if held.first() is None:
        raise ContactNotFound(uid)
