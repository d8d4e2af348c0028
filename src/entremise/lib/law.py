"""Under which law this installation works, read from its settings (R6b, R6c)."""

from __future__ import annotations

from django.conf import settings

from entremise.protocol.policy import Policy, under


def profile() -> str:
    """Return the installation's law profile: "fr", "eu-strict" or "ca"."""
    return str(settings.ENTREMISE.law)


def policy() -> Policy:
    """Return the doctrine's numbers as this installation's law changes them. Doors call this once per act."""
    return under(profile())
