"""What the page of their rights shows to whoever holds a link that a giver carried (R6d, R45).

The giver knows the link and its digits. So the page is made of what the giver sees of the referral, as the link's own
page is: what was answered, handed over or refused is not in it, and it opens and closes whatever was answered (R7).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from entremise.people.queries import ContactCard
from entremise.protocol.policy import Policy
from entremise.protocol.types import Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.models import Carried, Request
from entremise.referrals.queries import carrying, keys
from entremise.referrals.queries.held_values import Behind, HeldRequest, about_carried
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.rows import NeedGone, person_hash
from entremise.referrals.queries.scenes import Scene, scene


def behind_carried(row: Carried, *, now: datetime, policy: Policy) -> Behind | None:
    """Return who stands behind a carried link: from the day of its question until what was typed for it is erased, 30
    days after a referral that did not conclude has closed (R48). None before, and after."""
    try:
        at = scene(row.referral.need_id, now=now, policy=policy)
    except NeedGone:
        return None
    index = at.rows.index_of(row.referral_id)
    if _question(row, at, index, now=now) is None:
        return None
    person, giver = _person(row, at, index), at.rows.giver
    return Behind(
        row=row,
        uid=row.uid,
        purpose=Purpose.CARRIED,
        address=person.email,
        address_hash=person_hash(person),
        language=person.language or giver.language,
        time_zone=giver.time_zone,
        everything=False,
        giver=giver.name,
        by_phone=not person.email,
    )


def request_carried(row: Carried, *, now: datetime, language: str, policy: Policy) -> tuple[HeldRequest, ...]:
    """Return the question a carried link is about, as the giver knows it."""
    at = scene(row.referral.need_id, now=now, policy=policy)
    index = at.rows.index_of(row.referral_id)
    found = _question(row, at, index, now=now)
    if found is None:
        return ()
    kind, seen, until = found
    said = carrying.statement(at, index, kind, until=until, language=language)
    held = HeldRequest(
        uid=row.uid,
        token=keys.token(Purpose.CARRIED, row.uid),
        kind=kind,
        giver=said.giver.name,
        giver_company=said.giver.company,
        name=said.person.name,
        company=said.person.company,
        address=_person(row, at, index).email,
        brief=said.brief,
        sent_at=row.referral.created_at,
        delivered=True,
        reminded_at=None,
        deadline=until,
        answer="",
        answered_at=None,
        introduced_at=row.referral.introduced_at if seen is Seen.INTRODUCED else None,
        part=None,
        said=(),
        ends=(),
        proofs=(),
        may_say_no=seen in (Seen.ASKED, Seen.NAMED, Seen.AGREED),
        carried=True,
    )
    return (held,)


def _person(row: Carried, at: Scene, index: int) -> ContactCard:
    """The one in this role, as the giver's own book has them."""
    return at.rows.asked(at.rows.referrals[index], carrying.KINDS[Role(row.role)][0])


def _question(row: Carried, at: Scene, index: int, *, now: datetime) -> tuple[Kind, Seen, datetime] | None:
    """Which question it is about, in which state, and until when it stands or stood, all as the giver sees it."""
    kind, seen, until = carrying.stands(at, index, Role(row.role), now)
    if kind is not None and until is not None:
        return kind, seen, until
    # That somebody was asked the giver sees; what a client was asked last, not always: so it is their first question.
    kind = carrying.KINDS[Role(row.role)][0]
    if not Request.objects.filter(
        about_carried(row), kind=kind.value, referral__attempt__lte=row.referral.attempt
    ).exists():
        return None
    shown, closed = at.projected(index, Role.GIVER), at.rows.referrals[index].moved_at
    if shown.seen is not Seen.NOT_CONCLUDED:
        return kind, shown.seen, shown.until or closed
    late = now >= closed + timedelta(days=at.policy.unfinished_kept)
    return None if late else (kind, shown.seen, closed)
