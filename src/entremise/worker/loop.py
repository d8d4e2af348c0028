"""The worker: one loop, one message at a time.

    while not asked to stop:
        every quarter of a minute: say that it lives
        once a second: let each periodic job act on what has come due
        while something is due: claim it (the letter is written now), send it, settle how it went
        sleep until something may be due, a second at most

A job that fails is logged with its name, counted, and tried again; the loop goes on. When asked to stop it
finishes the message in hand, settles it and returns. Killed instead, it loses nothing: the message it held
becomes free when its lease ends and leaves again under the same Message-ID.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from entremise.lib import clock
from entremise.lib.chance import Chance, SystemChance
from entremise.lib.faults import whereabouts
from entremise.lib.mail import Unwritable, message_of
from entremise.lib.post import Delivery, Lost, Refused, Transport
from entremise.outbox import actions, queries
from entremise.outbox.actions import LEASE, Claimed, Renderer
from entremise.worker.jobs import PERIODIC, RENDERERS, Periodic
from entremise.worker.stopping import Stop, StopOnSignals
from entremise.worker.transports import chosen

log = logging.getLogger("entremise.worker")

Clock: TypeAlias = Callable[[], datetime]

_BEAT = 1.0  # seconds: the longest sleep, and how often periodic jobs run
_LONGEST_SULK = 30.0  # seconds between tries while the database is away
_SETTLING_TRIES = 6
_MANY_ROUNDS = 1000
_FROZEN = "the outbox is frozen: nothing is sent until `entremise outbox thaw`"


@dataclass(frozen=True, kw_only=True)
class Work:
    """Everything the loop works with; the defaults are the installation's own."""

    transport: Transport
    chance: Chance = field(default_factory=SystemChance)
    read_clock: Clock = clock.now
    renderers: Mapping[str, Renderer] = field(default_factory=lambda: RENDERERS)
    periodic: tuple[Periodic, ...] = PERIODIC
    lease: timedelta = LEASE


def main() -> int:
    """Work until SIGTERM or SIGINT; return the exit status."""
    chance = SystemChance()
    run(stop=StopOnSignals(), work=Work(transport=chosen(chance), chance=chance))
    return 0


def run(*, stop: Stop, work: Work, once: bool = False) -> Counter[str]:
    """Work until `stop` asks for the end, or, with `once`, until nothing is due; return what was done."""
    tally: Counter[str] = Counter()
    log.info("worker started")
    failures = 0
    while not stop.is_set():
        try:
            _renew_lines()
            _say_alive(work, tally)
            busy = _beat(stop=stop, work=work, tally=tally)
            failures = 0
        except (DatabaseError, InterfaceError) as problem:
            failures += 1
            tally["database away"] += 1
            log.error("database not usable: %s", whereabouts(problem))
            busy = False
        if once and not busy:
            break
        if not busy:
            stop.wait(_pause(work, failures=failures))
    _renew_lines()
    log.info("worker stopped: %s", dict(tally))
    return tally


def run_until_quiet(
    *,
    now: datetime,
    chance: Chance,
    transport: Transport,
    renderers: Mapping[str, Renderer] | None = None,
    periodic: tuple[Periodic, ...] | None = None,
) -> Counter[str]:
    """Do everything that is due at `now` and everything that makes due, in this thread; return what was done.

    Raises RuntimeError where the work never ends: a periodic job that always finds something to do.
    """
    work = Work(
        transport=transport,
        chance=chance,
        read_clock=lambda: now,
        renderers=RENDERERS if renderers is None else renderers,
        periodic=PERIODIC if periodic is None else periodic,
    )
    tally: Counter[str] = Counter()
    for _ in range(_MANY_ROUNDS):
        done = _run_periodic(work, tally)
        while _send_one(work, tally):
            done += 1
        if not done:
            return tally
    raise RuntimeError("the periodic jobs always find something to do")


def _beat(*, stop: Stop, work: Work, tally: Counter[str]) -> bool:
    """Run the periodic jobs, then send for about a second; tell whether there may be more to send."""
    _run_periodic(work, tally)
    until = time.monotonic() + _BEAT
    while not stop.is_set() and time.monotonic() < until:
        if not _send_one(work, tally):
            return False
    return True


def _say_alive(work: Work, tally: Counter[str]) -> None:
    """Leave the heartbeat that `/readyz` and `entremise doctor` look for; say when mail stops or starts leaving."""
    actions.pulse(now=work.read_clock())
    frozen = int(queries.frozen() is not None)
    if frozen != tally["frozen"]:
        tally["frozen"] = frozen
        log.warning("%s", _FROZEN if frozen else "the outbox is thawed: mail leaves again")


def _run_periodic(work: Work, tally: Counter[str]) -> int:
    done = 0
    for job in work.periodic:
        name = getattr(job, "__name__", "periodic job")
        try:
            count = job(work.read_clock(), work.chance)
        except Exception as problem:  # noqa: BLE001 - logged and counted; the others, and the mail, go on
            log.error("periodic job %s failed: %s", name, whereabouts(problem))
            tally[f"{name} failed"] += 1
        else:
            done += count
            tally[name] += count
    return done


def _send_one(work: Work, tally: Counter[str]) -> bool:
    """Claim, send and settle one message; False when nothing is due."""
    claimed = actions.claim(now=work.read_clock(), lease=work.lease, renderers=work.renderers, chance=work.chance)
    if claimed is None:
        return False
    outcome = _deliver(claimed, work)
    kept = _settle(claimed, outcome, work)
    tally[type(outcome).__name__.lower() if kept else "taken"] += 1
    log.info("%s %s try %d: %s", claimed.job, claimed.uid[:8], claimed.attempts, type(outcome).__name__)
    return True


def _deliver(claimed: Claimed, work: Work) -> Delivery:
    def alive() -> bool:
        try:
            return actions.heartbeat(claimed, now=work.read_clock(), lease=work.lease)
        except (DatabaseError, InterfaceError) as problem:
            log.error("could not renew the hold on %s %s: %s", claimed.job, claimed.uid[:8], whereabouts(problem))
            return False  # unsure of the hold is not holding: it leaves again when the lease has ended

    try:
        message = message_of(
            claimed.letter,
            message_id=claimed.message_id,
            from_address=str(settings.DEFAULT_FROM_EMAIL),
            date=work.read_clock(),
        )
        return work.transport.deliver(message, alive=alive)
    except Unwritable:
        return Refused(553)  # what a server would answer to such an address
    except Exception as problem:  # noqa: BLE001 - nobody knows how far it got: the safe reading is "uncertain"
        log.error("could not send %s %s: %s", claimed.job, claimed.uid[:8], whereabouts(problem))
        return Lost(after_data=True)


def _settle(claimed: Claimed, outcome: Delivery, work: Work) -> bool:
    """Settle, again and again while the database is away: a forgotten "sent" would be a second mail."""
    for attempt in range(_SETTLING_TRIES):
        try:
            return actions.settle(claimed, outcome, now=work.read_clock(), chance=work.chance)
        except (DatabaseError, InterfaceError) as problem:
            log.error("could not settle %s %s: %s", claimed.job, claimed.uid[:8], whereabouts(problem))
            if attempt + 1 == _SETTLING_TRIES:
                raise
            _renew_lines()
            time.sleep(2.0**attempt / 4)
    raise AssertionError("unreachable: the last try returns or raises")


def _pause(work: Work, *, failures: int) -> float:
    """Return how many seconds to sleep: a second at most, longer while the database is away."""
    if failures:
        return float(min(_LONGEST_SULK, _BEAT * 2 ** min(failures - 1, 5)))
    try:
        due = queries.next_due()
    except (DatabaseError, InterfaceError):
        return _BEAT
    if due is None:
        return _BEAT
    return min(_BEAT, max(0.01, (due - work.read_clock()).total_seconds()))


def _renew_lines() -> None:
    """Close the lines to the database that broke or grew old; inside a caller's transaction they are the caller's."""
    for line in connections.all(initialized_only=True):
        if not line.in_atomic_block:
            line.close_if_unusable_or_obsolete()
