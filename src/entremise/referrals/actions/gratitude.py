"""What the receiver owes once introduced: thanks, a first contact, news, an outcome (R20–R23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.db import transaction

from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.protocol import duties
from entremise.protocol.ending import AFTER_CONTACT, Worth, known_before
from entremise.protocol.errors import Refusal
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome, Role
from entremise.referrals import mapping
from entremise.referrals.actions import bonds, digits, ending, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.ending import End
from entremise.referrals.models import Lead, Moment, Outside, Referral, Word
from entremise.referrals.models.shapes import Followed
from entremise.referrals.queries import endings
from entremise.referrals.queries.keys import Purpose

THANKS, CONTACT, NEWS, OUTCOME, TAKEN_UP = "thanks", "contact", "news", "outcome", "taken_up"
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


def close(
    *,
    caller: Caller,
    outcome: Outcome,
    said: Said,
    worth: Worth | None = None,
    keeps: bool = True,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> None:
    """Say how it ended, good or bad: that closes the loop (R21). Said before, this corrects it (R26).

    The giver is told, unless nothing changed but an amount they may not see; `keeps` leaves the one noted before as it
    is. Raises Gone, Paused, WrongDigits, and AmountRefused.
    """
    end = End(outcome=outcome, worth=worth, keeps=keeps)
    _say(caller, OUTCOME, said, end=end, now=now, chance=chance, policy=policy)


def take_up(*, caller: Caller, said: Said, now: datetime, chance: Chance, policy: Policy) -> None:
    """Say that what had ended goes on: news are owed again, from now (R21, R26). Raises Gone, Paused, WrongDigits."""
    _say(caller, TAKEN_UP, said, end=End(outcome=None), now=now, chance=chance, policy=policy)


def _say(
    caller: Caller, kind: str, said: Said, *, end: End | None = None, now: datetime, chance: Chance, policy: Policy
) -> None:
    """Record what was said, once however often it is pressed."""
    refuse_without_words(kind, said)
    row = admit(caller, now=now, policy=policy)
    with transaction.atomic():
        steps.hold_turn(row.need_id)
        row.refresh_from_db()
        end = ending.settled(row, end) if end else None
        weight = weigh(row, kind, said, end=end, now=now)
        if weight is Weight.TOLD:
            _tell(row, kind, said, end=end, now=now, chance=chance, policy=policy)
        elif weight is Weight.KEPT and end is not None:
            ending.keep(row, end, by=Role.RECEIVER, word=None, now=now)


def _tell(
    row: Referral, kind: str, said: Said, *, end: End | None, now: datetime, chance: Chance, policy: Policy
) -> None:
    changed = follow(row, kind, end=end, now=now)
    facts = mapping.facts(row)
    row.duty_due = duties.next_due(facts, policy=policy) if facts else None
    row.moved_at = now
    row.save(update_fields=[*changed, "duty_due", "moved_at"])
    word = write_word(kind, said, referral=row, now=now, chance=chance)
    if end is not None:
        ending.keep(row, end, by=Role.RECEIVER, word=word, now=now)
    bonds.of_word(row, word, now=now, chance=chance, policy=policy)
    Moment.objects.create(need_id=row.need_id, attempt=row.attempt, what=kind, by=Role.RECEIVER.value, at=now)
    payload = {"word": word.uid}
    enqueue(job="referral/word", key=f"word:{word.uid}", payload=payload, due=now, now=now, chance=chance)


# -- what is the same wherever the referral came about ------------------------------------------------


def refuse_without_words(kind: str, said: Said) -> None:
    """Raise NoWords where thanks or news come without any (R20)."""
    if kind in (THANKS, NEWS) and not said.text.strip():
        raise NoWords


class Weight(Enum):
    """What is to be done with something said."""

    NOTHING = auto()  # it was said already
    KEPT = auto()  # written down, and told to nobody
    TOLD = auto()


def weigh(row: Referral | Outside, kind: str, said: Said, *, end: End | None, now: datetime) -> Weight:
    """Return what something said comes to, held against what was said before (R20–R26).

    The same end again says something new only with other words, or with an amount that the giver may see now; an
    amount they may not see is written down, and nobody learns of it.
    """
    if kind == TAKEN_UP:
        return Weight.TOLD if row.outcome else Weight.NOTHING
    repeated = just_said(row, kind, said, now=now)
    if end is None or end.outcome is None:
        return Weight.NOTHING if repeated else Weight.TOLD
    wordless = not any(words.strip() for words in (said.text, said.apt, said.better))
    if end.outcome.value != row.outcome or not (repeated or wordless):
        return Weight.TOLD
    if end.worth == endings.own_worth(row, by=ending.says(row)):
        return Weight.NOTHING
    return Weight.TOLD if end.worth is not None and end.worth.shown else Weight.KEPT


def just_said(row: Referral | Outside | Lead, kind: str, said: Said, *, now: datetime) -> bool:
    """Tell whether the same words came a moment ago: a button pressed twice, or a page sent again."""
    last = row.words.order_by("-at", "-pk").first()
    if last is None or now - last.at >= _ONE_PRESS:
        return False
    return (last.kind, last.text, last.apt, last.better) == (kind, _kept(said.text), said.apt, _kept(said.better))


_CHANGES = {
    THANKS: ["thanked_at"],
    CONTACT: ["contacted_at"],
    NEWS: ["news_at"],
    OUTCOME: ["news_at"],
    TAKEN_UP: ["news_at"],
}


def follow(row: Followed, kind: str, *, end: End | None, now: datetime) -> list[str]:
    """Set on a row what saying this changes, and return the names of the columns; nothing is written yet (R20–R22).

    What is taken up again has no outcome any more, and its news count from now (R26).
    """
    names = _CHANGES[kind]
    if kind == NEWS and row.contacted_at is None:
        names = [*names, "contacted_at"]  # whoever has news of the client has been in contact
    for name in names:
        setattr(row, name, now)
    return names if end is None else [*names, *_end(row, end.outcome, now=now)]


def _end(row: Followed, outcome: Outcome | None, *, now: datetime) -> list[str]:
    """Set how it ended, and when that was first known: to say it more exactly makes it no younger (R26, R27).

    Who can say so has been in contact; who never reached the client has not, whatever an end said before let one think.
    """
    before, at = Outcome(row.outcome) if row.outcome else None, row.outcome_at
    known = at if at and known_before(outcome, before=before) else now
    if outcome in AFTER_CONTACT and row.contacted_at is None:
        row.contacted_at = known
    elif outcome is Outcome.NEVER_REACHED and row.contacted_at == at:
        row.contacted_at = None
    row.outcome, row.outcome_at = (outcome.value, known) if outcome else ("", None)
    return ["contacted_at", "outcome", "outcome_at"]


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
