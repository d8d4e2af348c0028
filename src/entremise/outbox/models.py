"""Tables of what must be sent, and of what the built-in mailbox received."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """Where one message stands."""

    READY = "ready", "waits for its moment, or for the next try"
    SENDING = "sending", "a worker holds it until its lease ends"
    SENT = "sent", "the server accepted it"
    DROPPED = "dropped", "when it was to leave, the wall said no"
    DEAD = "dead", "refused for good, or tried long enough"
    UNCERTAIN = "uncertain", "the line broke after the text had left; to be sent again, same Message-ID"


OPEN = (State.READY, State.SENDING, State.UNCERTAIN)


class Message(models.Model):
    """To be sent once. Holds ids only: what it says is written when it leaves, from what is true then."""

    uid = models.CharField(max_length=26, unique=True)
    job = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField()
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    # The next instant at which a worker may take it: its date, the end of a pause, or the end of a lease.
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    # Raised by every claim: whoever comes back with an older number has lost the message to somebody else.
    fence = models.BigIntegerField(default=0)
    last_error_kind = models.CharField(max_length=60, default="", blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="outbox_message_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, settled_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(settled_at__isnull=False)),
                name="outbox_message_settled_when_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="outbox_message_open_due", condition=Q(state__in=OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.uid} {self.state}"


class Delivered(models.Model):
    """A mail in the built-in mailbox, as its recipient received it; `about` holds the ids it was written from."""

    uid = models.CharField(max_length=26, unique=True)
    recipient = models.CharField(max_length=254)
    raw = models.BinaryField()
    about = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["recipient", "-received_at"], name="outbox_delivered_recipient")]

    def __str__(self) -> str:
        return self.uid


class Pulse(models.Model):
    """That the worker lives: the newest instant at which it said so. One row."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Freeze(models.Model):
    """While there is a row, nothing leaves. `until_then` is the backup's instant where one was restored."""

    name = models.CharField(max_length=20, unique=True)
    since = models.DateTimeField()
    until_then = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
