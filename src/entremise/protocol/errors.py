"""Refusals: what the protocol will not do, with the data a door needs to say why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entremise.protocol.types import Kind, Role


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a failure of the program
    """The rules refuse this act; nothing has changed."""


@dataclass(eq=False)
class NotNow(Refusal):
    """The act exists, but not in this stage (the state × event table has no such cell)."""

    stage: str
    act: str


@dataclass(eq=False)
class NotAsked(Refusal):
    """This person has no request of this kind, or it never left."""

    kind: Kind


@dataclass(eq=False)
class TooLate(Refusal):
    """The request's deadline has passed (R6)."""

    kind: Kind
    deadline: datetime


@dataclass(eq=False)
class Withdrawn(Refusal):
    """A yes that had taken effect was withdrawn; that is final (R9).

    Coming back would show everybody, by its delay, that somebody had been away (R7).
    """

    kind: Kind
    at: datetime


@dataclass(eq=False)
class AlreadyIntroduced(Refusal):
    """Both names are known to both; a yes can no longer be taken back (R9)."""

    at: datetime


@dataclass(eq=False)
class NothingToTell(Refusal):
    """Only a no can be told to the giver (R7)."""

    kind: Kind


@dataclass(eq=False)
class SamePerson(Refusal):
    """One person in two of the three roles, judged on what the giver typed (R1)."""

    first: Role
    second: Role
    why: str


@dataclass(eq=False)
class NotAReferral(Refusal):
    """The CARE test does not pass; nobody may be asked (R2, R3)."""

    verdict: str


@dataclass(eq=False)
class GivesTooMany(Refusal):
    """The giver's own limit of the day or the week is reached (R46)."""

    limit: int
    per: str
