"""What lets people see what is held about them, and the count of what was erased."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from entremise.referrals.models.shapes import Guessable


class RightsLink(Guessable):
    """A link somebody asked for to see all that is held about their address (R45); its token is derived from `uid`.

    Where nothing is held the address is not kept, and no letter leaves: only the count of askings remains.
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    address = models.EmailField(max_length=254, blank=True, default="")
    address_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address_hash", "asked_at"], name="rights_links_asked")]

    def __str__(self) -> str:
        return self.uid


class Erasure(models.Model):
    """That so many rows of a sort were erased at an instant: a count, and nobody's name (R48)."""

    what = models.CharField(max_length=24)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at"], name="erasures_in_order")]

    def __str__(self) -> str:
        return self.what
