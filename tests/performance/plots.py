"""How the referrals of an invented installation went: lives the protocol itself decided, then moved in time.

A `Course` is one need lived up to some age, with every instant counted from its beginning. The protocol knows
durations only, so the same course is true at any date; duties alone count working days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from entremise.protocol import need as attempts_of
from entremise.protocol.consent import Request
from entremise.protocol.effects import Ask, Effect, Introduce, NotConcluded, TellYes
from entremise.protocol.policy import DEFAULT
from entremise.protocol.referral import Event, Referral, Reply, Send, Stop
from entremise.protocol.types import Answer, Kind, Outcome, Role

EPOCH = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)  # whence a course's instants are counted
LONGEST = timedelta(days=700)  # how far back the oldest referral goes
SHORTEST_REST = timedelta(seconds=1)
_OWED_FOR = timedelta(days=20)  # thanks and news that do not come are not owed for years

_YES_RECEIVER = Reply(Kind.RECEIVER, Answer.YES)
_NO_RECEIVER = Reply(Kind.RECEIVER, Answer.NO)
_YES_PRINCIPLE = Reply(Kind.PRINCIPLE, Answer.YES)
_NO_PRINCIPLE = Reply(Kind.PRINCIPLE, Answer.NO)
_YES_NAME = Reply(Kind.NAME, Answer.YES)
_NO_NAME = Reply(Kind.NAME, Answer.NO)

_AGREED = ((0.4, 0, _YES_RECEIVER),)
_PRINCIPLE = (*_AGREED, (1.3, 0, _YES_PRINCIPLE))
_NAMED = (*_PRINCIPLE, (2.2, 0, _YES_NAME))


@dataclass(frozen=True, kw_only=True)
class Word:
    """Something the receiver said after the introduction, and how many days after it."""

    kind: str
    days: float
    outcome: Outcome | None = None


_THANKS = Word(kind="thanks", days=0.8)
_CONTACT = Word(kind="contact", days=1.1)
_NEWS = Word(kind="news", days=9)
_WON = Word(kind="outcome", days=30, outcome=Outcome.WON)


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One way a need can go: acts as (days since the first sending, attempt, event), and how many of a hundred go so.

    `ages` are the days at which somebody looks; a further attempt begins with its own `Send`.
    """

    share: int
    wanted_in: int
    acts: tuple[tuple[float, int, Event], ...] = ()
    words: tuple[Word, ...] = ()
    ages: tuple[float, ...]


PLOTS = (
    Plot(share=6, wanted_in=60, ages=(0.1, 1, 3, 6)),
    Plot(share=10, wanted_in=45, ages=(30, 80)),
    Plot(share=8, wanted_in=60, acts=((0.5, 0, _NO_RECEIVER),), ages=(2, 9, 60)),
    Plot(share=5, wanted_in=60, acts=_AGREED, ages=(0.405, 1, 4)),
    Plot(share=7, wanted_in=30, acts=_AGREED, ages=(40,)),
    Plot(share=8, wanted_in=60, acts=(*_AGREED, (1.5, 0, _NO_PRINCIPLE)), ages=(3, 90)),
    Plot(share=4, wanted_in=60, acts=_PRINCIPLE, ages=(1.35, 2, 5)),
    Plot(share=5, wanted_in=60, acts=(*_PRINCIPLE, (3, 0, _NO_NAME)), ages=(4, 90)),
    Plot(share=5, wanted_in=60, acts=((0.7, 0, Stop()),), ages=(1, 50)),
    Plot(share=4, wanted_in=60, acts=_NAMED, ages=(2.3, 4, 7)),
    Plot(share=6, wanted_in=60, acts=_NAMED, words=(_THANKS, _CONTACT), ages=(5, 12, 40)),
    Plot(share=6, wanted_in=90, acts=_NAMED, words=(_THANKS, _CONTACT, _NEWS), ages=(13, 30)),
    Plot(share=19, wanted_in=90, acts=_NAMED, words=(_THANKS, _CONTACT, _NEWS, _WON), ages=(60,)),
    Plot(
        share=7,
        wanted_in=90,
        acts=(
            *((0.5, 0, _NO_RECEIVER), (2, 0, Stop()), (2, 1, Send()), (2.5, 1, _YES_RECEIVER)),
            *((3.1, 1, _YES_PRINCIPLE), (4, 1, _YES_NAME)),
        ),
        words=(_THANKS, _CONTACT, _NEWS, _WON),
        ages=(3, 70),
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One row of a course's history."""

    attempt: int
    what: str
    by: Role | None
    kind: Kind | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Course:
    """One need at one age: its attempts, their history and the receiver's words, all counted from EPOCH.

    `rest` is how much longer nothing changes by itself.
    """

    attempts: tuple[Referral, ...]
    begun: tuple[datetime, ...]
    moved: tuple[datetime, ...]
    facts: tuple[Fact, ...]
    words: tuple[tuple[Word, datetime], ...]
    wanted_in: int
    age: timedelta
    next_due: datetime | None
    rest: timedelta


@cache
def courses() -> tuple[tuple[int, Course], ...]:
    """Return every course with its weight."""
    return tuple(
        (plot.share * 12 // len(plot.ages), _Telling(plot).until(timedelta(days=age)))
        for plot in PLOTS
        for age in plot.ages
    )


_NOTED: dict[type[Effect], str] = {Ask: "asked", TellYes: "yes", Introduce: "introduced", NotConcluded: "not_concluded"}


class _Telling:
    """Lives one plot through, act by act, with time passing in between as the worker lets it pass."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.until_need = EPOCH + timedelta(days=plot.wanted_in)
        self.attempts: tuple[Referral, ...] = (Referral(need_until=self.until_need),)
        self.begun = [EPOCH]
        self.moved = [EPOCH]
        self.facts: list[Fact] = []

    def until(self, age: timedelta) -> Course:
        end = EPOCH + age
        self._act(Send(), 0, EPOCH)
        for days, attempt, event in self.plot.acts:
            at = EPOCH + timedelta(days=days)
            if at <= end:
                self._live_up_to(at)
                self._act(event, attempt, at)
        self._live_up_to(end)
        due = attempts_of.next_due(self.attempts, policy=DEFAULT)
        said = tuple(self._words(end))
        next_word = [at for _, at in self._all_words() if at > end]
        changes = [at for at in (due, *next_word) if at is not None]
        rest = min(changes) - end - SHORTEST_REST if changes else LONGEST - age
        if self.attempts[-1].introduced_at and not any(word.outcome for word, _ in said):
            rest = min(rest, _OWED_FOR)
        return Course(
            attempts=self.attempts, begun=tuple(self.begun), moved=tuple(self.moved), facts=tuple(self.facts),
            words=said, wanted_in=self.plot.wanted_in, age=age, next_due=due, rest=max(rest, timedelta()),
        )  # fmt: skip

    def _all_words(self) -> Iterator[tuple[Word, datetime]]:
        start = self.attempts[-1].introduced_at
        if start is not None:
            for word in self.plot.words:
                yield word, start + timedelta(days=word.days)

    def _words(self, end: datetime) -> Iterator[tuple[Word, datetime]]:
        return ((word, at) for word, at in self._all_words() if at <= end)

    def _live_up_to(self, at: datetime) -> None:
        while (due := attempts_of.next_due(self.attempts, policy=DEFAULT)) is not None and due <= at:
            self._take(attempts_of.pass_time(self.attempts, now=due, policy=DEFAULT), due)

    def _act(self, event: Event, attempt: int, at: datetime) -> None:
        if attempt == len(self.attempts):
            following = Referral(need_until=self.until_need, principle=self.attempts[-1].principle)
            self.attempts = (*self.attempts, following)
            self.begun.append(at)
            self.moved.append(at)
        moved = attempts_of.act(self.attempts, event, on=attempt, now=at, policy=DEFAULT)
        what = f"said_{event.answer.value}" if isinstance(event, Reply) else type(event).__name__.lower()
        kind = event.kind if isinstance(event, Reply) else None
        by = event.kind.asked if isinstance(event, Reply) else Role.GIVER
        self.facts.append(Fact(attempt=attempt, what=what, by=by, kind=kind, at=at))
        self._take(moved, at)

    def _take(self, moved: attempts_of.Moved, at: datetime) -> None:
        for index, effect in moved.effects:
            if type(effect) in _NOTED:
                by = effect.to if isinstance(effect, NotConcluded) else None
                kind = getattr(effect, "kind", None)
                self.facts.append(Fact(attempt=index, what=_NOTED[type(effect)], by=by, kind=kind, at=at))
        for index, (old, new) in enumerate(zip(self.attempts, moved.attempts, strict=True)):
            if (old.stage, old.stopped_at) != (new.stage, new.stopped_at):
                self.moved[index] = at
        self.attempts = moved.attempts


_INSTANTS_OF_REQUEST = ("sent_at", "deadline", "answered_at", "hold_until", "effective_at", "told_at")
_INSTANTS_OF_LIFE = ("need_until", "client_from", "stopped_at", "introduced_at")


def moved_request(request: Request, by: timedelta) -> Request:
    """Return a request with every instant moved."""
    return replace(request, **{name: _moved(getattr(request, name), by) for name in _INSTANTS_OF_REQUEST})


def moved_life(life: Referral, by: timedelta) -> Referral:
    """Return an attempt with every instant of its own moved; its requests are moved one by one."""
    return replace(life, **{name: _moved(getattr(life, name), by) for name in _INSTANTS_OF_LIFE})


def own_requests(life: Referral) -> list[Request]:
    """Return the requests that were made for this attempt itself."""
    kinds = [Kind.RECEIVER, Kind.NAME, *([Kind.PRINCIPLE] if life.principle_here else [])]
    return [request for request in map(life.request, kinds) if request is not None]


def _moved(at: datetime | None, by: timedelta) -> datetime | None:
    return None if at is None else at + by
