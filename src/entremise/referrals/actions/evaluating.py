"""Asking the three of an introduction, when the trade's time has come, whether it was a good match (R14)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.lib.faults import whereabouts
from entremise.outbox.actions import enqueue
from entremise.protocol import evaluation
from entremise.protocol.evaluation import Judgement
from entremise.protocol.policy import Policy
from entremise.protocol.types import Kind, Role
from entremise.referrals.actions import digits, gratitude, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.models import Evaluation, Moment, Referral, Request
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.refusals import refused_by
from entremise.referrals.queries.rows import Rows

log = logging.getLogger("entremise.referrals")

OF_PARTIES = {Role.RECEIVER: Kind.RECEIVER, Role.CLIENT: Kind.NAME}
_AT_ONCE = 100
_REST = timedelta(minutes=10)
_LONGEST = 2000


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Somebody to ask."""

    role: Role
    address: str
    address_hash: str
    language: str


def ask_due(*, now: datetime, chance: Chance, policy: Policy) -> int:
    """Ask about every introduction whose time has come by `now`; return how many (R14).

    Each is a transaction of its own; one that fails is logged by the head of its uid, and rests a while.
    """
    due = Referral.objects.filter(evaluation_due__lte=now).order_by("evaluation_due")
    done = 0
    for pk, need_pk, uid in list(due.values_list("pk", "need_id", "uid")[:_AT_ONCE]):
        try:
            done += _ask(need_pk, pk, now=now, chance=chance, policy=policy)
        except Exception as problem:  # noqa: BLE001 - one referral's fault must not stop the others; logged
            log.error("evaluation of %s could not be asked, and rests for %s: %s", uid[:8], _REST, whereabouts(problem))
            Referral.objects.filter(pk=pk).update(evaluation_due=now + _REST)
    return done


@transaction.atomic
def _ask(need_pk: int, referral_pk: int, *, now: datetime, chance: Chance, policy: Policy) -> int:
    """Ask each of the three once; return 1, or 0 where somebody else was quicker."""
    rows = steps.take_turn(need_pk)
    index = rows.index_of(referral_pk)
    referral = rows.referrals[index]
    if referral.evaluation_due is None or referral.evaluation_due > now:
        return 0
    for one in _to_ask(rows, index):
        uid = chance.uid()
        Evaluation.objects.create(
            uid=uid,
            fingerprint=links.fingerprint(token(uid)),
            referral=referral,
            role=one.role.value,
            address=one.address,
            address_hash=one.address_hash,
            language=one.language,
            asked_at=now,
            deadline=evaluation.deadline(now, policy=policy),
        )
        key = f"evaluation:{uid}"
        enqueue(job="referral/evaluation", key=key, payload={"evaluation": uid}, due=now, now=now, chance=chance)
    Referral.objects.filter(pk=referral_pk).update(evaluation_due=None)
    return 1


def _to_ask(rows: Rows, index: int) -> Iterator[_Asked]:
    """The giver, and the parties who can be written to and have refused neither the giver nor everything (R45).

    Nobody is asked for the first time here: they answered before, so no law forbids to ask.
    """
    giver = rows.giver
    yield _Asked(role=Role.GIVER, address=giver.email, address_hash=giver.address_hash, language=giver.language)
    requests = {role: rows.current(index, kind) for role, kind in OF_PARTIES.items()}
    peace = refused_by({row.address_hash for row in requests.values()}, giver_hash=giver.address_hash)
    for role, row in requests.items():
        if _reachable(row) and row.address_hash not in peace:
            language = row.language or giver.language
            yield _Asked(role=role, address=row.address, address_hash=row.address_hash, language=language)


def _reachable(row: Request) -> bool:
    """Without an address (telephone only, or forgotten since) what they would say stays unknown (R14)."""
    return bool(row.address) and not row.mute and row.not_them_at is None


def token(uid: str) -> str:
    """Return the token of an evaluation's link, derived anew each time (R6)."""
    return keys.token(Purpose.EVALUATION, uid)


def code(uid: str) -> str:
    """Return the four digits printed beside that link (R6)."""
    return keys.digits(Purpose.EVALUATION, uid)


# -- answering --------------------------------------------------------------------------------------


def answer(*, caller: Caller, said: Judgement, now: datetime, chance: Chance, policy: Policy) -> None:
    """Keep what somebody says of the match, in place of what they said before (R14).

    How it ended is kept as the receiver's own word (R21), or, from the client or the giver, beside it: then only the
    giver sees it, and only while the receiver has said nothing. Raises Gone after the deadline, WrongDigits, Paused.
    """
    row = _admit(caller, now=now, policy=policy)
    referral = row.referral
    assert referral is not None
    with transaction.atomic():
        steps.hold_turn(referral.need_id)
        row.refresh_from_db()
        role = Role(row.role)
        if row.answered_at is None:
            _remember(referral, "evaluated", role, now=now)
        if said.outcome is not None and not row.outcome:
            _remember(referral, "end_said", role, now=now)
        keep(row, said, giver=role is Role.GIVER, now=now)
        referral.refresh_from_db()
        if role is Role.RECEIVER and said.outcome is not None and not referral.outcome:
            # They have just been let in here; that their own session stands for the digits says as much there.
            same = Caller(token=_news_token(referral), member_hash=referral.receiver_hash, language=caller.language)
            gratitude.close(caller=same, outcome=said.outcome, said=Said(), now=now, chance=chance, policy=policy)


def _news_token(referral: Referral) -> str:
    return keys.token(Purpose.NEWS, referral.uid)


def _admit(caller: Caller, *, now: datetime, policy: Policy) -> Evaluation:
    """Return the evaluation behind a link, once its person has shown the digits or their session does (R6)."""
    found = Evaluation.objects.filter(fingerprint=links.fingerprint(caller.token), deadline__gt=now)
    row = found.select_related("referral").first()
    if row is None or row.referral is None:
        raise steps.Gone
    if not caller.is_member(row.address_hash):
        digits.check(row, caller, purpose=Purpose.EVALUATION, now=now, policy=policy)
    return row


def keep(row: Evaluation, said: Judgement, *, giver: bool, now: datetime) -> None:
    """Write down what was answered; the two last questions are the giver's alone."""
    row.match, row.bonds, row.answered_at = said.match.value, said.bonds.value, now
    row.outcome = said.outcome.value if said.outcome else row.outcome
    row.words = said.words.strip()[:_LONGEST]
    if giver:
        row.again_receiver = said.again_receiver.value if said.again_receiver else ""
        row.again_client = said.again_client.value if said.again_client else ""
    fields = ["match", "bonds", "answered_at", "outcome", "words", "again_receiver", "again_client"]
    row.save(update_fields=fields)


def _remember(referral: Referral, what: str, by: Role, *, now: datetime) -> None:
    Moment.objects.create(need_id=referral.need_id, attempt=referral.attempt, what=what, by=by.value, at=now)
