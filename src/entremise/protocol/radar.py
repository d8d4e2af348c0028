"""A giver's judgement against what came of it: what was good, and whom to get to know better (R15).

Counts first, a rate only beside its interval, a ranking only on enough. What nobody answered is unknown, not bad.

The giver's own answers are theirs at once. What the parties answer reaches the figures when it can be changed no more,
in whole batches of introductions alone: so that no figure, nor a change of one, tells what somebody answered (R14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
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

    `closes` is when the time of the two parties to answer is over; None where not both of them were asked, since what
    one voice changes has to be either's.
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
    closes: datetime | None = None

    @property
    def own(self) -> Judged:
        """The same with the giver's own voice alone."""
        return replace(self, match_receiver=None, match_client=None)

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


# --- what of it may be told ------------------------------------------------------------------------------------


def batches(judged: Iterable[Judged], *, now: datetime, policy: Policy) -> tuple[frozenset[str], ...]:
    """Return, by their uids, the introductions whose parties' answers may be told, only ever a whole batch together
    (R14).

    An introduction waits from the instant at which nobody can answer about it any more. `batch_judged` that wait in one
    trade make a batch; or else the oldest of any trades, once nearly twice as many wait. Which ones does not depend on
    what was answered, nor on whether, and a batch once made stays as it is.
    """
    least = policy.batch_judged
    closed = sorted((one.closes, one.uid, one.trade) for one in judged if one.closes and one.closes <= now)
    found: list[frozenset[str]] = []
    waiting: list[tuple[str, str]] = []
    for _closes, uid, trade in closed:
        waiting.append((uid, trade))
        ready = [one for one in waiting if one[1] == trade]
        if len(ready) < least and len(waiting) >= 2 * least - 1:
            ready = waiting[:least]
        if len(ready) >= least:
            found.append(frozenset(one for one, _trade in ready))
            waiting = [one for one in waiting if one not in ready]
    return tuple(found)


def _told(rows: Iterable[Judged], whole: Iterable[frozenset[str]]) -> tuple[Judged, ...]:
    """Return what a figure about these introductions may count: every voice of the batches that are in it as a whole;
    of the others the giver's own."""
    some = tuple(rows)
    inside = {one.uid for one in some}
    told = {uid for batch in whole if batch <= inside for uid in batch}
    return tuple(one if one.uid in told else one.own for one in some)


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
    """Somebody a giver introduced, and whether the giver would refer them again.

    `again` counts a yes as won and any answer as ended; `perhaps` and `no` are the other answers.
    """

    side: Side
    key: str
    name: str
    again: Rate
    perhaps: int
    no: int


class Why(StrEnum):
    """Why to get to know somebody better, the strongest first; doors put it into words, without blame (R29).

    Each is what the giver says, or was told as such: never what the parties answered (R14).
    """

    WAS_OFF = "was_off"  # the giver found a match with them off, or it ended as not a fit
    HESITATES = "hesitates"  # the giver would perhaps refer them again
    FEW_KNOWN = "few_known"  # of fewer than half of the introductions the giver said how it was, or knows the end
    NONE_KNOWN = "none_known"  # of none


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


def radar(judged: Iterable[Judged], *, now: datetime, policy: Policy) -> Radar:
    """Return a giver's radar (R15). The forgotten count in the totals, and are not named among the people."""
    rows = tuple(judged)
    whole = batches(rows, now=now, policy=policy)
    people = {side: _by_person(rows, side) for side in Side}
    known = {side: [_person(side, theirs) for theirs in people[side]] for side in Side}
    closer = [
        found
        for side in Side
        for person, theirs in zip(known[side], people[side], strict=True)
        if (found := _know_better(person, theirs)) is not None
    ]
    return Radar(
        all=seen(_told(rows, whole)),
        trades=_trades(rows, whole, policy),
        letters=tuple(_letter(rows, whole, letter) for letter in Letter),
        receivers=tuple(sorted(known[Side.RECEIVER], key=lambda one: _rank(one.again, policy))),
        clients=tuple(sorted(known[Side.CLIENT], key=lambda one: _rank(one.again, policy))),
        know_better=tuple(sorted(closer, key=_pressing)),
    )


def _trades(rows: Sequence[Judged], whole: Sequence[frozenset[str]], policy: Policy) -> tuple[TradeSeen, ...]:
    by_trade = _by(rows, lambda one: one.trade)
    found = [TradeSeen(trade, seen(_told(theirs, whole))) for trade, theirs in by_trade.items()]
    return tuple(sorted(found, key=lambda one: _rank(one.seen.good, policy)))


def _letter(rows: Sequence[Judged], whole: Sequence[frozenset[str]], letter: Letter) -> LetterSeen:
    clear = [one for one in rows if one.letters.get(letter) is True]
    minded = [one for one in rows if one.letters.get(letter) is False]
    return LetterSeen(letter, clear=seen(_told(clear, whole)), minded=seen(_told(minded, whole)))


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
        again=rate(Tally(won=said.count(Again.YES), ended=len(rows) - unknown, unknown=unknown)),
        perhaps=said.count(Again.PERHAPS),
        no=said.count(Again.NO),
    )


def _know_better(person: Person, rows: Sequence[Judged]) -> KnowBetter | None:
    """Return the reasons to get to know somebody better; None without any, or where the giver's last word was no."""
    said = [again for one in rows if (again := _again(one, person.side)) is not None]
    if said and said[-1] is Again.NO:
        return None
    known = sum(one.match_giver is not None or one.outcome is not None for one in rows)
    unknown = len(rows) - known
    counts = {
        Why.WAS_OFF: sum(one.match_giver is Match.NO or one.outcome is Outcome.NOT_A_FIT for one in rows),
        Why.HESITATES: int(bool(said) and said[-1] is Again.PERHAPS),
        Why.FEW_KNOWN: known if 0 < known < unknown else 0,
        Why.NONE_KNOWN: unknown if not known else 0,
    }
    reasons = tuple(Reason(why, count) for why, count in counts.items() if count)
    return KnowBetter(person, introductions=len(rows), reasons=reasons) if reasons else None


def _pressing(one: KnowBetter) -> tuple[int, int, int, str]:
    first = one.reasons[0]
    return list(Why).index(first.why), -first.count, -one.introductions, one.person.name
