"""Who wants nothing to be written to them by this installation (R45)."""

from __future__ import annotations

from entremise.referrals.models import Refused, Silence


def wants_no_mail(address_hash: str) -> bool:
    """Whether the person behind a keyed hash has refused every request, or silenced all mail."""
    refused = Refused.objects.filter(address_hash=address_hash, scope="all").exists()
    return refused or Silence.objects.filter(address_hash=address_hash).exists()
