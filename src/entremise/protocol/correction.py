"""Small corrections: which there are, what speaks for one, and which two periods show what came of it (R28).

A correction is compared with the stretch of days just before it, and only until something else changed: so stretches
never overlap, and every introduction belongs to exactly one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from entremise.protocol import care
from entremise.protocol.diagnosis import About, Fact, Prepared, Question, Said, Speaks
from entremise.protocol.measure import Measured, Tally, tally, without_streak
from entremise.protocol.policy import Policy


class CorrectionKind(StrEnum):
    """Every small correction there is: of the profile, of a habit, or the member's own. Of two that as much speaks for,
    the one that comes first here is proposed."""

    WRITE_PROFILE = "write_profile"
    NAME_PRICES = "name_prices"
    SAY_WHAT_NOT = "say_what_not"
    SAY_WHAT_TO_LISTEN_FOR = "say_what_to_listen_for"
    NAME_SERVICES = "name_services"
    NAME_MARKETS = "name_markets"
    NAME_AREAS = "name_areas"
    SAY_AVAILABILITY = "say_availability"
    SAY_HOW_INTRODUCED = "say_how_introduced"
    RENEW_PROFILE = "renew_profile"
    HAND_PROFILE_ON = "hand_profile_on"
    UPDATE_WHAT_IS_IN_HANDS = "update_what_is_in_hands"
    ASK_THE_GIVER_FIRST = "ask_the_giver_first"
    CALL_SOONER = "call_sooner"
    GIVE_NEWS_IN_TIME = "give_news_in_time"
    THANK_IN_TIME = "thank_in_time"
    COMPLETE_MY_PART = "complete_my_part"
    OWN = "own"


# Those that change one part of the profile, named as `people` names it; the others are habits, or the whole profile.
PART_OF = {
    CorrectionKind.NAME_SERVICES: "services",
    CorrectionKind.NAME_MARKETS: "markets",
    CorrectionKind.NAME_AREAS: "areas",
    CorrectionKind.SAY_AVAILABILITY: "availability",
    CorrectionKind.SAY_WHAT_TO_LISTEN_FOR: "listen_for",
    CorrectionKind.SAY_WHAT_NOT: "not_for_me",
    CorrectionKind.NAME_PRICES: "floor",
    CorrectionKind.SAY_HOW_INTRODUCED: "introduced",
}

PARTS_TO_SAY = {part: kind for kind, part in PART_OF.items()}


# -- what speaks for one ----------------------------------------------------------------------------

# What is proposed where the member says that a question is not a yes, and no fact tells more.
_WITHOUT_FACTS = {
    Question.MESSAGE: CorrectionKind.SAY_HOW_INTRODUCED,
    Question.CHECKED: CorrectionKind.ASK_THE_GIVER_FIRST,
    Question.MARKETS: CorrectionKind.NAME_MARKETS,
    Question.TAUGHT: CorrectionKind.HAND_PROFILE_ON,
}
_OVERRULED = {
    care.Question.SERVICE: CorrectionKind.NAME_SERVICES,
    care.Question.AREA: CorrectionKind.NAME_AREAS,
    care.Question.AVAILABLE: CorrectionKind.SAY_AVAILABILITY,
    care.Question.BUDGET: CorrectionKind.NAME_PRICES,
    care.Question.MARKET: CorrectionKind.NAME_MARKETS,
    care.Question.WANTED: CorrectionKind.ASK_THE_GIVER_FIRST,
}
_ABOUT = {
    About.NO_PROFILE: CorrectionKind.WRITE_PROFILE,
    About.PROFILE_AGE: CorrectionKind.RENEW_PROFILE,
    About.PART_LACKS: CorrectionKind.COMPLETE_MY_PART,
    About.ASKED: CorrectionKind.ASK_THE_GIVER_FIRST,
    About.THANKS: CorrectionKind.THANK_IN_TIME,
    About.CONTACT: CorrectionKind.CALL_SOONER,
    About.NEWS: CorrectionKind.GIVE_NEWS_IN_TIME,
    About.NO_NEED: CorrectionKind.ASK_THE_GIVER_FIRST,
    About.NEVER_REACHED: CorrectionKind.CALL_SOONER,
    About.NOT_A_FIT: CorrectionKind.SAY_WHAT_NOT,
    About.IN_HANDS: CorrectionKind.HAND_PROFILE_ON,
    About.BEHIND: CorrectionKind.UPDATE_WHAT_IS_IN_HANDS,
}
_WEIGHT = {Said.NO: 2, Said.PARTLY: 1, None: 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a correction is proposed: what the member answered to a question (None: nothing yet), and the fact that
    points to it (None: their answer alone)."""

    question: Question
    said: Said | None
    fact: Fact | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One small correction, and why; there is always a reason."""

    kind: CorrectionKind
    reasons: tuple[Reason, ...]


def propose(
    questions: Iterable[Prepared],
    *,
    answers: Mapping[Question, Said],
    in_force: Collection[CorrectionKind],
) -> tuple[Proposal, ...]:
    """Return the one correction to try first, then the others that something speaks for; nothing where nothing does.

    The member's word leads: what they answered yes to is left alone, a no comes before a partly, and that before a
    question they have not answered; then what more facts speak for (R28). None of those `in_force` is among them.
    """
    found: dict[CorrectionKind, list[Reason]] = {}
    for one in questions:
        said = answers.get(one.question)
        if said is not Said.YES:
            for kind, reason in _reasons(one, said):
                found.setdefault(kind, []).append(reason)
    proposals = [Proposal(kind=kind, reasons=tuple(why)) for kind, why in found.items() if kind not in in_force]
    return tuple(sorted(proposals, key=_rank))


def _reasons(one: Prepared, said: Said | None) -> Iterator[tuple[CorrectionKind, Reason]]:
    """What a question points to: each fact against it; and where the member says it is no yes, their word alone."""
    kinds = [(kind, fact) for fact in one.facts if fact.speaks is Speaks.AGAINST for kind in _pointed(fact)]
    for kind, fact in kinds:
        yield kind, Reason(question=one.question, said=said, fact=fact)
    if said is not None and not kinds:
        yield _WITHOUT_FACTS[one.question], Reason(question=one.question, said=said, fact=None)


def _pointed(fact: Fact) -> tuple[CorrectionKind, ...]:
    match fact.about:
        case About.PARTS_EMPTY:
            return tuple(PARTS_TO_SAY[part] for part in fact.names)
        case About.OVERRULED:
            return tuple(_OVERRULED[care.Question(name)] for name in fact.names)
        case about:
            return (_ABOUT[about],)


def _rank(one: Proposal) -> tuple[int, int, int]:
    strongest = max(_WEIGHT[reason.said] for reason in one.reasons)
    return -strongest, -len(one.reasons), list(CorrectionKind).index(one.kind)


# -- which two periods ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """A correction as its member adopted it: in force from the day `on`, without it from `dropped_on`; `noted_on` is
    the day on which it was adopted here, which may be later."""

    uid: str
    kind: CorrectionKind
    words: str
    on: date
    dropped_on: date | None
    noted_on: date
    review: str
    profile_version: int

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.on <= day and (self.dropped_on is None or day < self.dropped_on)

    @property
    def ever_held(self) -> bool:
        """Whether it was in force for a day at least."""
        return self.dropped_on is None or self.on < self.dropped_on


def keeps_sides(one: Adopted, *, on: date, received: Iterable[Measured]) -> bool:
    """Whether no end that is known would pass from before a correction to after it, or back, if it began `on` (R28).

    Otherwise its first day could be moved until the figures please, and 99 % would be none.
    """
    first, last = sorted((one.on, on))
    return not any(each.ended and first <= each.introduced_on < last for each in received)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Days without a change: from `first`, None for ever since, to the eve of `until`, None for as long as it lasts.

    `in_force` are the uids of the corrections of these days, in the order of their adoption.
    """

    first: date | None
    until: date | None
    in_force: tuple[str, ...]

    def holds(self, day: date) -> bool:
        """Whether a day belongs to it."""
        return (self.first is None or self.first <= day) and (self.until is None or day < self.until)

    @property
    def last(self) -> date | None:
        """The last of its days; None while it lasts."""
        return self.until - timedelta(days=1) if self.until else None


def stretches(corrections: Iterable[Adopted]) -> tuple[Stretch, ...]:
    """Return time cut at every adoption and every dropping, without gaps or overlaps, the oldest first (R28)."""
    held = sorted((one for one in corrections if one.ever_held), key=lambda one: one.on)
    days = {day for one in held for day in (one.on, one.dropped_on) if day is not None}
    edges: list[date | None] = [None, *sorted(days), None]
    return tuple(
        Stretch(first=first, until=until, in_force=tuple(one.uid for one in held if first and one.holds(first)))
        for first, until in pairwise(edges)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A stretch, and what was received in it, by the day of the introduction."""

    stretch: Stretch
    tally: Tally


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What a correction is compared over: `before` is the stretch up to its first day, `after` the one that begins
    with it.

    `together` are the uids of other corrections adopted or dropped on that very day: what changed cannot be told
    apart. `set_apart` counts the failures of the streak with which the time before ended, left out of `before`: they
    are why something was changed, and after some in a row things tend to get better by themselves. `in_hindsight`
    counts the ends of `after` whose introduction had come already when the correction was adopted here.
    """

    correction: Adopted
    before: Period
    after: Period
    together: tuple[str, ...]
    set_apart: int
    in_hindsight: int


def periods(corrections: Sequence[Adopted], *, received: Sequence[Measured], policy: Policy) -> tuple[Compared, ...]:
    """Return the two periods of each correction that was ever in force, the latest first (R28)."""
    cut = stretches(corrections)
    held = [tuple(one for one in received if each.holds(one.introduced_on)) for each in cut]
    found = []
    for number, (before, after) in enumerate(pairwise(cut)):
        known = tally(without_streak(held[number], policy=policy))
        apart = tally(held[number]).ended - known.ended
        then = tally(held[number + 1])
        found += [
            Compared(
                correction=one,
                before=Period(stretch=before, tally=known),
                after=Period(stretch=after, tally=then),
                together=_changed_that_day(corrections, one),
                set_apart=apart,
                in_hindsight=sum(each.ended and each.introduced_on < one.noted_on for each in held[number + 1]),
            )
            for one in corrections
            if one.ever_held and one.on == after.first
        ]
    return tuple(reversed(found))


def _changed_that_day(corrections: Iterable[Adopted], one: Adopted) -> tuple[str, ...]:
    others = (each for each in corrections if each.ever_held and each.uid != one.uid)
    return tuple(each.uid for each in others if one.on in (each.on, each.dropped_on))
