"""A look back at one month of a member's: what went well, one question, one small correction (R27, R28, R49)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entremise.accounts.queries import MemberCard
from entremise.insights import correcting, reviewing
from entremise.insights.correcting import Effect
from entremise.protocol import diagnosis, looking_back
from entremise.protocol.correction import Proposal
from entremise.protocol.diagnosis import Prepared
from entremise.protocol.looking_back import Opened
from entremise.protocol.measure import Measured
from entremise.protocol.policy import Policy
from entremise.referrals.queries import measured, month, reviews
from entremise.referrals.queries.month import Words


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The one question of a month: one of the four, `question`, or else the words of the member's `own`.

    `key` is that of the month's questions.
    """

    key: str
    question: Prepared | None
    own: str


_MOST_NAMES = 5  # each way: a month is looked back at on one page, however much there was


@dataclass(frozen=True, kw_only=True)
class Named:
    """People by name, "" somebody forgotten: the first few, and how many `more` there were."""

    names: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """One month, from its `first` day. `received_from` are who recommended the member where work came of it,
    `given_to` whom the member recommended where it was a good match.

    `asked` is None where nothing was received or ended, or the month's questions are answered. `trying` is the
    correction in force that was adopted last; where none is, `proposal` is the one to try next, if something was
    received or ended and something speaks for one.
    """

    first: date
    said: Words
    heard: Words
    received_from: Named
    given_to: Named
    asked: Asked | None
    trying: Effect | None
    proposal: Proposal | None

    @property
    def went_well(self) -> bool:
        """Whether there is anything to be glad of (R49)."""
        words = (*self.received_from.names, *self.given_to.names)
        return bool(words or self.said.thanks or self.said.news or self.heard.thanks or self.heard.news)


def look_back(*, member: MemberCard, key: str, now: datetime, policy: Policy) -> LookBack | None:
    """Return the look back at the month with this key ("2026-11"); None where nothing happened in it (R27).

    In some thirty queries, however much there is. Nothing in it says what another answered at an evaluation (R14).
    """
    first, until = _days(key)
    found = month.month(member=member, since=_begins(first, member), until=_begins(until, member))
    if not found.happened:
        return None
    about = _opened(member=member, key=key, now=now, policy=policy)
    effects = correcting.effects(member=member, policy=policy)
    trying = next((one for one in effects if one.adopted.holds(member.today(now))), None)
    return LookBack(
        first=first,
        said=found.said,
        heard=found.heard,
        received_from=_names(measured.received(member=member), found.good_received),
        given_to=_names(measured.given(member=member), found.good_given),
        asked=_asked(member=member, key=key, about=about, now=now, policy=policy),
        trying=trying,
        proposal=_proposal(member, effects, now=now, policy=policy) if about and trying is None else None,
    )


def _days(key: str) -> tuple[date, date]:
    """Return the first day of the month, and the one after its last."""
    first = date.fromisoformat(f"{key}-01")
    return first, (first + timedelta(days=31)).replace(day=1)


def _begins(day: date, member: MemberCard) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(member.time_zone)).astimezone(UTC)


def _names(rows: Iterable[Measured], wanted: frozenset[str]) -> Named:
    """Return each person once, in the order in which they came."""
    found = {one.other: one.other_name for one in rows if one.uid in wanted}
    names = tuple(found.values())
    return Named(names=names[:_MOST_NAMES], more=len(names[_MOST_NAMES:]))


def _opened(*, member: MemberCard, key: str, now: datetime, policy: Policy) -> tuple[str, ...]:
    """Return the uids of the introductions that the month's questions are about; empty where it opened none."""
    every = looking_back.openings(reviews.received(member=member), today=member.today(now), policy=policy)
    return next((one.about for one in every if one.key == key), ())


def _asked(*, member: MemberCard, key: str, about: tuple[str, ...], now: datetime, policy: Policy) -> Asked | None:
    """Return the question against which most facts speak; where none does, one of the member's own if there is one.

    Where a streak waits, it is asked about in place of the month: the same four questions are put once (R27).
    """
    waiting = next(iter(reviews.open_reviews(member=member, now=now, policy=policy)), None)
    if not about or waiting is None or (waiting.opened is Opened.MONTH and waiting.key != key):
        return None
    facts = reviewing.facts(member=member, about=waiting.about, now=now, policy=policy)
    most = max(diagnosis.prepared(facts, policy=policy), key=lambda one: (one.speak_against, len(one.facts)))
    own = reviews.own_questions(member=member)
    if own and not most.speak_against:
        # Another of them each month.
        turn = _days(key)[0].month % len(own)
        return Asked(key=waiting.key, question=None, own=own[turn].text)
    return Asked(key=waiting.key, question=most, own="")


def _proposal(member: MemberCard, effects: Sequence[Effect], *, now: datetime, policy: Policy) -> Proposal | None:
    own = [one.adopted for one in effects]
    return next(iter(correcting.proposed(member=member, own=own, now=now, policy=policy).proposals), None)
