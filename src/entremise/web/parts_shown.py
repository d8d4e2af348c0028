"""One party's part of the checklist in words, as the other side reads it (R18)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from entremise.protocol.checklist import OF_PARTY, Field
from entremise.protocol.types import Role, Way
from entremise.protocol.wall import Part

WAY_WORDS: Mapping[Way, Promise] = {
    Way.PHONE: _("By telephone"),
    Way.MAIL: _("By e-mail"),
    Way.MESSAGE: _("By message"),
    Way.MEETING: _("In person"),
}
_LABELS: Mapping[Field, Promise] = {
    Field.BEST_TIME: _("Best time"),
    Field.BOOKING: _("To arrange a meeting"),
    Field.REASON: _("What it is about"),
    Field.BUDGET: _("Budget"),
}

# How a consent was given is said where the person did not answer by their own mail (R6d, R8).
_HOW: Mapping[str, Promise] = {
    "aloud": _("Aloud; written down by the person who recommends"),
    "carried": _("Through a link brought by the person who recommends"),
}

_NUMBER = re.compile(r"\+?[\d\s.()/-]{6,}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


def opens(part: Part | None) -> str:
    """Return what a press on the details of a part opens, a call or a letter; "" for anything else (R18)."""
    details = part.details.strip() if part else ""
    if _NUMBER.fullmatch(details):
        return "tel:" + re.sub(r"\(0\)|[^\d+]", "", details)
    return f"mailto:{details}" if _ADDRESS.fullmatch(details) else ""


def in_words(part: Part | None, *, role: Role) -> tuple[tuple[str, str], ...]:
    """Return the part of a `role` as labels and what they say; "" where it is missing, never invented (R17)."""
    if part is None:
        return ()
    first = (str(WAY_WORDS[Way(part.way)] if part.way else _("To reach them")), part.details)
    wanted = [field for field in OF_PARTY[role] if field in _LABELS]
    said = [(str(_("How they agreed")), str(_HOW[part.how]))] if part.how in _HOW else []
    return (first, *((str(_LABELS[field]), getattr(part, field.value)) for field in wanted), *said)
