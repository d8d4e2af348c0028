"""What happens outside the program, or short of a referral."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from entremise.referrals.models.needs import Need
from entremise.referrals.models.shapes import Followed, Guessable


class Outside(Followed):
    """A referral that came about outside the program, received or given by a member (R23b)."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    direction = models.CharField(max_length=8, choices=[("received", "received"), ("given", "given")])
    # Who gave it, when it was received; who received it, when it was given.
    other = models.ForeignKey("people.Contact", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("people.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    client_name = models.CharField(max_length=60, blank=True, default="")
    trade = models.CharField(max_length=64, blank=True, default="")
    said = models.TextField(blank=True, default="")
    arrived_at = models.DateTimeField()
    likes_mail = models.BooleanField(default=False)  # the giver without an account takes thanks and news by mail
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-moved_at"], name="outside_of_owner"),
            models.Index(fields=["owner", "duty_due"], name="owed_outside", condition=Q(duty_due__isnull=False)),
            models.Index(
                fields=["owner", "promotion_due"],
                name="promotion_owed_outside",
                condition=Q(promotion_due__isnull=False),
            ),
            models.Index(
                fields=["evaluation_due"], name="outside_to_evaluate", condition=Q(evaluation_due__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.uid


class Lead(Guessable):
    """A hint that carries only what is public; nobody waits for a call (R2)."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    receiver = models.ForeignKey("people.Contact", on_delete=models.PROTECT, related_name="+")
    receiver_hash = models.CharField(max_length=64)
    address = models.EmailField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=5)
    trade = models.CharField(max_length=64, blank=True, default="")
    area = models.CharField(max_length=24, blank=True, default="")
    text = models.TextField()
    link = models.URLField(max_length=500, blank=True, default="")
    sent_at = models.DateTimeField()
    mute = models.BooleanField(default=False)
    thanked_at = models.DateTimeField(null=True, blank=True)
    followed_at = models.DateTimeField(null=True, blank=True)
    came_of_it = models.CharField(max_length=16, blank=True, default="")
    became = models.ForeignKey(Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    duty_due = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["giver", "-sent_at"], name="lead_of_giver"),
            models.Index(fields=["receiver_hash", "-sent_at"], name="lead_of_receiver"),
            models.Index(fields=["sent_at"], name="leads_by_age"),
        ]

    def __str__(self) -> str:
        return self.uid
