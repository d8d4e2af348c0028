"""The first visit to a fresh installation: its visitor becomes the owner and first member."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from entremise.accounts import actions, queries
from entremise.accounts.queries import LANGUAGES
from entremise.lib import clock
from entremise.lib.chance import SystemChance
from entremise.web.access import SIGN_IN, WELCOME, everybody
from entremise.web.account import explain
from entremise.web.forms_look import Choices
from entremise.web.sign_in import open_session


class WelcomeForm(forms.Form):
    """Three answers are enough to begin."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("First name and surname, as you sign your letters."),
        max_length=actions.NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Sign-in codes will be sent there. There is no password."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = forms.ChoiceField(label=_("Your language"), choices=LANGUAGES, widget=Choices)


@everybody
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Say what this is and take the founder's answers; once founded, lead to sign-in."""
    if not queries.is_fresh():
        return redirect(SIGN_IN)
    form = WelcomeForm(request.POST or None, initial={"language": get_language()})
    if form.is_valid():
        try:
            owner = actions.found(**form.cleaned_data, now=clock.now(), chance=SystemChance())
        except actions.AlreadyFounded:
            return redirect(SIGN_IN)
        except actions.Unsuitable as problem:
            form.add_error(problem.field, explain(problem))
        else:
            open_session(request, member=owner)
            return redirect("home")
    return render(request, "welcome.html", {"form": form})


urlpatterns = [path("bienvenue/", welcome, name=WELCOME)]
