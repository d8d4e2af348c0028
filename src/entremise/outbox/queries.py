"""Reads of the outbox, where no address can be seen, and of the built-in mailbox, where all can."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from entremise.outbox.models import OPEN, Delivered, Message, State


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
    """Tell whether any message may be claimed at `now`."""
    return Message.objects.filter(state__in=OPEN, due_at__lte=now).exists()


def next_due() -> datetime | None:
    """Return the next instant at which a message may be claimed, None when nothing waits."""
    return Message.objects.filter(state__in=OPEN).order_by("due_at").values_list("due_at", flat=True).first()


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


def mail(uid: str) -> Mail | None:
    """Return one mail of the built-in mailbox, None when there is none under `uid`."""
    row = Delivered.objects.filter(uid=uid).first()
    return _mail(row) if row else None


def _mail(row: Delivered) -> Mail:
    return Mail(uid=row.uid, recipient=row.recipient, raw=bytes(row.raw), received_at=row.received_at)
