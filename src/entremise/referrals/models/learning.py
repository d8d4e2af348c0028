"""What a receiver learns from what came of the referrals made to them (R27, R28)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Correction(models.Model):
    """One small correction a member adopted, of their profile or of a habit, from a day on (R28).

    `review` is the key of the review that proposed it, empty where none did; `profile_version` what the profile's
    version was when it was adopted, 0 where there was none; `dropped_on` the first day without it.
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=24)
    words = models.TextField(blank=True, default="")
    adopted_on = models.DateField()
    dropped_on = models.DateField(null=True, blank=True)
    review = models.CharField(max_length=40, blank=True, default="")
    profile_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(dropped_on__isnull=True) | models.Q(dropped_on__gte=models.F("adopted_on")),
                name="a_correction_is_dropped_after_it_was_adopted",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["member", "adopted_on", "id"], name="corrections_of_member")]

    def __str__(self) -> str:
        return self.uid
