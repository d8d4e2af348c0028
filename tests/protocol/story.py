"""A referral told step by step: the reference need, and the shortest way to each stage of its life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from entremise.protocol.effects import Effect
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Event, LetKnow, Referral, Reply, Send, Stage, Stop, Tick, decide
from entremise.protocol.types import Answer, How, Kind, Role

START = datetime(2026, 9, 7, 10, 0, tzinfo=UTC)  # a Monday
POLICY = Policy()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOLD = POLICY.hold
UNTIL = START + 84 * DAY  # far enough for every window to be the longest


class Story:
    """One referral, its clock, and everything that had to be done about it, in order."""

    def __init__(self, referral: Referral | None = None, *, now: datetime = START) -> None:
        self.referral = referral or Referral(need_until=UNTIL)
        self.now = now
        self.effects: list[tuple[datetime, Effect]] = []

    def do(self, event: Event) -> Story:
        decision = decide(self.referral, event, now=self.now, policy=POLICY)
        self.referral = decision.referral
        self.effects += [(self.now, effect) for effect in decision.effects]
        return self

    def wait(self, time: timedelta) -> Story:
        self.now += time
        return self.do(Tick())

    def at(self, now: datetime) -> Story:
        return self.wait(now - self.now)

    def send(self) -> Story:
        return self.do(Send())

    def yes(self, kind: Kind, how: How = How.LINK) -> Story:
        return self.do(Reply(kind, Answer.YES, how))

    def no(self, kind: Kind) -> Story:
        return self.do(Reply(kind, Answer.NO))

    def let_know(self, kind: Kind) -> Story:
        return self.do(LetKnow(kind))

    def stop(self) -> Story:
        return self.do(Stop())

    def agreed(self, *kinds: Kind) -> Story:
        """Let each person say yes and its hold pass."""
        for kind in kinds:
            self.yes(kind).wait(HOLD)
        return self

    def heard(self, kind: type[Effect]) -> list[Effect]:
        return [effect for _, effect in self.effects if isinstance(effect, kind)]


ONE_SIDE = frozenset({Kind.PERMISSION})


def story(*, permission: bool = False, silenced: frozenset[Role] = frozenset()) -> Story:
    permissions = ONE_SIDE if permission else frozenset()
    return Story(Referral(need_until=UNTIL, permissions=permissions, silenced=silenced))


def reached(stage: Stage) -> Story:
    """Return a referral that has just come to `stage`, nobody having said no."""
    told = story(permission=True)
    if stage is Stage.DRAFT:
        return told
    told.send()
    steps = {
        Stage.PERMISSION: (),
        Stage.RECEIVER: (Kind.PERMISSION,),
        Stage.PRINCIPLE: (Kind.PERMISSION, Kind.RECEIVER),
        Stage.NAME: (Kind.PERMISSION, Kind.RECEIVER, Kind.PRINCIPLE),
        Stage.INTRODUCED: (Kind.PERMISSION, Kind.RECEIVER, Kind.PRINCIPLE, Kind.NAME),
    }
    if stage is Stage.CLOSED:
        return told.wait(200 * DAY)
    if stage is Stage.WAITING:
        return _waiting()
    return told.agreed(*steps[stage])


def _waiting() -> Story:
    """A second attempt whose need has its yes in principle, while the first name's link is still open."""
    first = story().send().agreed(Kind.RECEIVER, Kind.PRINCIPLE).stop()
    second = Referral(
        need_until=UNTIL, principle=first.referral.principle, earlier_name=first.referral.name, permissions=ONE_SIDE
    )
    return Story(second, now=first.now).send().agreed(Kind.PERMISSION, Kind.RECEIVER)
