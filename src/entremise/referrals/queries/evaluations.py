"""What is asked about a match whose time has come, and how a receiver treated earlier ones (R14, R15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.lib.prepared import Prepared
from entremise.people.queries import ContactCard, ContactLine
from entremise.protocol.ending import Ended, shown_to
from entremise.protocol.evaluation import Again, Handled, Treatment, treatment
from entremise.protocol.policy import Policy
from entremise.protocol.types import Outcome, Role
from entremise.protocol.wall import Disclosed, Seen
from entremise.referrals.models import Evaluation, Outside, Referral
from entremise.referrals.queries import endings, keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.scenes import scene

LINES = 9  # one more than home shows


@dataclass(frozen=True, kw_only=True)
class EvaluationPage:
    """What the holder of an evaluation's link may see of it. `outcome_known`: whether to ask them how it ended.

    To the receiver it is known once they have said it themself, to the giver once anybody has; the client is always
    asked, since what the receiver told the giver is not theirs to know (R4).
    """

    uid: str
    referral_uid: str
    role: Role
    shown: Disclosed
    answered_at: datetime | None
    deadline: datetime
    outcome_known: bool
    address_hash: str
    language: str
    time_zone: str


def evaluation_page(*, token: str, now: datetime, language: str, policy: Policy) -> EvaluationPage | None:
    """Return the page behind an evaluation's link, in `language` or their own; None when it opens nothing."""
    found = Evaluation.objects.filter(fingerprint=links.fingerprint(token), deadline__gt=now)
    row = found.select_related("referral").first()
    if row is None or row.referral is None:
        return None
    at = scene(row.referral.need_id, now=now, policy=policy)
    index = at.rows.index_of(row.referral_id)
    role = Role(row.role)
    shown = at.disclosed(index, role, language=language or row.language)
    if shown.seen is not Seen.INTRODUCED:
        return None
    return EvaluationPage(
        uid=row.uid,
        referral_uid=row.referral.uid,
        role=role,
        shown=shown,
        answered_at=row.answered_at,
        deadline=row.deadline,
        outcome_known=_is_known(row.referral, role),
        address_hash=row.address_hash,
        language=language or row.language,
        time_zone=at.rows.giver.time_zone,
    )


def _is_known(referral: Referral, role: Role) -> bool:
    if role is Role.CLIENT:
        return False
    return bool(referral.outcome) or (role is Role.GIVER and bool(ends_said(referral)))


@dataclass(frozen=True, kw_only=True)
class EndSaid:
    """How it ended, as somebody else than the receiver said at the evaluation (R14), or as the giver heard (R26)."""

    by: Role
    outcome: Outcome
    at: datetime


def ends_said(referral: Referral) -> tuple[EndSaid, ...]:
    """Return what the client told and the giver heard of the end, for the giver's eyes, while the receiver leaves it
    open (R14, R26)."""
    if referral.introduced_at is None or referral.outcome:
        return ()
    said = Evaluation.objects.filter(referral_id=referral.pk).exclude(outcome="").exclude(role=Role.RECEIVER.value)
    rows = said.values_list("role", "outcome", "answered_at")
    told = [Ended(by=Role(role), outcome=Outcome(outcome), at=at) for role, outcome, at in rows if at]
    known = sorted([*endings.history(referral), *told], key=lambda one: one.at)
    shown = [one for one in shown_to(Role.GIVER, known) if one.by is not Role.RECEIVER]
    return tuple(EndSaid(by=one.by, outcome=one.outcome, at=one.at) for one in shown if one.outcome)


def open_token(*, giver: MemberCard, uid: str, now: datetime) -> str:
    """Return the token of the giver's own evaluation of one referral; "" while none is asked, or when it has closed."""
    own = Evaluation.objects.filter(
        referral__uid=uid, referral__giver_id=giver.pk, role=Role.GIVER.value, deadline__gt=now
    )
    found = own.values_list("uid", flat=True).first()
    return _token(found) if found else ""


def _token(uid: str) -> str:
    return keys.token(Purpose.EVALUATION, uid)


# -- what waits at home -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ToJudge:
    """A match this member is asked about. The names are those of the giver's own book, and empty to a party.

    `outside` is the uid of their own record, where they made the match outside the program.
    """

    token: str
    role: Role
    giver: str
    receiver: str
    client: str
    deadline: datetime
    outside: str = ""


_NAMES = ("given_name", "family_name", "company")
_HERE, _NOTED = ("referral__receiver", "referral__need__client"), ("outside__other", "outside__client")
_OF_BOTH = tuple(f"{person}__{name}" for person in (*_HERE, *_NOTED) for name in _NAMES)


def _asked_of(person: Any, now: Any) -> QuerySet[Evaluation, Any]:
    rows = Evaluation.objects.filter(address_hash=person, answered_at=None, deadline__gt=now).order_by("deadline", "pk")
    names = ("uid", "role", "deadline", "referral__giver_id", "outside__uid", "outside__client_name", *_OF_BOTH)
    found: QuerySet[Evaluation, Any] = rows.values(*names)
    return found


_TO_JUDGE = Prepared(lambda person, now: _asked_of(person, now)[:LINES])


def count_to_judge(*, member: MemberCard, now: datetime) -> int:
    """Return how many matches the member is asked and has not answered (R14)."""
    return _asked_of(member.address_hash, now).count()


def to_judge(*, member: MemberCard, now: datetime, most: int | None = LINES) -> tuple[ToJudge, ...]:
    """Return what the member is asked and has not answered, the nearest deadline first; two queries at most (R14).

    The first `most`, not more than LINES, or all.
    """
    person = member.address_hash
    found = list(_asked_of(person, now)) if most is None else _TO_JUDGE(person=person, now=now)[:most]
    givers = members.by_pks({row["referral__giver_id"] for row in found} - {member.pk, None}) if found else {}
    return tuple(_asked(row, givers) for row in found)


def _asked(row: Mapping[str, Any], givers: Mapping[int, MemberCard]) -> ToJudge:
    own = row["role"] == Role.GIVER.value
    receiver, client = (
        (_name(row, person) for person in (_NOTED if row["outside__uid"] else _HERE)) if own else ("", "")
    )
    return ToJudge(
        token=_token(row["uid"]),
        role=Role(row["role"]),
        giver=givers[row["referral__giver_id"]].name if row["referral__giver_id"] in givers else "",
        receiver=receiver,
        client=client or (row["outside__client_name"] or "" if own else ""),
        deadline=row["deadline"],
        outside=row["outside__uid"] or "",
    )


def _name(row: Mapping[str, Any], prefix: str) -> str:
    given, family, company = (row[f"{prefix}__{name}"] or "" for name in _NAMES)
    return f"{given} {family}".strip() or str(company)


# -- before choosing a receiver ---------------------------------------------------------------------


def treatments(
    *, giver: MemberCard, receivers: Iterable[ContactCard | ContactLine], now: datetime, policy: Policy
) -> dict[str, Treatment]:
    """Return, by the contact's uid, how each receiver treated this giver's own introductions, in two queries (R15).

    What was given outside counts as well. Somebody never recommended is left out. Nobody else's referrals count.
    """
    cards = list(receivers)
    by_pk = {card.pk: card.uid for card in cards}
    known = (card for card in cards if isinstance(card, ContactCard) and card.email)
    by_hash = {members.address_hash(card.email): card.uid for card in known}
    handled: dict[str, list[Handled]] = {}
    for row in _TREATED_HERE(giver=giver.pk, people=by_pk, addresses=by_hash):
        uid = by_pk.get(row["receiver_id"]) or by_hash[row["receiver_hash"]]
        handled.setdefault(uid, []).append(_handled(row, row["introduced_at"]))
    for row in _TREATED_OUTSIDE(giver=giver.pk, people=by_pk):
        handled.setdefault(by_pk[row["other_id"]], []).append(_handled(row, row["arrived_at"], noted=row["created_at"]))
    return {uid: treatment(rows, now=now, policy=policy) for uid, rows in handled.items()}


_FACTS = ("contacted_at", "thanked_at", "news_at", "outcome", "outcome_at", "again", "end_heard", "end_said")


def _judged(rows: QuerySet[Any], about: str) -> Any:
    """Add what the giver said of the receiver, and how it ended for others where the receiver has not said (R14)."""
    own = Evaluation.objects.filter(**{about: OuterRef("pk")})
    again = own.filter(role=Role.GIVER.value).values("again_receiver")[:1]
    return endings.with_ends_heard(rows, about).annotate(again=Subquery(again))


_TREATED_HERE = Prepared(
    lambda giver, people, addresses: _judged(
        Referral.objects.filter(giver_id=giver, introduced_at__isnull=False).filter(
            Q(receiver_id__in=people) | Q(receiver_hash__in=addresses)
        ),
        "referral_id",
    ).values("receiver_id", "receiver_hash", "introduced_at", *_FACTS),
    many={"people": int, "addresses": str},
)
_TREATED_OUTSIDE = Prepared(
    lambda giver, people: _judged(
        Outside.objects.filter(owner_id=giver, direction="given", other_id__in=people), "outside_id"
    ).values("other_id", "arrived_at", "created_at", *_FACTS),
    many={"people": int},
)


def _handled(row: Mapping[str, Any], since: datetime, *, noted: datetime | None = None) -> Handled:
    end = row["outcome"] or row["end_heard"] or row["end_said"]
    return Handled(
        introduced_at=since,
        noted_at=noted,
        contacted_at=row["contacted_at"],
        ended_at=row["outcome_at"],
        thanked_at=row["thanked_at"],
        news_at=row["news_at"],
        outcome=Outcome(end) if end else None,
        again=Again(row["again"]) if row["again"] else None,
    )
