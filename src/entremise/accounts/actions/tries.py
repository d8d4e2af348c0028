"""What is counted so that it cannot be done too often: rows that forget themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from entremise.accounts.models import Try

CODE, PASSWORD, SECOND, ADDRESS, INVITATION = "code", "password", "second", "address", "invitation"
COUNTED = {
    CODE: timedelta(hours=1),
    PASSWORD: timedelta(hours=1),
    SECOND: timedelta(minutes=15),
    ADDRESS: timedelta(days=1),
    INVITATION: timedelta(days=90),
}


class Slowly(Exception):  # noqa: N818 - named as the fact it states
    """Too many tries: nothing was looked at, and nothing will be before `until` (aware)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"not before {until:%H:%M}")
        self.until = until


def note(kind: str, *, who: str, now: datetime) -> None:
    """Count one more."""
    Try.objects.create(kind=kind, who=who, at=now)


def lately(kind: str, *, who: str, now: datetime) -> list[datetime]:
    """Return when it was done, as far back as its kind counts, oldest first."""
    rows = Try.objects.filter(kind=kind, who=who, at__gt=now - COUNTED[kind])
    return list(rows.order_by("at").values_list("at", flat=True))


def clear(kind: str, *, who: str) -> None:
    """Start counting anew: the right answer has come."""
    Try.objects.filter(kind=kind, who=who).delete()


def forget_tries(*, now: datetime) -> int:
    """Erase what counts no more (R48); return how many rows went."""
    return sum(Try.objects.filter(kind=kind, at__lte=now - span).delete()[0] for kind, span in COUNTED.items())
