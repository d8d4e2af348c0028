"""The rows of one need, read together: the need, its attempts, their requests and the people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib.prepared import Prepared
from entremise.people import queries as people
from entremise.people.mapping import tidy_way
from entremise.people.queries import ContactCard
from entremise.protocol.types import PERMISSIONS, How, Kind, Role
from entremise.referrals import mapping
from entremise.referrals.models import Need, Referral, Request


class StoryGone(LookupError):  # noqa: N818 - named as the fact it states
    """There is no such story for this member (R44)."""


class NeedGone(LookupError):  # noqa: N818 - named as the fact it states
    """There is no such need any more."""


@dataclass(kw_only=True)
class Rows:
    """One need with everything a decision needs; rows, for the app's own use only."""

    need: Need
    giver: MemberCard
    referrals: list[Referral]
    requests: list[Request]
    contacts: Mapping[int, ContactCard]

    def index_of(self, referral_pk: int | None) -> int:
        """Return the position of a referral among the attempts; the last one for None."""
        if referral_pk is None:
            return len(self.referrals) - 1
        return [row.pk for row in self.referrals].index(referral_pk)

    def request(self, referral: Referral, kind: Kind) -> Request | None:
        """Return this referral's own request of this kind."""
        mine = (row for row in self.requests if row.referral_id == referral.pk and row.kind == kind.value)
        return next(mine, None)

    def current(self, index: int, kind: Kind) -> Request:
        """Return the request on which attempt `index` rests; a principle, and the permission of whoever
        introduced the client, may be an earlier attempt's (R5, R38).

        Raises LookupError where nobody was asked.
        """
        found = self._latest(index, kind)
        if found is None:
            raise LookupError(kind)
        return found

    def forgotten(self, index: int, kind: Kind) -> bool:
        """Tell whether whom attempt `index` asked this has been forgotten since (R47); nobody is where nobody was
        asked, as in a preview."""
        found = self._latest(index, kind)
        return found is not None and found.erased_at is not None

    def _latest(self, index: int, kind: Kind) -> Request | None:
        found = (self.request(referral, kind) for referral in reversed(self.referrals[: index + 1]))
        return next((request for request in found if request is not None), None)

    def asked(self, referral: Referral, kind: Kind) -> ContactCard:
        """Return the contact whom a request of this kind asks."""
        if kind in PERMISSIONS:
            return self.referrers(referral)[kind.asked]
        return self.receiver(referral) if kind.asked is Role.RECEIVER else self.client

    def referrers(self, referral: Referral) -> Mapping[Role, ContactCard]:
        """Return those whose permission one attempt needs, by which side they introduced (R38)."""
        pks = mapping.referrer_pks(referral)
        return {kind.asked: self.contacts[pk] for kind, pk in pks.items() if pk is not None}

    def receiver(self, referral: Referral) -> ContactCard:
        """Return the receiver of one attempt."""
        return self.contacts[referral.receiver_id]

    @property
    def client(self) -> ContactCard:
        """The client of the need."""
        return self.contacts[self.need.client_id]

    def hash_of(self, contact: ContactCard) -> str:
        """Return the keyed hash by which a contact is recognised (R45)."""
        return person_hash(contact)

    def writes_to(self, referral: Referral, kind: Kind) -> tuple[str, str]:
        """Return the address a request of this kind goes to, and its keyed hash.

        A name goes where its yes in principle came from by that person's own act, whatever the giver's book says since:
        whoever reads another address agreed to nothing (R5).
        """
        if kind is Kind.NAME and (agreed := self._agreed(self.referrals.index(referral))):
            return agreed.address, agreed.address_hash
        contact = self.asked(referral, kind)
        return contact.email, self.hash_of(contact)

    def _agreed(self, index: int) -> Request | None:
        """The client's yes in principle, where they said it themselves and their address is still known."""
        asked = [row for row in self.referrals[: index + 1] if self.request(row, Kind.PRINCIPLE)]
        found = self.request(asked[-1], Kind.PRINCIPLE) if asked else None
        return found if found is not None and found.address and found.how in _OWN_ACTS else None

    def receiver_hash(self) -> str:
        """Return the keyed hash of the last attempt's receiver's address."""
        return self.referrals[-1].receiver_hash

    def client_hash(self) -> str:
        """Return the keyed hash of the address at which the client would be asked next."""
        agreed = self._agreed(len(self.referrals) - 1)
        return agreed.address_hash if agreed else self.hash_of(self.client)


def person_hash(contact: ContactCard) -> str:
    """Return the keyed hash by which a person is recognised: their address, else their telephone (R6d, R45).

    Somebody of whom only the name is known is recognised by their entry in one giver's book.
    """
    phones = (way.normalised for way in contact.ways if way.kind in _PHONES and way.normalised)
    phone = next(phones, "")
    return members.address_hash(contact.email or (f"tel:{phone}" if phone else f"entry:{contact.uid}"))


def telephone_hash(number: str) -> str:
    """Return the keyed hash of whoever has this telephone number, written with its country's code, and no address; ""
    where it is no number (R6d)."""
    if not number.strip().startswith("+"):
        return ""
    try:
        way = tidy_way(people.Way(kind=people.WayKind.PHONE, value=number))
    except ValueError:
        return ""
    return members.address_hash(f"tel:{way.normalised}")


_OWN_ACTS = (How.LINK.value, How.SESSION.value)
_PHONES = (people.WayKind.MOBILE, people.WayKind.PHONE)


def ask_key(request_uid: str) -> str:
    """Return the key in the outbox of the message that asks a request's person."""
    return f"ask:{request_uid}"


def introduction_key(referral_uid: str, role: Role) -> str:
    """Return the outbox's key of the introduction that goes to one of its three people (R9)."""
    return f"introduction:{referral_uid}:{role.value}"


_NEED = Prepared(lambda need: Need.objects.filter(pk=need))
_ATTEMPTS = Prepared(lambda need: Referral.objects.filter(need_id=need).order_by("attempt"))
_REQUESTS = Prepared(lambda need: Request.objects.filter(need_id=need).order_by("pk"))


def read_rows(need_pk: int) -> Rows:
    """Return the rows of one need, in six queries whatever their number. Raises NeedGone."""
    need: Need | None = next(iter(_NEED(need=need_pk)), None)
    giver = members.once_members([need.giver_id]).get(need.giver_id) if need else None  # a leaving tells nothing (R7)
    if need is None or giver is None:
        raise NeedGone
    return rows_of(need, giver=giver)


def rows_of(need: Need, *, giver: MemberCard) -> Rows:
    """Return the rows of a need already read, in four queries whatever their number."""
    referrals: list[Referral] = _ATTEMPTS(need=need.pk)
    requests: list[Request] = _REQUESTS(need=need.pk)
    pks = [need.client_id, *(row.receiver_id for row in referrals)]
    pks += [pk for row in referrals for pk in mapping.referrer_pks(row).values() if pk is not None]
    contacts = people.contacts_by_pks(owner_pk=need.giver_id, pks=pks)
    return Rows(need=need, giver=giver, referrals=referrals, requests=requests, contacts=contacts)
