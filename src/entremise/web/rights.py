"""What is held about somebody who needs no account, and what they can do about it (R45).

The link of a mail opens the page of what that mail's request holds; `/droits/` mails a link that opens everything held
about an address. Either way the four digits of the mail open it, and every act carries them again (R6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Way
from entremise.referrals.actions import rights, steps
from entremise.referrals.queries import held
from entremise.referrals.queries.held_values import Behind, Held, HeldRequest
from entremise.referrals.queries.refusals import ALL, GIVER, INVITATION, PERSON
from entremise.web import link_holder, rights_files
from entremise.web.access import strangers
from entremise.web.forms_look import Choices
from entremise.web.link_holder import DigitsForm, Holder, gone, of_the_message
from entremise.web.parts_shown import WAY_WORDS

FORGET_WORDS = _("I want what is held about me here to be erased.")
_STANDING = "standing"
REFUSE_WORDS = _("I refuse further requests.")


class AddressForm(forms.Form):
    """The address whose person wants to see what is held about them."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one to which a message from here may have come."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please write your e-mail address."),
            "invalid": _("This does not look like an e-mail address."),
        },
    )


class CorrectionForm(DigitsForm):
    """A person's own part, as it is held; the digits were typed when the page was opened."""

    name = forms.CharField(label=_("Your name"), max_length=60, required=False)
    way = forms.ChoiceField(
        label=_("How do you like to be reached?"),
        required=False,
        choices=[(way.value, words) for way, words in WAY_WORDS.items()],
        widget=Choices,
    )
    details = forms.CharField(label=_("The number or the address for that"), max_length=200, required=False)
    best_time = forms.CharField(label=_("The best time to reach you"), max_length=120, required=False)
    reason = forms.CharField(label=_("What it is about"), max_length=400, required=False)
    booking = forms.CharField(label=_("The best way to arrange a meeting"), max_length=200, required=False)
    budget = forms.CharField(label=_("Your budget, if there is one"), max_length=120, required=False)
    all_optional = True

    def __init__(self, one: HeldRequest, **more: Any) -> None:
        names = held.fields_of(one.kind.asked)
        part = {name: getattr(one.part, name) for name in names} if one.part else {}
        way = {"way": one.part.way.value} if one.part and one.part.way else {}
        super().__init__(initial={"name": one.name, **part, **way}, sealed=True, auto_id=f"{one.uid}_%s", **more)
        for name in set(self.fields) - set(names):
            del self.fields[name]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody at the page of their rights."""

    request: HttpRequest
    holder: Holder
    who: Behind
    now: datetime

    def address(self, name: str = "rights_of") -> str:
        """Return one of this link's addresses, in the language chosen."""
        found = reverse(name, args=[self.holder.token])
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found

    def at(self) -> dict[str, Any]:
        """What every action takes."""
        return {"now": self.now, "chance": SystemChance(), "policy": law.policy()}


def _visit(request: HttpRequest, token: str) -> Visit | None:
    now = clock.now()
    who = held.behind(token, now=now, policy=law.policy())
    if who is None:
        return None
    who = replace(who, language=link_holder.wish(request) or who.language)
    return Visit(request=request, holder=link_holder.holder(request, token=token, page=who), who=who, now=now)


# -- by the link of a mail --------------------------------------------------------------------------


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask for the digits; a post with them shows what is held. Nothing is changed either way."""
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    if request.method != "POST":
        return _closed(visit, _digits(visit))
    return _opened(visit, lambda _visit, found, digits: _page(visit, found, digits))


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hand over what is held as a file: JSON for machines, HTML for people (R45)."""
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    if request.method != "POST":
        return redirect(visit.address())
    kind = "json" if request.POST.get("as") == "json" else "html"

    def download(at: Visit, found: Held, _digits: str) -> HttpResponse:
        made = rights_files.as_json(at.who, found) if kind == "json" else rights_files.as_page(at.who, found)
        answer = HttpResponse(made, content_type={"json": "application/json", "html": "text/html; charset=utf-8"}[kind])
        answer["Content-Disposition"] = f'attachment; filename="entremise-{at.now:%Y-%m-%d}.{kind}"'
        return answer

    return _opened(visit, download)


def _digits(visit: Visit, data: Any = None) -> DigitsForm:
    form = DigitsForm(data, sealed=bool(visit.holder.seal))
    return of_the_message(form) if visit.who.carried and not visit.holder.seal else form


def _opened(visit: Visit, then: Callable[[Visit, Held, str], HttpResponse]) -> HttpResponse:
    form = _digits(visit, visit.request.POST)
    if not form.is_valid():
        return _closed(visit, form, status=422)
    policy = law.policy()
    try:
        caller = visit.holder.caller(visit.request, digits=form.typed_digits)
        who = rights.admit(caller=caller, now=visit.now, policy=policy)
    except Refusal as refusal:
        form.explain(refusal)
        return _closed(visit, form, status=422)
    found = held.held(who, now=visit.now, language=visit.holder.language, policy=policy)
    return then(visit, found, form.typed_digits)


def _closed(visit: Visit, form: DigitsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "who": visit.who,
        "done": visit.request.GET.get("fait", ""),
        **visit.holder.frame(reverse("rights_of", args=[visit.holder.token])),
    }
    return render(visit.request, "rights/closed.html", context, status=status)


def _page(visit: Visit, found: Held, digits: str) -> HttpResponse:
    corrects = visit.who.by_phone or not visit.who.carried
    requests = [
        {"held": one, "form": _correction(one) if corrects else None, "rows": rights_files.rows(one)}
        for one in found.requests
    ]
    context = {
        "who": visit.who,
        "found": found,
        "requests": requests,
        "asides": [rights_files.aside_line(one) for one in found.asides],
        "givers": [name or gettext("somebody who has left since") for name in found.refusals.givers],
        "typed": digits,
        "words": FORGET_WORDS,
        "policy": law.policy(),
        "urls": {name: visit.address(name) for name in _ACTS},
        **visit.holder.frame(reverse("rights_of", args=[visit.holder.token])),
    }
    return render(visit.request, "rights/open.html", context)


def _correction(one: HeldRequest) -> CorrectionForm | None:
    """The form to correct one's part; None where nothing is handed over, or the introduction has done so.

    Behind a carried link it starts empty, but for the name the giver typed (R7).
    """
    if one.introduced_at or not held.fields_of(one.kind.asked):
        return None
    return CorrectionForm(one)


# -- acts -------------------------------------------------------------------------------------------


def _acting(request: HttpRequest, token: str, done: str, do: Callable[[Visit, Any], None]) -> HttpResponseBase:
    """Do one act of somebody who has the digits, and lead back; the page says what was done and asks for them again."""
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    if request.method != "POST":
        return redirect(visit.address())
    form = _digits(visit, request.POST)
    if not form.is_valid():
        return _closed(visit, form, status=422)
    try:
        do(visit, visit.holder.caller(request, digits=form.typed_digits))
    except steps.Gone:
        return gone(request)
    except Refusal as refusal:
        form.explain(refusal)
        return _closed(visit, form, status=422)
    if done == "oubli":
        frame = visit.holder.frame(visit.address() if visit.who.carried else reverse("rights"))
        return render(request, "rights/forgotten.html", {"who": visit.who, **frame})
    mark = "&" if "?" in visit.address() else "?"
    return redirect(f"{visit.address()}{mark}fait={done}")


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, token: str) -> HttpResponseBase:
    """Keep what somebody corrected of their own part."""

    def do(visit: Visit, caller: Any) -> None:
        said: Mapping[str, str] = {
            name: request.POST.get(name, "")[: field.max_length]
            for name, field in CorrectionForm.base_fields.items()
            if isinstance(field, forms.CharField) and name != "digits"
        }
        way = request.POST.get("way", "")
        typed = {**said, "way": way if way in set(Way) else ""}
        rights.correct(caller=caller, request=request.POST.get("about", ""), said=typed, **visit.at())

    return _acting(request, token, "correction", do)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, token: str) -> HttpResponseBase:
    """Refuse further requests from one giver or from anybody, or any invitation; or end a permission given for good."""

    def do(visit: Visit, caller: Any) -> None:
        about, wanted = request.POST.get("about", ""), request.POST.get("scope")
        if wanted == INVITATION:
            rights.refuse_invitations(caller=caller, now=visit.now, policy=law.policy())
            return
        if wanted == _STANDING:
            rights.end_standing(caller=caller, about=about, now=visit.now, policy=law.policy())
            return
        scope = GIVER if about else ALL
        rights.refuse(caller=caller, scope=scope, request=about, text=str(REFUSE_WORDS), **visit.at())

    return _acting(request, token, "refus", do)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take refusals back: requests may come again."""

    def do(visit: Visit, caller: Any) -> None:
        wanted = request.POST.get("scope", "")
        scope = wanted if wanted in (GIVER, PERSON, INVITATION) else ALL
        rights.take_back(caller=caller, scope=scope, now=visit.now, policy=law.policy())

    return _acting(request, token, "reprise", do)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest, token: str) -> HttpResponseBase:
    """Erase what is held about the person."""

    def do(visit: Visit, caller: Any) -> None:
        ask = "ask_givers" in request.POST
        rights.forget(caller=caller, ask_givers=ask, text=str(FORGET_WORDS), **visit.at())

    return _acting(request, token, "oubli", do)


# -- without a link ---------------------------------------------------------------------------------


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """Mail a link to whoever types their address, if anything is held; the page is the same if nothing is."""
    language = translation.get_language()
    form = AddressForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        rights.ask_link(email=email, language=language, now=clock.now(), chance=SystemChance(), policy=law.policy())
        mark = f"?lang={language}&envoye=1" if link_holder.wish(request) else "?envoye=1"
        return redirect(reverse("rights") + mark)
    told = (settings.ENTREMISE.owner_name, settings.ENTREMISE.owner_contact)
    other = "en" if language.startswith("fr") else "fr"
    context = {
        "form": form,
        "sent": "envoye" in request.GET,
        "minutes": law.policy().rights_link_stands // timedelta(minutes=1),
        "responsible": ", ".join(filter(None, told)),
        "other_language": other,
        "other_url": f"{reverse('rights')}?lang={other}",
    }
    return render(request, "rights/ask.html", context, status=422 if form.errors else 200)


_ACTS = ("rights_of", "rights_take", "rights_correct", "rights_refuse", "rights_take_back", "rights_forget")
urlpatterns = [
    path("droits/", ask, name="rights"),
    path("droits/<slug:token>/", show, name="rights_of"),
    path("droits/<slug:token>/emporter/", take, name="rights_take"),
    path("droits/<slug:token>/corriger/", correct, name="rights_correct"),
    path("droits/<slug:token>/refuser/", refuse, name="rights_refuse"),
    path("droits/<slug:token>/reprendre/", take_back, name="rights_take_back"),
    path("droits/<slug:token>/oublier/", forget, name="rights_forget"),
]
