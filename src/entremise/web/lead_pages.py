"""The page behind a lead's link: read it, thank, say what came of it, or hear no more (R2, R6, R20, R45)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.catalogue import areas, trades
from entremise.lib import clock, days, law
from entremise.lib.chance import SystemChance
from entremise.protocol.errors import Refusal
from entremise.protocol.wall import Disclosed, Person, Seen
from entremise.referrals.actions import answering, leads, steps
from entremise.referrals.actions.leads import Came
from entremise.referrals.queries.leads import LeadRead, lead_read
from entremise.referrals.queries.refusals import ALL, GIVER
from entremise.web import link_holder
from entremise.web.access import strangers
from entremise.web.forms_look import Choices
from entremise.web.lead_words import CAME_LABELS, TOLD_BY_ME
from entremise.web.link_holder import DigitsForm, Holder, gone
from entremise.web.sayings import ThanksForm, WordForm

_CAME: Mapping[str, Promise] = {
    Came.USEFUL.value: _("It was useful to me"),
    Came.NEED.value: _("There was a real need"),
    Came.NOTHING.value: _("Nothing came of it"),
}


class LeadThanksForm(ThanksForm):
    """Thanks for a lead, chosen or written (R20)."""

    def offered(self, giver: str, client: str) -> tuple[str, ...]:
        """Return words one may make one's own."""
        del client  # a lead is about nobody
        return (
            gettext("Thank you for having thought of me."),
            gettext("Thank you, %(giver)s: that is good to know. I will look into it.") % {"giver": giver},
        )


class CameForm(WordForm):
    """What came of a lead; nothing is nobody's fault (R29)."""

    came = forms.ChoiceField(
        label=_("What came of it?"),
        choices=list(_CAME.items()),
        widget=Choices,
        error_messages={"required": _("Please choose what came of it.")},
    )
    field_order = ("came", "text", "digits")


class RefuseForm(DigitsForm):
    """Hear no more of this giver, or of anybody; it can be taken back in the same place (R45)."""

    scope = forms.ChoiceField(label=_("What do you no longer want?"), widget=Choices)
    field_order = ("scope", "digits")

    def __init__(self, *args: Any, giver: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (GIVER, gettext("Nothing more from %(giver)s") % {"giver": giver}),
            (ALL, gettext("Nothing more from this site, from anybody")),
            ("none", gettext("I refuse nothing: leads and requests may come")),
        ]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing to do: the words around its form."""

    title: Promise
    about: Promise
    button: Promise


ACTS: Mapping[str, Act] = {
    "merci": Act(
        title=_("Say thank you"),
        about=_("Your words go to the person who sent you the lead, as you send them."),
        button=_("Send my thanks"),
    ),
    "suite": Act(
        title=_("Say what came of it"),
        about=_("A line is enough, good or bad: it shows that the lead was looked into."),
        button=_("Say so"),
    ),
    "refuser": Act(
        title=_("Receive no more of these"),
        about=_("Nobody is told. You can change it here as long as this page is kept."),
        button=_("Keep my choice"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody at the page of a lead at one instant."""

    request: HttpRequest
    holder: Holder
    page: LeadRead
    now: datetime

    def address(self, act: str = "") -> str:
        """Return one of this link's addresses, in the language chosen."""
        names = [self.holder.token, act] if act else [self.holder.token]
        found = reverse("lead_act" if act else "lead_read", args=names)
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found

    @property
    def shown(self) -> Disclosed:
        """Whom the forms of thanks name."""
        return Disclosed(seen=Seen.INTRODUCED, giver=Person(name=self.page.giver))


def _visit(request: HttpRequest, token: str) -> Visit | None:
    page = lead_read(token=token, language=link_holder.wish(request), policy=law.policy())
    if page is None:
        return None
    holder = link_holder.holder(request, token=token, page=page)
    return Visit(request=request, holder=holder, page=page, now=clock.now())


@strangers
@require_http_methods(["GET", "HEAD"])
def read(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a lead to its receiver, plainly as one: nobody waits for a call (R2)."""
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    page = visit.page
    context = {
        "page": page,
        "trade": trades.trade(page.trade).either(visit.holder.language) if page.trade else "",
        "place": areas.area(page.area).label(visit.holder.language) if page.area else "",
        "due": [_due(visit) for _one in page.owed],
        "came": CAME_LABELS.get(page.came, ""),
        "told": [{"at": one.at, "said": TOLD_BY_ME[one.kind], "text": one.text} for one in reversed(page.told)],
        "ways": [(visit.address(act), ACTS[act].title) for act in ("suite", "refuser") if _is_open(visit, act)],
        "silence_url": reverse("silence", args=[answering.silence_token(page.uid)]),
        **visit.holder.frame(reverse("lead_read", args=[token])),
    }
    return render(request, "leads/read.html", context)


def _is_open(visit: Visit, act: str) -> bool:
    """Through a link that the giver brings nobody can refuse in another's place: one's rights have a page for that."""
    return act != "refuser" or not visit.page.by_hand


def _due(visit: Visit) -> Mapping[str, object]:
    (owed,) = visit.page.owed
    late = owed.late(visit.now)
    words = gettext("since %(day)s") if late else gettext("by %(day)s")
    return {
        "what": gettext("Thank %(giver)s") % {"giver": visit.page.giver},
        "due": words % {"day": days.said(owed.due, weekday=True)},
        "tone": "owed" if late else "",
        "url": visit.address("merci"),
        "act": ACTS["merci"].title,
    }


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str, act: str) -> HttpResponseBase:
    """Show the one form of a thing to do, and do it when it is sent with the digits (R6)."""
    visit = _visit(request, token)
    if visit is None or act not in ACTS or not _is_open(visit, act):
        return gone(request)
    form = _form(visit, act)
    if form.is_valid():
        try:
            _DO[act](visit, form)
        except steps.Gone:
            return gone(request)
        except Refusal as refusal:
            form.explain(refusal)
        else:
            return redirect(visit.address())
    context = {
        "form": form,
        "saying": ACTS[act],
        "back": visit.address(),
        "action": visit.address(act),
        **visit.holder.frame(reverse("lead_act", args=[token, act])),
    }
    return render(request, "news/say.html", context, status=422 if form.errors else 200)


def _form(visit: Visit, act: str) -> Any:
    data = visit.request.POST if visit.request.method == "POST" else None
    sealed = bool(visit.holder.seal)
    if act == "merci":
        return LeadThanksForm(data, sealed=sealed, page=visit)
    if act == "suite":
        return CameForm(data, sealed=sealed, initial={"came": visit.page.came})
    return RefuseForm(data, sealed=sealed, giver=visit.page.giver, initial={"scope": visit.page.refused or "none"})


def _at(visit: Visit, form: Any) -> dict[str, Any]:
    caller = visit.holder.caller(visit.request, digits=form.typed_digits)
    return {"caller": caller, "now": visit.now, "policy": law.policy()}


def _thank(visit: Visit, form: Any) -> None:
    leads.thank(said=form.said(), chance=SystemChance(), **_at(visit, form))


def _follow(visit: Visit, form: Any) -> None:
    came = Came(form.cleaned_data["came"])
    leads.follow(came=came, said=form.said(), chance=SystemChance(), **_at(visit, form))


def _refuse(visit: Visit, form: Any) -> None:
    scope = form.cleaned_data["scope"]
    leads.refuse(scope="" if scope == "none" else scope, **_at(visit, form))


_DO: Mapping[str, Callable[[Visit, Any], None]] = {"merci": _thank, "suite": _follow, "refuser": _refuse}

urlpatterns = [
    path("p/<slug:token>/", read, name="lead_read"),
    path("p/<slug:token>/<slug:act>/", act, name="lead_act"),
]
