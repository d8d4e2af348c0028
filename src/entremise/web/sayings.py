"""What a receiver says once introduced, here or outside: the forms, and the words around them (R20–R23b)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entremise.lib import days
from entremise.protocol.duties import Duty, Owed
from entremise.protocol.ending import Worth
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Outcome
from entremise.protocol.wall import Disclosed
from entremise.referrals.actions import gratitude
from entremise.referrals.actions.ending import AmountRefused
from entremise.referrals.actions.gratitude import NoWords, Said
from entremise.referrals.queries.pages import Told
from entremise.referrals.queries.promoting import PROMOTION, to_promote
from entremise.web import money
from entremise.web.end_forms import NOT_AN_AMOUNT, EndFields
from entremise.web.forms_look import Choices
from entremise.web.link_holder import DigitsForm

APT_WORDS: Mapping[str, Promise] = {
    "yes": _("Yes, it was apt"),
    "partly": _("Partly"),
    "no": _("No, not really"),
}
OUTCOME_WORDS: Mapping[Outcome, Promise] = {
    Outcome.WON: _("We work together"),
    Outcome.LOST: _("They chose somebody else"),
    Outcome.NOT_A_FIT: _("It was not for me"),
    Outcome.NO_NEED: _("There was no need after all"),
    Outcome.NEVER_REACHED: _("I could not reach them"),
    Outcome.SET_ASIDE: _("It is set aside for now"),
}
_OWN_WORDS = "own"
GOOD_WORD = "bonne-parole"  # has a page of its own (R41)
BY_ITSELF = _("whenever it comes by itself")  # what is gentle has a first date, and is never late


def _words(label: object, *, hint: object = "", rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=2000, widget=widget)  # type: ignore[arg-type]


class Introduced(Protocol):
    """Whatever page names the three of a referral: one that came about here, or outside."""

    @property
    def shown(self) -> Disclosed: ...


class WordForm(DigitsForm):
    """Something the receiver tells the giver, in their own words."""

    text = _words(_("In your words"))
    field_order: tuple[str, ...] = ("text", "digits")

    def said(self) -> Said:
        """Return what was said."""
        return Said(text=self.cleaned_data["text"])

    def explain(self, refusal: Refusal) -> None:
        """Say beside the field that thanks and news need words (R20)."""
        if isinstance(refusal, NoWords):
            self.add_error("text", gettext("Please write a few words, or choose some."))
        else:
            super().explain(refusal)


class ThanksForm(WordForm):
    """Thanks, chosen or written; never sent but by the person's own act (R20)."""

    chosen = forms.ChoiceField(label=_("Which words are yours?"), required=False, widget=Choices)
    field_order = ("chosen", "text", "digits")

    def __init__(self, *args: Any, page: Introduced, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = names_in(page.shown)
        self.wordings = self.offered(names["giver"], names["client"])
        choices = [
            *((str(number), words) for number, words in enumerate(self.wordings)),
            (_OWN_WORDS, gettext("My own, below")),
        ]
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]

    def offered(self, giver: str, client: str) -> tuple[str, ...]:
        """Return words one may make one's own."""
        names = {"giver": giver, "client": client}
        return (
            gettext("Thank you for having thought of me for %(client)s. Your trust matters to me.") % names,
            gettext(
                "Thank you for this introduction. I will take good care of %(client)s, and tell you what comes of it."
            )
            % names,
            gettext("Thank you, %(giver)s. I was touched that you gave my name, and will do it justice.") % names,
        )

    def said(self) -> Said:
        """What was written comes before what was chosen."""
        chosen, written = self.cleaned_data["chosen"], self.cleaned_data["text"].strip()
        return Said(text=written or (self.wordings[int(chosen)] if chosen not in ("", _OWN_WORDS) else ""))


class NewsForm(WordForm):
    """News, good or bad, and what helps the next choice (R21, R23)."""

    apt = forms.ChoiceField(
        label=_("Was the recommendation apt?"), required=False, choices=list(APT_WORDS.items()), widget=Choices
    )
    better = _words(_("What would make the next one better?"), rows=3)
    field_order: tuple[str, ...] = ("text", "apt", "better", "digits")

    def said(self) -> Said:
        """Return the news with what helps the next choice."""
        return Said(**{name: self.cleaned_data[name] for name in ("text", "apt", "better")})


class OutcomeForm(EndFields, NewsForm):
    """How it ended: six ends, none of them anybody's fault (R21, R26, R29)."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(one.value, words) for one, words in OUTCOME_WORDS.items()],
        widget=Choices(hints={Outcome.SET_ASIDE.value: _("It can be taken up again.")}),
        error_messages={"required": _("Please choose how it ended.")},
    )
    field_order = ("outcome", "amount", "currency", "shown", "text", "apt", "better", "digits")

    def explain(self, refusal: Refusal) -> None:
        """Say beside the amount why it cannot be kept (R26)."""
        if isinstance(refusal, AmountRefused):
            self.add_error("amount", str(NOT_AN_AMOUNT))
        else:
            super().explain(refusal)


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One thing to say: the words around its form, and the kind under which it is recorded."""

    title: Promise
    about: Promise
    button: Promise
    form: type[WordForm]
    kind: str


class PraiseForm(WordForm):
    """A good word about whoever recommended, to be said by the member themself (R41)."""

    text = _words(_("Your words"), hint=_("A proposal, for you to change: keep only what is true for you."), rows=6)

    def __init__(self, *args: Any, page: Introduced, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = names_in(page.shown)
        self.initial["text"] = good_word({"person": names["giver"], "client": names["client"]})


def good_word(names: Mapping[str, str]) -> str:
    """Return a good word to begin with that says only what a recommendation itself shows (R41)."""
    return gettext(
        "It is to %(person)s that we owe knowing each other. Somebody who listens to a need, thinks of the right "
        "person and brings them together: I am glad of it, and wanted to tell you."
    ) % dict(names)


PRAISE = Saying(
    title=_("A good word to the client"),
    about=_("About who recommended you, in your own words and only what is true. You say it, or send it, yourself."),
    button=_("Keep my good word"),
    form=PraiseForm,
    kind=PROMOTION,
)
SAYINGS: Mapping[str, Saying] = {
    "merci": Saying(
        title=_("Say thank you"),
        about=_("Your words go to the person who recommended you, as you send them."),
        button=_("Send my thanks"),
        form=ThanksForm,
        kind=gratitude.THANKS,
    ),
    "contact": Saying(
        title=_("Say that you have been in touch"),
        about=_("Saying so is enough; a word more is welcome."),
        button=_("We have been in touch"),
        form=WordForm,
        kind=gratitude.CONTACT,
    ),
    "nouvelles": Saying(
        title=_("Give news"),
        about=_("A line is enough, good or bad: it shows that the recommendation was taken care of."),
        button=_("Send the news"),
        form=NewsForm,
        kind=gratitude.NEWS,
    ),
    "fin": Saying(
        title=_("Say how it ended"),
        about=_("Whatever the end, telling it closes the loop and helps the next choice."),
        button=_("Close with this"),
        form=OutcomeForm,
        kind=gratitude.OUTCOME,
    ),
}
# What is said once an end was told: it is corrected, or goes on (R26).
AFTER: Mapping[str, Saying] = {
    "fin": Saying(
        title=_("Correct how it ended"),
        about=_("What you said before stays in the history; what you say now is what counts."),
        button=_("Keep the correction"),
        form=OutcomeForm,
        kind=gratitude.OUTCOME,
    ),
    "reprise": Saying(
        title=_("Take it up again"),
        about=_("It goes on: news are awaited again from today, whatever was said before."),
        button=_("It goes on"),
        form=WordForm,
        kind=gratitude.TAKEN_UP,
    ),
}
_DUTIES: Mapping[Duty, tuple[Promise, str]] = {
    Duty.THANKS: (_("Thank %(giver)s"), "merci"),
    Duty.CONTACT: (_("Get in touch with %(client)s"), "contact"),
    Duty.NEWS: (_("Give %(giver)s news"), "nouvelles"),
    Duty.PROMOTION: (_("A true good word to %(client)s about %(giver)s"), GOOD_WORD),
}
_TOLD: Mapping[str, Promise] = {
    gratitude.THANKS: _("You said thank you."),
    gratitude.CONTACT: _("You said that you had been in touch."),
    gratitude.NEWS: _("You gave news."),
    gratitude.OUTCOME: _("You said how it ended."),
    gratitude.TAKEN_UP: _("You took it up again."),
    PROMOTION: _("You said a good word to the client."),
}


def names_in(shown: Disclosed) -> Mapping[str, str]:
    """Return the two names that sentences about a duty name."""
    return {"giver": shown.giver.name if shown.giver else "", "client": shown.client.name if shown.client else ""}


def duty_line(owed: Owed, *, shown: Disclosed, url: str, now: datetime) -> Mapping[str, object]:
    """Return one duty in words, as `parts/duty.html` shows it."""
    words, key = _DUTIES[owed.duty]
    praised = to_promote(shown).get(owed.to)
    names = {**names_in(shown), **({"giver": praised.name} if praised else {})}
    day = days.said(owed.due, weekday=True)
    late = owed.late(now)
    due = gettext("since %(day)s") if late else gettext("by %(day)s")
    if owed.gentle and now > owed.due:
        due = str(BY_ITSELF)
    return {
        "what": str(words) % names,
        "due": due % {"day": day},
        "tone": "owed" if late else "",
        "url": url,
        "act": SAYINGS[key].title if key in SAYINGS else _("Say a good word"),
    }


def answers(owed: Owed) -> str:
    """Return the key of what is said to fulfil a duty."""
    return _DUTIES[owed.duty][1]


def is_offered(key: str, *, owed: Collection[Owed], thanked: bool, contacted: bool) -> bool:
    """Thanks and the first contact are said once; news and an end can be told again."""
    done = {"merci": thanked, "contact": contacted}
    return key not in {answers(one) for one in owed} and not done.get(key)


def ways_on(
    outcome: str, sayings: Mapping[str, Saying] = SAYINGS, after: Mapping[str, Saying] = AFTER
) -> Mapping[str, Saying]:
    """Return what can be said now: once it ended, that is corrected or taken up again (R26)."""
    if not outcome:
        return sayings
    if after is AFTER and outcome != Outcome.SET_ASIDE.value:  # nobody had put it aside
        after = {**AFTER, "reprise": replace(AFTER["reprise"], title=_("It is not over after all"))}
    return {**sayings, **after}


def worth_line(worth: Worth | None, *, giver: str) -> str:
    """Return the amount noted for what was won, and who sees it, to whoever noted it; empty without one (R26)."""
    if worth is None:
        return ""
    named = {"amount": money.amount(worth.amount, worth.currency), "giver": giver}
    if worth.shown:
        return gettext("%(amount)s; %(giver)s may see it.") % named
    return gettext("%(amount)s; only you see it.") % named


def told_line(one: Told) -> Mapping[str, object]:
    """Return something that was told, in words."""
    apt = str(APT_WORDS[one.apt]) if one.apt in APT_WORDS else ""
    return {
        "at": one.at,
        "said": _told(one),
        "text": one.text,
        "more": " · ".join(filter(None, (apt, one.better))),
    }


def _told(one: Told) -> str:
    """An end is told with which it was, and that it corrected an earlier one (R26)."""
    if not one.outcome:
        return str(_TOLD[one.kind])
    end = {"end": OUTCOME_WORDS[Outcome(one.outcome)]}
    if one.before and one.before != one.outcome:
        return gettext("You corrected how it ended: %(end)s") % end
    return gettext("You said how it ended: %(end)s") % end
