"""How it ended, said or corrected, with the amount of what was won: the receiver's own (R21, R26)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from entremise.people.queries.profiles import CURRENCIES
from entremise.protocol.ending import Worth
from entremise.protocol.types import Outcome
from entremise.web import money

NOT_AN_AMOUNT = _("Please write an amount such as 1200 or 1200.50, or nothing.")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was said of the end before. `remembers` is false where whoever reads the page may not be its person: then
    the amount is not shown back, and an empty field leaves it as it is."""

    outcome: str = ""
    worth: Worth | None = None
    remembers: bool = True
    giver: str = ""


class EndFields(forms.Form):
    """What a form asks of the end beside its words: the amount, where it was won and who says it likes to note it."""

    amount = forms.CharField(
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), required=False, choices=[(code, money.CURRENCY_WORDS[code]) for code in CURRENCIES]
    )
    shown = forms.BooleanField(required=False)

    amount_label: Promise = _("If you work together, the amount")

    def __init__(self, *args: Any, known: Known | None = None, **kwargs: Any) -> None:
        self.known = known or Known()
        super().__init__(*args, **kwargs)
        worth = self.known.worth if self.known.remembers else None
        self.initial["outcome"] = self.known.outcome
        self.initial["currency"] = worth.currency if worth else usual_currency()
        if worth:
            self.initial["amount"] = written(worth.amount)
            self.initial["shown"] = worth.shown
        self.fields["amount"].label = str(self.amount_label)
        self.fields["amount"].help_text = self._hint()
        if "shown" in self.fields:
            self.fields["shown"].label = gettext("%(giver)s may see this amount") % {"giver": self.known.giver}

    def _hint(self) -> str:
        shows = "shown" in self.fields
        words = [
            gettext("For your own figures: nobody else sees it, unless you say so below.")
            if shows
            else gettext("For your own figures: only you see it.")
        ]
        if self.known.outcome and not self.known.remembers:
            words.append(gettext("An amount noted before stays if you leave this empty; 0 removes it."))
        return " ".join(words)

    def clean_amount(self) -> Decimal | None:
        """Return the amount as a number: nothing where nothing is typed."""
        try:
            amount = money.typed(self.cleaned_data["amount"])
        except ValueError:
            raise forms.ValidationError(str(NOT_AN_AMOUNT)) from None
        return amount

    def end(self) -> dict[str, Any]:
        """Return the end as the action takes it: an amount is kept only for what was won."""
        said = self.cleaned_data
        outcome, amount = Outcome(said["outcome"]), said["amount"]
        if outcome is not Outcome.WON or not amount:
            return {"outcome": outcome, "keeps": amount is None and not self.known.remembers}
        currency = said["currency"] or usual_currency()
        return {"outcome": outcome, "worth": Worth(amount=amount, currency=currency, shown=bool(said.get("shown")))}


def written(number: Decimal) -> str:
    """Return an amount as one types it in the reader's language."""
    plain = f"{number:.0f}" if number == int(number) else f"{number:.2f}"
    return plain.replace(".", ",") if (get_language() or "").startswith("fr") else plain


def usual_currency() -> str:
    """Return the currency most readers of the present language count in."""
    return "CAD" if get_language() == "fr-ca" else CURRENCIES[0]
