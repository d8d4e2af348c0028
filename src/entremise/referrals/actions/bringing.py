"""Answers that a giver brings: through a link they carried, or said aloud to them (R6d, R8).

What is brought counts where the person has not spoken for themself; where it does not count nothing shows it, so
everything here answers in the same way (R7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.protocol import checklist
from entremise.protocol.checklist import Sheet
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Bring
from entremise.protocol.types import PERMISSIONS, Answer, How, Kind
from entremise.referrals.actions import digits, steps
from entremise.referrals.actions.answering import TAKES_PART, PartIncomplete, keep_part
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.proofs import add_proof
from entremise.referrals.models import Carried, Referral, Request
from entremise.referrals.queries.carrying import Asking, carried_page
from entremise.referrals.queries.keys import Purpose


class NotOpen(ValueError):  # noqa: N818 - named as the fact it states
    """Nothing can be brought for this question now: its time has not come, or has passed."""


class NotThen(ValueError):  # noqa: N818 - named as the fact it states
    """The conversation is said to have been held before the question was asked, or in the future."""


@dataclass(frozen=True, kw_only=True)
class Aloud:
    """What a person said aloud to the giver: the answer, in what kind of meeting, when; with a yes their part, or as a
    referrer that they take part (R39)."""

    answer: Answer
    meeting: str
    at: datetime
    sheet: Sheet | None = None
    takes_part: bool = False


def record_aloud(
    *, giver: MemberCard, asking: Asking, said: Aloud, note: str, now: datetime, chance: Chance, policy: Policy
) -> None:
    """Write down what was said aloud; a yes takes effect after the longest hold where a mail confirms it (R8).

    `note` says who, when and how, in the language of the text that was read out; both make the proof (R10). Raises
    Gone, NotOpen, NotThen, PartIncomplete.
    """
    row = Referral.objects.filter(uid=asking.uid, giver_id=giver.pk).first()
    if row is None:
        raise steps.Gone
    if not asking.is_open(now):
        raise NotOpen
    if said.at > now or said.at < row.created_at.replace(second=0, microsecond=0):  # people say the minute
        raise NotThen
    _refuse_incomplete(asking.kind, said.answer, said.sheet)
    text = f"{asking.statement.text(language=asking.language)}\n\n{note}"
    written, part = bool(asking.person.email), said.takes_part and asking.kind in PERMISSIONS
    event = Bring(asking.kind, said.answer, How.ALOUD, written=written, takes_part=part)
    bring(row, event, sheet=said.sheet, text=text, language=asking.language, now=now, chance=chance, policy=policy)


def answer_carried(
    *,
    caller: Caller,
    kind: Kind,
    answer: Answer,
    sheet: Sheet | None,
    takes_part: bool = False,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> None:
    """Take an answer given through a carried link, marked as such (R6d).

    It must be to the question the link shows: `kind`. Raises Gone, WrongDigits, Paused, NotOpen, PartIncomplete.
    """
    row = _admit(caller, now=now, policy=policy)
    page = carried_page(token=caller.token, now=now, language=caller.language, policy=policy)
    if page is None or page.statement is None:
        raise steps.Gone
    open_question = page.kind is kind and (page.may_say_yes or (page.may_say_no and answer is Answer.NO))
    if not open_question:
        raise NotOpen
    _refuse_incomplete(kind, answer, sheet)
    text = page.statement.text(language=caller.language)
    event = Bring(kind, answer, How.CARRIED, takes_part=takes_part and kind in PERMISSIONS)
    bring(row.referral, event, sheet=sheet, text=text, language=caller.language, now=now, chance=chance, policy=policy)


def open_carried(*, caller: Caller, now: datetime, policy: Policy) -> None:
    """Return when the digits are the carried link's, having decided nothing. Raises Gone, WrongDigits, Paused."""
    _admit(caller, now=now, policy=policy)


def _admit(caller: Caller, *, now: datetime, policy: Policy) -> Carried:
    row = Carried.objects.filter(fingerprint=links.fingerprint(caller.token)).select_related("referral").first()
    if row is None:
        raise steps.Gone
    digits.check(row, caller, purpose=Purpose.CARRIED, now=now, policy=policy)
    return row


def _refuse_incomplete(kind: Kind, answer: Answer, sheet: Sheet | None) -> None:
    """A yes needs the person's part, as it does through their own link (R16, R17)."""
    if answer is Answer.NO or kind not in TAKES_PART:
        return
    lacking = checklist.missing(sheet) if sheet else ()
    blocking = tuple(one.field for one in lacking if one.blocks)
    if sheet is None or blocking:
        raise PartIncomplete(blocking)


@transaction.atomic
def bring(
    row: Referral,
    event: Bring,
    *,
    sheet: Sheet | None,
    text: str,
    language: str,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> None:
    """Bring an answer, which counts where the person has not spoken for themself; with its part and its proof (R10)."""
    steps.hold_turn(row.need_id)
    before = _answered(row, event.kind)
    rows = steps.act(row.need_id, event, on=row.pk, now=now, chance=chance, policy=policy)
    if _answered(row, event.kind) == before:
        return
    asked = rows.current(rows.index_of(row.pk), event.kind)
    if sheet is not None and event.kind in TAKES_PART and event.answer is Answer.YES:
        keep_part(asked, TAKES_PART[event.kind], sheet)
    add_proof(asked, said=event.answer, how=event.how, language=language, text=text, now=now)


def _answered(row: Referral, kind: Kind) -> tuple[str, datetime | None] | None:
    """The newest answer to this kind of question up to this attempt: an earlier one's principle is this one's (R5)."""
    found = Request.objects.filter(need_id=row.need_id, referral__attempt__lte=row.attempt, kind=kind.value)
    if kind is not Kind.PRINCIPLE:
        found = found.filter(referral_id=row.pk)
    return found.order_by("-referral__attempt").values_list("answer", "answered_at").first()
