"""A need held against the receiver's profile: what fits, what does not, and why (R12).

Only proposes. What the giver answers is the giver's own; where they answer otherwise than a profile says no, the test
wants it overruled knowingly (`care.Answers.against_profile`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entremise.protocol.care import Fit, Question
from entremise.protocol.folding import plain_words
from entremise.protocol.types import Urgency

_SHORTEST_WORD = 4  # of the words by which a line is recognised: "de", "the", "sur" say nothing


class Availability(StrEnum):
    """Whether somebody takes on something new."""

    UNSAID = ""
    FREE = "free"
    FULL = "full"  # until a month
    CLOSED = "closed"


class Because(StrEnum):
    """Why a profile fits a need or does not; doors put it into words."""

    SAME_TRADE = "same_trade"
    LINE_NAMES_IT = "line_names_it"
    OTHER_TRADE = "other_trade"
    NOT_FOR_THEM = "not_for_them"
    KIND_SOUGHT = "kind_sought"
    OTHER_KINDS = "other_kinds"
    WORKS_THERE = "works_there"
    WORKS_IN_PART = "works_in_part"
    WORKS_ELSEWHERE = "works_elsewhere"
    FREE = "free"
    FREE_BY_THEN = "free_by_then"
    FULL_UNTIL = "full_until"
    CLOSED = "closed"
    ABOVE_FLOOR = "above_floor"
    BELOW_FLOOR = "below_floor"
    FLOOR = "floor"  # there is one, and the client's budget is not known
    UNCERTAIN = "uncertain"  # the profile speaks of it, in words that only people can weigh
    UNSAID = "unsaid"


# A place as its codes: the place itself, then everything that holds it.
Place = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a profile says. `free_from` is the day from which somebody who is full takes on work again."""

    trade: str = ""
    services: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    client_kinds: frozenset[str] = frozenset()
    not_for_me: tuple[str, ...] = ()
    areas: tuple[Place, ...] = ()
    availability: Availability = Availability.UNSAID
    free_from: date | None = None
    floor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a need says; `trade_names` and `kind_names` are its words in every language, `budget` what is known."""

    trade: str = ""
    trade_names: tuple[str, ...] = ()
    client_kind: str = ""
    kind_names: tuple[str, ...] = ()
    area: Place = ()
    urgency: Urgency = Urgency.NOW
    wanted_by: date | None = None
    budget: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A proposed answer, None where the profile says nothing of it; why; and the line, code or amount it rests on."""

    fit: Fit | None
    because: Because
    said: str = ""


_UNSAID = Proposal(None, Because.UNSAID)


def propose(offer: Offer, sought: Sought, *, today: date) -> Mapping[Question, Proposal]:
    """Return a proposal for each of the six questions (R12); whether the client has somebody is in no profile."""
    return {
        Question.SERVICE: service(offer, sought),
        Question.MARKET: market(offer, sought),
        Question.AREA: _area(offer, sought),
        Question.AVAILABLE: _available(offer, sought, today),
        Question.WANTED: _UNSAID,
        Question.BUDGET: _budget(offer, sought),
    }


def refused(proposals: Mapping[Question, Proposal]) -> frozenset[Question]:
    """Return the questions to which the profile itself says no (R12)."""
    return frozenset(question for question, proposal in proposals.items() if proposal.fit is Fit.NO)


def service(offer: Offer, sought: Sought) -> Proposal:
    """Return whether the trade that is sought is among what the profile offers (R12)."""
    against = line_naming(offer.not_for_me, sought.trade_names)
    if against:
        return Proposal(Fit.NO, Because.NOT_FOR_THEM, against)
    named = line_naming(offer.services, sought.trade_names)
    if named:
        return Proposal(Fit.YES, Because.LINE_NAMES_IT, named)
    if offer.trade and offer.trade == sought.trade:
        return Proposal(Fit.YES, Because.SAME_TRADE)
    if offer.trade and sought.trade:
        return Proposal(Fit.NO, Because.OTHER_TRADE, offer.trade)
    return Proposal(Fit.UNKNOWN, Because.UNCERTAIN) if offer.trade or offer.services else _UNSAID


def market(offer: Offer, sought: Sought) -> Proposal:
    """Return whether the client is of a kind the profile looks for, ticked or written (R12)."""
    against = line_naming(offer.not_for_me, sought.kind_names)
    if against:
        return Proposal(Fit.NO, Because.NOT_FOR_THEM, against)
    if sought.client_kind and sought.client_kind in offer.client_kinds:
        return Proposal(Fit.YES, Because.KIND_SOUGHT, sought.client_kind)
    named = line_naming(offer.markets, sought.kind_names)
    if named:
        return Proposal(Fit.YES, Because.LINE_NAMES_IT, named)
    if sought.client_kind and offer.client_kinds and not offer.markets:
        return Proposal(Fit.NO, Because.OTHER_KINDS)
    return Proposal(Fit.UNKNOWN, Because.UNCERTAIN) if offer.client_kinds or offer.markets else _UNSAID


def _area(offer: Offer, sought: Sought) -> Proposal:
    if not offer.areas or not sought.area:
        return _UNSAID
    for place in offer.areas:
        if place[0] in sought.area:
            return Proposal(Fit.YES, Because.WORKS_THERE, place[0])
    for place in offer.areas:
        if sought.area[0] in place:
            return Proposal(Fit.UNKNOWN, Because.WORKS_IN_PART, place[0])
    return Proposal(Fit.NO, Because.WORKS_ELSEWHERE)


def _available(offer: Offer, sought: Sought, today: date) -> Proposal:
    if offer.availability is Availability.UNSAID:
        return _UNSAID
    if offer.availability is Availability.CLOSED:
        return Proposal(Fit.NO, Because.CLOSED)
    if offer.availability is Availability.FREE or (offer.free_from and offer.free_from <= today):
        return Proposal(Fit.YES, Because.FREE)
    if offer.free_from is None:
        return Proposal(Fit.UNKNOWN, Because.UNCERTAIN)
    if sought.urgency is not Urgency.NOW and sought.wanted_by and sought.wanted_by >= offer.free_from:
        return Proposal(Fit.YES, Because.FREE_BY_THEN, offer.free_from.isoformat())
    return Proposal(Fit.NO, Because.FULL_UNTIL, offer.free_from.isoformat())


def _budget(offer: Offer, sought: Sought) -> Proposal:
    if offer.floor is None:
        return _UNSAID
    if sought.budget is None:
        return Proposal(Fit.UNKNOWN, Because.FLOOR, str(offer.floor))
    if sought.budget >= offer.floor:
        return Proposal(Fit.YES, Because.ABOVE_FLOOR, str(offer.floor))
    return Proposal(Fit.NO, Because.BELOW_FLOOR, str(offer.floor))


def line_naming(lines: Iterable[str], names: Iterable[str]) -> str:
    """Return the first line that holds every telling word of one of the names, in any form; empty without one."""
    wanted = [words for name in names if (words := _telling(name))]
    for line in lines:
        there = _telling(line)
        if any(all(_is_there(word, there) for word in words) for words in wanted):
            return line
    return ""


def _telling(text: str) -> list[str]:
    return [word for word in plain_words(text) if len(word) >= _SHORTEST_WORD]


def _is_there(word: str, words: Sequence[str]) -> bool:
    """One and several of a thing count as the same word: "restaurant", "restaurants"."""
    return any(word.rstrip("sx") == one.rstrip("sx") for one in words)
