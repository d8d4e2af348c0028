"""What a device left open must not do: it needs a sign-in of the last quarter of an hour."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from entremise.accounts import queries
from entremise.lib import clock
from entremise.web.access import MemberRequest, PlainView

FRESH = timedelta(minutes=15)


def signed_in_lately(request: MemberRequest) -> bool:
    """Tell whether this session was opened within the last quarter of an hour."""
    now, key = clock.now(), request.session.session_key or ""
    visits = queries.visits(request.member.pk, session_key=key)
    return any(visit.mine and now - visit.since < FRESH for visit in visits)


def fresh_only(view: PlainView) -> PlainView:
    """Let in members who signed in lately, inside `members_only`; ask anybody else to sign in once more. Nothing is
    done then."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if signed_in_lately(request):
            return view(request, *args, **kwargs)
        return _again(request)

    return guarded


def _again(request: HttpRequest) -> HttpResponseBase:
    match = request.resolver_match
    to = match.url_name if match else ""
    return render(request, "moi/sign_in_again.html", {"to": to}, status=403 if request.method == "POST" else 200)
