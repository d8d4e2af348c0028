"""What an asked person does through a link, or signed in: yes, no, take back, let know, ask, be left in peace."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from entremise.lib import journal, links
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.protocol import checklist
from entremise.protocol.checklist import Sheet
from entremise.protocol.errors import Refusal
from entremise.protocol.policy import Policy
from entremise.protocol.referral import LetKnow, Reply
from entremise.protocol.types import PERMISSIONS, Answer, How, Kind, Role
from entremise.referrals.actions import digits, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.limits import accepted_open
from entremise.referrals.actions.proofs import add_proof
from entremise.referrals.models import Part, Question, Refused, Request, Silence, Standing
from entremise.referrals.queries import permissions, refusals
from entremise.referrals.queries.behind import address_behind
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.refusals import ALL, GIVER, PERSON

SILENCE_PURPOSE = "silence"
TAKES_PART = {Kind.RECEIVER: Role.RECEIVER, Kind.NAME: Role.CLIENT}


class PartIncomplete(Refusal):
    """The person's own part lacks something that a yes needs (R16, R17)."""

    def __init__(self, fields: tuple[checklist.Field, ...]) -> None:
        super().__init__(*fields)
        self.fields = fields


class AcceptsTooMany(Refusal):
    """This receiver has as many accepted requests open as anybody may have (R46)."""


def say_yes(
    *,
    caller: Caller,
    sheet: Sheet | None,
    text: str,
    takes_part: bool = False,
    standing: bool | None = None,
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> None:
    """Record a yes with its proof and the person's own part; it takes effect after its hold (R6, R10, R17).

    `text` is the exact text that was shown. The same yes again, from two windows at once too, changes nothing but
    the part, and after the introduction, which has handed it over, not even that. A referrer says whether they take
    part (R39), and whether their permission is a `standing` one from now on (R38); None leaves that as it is. Raises
    Gone, WrongDigits, Paused, PartIncomplete, AcceptsTooMany and the refusals of the protocol.
    """
    row, how = _admit(caller, now=now, policy=policy)
    kind = Kind(row.kind)
    if kind in TAKES_PART:
        lacking = checklist.missing(sheet) if sheet else ()
        blocking = tuple(one.field for one in lacking if one.blocks)
        if sheet is None or blocking:
            raise PartIncomplete(blocking)
    with transaction.atomic():
        new_yes = _answer_before(row) != Answer.YES.value
        if new_yes and kind is Kind.RECEIVER and accepted_open(row.address_hash) >= policy.accepted_open:
            raise AcceptsTooMany
        event = Reply(kind, Answer.YES, how, takes_part and kind in PERMISSIONS)
        rows = steps.act(row.need_id, event, on=row.referral_id, now=now, chance=chance, policy=policy)
        introduced = rows.referrals[rows.index_of(row.referral_id)].introduced_at is not None
        if sheet is not None and kind in TAKES_PART and not introduced:
            keep_part(row, TAKES_PART[kind], sheet)
        _forget_refusals(row, now=now)
        if standing is not None:
            _keep_standing(row, standing, now=now)
        if new_yes:
            add_proof(row, said=Answer.YES, how=how, language=caller.language, text=text, now=now)


def allow_always(*, caller: Caller, standing: bool, now: datetime, policy: Policy) -> None:
    """Make a referrer's permission a standing one for this giver, or end that (R38); no answer changes.

    Raises Gone (also for anybody but a referrer), WrongDigits, Paused.
    """
    row, _how = _admit(caller, now=now, policy=policy)
    if Kind(row.kind) not in PERMISSIONS:
        raise steps.Gone
    with transaction.atomic():
        _keep_standing(row, standing, now=now)


def _keep_standing(row: Request, standing: bool, *, now: datetime) -> None:
    """Only a referrer's word counts; a permission refused to the giver is not a standing one."""
    mine = Standing.objects.filter(permissions.gave_standing({row.address_hash}), giver_id=row.need.giver_id)
    if not standing:
        mine.delete()
    elif Kind(row.kind) in PERMISSIONS and not mine.exists():
        whose = {"address_hash": row.address_hash, "given_by": row.address_hash}
        Standing.objects.create(giver_id=row.need.giver_id, **whose, at=now)


def say_no(
    *,
    caller: Caller,
    text: str,
    scope: str = "",
    tell: bool = False,
    reason: str = "",
    now: datetime,
    chance: Chance,
    policy: Policy,
) -> None:
    """Record a no, a take-back or a withdrawal (R6, R7, R9), quietly unless the person asked to `tell` the giver.

    `scope` is "" (this request), "giver" or "all" (R45). Raises Gone, WrongDigits, Paused and the refusals of
    the protocol.
    """
    row, how = _admit(caller, now=now, policy=policy)
    kind = Kind(row.kind)
    with transaction.atomic():
        new_no = _answer_before(row) != Answer.NO.value
        event = Reply(kind, Answer.NO, how)
        rows = steps.act(row.need_id, event, on=row.referral_id, now=now, chance=chance, policy=policy)
        _refuse(row, scope, giver_hash=rows.giver.address_hash, now=now)
        if scope and kind in PERMISSIONS:
            _keep_standing(row, standing=False, now=now)
        if kind is Kind.NAME:
            receiver = next(one for one in rows.referrals if one.pk == row.referral_id).receiver_hash
            remember_refusal(row.address_hash, PERSON, receiver, now=now)
        if new_no:
            add_proof(row, said=Answer.NO, how=how, language=caller.language, text=text, now=now)
        if tell:
            Request.objects.filter(pk=row.pk).update(private_reason=reason.strip()[:1000])
            steps.act(row.need_id, LetKnow(kind), on=row.referral_id, now=now, chance=chance, policy=policy)


def ask_question(*, caller: Caller, text: str, now: datetime, chance: Chance, policy: Policy) -> None:
    """Put the receiver's question to the giver (R6b); it is no answer and lengthens nothing.

    The same question that still waits for its answer is not put twice. Raises Gone (also for anybody but an asked
    receiver), WrongDigits, Paused, PartIncomplete for an empty text.
    """
    row, _how = _admit(caller, now=now, policy=policy)
    if row.kind != Kind.RECEIVER.value or now >= row.deadline:
        raise steps.Gone
    text = text.strip()[: policy.note_longest]
    if not text:
        raise PartIncomplete((checklist.Field.REASON,))
    with transaction.atomic():
        steps.hold_turn(row.need_id)
        if Question.objects.filter(referral_id=row.referral_id, text=text, answered_at=None).exists():
            return
        asked = Question.objects.create(uid=chance.uid(), referral_id=row.referral_id, text=text, asked_at=now)
        payload = {"question": asked.uid}
        enqueue(job="referral/question", key=f"question:{asked.uid}", payload=payload, due=now, now=now, chance=chance)


def recognise(*, caller: Caller, now: datetime, policy: Policy) -> None:
    """Return when the caller is the person asked, having decided nothing. Raises Gone, WrongDigits, Paused."""
    _admit(caller, now=now, policy=policy)


# -- peace ------------------------------------------------------------------------------------------


@transaction.atomic
def silence(*, token: str, quiet: bool, now: datetime) -> None:
    """Silence further mail to the address behind a link, or undo it (R6): it answers nothing. Raises Gone."""
    person = _behind(token)
    if quiet:
        Silence.objects.get_or_create(address_hash=person, defaults={"at": now})
    else:
        Silence.objects.filter(address_hash=person).delete()


def is_silenced(*, token: str) -> bool:
    """Tell whether further mail to the address behind a link is silenced; nothing changes. Raises Gone."""
    return refusals.is_silenced(_behind(token))


def silence_token(uid: str) -> str:
    """Return the one-click token of the mails about a request, a lead or a referral from outside: its uid, and a seal
    that only this site can make."""
    return f"{uid}{links.token(SILENCE_PURPOSE, uid, secret=links.site_secret())}"


_UID_LENGTH = 26


def _behind(token: str) -> str:
    uid = token[:_UID_LENGTH]
    person = address_behind(uid) if links.same(token, silence_token(uid)) else ""
    if not person:
        raise steps.Gone
    return person


# -- who may answer ---------------------------------------------------------------------------------


def _admit(caller: Caller, *, now: datetime, policy: Policy) -> tuple[Request, How]:
    """Return the request behind a link once its person has shown the digits, or their session does (R6)."""
    asked = Request.objects.filter(fingerprint=links.fingerprint(caller.token), mute=False, not_them_at=None)
    row = asked.first()
    if row is None:
        raise steps.Gone
    if caller.is_member(row.address_hash):
        return row, How.SESSION
    digits.check(row, caller, purpose=Purpose.REQUEST, now=now, policy=policy)
    return row, How.LINK


def _answer_before(row: Request) -> str:
    """Take the need's turn, and return what this request's answer is now that nobody else can change it."""
    steps.hold_turn(row.need_id)
    row.refresh_from_db(fields=["answer"])
    return row.answer


def keep_part(row: Request, role: Role, sheet: Sheet) -> None:
    """Keep a party's part of the checklist as they filled it in (R17)."""
    names = ("name", "details", "best_time", "reason", "booking", "budget")
    values = {name: getattr(sheet, name) for name in names}
    values["way"] = sheet.way.value if sheet.way else ""
    Part.objects.update_or_create(referral_id=row.referral_id, role=role.value, defaults=values)


def _refuse(row: Request, scope: str, *, giver_hash: str, now: datetime) -> None:
    if scope == ALL:
        remember_refusal(row.address_hash, ALL, "", now=now)
    elif scope == GIVER:
        remember_refusal(row.address_hash, GIVER, giver_hash, now=now)


def remember_refusal(own: str, scope: str, other: str, *, now: datetime) -> None:
    """Keep that the person behind a keyed hash wants to hear no more: from anybody, one giver, of one person (R45).

    What is refused is noted in the journal too, which no restored backup undoes.
    """
    _row, new = Refused.objects.get_or_create(address_hash=own, scope=scope, other=other, defaults={"at": now})
    if new and scope == ALL:
        journal.note(journal.Kind.REFUSED_ALL, key=own, at=now)
    elif new and scope == GIVER and other:
        journal.note(journal.Kind.REFUSED_GIVER, key=journal.joined(own, other), at=now)


def forget_refusals(
    own: str, *, others: Collection[str] | None = None, scopes: Collection[str] = (ALL, GIVER, PERSON), now: datetime
) -> None:
    """Take back what a person refused of these scopes, from these others or from everybody (R45)."""
    refused = Refused.objects.filter(address_hash=own, scope__in=scopes)
    rows = list(refused if others is None else refused.filter(other__in=others))
    Refused.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if row.scope in (ALL, GIVER):
            key = own if row.scope == ALL or not row.other else journal.joined(own, row.other)
            journal.note(journal.Kind.REFUSAL_TAKEN_BACK, key=key, at=now)


def refuse_again(own: str, *, other: str, now: datetime) -> None:
    """Keep once more what a line of the journal says was refused: a giver, or with an empty `other` everything."""
    scope = GIVER if other else ALL
    Refused.objects.get_or_create(address_hash=own, scope=scope, other=other, defaults={"at": now})


def take_back_again(own: str, *, other: str) -> None:
    """Take back once more what a line of the journal says was taken back."""
    Refused.objects.filter(address_hash=own, scope=GIVER if other else ALL, other=other).delete()


def _forget_refusals(row: Request, *, now: datetime) -> None:
    """A yes is the person's newest word: what they refused with an earlier no of this request is taken back."""
    if row.answer == Answer.NO.value:
        others = (row.referral.receiver_hash, row.need.giver.address_hash, "")
        forget_refusals(row.address_hash, others=others, now=now)
