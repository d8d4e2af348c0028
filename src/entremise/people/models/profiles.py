"""The tables of profiles: how to refer their owner, who may read it, and what it said when (R44)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from entremise.people.models.book import Contact


class Profile(models.Model):
    """How to refer its owner: what they say, and who may read it (R44). `said` is the latest version's text.

    `link_fingerprint` is set while anybody with the link may read it; `link_number` makes each link a new one.
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    said = models.JSONField()
    seen_by = models.CharField(max_length=10, default="nobody")
    link_fingerprint = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    link_number = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.uid


class ProfileReader(models.Model):
    """A contact of the owner's own book who may read the profile, if they are a member (R44)."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "contact"], name="people_profile_reader_once")]

    def __str__(self) -> str:
        return str(self.pk)


class ProfileVersion(models.Model):
    """What a profile said from an instant on; only ever added to, so that what was handed out can be shown again."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    said = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "number"], name="people_profile_version_once")]

    def __str__(self) -> str:
        return str(self.pk)
