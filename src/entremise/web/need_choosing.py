"""The pages on which one of many is chosen: a contact, a trade, an area. They search as one types, or by a button."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext, gettext_lazy

from entremise.catalogue import areas, trades
from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.people import actions as book
from entremise.people import queries as people
from entremise.people.queries import ContactCard, ContactDraft, ContactLine, ContactRefused, Way, WayKind
from entremise.protocol.errors import SamePerson
from entremise.protocol.types import Role
from entremise.referrals.actions import giving
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.queries import briefs, evaluations
from entremise.web import need_words
from entremise.web.contact_forms import line_label, place_label, trade_label
from entremise.web.evaluations import in_counts
from entremise.web.forms_look import Choices
from entremise.web.need_state import At, own_contact

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ = gettext_lazy
SHOWN = 8
OTHER = "other"
_BOOK_READ = 200


class StepForm(forms.Form):
    """One page of the way in. Its answers become part of the draft; what is wrong is said beside the field."""

    def __init__(self, data: Any = None, *, at: At, typed_in: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial={**self.said(at), **(typed_in or {})})
        self.at = at
        self.marked: list[tuple[str, bool]] = []
        looked_for = str((data or typed_in or {}).get("q", ""))
        self.ask(looked_for.strip()[:200])

    @classmethod
    def said(cls, at: At) -> dict[str, Any]:
        """Return what was answered before."""
        return {name: getattr(at.draft, name, "") for name in cls.base_fields}

    def ask(self, looked_for: str) -> None:
        """Put the names of this need into the questions, and choices into the lists."""

    def answered(self) -> NeedDraft:
        """Return the draft with the answers of this page; an answer that was refused is left as it was before."""
        return replace(self.at.draft, **{name: said for name, said in self.cleaned_data.items() if name != "q"})


def search_field(label: _StrPromise, hint: _StrPromise | str = "") -> forms.CharField:
    """Return a field to search with: as one types where scripts run, else by the button beside it."""
    attrs = {
        "autocomplete": "off",
        "spellcheck": "false",
        "enterkeyhint": "search",
        "hx-trigger": "input changed delay:250ms",
        "hx-target": "#results",
        "hx-swap": "outerHTML",
        "hx-vals": '{"act": "search"}',
        "hx-sync": "this:replace",
    }
    widget = forms.TextInput(attrs={"type": "search", **attrs})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=200, widget=widget)


class PickForm(StepForm):
    """A page on which one of many is chosen; `picked` names the field."""

    all_optional = True
    picked: ClassVar[str]
    nothing: ClassVar[_StrPromise]
    was_found = True

    def offer(self, found: Iterable[tuple[str, str, str]], *, more: Iterable[tuple[str, str, str]] = ()) -> None:
        """Offer values with their words and hints, each once, what is chosen now among them."""
        found = list(found)
        self.was_found = bool(found)
        offered = {value: (words, hint) for value, words, hint in (*found, *more)}
        field = self.fields[self.picked]
        field.choices = [(value, words) for value, (words, _hint) in offered.items()]  # type: ignore[attr-defined]
        field.widget.hints = {value: hint for value, (_words, hint) in offered.items()}

    @property
    def chosen(self) -> str:
        """The value that is chosen now."""
        said = self.data.get(self.picked, "") if self.is_bound else self.initial.get(self.picked, "")
        return str(said or "")

    @property
    def results(self) -> Any:
        """The field with what was found."""
        return self[self.picked]


def choices_field(label: _StrPromise, *, missing: _StrPromise, required: bool = True) -> forms.ChoiceField:
    """Return radio lines filled in later; `missing` is said when none, or one that is not there, is chosen."""
    errors = {"required": missing, "invalid_choice": missing}
    return forms.ChoiceField(label=label, required=required, widget=Choices(), error_messages=errors)


# -- people -----------------------------------------------------------------------------------------


class PersonForm(PickForm):
    """Choose somebody of one's own book, or add them in place."""

    role: ClassVar[Role]
    nothing = _("Nobody in your address book answers to that.")
    q = search_field(_("Look in your address book"), _("A name, a company, a trade or a number."))
    given_name = forms.CharField(label=_("First name"), required=False, max_length=60)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=60)
    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    new_fields = ("given_name", "family_name", "email", "phone")

    def ask(self, looked_for: str) -> None:
        lines = self._lines(looked_for)
        notes = self.notes(lines)
        found = [
            (
                line.uid,
                line_label(line),
                " · ".join([trade_label(line, self.at.member.language), *notes(line)]).strip(" ·"),
            )
            for line in lines
        ]
        chosen = own_contact(self.at.member, self.chosen)
        now = [(chosen.uid, chosen.name, need_words.contact_note(chosen, self.at.member.language))] if chosen else []
        self.offer(found, more=now)

    def notes(self, lines: list[ContactLine]) -> Callable[[ContactLine], list[str]]:
        """Return what is worth knowing of each before choosing."""
        del lines
        return lambda line: []

    def _lines(self, looked_for: str) -> list[ContactLine]:
        """Those found; before a search, those of the trade that is looked for come first."""
        limit = SHOWN if looked_for else _BOOK_READ
        lines = list(people.lines_matching(owner_pk=self.at.member.pk, search=looked_for, limit=limit))
        wanted = self.at.draft.trade if self.role is Role.RECEIVER else ""
        if wanted and not looked_for:
            lines.sort(key=lambda line: line.trade != wanted)
        other = self.at.person(Role.CLIENT if self.role is Role.RECEIVER else Role.RECEIVER)
        taken = {*self.at.tried, *([other.uid] if other else [])}
        return [line for line in lines if line.uid not in taken][:SHOWN]

    @property
    def new(self) -> list[Any]:
        """The fields of somebody who is not in the book yet."""
        return [self[name] for name in self.new_fields]

    @property
    def is_adding(self) -> bool:
        """Whether something was written about somebody new."""
        return any(self[name].value() for name in self.new_fields)

    def clean(self) -> dict[str, Any]:
        """Refuse somebody who cannot be written to, or who is one of the others (R1)."""
        said = super().clean() or {}
        card = own_contact(self.at.member, said.get(self.picked, ""))
        if card is not None:
            self._check(card)
        return said

    def _check(self, card: ContactCard) -> None:
        if card.uid in self.at.tried:
            self.add_error(self.picked, need_words.tried_words(card.name))
            return
        at = replace(self.at, **{self.role.value: card})  # type: ignore[arg-type]
        try:
            giving.check_people(giver=at.member, receiver=at.receiver, client=at.client)
        except SamePerson as refused:
            self.add_error(self.picked, need_words.same_person_words(refused, at=at))

    def add(self) -> NeedDraft | None:
        """Put somebody new into the book and choose them; None, with the reasons beside the fields, if refused."""
        self.fields[self.picked].required = False
        self.full_clean()
        said = {name: str(self.cleaned_data.get(name, "")).strip() for name in self.new_fields}
        if not (said["given_name"] or said["family_name"]):
            self.add_error("given_name", gettext("Please write their name."))
        if not (said["email"] or said["phone"]):
            self.add_error("email", gettext("Please write an e-mail address, or a telephone number below."))
        if any(name in self.errors for name in self.new_fields):
            return None
        ways = [Way(kind=WayKind.EMAIL, value=said["email"], preferred=True)] if said["email"] else []
        if said["phone"]:
            ways.append(Way(kind=WayKind.PHONE, value=said["phone"]))
        try:
            card = book.add_contact(
                owner_pk=self.at.member.pk,
                draft=ContactDraft(given_name=said["given_name"], family_name=said["family_name"], ways=tuple(ways)),
                now=self.at.now,
                chance=SystemChance(),
            )
        except ContactRefused as refused:
            for field in refused.reasons:
                self.add_error(field if field in self.new_fields else "email", gettext("Please look at this again."))
            return None
        return self.choose(card.uid)

    def answered(self) -> NeedDraft:
        return self.choose(self.cleaned_data.get(self.picked, ""))

    def choose(self, uid: str) -> NeedDraft:
        """Return the draft with this person; what was answered about another one in their place is forgotten."""
        if uid == getattr(self.at.draft, self.picked):
            return self.at.draft
        chosen: dict[str, Any] = {self.picked: uid, "fits": {}, "overruled": (), f"knows_{self.picked}": ""}
        return replace(self.at.draft, **chosen)


class ClientForm(PersonForm):
    """Who has the need?"""

    role = Role.CLIENT
    picked = "client"
    client = choices_field(_("Who is it?"), missing=_("Please choose somebody of your address book, or add them."))


class ReceiverForm(PersonForm):
    """Whom do you think of?"""

    role = Role.RECEIVER
    picked = "receiver"
    receiver = choices_field(_("Who is it?"), missing=_("Please choose somebody of your address book, or add them."))

    def notes(self, lines: list[ContactLine]) -> Callable[[ContactLine], list[str]]:
        """How each treated this giver's earlier referrals, in counts (R15)."""
        known = evaluations.treatments(giver=self.at.member, receivers=lines, now=self.at.now, policy=law.policy())
        return lambda line: in_counts(known.get(line.uid))


# -- trade and area ---------------------------------------------------------------------------------


class TradeForm(PickForm):
    """What trade is looked for? One of the list; or one's own words, and then the place is named more broadly (R4)."""

    picked = "trade"
    nothing = _("No trade of the list answers to that. You can say it in your own words.")
    q = search_field(_("Look for a trade"), _("A plumber, an accountant, a photographer…"))
    trade = choices_field(_("Which trade is it?"), missing=_("Please choose a trade, or say it in your own words."))
    trade_words = forms.CharField(
        label=_("In your own words"),
        help_text=_(
            "Without anybody's name. Because a rare trade points at few people, the region will be named, not the town."
        ),
        required=False,
        max_length=80,
    )

    @classmethod
    def said(cls, at: At) -> dict[str, Any]:
        other = OTHER if at.draft.trade_words else ""
        return {"trade": at.draft.trade or other, "trade_words": at.draft.trade_words}

    def ask(self, looked_for: str) -> None:
        language = self.at.member.language
        found = trades.search(looked_for, limit=SHOWN, language=language) if looked_for else self._likely()
        chosen = [trade for trade in trades.all_trades() if trade.key == self.chosen]
        offered, now = (
            [(trade.key, _upper_first(trade.either(language)), "") for trade in some] for some in (found, chosen)
        )
        self.offer(offered, more=[*now, (OTHER, gettext("Another one, in my own words"), "")])

    def _likely(self) -> list[trades.Trade]:
        """The trade of whom one has in mind already, if anybody."""
        receiver = self.at.receiver
        return [trades.trade(receiver.trade)] if receiver and receiver.trade else []

    def clean(self) -> dict[str, Any]:
        """Refuse words that would say who somebody is (R4)."""
        said = super().clean() or {}
        words = " ".join(str(said.get("trade_words", "")).split())
        if said.get("trade") != OTHER:
            return {**said, "trade_words": ""}
        if not words:
            self.add_error("trade_words", gettext("Please say which trade it is."))
        elif self.at.client is not None:
            marks = briefs.giveaways(words, receiver=self.at.receiver, client=self.at.client)
            if marks:
                self.marked = briefs.marked(words, marks)
                self.add_error("trade_words", need_words.mark_words(words, marks, at=self.at))
        return {**said, "trade": "", "trade_words": words}


class AreaForm(PickForm):
    """Where? A place of the list, so that it never narrows a need to a few people (R4)."""

    picked = "area"
    nothing = _("No place of the list answers to that. A larger town nearby, a department or a region will do.")
    q = search_field(_("Look for a place"), _("A town of at least 20,000 inhabitants, a department, a region…"))
    area = choices_field(_("Which place is it?"), missing=_("Please choose a place of the list."))

    @classmethod
    def said(cls, at: At) -> dict[str, Any]:
        return {"area": at.draft.area or (at.client.area if at.client else "")}

    def ask(self, looked_for: str) -> None:
        language = self.at.member.language
        found = areas.search(looked_for, limit=SHOWN, language=language) if looked_for else self._likely()
        chosen = [place for place in areas.all_areas() if place.code == self.chosen]
        offered, now = (
            [(place.code, place.label(language), self._widened(place.code)) for place in some]
            for some in (found, chosen)
        )
        self.offer(offered, more=now)

    def _likely(self) -> list[areas.Area]:
        """Where the client is, and where whom one thinks of works, as the book says."""
        known = [card.area for card in (self.at.client, self.at.receiver) if card and card.area]
        return [place for code in known for place in areas.lineage(code)][:SHOWN]

    def _widened(self, code: str) -> str:
        """What the need will say instead, where it may not be as precise (R4)."""
        told = briefs.widened(code, trade=self.at.draft.trade, policy=law.policy())
        if told == code:
            return ""
        return gettext("The need will say: %(place)s.") % {"place": place_label(told, self.at.member.language)}


def _upper_first(words: str) -> str:
    return words[:1].upper() + words[1:]
