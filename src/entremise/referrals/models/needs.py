"""Needs, the attempts to answer them, and their history."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from entremise.protocol.referral import Stage
from entremise.referrals.models.shapes import Followed, Guessable, choices


class Draft(models.Model):
    """What a giver typed and asked to keep; nobody has been asked anything (R3)."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    typed = models.JSONField()
    updated_at = models.DateTimeField()
    wakes_on = models.DateField(null=True, blank=True)  # a need that sleeps until then (R11)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-updated_at"], name="draft_of_owner"),
            models.Index(fields=["owner", "wakes_on"], name="sleeper", condition=Q(wakes_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.uid


class Need(models.Model):
    """A brief, a client, until when (R5). `version` is the compare-and-set of everything below it."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey("people.Contact", on_delete=models.PROTECT, related_name="+")
    client_kind = models.CharField(max_length=40, blank=True, default="")
    trade = models.CharField(max_length=64, blank=True, default="")
    trade_words = models.CharField(max_length=80, blank=True, default="")
    area = models.CharField(max_length=24)
    urgency = models.CharField(max_length=8)
    wanted_by = models.DateField(null=True, blank=True)
    until = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    effort = models.CharField(max_length=12, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    budget = models.CharField(max_length=120, blank=True, default="")
    commission = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    next_due = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_due"], name="need_due", condition=Q(next_due__isnull=False)),
            models.Index(fields=["giver", "-created_at"], name="need_of_giver"),
        ]

    def __str__(self) -> str:
        return self.uid


class Referral(Followed, Guessable):
    """One attempt to answer a need with one receiver (R5b). `giver` repeats the need's, for its lists."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    news_fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="referrals")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    receiver = models.ForeignKey("people.Contact", on_delete=models.PROTECT, related_name="+")
    receiver_hash = models.CharField(max_length=64)
    # Through whom the giver met the receiver, or both; and the client, where that is somebody else: those whose
    # permission was asked first (R38). Empty where nobody's was needed.
    referrer = models.ForeignKey("people.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    client_referrer = models.ForeignKey(
        "people.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    through_both = models.BooleanField(default=False)
    competes = models.JSONField(default=list)  # the referrers from whom it could take business, who are told so (R40)
    answers = models.JSONField(default=dict)
    stage = models.CharField(max_length=12, choices=choices(Stage))
    principle_here = models.BooleanField(default=False)
    client_from = models.DateTimeField(null=True, blank=True)
    name_from = models.DateTimeField(null=True, blank=True)  # when the client may hear a second name (R5b)
    name_open = models.BooleanField(default=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    introduced_at = models.DateTimeField(null=True, blank=True)
    # How much of the checklist both parts held when the two were introduced, in percent (R19).
    completeness = models.PositiveSmallIntegerField(null=True, blank=True)
    told = models.JSONField(default=list)
    carries = models.JSONField(default=list)  # the parties to whom the giver carries the link (R6c, R6d)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "attempt"], name="one_attempt_of_a_number"),
            # Two introductions for one need cannot both be written, whatever races (R9).
            models.UniqueConstraint(
                fields=["need"], condition=Q(stage=Stage.INTRODUCED.value), name="one_introduction"
            ),
            models.CheckConstraint(condition=Q(stage__in=[stage.value for stage in Stage]), name="known_stage"),
            models.CheckConstraint(
                condition=Q(stage=Stage.INTRODUCED.value, introduced_at__isnull=False)
                | (~Q(stage=Stage.INTRODUCED.value) & Q(introduced_at__isnull=True)),
                name="introduced_has_its_instant",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["giver", "-moved_at"], name="referral_of_giver"),
            models.Index(fields=["receiver_hash", "-moved_at"], name="referral_of_receiver"),
            models.Index(
                fields=["receiver_hash", "duty_due"], name="owed_by_receiver", condition=Q(duty_due__isnull=False)
            ),
            models.Index(fields=["giver", "duty_due"], name="owed_to_giver", condition=Q(duty_due__isnull=False)),
            models.Index(
                fields=["receiver_hash", "promotion_due"],
                name="promotion_owed",
                condition=Q(promotion_due__isnull=False),
            ),
            models.Index(fields=["evaluation_due"], name="to_evaluate", condition=Q(evaluation_due__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.uid


class Moment(models.Model):
    """The append-only history: one pseudonymous fact for every change (R47)."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="moments")
    attempt = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=24)
    by = models.CharField(max_length=10)
    kind = models.CharField(max_length=12, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["need", "id"], name="moments_in_order")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.what}"
