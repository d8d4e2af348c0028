"""Silencing further mail, from a mail program's button or by hand (R6). It answers nothing, and can be undone.

A mail program posts `List-Unsubscribe=One-Click` (RFC 8058) without cookie, form token or person, and wants no
redirect. The page names nobody.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from entremise.lib import clock
from entremise.referrals.actions import answering, steps
from entremise.web.access import strangers
from entremise.web.link_holder import gone


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def silence(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show whether mail is silenced; a post silences it, or with `undo` lets it come again."""
    try:
        if request.method == "POST":
            answering.silence(token=token, quiet="undo" not in request.POST, now=clock.now())
        context = {"silenced": answering.is_silenced(token=token), "done": request.method == "POST"}
    except steps.Gone:
        return gone(request)
    return render(request, "silence/silence.html", context)


urlpatterns = [path("silence/<slug:token>/", silence, name="silence")]
