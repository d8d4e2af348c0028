"""What the receiver owes once introduced: thanks, a first contact, news, an outcome (R20–R23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.protocol import duties
from entremise.protocol.errors import Refusal
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome, Role
from entremise.referrals import mapping
from entremise.referrals.actions import bonds, digits, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.models import Lead, Moment, Outside, Referral, Word
from entremise.referrals.models.shapes import Followed
from entremise.referrals.queries.keys import Purpose

THANKS, CONTACT, NEWS, OUTCOME = "thanks", "contact", "news", "outcome"
_LONGEST = 2000
_ONE_PRESS = timedelta(minutes=10)  # the same words again so soon are a button pressed twice, or a page sent again


class NoWords(Refusal):
    """Thanks and news need words; a machine does not make them up (R20)."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a receiver says: words; for news, whether the referral was apt and what would make it better (R23)."""

    text: str = ""
    apt: str = ""
    better: str = ""


def thank(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Thank the giver, in the receiver's own words (R20). Raises Gone, Paused, WrongDigits, NoWords."""
    _say(caller, THANKS, said, now=now, chance=chance, policy=policy)


def tell_contact(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Say that the first contact with the client was made (R20, R21). Raises Gone, Paused, WrongDigits."""
    _say(caller, CONTACT, said, now=now, chance=chance, policy=policy)


def give_news(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Give the giver news (R21, R23). Raises Gone, Paused, WrongDigits, NoWords."""
    _say(caller, NEWS, said, now=now, chance=chance, policy=policy)


def close(*, caller: Caller, outcome: Outcome, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Say how it ended, good or bad: that closes the loop (R21). Raises Gone, Paused, WrongDigits."""
    _say(caller, OUTCOME, said, outcome=outcome, now=now, chance=chance, policy=policy)


def _say(
    caller: Caller,
    kind: str,
    said: Said,
    *,
    outcome: Outcome | None = None,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> None:
    """Record what was said, once however often it is pressed."""
    refuse_without_words(kind, said)
    row = admit(caller, now=now, policy=policy)
    with transaction.atomic():
        steps.hold_turn(row.need_id)
        row.refresh_from_db()
        if just_said(row, kind, said, outcome=outcome, now=now):
            return
        changed = follow(row, kind, outcome=outcome, now=now)
        facts = mapping.facts(row)
        row.duty_due = duties.next_due(facts, policy=policy) if facts else None
        row.moved_at = now
        row.save(update_fields=[*changed, "duty_due", "moved_at"])
        word = write_word(kind, said, referral=row, now=now, chance=chance)
        bonds.of_word(row, word, now=now, chance=chance, policy=policy)
        Moment.objects.create(need_id=row.need_id, attempt=row.attempt, what=kind, by=Role.RECEIVER.value, at=now)
        payload = {"word": word.uid}
        enqueue(job="referral/word", key=f"word:{word.uid}", payload=payload, due=now, now=now, chance=chance)


# -- what is the same wherever the referral came about ------------------------------------------------


def refuse_without_words(kind: str, said: Said) -> None:
    """Raise NoWords where thanks or news come without any (R20)."""
    if kind in (THANKS, NEWS) and not said.text.strip():
        raise NoWords


def just_said(row: Referral | Outside | Lead, kind: str, said: Said, *, outcome: Outcome | None, now: datetime) -> bool:
    """Tell whether the same was said a moment ago: a button pressed twice, or a page sent again."""
    last = row.words.order_by("-at", "-pk").first()
    if last is None or now - last.at >= _ONE_PRESS:
        return False
    if outcome is not None and not isinstance(row, Lead) and row.outcome != outcome.value:
        return False
    return (last.kind, last.text, last.apt, last.better) == (kind, _kept(said.text), said.apt, _kept(said.better))


def follow(row: Followed, kind: str, *, outcome: Outcome | None, now: datetime) -> list[str]:
    """Set on a row what saying this changes, and return the names of the columns; nothing is written yet (R20–R22)."""
    changed = {THANKS: ["thanked_at"], CONTACT: ["contacted_at"], NEWS: ["news_at"], OUTCOME: ["news_at", "outcome_at"]}
    names = changed[kind]
    if kind in (NEWS, OUTCOME) and row.contacted_at is None:
        names = [*names, "contacted_at"]  # whoever has news of the client has been in contact
    for name in names:
        setattr(row, name, now)
    if outcome is None:
        return names
    row.outcome = outcome.value
    return [*names, "outcome"]


def write_word(
    kind: str,
    said: Said,
    *,
    praising: str = "",
    how: str = "",
    now: datetime,
    chance: Chance,
    **about: Referral | Outside | Lead,
) -> Word:
    """Keep what was said about one thing, and return its row; a promotion says whom it praises, and how (R41)."""
    words: dict[str, Any] = {"text": _kept(said.text), "apt": said.apt, "better": _kept(said.better)}
    return Word.objects.create(uid=chance.uid(), kind=kind, about=praising, how=how, at=now, **words, **about)


def _kept(words: str) -> str:
    return words.strip()[:_LONGEST]


def admit(caller: Caller, *, now: datetime, policy: Policy) -> Referral:
    """Return the referral behind a receiver's news link, once they have shown its digits or their session does (R6)."""
    row = Referral.objects.filter(news_fingerprint=links.fingerprint(caller.token)).first()
    if row is None or row.introduced_at is None:
        raise steps.Gone
    if not caller.is_member(row.receiver_hash):
        digits.check(row, caller, purpose=Purpose.NEWS, now=now, policy=policy)
    return row
