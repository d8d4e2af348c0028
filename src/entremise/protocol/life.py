"""What the life of a referral is told in: stages, the referral as it stands, events, a decision (R1, R5–R9).

How one follows from the other is in `referral`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from entremise.protocol.consent import Request
from entremise.protocol.effects import Effect
from entremise.protocol.types import Answer, How, Kind, Role


class Stage(StrEnum):
    """How far a referral has really come."""

    DRAFT = "draft"  # nobody has been asked
    PERMISSION = "permission"  # one referrer or two are asked (R38); skipped when nobody needs to be
    RECEIVER = "receiver"  # the receiver is asked, on the brief
    PRINCIPLE = "principle"  # the client is asked in principle, without a name
    WAITING = "waiting"  # the client agreed; an earlier name's link is still open (R5b)
    NAME = "name"  # the client knows the name and is asked to confirm
    INTRODUCED = "introduced"  # both know both
    CLOSED = "closed"  # not concluded, and the giver has been told


CLIENT_STAGES = frozenset({Stage.PRINCIPLE, Stage.WAITING, Stage.NAME})


@dataclass(frozen=True, kw_only=True)
class Referral:
    """Everything `decide` needs to know about one attempt to answer a need with one receiver.

    `principle` belongs to the need and may have been asked by an earlier attempt; `earlier_name` is the
    last name told for this need before; `silenced` are the people who may not be written to now (R45,
    R46, R1); `elsewhere` says that a later attempt has told the client another name.

    `carried` are the parties to whom the giver carries the link (R6d). Who carries a name sees when it may be told, so
    that moment must not show what became of an earlier one: it waits (`name_open`) until the day on which an earlier
    name would close, told or not (`earlier_until`, kept in `name_from`).

    `permissions` are those asked of referrers before anything else (R38); with one on each side both decide (R39).
    `asked_before` says that `permission_c` is an earlier attempt's: who introduced the client is asked once for a need,
    and the attempt, which began at `begun_at`, rests on that answer. `introduced_after` says that a later attempt which
    rests on this one's has become an introduction.
    """

    need_until: datetime
    stage: Stage = Stage.DRAFT
    permissions: frozenset[Kind] = frozenset()
    permission: Request | None = None
    permission_c: Request | None = None
    asked_before: bool = False
    begun_at: datetime | None = None
    introduced_after: bool = False
    receiver: Request | None = None
    principle: Request | None = None
    principle_here: bool = False
    name: Request | None = None
    earlier_name: Request | None = None
    silenced: frozenset[Role] = frozenset()
    elsewhere: bool = False
    carried: frozenset[Role] = frozenset()
    earlier_until: datetime | None = None
    name_from: datetime | None = None
    name_open: bool = True
    client_from: datetime | None = None
    stopped_at: datetime | None = None
    introduced_at: datetime | None = None
    told: frozenset[Role] = frozenset()

    def request(self, kind: Kind) -> Request | None:
        """Return the request of this kind, if it was made."""
        found: Request | None = getattr(self, kind.value)
        return found

    def rests(self, kind: Kind) -> bool:
        """Tell whether this question was an earlier attempt's to ask, and its answer is this one's too (R5, R38)."""
        if kind is Kind.CLIENT_PERMISSION:
            return self.asked_before
        return kind is Kind.PRINCIPLE and not self.principle_here


# -- events: what somebody does, or time ------------------------------------------------------------


@dataclass(frozen=True)
class Send:
    """The giver sends the referral on its way."""


@dataclass(frozen=True)
class Reply:
    """The asked person says yes or no; a no after a yes takes it back or withdraws it. A referrer may say with a yes
    that they take part (R39)."""

    kind: Kind
    answer: Answer
    how: How = How.LINK
    takes_part: bool = False


@dataclass(frozen=True)
class Bring:
    """The giver brings an answer: said aloud to them, or through a link they carried (R6d, R8).

    `written` says that the person has an address, so that a mail tells them and gives them time to take it back.
    """

    kind: Kind
    answer: Answer
    how: How
    written: bool = True
    takes_part: bool = False


@dataclass(frozen=True)
class LetKnow:
    """The person who said no lets the giver know at once (R7)."""

    kind: Kind


@dataclass(frozen=True)
class Stop:
    """The giver stops, quietly (R5b, R7)."""


@dataclass(frozen=True)
class Tick:
    """Time has passed."""


Event = Send | Reply | Bring | LetKnow | Stop | Tick


@dataclass(frozen=True)
class Decision:
    """The referral as it is now, and what must be done about it, in order."""

    referral: Referral
    effects: tuple[Effect, ...] = ()
