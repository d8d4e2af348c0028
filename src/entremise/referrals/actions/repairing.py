"""Wrong addresses: whoever reads one says so, and the giver, who typed it, repairs it without learning more (R18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime

from django.db import transaction

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue, send_anew
from entremise.people import actions as book
from entremise.people.queries import ContactCard, ContactDraft, WayKind
from entremise.protocol.consent import State
from entremise.protocol.errors import Refusal
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import REFERRERS, Kind, Role
from entremise.referrals.actions import digits, giving, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.limits import silenced
from entremise.referrals.models import Moment, Part, Referral, Request
from entremise.referrals.queries import keys, repairs
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.repairs import undelivered
from entremise.referrals.queries.rows import Rows, ask_key, introduction_key, read_rows
from entremise.referrals.queries.scenes import scene_of

_AT_THE_END = {Role.RECEIVER: Kind.RECEIVER, Role.CLIENT: Kind.NAME}
_AFTER_PRINCIPLE = (Stage.WAITING, Stage.NAME)
_LONGEST = 200


class AgreedThere(Refusal):
    """The client agreed in principle: the name goes to no other address than the one it came from (R5)."""


class NoDetails(Refusal):
    """The correction is empty, or longer than what is handed over may be."""


# -- "this is not me" -------------------------------------------------------------------------------


def say_not_them(*, caller: Caller, now: datetime, policy: Policy) -> None:
    """Note that whoever reads this address is not the person meant (R18). It is no answer, and nobody is named.

    The link opens nothing from then on. Raises Gone for a request that is answered, over, or not this link's,
    WrongDigits, Paused.
    """
    asked = Request.objects.filter(fingerprint=links.fingerprint(caller.token), mute=False, not_them_at=None)
    row = asked.first()
    if row is None:
        raise steps.Gone
    digits.check(row, caller, purpose=Purpose.REQUEST, now=now, policy=policy)
    with transaction.atomic():
        steps.hold_turn(row.need_id)
        row.refresh_from_db()
        if row.state != State.OPEN.value or now >= row.deadline:
            raise steps.Gone
        row.not_them_at = now
        row.save(update_fields=["not_them_at"])
        _remember(row.referral, "not_them", Kind(row.kind).asked, kind=row.kind, now=now)


# -- the giver corrects an address ------------------------------------------------------------------


@transaction.atomic
def correct_address(
    *, giver: MemberCard, uid: str, role: Role, address: str, now: datetime, chance: Chance, policy: Policy
) -> None:
    """Put the right address into the giver's book, and send what did not arrive to it, under a new link (R18).

    The deadline stays. Whether that person may be written to is asked again at this moment; where not, or where they
    have answered all the same, nothing leaves, and the giver sees the same (R7, R45, R46). Raises Gone unless this
    side's address failed, AgreedThere, ContactRefused, SamePerson.
    """
    referral = giving.own_referral(giver, uid)
    before = steps.take_turn(referral.need_id)
    index = before.index_of(referral.pk)
    at = scene_of(before, now=now, policy=policy)
    if role not in undelivered(at, index):
        raise steps.Gone
    if role is Role.CLIENT and at.lives[index].stage in _AFTER_PRINCIPLE:
        # Whoever reads the new address may be somebody else, who agreed to nothing, and would read the name. The giver
        # can bring the question: they then hand the name to a person, and the answer is marked (R6d, R8). The stage
        # decides, not what was answered since: the giver has seen it, so the refusal tells nothing new (R7).
        raise AgreedThere
    row = _to_repair(before, index, role, now)
    _write_down(giver, _contact(before, index, role), address, now=now)
    rows = read_rows(referral.need_id)
    receiver, client = rows.receiver(rows.referrals[index]), rows.client
    giving.check_people(giver=giver, receiver=receiver, client=client)
    _turn_over(row, rows, index, role, now=now, chance=chance, policy=policy)
    _send_again(row, referral, role, now=now, chance=chance, policy=policy)
    _remember(referral, "repaired", Role.GIVER, kind=row.kind, now=now)


def _to_repair(rows: Rows, index: int, role: Role, now: datetime) -> Request:
    """Return the request of that side, answered or not; after the introduction, the one it rests on."""
    referral = rows.referrals[index]
    if referral.introduced_at is not None:
        return rows.current(index, _AT_THE_END[role])
    mine = (row for row in reversed(rows.requests) if row.referral_id == referral.pk and Kind(row.kind).asked is role)
    found = next((row for row in mine if now < row.deadline), None)
    if found is None:
        raise steps.Gone
    return found


def _contact(rows: Rows, index: int, role: Role) -> ContactCard:
    referral = rows.referrals[index]
    if role in REFERRERS:
        return rows.referrers(referral)[role]
    return rows.receiver(referral) if role is Role.RECEIVER else rows.client


def _write_down(giver: MemberCard, card: ContactCard, address: str, *, now: datetime) -> None:
    """Replace the address in the giver's own book; the rest of the contact stays as it is."""
    if address.strip().lower() == card.email.lower():
        return
    ways = tuple(
        replace(way, value=address.strip()) if way.kind is WayKind.EMAIL and way.value == card.email else way
        for way in card.ways
    )
    said = {field.name: getattr(card, field.name) for field in fields(ContactDraft)}
    draft = ContactDraft(**{**said, "ways": ways})
    book.edit_contact(owner_pk=giver.pk, uid=card.uid, version=card.version, draft=draft, now=now)


def _turn_over(
    row: Request, rows: Rows, index: int, role: Role, *, now: datetime, chance: Chance, policy: Policy
) -> None:
    """Make the request another link to another address, with the same deadline; the old link dies."""
    card = _contact(rows, index, role)
    row.uid = chance.uid()
    row.fingerprint = keys.fingerprint(Purpose.REQUEST, row.uid)
    row.address, row.address_hash = card.email, rows.hash_of(card)
    row.language = card.language
    row.not_them_at, row.wrong_tries, row.paused_until = None, 0, None
    if role is Role.RECEIVER:
        rows.referrals[index].receiver_hash = row.address_hash
        rows.referrals[index].save(update_fields=["receiver_hash"])
    if _asks_again(row, rows.referrals[index]):
        row.sent_at, row.reminded_at = now, None
        these = replace(rows, referrals=rows.referrals[: index + 1])
        row.mute = role in silenced(these, now=now, policy=policy)
    row.save()


def _asks_again(row: Request, referral: Referral) -> bool:
    """Whether something is to leave: an answer brought meanwhile stands as it is, and is asked for no more."""
    return row.state == State.OPEN.value or referral.introduced_at is not None


def _send_again(row: Request, referral: Referral, role: Role, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Let the letter leave; where the request is mute, the wall says no when it is written, and nobody sees that."""
    if referral.introduced_at is not None:
        send_anew(key=introduction_key(referral.uid, role), now=now, chance=chance)
    elif _asks_again(row, referral) and (policy.writes_first or members.members_among([row.address_hash])):
        payload = {"request": row.uid}
        job, key = f"referral/ask_{row.kind}", ask_key(row.uid)
        enqueue(job=job, key=key, payload=payload, due=now, now=now, chance=chance)


# -- the receiver cannot reach the client -----------------------------------------------------------


def say_unreachable(*, caller: Caller, now: datetime, chance: Chance, policy: Policy) -> None:
    """Tell the giver that the client's details do not work (R18); said again before the repair, it changes nothing.

    Raises Gone, WrongDigits, Paused.
    """
    row = Referral.objects.filter(news_fingerprint=links.fingerprint(caller.token)).first()
    if row is None or row.introduced_at is None:
        raise steps.Gone
    if not caller.is_member(row.receiver_hash):
        digits.check(row, caller, purpose=Purpose.NEWS, now=now, policy=policy)
    with transaction.atomic():
        steps.hold_turn(row.need_id)
        if repairs.details_are_asked(row):
            return
        _remember(row, repairs.UNREACHABLE, Role.RECEIVER, now=now)
        _post("details_wrong", row, now=now, chance=chance)


@transaction.atomic
def correct_details(*, giver: MemberCard, uid: str, details: str, now: datetime, chance: Chance) -> None:
    """Hand the receiver what the client told the giver, for the preferred way and no other (R18).

    Raises Gone unless the receiver asked, NoDetails.
    """
    row = giving.own_referral(giver, uid)
    steps.hold_turn(row.need_id)
    if not repairs.details_are_asked(row):
        raise steps.Gone
    written = " ".join(details.split())
    if not written or len(written) > _LONGEST:
        raise NoDetails
    Part.objects.filter(referral=row, role=Role.CLIENT.value).update(details=written)
    _remember(row, repairs.CORRECTED, Role.GIVER, now=now)
    _post("details_corrected", row, now=now, chance=chance)


def _post(letter: str, row: Referral, *, now: datetime, chance: Chance) -> None:
    number = Moment.objects.filter(need_id=row.need_id).count()  # the same is told again after another repair
    payload: Mapping[str, str] = {"referral": row.uid}
    key = f"{letter}:{row.uid}:{number}"
    enqueue(job=f"referral/{letter}", key=key, payload=dict(payload), due=now, now=now, chance=chance)


def _remember(row: Referral, what: str, by: Role, *, kind: str = "", now: datetime) -> None:
    Moment.objects.create(need_id=row.need_id, attempt=row.attempt, what=what, by=by.value, kind=kind, at=now)
