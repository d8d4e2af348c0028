"""Choosing somebody of one's own book, or writing them down in place: a part of a page that asks more (R23b, R2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from entremise.accounts.queries import MemberCard
from entremise.catalogue import areas, trades
from entremise.catalogue.folding import fold
from entremise.people import queries as people
from entremise.people.queries import ContactDraft, ContactRefused, Way, WayKind
from entremise.web.contact_forms import line_label, trade_label
from entremise.web.forms_look import Choices
from entremise.web.need_choosing import SHOWN, search_field
from entremise.web.need_state import own_contact

_ = gettext_lazy
_NEW = ("given_name", "family_name", "email", "phone")


class WhoForm(forms.Form):
    """One person: found in the member's own book, or written down. Its prefix tells it from others on the page.

    `typed_in` is a page as it was sent to search: it is shown again, and nothing in it is held to be wrong.
    """

    all_optional = True
    q = search_field(_("Look in your address book"))
    who = forms.ChoiceField(label=_("Who is it?"), required=False, widget=Choices())
    given_name = forms.CharField(label=_("First name"), required=False, max_length=60)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=60)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("This does not look like an e-mail address.")},
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        member: MemberCard,
        prefix: str,
        title: Any,
        here: str,
        chosen: str = "",
        typed_in: Mapping[str, str] | None = None,
        must_have_mail: bool = False,
        may_be_new: bool = True,
    ) -> None:
        before = {name: (typed_in or {}).get(f"{prefix}-{name}", "") for name in self.base_fields}
        super().__init__(data, prefix=prefix, initial=before if typed_in is not None else {"who": chosen})
        self.member = member
        self.title = title
        self.must_have_mail = must_have_mail
        self.may_be_new = may_be_new
        self.use_required_attribute = False
        attrs = self.fields["q"].widget.attrs
        attrs["hx-target"] = f"#results-{prefix}"
        attrs["hx-vals"] = f'{{"act": "search:{prefix}"}}'
        attrs["hx-post"] = here
        self._offer()

    def _offer(self) -> None:
        looked_for = str(self["q"].value() or "").strip()[:200]
        lines = people.lines_matching(owner_pk=self.member.pk, search=looked_for, limit=SHOWN + 1)
        self.found = bool(lines)
        self.is_bare = not (looked_for or self.found or self.may_be_new)  # nobody to find, and nowhere here to write
        lines = lines[:SHOWN] if looked_for or len(lines) <= SHOWN else ()  # a long book is searched first
        offered = {line.uid: (line_label(line), trade_label(line, self.member.language)) for line in lines}
        chosen = own_contact(self.member, str(self["who"].value() or ""))
        if chosen is not None:
            offered.setdefault(chosen.uid, (chosen.name, chosen.company if chosen.company != chosen.name else ""))
        field = self.fields["who"]
        field.choices = [(uid, name) for uid, (name, _hint) in offered.items()]  # type: ignore[attr-defined]
        field.widget.hints = {uid: hint for uid, (_name, hint) in offered.items()}

    @property
    def new(self) -> list[Any]:
        """The fields of somebody who is not in the book yet."""
        return [self[name] for name in _NEW] if self.may_be_new else []

    @property
    def is_new(self) -> bool:
        """Whether somebody new was written down: they come before whoever was chosen."""
        return self.may_be_new and any(str(self[name].value() or "").strip() for name in _NEW)

    def clean(self) -> dict[str, Any]:
        """Ask for somebody; of somebody new for a name; where it matters for an address."""
        said = super().clean() or {}
        if self.is_new:
            if not (said.get("given_name") or said.get("family_name")):
                self.add_error("given_name", gettext("Please write their name."))
            return said
        if "who" not in self.errors and not said.get("who"):
            where = "who" if self.fields["who"].choices else "q"  # type: ignore[attr-defined]
            self.add_error(where, gettext("Please choose somebody of your address book, or add them."))
        card = own_contact(self.member, said.get("who", ""))
        if card is not None and self.must_have_mail and not card.email:
            words = gettext("Your book has no e-mail address for %(name)s: please add it there first.")
            self.add_error("who", words % {"name": card.name})
        return said

    def answer(self) -> str | ContactDraft:
        """Return the uid of the contact chosen, or the contact to be added; the form is valid."""
        said = {name: str(self.cleaned_data.get(name, "")).strip() for name in ("who", *_NEW)}
        if not self.is_new:
            return said["who"]
        written = ((WayKind.EMAIL, said["email"]), (WayKind.PHONE, said["phone"]))
        ways = tuple(Way(kind=kind, value=value, preferred=True) for kind, value in written if value)
        return ContactDraft(given_name=said["given_name"], family_name=said["family_name"], ways=ways)

    def explain(self, refused: ContactRefused) -> None:
        """Say beside its field why somebody new cannot be kept as written."""
        for field in refused.reasons:
            self.add_error(field if field in _NEW else "given_name", gettext("Please look at this again."))


def trade_field() -> forms.ChoiceField:
    """Return an optional choice among the trades, filled in by `offer_trades`."""
    return forms.ChoiceField(label=_("Trade"), required=False)


def offer_trades(form: forms.Form, *, language: str) -> None:
    """Fill the form's choice of trades, in the order of their names in a language."""
    called = ((trade.key, trade.either(language)) for trade in trades.all_trades())
    named = sorted(called, key=lambda pair: fold(pair[1]))
    form.fields["trade"].choices = [("", gettext("Not said")), *named]  # type: ignore[attr-defined]


def area_meant(typed: str, *, language: str) -> str:
    """Return the code of the area that is meant by some words, "" for none. Raises ValidationError."""
    typed = " ".join(typed.split())
    if not typed:
        return ""
    found = areas.search(typed.partition("(")[0], limit=6, language=language)
    meant = [a for a in found if fold(typed) in (fold(a.name_fr), fold(a.name_en), fold(a.label(language)))]
    if meant:
        return meant[0].code
    if not found:
        raise forms.ValidationError(gettext("This place is not on the list. A larger one nearby will do."))
    near = ", ".join(a.label(language) for a in found)
    raise forms.ValidationError(gettext("Do you mean one of these? %(places)s") % {"places": near})
