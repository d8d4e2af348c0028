"""Who may know what in which state: the one table (R4, R7, R18), and what is made from it.

Every page, mail, feed and export is built from what `disclose` hands out, and from nothing else. What an
observer sees of a referral's life is a `Projection`: it depends on what they did themselves and on the
disclosures that were due to them, never on what somebody else quietly decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from entremise.protocol.consent import Request, State
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Referral, Stage, client_closing, client_closing_from, closing, takes_part
from entremise.protocol.types import PERMISSION_OF, REFERRERS, Answer, Kind, Role
from entremise.protocol.windows import referrer_closing


class Seen(StrEnum):
    """What a referral looks like to one observer."""

    NOTHING = "nothing"  # they were never asked; for them it does not exist
    DRAFT = "draft"
    ASKING_REFERRER = "asking_referrer"
    ASKING_RECEIVER = "asking_receiver"
    ASKING_CLIENT = "asking_client"
    CLIENT_AGREED = "client_agreed"
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    NAMED = "named"
    CONFIRMED = "confirmed"
    NAME_DECLINED = "name_declined"
    NAME_LAPSED = "name_lapsed"
    INTRODUCED = "introduced"
    NOT_CONCLUDED = "not_concluded"


class Item(StrEnum):
    """One thing that can be known."""

    BRIEF = "brief"  # trade, area, time, what is wanted: nobody's identity
    TRADE = "trade"  # the kind of need or trade alone (R38)
    GIVER = "giver"  # the giver's full name (R6b)
    RECEIVER = "receiver"  # who the receiver is
    CLIENT = "client"  # who the client is
    RECEIVER_PART = "receiver_part"  # the receiver's part of the checklist (R18)
    CLIENT_PART = "client_part"
    NEWS = "news"  # thanks, first contact, news, outcome (R20, R21)
    REFERRERS = "referrers"  # who takes part as a co-introducer, by name (R39)
    GOOD_WORDS = "good_words"  # what the receiver says to the client about whoever recommended them (R41)


_BOTH_NAMES = frozenset({Item.BRIEF, Item.GIVER, Item.RECEIVER, Item.CLIENT})
_RECEIVER_ASKED = frozenset({Item.BRIEF, Item.GIVER, Item.RECEIVER, Item.RECEIVER_PART})
_CLIENT_ASKED = frozenset({Item.BRIEF, Item.GIVER, Item.CLIENT, Item.CLIENT_PART})
_CLIENT_NAMED = _CLIENT_ASKED | {Item.RECEIVER}
# A referrer knows whom they introduced; of the other party the kind of need, or the trade alone (R38).
_REFERRER_ASKED = frozenset({Item.GIVER, Item.RECEIVER, Item.BRIEF, Item.TRADE})
_CLIENT_REFERRER_ASKED = frozenset({Item.GIVER, Item.CLIENT, Item.TRADE})
_REFERRER_INTRODUCED = _BOTH_NAMES | {Item.TRADE, Item.REFERRERS, Item.GOOD_WORDS}
_REFERRER_STATES = ("asked", "agreed", "declined", "not_concluded")

# Rows: an observer and what they see; what they may then know. An observer and a state that are not here know
# nothing: a link that has lapsed reveals nothing, not even whom it came from. A party always knows themself; the
# giver typed both names.
KNOWS: Mapping[tuple[Role, Seen], frozenset[Item]] = {
    (Role.GIVER, Seen.DRAFT): _BOTH_NAMES,
    (Role.GIVER, Seen.ASKING_REFERRER): _BOTH_NAMES,
    (Role.GIVER, Seen.ASKING_RECEIVER): _BOTH_NAMES,
    (Role.GIVER, Seen.ASKING_CLIENT): _BOTH_NAMES,
    (Role.GIVER, Seen.CLIENT_AGREED): _BOTH_NAMES,
    (Role.GIVER, Seen.NOT_CONCLUDED): _BOTH_NAMES,
    (Role.GIVER, Seen.INTRODUCED): _BOTH_NAMES | {Item.NEWS, Item.REFERRERS},
    (Role.RECEIVER, Seen.ASKED): _RECEIVER_ASKED,
    (Role.RECEIVER, Seen.AGREED): _RECEIVER_ASKED,
    (Role.RECEIVER, Seen.DECLINED): _RECEIVER_ASKED,
    (Role.RECEIVER, Seen.NOT_CONCLUDED): _RECEIVER_ASKED,
    (Role.RECEIVER, Seen.INTRODUCED): _BOTH_NAMES | {Item.RECEIVER_PART, Item.CLIENT_PART, Item.NEWS, Item.REFERRERS},
    (Role.CLIENT, Seen.ASKED): _CLIENT_ASKED,
    (Role.CLIENT, Seen.AGREED): _CLIENT_ASKED,
    (Role.CLIENT, Seen.DECLINED): _CLIENT_ASKED,
    (Role.CLIENT, Seen.NAMED): _CLIENT_NAMED,
    (Role.CLIENT, Seen.CONFIRMED): _CLIENT_NAMED,
    (Role.CLIENT, Seen.NAME_DECLINED): _CLIENT_NAMED,
    (Role.CLIENT, Seen.NOT_CONCLUDED): _CLIENT_ASKED,
    (Role.CLIENT, Seen.INTRODUCED): _BOTH_NAMES
    | {Item.RECEIVER_PART, Item.CLIENT_PART, Item.REFERRERS, Item.GOOD_WORDS},
    **{(Role.REFERRER, Seen(state)): _REFERRER_ASKED for state in _REFERRER_STATES},
    **{(Role.CLIENT_REFERRER, Seen(state)): _CLIENT_REFERRER_ASKED for state in _REFERRER_STATES},
    **{(role, Seen.INTRODUCED): _REFERRER_INTRODUCED for role in REFERRERS},
}


@dataclass(frozen=True, kw_only=True)
class Projection:
    """What one observer sees at one instant. `until` is the latest instant at which they will hear more.

    `referrers` are those of whom they were told that they will learn both names (R39).
    """

    observer: Role
    seen: Seen
    until: datetime | None = None
    held_until: datetime | None = None
    told_no: frozenset[Kind] = frozenset()
    stopped: bool = False
    referrers: frozenset[Role] = frozenset()

    @property
    def knows(self) -> frozenset[Item]:
        """What this observer may know now."""
        return KNOWS.get((self.observer, self.seen), frozenset())


def project(referral: Referral, *, observer: Role, policy: Policy) -> Projection:
    """Return what `observer` sees of a referral that has been caught up with the present instant (R7)."""
    if observer is Role.GIVER:
        return _to_giver(referral, policy)
    if observer is Role.RECEIVER:
        return _to_receiver(referral, policy)
    if observer is Role.CLIENT:
        return _to_client(referral, policy)
    if observer in REFERRERS:
        return _to_referrer(referral, observer, policy)
    return Projection(observer=observer, seen=Seen.NOTHING)


# What a giver sees in each stage, in a story and in a list of them.
GIVER_SEES: Mapping[Stage, Seen] = {
    Stage.DRAFT: Seen.DRAFT,
    Stage.PERMISSION: Seen.ASKING_REFERRER,
    Stage.RECEIVER: Seen.ASKING_RECEIVER,
    Stage.PRINCIPLE: Seen.ASKING_CLIENT,
    Stage.WAITING: Seen.CLIENT_AGREED,
    Stage.NAME: Seen.CLIENT_AGREED,
    Stage.INTRODUCED: Seen.INTRODUCED,
    Stage.CLOSED: Seen.NOT_CONCLUDED,
}


def _to_giver(referral: Referral, policy: Policy) -> Projection:
    """The giver sees real progress, which a quiet cause freezes, and the noes that were told (R7)."""
    told = frozenset(kind for kind in Kind if _was_told(referral.request(kind)))
    return Projection(
        observer=Role.GIVER,
        seen=GIVER_SEES[referral.stage],
        until=closing(referral, policy=policy),
        told_no=told,
        stopped=referral.stopped_at is not None,
        referrers=_taking_part(referral),
    )


def _taking_part(referral: Referral) -> frozenset[Role]:
    """Those who take part, once the receiver is asked, which shows that all allowed it; a withdrawal is not shown
    (R7)."""
    if referral.receiver is None:
        return frozenset()
    asked = [(role, referral.request(kind)) for role, kind in PERMISSION_OF.items()]
    return frozenset(role for role, request in asked if request is not None and request.takes_part)


def _to_referrer(referral: Referral, role: Role, policy: Policy) -> Projection:
    """A referrer sees their own act; who takes part sees the introduction too, or that it was not concluded (R39)."""
    request = referral.request(PERMISSION_OF[role])
    if request is None or request.mute:
        return Projection(observer=role, seen=Seen.NOTHING)
    part = takes_part(referral, role)
    if part and referral.stage is Stage.INTRODUCED:
        return Projection(observer=role, seen=Seen.INTRODUCED, referrers=_taking_part(referral))
    if referral.rests(PERMISSION_OF[role]):  # they were asked about an earlier attempt, and hear nothing of this one
        return Projection(observer=role, seen=Seen.NOTHING)
    if part and role in referral.told:
        return Projection(observer=role, seen=Seen.NOT_CONCLUDED)
    closes = referrer_closing(referral, policy=policy) if part else None
    return Projection(
        observer=role,
        seen=_own(request, yes=Seen.AGREED, no=Seen.DECLINED, lapsed=Seen.LAPSED, asked=Seen.ASKED),
        until=closes if request.stands else request.deadline,
        held_until=request.hold_until if request.state is State.HELD else None,
    )


def _was_told(request: Request | None) -> bool:
    return request is not None and request.told_at is not None


def _to_receiver(referral: Referral, policy: Policy) -> Projection:
    request = referral.receiver
    if request is None or request.mute:
        return Projection(observer=Role.RECEIVER, seen=Seen.NOTHING)
    referrers = _taking_part(referral)
    if referral.stage is Stage.INTRODUCED:
        return Projection(observer=Role.RECEIVER, seen=Seen.INTRODUCED, referrers=referrers)
    if Role.RECEIVER in referral.told and request.stands:
        return Projection(observer=Role.RECEIVER, seen=Seen.NOT_CONCLUDED)
    return Projection(
        observer=Role.RECEIVER,
        seen=_own(request, yes=Seen.AGREED, no=Seen.DECLINED, lapsed=Seen.LAPSED, asked=Seen.ASKED),
        until=_receiver_until(referral, request, policy),
        held_until=request.hold_until if request.state is State.HELD else None,
        referrers=referrers,
    )


def _receiver_until(referral: Referral, request: Request, policy: Policy) -> datetime:
    """A receiver who agreed hears by the client's closing, as it was fixed by their own yes (R6a)."""
    if not request.stands:
        return request.deadline
    fixed = client_closing(referral, policy=policy)
    if fixed is not None:
        return fixed
    assert request.hold_until is not None
    return client_closing_from(request.hold_until, need_until=referral.need_until, policy=policy)


def _to_client(referral: Referral, policy: Policy) -> Projection:
    named = referral.name is not None and not referral.name.mute
    request = referral.name if named else referral.principle
    if request is None or request.mute or not (named or referral.principle_here):
        return Projection(observer=Role.CLIENT, seen=Seen.NOTHING)
    referrers = _taking_part(referral)
    if referral.stage is Stage.INTRODUCED:
        return Projection(observer=Role.CLIENT, seen=Seen.INTRODUCED, referrers=referrers)
    if Role.CLIENT in referral.told and request.stands:
        return Projection(observer=Role.CLIENT, seen=Seen.NOT_CONCLUDED)
    if named:
        seen = _own(request, yes=Seen.CONFIRMED, no=Seen.NAME_DECLINED, lapsed=Seen.NAME_LAPSED, asked=Seen.NAMED)
    else:
        seen = _own(request, yes=Seen.AGREED, no=Seen.DECLINED, lapsed=Seen.LAPSED, asked=Seen.ASKED)
    return Projection(
        observer=Role.CLIENT,
        seen=seen,
        until=client_closing(referral, policy=policy) if request.stands else request.deadline,
        held_until=request.hold_until if request.state is State.HELD else None,
        referrers=referrers,
    )


def _own(request: Request, *, yes: Seen, no: Seen, lapsed: Seen, asked: Seen) -> Seen:
    """A person always sees their own act."""
    if request.stands:
        return yes
    if request.answer is Answer.NO:
        return no
    return lapsed if request.state is State.DEAD else asked


# -- from knowing to showing ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Person:
    """Everything that identifies one person of a referral; only `disclose` may hand it on."""

    name: str
    company: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One party's part of the checklist as it is handed over: the details of the preferred way only (R18).

    `how` says how their consent was given (R6d, R8).
    """

    way: str = ""
    details: str = ""
    best_time: str = ""
    booking: str = ""
    budget: str = ""
    reason: str = ""
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class Everything:
    """What the program knows of one referral. It never leaves this module whole."""

    giver: Person
    receiver: Person
    client: Person
    brief: str = ""
    trade: str = ""
    receiver_part: Part | None = None
    client_part: Part | None = None
    referrers: Mapping[Role, Person] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Disclosed:
    """What one observer may be shown now; None where it is veiled.

    `told_to` are the referrers who will learn, or have learnt, both names (R39); `referrers` who they are.
    `good_words` are those about whom they read what the receiver says to the client (R41).
    """

    seen: Seen
    giver: Person | None = None
    receiver: Person | None = None
    client: Person | None = None
    brief: str | None = None
    trade: str | None = None
    receiver_part: Part | None = None
    client_part: Part | None = None
    news: bool = False
    told_to: frozenset[Role] = frozenset()
    referrers: tuple[Person, ...] = ()
    good_words: frozenset[Role] = frozenset()


_FIELDS = {
    Item.BRIEF: "brief",
    Item.TRADE: "trade",
    Item.GIVER: "giver",
    Item.RECEIVER: "receiver",
    Item.CLIENT: "client",
    Item.RECEIVER_PART: "receiver_part",
    Item.CLIENT_PART: "client_part",
}


def disclose(projection: Projection, everything: Everything) -> Disclosed:
    """Return the part of `everything` that the projection's observer may know (R4, R18).

    An address is handed only to the giver, who typed it, and to the person themself; the other side gets the
    details of the preferred way, in the part.
    """
    shown = {name: getattr(everything, name) for item, name in _FIELDS.items() if item in projection.knows}
    for role in (Role.GIVER, Role.RECEIVER, Role.CLIENT):
        person = shown.get(role.value)
        if person is not None and projection.observer not in (Role.GIVER, role):
            shown[role.value] = _without_address(person)
    named = [who for role, who in everything.referrers.items() if role in projection.referrers]
    return Disclosed(
        seen=projection.seen,
        news=Item.NEWS in projection.knows,
        told_to=projection.referrers,
        referrers=tuple(_without_address(who) for who in named) if Item.REFERRERS in projection.knows else (),
        good_words=_good_words(projection),
        **shown,
    )


def _good_words(projection: Projection) -> frozenset[Role]:
    """The client reads whatever was said to them; a co-introducer what was said about themself (R39, R41)."""
    if Item.GOOD_WORDS not in projection.knows:
        return frozenset()
    if projection.observer in REFERRERS:
        return frozenset({projection.observer})
    return frozenset({Role.GIVER, *projection.referrers})


def _without_address(person: Person) -> Person:
    return Person(name=person.name, company=person.company)


def may_name_town(*, trade_is_listed: bool, inhabitants: int | None, policy: Policy) -> bool:
    """Return whether a brief may name a town: a large one, and a trade that many there share (R4)."""
    return trade_is_listed and inhabitants is not None and inhabitants >= policy.town_least
