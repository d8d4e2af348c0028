"""Reading the small corrections a member adopted; they are nobody's but theirs (R28, R44)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entremise.accounts.queries import MemberCard
from entremise.protocol.correction import Adopted, CorrectionKind
from entremise.referrals.models import Correction

__all__ = ["Adopted", "CorrectionGone", "CorrectionKind", "adopted", "everything", "of_row", "one"]


class CorrectionGone(LookupError):  # noqa: N818 - named as the fact it states
    """The member has no such correction."""


def adopted(*, member: MemberCard) -> tuple[Adopted, ...]:
    """Return every correction the member adopted, dropped or not, by its first day; in one query."""
    rows = Correction.objects.filter(member_id=member.pk).order_by("adopted_on", "pk")
    return tuple(of_row(row, member=member) for row in rows)


def one(*, member: MemberCard, uid: str) -> Adopted:
    """Return one correction of the member's own. Raises CorrectionGone."""
    row = Correction.objects.filter(member_id=member.pk, uid=uid).first()
    if row is None:
        raise CorrectionGone(uid)
    return of_row(row, member=member)


def of_row(row: Correction, *, member: MemberCard) -> Adopted:
    """Return a correction of a member's as the protocol knows it; its days are their own."""
    return Adopted(
        uid=row.uid,
        kind=CorrectionKind(row.kind),
        words=row.words,
        on=row.adopted_on,
        dropped_on=row.dropped_on,
        noted_on=member.today(row.created_at),
        review=row.review,
        profile_version=row.profile_version,
    )


def everything(*, member: MemberCard) -> Iterator[dict[str, Any]]:
    """Yield every correction as plain values, to be taken along (R47)."""
    names = ("kind", "words", "adopted_on", "dropped_on", "review", "profile_version")
    for row in Correction.objects.filter(member_id=member.pk).order_by("pk").iterator():
        yield {"id": row.uid, **{name: getattr(row, name) for name in names}}
