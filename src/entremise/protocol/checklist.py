"""What a complete referral holds, and what is handed over of it (R16–R19)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entremise.protocol.types import Role, Way
from entremise.protocol.wall import Part


class Field(StrEnum):
    """One thing a complete referral holds (R16)."""

    NAME = "name"
    WAY = "way"
    DETAILS = "details"
    BEST_TIME = "best_time"
    REASON = "reason"
    BOOKING = "booking"
    BUDGET = "budget"


# R17: "if known" fields never block.
IF_KNOWN = frozenset({Field.BEST_TIME, Field.BOOKING, Field.BUDGET})
OF_PARTY = {
    Role.RECEIVER: (Field.NAME, Field.WAY, Field.DETAILS, Field.BEST_TIME, Field.BOOKING),
    Role.CLIENT: (Field.NAME, Field.WAY, Field.DETAILS, Field.BEST_TIME, Field.REASON, Field.BUDGET),
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One party's part as they filled it in (R17): details for every way they gave, and the one they prefer."""

    role: Role
    name: str = ""
    way: Way | None = None
    details: str = ""
    best_time: str = ""
    reason: str = ""
    booking: str = ""
    budget: str = ""


@dataclass(frozen=True)
class Missing:
    """One field that is not there: shown as missing, never invented (R17)."""

    role: Role
    field: Field
    blocks: bool


def missing(sheet: Sheet) -> tuple[Missing, ...]:
    """Return what this part lacks, in the order of the checklist (R16, R17)."""
    lacking = (name for name in OF_PARTY[sheet.role] if not getattr(sheet, name.value))
    return tuple(Missing(sheet.role, name, name not in IF_KNOWN) for name in lacking)


def completeness(*sheets: Sheet) -> float:
    """Return the share of the checklist's fields that are filled in, 0 to 1 (R19)."""
    wanted = sum(len(OF_PARTY[sheet.role]) for sheet in sheets)
    lacking = sum(len(missing(sheet)) for sheet in sheets)
    return (wanted - lacking) / wanted if wanted else 0.0


def handed_over(sheet: Sheet) -> Part:
    """Return what the other side receives at the introduction: the preferred way only (R18)."""
    return Part(
        way=sheet.way.value if sheet.way else "",
        details=sheet.details,
        best_time=sheet.best_time,
        booking=sheet.booking,
        budget=sheet.budget,
        reason=sheet.reason,
    )
