"""Handing one's profile to contacts, bringing them up to date, and undoing either (R27, fourth question).

Nothing leaves from here: what is handed is a message, a sheet or a code that the member gives themself (R46).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction

from entremise.accounts.queries import MemberCard
from entremise.lib.chance import Chance
from entremise.people.mapping.handing import HandingRefused, How
from entremise.people.mapping.profiles import text_from_json
from entremise.people.models import Contact, ContactWay, Handing, Profile, ProfileVersion
from entremise.people.queries.handing import contacts_behind

__all__ = ["MOST_AT_ONCE", "HandingRefused", "How", "bring_up_to_date", "hand_over", "take_back"]

MOST_AT_ONCE = 500


@transaction.atomic
def hand_over(
    *, owner: MemberCard, contacts: Collection[str], how: How, on: date, act: str, now: datetime, chance: Chance
) -> int:
    """Note that these contacts of the owner's book were given the profile as it stood on a day; return how many.

    Noting the same act twice notes it once. Raises HandingRefused, and then nothing is noted.
    """
    if (noted := Handing.objects.filter(profile__owner_id=owner.pk, act=act).count()) or not act:
        return noted
    profile = Profile.objects.filter(owner_id=owner.pk).first()
    rows = list(Contact.objects.filter(owner_id=owner.pk, removed_at=None, uid__in=list(contacts)))
    reasons = _against(owner, profile, rows, how=how, on=on, now=now)
    version = _version_on(profile, owner.end_of(on)) if profile and "on" not in reasons else 0
    if profile and profile.version and not version:
        reasons.setdefault("on", "before")
    if reasons or profile is None:
        raise HandingRefused(reasons)
    return _write(profile, [(row.pk, how) for row in rows], version=version, on=on, act=act, chance=chance)


@transaction.atomic
def bring_up_to_date(*, owner: MemberCard, act: str, now: datetime, chance: Chance) -> int:
    """Note that every contact with an older version is given today's; return how many, 500 at most at once.

    Where no link opens the profile any more, it is the sheet that they are given. Raises HandingRefused.
    """
    if (noted := Handing.objects.filter(profile__owner_id=owner.pk, act=act).count()) or not act:
        return noted
    profile = Profile.objects.filter(owner_id=owner.pk).first()
    if profile is None or text_from_json(profile.said).is_empty:
        raise HandingRefused({"profile": "empty"})
    behind = contacts_behind(owner_pk=owner.pk, limit=MOST_AT_ONCE)
    new = [(pk, how if profile.link_fingerprint else How.PDF) for pk, how in behind]
    return _write(profile, new, version=profile.version, on=owner.today(now), act=act, chance=chance)


@transaction.atomic
def take_back(*, owner_pk: int, act: str, uid: str = "") -> int:
    """Undo an act, or what it gave to one contact: they have again what they had before. Return how many."""
    rows = Handing.objects.filter(profile__owner_id=owner_pk, act=act)
    return (rows.filter(uid=uid) if uid else rows).delete()[0]


def _against(
    owner: MemberCard, profile: Profile | None, rows: Sequence[Contact], *, how: How, on: date, now: datetime
) -> dict[str, str]:
    """Return every reason against an act, by field."""
    reasons = {}
    if profile is None or text_from_json(profile.said).is_empty:
        reasons["profile"] = "empty"
    elif how is not How.PDF and profile.link_fingerprint is None:
        reasons["how"] = "closed"
    if on > owner.today(now):
        reasons["on"] = "future"
    if not rows or len(rows) > MOST_AT_ONCE:
        reasons["pick"] = "many" if rows else "nobody"
    elif ContactWay.objects.filter(contact__in=rows, kind="email", normalised=owner.email).exists():
        reasons["pick"] = "self"
    return reasons


def _version_on(profile: Profile, end: datetime) -> int:
    """The last version written by the end of a day; 0 where there was none yet."""
    numbers = ProfileVersion.objects.filter(profile_id=profile.pk, at__lte=end).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def _write(
    profile: Profile, given: Sequence[tuple[int, How]], *, version: int, on: date, act: str, chance: Chance
) -> int:
    link = profile.link_number if profile.link_fingerprint else 0
    Handing.objects.bulk_create(
        Handing(
            uid=chance.uid(),
            profile_id=profile.pk,
            contact_id=contact_pk,
            act=act,
            how=how.value,
            version=version,
            link_number=0 if how is How.PDF else link,
            on=on,
        )
        for contact_pk, how in given
    )
    return len(given)
