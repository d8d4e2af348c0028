"""The table of profiles in others' hands: to whom which version was given, how and on which day (R27)."""

from __future__ import annotations

from django.db import models

from entremise.people.models.book import Contact
from entremise.people.models.profiles import Profile


class Handing(models.Model):
    """One version of a profile, given to one contact. Only ever added to, or undone; the latest is what they have.

    `act` is shared by all that one press gave; `link_number` tells which link it was, 0 on paper.
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=26, db_index=True, editable=False)
    how = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    link_number = models.PositiveIntegerField(default=0)
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "act"], name="people_handed_once_an_act")]
        indexes = [models.Index(fields=["profile", "contact", "-on", "-id"], name="people_handed_last")]

    def __str__(self) -> str:
        return self.uid
