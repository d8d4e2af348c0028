"""Every introduction as it is measured: by whom, when, how it ended, and what was known at the start (R15, R19, R26).

What a member received ended as they say themself. What they gave ended as the receiver told them, else as they heard,
else as somebody said at the evaluation: nothing that the story on their own page does not show (R7, R14).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib.prepared import Prepared
from entremise.people.queries.helping import with_addresses
from entremise.protocol import care
from entremise.protocol.care import Letter, Weight
from entremise.protocol.measure import Measured
from entremise.protocol.policy import DEFAULT
from entremise.protocol.referral import Stage
from entremise.protocol.types import Answer, Kind, Outcome, Role
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.models import Ending, Outside, Referral, Request
from entremise.referrals.queries.endings import with_ends_heard
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.stories import NAME_FIELDS, name_in

_SAID = ("uid", "outcome", "contacted_at")
_HERE = (*_SAID, "introduced_at", "need__trade")
_TESTED = ("answers", "need__urgency", "need__wanted_by", "created_at")
_RECEIVER = ("receiver_hash", "receiver__uid", *(f"receiver__{name}" for name in NAME_FIELDS))
_NOTED = (*_SAID, "arrived_at", "trade", "other_id", "other__uid", *(f"other__{name}" for name in NAME_FIELDS))

_RECEIVED = Prepared(
    lambda person: (
        Referral.objects.filter(receiver_hash=person, stage=Stage.INTRODUCED.value)
        .order_by("introduced_at")
        .values(*_HERE, "completeness", "giver_id")
    )
)
_GIVEN = Prepared(
    lambda giver: (
        with_ends_heard(Referral.objects.filter(giver_id=giver, stage=Stage.INTRODUCED.value))
        .order_by("introduced_at")
        .values(*_HERE, "end_heard", "end_said", *_TESTED, *_RECEIVER)
    )
)
_OUTSIDE = Prepared(
    lambda owner, direction: (
        Outside.objects.filter(owner_id=owner, direction=direction).order_by("arrived_at").values(*_NOTED)
    )
)
# What reached a receiver as a request to be recommended, by what they answered.
_ASKED = Prepared(
    lambda person: (
        Request.objects.filter(address_hash=person, kind=Kind.RECEIVER.value, mute=False, not_them_at=None)
        .order_by()
        .values("answer")
        .annotate(times=Count("pk"))
    )
)
_MADE = Prepared(
    lambda giver: Referral.objects.filter(giver_id=giver).order_by().values("giver_id").annotate(times=Count("pk"))
)


def received(*, member: MemberCard) -> tuple[Measured, ...]:
    """Return every introduction the member received, here or outside, the oldest first; in four queries at most (R26).

    `other` is who recommended them: the same key for what somebody gave here and outside, and "" for who was erased.
    """
    here = _RECEIVED(person=member.address_hash)
    noted = _outside(member, Direction.RECEIVED)
    givers = members.once_members([row["giver_id"] for row in here]) if here else {}
    same = _own_entries(member, givers) if noted else {}
    found = [_received_here(row, givers.get(row["giver_id"]), member=member) for row in here]
    found += [_noted(row, member=member, other=same.get(row["other_id"], row["other__uid"])) for row in noted]
    return _oldest_first(found)


def given(*, member: MemberCard) -> tuple[Measured, ...]:
    """Return every introduction the member made, here or outside, the oldest first; in two queries (R15, R26).

    `other` is who received it, as the giver's own book has them. `letters` tells for each letter of the CARE test
    whether it was clear: every reason of that letter spoke for it. It is empty for what was given outside. How much the
    two parties filled in is theirs, and not the giver's to know: `completeness` is None (R18).
    """
    same: dict[str, str] = {}  # one person may stand in a book twice
    found = []
    for row in _GIVEN(giver=member.pk):
        other = same.setdefault(row["receiver_hash"], row["receiver__uid"])
        found.append(_given_here(row, other, member=member))
    found += [_noted(row, member=member, other=row["other__uid"]) for row in _outside(member, Direction.GIVEN)]
    return _oldest_first(found)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How often the member was asked here whether they may be recommended, and to how many their yes stands."""

    asked: int
    agreed: int


def asked(*, member: MemberCard) -> Asked:
    """Return how often the member was asked as a receiver: what reached them, and what they answered; one query."""
    times = {row["answer"]: row["times"] for row in _ASKED(person=member.address_hash)}
    return Asked(asked=sum(times.values()), agreed=times.get(Answer.YES.value, 0))


def recommended(*, member: MemberCard) -> int:
    """Return how many referrals the member made here, whatever became of them (R7); one query."""
    return sum(row["times"] for row in _MADE(giver=member.pk))


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What referrals that were won brought together, in one currency, and of how many an amount is noted."""

    currency: str
    amount: Decimal
    noted: int


def worth(*, member: MemberCard) -> tuple[Sum, ...]:
    """Return the sums of what the member noted for themself as a receiver, the largest count first; two queries (R26).

    Of each referral the receiver's last word counts. Nobody else may ask this.
    """
    own = Ending.objects.filter(by=Role.RECEIVER.value).order_by("at", "pk")
    here = own.filter(referral__receiver_hash=member.address_hash).values_list("referral_id", "amount", "currency")
    noted = own.filter(outside__owner_id=member.pk, outside__direction=Direction.RECEIVED.value)
    sums: dict[str, list[Decimal]] = {}
    for rows in (here, noted.values_list("outside_id", "amount", "currency")):
        last = {about: (amount, currency) for about, amount, currency in rows}
        for amount, currency in last.values():
            if amount is not None:
                sums.setdefault(currency, []).append(amount)
    found = [Sum(currency=currency, amount=sum(some, Decimal()), noted=len(some)) for currency, some in sums.items()]
    return tuple(sorted(found, key=lambda one: (-one.noted, one.currency)))


def _outside(member: MemberCard, direction: Direction) -> list[Mapping[str, Any]]:
    return _OUTSIDE(owner=member.pk, direction=direction.value)


def _own_entries(member: MemberCard, givers: Mapping[int, MemberCard]) -> Mapping[int, str]:
    """Return which entries of the member's own book are whom, among those who gave here, by their keys."""
    by_address = {giver.email: giver.uid for giver in givers.values() if giver.email}
    found = with_addresses(owner_pk=member.pk, addresses=list(by_address)) if by_address else {}
    return {pk: by_address[address] for address, pk in found.items()}


def _received_here(row: Mapping[str, Any], giver: MemberCard | None, *, member: MemberCard) -> Measured:
    return _measured(
        row,
        member=member,
        at=row["introduced_at"],
        outcome=row["outcome"],
        other=(giver.uid, giver.name) if giver else ("", ""),
        trade=row["need__trade"],
    )


def _given_here(row: Mapping[str, Any], other: str, *, member: MemberCard) -> Measured:
    return _measured(
        row,
        member=member,
        at=row["introduced_at"],
        outcome=row["outcome"] or row["end_heard"] or row["end_said"] or "",
        other=(other, name_in(dict(row), "receiver")),
        trade=row["need__trade"],
        letters=_letters(row, member=member),
    )


def _noted(row: Mapping[str, Any], *, member: MemberCard, other: str) -> Measured:
    named = (other, name_in(dict(row), "other"))
    return _measured(
        row, member=member, at=row["arrived_at"], outcome=row["outcome"], other=named, trade=row["trade"], here=False
    )


def _measured(
    row: Mapping[str, Any],
    *,
    member: MemberCard,
    at: datetime,
    outcome: str,
    other: tuple[str, str],
    trade: str,
    letters: Mapping[Letter, bool] | None = None,
    here: bool = True,
) -> Measured:
    key, name = other
    return Measured(
        uid=row["uid"],
        here=here,
        introduced_on=at.astimezone(ZoneInfo(member.time_zone)).date(),
        outcome=Outcome(outcome) if outcome else None,
        other=key if name else "",
        other_name=name,
        trade=trade,
        completeness=row.get("completeness"),
        letters=letters or {},
        contacted=row["contacted_at"] is not None,
    )


def _letters(row: Mapping[str, Any], *, member: MemberCard) -> Mapping[Letter, bool]:
    """Return which letters were clear when it was sent; nothing where the answers are not kept."""
    kept = row["answers"]
    if not kept:
        return {}
    by = row["need__wanted_by"]
    typed = {**kept, "urgency": row["need__urgency"], "wanted_by": by.isoformat() if by else None}
    answers = NeedDraft.from_json(typed).answers()
    answers = replace(answers, against_profile=answers.overruled)  # a profile's no that was overruled is kept as that
    # How near a date must be was asked when it was sent, and no law says otherwise.
    reasons = care.judge(answers, today=member.today(row["created_at"]), policy=DEFAULT).reasons
    return {letter: all(r.weight is Weight.FOR for r in reasons if r.letter is letter) for letter in Letter}


def _oldest_first(found: list[Measured]) -> tuple[Measured, ...]:
    return tuple(sorted(found, key=lambda one: one.introduced_on))
