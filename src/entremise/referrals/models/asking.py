"""What is asked of people and what they answered, with its proof."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from entremise.protocol.consent import State
from entremise.protocol.types import Answer, How, Kind, Role
from entremise.referrals.models.needs import Need, Referral
from entremise.referrals.models.shapes import Guessable, choices


class Carried(Guessable):
    """The link a giver may carry to one party of a referral (R6d); derived from `uid`, never stored."""

    uid = models.CharField(max_length=26, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=choices(Role))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "role"], name="one_carried_link_each")]

    def __str__(self) -> str:
        return self.uid


class Request(Guessable):
    """One request to one person (R5, R6). Its link and digits are derived from `uid`, never stored.

    Somebody without an e-mail address has an empty `address`; `address_hash` then stands for their telephone (R6d).
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="requests")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=12, choices=choices(Kind))
    address = models.EmailField(max_length=254, blank=True, default="")
    address_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    sent_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    not_them_at = models.DateTimeField(null=True, blank=True)  # whoever reads that address is somebody else (R18)
    deadline = models.DateTimeField()
    state = models.CharField(max_length=12, choices=choices(State))
    answer = models.CharField(max_length=3, choices=choices(Answer), blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=8, choices=choices(How), blank=True, default="")
    takes_part = models.BooleanField(default=False)  # said with a referrer's yes (R39)
    told_at = models.DateTimeField(null=True, blank=True)
    private_reason = models.TextField(blank=True, default="")
    mute = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True, blank=True)  # whose it was is erased, and its link opens nothing

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
    role = models.CharField(max_length=10, choices=choices(Role))
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


class Proof(models.Model):
    """What was shown and what was said to it, chained so that tampering shows (R10).

    Once its text has served its time it is erased (R48): `text_hash` is then the text's fingerprint, and `erased_seal`
    seals what is left, so that an erasure cannot be taken for tampering, nor tampering pass for an erasure.

    `person` is the keyed hash of the address they then had, and is sealed: it never changes. Whose proof it is now,
    their request says, which follows a member who moves to another address; it is not sealed.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="proofs")
    request = models.ForeignKey(Request, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    number = models.PositiveIntegerField()
    person = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    said = models.CharField(max_length=12)
    how = models.CharField(max_length=8)
    language = models.CharField(max_length=5)
    text = models.TextField()
    at = models.DateTimeField()
    seal = models.CharField(max_length=64)
    text_hash = models.CharField(max_length=64, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_seal = models.CharField(max_length=64, blank=True, default="")

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
