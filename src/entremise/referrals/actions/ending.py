"""Writing down how a referral ended, a row for each word of it; what was said before stays (R26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entremise.people.queries import profiles
from entremise.protocol.ending import Worth
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Outcome, Role
from entremise.referrals.models import Ending, Outside, Referral, Word
from entremise.referrals.queries import endings
from entremise.referrals.queries.outside import Direction


class AmountRefused(Refusal):
    """An amount is above nothing, has cents at most, a currency we know, and belongs to what was won (R26)."""


@dataclass(frozen=True, kw_only=True)
class End:
    """How it ended; without an outcome it was taken up again. `keeps` leaves the amount noted before as it is."""

    outcome: Outcome | None
    worth: Worth | None = None
    keeps: bool = True


def says(row: Referral | Outside) -> Role:
    """Return whose word on the end this row holds: the receiver's, or what the giver of one outside heard (R23b)."""
    given = isinstance(row, Outside) and row.direction == Direction.GIVEN.value
    return Role.GIVER if given else Role.RECEIVER


def settled(row: Referral | Outside, end: End) -> End:
    """Return the end with its amount as it is to be kept: what was won keeps the one noted before. Raises
    AmountRefused."""
    worth = end.worth
    if worth is None and end.keeps and end.outcome is Outcome.WON:
        worth = endings.own_worth(row, by=says(row))
    if worth is not None and (end.outcome is not Outcome.WON or not worth.is_sound(profiles.CURRENCIES)):
        raise AmountRefused
    return End(outcome=end.outcome, worth=worth, keeps=False)


def keep(row: Referral | Outside, end: End, *, by: Role, word: Word | None, now: datetime) -> None:
    """Add one row to the history of how it ended, with the word that tells of it, if there is one."""
    about = {"outside": row} if isinstance(row, Outside) else {"referral": row}
    worth = end.worth
    Ending.objects.create(
        **about,
        by=by.value,
        word=word,
        outcome=end.outcome.value if end.outcome else "",
        amount=worth.amount if worth else None,
        currency=worth.currency if worth else "",
        amount_shown=worth.shown if worth else False,
        at=now,
    )
