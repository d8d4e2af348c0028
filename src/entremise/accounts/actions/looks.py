"""The owner looks up which member a figure is of: never unrecorded, never untold (R46)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from entremise.accounts import queries
from entremise.accounts.mapping import MemberCard
from entremise.accounts.models import Look, Member
from entremise.lib import mail
from entremise.lib.chance import Chance
from entremise.lib.json_value import JSON
from entremise.outbox.actions import enqueue

LOOKED_MAIL = "account/looked"
SHOWN_FOR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """Whom one look showed, and until when it may be read again."""

    member: MemberCard
    until: datetime


@transaction.atomic
def look(*, member_uid: str, now: datetime, chance: Chance) -> str | None:
    """Record that the owner looks who this is, tell the member, and return the look's uid; None for nobody.

    Looking again within the hour is the same look, and tells nothing twice.
    """
    member = Member.objects.select_for_update().filter(uid=member_uid, is_active=True).first()
    if member is None:
        return None
    lately = Look.objects.filter(member=member, at__gt=now - SHOWN_FOR, at__lte=now).first()
    if lately is not None:
        return lately.uid
    row = Look.objects.create(uid=chance.uid(), member=member, at=now)
    payload: dict[str, JSON] = {"look": row.uid}
    enqueue(job=LOOKED_MAIL, key=f"{LOOKED_MAIL}:{row.uid}", payload=payload, due=now, now=now, chance=chance)
    return row.uid


def looked(uid: str, *, now: datetime) -> Looked | None:
    """Return whom a look shows while it may be read; None afterwards."""
    row = Look.objects.filter(uid=uid, at__gt=now - SHOWN_FOR).select_related("member").first()
    member = queries.by_pk(row.member_id) if row else None
    return Looked(member=member, until=row.at + SHOWN_FOR) if row and member else None


def render_looked(payload: Mapping[str, JSON], now: datetime) -> mail.Letter | None:
    """Return the mail that tells a member that the owner looked, or None where the member has left."""
    del now  # what happened does not depend on when it is told
    row = Look.objects.filter(uid=str(payload["look"])).first()
    member = queries.by_pk(row.member_id) if row else None
    if row is None or member is None:
        return None
    context = {"at": row.at, "zone": member.time_zone, "site": mail.site_host()}
    return mail.render(LOOKED_MAIL, context, language=member.language, to=member.email)
