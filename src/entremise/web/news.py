"""The page of a receiver after the introduction: the client's part, what is owed, thanks, news, the end (R20–R23).

One page shows; each thing to say has an address of its own, with one form and the four digits of the mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.lib import clock, days, law
from entremise.lib.chance import SystemChance
from entremise.protocol.duties import Duty, Owed
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import gratitude, steps
from entremise.referrals.actions.gratitude import NoWords, Said
from entremise.referrals.queries.pages import NewsPage, Told, news_page
from entremise.referrals.queries.rows import NeedGone
from entremise.web import link_holder
from entremise.web.access import strangers
from entremise.web.forms_look import Choices
from entremise.web.link_holder import DigitsForm, Holder, gone
from entremise.web.parts_shown import in_words

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


def _words(label: object, *, hint: object = "", rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=2000, widget=widget)  # type: ignore[arg-type]


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

    def __init__(self, *args: Any, page: NewsPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wordings = _wordings(page)
        choices = [
            *((str(number), words) for number, words in enumerate(self.wordings)),
            (_OWN_WORDS, gettext("My own, below")),
        ]
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> Said:
        """What was written comes before what was chosen."""
        chosen, written = self.cleaned_data["chosen"], self.cleaned_data["text"].strip()
        return Said(text=written or (self.wordings[int(chosen)] if chosen not in ("", _OWN_WORDS) else ""))


def _wordings(page: NewsPage) -> tuple[str, ...]:
    names = {
        "giver": page.shown.giver.name if page.shown.giver else "",
        "client": page.shown.client.name if page.shown.client else "",
    }
    return (
        gettext("Thank you for having thought of me for %(client)s. Your trust matters to me.") % names,
        gettext("Thank you for this introduction. I will take good care of %(client)s, and tell you what comes of it.")
        % names,
        gettext("Thank you, %(giver)s. I was touched that you gave my name, and will do it justice.") % names,
    )


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


class OutcomeForm(NewsForm):
    """How it ended: six ends, none of them anybody's fault (R21, R26, R29)."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(one.value, words) for one, words in OUTCOME_WORDS.items()],
        widget=Choices(hints={Outcome.SET_ASIDE.value: _("It can be taken up again.")}),
        error_messages={"required": _("Please choose how it ended.")},
    )
    field_order = ("outcome", "text", "apt", "better", "digits")


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One thing to say: the words around its form, and the action that records it."""

    title: Promise
    about: Promise
    button: Promise
    form: type[WordForm]
    act: Callable[..., None]


SAYINGS: Mapping[str, Saying] = {
    "merci": Saying(
        title=_("Say thank you"),
        about=_("Your words go to the person who recommended you, as you send them."),
        button=_("Send my thanks"),
        form=ThanksForm,
        act=gratitude.thank,
    ),
    "contact": Saying(
        title=_("Say that you have been in touch"),
        about=_("It is enough to say so; a word more is welcome."),
        button=_("We have been in touch"),
        form=WordForm,
        act=gratitude.tell_contact,
    ),
    "nouvelles": Saying(
        title=_("Give news"),
        about=_("A line is enough, good or bad: it shows that the recommendation was taken care of."),
        button=_("Send the news"),
        form=NewsForm,
        act=gratitude.give_news,
    ),
    "fin": Saying(
        title=_("Say how it ended"),
        about=_("Whatever the end, telling it closes the loop and helps the next choice."),
        button=_("Close with this"),
        form=OutcomeForm,
        act=gratitude.close,
    ),
}
_DUTIES: Mapping[Duty, tuple[Promise, str]] = {
    Duty.THANKS: (_("Thank %(giver)s"), "merci"),
    Duty.CONTACT: (_("Get in touch with %(client)s"), "contact"),
    Duty.NEWS: (_("Give %(giver)s news"), "nouvelles"),
}
_TOLD: Mapping[str, Promise] = {
    gratitude.THANKS: _("You said thank you."),
    gratitude.CONTACT: _("You said that you had been in touch."),
    gratitude.NEWS: _("You gave news."),
    gratitude.OUTCOME: _("You said how it ended."),
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A receiver at the page of their introduction at one instant."""

    request: HttpRequest
    holder: Holder
    page: NewsPage
    now: datetime

    def address(self, saying: str = "") -> str:
        """Return one of this link's addresses, in the language chosen."""
        names = [self.holder.token, saying] if saying else [self.holder.token]
        found = reverse("news_say" if saying else "news", args=names)
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found


def _visit(request: HttpRequest, token: str) -> Visit | None:
    now = clock.now()
    try:
        page = news_page(token=token, now=now, language=link_holder.wish(request), policy=law.policy())
    except NeedGone:
        return None
    if page is None:
        return None
    return Visit(request=request, holder=link_holder.holder(request, token=token, page=page), page=page, now=now)


@strangers
@require_http_methods(["GET", "HEAD"])
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what is owed and what was told (R20–R22), and to a session the client's part.

    Whoever only holds the link reads the part in the mail it came with: a link passed on, or left in a history,
    shows nobody's telephone number.
    """
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    page = visit.page
    context = {
        "page": page,
        "part": in_words(page.shown.client_part, role=Role.CLIENT) if visit.holder.seal else (),
        "duties": [_duty(visit, owed) for owed in page.owed],
        "told": [_told(one, page) for one in reversed(page.told)],
        "ways": [(visit.address(key), saying.title) for key, saying in SAYINGS.items() if _offered(key, page)],
        "outcome": OUTCOME_WORDS[Outcome(page.outcome)] if page.outcome else "",
        **visit.holder.frame(reverse("news", args=[token])),
    }
    return render(request, "news/show.html", context)


def _offered(key: str, page: NewsPage) -> bool:
    """Thanks and the first contact are said once; news and an end can be told again."""
    done = {"merci": page.thanked_at, "contact": page.contacted_at or page.outcome}
    owed = {_DUTIES[one.duty][1] for one in page.owed}
    return key not in owed and not done.get(key)


def _duty(visit: Visit, owed: Owed) -> Mapping[str, object]:
    words, key = _DUTIES[owed.duty]
    shown = visit.page.shown
    names = {"giver": shown.giver.name if shown.giver else "", "client": shown.client.name if shown.client else ""}
    day = days.said(owed.due, weekday=True)
    late = owed.late(visit.now)
    due = gettext("since %(day)s") if late else gettext("by %(day)s")
    return {
        "what": str(words) % names,
        "due": due % {"day": day},
        "tone": "owed" if late else "",
        "url": visit.address(key),
        "act": SAYINGS[key].title,
    }


def _told(one: Told, page: NewsPage) -> Mapping[str, object]:
    apt = str(APT_WORDS[one.apt]) if one.apt in APT_WORDS else ""
    return {
        "at": one.at,
        "said": _TOLD[one.kind],
        "text": one.text,
        "more": " · ".join(filter(None, (apt, one.better))),
    }


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, token: str, saying: str) -> HttpResponseBase:
    """Show the one form of a thing to say, and record it when it is sent with the digits (R6, R20–R23)."""
    visit = _visit(request, token)
    if visit is None or saying not in SAYINGS:
        return gone(request)
    form = _form(visit, saying)
    if request.method != "POST":
        return _ask(visit, saying, form)
    if not form.is_valid():
        return _ask(visit, saying, form, status=422)
    try:
        _record(visit, saying, form)
    except steps.Gone:
        return gone(request)
    except Refusal as refusal:
        form.explain(refusal)
        return _ask(visit, saying, form, status=422)
    return redirect(visit.address())


def _form(visit: Visit, saying: str) -> WordForm:
    data = visit.request.POST if visit.request.method == "POST" else None
    more = {"page": visit.page} if saying == "merci" else {}
    return SAYINGS[saying].form(data, sealed=bool(visit.holder.seal), **more)


def _record(visit: Visit, saying: str, form: WordForm) -> None:
    more = {"outcome": Outcome(form.cleaned_data["outcome"])} if saying == "fin" else {}
    SAYINGS[saying].act(
        caller=visit.holder.caller(visit.request, digits=form.typed_digits),
        said=form.said(),
        now=visit.now,
        chance=SystemChance(),
        policy=law.policy(),
        **more,
    )


def _ask(visit: Visit, saying: str, form: WordForm, *, status: int = 200) -> HttpResponse:
    here = reverse("news_say", args=[visit.holder.token, saying])
    context = {
        "form": form,
        "saying": SAYINGS[saying],
        "back": visit.address(),
        "action": visit.address(saying),
        **visit.holder.frame(here),
    }
    return render(visit.request, "news/say.html", context, status=status)


urlpatterns = [
    path("n/<slug:token>/", show, name="news"),
    path("n/<slug:token>/<slug:saying>/", say, name="news_say"),
]
