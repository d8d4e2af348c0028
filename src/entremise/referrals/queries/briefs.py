"""The brief in words, and what in its free note would give somebody away (R4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from entremise.catalogue import areas, client_kinds, trades
from entremise.people.queries import ContactCard
from entremise.protocol.guard import Identity, Mark, identifying_marks
from entremise.protocol.policy import Policy
from entremise.protocol.types import Role, Urgency
from entremise.protocol.wall import may_name_town
from entremise.referrals.mapping import BriefData


def sentence(brief: BriefData, *, language: str) -> str:
    """Return the need in one sentence for the receiver: who, where, what, by when; nobody's identity (R4)."""
    with translation.override(language):
        words = {
            "who": _upper_first(_who(brief, language)),
            "where": areas.area(brief.area).located(language),
            "what": _what(brief, language),
        }
        if brief.urgency == Urgency.NOW and brief.wanted_by is None:
            return _("%(who)s %(where)s is looking for %(what)s, starting now.") % words
        words["month"] = _month(brief)
        return _("%(who)s %(where)s is looking for %(what)s, by %(month)s.") % words


def sentence_to_client(brief: BriefData, *, language: str) -> str:
    """Return the same need in one sentence for the client themself (R5)."""
    with translation.override(language):
        words = {"where": areas.area(brief.area).located(language), "what": _what(brief, language)}
        if brief.urgency == Urgency.NOW and brief.wanted_by is None:
            return _("You are looking for %(what)s %(where)s, starting now.") % words
        words["month"] = _month(brief)
        return _("You are looking for %(what)s %(where)s, by %(month)s.") % words


def trade_phrase(brief: BriefData, *, language: str) -> str:
    """Return the trade with its article: "a ventilation engineer" (R5)."""
    with translation.override(language):
        return _what(brief, language)


def _who(brief: BriefData, language: str) -> str:
    return client_kinds.client_kind(brief.client_kind).phrase(language) if brief.client_kind else _("somebody")


def _what(brief: BriefData, language: str) -> str:
    if brief.trade:
        return trades.trade(brief.trade).phrase(language)
    return _("a professional (%(words)s)") % {"words": brief.trade_words}


def _month(brief: BriefData) -> str:
    """A month, never a day: an exact date and a place can point at one person."""
    assert brief.wanted_by is not None
    return date_format(brief.wanted_by, "F Y")


def _upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]


def widened(area: str, *, trade: str, policy: Policy) -> str:
    """Return the code of the area a brief may name: as chosen, or its region when the trade is rare (R4)."""
    chosen = areas.area(area)
    if chosen.kind is not areas.AreaKind.TOWN and (trade or chosen.kind >= areas.AreaKind.REGION):
        return chosen.code
    listed = bool(trade)
    if may_name_town(trade_is_listed=listed, inhabitants=chosen.population, policy=policy):
        return chosen.code
    return areas.widen(area, to=areas.AreaKind.REGION if not listed else areas.AreaKind.DEPARTMENT).code


def giveaways(text: str, *, receiver: ContactCard | None, client: ContactCard) -> tuple[Mark, ...]:
    """Return every part of a free text that would give away the receiver or the client (R4)."""
    people: list[Identity] = [client.identity(Role.CLIENT.value)]
    if receiver is not None:
        people.append(receiver.identity(Role.RECEIVER.value))
    return identifying_marks(text, people, ordinary=ordinary_words())


def marked(text: str, marks: Sequence[Mark]) -> list[tuple[str, bool]]:
    """Return the text in pieces, each with whether it is marked, for showing."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for mark in sorted(marks):
        if mark.end <= at:
            continue
        start = max(mark.start, at)
        pieces += [(text[at:start], False), (text[start : mark.end], True)]
        at = mark.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


@cache
def ordinary_words() -> frozenset[str]:
    """Return the names of the places and trades that every text may hold, in both languages."""
    places = {name for place in areas.all_areas() for name in (place.name_fr, place.name_en)}
    crafts = {name for one in trades.all_trades() for name in (one.name_fr, one.name_fr_feminine, one.name_en)}
    return frozenset(places | crafts)
