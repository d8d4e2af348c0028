"""A second proof at sign-in: set it up with an app, keep the emergency codes, do without it again."""

from __future__ import annotations

import io
from urllib.parse import quote, urlencode

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.accounts import actions, queries
from entremise.lib import clock, mail
from entremise.lib.chance import SystemChance
from entremise.web.access import MemberRequest, members_only
from entremise.web.fresh import fresh_only
from entremise.web.ways_in import SecondForm, explain_second


@members_only
@fresh_only
@require_POST
def begin(request: MemberRequest) -> HttpResponseBase:
    """Prepare a secret, and lead to the page that shows it."""
    actions.begin_second(member_pk=request.member.pk, now=clock.now(), chance=SystemChance())
    return redirect("second")


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: MemberRequest) -> HttpResponseBase:
    """Show the secret to be put into an app, and take its first digits; once on, offer to do without it again."""
    if queries.second_is_on(request.member.pk):
        return _active(request)
    secret = queries.second_secret(request.member.pk)
    if secret is None:
        return render(request, "moi/second_begin.html")
    form = SecondForm(request.POST or None)
    form.fields["code"].help_text = ""
    if form.is_valid():
        try:
            actions.confirm_second(
                member_pk=request.member.pk,
                digits=form.cleaned_data["code"],
                now=clock.now(),
                chance=SystemChance(),
            )
        except (actions.WrongDigits, actions.Slowly) as problem:
            form.add_error("code", explain_second(problem))
        else:
            return redirect("codes")
    context = {"form": form, "secret": _in_fours(secret), "app_url": _app_url(request, secret)}
    return render(request, "moi/second_set_up.html", context)


def _active(request: MemberRequest) -> HttpResponseBase:
    form = SecondForm(request.POST or None)
    if form.is_valid():
        try:
            actions.remove_second(
                member_pk=request.member.pk,
                digits=form.cleaned_data["code"],
                now=clock.now(),
                chance=SystemChance(),
            )
        except (actions.WrongDigits, actions.Slowly) as problem:
            form.add_error("code", explain_second(problem))
        else:
            messages.success(request, gettext("Nothing more is asked of you after a code or a password."))
            return redirect("security")
    ways_in = queries.ways_in(request.member.pk)
    return render(request, "moi/second.html", {"form": form, "ways_in": ways_in})


@members_only
@require_safe
def picture(request: MemberRequest) -> HttpResponse:
    """Draw the secret as a QR code, while it is being set up."""
    secret = queries.second_secret(request.member.pk)
    if secret is None:
        raise Http404
    drawn = io.BytesIO()
    segno.make(_app_url(request, secret), error="m").save(drawn, kind="svg", scale=6, border=3, light="#fff")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: MemberRequest) -> HttpResponseBase:
    """Show the emergency codes until the member says that they are kept."""
    if request.method == "POST":
        actions.keep_codes(member_pk=request.member.pk)
        messages.success(request, gettext("Your app is asked for from now on, after a code or a password."))
        return redirect("security")
    shown = queries.recovery_codes(request.member.pk)
    if not shown:
        return redirect("second")
    return render(request, "moi/codes.html", {"codes": [f"{one[:5]} {one[5:]}" for one in shown]})


@members_only
@fresh_only
@require_POST
def new_codes(request: MemberRequest) -> HttpResponseBase:
    """Make ten new emergency codes, and show them."""
    actions.renew_codes(member_pk=request.member.pk, now=clock.now(), chance=SystemChance())
    return redirect("codes")


@members_only
@require_safe
def codes_file(request: MemberRequest) -> HttpResponse:
    """Hand the emergency codes out as a text, as long as they are shown."""
    shown = queries.recovery_codes(request.member.pk)
    if not shown:
        raise Http404
    title = gettext("Emergency codes for %(site)s; each serves once.") % {"site": mail.site_host()}
    text = "\n".join([title, "", *(f"{one[:5]} {one[5:]}" for one in shown), ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="entremise-codes.txt"'
    return response


def _app_url(request: MemberRequest, secret: str) -> str:
    """Return the address by which authenticator apps take a secret."""
    issuer = f"Entremise {mail.site_host()}"
    label = quote(f"{issuer}:{request.member.email}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


urlpatterns = [
    path("moi/securite/second/", second, name="second"),
    path("moi/securite/second/commencer/", begin, name="second_begin"),
    path("moi/securite/second/qr.svg", picture, name="second_picture"),
    path("moi/securite/codes/", codes, name="codes"),
    path("moi/securite/codes/nouveaux/", new_codes, name="codes_new"),
    path("moi/securite/codes/codes.txt", codes_file, name="codes_file"),
]
