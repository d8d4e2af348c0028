"""What several tables share: what is owed, and a link that can be guessed at."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from entremise.protocol.types import Outcome


def choices(enumeration: type[StrEnum]) -> list[tuple[str, str]]:
    """Return what a column may hold, as Django writes it."""
    return [(member.value, member.value) for member in enumeration]


class Followed(models.Model):
    """What the receiver owes once introduced, and what they have said so far (R20–R23, R26).

    `to_promote` holds the roles of those who are still owed a good word (R41).
    """

    thanked_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    news_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=choices(Outcome), blank=True, default="")
    outcome_at = models.DateTimeField(null=True, blank=True)
    duty_due = models.DateTimeField(null=True, blank=True)
    evaluation_due = models.DateTimeField(null=True, blank=True)
    to_promote = models.JSONField(default=list)
    promotion_due = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Guessable(models.Model):
    """A link guarded by four digits, and the rest it takes from too many guesses (R6)."""

    wrong_tries = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
