"""The page of a receiver after the introduction: the client's part, what is owed, thanks, news, the end (R20–R23).

One page shows; each thing to say has an address of its own, with one form and the four digits of the mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.duties import Owed
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import gratitude, steps
from entremise.referrals.queries.pages import NewsPage, news_page
from entremise.referrals.queries.rows import NeedGone
from entremise.web import link_holder
from entremise.web.access import strangers
from entremise.web.end_forms import Known
from entremise.web.link_holder import Holder, gone
from entremise.web.parts_shown import in_words, opens
from entremise.web.sayings import (
    AFTER,
    OUTCOME_WORDS,
    SAYINGS,
    OutcomeForm,
    ThanksForm,
    WordForm,
    answers,
    duty_line,
    is_offered,
    names_in,
    told_line,
    ways_on,
    worth_line,
)

_ACTS: Mapping[str, Callable[..., None]] = {
    gratitude.THANKS: gratitude.thank,
    gratitude.CONTACT: gratitude.tell_contact,
    gratitude.NEWS: gratitude.give_news,
    gratitude.OUTCOME: gratitude.close,
    gratitude.TAKEN_UP: gratitude.take_up,
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A receiver at the page of their introduction at one instant."""

    request: HttpRequest
    holder: Holder
    page: NewsPage
    now: datetime

    def address(self, saying: str = "") -> str:
        """Return one of this link's addresses, in the language chosen."""
        names = [self.holder.token, saying] if saying else [self.holder.token]
        found = reverse("news_say" if saying else "news", args=names)
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found


def _visit(request: HttpRequest, token: str) -> Visit | None:
    now = clock.now()
    try:
        page = news_page(token=token, now=now, language=link_holder.wish(request), policy=law.policy())
    except NeedGone:
        return None
    if page is None:
        return None
    return Visit(request=request, holder=link_holder.holder(request, token=token, page=page), page=page, now=now)


@strangers
@require_http_methods(["GET", "HEAD"])
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what is owed and what was told (R20–R22), and to a session the client's part.

    Whoever only holds the link reads the part in the mail it came with: a link passed on, or left in a history,
    shows nobody's telephone number, and no amount (R26).
    """
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    page = visit.page
    context = {
        "page": page,
        "part": in_words(page.shown.client_part, role=Role.CLIENT) if visit.holder.seal else (),
        "opens": opens(page.shown.client_part) if visit.holder.seal else "",
        "duties": [_duty(visit, owed) for owed in page.owed],
        "told": [told_line(one) for one in reversed(page.told)],
        "ways": [(visit.address(key), one.title) for key, one in ways_on(page.outcome).items() if _offered(key, page)],
        "outcome": OUTCOME_WORDS[Outcome(page.outcome)] if page.outcome else "",
        "worth": worth_line(page.worth, giver=names_in(page.shown)["giver"]) if visit.holder.seal else "",
        **visit.holder.frame(reverse("news", args=[token])),
    }
    return render(request, "news/show.html", context)


def _offered(key: str, page: NewsPage) -> bool:
    contacted = bool(page.contacted_at or page.outcome)
    return is_offered(key, owed=page.owed, thanked=bool(page.thanked_at), contacted=contacted)


def _duty(visit: Visit, owed: Owed) -> Mapping[str, object]:
    return duty_line(owed, shown=visit.page.shown, url=visit.address(answers(owed)), now=visit.now)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, token: str, saying: str) -> HttpResponseBase:
    """Show the one form of a thing to say, and record it when it is sent with the digits (R6, R20–R23)."""
    visit = _visit(request, token)
    if visit is None or saying not in {**SAYINGS, **AFTER}:
        return gone(request)
    if saying not in ways_on(visit.page.outcome):  # nothing has ended, so nothing is to be taken up
        return redirect(visit.address())
    form = _form(visit, saying)
    if request.method != "POST":
        return _ask(visit, saying, form)
    if not form.is_valid():
        return _ask(visit, saying, form, status=422)
    try:
        _record(visit, saying, form)
    except steps.Gone:
        return gone(request)
    except Refusal as refusal:
        form.explain(refusal)
        return _ask(visit, saying, form, status=422)
    return redirect(visit.address())


def _form(visit: Visit, saying: str) -> WordForm:
    data = visit.request.POST if visit.request.method == "POST" else None
    one = ways_on(visit.page.outcome)[saying]
    more: dict[str, Any] = {}
    if issubclass(one.form, ThanksForm):
        more = {"page": visit.page}
    elif issubclass(one.form, OutcomeForm):
        more = {"known": _known(visit)}
    return one.form(data, sealed=bool(visit.holder.seal), **more)


def _known(visit: Visit) -> Known:
    page = visit.page
    giver = names_in(page.shown)["giver"]
    return Known(outcome=page.outcome, worth=page.worth, remembers=bool(visit.holder.seal), giver=giver)


def _record(visit: Visit, saying: str, form: WordForm) -> None:
    more = form.end() if isinstance(form, OutcomeForm) else {}
    _ACTS[ways_on(visit.page.outcome)[saying].kind](
        caller=visit.holder.caller(visit.request, digits=form.typed_digits),
        said=form.said(),
        now=visit.now,
        chance=SystemChance(),
        policy=law.policy(),
        **more,
    )


def _ask(visit: Visit, saying: str, form: WordForm, *, status: int = 200) -> HttpResponse:
    here = reverse("news_say", args=[visit.holder.token, saying])
    context = {
        "form": form,
        "saying": ways_on(visit.page.outcome)[saying],
        "back": visit.address(),
        "action": visit.address(saying),
        **visit.holder.frame(here),
    }
    return render(visit.request, "news/say.html", context, status=status)


urlpatterns = [
    path("n/<slug:token>/", show, name="news"),
    path("n/<slug:token>/<slug:saying>/", say, name="news_say"),
]
