"""Wrong addresses: "this is not me", "these details do not work", and the giver's two corrections (R18).

Each opens without changing anything; strangers' pages need the four digits, as every act behind a link does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.people.actions import ContactChanged
from entremise.people.queries import ContactRefused
from entremise.protocol.errors import Refusal, SamePerson
from entremise.protocol.types import Role, Way
from entremise.protocol.wall import Seen
from entremise.referrals.actions import repairing, steps
from entremise.referrals.queries import pages, repairs, stories
from entremise.referrals.queries.pages import NewsPage, RequestPage
from entremise.referrals.queries.rows import NeedGone
from entremise.referrals.queries.stories import Story, StoryGone
from entremise.web import link_holder, story_telling
from entremise.web.access import MemberRequest, members_only, strangers
from entremise.web.link_holder import DigitsForm, Holder, gone
from entremise.web.parts_shown import WAY_WORDS

_OPEN = (Seen.ASKED, Seen.NAMED)
SIDES = {
    Role.RECEIVER: "personne",
    Role.CLIENT: "client",
    Role.REFERRER: "parrain",
    Role.CLIENT_REFERRER: "parrain-du-client",
}
_SAME = {
    Role.GIVER: _("This is your own address."),
    Role.RECEIVER: _("This is the address of the person you recommend."),
    Role.CLIENT: _("This is the address of the client."),
}

_AGREED_THERE = _(
    "They agreed in principle already, and the name goes to no other address by mail: somebody else could read it. "
    "The story lets you bring them the question yourself. Nothing has changed."
)


# -- behind a link ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Visit:
    request: HttpRequest
    holder: Holder
    page: RequestPage | NewsPage
    now: datetime

    def address(self, name: str) -> str:
        found = reverse(name, args=[self.holder.token])
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found

    def form(self, *, sealed: bool | None = None) -> DigitsForm:
        data = self.request.POST if self.request.method == "POST" else None
        return DigitsForm(data, sealed=bool(self.holder.seal) if sealed is None else sealed)


_Read = Callable[..., "RequestPage | NewsPage | None"]


def _visit(request: HttpRequest, token: str, read: _Read) -> _Visit | None:
    now = clock.now()
    try:
        page = read(token=token, now=now, language=link_holder.wish(request), policy=law.policy())
    except NeedGone:
        return None
    if page is None:
        return None
    return _Visit(request=request, holder=link_holder.holder(request, token=token, page=page), page=page, now=now)


def _act(visit: _Visit, form: DigitsForm, do: Callable[[], None]) -> HttpResponseBase | None:
    """Do it; return the answer where that could not be done, None where it was. A mistake stands beside its field."""
    if not form.is_valid():
        return None
    try:
        do()
    except steps.Gone:
        return gone(visit.request)
    except Refusal as refusal:
        form.explain(refusal)
    return None


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def not_them(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let whoever reads a request that is not theirs say so; the link then shows nothing any more (R18)."""
    visit = _visit(request, token, pages.request_page)
    if visit is None or not isinstance(visit.page, RequestPage):
        return gone(request)
    if visit.page.seen not in _OPEN:
        return redirect(visit.address("request"))
    form = visit.form(sealed=False)

    def do() -> None:
        # The digits alone: a member's session would say that it is them.
        caller = visit.holder.caller(request, digits=form.typed_digits)
        repairing.say_not_them(caller=caller, now=visit.now, policy=law.policy())

    if request.method == "POST":
        failed = _act(visit, form, do)
        if failed or not form.errors:
            return failed or _show(visit, "repairs/not_them_done.html", form)
    return _show(visit, "repairs/not_them.html", form)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def unreachable(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let the receiver say that the client's details do not work; the giver is asked to ask (R18)."""
    visit = _visit(request, token, pages.news_page)
    if visit is None:
        return gone(request)
    form = visit.form()

    def do() -> None:
        caller = visit.holder.caller(request, digits=form.typed_digits)
        repairing.say_unreachable(caller=caller, now=visit.now, chance=SystemChance(), policy=law.policy())

    if request.method == "POST":
        failed = _act(visit, form, do)
        if failed or not form.errors:
            return failed or _show(visit, "repairs/unreachable_done.html", form)
    return _show(visit, "repairs/unreachable.html", form)


def _show(visit: _Visit, template: str, form: DigitsForm) -> HttpResponse:
    name = "not_them" if isinstance(visit.page, RequestPage) else "unreachable"
    back = "request" if isinstance(visit.page, RequestPage) else "news"
    context = {
        "form": form,
        "page": visit.page,
        "action": visit.address(name),
        "back": visit.address(back),
        **visit.holder.frame(reverse(name, args=[visit.holder.token])),
    }
    return render(visit.request, template, context, status=422 if form.errors else 200)


# -- the giver --------------------------------------------------------------------------------------


class AddressForm(forms.Form):
    """The right address of somebody whose own did not work."""

    address = forms.CharField(
        label=_("Their e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please write the address.")},
    )


class DetailsForm(forms.Form):
    """What the client told the giver, for the one way they chose."""

    details = forms.CharField(
        label=_("What they told you"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Please write what they told you.")},
    )


def _own(request: MemberRequest, uid: str) -> Story:
    try:
        return stories.story(giver=request.member, uid=uid, now=clock.now(), policy=law.policy())
    except StoryGone:
        raise Http404 from None


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: MemberRequest, uid: str, side: str) -> HttpResponseBase:
    """Correct an address that did not work, and let what did not arrive leave again (R18)."""
    told = _own(request, uid)
    role = {word: role for role, word in SIDES.items()}.get(side)
    if role is None:
        raise Http404
    if role not in told.undelivered:
        return redirect("story", uid=uid)
    shown = {Role.RECEIVER: told.shown.receiver, Role.CLIENT: told.shown.client}.get(role)
    form = AddressForm(request.POST or None, initial={"address": shown.address if shown else ""})
    if request.method == "POST" and form.is_valid() and _correct(request, form, uid, role):
        messages.success(request, gettext("The address is corrected, and the message leaves again."))
        return redirect("story", uid=uid)
    name = story_telling.names_of(told)[role.value]
    return _page(request, "repairs/address.html", told, form, {"name": name})


def _correct(request: MemberRequest, form: AddressForm, uid: str, role: Role) -> bool:
    at: dict[str, Any] = {"now": clock.now(), "chance": SystemChance(), "policy": law.policy()}
    try:
        repairing.correct_address(giver=request.member, uid=uid, role=role, address=form.cleaned_data["address"], **at)
    except ContactRefused:
        form.add_error("address", gettext("This is not an e-mail address."))
    except SamePerson as refused:
        other = refused.first if refused.second is role else refused.second
        form.add_error("address", str(_SAME[other]))
    except repairing.AgreedThere:
        form.add_error(None, str(_AGREED_THERE))
    except (ContactChanged, steps.Gone):
        form.add_error(None, gettext("Something has changed in the meantime. Please look at the story again."))
    return not form.errors


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Write down the client's right details, where the receiver could not reach them (R18)."""
    told = _own(request, uid)
    way = repairs.asked_of(giver_pk=request.member.pk, uid=uid)
    if way is None:
        return redirect("story", uid=uid)
    form = DetailsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            repairing.correct_details(
                giver=request.member,
                uid=uid,
                details=form.cleaned_data["details"],
                now=clock.now(),
                chance=SystemChance(),
            )
        except steps.Gone:
            return redirect("story", uid=uid)
        messages.success(request, gettext("The correction is on its way."))
        return redirect("story", uid=uid)
    names = story_telling.names_of(told)
    return _page(request, "repairs/details.html", told, form, {**names, "way": WAY_WORDS[Way(way)] if way else ""})


def _page(request: MemberRequest, template: str, told: Story, form: forms.Form, more: dict[str, Any]) -> HttpResponse:
    context = {"section": "referrals", "story": told, "form": form, **more}
    return render(request, template, context, status=422 if form.errors else 200)


urlpatterns = [
    path("l/<slug:token>/pas-moi/", not_them, name="not_them"),
    path("n/<slug:token>/coordonnees/", unreachable, name="unreachable"),
    path("histoire/<slug:uid>/adresse/<slug:side>/", address, name="story_address"),
    path("histoire/<slug:uid>/coordonnees/", details, name="story_details"),
]
