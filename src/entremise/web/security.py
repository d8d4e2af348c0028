"""What lets me in, and what is open: an overview, my password, my sessions."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import get_backends, update_session_auth_hash
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.accounts import actions, queries
from entremise.lib import clock
from entremise.lib.chance import SystemChance
from entremise.web.access import MemberRequest, members_only
from entremise.web.fresh import fresh_only


@members_only
@require_safe
def security(request: MemberRequest) -> HttpResponse:
    """Say what lets the member in, and lead to each."""
    context = {
        "ways_in": queries.ways_in(request.member.pk),
        "visits": len(queries.visits(request.member.pk, session_key="")),
    }
    return render(request, "moi/security.html", context)


class PasswordForm(forms.Form):
    """A password to be."""

    password = forms.CharField(
        label=_("Your new password"),
        help_text=_("Ten characters at least. A few words that nobody would put together make a good one."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Please write a password.")},
    )


@members_only
@fresh_only
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: MemberRequest) -> HttpResponseBase:
    """Set, change or remove the member's password; their other sessions end."""
    form = PasswordForm(request.POST if request.method == "POST" and "remove" not in request.POST else None)
    if "remove" in request.POST:
        actions.remove_password(member_pk=request.member.pk, now=clock.now(), chance=SystemChance())
        _stay_alone(request)
        messages.success(request, gettext("The password opens nothing any more. A code by mail does, as ever."))
        return redirect("security")
    if form.is_valid():
        try:
            actions.set_password(
                member_pk=request.member.pk, **form.cleaned_data, now=clock.now(), chance=SystemChance()
            )
        except actions.WeakPassword as weak:
            form.add_error("password", weak.reasons)
        else:
            _stay_alone(request)
            messages.success(request, gettext("Your password is set. Your other sessions have ended."))
            return redirect("security")
    context = {"form": form, "has_one": queries.ways_in(request.member.pk).password}
    return render(request, "moi/password.html", context)


def _stay_alone(request: MemberRequest) -> None:
    """End the member's other sessions; this one goes on under a new key, for what it was opened with has changed."""
    old_key = request.session.session_key or ""
    actions.end_other_visits(member_pk=request.member.pk, session_key=old_key)
    user = get_backends()[0].get_user(request.member.pk)
    if user is not None:
        update_session_auth_hash(request, user)
    actions.move_visit(old_key=old_key, session_key=request.session.session_key or "")


@members_only
@require_safe
def sessions(request: MemberRequest) -> HttpResponse:
    """List the member's open sessions: on which device, since when, last used on which day."""
    visits = queries.visits(request.member.pk, session_key=request.session.session_key or "")
    return render(request, "moi/sessions.html", {"visits": visits, "others": any(not one.mine for one in visits)})


@members_only
@require_POST
def end_session(request: MemberRequest, uid: str) -> HttpResponseBase:
    """End one session of the member's."""
    actions.end_visit(member_pk=request.member.pk, uid=uid)
    messages.success(request, gettext("That session has ended."))
    return redirect("sessions")


@members_only
@require_POST
def end_sessions(request: MemberRequest) -> HttpResponseBase:
    """End every session of the member's but this one."""
    ended = actions.end_other_visits(member_pk=request.member.pk, session_key=request.session.session_key or "")
    words = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", ended)
    messages.success(request, words % {"count": ended})
    return redirect("sessions")


urlpatterns = [
    path("moi/securite/", security, name="security"),
    path("moi/securite/mot-de-passe/", password, name="password"),
    path("moi/securite/seances/", sessions, name="sessions"),
    path("moi/securite/seances/fermer/", end_sessions, name="sessions_end"),
    path("moi/securite/seances/<slug:uid>/fermer/", end_session, name="session_end"),
]
