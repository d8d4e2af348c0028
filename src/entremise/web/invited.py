"""Behind the link of an invitation: what it is, accepting it, and wanting none.

Unlike the pages that ask for consent, this one ends in a session: its forms carry a token against forgery, so that
nobody can be made a member, or signed in, by a page of somebody else's.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.accounts import actions, queries
from entremise.accounts.queries import LANGUAGES, OpenInvitation
from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.web.access import SIGN_IN, everybody
from entremise.web.account import explain
from entremise.web.forms_look import Choices
from entremise.web.link_holder import wish
from entremise.web.sign_in import open_session


class JoinForm(forms.Form):
    """Two answers are enough to begin."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As the people you write to will read it."),
        max_length=actions.NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Your language"), choices=LANGUAGES, widget=Choices)


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say who invites and to what; a post accepts, and opens the notebook."""
    found = _read(request, token)
    if found is None:
        return _over(request)
    if request.user.is_authenticated:
        return render(request, "account/invited.html", {"invitation": found})
    form = JoinForm(request.POST or None, initial={"name": found.name, "language": found.language})
    if form.is_valid():
        try:
            guest = actions.accept_invitation(token=token, **form.cleaned_data, now=clock.now(), chance=SystemChance())
        except actions.NoInvitation:
            return _over(request)
        except actions.Unsuitable as problem:
            form.add_error(problem.field, explain(problem))
        else:
            if law.policy().writes_first:
                open_session(request, member=guest)
                return redirect("home")
            # The link was carried by hand, so that nothing has shown yet whose address it is.
            messages.success(request, gettext("Your notebook is ready. A code sent by mail opens it."))
            return redirect(SIGN_IN)
    return render(request, "account/invited.html", {"invitation": found, "form": form, "token": token})


@everybody
@require_http_methods(["GET", "HEAD", "POST"])
def declined(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask once, in words; a post makes this installation invite this person no more (R45)."""
    found = _read(request, token)
    if found is None:
        return _over(request)
    if request.method == "POST":
        try:
            actions.decline_invitation(token=token, now=clock.now())
        except actions.NoInvitation:
            return _over(request)
        return render(request, "account/invited_no.html", {"invitation": found, "done": True})
    return render(request, "account/invited_no.html", {"invitation": found, "token": token})


def _read(request: HttpRequest, token: str) -> OpenInvitation | None:
    """Return the invitation, and speak its language, unless the reader is a member or wants another one."""
    found = queries.invitation(token=token, now=clock.now())
    if found is not None and not request.user.is_authenticated:
        translation.activate(translation.get_supported_language_variant(wish(request) or found.language))
        timezone.activate(found.inviter.time_zone)
    return found


def _over(request: HttpRequest) -> HttpResponse:
    """One page for an invitation that is unknown, used, withdrawn or over: it tells nothing apart."""
    return render(request, "account/invited_over.html", status=404)


urlpatterns = [
    path("invitation/<slug:token>/", invited, name="invited"),
    path("invitation/<slug:token>/non/", declined, name="invited_no"),
]
