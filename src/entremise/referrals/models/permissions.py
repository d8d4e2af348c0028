"""What a referrer allows a giver beyond one referral (R38)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Standing(models.Model):
    """A standing permission: whoever the referrer introduced to this giver may be passed on without asking again (R38).

    The referrer is known by a keyed hash of their address only. Taken back, the row is gone.
    """

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "address_hash"], name="one_standing_permission_each")
        ]
        indexes: ClassVar = [models.Index(fields=["address_hash"], name="standing_of_referrer")]

    def __str__(self) -> str:
        return str(self.pk)
