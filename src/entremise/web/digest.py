"""Stopping the day's list from a mail program's button or by hand, and letting it come again (R6, R22)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from entremise.accounts.actions import digests
from entremise.web.access import strangers
from entremise.web.link_holder import gone


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, uid: str, token: str) -> HttpResponseBase:
    """Show whether the list comes; a post stops it, or with `undo` lets it come again. Nobody is named."""
    if request.method == "POST":
        digests.switch_digest(uid=uid, token=token, on="undo" in request.POST)
    wanted = digests.wants_digest(uid=uid, token=token)
    if wanted is None:
        return gone(request)
    return render(request, "silence/digest.html", {"wanted": wanted, "done": request.method == "POST"})


urlpatterns = [path("liste/<slug:uid>/<slug:token>/", stop, name="digest_stop")]
