"""A true good word to the client about whoever recommended: it never stands in the way of thanks or news (R41)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.protocol.errors import Refusal
from entremise.protocol.policy import Policy
from entremise.protocol.types import Role
from entremise.referrals.actions import gratitude, owing, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.gratitude import NoWords, Said
from entremise.referrals.models import Moment, Outside, Referral, Word
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.promoting import PROMOTION, holds_links, may_mail

__all__ = ["PROMOTION", "CannotMail", "GoodWord", "HoldsLinks", "How", "promote", "promote_outside"]


class How(StrEnum):
    """How the good word reaches the client."""

    MAIL = "mail"  # in the receiver's name, from here
    ALOUD = "aloud"  # by the receiver themself, aloud or in a message of their own


class HoldsLinks(Refusal):
    """What leaves from here in somebody's name holds no link, address or number (R41)."""


class CannotMail(Refusal):
    """No mail from here can reach the client: they have no address with us, or the law wants it otherwise (R6c)."""


@dataclass(frozen=True, kw_only=True)
class GoodWord:
    """A good word about one person, and how it reaches the client."""

    about: Role
    how: How
    text: str = ""


def promote(*, caller: Caller, word: GoodWord, now: datetime, chance: Chance, policy: Policy) -> None:
    """Record a receiver's good word to the client, once however often it is pressed, and send it where it leaves by
    mail (R41). The one promoted can read it. Raises Gone, Paused, WrongDigits, NoWords, HoldsLinks, CannotMail.
    """
    row = gratitude.admit(caller, now=now, policy=policy)
    with transaction.atomic():
        steps.hold_turn(row.need_id)
        row.refresh_from_db()
        if _is_said(row, word):
            return
        _refuse(word, mails=may_mail(row, policy=policy))
        said = _record(row, word, since=row.introduced_at, now=now, chance=chance, policy=policy)
        Moment.objects.create(need_id=row.need_id, attempt=row.attempt, what=PROMOTION, by=Role.RECEIVER.value, at=now)
        jobs = ["referral/promotion"] if word.how is How.MAIL else []
        jobs += ["referral/word" if word.about is Role.GIVER else "referral/promotion_told"]
        for job in jobs:
            key = f"{job.partition('/')[2]}:{said.uid}"
            enqueue(job=job, key=key, payload={"word": said.uid}, due=now, now=now, chance=chance)


@transaction.atomic
def promote_outside(*, owner: MemberCard, uid: str, text: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Record that a member said a good word to the client about who recommended them outside; nothing leaves from here
    (R23b, R41). Raises Gone.
    """
    mine = Outside.objects.select_for_update().filter(uid=uid, owner_id=owner.pk)
    row = mine.filter(direction=Direction.RECEIVED.value).first()
    if row is None:
        raise steps.Gone
    word = GoodWord(about=Role.GIVER, how=How.ALOUD, text=text)
    if not _is_said(row, word):
        _record(row, word, since=row.arrived_at, now=now, chance=chance, policy=policy)


def _is_said(row: Referral | Outside, word: GoodWord) -> bool:
    """Whether it was said already. Raises Gone for somebody who does not take part."""
    if word.about.value in row.to_promote:
        return False
    if row.words.filter(kind=PROMOTION, about=word.about.value).exists():
        return True
    raise steps.Gone


def _refuse(word: GoodWord, *, mails: bool) -> None:
    if word.how is not How.MAIL:
        return
    if not mails:
        raise CannotMail
    if not word.text.strip():
        raise NoWords
    if holds_links(word.text):
        raise HoldsLinks


def _record(
    row: Referral | Outside,
    word: GoodWord,
    *,
    since: datetime | None,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> Word:
    assert since is not None
    owing.settle(row, word.about, since=since, policy=policy)
    row.moved_at = now
    row.save(update_fields=[*owing.COLUMNS, "moved_at"])
    about = {"outside": row} if isinstance(row, Outside) else {"referral": row}
    said = Said(text=word.text)
    return gratitude.write_word(
        PROMOTION, said, praising=word.about.value, how=word.how.value, now=now, chance=chance, **about
    )
