"""The other ways in: a password, a passkey; and the second proof, for members who want one."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginStage
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from entremise.accounts import actions, queries
from entremise.lib import clock, days
from entremise.lib.chance import SystemChance
from entremise.web.access import SIGN_IN, everybody
from entremise.web.forms_look import Digits
from entremise.web.sign_in import let_in

_KEY_STATE = "key_state"
_SECOND = "second"


class PasswordSignInForm(forms.Form):
    """An address and a password."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@everybody
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def with_password(request: HttpRequest) -> HttpResponseBase:
    """Let in whoever gives an address and its password; never say which of the two is wrong."""
    if request.user.is_authenticated:
        return redirect("home")
    form = PasswordSignInForm(request.POST or None)
    if form.is_valid():
        if not ratelimit.consume(request, action="login"):
            form.add_error(None, gettext("Too many tries for now. Please wait a quarter of an hour."))
        else:
            try:
                return let_in(request, member=actions.try_password(**form.cleaned_data, now=clock.now()))
            except actions.WrongPassword:
                form.add_error(None, gettext("This address and this password do not belong together."))
            except actions.Slowly as problem:
                form.add_error(None, _wait(problem))
    return render(request, "account/password.html", {"form": form, "next": get_next_redirect_url(request) or ""})


def _wait(problem: actions.Slowly) -> str:
    words = gettext("There were several wrong tries. Please wait until %(time)s, or come in with a code sent by mail.")
    return words % {"time": days.clock(problem.until)}


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def with_key(request: HttpRequest) -> HttpResponseBase:
    """Hand a browser's script the question for a passkey; let in whoever's key answered it."""
    if request.method != "POST":
        if not request.accepts("application/json") or request.accepts("text/html"):
            return redirect(SIGN_IN)
        question, request.session[_KEY_STATE] = actions.ask_for_key(chance=SystemChance())
        return JsonResponse(question)
    state = request.session.pop(_KEY_STATE, None)
    if state and ratelimit.consume(request, action="login"):
        try:
            member = actions.open_with_key(state=state, answer=read_answer(request), now=clock.now())
        except actions.WrongPasskey:
            pass
        else:
            # A passkey is two proofs in one: a device that one has, opened with what one is or knows.
            request.opened_with_key = True  # type: ignore[attr-defined]
            return let_in(request, member=member)
    messages.error(request, gettext("This passkey opens nothing here. A code sent by mail always does."))
    went = get_next_redirect_url(request)
    return redirect(reverse(SIGN_IN) + (f"?{urlencode({'next': went})}" if went else ""))


def read_answer(request: HttpRequest) -> object:
    """Return what a browser's script wrote into the form, or None where it is not JSON."""
    try:
        answer: object = json.loads(request.POST.get("answer", ""))
    except (ValueError, RecursionError):
        return None
    return answer


class SecondStage(LoginStage):  # type: ignore[misc]
    """Stops a sign-in until the second proof, where its member wants one; a passkey is both proofs at once."""

    key = _SECOND
    urlname = "account_second"

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        """Return where to give the proof, or nothing to stop for."""
        user: AbstractBaseUser | None = self.login.user
        if user is None or getattr(self.request, "opened_with_key", False) or not queries.second_is_on(user.pk):
            return None, True
        return redirect(self.urlname), True


class SecondForm(forms.Form):
    """One question: the digits of the app, or an emergency code."""

    code = forms.CharField(
        label=_("The six digits of your app"),
        help_text=_("If you do not have it with you: one of your emergency codes."),
        max_length=20,
        widget=Digits(10, attrs={"maxlength": "20"}),
        error_messages={"required": _("Please type the digits that your app shows now.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """Take the second proof, and go on with the sign-in."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]
    form = SecondForm(request.POST or None)
    if form.is_valid():
        member_pk = stage.login.user.pk
        try:
            actions.prove_second(member_pk=member_pk, digits=form.cleaned_data["code"], now=clock.now())
        except (actions.WrongDigits, actions.Slowly) as problem:
            form.add_error("code", explain_second(problem))
        else:
            response: HttpResponse = stage.exit()
            return response
    form.fields["code"].widget.attrs["autofocus"] = True
    return render(request, "account/second.html", {"form": form})


def explain_second(problem: actions.WrongDigits | actions.Slowly) -> str:
    """Return why the digits did not serve, in the reader's language."""
    if isinstance(problem, actions.Slowly):
        words = gettext("There were several wrong tries. Please try again after %(time)s.")
        return words % {"time": days.clock(problem.until)}
    return gettext("These are not the digits of this minute, nor an unused emergency code.")


urlpatterns = [
    path("entrer/mot-de-passe/", with_password, name="account_password"),
    path("entrer/cle/", with_key, name="account_key"),
    path(
        "entrer/second/",
        everybody(login_stage_required(stage=_SECOND, redirect_urlname=SIGN_IN)(second)),
        name="account_second",
    ),
]
