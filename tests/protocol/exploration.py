"""Every history of one need within a small clock, lived through, and what must be true in each.

The clock is abstract: a window is a day, a hold six hours, the longest hold twelve, and people act on a grid of six
hours. Within a `Scope` every history is explored, breadth first: every yes at every instant, every change of mind,
every told no, every stop, people who may not be written to, a second attempt after a stop. Each world is seen by its
observers, and what they see must be a function of what they did, of the disclosures that were due to them, and of
the time (see the wall): two histories that differ in a quiet cause only are then alike to everybody else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from entremise.protocol import need, wall
from entremise.protocol.consent import Request, State
from entremise.protocol.errors import Withdrawn
from entremise.protocol.referral import Bring, Event, LetKnow, Referral, Reply, Send, Stage, Stop
from entremise.protocol.types import PERMISSIONS, Answer, How, Kind, Role
from entremise.protocol.windows import shown_until
from tests.protocol.claims import (
    ENDED,
    FOREVER,
    OF_ONE_ATTEMPT,
    POLICY,
    START,
    STEP,
    Claims,
    Entry,
    Explored,
    Logs,
    Observer,
    World,
    author,
    hearers,
    own_request,
)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What may happen. `turns` bounds the acts of a history other than a person's first yes."""

    name: str
    permissions: frozenset[Kind] = frozenset()
    attempts: int = 1
    turns: int = 2
    hows: tuple[How, ...] = (How.LINK,)
    let_know: bool = False
    silenced: tuple[frozenset[Role], ...] = (frozenset(),)
    pace: timedelta = STEP
    brings: tuple[How, ...] = ()
    carried: frozenset[Role] = frozenset()


class Exploration:
    """The exhaustive walk through one scope. `run` raises BrokenClaim at the first claim that fails."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.claims = Claims(attempts=scope.attempts, permissions=scope.permissions)

    def run(self) -> Explored:
        found = self.claims.found
        waiting = deque(self._beginnings())
        known = set(waiting)
        while waiting:
            world = waiting.popleft()
            found.worlds += 1
            self.claims.check(world)
            for following in self._moves(world):
                found.moves += 1
                if following not in known:
                    known.add(following)
                    waiting.append(following)
        return found

    # -- moves --------------------------------------------------------------------------------------

    def _beginnings(self) -> Iterator[World]:
        for silenced in self.scope.silenced:
            draft = Referral(
                need_until=START + FOREVER,
                permissions=self.scope.permissions,
                silenced=silenced,
                carried=self.scope.carried,
            )
            world = World((draft,), START, tuple(() for _ in self.claims.observers))
            yield self._act(world, Send(), 0)

    def _moves(self, world: World) -> Iterator[World]:
        due = need.next_due(world.attempts, policy=POLICY)
        if due is None:
            return
        for index, event in self._possible(world):
            with suppress(Withdrawn):
                yield self._act(world, event, index)
        if len(world.attempts) < self.scope.attempts and world.attempts[-1].stopped_at == world.now:
            yield self._another(world)
        yield self._wait(world, min(due, world.now + self.scope.pace) if self._lively(world) else due)

    def _possible(self, world: World) -> Iterator[tuple[int, Event]]:
        left = self.scope.turns - world.turns
        introduced = any(attempt.stage is Stage.INTRODUCED for attempt in world.attempts)
        for index, attempt in enumerate(world.attempts):
            for kind in Kind:
                request = own_request(attempt, kind)
                past = kind in (Kind.PRINCIPLE, Kind.CLIENT_PERMISSION) and introduced
                if request is not None and attempt.stage is not Stage.INTRODUCED and not past:
                    yield from ((index, event) for event in self._answers(request, world.now, left))
        last = len(world.attempts) - 1
        if left and self.scope.brings:
            yield from ((last, event) for event in self._brought(world, last))
        if left and world.attempts[last].stage not in ENDED and world.attempts[last].stopped_at is None:
            yield last, Stop()

    def _brought(self, world: World, last: int) -> Iterator[Event]:
        """What the giver may bring, going by what the giver sees and nothing else."""
        attempt = need.shared(world.attempts, last, policy=POLICY)
        kind = CARRIES.get(wall.project(attempt, observer=Role.GIVER, policy=POLICY).seen)
        until = shown_until(attempt, kind, policy=POLICY) if kind else None
        starts = attempt.name_from if kind is Kind.NAME else None
        if kind and until and world.now < until and (starts is None or starts <= world.now):
            yield from (Bring(kind, answer, how) for how in self.scope.brings for answer in Answer)

    def _answers(self, request: Request, now: datetime, left: int) -> Iterator[Event]:
        if request.state is State.OPEN and now < request.deadline:
            parts = (False, True) if request.kind in PERMISSIONS else (False,)
            yield from (Reply(request.kind, Answer.YES, how, part) for how in self.scope.hows for part in parts)
        if not left:
            return
        if request.answer is Answer.NO:
            if now < request.deadline:
                yield Reply(request.kind, Answer.YES)
            if self.scope.let_know and request.told_at is None:
                yield LetKnow(request.kind)
        elif request.stands or now < request.deadline:
            yield Reply(request.kind, Answer.NO)

    def _lively(self, world: World) -> bool:
        """Whether somebody may still answer; else nothing new happens before the next instant that is due."""
        return any(
            request.state is State.HELD or (world.now < request.deadline and not request.stands)
            for attempt in world.attempts
            for kind in Kind
            if (request := own_request(attempt, kind)) is not None
        )

    def _act(self, world: World, event: Event, index: int) -> World:
        moved = need.act(world.attempts, event, on=index, now=world.now, policy=POLICY)
        self.claims.check_event(world, event, index, moved.attempts)
        free = isinstance(event, Send) or (
            isinstance(event, Reply)
            and event.answer is Answer.YES
            and (before := world.attempts[index].request(event.kind)) is not None
            and before.answer is None
        )
        logged = self.claims.log(world.logs, author(event, index), Entry(world.now, index, event))
        if isinstance(event, Bring) and _answer(world.attempts[index], event) != _answer(moved.attempts[index], event):
            asked = Observer(event.kind.asked, index if event.kind.asked in OF_ONE_ATTEMPT else None)
            logged = self.claims.log(logged, asked, Entry(world.now, index, event))
        return self._after(world, moved, world.now, logs=logged, turns=world.turns + (not free))

    def _another(self, world: World) -> World:
        last = world.attempts[-1]
        draft = Referral(
            need_until=last.need_until,
            permissions=self.scope.permissions,
            principle=last.principle,
            permission_c=last.permission_c,
            asked_before=Kind.CLIENT_PERMISSION in self.scope.permissions,
            begun_at=world.now,
            silenced=last.silenced,
            carried=self.scope.carried,
        )
        return self._act(replace(world, attempts=(*world.attempts, draft)), Send(), len(world.attempts))

    def _wait(self, world: World, until: datetime) -> World:
        moved = need.pass_time(world.attempts, now=until, policy=POLICY)
        return self._after(world, moved, until, logs=world.logs, turns=world.turns)

    def _after(self, before: World, moved: need.Moved, now: datetime, *, logs: Logs, turns: int) -> World:
        for index, effect in moved.effects:
            for observer in hearers(effect, moved.attempts[index], index):
                logs = self.claims.log(logs, observer, Entry(now, index, effect))
        after = World(moved.attempts, now, logs, turns)
        self.claims.check_step(before, after, moved.effects)
        return after


def _answer(attempt: Referral, event: Bring) -> tuple[Answer | None, datetime | None]:
    request = attempt.request(event.kind)
    return (request.answer, request.answered_at) if request else (None, None)


CARRIES = {
    wall.Seen.ASKING_RECEIVER: Kind.RECEIVER,
    wall.Seen.ASKING_CLIENT: Kind.PRINCIPLE,
    wall.Seen.CLIENT_AGREED: Kind.NAME,
}
SILENCED = (frozenset[Role](), frozenset({Role.RECEIVER}), frozenset({Role.CLIENT}))
NO_REFERRER = (frozenset[Role](), frozenset({Role.REFERRER}))
ONE_SIDE, BOTH_SIDES = frozenset({Kind.PERMISSION}), frozenset(PERMISSIONS)
CLIENTS = frozenset({Kind.CLIENT_PERMISSION})
DAY = 4 * STEP
BOTH = frozenset({Role.RECEIVER, Role.CLIENT})
SCOPES = (
    Scope(name="one attempt, every instant", turns=1, let_know=True, silenced=SILENCED),
    Scope(name="one attempt, every change of mind", turns=3, let_know=True, pace=2 * STEP),
    Scope(name="one attempt, answers given aloud", turns=1, hows=(How.LINK, How.ALOUD), pace=2 * STEP),
    Scope(name="a referrer asked first", permissions=ONE_SIDE, turns=2, silenced=NO_REFERRER, pace=DAY),
    Scope(name="a referrer asked on each side", permissions=BOTH_SIDES, turns=1, silenced=NO_REFERRER, pace=DAY),
    Scope(name="one attempt, answers brought by the giver", turns=2, brings=(How.ALOUD,), pace=DAY),
    Scope(name="two attempts", attempts=2, turns=2, let_know=True, silenced=SILENCED, pace=DAY),
    Scope(name="two attempts, a referrer asked each time", permissions=ONE_SIDE, attempts=2, turns=1, pace=DAY),
    Scope(name="two attempts, the client's referrer asked once", permissions=CLIENTS, attempts=2, turns=2, pace=DAY),
    Scope(name="two attempts, carried", attempts=2, turns=2, brings=(How.CARRIED,), carried=BOTH, pace=DAY),
    Scope(name="two attempts, after a change of mind", attempts=2, turns=3, pace=DAY),
)
DEEP = (
    Scope(name="one attempt", turns=3, let_know=True, silenced=SILENCED),
    Scope(name="one attempt, answers given aloud", turns=2, hows=(How.LINK, How.ALOUD), pace=2 * STEP),
    Scope(name="a referrer asked first", permissions=ONE_SIDE, turns=2, let_know=True, silenced=NO_REFERRER),
    Scope(name="a referrer asked on each side", permissions=BOTH_SIDES, turns=2, let_know=True, pace=DAY),
    Scope(name="two attempts", attempts=2, turns=2, let_know=True, silenced=SILENCED, pace=2 * STEP),
    Scope(name="two attempts, after many changes of mind", attempts=2, turns=4, let_know=True, pace=DAY),
    Scope(name="three attempts", attempts=3, turns=3, let_know=True, pace=DAY),
)


def explore(scope: Scope) -> Explored:
    """Return what was found in `scope`. Raises BrokenClaim at the first claim that fails."""
    return Exploration(scope).run()


def told(scope: Scope, found: Explored) -> str:
    """Return one line about an exploration."""
    return (
        f"{scope.name}: {found.worlds} worlds, {found.moves} moves, {found.introduced} introductions, "
        f"{found.closed} not concluded, {len(found.seen)} different views"
    )


if __name__ == "__main__":  # the same claims in wider scopes: python -m tests.protocol.exploration
    for deep in DEEP:
        print(told(deep, explore(deep)), flush=True)
