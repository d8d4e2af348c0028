"""Changing one's own profile, and who may read it (R44). Every version is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from entremise.lib import links
from entremise.lib.chance import Chance
from entremise.people.mapping.profiles import (
    OwnProfile,
    ProfileRefused,
    ProfileText,
    SeenBy,
    checked_text,
    own_profile,
    text_to_json,
)
from entremise.people.models import Contact, Profile, ProfileReader, ProfileVersion
from entremise.people.queries import ContactNotFound
from entremise.people.queries.profiles import token_of

__all__ = [
    "ContactNotFound",
    "ProfileChanged",
    "ProfileRefused",
    "ReadersFull",
    "choose_reader",
    "drop_reader",
    "give_link",
    "save_profile",
    "show_to",
    "take_link_back",
]

MOST_READERS = 500


class ProfileChanged(Exception):  # noqa: N818 - named as the fact it states
    """The profile was changed since it was read; `profile` is what it holds now."""

    def __init__(self, profile: OwnProfile) -> None:
        super().__init__(profile.uid)
        self.profile = profile


class ReadersFull(Exception):  # noqa: N818 - named as the fact it states
    """As many contacts as a profile can be shown to were chosen already: 500."""


@transaction.atomic
def save_profile(*, owner_pk: int, text: ProfileText, version: int, now: datetime, chance: Chance) -> OwnProfile:
    """Keep what a profile says now, and what it said before for ever; the same text again changes nothing.

    `version` is the one that was read, 0 for none. Raises ProfileRefused, ProfileChanged.
    """
    kept = text_to_json(checked_text(text))
    row = _own(owner_pk, now=now, chance=chance)
    if row.version and row.said == kept:
        return own_profile(row)
    fresh = {"said": kept, "version": version + 1, "updated_at": now}
    if not Profile.objects.filter(pk=row.pk, version=version).update(**fresh):
        raise ProfileChanged(own_profile(row))
    ProfileVersion.objects.create(profile_id=row.pk, number=version + 1, said=kept, at=now)
    return own_profile(Profile.objects.get(pk=row.pk))


@transaction.atomic
def show_to(*, owner_pk: int, seen_by: SeenBy, now: datetime, chance: Chance) -> None:
    """Let nobody, the chosen contacts or every member read the profile; whom was chosen stays written down (R44)."""
    row = _own(owner_pk, now=now, chance=chance)
    Profile.objects.filter(pk=row.pk).update(seen_by=seen_by.value)


@transaction.atomic
def choose_reader(*, owner_pk: int, contact_uid: str, now: datetime, chance: Chance) -> None:
    """Let a contact of the owner's own book read the profile, should they be a member; twice is once.

    Nothing tells whether they are one. Raises ContactNotFound, ReadersFull.
    """
    contact = Contact.objects.filter(owner_id=owner_pk, uid=contact_uid, removed_at=None).first()
    if contact is None:
        raise ContactNotFound(contact_uid)
    row = _own(owner_pk, now=now, chance=chance)
    if ProfileReader.objects.filter(profile_id=row.pk).count() >= MOST_READERS:
        raise ReadersFull
    ProfileReader.objects.get_or_create(profile_id=row.pk, contact_id=contact.pk)


@transaction.atomic
def drop_reader(*, owner_pk: int, contact_uid: str) -> None:
    """Show the profile to a contact no longer; one who was not chosen changes nothing."""
    mine = ProfileReader.objects.filter(profile__owner_id=owner_pk, contact__owner_id=owner_pk)
    mine.filter(contact__uid=contact_uid).delete()


@transaction.atomic
def give_link(*, owner_pk: int, now: datetime, chance: Chance) -> OwnProfile:
    """Make a link that opens the profile to whoever holds it; where there is one already, it stays."""
    row = _own(owner_pk, now=now, chance=chance)
    if row.link_fingerprint is None:
        row.link_number += 1
        row.link_fingerprint = links.fingerprint(token_of(row.uid, row.link_number))
        row.save(update_fields=["link_number", "link_fingerprint"])
    return own_profile(row)


@transaction.atomic
def take_link_back(*, owner_pk: int) -> None:
    """Close the link for ever: one made later is another."""
    Profile.objects.filter(owner_id=owner_pk).update(link_fingerprint=None)


def _own(owner_pk: int, *, now: datetime, chance: Chance) -> Profile:
    """Return the member's own row, made when it is first needed."""
    fresh = {"uid": chance.uid(), "said": text_to_json(ProfileText()), "created_at": now, "updated_at": now}
    return Profile.objects.get_or_create(owner_id=owner_pk, defaults=fresh)[0]
