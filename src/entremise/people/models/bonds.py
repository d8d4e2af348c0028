"""The tables of relationships: what happened with a contact, and its summary (R30, R43)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from entremise.people.models.book import Contact


class Interaction(models.Model):
    """One thing that happened between a member and a contact of their book, on a day.

    `cause` names what made it be remembered; not empty, once. Only that kind tells `satisfaction`.
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    on = models.DateField()
    satisfaction = models.CharField(max_length=4, blank=True)
    words = models.TextField(blank=True)
    cause = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "cause"], name="people_interaction_once", condition=~Q(cause=""))
        ]
        indexes = [
            models.Index(fields=["contact", "-on", "-id"], name="people_interaction_lately"),
            models.Index(fields=["owner"], name="people_interaction_asked", condition=Q(kind="asked")),
        ]

    def __str__(self) -> str:
        return self.uid


class Bond(models.Model):
    """The summary of one contact's interactions, rewritten with each of them; none where nothing happened.

    `months` are the latest twelve calendar months with a contact, newest first, as year * 12 + month. `due_on` is the
    day the next contact is due, never before `snoozed_until`; None where the rhythm rests. `solidity` is what it was
    when something last changed: on any day the rhythm follows it, and lists are ordered by it. `worth` counts
    good turns both ways, for who is among the best (R24). `to_set_right`: they were not satisfied, and nothing happened
    since; they come before everybody else. A contact noted after `snoozed_at` ends what was put off.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="bond")
    total = models.PositiveIntegerField(default=0)
    first_contact = models.DateField(null=True, blank=True)
    last_contact = models.DateField(null=True, blank=True)
    last_seen = models.DateField(null=True, blank=True)
    months = models.JSONField(default=list)
    given = models.PositiveIntegerField(default=0)
    received = models.PositiveIntegerField(default=0)
    referrals_received = models.PositiveIntegerField(default=0)
    unasked = models.PositiveIntegerField(default=0)
    works = models.PositiveIntegerField(default=0)
    last_work = models.DateField(null=True, blank=True)
    satisfaction = models.CharField(max_length=4, blank=True)
    satisfaction_on = models.DateField(null=True, blank=True)
    to_set_right = models.BooleanField(default=False)
    solidity = models.PositiveSmallIntegerField(default=0)
    worth = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    snoozed_on = models.DateField(null=True, blank=True)
    snoozed_at = models.DateTimeField(null=True, blank=True)
    resting = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "-to_set_right", "-solidity", "due_on", "id"],
                name="people_bond_due",
                condition=Q(due_on__isnull=False),
            ),
            models.Index(fields=["owner", "-unasked"], name="people_bond_unasked", condition=Q(unasked__gt=0)),
            models.Index(fields=["owner", "-worth", "contact"], name="people_bond_worth"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
