"""Whose permission a referral needs before anybody else is asked, and why, or why not (R37–R40)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.people.queries import ContactCard, bonds, profiles
from entremise.people.queries.bonds import BondCard
from entremise.protocol import provenance
from entremise.protocol.policy import Policy
from entremise.protocol.provenance import Asking, Business, Ground, Judged, Met
from entremise.protocol.relevance import Offer
from entremise.protocol.types import Kind, Role
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Request, Standing
from entremise.referrals.queries.fitting import sought
from entremise.referrals.queries.rows import person_hash


@dataclass(frozen=True, kw_only=True)
class AskedFirst:
    """One referrer whose permission is asked before anything else: by which request, about whom, and whether the
    referral could take business from them, which the giver is warned of (R38, R40). `told` says that their question
    says so too: the client's referrer reads the trade and nothing else of the need (R38), so not where it is the kind
    of client they look for that makes it so. One who was asked `before`, by an earlier attempt for the same need and
    about the client alone, is not asked again: what they answered then, or did not, holds (R5b)."""

    kind: Kind
    referrer: ContactCard
    about: frozenset[Role]
    competes: bool
    told: bool
    before: bool = False


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """Who is asked first, and what was judged of each party, the receiver first (R38).

    `names` holds the referrers' names by the uids the judgements use.
    """

    asked: tuple[AskedFirst, ...] = ()
    judged: tuple[Judged, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> AskedFirst | None:
        """Return the referrer asked by a request of this kind."""
        return next((one for one in self.asked if one.kind is kind), None)

    @property
    def fresh(self) -> tuple[AskedFirst, ...]:
        """Those who get a question now."""
        return tuple(one for one in self.asked if not one.before)

    @property
    def gone(self) -> tuple[Role, ...]:
        """The parties whose referrer would have to be asked, and can't be: not in the giver's book any more."""
        return tuple(one.met.role for one in self.judged if one.ground is Ground.GONE)


def permissions(
    *,
    giver: MemberCard,
    draft: NeedDraft,
    receiver: ContactCard,
    client: ContactCard,
    now: datetime,
    policy: Policy,
    continues: str = "",
) -> Permissions:
    """Return whose permission passing these two on to each other needs (R38). `continues` is the uid of the referral
    whose need goes on with another receiver (R5b).

    Whoever was met through nobody costs no query; else the referrers, the bonds and the standing permissions are read
    in one go each, and of every referrer asked the profile the giver may see (R40, R44).
    """
    parties = (receiver, client)
    if not any(party.met_through or party.met_through_gone for party in parties):
        return Permissions(judged=tuple(_alone(role) for role in (Role.RECEIVER, Role.CLIENT)))
    referrers, own = _referrers(giver, parties)
    today = giver.today(now)
    known = bonds.bonds(owner_pk=giver.pk, contact_pks=[party.pk for party in parties], on=today, policy=policy)
    standing = _standing(giver, referrers.values())
    judged = []
    for role, party, other in ((Role.RECEIVER, receiver, client), (Role.CLIENT, client, receiver)):
        met = _met(role, party, referrers, bond=known.get(party.pk), standing=standing, giver=giver)
        if party.met_through in own:
            met = Met(role=role)
        judged.append(provenance.judge(met, other=_same(other, referrers), today=today, policy=policy))
    asked = tuple(
        _asked(one, referrers[one.referrer], giver=giver, draft=draft, continues=continues)
        for one in provenance.askings(judged)
    )
    names = {uid: referrer.name for uid, referrer in referrers.items()}
    return Permissions(asked=asked, judged=tuple(judged), names=names)


def _asked(one: Asking, referrer: ContactCard, *, giver: MemberCard, draft: NeedDraft, continues: str) -> AskedFirst:
    theirs, wanted = _business(giver, referrer), sought(draft)
    trade = provenance.same_trade(theirs, wanted)
    competes = trade or provenance.same_market(theirs, wanted)
    return AskedFirst(
        kind=one.kind,
        referrer=referrer,
        about=one.about,
        competes=competes,
        told=trade or (competes and one.kind is Kind.PERMISSION),
        before=_asked_before(one.kind, referrer, giver=giver, continues=continues),
    )


def _asked_before(kind: Kind, referrer: ContactCard, *, giver: MemberCard, continues: str) -> bool:
    """Only a question about the client alone is the same for every receiver: the other one names the receiver."""
    if kind is not Kind.CLIENT_PERMISSION or not continues:
        return False
    asked = Request.objects.filter(kind=kind.value, need__giver_id=giver.pk, need__referrals__uid=continues)
    return asked.filter(referral__client_referrer_id=referrer.pk).exists()


def _alone(role: Role) -> Judged:
    return Judged(Met(role=role), Ground.MET_ALONE)


def _referrers(
    giver: MemberCard, parties: tuple[ContactCard, ...]
) -> tuple[Mapping[str, ContactCard], Collection[str]]:
    """Those through whom the two were met; and apart, by uid, the giver's own entries: nobody asks themselves (R1)."""
    uids = {party.met_through for party in parties if party.met_through}
    cards = people.contacts_by_uids(owner_pk=giver.pk, uids=uids)
    own = {card.uid for card in cards if giver.email in people.mails_of(card)}
    return {card.uid: card for card in cards if card.uid not in own}, own


def _same(other: ContactCard, referrers: Mapping[str, ContactCard]) -> str:
    """Return the uid under which the other side is one of the referrers, be it as a second entry of the same person."""
    person = person_hash(other)
    same = (uid for uid, referrer in referrers.items() if uid == other.uid or person_hash(referrer) == person)
    return next(same, other.uid)


def _standing(giver: MemberCard, referrers: Collection[ContactCard]) -> frozenset[str]:
    hashes = {person_hash(referrer): referrer.uid for referrer in referrers}
    rows = Standing.objects.filter(gave_standing(hashes), giver_id=giver.pk)
    return frozenset(hashes[one] for row in rows for one in (row.address_hash, row.given_by) if one in hashes)


def _met(
    role: Role,
    party: ContactCard,
    referrers: Mapping[str, ContactCard],
    *,
    bond: BondCard | None,
    standing: frozenset[str],
    giver: MemberCard,
) -> Met:
    """How long they have known each other counts from the day they met, else from the day they came into the book."""
    through = party.met_through if party.met_through in referrers else ""
    return Met(
        role=role,
        through=through,
        gone=party.met_through_gone or (bool(party.met_through) and not through),
        on=party.met_on or giver.today(party.created_at),
        solidity=bond.solidity.points if bond else 0,
        standing=through in standing,
    )


def _business(giver: MemberCard, referrer: ContactCard) -> Business:
    """What a referrer does and looks for, by the giver's book and the profile the giver may see (R40, R44)."""
    profile = profiles.of_contact(reader=giver, contact=referrer)
    owner = members.by_pk(profile.owner_pk) if profile else None
    trade = owner.trade if owner else ""
    return Business(
        trades=frozenset(filter(None, (referrer.trade, trade))),
        words=(referrer.trade_text,),
        offer=profile.text.offer(trade=trade) if profile else Offer(),
    )


def is_standing(address_hash: str, *, giver_pk: int) -> bool:
    """Return whether this referrer gave the giver a standing permission (R38)."""
    return Standing.objects.filter(gave_standing({address_hash}), giver_id=giver_pk).exists()


def gave_standing(hashes: Collection[str]) -> Q:
    """Return what finds the standing permissions of whoever has one of these keyed hashes: of the address the giver
    knew, or of the one they have moved to since (R38)."""
    return Q(address_hash__in=hashes) | Q(given_by__in=hashes)
