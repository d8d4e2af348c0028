"""One party's part of the checklist in words, as the other side reads it (R18)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from entremise.protocol.types import Way
from entremise.protocol.wall import Part

WAY_WORDS: Mapping[Way, Promise] = {
    Way.PHONE: _("By telephone"),
    Way.MAIL: _("By e-mail"),
    Way.MESSAGE: _("By message"),
    Way.MEETING: _("In person"),
}
_LABELS: Mapping[str, Promise] = {
    "best_time": _("Best time"),
    "booking": _("To arrange a meeting"),
    "reason": _("What it is about"),
    "budget": _("Budget"),
}


def in_words(part: Part | None) -> tuple[tuple[str, str], ...]:
    """Return a part as pairs of a label and what it says; what is not known is left out, never invented (R17)."""
    if part is None:
        return ()
    first = [(str(WAY_WORDS[Way(part.way)]), part.details)] if part.way else []
    more = [(str(label), getattr(part, name)) for name, label in _LABELS.items() if getattr(part, name)]
    return (*first, *more)
