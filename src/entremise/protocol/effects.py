"""What the shell must do after a decision. Each effect has one handler in the outbox's tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entremise.protocol.types import Kind, Role


@dataclass(frozen=True)
class Ask:
    """Deliver a request to the person it asks (R5, R6b)."""

    kind: Kind


@dataclass(frozen=True)
class Remind:
    """Put an open request to its person once more, in the same words (R6c)."""

    kind: Kind


@dataclass(frozen=True)
class Acknowledge:
    """Send the receipt of a yes, with the way to take it back (R6)."""

    kind: Kind
    hold_until: datetime


@dataclass(frozen=True)
class TellYes:
    """Let the giver know that a yes has taken effect (R7)."""

    kind: Kind


@dataclass(frozen=True)
class TellNo:
    """Let the giver know a no at once: its author asked for it (R7)."""

    kind: Kind


@dataclass(frozen=True)
class Introduce:
    """Release both introductions; one fact, one transaction (R9)."""


@dataclass(frozen=True)
class NotConcluded:
    """Send the one text that says no more than that (R7)."""

    to: Role


Effect = Ask | Remind | Acknowledge | TellYes | TellNo | Introduce | NotConcluded
