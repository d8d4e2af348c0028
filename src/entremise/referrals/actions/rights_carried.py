"""What somebody can do about what is held about them through a link that a giver carried (R6d, R45).

The giver knows the link and its digits, and could do all of it in the person's place. So nothing here is more than that
giver could do anyway: a refusal binds that giver alone and is not taken back by the link; what is corrected or
forgotten is what was brought, of somebody who has no address. Whoever has one has their own page for it. What does not
count is not refused, and nothing shows it (R7).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from entremise.accounts import queries as members
from entremise.lib import journal
from entremise.lib.chance import Chance
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Bring
from entremise.protocol.types import Answer, How, Kind
from entremise.referrals import mapping
from entremise.referrals.actions import erasing, posted, steps
from entremise.referrals.actions.answering import remember_refusal
from entremise.referrals.actions.bringing import bring
from entremise.referrals.models import Carried, Request
from entremise.referrals.queries import held
from entremise.referrals.queries.held_values import Behind, about_carried
from entremise.referrals.queries.refusals import GIVER

_BROUGHT = ("", How.CARRIED.value, How.ALOUD.value)


def refuse(who: Behind, *, text: str, language: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Refuse any further request from the giver who carried the link, and say no to this one where it still waits."""
    giver = members.by_pk(_carried(who).referral.giver_id)
    people = {who.address_hash, *(row.address_hash for row in everything(who))}
    with transaction.atomic():
        for whose in people if giver else ():
            remember_refusal(whose, GIVER, giver.address_hash if giver else "", now=now)
        _say_no(who.requests(), text=text, language=language, now=now, chance=chance, policy=policy)


def forget(who: Behind, *, text: str, language: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Forget somebody without an address, in what the link is about: a withdrawal like any other (R7).

    It is their own word: nothing that is brought afterwards counts. Raises Gone for whoever has an address.
    """
    if not who.by_phone:
        raise steps.Gone
    with transaction.atomic():
        _say_no(_brought(who), text=text, language=language, now=now, chance=chance, policy=policy)
        rows = _brought(who)
        erase(rows, now=now)
        Request.objects.filter(pk__in=[row.pk for row in rows]).update(how=How.LINK.value)
        for whose, need in {(row.address_hash, row.need.uid) for row in rows}:
            journal.note(journal.Kind.PERSON_FORGOTTEN, key=journal.joined(whose, need), at=now)


def own_part(who: Behind) -> Request | None:
    """Return the request whose part somebody without an address can correct: to which a yes was brought, until the
    introduction hands it over. None where a correction counts for nothing. Raises Gone for whoever has an address."""
    if not who.by_phone:
        raise steps.Gone
    said_yes = [row for row in _brought(who) if row.answer == Answer.YES.value and row.referral.introduced_at is None]
    return said_yes[-1] if said_yes else None


def erase(rows: list[Request], *, now: datetime) -> None:
    """Erase what requests hold of those they asked: the mails, what was told, to whom they went; it is counted."""
    for row in rows:
        row.refresh_from_db()
    posted.erase_of(rows, now=now)
    erasing.log("told", erasing.erase_told(rows), now=now)
    erasing.log("requests", erasing.erase_requests(rows, now=now), now=now)


def everything(who: Behind) -> list[Request]:
    """Return every request the link is about, those that never left and those of somebody forgotten included."""
    about = Request.objects.filter(about_carried(_carried(who)))
    return list(about.select_related("referral", "need").order_by("pk"))


def _carried(who: Behind) -> Carried:
    assert isinstance(who.row, Carried)
    return who.row


def _brought(who: Behind) -> list[Request]:
    """The requests to somebody without an address who has not spoken for themself (R6d)."""
    return [row for row in who.requests() if not row.address and row.how in _BROUGHT]


def _say_no(rows: list[Request], *, text: str, language: str, now: datetime, chance: Chance, policy: Policy) -> None:
    for row in rows:
        steps.hold_turn(row.need_id)
        row.refresh_from_db()
        if held.may_say_no(mapping.consent(row), row.referral.stage, now=now):
            event = Bring(Kind(row.kind), Answer.NO, How.CARRIED)
            said = {"text": text, "language": language}
            bring(row.referral, event, sheet=None, **said, now=now, chance=chance, policy=policy)
