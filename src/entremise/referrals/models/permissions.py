"""What a referrer allows a giver beyond one referral (R38)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Standing(models.Model):
    """A standing permission: whoever the referrer introduced to this giver may be passed on without asking again (R38).

    The referrer is known by keyed hashes of their address only: `address_hash` of the one in the giver's book when it
    was given, `given_by` of their own, which follows a member who moves to another. Taken back, the row is gone.
    """

    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address_hash = models.CharField(max_length=64)
    given_by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver", "address_hash"], name="one_standing_permission_each")
        ]
        indexes: ClassVar = [
            models.Index(fields=["address_hash"], name="standing_of_referrer"),
            models.Index(fields=["given_by"], name="standing_given_by"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
