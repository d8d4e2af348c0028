"""How one's clients came: through somebody who thought of it unasked, after an ask, or found by oneself (R35)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from entremise.people.mapping import Kind
from entremise.people.models import Contact, Interaction
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Happened, prospecting_over

_YEAR = timedelta(days=365)
_MOST = 20_000


@dataclass(frozen=True, kw_only=True)
class ClientsCame:
    """Of `total` clients in the book, how it is `known` that they came: `unasked` through somebody whom the member had
    not asked shortly before, `asked` through somebody they had, and the others found by themselves. Of `untold` more it
    is noted that they came through somebody, and not whether the member had asked: who it was, or when, is missing.

    Of those whose day is written: `unasked_lately` came unasked in the last 365 days, `lately` in any way, and `before`
    in any way in the 365 days before these. `over` says that prospecting is needed no longer.
    """

    total: int
    known: int
    unasked: int
    asked: int
    untold: int
    lately: int
    unasked_lately: int
    before: int
    over: bool


def clients_came(*, owner_pk: int, on: date, policy: Policy) -> ClientsCame:
    """Return how the owner's clients came, in two queries at most (R35)."""
    rows = Contact.objects.filter(owner_id=owner_pk, removed_at=None, kinds__contains=Kind.CLIENT.value)
    found = list(rows.values_list("met", "met_through_id", "met_on")[:_MOST])
    through = [(pk, day) for met, pk, day in found if met == "through" or pk is not None]
    asks = _asks(owner_pk, {pk for pk, _day in through if pk is not None})
    told = [(_asked(asks, pk, day, shortly=timedelta(days=policy.ask_again)), day) for pk, day in through]
    unasked = [day for asked, day in told if asked is False]
    untold = sum(asked is None for asked, _day in told)
    days = [day for _met, _pk, day in found if day is not None]
    unasked_lately = sum(day is not None and on - _YEAR < day <= on for day in unasked)
    before = sum(on - 2 * _YEAR < day <= on - _YEAR for day in days)
    return ClientsCame(
        total=len(found),
        known=sum(met != "" or pk is not None for met, pk, _day in found) - untold,
        unasked=len(unasked),
        asked=sum(asked is True for asked, _day in told),
        untold=untold,
        lately=sum(on - _YEAR < day <= on for day in days),
        unasked_lately=unasked_lately,
        before=before,
        over=prospecting_over(unasked_lately=unasked_lately, before=before),
    )


def _asks(owner_pk: int, pks: Collection[int]) -> Mapping[int, Collection[date]]:
    """The days on which the member asked those for recommendations; no query where there is nobody."""
    found: dict[int, list[date]] = defaultdict(list)
    if pks:
        asked = Interaction.objects.filter(owner_id=owner_pk, kind=Happened.ASKED)
        for pk, day in asked.values_list("contact_id", "on"):
            found[pk].append(day)
    return found


def _asked(
    asks: Mapping[int, Collection[date]], pk: int | None, day: date | None, *, shortly: timedelta
) -> bool | None:
    """Whether a client who came through somebody on a day came after the member had asked them; None where nobody knows
    through whom, or on which day through somebody who was ever asked."""
    if pk is None:
        return None
    theirs = asks.get(pk, ())
    if not theirs:
        return False
    return any(ask <= day <= ask + shortly for ask in theirs) if day else None
