"""Take everything along, hand the installation over, or leave (R47).

The archive, and everything here that cannot be undone, asks for a sign-in of the last quarter of an hour: a device left
open does not hand out a whole notebook.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.accounts import actions, queries
from entremise.interchange import archive
from entremise.lib import clock, law
from entremise.web.access import SIGN_IN, MemberRequest, members_only
from entremise.web.fresh import signed_in_lately

# Where a fresh sign-in leads back to: the page that asked for it, or the one its button stands on.
_BACK = {name: name for name in ("address", "key_add", "leaving", "password", "second")}
_BACK |= {"second_begin": "second", "codes_new": "second"}


class SuccessorForm(forms.Form):
    """The member to whom the owner hands the installation over."""

    successor = forms.ChoiceField(
        label=_("Hand the installation over to"),
        help_text=_("They then answer for it and for what it holds. It is done at once."),
        error_messages={"required": _("Please choose somebody.")},
    )

    def __init__(self, *args: object, owner_pk: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(one.uid, one.name) for one in queries.successors(owner_pk)]
        self.fields["successor"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]


class LeavingForm(forms.Form):
    """The word of somebody who leaves."""

    sure = forms.BooleanField(
        label=_("I want to leave, and my notebook to be erased."),
        error_messages={"required": _("Please tick it if you want to leave.")},
    )


def _data(request: MemberRequest) -> HttpResponse:
    return render(request, "moi/data.html", {"fresh": signed_in_lately(request)})


@members_only
@require_safe
def data(request: MemberRequest) -> HttpResponse:
    """Say what can be taken along, and offer it."""
    return _data(request)


@members_only
@require_POST
def download(request: MemberRequest) -> HttpResponseBase:
    """Hand over the member's archive; without a fresh sign-in, say what is missing."""
    if not signed_in_lately(request):
        return redirect("my_data")
    made = archive.build(request.member, now=clock.now(), policy=law.policy())
    name = f"entremise-{request.member.today(clock.now()):%Y-%m-%d}.zip"
    return FileResponse(made, as_attachment=True, filename=name, content_type="application/zip")


@members_only
@require_POST
def sign_in_again(request: MemberRequest) -> HttpResponse:
    """Sign out, and come back here by signing in anew."""
    back = reverse(_BACK.get(request.POST.get("to", ""), "my_data"))
    actions.close_visit(session_key=request.session.session_key or "")
    logout(request)
    return redirect(f"{reverse(SIGN_IN)}?next={back}")


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: MemberRequest) -> HttpResponseBase:
    """Say what leaving does, and take somebody at their word; an owner hands the installation over first."""
    member = request.member
    posted = request.POST if request.method == "POST" else None
    heir = SuccessorForm(posted if posted and "successor" in posted else None, owner_pk=member.pk)
    form = LeavingForm(posted if posted and "leave" in posted else None)
    fresh = signed_in_lately(request)
    if posted is not None and fresh:
        if member.is_owner and heir.is_valid():
            return _handed_over(request, heir.cleaned_data["successor"])
        if not member.is_owner and form.is_valid():
            actions.announce(member_pk=member.pk, now=clock.now(), policy=law.policy())
            return redirect("leaving")
    context = {
        "form": form,
        "heir": heir,
        "heirs": member.is_owner and len(heir.fields["successor"].choices) > 1,  # type: ignore[attr-defined]
        "fresh": fresh,
        "days": law.policy().leaving_waits,
    }
    return render(request, "moi/leaving.html", context, status=422 if form.errors or heir.errors else 200)


def _handed_over(request: MemberRequest, successor: str) -> HttpResponse:
    try:
        actions.hand_over(owner_pk=request.member.pk, successor=successor)
    except LookupError:
        messages.error(request, gettext("This member is leaving as well. Nothing has changed."))
    else:
        messages.success(request, gettext("The installation is handed over."))
    return redirect("leaving")


@members_only
@require_POST
def stay(request: MemberRequest) -> HttpResponse:
    """Think better of leaving."""
    actions.stay(member_pk=request.member.pk)
    messages.success(request, gettext("You stay. Nothing has changed."))
    return redirect("account")


urlpatterns = [
    path("moi/donnees/", data, name="my_data"),
    path("moi/donnees/archive/", download, name="my_archive"),
    path("moi/donnees/se-reconnecter/", sign_in_again, name="sign_in_again"),
    path("moi/partir/", leave, name="leaving"),
    path("moi/partir/rester/", stay, name="stay"),
]
