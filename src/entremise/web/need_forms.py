"""The other pages of the way in: the test's questions, the verdict's, the brief's (R2, R11, R12, R16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from entremise.catalogue import client_kinds
from entremise.lib import law
from entremise.protocol import care
from entremise.protocol.care import Fit, Known, Question, Source
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relevance import refused
from entremise.protocol.types import Effort, Role, Urgency
from entremise.referrals.actions import giving
from entremise.referrals.actions.giving import BriefRefused
from entremise.referrals.mapping import NeedDraft
from entremise.referrals.queries import briefs, fitting
from entremise.web import need_words, profile_words
from entremise.web.commissions import noted
from entremise.web.forms_look import Choices, Day
from entremise.web.need_choosing import AreaForm, ClientForm, ReceiverForm, StepForm, TradeForm
from entremise.web.need_state import At

_ = gettext_lazy
_CHOOSE = {"required": _("Please choose an answer."), "invalid_choice": _("Please choose one of the answers.")}


def _radios(
    label: Any, choices: list[tuple[str, Any]], *, hints: dict[str, Any] | None = None, hint: Any = ""
) -> forms.ChoiceField:
    widget = Choices(hints=hints or {})
    return forms.ChoiceField(label=label, help_text=hint, choices=choices, widget=widget, error_messages=_CHOOSE)


class KindForm(StepForm):
    """What does the need say of the client? A closed list, so that it says nothing of who it is (R4)."""

    title_field = "client_kind"
    all_optional = True
    client_kind = forms.ChoiceField(
        label=_("How may the client be described?"),
        help_text=_("Until they agree, this is said in place of a name."),
        required=False,
    )

    def ask(self, looked_for: str) -> None:
        language = self.at.member.language
        kinds = [(kind.key, kind.phrase(language)) for kind in client_kinds.all_client_kinds()]
        self.fields["client_kind"].choices = [("", gettext("somebody")), *kinds]  # type: ignore[attr-defined]


class RealForm(StepForm):
    """How do you know, and when is it needed? (C and A)"""

    all_optional = True
    source = _radios(
        _("How do you know of it?"),
        [
            (Source.TOLD_ME, _("They told me so themselves")),
            (Source.HEARD, _("I heard it from somebody else")),
            (Source.GUESSED, _("I think that it would do them good")),
        ],
    )
    urgency = _radios(
        _("When is it needed?"),
        [
            (Urgency.NOW, _("Now")),
            (Urgency.DATED, _("By a date")),
            (Urgency.LATER, _("Later, perhaps")),
            (Urgency.NONE, _("Nothing is needed for the moment")),
        ],
    )
    wanted_by = forms.DateField(
        label=_("By which date?"),
        help_text=_("The others will only read the month."),
        required=False,
        widget=Day,
        error_messages={"invalid": _("Please write the date as day, month and year.")},
    )

    def ask(self, looked_for: str) -> None:
        words = gettext("How do you know of %(client)s's need?")
        self.fields["source"].label = words % {"client": self.at.name(Role.CLIENT)}

    def clean(self) -> dict[str, Any]:
        """A date belongs to a need that has one, and is not past (R11)."""
        said = super().clean() or {}
        urgency, wanted_by = said.get("urgency"), said.get("wanted_by")
        if urgency in (Urgency.NOW, Urgency.NONE):
            return {**said, "wanted_by": None}
        if urgency == Urgency.DATED and wanted_by is None and "wanted_by" not in self.errors:
            self.add_error("wanted_by", gettext("Please say by when; about will do."))
        if wanted_by is not None and wanted_by < self.at.today:
            self.add_error("wanted_by", gettext("This day is past. Please choose one to come."))
        return said


_KNOWN = [(Known.WELL, _("Well")), (Known.SOMEWHAT, _("Somewhat")), (Known.HARDLY, _("Hardly"))]


class KnownForm(StepForm):
    """How well do you know each, and will you step back? (R1, R13)"""

    knows_receiver = _radios(
        "",
        [*_KNOWN],
        hints={
            Known.WELL: _("I have seen their work, or worked with them."),
            Known.HARDLY: _("What they do, well or badly, will be remembered as your recommendation."),
        },
    )
    knows_client = _radios(
        "",
        [*_KNOWN],
        hints={Known.HARDLY: _("If they do not answer, or change their mind, it is your word that was trusted.")},
    )
    steps_back = _radios(
        _("Once they are introduced, will you leave them to it?"),
        [("yes", _("Yes, and later I will look at what came of it")), ("no", _("I would rather stay between them"))],
        hint=_("You get no copies of what they write to each other. You will hear the news."),
    )

    @classmethod
    def said(cls, at: At) -> dict[str, Any]:
        asked = bool(at.draft.knows_client and at.draft.knows_receiver)
        back = ("yes" if at.draft.steps_back else "no") if asked or not at.draft.steps_back else ""
        return {**super().said(at), "steps_back": back}

    def ask(self, looked_for: str) -> None:
        words = gettext("How well do you know %(name)s?")
        for role in (Role.RECEIVER, Role.CLIENT):
            self.fields[f"knows_{role.value}"].label = words % {"name": self.at.name(role)}

    def answered(self) -> NeedDraft:
        draft = super().answered()
        return replace(draft, steps_back=self.cleaned_data.get("steps_back") != "no")


class FitsForm(StepForm):
    """Does it fit both of them? Six questions, and not knowing is an answer (R12)."""

    def __init__(self, data: Any = None, *, at: At, typed_in: Mapping[str, str] | None = None) -> None:
        super().__init__(data, at=at, typed_in=typed_in)
        for question in Question:
            self.fields[question.value] = _radios(
                need_words.question_words(question, at=at),
                [(Fit.YES, _("Yes")), (Fit.NO, _("No")), (Fit.UNKNOWN, _("I do not know"))],
                hint=self._said(question),
            )
        self.initial = {**self._proposed(), **at.draft.fits}

    def _said(self, question: Question) -> str:
        """What the receiver's profile says to it; empty without a profile the giver may see."""
        held = self.at.held
        return profile_words.proposal_words(question, held, language=self.at.member.language) if held else ""

    def _proposed(self) -> dict[str, str]:
        """What the profile would answer; the giver's own answer counts (R12)."""
        proposals = self.at.held.proposals if self.at.held else {}
        return {question.value: one.fit.value for question, one in proposals.items() if one.fit}

    def answered(self) -> NeedDraft:
        fits = {
            question.value: self.cleaned_data[question.value] for question in Question if question in self.cleaned_data
        }
        against = refused(self.at.held.proposals) if self.at.held else frozenset()
        overruled = tuple(name for name in self.at.draft.overruled if fits.get(name) == Fit.NO or name in against)
        return replace(self.at.draft, fits={**self.at.draft.fits, **fits}, overruled=overruled)


class VerdictForm(StepForm):
    """What does not fit is overruled knowingly, each by itself (R12)."""

    all_optional = True
    overruled = forms.MultipleChoiceField(
        label=_("Do you recommend all the same?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def ask(self, looked_for: str) -> None:
        draft = replace(self.at.draft, overruled=())
        answers = fitting.answers(draft=draft, held=self.at.held)
        against = care.judge(answers, today=self.at.today, policy=law.policy()).mismatches
        self.mismatches = [question for question in Question if question in against]
        choices = [(each.value, need_words.overrule_words(each, at=self.at)) for each in self.mismatches]
        self.fields["overruled"].choices = choices  # type: ignore[attr-defined]
        words = gettext(
            "If they are introduced, %(receiver)s may learn that it was passed over:"
            " as a number over several people together, never by whom."
        )
        self.fields["overruled"].help_text = words % {"receiver": self.at.name(Role.RECEIVER)}

    def clean_overruled(self) -> tuple[str, ...]:
        """Every mismatch is overruled, or none is passed over."""
        ticked: list[str] = self.cleaned_data["overruled"]
        if len(ticked) < len(self.mismatches):
            raise forms.ValidationError(gettext("To go on, tick each line: you recommend knowing it."))
        return tuple(ticked)


_WRONG: dict[tuple[str, str], Any] = {
    ("note", "long"): _("Please keep it to 400 characters: the essential is enough to say yes or no."),
}


class BriefForm(StepForm):
    """What they should know to say yes or no, without anybody's identity (R4, R16)."""

    all_optional = True
    note = forms.CharField(
        label=_("What helps to say yes or no"),
        help_text=_("Both will read it before they agree: no name, no company, no address, no link."),
        required=False,
        max_length=DEFAULT.note_longest,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": _("{left} characters left")}),
        error_messages={"max_length": _WRONG["note", "long"]},
    )
    reason = forms.CharField(
        label=_("The exact product, service or reason"),
        help_text=_("The receiver learns it at the introduction, not before; the client can correct it."),
        required=False,
        max_length=300,
    )
    budget = forms.CharField(
        label=_("The budget, if it applies and you know it"),
        help_text=_("The receiver learns it at the introduction, not before; the client can correct it."),
        required=False,
        max_length=120,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a note that would say who somebody is, and show which words do (R4)."""
        said = super().clean() or {}
        at = self.at
        if "note" not in said or at.receiver is None or at.client is None:
            return said
        try:
            giving.check_brief(replace(at.draft, **said), receiver=at.receiver, client=at.client, policy=law.policy())
        except BriefRefused as refused:
            if refused.field == "note":
                self._explain(str(said["note"]), refused)
        return said

    def _explain(self, note: str, refused: BriefRefused) -> None:
        self.marked = briefs.marked(note, refused.marks)
        words = need_words.mark_words(note, refused.marks, at=self.at)
        self.add_error("note", words or str(_WRONG[refused.field, refused.reason]))

    def answered(self) -> NeedDraft:
        """What was typed stays, even where it cannot leave like this."""
        said = {name: str(self[name].value() or "").strip() for name in self.fields}
        return replace(self.at.draft, **said)  # type: ignore[arg-type]


class EffortForm(StepForm):
    """How far do you go, and do you earn anything? (R11, R6b, R25)"""

    effort = _radios(
        _("How far do you go for this recommendation?"),
        [
            (Effort.NAME, _("They may use my name")),
            (Effort.MATERIAL, _("I pass on something about them")),
            (Effort.TESTIMONIAL, _("I tell what I know of their work")),
            (Effort.MEETING, _("I arrange a meeting")),
            (Effort.IN_PERSON, _("I introduce them in person")),
        ],
        hint=_("What you promise here is for you; the introduction itself always comes from here, once both agree."),
    )
    commission = _radios(
        _("Do you earn anything if they work together?"),
        [("no", _("No")), ("yes", _("Yes, a commission was agreed"))],
        hints={
            "yes": _(
                "Both are told so in the request. A good word weighs more when nobody is paid for it, and some trades"
                " may not pay for recommendations: please make sure."
            )
        },
    )

    @classmethod
    def said(cls, at: At) -> dict[str, Any]:
        answered = ("yes" if at.draft.commission else "no") if at.draft.effort else noted(at.member, at.receiver)
        return {"effort": at.draft.effort, "commission": answered}

    def answered(self) -> NeedDraft:
        commission = self.cleaned_data.get("commission") == "yes"
        return replace(self.at.draft, effort=self.cleaned_data.get("effort", ""), commission=commission)


FORMS: dict[str, type[StepForm]] = {
    "client": ClientForm,
    "trade": TradeForm,
    "kind": KindForm,
    "area": AreaForm,
    "receiver": ReceiverForm,
    "real": RealForm,
    "known": KnownForm,
    "fits": FitsForm,
    "verdict": VerdictForm,
    "brief": BriefForm,
    "effort": EffortForm,
}
