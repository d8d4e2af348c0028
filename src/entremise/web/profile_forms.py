"""What a member writes about how to refer them, and how it becomes a profile (R12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from entremise.accounts.queries import MemberCard
from entremise.catalogue import areas, client_kinds
from entremise.catalogue.folding import fold
from entremise.people.queries.profiles import (
    CURRENCIES,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_LINES,
    ProfileText,
    SeenBy,
)
from entremise.protocol.relevance import Availability
from entremise.web.forms_look import Choices
from entremise.web.money import CURRENCY_WORDS
from entremise.web.profile_words import month
from entremise.web.two_versions import AsRead

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ = gettext_lazy
_MONTHS_AHEAD = 18
_LINES = ("services", "markets", "listen_for", "not_for_me")
_REASONS: dict[str, Promise] = {
    "many": _("Twelve lines are the most that anybody reads."),
    "long": _("One of these lines is too long to be kept; 160 characters are the most."),
    "unknown": _("Please choose one of the values offered."),
    "missing": _("Please choose the month until which you are full."),
}


def _lines(label: _StrPromise, hint: _StrPromise, *, rows: int = 3) -> forms.CharField:
    longest = MOST_LINES * (LONGEST_LINE + 40)
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=longest, widget=widget)


def _words(label: _StrPromise, hint: _StrPromise) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=LONGEST_TEXT, widget=widget)


class ProfileForm(forms.Form):
    """A profile as its owner writes it: one page in sections, everything optional."""

    all_optional = True
    services = _lines(
        _("What you do"),
        _("One thing a line, as you would say it to a friend. For example: “Ventilation of restaurant kitchens”."),
    )
    markets = _lines(
        _("Whom you would like to meet"),
        _("In your words, one a line. For example: “Somebody who takes over a restaurant”."),
    )
    client_kinds = forms.MultipleChoiceField(
        label=_("Kinds of clients"), required=False, widget=forms.CheckboxSelectMultiple
    )
    places = _lines(
        _("Where you work"),
        _("One place a line: a town of at least 20,000 inhabitants, a department, a region, a country."),
        rows=2,
    )
    availability = forms.ChoiceField(
        label=_("Can you take on something new?"),
        required=False,
        widget=Choices(),
        choices=[
            (Availability.FREE.value, _("Yes")),
            (Availability.FULL.value, _("I am full until…")),
            (Availability.CLOSED.value, _("I take on nobody new for the moment")),
            (Availability.UNSAID.value, _("I would rather not say")),
        ],
    )
    full_until = forms.ChoiceField(
        label=_("Full until"), help_text=_("From that month on you can take on new work."), required=False
    )
    listen_for = _lines(
        _("What to listen for"),
        _("Sentences people say when they need you, one a line. For example: “It is too hot in our kitchen.”"),
    )
    not_for_me = _lines(
        _("What is not for you"), _("One thing a line, so that nobody is sent in vain. For example: “Private houses”.")
    )
    floor = forms.CharField(
        label=_("The smallest budget that makes sense"),
        help_text=_("An amount without cents, if there is one. For example: 5,000."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), required=False, choices=[(code, CURRENCY_WORDS[code]) for code in CURRENCIES]
    )
    floor_words = _words(_("In words"), _("For example: “The first hour is free” or “From €800 a day”."))
    introduced = _words(
        _("How you like to be introduced"),
        _("For example: “Tell me first what they have tried already; I call back the same week.”"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, member: MemberCard, text: ProfileText, version: int, today: date) -> None:
        super().__init__(data, initial={**_initial(text, member.language), "version": version})
        self.member = member
        kinds = [(kind.key, kind.phrase(member.language)) for kind in client_kinds.all_client_kinds()]
        self.fields["client_kinds"].choices = kinds  # type: ignore[attr-defined]
        self.fields["full_until"].choices = _months(today, text.full_until)  # type: ignore[attr-defined]

    def clean_places(self) -> tuple[str, ...]:
        """Return the codes of the areas that are meant; say what comes near where one is not."""
        return tuple(self._area(line) for one in self.cleaned_data["places"].splitlines() if (line := one.strip()))

    def _area(self, typed: str) -> str:
        language = self.member.language
        found = areas.search(typed.partition("(")[0], limit=6, language=language)
        meant = [a for a in found if fold(typed) in (fold(a.label(language)), fold(a.name_fr), fold(a.name_en))]
        if meant:
            return next((a for a in meant if fold(a.label(language)) == fold(typed)), meant[0]).code
        if not found:
            words = gettext("“%(place)s” is not on the list. A larger place nearby will do.")
            raise forms.ValidationError(words % {"place": typed})
        near = ", ".join(a.label(language) for a in found)
        words = gettext("By “%(place)s”, do you mean one of these? %(places)s")
        raise forms.ValidationError(words % {"place": typed, "places": near})

    def clean_floor(self) -> int | None:
        """Return the amount, however its thousands are set apart."""
        typed = re.sub(r"[\s.,'’\u202f\u00a0]|€|\$|CHF|CA", "", self.cleaned_data["floor"])
        if not typed:
            return None
        if not (typed.isascii() and typed.isdecimal()) or len(typed) > 9:
            raise forms.ValidationError(gettext("Please write an amount in figures, without cents."))
        return int(typed)

    def text(self) -> ProfileText:
        """Return what was written; the form is valid."""
        said = self.cleaned_data
        lines: dict[str, Any] = {name: tuple(said[name].splitlines()) for name in _LINES}
        return ProfileText(
            **lines,
            client_kinds=tuple(said["client_kinds"]),
            areas=said["places"],
            availability=Availability(said["availability"]),
            full_until=date.fromisoformat(said["full_until"]) if said["full_until"] else None,
            floor=said["floor"],
            currency=said["currency"] or CURRENCIES[0],
            floor_words=said["floor_words"],
            introduced=said["introduced"],
        )

    def explain(self, reasons: dict[str, str]) -> None:
        """Put the reasons why the profile was refused beside the fields they are about."""
        for field, reason in reasons.items():
            self.add_error("places" if field == "areas" else field, str(_REASONS[reason]))

    @property
    def sections(self) -> Iterator[tuple[Promise, list[BoundField]]]:
        """The page's sections: a title, and its fields; the kinds of clients are folded apart."""
        for title, names in (
            (_("What you do, and for whom"), ("services", "markets", "client_kinds", "places")),
            (_("When, and from how much"), ("availability", "full_until", "floor", "currency", "floor_words")),
            (_("How people recognise the moment"), ("listen_for", "not_for_me", "introduced")),
        ):
            yield title, [self[name] for name in names]


def _months(today: date, kept: date | None) -> list[tuple[str, str]]:
    first = today.year * 12 + today.month  # the month after this one
    ahead = [date(number // 12, number % 12 + 1, 1) for number in range(first, first + _MONTHS_AHEAD)]
    listed = sorted({*ahead, *([kept] if kept else [])})
    return [("", gettext("Choose a month")), *((day.isoformat(), month(day)) for day in listed)]


def _initial(text: ProfileText, language: str) -> dict[str, Any]:
    said: dict[str, Any] = {name: "\n".join(getattr(text, name)) for name in _LINES}
    return said | {
        "client_kinds": list(text.client_kinds),
        "places": "\n".join(areas.area(code).label(language) for code in text.areas),
        "availability": text.availability.value,
        "full_until": text.full_until.isoformat() if text.full_until else "",
        "floor": "" if text.floor is None else str(text.floor),
        "currency": text.currency,
        "floor_words": text.floor_words,
        "introduced": text.introduced,
    }


class ReadersForm(AsRead):
    """Which members may read the profile (R44)."""

    seen_by = forms.ChoiceField(
        label=_("Among the members here, who may read it?"),
        widget=Choices(
            hints={
                SeenBy.CHOSEN: _("You choose them below, in your own address book."),
                SeenBy.MEMBERS: _("Everybody with an account here who has you in their address book finds it there."),
            }
        ),
        choices=[
            (SeenBy.NOBODY.value, _("Nobody but me")),
            (SeenBy.CHOSEN.value, _("The contacts I choose")),
            (SeenBy.MEMBERS.value, _("Every member")),
        ],
    )
