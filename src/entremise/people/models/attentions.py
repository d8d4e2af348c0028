"""The tables of small attentions: who is pinned, cards of a year, lunches planned, commissions agreed (R24, R25)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from entremise.people.models.book import Contact


class AttentionWish(models.Model):
    """A member's word about somebody for one occasion: in whatever their worth, or out."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=8)
    wish = models.CharField(max_length=8)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "occasion"], name="people_attention_wish_once")]
        indexes = [models.Index(fields=["owner", "occasion"], name="people_attention_wishes")]

    def __str__(self) -> str:
        return str(self.pk)


class YearCard(models.Model):
    """The card somebody gets for one New Year: words of its own, if any, and the day it was ticked off."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    sent_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "year"], name="people_year_card_once")]
        indexes = [models.Index(fields=["owner", "year"], name="people_year_cards")]

    def __str__(self) -> str:
        return str(self.pk)


class AttentionHabits(models.Model):
    """How a member sends small attentions: the words and the format of the cards, the labels, from which address."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(blank=True)
    layout = models.CharField(max_length=10, blank=True)
    sender = models.CharField(max_length=300, blank=True)
    without_budget = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class Lunch(models.Model):
    """A lunch with somebody on a day to come, as a calendar knows it; gone once it took place or was called off.

    `sequence` grows with every change of when and where, so that calendars replace the earlier version.
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.uid


class Agreement(models.Model):
    """What a member agreed with a contact about a commission for recommendations (R25); None since: not known."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=500)
    since = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
