"""The composition root as Django knows it: it only makes the numbered checks known."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "entremise.config"
    label = "config"

    def ready(self) -> None:
        """Make the checks of the environment known to Django."""
        from entremise.config import checks  # noqa: F401 - importing registers them
