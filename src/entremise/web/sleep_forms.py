"""Until when a need sleeps, and what it becomes instead: a lead (R2, R11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions.sleepers import BadNight
from entremise.referrals.mapping import NeedDraft
from entremise.web.forms_look import Day
from entremise.web.need_state import At

_BAD_NIGHTS: Mapping[str, Any] = {
    "past": _("Please choose a day that is still to come."),
    "far": _("Two years are the longest: choose a nearer day, and move it then if you like."),
}


class SleepForm(forms.Form):
    """The day on which a need may become real; proposed by the test, changed at will."""

    wakes_on = forms.DateField(
        label=_("Keep it until"),
        help_text=_("On that day it comes back to your home page. Nobody is asked anything before."),
        widget=Day,
        error_messages={"required": _BAD_NIGHTS["past"], "invalid": _BAD_NIGHTS["past"]},
    )

    def __init__(self, data: Any = None, *, at: At, wakes_on: date | None = None) -> None:
        proposed = wakes_on or at.today + timedelta(days=DEFAULT.actual_within)
        super().__init__(data, initial={"wakes_on": proposed})

    def explain(self, refused: BadNight) -> None:
        """Say beside the field why not until that day."""
        self.add_error("wakes_on", str(_BAD_NIGHTS[refused.reason]))


def as_lead(draft: NeedDraft, *, uid: str = "") -> str:
    """Return the address at which a need, kept as the draft `uid`, becomes a lead: without the client (R2)."""
    known = {"receiver": draft.receiver, "trade": draft.trade, "area": draft.area, "draft": uid}
    return f"{reverse('lead_new')}?{urlencode({name: value for name, value in known.items() if value})}"
