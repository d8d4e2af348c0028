"""Who may not be written to now (R1, R45, R46). It looks like silence, so it is always asked in the same way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from entremise.accounts import queries as members
from entremise.protocol.consent import State
from entremise.protocol.errors import GivesTooMany
from entremise.protocol.policy import Policy
from entremise.protocol.referral import Stage
from entremise.protocol.types import Answer, Kind, Role
from entremise.referrals.models import Referral, Refused, Request
from entremise.referrals.queries.rows import Rows

ALL, GIVER, PERSON = "all", "giver", "person"


def silenced(rows: Rows, *, now: datetime, policy: Policy) -> frozenset[Role]:
    """Return the parties of the last attempt who may not be asked anything now.

    Somebody refused everything, or this giver, or this other person (R45, R46); or has as many open or
    unanswered requests as anybody may have; or two of the three have become the same person, an address having
    been changed in the giver's book since it was sent (R1).
    """
    receiver, client = rows.receiver_hash(), rows.client_hash()
    three = {receiver, client, rows.giver.address_hash}
    if len(three) < 3 or _not_with_each_other(receiver, client):
        return frozenset({Role.RECEIVER, Role.CLIENT})
    found: set[Role] = set()
    for role, own in ((Role.RECEIVER, receiver), (Role.CLIENT, client)):
        if _refuses(own, rows=rows) or _bombarded(own, rows=rows, now=now, policy=policy):
            found.add(role)
    return frozenset(found)


def _not_with_each_other(receiver: str, client: str) -> bool:
    """One of the two said "not with this person" about the other: neither is asked again (R46)."""
    says = Q(address_hash=client, other=receiver) | Q(address_hash=receiver, other=client)
    return Refused.objects.filter(says, scope=PERSON).exists()


def _refuses(own: str, *, rows: Rows) -> bool:
    says = Q(scope=ALL) | Q(scope=GIVER, other=rows.giver.address_hash)
    return Refused.objects.filter(says, address_hash=own).exists()


def _bombarded(own: str, *, rows: Rows, now: datetime, policy: Policy) -> bool:
    """R46, for people who are not members: too many requests of other needs open, or left without an answer."""
    if members.by_address_hash(own) is not None:
        return False
    sent = Request.objects.filter(address_hash=own, mute=False)
    last_yes = sent.filter(answer=Answer.YES.value).aggregate(at=Max("answered_at"))["at"]
    unanswered = sent.filter(answer="").exclude(need=rows.need, deadline__gt=now)
    since = max(now - timedelta(days=policy.unanswered_within), last_yes or now - timedelta(days=36_500))
    found = unanswered.aggregate(
        open=Count("pk", filter=Q(deadline__gt=now, state=State.OPEN.value)),
        left=Count("pk", filter=Q(deadline__lte=now, sent_at__gt=since)),
    )
    return bool(found["open"] >= policy.open_requests or found["left"] >= policy.unanswered_most)


def refuse_too_many(giver_pk: int, *, now: datetime, policy: Policy) -> None:
    """Raise GivesTooMany when the giver's own limit of the day or the week is reached (R46)."""
    given = Referral.objects.filter(giver_id=giver_pk)
    day, week = now - timedelta(days=1), now - timedelta(days=7)
    introduced = given.filter(stage=Stage.INTRODUCED.value).exists()
    a_day = policy.given_a_day if introduced else policy.given_a_day_first
    sent = given.filter(created_at__gt=week).aggregate(
        day=Count("pk", filter=Q(created_at__gt=day)), week=Count("pk")
    )
    if sent["day"] >= a_day:
        raise GivesTooMany(a_day, "day")
    if sent["week"] >= policy.given_a_week:
        raise GivesTooMany(policy.given_a_week, "week")


def accepted_open(address_hash: str) -> int:
    """Return how many receiver's requests this person has accepted that are not introductions yet (R46)."""
    standing = Request.objects.filter(
        address_hash=address_hash, kind=Kind.RECEIVER.value, state__in=[State.HELD.value, State.EFFECTIVE.value]
    )
    return standing.exclude(referral__stage__in=[Stage.INTRODUCED.value, Stage.CLOSED.value]).count()
