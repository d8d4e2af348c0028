"""Referrals that arrive outside, noted in a few taps and corrected (R23b, R37)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from entremise.accounts.queries import MemberCard
from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people.queries import ContactNotFound, ContactRefused
from entremise.protocol.errors import SamePerson
from entremise.referrals.actions import outside as actions
from entremise.referrals.actions import steps
from entremise.referrals.actions.outside import BadDay, Changed, Noted
from entremise.referrals.queries import outside as queries
from entremise.referrals.queries.outside import Direction, OutsideGone, OutsidePage
from entremise.web.access import MemberRequest, members_only
from entremise.web.forms_look import Day
from entremise.web.outside_words import ASKED, Asked
from entremise.web.picking import WhoForm, offer_trades, trade_field

_ = gettext_lazy
_BAD_DAYS: Mapping[str, Promise] = {
    "future": _("This day is still to come."),
    "long_ago": _("This is more than two years ago."),
}
_UID = r"^[a-z2-7]{26}$"


class NotedForm(forms.Form):
    """What was said, when, and for which trade; `uid` becomes the record's, so that one form notes once."""

    said = forms.CharField(
        label=_("What was said"),
        help_text=_("Only you read it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    arrived_on = forms.DateField(label=_("When"), widget=Day, error_messages={"required": _("Please choose a day.")})
    trade = trade_field()
    uid = forms.RegexField(regex=_UID, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, language: str, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        offer_trades(self, language=language)


class Together:
    """Several forms of one page, for the summary of what needs a second look."""

    def __init__(self, *parts: forms.Form) -> None:
        self._parts = parts
        self.errors = any(part.errors for part in parts)
        self.non_field_errors = [error for part in parts for error in part.non_field_errors()]

    def __iter__(self) -> Iterator[Any]:
        return (field for part in self._parts for field in part)


@dataclass(frozen=True, kw_only=True)
class Page:
    """The page on which a record is written: whoever it is with, whoever it is about, and the rest."""

    other: WhoForm
    client: WhoForm
    noted: NotedForm

    @property
    def parts(self) -> tuple[WhoForm, WhoForm, NotedForm]:
        """Everything that is asked."""
        return (self.other, self.client, self.noted)

    def is_valid(self) -> bool:
        """Whether every part is; each says beside its fields what is not."""
        mistaken = [part for part in self.parts if not part.is_valid()]
        return not mistaken


def is_search(request: MemberRequest) -> bool:
    """Tell whether a page was sent to search in it, not to be taken as it is."""
    return request.POST.get("act", "").startswith("search:")


def _page(request: MemberRequest, direction: Direction, *, kept: OutsidePage | None = None) -> Page:
    searching = is_search(request)
    data = request.POST if request.method == "POST" and not searching else None
    member, asked = request.member, ASKED[direction]
    same: dict[str, Any] = {"member": member, "here": request.path}
    same |= {"typed_in": request.POST} if searching else {}
    initial = request.POST.dict() if searching else _initial(member, kept)
    return Page(
        other=WhoForm(data, prefix="other", title=asked.other, chosen=_chosen(request, "other", kept), **same),
        client=WhoForm(data, prefix="client", title=asked.client, chosen=_chosen(request, "client", kept), **same),
        noted=NotedForm(data, language=member.language, initial=initial),
    )


def _chosen(request: MemberRequest, part: str, kept: OutsidePage | None) -> str:
    return str(getattr(kept, part).uid) if kept else request.GET.get(part, "")


def _initial(member: MemberCard, kept: OutsidePage | None) -> Mapping[str, Any]:
    if kept is None:
        return {"arrived_on": member.today(now()), "uid": SystemChance().uid()}
    return {name: getattr(kept, name) for name in ("said", "arrived_on", "trade", "uid", "version")}


def _noted(page: Page, direction: Direction) -> Noted:
    said = page.noted.cleaned_data
    names = ("arrived_on", "said", "trade")
    return Noted(
        direction=direction,
        other=page.other.answer(),
        client=page.client.answer(),
        **{name: said[name] for name in names},
    )


def _tried(page: Page, act: Callable[[], object]) -> bool:
    """Do it, or put beside the fields why not; tell whether it was done."""
    try:
        act()
    except SamePerson:
        words = gettext("A recommendation joins three different people: two of these are one, or one is you.")
        page.client.add_error("who", words)
    except BadDay as refused:
        page.noted.add_error("arrived_on", str(_BAD_DAYS[refused.reason]))
    except ContactRefused as refused:
        for part in (page.other, page.client):
            if part.is_new:
                part.explain(refused)
    except ContactNotFound:
        page.client.add_error("who", gettext("Somebody you chose is no longer in your address book."))
    else:
        return True
    return False


def _searched(request: MemberRequest, page: Page) -> HttpResponse | None:
    """Answer a search; a script asks for what was found alone."""
    act, _colon, part = request.POST.get("act", "").partition(":")
    if act != "search" or part not in ("other", "client") or not request.htmx:
        return None
    return render(request, "parts/who_results.html", {"form": getattr(page, part)})


def own(request: MemberRequest, uid: str, direction: Direction) -> OutsidePage:
    """Return the member's own record; for anybody else's the page does not exist (R44)."""
    try:
        found = queries.outside_page(owner=request.member, uid=uid, now=now(), policy=law.policy())
    except OutsideGone:
        raise Http404 from None
    if found.direction is not direction:
        raise Http404
    return found


def address(page: OutsidePage, saying: str = "") -> str:
    """Return the address of a record, or of something to say on it."""
    name = page.direction.value
    return reverse(f"{name}_say", args=[page.uid, saying]) if saying else reverse(name, args=[page.uid])


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: MemberRequest, direction: Direction) -> HttpResponseBase:
    """Note a referral that came about outside, received or given (R23b)."""
    page = _page(request, direction)
    searching = is_search(request)
    if searching and (found := _searched(request, page)):
        return found
    if request.method == "POST" and not searching and page.is_valid():
        uid = page.noted.cleaned_data["uid"]
        at: dict[str, Any] = {"now": now(), "chance": SystemChance(), "policy": law.policy()}
        try:
            noted = _noted(page, direction)
            if _tried(page, lambda: actions.note(owner=request.member, noted=noted, uid=uid, **at)):
                messages.success(request, gettext("It is noted."))
                return redirect(direction.value, uid=uid)
        except steps.Gone:
            raise Http404 from None
    return _write(request, page, ASKED[direction], checked=request.method == "POST" and not searching)


def _write(
    request: MemberRequest,
    page: Page,
    asked: Asked,
    *,
    checked: bool,
    kept: OutsidePage | None = None,
    changed: bool = False,
) -> HttpResponse:
    together = Together(*page.parts) if checked else None
    context = {
        "section": "referrals",
        "asked": asked,
        "page": page,
        "form": together,
        "kept": kept,
        "changed": changed,
        "back": address(kept) if kept else reverse("noted"),
    }
    return render(request, "outside/write.html", context, status=409 if changed else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: MemberRequest, uid: str, direction: Direction) -> HttpResponseBase:
    """Correct what was noted; what another window changed meanwhile is not overwritten unawares."""
    kept = own(request, uid, direction)
    page = _page(request, direction, kept=kept)
    searching = is_search(request)
    if searching and (found := _searched(request, page)):
        return found
    changed = False
    if request.method == "POST" and not searching and page.is_valid():
        at: dict[str, Any] = {"now": now(), "chance": SystemChance(), "policy": law.policy()}
        version = page.noted.cleaned_data["version"] or 0
        noted = _noted(page, direction)
        try:
            if _tried(page, lambda: actions.correct(owner=request.member, uid=uid, noted=noted, version=version, **at)):
                messages.success(request, gettext("The correction is kept."))
                return redirect(address(kept))
        except Changed:
            changed = True
            page.noted.data = MultiValueDict({**dict(request.POST.lists()), "version": [str(kept.version)]})
    checked = request.method == "POST" and not searching
    return _write(request, page, ASKED[direction], checked=checked, kept=kept, changed=changed)


def writing_paths(plural: str, one: str, direction: Direction) -> list[Any]:
    """Return the addresses of the pages on which a record of this direction is written."""
    more, name = {"direction": direction}, direction.value
    return [
        path(f"{plural}/noter/", note, more, name=f"{name}_note"),
        path(f"{one}/<slug:uid>/corriger/", correct, more, name=f"{name}_correct"),
    ]
