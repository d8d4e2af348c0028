"""The letters that tell a giver what came of their referral: a yes, a no, the introduction, and what the receiver says.

Written in the claiming transaction, from what the wall hands out at that instant (R4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from entremise.lib.mail import Letter
from entremise.outbox.actions import Renderer
from entremise.protocol.policy import Policy
from entremise.protocol.types import PERMISSIONS, Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions.gratitude import OUTCOME, TAKEN_UP
from entremise.referrals.actions.letters import Payload, at_row, giver_letter, referral_behind, request_behind
from entremise.referrals.models import Ending, Question, Request, Word
from entremise.referrals.queries import endings
from entremise.referrals.queries.scenes import Scene

_Write = Callable[[Payload, datetime, Policy], Letter | None]


def renderers(policy: Policy) -> Mapping[str, Renderer]:
    """Return every letter's renderer under its job's name."""
    table: Mapping[str, _Write] = {
        "told_yes": _told_yes,
        "told_no": _told_no,
        "introduction_giver": _to_giver,
        "question": _question,
        "word": _word,
    }
    return {f"referral/{name}": partial(_call, write, policy) for name, write in table.items()}


def _call(write: _Write, policy: Policy, payload: Payload, now: datetime) -> Letter | None:
    return write(payload, now, policy)


def _told_yes(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """A yes the giver's story shows already: it was shown when it took effect, so nothing is left to ask (R7)."""
    row, at, index = request_behind(payload, now, policy)
    shown = at.disclosed(index, Role.GIVER, language=at.rows.giver.language)
    then = Role.RECEIVER if Kind(row.kind) in PERMISSIONS else Role.CLIENT
    carries = then in at.lives[index].carried
    more = {
        "kind": row.kind,
        "carries": carries,
        "since": at.lives[index].name_from,
        "zone": at.rows.giver.time_zone,
        "referrer": _referrer_name(row, at, index),
        "takes_part": row.takes_part,
    }
    return giver_letter("told_yes", at, index, shown, more, needed=carries)


def _referrer_name(row: Request, at: Scene, index: int) -> str:
    """The name of a referrer who answered, as the giver's book has it; empty where a party did."""
    kind = Kind(row.kind)
    return at.referrer(index, kind.asked, language=at.rows.giver.language).name if kind in PERMISSIONS else ""


def _told_no(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    row, at, index = request_behind(payload, now, policy)
    projection = at.projected(index, Role.GIVER)
    if Kind(row.kind) not in projection.told_no:
        return None
    shown = at.disclosed(index, Role.GIVER, language=at.rows.giver.language)
    referrer = _referrer_name(row, at, index)
    more = {"kind": row.kind, "private_reason": row.private_reason, "referrer": referrer}
    return giver_letter("told_no", at, index, shown, more)


def _to_giver(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    at, index = referral_behind(payload, now, policy)
    if at.projected(index, Role.GIVER).seen is not Seen.INTRODUCED:
        return None
    shown = at.disclosed(index, Role.GIVER, language=at.rows.giver.language)
    return giver_letter("introduction_giver", at, index, shown, {})


def _question(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    asked = Question.objects.select_related("referral").filter(uid=payload["question"]).first()
    if asked is None:
        return None
    at, index = at_row(asked.referral, now, policy)
    shown = at.disclosed(index, Role.GIVER, language=at.rows.giver.language)
    return giver_letter("question", at, index, shown, {"text": asked.text})


def _word(payload: Payload, now: datetime, policy: Policy) -> Letter | None:
    """Thanks, a first contact, news or an end, in the receiver's own words (R20–R23); an amount where they show it to
    the giver, and still do when it leaves (R26)."""
    word = Word.objects.select_related("referral", "ending").filter(uid=payload["word"]).first()
    if word is None or word.referral is None:
        return None
    at, index = at_row(word.referral, now, policy)
    shown = at.disclosed(index, Role.GIVER, language=at.rows.giver.language)
    if not shown.news:
        return None
    return giver_letter("word", at, index, shown, said_in(word))


def said_in(word: Word) -> Mapping[str, object]:
    """Return what a word told, as its letter needs it: of an end, which, what was said before, and the amount shown."""
    said: dict[str, object] = {name: getattr(word, name) for name in ("kind", "text", "apt", "better")}
    about = word.referral or word.outside
    end: Ending | None = getattr(word, "ending", None)
    if about is None or word.kind not in (OUTCOME, TAKEN_UP):
        return said
    outcome = end.outcome if end else about.outcome
    kept = [one.outcome.value for one in endings.before(about, end) if one.outcome] if end else []
    worth = endings.worth_shown(about) if end and end.amount_shown else None
    return {**said, "outcome": outcome, "corrects": bool(kept) and kept[-1] != outcome, "worth": worth}
