"""What an asked person fills in: their part of the checklist, the digits, a private reason, a question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from entremise.protocol.checklist import OF_PARTY, Field, Sheet
from entremise.protocol.errors import Refusal
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import PERMISSIONS, Answer, Kind, Role, Way
from entremise.referrals.actions.answering import PartIncomplete
from entremise.referrals.queries.pages import RequestPage
from entremise.web.forms_look import Choices
from entremise.web.link_holder import DigitsForm
from entremise.web.parts_shown import WAY_WORDS

_LACKING: Mapping[Field, Promise] = {
    Field.NAME: _("Please write your name as it should be handed over."),
    Field.WAY: _("Please choose how you like to be reached."),
    Field.DETAILS: _("Please write the number or the address at which you can be reached that way."),
    Field.REASON: _("Please say in a few words what it is about."),
}
_TAKES_PART = {Kind.RECEIVER: Role.RECEIVER, Kind.NAME: Role.CLIENT}
_STAYS = _("Leave empty what should stay as it is.")
# Who opens a forwarded link may not read here what its person has added since (R4).
_KEPT_UNSEEN = ("details", "best_time", "reason", "booking", "budget")


def _text(label: object, *, size: int, hint: object = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, help_text=hint, required=False, max_length=size, widget=widget)  # type: ignore[arg-type]


class PartForm(forms.Form):
    """One party's own part, as far as a question of this kind takes one (R16, R17).

    With `asks`, what a yes cannot do without is required; `unseen` are fields whose present words are not shown.
    """

    name = _text(_("Your name"), size=60, autocomplete="name")
    way = forms.ChoiceField(
        label=_("How do you like to be reached?"),
        required=False,
        choices=[(way.value, words) for way, words in WAY_WORDS.items()],
        widget=Choices,
    )
    details = _text(
        _("The number or the address for that"), size=200, hint=_("Only this one is handed over."), autocomplete="off"
    )
    best_time = _text(_("The best time to reach you"), size=120, autocomplete="off")
    reason = _text(_("What it is about"), size=400, autocomplete="off")
    booking = _text(_("The best way to arrange a meeting"), size=200, autocomplete="off")
    budget = _text(_("Your budget, if there is one"), size=120, autocomplete="off")

    joins = forms.ChoiceField(
        label=_("And you?"),
        required=False,
        choices=[("", _("I allow it, and hear no more of it")), ("yes", _("I allow it, and take part"))],
        initial="",
        widget=Choices(
            hints={"yes": _("The two learn, if both agree, that you are part of it; you learn both names.")},
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        kind: Kind,
        sheet: Sheet,
        asks: bool,
        unseen: Collection[str] = (),
        initial: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        self.role = _TAKES_PART.get(kind)
        self.before = sheet
        wanted = {field.value for field in OF_PARTY[self.role]} if self.role else set()
        known = {name: getattr(sheet, name) for name in wanted if name not in unseen}
        super().__init__(data, initial={**known, **(initial or {})}, **more)
        self.asks_permission = kind in PERMISSIONS
        unasked = set() if self.asks_permission else {"joins"}
        for name in ({field.value for field in Field} - wanted) | unasked:
            del self.fields[name]
        for name in {field.value for field in _LACKING} & wanted - set(unseen):
            self.fields[name].required = asks
            self.fields[name].error_messages["required"] = str(_LACKING[Field(name)])

    @property
    def part(self) -> Iterator[BoundField]:
        """The fields of the person's own part."""
        own = {field.value for field in Field}
        return (field for field in self if field.name in own)

    @property
    def takes_part(self) -> bool:
        """Whether a referrer says that they take part (R39)."""
        return bool(self.cleaned_data.get("joins"))

    def sheet(self) -> Sheet | None:
        """Return the part as typed; None where the question takes none."""
        if self.role is None:
            return None
        return Sheet(role=self.role, **self._typed())

    def _typed(self) -> dict[str, Any]:
        typed: dict[str, Any] = {field.name: self.cleaned_data[field.name].strip() for field in self.part}
        typed["way"] = Way(typed["way"]) if typed["way"] else None
        return typed

    def lacks(self, refusal: PartIncomplete) -> None:
        """Put what a yes lacks beside its fields (R17)."""
        for field in refusal.fields:
            self.add_error(field.value if field.value in self.fields else None, str(_LACKING[field]))


class AnswerForm(PartForm, DigitsForm):
    """The yes or no of a request, with the person's own part where it takes one (R16, R17).

    Bound for a no, the part is kept as typed and never stands in the way.
    """

    standing = forms.BooleanField(
        label=_("They need not ask me again"),
        help_text=_("For everybody I introduced to them. It can be ended on this page at any time."),
        required=False,
    )
    field_order = ("name", "way", "details", "best_time", "reason", "booking", "budget", "joins", "standing", "digits")

    def __init__(
        self, data: Any = None, *, page: RequestPage, sealed: bool, answer: Answer | None = None, **more: Any
    ) -> None:
        self.blind = page.part_kept and not sealed
        unseen = _KEPT_UNSEEN if self.blind else ()
        asks = answer is not Answer.NO
        super().__init__(data, kind=page.kind, sheet=page.sheet, asks=asks, unseen=unseen, sealed=sealed, **more)
        if self.asks_permission:
            self.fields["standing"].initial = page.standing
        else:
            del self.fields["standing"]
        if self.blind and self.role:
            self.fields["details"].help_text = str(_STAYS)

    def sheet(self) -> Sheet | None:
        """Return the part as typed; what was left empty under a kept part stays as it was."""
        if self.role is None or not self.blind:
            return super().sheet()
        return replace(self.before, **{name: value for name, value in self._typed().items() if value})

    def permission(self) -> Mapping[str, Any]:
        """Return what a referrer says with their yes (R38, R39); nothing of anybody else."""
        if not self.asks_permission:
            return {}
        return {"takes_part": self.takes_part, "standing": self.cleaned_data["standing"]}

    def explain(self, refusal: Refusal) -> None:
        """Put what a yes lacks beside its fields (R17)."""
        if isinstance(refusal, PartIncomplete):
            self.lacks(refusal)
        else:
            super().explain(refusal)


SCOPES = {
    "": _("Only this request"),
    "giver": _("This request, and any other from the same person"),
    "all": _("This request, and any other sent from here, by anybody"),
}


class AfterNoForm(DigitsForm):
    """What somebody who said no may add: a word for the giver alone, and which further requests they refuse."""

    tell = forms.BooleanField(
        label=_("Tell the person who recommends at once"),
        help_text=_("Otherwise they learn nothing of your no; it stays a request that came to nothing."),
        required=False,
    )
    reason = forms.CharField(
        label=_("A reason, for them alone"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scope = forms.ChoiceField(
        label=_("What do you refuse?"),
        required=False,
        choices=list(SCOPES.items()),
        initial="",
        widget=Choices(
            hints={"all": _("Nobody will be able to write to you from here; only a keyed trace of it is kept.")}
        ),
    )
    field_order = ("tell", "reason", "scope", "digits")
    all_optional = True

    def __init__(self, *args: object, sealed: bool = False) -> None:
        super().__init__(*args, sealed=sealed, auto_id="after_no_%s")


class QuestionForm(DigitsForm):
    """The receiver's question to the giver, before answering (R6b)."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Please write nothing that would say who the person is."),
        max_length=DEFAULT.note_longest,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please write your question.")},
    )
    field_order = ("text", "digits")

    def __init__(self, *args: object, sealed: bool = False) -> None:
        super().__init__(*args, sealed=sealed, auto_id="question_%s")

    def explain(self, refusal: Refusal) -> None:
        """An empty question is said beside its field."""
        if isinstance(refusal, PartIncomplete):
            self.add_error("text", str(_("Please write your question.")))
        else:
            super().explain(refusal)
