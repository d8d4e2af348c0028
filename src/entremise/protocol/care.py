"""The CARE test: answers in, an explained verdict out (R2, R3, R11, R12).

It runs before anybody is contacted and keeps nothing. C, is there room for consent; A, is the need actual;
R, is it relevant to both; E, will the giver step back and look at what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from entremise.protocol.policy import Policy
from entremise.protocol.types import Urgency


class Letter(StrEnum):
    """The four letters of the test."""

    CONSENT = "C"
    ACTUAL = "A"
    RELEVANT = "R"
    EVALUATE = "E"


class Source(StrEnum):
    """How the giver knows of the need."""

    TOLD_ME = "told_me"  # the client spoke of it to the giver
    GUESSED = "guessed"  # the giver thinks that it would do them good
    HEARD = "heard"  # somebody else mentioned it


class Known(StrEnum):
    """How well the giver knows a party (R1)."""

    WELL = "well"
    SOMEWHAT = "somewhat"
    HARDLY = "hardly"


class Fit(StrEnum):
    """One question of relevance, answered (R12)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Question(StrEnum):
    """What relevance asks, to both sides (R12)."""

    SERVICE = "service"  # is it what the receiver does?
    MARKET = "market"  # is the client the kind of client they look for?
    AREA = "area"  # do they work there?
    AVAILABLE = "available"  # can they take it on in time?
    WANTED = "wanted"  # does the client want somebody, not already having one?
    BUDGET = "budget"  # can the client pay what it costs?


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the giver answered. `against_profile` are the questions to which the receiver's own profile says no."""

    source: Source
    urgency: Urgency
    wanted_by: date | None = None
    knows_receiver: Known = Known.WELL
    knows_client: Known = Known.WELL
    fits: Mapping[Question, Fit]
    steps_back: bool = True
    overruled: frozenset[Question] = frozenset()
    against_profile: frozenset[Question] = frozenset()


class Verdict(StrEnum):
    """What may be done with it (R2)."""

    REFERRAL = "referral"
    LATER = "later"
    LEAD = "lead"
    MISMATCH = "mismatch"  # to be overruled knowingly, or let go (R12)


class Why(StrEnum):
    """One reason of a verdict; doors put it into words."""

    ASKED_FOR = "asked_for"
    NOBODY_ASKED = "nobody_asked"
    SECOND_HAND = "second_hand"
    NEED_NOW = "need_now"
    NEED_DATED = "need_dated"
    NEED_FAR = "need_far"
    NEED_SOMEDAY = "need_someday"
    NO_NEED = "no_need"
    DATE_PAST = "date_past"
    FITS = "fits"
    DOES_NOT_FIT = "does_not_fit"
    AGAINST_PROFILE = "against_profile"
    UNSURE = "unsure"
    OVERRULED = "overruled"
    HARDLY_KNOWS_RECEIVER = "hardly_knows_receiver"
    HARDLY_KNOWS_CLIENT = "hardly_knows_client"
    STEPS_BACK = "steps_back"
    STAYS_BETWEEN = "stays_between"


class Weight(StrEnum):
    """What a reason does to the verdict."""

    FOR = "for"
    MIND = "mind"  # something to know before going on
    AGAINST = "against"


@dataclass(frozen=True)
class Reason:
    """One line of the explanation."""

    letter: Letter
    why: Why
    weight: Weight
    about: Question | None = None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict, every reason for it, and the day a need that is too far away may become real (R11)."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    wakes_on: date | None = None

    @property
    def mismatches(self) -> frozenset[Question]:
        """What must be overruled knowingly before a referral (R12)."""
        return frozenset(r.about for r in self.reasons if r.why in _MISMATCHES and r.about)


def judge(answers: Answers, *, today: date, policy: Policy) -> Judgement:
    """Return the explained verdict (R2, R3): without a need somebody voiced, a lead; a far one, later;
    a mismatch must be overruled; else a referral."""
    reasons = (
        *_consent(answers),
        _actual(answers, today, policy),
        *_relevant(answers),
        _evaluate(answers),
    )
    return Judgement(verdict=_verdict(reasons), reasons=reasons, wakes_on=_wakes_on(answers, reasons, policy))


_MISMATCHES = frozenset({Why.DOES_NOT_FIT, Why.AGAINST_PROFILE})
_NO_REFERRAL = {Why.NOBODY_ASKED, Why.SECOND_HAND, Why.NO_NEED, Why.NEED_SOMEDAY, Why.DATE_PAST}


def _verdict(reasons: tuple[Reason, ...]) -> Verdict:
    whys = {reason.why for reason in reasons}
    if whys & _NO_REFERRAL:
        return Verdict.LEAD
    if Why.NEED_FAR in whys:
        return Verdict.LATER
    return Verdict.MISMATCH if whys & _MISMATCHES else Verdict.REFERRAL


def _wakes_on(answers: Answers, reasons: tuple[Reason, ...], policy: Policy) -> date | None:
    far = any(reason.why is Why.NEED_FAR for reason in reasons)
    return answers.wanted_by - timedelta(days=policy.actual_within) if far and answers.wanted_by else None


def _consent(answers: Answers) -> list[Reason]:
    """C: the client voiced the need, and the giver knows whom they write to (R1, R2)."""
    source = {
        Source.TOLD_ME: Reason(Letter.CONSENT, Why.ASKED_FOR, Weight.FOR),
        Source.GUESSED: Reason(Letter.CONSENT, Why.NOBODY_ASKED, Weight.AGAINST),
        Source.HEARD: Reason(Letter.CONSENT, Why.SECOND_HAND, Weight.AGAINST),
    }
    found = [source[answers.source]]
    if answers.knows_receiver is Known.HARDLY:
        found.append(Reason(Letter.CONSENT, Why.HARDLY_KNOWS_RECEIVER, Weight.MIND))
    if answers.knows_client is Known.HARDLY:
        found.append(Reason(Letter.CONSENT, Why.HARDLY_KNOWS_CLIENT, Weight.MIND))
    return found


def _actual(answers: Answers, today: date, policy: Policy) -> Reason:
    """A: the need is now, or by a near date (R11)."""
    if answers.urgency is Urgency.NONE:
        return Reason(Letter.ACTUAL, Why.NO_NEED, Weight.AGAINST)
    if answers.urgency is Urgency.NOW:
        return Reason(Letter.ACTUAL, Why.NEED_NOW, Weight.FOR)
    if answers.wanted_by is None:
        return Reason(Letter.ACTUAL, Why.NEED_SOMEDAY, Weight.AGAINST)
    if answers.wanted_by < today:
        return Reason(Letter.ACTUAL, Why.DATE_PAST, Weight.AGAINST)
    if answers.wanted_by > today + timedelta(days=policy.actual_within):
        return Reason(Letter.ACTUAL, Why.NEED_FAR, Weight.AGAINST)
    return Reason(Letter.ACTUAL, Why.NEED_DATED, Weight.FOR)


def _relevant(answers: Answers) -> list[Reason]:
    """R: held against both sides, question by question; a no, the giver's or the profile's, must be overruled
    knowingly (R12)."""
    return [_fit(question, answers) for question in Question]


def _fit(question: Question, answers: Answers) -> Reason:
    fit = answers.fits.get(question, Fit.UNKNOWN)
    mismatch = fit is Fit.NO or question in answers.against_profile
    if mismatch and question in answers.overruled:
        return Reason(Letter.RELEVANT, Why.OVERRULED, Weight.MIND, question)
    if mismatch:
        why = Why.DOES_NOT_FIT if fit is Fit.NO else Why.AGAINST_PROFILE
        return Reason(Letter.RELEVANT, why, Weight.AGAINST, question)
    if fit is Fit.UNKNOWN:
        return Reason(Letter.RELEVANT, Why.UNSURE, Weight.MIND, question)
    return Reason(Letter.RELEVANT, Why.FITS, Weight.FOR, question)


def _evaluate(answers: Answers) -> Reason:
    """E: afterwards the giver steps out of the conversation and looks at what came of it (R13, R14)."""
    if answers.steps_back:
        return Reason(Letter.EVALUATE, Why.STEPS_BACK, Weight.FOR)
    return Reason(Letter.EVALUATE, Why.STAYS_BETWEEN, Weight.MIND)
