"""A letter about something that has been erased since is dropped quietly (R45, R47, R48)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import wraps

from django.core.exceptions import ObjectDoesNotExist

from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter
from entremise.outbox.actions import Renderer
from entremise.people.queries import ContactNotFound
from entremise.referrals.actions.steps import Gone
from entremise.referrals.queries.rows import NeedGone

_ERASED = (ObjectDoesNotExist, NeedGone, Gone, ContactNotFound)


def unless_erased(write: Renderer) -> Renderer:
    """Return the renderer, which writes nothing where a row it needs has been erased, or the address it would go to."""

    @wraps(write)
    def careful(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
        try:
            letter = write(payload, now)
        except _ERASED:
            return None
        return letter if letter is not None and letter.to else None

    return careful
