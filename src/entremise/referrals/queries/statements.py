"""The exact words a request puts to its person: the same on the page, in the mail and in the proof (R6b, R10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from entremise.protocol.guard import clean_name
from entremise.protocol.types import PERMISSIONS, Kind, Role
from entremise.protocol.wall import Disclosed, Part, Person
from entremise.referrals import mapping
from entremise.referrals.queries import briefs
from entremise.referrals.queries.scenes import Scene


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is put to one person; everything in it came through the wall.

    `told_to` says whose side those who will learn both names are on: "own" or "other" (R39). To a referrer, `about` is
    whom they introduced, `both` that the other party came through them too, `competes` that the trade is theirs (R40).
    """

    kind: Kind
    giver: Person
    person: Person
    brief: str
    trade: str
    note: str
    until: datetime
    commission: bool
    zone: str
    receiver: Person | None = None
    reason: str = ""
    by_hand: bool = False
    told_to: tuple[str, ...] = ()
    about: Person | None = None
    both: bool = False
    competes: bool = False

    @property
    def words(self) -> str:
        """The name of the texts that say this: a permission is asked in the same words of either referrer."""
        return Kind.PERMISSION.value if self.kind in PERMISSIONS else self.kind.value

    def context(self) -> Mapping[str, object]:
        """Return the template's variables."""
        names = (
            "giver",
            "person",
            "brief",
            "trade",
            "note",
            "until",
            "commission",
            "zone",
            "receiver",
            "reason",
            "by_hand",
            "told_to",
            "about",
            "both",
            "competes",
        )
        return {
            "kind": self.kind.value,
            **{name: getattr(self, name) for name in names},
        }

    def text(self, *, language: str) -> str:
        """Return the exact text, for the proof and for reading aloud (R8, R10)."""
        template: Template = get_template(f"mail/referral/statement_{self.words}.txt").template  # type: ignore[attr-defined]
        with translation.override(language):
            context = {**self.context(), "language": language}
            return str(template.render(Context(context, autoescape=False))).strip()


def statement(
    at: Scene, index: int, kind: Kind, shown: Disclosed, *, until: datetime, language: str
) -> Statement | None:
    """Return what a request of this kind says from what its person may be shown; None where the wall says no."""
    if kind in PERMISSIONS:
        return _permission(at, index, kind, shown, until=until, language=language)
    person = shown.receiver if kind.asked is Role.RECEIVER else shown.client
    if shown.giver is None or person is None or shown.brief is None:
        return None
    if kind is Kind.NAME and shown.receiver is None:
        return None
    part: Part | None = shown.client_part if kind is Kind.NAME else None
    need = at.rows.need
    return Statement(
        kind=kind,
        giver=shown.giver,
        person=Person(name=clean_name(person.name), company=person.company, address=person.address),
        brief=shown.brief,
        trade=briefs.trade_phrase(mapping.brief(need), language=language),
        note=need.note,
        until=until,
        commission=need.commission,
        zone=at.rows.giver.time_zone,
        receiver=shown.receiver if kind is Kind.NAME else None,
        reason=part.reason if part else "",
        by_hand=kind is Kind.NAME and at.by_hand(index),
        told_to=_told_to(kind, shown, both=at.rows.referrals[index].through_both),
    )


def _permission(
    at: Scene, index: int, kind: Kind, shown: Disclosed, *, until: datetime, language: str
) -> Statement | None:
    """What a referrer is asked: about whom they introduced, the kind of need or the trade, not the other (R38)."""
    about = shown.receiver if kind is Kind.PERMISSION else shown.client
    if shown.giver is None or about is None or shown.trade is None:
        return None
    row = at.rows.referrals[index]
    return Statement(
        kind=kind,
        giver=shown.giver,
        person=at.referrer(index, kind.asked, language=language),
        brief=shown.brief or "",
        trade=shown.trade,
        note="",
        until=until,
        commission=at.rows.need.commission,
        zone=at.rows.giver.time_zone,
        about=about,
        both=kind is Kind.PERMISSION and row.through_both,
        competes=kind.asked.value in row.competes,
    )


def _told_to(kind: Kind, shown: Disclosed, *, both: bool) -> tuple[str, ...]:
    """On whose side those stand who will learn both names, the reader's own first (R39)."""
    own = Role.REFERRER if kind is Kind.RECEIVER else Role.CLIENT_REFERRER
    sides = {"own" if role is own or both else "other" for role in shown.told_to}
    return tuple(sorted(sides, reverse=True))
