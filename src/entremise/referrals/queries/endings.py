"""What was said of how referrals ended, row by row (R26). What somebody may see of it, `protocol.ending` says."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from entremise.lib.prepared import Prepared
from entremise.protocol.ending import Ended, Worth, shown_to
from entremise.protocol.types import Outcome, Role
from entremise.referrals.models import Ending, Evaluation, Outside, Referral

_COLUMNS = ("by", "outcome", "amount", "currency", "amount_shown", "at", "word_id")
_OF_REFERRAL = Prepared(
    lambda about: Ending.objects.filter(referral_id=about).order_by("at", "pk").values(*_COLUMNS),
)
_OF_OUTSIDE = Prepared(
    lambda about: Ending.objects.filter(outside_id=about).order_by("at", "pk").values(*_COLUMNS),
)


def history(about: Referral | Outside) -> tuple[Ended, ...]:
    """Return everything that was said of how it ended, oldest first, whoever said it; one query. Private to the app's
    own queries: what leaves it goes through `shown_to`."""
    return tuple(ended(row) for row in _rows(about))


def _rows(about: Referral | Outside) -> list[dict[str, Any]]:
    return list(_OF_REFERRAL(about=about.pk) if isinstance(about, Referral) else _OF_OUTSIDE(about=about.pk))


def ended(row: dict[str, Any]) -> Ended:
    """Return one row of the history as the protocol knows it."""
    worth = Worth(amount=row["amount"], currency=row["currency"], shown=row["amount_shown"]) if row["amount"] else None
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return Ended(by=Role(row["by"]), outcome=outcome, at=row["at"], worth=worth)


def own_worth(about: Referral | Outside, *, by: Role = Role.RECEIVER) -> Worth | None:
    """Return the amount noted with the last word of whoever says how it ended, for their eyes alone; no query where
    nothing was won."""
    if about.outcome != Outcome.WON.value:
        return None
    return next((one.worth for one in reversed(history(about)) if one.by is by), None)


def worth_shown(about: Referral | Outside) -> Worth | None:
    """Return the amount that the giver may see, if there is one (R26); no query where nothing was won."""
    if about.outcome != Outcome.WON.value:
        return None
    said = [one for one in shown_to(Role.GIVER, history(about)) if one.by is Role.RECEIVER]
    return said[-1].worth if said else None


def before(about: Referral | Outside, end: Ending) -> tuple[Ended, ...]:
    """Return what the same person had said of the end before this row, since it was last taken up; oldest first."""
    rows = Ending.objects.filter(by=end.by, pk__lt=end.pk)
    mine = rows.filter(outside=about) if isinstance(about, Outside) else rows.filter(referral=about)
    said = [ended(row) for row in mine.order_by("at", "pk").values(*_COLUMNS)]
    taken_up = max((index for index, one in enumerate(said) if one.outcome is None), default=-1)
    return tuple(said[taken_up + 1 :])


def heard(referral: Referral) -> Outcome | None:
    """Return how its giver noted last that it ended, while the receiver leaves it open."""
    said = shown_to(Role.GIVER, history(referral))
    return next((one.outcome for one in said if one.by is Role.GIVER), None)


def with_ends_heard(rows: QuerySet[Any], about: str = "referral_id") -> Any:
    """Add, for the giver of these rows, how it ended as they heard, `end_heard`, and as was told them at an evaluation,
    `end_said`; both are empty where nobody said so, and count only while the row has no outcome of its own (R26).

    `about` is the column by which the history points to the rows. The last word of the history is what the giver
    heard, unless it is the receiver's, who took it up again; what an evaluation said before that does not count.
    """
    own = {about: OuterRef("pk")}
    heard = Ending.objects.filter(**own).order_by("-at", "-pk").values("outcome")[:1]
    said = Evaluation.objects.filter(**own).exclude(outcome="").exclude(role=Role.RECEIVER.value)
    later = Ending.objects.filter(**{about: OuterRef(about)}, by=Role.RECEIVER.value, at__gte=OuterRef("answered_at"))
    said = said.filter(~Exists(later)).order_by("answered_at")
    return rows.annotate(end_heard=Subquery(heard), end_said=Subquery(said.values("outcome")[:1]))
