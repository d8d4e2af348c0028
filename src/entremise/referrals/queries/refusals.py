"""Who wants nothing to be written to them: by anybody, by one giver, or about one person (R45, R46)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from entremise.referrals.models import Refused, Silence

# What a refusal covers: everything, one giver, one other person; or invitations, which the accounts keep.
ALL, GIVER, PERSON, INVITATION = "all", "giver", "person", "invitation"


def refused_by(people: Collection[str], *, giver_hash: str) -> frozenset[str]:
    """Return those of these keyed hashes who refused this giver, or everything (R45)."""
    said = Refused.objects.filter(address_hash__in=people).filter(Q(scope=ALL) | Q(scope=GIVER, other=giver_hash))
    return frozenset(said.values_list("address_hash", flat=True))


def is_silenced(address_hash: str) -> bool:
    """Whether the person behind a keyed hash silenced all mail (R6)."""
    return Silence.objects.filter(address_hash=address_hash).exists()


def wants_peace(address_hash: str, *, giver_hash: str) -> bool:
    """Whether they silenced mail, or refused this giver, or everybody (R6, R45)."""
    return bool(refused_by({address_hash}, giver_hash=giver_hash)) or is_silenced(address_hash)
