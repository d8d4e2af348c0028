"""The four questions as a receiver answers them, with the facts of that day, and questions of their own (R27)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from entremise.protocol.diagnosis import Question, Said
from entremise.protocol.looking_back import Opened
from entremise.referrals.models.shapes import choices


class OwnQuestion(models.Model):
    """A question a member added to the four; retired, it is asked no more and stays where it was answered."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "position", "id"], name="own_questions_in_order")]

    def __str__(self) -> str:
        return self.uid


class Review(models.Model):
    """The questions of one month or one streak, begun; `answered_at` once the member has said what they can.

    `key` is that of `entremise.protocol.looking_back.Opening`. `facts` are those of the day they last answered.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    opened = models.CharField(max_length=8, choices=choices(Opened))
    facts = models.JSONField()
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "key"], name="one_review_of_a_key")]

    def __str__(self) -> str:
        return self.key


class ReviewAnswer(models.Model):
    """What the member said to one question: one of the four, or one of their own in the words it had that day."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=8, choices=choices(Question), blank=True, default="")
    own = models.ForeignKey(OwnQuestion, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    asked = models.CharField(max_length=200, blank=True, default="")
    said = models.CharField(max_length=8, choices=choices(Said), blank=True, default="")
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "question"], condition=models.Q(own__isnull=True), name="one_answer_to_each_of_four"
            ),
            models.UniqueConstraint(fields=["review", "own"], name="one_answer_to_each_own"),
            models.CheckConstraint(
                condition=models.Q(question="", own__isnull=False)
                | (~models.Q(question="") & models.Q(own__isnull=True)),
                name="an_answer_is_to_one_question",
            ),
        ]

    def __str__(self) -> str:
        return self.question or self.asked
