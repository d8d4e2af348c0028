"""Reading profiles. Only whom its owner chose finds one; for anybody else it does not exist (R44)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Expression, OuterRef, Q, QuerySet

from entremise.accounts.queries import MemberCard, address_hash
from entremise.lib import links
from entremise.lib.prepared import Prepared
from entremise.people.mapping import ContactCard, ContactLine, WayKind
from entremise.people.mapping.handing import changed_parts
from entremise.people.mapping.profiles import (
    CURRENCIES,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_LINES,
    PARTS,
    OwnProfile,
    ProfileCard,
    ProfileRefused,
    ProfileText,
    SeenBy,
    own_profile,
    profile_card,
    text_from_json,
)
from entremise.people.models import Contact, ContactWay, Profile, ProfileReader, ProfileVersion
from entremise.people.queries import lines_of

__all__ = [
    "CURRENCIES",
    "LONGEST_LINE",
    "LONGEST_TEXT",
    "MOST_LINES",
    "PARTS",
    "Difference",
    "OwnProfile",
    "ProfileCard",
    "ProfileGone",
    "ProfileRefused",
    "ProfileText",
    "SeenBy",
    "Version",
    "by_link",
    "changed_parts",
    "difference",
    "link_token",
    "mine",
    "of_contact",
    "of_contacts",
    "of_owners",
    "readers",
    "shown_to",
    "step",
    "version_before",
    "versions",
    "visible",
]

LINK_PURPOSE = "profile"


class ProfileGone(LookupError):  # noqa: N818 - named as the fact it states
    """There is no profile that this reader may see."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a profile said from an instant on."""

    number: int
    at: datetime
    text: ProfileText


def mine(*, owner_pk: int) -> OwnProfile | None:
    """Return the member's own profile; None before anything was written."""
    row = Profile.objects.filter(owner_id=owner_pk).first()
    return own_profile(row) if row else None


def versions(*, owner_pk: int) -> tuple[Version, ...]:
    """Return everything the member's own profile ever said, the latest first."""
    rows = ProfileVersion.objects.filter(profile__owner_id=owner_pk).order_by("-number")
    return tuple(Version(number=row.number, at=row.at, text=text_from_json(row.said)) for row in rows)


def version_before(*, owner_pk: int, at: datetime) -> int:
    """Return the number of the version the member's profile had just before an instant; 0 where it said nothing."""
    rows = ProfileVersion.objects.filter(profile__owner_id=owner_pk, at__lt=at)
    return rows.order_by("-number").values_list("number", flat=True).first() or 0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Two versions of a profile side by side; `before` is None where nothing was written yet. `parts` are those of
    PARTS that they say differently."""

    before: Version | None
    after: Version
    parts: tuple[str, ...]


def difference(among: Sequence[Version], *, since: int, until: datetime | None = None) -> Difference | None:
    """Return what changed from the version `since` to the last one before `until`, or of all, among versions as
    `versions` returns them; None where there is no later one, or it says the same (R28)."""
    before = next((one for one in among if one.number == since), None)
    later = (one for one in among if one.number > since and (until is None or one.at < until))
    after = max(later, key=lambda one: one.number, default=None)
    found = step(before, after) if after else None
    return found if found and found.parts else None


def step(before: Version | None, after: Version) -> Difference:
    """Return what one version says differently from another, or from nothing."""
    parts = changed_parts(before.text if before else ProfileText(), after.text)
    return Difference(before=before, after=after, parts=parts)


def readers(*, owner_pk: int) -> tuple[ContactLine, ...]:
    """Return the contacts the member chose to show their profile to, by name."""
    chosen = ProfileReader.objects.filter(profile__owner_id=owner_pk).values("contact_id")
    rows = Contact.objects.filter(owner_id=owner_pk, removed_at=None, pk__in=chosen)
    return lines_of(rows.order_by("sort_key", "id"))


def visible(*, reader: MemberCard, uid: str) -> ProfileCard:
    """Return a profile the reader may see: their own, or one shown to them. Raises ProfileGone (R44)."""
    row = Profile.objects.filter(
        _shown_to(reader.email) | Q(owner_id=reader.pk), uid=uid, owner__is_active=True
    ).first()
    if row is None:
        raise ProfileGone
    return profile_card(row)


def of_contact(*, reader: MemberCard, contact: ContactCard) -> ProfileCard | None:
    """Return the profile of the member behind a contact, where they show it to the reader.

    Whether the contact is a member who shows it to others, a member without one, or no member at all, the same single
    query is made and the answer is the same None (R44).
    """
    hashes = {address_hash(way.value) for way in contact.ways if way.kind is WayKind.EMAIL}
    row = next(iter(_OF_CONTACT(reader=reader.pk, address=reader.email, hashes=hashes)), None)
    return profile_card(row) if row else None


def of_contacts(*, reader: MemberCard, contacts: Sequence[ContactCard]) -> Mapping[int, ProfileCard]:
    """Return, by contact's primary key, the profiles of the members behind them that they show to the reader (R44).

    One query, whoever of them is a member.
    """
    hashes = {address_hash(way.value): card.pk for card in contacts for way in card.ways if way.kind is WayKind.EMAIL}
    rows = Profile.objects.filter(_shown_to(reader.email), owner__address_hash__in=list(hashes), owner__is_active=True)
    found = rows.exclude(owner_id=reader.pk).select_related("owner")
    return {hashes[row.owner.address_hash]: profile_card(row) for row in found}


def shown_to(*, reader: MemberCard, owners: Collection[MemberCard]) -> Mapping[int, ProfileCard]:
    """Return, by their owner's primary key, the profiles of those members whom the reader has in their own book and who
    show it to them, in two queries (R44)."""
    mine = ContactWay.objects.filter(contact__owner_id=reader.pk, contact__removed_at=None, kind=WayKind.EMAIL)
    there = set(mine.filter(normalised__in=[owner.email for owner in owners]).values_list("normalised", flat=True))
    known = [owner.pk for owner in owners if owner.email in there and owner.pk != reader.pk]
    rows = Profile.objects.filter(_shown_to(reader.email), owner_id__in=known, owner__is_active=True) if known else ()
    return {row.owner_id: profile_card(row) for row in rows}


def of_owners(*, reader: MemberCard, owners: Collection[int]) -> Mapping[int, ProfileCard]:
    """Return, by their owner's primary key, the profiles of these members that they show to the reader (R44).

    For members who made themselves known as such to the reader; whether anybody else is one, nobody may learn.
    """
    rows = Profile.objects.filter(_shown_to(reader.email), owner_id__in=owners, owner__is_active=True)
    return {row.owner_id: profile_card(row) for row in rows.exclude(owner_id=reader.pk)}


def _shown_to(reader: str | Expression) -> Q:
    """Everybody here, or a contact of the owner's own book that has the reader's address (R44)."""
    address = ContactWay.objects.filter(contact_id=OuterRef("contact_id"), kind=WayKind.EMAIL, normalised=reader)
    chosen: QuerySet[ProfileReader] = ProfileReader.objects.filter(
        profile_id=OuterRef("pk"), contact__removed_at=None
    ).filter(Exists(address))
    chosen_by_owner = Q(seen_by=SeenBy.CHOSEN.value) & Q(Exists(chosen))
    return Q(version__gt=0) & (Q(seen_by=SeenBy.MEMBERS.value) | chosen_by_owner)


_OF_CONTACT = Prepared(
    lambda reader, address, hashes: (
        Profile.objects.filter(_shown_to(address), owner__address_hash__in=hashes, owner__is_active=True)
        .exclude(owner_id=reader)
        .order_by("pk")[:1]
    ),
    many={"hashes": str},
)


def by_link(*, token: str) -> ProfileCard:
    """Return the profile a link opens, while its owner lets it. Raises ProfileGone."""
    fingerprint = links.fingerprint(token)
    row = Profile.objects.filter(link_fingerprint=fingerprint, version__gt=0, owner__is_active=True).first()
    if row is None:
        raise ProfileGone
    return profile_card(row)


def link_token(own: OwnProfile) -> str:
    """Return the token of the link that opens a profile now; empty where none does."""
    return token_of(own.uid, own.link_number) if own.has_link else ""


def token_of(uid: str, number: int) -> str:
    """Return the token of a profile's link with this number."""
    return links.token(LINK_PURPOSE, f"{uid}:{number}", secret=links.site_secret())
