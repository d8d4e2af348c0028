"""After a backup is restored: refusals and erasures since, done again from the journal (R45, R47, R48)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from entremise.lib import journal, law
from entremise.lib.chance import Chance
from entremise.lib.journal import Entry, Kind
from entremise.referrals.actions import answering, leaving, rights


class Handler(Protocol):
    """Does an act of the journal again; does nothing where there is nothing to do it to, or it has been done."""

    def __call__(self, key: str, *, now: datetime, chance: Chance) -> None: ...


def _refused(key: str, *, now: datetime, chance: Chance) -> None:
    """Refuse again; one part refused everything, two a giver. The journal has its line already."""
    del chance  # nothing is drawn here
    own, *other = journal.parts(key)
    answering.refuse_again(own, other=other[0] if other else "", now=now)


def _taken_back(key: str, *, now: datetime, chance: Chance) -> None:
    del now, chance  # what is taken back has no instant of its own
    own, *other = journal.parts(key)
    answering.take_back_again(own, other=other[0] if other else "")


def _forgotten(key: str, *, now: datetime, chance: Chance) -> None:
    rights.forget_again(key, now=now, chance=chance, policy=law.policy())


def _left(key: str, *, now: datetime, chance: Chance) -> None:
    leaving.leave_again(key, now=now, chance=chance, policy=law.policy())


# Kind of line → the action that does it again. What time alone erases has no line: a restored database does it anew.
HANDLERS: Mapping[Kind, Handler] = {
    Kind.REFUSED_ALL: _refused,
    Kind.REFUSED_GIVER: _refused,
    Kind.REFUSAL_TAKEN_BACK: _taken_back,
    Kind.PERSON_FORGOTTEN: _forgotten,
    Kind.MEMBER_LEFT: _left,
}


@dataclass(frozen=True, kw_only=True)
class Again:
    """How many lines of each kind were done again, how many have no handler, how many could not be read."""

    done: Counter[str] = field(default_factory=Counter)
    unhandled: Counter[str] = field(default_factory=Counter)
    damaged: int = 0


def reapply(*, since: datetime, chance: Chance, handlers: Mapping[Kind, Handler] = HANDLERS) -> Again:
    """Do every act of the journal since that instant again, in their order, each at its own instant."""
    reading = journal.read()
    again = Again(damaged=reading.damaged)
    for entry in _since(reading.entries, since):
        handler = handlers.get(entry.kind)
        if handler is None:
            again.unhandled[entry.kind.value] += 1
            continue
        handler(entry.key, now=entry.at, chance=chance)
        again.done[entry.kind.value] += 1
    return again


def _since(entries: tuple[Entry, ...], since: datetime) -> list[Entry]:
    return [entry for entry in entries if entry.at >= since]
