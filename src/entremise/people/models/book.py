"""The tables of address books. A book is its member's alone: every row hangs on an owner (R44)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Contact(models.Model):
    """One entry of one member's private address book, and how the two met (R37).

    `met` is what is said of it: "" nothing, "myself" without anybody between, "through" somebody. That outlives the
    entry of the one it was through; then `met_through` is empty. `met_by` is the uid of the referral it came with.

    `version` grows with every change, so that a second window cannot overwrite what the first one wrote.
    `sort_key`, `company_key` and `search_text` are folded (no accents, lower case). The second begins with 0 where
    there is a company and with 1 where there is none, so that these come last; the third is one space before each word.
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    given_name = models.CharField(max_length=60, blank=True)
    family_name = models.CharField(max_length=60, blank=True)
    company = models.CharField(max_length=120, blank=True)
    position = models.CharField(max_length=120, blank=True)
    kinds = models.CharField(max_length=60, blank=True)
    trade = models.CharField(max_length=64, blank=True)
    trade_text = models.CharField(max_length=120, blank=True)
    area = models.CharField(max_length=32, blank=True)
    notes = models.TextField(blank=True)
    does = models.TextField(blank=True)
    does_not = models.TextField(blank=True)
    preferred = models.CharField(max_length=10, blank=True)
    best_time = models.CharField(max_length=200, blank=True)
    booking = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=5, blank=True)
    how_met = models.TextField(blank=True)
    met_through = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    met_on = models.DateField(null=True, blank=True)
    met = models.CharField(max_length=8, blank=True, default="")
    met_by = models.CharField(max_length=26, blank=True, default="")
    vcard_uid = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    sort_key = models.CharField(max_length=200, editable=False)
    company_key = models.CharField(max_length=200, editable=False, default="")
    search_text = models.TextField(editable=False)
    # Set while a contact that was removed can still be put back; it is then found by nobody.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "removed_at", "sort_key", "id"], name="people_contact_in_order"),
            models.Index(  # of those in the book alone: PostgreSQL keeps no order behind a column that IS NULL
                fields=["owner", "company_key", "sort_key", "id"],
                name="people_contact_by_company",
                condition=Q(removed_at__isnull=True),
            ),
            models.Index(fields=["owner", "removed_at", "-updated_at", "-id"], name="people_contact_lately"),
            models.Index(fields=["owner", "vcard_uid"], name="people_contact_by_vcard"),
            models.Index(fields=["removed_at"], name="people_contact_removed", condition=Q(removed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.uid


class ContactWay(models.Model):
    """One way to reach a contact: as it was written, and normalised for comparison."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="ways")
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=500)
    normalised = models.CharField(max_length=500)
    label = models.CharField(max_length=60, blank=True)
    preferred = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "position"], name="people_way_position")]

    def __str__(self) -> str:
        return str(self.pk)


class ContactImport(models.Model):
    """A part of a file that was read and waits for its member to say whom to keep; gone afterwards, or after a day.

    The parts of a long file wait in the order of their primary keys. `introduced` holds whom earlier parts brought
    without finding the one through whom they were met: pairs of a contact's primary key and that folded name (R37).
    """

    uid = models.CharField(max_length=26, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    entries = models.JSONField()
    people = models.PositiveIntegerField(default=0)
    introduced = models.JSONField(default=list)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.uid
