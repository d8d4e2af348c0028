"""Referrals that arrive outside: noted in a few taps, then followed as any other (R23b, R37)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people.queries import ContactNotFound, ContactRefused
from entremise.protocol.errors import Refusal, SamePerson
from entremise.protocol.types import Outcome
from entremise.protocol.wall import Disclosed, Person, Seen
from entremise.referrals.actions import outside as actions
from entremise.referrals.actions import steps
from entremise.referrals.actions.outside import BadDay, Changed, Noted
from entremise.referrals.actions.promoting import PROMOTION, promote_outside
from entremise.referrals.queries import outside as queries
from entremise.referrals.queries.outside import Direction, OutsideGone, OutsideLine, OutsidePage
from entremise.referrals.queries.pages import Told
from entremise.web.access import MemberRequest, members_only
from entremise.web.forms_look import Day
from entremise.web.outside_words import ASKED, GIVEN, GIVEN_TOLD, Asked
from entremise.web.picking import WhoForm, offer_trades, trade_field
from entremise.web.sayings import (
    GOOD_WORD,
    OUTCOME_WORDS,
    PRAISE,
    SAYINGS,
    PraiseForm,
    Saying,
    ThanksForm,
    WordForm,
    answers,
    duty_line,
    is_offered,
    told_line,
)
from entremise.web.words import OUTCOMES

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
        "back": _address(kept) if kept else reverse("noted"),
    }
    return render(request, "outside/write.html", context, status=409 if changed else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: MemberRequest, uid: str, direction: Direction) -> HttpResponseBase:
    """Correct what was noted; what another window changed meanwhile is not overwritten unawares."""
    kept = _own(request, uid, direction)
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
                return redirect(_address(kept))
        except Changed:
            changed = True
            page.noted.data = MultiValueDict({**dict(request.POST.lists()), "version": [str(kept.version)]})
    checked = request.method == "POST" and not searching
    return _write(request, page, ASKED[direction], checked=checked, kept=kept, changed=changed)


# -- one record ---------------------------------------------------------------------------------------


def _own(request: MemberRequest, uid: str, direction: Direction) -> OutsidePage:
    """Return the member's own record; for anybody else's the page does not exist (R44)."""
    try:
        found = queries.outside_page(owner=request.member, uid=uid, now=now(), policy=law.policy())
    except OutsideGone:
        raise Http404 from None
    if found.direction is not direction:
        raise Http404
    return found


def _address(page: OutsidePage, saying: str = "") -> str:
    name = page.direction.value
    return reverse(f"{name}_say", args=[page.uid, saying]) if saying else reverse(name, args=[page.uid])


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The three of a record, as the forms of thanks name them."""

    shown: Disclosed


def _shown(page: OutsidePage, member: MemberCard) -> Disclosed:
    me, other = Person(name=member.name), Person(name=page.other.name)
    received = page.direction is Direction.RECEIVED
    return Disclosed(
        seen=Seen.INTRODUCED,
        giver=other if received else me,
        receiver=me if received else other,
        client=Person(name=page.client.name),
    )


def _sayings(page: OutsidePage) -> Mapping[str, Saying]:
    return {**SAYINGS, GOOD_WORD: PRAISE} if page.direction is Direction.RECEIVED else GIVEN


@members_only
@require_safe
def show(request: MemberRequest, uid: str, direction: Direction) -> HttpResponse:
    """Show a record: what is owed, what was told, through whom the client was met (R20–R23b, R37)."""
    page = _own(request, uid, direction)
    shown, at = _shown(page, request.member), now()
    contacted = bool(page.contacted_at or page.outcome)
    context = {
        "section": "referrals",
        "page": page,
        "trade": trades.trade(page.trade).either(request.member.language) if page.trade else "",
        "duties": [duty_line(one, shown=shown, url=_address(page, answers(one)), now=at) for one in page.owed],
        "moments": _moments(page),
        "ways": [
            (_address(page, key), one.title)
            for key, one in _sayings(page).items()
            if key != GOOD_WORD and is_offered(key, owed=page.owed, thanked=bool(page.thanked_at), contacted=contacted)
        ],
        "outcome": _outcome(page.direction, page.outcome),
        "to_copy": _to_copy(page, request.member),
    }
    return render(request, "outside/show.html", context)


def _outcome(direction: Direction, outcome: str) -> object:
    """How it ended, in the words of whoever it happened to."""
    if not outcome:
        return ""
    one = Outcome(outcome)
    return OUTCOME_WORDS[one] if direction is Direction.RECEIVED else OUTCOMES[one].label


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One moment of a record, for `parts/rail.html`."""

    when: datetime
    said: object
    words: object = ""
    more: object = ""
    tone: str = ""


def _moments(page: OutsidePage) -> list[Moment]:
    """Everything that was told, newest first, down to the recommendation itself."""
    given = page.direction is Direction.GIVEN
    told = []
    for one in reversed(page.told):
        line = told_line(one)
        said = GIVEN_TOLD[one.kind] if given else line["said"]
        told.append(Moment(when=one.at, said=said, words=line["text"], more=line["more"]))
    names = {"other": page.other.name, "client": page.client.name}
    if given:
        first = gettext("You recommended %(other)s to %(client)s.") % names
    else:
        first = gettext("%(other)s recommended you to %(client)s.") % names
    return [*told, Moment(when=page.arrived_at, said=first, words=page.said, tone="done")]


@dataclass(frozen=True, kw_only=True)
class ToCopy:
    """The newest words, for saying them oneself; `to` whom, and `mailto` opens one's own mail program."""

    to: str
    text: str
    mailto: str


def _to_copy(page: OutsidePage, member: MemberCard) -> ToCopy | None:
    """Where nothing leaves from here, the words are at hand (R6c, R23b)."""
    newest: Told | None = next((one for one in reversed(page.told) if one.text), None)
    if newest is None or page.direction is Direction.GIVEN:
        return None
    praise = newest.kind == PROMOTION  # which is for the client, and never leaves from here (R41)
    if page.by_mail and not praise:
        return None
    text = f"{newest.text}\n\n{member.name}"
    about = gettext("A word about %(name)s") % {"name": page.other.name}
    query = urlencode({"subject": about if praise else gettext("Your recommendation"), "body": text}, quote_via=quote)
    to = page.client if praise else page.other
    return ToCopy(to=to.name, text=text, mailto=f"mailto:{quote(to.email, safe='@')}?{query}" if to.email else "")


@members_only
@require_POST
def mail(request: MemberRequest, uid: str, direction: Direction) -> HttpResponse:
    """Say whether the giver likes thanks and news by mail (R23b)."""
    page = _own(request, uid, direction)
    actions.set_likes_mail(owner=request.member, uid=uid, likes=request.POST.get("likes") == "yes")
    return redirect(_address(page))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: MemberRequest, uid: str, saying: str, direction: Direction) -> HttpResponseBase:
    """Show the one form of a thing to say, and record it (R20–R23b)."""
    page = _own(request, uid, direction)
    one = _sayings(page).get(saying)
    if one is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    named = issubclass(one.form, ThanksForm | PraiseForm)
    more = {"page": Shown(shown=_shown(page, request.member))} if named else {}
    form = one.form(data, sealed=True, **more)
    if form.is_valid() and _say(request, page, one, form):
        if page.by_mail and one is not PRAISE:
            messages.success(request, gettext("Your words are on their way to %(name)s.") % {"name": page.other.name})
        return redirect(_address(page))
    context = {"section": "referrals", "form": form, "saying": one, "page": page, "back": _address(page)}
    return render(request, "outside/say.html", context, status=422 if form.errors else 200)


def _say(request: MemberRequest, page: OutsidePage, one: Saying, form: WordForm) -> bool:
    ended = form.cleaned_data.get("outcome", "")
    more: dict[str, Any] = {"outcome": Outcome(ended)} if ended else {}
    own: dict[str, Any] = {"owner": request.member, "uid": page.uid}
    own |= {"now": now(), "chance": SystemChance(), "policy": law.policy()}
    try:
        if one is PRAISE:
            promote_outside(text=form.said().text, **own)
        else:
            actions.tell(kind=one.kind, said=form.said(), **own, **more)
    except Refusal as refusal:
        form.explain(refusal)
        return False
    return True


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: MemberRequest, uid: str, direction: Direction) -> HttpResponseBase:
    """Ask once, in words, and remove a record; the contacts stay."""
    page = _own(request, uid, direction)
    if request.method == "POST":
        actions.remove(owner=request.member, uid=uid, now=now(), policy=law.policy())
        messages.success(request, gettext("The record is removed."))
        return redirect("noted")
    context = {"section": "referrals", "page": page, "back": _address(page)}
    return render(request, "outside/remove.html", context)


# -- all of them --------------------------------------------------------------------------------------


@members_only
@require_safe
def noted(request: MemberRequest) -> HttpResponse:
    """List what the member noted, searched by anybody's name, a page at a time."""
    search = request.GET.get("q", "").strip()[:200]
    number = request.GET.get("page", "1")
    page = int(number[:6]) if number.isascii() and number.isdecimal() else 1
    found = queries.outside_lines(owner_pk=request.member.pk, search=search, page=page)
    context = {
        "section": "referrals",
        "lines": [_line(line) for line in found.lines],
        "total": found.total,
        "page": Paginator(range(found.total), queries.PAGE_SIZE).page(found.page),
        "search": search,
    }
    return render(request, "outside/list.html", context)


def _line(line: OutsideLine) -> Mapping[str, object]:
    names = {"other": line.other, "client": line.client}
    received = line.direction is Direction.RECEIVED
    words = _("%(other)s recommended me to %(client)s") if received else _("I recommended %(other)s to %(client)s")
    return {
        "title": str(words) % names,
        "url": reverse(line.direction.value, args=[line.uid]),
        "note": _outcome(line.direction, line.outcome),
        "day": line.arrived_at,
    }


def _paths(plural: str, one: str, direction: Direction) -> list[Any]:
    more = {"direction": direction}
    name = direction.value
    return [
        path(f"{plural}/noter/", note, more, name=f"{name}_note"),
        path(f"{one}/<slug:uid>/", show, more, name=name),
        path(f"{one}/<slug:uid>/corriger/", correct, more, name=f"{name}_correct"),
        path(f"{one}/<slug:uid>/retirer/", remove, more, name=f"{name}_remove"),
        path(f"{one}/<slug:uid>/courrier/", mail, more, name=f"{name}_mail"),
        path(f"{one}/<slug:uid>/dire/<slug:saying>/", say, more, name=f"{name}_say"),
    ]


urlpatterns = [
    path("notees/", noted, name="noted"),
    *_paths("recues", "recue", Direction.RECEIVED),
    *_paths("donnees", "donnee", Direction.GIVEN),
]
