"""Through whom somebody was met, and whose permission that asks for before they are passed on (R37–R40)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from entremise.protocol.care import Fit
from entremise.protocol.folding import plain_words
from entremise.protocol.policy import Policy
from entremise.protocol.relevance import Offer, Sought, market, service
from entremise.protocol.types import Kind, Role


@dataclass(frozen=True, kw_only=True)
class Met:
    """How the giver came to know one party. `through` names the nearest referrer among the giver's contacts, "" for
    nobody, and with `gone` for one who is not there any more; `on` is the day, or the first day known of; `solidity`
    the giver's own bond with the party, 0–100 (R30)."""

    role: Role
    through: str = ""
    gone: bool = False
    on: date | None = None
    solidity: int = 0
    standing: bool = False


class Ground(StrEnum):
    """Why a referrer is asked, or why not."""

    NEEDED = "needed"
    GONE = "gone"  # it would be, but they are not in the giver's book any more
    MET_ALONE = "met_alone"
    THE_OTHER_PARTY = "the_other_party"  # the referrer is the other side, whose own yes is asked for anyway
    STANDING = "standing"  # they gave a standing permission
    OWN_BOND = "own_bond"  # the giver's own relationship is solid and old enough


@dataclass(frozen=True)
class Judged:
    """Whether the referrer of one party is asked, on which ground; `lacks` says what the giver's own bond is short of:
    points of solidity and days of age, none below nought."""

    met: Met
    ground: Ground
    points_short: int = 0
    days_short: int = 0


def judge(met: Met, *, other: str, today: date, policy: Policy) -> Judged:
    """Return whether the nearest referrer must be asked before this party is passed on (R38).

    `other` is the contact on the other side. No permission is needed of nobody, of the other side, of who gave a
    standing one, nor once one's own relationship is both solid and old enough. A day that is not known counts as today.
    """
    if not met.through and not met.gone:
        return Judged(met, Ground.MET_ALONE)
    if met.through and met.through == other:
        return Judged(met, Ground.THE_OTHER_PARTY)
    if met.standing:
        return Judged(met, Ground.STANDING)
    points = max(0, policy.solid_from - met.solidity)
    days = max(0, policy.own_bond_after - ((today - met.on).days if met.on else 0))
    if not points and not days:
        return Judged(met, Ground.OWN_BOND)
    return Judged(met, Ground.NEEDED if met.through else Ground.GONE, points, days)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One referrer to be asked: by which request, and about whom. `about` holds both where they introduced both."""

    kind: Kind
    referrer: str
    about: frozenset[Role]


def askings(judged: Collection[Judged]) -> tuple[Asking, ...]:
    """Return who is asked, the receiver's referrer first (R38, R39): whoever introduced both is asked once."""
    through = {one.met.role: one.met.through for one in judged if one.ground is Ground.NEEDED}
    of_receiver, of_client = through.get(Role.RECEIVER), through.get(Role.CLIENT)
    found = []
    if of_receiver:
        about = {Role.RECEIVER, *([Role.CLIENT] if of_receiver == of_client else [])}
        found.append(Asking(kind=Kind.PERMISSION, referrer=of_receiver, about=frozenset(about)))
    if of_client and of_client != of_receiver:
        found.append(Asking(kind=Kind.CLIENT_PERMISSION, referrer=of_client, about=frozenset({Role.CLIENT})))
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Business:
    """What somebody does and looks for: trades by code and in words, and what their profile offers and seeks."""

    trades: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    offer: Offer = field(default_factory=Offer)


def same_trade(referrer: Business, sought: Sought) -> bool:
    """Return whether the trade that is sought is the referrer's own (R40): by its code, by one of its names (in any
    form, as a whole: a naval architect is no architect), or by a service of their profile, read as in R12."""
    if sought.trade and sought.trade in referrer.trades:
        return True
    theirs = {_folded(words) for words in referrer.words} - {frozenset()}
    if any(_folded(name) in theirs for name in sought.trade_names):
        return True
    return service(referrer.offer, sought).fit is Fit.YES


def same_market(referrer: Business, sought: Sought) -> bool:
    """Return whether the client is of a kind the referrer looks for: ticked or written in their profile, read as the
    receiver's is (R12, R40)."""
    return market(referrer.offer, sought).fit is Fit.YES


def _folded(words: str) -> frozenset[str]:
    return frozenset(word.rstrip("sx") or word for word in plain_words(words))
