"""What may happen to a message: enqueued with an act, claimed by one worker, settled by that worker alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from django.conf import settings
from django.db import connection, transaction

from entremise.lib import bounces, links
from entremise.lib.chance import Chance
from entremise.lib.faults import whereabouts
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter, new_message_id
from entremise.lib.post import Deferred, Delivery, Lost, Refused, Sent, Taken
from entremise.outbox import queries
from entremise.outbox.models import OPEN, Delivered, Freeze, Message, Pulse, State

log = logging.getLogger("entremise.outbox")

Renderer: TypeAlias = Callable[[Mapping[str, JSON], datetime], Letter | None]

# Between one try and the next: seventy hours in all, just under three days.
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720, 720, 720, 720, 720))
LEASE = timedelta(minutes=5)
PULSE_EVERY = timedelta(seconds=15)
DROPPED_AT_THAW = "dropped at thaw"
_MAY_COME_BACK = (State.SENT, State.UNCERTAIN, State.SENDING)  # a report can be quicker than the worker's own note


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that one worker holds until its lease ends. `fence` proves the hold."""

    uid: str
    fence: int
    job: str
    attempts: int
    message_id: str
    letter: Letter


def enqueue(*, job: str, key: str, payload: Mapping[str, JSON], due: datetime, now: datetime, chance: Chance) -> None:
    """Make sure that one message `key` leaves at `due` or soon after; a second call changes nothing.

    Belongs to the caller's transaction: the act and its mail happen together or not at all. `payload`
    holds ids only.
    """
    row = Message(
        uid=chance.uid(),
        job=job,
        key=key,
        payload=dict(payload),
        message_id=new_message_id(chance),
        due_at=due,
        created_at=now,
    )
    Message.objects.bulk_create([row], ignore_conflicts=True)


def claim(
    *, now: datetime, lease: timedelta = LEASE, renderers: Mapping[str, Renderer], chance: Chance
) -> Claimed | None:
    """Take the message due longest, written from what is true at `now`; None when nothing is due, or all is frozen.

    The letter is written in the claiming transaction, so what the wall says then is what leaves (R4, R9).
    A renderer that returns None has said no: the message is dropped. One that raises is tried again later.
    Each message is handled in a transaction of its own.
    """
    while queries.waiting(now=now):
        claimed, more = _claim_one(now=now, lease=lease, renderers=renderers, chance=chance)
        if claimed or not more:
            return claimed
    return None


@transaction.atomic
def _claim_one(
    *, now: datetime, lease: timedelta, renderers: Mapping[str, Renderer], chance: Chance
) -> tuple[Claimed | None, bool]:
    """Return what was claimed, and whether a message was handled at all (False: others hold what is due)."""
    row = _next_row(now)
    if row is None:
        return None, False
    interrupted = row.state == State.SENDING
    taken = Message.objects.filter(pk=row.pk, fence=row.fence, state=row.state).update(
        state=State.SENDING, fence=row.fence + 1, attempts=row.attempts + 1, due_at=now + lease
    )
    if not taken:
        return None, True
    row.fence, row.attempts = row.fence + 1, row.attempts + 1
    if interrupted and row.attempts > len(PAUSES) + 1:
        _close(row, state=State.DEAD, kind="interrupted", now=now)
        return None, True
    letter = _write(row, now=now, renderers=renderers, chance=chance)
    if letter is None:
        return None, True
    return Claimed(
        uid=row.uid,
        fence=row.fence,
        job=row.job,
        attempts=row.attempts,
        message_id=row.message_id,
        letter=letter,
    ), True


def _next_row(now: datetime) -> Message | None:
    """Return the message due longest that nobody holds; locked where the database can lock a row."""
    due = Message.objects.filter(state__in=OPEN, due_at__lte=now).order_by("due_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return due.first()


def _write(row: Message, *, now: datetime, renderers: Mapping[str, Renderer], chance: Chance) -> Letter | None:
    """Return the letter of a claimed row; None when the row was dropped or put back instead."""
    try:
        with transaction.atomic():
            letter = renderers[row.job](row.payload, now)
    except Exception as problem:  # noqa: BLE001 - one job's fault must not stop the others; recorded and logged
        kind = f"renderer {type(problem).__name__}"
        log.error("could not write %s %s: %s", row.job, row.uid[:8], whereabouts(problem))
        _put_back(row, state=State.READY, kind=kind, now=now, chance=chance)
        return None
    if letter is None:
        _close(row, state=State.DROPPED, kind="", now=now)
    return letter


@transaction.atomic
def heartbeat(claimed: Claimed, *, now: datetime, lease: timedelta = LEASE) -> bool:
    """Renew the hold until `now` plus `lease`; False when somebody else has the message by now."""
    held = Message.objects.filter(uid=claimed.uid, fence=claimed.fence, state=State.SENDING)
    return held.update(due_at=now + lease) == 1


@transaction.atomic
def settle(claimed: Claimed, outcome: Delivery, *, now: datetime, chance: Chance) -> bool:
    """Write down how the try ended; False, and nothing written, when the hold was lost meanwhile.

    Sent closes the message; refused (5xx) closes it as failed; the rest is tried again under the same
    Message-ID after a growing pause, and given up after the last one.
    """
    held = Message.objects.filter(uid=claimed.uid, fence=claimed.fence, state=State.SENDING)
    if connection.features.has_select_for_update:
        held = held.select_for_update()
    row = held.first()
    if row is None:
        return False
    if isinstance(outcome, Taken):
        return False
    state, kind = _reading(outcome)
    if state in OPEN:
        _put_back(row, state=state, kind=kind, now=now, chance=chance)
    else:
        _close(row, state=state, kind=kind or row.last_error_kind, now=now)
    return True


def _reading(outcome: Sent | Refused | Deferred | Lost) -> tuple[State, str]:
    """Return where a try that ended so leaves the message, and the kind of failure to remember."""
    match outcome:
        case Sent():
            return State.SENT, ""
        case Refused(code):
            return State.DEAD, f"refused {code}"
        case Deferred(code):
            return State.READY, f"deferred {code}"
        case Lost(after_data=True):
            return State.UNCERTAIN, "lost after data"
        case Lost():
            return State.READY, "lost before data"
        case _:
            assert_never(outcome)


def _close(row: Message, *, state: State, kind: str, now: datetime) -> None:
    Message.objects.filter(pk=row.pk).update(state=state, last_error_kind=kind, settled_at=now)


def _put_back(row: Message, *, state: State, kind: str, now: datetime, chance: Chance) -> None:
    """Let the row wait for its pause, up to a tenth shorter so that tries spread; dead after the last."""
    if row.attempts > len(PAUSES):
        _close(row, state=State.DEAD, kind=kind, now=now)
        return
    pause = PAUSES[row.attempts - 1] * chance.uniform(0.9, 1.0)
    Message.objects.filter(pk=row.pk).update(state=state, last_error_kind=kind, due_at=now + pause)


@transaction.atomic
def come_back(*, came_to: Collection[str], status: str, now: datetime) -> bool:
    """Mark the message that came back to one of these addresses as failed for good; tell whether there was one (R18).

    An address that was not made here, a message not sent (any more), or known to have failed, change nothing.
    """
    address = str(settings.ENTREMISE.bounce_address)
    found = (bounces.message_behind(one, address=address, secret=links.site_secret()) for one in came_to if address)
    marked = 0
    for unique in filter(None, set(found)):
        sent = Message.objects.filter(message_id__startswith=f"<{unique}@", state__in=_MAY_COME_BACK)
        marked += sent.update(state=State.DEAD, last_error_kind=f"refused, came back {status}", settled_at=now)
    return marked > 0


def take_report(raw: bytes, *, recipient: str = "", now: datetime) -> bool:
    """Read a mail that came back; tell whether it was about a message of ours, which is then marked as failed (R18).

    `recipient` is the address it was delivered to, where the mail server told it apart from the mail.
    """
    report = bounces.read(raw)
    came_to = (*report.came_to, recipient.strip())
    return report.failed and come_back(came_to=came_to, status=report.status, now=now)


@transaction.atomic
def send_anew(*, key: str, now: datetime, chance: Chance) -> None:
    """Let a message that was sent, or failed, leave once more, as what is true then (R18).

    It is another mail: its Message-ID is new, so that what still comes back from the first says nothing about it.
    """
    done = Message.objects.filter(key=key).exclude(state__in=OPEN)
    done.update(state=State.READY, attempts=0, due_at=now, settled_at=None, message_id=new_message_id(chance))


@transaction.atomic
def keep_delivered(*, recipient: str, raw: bytes, now: datetime, chance: Chance, message_id: str = "") -> None:
    """Put a mail in the built-in mailbox of `recipient`, with the ids that the message of that Message-ID was about."""
    about = Message.objects.filter(message_id=message_id).values_list("payload", flat=True).first()
    Delivered.objects.create(uid=chance.uid(), recipient=recipient, raw=raw, about=about or {}, received_at=now)


@transaction.atomic
def erase_mails(pks: Collection[int]) -> int:
    """Erase these mails from the built-in mailbox (R45, R47, R48); return how many there were."""
    return Delivered.objects.filter(pk__in=list(pks)).delete()[0]


@transaction.atomic
def forget(*, before: datetime) -> int:
    """Erase messages closed, and built-in mails received, before that instant (R48); return how many."""
    closed, _ = Message.objects.filter(settled_at__lt=before).delete()
    mails, _ = Delivered.objects.filter(received_at__lt=before).delete()
    return closed + mails


def pulse(*, now: datetime) -> None:
    """Let the worker say that it lives; written every quarter of a minute at most, however often it is called."""
    row = Pulse.objects.filter(name=queries.WORKER).first()
    if row is None or not row.at <= now < row.at + PULSE_EVERY:
        with transaction.atomic():
            Pulse.objects.update_or_create(name=queries.WORKER, defaults={"at": now})


@transaction.atomic
def freeze(*, now: datetime, until_then: datetime | None = None) -> None:
    """Let nothing leave from now on until `thaw`. `until_then`: the restored backup's instant, remembered for then.

    A second freeze keeps the first one's instants.
    """
    Freeze.objects.get_or_create(name=queries.WORKER, defaults={"since": now, "until_then": until_then})


@transaction.atomic
def thaw(*, now: datetime, drop_overdue: bool) -> int:
    """Let mail leave again; return how many messages were dropped. Nothing happens where nothing is frozen.

    With `drop_overdue`, what should have left before the freeze is dropped: after a restore it has most likely left
    already, from the database that was lost.
    """
    frozen = Freeze.objects.filter(name=queries.WORKER).first()
    if frozen is None:
        return 0
    dropped = 0
    if drop_overdue:
        overdue = Message.objects.filter(state__in=OPEN, due_at__lte=frozen.since)
        dropped = overdue.update(state=State.DROPPED, last_error_kind=DROPPED_AT_THAW, settled_at=now)
    frozen.delete()
    return dropped


@transaction.atomic
def try_again(*, job: str, reason: str, now: datetime) -> int:
    """Put what was given up under this job and class of reason on its way once more; return how many.

    What a server refused for good stays refused: the same letter to the same address would meet the same answer.
    """
    if reason not in queries.WORTH_A_TRY:
        return 0
    dead = Message.objects.filter(state=State.DEAD, job=job).filter(queries.of_reason(reason))
    return dead.update(state=State.READY, attempts=0, due_at=now, settled_at=None)
