"""The table of members. A member has an account; parties, givers and referrers need none."""

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

    Signing in is by a code sent by mail; `password` stays unusable, and its random value only
    makes old sessions end when it is changed.
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
    # When the day's list of what is owed is sent, on the member's own clock, and whether it is at all.
    digest_hour = models.PositiveSmallIntegerField(default=7)
    digest_on = models.BooleanField(default=True)
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

    def __str__(self) -> str:
        return self.uid
