"""What is held about somebody by the requests made to them, as values, and who stands behind a link to it (R45)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from entremise.protocol.checklist import Sheet
from entremise.protocol.ending import Ended
from entremise.protocol.types import Kind, Role
from entremise.referrals.mapping import ProofCard
from entremise.referrals.models import Carried, Referral, Request, RightsLink
from entremise.referrals.queries.held_asides import HeldAside


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something the person wrote, and what it was: a question, a reason, thanks, news."""

    what: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class HeldRequest:
    """One request to this person: by whom, since when, what about, what they said, and what is kept of it.

    Behind a carried link (`carried`) it says only what the giver who carries it knows: no answer, no part and no proof
    (R7). `may_say_no` then tells whether the question can still be answered with a no by that link.
    """

    uid: str
    token: str
    kind: Kind
    giver: str
    giver_company: str
    name: str
    company: str
    address: str
    brief: str
    sent_at: datetime
    delivered: bool
    reminded_at: datetime | None
    deadline: datetime
    answer: str
    answered_at: datetime | None
    introduced_at: datetime | None
    part: Sheet | None
    said: tuple[Said, ...]
    ends: tuple[Ended, ...]
    proofs: tuple[ProofCard, ...]
    may_say_no: bool
    carried: bool = False


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """What this person does not want (R45): everything, these givers, so many introductions to one person, or any
    invitation to become a member."""

    everything: bool
    givers: tuple[str, ...]
    persons: int
    invitations: bool

    def __bool__(self) -> bool:
        return self.everything or bool(self.givers) or bool(self.persons) or self.invitations


@dataclass(frozen=True, kw_only=True)
class Held:
    """All that one link shows its person. `about` is the request a mail's link is about, None for all of an address."""

    requests: tuple[HeldRequest, ...]
    asides: tuple[HeldAside, ...]
    refusals: Refusals

    def __bool__(self) -> bool:
        return bool(self.requests or self.asides or self.refusals)


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Who stands behind a link to the rights page: found before any digits were typed.

    Behind a link that a giver carried (R6d) the giver could stand as well: `giver` is then their name, and `by_phone`
    whether their book has no address of this person, who then has no other page of their rights.
    """

    row: Request | Referral | RightsLink | Carried
    uid: str
    purpose: str
    address: str
    address_hash: str
    language: str
    time_zone: str
    everything: bool
    giver: str = ""
    by_phone: bool = False

    @property
    def carried(self) -> bool:
        """Whether it is a link that a giver carried."""
        return isinstance(self.row, Carried)

    @property
    def address_hint(self) -> str:
        """An address its owner recognises and nobody else learns."""
        return f"{self.address[:1]}•••@…"

    def requests(self) -> list[Request]:
        """Return the living requests the link is about: one's own of the same need, or all of an address. Rows, for the
        app's own use only."""
        rows = Request.objects.filter(address_hash=self.address_hash, mute=False, erased_at=None)
        rows = rows.select_related("referral").order_by("pk")
        if self.everything:
            return list(rows)
        mine = self.row
        if isinstance(mine, Carried):
            about = Request.objects.filter(about_carried(mine), mute=False, erased_at=None)
            return list(about.select_related("referral", "need").order_by("pk"))
        if isinstance(mine, Request):
            kinds = [kind.value for kind in Kind if kind.asked is Kind(mine.kind).asked]
            about = rows.filter(need_id=mine.need_id, kind__in=kinds)
            return list(about if Kind(mine.kind).asked is Role.CLIENT else about.filter(referral_id=mine.referral_id))
        return list(rows.filter(referral_id=mine.pk, kind=Kind.RECEIVER.value))


def about_carried(row: Carried) -> Q:
    """Return what finds the requests that a carried link is about, whatever has become of them: of its referral, and
    where the answer is the need's, of the need (R5)."""
    kinds = [kind.value for kind in Kind if kind.asked is Role(row.role)]
    asked = Q(need_id=row.referral.need_id, kind__in=kinds)
    return asked if Role(row.role) is Role.CLIENT else asked & Q(referral_id=row.referral_id)
