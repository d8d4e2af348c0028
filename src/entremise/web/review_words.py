"""The four questions and the facts that speak to them, as sentences. Nobody is blamed: each says what is (R27, R29)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from entremise.lib import days
from entremise.protocol import care
from entremise.protocol.checklist import Field
from entremise.protocol.diagnosis import About, Fact, Prepared, Question, Said, Speaks
from entremise.protocol.looking_back import Opened
from entremise.protocol.upkeep import Counts
from entremise.web.profile_words import MY_PARTS, month

_ = gettext_lazy
QUESTIONS: Mapping[Question, Promise] = {
    Question.MESSAGE: _("Was my message clear?"),
    Question.CHECKED: _("Did I check the recommendation with whoever gave it?"),
    Question.MARKETS: _("Are my target markets defined?"),
    Question.TAUGHT: _("Did I teach my network whom to recommend to me, and how?"),
}
SAID: Mapping[Said, Promise] = {Said.YES: _("Yes"), Said.PARTLY: _("Partly"), Said.NO: _("Not really")}
_SPEAKS: Mapping[Speaks, tuple[str, Promise]] = {
    Speaks.FOR: ("done", _("for a yes")),
    Speaks.AGAINST: ("owed", _("for a no")),
    Speaks.KNOW: ("", _("to know")),
}
_POINTS: Mapping[str, Promise] = {
    care.Question.SERVICE: _("whether it is what you do"),
    care.Question.MARKET: _("whether it is the kind of client you look for"),
    care.Question.AREA: _("whether you work there"),
    care.Question.AVAILABLE: _("whether you have time"),
    care.Question.WANTED: _("whether the client was looking for somebody"),
    care.Question.BUDGET: _("whether the budget would do"),
}
_NO_PROFILE: Mapping[Question, Promise] = {
    Question.MESSAGE: _("Your profile is not written yet: whoever recommends you finds words of their own."),
    Question.MARKETS: _("Your profile is not written yet: nobody can read there whom you look for."),
    Question.TAUGHT: _("Your profile is not written yet: there is nothing to hand on."),
}
_LACKS: Mapping[str, Promise] = {
    Field.BEST_TIME: _("Your own part did not say when you are best reached: %(n)d of %(of)d."),
    Field.BOOKING: _("Your own part did not say how to book a meeting with you: %(n)d of %(of)d."),
}
_ENDS: Mapping[About, Promise] = {
    About.NO_NEED: _("Ended because there was no need after all: %(n)d of %(of)d."),
    About.NEVER_REACHED: _("Ended because you and the client never managed to speak: %(n)d of %(of)d."),
    About.NOT_A_FIT: _("Ended because it was not the right match: %(n)d of %(of)d."),
}
_DUTIES: Mapping[About, Promise] = {
    About.THANKS: _("Your thanks to whoever recommended you: %(counts)s."),
    About.CONTACT: _("Your first contact with the client: %(counts)s."),
    About.NEWS: _("Your news to whoever recommended you: %(counts)s."),
}
_LONG = 60  # days: from then on an age is told in months


@dataclass(frozen=True, kw_only=True)
class FactWords:
    """A fact as a sentence, the tone of its tag, and the tag; where there is more to see, the address and its words."""

    text: str
    tone: str
    tag: Promise
    url: str = ""
    act: Promise | str = ""


def facts_in_words(one: Prepared) -> list[FactWords]:
    """Return what is known, in the order in which it is read."""
    return [_words_of(fact, one.question) for fact in one.facts]


def _words_of(fact: Fact, question: Question) -> FactWords:
    tone, tag = _SPEAKS[fact.speaks]
    page, act = _SEEN.get((fact.about, bool(fact.count)), ("", ""))
    return FactWords(text=_fact(fact, question), tone=tone, tag=tag, url=reverse(page) if page else "", act=act)


# Where what a fact counts is to be seen, by whether there is any.
_SEEN: Mapping[tuple[About, bool], tuple[str, Promise]] = {
    (About.IN_HANDS, True): ("hands", _("See who has which version")),
    (About.IN_HANDS, False): ("hands_give", _("Hand it on")),
}


def proposal_words(one: Prepared) -> str:
    """Return what the facts alone would answer, and why: an offer, never the answer (R27)."""
    counts = {"for": one.speak_for, "against": one.speak_against}
    match one.proposed:
        case Said.YES:
            return gettext("These facts alone would say: yes.")
        case Said.PARTLY:
            words = gettext("These facts alone would say: partly. %(for)d for a yes, %(against)d for a no.")
            return words % counts
        case Said.NO:
            return gettext("These facts alone would say: not really.")
        case _:
            return gettext("No fact decides here: you know best.")


def is_of_givers(one: Prepared) -> bool:
    """Return whether a count of what givers weighed is among the facts, whose names nobody is to guess (R12)."""
    return any(fact.about in (About.OVERRULED, About.NONE_OVERRULED) for fact in one.facts)


def title(key: str, opened: Opened, *, looked_at: int) -> str:
    """Return what a set of questions is called: "October 2026", "3 in a row that did not work out"."""
    if opened is Opened.STREAK:
        return gettext("%(n)d in a row that did not work out") % {"n": looked_at}
    return capfirst(month(date.fromisoformat(f"{key}-01")))


def _fact(fact: Fact, question: Question) -> str:
    numbers = {"n": fact.count, "of": fact.of}
    if fact.about in _ENDS:
        return str(_ENDS[fact.about]) % numbers
    if fact.about in _DUTIES:
        return str(_DUTIES[fact.about]) % {"counts": _counts(fact.counts)}
    if fact.about is About.NO_PROFILE:
        return str(_NO_PROFILE[question])
    if fact.about is About.PART_LACKS:
        return str(_LACKS[fact.names[0]]) % numbers
    return _TOLD[fact.about](fact)


def _counts(counts: Counts) -> str:
    said = [
        (counts.in_time, gettext("%(n)d in time")),
        (counts.late, gettext("%(n)d later")),
        (counts.not_yet, gettext("%(n)d still to come")),
    ]
    return ", ".join(words % {"n": n} for n, words in said if n)


def _age(fact: Fact) -> str:
    if not fact.count:
        return gettext("Your profile is of today.")
    if fact.count < _LONG:
        words = ngettext("Your profile is %(n)d day old.", "Your profile is %(n)d days old.", fact.count)
        return words % {"n": fact.count}
    months = round(fact.count * 12 / 365)
    return ngettext("Your profile is %(n)d month old.", "Your profile is %(n)d months old.", months) % {"n": months}


def _parts(fact: Fact) -> str:
    said = fact.about is About.PARTS_SAID
    words = gettext("Your profile says %(parts)s.") if said else gettext("Your profile does not say yet: %(parts)s.")
    return words % {"parts": ", ".join(str(MY_PARTS[name]) for name in fact.names if name in MY_PARTS)}


def _overruled(fact: Fact) -> str:
    words = ngettext(
        "Among your last %(of)d introductions counted, somebody recommended you in spite of a “no” to this, at least"
        " %(n)d time: %(about)s.",
        "Among your last %(of)d introductions counted, somebody recommended you in spite of a “no” to this, at least"
        " %(n)d times: %(about)s.",
        fact.count,
    )
    return words % {"n": fact.count, "of": fact.of, "about": _points(fact)}


def _none_overruled(fact: Fact) -> str:
    words = gettext("Among your last %(of)d introductions counted, nobody had to go beyond a “no” to this: %(about)s.")
    return words % {"of": fact.of, "about": _points(fact)}


def _points(fact: Fact) -> str:
    return ", ".join(str(_POINTS[name]) for name in fact.names if name in _POINTS)


def _asked(fact: Fact) -> str:
    if not fact.count:
        words = ngettext(
            "Before answering, you put no question to whoever recommended you: %(of)d introduction made here.",
            "Before answering, you put no question to whoever recommended you: %(of)d introductions made here.",
            fact.of,
        )
    else:
        words = gettext("Before answering, you put a question to whoever recommended you: %(n)d of %(of)d.")
    return words % {"n": fact.count, "of": fact.of}


def _whole(fact: Fact) -> str:
    words = ngettext(
        "Your own part said when to reach you and how to book a meeting: %(of)d introduction.",
        "Your own part said when to reach you and how to book a meeting: %(of)d introductions.",
        fact.of,
    )
    return words % {"of": fact.of}


def _in_hands(fact: Fact) -> str:
    if not fact.count:
        return gettext("As far as it is noted, you have handed your profile to nobody yet.")
    if fact.since is None:  # kept before the first day was
        words = ngettext(
            "%(n)d person has your profile from you; you last handed it on, on %(day)s.",
            "%(n)d people have your profile from you; you last handed it on, on %(day)s.",
            fact.count,
        )
    elif fact.since == fact.day:
        words = ngettext(
            "%(n)d person has your profile from you, since %(day)s.",
            "%(n)d people have your profile from you, all since %(day)s.",
            fact.count,
        )
    else:
        words = ngettext(
            "%(n)d person has your profile from you: you first handed it on, on %(first)s, and last on %(day)s.",
            "%(n)d people have your profile from you: you first handed it on, on %(first)s, and last on %(day)s.",
            fact.count,
        )
    named = {"first": fact.since, "day": fact.day}
    return words % {"n": fact.count, **{name: days.said(day, year=True) if day else "" for name, day in named.items()}}


def _behind(fact: Fact) -> str:
    return gettext("What they have is older than your profile of today: %(n)d of %(of)d.") % {
        "n": fact.count,
        "of": fact.of,
    }


_TOLD: Mapping[About, Callable[[Fact], str]] = {
    About.PROFILE_AGE: _age,
    About.PARTS_SAID: _parts,
    About.PARTS_EMPTY: _parts,
    About.OVERRULED: _overruled,
    About.NONE_OVERRULED: _none_overruled,
    About.ASKED: _asked,
    About.PART_WHOLE: _whole,
    About.IN_HANDS: _in_hands,
    About.BEHIND: _behind,
}
