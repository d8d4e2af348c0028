"""Under which law this installation works, read from its settings, and what its letters tell of it (R6b, R6c)."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from entremise.protocol import law
from entremise.protocol.policy import Policy, under

_YEAR = 365


def profile() -> str:
    """Return the installation's law profile: "fr", "eu-strict" or "ca"."""
    return str(settings.ENTREMISE.law)


def policy() -> Policy:
    """Return the doctrine's numbers as this installation's law changes them. Doors call this once per act."""
    return under(profile())


def told(letter: str, *, to_member: bool) -> Mapping[str, object]:
    """Return what the mentions of a letter are made from: what its law wants said, and the settings that say it."""
    sort = law.sort(letter, to_member=to_member)
    site = str(settings.ENTREMISE.site_url).rstrip("/")
    numbers = policy()
    return {
        "profile": profile(),
        "sort": sort.value,
        "wants": {mention.value: True for mention in law.wanted(profile(), sort)},
        "responsible": settings.ENTREMISE.owner_name,
        "contact": settings.ENTREMISE.owner_contact,
        "address": settings.ENTREMISE.owner_address,
        "site": site,
        "rights_url": site + reverse("rights"),
        "choice_url": site + reverse("preferences"),
        "unfinished_kept": numbers.unfinished_kept,
        "proof_years": numbers.proof_texts_kept // _YEAR,
    }
