"""May one ask this contact for recommendations? The answer, its reasons, what it could harm (R30–R34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from entremise.protocol.policy import Policy
from entremise.protocol.propensity import Place, Record, is_left_alone
from entremise.protocol.relationship import History, Part, Satisfaction, Solidity


class Answer(StrEnum):
    """What came of an ask, as its member noted it."""

    REFERRED = "referred"
    NO = "no"
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One earlier ask: when, what was noted of its answer, and when a referral of theirs first followed it."""

    on: date
    answer: Answer | None = None
    referred_on: date | None = None

    def came_of_it(self, *, on: date, policy: Policy) -> Answer | None:
        """Return what has come of it by that day: a referral that arrived says more than what was noted (R32).

        After 180 days without either, silence; before, None: it still has its time.
        """
        if self.referred_on is not None:
            return Answer.REFERRED
        if self.answer is None and on >= self.on + timedelta(days=policy.ask_again):
            return Answer.SILENCE
        return self.answer


def followed(asks: Sequence[tuple[date, Answer | None]], came: Sequence[date], *, policy: Policy) -> tuple[Asked, ...]:
    """Return the asks with the first referral each was followed by; a referral belongs to the last ask before it, when
    that is at most 180 days old. Both are given, and returned, in order of their days."""
    within, found = timedelta(days=policy.ask_again), []
    for number, (on, answer) in enumerate(asks):
        until = min([on + within, *(later - timedelta(days=1) for later, _answer in asks[number + 1 : number + 2])])
        first = next((day for day in came if on <= day <= until), None)
        found.append(Asked(on=on, answer=answer, referred_on=first))
    return tuple(found)


class Reason(StrEnum):
    """Why one does not ask, in the order in which it is told."""

    ONESELF = "oneself"
    NOT_DELIVERED = "not_delivered"  # R31
    NOT_HEARD = "not_heard"  # R31: delivered, but nobody knows whether it was found good
    NOT_GOOD = "not_good"  # R31
    ASKED_LATELY = "asked_lately"  # R32
    DOES_NOT_REFER = "does_not_refer"  # R34
    NOT_SOLID = "not_solid"  # R30


class Harm(StrEnum):
    """The five harms of an ask that comes too early (R33)."""

    PRESSURE = "pressure"
    DISCOMFORT = "discomfort"
    LOST_TRUST = "lost_trust"
    LOST_FUTURE = "lost_future"
    LOST_CLIENT = "lost_client"


class Ground(StrEnum):
    """The fact of this contact's own history that a harm rests on (R33)."""

    ASKED_BEFORE = "asked_before"  # on `on`
    GAVE_MORE = "gave_more"  # the member, by `count` good turns: an ask would look like a bill
    TOOK_MORE = "took_more"  # the member, by `count` good turns: an ask would be one more
    EVEN = "even"
    NEVER_SPOKE = "never_spoke"
    SILENT_SINCE = "silent_since"  # `on`: the first word in a long time would be a request
    SPOKE_ON = "spoke_on"  # `on`: that conversation would look like a preparation
    NO_WORK = "no_work"
    NOT_HEARD = "not_heard"
    NOT_GOOD = "not_good"
    FOUND_GOOD = "found_good"
    REFERRED_UNASKED = "referred_unasked"  # `count` times
    NOTHING_YET = "nothing_yet"  # they have not referred yet, and may still
    NEW = "new"  # known for `count` days
    WORKS = "works"  # `count` works delivered


@dataclass(frozen=True)
class HarmSeen:
    """A harm, and the fact it rests on, with its number or its day."""

    harm: Harm
    ground: Ground
    count: int = 0
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything an answer rests on. `overruling` is None before the one knowing overrule, True while it stands and
    False once it was used."""

    history: History
    solidity: Solidity
    record: Record
    place: Place
    asks: Sequence[Asked] = ()
    overruling: bool | None = None
    oneself: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Yes, or not yet with every reason (R30). `again_on` is the first day on which asking again would be decent (R32).

    `lacking` are the parts of solidity that are not full, the emptiest first; `harms` are told with a "not yet" only.
    """

    may: bool
    reasons: tuple[Reason, ...]
    overrulable: bool
    overruled: bool
    again_on: date | None
    lacking: tuple[Part, ...]
    harms: tuple[HarmSeen, ...]


def may_ask(facts: Facts, *, on: date, policy: Policy) -> Verdict:
    """Return whether a member may ask this contact to refer them on that day (R30–R34).

    Only a relationship that is not solid can be overruled, once, knowingly (R30): not work that was not delivered and
    found good (R31), nor an earlier ask (R32), nor somebody who very probably does not refer (R34).
    """
    again_on = decent_again_on(facts.asks, on=on, policy=policy)
    reasons = _reasons(facts, asked_lately=again_on is not None, policy=policy)
    only_young = reasons == (Reason.NOT_SOLID,)
    overruled = only_young and facts.overruling is True
    may = not reasons or overruled
    lacking = sorted((p for p in facts.solidity.parts if p.points < p.most), key=lambda p: p.points - p.most)
    return Verdict(
        may=may,
        reasons=reasons,
        overrulable=only_young and facts.overruling is None,
        overruled=overruled,
        again_on=again_on,
        lacking=tuple(lacking) if Reason.NOT_SOLID in reasons else (),
        harms=() if may or Reason.ONESELF in reasons else harms(facts, on=on, policy=policy),
    )


def decent_again_on(asks: Sequence[Asked], *, on: date, policy: Policy) -> date | None:
    """Return the first day on which a second ask would be decent, 180 days after the last; None where it is (R32)."""
    if not asks:
        return None
    again = max(ask.on for ask in asks) + timedelta(days=policy.ask_again)
    return again if again > on else None


def _reasons(facts: Facts, *, asked_lately: bool, policy: Policy) -> tuple[Reason, ...]:
    if facts.oneself:
        return (Reason.ONESELF,)
    early = _too_early(facts.history)
    alone = is_left_alone(facts.record, at=facts.place, policy=policy)
    found = (
        (early, early is not None),
        (Reason.ASKED_LATELY, asked_lately),
        (Reason.DOES_NOT_REFER, alone),
        (Reason.NOT_SOLID, not facts.solidity.solid),
    )
    return tuple(reason for reason, holds in found if holds and reason is not None)


def _too_early(history: History) -> Reason | None:
    """What is missing until work was delivered and found good (R31)."""
    if not history.works:
        return Reason.NOT_DELIVERED
    if history.satisfaction is None:
        return Reason.NOT_HEARD
    return None if history.found_good else Reason.NOT_GOOD


# -- the five harms (R33) ---------------------------------------------------------------------------


def harms(facts: Facts, *, on: date, policy: Policy) -> tuple[HarmSeen, ...]:
    """Return the five harms, each on the fact of this contact's history that makes it likeliest (R33)."""
    history = facts.history
    return (
        _pressure(history, facts.asks),
        _discomfort(history, on, policy),
        HarmSeen(Harm.LOST_TRUST, _of_trust(history), on=history.satisfaction_on),
        _lost_future(history),
        _lost_client(history, on),
    )


def _pressure(history: History, asks: Sequence[Asked]) -> HarmSeen:
    if asks:
        return HarmSeen(Harm.PRESSURE, Ground.ASKED_BEFORE, on=max(ask.on for ask in asks))
    more = history.given - history.received
    if not more:
        return HarmSeen(Harm.PRESSURE, Ground.EVEN)
    return HarmSeen(Harm.PRESSURE, Ground.GAVE_MORE if more > 0 else Ground.TOOK_MORE, count=abs(more))


def _discomfort(history: History, on: date, policy: Policy) -> HarmSeen:
    last = history.last_contact
    if last is None:
        return HarmSeen(Harm.DISCOMFORT, Ground.NEVER_SPOKE)
    silent = (on - last).days > policy.rhythm_young
    return HarmSeen(Harm.DISCOMFORT, Ground.SILENT_SINCE if silent else Ground.SPOKE_ON, on=last)


def _of_trust(history: History) -> Ground:
    if not history.works:
        return Ground.NO_WORK
    if history.satisfaction is None:
        return Ground.NOT_HEARD
    return Ground.FOUND_GOOD if history.satisfaction is Satisfaction.GOOD else Ground.NOT_GOOD


def _lost_future(history: History) -> HarmSeen:
    unasked = history.unasked
    return HarmSeen(Harm.LOST_FUTURE, Ground.REFERRED_UNASKED if unasked else Ground.NOTHING_YET, count=unasked)


def _lost_client(history: History, on: date) -> HarmSeen:
    if history.works:
        return HarmSeen(Harm.LOST_CLIENT, Ground.WORKS, count=history.works)
    return HarmSeen(Harm.LOST_CLIENT, Ground.NEW, count=max(0, (on - history.known_since).days))
