"""What a member writes about cards: the words, the format, the sender's address, what to print (R24)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, ngettext

from entremise.interchange import cards
from entremise.interchange.labels import SHEETS
from entremise.lib.paper import DoesNotFit, Face, unprintable
from entremise.people.mapping.attentions import LONGEST_CARD, LONGEST_SENDER
from entremise.people.queries.attentions import CardFor, Habits
from entremise.web.attention_words import LAYOUT_HINTS, LAYOUT_WORDS
from entremise.web.forms_look import Choices

_ = gettext_lazy
DEFAULT_LAYOUT = "a6"
SHEET_WORDS = {
    "L7160": _("Avery L7160: 21 labels of 63.5 × 38.1 mm"),
    "L7163": _("Avery L7163: 14 labels of 99.1 × 38.1 mm"),
}


def first_name(one: CardFor) -> str:
    """Return how a card calls somebody: by their first name where it is known."""
    return one.given_name or one.name


def why_not(words: str, *, layout: str, names: Collection[str]) -> str:
    """Return in words why these words cannot be printed on that card for all of these people; empty when they can."""
    signs = unprintable("".join([words, *names]), face=Face.WORDS)
    if signs:
        return gettext("These signs cannot be printed: %(signs)s") % {"signs": " ".join(signs)}
    over = max((_over(cards.addressed(words, first_name=name), layout) for name in names or [""]), default=0)
    if not over:
        return ""
    return ngettext(
        "These words do not fit on the card: one line too many, even in small letters.",
        "These words do not fit on the card: %(count)d lines too many, even in small letters.",
        over,
    ) % {"count": over}


def _over(words: str, layout: str) -> int:
    try:
        cards.set_words(words, layout=cards.LAYOUTS[layout])
    except DoesNotFit as problem:
        return max(1, problem.lines_over)
    return 0


def _words_field(label: Any, hint: Any, *, rows: int) -> forms.CharField:
    count = {"rows": rows, "data-count": gettext_lazy("{left} characters left")}
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=LONGEST_CARD, widget=forms.Textarea(attrs=count)
    )


class CardWordsForm(forms.Form):
    """Everybody's words, the format of the card, and the address on the back of the envelope."""

    all_optional = True
    words = _words_field(
        _("Your words"),
        _("Where you write {first name}, each reads their own. Room to sign by hand stays free below."),
        rows=9,
    )
    layout = forms.ChoiceField(
        label=_("The card"), choices=list(LAYOUT_WORDS.items()), widget=Choices(hints=LAYOUT_HINTS)
    )
    sender = forms.CharField(
        label=_("Your postal address"),
        help_text=_("Without your name. It stands small in the corner of the envelopes; leave it empty if you like."),
        required=False,
        max_length=LONGEST_SENDER,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )

    def __init__(self, data: Any = None, *, habits: Habits, names: Collection[str]) -> None:
        layout = habits.layout or DEFAULT_LAYOUT
        super().__init__(data, initial={"words": habits.words, "layout": layout, "sender": habits.sender})
        self.names = names

    def clean(self) -> dict[str, Any]:
        """Refuse words that no card of this format could hold, with whoever's name is longest."""
        said = super().clean() or {}
        if said.get("words") and said.get("layout"):
            problem = why_not(said["words"], layout=said["layout"], names=self.names)
            if problem:
                self.add_error("words", problem)
        return said


class OwnWordsForm(forms.Form):
    """Words for one person alone."""

    all_optional = True
    words = _words_field(_("Words for this card alone"), _("Left empty, everybody's words are used."), rows=9)

    def __init__(self, data: Any = None, *, one: CardFor, layout: str) -> None:
        super().__init__(data, initial={"words": one.words})
        self.one = one
        self.layout = layout

    def clean_words(self) -> str:
        """Refuse words that do not fit on the card."""
        words = str(self.cleaned_data["words"])
        problem = why_not(words, layout=self.layout, names=[first_name(self.one)])
        if problem:
            raise forms.ValidationError(problem)
        return words


class PrintForm(forms.Form):
    """What to print, and on which paper."""

    all_optional = True
    what = forms.ChoiceField(
        label=_("What would you like to print?"),
        choices=[("cards", _("The cards")), ("envelopes", _("The envelopes")), ("labels", _("Labels to stick on"))],
        widget=Choices(
            hints={
                "cards": _("One a page, your words in front, nothing behind."),
                "envelopes": _("One a page, with your address in the corner."),
                "labels": _("On a sheet of labels, begun or whole."),
            }
        ),
    )
    whom = forms.ChoiceField(
        label=_("For whom"),
        choices=[("left", _("Those who have not had theirs yet")), ("all", _("Everybody on the list"))],
        widget=Choices(),
    )
    blank_backs = forms.BooleanField(
        label=_("My printer prints both sides"),
        help_text=_("For cards: an empty page follows each card, so that nothing is printed on its back."),
        required=False,
    )
    sheet = forms.ChoiceField(label=_("The sheet of labels"), choices=list(SHEET_WORDS.items()), required=False)
    first = forms.IntegerField(
        label=_("The first free label"),
        help_text=_("Counted along the rows, from the top left. Labels before it were used already."),
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": 21, "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None) -> None:
        start = {"what": "cards", "whom": "left", "sheet": "L7160", "first": 1}
        super().__init__(data, initial=start)

    def clean(self) -> dict[str, Any]:
        """Refuse a first label that the sheet does not have."""
        said = super().clean() or {}
        said["sheet"] = said.get("sheet") or "L7160"
        if "first" in said and said.get("what") == "labels":
            said["first"] = 1 if said["first"] is None else said["first"]
            count = SHEETS[said["sheet"]].count
            if not 1 <= said["first"] <= count:
                words = gettext("This sheet has the labels 1 to %(count)d.") % {"count": count}
                self.add_error("first", words)
        return said
