"""What a good word about whoever recommended can rest on, and whether it can leave by mail (R41)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.people.queries import profiles
from entremise.people.queries.profiles import ProfileText
from entremise.protocol.guard import identifying_marks
from entremise.protocol.policy import Policy
from entremise.protocol.types import REFERRERS, Kind, Role
from entremise.protocol.wall import Disclosed, Person
from entremise.referrals.models import Referral, Request, Word

PROMOTION = "promotion"
_LINKS = frozenset({"mail", "link", "domain", "handle", "phone"})


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the receiver may know of the giver beyond their name: their trade and profile, where they show it (R44)."""

    trade: str
    text: ProfileText


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a good word can be made of; `known` is None where the receiver may read no profile."""

    may_mail: bool
    known: Known | None


@dataclass(frozen=True, kw_only=True)
class Praise:
    """A good word as who reads it finds it: whom it is about, whether that is the reader, its words, and when."""

    about: Person
    oneself: bool
    text: str
    at: datetime


def material(*, uid: str, about: Role, reader: MemberCard | None, policy: Policy) -> Material:
    """Return what the receiver of one referral has for a good word about one of those who recommended them.

    `reader` is the receiver, where a session shows who they are. Raises Referral.DoesNotExist.
    """
    row = Referral.objects.get(uid=uid)
    known = _known(row.giver_id, reader) if reader is not None and about is Role.GIVER else None
    return Material(may_mail=may_mail(row, policy=policy), known=known)


def _known(giver_pk: int, reader: MemberCard) -> Known | None:
    giver = members.by_pk(giver_pk)
    if giver is None:
        return None
    shown = profiles.shown_to(reader=reader, owners=[giver]).get(giver.pk)
    return Known(trade=giver.trade, text=shown.text) if shown else None


def may_mail(row: Referral, *, policy: Policy) -> bool:
    """Tell whether the platform can write to the client of an introduction: it has an address where they said yes.

    Whether they asked for peace since is told to nobody: the letter is then dropped quietly (R7).
    """
    asked = Request.objects.filter(referral_id=row.pk, kind=Kind.NAME.value).exclude(address="")
    return policy.writes_first and asked.exists()


def to_promote(shown: Disclosed) -> Mapping[Role, Person]:
    """Return whom the receiver can say a good word about: the giver, and those who take part in the introduction."""
    if shown.giver is None:
        return {}
    part = [role for role in REFERRERS if role in shown.told_to]
    return {Role.GIVER: shown.giver, **dict(zip(part, shown.referrers, strict=False))}


def holds_links(text: str) -> bool:
    """Tell whether a text holds a link, an address or a number: nothing of that reaches a client from here (R41)."""
    return any(mark.field in _LINKS for mark in identifying_marks(text, []))


def praise(referral_pk: int, shown: Disclosed, *, reader: Role) -> tuple[Praise, ...]:
    """Return the good words of one introduction that its `reader` may read, in order (R41).

    Nothing is read before the introduction. One without words is left out, and so is to the client one that was said
    aloud and holds a link: from here it would not have left.
    """
    people = {role: who for role, who in to_promote(shown).items() if role in shown.good_words}
    if not people:
        return ()
    said = Word.objects.filter(referral_id=referral_pk, kind=PROMOTION, about__in=[role.value for role in people])
    return tuple(
        Praise(about=people[Role(word.about)], oneself=word.about == reader.value, text=word.text, at=word.at)
        for word in said.exclude(text="").order_by("at", "pk")
        if reader is not Role.CLIENT or not holds_links(word.text)
    )
