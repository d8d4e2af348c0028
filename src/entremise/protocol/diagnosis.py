"""The four questions a receiver asks themself, and what the facts say to each (R27, R29).

Facts in, proposals out. A proposal is offered, never ticked: the receiver's own word is the answer. A failure is a
measurement: what speaks against a yes says where a small change may help, never that somebody is at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from entremise.protocol import care
from entremise.protocol.checklist import Field
from entremise.protocol.overruled import NOTHING_TOLD, Points
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome
from entremise.protocol.upkeep import NOTHING_DUE, Counts


class Question(StrEnum):
    """What is asked of the receiver, and of nobody else (R27)."""

    MESSAGE = "message"  # was my message clear?
    CHECKED = "checked"  # did I check the referral with the giver?
    MARKETS = "markets"  # are my target markets defined?
    TAUGHT = "taught"  # did I teach my network whom to refer to me, and how?


class Said(StrEnum):
    """What the receiver answers; as a proposal, what the facts would answer."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


# --- the facts (R27) -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything known on a day that speaks to the four questions.

    Of the member: `profile_days` since their profile last changed (None: nothing written), `profile_missing` its parts
    that say nothing, `people` to whom it was given, `behind` who has an older version, `handed_first` and `handed_on`
    the first and the last day; `overruled` what givers overruled. Of the `reviewed` introductions alone, `here` of
    which were made here and so have questions and parts: `asked` before how many a question was put to the giver,
    `lacking` what the receiver's own part did not say and how often, and `thanks`, `contact`, `news`, `outcomes`.
    """

    on: date
    profile_days: int | None = None
    profile_missing: tuple[str, ...] = ()
    people: int = 0
    behind: int = 0
    handed_first: date | None = None
    handed_on: date | None = None
    overruled: Points = NOTHING_TOLD
    reviewed: int = 0
    here: int = 0
    asked: int = 0
    lacking: Mapping[Field, int] = field(default_factory=dict)
    thanks: Counts = NOTHING_DUE
    contact: Counts = NOTHING_DUE
    news: Counts = NOTHING_DUE
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """Of how many the end is known; set aside is not over (R26)."""
        return sum(n for outcome, n in self.outcomes.items() if outcome is not Outcome.SET_ASIDE)


class About(StrEnum):
    """What one fact is about; doors put it into words."""

    NO_PROFILE = "no_profile"
    PROFILE_AGE = "profile_age"  # count: days
    PARTS_SAID = "parts_said"  # names: parts of the profile
    PARTS_EMPTY = "parts_empty"
    OVERRULED = "overruled"  # names: the point; count: times at least, of: introductions
    NONE_OVERRULED = "none_overruled"  # names: the points
    PART_WHOLE = "part_whole"  # of: introductions
    PART_LACKS = "part_lacks"  # names: the field; count, of
    ASKED = "asked"  # count: introductions with a question to the giver, of
    THANKS = "thanks"  # counts
    CONTACT = "contact"
    NEWS = "news"
    NO_NEED = "no_need"  # count: ends of that kind, of: ends
    NEVER_REACHED = "never_reached"
    NOT_A_FIT = "not_a_fit"
    IN_HANDS = "in_hands"  # count: people, since: the first day, day: the last
    BEHIND = "behind"  # count: with an older version, of: people


class Speaks(StrEnum):
    """What a fact says to its question."""

    FOR = "for"  # for a yes
    AGAINST = "against"  # for a no
    KNOW = "know"  # only to know


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact with its numbers, and what it says to its question; `About` tells which numbers it has."""

    about: About
    speaks: Speaks
    count: int = 0
    of: int = 0
    names: tuple[str, ...] = ()
    day: date | None = None
    since: date | None = None
    counts: Counts = NOTHING_DUE


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A question with the facts that speak to it, and the answer these propose; None where no fact decides."""

    question: Question
    facts: tuple[Fact, ...]

    @property
    def speak_for(self) -> int:
        """How many facts speak for a yes."""
        return sum(fact.speaks is Speaks.FOR for fact in self.facts)

    @property
    def speak_against(self) -> int:
        """How many speak for a no."""
        return sum(fact.speaks is Speaks.AGAINST for fact in self.facts)

    @property
    def proposed(self) -> Said | None:
        """The answer proposed: yes or no where all facts that decide say so, partly where they differ."""
        if self.speak_for and self.speak_against:
            return Said.PARTLY
        if self.speak_for:
            return Said.YES
        return Said.NO if self.speak_against else None


def prepared(facts: Facts, *, policy: Policy) -> tuple[Prepared, ...]:
    """Return the four questions in their order, each with its facts (R27)."""
    return tuple(Prepared(question=one, facts=tuple(_SPEAK[one](facts, policy))) for one in Question)


# Which parts of a profile speak to which question; `entremise.people` names the parts.
_PARTS = {
    Question.MESSAGE: ("services", "areas", "availability", "floor"),
    Question.MARKETS: ("markets", "not_for_me"),
    Question.TAUGHT: ("listen_for", "introduced"),
}
# Which points overruled do; whether the client wants somebody is what a question to the giver would have told.
_POINTS = {
    Question.MESSAGE: (care.Question.SERVICE, care.Question.AREA, care.Question.AVAILABLE, care.Question.BUDGET),
    Question.CHECKED: (care.Question.WANTED,),
    Question.MARKETS: (care.Question.MARKET,),
}


def _message(facts: Facts, policy: Policy) -> list[Fact]:
    found = _profile_age(facts, policy) + _profile_parts(facts, Question.MESSAGE)
    return found + _overruled(facts, Question.MESSAGE) + _own_part(facts)


def _checked(facts: Facts, _policy: Policy) -> list[Fact]:
    found = []
    if facts.here:
        speaks = Speaks.FOR if _most(facts.asked, facts.here) else Speaks.AGAINST
        found.append(Fact(about=About.ASKED, speaks=speaks, count=facts.asked, of=facts.here))
    found += _overruled(facts, Question.CHECKED)
    found += _ends(facts, Outcome.NO_NEED, About.NO_NEED) + _ends(facts, Outcome.NEVER_REACHED, About.NEVER_REACHED)
    return found + _duty(About.THANKS, facts.thanks) + _duty(About.CONTACT, facts.contact)


def _markets(facts: Facts, _policy: Policy) -> list[Fact]:
    found = _profile_parts(facts, Question.MARKETS) + _overruled(facts, Question.MARKETS)
    return found + _ends(facts, Outcome.NOT_A_FIT, About.NOT_A_FIT)


def _taught(facts: Facts, _policy: Policy) -> list[Fact]:
    found = _profile_parts(facts, Question.TAUGHT)
    if facts.profile_days is not None:
        found += _hands(facts)
    return found + _duty(About.NEWS, facts.news)


_SPEAK: Mapping[Question, Callable[[Facts, Policy], list[Fact]]] = {
    Question.MESSAGE: _message,
    Question.CHECKED: _checked,
    Question.MARKETS: _markets,
    Question.TAUGHT: _taught,
}


def _profile_age(facts: Facts, policy: Policy) -> list[Fact]:
    if facts.profile_days is None:
        return []
    speaks = Speaks.FOR if facts.profile_days < policy.profile_old else Speaks.AGAINST
    return [Fact(about=About.PROFILE_AGE, speaks=speaks, count=facts.profile_days)]


def _profile_parts(facts: Facts, question: Question) -> list[Fact]:
    """What the profile says to a question, and what it leaves empty."""
    if facts.profile_days is None:
        return [Fact(about=About.NO_PROFILE, speaks=Speaks.AGAINST)]
    said = tuple(part for part in _PARTS[question] if part not in facts.profile_missing)
    empty = tuple(part for part in _PARTS[question] if part in facts.profile_missing)
    found = [Fact(about=About.PARTS_SAID, speaks=Speaks.FOR, names=said)] if said else []
    return [*found, Fact(about=About.PARTS_EMPTY, speaks=Speaks.AGAINST, names=empty)] if empty else found


def _overruled(facts: Facts, question: Question) -> list[Fact]:
    """Each point that givers overruled; that they overruled none speaks for a yes. Nothing while none may be told."""
    points, told = _POINTS[question], facts.overruled
    if not told.of:
        return []
    found = [
        Fact(about=About.OVERRULED, speaks=Speaks.AGAINST, count=told.times[point], of=told.of, names=(point.value,))
        for point in points
        if told.times.get(point)
    ]
    names = tuple(point.value for point in points)
    return found or [Fact(about=About.NONE_OVERRULED, speaks=Speaks.FOR, of=told.of, names=names)]


def _own_part(facts: Facts) -> list[Fact]:
    """What the receiver's own part of the checklist did not say; it need not (R17), so a few only want to be known."""
    if not facts.here:
        return []
    lacking = [
        Fact(about=About.PART_LACKS, speaks=_mind(n, facts.here), count=n, of=facts.here, names=(name.value,))
        for name, n in facts.lacking.items()
        if n
    ]
    return lacking or [Fact(about=About.PART_WHOLE, speaks=Speaks.FOR, of=facts.here)]


def _ends(facts: Facts, outcome: Outcome, about: About) -> list[Fact]:
    n = facts.outcomes.get(outcome, 0)
    return [Fact(about=about, speaks=Speaks.AGAINST, count=n, of=facts.ended)] if n else []


def _hands(facts: Facts) -> list[Fact]:
    """Who has the profile, and whether what they have is today's."""
    speaks = Speaks.FOR if facts.people else Speaks.AGAINST
    first, last = facts.handed_first, facts.handed_on
    found = [Fact(about=About.IN_HANDS, speaks=speaks, count=facts.people, since=first, day=last)]
    if facts.behind:
        speaks = _mind(facts.behind, facts.people)
        found.append(Fact(about=About.BEHIND, speaks=speaks, count=facts.behind, of=facts.people))
    return found


def _duty(about: About, counts: Counts) -> list[Fact]:
    if not counts.due:
        return []
    speaks = _mind(counts.missed, counts.due) if counts.missed else Speaks.FOR
    return [Fact(about=about, speaks=speaks, counts=counts)]


def _mind(n: int, of: int) -> Speaks:
    """Half of them or more speak against; fewer are only to know."""
    return Speaks.AGAINST if _most(n, of) else Speaks.KNOW


def _most(n: int, of: int) -> bool:
    return 2 * n >= of
