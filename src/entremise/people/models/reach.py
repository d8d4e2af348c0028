"""What lets it be counted, coarsely, how many people are in several address books (R36)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AgreedBook(models.Model):
    """A member's agreement that their book is counted, and its sketch: the row is the agreement.

    The sketch holds keyed fingerprints, under the key of the month it was made for, and is gone once the month was
    counted. Taking the agreement back erases the row.
    """

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    agreed_at = models.DateTimeField()
    sketch = models.BinaryField(null=True)
    people = models.PositiveIntegerField(default=0)
    sketched_for = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class Overlap(models.Model):
    """What one month's count told about all agreed books together: the only thing that is ever shown of them.

    `month` is its first day, `pool` about how many people the books draw from, 0 where nothing can be said.
    """

    month = models.DateField(unique=True)
    pool = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.month.isoformat()
