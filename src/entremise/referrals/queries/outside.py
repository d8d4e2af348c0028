"""Referrals that came about outside the program: one, all of them, and what is owed on them (R23b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from entremise.accounts.queries import MemberCard
from entremise.people import queries as people
from entremise.people.queries import ContactCard
from entremise.protocol import duties
from entremise.protocol.duties import Owed
from entremise.protocol.ending import Worth
from entremise.protocol.folding import plain_words
from entremise.protocol.guard import clean_name
from entremise.protocol.policy import Policy
from entremise.protocol.types import Role
from entremise.referrals import mapping
from entremise.referrals.models import Evaluation, Outside, Word
from entremise.referrals.queries import endings
from entremise.referrals.queries.pages import Told, told_in
from entremise.referrals.queries.promoting import PROMOTION
from entremise.referrals.queries.stories import NAME_FIELDS, name_in

PAGE_SIZE = 50


class Direction(StrEnum):
    """Which way a referral went, seen from the member who noted it."""

    RECEIVED = "received"
    GIVEN = "given"


class OutsideGone(LookupError):  # noqa: N818 - named as the fact it states
    """There is no such record for this member."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """One of the two others, as the member's own book has them; the name of who is not in it has no uid."""

    name: str
    uid: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class OutsidePage:
    """What a member sees of a referral they noted: who, what was said, what is owed, what was told (R20–R23b).

    `by_mail` tells whether thanks and news leave by mail in the member's name; `may_mail` whether they could (R6c).
    `met_through` is through whom their book says that they met the client (R37). `asked` tells whether they are asked
    now whether it was a good match (R14).
    """

    uid: str
    direction: Direction
    other: Known
    client: Known
    trade: str
    said: str
    arrived_at: datetime
    arrived_on: date
    owed: tuple[Owed, ...]
    told: tuple[Told, ...]
    thanked_at: datetime | None
    contacted_at: datetime | None
    outcome: str
    worth: Worth | None
    likes_mail: bool
    may_mail: bool
    met_through: str
    met_through_uid: str
    version: int
    asked: bool = False

    @property
    def by_mail(self) -> bool:
        """Whether what is told leaves by mail, in the member's name."""
        return self.may_mail and self.likes_mail


def outside_page(*, owner: MemberCard, uid: str, now: datetime, policy: Policy) -> OutsidePage:
    """Return one record of the member's own. Raises OutsideGone for any other (R44)."""
    asked = Evaluation.objects.filter(outside=OuterRef("pk"), deadline__gt=now)
    row = Outside.objects.filter(uid=uid, owner_id=owner.pk).annotate(is_asked=Exists(asked)).first()
    if row is None:
        raise OutsideGone
    wanted = [pk for pk in (row.other_id, row.client_id) if pk]
    cards = people.contacts_by_pks(owner_pk=owner.pk, pks=wanted)
    client = cards.get(row.client_id) if row.client_id else None
    other = known(cards[row.other_id])
    received = row.direction == Direction.RECEIVED.value
    return OutsidePage(
        uid=row.uid,
        direction=Direction(row.direction),
        other=other,
        client=known(client) if client else Known(name=row.client_name),
        trade=row.trade,
        said=row.said,
        arrived_at=row.arrived_at,
        arrived_on=row.arrived_at.astimezone(ZoneInfo(owner.time_zone)).date(),
        owed=owed(row, policy=policy),
        told=told_in(row.words),
        thanked_at=row.thanked_at,
        contacted_at=row.contacted_at,
        outcome=row.outcome,
        worth=endings.own_worth(row, by=Role.RECEIVER if received else Role.GIVER),
        likes_mail=row.likes_mail,
        may_mail=received and bool(other.email) and may_write_to(row, now=now, policy=policy),
        met_through=client.met_through_name if client else "",
        met_through_uid=client.met_through if client else "",
        version=row.version,
        asked=row.is_asked,
    )


def may_write_to(row: Outside, *, now: datetime, policy: Policy) -> bool:
    """Tell whether another letter may go to the giver of one that was received: the law lets the platform write first
    (R6c), and they had no more than so many of this member's within seven days (R46)."""
    lately = Word.objects.filter(
        outside__owner_id=row.owner_id, outside__other_id=row.other_id, at__gt=now - timedelta(days=7)
    ).exclude(kind=PROMOTION)  # which is for the client
    return policy.writes_first and lately.count() < policy.outside_letters


def known(card: ContactCard) -> Known:
    """Return a contact as these pages name them."""
    return Known(name=clean_name(card.name) or card.name, uid=card.uid, email=card.email, phone=card.phone)


def owed(row: Outside, *, policy: Policy) -> tuple[Owed, ...]:
    """Return what the member owes on one they received, as on any other; on one they gave, nothing (R20–R23b)."""
    if row.direction != Direction.RECEIVED.value:
        return ()
    return duties.owed(mapping.followed(row, since=row.arrived_at), policy=policy)


@dataclass(frozen=True, kw_only=True)
class OutsideLine:
    """One record in a list."""

    uid: str
    direction: Direction
    other: str
    client: str
    arrived_at: datetime
    outcome: str


@dataclass(frozen=True, kw_only=True)
class OutsideLines:
    """A page of records: at most PAGE_SIZE lines of `total`, those that moved last first; pages count from 1."""

    lines: tuple[OutsideLine, ...]
    total: int
    page: int


_NAMES = tuple(f"{person}__{name}" for person in ("other", "client") for name in NAME_FIELDS)


def outside_lines(*, owner_pk: int, search: str = "", page: int = 1) -> OutsideLines:
    """Return a page of what the member noted, found by anybody's name. A page beyond the last is the last."""
    wanted = Q(owner_id=owner_pk)
    for word in plain_words(search[:200])[:8]:
        wanted &= Q(other__search_text__contains=f" {word}") | Q(client__search_text__contains=f" {word}")
    rows = Outside.objects.filter(wanted).order_by("-moved_at", "-pk")
    total = rows.count()
    page = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    columns = ("uid", "direction", "arrived_at", "outcome", "client_id", "client_name", *_NAMES)
    return OutsideLines(lines=tuple(_line(row) for row in shown.values(*columns)), total=total, page=page)


def _line(row: Mapping[str, Any]) -> OutsideLine:
    return OutsideLine(
        uid=row["uid"],
        direction=Direction(row["direction"]),
        other=name_in(dict(row), "other"),
        client=client_in(row),
        arrived_at=row["arrived_at"],
        outcome=row["outcome"],
    )


def client_in(row: Mapping[str, Any]) -> str:
    """Return the client's name as the member's book, or else the record itself, has it."""
    return name_in(dict(row), "client") if row["client_id"] else str(row["client_name"])


def count_outside(*, owner_pk: int) -> int:
    """Return how many referrals from outside the member noted."""
    return Outside.objects.filter(owner_id=owner_pk).count()
