"""What is held about somebody beside requests, as that person may see it: invitations, leads, evaluations, what they
were told by mail of a referral from outside, and what they allow for good (R45). Of what a member keeps privately
nothing is shown: only what was written to this person, or said by them (R44)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.referrals.models import Evaluation, Lead, Standing, Word


@dataclass(frozen=True, kw_only=True)
class HeldAside:
    """One thing held beside requests: of which sort, from which member, when, what was written, and what they answered.

    `sort` is "invitation", "lead", "evaluation", "told" or "standing"; `what` and `outcome` say of which kind a word
    told was. `giver_hash` is for the room's own use: it is what a refusal of that member is kept under.
    """

    sort: str
    uid: str
    giver: str
    giver_hash: str
    at: datetime
    text: str
    name: str = ""
    address: str = ""
    until: datetime | None = None
    answered_at: datetime | None = None
    what: str = ""
    outcome: str = ""


def asides(address_hash: str, *, address: str) -> tuple[HeldAside, ...]:
    """Return everything beside requests that is held about an address, with the members' names as letters said them."""
    leads = list(_leads(address_hash).order_by("pk"))
    asked = list(_evaluations(address_hash).select_related("referral").order_by("pk"))
    told = list(_told(address_hash).select_related("outside", "ending").order_by("at", "pk"))
    standing = list(Standing.objects.filter(given_by=address_hash).order_by("pk"))
    from_whom = {row.giver_id for row in leads} | {row.giver_id for row in standing}
    from_whom |= {row.referral.giver_id for row in asked if row.referral}
    from_whom |= {row.outside.owner_id for row in told if row.outside}
    known = members.by_pks(from_whom)
    return (
        *_invitations(address_hash),
        *(_lead(row, known) for row in leads),
        *(_standing(row, known) for row in standing),
        *(_evaluation(row, known) for row in asked),
        *(_word(row, known, address=address) for row in told),
    )


def any_aside(address_hash: str) -> tuple[bool, ...]:
    """Return of each sort whether anything is held; all of them are asked, always: the time this takes tells
    nothing."""
    return (
        bool(members.invitations_held(address_hash)),
        _leads(address_hash).exists(),
        _evaluations(address_hash).exists(),
        _told(address_hash).exists(),
        Standing.objects.filter(given_by=address_hash).exists(),
    )


# -- one sort each ----------------------------------------------------------------------------------


def standing_key(row: Standing) -> str:
    """Return by what a standing permission is named on its person's own page: it tells nothing of anybody."""
    return links.token("standing", str(row.pk), secret=links.site_secret())


def _invitations(address_hash: str) -> Iterator[HeldAside]:
    for one in members.invitations_held(address_hash):
        yield HeldAside(
            sort="invitation",
            uid=one.uid,
            giver=one.inviter.name,
            giver_hash=one.inviter.address_hash,
            at=one.sent_at,
            text=one.words,
            name=one.name,
            address=one.address,
            until=one.expires_at,
        )


def _leads(address_hash: str) -> QuerySet[Lead]:
    return Lead.objects.filter(receiver_hash=address_hash, mute=False).exclude(address="")


def _evaluations(address_hash: str) -> QuerySet[Evaluation]:
    return Evaluation.objects.filter(address_hash=address_hash).exclude(address="")


def _told(address_hash: str) -> QuerySet[Word]:
    return Word.objects.filter(mailed_to=address_hash)


def _of(giver_pk: int | None, known: Mapping[int, MemberCard]) -> tuple[str, str]:
    """Return the name and the keyed hash of whom it comes from; somebody who has left is not named."""
    giver = known.get(giver_pk) if giver_pk else None
    return (giver.name, giver.address_hash) if giver else ("", "")


def _lead(row: Lead, known: Mapping[int, MemberCard]) -> HeldAside:
    giver, giver_hash = _of(row.giver_id, known)
    return HeldAside(
        sort="lead",
        uid=row.uid,
        at=row.sent_at,
        answered_at=row.thanked_at,
        text=row.text,
        address=row.address,
        giver=giver,
        giver_hash=giver_hash,
    )


def _standing(row: Standing, known: Mapping[int, MemberCard]) -> HeldAside:
    giver, giver_hash = _of(row.giver_id, known)
    return HeldAside(sort="standing", uid=standing_key(row), at=row.at, text="", giver=giver, giver_hash=giver_hash)


def _evaluation(row: Evaluation, known: Mapping[int, MemberCard]) -> HeldAside:
    giver, giver_hash = _of(row.referral.giver_id if row.referral else None, known)
    return HeldAside(
        sort="evaluation",
        uid=row.uid,
        at=row.asked_at,
        answered_at=row.answered_at,
        text=row.words,
        address=row.address,
        giver=giver,
        giver_hash=giver_hash,
    )


def _word(row: Word, known: Mapping[int, MemberCard], *, address: str) -> HeldAside:
    end = getattr(row, "ending", None)
    giver, giver_hash = _of(row.outside.owner_id if row.outside else None, known)
    return HeldAside(
        sort="told",
        uid=row.uid,
        at=row.at,
        text="\n".join(filter(None, (row.text, row.better))),
        address=address,
        what=row.kind,
        outcome=end.outcome if end else "",
        giver=giver,
        giver_hash=giver_hash,
    )
