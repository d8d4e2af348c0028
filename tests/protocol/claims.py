"""What must be true of one need in every world, and what each observer of it did and heard (R4–R9)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from entremise.protocol import need, wall
from entremise.protocol.consent import Request, State
from entremise.protocol.effects import Acknowledge, Ask, Effect, Introduce, NotConcluded, Remind, TellNo, TellYes
from entremise.protocol.errors import AlreadyIntroduced, TooLate, Withdrawn
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Bring, Event, LetKnow, Referral, Reply, Send, Stage, takes_part
from entremise.protocol.types import PERMISSION_OF, REFERRERS, Answer, How, Kind, Role

START = datetime(2026, 1, 1, tzinfo=UTC)
STEP, A_WHILE, FOREVER = timedelta(hours=6), timedelta(hours=1), timedelta(days=60)
POLICY = Policy(hold=STEP, hold_aloud=2 * STEP, window_least=1, window_most=1, reminders=0)
HELD = {how: 2 * STEP if how is How.ALOUD else STEP for how in How}
ENDED = frozenset({Stage.INTRODUCED, Stage.CLOSED})
PARTIES = (Role.RECEIVER, Role.CLIENT)
# The giver and the client have to do with every attempt, and so has whoever introduced the client (R38).
OF_ONE_ATTEMPT = (Role.RECEIVER, Role.REFERRER)


class BrokenClaim(AssertionError):  # noqa: N818 - it says what is broken
    """Something that must always be true is not."""


def hold_true(claim: str, truth: bool, *where: object) -> None:
    if not truth:
        raise BrokenClaim("\n".join((claim, *map(str, where))))


@dataclass(frozen=True)
class Entry:
    """One line of an observer's log: what they did or what reached them, about which attempt."""

    at: datetime
    attempt: int
    what: Event | Effect


@dataclass(frozen=True)
class Observer:
    """A person: one giver, one client, and for each attempt one receiver and perhaps a referrer on each side."""

    role: Role
    attempt: int | None = None


Logs = tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class World:
    """One need at one instant, and what each observer did and heard until then."""

    attempts: tuple[Referral, ...]
    now: datetime
    logs: Logs
    turns: int = 0


@dataclass
class Explored:
    """What was found: how many worlds, moves and ends; and, observer by observer, what was seen."""

    worlds: int = 0
    moves: int = 0
    introduced: int = 0
    closed: int = 0
    late: int = 0
    seen: dict[Hashable, Hashable] = field(default_factory=dict)


class Claims:
    """The claims, world by world; `seen` remembers what each observer saw so that it can be held against the next."""

    def __init__(self, *, attempts: int, permissions: frozenset[Kind] = frozenset()) -> None:
        self.found = Explored()
        roles = [Role.RECEIVER, *sorted(kind.asked for kind in permissions)]
        others = [Observer(role, index) for index in range(attempts) for role in roles if role in OF_ONE_ATTEMPT]
        once = [Observer(role) for role in roles if role not in OF_ONE_ATTEMPT]
        self.observers = (Observer(Role.GIVER), Observer(Role.CLIENT), *once, *others)

    def log(self, logs: Logs, observer: Observer, entry: Entry) -> Logs:
        return tuple((*log, entry) if who == observer else log for who, log in zip(self.observers, logs, strict=True))

    def _log_of(self, world: World, observer: Observer) -> tuple[Entry, ...]:
        return world.logs[self.observers.index(observer)]

    def check(self, world: World) -> None:
        due = need.next_due(world.attempts, policy=POLICY)
        self._check_goes_on(world, due)
        self._check_deadlines(world)
        for observer in self.observers:
            self._check_alike(world, observer)
        if self.found.worlds % 4 == 0:
            self._check_idle_ticks(world, due)
        if self.found.worlds % 32 == 0:
            self._check_late_worker(world)

    def check_step(self, before: World, after: World, effects: tuple[tuple[int, Effect], ...]) -> None:
        """Hold one step against the claims about steps: what left, to whom, when."""
        for index, effect in effects:
            if isinstance(effect, Introduce):
                self._check_introduction(after, index)
            if isinstance(effect, NotConcluded):
                self._check_not_concluded(before, after, index, effect.to)
            if effect == Ask(Kind.NAME):
                self._check_one_name_at_a_time(after, index)
            if effect == TellYes(Kind.RECEIVER):
                self._check_shown_yes_stays(before, after, index)
        self._check_dates(before, after)

    def check_event(self, before: World, event: Event, index: int, after: tuple[Referral, ...]) -> None:
        """R6d, R8: what a giver brings never stands in the place of a person's own word; R7, R38: a permission that was
        shown serves the next attempt at once, as far as the giver sees."""
        if isinstance(event, Send) and after[index].permissions == {Kind.CLIENT_PERMISSION}:
            log = [e.what for e in self._log_of(before, Observer(Role.GIVER)) if isinstance(e.what, TellYes | TellNo)]
            about = [what for what in log if what.kind is Kind.CLIENT_PERMISSION]
            shown = bool(about) and isinstance(about[-1], TellYes)
            hold_true("R7: a shown permission stays shown", not shown or after[index].receiver is not None, before)
        if not isinstance(event, Bring):
            return
        was, now = (attempts[index].request(event.kind) for attempts in (before.attempts, after))
        if was is not None and was.how is How.LINK:
            hold_true(
                "R6d: nobody is answered for after their own word", now is not None and now.how is How.LINK, before
            )

    def _check_introduction(self, world: World, index: int) -> None:
        """R5, R9: both said yes knowingly and in order, and every yes lives at the instant it is set."""
        attempt = world.attempts[index]
        name = attempt.name
        allowed = [attempt.request(kind) for kind in sorted(attempt.permissions)]
        order = [*allowed, attempt.receiver, attempt.principle, name]
        hold_true("introduced once for one need", self._introductions(world) == 1, world)
        hold_true("not after the giver's stop", attempt.stopped_at is None, world)
        hold_true("every yes lives", all(one is not None and one.state is State.EFFECTIVE for one in order), world)
        effects = [one.effective_at for one in order if one is not None]
        hold_true("every yes has taken effect", all(at is not None and at <= world.now for at in effects), world)
        for one in order:
            if one is not None and one.effective_at is not None and one.answered_at is not None and one.how:
                hold_true("R6: every yes was held", one.effective_at - one.answered_at == HELD[one.how], world)
        if name is not None and name.answered_at is not None:
            told_first = all(at is not None and at <= name.sent_at for at in effects[:-1])
            hold_true("R5: the name is told after the other yeses took effect", told_first, world)
            hold_true("R5: confirmed after it was told", name.sent_at <= name.answered_at, world)
        mine = [attempt.receiver, attempt.principle if attempt.principle_here else None]
        asked = [one for one in mine if one is not None]
        first = [(one, asked[0]) for one in allowed if one is not None]
        for one, following in [*first, *pairwise(asked)]:
            in_order = one.effective_at is not None and one.effective_at <= following.sent_at
            hold_true(f"R5: {one.kind} before {following.kind}", in_order, world)

    def _check_one_name_at_a_time(self, world: World, index: int) -> None:
        """R5b: a name is told when every earlier name's link has been answered or has closed."""
        names = [request for other in world.attempts[:index] if (request := own_request(other, Kind.NAME))]
        settled = all(name.answer is not None or name.deadline <= world.now for name in names)
        hold_true("R5b: one open name at a time", settled, world)

    def _check_shown_yes_stays(self, before: World, after: World, index: int) -> None:
        """R7: a yes in principle that was shown to the giver is shown again at once by the next attempt."""
        shown = [e.what for e in self._log_of(before, Observer(Role.GIVER)) if isinstance(e.what, TellYes | TellNo)]
        about = [what for what in shown if what.kind is Kind.PRINCIPLE]
        if about and isinstance(about[-1], TellYes):
            again = Entry(after.now, index, TellYes(Kind.PRINCIPLE))
            hold_true("R7: a shown yes stays shown", again in self._log_of(after, Observer(Role.GIVER)), after)

    def _introductions(self, world: World) -> int:
        return sum(isinstance(entry.what, Introduce) for entry in self._log_of(world, Observer(Role.GIVER)))

    def _check_not_concluded(self, before: World, after: World, index: int, to: Role) -> None:
        """R7: only the giver and whose yes still stands, once, at the instant they had been shown."""
        observer = _observer(to, index)
        texts = [e for e in self._log_of(after, observer) if e.attempt == index and e.what == NotConcluded(to)]
        hold_true("R7: one text", len(texts) == 1, after)
        hold_true("R7: never after an introduction", before.attempts[index].stage is not Stage.INTRODUCED, after)
        if to is not Role.GIVER:
            hold_true("R7: only whose yes still stands", _stands(after.attempts, index, to), after)
        shown = wall.project(before.attempts[index], observer=to, policy=POLICY).until
        hold_true(f"R6a: at the instant that was shown, {shown}", shown == after.now, after)

    def _check_dates(self, before: World, after: World) -> None:
        """R6a: a date that was shown to somebody moves only by what they do or are told."""
        for position, observer in enumerate(self.observers):
            if before.logs[position] == after.logs[position]:
                for index in _concerned(observer, before.attempts):
                    was, now = (self._sees(world.attempts[index], observer).until for world in (before, after))
                    hold_true(f"R6a: the date shown to the {observer.role} stands", was == now, after)

    def _check_goes_on(self, world: World, due: datetime | None) -> None:
        """R7: nothing waits for ever, and at the end everybody who should have heard has."""
        if due is not None:
            hold_true("time goes on", due > world.now, world)
            return
        hold_true("it has ended", all(attempt.stage in ENDED for attempt in world.attempts), world)
        self.found.introduced += self._introductions(world)
        self.found.closed += all(attempt.stage is Stage.CLOSED for attempt in world.attempts)
        for index, attempt in enumerate(world.attempts):
            closed = attempt.stage is Stage.CLOSED
            hold_true("the giver has heard", self._heard(world, index, Role.GIVER) == closed, world)
            for role in {observer.role for observer in self.observers} - {Role.GIVER}:
                expected = closed and _stands(world.attempts, index, role)
                hold_true(f"the {role} has heard", self._heard(world, index, role) >= expected, world)

    def _heard(self, world: World, index: int, role: Role) -> bool:
        log = self._log_of(world, _observer(role, index))
        return any(entry.attempt == index and entry.what == NotConcluded(role) for entry in log)

    def _check_idle_ticks(self, world: World, due: datetime | None) -> None:
        """A tick when nothing is due changes nothing, now and until just before the next instant that is due."""
        just_before = (due or world.now + FOREVER) - A_WHILE
        idle = need.pass_time(world.attempts, now=just_before, policy=POLICY)
        hold_true("an idle tick changes nothing", idle == need.Moved(_filled(world.attempts)), world)

    def _check_late_worker(self, world: World) -> None:
        """A worker that comes at the very end finds what one that was always on time would have found.

        Only what has yet to leave leaves later; when nothing has, everything is the same.
        """
        on_time, effects = world.attempts, list[tuple[int, Effect]]()
        while (due := need.next_due(on_time, policy=POLICY)) is not None:
            moved = need.pass_time(on_time, now=due, policy=POLICY)
            on_time, effects = moved.attempts, [*effects, *moved.effects]
        late = need.pass_time(world.attempts, now=world.now + FOREVER, policy=POLICY)
        if _asked(on_time) != _asked(world.attempts):
            mine = _asked(world.attempts)
            same = _effects(late.attempts, mine) == _effects(on_time, mine)
            hold_true("every yes took effect at the same instant", same, world)
            return
        self.found.late += 1
        hold_true("the same end", late.attempts == on_time, world)
        hold_true("the same news", sorted(map(repr, late.effects)) == sorted(map(repr, effects)), world)

    def _check_deadlines(self, world: World) -> None:
        """R6: from its deadline on nobody can say yes any more; R9: nor after a withdrawal."""
        for index, attempt in enumerate(world.attempts):
            ended = [one for kind in Kind if (one := own_request(attempt, kind)) and one.deadline == world.now]
            for request in (one for one in ended if not one.stands):
                hold_true(
                    "R6: no yes at the deadline", _is_refused(world, Reply(request.kind, Answer.YES), index), world
                )

    def _check_alike(self, world: World, observer: Observer) -> None:
        """R4, R7: what somebody sees and hears is a function of their own acts, of what was due to them, and of now."""
        log, order = _as_they_know_it(self._log_of(world, observer))
        triggers = tuple(entry for entry in log if not isinstance(entry.what, Acknowledge | NotConcluded))
        key = (observer, world.now, triggers, self._came_with(world, observer))
        for index in _concerned(observer, world.attempts):
            blind = not self._sees(world.attempts[index], observer).knows
            hold_true("who has heard nothing sees nothing", index in order or blind, world)
        view = tuple(self._sees(world.attempts[index], observer) for index in order), log
        before = self.found.seen.setdefault(key, view)
        hold_true(f"R7: the {observer.role} sees the same", before == view, before, view, world)

    def _sees(self, attempt: Referral, observer: Observer) -> wall.Projection:
        return wall.project(attempt, observer=observer.role, policy=POLICY)

    def _came_with(self, world: World, observer: Observer) -> tuple[Hashable, ...]:
        """A name told to the client comes with the fact that the receiver's yes took effect, and when.

        What is told once permissions have taken effect comes with who takes part (R39): then the receiver is asked."""
        mine = [world.attempts[index] for index in _concerned(observer, world.attempts)]
        part: tuple[Hashable, ...] = ()
        if observer.role not in REFERRERS:
            part = tuple(_said_part(attempt) for attempt in mine if attempt.receiver is not None)
        elif any(attempt.stage is Stage.INTRODUCED and takes_part(attempt, observer.role) for attempt in mine):
            part = tuple(map(_said_part, mine))  # whoever takes part is named to whoever else does
        if observer.role is not Role.CLIENT:
            return part
        return part + tuple(
            attempt.client_from for attempt in mine if attempt.name is not None and not attempt.name.mute
        )


def _is_refused(world: World, event: Event, index: int) -> bool:
    try:
        need.act(world.attempts, event, on=index, now=world.now, policy=POLICY)
    except (TooLate, Withdrawn, AlreadyIntroduced):
        return True
    return False


def own_request(attempt: Referral, kind: Kind) -> Request | None:
    """The request of this kind that was made by this attempt and has left."""
    request = attempt.request(kind)
    if request is None or request.mute or attempt.rests(kind):
        return None
    return request


def author(event: Event, index: int) -> Observer:
    """Who does it: what is said aloud is written down by the giver, and known to the person too where it counts."""
    match event:
        case Reply(kind) | LetKnow(kind) | Bring(kind, _, How.CARRIED):
            return _observer(kind.asked, index)
        case _:
            return _observer(Role.GIVER, index)


def _observer(role: Role, index: int) -> Observer:
    return Observer(role, index if role in OF_ONE_ATTEMPT else None)


def _said_part(attempt: Referral) -> tuple[bool, ...]:
    asked = [attempt.request(kind) for kind in sorted(attempt.permissions)]
    return tuple(one is not None and one.takes_part for one in asked)


def _as_they_know_it(log: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], list[int]]:
    """An observer's log with attempts numbered as that person met them, and the attempts in that order."""
    order = list(dict.fromkeys(entry.attempt for entry in log))
    return tuple(replace(entry, attempt=order.index(entry.attempt)) for entry in log), order


def _concerned(observer: Observer, attempts: tuple[Referral, ...]) -> list[int]:
    """The attempts an observer has to do with: a receiver with their own, the others with all."""
    return [index for index in range(len(attempts)) if observer.attempt in {None, index}]


def hearers(effect: Effect, attempt: Referral, index: int) -> tuple[Observer, ...]:
    match effect:
        case Ask(kind) | Remind(kind) | Acknowledge(kind, _):
            return (_observer(kind.asked, index),)
        case TellYes() | TellNo():
            return (Observer(Role.GIVER),)
        case NotConcluded(to):
            return (_observer(to, index),)
        case Introduce():
            part = [role for role in REFERRERS if takes_part(attempt, role)]
            return tuple(_observer(role, index) for role in (Role.GIVER, *PARTIES, *part))


def _stands(attempts: tuple[Referral, ...], index: int, role: Role) -> bool:
    """Whether this person's last word on this attempt is a yes that nothing else has answered since."""
    attempt = attempts[index]
    if role in REFERRERS:
        later = [other for other in attempts[index + 1 :] if other.rests(PERMISSION_OF[role])]
        introduced = any(other.stage is Stage.INTRODUCED for other in later)
        return takes_part(attempt, role) and not attempt.rests(PERMISSION_OF[role]) and not introduced
    if role is Role.RECEIVER:
        return attempt.receiver is not None and attempt.receiver.stands
    if (name := own_request(attempt, Kind.NAME)) is not None:
        return name.stands
    elsewhere = any(own_request(other, Kind.NAME) for other in attempts[index + 1 :])
    principle = own_request(attempt, Kind.PRINCIPLE)
    return principle is not None and principle.stands and not elsewhere


def _filled(attempts: tuple[Referral, ...]) -> tuple[Referral, ...]:
    return tuple(need.shared(attempts, index, policy=POLICY) for index in range(len(attempts)))


def _asked(attempts: tuple[Referral, ...]) -> set[tuple[int, Kind, datetime]]:
    return {
        (index, kind, request.sent_at)
        for index, attempt in enumerate(attempts)
        for kind in Kind
        if (request := attempt.request(kind)) is not None
    }


def _effects(attempts: tuple[Referral, ...], asked: set[tuple[int, Kind, datetime]]) -> Hashable:
    return frozenset(
        (index, kind, request.effective_at)
        for index, kind, sent_at in asked
        if (request := attempts[index].request(kind)) and request.sent_at == sent_at and request.effective_at
    )
