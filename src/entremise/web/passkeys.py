"""My passkeys: bring one, call it by another name, remove it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from entremise.accounts import actions, queries
from entremise.lib import clock
from entremise.lib.chance import SystemChance
from entremise.web.access import MemberRequest, members_only
from entremise.web.devices import device
from entremise.web.fresh import fresh_only
from entremise.web.ways_in import read_answer

_STATE = "new_key_state"
_REASONS = {
    "empty": _("Please give it a name."),
    "long": _("Please keep the name under 60 characters."),
}


class KeyForm(forms.Form):
    """What a passkey is called, so that its owner knows it again."""

    name = forms.CharField(
        label=_("What to call it"),
        help_text=_("For example the device it is on."),
        max_length=actions.NAME_LIMIT,
    )


@members_only
@fresh_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: MemberRequest) -> HttpResponseBase:
    """Take a new passkey from a browser's script."""
    browser, system = device(request.headers.get("User-Agent", ""))
    form = KeyForm(request.POST or None, initial={"name": system or browser})
    if form.is_valid():
        try:
            _keep(request, name=form.cleaned_data["name"])
        except actions.Unsuitable as problem:
            form.add_error("name", str(_REASONS[problem.reason]))
        except actions.WrongPasskey:
            form.add_error(None, gettext("No passkey came of it. Nothing has changed; you can try again."))
        else:
            messages.success(request, gettext("Your passkey is ready: it opens your notebook from now on."))
            return redirect("security")
    return render(request, "moi/key_add.html", {"form": form})


def _keep(request: MemberRequest, *, name: str) -> None:
    state = request.session.pop(_STATE, None)
    if state is None:
        raise actions.WrongPasskey
    actions.add_key(
        member_pk=request.member.pk,
        name=name,
        state=state,
        answer=read_answer(request),
        now=clock.now(),
        chance=SystemChance(),
    )


@members_only
@require_safe
def question(request: MemberRequest) -> HttpResponseBase:
    """Hand a browser's script the question for a new passkey."""
    asked, request.session[_STATE] = actions.ask_for_new_key(member=request.member, chance=SystemChance())
    return JsonResponse(asked)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Show one passkey; call it by another name, or remove it."""
    shown = next((one for one in queries.ways_in(request.member.pk).keys if one.uid == uid), None)
    if shown is None:
        raise Http404
    if "remove" in request.POST:
        actions.remove_key(member_pk=request.member.pk, uid=uid, now=clock.now(), chance=SystemChance())
        messages.success(request, gettext("This passkey opens nothing here any more."))
        return redirect("security")
    form = KeyForm(request.POST or None, initial={"name": shown.name})
    if form.is_valid():
        try:
            actions.rename_key(member_pk=request.member.pk, uid=uid, name=form.cleaned_data["name"])
        except actions.Unsuitable as problem:
            form.add_error("name", str(_REASONS[problem.reason]))
        else:
            return redirect("security")
    return render(request, "moi/key.html", {"form": form, "key": shown})


urlpatterns = [
    path("moi/securite/cles/ajouter/", add, name="key_add"),
    path("moi/securite/cles/question/", question, name="key_question"),
    path("moi/securite/cles/<slug:uid>/", key, name="key"),
]
