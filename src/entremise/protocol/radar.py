"""A giver's judgement against what came of it: what was good, and whom to get to know better (R15).

Counts first, a rate only beside its interval, a ranking only on enough. What nobody answered is unknown, not bad.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from entremise.protocol.care import Letter
from entremise.protocol.evaluation import Again, Match
from entremise.protocol.measure import Rate, Tally, rate
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One introduction of a giver's whose evaluation was asked for, and what the three said of it.

    A letter is True (clear) where every reason of that letter was in favour, False where something was minded; a letter
    that was not looked at is left out. Somebody forgotten has the key "" and the name "".
    """

    uid: str
    on: date
    receiver: str
    receiver_name: str
    client: str
    client_name: str
    trade: str
    letters: Mapping[Letter, bool]
    match_giver: Match | None = None
    match_receiver: Match | None = None
    match_client: Match | None = None
    again_receiver: Again | None = None
    again_client: Again | None = None
    outcome: Outcome | None = None

    @property
    def voices(self) -> tuple[Match, ...]:
        """What those who answered say; each of the three has one voice."""
        every = (self.match_giver, self.match_receiver, self.match_client)
        return tuple(one for one in every if one is not None)

    @property
    def differ(self) -> bool:
        """Whether one says yes and another no."""
        return Match.YES in self.voices and Match.NO in self.voices


class Came(StrEnum):
    """What a match turned out to be."""

    GOOD = "good"
    PARTLY = "partly"
    OFF = "off"


def came(of: Judged) -> Came | None:
    """Return what those who answered make of it (R15); None where nobody did.

    Good: somebody says yes and nobody no. Off: somebody says no and nobody yes. Partly: they say only partly, or one
    says yes and another no.
    """
    good, off = Match.YES in of.voices, Match.NO in of.voices
    if not of.voices:
        return None
    if good == off:
        return Came.PARTLY
    return Came.GOOD if good else Came.OFF


# --- how often it was good -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """Of some introductions, how many were good among those that somebody answered for; partly is not good.

    `good` counts as won, answered as ended, not answered as unknown. `partly` and `off` are the others that were
    answered; `differ`, which is among `partly`, those where one says yes and another no.
    """

    good: Rate
    partly: int
    off: int
    differ: int


def seen(judged: Iterable[Judged]) -> Seen:
    """Return how often it was good (R15)."""
    rows = tuple(judged)
    found = [came(one) for one in rows]
    unknown = found.count(None)
    return Seen(
        good=rate(Tally(won=found.count(Came.GOOD), ended=len(rows) - unknown, unknown=unknown)),
        partly=found.count(Came.PARTLY),
        off=found.count(Came.OFF),
        differ=sum(one.differ for one in rows),
    )


@dataclass(frozen=True)
class TradeSeen:
    """How often it was good in one trade; "" where the trade is not known."""

    trade: str
    seen: Seen


@dataclass(frozen=True)
class LetterSeen:
    """How often it was good where a letter was clear, and where something was minded."""

    letter: Letter
    clear: Seen
    minded: Seen


# --- would refer again -----------------------------------------------------------------------------------------


class Side(StrEnum):
    """On which side of an introduction a person stood."""

    RECEIVER = "receiver"
    CLIENT = "client"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody a giver introduced: how often it was good, and whether the giver would refer them again.

    `again` counts a yes as won and any answer as ended; `perhaps` and `no` are the other answers.
    """

    side: Side
    key: str
    name: str
    seen: Seen
    again: Rate
    perhaps: int
    no: int


class Why(StrEnum):
    """Why to get to know somebody better, the strongest first; doors put it into words, without blame (R29)."""

    WAS_OFF = "was_off"  # matches with them were off, or not a fit
    VOICES_DIFFER = "voices_differ"  # one said yes and another no
    HESITATES = "hesitates"  # the giver would perhaps refer them again
    FEW_ANSWERS = "few_answers"  # fewer than half of the introductions were answered
    NEVER_ANSWERED = "never_answered"  # none was


@dataclass(frozen=True)
class Reason:
    """One reason, and how many of the introductions give it."""

    why: Why
    count: int


@dataclass(frozen=True)
class KnowBetter:
    """Somebody to get to know better, among how many introductions, and why, the strongest reason first."""

    person: Person
    introductions: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Radar:
    """What one giver may learn of their own judgement (R15); nobody else sees it.

    `receivers` and `clients` are ranked only where enough was answered; `know_better` holds no rate at all.
    """

    all: Seen
    trades: tuple[TradeSeen, ...]
    letters: tuple[LetterSeen, ...]
    receivers: tuple[Person, ...]
    clients: tuple[Person, ...]
    know_better: tuple[KnowBetter, ...]


def radar(judged: Iterable[Judged], *, policy: Policy) -> Radar:
    """Return a giver's radar (R15). The forgotten count in the totals, and are not named among the people."""
    rows = tuple(judged)
    people = {side: _by_person(rows, side) for side in Side}
    known = {side: [_person(side, theirs) for theirs in people[side]] for side in Side}
    closer = [
        found
        for side in Side
        for person, theirs in zip(known[side], people[side], strict=True)
        if (found := _know_better(person, theirs)) is not None
    ]
    return Radar(
        all=seen(rows),
        trades=_trades(rows, policy),
        letters=tuple(_letter(rows, letter) for letter in Letter),
        receivers=tuple(sorted(known[Side.RECEIVER], key=lambda one: _rank(one.again, policy))),
        clients=tuple(sorted(known[Side.CLIENT], key=lambda one: _rank(one.again, policy))),
        know_better=tuple(sorted(closer, key=_pressing)),
    )


def _trades(rows: Sequence[Judged], policy: Policy) -> tuple[TradeSeen, ...]:
    found = [TradeSeen(trade, seen(theirs)) for trade, theirs in _by(rows, lambda one: one.trade).items()]
    return tuple(sorted(found, key=lambda one: _rank(one.seen.good, policy)))


def _letter(rows: Sequence[Judged], letter: Letter) -> LetterSeen:
    looked = [one for one in rows if letter in one.letters]
    clear = [one for one in looked if one.letters[letter]]
    return LetterSeen(letter, clear=seen(clear), minded=seen(one for one in looked if not one.letters[letter]))


def _rank(of: Rate, policy: Policy) -> tuple[int, float, int, int]:
    """Return the place: the best rate first among those with enough, then the others by count alone (R26)."""
    counts = -of.tally.ended, -of.tally.all
    return (0, -of.mean, *counts) if of.ranks(policy) else (1, 0.0, *counts)


def _by(rows: Iterable[Judged], key: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for one in rows:
        found.setdefault(key(one), []).append(one)
    return found


# --- whom to get to know better --------------------------------------------------------------------------------


def _by_person(rows: Sequence[Judged], side: Side) -> list[list[Judged]]:
    by_key = _by(rows, lambda one: one.receiver if side is Side.RECEIVER else one.client)
    return [sorted(theirs, key=lambda one: one.on) for key, theirs in by_key.items() if key]


def _again(of: Judged, side: Side) -> Again | None:
    return of.again_receiver if side is Side.RECEIVER else of.again_client


def _person(side: Side, rows: Sequence[Judged]) -> Person:
    """Return what their introductions, the oldest first, say; the latest name is theirs."""
    last, said = rows[-1], [_again(one, side) for one in rows]
    unknown = said.count(None)
    return Person(
        side=side,
        key=last.receiver if side is Side.RECEIVER else last.client,
        name=last.receiver_name if side is Side.RECEIVER else last.client_name,
        seen=seen(rows),
        again=rate(Tally(won=said.count(Again.YES), ended=len(rows) - unknown, unknown=unknown)),
        perhaps=said.count(Again.PERHAPS),
        no=said.count(Again.NO),
    )


def _know_better(person: Person, rows: Sequence[Judged]) -> KnowBetter | None:
    """Return the reasons to get to know somebody better; None without any, or where the giver's last word was no."""
    said = [again for one in rows if (again := _again(one, person.side)) is not None]
    if said and said[-1] is Again.NO:
        return None
    answered, silent = person.seen.good.tally.ended, person.seen.good.tally.unknown
    counts = {
        Why.WAS_OFF: sum(came(one) is Came.OFF or one.outcome is Outcome.NOT_A_FIT for one in rows),
        Why.VOICES_DIFFER: person.seen.differ,
        Why.HESITATES: int(bool(said) and said[-1] is Again.PERHAPS),
        Why.FEW_ANSWERS: answered if 0 < answered < silent else 0,
        Why.NEVER_ANSWERED: silent if not answered else 0,
    }
    reasons = tuple(Reason(why, count) for why, count in counts.items() if count)
    return KnowBetter(person, introductions=len(rows), reasons=reasons) if reasons else None


def _pressing(one: KnowBetter) -> tuple[int, int, int, str]:
    first = one.reasons[0]
    return list(Why).index(first.why), -first.count, -one.introductions, one.person.name
