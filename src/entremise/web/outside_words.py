"""The words of what was received and given outside: what is asked, and what a giver notes of what they heard (R23b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from entremise.protocol.types import Outcome
from entremise.referrals.actions import gratitude
from entremise.referrals.queries.outside import Direction
from entremise.web.forms_look import Choices
from entremise.web.sayings import NewsForm, OutcomeForm, Saying, WordForm
from entremise.web.words import OUTCOMES


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The words of the page on which a record is written."""

    title: Promise
    about: Promise
    other: Promise
    client: Promise


ASKED: Mapping[Direction, Asked] = {
    Direction.RECEIVED: Asked(
        title=_("I received a recommendation"),
        about=_(
            "By telephone, over lunch, in passing: note it here, and you will know whom to thank and to keep informed."
        ),
        other=_("Who recommended you?"),
        client=_("To whom?"),
    ),
    Direction.GIVEN: Asked(
        title=_("I made a recommendation"),
        about=_("Somebody you recommended without this notebook: note it here, with what you hear of it later."),
        other=_("Whom did you recommend?"),
        client=_("To whom?"),
    ),
}


class HeardOutcomeForm(OutcomeForm):
    """How it ended, as the giver heard: for their own eyes alone, the amount too (R26)."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(one.value, OUTCOMES[one].label) for one in Outcome],
        widget=Choices,
        error_messages={"required": _("Please choose how it ended.")},
    )
    shown = None  # type: ignore[assignment]  # Django's way to take a field away
    amount_label = _("If they work together, the amount")


GIVEN: Mapping[str, Saying] = {
    "merci": Saying(
        title=_("I was thanked"),
        about=_("It is enough to note it; the words, if you like."),
        button=_("Note it"),
        form=WordForm,
        kind=gratitude.THANKS,
    ),
    "contact": Saying(
        title=_("They have been in touch"),
        about=_("It is enough to note it; a word more is welcome."),
        button=_("Note it"),
        form=WordForm,
        kind=gratitude.CONTACT,
    ),
    "nouvelles": Saying(
        title=_("I heard news"),
        about=_("Only you read it. It helps you to choose next time."),
        button=_("Note it"),
        form=NewsForm,
        kind=gratitude.NEWS,
    ),
    "fin": Saying(
        title=_("I heard how it ended"),
        about=_("Only you read it. It helps you to choose next time."),
        button=_("Note it"),
        form=HeardOutcomeForm,
        kind=gratitude.OUTCOME,
    ),
}
GIVEN_AFTER: Mapping[str, Saying] = {
    "fin": Saying(
        title=_("Correct how it ended"),
        about=_("What you noted before stays in the history; what you note now is what counts."),
        button=_("Keep the correction"),
        form=HeardOutcomeForm,
        kind=gratitude.OUTCOME,
    ),
    "reprise": Saying(
        title=_("They took it up again"),
        about=_("It goes on, whatever was heard before. Only you read it."),
        button=_("Note it"),
        form=WordForm,
        kind=gratitude.TAKEN_UP,
    ),
}
GIVEN_TOLD: Mapping[str, Promise] = {
    gratitude.THANKS: _("You were thanked."),
    gratitude.CONTACT: _("They have been in touch."),
    gratitude.NEWS: _("You heard news."),
    gratitude.OUTCOME: _("You heard how it ended."),
    gratitude.TAKEN_UP: _("They took it up again."),
}
