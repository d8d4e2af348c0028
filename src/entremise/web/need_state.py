"""What a giver has typed about a need: it travels with the form, signed, and is kept nowhere else (R3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.core import signing

from entremise.accounts.queries import MemberCard
from entremise.catalogue import areas, client_kinds, trades
from entremise.lib import law
from entremise.people import queries as people
from entremise.people.queries import ContactCard, ContactNotFound
from entremise.protocol.types import Role
from entremise.referrals.actions import giving
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.queries.fitting import Held, held_against
from entremise.referrals.queries.permissions import Permissions, permissions

_SALT = "entremise.need"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A draft under way. `uid` becomes the referral's, so that one form sends once; `kept` is the draft it came from;
    `read` what that draft held when it was taken up; `tried` the referral of which another receiver is chosen (R5b)."""

    draft: NeedDraft
    uid: str
    kept: str = ""
    read: str = ""
    tried: str = ""

    def seal(self, member: MemberCard) -> str:
        """Return this as a form's hidden field: readable by its writer, changed by nobody."""
        said = {"draft": self.draft.to_json(), "uid": self.uid, "tried": self.tried}
        said |= {"kept": self.kept, "read": self.read}
        # Not compressed: the length of a page must not vary with the chance of an id in it.
        return signing.dumps({"by": member.uid, **said}, salt=_SALT)


def unseal(sealed: str, *, member: MemberCard) -> Typed:
    """Return what `seal` wrote for this same member. Raises signing.BadSignature."""
    said: dict[str, Any] = signing.loads(sealed, salt=_SALT)
    if said["by"] != member.uid:
        raise signing.BadSignature
    draft = NeedDraft.from_json(said["draft"])
    return Typed(draft=draft, uid=said["uid"], kept=said["kept"], read=said.get("read", ""), tried=said["tried"])


@dataclass(frozen=True, kw_only=True)
class At:
    """Where a giver stands: who they are, what they typed, whom they chose in their own book, and when it is.

    `tried` are the receivers who were asked for this need before, `continues` is the referral left for another (R5b).
    """

    member: MemberCard
    draft: NeedDraft
    client: ContactCard | None
    receiver: ContactCard | None
    now: datetime
    tried: frozenset[str] = frozenset()
    continues: str = ""

    @property
    def today(self) -> date:
        """The day it is where the giver is."""
        return self.member.today(self.now)

    @cached_property
    def held(self) -> Held | None:
        """What the receiver's profile says of the need, where the giver may see it (R12, R44)."""
        if self.receiver is None:
            return None
        return held_against(giver=self.member, receiver=self.receiver, draft=self.draft, now=self.now)

    @cached_property
    def needed(self) -> Permissions | None:
        """Whose permission comes first (R38); None before both are chosen."""
        if self.receiver is None or self.client is None:
            return None
        people = {"receiver": self.receiver, "client": self.client}
        at = {"now": self.now, "policy": law.policy(), "continues": self.continues}
        return permissions(giver=self.member, draft=self.draft, **people, **at)  # type: ignore[arg-type]

    @cached_property
    def asked(self) -> Mapping[Role, ContactCard]:
        """Everybody who is asked something, the referrers first (R38); nobody before both are chosen."""
        if self.receiver is None or self.client is None or self.needed is None:
            return {}
        return giving.asked_people({Role.RECEIVER: self.receiver, Role.CLIENT: self.client}, self.needed)

    @cached_property
    def carried(self) -> frozenset[str]:
        """The roles of those to whom the giver brings the question (R6d)."""
        return frozenset(giving.carried_by_giver(self.draft, people=self.asked, policy=law.policy()))

    def person(self, role: Role) -> ContactCard | None:
        """Return the party in this role, where one is chosen."""
        return self.client if role is Role.CLIENT else self.receiver

    def name(self, role: Role) -> str:
        """Return the party's name; empty before one is chosen."""
        card = self.person(role)
        return card.name if card else ""

    def language(self, role: Role) -> str:
        """Return the language in which the party is written to."""
        card = self.person(role)
        return (card.language if card else "") or self.member.language


def stand(
    draft: NeedDraft,
    *,
    member: MemberCard,
    now: datetime,
    tried: frozenset[str] = frozenset(),
    continues: str = "",
    known: Iterable[ContactCard] = (),
) -> At:
    """Return where the member stands; a contact that is not in their own book is nobody's (R44).

    Who is `known` has been read from it already. A code that is on no list any more, in a draft kept long ago, is
    asked for again.
    """
    read = {card.uid: card for card in known}
    client, receiver = (read.get(uid) or own_contact(member, uid) for uid in (draft.client, draft.receiver))
    draft = replace(listed(draft), client=client.uid if client else "", receiver=receiver.uid if receiver else "")
    people = {"client": client, "receiver": receiver}
    return At(member=member, draft=draft, now=now, tried=tried, continues=continues, **people)


def listed(draft: NeedDraft) -> NeedDraft:
    """Return the draft without the codes that are on no list any more."""
    lost = {name: "" for name, codes in _on_lists().items() if getattr(draft, name) not in codes}
    return replace(draft, **lost)  # type: ignore[arg-type]


@cache
def _on_lists() -> Mapping[str, frozenset[str]]:
    return {
        "area": frozenset(place.code for place in areas.all_areas()),
        "trade": frozenset(one.key for one in trades.all_trades()),
        "client_kind": frozenset(kind.key for kind in client_kinds.all_client_kinds()),
    }


def own_contact(member: MemberCard, uid: str) -> ContactCard | None:
    """Return the contact of the member's own book, or None (R44)."""
    if not uid:
        return None
    try:
        return people.contact(owner_pk=member.pk, uid=uid)
    except ContactNotFound:
        return None
