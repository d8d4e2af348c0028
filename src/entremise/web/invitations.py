"""Inviting people to become members: whom I have invited, and inviting one more."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.accounts import actions, queries
from entremise.accounts.queries import LANGUAGES, InvitationLine, Invited, MemberCard
from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.web.access import MemberRequest, members_only
from entremise.web.account import explain
from entremise.web.forms_look import Choices


def may_invite(member: MemberCard) -> bool:
    """Whether this member may invite: the owner always, the others where the installation says so."""
    return member.is_owner or bool(settings.ENTREMISE.members_invite)


class InviteForm(forms.Form):
    """Whom to invite, and a word of one's own."""

    name = forms.CharField(
        label=_("Their name"),
        help_text=_("As you address them."),
        max_length=actions.NAME_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please write their name.")},
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please write their e-mail address.")},
    )
    language = forms.ChoiceField(label=_("The language to write to them in"), choices=LANGUAGES, widget=Choices)
    words = forms.CharField(
        label=_("A word from you"),
        help_text=_("They read it in the mail, under your name."),
        max_length=actions.WORDS_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": _("{left} characters left")}),
    )


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One invitation on the page. `carried` is its link, where the law lets nobody but the member write first."""

    line: InvitationLine
    waiting: bool
    accepted: bool
    revoked: bool
    again: bool
    carried: str


@members_only
@require_safe
def invitations(request: MemberRequest) -> HttpResponse:
    """List the member's invitations and what became of each."""
    _check(request)
    lines = queries.invitations(request.member.pk, now=clock.now())
    return render(request, "moi/invitations.html", {"invitations": [_shown(line) for line in lines]})


def _shown(line: InvitationLine) -> Shown:
    policy = law.policy()
    waiting = line.state is Invited.WAITING
    carried = actions.page_address("invited", actions.invitation_token(line.uid))
    return Shown(
        line=line,
        waiting=waiting,
        accepted=line.state is Invited.ACCEPTED,
        revoked=line.state is Invited.REVOKED,
        again=waiting and policy.writes_first and line.letters < policy.invitation_letters,
        carried=carried if waiting and not policy.writes_first else "",
    )


def _check(request: MemberRequest) -> None:
    if not may_invite(request.member):
        raise Http404


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: MemberRequest) -> HttpResponseBase:
    """Invite somebody; the page that follows is the same whoever they are."""
    _check(request)
    form = InviteForm(request.POST or None, initial={"language": request.member.language})
    if form.is_valid():
        try:
            sent = actions.invite(
                member_pk=request.member.pk,
                **form.cleaned_data,
                now=clock.now(),
                chance=SystemChance(),
                policy=law.policy(),
            )
        except actions.Unsuitable as problem:
            form.add_error(problem.field, _explain(problem))
        except actions.InvitesTooMany as problem:
            form.add_error(None, _too_many(problem))
        else:
            messages.success(request, gettext("Your invitation to %(name)s is on its way.") % {"name": sent.name})
            return redirect("invitations")
    policy = law.policy()
    context = {"form": form, "days": policy.invitation_stands, "carried": not policy.writes_first}
    return render(request, "moi/invite.html", context)


def _explain(problem: actions.Unsuitable) -> str:
    if problem.field == "words":
        return gettext("Please write without addresses and links: a stranger has no reason to follow them.")
    return explain(problem)


def _too_many(problem: actions.InvitesTooMany) -> str:
    words = ngettext(
        "You can send %(count)d invitation a day. Please come back tomorrow.",
        "You can send %(count)d invitations a day. Please come back tomorrow.",
        problem.limit,
    )
    return words % {"count": problem.limit}


@members_only
@require_POST
def again(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Send a waiting invitation once more."""
    _check(request)
    try:
        actions.invite_again(
            member_pk=request.member.pk, uid=uid, now=clock.now(), chance=SystemChance(), policy=law.policy()
        )
    except actions.InvitesTooMany:
        messages.warning(request, gettext("This invitation has been sent as often as one may be."))
    else:
        messages.success(request, gettext("The invitation is on its way again."))
    return redirect("invitations")


@members_only
@require_POST
def revoke(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Withdraw a waiting invitation."""
    actions.revoke_invitation(member_pk=request.member.pk, uid=uid, now=clock.now())
    messages.success(request, gettext("The invitation is withdrawn: its link opens nothing any more."))
    return redirect("invitations")


urlpatterns = [
    path("moi/invitations/", invitations, name="invitations"),
    path("moi/invitations/inviter/", invite, name="invite"),
    path("moi/invitations/<slug:uid>/renvoyer/", again, name="invitation_again"),
    path("moi/invitations/<slug:uid>/retirer/", revoke, name="invitation_revoke"),
]
