"""Adopting a small correction, changing its first day, dropping it, taking either back (R28).

Each is one transaction, and the same press again changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.lib.refused import Refused
from entremise.people.queries import profiles
from entremise.protocol.correction import Adopted, CorrectionKind, keeps_sides
from entremise.protocol.policy import Policy
from entremise.referrals.models import Correction
from entremise.referrals.queries.corrections import CorrectionGone, of_row
from entremise.referrals.queries.measured import received

__all__ = [
    "LONGEST",
    "CorrectionGone",
    "CorrectionRefused",
    "adopt",
    "drop",
    "forget_all",
    "keep_on",
    "move",
    "take_back",
]

LONGEST = 200


class CorrectionRefused(Refused):
    """Nothing was kept; `reasons` gives for `words` `missing` or `long`, for `on` `future`, `long_ago`, `before`
    (dropped before it was adopted) or `known` (it would change what is compared), for `kind` `in_force`."""


@transaction.atomic
def adopt(
    *,
    member: MemberCard,
    uid: str,
    kind: CorrectionKind,
    words: str,
    on: date,
    review: str,
    now: datetime,
    policy: Policy,
) -> Adopted:
    """Adopt a correction from a day on, under `uid`; the same uid again changes nothing (R28).

    `review` is the key of the review that led to it, "" for none. Raises CorrectionRefused: a day to come or too long
    ago, an own correction without words, one that is in force already; CorrectionGone where the uid is another's.
    """
    there = Correction.objects.filter(uid=uid).first()
    if there is not None:
        return of_row(_own(member, uid), member=member)
    said = " ".join(words.split())
    reasons = {**_word_reasons(kind, said), **_day_reasons(on, member=member, now=now, policy=policy)}
    if kind is not CorrectionKind.OWN and _in_force(member, kind):
        reasons["kind"] = "in_force"
    if reasons:
        raise CorrectionRefused(reasons)
    kept = {
        "member_id": member.pk,
        "kind": kind.value,
        "words": said,
        "adopted_on": on,
        "review": review,
        "profile_version": _version_before(member, on),
        "created_at": now,
    }
    return of_row(Correction.objects.get_or_create(uid=uid, defaults=kept)[0], member=member)


@transaction.atomic
def move(*, member: MemberCard, uid: str, on: date, now: datetime, policy: Policy) -> Adopted:
    """Let a correction begin on another day, as long as no end that is known changes sides (R28).

    Raises CorrectionGone, CorrectionRefused.
    """
    row = _own(member, uid)
    reasons = _day_reasons(on, member=member, now=now, policy=policy) if on != row.adopted_on else {}
    if row.dropped_on is not None and row.dropped_on < on:
        reasons = {"on": "before"}
    if not reasons and not keeps_sides(of_row(row, member=member), on=on, received=received(member=member)):
        reasons = {"on": "known"}
    if reasons:
        raise CorrectionRefused(reasons)
    row.adopted_on, row.profile_version = on, _version_before(member, on)
    row.save(update_fields=["adopted_on", "profile_version"])
    return of_row(row, member=member)


@transaction.atomic
def drop(*, member: MemberCard, uid: str, on: date, now: datetime) -> Adopted:
    """Drop a correction: `on` is the first day without it. One dropped already stays as it is.

    Raises CorrectionGone, CorrectionRefused.
    """
    row = _own(member, uid)
    if row.dropped_on is not None:
        return of_row(row, member=member)
    if on > member.today(now):
        raise CorrectionRefused({"on": "future"})
    if on < row.adopted_on:
        raise CorrectionRefused({"on": "before"})
    row.dropped_on = on
    row.save(update_fields=["dropped_on"])
    return of_row(row, member=member)


@transaction.atomic
def keep_on(*, member: MemberCard, uid: str) -> Adopted:
    """Undo a dropping: the correction never stopped.

    Raises CorrectionGone, and CorrectionRefused where the same one was adopted anew.
    """
    row = _own(member, uid)
    kind = CorrectionKind(row.kind)
    if row.dropped_on is not None:
        if kind is not CorrectionKind.OWN and _in_force(member, kind):
            raise CorrectionRefused({"kind": "in_force"})
        row.dropped_on = None
        row.save(update_fields=["dropped_on"])
    return of_row(row, member=member)


@transaction.atomic
def take_back(*, member: MemberCard, uid: str) -> bool:
    """Undo an adoption, as if it had never been; return whether there was one."""
    return bool(Correction.objects.filter(member_id=member.pk, uid=uid).delete()[0])


def forget_all(*, member_pk: int) -> int:
    """Erase every correction of a member who leaves (R47); return how many there were."""
    return Correction.objects.filter(member_id=member_pk).delete()[0]


def _own(member: MemberCard, uid: str) -> Correction:
    row = Correction.objects.select_for_update().filter(member_id=member.pk, uid=uid).first()
    if row is None:
        raise CorrectionGone(uid)
    return row


def _in_force(member: MemberCard, kind: CorrectionKind) -> bool:
    return Correction.objects.filter(member_id=member.pk, kind=kind.value, dropped_on=None).exists()


def _word_reasons(kind: CorrectionKind, words: str) -> dict[str, str]:
    if kind is CorrectionKind.OWN and not words:
        return {"words": "missing"}
    return {"words": "long"} if len(words) > LONGEST else {}


def _day_reasons(on: date, *, member: MemberCard, now: datetime, policy: Policy) -> dict[str, str]:
    today = member.today(now)
    if on > today:
        return {"on": "future"}
    return {"on": "long_ago"} if on < today - timedelta(days=policy.correction_back) else {}


def _version_before(member: MemberCard, on: date) -> int:
    """What the profile's version was on the eve: what is changed on the very day belongs to the correction."""
    morning = datetime.combine(on, time(), tzinfo=ZoneInfo(member.time_zone))
    return profiles.version_before(owner_pk=member.pk, at=morning)
