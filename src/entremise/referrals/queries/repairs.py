"""What of a referral waits to be repaired: addresses that do not work, a client's details that do not (R18)."""

from __future__ import annotations

from entremise.outbox import queries as outbox
from entremise.protocol.referral import Stage
from entremise.protocol.types import REFERRERS, Kind, Role
from entremise.referrals.models import Moment, Part, Referral
from entremise.referrals.queries.rows import ask_key, introduction_key
from entremise.referrals.queries.scenes import Scene

UNREACHABLE, CORRECTED = "unreachable", "details"
_PARTIES = (Role.RECEIVER, Role.CLIENT)
_ASKED = (*REFERRERS, *_PARTIES)


def undelivered(at: Scene, index: int) -> tuple[Role, ...]:
    """Return whose address does not work, as far as the giver needs to know, who typed it (R18).

    Their mail server refused the request, or the introduction, for good; or whoever reads it says that it is somebody
    else's. Which of the two it was is not told.
    """
    referral = at.rows.referrals[index]
    own = [row for row in at.rows.requests if row.referral_id == referral.pk]
    if at.lives[index].stage is Stage.INTRODUCED:
        keys = {introduction_key(referral.uid, role): role for role in _PARTIES}
    else:
        keys = {ask_key(row.uid): Kind(row.kind).asked for row in own}
    found = {keys[trouble.key] for trouble in outbox.failed_for(list(keys))}
    found |= {Kind(row.kind).asked for row in own if row.not_them_at is not None}
    return tuple(role for role in _ASKED if role in found)


def details_are_asked(row: Referral) -> bool:
    """Tell whether the receiver waits for a correction: they said so last, and it has not come."""
    told = Moment.objects.filter(need_id=row.need_id, attempt=row.attempt, what__in=[UNREACHABLE, CORRECTED])
    return told.order_by("-pk").values_list("what", flat=True).first() == UNREACHABLE


def way_to_correct(row: Referral) -> str | None:
    """Return the way whose details do not work, as the receiver tells the giver; None while nothing is asked.

    That is all the giver learns of the client's part.
    """
    if row.introduced_at is None or not details_are_asked(row):
        return None
    return Part.objects.filter(referral=row, role=Role.CLIENT.value).values_list("way", flat=True).first()


def asked_of(*, giver_pk: int, uid: str) -> str | None:
    """Return, for one story of the giver's, the way whose details wait for a correction; None where none does."""
    row = Referral.objects.filter(uid=uid, giver_id=giver_pk).first()
    return way_to_correct(row) if row else None
