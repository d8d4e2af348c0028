"""What the receiver owes once introduced: thanks, a first contact, news, an outcome (R20–R23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.protocol import duties
from entremise.protocol.errors import NotNow, Refusal
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome, Role
from entremise.referrals import mapping
from entremise.referrals.actions import digits, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.giving import NEWS_PURPOSE
from entremise.referrals.models import Moment, Referral, Word

THANKS, CONTACT, NEWS, OUTCOME = "thanks", "contact", "news", "outcome"
_LONGEST = 2000


class NoWords(Refusal):
    """Thanks and news need words; a machine does not make them up (R20)."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a receiver says: words; for news, whether the referral was apt and what would make it better (R23)."""

    text: str = ""
    apt: str = ""
    better: str = ""


def thank(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Thank the giver, in the receiver's own words (R20). Raises Gone, NotNow, WrongDigits, NoWords."""
    if not said.text.strip():
        raise NoWords
    _say(caller, THANKS, said, {"thanked_at": now}, now=now, chance=chance, policy=policy)


def tell_contact(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Say that the first contact with the client was made (R20, R21). Raises Gone, NotNow, WrongDigits."""
    _say(caller, CONTACT, said, {"contacted_at": now}, now=now, chance=chance, policy=policy)


def give_news(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Give the giver news (R21, R23). Raises Gone, NotNow, WrongDigits, NoWords."""
    if not said.text.strip():
        raise NoWords
    _say(caller, NEWS, said, {"news_at": now}, now=now, chance=chance, policy=policy)


def close(
    *, caller: Caller, outcome: Outcome, said: Said, now: datetime, chance: Chance, policy: Policy
) -> None:
    """Say how it ended, good or bad: that closes the loop (R21). Raises Gone, NotNow, WrongDigits."""
    changed = {"outcome": outcome.value, "outcome_at": now, "news_at": now}
    _say(caller, OUTCOME, said, changed, now=now, chance=chance, policy=policy)


def _say(
    caller: Caller,
    kind: str,
    said: Said,
    changed: Mapping[str, object],
    *,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> None:
    row = _admit(caller, now=now, policy=policy)
    with transaction.atomic():
        steps.take_turn(row.need_id)
        row.refresh_from_db()
        if row.introduced_at is None:
            raise NotNow(row.stage, kind)
        for name, value in changed.items():
            setattr(row, name, value)
        if row.contacted_at is None and kind in (NEWS, OUTCOME):
            row.contacted_at = now  # whoever has news of the client has been in contact
        facts = mapping.facts(row)
        row.duty_due = duties.next_due(facts, policy=policy) if facts else None
        row.moved_at = now
        row.save()
        _write(row, kind, said, now=now, chance=chance)


def _write(row: Referral, kind: str, said: Said, *, now: datetime, chance: Chance) -> None:
    word = Word.objects.create(
        uid=chance.uid(),
        referral=row,
        kind=kind,
        text=said.text.strip()[:_LONGEST],
        apt=said.apt,
        better=said.better.strip()[:_LONGEST],
        at=now,
    )
    Moment.objects.create(need_id=row.need_id, attempt=row.attempt, what=kind, by=Role.RECEIVER.value, at=now)
    enqueue(job="referral/word", key=f"word:{word.uid}", payload={"word": word.uid}, due=now, now=now, chance=chance)


def _admit(caller: Caller, *, now: datetime, policy: Policy) -> Referral:
    """Return the referral behind a receiver's news link, once they have shown its digits or their session does (R6)."""
    row = Referral.objects.filter(news_fingerprint=links.fingerprint(caller.token)).first()
    if row is None or row.introduced_at is None:
        raise steps.Gone
    if not caller.is_member(row.receiver_hash):
        digits.check(row, caller, purpose=NEWS_PURPOSE, now=now, policy=policy)
    return row
