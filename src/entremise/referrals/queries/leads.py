"""Leads: what their giver sees, what their receiver reads, and whose thanks are due (R2, R20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from entremise.accounts import queries as members
from entremise.accounts.queries import MemberCard
from entremise.lib import links
from entremise.lib.prepared import Prepared
from entremise.people import queries as people
from entremise.protocol import duties
from entremise.protocol.duties import Owed
from entremise.protocol.guard import clean_name
from entremise.protocol.policy import Policy
from entremise.referrals.models import Lead, Refused
from entremise.referrals.queries import keys
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.outside import Known, known
from entremise.referrals.queries.pages import Told, told_in
from entremise.referrals.queries.refusals import ALL, GIVER, is_silenced
from entremise.referrals.queries.stories import NAME_FIELDS, name_in

_FIRST = 9  # one more than home shows
PAGE_SIZE = 50


class LeadGone(LookupError):  # noqa: N818 - named as the fact it states
    """There is no such lead for this member."""


@dataclass(frozen=True, kw_only=True)
class LeadPage:
    """What the giver of a lead sees: whether it reached anybody shows in nothing but what its receiver says (R46).

    `became` is the uid of the referral it became.
    """

    uid: str
    receiver: Known
    text: str
    link: str
    trade: str
    area: str
    sent_at: datetime
    thanked_at: datetime | None
    owed: tuple[Owed, ...]
    came: str
    told: tuple[Told, ...]
    became: str


def lead_page(*, giver: MemberCard, uid: str, policy: Policy) -> LeadPage:
    """Return one lead of the giver's own. Raises LeadGone for any other (R44)."""
    row = Lead.objects.filter(uid=uid, giver_id=giver.pk).select_related("became").first()
    if row is None:
        raise LeadGone
    newest = row.became.referrals.order_by("-attempt").first() if row.became else None
    return LeadPage(
        uid=row.uid,
        receiver=known(people.contact_by_pk(owner_pk=giver.pk, pk=row.receiver_id)),
        text=row.text,
        link=row.link,
        trade=row.trade,
        area=row.area,
        sent_at=row.sent_at,
        thanked_at=row.thanked_at,
        owed=duties.owed_for_lead(sent_at=row.sent_at, thanked_at=row.thanked_at, policy=policy),
        came=row.came_of_it,
        told=told_in(row.words),
        became=newest.uid if newest else "",
    )


@dataclass(frozen=True, kw_only=True)
class LeadRead:
    """What the receiver of a lead reads behind its link (R2, R45). `refused` is "", "giver" or "all".

    `by_hand` says that the giver brings the link, and can open it: then no refusal and no silence shows (R6c, R46).
    """

    uid: str
    giver: str
    giver_company: str
    receiver: str
    text: str
    link: str
    trade: str
    area: str
    sent_at: datetime
    thanked_at: datetime | None
    owed: tuple[Owed, ...]
    came: str
    told: tuple[Told, ...]
    refused: str
    silenced: bool
    by_hand: bool
    address_hint: str
    address_hash: str
    language: str
    time_zone: str


def lead_read(*, token: str, language: str, policy: Policy) -> LeadRead | None:
    """Return the page behind a lead's link, in `language` or its receiver's own; None when it opens nothing."""
    row = Lead.objects.filter(pk=opened_by(token, policy=policy)).first()
    giver = members.by_pk(row.giver_id) if row else None
    if row is None or giver is None:
        return None
    by_hand = not policy.writes_first
    receiver = people.contact_by_pk(owner_pk=giver.pk, pk=row.receiver_id)
    refused = set(Refused.objects.filter(address_hash=row.receiver_hash).values_list("scope", "other"))
    return LeadRead(
        uid=row.uid,
        giver=clean_name(giver.name),
        giver_company=giver.company,
        receiver=clean_name(receiver.name),
        text=row.text,
        link=row.link,
        trade=row.trade,
        area=row.area,
        sent_at=row.sent_at,
        thanked_at=row.thanked_at,
        owed=duties.owed_for_lead(sent_at=row.sent_at, thanked_at=row.thanked_at, policy=policy),
        came=row.came_of_it,
        told=told_in(row.words),
        refused="" if by_hand else _scope(refused, giver.address_hash),
        silenced=not by_hand and is_silenced(row.receiver_hash),
        by_hand=by_hand,
        address_hint=f"{row.address[:1]}•••@…",
        address_hash=row.receiver_hash,
        language=language or row.language or giver.language,
        time_zone=giver.time_zone,
    )


def opened_by(token: str, *, policy: Policy) -> int:
    """Return the primary key of the lead that a link opens; 0 where it opens none.

    Where the giver brings it, an unwanted one opens like any other (R46).
    """
    found = Lead.objects.filter(fingerprint=links.fingerprint(token)).exclude(address="")
    return (found.filter(mute=False) if policy.writes_first else found).values_list("pk", flat=True).first() or 0


def _scope(refused: set[tuple[str, str]], giver_hash: str) -> str:
    if (ALL, "") in refused:
        return ALL
    return GIVER if (GIVER, giver_hash) in refused else ""


@dataclass(frozen=True, kw_only=True)
class LeadLine:
    """One lead in its giver's list."""

    uid: str
    receiver: str
    sent_at: datetime
    thanked: bool
    came: str


@dataclass(frozen=True, kw_only=True)
class LeadLines:
    """A page of leads: at most PAGE_SIZE lines of `total`, the latest first; pages count from 1."""

    lines: tuple[LeadLine, ...]
    total: int
    page: int


def lead_lines(*, giver_pk: int, page: int = 1) -> LeadLines:
    """Return a page of the leads the member sent. A page beyond the last is the last."""
    rows = Lead.objects.filter(giver_id=giver_pk).order_by("-sent_at", "-pk")
    total = rows.count()
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    names = [f"receiver__{name}" for name in NAME_FIELDS]
    shown = rows.values("uid", "sent_at", "thanked_at", "came_of_it", *names)[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return LeadLines(lines=tuple(_line(row) for row in shown), total=total, page=page)


def _line(row: Mapping[str, Any]) -> LeadLine:
    return LeadLine(
        uid=row["uid"],
        receiver=name_in(dict(row), "receiver"),
        sent_at=row["sent_at"],
        thanked=row["thanked_at"] is not None,
        came=row["came_of_it"],
    )


@dataclass(frozen=True, kw_only=True)
class ReceivedLine:
    """One lead in the list of whoever received it; `token` opens its page, `came` is what they said came of it."""

    token: str
    giver: str
    text: str
    sent_at: datetime
    owed: tuple[Owed, ...]
    came: str


@dataclass(frozen=True, kw_only=True)
class ReceivedLines:
    """A page of leads: at most PAGE_SIZE lines of `total`, the latest first; pages count from 1."""

    lines: tuple[ReceivedLine, ...]
    total: int
    page: int


def received_lines(*, member: MemberCard, policy: Policy, page: int = 1) -> ReceivedLines:
    """Return a page of the leads the member received, and what is owed for them (R2, R20), in three queries.

    Only what the member can open: nothing they did not want, had erased, or whose giver has left. A page beyond the
    last is the last.
    """
    rows = Lead.objects.filter(receiver_hash=member.address_hash, mute=False, giver__is_active=True)
    rows = rows.exclude(address="").order_by("-sent_at", "-pk")
    total = rows.count()
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    shown = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    givers = members.by_pks(row.giver_id for row in shown)
    return ReceivedLines(
        lines=tuple(_received(row, givers[row.giver_id], policy) for row in shown), total=total, page=page
    )


def _received(row: Lead, giver: MemberCard, policy: Policy) -> ReceivedLine:
    return ReceivedLine(
        token=keys.token(Purpose.LEAD, row.uid),
        giver=clean_name(giver.name),
        text=row.text,
        sent_at=row.sent_at,
        owed=duties.owed_for_lead(sent_at=row.sent_at, thanked_at=row.thanked_at, policy=policy),
        came=row.came_of_it,
    )


def leads_to_thank(member: MemberCard, *, most: int | None = None) -> list[dict[str, Any]]:
    """Return the leads sent to this member and not thanked for, who has waited longest first (R20).

    The first `most`, not more than nine, or all. Whoever has left is thanked no more: the page has gone with them.
    """
    person = member.address_hash
    return list(_to_thank(person)) if most is None else _FIRST_TO_THANK(person=person)[:most]


def _to_thank(person: Any) -> QuerySet[Lead, Any]:
    rows = Lead.objects.filter(receiver_hash=person, mute=False, duty_due__isnull=False, giver__is_active=True)
    return rows.order_by("sent_at", "pk").values("uid", "giver_id", "sent_at")


_FIRST_TO_THANK = Prepared(lambda person: _to_thank(person)[:_FIRST])
