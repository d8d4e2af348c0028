"""Moving to another e-mail address: mine to ask and to confirm; to be undone by whoever reads the old one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.accounts import actions, queries
from entremise.lib import clock, days
from entremise.lib.chance import SystemChance
from entremise.referrals.actions.moved import follow_address
from entremise.web.access import MemberRequest, members_only, strangers
from entremise.web.account import explain
from entremise.web.forms_look import Digits
from entremise.web.fresh import fresh_only


class AddressForm(forms.Form):
    """Where to write from now on."""

    email = forms.EmailField(
        label=_("Your new e-mail address"),
        help_text=_("A code is sent there first. Until you have typed it, nothing changes."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AddressCodeForm(forms.Form):
    """The code in the mail to the new address."""

    code = forms.CharField(
        label=_("The code in the mail"),
        widget=Digits(actions.CODE_DIGITS, attrs={"maxlength": "12", "autofocus": True}),
        error_messages={"required": _("Please type the code of the mail.")},
    )


@members_only
@fresh_only
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: MemberRequest) -> HttpResponseBase:
    """Ask for another address, and have a code sent to it."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            actions.ask_address(
                member_pk=request.member.pk, **form.cleaned_data, now=clock.now(), chance=SystemChance()
            )
        except actions.Unsuitable as problem:
            same = problem.reason == "same"
            form.add_error("email", gettext("This is your address already.") if same else explain(problem))
        except actions.Slowly as problem:
            words = gettext("Several changes were asked for today. Please try again after %(time)s tomorrow.")
            form.add_error(None, words % {"time": days.clock(problem.until)})
        else:
            return redirect("address_confirm")
    return render(request, "moi/address.html", {"form": form})


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: MemberRequest) -> HttpResponseBase:
    """Take the code from the new address, and move."""
    now = clock.now()
    awaited = queries.awaited_address(request.member.pk, since=now - actions.CHANGE_LIFE)
    if not awaited:
        return redirect("address")
    form = AddressCodeForm(request.POST or None)
    if form.is_valid():
        try:
            actions.confirm_address(
                member_pk=request.member.pk,
                **form.cleaned_data,
                session_key=request.session.session_key or "",
                now=now,
                chance=SystemChance(),
                follow=follow_address,
            )
        except actions.WrongCode:
            words = gettext("This is not the code of the latest mail. After five wrong ones, another is needed.")
            form.add_error("code", words)
        else:
            messages.success(request, gettext("Your new address is in use. The old one has been told."))
            return redirect("account")
    return render(request, "moi/address_confirm.html", {"form": form, "awaited": awaited})


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show which change the link undoes; a post undoes it, and closes the notebook everywhere."""
    now = clock.now()
    addresses = actions.undoable(token=token, now=now)
    if addresses is None:
        return render(request, "account/undo_gone.html", status=404)
    context = {"old": addresses[0], "done": request.method == "POST"}
    if request.method == "POST":
        try:
            actions.undo_address(token=token, now=now, chance=SystemChance(), follow=follow_address)
        except actions.NothingToUndo:
            return render(request, "account/undo_gone.html", status=404)
    return render(request, "account/undo.html", context)


urlpatterns = [
    path("moi/adresse/", address, name="address"),
    path("moi/adresse/code/", confirm, name="address_confirm"),
    path("adresse/<slug:token>/", undo, name="address_undo"),
]
