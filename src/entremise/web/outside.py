"""Referrals that arrived outside, followed as any other: one record, what is told on it, all of them (R23b, R37)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Outcome
from entremise.protocol.wall import Disclosed, Person, Seen
from entremise.referrals.actions import outside as actions
from entremise.referrals.actions.promoting import PROMOTION, promote_outside
from entremise.referrals.queries import outside as queries
from entremise.referrals.queries.outside import Direction, OutsideLine, OutsidePage
from entremise.referrals.queries.pages import Told
from entremise.web.access import MemberRequest, members_only
from entremise.web.end_forms import Known
from entremise.web.outside_noting import address, own, writing_paths
from entremise.web.outside_words import GIVEN, GIVEN_AFTER, GIVEN_TOLD
from entremise.web.sayings import (
    GOOD_WORD,
    OUTCOME_WORDS,
    PRAISE,
    OutcomeForm,
    PraiseForm,
    Saying,
    ThanksForm,
    WordForm,
    answers,
    duty_line,
    is_offered,
    told_line,
    ways_on,
    worth_line,
)
from entremise.web.words import OUTCOMES

# -- one record ---------------------------------------------------------------------------------------


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
    if page.direction is Direction.GIVEN:
        return ways_on(page.outcome, GIVEN, GIVEN_AFTER)
    return {**ways_on(page.outcome), GOOD_WORD: PRAISE}


@members_only
@require_safe
def show(request: MemberRequest, uid: str, direction: Direction) -> HttpResponse:
    """Show a record: what is owed, what was told, through whom the client was met (R20–R23b, R37)."""
    page = own(request, uid, direction)
    shown, at = _shown(page, request.member), now()
    contacted = bool(page.contacted_at or page.outcome)
    context = {
        "section": "referrals",
        "page": page,
        "trade": trades.trade(page.trade).either(request.member.language) if page.trade else "",
        "duties": [duty_line(one, shown=shown, url=address(page, answers(one)), now=at) for one in page.owed],
        "moments": _moments(page),
        "ways": [
            (address(page, key), one.title)
            for key, one in _sayings(page).items()
            if key != GOOD_WORD and is_offered(key, owed=page.owed, thanked=bool(page.thanked_at), contacted=contacted)
        ],
        "outcome": _outcome(page.direction, page.outcome),
        "worth": _worth(page),
        "to_copy": _to_copy(page, request.member),
    }
    return render(request, "outside/show.html", context)


def _outcome(direction: Direction, outcome: str) -> object:
    """How it ended, in the words of whoever it happened to."""
    if not outcome:
        return ""
    one = Outcome(outcome)
    return OUTCOME_WORDS[one] if direction is Direction.RECEIVED else OUTCOMES[one].label


def _worth(page: OutsidePage) -> str:
    return worth_line(page.worth, giver=page.other.name)


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
        said = _heard(one) if given else line["said"]
        told.append(Moment(when=one.at, said=said, words=line["text"], more=line["more"]))
    names = {"other": page.other.name, "client": page.client.name}
    if given:
        first = gettext("You recommended %(other)s to %(client)s.") % names
    else:
        first = gettext("%(other)s recommended you to %(client)s.") % names
    return [*told, Moment(when=page.arrived_at, said=first, words=page.said, tone="done")]


def _heard(one: Told) -> object:
    """What the giver of one outside heard; of an end, which, and that it corrects what they heard before (R26)."""
    if not one.outcome:
        return GIVEN_TOLD[one.kind]
    end = {"end": OUTCOMES[Outcome(one.outcome)].label}
    if one.before and one.before != one.outcome:
        return gettext("You corrected how it ended: %(end)s") % end
    return gettext("You heard how it ended: %(end)s") % end


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
    page = own(request, uid, direction)
    actions.set_likes_mail(owner=request.member, uid=uid, likes=request.POST.get("likes") == "yes")
    return redirect(address(page))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: MemberRequest, uid: str, saying: str, direction: Direction) -> HttpResponseBase:
    """Show the one form of a thing to say, and record it (R20–R23b)."""
    page = own(request, uid, direction)
    one = _sayings(page).get(saying)
    if one is None and saying in GIVEN_AFTER:  # nothing has ended, so nothing is to be taken up
        return redirect(address(page))
    if one is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    named = issubclass(one.form, ThanksForm | PraiseForm)
    more: dict[str, Any] = {"page": Shown(shown=_shown(page, request.member))} if named else {}
    if issubclass(one.form, OutcomeForm):
        more = {"known": Known(outcome=page.outcome, worth=page.worth, giver=page.other.name)}
    form = one.form(data, sealed=True, **more)
    if form.is_valid() and _say(request, page, one, form):
        if page.by_mail and one is not PRAISE:
            messages.success(request, gettext("Your words are on their way to %(name)s.") % {"name": page.other.name})
        return redirect(address(page))
    context = {"section": "referrals", "form": form, "saying": one, "page": page, "back": address(page)}
    return render(request, "outside/say.html", context, status=422 if form.errors else 200)


def _say(request: MemberRequest, page: OutsidePage, one: Saying, form: WordForm) -> bool:
    more = form.end() if isinstance(form, OutcomeForm) else {}
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
    page = own(request, uid, direction)
    if request.method == "POST":
        actions.remove(owner=request.member, uid=uid, now=now(), policy=law.policy())
        messages.success(request, gettext("The record is removed."))
        return redirect("noted")
    context = {"section": "referrals", "page": page, "back": address(page)}
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
        *writing_paths(plural, one, direction),
        path(f"{one}/<slug:uid>/", show, more, name=name),
        path(f"{one}/<slug:uid>/retirer/", remove, more, name=f"{name}_remove"),
        path(f"{one}/<slug:uid>/courrier/", mail, more, name=f"{name}_mail"),
        path(f"{one}/<slug:uid>/dire/<slug:saying>/", say, more, name=f"{name}_say"),
    ]


urlpatterns = [
    path("notees/", noted, name="noted"),
    *_paths("recues", "recue", Direction.RECEIVED),
    *_paths("donnees", "donnee", Direction.GIVEN),
]
