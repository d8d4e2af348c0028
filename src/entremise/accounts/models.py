"""Members and what lets them in. A member has an account; parties, givers and referrers need none."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

# The letters about a member's own referrals that they may do without, by the names of their templates.
OPTIONAL_MAILS = ("told_yes", "introduction_giver", "word")
LANGUAGES = [("fr", "Français"), ("fr-ca", "Français (Québec)"), ("en", "English")]


class MemberManager(models.Manager["Member"]):
    """What Django's sign-in machinery asks of a table of members."""

    use_in_migrations = False

    def get_by_natural_key(self, email: str) -> Member:
        """Return the member with this address, whatever its case; raise Member.DoesNotExist."""
        return self.get(email=email.strip().lower())


class Member(AbstractBaseUser):
    """Somebody with an account. There are no groups of permissions: one owner, and members.

    Signing in is by a code sent by mail. Until a member sets a password, `password` is unusable, and its
    random value only makes old sessions end when it is changed.
    """

    # The instant of every sign-in is nobody's business, and not keeping it saves a write.
    last_login = None

    uid = models.CharField(max_length=26, unique=True, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(max_length=60)
    company = models.CharField(max_length=60, blank=True, default="")
    trade = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=5, choices=LANGUAGES, default="fr")
    time_zone = models.CharField(max_length=64, default="Europe/Paris")
    is_owner = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    leaving_at = models.DateTimeField(null=True, blank=True)  # the instant a member who said so will have left (R47)
    left_at = models.DateTimeField(null=True, blank=True)
    # When the day's list of what is owed is sent, on the member's own clock, and whether it is at all.
    digest_hour = models.PositiveSmallIntegerField(default=7)
    digest_on = models.BooleanField(default=True)
    # The next time the list may leave; empty until it is worked out from the hour and the zone.
    digest_due = models.DateTimeField(null=True, blank=True, editable=False)
    # Whether the month's look back is sent, on its first working day at the same hour, and the next time it may leave.
    review_on = models.BooleanField(default=False)
    review_due = models.DateTimeField(null=True, blank=True, editable=False)
    # Mails about one's own referrals that one may do without; whatever needs an answer is always sent.
    mail_told_yes = models.BooleanField(default=True)
    mail_introduction_giver = models.BooleanField(default=True)
    mail_word = models.BooleanField(default=True)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            # Two people founding the installation at the same instant: the database lets one through.
            models.UniqueConstraint(fields=["is_owner"], condition=Q(is_owner=True), name="accounts_one_owner"),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="accounts_digest_hour"),
        ]
        indexes = [
            models.Index(
                fields=["digest_due"], name="accounts_digest_due", condition=Q(is_active=True, digest_on=True)
            ),
            models.Index(
                fields=["review_due"], name="accounts_review_due", condition=Q(is_active=True, review_on=True)
            ),
        ]

    def __str__(self) -> str:
        return self.uid


class Invitation(models.Model):
    """Somebody was asked to become a member. Who it was is erased when it ends; that it was, stays."""

    uid = models.CharField(max_length=26, unique=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    address = models.EmailField(max_length=254, blank=True)
    address_hash = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, choices=LANGUAGES)
    words = models.CharField(max_length=400, blank=True)
    sent_at = models.DateTimeField()
    letters = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField(db_index=True)
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    guest = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.uid


class Uninvited(models.Model):
    """An address whose person wants no invitation from this installation; only its keyed hash is known (R45)."""

    address_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.address_hash[:8]


class Try(models.Model):
    """Something that must not be done too often was done: a code sent, a wrong password, a letter of invitation.

    Rows are erased as soon as they count no more. `who` is a keyed hash, never an address.
    """

    kind = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "who", "at"], name="accounts_tries")]

    def __str__(self) -> str:
        return f"{self.kind} {self.who[:8]}"


class Passkey(models.Model):
    """A key on a device of the member's: what it proves itself by, and the day it was last used."""

    uid = models.CharField(max_length=26, unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="passkeys")
    credential_hash = models.CharField(max_length=64, unique=True)
    credential = models.BinaryField()
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    used_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.uid


class SecondFactor(models.Model):
    """An app that shows six digits, and ten codes for when it is lost.

    Neither the app's secret nor the codes are kept: both are derived from `uid` and `codes_uid` with the
    installation's own secret, as the tokens of links are. `counter` is the last period whose digits served.
    """

    uid = models.CharField(max_length=26, unique=True)
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="second_factor")
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    counter = models.BigIntegerField(default=0)
    codes_uid = models.CharField(max_length=26)
    codes_used = models.PositiveIntegerField(default=0)
    codes_kept = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.uid


class Visit(models.Model):
    """A session as its member sees it: on which device, since when, and the day it was last used.

    Neither an address of the network nor the browser's whole description is kept.
    """

    uid = models.CharField(max_length=26, unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="visits")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    seen_on = models.DateField()

    def __str__(self) -> str:
        return self.uid


class Look(models.Model):
    """The owner looked up which member a figure about abuse is of (R46). It is told to that member."""

    uid = models.CharField(max_length=26, unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.uid


class AddressChange(models.Model):
    """A member's move to another address: asked for, confirmed from the new one, and for a week undone from the old."""

    uid = models.CharField(max_length=26, unique=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="address_changes")
    old_address = models.EmailField(max_length=254)
    new_address = models.EmailField(max_length=254)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.uid
