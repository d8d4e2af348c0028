"""Reads of the outbox, where no address can be seen, and of the built-in mailbox, where all can."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default as default_policy
from enum import StrEnum

from django.db.models import Count, Exists, Max, Min, Q
from django.db.models.functions import TruncDate

from entremise.outbox.models import OPEN, Delivered, Freeze, Message, Pulse, State

WORKER = "worker"
ALIVE_FOR = timedelta(minutes=5)  # longer than the longest conversation with a mail server
STUCK_AFTER = timedelta(minutes=15)


class Reason(StrEnum):
    """Why mail is in trouble, as a class: nothing of a server's words, which may hold an address."""

    REFUSED = "refused"
    DEFERRED = "deferred"
    LOST = "lost"
    UNWRITTEN = "unwritten"


_SAID: dict[str, tuple[str, ...]] = {
    Reason.REFUSED: ("refused",),
    Reason.DEFERRED: ("deferred",),
    Reason.LOST: ("lost", "interrupted"),
    Reason.UNWRITTEN: ("renderer",),
}
WORTH_A_TRY = frozenset({Reason.DEFERRED.value, Reason.LOST.value, Reason.UNWRITTEN.value})


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A message that did not get through at the first try, without a word about whom it is for."""

    uid: str
    job: str
    key: str
    state: str
    attempts: int
    error_kind: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Group:
    """Mail in trouble of one job for one class of reason: how many, since when, given up or still tried."""

    job: str
    reason: str
    given_up: bool
    count: int
    since: datetime

    @property
    def worth_a_try(self) -> bool:
        """Whether trying once more may end otherwise."""
        return self.given_up and self.reason in WORTH_A_TRY


@dataclass(frozen=True, kw_only=True)
class Health:
    """How the outbox does: when the worker last lived, since when all is frozen, since when the oldest is overdue."""

    pulse_at: datetime | None
    frozen_since: datetime | None
    overdue_since: datetime | None
    now: datetime

    @property
    def worker_lives(self) -> bool:
        """Whether the worker said so lately."""
        return self.pulse_at is not None and self.now - self.pulse_at <= ALIVE_FOR

    @property
    def stuck(self) -> bool:
        """Whether something should have been tried long ago and nothing holds it back."""
        late = self.overdue_since is not None and self.now - self.overdue_since > STUCK_AFTER
        return late and self.frozen_since is None


@dataclass(frozen=True, kw_only=True)
class Box:
    """One recipient's mails in the built-in mailbox: how many, and when the last one came."""

    recipient: str
    count: int
    latest: datetime


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail in the built-in mailbox: the bytes its recipient received."""

    uid: str
    recipient: str
    raw: bytes
    received_at: datetime


def counts() -> dict[str, int]:
    """Return how many messages are in each state, zeros included."""
    found = dict(Message.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {state.value: found.get(state.value, 0) for state in State}


def waiting(*, now: datetime) -> bool:
    """Tell whether any message may be claimed at `now`; none may while the outbox is frozen."""
    return Message.objects.filter(~Exists(Freeze.objects.all()), state__in=OPEN, due_at__lte=now).exists()


def frozen() -> tuple[datetime, datetime | None] | None:
    """Return since when nothing leaves, and the restored backup's instant if there is one; None when mail leaves."""
    return Freeze.objects.filter(name=WORKER).values_list("since", "until_then").first()


def overdue(*, by: datetime) -> int:
    """Return how many messages that wait should have left by then."""
    return Message.objects.filter(state__in=OPEN, due_at__lte=by).count()


def health(*, now: datetime) -> Health:
    """Return how the outbox does at `now`."""
    stopped = frozen()
    return Health(
        pulse_at=Pulse.objects.filter(name=WORKER).values_list("at", flat=True).first(),
        frozen_since=stopped[0] if stopped else None,
        overdue_since=Message.objects.filter(state__in=OPEN, due_at__lte=now).aggregate(at=Min("due_at"))["at"],
        now=now,
    )


def of_reason(reason: str) -> Q:
    """Return the condition under which a message failed for this class of reason."""
    found = Q()
    for word in _SAID[reason]:
        found |= Q(last_error_kind__startswith=word)
    return found


def trouble_by_kind() -> list[Group]:
    """Return the mail in trouble by job and class of reason, what was given up first; no address can be seen (R46)."""
    groups: dict[tuple[bool, str, str], list[datetime]] = {}
    for one in in_trouble():
        groups.setdefault((one.state == State.DEAD, one.job, _reason(one.error_kind)), []).append(one.since)
    return [
        Group(job=job, reason=reason, given_up=given_up, count=len(since), since=min(since))
        for (given_up, job, reason), since in sorted(groups.items(), key=lambda item: (not item[0][0], item[0][1:]))
    ]


def _reason(kind: str) -> str:
    return next((reason for reason, words in _SAID.items() if kind.startswith(words)), Reason.UNWRITTEN.value)


def given_up_by_day(*, since: datetime) -> list[tuple[date, int]]:
    """Return on which days (UTC) since then mail was given up, and how much, newest first."""
    rows = Message.objects.filter(state=State.DEAD, settled_at__gte=since)
    return list(rows.annotate(day=TruncDate("settled_at")).values_list("day").annotate(n=Count("pk")).order_by("-day"))


def next_due() -> datetime | None:
    """Return the next instant at which a message may be claimed, None when nothing waits or all is frozen."""
    free = Message.objects.filter(~Exists(Freeze.objects.all()), state__in=OPEN)
    return free.order_by("due_at").values_list("due_at", flat=True).first()


def _troubles(**narrowed: object) -> list[Trouble]:
    rows = Message.objects.filter(**narrowed).exclude(last_error_kind="").order_by("created_at", "pk")
    return [
        Trouble(
            uid=row.uid,
            job=row.job,
            key=row.key,
            state=row.state,
            attempts=row.attempts,
            error_kind=row.last_error_kind,
            since=row.created_at,
        )
        for row in rows
    ]


def in_trouble() -> list[Trouble]:
    """Return the messages that failed for good or are being tried again, oldest first."""
    return _troubles(state__in=[State.DEAD, *OPEN])


def failed_for(keys: Collection[str]) -> list[Trouble]:
    """Return those of `keys` that will never be sent because they failed: what a screen must not hide."""
    return _troubles(state=State.DEAD, key__in=list(keys))


def may_have_left(key: str) -> bool:
    """Tell, while a message is being written, whether an earlier try may have delivered it, settled or not."""
    return Message.objects.filter(key=key, attempts__gt=1).exists()


def boxes() -> list[Box]:
    """Return the recipients of the built-in mailbox, whoever received last first."""
    rows = Delivered.objects.values("recipient").annotate(n=Count("pk"), latest=Max("received_at"))
    return [
        Box(recipient=row["recipient"], count=row["n"], latest=row["latest"])
        for row in rows.order_by("-latest", "recipient")
    ]


def mails(recipient: str) -> list[Mail]:
    """Return what `recipient` received in the built-in mailbox, newest first."""
    return [_mail(row) for row in Delivered.objects.filter(recipient=recipient).order_by("-received_at", "-pk")]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A mail in the built-in mailbox without its text: whose it is, and the ids it was written from."""

    pk: int
    recipient: str
    ids: frozenset[str]


def kept() -> list[Kept]:
    """Return every mail of the built-in mailbox, without its text."""
    rows = Delivered.objects.order_by("pk").values_list("pk", "recipient", "about")
    return [
        Kept(pk=pk, recipient=recipient, ids=frozenset(one for one in about.values() if isinstance(one, str)))
        for pk, recipient, about in rows
    ]


def about(ids: Collection[str]) -> list[Kept]:
    """Return the mails of the built-in mailbox that were written from any of these ids."""
    return [mail for mail in kept() if not mail.ids.isdisjoint(ids)]


def texts(pks: Collection[int]) -> dict[int, str]:
    """Return what these mails of the built-in mailbox say, subject and text, in single spaces, by their keys."""
    rows = Delivered.objects.filter(pk__in=list(pks)).values_list("pk", "raw")
    return {pk: _said_in(bytes(raw)) for pk, raw in rows}


def _said_in(raw: bytes) -> str:
    message = message_from_bytes(raw, policy=default_policy)
    body = message.get_body(("plain",))
    return " ".join(f"{message['From']} {message['Subject']} {body.get_content() if body else ''}".split())


def mail(uid: str) -> Mail | None:
    """Return one mail of the built-in mailbox, None when there is none under `uid`."""
    row = Delivered.objects.filter(uid=uid).first()
    return _mail(row) if row else None


def _mail(row: Delivered) -> Mail:
    return Mail(uid=row.uid, recipient=row.recipient, raw=bytes(row.raw), received_at=row.received_at)
