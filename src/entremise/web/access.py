"""Who may open a view. Every view of the program wears exactly one of these decorators.

`members_only`   signed-in members; a visitor is sent to sign in and comes back, a form of theirs is shown back to them
`owner_only`     the owner; for any other member the page does not exist
`everybody`      anybody, signed in or not (`request.member` is then None)
`strangers`      people who hold a link: no session is read or made, its address is told to nobody
`machines`       whatever watches over the program: reads only, no session, no cookie, never kept in a cache
`demonstration`  anybody, where the settings allow the mailbox page; otherwise the page does not exist

Each sets `view.audience`, which the tests about the code base read from the URL table. Until
somebody has founded the installation, the first three lead to the welcome page.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.middleware import HtmxDetails

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.web import typed


class Audience(Enum):
    """Who a view is for."""

    EVERYBODY = "everybody"
    STRANGERS = "strangers"
    MEMBERS = "members"
    OWNER = "owner"
    DEMO = "demo"
    MACHINES = "machines"


class Request(HttpRequest):
    """What a view for everybody receives."""

    member: MemberCard | None
    htmx: HtmxDetails


class MemberRequest(HttpRequest):
    """What a view for members receives."""

    member: MemberCard
    htmx: HtmxDetails


class View(Protocol):
    """A view that says who it is for."""

    audience: Audience

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


PlainView = Callable[..., HttpResponseBase]
SIGN_IN, WELCOME = "account_login", "welcome"
SEEN_ON = "seen_on"  # in a session: the day it was last used, where its member is


def members_only(view: PlainView) -> View:
    """Let members in, with `request.member`; send a visitor to sign in, keeping where they were going."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if receive(request) is None:
            return _show_the_door(request)
        return view(request, *args, **kwargs)

    return _declare(guarded, audience=Audience.MEMBERS)


def owner_only(view: PlainView) -> View:
    """Let the owner in; answer 404 to every other member."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        member = receive(request)
        if member is None:
            return _show_the_door(request)
        if not member.is_owner:
            raise Http404
        return view(request, *args, **kwargs)

    return _declare(guarded, audience=Audience.OWNER)


def everybody(view: PlainView) -> View:
    """Let anybody in; `request.member` is the signed-in member or None."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if receive(request) is None and queries.is_fresh() and request.path != reverse(WELCOME):
            return redirect(WELCOME)
        return view(request, *args, **kwargs)

    return _declare(guarded, audience=Audience.EVERYBODY)


def strangers(view: PlainView) -> View:
    """Let in whoever holds the link; the token in the address is the whole authority.

    No cookie is needed, so there is no token against forged requests either: a forger would have
    to know the link (R6). No page opened from here is told its address.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    guarded.csrf_exempt = True  # type: ignore[attr-defined]
    return _declare(guarded, audience=Audience.STRANGERS)


def machines(view: PlainView) -> View:
    """Let anything read, which then tells nothing about anybody; no session is read or made, nothing is cached."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return _declare(guarded, audience=Audience.MACHINES)


def demonstration(view: PlainView) -> View:
    """Let anybody in where ENTREMISE_MAILBOX_PAGE is on; answer 404 where it is off."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.ENTREMISE.mailbox_page:
            raise Http404
        return view(request, *args, **kwargs)

    return _declare(guarded, audience=Audience.DEMO)


def receive(request: HttpRequest) -> MemberCard | None:
    """Set `request.member` from the session, and speak the member's language in their time zone."""
    member = queries.signed_in(request.user)
    cast(Request, request).member = member
    if member is not None:
        _see(request, member)
        translation.activate(translation.get_supported_language_variant(member.language))
        timezone.activate(ZoneInfo(member.time_zone))
    return member


def _see(request: HttpRequest, member: MemberCard) -> None:
    """Once a day, write down that the session is used, and let it last anew."""
    today = member.today(clock.now()).isoformat()
    if request.session.get(SEEN_ON, today) != today:
        request.session[SEEN_ON] = today
        actions.see_visit(member_pk=member.pk, session_key=request.session.session_key or "", now=clock.now())


def _show_the_door(request: HttpRequest) -> HttpResponseBase:
    """Lead a visitor to sign in; a form that they sent is shown back to them, nothing of it lost."""
    if queries.is_fresh():
        return redirect(WELCOME)
    if request.method == "POST" and request.POST:
        return typed.signed_out(request)
    return redirect_to_login(request.get_full_path(), login_url=reverse(SIGN_IN))


def _declare(view: Callable[..., HttpResponseBase], *, audience: Audience) -> View:
    declared = cast(View, view)
    declared.audience = audience
    return declared
