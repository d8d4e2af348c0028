"""The exact words a request puts to its person: the same on the page, in the mail and in the proof (R6b, R10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from entremise.protocol.guard import clean_name
from entremise.protocol.types import Kind, Role
from entremise.protocol.wall import Disclosed, Part, Person
from entremise.referrals import mapping
from entremise.referrals.models import Need
from entremise.referrals.queries import briefs


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is put to one person; everything in it came through the wall."""

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
        )
        return {
            "kind": self.kind.value,
            **{name: getattr(self, name) for name in names},
        }

    def text(self, *, language: str) -> str:
        """Return the exact text, for the proof and for reading aloud (R8, R10)."""
        template: Template = get_template(f"mail/referral/statement_{self.kind.value}.txt").template  # type: ignore[attr-defined]
        with translation.override(language):
            context = {**self.context(), "language": language}
            return str(template.render(Context(context, autoescape=False))).strip()


def statement(
    kind: Kind, shown: Disclosed, *, need: Need, until: datetime, zone: str, language: str, by_hand: bool
) -> Statement | None:
    """Return what a request of this kind says from what its person may be shown; None where the wall says no.

    `by_hand` says that the giver hands the receiver what the client confirms, no mail reaching them (R6d).
    """
    person = shown.receiver if kind.asked is Role.RECEIVER else shown.client
    if shown.giver is None or person is None or shown.brief is None:
        return None
    if kind is Kind.NAME and shown.receiver is None:
        return None
    part: Part | None = shown.client_part if kind is Kind.NAME else None
    return Statement(
        kind=kind,
        giver=shown.giver,
        person=Person(name=clean_name(person.name), company=person.company, address=person.address),
        brief=shown.brief,
        trade=briefs.trade_phrase(mapping.brief(need), language=language),
        note=need.note,
        until=until,
        commission=need.commission,
        zone=zone,
        receiver=shown.receiver if kind is Kind.NAME else None,
        reason=part.reason if part else "",
        by_hand=by_hand and kind is Kind.NAME,
    )
