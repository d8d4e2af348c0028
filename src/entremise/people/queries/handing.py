"""A member's profile in others' hands: who has it, how old theirs is, what changed since (R27, fourth question)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Expression, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from entremise.lib.prepared import Prepared
from entremise.people.mapping import ContactCard
from entremise.people.mapping.handing import HandedFacts, HandingRefused, How, InHand, changed_parts
from entremise.people.mapping.profiles import ProfileText, text_from_json
from entremise.people.models import Contact, Handing, Profile, ProfileVersion
from entremise.people.queries import contacts_by_pks, lines_of

__all__ = [
    "PAGE_SIZE",
    "HandedAct",
    "HandedFacts",
    "HandingRefused",
    "Hands",
    "How",
    "InHand",
    "Message",
    "act_of",
    "contacts_behind",
    "everything",
    "facts",
    "hands",
    "holding_link",
    "in_hand",
]

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Hands:
    """A page of those who have the profile, the oldest version first; `behind` counts all who have an older one."""

    lines: tuple[InHand, ...]
    total: int
    behind: int
    page: int
    pages: int


def hands(*, owner_pk: int, page: int = 1) -> Hands:
    """Return a page of the contacts who were given the profile, in a number of queries that does not grow."""
    found = facts(owner_pk=owner_pk)
    pages = max(1, -(-found.people // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = _latest(owner_pk).order_by("version", "on", "contact__sort_key", "pk")
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Hands(lines=_in_hands(shown), total=found.people, behind=found.behind, page=page, pages=pages)


def in_hand(*, owner_pk: int, contact_pk: int) -> InHand | None:
    """Return what one contact has of the profile; None where they were given nothing."""
    return next(iter(_in_hands(_IN_HAND(owner=owner_pk, contact=contact_pk))), None)


def facts(*, owner_pk: int) -> HandedFacts:
    """Return the figures of a profile in others' hands, as the fourth question reads them (R27)."""
    version = Profile.objects.filter(owner_id=owner_pk).values_list("version", flat=True).first() or 0
    older = Count("pk", filter=Q(version__lt=version))
    now = _latest(owner_pk).aggregate(people=Count("pk"), behind=older, last_on=Max("on"))
    return HandedFacts(**now, **_given(owner_pk).aggregate(first_on=Min("on")), version=version)


def holding_link(*, owner_pk: int) -> int:
    """Return how many contacts were given the link that is open today, as such or as a code, and nothing since."""
    rows = _latest(owner_pk).filter(profile__link_fingerprint__isnull=False)
    return rows.filter(link_number=F("profile__link_number")).count()


def contacts_behind(*, owner_pk: int, limit: int) -> tuple[tuple[int, How], ...]:
    """Return the primary keys of those with an older version than today's, the oldest first, and how they have it."""
    rows = _latest(owner_pk).filter(version__lt=F("profile__version")).order_by("version", "pk")
    return tuple((pk, How(how)) for pk, how in rows.values_list("contact_id", "how")[:limit])


def _latest(owner_pk: int | Expression) -> QuerySet[Handing]:
    """The rows of what contacts who are in the book have now: the last one given to each."""
    last = Handing.objects.filter(profile_id=OuterRef("profile_id"), contact_id=OuterRef("contact_id"))
    return _given(owner_pk).filter(pk=Subquery(last.order_by("-on", "-pk").values("pk")[:1]))


def _given(owner_pk: int | Expression) -> QuerySet[Handing]:
    """Everything that was ever given to contacts who are in the book."""
    return Handing.objects.filter(profile__owner_id=owner_pk, contact__removed_at=None)


_IN_HAND = Prepared(lambda owner, contact: _latest(owner).filter(contact_id=contact))


def _in_hands(rows: Iterable[Handing]) -> tuple[InHand, ...]:
    found = list(rows.select_related("profile") if isinstance(rows, QuerySet) else rows)
    if not found:
        return ()
    profile = found[0].profile
    texts = _texts(profile, {row.version for row in found})
    lines = {line.pk: line for line in lines_of(Contact.objects.filter(pk__in=[row.contact_id for row in found]))}
    today = text_from_json(profile.said)
    link = profile.link_number if profile.link_fingerprint else 0
    return tuple(
        InHand(
            uid=row.uid,
            act=row.act,
            contact=lines[row.contact_id],
            how=How(row.how),
            version=row.version,
            on=row.on,
            behind=max(0, profile.version - row.version),
            changed=changed_parts(texts[row.version], today) if row.version in texts else (),
            opens=bool(link) and row.link_number == link,
        )
        for row in found
    )


def _texts(profile: Profile, numbers: set[int]) -> Mapping[int, ProfileText]:
    older = numbers - {profile.version}
    if not older:
        return {}
    rows = ProfileVersion.objects.filter(profile_id=profile.pk, number__in=older)
    return {row.number: text_from_json(row.said) for row in rows}


def everything(*, owner_pk: int) -> Iterator[dict[str, Any]]:
    """Yield every handing as plain values, in the order they were noted, to be taken along (R47)."""
    rows = Handing.objects.filter(profile__owner_id=owner_pk).order_by("pk").select_related("contact")
    for row in rows.iterator():
        who = f"{row.contact.given_name} {row.contact.family_name}".strip() or row.contact.company
        said = {name: getattr(row, name) for name in ("how", "version", "on")}
        yield {"id": row.uid, "to": who, "contact": row.contact.uid, **said}


# -- one act ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is to be said to one contact of an act: what they had before, and what has changed since."""

    hand: InHand
    card: ContactCard
    before: InHand | None


@dataclass(frozen=True, kw_only=True)
class HandedAct:
    """A page of what one press gave, by name; none of it where the act was undone, or is somebody else's."""

    messages: tuple[Message, ...]
    total: int
    page: int
    pages: int


def act_of(*, owner_pk: int, act: str, page: int = 1, size: int = 25) -> HandedAct:
    """Return a page of one act of the member's own (R44)."""
    rows = Handing.objects.filter(profile__owner_id=owner_pk, act=act, contact__removed_at=None)
    total = rows.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    given = _in_hands(rows.order_by("contact__sort_key", "pk")[(page - 1) * size : page * size])
    cards = contacts_by_pks(owner_pk=owner_pk, pks=[one.contact.pk for one in given])
    before = _before(owner_pk, act, [one.contact.pk for one in given])
    messages = (Message(hand=one, card=cards[one.contact.pk], before=before.get(one.contact.pk)) for one in given)
    return HandedAct(messages=tuple(messages), total=total, page=page, pages=pages)


def _before(owner_pk: int, act: str, contacts: Sequence[int]) -> Mapping[int, InHand]:
    """What each of these contacts had before the act."""
    mine = Handing.objects.filter(profile__owner_id=owner_pk, contact_id__in=contacts)
    this = Handing.objects.filter(contact_id=OuterRef("contact_id"), act=act)
    earlier = mine.exclude(act=act).annotate(now=Subquery(this.values("pk")[:1])).filter(pk__lt=F("now"))
    found = _in_hands(earlier.order_by("on", "pk"))
    return {one.contact.pk: one for one in found}  # the last one given stands
