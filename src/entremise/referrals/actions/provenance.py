"""What an introduction writes into the books of those who are members: whom they met, through whom, by which referral
(R37).

Nobody is asked, and nobody learns anything: what is written is what the introduction itself tells its reader, in the
same transaction. It is taken from the wall, so before the introduction there is nothing to write.

A book is its member's own, like one on paper. Whoever asks the platform to forget them is not taken out of the books of
those they were introduced to: they said yes to being known there, and the member answers for it, as for everything
else that they write (the person can ask them, R45). What the platform keeps of the referral goes; the entry then says
when and through whom, and the referral it names leads nowhere.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance
from entremise.people.actions import add_contact
from entremise.people.actions.provenance import set_met_through
from entremise.people.mapping import tidy_way
from entremise.people.queries import ContactDraft, Way, WayKind, meeting
from entremise.protocol.policy import Policy
from entremise.protocol.types import Kind, Role
from entremise.protocol.types import Way as Preferred
from entremise.protocol.wall import Part, Person
from entremise.referrals.queries.rows import Rows
from entremise.referrals.queries.scenes import Scene, scene, someone

_PARTIES = ((Kind.RECEIVER, Role.RECEIVER), (Kind.NAME, Role.CLIENT))
# As what the details of a preferred way are read, in this order.
_READ_AS = {
    Preferred.PHONE.value: (WayKind.PHONE,),
    Preferred.MAIL.value: (WayKind.EMAIL,),
    Preferred.MESSAGE.value: (WayKind.EMAIL, WayKind.PHONE, WayKind.LINK),
}
_LONGEST_NAME, _LONGEST_BOOKING = 60, 300


def set_by_introduction(rows: Rows, index: int, *, now: datetime, chance: Chance, policy: Policy) -> None:
    """Have each party who is a member find the other in their own book, met through the giver, today, by this referral.

    Whoever is not there is added, with what the introduction hands over and nothing more; so is the giver. Whoever is
    there already stays as they are: the two have met before, and how is the member's to say (R37). Doing it again
    changes nothing. Belongs to the caller's transaction, in which attempt `index` became the introduction.
    """
    asked = [(rows.current(index, kind), role) for kind, role in _PARTIES]
    known = members.members_among([request.address_hash for request, _role in asked])
    if not known:
        return
    at = scene(rows.need.pk, now=now, policy=policy)
    for request, role in asked:
        member = members.by_address_hash(request.address_hash) if request.address_hash in known else None
        if member is not None and not meeting.came_with(owner_pk=member.pk, referral=request.uid):
            _write(member, role, at, index, referral=request.uid, now=now, chance=chance)


def _write(
    member: MemberCard, role: Role, at: Scene, index: int, *, referral: str, now: datetime, chance: Chance
) -> None:
    shown = at.disclosed(index, role, language=member.language)
    receiver = role is Role.RECEIVER
    other, part = (shown.client, shown.client_part) if receiver else (shown.receiver, shown.receiver_part)
    nobody = someone(member.language)
    if other is None or part is None or shown.giver is None or nobody in (other.name, shown.giver.name):
        return  # somebody whose name is erased is nobody one could write down
    with translation.override(member.language):
        how = _("Introduced to me by %(giver)s") % {"giver": shown.giver.name}
    draft = _handed(other, part)
    if meeting.reached_alike(owner_pk=member.pk, draft=draft):
        return
    met = add_contact(owner_pk=member.pk, draft=draft, now=now, chance=chance).uid
    giver = _giver(member, shown.giver, now=now, chance=chance)
    day = member.today(now)
    set_met_through(owner_pk=member.pk, uid=met, through=giver, on=day, how=how, now=now, referral=referral)


def _giver(member: MemberCard, giver: Person, *, now: datetime, chance: Chance) -> str:
    """Return the uid of the giver in the member's book, by the name and company that the introduction tells."""
    found = meeting.called(owner_pk=member.pk, name=giver.name, company=giver.company)
    draft = _named(giver)
    return found or add_contact(owner_pk=member.pk, draft=draft, now=now, chance=chance).uid


def _named(person: Person, **more: object) -> ContactDraft:
    given, _space, family = person.name.partition(" ")
    return ContactDraft(
        given_name=given[:_LONGEST_NAME],
        family_name=family[:_LONGEST_NAME],
        company=person.company,
        **more,  # type: ignore[arg-type]
    )


def _handed(person: Person, part: Part) -> ContactDraft:
    """What the introduction hands over of a person: name, company, and the preferred way with its details (R18)."""
    way = _way(part)
    if way is not None:
        return _named(person, ways=(way,), preferred=way.kind.value)
    if part.way == Preferred.MEETING.value:
        return _named(person, booking=part.details[:_LONGEST_BOOKING])
    return _named(person, notes=part.details)  # nobody could read it as a number or an address; it is kept as written


def _way(part: Part) -> Way | None:
    """The preferred way as a book keeps it; None where its details are no address and no number."""
    for kind in _READ_AS.get(part.way, ()):
        try:
            return tidy_way(Way(kind=kind, value=part.details, preferred=True))
        except ValueError:
            continue  # a person may write anything there; it may be readable as the next kind
    return None
