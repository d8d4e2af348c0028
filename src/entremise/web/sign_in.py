"""Signing in with a code sent by mail, what every way in has in common, and signing out.

The other ways in are in `ways_in`: a password, a passkey, and the second proof that follows a code or a password.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core import context as current
from django import forms
from django.conf import settings
from django.contrib.auth import get_backends, logout
from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SystemChance
from entremise.web.access import SEEN_ON, SIGN_IN, everybody
from entremise.web.devices import device
from entremise.web.forms_look import Digits


class Doorkeeper(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks: mail leaves through the outbox, nobody signs up alone, pages speak for themselves."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("Too many tries for now. Please wait a quarter of an hour."),
        "incorrect_code": _("This is not the code from our latest mail. Please check its digits."),
        "rate_limited": _("Too many tries for now. Please wait a quarter of an hour."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody becomes a member by asking for it."""
        return False

    def get_login_stages(self) -> list[str]:
        """Return what a sign-in may have to go through."""
        return ["allauth.account.stages.LoginByCodeStage", "entremise.web.ways_in.SecondStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Open the session, and write down for its member that it is open."""
        super().login(request, user)
        _begin_visit(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where a request comes from: as the outermost of our own proxies saw it, or the connection itself."""
        hops = settings.ENTREMISE.trusted_proxies
        forwarded = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        if hops and len(forwarded) >= hops and forwarded[-hops]:
            return forwarded[-hops]
        return str(request.META.get("REMOTE_ADDR", ""))

    def generate_login_code(self) -> str:
        """Return the digits of a new ticket, and keep the ticket for the mail of this request."""
        request = current.request
        request.sign_in_ticket = SystemChance().uid()
        return actions.sign_in_code(request.sign_in_ticket)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the only mail that signing in needs; any other would be a mistake in the routes."""
        if template_prefix != "account/email/login_code":
            raise ValueError(f"no mail is called {template_prefix}")
        _send_code(email, ticket=current.request.sign_in_ticket)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Keep errors only: the page that follows says the rest."""
        if level == ERROR:
            super().add_message(request, level, *args, **kwargs)


class AskForm(RequestLoginCodeForm):  # type: ignore[misc]
    """One question: your address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.EmailField(
            label=_("Your e-mail address"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        )


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """One question: the code in the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("The code in the mail"),
            widget=Digits(actions.CODE_DIGITS, attrs={"maxlength": "12", "autofocus": True}),
        )


class AskView(RequestLoginCodeView):  # type: ignore[misc]
    """Takes an address and answers in the same way whether or not it is a member's."""

    form_class = AskForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return {**facts, "next": get_next_redirect_url(self.request) or ""}

    def form_valid(self, form: AskForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        if form._user is None:
            _send_code(form.cleaned_data["email"], ticket=SystemChance().uid())
        return response


class CodeView(ConfirmLoginCodeView):  # type: ignore[misc]
    """Takes the code; can send another one."""

    form_class = CodeForm

    def _resend_form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super()._resend_form_valid(form)
        if self._process.user is None:
            _send_code(self._process.state["email"], ticket=SystemChance().uid())
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return {**facts, "resent": self._process.state["resend_count"] > 0}


def open_session(request: HttpRequest, *, member: MemberCard) -> None:
    """Sign a member in without a code: who has just founded or joined; anybody in a demonstration."""
    get_adapter().login(request, _user(member))


def let_in(request: HttpRequest, *, member: MemberCard) -> HttpResponseBase:
    """Sign in a member who has proved themselves, after the second proof where they want one; lead where they went."""
    response: HttpResponseBase = perform_login(request, _user(member), redirect_url=get_next_redirect_url(request))
    return response


def _user(member: MemberCard) -> Any:
    return get_backends()[0].get_user(member.pk)


def _begin_visit(request: HttpRequest) -> None:
    member = queries.signed_in(request.user)
    if member is None:
        return
    if request.session.session_key is None:
        request.session.save()
    browser, system = device(request.headers.get("User-Agent", ""))
    now = clock.now()
    actions.begin_visit(
        member_pk=member.pk,
        session_key=request.session.session_key or "",
        browser=browser,
        system=system,
        now=now,
        chance=SystemChance(),
    )
    request.session[SEEN_ON] = member.today(now).isoformat()


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """End the session and show the sign-in page."""
    actions.close_visit(session_key=request.session.session_key or "")
    logout(request)
    return redirect(SIGN_IN)


def _send_code(email: str, *, ticket: str) -> None:
    actions.send_sign_in_code(email=email, ticket=ticket, now=clock.now(), chance=SystemChance())


_ask = everybody(AskView.as_view())
urlpatterns = [
    path("entrer/", _ask, name=SIGN_IN),
    # allauth asks for this page by two names.
    path("entrer/", _ask, name="account_request_login_code"),
    path("entrer/code/", everybody(CodeView.as_view()), name="account_confirm_login_code"),
    path("sortir/", everybody(leave), name="account_logout"),
]
