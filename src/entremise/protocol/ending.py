"""How a referral ended: who said so, what may be corrected, and who may see what of it (R26)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from entremise.protocol.types import Outcome, Role

_MOST = Decimal(10) ** 10
_CENT = Decimal("0.01")

FAILURES = frozenset({Outcome.LOST, Outcome.NOT_A_FIT, Outcome.NO_NEED, Outcome.NEVER_REACHED})
# What only somebody who spoke with the client can say; not who never reached them, nor who set it aside (R21).
AFTER_CONTACT = frozenset({Outcome.WON, Outcome.LOST, Outcome.NOT_A_FIT, Outcome.NO_NEED})


def known_before(outcome: Outcome | None, *, before: Outcome | None) -> bool:
    """Tell whether a word about the end only says more exactly what was known: won stays won, a failure a failure.

    The day on which it was first known then stays the day it ended (R26, R27).
    """
    return before is not None and (outcome is before or {outcome, before} <= FAILURES)


def day_is_known(*, came_on: date, noted_on: date, told_on: date) -> bool:
    """Tell whether a referral ended on the day that was told.

    Where one that came earlier is written down together with its end, it ended on some day before: which one, nobody
    said (R26).
    """
    return came_on >= noted_on or told_on > noted_on


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What a referral that was won brought, in units of `currency`: the receiver's own, shown to the giver or not."""

    amount: Decimal
    currency: str
    shown: bool = False

    def is_sound(self, currencies: Iterable[str]) -> bool:
        """Tell whether this can be kept: above nothing, to the cent at most, in one of `currencies`."""
        if not self.amount.is_finite() or not 0 < self.amount < _MOST:
            return False
        return self.amount == self.amount.quantize(_CENT) and self.currency in currencies


@dataclass(frozen=True, kw_only=True)
class Ended:
    """One word about the end, by whoever said it; no outcome where they said that it was taken up again."""

    by: Role
    outcome: Outcome | None
    at: datetime
    worth: Worth | None = None


def current(history: Sequence[Ended]) -> Ended | None:
    """Return the receiver's last word of a history, oldest first: the one that counts. None while they said nothing."""
    return next((one for one in reversed(history) if one.by is Role.RECEIVER), None)


def shown_to(observer: Role, history: Sequence[Ended]) -> tuple[Ended, ...]:
    """Return what of a history, oldest first, somebody in this role may read (R26).

    The receiver reads their own words. The giver reads them too, with the amount of the last where the receiver shows
    it; and, while the receiver's own word leaves it open, the last that they heard themself and that the client told
    them since. The client, and everybody else, reads nothing.
    """
    own = tuple(one for one in history if one.by is Role.RECEIVER)
    if observer is Role.RECEIVER:
        return own
    if observer is not Role.GIVER:
        return ()
    told = tuple(replace(one, worth=_shown(one) if one is own[-1] else None) for one in own)
    return (*told, *_heard(history))


def _shown(one: Ended) -> Worth | None:
    return one.worth if one.worth is not None and one.worth.shown else None


def _heard(history: Sequence[Ended]) -> tuple[Ended, ...]:
    """What others than the receiver said since the receiver's own word, if that word leaves it open."""
    last = current(history)
    if last is not None and last.outcome is not None:
        return ()
    latest = {one.by: one for one in history if last is None or one.at > last.at}
    return tuple(replace(one, worth=None) for one in latest.values() if one.outcome is not None)
