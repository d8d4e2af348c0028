"""The flow of one act: take the turn, read, decide, write, enqueue; one transaction, one history row for every change.

Whoever acts on a need first takes its turn, by raising its version: the database lets one through at a time,
on SQLite and PostgreSQL alike, so what is decided is decided on what is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from entremise.accounts import queries as members
from entremise.catalogue import trades
from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.outbox.actions import enqueue
from entremise.protocol import duties, evaluation
from entremise.protocol import need as attempts_of
from entremise.protocol.consent import Request as Consent
from entremise.protocol.effects import Acknowledge, Ask, Effect, Introduce, NotConcluded, Remind, TellNo, TellYes
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Bring, Event, LetKnow, Reply, Send, Stop, Tick
from entremise.protocol.referral import Referral as Life
from entremise.protocol.types import PERMISSIONS, How, Kind, Role
from entremise.referrals import mapping
from entremise.referrals.actions import bonds, owing, provenance
from entremise.referrals.actions.limits import silenced
from entremise.referrals.models import Moment, Need, Referral, Request
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.rows import Rows, ask_key, introduction_key, read_rows
from entremise.referrals.queries.scenes import completeness


class Gone(LookupError):  # noqa: N818 - named as the fact it states
    """There is no such need, referral or request any more, or it is somebody else's."""


@dataclass(kw_only=True)
class Act:
    """One act under way, inside its transaction."""

    rows: Rows
    now: datetime
    chance: Chance
    policy: Policy
    moments: list[Moment] = field(default_factory=list)

    def remember(self, what: str, *, by: Role | None, index: int, kind: Kind | None = None) -> None:
        """Add one fact to the append-only history (R47)."""
        self.moments.append(
            Moment(
                need=self.rows.need,
                attempt=self.rows.referrals[index].attempt,
                what=what,
                by=by.value if by else "time",
                kind=kind.value if kind else "",
                at=self.now,
            )
        )

    def post(self, letter: str, *, key: str, ids: Mapping[str, str]) -> None:
        """Enqueue one letter of this act, in its transaction."""
        payload = dict(ids)
        enqueue(job=f"referral/{letter}", key=key, payload=payload, due=self.now, now=self.now, chance=self.chance)


@transaction.atomic
def act(need_pk: int, event: Event, *, on: int | None, now: datetime, chance: Chance, policy: Policy) -> Rows:
    """Return the need's rows after `event` on the referral with primary key `on`, or after time passed (None).

    Raises Gone, and the protocol's refusals; then nothing has changed.
    """
    rows = take_turn(need_pk)
    before = mapping.lives(rows.need, rows.referrals, rows.requests, silenced=silenced(rows, now=now, policy=policy))
    under_way = Act(rows=rows, now=now, chance=chance, policy=policy)
    index = rows.index_of(on)
    if isinstance(event, Tick):
        moved = attempts_of.pass_time(before, now=now, policy=policy)
    else:
        moved = attempts_of.act(before, event, on=index, now=now, policy=policy)
        _remember_event(under_way, event, index)
    _write(under_way, before, moved.attempts)
    for at, effect in moved.effects:
        EFFECTS[type(effect)](under_way, at, effect)
    Moment.objects.bulk_create(under_way.moments)
    rows.need.next_due = attempts_of.next_due(moved.attempts, policy=policy)
    Need.objects.filter(pk=need_pk).update(next_due=rows.need.next_due)
    return rows


def take_turn(need_pk: int) -> Rows:
    """Return the need's rows, no other act on it being possible until this transaction ends. Raises Gone."""
    hold_turn(need_pk)
    return read_rows(need_pk)


def hold_turn(need_pk: int) -> None:
    """Let no other act on the need happen until this transaction ends: what is read after this stays true.

    Raises Gone.
    """
    if not Need.objects.filter(pk=need_pk).update(version=F("version") + 1):
        raise Gone


def _remember_event(under_way: Act, event: Event, index: int) -> None:
    if isinstance(event, Reply):
        under_way.remember(f"said_{event.answer.value}", by=event.kind.asked, index=index, kind=event.kind)
    elif isinstance(event, Bring):
        _remember_brought(under_way, event, index)
    elif isinstance(event, LetKnow):
        under_way.remember("let_know", by=event.kind.asked, index=index, kind=event.kind)
    elif isinstance(event, Send | Stop):
        under_way.remember(type(event).__name__.lower(), by=Role.GIVER, index=index)


def _remember_brought(under_way: Act, event: Bring, index: int) -> None:
    """What was said aloud is written down by the giver, and stays in their story whether or not it counts (R7, R8)."""
    aloud = event.how is How.ALOUD
    by = Role.GIVER if aloud else event.kind.asked
    what = f"{'aloud' if aloud else 'said'}_{event.answer.value}"
    under_way.remember(what, by=by, index=index, kind=event.kind)


# -- writing ----------------------------------------------------------------------------------------


def _write(under_way: Act, before: Sequence[Life], after: Sequence[Life]) -> None:
    """Write what changed, and only that."""
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        row = under_way.rows.referrals[index]
        for kind in (kind for kind in Kind if not new.rests(kind)):
            _write_request(under_way, row, kind, new.request(kind))
        columns = mapping.life_columns(new)
        if columns == mapping.life_columns(old):
            continue
        for name, value in columns.items():
            setattr(row, name, value)
        if (old.stage, old.stopped_at) != (new.stage, new.stopped_at):
            row.moved_at = under_way.now  # the order of the giver's list: only what the giver sees may change it
        row.duty_due = _duty_due(row, under_way.policy)
        if old.introduced_at != new.introduced_at:
            owing.owe(row, to=owing.recommenders(new), since=new.introduced_at, policy=under_way.policy)
            row.evaluation_due = _evaluation_due(under_way.rows.need, new, under_way.policy)
            row.completeness = completeness(under_way.rows, index) if new.introduced_at else None
        row.save(update_fields=[*columns, "moved_at", "duty_due", "evaluation_due", "completeness", *owing.COLUMNS])


def _duty_due(row: Referral, policy: Policy) -> datetime | None:
    facts = mapping.facts(row)
    return duties.next_due(facts, policy=policy) if facts else None


def _evaluation_due(need: Need, life: Life, policy: Policy) -> datetime | None:
    """The trade's own time after the introduction (R14)."""
    if life.introduced_at is None:
        return None
    days = trades.trade(need.trade).evaluation_days if need.trade else None
    return evaluation.due(life.introduced_at, days=days, policy=policy)


def _write_request(under_way: Act, referral: Referral, kind: Kind, request: Consent | None) -> None:
    if request is None:
        return
    row = under_way.rows.request(referral, kind)
    if row is None:
        under_way.rows.requests.append(_new_request(under_way, referral, request))
    elif mapping.consent(row) != request:
        columns = mapping.consent_columns(request)
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=list(columns))


def _new_request(under_way: Act, referral: Referral, request: Consent) -> Request:
    address, address_hash = under_way.rows.writes_to(referral, request.kind)
    uid = under_way.chance.uid()
    token = keys.token(Purpose.REQUEST, uid)
    return Request.objects.create(
        uid=uid,
        fingerprint=links.fingerprint(token),
        need=under_way.rows.need,
        referral=referral,
        address=address,
        address_hash=address_hash,
        language=under_way.rows.asked(referral, request.kind).language,
        **mapping.consent_columns(request),
    )


# -- effects: what the shell does after a decision ---------------------------------------------------


def _ask(under_way: Act, index: int, effect: Effect) -> None:
    assert isinstance(effect, Ask)
    request = under_way.rows.request(under_way.rows.referrals[index], effect.kind)
    assert request is not None
    under_way.remember("asked", by=None, index=index, kind=effect.kind)
    if _platform_writes(under_way, index, effect.kind, request):
        under_way.post(f"ask_{effect.kind.value}", key=ask_key(request.uid), ids={"request": request.uid})


def _platform_writes(under_way: Act, index: int, kind: Kind, request: Request) -> bool:
    """Where the giver carries the link nothing is mailed; only a member is written to all the same, under the law that
    makes givers carry every link (R6c)."""
    if kind.asked.value not in under_way.rows.referrals[index].carries:
        return True
    forced = not under_way.policy.writes_first
    return forced and bool(members.members_among([request.address_hash]))


def _remind(under_way: Act, index: int, effect: Effect) -> None:
    assert isinstance(effect, Remind)
    request = under_way.rows.request(under_way.rows.referrals[index], effect.kind)
    assert request is not None
    under_way.remember("reminded", by=None, index=index, kind=effect.kind)
    under_way.post("reminder", key=f"reminder:{request.uid}", ids={"request": request.uid})


def _acknowledge(under_way: Act, index: int, effect: Effect) -> None:
    assert isinstance(effect, Acknowledge)
    request = under_way.rows.current(index, effect.kind)
    key = f"receipt:{request.uid}:{effect.hold_until.isoformat()}"
    under_way.post("receipt", key=key, ids={"request": request.uid})


def _tell_yes(under_way: Act, index: int, effect: Effect) -> None:
    assert isinstance(effect, TellYes)
    request = under_way.rows.current(index, effect.kind)
    referral = under_way.rows.referrals[index]
    under_way.remember("yes", by=None, index=index, kind=effect.kind)
    ids = {"request": request.uid, "referral": referral.uid}
    under_way.post("told_yes", key=f"yes:{request.uid}", ids=ids)


def _tell_no(under_way: Act, index: int, effect: Effect) -> None:
    assert isinstance(effect, TellNo)
    request = under_way.rows.current(index, effect.kind)
    told = request.told_at.isoformat() if request.told_at else ""
    ids = {"request": request.uid, "referral": under_way.rows.referrals[index].uid}
    under_way.post("told_no", key=f"no:{request.uid}:{told}", ids=ids)


def _introduce(under_way: Act, index: int, _effect: Effect) -> None:
    """Release the introductions to both parties, to the referrers who take part (R39), and the giver's notice, in the
    transaction that set it (R9)."""
    referral = under_way.rows.referrals[index]
    under_way.remember("introduced", by=None, index=index)
    part = [kind.asked for kind in PERMISSIONS if _takes_part(under_way.rows, index, kind)]
    for role in (Role.RECEIVER, Role.CLIENT, Role.GIVER, *part):
        key = introduction_key(referral.uid, role)
        under_way.post(f"introduction_{role.value}", key=key, ids={"referral": referral.uid})
    at, chance, policy = under_way.now, under_way.chance, under_way.policy
    provenance.set_by_introduction(under_way.rows, index, now=at, chance=chance, policy=policy)
    bonds.of_introduction(under_way.rows, index, now=at, chance=chance, policy=policy)


def _takes_part(rows: Rows, index: int, kind: Kind) -> bool:
    """Whoever allowed it and takes part, be it that they said so to an earlier attempt (R39)."""
    asked = mapping.referrer_pks(rows.referrals[index])[kind] is not None
    return asked and rows.current(index, kind).takes_part


def _not_concluded(under_way: Act, index: int, effect: Effect) -> None:
    assert isinstance(effect, NotConcluded)
    referral = under_way.rows.referrals[index]
    under_way.remember("not_concluded", by=effect.to, index=index)
    ids = {"referral": referral.uid, "role": effect.to.value}
    under_way.post("not_concluded", key=f"not_concluded:{referral.uid}:{effect.to.value}", ids=ids)


EFFECTS: Mapping[type[Effect], Callable[[Act, int, Effect], None]] = {
    Ask: _ask,
    Remind: _remind,
    Acknowledge: _acknowledge,
    TellYes: _tell_yes,
    TellNo: _tell_no,
    Introduce: _introduce,
    NotConcluded: _not_concluded,
}
