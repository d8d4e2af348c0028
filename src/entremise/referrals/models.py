"""Tables of needs and referrals. Little is stored, the rest is derived; every change has its history row.

Names and texts live in the giver's contacts, in parts and in words, apart from facts, so that they can be
erased while the pseudonymous history stays (R47).
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from entremise.protocol.consent import State
from entremise.protocol.referral import Stage
from entremise.protocol.types import Answer, How, Kind, Outcome, Role


def _choices(enumeration: type) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enumeration]  # type: ignore[attr-defined]


class Draft(models.Model):
    """What a giver typed and asked to keep; nobody has been asked anything (R3)."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    typed = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-updated_at"], name="draft_of_owner")]

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


class Referral(models.Model):
    """One attempt to answer a need with one receiver (R5b). `giver` repeats the need's, for its lists."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    news_fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="referrals")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    receiver = models.ForeignKey("people.Contact", on_delete=models.PROTECT, related_name="+")
    receiver_hash = models.CharField(max_length=64)
    answers = models.JSONField(default=dict)
    stage = models.CharField(max_length=12, choices=_choices(Stage))
    principle_here = models.BooleanField(default=False)
    client_from = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    introduced_at = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(default=list)
    thanked_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    news_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=_choices(Outcome), blank=True, default="")
    outcome_at = models.DateTimeField(null=True, blank=True)
    duty_due = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
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
        ]

    def __str__(self) -> str:
        return self.uid


class Request(models.Model):
    """One request to one person (R5, R6). Its link and digits are derived from `uid`, never stored."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="requests")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=12, choices=_choices(Kind))
    address = models.EmailField(max_length=254)
    address_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    sent_at = models.DateTimeField()
    deadline = models.DateTimeField()
    state = models.CharField(max_length=12, choices=_choices(State))
    answer = models.CharField(max_length=3, choices=_choices(Answer), blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=8, choices=_choices(How), blank=True, default="")
    told_at = models.DateTimeField(null=True, blank=True)
    private_reason = models.TextField(blank=True, default="")
    mute = models.BooleanField(default=False)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "kind"], name="one_request_of_a_kind"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="known_state"),
        ]
        indexes: ClassVar = [models.Index(fields=["address_hash", "sent_at"], name="requests_to_address")]

    def __str__(self) -> str:
        return self.uid


class Part(models.Model):
    """One party's part of the checklist, filled in by themself (R16, R17)."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="parts")
    role = models.CharField(max_length=10, choices=_choices(Role))
    name = models.CharField(max_length=60)
    way = models.CharField(max_length=10, blank=True, default="")
    details = models.CharField(max_length=200, blank=True, default="")
    best_time = models.CharField(max_length=120, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    booking = models.CharField(max_length=200, blank=True, default="")
    budget = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "role"], name="one_part_each")]

    def __str__(self) -> str:
        return f"{self.referral_id}/{self.role}"


class Question(models.Model):
    """What the receiver asked the giver before answering, and the giver's answer (R6b)."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.uid


class Word(models.Model):
    """What the receiver told the giver after the introduction: thanks, first contact, news, outcome (R20, R21)."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="words")
    kind = models.CharField(max_length=10)
    text = models.TextField(blank=True, default="")
    apt = models.CharField(max_length=8, blank=True, default="")
    better = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["referral", "at"], name="words_in_order")]

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


class Proof(models.Model):
    """What was shown and what was said to it, chained so that tampering shows (R10)."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="proofs")
    number = models.PositiveIntegerField()
    person = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    said = models.CharField(max_length=12)
    how = models.CharField(max_length=8)
    language = models.CharField(max_length=5)
    text = models.TextField()
    at = models.DateTimeField()
    seal = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["need", "number"], name="one_proof_of_a_number")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.number}"


class Refused(models.Model):
    """Who wants to hear no more, from whom: a keyed hash only (R45, R46)."""

    address_hash = models.CharField(max_length=64)
    scope = models.CharField(max_length=8)
    other = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["address_hash", "scope", "other"], name="refused_once")
        ]

    def __str__(self) -> str:
        return self.scope


class Silence(models.Model):
    """An address that asked for no further mail; reversible, and an answer to nothing (R6)."""

    address_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
