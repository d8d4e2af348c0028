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
from entremise.protocol.types import PERMISSION_OF, REFERRERS, Kind, Role
from entremise.protocol.wall import Disclosed, Person
from entremise.referrals.models import Referral, Request, Word

PROMOTION = "promotion"
_LINKS = frozenset({"mail", "link", "domain", "handle", "phone"})


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the receiver may know of who recommended them beyond the name: trade and profile, where shown (R44)."""

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
    known = _known(row, about, reader) if reader is not None else None
    return Material(may_mail=may_mail(row, policy=policy), known=known)


def _known(row: Referral, about: Role, reader: MemberCard) -> Known | None:
    """What a member among those who recommended lets the reader read of them.

    The giver's referral says that they are one. Of a co-introducer nothing says so: their profile is read as that of
    anybody whose address is in the reader's own book.
    """
    if about is Role.GIVER:
        who = members.by_pk(row.giver_id)
        shown = profiles.of_owners(reader=reader, owners=[who.pk]) if who else {}
    else:
        who = _co_introducer(row, about)
        shown = profiles.shown_to(reader=reader, owners=[who]) if who else {}
    text = shown[who.pk].text if who and who.pk in shown else None
    return Known(trade=who.trade, text=text) if who and text else None


def _co_introducer(row: Referral, about: Role) -> MemberCard | None:
    """The member who takes part in this role; None where nobody does, or no member. The client's may have been asked by
    an earlier attempt for the same need (R38, R39)."""
    asked = Request.objects.filter(need_id=row.need_id, kind=PERMISSION_OF[about].value)
    one = asked.filter(referral__attempt__lte=row.attempt).order_by("-referral__attempt").first()
    if row.introduced_at is None or one is None or not one.takes_part or one.erased_at is not None:
        return None
    return members.by_address_hash(one.address_hash)


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
