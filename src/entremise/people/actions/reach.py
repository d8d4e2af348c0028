"""Counting, once a month and coarsely, how many people are in several of the books whose owners agreed (R36).

A book goes into the count as a sketch: of each person one keyed fingerprint, under a key of that month alone. All the
sketches are counted together; what comes out is one rounded number for everybody, with noise that depends on the month
and the installation's secret and on nothing that anybody could try. `docs/reference/sphere.md` has the attacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from datasketches import compact_theta_sketch, theta_union, update_theta_sketch
from django.db import transaction

from entremise.lib import links
from entremise.people.mapping import WayKind
from entremise.people.models import AgreedBook, ContactWay, Overlap
from entremise.protocol.policy import Policy
from entremise.protocol.reach import laplace, published

AT_ONCE = 100  # books sketched in one go of the worker
MOST_BOOKS = 1_000  # counted together; of more, so many are drawn
_OWN_SIZE = 12  # a sketch holds 2 to this power exactly, more than is taken of one book
_ALL_SIZE = 21  # and all of them together, so that nothing is ever estimated from a part
_KINDS = (WayKind.EMAIL, WayKind.MOBILE, WayKind.PHONE)  # by the first of these that they have, people are recognised


@transaction.atomic
def agree(*, owner_pk: int, now: datetime) -> None:
    """Keep the owner's agreement that their book is counted, from the next month's count on (R36)."""
    AgreedBook.objects.get_or_create(owner_id=owner_pk, defaults={"agreed_at": now})


@transaction.atomic
def take_back(*, owner_pk: int) -> None:
    """Take the agreement back: the sketch is erased at once, and the book is in no later count (R36)."""
    AgreedBook.objects.filter(owner_id=owner_pk).delete()


def count_month(*, now: datetime, policy: Policy) -> int:
    """Sketch the agreed books for the month of `now`, some at a time, then count them; return how much was done.

    Done once a month: what was told stays until the next, whoever agrees, leaves or changes their book meanwhile.
    """
    month = now.date().replace(day=1)
    if Overlap.objects.filter(month=month).exists():
        return 0
    waiting = AgreedBook.objects.filter(agreed_at__lte=now).exclude(sketched_for=month).order_by("pk")[:AT_ONCE]
    books = list(waiting)
    for book in books:
        _sketch(book, month, policy=policy)
    if len(books) < AT_ONCE:
        _count(month, now=now, policy=policy)
    return len(books) + 1


@transaction.atomic
def _sketch(book: AgreedBook, month: date, *, policy: Policy) -> None:
    """Make the sketch of one book; one with too few people has none, and counts for nothing."""
    marks = sorted(_fingerprints(book.owner_id, month))[: policy.overlap_most]
    enough = len(marks) >= policy.overlap_least
    AgreedBook.objects.filter(pk=book.pk).update(
        sketch=_sketched(marks).compact().serialize() if enough else None,
        people=len(marks) if enough else 0,
        sketched_for=month,
    )


def _fingerprints(owner_pk: int, month: date) -> set[str]:
    """One fingerprint a person, so that nobody counts for more than one: of their address, else of their number."""
    ways = ContactWay.objects.filter(contact__owner_id=owner_pk, contact__removed_at=None, kind__in=_KINDS)
    first: dict[int, tuple[int, int, str]] = {}
    for contact, kind, position, value in ways.values_list("contact_id", "kind", "position", "normalised").iterator():
        rank = (_KINDS.index(WayKind(kind)), position, value)
        first[contact] = min(first.get(contact, rank), rank)
    purpose, secret = f"sphere {month.isoformat()}", links.site_secret()
    return {links.keyed_hash(value, purpose=purpose, secret=secret) for _kind, _position, value in first.values()}


def _sketched(marks: Iterable[str]) -> update_theta_sketch:
    made = update_theta_sketch(_OWN_SIZE)
    for mark in marks:
        made.update(mark)
    return made


@transaction.atomic
def _count(month: date, *, now: datetime, policy: Policy) -> None:
    """Count the month's sketches together, keep what may be told, and forget the sketches."""
    made = AgreedBook.objects.filter(sketched_for=month)
    rows = _drawn(list(made.filter(people__gt=0).values_list("pk", "people")), month)
    union = theta_union(_ALL_SIZE)
    for sketch in _sketches([pk for pk, _people in rows]):
        union.update(compact_theta_sketch.deserialize(sketch))
    distinct = round(union.get_result().get_estimate())
    noise = (_noise(month, "sum", policy=policy), _noise(month, "twice", policy=policy))
    total = sum(people for _pk, people in rows)
    pool = published(total, distinct, books=len(rows), noise=noise, policy=policy)
    Overlap.objects.get_or_create(month=month, defaults={"pool": pool, "counted_at": now})
    made.update(sketch=None, people=0)


def _drawn(rows: Sequence[tuple[int, int]], month: date) -> Sequence[tuple[int, int]]:
    """So many of the books as are counted together, drawn anew every month."""
    return sorted(rows, key=lambda row: _secret(month, f"book {row[0]}"))[:MOST_BOOKS]


def _sketches(pks: Sequence[int]) -> Iterator[bytes]:
    for start in range(0, len(pks), AT_ONCE):
        some = AgreedBook.objects.filter(pk__in=pks[start : start + AT_ONCE])
        yield from (bytes(sketch) for sketch in some.values_list("sketch", flat=True) if sketch)


def _noise(month: date, about: str, *, policy: Policy) -> float:
    """The month's noise: nobody without the installation's secret knows it, and counting again draws no other."""
    drawn = (int(_secret(month, about)[:13], 16) + 0.5) / 16**13  # 52 bits: as many as such a number holds
    return laplace(drawn, scale=policy.overlap_noise)


def _secret(month: date, about: str) -> str:
    return links.keyed_hash(f"{month.isoformat()} {about}", purpose="sphere noise", secret=links.site_secret())
