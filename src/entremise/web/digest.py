"""Stopping a mail that comes by itself, from a mail program or by hand, and letting it come again (R6, R22, R27)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from entremise.accounts.actions import turns
from entremise.accounts.actions.turns import Series
from entremise.web.access import strangers
from entremise.web.link_holder import gone


def _stop(request: HttpRequest, uid: str, token: str, *, series: Series) -> HttpResponseBase:
    """Show whether it comes; a post stops it, or with `undo` lets it come again. Nobody is named."""
    if request.method == "POST":
        turns.switch(series, uid=uid, token=token, on="undo" in request.POST)
    wanted = turns.comes(series, uid=uid, token=token)
    if wanted is None:
        return gone(request)
    done = request.method == "POST"
    return render(request, f"silence/{series.name}.html", {"wanted": wanted, "done": done})


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request: HttpRequest, uid: str, token: str) -> HttpResponseBase:
    """Stop the day's list."""
    return _stop(request, uid, token, series=turns.DIGEST)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def stop_review(request: HttpRequest, uid: str, token: str) -> HttpResponseBase:
    """Stop the month's look back."""
    return _stop(request, uid, token, series=turns.REVIEW)


urlpatterns = [
    path("liste/<slug:uid>/<slug:token>/", stop_digest, name="digest_stop"),
    path("retour/<slug:uid>/<slug:token>/", stop_review, name="review_stop"),
]
