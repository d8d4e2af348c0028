"""What is wrong with the environment, as numbered system checks: entremise.E001 … and entremise.W001."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from entremise.config.environment import Problem


def _message(problem: Problem) -> CheckMessage:
    kind, letter = (checks.Error, "E") if problem.serious else (checks.Warning, "W")
    return kind(problem.message, obj=problem.name, id=f"entremise.{letter}{problem.number:03d}")


@register
def environment(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Report every variable of the environment that is wrong (E: its own number) or unknown (W001)."""
    return [_message(problem) for problem in settings.ENTREMISE_PROBLEMS]
