"""Signing in with a code sent by mail, and signing out."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core import context as current
from django import forms
from django.contrib.auth import get_backends, login, logout
from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from entremise.accounts import actions
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SystemChance
from entremise.web.access import SIGN_IN, everybody
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
    """Sign a member in without a code: the founder, who has just said who they are; anybody in a demonstration."""
    login(request, get_backends()[0].get_user(member.pk))


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """End the session and show the sign-in page."""
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
