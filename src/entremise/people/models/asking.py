"""The tables of asks: what became of one, and the one overruling a contact can ever have (R30, R32)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from entremise.people.models.bonds import Interaction
from entremise.people.models.book import Contact


class Ask(models.Model):
    """What is known of an ask besides that it happened: the interaction says with whom and when (R32).

    An interaction of this kind without a row here is an ask whose answer nobody noted.
    """

    interaction = models.OneToOneField(Interaction, on_delete=models.CASCADE, related_name="ask")
    overruled = models.BooleanField(default=False)
    answer = models.CharField(max_length=10, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class AskOverruling(models.Model):
    """The member's knowing decision to ask somebody although the relationship is not solid: once per contact (R30)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
    points = models.PositiveSmallIntegerField()  # of solidity, when it was overruled
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
