"""Forms of a correction: from which day it holds, what it is where it is one's own, and until when (R28)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from entremise.protocol.correction import CorrectionKind
from entremise.referrals.actions.corrections import LONGEST, CorrectionRefused
from entremise.web.correction_words import REASONS
from entremise.web.forms_look import Day


class _Explained(forms.Form):
    """A form whose refusals stand beside the fields they are about."""

    def explain(self, refused: CorrectionRefused) -> None:
        """Say beside its field why nothing was kept."""
        for field, reason in refused.reasons.items():
            self.add_error(field if field in self.fields else None, str(REASONS[field, reason]))


class DayForm(_Explained):
    """The first day of a correction."""

    on = forms.DateField(
        label=_("From which day on?"),
        help_text=_(
            "The day on which you changed something. Introductions from that day on count as after, all earlier ones "
            "as before."
        ),
        widget=Day,
    )


class AdoptForm(DayForm):
    """A correction that is adopted; its words where it is the member's own."""

    words = forms.CharField(
        label=_("What would you like to change?"),
        help_text=_("One small thing, in your own words. For example: “I call on Tuesday mornings.”"),
        error_messages={"required": _("Please say in a few words what you would like to change.")},
        max_length=LONGEST,
    )
    field_order = ("words", "on")

    def __init__(self, data: Any = None, *, kind: CorrectionKind, today: date) -> None:
        super().__init__(data, initial={"on": today})
        if kind is not CorrectionKind.OWN:
            del self.fields["words"]


class DropForm(_Explained):
    """The first day without a correction."""

    on = forms.DateField(label=_("From which day on is it dropped?"), widget=Day)
