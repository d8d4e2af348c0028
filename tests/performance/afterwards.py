"""What came of the introductions of an invented installation: tests answered, ends, voices, corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from entremise.accounts.models import Member
from entremise.lib import links
from entremise.lib.chance import SeededChance
from entremise.protocol import evaluation
from entremise.protocol.correction import CorrectionKind
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome, Role
from entremise.referrals.models import Correction, Ending, Evaluation, Referral, Word
from entremise.referrals.queries.keys import Purpose

TABLES = (Ending, Evaluation, Correction)
_OUTCOMES = (Outcome.WON, Outcome.LOST, Outcome.NOT_A_FIT, Outcome.NO_NEED)
_OF_TEN = (4, 3, 2, 1)
_QUESTIONS = ("service", "market", "area", "available", "wanted", "budget")
_COMPLETE = (100, 100, 91, 82, 64)  # percent of the checklist


def answers(dice: Random) -> dict[str, Any]:
    """Return what a giver answered to the CARE test, as it is kept: one in three knows one thing not for sure."""
    fits = dict.fromkeys(_QUESTIONS, "yes")
    if dice.random() < 0.33:
        fits[dice.choice(_QUESTIONS)] = "unknown"
    source, knows = dice.choice(("told_me", "told_me", "guessed")), dice.choice(("well", "well", "somewhat"))
    return {
        "source": source, "knows_receiver": knows, "knows_client": "well", "fits": fits, "overruled": [],
        "steps_back": True,
    }  # fmt: skip


def outcome(dice: Random) -> Outcome:
    """Return how one ended: four of ten were won."""
    return dice.choices(_OUTCOMES, _OF_TEN)[0]


def completeness(dice: Random) -> int:
    """Return how much of the checklist there was, in percent."""
    return dice.choice(_COMPLETE)


def evaluation_due(introduced_at: datetime) -> datetime:
    """Return when the three are asked."""
    return evaluation.due(introduced_at, days=None, policy=DEFAULT)


def ending(row: Referral, word: Word) -> Ending:
    """Return the row of how the receiver said that it ended."""
    return Ending(referral=row, word=word, by=Role.RECEIVER.value, outcome=row.outcome, at=word.at)


def voices(
    row: Referral, addresses: dict[Role, tuple[str, str]], *, dice: Random, chance: SeededChance, secret: bytes
) -> Iterator[Evaluation]:
    """Give what each of the three was asked once it was time, and said: two of three answer."""
    assert row.introduced_at is not None
    asked = evaluation_due(row.introduced_at)
    for role, (address, address_hash) in addresses.items():
        uid = chance.uid()
        said = judgement(role, asked, dice) if dice.random() < 0.67 else {}
        token = links.token(Purpose.EVALUATION, uid, secret=secret)
        yield Evaluation(
            uid=uid, fingerprint=links.fingerprint(token), referral=row, role=role.value, address=address,
            address_hash=address_hash, language="fr", asked_at=asked,
            deadline=evaluation.deadline(asked, policy=DEFAULT), **said,
        )  # fmt: skip


def judgement(role: Role, asked: datetime, dice: Random) -> dict[str, Any]:
    """Return the columns that somebody's answers fill, two hours after they were asked."""
    said = {
        "answered_at": asked + timedelta(hours=2),
        "match": dice.choices(("yes", "partly", "no"), (6, 2, 2))[0],
        "bonds": dice.choice(("stronger", "same")),
    }
    if role is Role.GIVER:
        said |= {f"again_{about}": dice.choice(("yes", "yes", "perhaps")) for about in ("receiver", "client")}
    return said


def corrections(
    member: Member, written: Sequence[datetime], *, now: datetime, dice: Random, chance: SeededChance
) -> Iterator[Correction]:
    """Give the small corrections a member has adopted, each on its day: none to three, and none is dropped. `written`
    are the instants of the versions of their profile."""
    kinds = dice.sample([kind for kind in CorrectionKind if kind is not CorrectionKind.OWN], dice.randrange(4))
    for number, kind in enumerate(kinds):
        at = now - timedelta(days=200 + 150 * number + dice.randrange(60))
        version = sum(one.date() < at.date() for one in written)
        yield Correction(
            uid=chance.uid(), member=member, kind=kind.value, adopted_on=at.date(), created_at=at,
            profile_version=version,
        )  # fmt: skip
