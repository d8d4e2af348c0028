"""What was erased by itself or on request, in counts (R48): for the owner, who learns no name from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entremise.referrals.models import Erasure


@dataclass(frozen=True)
class Erased:
    """So many rows of a sort, at an instant.

    Sorts: told, requests, mails, asides, parts, needs, evaluations, proofs, member, book.
    """

    what: str
    rows: int
    at: datetime


def erasures(*, limit: int = 100) -> tuple[Erased, ...]:
    """Return what was erased lately, newest first."""
    rows = Erasure.objects.order_by("-at", "-pk").values_list("what", "rows", "at")[:limit]
    return tuple(Erased(*row) for row in rows)
