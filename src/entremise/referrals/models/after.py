"""What is said once the two know each other."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from entremise.protocol.types import Outcome, Role
from entremise.referrals.models.needs import Referral
from entremise.referrals.models.outside import Lead, Outside
from entremise.referrals.models.shapes import Guessable, choices


class Evaluation(Guessable):
    """What one person is asked, and says, about a match whose time has come (R14). Only the giver's radar reads it."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    referral = models.ForeignKey(Referral, null=True, blank=True, on_delete=models.CASCADE, related_name="evaluations")
    outside = models.ForeignKey(Outside, null=True, blank=True, on_delete=models.CASCADE, related_name="evaluations")
    role = models.CharField(max_length=10, choices=choices(Role))
    address = models.EmailField(max_length=254, blank=True, default="")
    address_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()
    deadline = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    match = models.CharField(max_length=8, blank=True, default="")
    bonds = models.CharField(max_length=8, blank=True, default="")
    again_receiver = models.CharField(max_length=8, blank=True, default="")
    again_client = models.CharField(max_length=8, blank=True, default="")
    outcome = models.CharField(max_length=16, choices=choices(Outcome), blank=True, default="")
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "role"], name="one_evaluation_each"),
            models.UniqueConstraint(fields=["outside", "role"], name="one_outside_evaluation_each"),
            models.CheckConstraint(
                condition=Q(referral__isnull=False, outside__isnull=True)
                | Q(referral__isnull=True, outside__isnull=False),
                name="evaluates_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["address_hash", "deadline"], name="evaluations_of", condition=Q(answered_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.uid


class Word(models.Model):
    """What the receiver told the giver after the introduction: thanks, first contact, news, outcome (R20, R21).

    It is about one referral, made here or outside, or one lead. A promotion was told to the client instead: `about` is
    the role of whom it praises, `how` whether it left by mail or was said by themself (R41).
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    referral = models.ForeignKey(Referral, null=True, blank=True, on_delete=models.CASCADE, related_name="words")
    outside = models.ForeignKey(Outside, null=True, blank=True, on_delete=models.CASCADE, related_name="words")
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="words")
    kind = models.CharField(max_length=10)
    text = models.TextField(blank=True, default="")
    apt = models.CharField(max_length=8, blank=True, default="")
    better = models.TextField(blank=True, default="")
    about = models.CharField(max_length=12, blank=True, default="")
    how = models.CharField(max_length=8, blank=True, default="")
    # The keyed hash of the address to which it was mailed, where it is about a referral from outside (R23b, R45).
    mailed_to = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(referral__isnull=False, outside__isnull=True, lead__isnull=True)
                | Q(referral__isnull=True, outside__isnull=False, lead__isnull=True)
                | Q(referral__isnull=True, outside__isnull=True, lead__isnull=False),
                name="a_word_is_about_one_thing",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["referral", "at"], name="words_in_order"),
            models.Index(fields=["mailed_to"], name="words_mailed_to", condition=~Q(mailed_to="")),
        ]

    def __str__(self) -> str:
        return self.uid


class Ending(models.Model):
    """What somebody said of how a referral ended, one row each time: a correction adds one, and rewrites none (R26).

    `by` is the receiver for their own word, and the giver for what the giver heard; `outcome` is empty where it was
    taken up again. `word` told the giver, where anybody was told. The amount is the receiver's, and is left empty when
    what tells of them is erased (R47); the giver may see it where `amount_shown`.
    """

    referral = models.ForeignKey(Referral, null=True, blank=True, on_delete=models.CASCADE, related_name="endings")
    outside = models.ForeignKey(Outside, null=True, blank=True, on_delete=models.CASCADE, related_name="endings")
    word = models.OneToOneField(Word, null=True, blank=True, on_delete=models.SET_NULL, related_name="ending")
    by = models.CharField(max_length=10, choices=choices(Role))
    outcome = models.CharField(max_length=16, choices=choices(Outcome), blank=True, default="")
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    amount_shown = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(referral__isnull=False, outside__isnull=True)
                | Q(referral__isnull=True, outside__isnull=False),
                name="an_ending_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True, currency="", amount_shown=False)
                | (Q(amount__gt=0, outcome=Outcome.WON.value) & ~Q(currency="")),
                name="an_amount_was_won",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["referral", "at"], name="endings_in_order"),
            models.Index(fields=["outside", "at"], name="outside_endings_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.outcome or 'taken up again'}"
