"""Asks as read-only values, and what one may do about a contact on a day (R30–R34)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from entremise.people.mapping import ContactCard, ContactLine
from entremise.people.mapping.bonds import BondCard
from entremise.protocol.asking import Answer, Asked, Reason, Verdict
from entremise.protocol.policy import Policy
from entremise.protocol.propensity import Place, Record, Shares, record


class AskRefused(ValueError):  # noqa: N818 - named as the fact it states
    """The ask, or the overruling, is refused; `reasons` are those of the verdict, `again` that it was overruled before
    and `future` that the day is still to come."""

    def __init__(self, *reasons: Reason | str) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, kw_only=True, slots=True)
class AskLine:
    """One ask: its uid is that of the interaction; `came` is what has come of it by now, None while it has its time."""

    uid: str
    asked: Asked
    overruled: bool
    came: Answer | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AskPage:
    """Everything the page about asking one contact shows; `asks` the latest first. `place` is None where nothing is to
    be said of it: of somebody who is no client, and of whoever is left alone (R29, R34)."""

    contact: ContactCard
    bond: BondCard
    verdict: Verdict
    place: Place | None
    asks: tuple[AskLine, ...]
    overruled_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A client and the probabilities of the three kinds."""

    line: ContactLine
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnClients:
    """A member's own clients beside the rule (R34): the shares, and the likeliest of each kind, at most a few lines.

    `counts` says how many there are of each kind, then how many of whom nothing can be said yet.
    """

    shares: Shares
    unasked: tuple[Placed, ...]
    when_asked: tuple[Placed, ...]
    left_alone: tuple[Placed, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientsOfKind:
    """A page of the clients who are likely of one kind, of `total`; pages count from 1."""

    people: tuple[Placed, ...]
    total: int
    page: int


def history_as_counted(
    asks: Iterable[Asked], *, observed_since: date, unasked: int, on: date, policy: Policy
) -> Record:
    """Return what a client did as R34 counts it: over the time they were observed, asks that have had their time."""
    came = [ask.came_of_it(on=on, policy=policy) for ask in asks]
    return record(
        days=(on - observed_since).days,
        unasked=unasked,
        asks=sum(answer is not None for answer in came),
        answered=came.count(Answer.REFERRED),
    )
