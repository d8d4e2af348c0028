"""Who of a member's own book is named in a text (R2)."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from django.db.models import Q

from entremise.people.models import Contact
from entremise.people.queries import lines_of
from entremise.protocol.folding import plain_words
from entremise.protocol.ordinary import PARTICLES, is_ordinary

_PAIRS = 60  # of a text of at most 400 characters
_PEOPLE = 100
_SENTENCE = re.compile(r"[.;:!?\n]+\s")


def full_names_in(*, owner_pk: int, text: str) -> tuple[str, ...]:
    """Return the full names of those of the owner's contacts whose first and last names stand together in `text`.

    Accents and case do not count. Some of them may only nearly be there: whoever asks looks closer.
    """
    pairs = list(dict.fromkeys(pair for part in _SENTENCE.split(text) for pair in _pairs(part)))[:_PAIRS]
    if not pairs:
        return ()
    wanted = Q()
    for first, second in pairs:
        wanted |= Q(search_text__contains=f" {first}") & Q(search_text__contains=f" {second}")
    book = Contact.objects.filter(wanted, owner_id=owner_pk, removed_at=None)
    full = book.exclude(given_name="").exclude(family_name="")
    return tuple(line.name for line in lines_of(full.order_by("pk")[:_PEOPLE]))


def _pairs(part: str) -> list[tuple[str, str]]:
    words = [word for word in plain_words(part) if word not in PARTICLES]
    found = [pair for pair in pairwise(words) if not all(is_ordinary(word) for word in pair)]
    return [pair for pair in found if all(len(word) > 1 and not word.isdecimal() for word in pair)]


def names_of(*, owner_pk: int, uids: Collection[str]) -> dict[str, str]:
    """Return the names of those of these contacts that are in the owner's book, in one query."""
    if not any(uids):
        return {}
    mine = Contact.objects.filter(owner_id=owner_pk, removed_at=None, uid__in=[uid for uid in uids if uid])
    return {line.uid: line.name for line in lines_of(mine)}
