"""Profiles in words: their parts, what a need's proposals rest on, and what is still empty (R12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from entremise.catalogue import areas, client_kinds, trades
from entremise.people.queries.profiles import PARTS, ProfileText
from entremise.protocol.care import Question
from entremise.protocol.relevance import Availability, Because, Proposal
from entremise.referrals.queries.fitting import Held
from entremise.web.money import amount

_ = gettext_lazy
PART_WORDS: Mapping[str, Promise] = {
    "services": _("What they do"),
    "markets": _("For whom"),
    "areas": _("Where"),
    "availability": _("Availability"),
    "listen_for": _("What to listen for"),
    "not_for_me": _("What is not for them"),
    "floor": _("From which budget"),
    "introduced": _("How they like to be introduced"),
}
MY_PARTS: Mapping[str, Promise] = {
    "services": _("what you do"),
    "markets": _("for whom"),
    "areas": _("where"),
    "availability": _("whether you have time"),
    "listen_for": _("what to listen for"),
    "not_for_me": _("what is not for you"),
    "floor": _("from which budget"),
    "introduced": _("how you like to be introduced"),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a profile as it is read: a title, and its lines."""

    key: str
    title: Promise
    lines: tuple[str, ...]


def parts(text: ProfileText, *, language: str) -> list[Part]:
    """Return those parts of a profile that say something, in their order."""
    said: Mapping[str, tuple[str, ...]] = {
        "services": text.services,
        "markets": (*kind_words(text, language), *text.markets),
        "areas": tuple(areas.area(code).label(language) for code in text.areas),
        "availability": tuple(filter(None, (availability_words(text),))),
        "listen_for": text.listen_for,
        "not_for_me": text.not_for_me,
        "floor": tuple(filter(None, (floor_words(text), text.floor_words))),
        "introduced": tuple(filter(None, (text.introduced,))),
    }
    return [Part(key=key, title=PART_WORDS[key], lines=said[key]) for key in PARTS if said[key]]


def kind_words(text: ProfileText, language: str) -> tuple[str, ...]:
    """Return the kinds of clients that are looked for, in words."""
    return tuple(client_kinds.client_kind(key).phrase(language) for key in text.client_kinds)


def availability_words(text: ProfileText) -> str:
    """Return whether somebody takes on something new; empty where they do not say."""
    match text.availability:
        case Availability.FREE:
            return gettext("Takes on new work")
        case Availability.FULL if text.full_until:
            return gettext("Full until %(month)s") % {"month": month(text.full_until)}
        case Availability.CLOSED:
            return gettext("Takes on nobody new for the moment")
        case _:
            return ""


def month(day: date) -> str:
    """Return a month with its year: "mars 2027"."""
    return date_format(day, "F Y")


def floor_words(text: ProfileText) -> str:
    """Return from which amount on somebody works; empty where no amount is said."""
    if text.floor is None:
        return ""
    return gettext("From %(amount)s") % {"amount": amount(text.floor, text.currency)}


def fullness(text: ProfileText) -> str:
    """Say what a profile's owner could still add, as a help and never as a mark (R29)."""
    missing = [str(MY_PARTS[part]) for part in text.missing]
    if not missing:
        return gettext("Everything that helps people think of you is there.")
    if text.is_empty:
        return gettext("Nothing is written yet. One line is enough to begin, and each one helps people think of you.")
    return gettext("It does not say yet: %(parts)s. Whenever you like.") % {"parts": ", ".join(missing)}


# -- beside a need ----------------------------------------------------------------------------------

_BECAUSE: Mapping[Because, Promise] = {
    Because.SAME_TRADE: _("The profile names this very trade."),
    Because.LINE_NAMES_IT: _("The profile says: “%(said)s”."),
    Because.OTHER_TRADE: _("The profile names another trade: %(trade)s."),
    Because.NOT_FOR_THEM: _("Among what is not for them, the profile says: “%(said)s”."),
    Because.KIND_SOUGHT: _("The profile looks for this kind of client: %(kind)s."),
    Because.OTHER_KINDS: _("The profile looks for other clients: %(kinds)s."),
    Because.WORKS_THERE: _("The profile says where they work: %(place)s."),
    Because.WORKS_IN_PART: _("The profile names only a part of that place: %(place)s."),
    Because.WORKS_ELSEWHERE: _("The profile names other places: %(places)s."),
    Because.FREE: _("The profile says that they take on new work."),
    Because.FREE_BY_THEN: _("The profile says: full until %(month)s, so free again before the date."),
    Because.FULL_UNTIL: _("The profile says: full until %(month)s."),
    Because.CLOSED: _("The profile says that they take on nobody new for the moment."),
    Because.ABOVE_FLOOR: _("The profile begins at %(amount)s; the budget you noted reaches it."),
    Because.BELOW_FLOOR: _("The profile begins at %(amount)s, above the budget you noted."),
    Because.FLOOR: _("The profile begins at %(amount)s."),
    Because.UNCERTAIN: _("The profile speaks of it in words that you can weigh better than we can: %(lines)s."),
    Because.UNSAID: _("The profile does not say."),
}


def proposal_words(question: Question, held: Held, *, language: str) -> str:
    """Return what the receiver's profile says to one question, as a sentence (R12)."""
    proposal, text = held.proposals[question], held.profile.text
    lines = text.markets if question is Question.MARKET else text.services
    known = {
        "said": proposal.said,
        "lines": "; ".join((*(kind_words(text, language) if question is Question.MARKET else ()), *lines)),
        "kinds": ", ".join(kind_words(text, language)),
        "places": ", ".join(areas.area(code).label(language) for code in text.areas),
        **_named(proposal, text, language),
    }
    if proposal.because is Because.UNCERTAIN and not known["lines"]:
        return gettext("The profile does not say enough to tell.")
    return str(_BECAUSE[proposal.because]) % known


def _named(proposal: Proposal, text: ProfileText, language: str) -> dict[str, str]:
    match proposal.because:
        case Because.OTHER_TRADE:
            return {"trade": trades.trade(proposal.said).either(language)}
        case Because.KIND_SOUGHT:
            return {"kind": client_kinds.client_kind(proposal.said).phrase(language)}
        case Because.WORKS_THERE | Because.WORKS_IN_PART:
            return {"place": areas.area(proposal.said).label(language)}
        case Because.FREE_BY_THEN | Because.FULL_UNTIL:
            return {"month": month(date.fromisoformat(proposal.said))}
        case Because.ABOVE_FLOOR | Because.BELOW_FLOOR | Because.FLOOR:
            return {"amount": amount(int(proposal.said), text.currency)}
        case _:
            return {}
