"""Leads: a hint that carries only what is public, and nobody waits for a call (R2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard, address_hash
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.people import queries as people
from entremise.people.queries import ContactCard
from entremise.people.queries.naming import full_names_in
from entremise.protocol import duties
from entremise.protocol.consent import State
from entremise.protocol.errors import SamePerson
from entremise.protocol.hints import details_in, may_link_to
from entremise.protocol.policy import Policy
from entremise.protocol.types import Role
from entremise.referrals.actions import answering, bonds, digits, gratitude, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.giving import BriefRefused
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.limits import refuse_too_many
from entremise.referrals.models import Lead, Referral, Request
from entremise.referrals.queries import briefs, keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.leads import opened_by
from entremise.referrals.queries.refusals import ALL, GIVER, refused_by

_BATCH = 200


class NoMail(ValueError):  # noqa: N818 - named as the fact it states
    """The receiver has no e-mail address in the giver's book, so no lead can reach them."""


class Came(StrEnum):
    """What came of a lead, as its receiver says."""

    NOTHING = "nothing"
    USEFUL = "useful"
    NEED = "need"


@dataclass(frozen=True, kw_only=True)
class LeadDraft:
    """What a giver writes: to whom (a contact's uid), what is public, a link; trade and area as codes, if any."""

    receiver: str
    text: str
    link: str = ""
    trade: str = ""
    area: str = ""


# -- sending ----------------------------------------------------------------------------------------


def check(*, giver: MemberCard, draft: LeadDraft, policy: Policy) -> ContactCard:
    """Return the receiver of a lead that may be sent. Writes nothing.

    Raises ContactNotFound, NoMail, SamePerson, and BriefRefused where the text is empty, too long, or carries
    somebody's details, or the link is somebody's own page (R2).
    """
    receiver = people.contact(owner_pk=giver.pk, uid=draft.receiver)
    if not receiver.email:
        raise NoMail
    if address_hash(receiver.email) == giver.address_hash:
        raise SamePerson(Role.GIVER, Role.RECEIVER, "address")
    text = draft.text.strip()
    if not text:
        raise BriefRefused("text", "empty")
    if len(text) > policy.note_longest:
        raise BriefRefused("text", "long")
    others = [name for name in full_names_in(owner_pk=giver.pk, text=text) if name != receiver.name]
    marks = details_in(text, names=others, ordinary=briefs.ordinary_words())
    if marks:
        raise BriefRefused("text", "giveaway", marks)
    if draft.link and not may_link_to(draft.link):
        raise BriefRefused("link", "giveaway")
    return receiver


def send(*, giver: MemberCard, draft: LeadDraft, uid: str, now: datetime, chance: Chance, policy: Policy) -> str:
    """Send a lead under `uid`, once however often it is pressed; return the uid.

    To somebody who refused, or has too much open, it quietly does not go: the giver sees the same (R46). Raises what
    `check` raises, GivesTooMany, and Gone where the uid is another member's.
    """
    try:
        return _send(giver, draft, uid, now=now, chance=chance, policy=policy)
    except IntegrityError:
        if Lead.objects.filter(uid=uid, giver_id=giver.pk).exists():  # the same press, at the same time, was quicker
            return uid
        raise


@transaction.atomic
def _send(giver: MemberCard, draft: LeadDraft, uid: str, *, now: datetime, chance: Chance, policy: Policy) -> str:
    there = Lead.objects.filter(uid=uid).first()
    if there is not None:
        if there.giver_id != giver.pk:
            raise steps.Gone
        return uid
    receiver = check(giver=giver, draft=draft, policy=policy)
    refuse_too_many(giver.pk, now=now, policy=policy)
    person = address_hash(receiver.email)
    (thanks,) = duties.owed_for_lead(sent_at=now, thanked_at=None, policy=policy)
    row = Lead.objects.create(
        uid=uid,
        fingerprint=links.fingerprint(lead_token(uid)),
        giver_id=giver.pk,
        receiver_id=receiver.pk,
        receiver_hash=person,
        address=receiver.email,
        language=receiver.language or giver.language,
        trade=draft.trade,
        area=draft.area,
        text=draft.text.strip(),
        link=draft.link,
        sent_at=now,
        mute=_unwelcome(person, giver=giver, now=now, policy=policy),
        duty_due=thanks.due,
    )
    if policy.writes_first and not row.mute:
        payload = {"lead": uid}
        enqueue(job="referral/lead", key=f"lead:{uid}", payload=payload, due=now, now=now, chance=chance)
    return uid


def lead_token(uid: str) -> str:
    """Return the token of a lead's link, derived anew each time (R6)."""
    return keys.token(Purpose.LEAD, uid)


def _unwelcome(person: str, *, giver: MemberCard, now: datetime, policy: Policy) -> bool:
    """Whoever refused everything, or this giver, or has too much open, is left in peace (R45, R46)."""
    if refused_by({person}, giver_hash=giver.address_hash):
        return True
    if members.members_among({person}):
        return False
    open_now = Request.objects.filter(address_hash=person, mute=False, state=State.OPEN.value, deadline__gt=now)
    if open_now.count() >= policy.open_requests:
        return True
    mine = Lead.objects.filter(receiver_hash=person, mute=False)
    last = mine.exclude(thanked_at=None, followed_at=None).order_by("-sent_at").first()
    left = mine.filter(sent_at__gt=last.sent_at) if last else mine
    return left.count() >= policy.leads_unanswered


# -- what its receiver says -------------------------------------------------------------------------


def thank(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Thank the giver for a lead, in the receiver's own words (R20). Raises Gone, Paused, WrongDigits, NoWords."""
    gratitude.refuse_without_words(gratitude.THANKS, said)
    row = _admit(caller, now=now, policy=policy)
    with transaction.atomic():
        row = _taken(row)
        if gratitude.just_said(row, gratitude.THANKS, said, now=now):
            return
        Lead.objects.filter(pk=row.pk).update(thanked_at=row.thanked_at or now, duty_due=None)
        _write(row, gratitude.THANKS, said, now=now, chance=chance, policy=policy)


def follow(*, caller: Caller, came: Came, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Say what came of a lead (R2). Raises Gone, Paused, WrongDigits."""
    row = _admit(caller, now=now, policy=policy)
    with transaction.atomic():
        row = _taken(row)
        same = row.came_of_it == came.value
        if same and gratitude.just_said(row, gratitude.OUTCOME, said, now=now):
            return
        Lead.objects.filter(pk=row.pk).update(followed_at=now, came_of_it=came.value)
        _write(row, gratitude.OUTCOME, said, now=now, chance=chance, policy=policy)


def refuse(*, caller: Caller, scope: str, now: datetime, policy: Policy) -> None:
    """Refuse whatever this giver, or anybody, would send; with an empty scope take that back (R45). Nobody is told.

    Raises Gone, Paused, WrongDigits; Gone as well where the giver brings the link, who could refuse in another's place.
    """
    if not policy.writes_first:
        raise steps.Gone
    row = _admit(caller, now=now, policy=policy)
    giver = members.by_pk(row.giver_id)
    other = giver.address_hash if giver else ""
    with transaction.atomic():
        if scope:
            answering.remember_refusal(row.receiver_hash, scope, other if scope == GIVER else "", now=now)
        else:
            answering.forget_refusals(row.receiver_hash, scopes=(ALL, GIVER), others=("", other), now=now)


def _write(row: Lead, kind: str, said: Said, *, now: datetime, chance: Chance, policy: Policy) -> None:
    word = gratitude.write_word(kind, said, lead=row, now=now, chance=chance)
    bonds.of_word(row, word, now=now, chance=chance, policy=policy)
    payload = {"word": word.uid}
    enqueue(job="referral/lead_word", key=f"word:{word.uid}", payload=payload, due=now, now=now, chance=chance)


def _taken(row: Lead) -> Lead:
    """Return the row as it is now that nobody else can change it until this transaction ends. Raises Gone."""
    if not Lead.objects.filter(pk=row.pk).update(uid=row.uid):  # a write of what is there: the turn is taken
        raise steps.Gone
    row.refresh_from_db()
    return row


def _admit(caller: Caller, *, now: datetime, policy: Policy) -> Lead:
    """Return the lead behind a link once its reader has shown the digits, or their session does (R6)."""
    row = Lead.objects.filter(pk=opened_by(caller.token, policy=policy)).first()
    if row is None:
        raise steps.Gone
    if not caller.is_member(row.receiver_hash):
        digits.check(row, caller, purpose=Purpose.LEAD, now=now, policy=policy)
    return row


# -- what becomes of it -----------------------------------------------------------------------------


@transaction.atomic
def became(*, giver: MemberCard, uid: str, referral: str) -> None:
    """Remember that a lead became the need of this referral of the giver's (R2); anything else changes nothing."""
    need = Referral.objects.filter(uid=referral, giver_id=giver.pk).values_list("need_id", flat=True).first()
    if need is not None:
        Lead.objects.filter(uid=uid, giver_id=giver.pk, became=None).update(became_id=need)


@transaction.atomic
def forget_old(*, before: datetime) -> int:
    """Erase the leads sent before that instant, with what was said of them (R48); return how many."""
    old = list(Lead.objects.filter(sent_at__lt=before).order_by("sent_at").values_list("pk", flat=True)[:_BATCH])
    if old:
        Lead.objects.filter(pk__in=old).delete()
    return len(old)
