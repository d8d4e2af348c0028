"""Who may not be written to now (R1, R45, R46). It looks like silence, so it is always asked in the same way."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import F, Max, Q

from entremise.accounts import queries as members
from entremise.lib.prepared import Prepared
from entremise.protocol.consent import State
from entremise.protocol.errors import GivesTooMany
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import Answer, Kind, Role
from entremise.referrals.models import Lead, Referral, Refused, Request
from entremise.referrals.queries.refusals import ALL, GIVER, PERSON
from entremise.referrals.queries.rows import Rows

_THREE = 3


def silenced(rows: Rows, *, now: datetime, policy: Policy) -> frozenset[Role]:
    """Return the parties and referrers of the last attempt who may not be asked anything now.

    Somebody refused everything, or this giver, or this other person (R45, R46); or has as many open or
    unanswered requests as anybody may have; or two of the three have become the same person, an address having
    been changed in the giver's book since it was sent (R1).
    """
    parties = {Role.RECEIVER: rows.receiver_hash(), Role.CLIENT: rows.client_hash()}
    own = frozenset(parties.values())
    if len(own | {rows.giver.address_hash}) < _THREE:
        return frozenset(Role)
    asked = rows.referrers(rows.referrals[-1]).items()
    parties |= {role: rows.hash_of(referrer) for role, referrer in asked}
    everybody = frozenset(parties.values())
    refused = {tuple(row.values()) for row in _REFUSED(people=everybody)}
    if any((one, PERSON, other) in refused for one in own for other in own):
        return frozenset(parties)
    kept_from = {(ALL, ""), (GIVER, rows.giver.address_hash)}
    bombarded = _bombarded(everybody - members.members_among(everybody), rows=rows, now=now, policy=policy)
    return frozenset(
        role
        for role, person in parties.items()
        if person in bombarded or any((person, *said) in refused for said in kept_from)
    )


def _bombarded(people: frozenset[str], *, rows: Rows, now: datetime, policy: Policy) -> frozenset[str]:
    """R46, for people who are not members: who has too many requests of other needs open, or left unanswered."""
    last_yes = {row["address_hash"]: row["at"] for row in _LAST_YES(people=people)}
    lately = now - timedelta(days=policy.unanswered_within)
    counts: Counter[tuple[str, str]] = Counter()
    for row in _UNANSWERED(people=people, now=now, lately=lately):
        person = row["address_hash"]
        if row["deadline"] > now:
            other_need = row["need_id"] != rows.need.pk
            counts[person, "open"] += other_need and row["state"] == State.OPEN.value
        elif person not in last_yes or row["sent_at"] > last_yes[person]:
            counts[person, "left"] += 1
    return frozenset(
        person
        for person in people
        if counts[person, "open"] >= policy.open_requests or counts[person, "left"] >= policy.unanswered_most
    )


_REFUSED = Prepared(
    lambda people: Refused.objects.filter(address_hash__in=people).values("address_hash", "scope", "other"),
    many={"people": str},
)
_LAST_YES = Prepared(
    lambda people: (
        Request.objects.filter(address_hash__in=people, mute=False, answer=Answer.YES.value)
        .values("address_hash")
        .annotate(at=Max("answered_at"))
        .order_by()
    ),
    many={"people": str},
)
_UNANSWERED = Prepared(
    lambda people, now, lately: (
        Request.objects.filter(address_hash__in=people, mute=False, answer="")
        .filter(Q(deadline__gt=now) | Q(sent_at__gt=lately))
        .values("address_hash", "need_id", "sent_at", "deadline", "state")
    ),
    many={"people": str},
)
_INTRODUCED = Prepared(
    lambda giver: Referral.objects.filter(giver_id=giver, stage=Stage.INTRODUCED.value).values("pk")[:1]
)
# No more than the limit of a week.
_GIVEN = Prepared(
    lambda giver, since: Referral.objects.filter(giver_id=giver, created_at__gt=since).values(at=F("created_at"))
)
_LEADS = Prepared(lambda giver, since: Lead.objects.filter(giver_id=giver, sent_at__gt=since).values(at=F("sent_at")))


def refuse_too_many(giver_pk: int, *, now: datetime, policy: Policy) -> None:
    """Raise GivesTooMany when the giver's own limit of the day or the week is reached: referrals and leads (R46)."""
    day, week = now - timedelta(days=1), now - timedelta(days=7)
    a_day = policy.given_a_day if _INTRODUCED(giver=giver_pk) else policy.given_a_day_first
    lately = [row["at"] for sent in (_GIVEN, _LEADS) for row in sent(giver=giver_pk, since=week)]
    if sum(at > day for at in lately) >= a_day:
        raise GivesTooMany(a_day, "day")
    if len(lately) >= policy.given_a_week:
        raise GivesTooMany(policy.given_a_week, "week")


def accepted_open(address_hash: str) -> int:
    """Return how many receiver's requests this person has accepted that are not introductions yet (R46)."""
    standing = Request.objects.filter(
        address_hash=address_hash, kind=Kind.RECEIVER.value, state__in=[State.HELD.value, State.EFFECTIVE.value]
    )
    return standing.exclude(referral__stage__in=[Stage.INTRODUCED.value, Stage.CLOSED.value]).count()
