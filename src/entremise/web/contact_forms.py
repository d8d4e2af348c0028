"""What a member fills in about a contact, and how it becomes what the address book keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from entremise.accounts.queries import LANGUAGES, MemberCard
from entremise.catalogue import areas, trades
from entremise.catalogue.folding import fold
from entremise.interchange.vcard import MOST_BYTES
from entremise.lib.clock import now
from entremise.people import queries
from entremise.people.queries import (
    MYSELF,
    THROUGH,
    ContactCard,
    ContactDraft,
    ContactLine,
    Kind,
    Way,
    WayKind,
    oneself,
    provenance,
)
from entremise.web.forms_look import Day
from entremise.web.two_versions import Difference

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ = gettext_lazy

KIND_WORDS: dict[Kind, Promise] = {
    Kind.CLIENT: pgettext_lazy("kind of contact", "Client"),
    Kind.COLLEAGUE: pgettext_lazy("kind of contact", "Colleague"),
    Kind.SUPPLIER: pgettext_lazy("kind of contact", "Supplier"),
    Kind.FRIEND: pgettext_lazy("kind of contact", "Friend"),
}
WAY_WORDS: dict[WayKind, Promise] = {
    WayKind.EMAIL: _("E-mail"),
    WayKind.MOBILE: _("Mobile telephone"),
    WayKind.PHONE: _("Telephone"),
    WayKind.LINK: _("Site or network"),
    WayKind.ADDRESS: _("Post"),
}
_FIELDS_OF_WAYS = {"email": "emails", "phone": "phones", "link": "links", "address": "addresses", "area": "place"}
_REASONS: dict[tuple[str, str], Promise] = {
    ("family_name", "empty"): _("Please write a name, a company or a way to reach this person."),
    ("email", "malformed"): _("One of these does not look like an e-mail address."),
    ("phone", "malformed"): _("One of these does not look like a telephone number."),
    ("link", "malformed"): _("One of these is neither the address of a site nor a name beginning with @."),
    ("address", "malformed"): _("This does not look like an address."),
    ("met_through", "self"): _("Nobody is met through themselves."),
    ("met_through", "oneself"): _(
        "This is your own entry: you cannot be who brought the two of you together. If nobody did, choose so above."
    ),
    ("met_through", "myself"): _("Choose one: by yourself, or through this person."),
}
_ANY_REASON: dict[str, Promise] = {
    "long": _("This is too long to be kept."),
    "unknown": _("Please choose one of the values offered."),
}
_MANY = 200
MEGABYTES = MOST_BYTES // 1024**2  # what the page promises; deploy/ holds to it
_MET = [
    ("", _("I do not know any more")),
    (MYSELF, _("Nobody: we met by ourselves")),
    (THROUGH, _("Somebody, whom I name below")),
]


def _lines(label: _StrPromise, *, hint: _StrPromise | str = "", rows: int = 2, **attrs: str) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, **attrs})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=4000, widget=widget)


def _line(label: _StrPromise, *, size: int, hint: _StrPromise | str = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=size, widget=widget)


class ContactForm(forms.Form):
    """A contact as a member writes it. Bound to the member's own book, which alone is looked into (R44)."""

    all_optional = True
    differences: tuple[Difference, ...] = ()
    given_name = _line(_("First name"), size=60)
    family_name = _line(_("Family name"), size=60)
    company = _line(_("Company"), size=120)
    position = _line(_("Position"), size=120)
    kinds = forms.MultipleChoiceField(
        label=_("For you, this person is"),
        required=False,
        choices=[(kind.value, word) for kind, word in KIND_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    emails = _lines(_("E-mail addresses"), hint=_("One a line, the preferred one first."), inputmode="email")
    phones = _lines(_("Telephone numbers"), hint=_("One a line, the preferred one first."), inputmode="tel")
    preferred = forms.ChoiceField(
        label=_("How they like to be reached"),
        required=False,
        choices=[("", _("I do not know")), *((kind.value, word) for kind, word in WAY_WORDS.items())],
    )
    best_time = _line(_("The best time to reach them"), size=200)
    booking = _line(_("The best way to arrange a meeting"), size=300)
    links = _lines(_("Sites and networks"), hint=_("One a line: an address, or a name beginning with @."))
    addresses = _lines(_("Postal address"), hint=_("Leave an empty line between two addresses."), rows=3)
    trade = forms.ChoiceField(label=_("Trade"), required=False)
    trade_text = _line(_("The trade in your words, when it is not on the list"), size=120)
    place = _line(
        _("Where they work"), size=80, hint=_("A town of at least 20,000 inhabitants, a department, a region…")
    )
    does = _lines(_("What they do well"), hint=_("For whom you would recommend them."))
    does_not = _lines(_("What is not for them"))
    met = forms.ChoiceField(label=_("Who brought you together"), required=False, choices=_MET, widget=forms.RadioSelect)
    through = _line(
        _("Through whom you met"), size=200, hint=_("Somebody in your address book; empty if nobody."), list="book"
    )
    met_on = forms.DateField(label=_("When you met"), required=False, widget=Day)
    how_met = _lines(_("How you met"))
    language = forms.ChoiceField(
        label=_("The language they read"), required=False, choices=[("", _("I do not know")), *LANGUAGES]
    )
    notes = forms.CharField(
        label=_("Your notes"),
        help_text=_("Nobody but you reads them."),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, member: MemberCard, card: ContactCard | None = None) -> None:
        super().__init__(data, initial=_initial(card, member.language) if card else None)
        self.member = member
        self.card = card
        self.fields["met_on"].widget.attrs["max"] = self._today.isoformat()
        called = ((trade.key, trade.either(member.language)) for trade in trades.all_trades())
        named = sorted(called, key=lambda pair: fold(pair[1]))
        self.fields["trade"].choices = [("", gettext("Not on the list")), *named]  # type: ignore[attr-defined]

    def clean_place(self) -> str:
        """Return the code of the area that is meant; say what comes near when none is."""
        typed = self.cleaned_data["place"].strip()
        if not typed:
            return ""
        if self.card and self.card.area and typed == place_label(self.card.area, self.member.language):
            return self.card.area
        found = areas.search(typed.partition("(")[0], limit=6, language=self.member.language)
        meant = [a for a in found if fold(typed) in (fold(a.name_fr), fold(a.name_en), fold(self._label(a)))]
        if meant:
            return meant[0].code
        if not found:
            raise forms.ValidationError(gettext("This place is not on the list. A larger one nearby will do."))
        near = ", ".join(self._label(a) for a in found)
        raise forms.ValidationError(gettext("Do you mean one of these? %(places)s") % {"places": near})

    def _label(self, area: areas.Area) -> str:
        return area.label(self.member.language)

    def clean_through(self) -> str:
        """Return the uid of the contact that is meant, looked for in the member's own book (R37, R44)."""
        typed = " ".join(self.cleaned_data["through"].split())
        if not typed:
            return ""
        if self.card and self.card.met_through and fold(typed) == fold(self.card.met_through_name):
            return self.card.met_through
        found = queries.lines_matching(owner_pk=self.member.pk, search=typed, limit=20)
        meant = [line for line in found if fold(typed) in (fold(line.name), fold(line_label(line)))]
        if len(meant) == 1:
            return meant[0].uid
        if meant:
            raise forms.ValidationError(gettext("Several of your contacts have this name: please add the company."))
        raise forms.ValidationError(gettext("Nobody in your address book has this name. Please add them first."))

    @property
    def _today(self) -> date:
        return self.member.today(now())

    def clean_met_on(self) -> date | None:
        """Return the day they met, which has come already (R37)."""
        day: date | None = self.cleaned_data["met_on"]
        if day is not None and day > self._today:
            raise forms.ValidationError(gettext("This day has not come yet."))
        return day

    def clean(self) -> None:
        """Naming somebody says that they brought you together; saying so names them, while they are in the book."""
        said = self.cleaned_data
        nameless = self.card is not None and self.card.met_through_gone
        if said.get("through") and not said.get("met"):
            said["met"] = THROUGH
        elif said.get("met") == THROUGH and said.get("through") == "" and not nameless:
            self.add_error("through", gettext("Please write through whom you met, or choose another answer above."))

    def draft(self) -> ContactDraft:
        """Return what was written; the form is valid."""
        said = self.cleaned_data
        same = ("given_name", "family_name", "company", "position", "preferred", "best_time", "booking", "trade")
        more = ("trade_text", "does", "does_not", "met", "met_on", "how_met", "language", "notes")
        return ContactDraft(
            **{name: said[name] for name in (*same, *more)},
            kinds=frozenset(Kind(kind) for kind in said["kinds"]),
            area=said["place"],
            met_through=said["through"],
            ways=tuple(self._ways()),
        )

    def _ways(self) -> Iterator[Way]:
        known = {way.value: way for way in self.card.ways} if self.card else {}
        written = (
            (WayKind.EMAIL, self.cleaned_data["emails"].splitlines()),
            (WayKind.PHONE, self.cleaned_data["phones"].splitlines()),
            (WayKind.LINK, self.cleaned_data["links"].splitlines()),
            (WayKind.ADDRESS, "\n".join(self.cleaned_data["addresses"].splitlines()).split("\n\n")),
        )
        for kind, values in written:
            for index, value in enumerate(filter(None, (each.strip() for each in values))):
                before = known.get(value)
                label = before.label if before else ""
                yield Way(kind=before.kind if before else kind, value=value, label=label, preferred=index == 0)

    def explain(self, reasons: dict[str, str]) -> None:
        """Put the reasons why the book refused beside the fields they are about."""
        for field, reason in reasons.items():
            words = self._circle() if reason == "loop" else _REASONS.get((field, reason)) or _ANY_REASON[reason]
            name = {"met_through": "through"}.get(field) or _FIELDS_OF_WAYS.get(field, field)
            self.add_error(name, str(words))

    def _circle(self) -> str:
        """Say by whom the person who was named was met, down from this contact (R37)."""
        assert self.card is not None
        through = queries.contact(owner_pk=self.member.pk, uid=self.cleaned_data["through"])
        links = provenance.chain(owner_pk=self.member.pk, pk=through.pk)
        names = [link.name or gettext("somebody") for link in links]
        below = names[[link.uid for link in links].index(self.card.uid) :]
        words = gettext("That would be a circle: your address book says %(chain)s, each through the one before.")
        return words % {"chain": " → ".join(below)}

    @property
    def groups(self) -> list[tuple[Promise, list[BoundField], bool]]:
        """The folded parts of the form: a title, its fields, and whether something in it wants to be seen."""
        parts = (
            (_("More ways to reach them"), ("best_time", "booking", "links", "addresses", "language")),
            (_("What they do"), ("trade", "trade_text", "place", "does", "does_not")),
            (_("How you met"), ("met", "through", "met_on", "how_met")),
        )
        return [(title, fields, any(f.value() or f.errors for f in fields)) for title, fields in self._bound(parts)]

    def _bound(self, parts: Iterable[tuple[Promise, Iterable[str]]]) -> Iterator[tuple[Promise, list[BoundField]]]:
        for title, names in parts:
            yield title, [self[name] for name in names]

    @property
    def book(self) -> list[str]:
        """Names offered for "through whom"; a long book offers its first ones, and takes any."""
        lines = queries.lines_matching(owner_pk=self.member.pk, search="", limit=_MANY)
        own = oneself.among([line.pk for line in lines])
        others = [line for line in lines if not self.card or line.uid != self.card.uid]
        return [line_label(line) for line in others if line.pk not in own]


def line_label(line: ContactLine) -> str:
    """Return a contact's name, with the company that tells it from another of the same name."""
    return f"{line.name} ({line.company})" if line.company and line.company != line.name else line.name


def place_label(code: str, language: str) -> str:
    """Return an area's name as it is shown; empty for no area."""
    return areas.area(code).label(language) if code else ""


def trade_label(card: ContactCard | ContactLine, language: str) -> str:
    """Return a contact's trade in words; empty when it is not known."""
    return card.trade_text or (trades.trade(card.trade).either(language) if card.trade else "")


def _initial(card: ContactCard, language: str) -> dict[str, Any]:
    same = [name for name in ContactForm.base_fields if hasattr(card, name)]
    return {name: getattr(card, name) for name in same} | {
        "kinds": [kind.value for kind in card.kinds],
        "emails": _joined(card, WayKind.EMAIL),
        "phones": _joined(card, WayKind.MOBILE, WayKind.PHONE),
        "links": _joined(card, WayKind.LINK),
        "addresses": _joined(card, WayKind.ADDRESS, between="\n\n"),
        "place": place_label(card.area, language),
        "through": card.met_through_name,
    }


def _joined(card: ContactCard, *kinds: WayKind, between: str = "\n") -> str:
    of_kind = [way for way in card.ways if way.kind in kinds]
    return between.join(way.value for way in sorted(of_kind, key=lambda way: not way.preferred))


class ImportForm(forms.Form):
    """The file with the address book."""

    file = forms.FileField(
        label=_("The file"),
        help_text=format_lazy(_("A vCard file (.vcf), of at most {size} MB."), size=MEGABYTES),
        widget=forms.FileInput(attrs={"accept": ".vcf,.vcard,text/vcard,text/x-vcard"}),
    )
