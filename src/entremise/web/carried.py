"""The page behind a link that a giver carried (R6d): for people who read it on the giver's word, not from our mail.

The giver knows this link, so the page shows the question until its day, whatever was answered (R7). An answer leads to
a page that only says it was noted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.errors import Refusal
from entremise.protocol.types import Answer, Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions import bringing, steps
from entremise.referrals.actions.bringing import NotOpen
from entremise.referrals.queries.carrying import carried_page
from entremise.referrals.queries.pages import RequestPage
from entremise.referrals.queries.rows import NeedGone
from entremise.web import link_holder
from entremise.web.access import strangers
from entremise.web.link_holder import DigitsForm, Holder, gone, of_the_message
from entremise.web.parts_shown import in_words
from entremise.web.request_forms import AnswerForm
from entremise.web.veil import faces, whom_introduced

_OPEN = (Seen.ASKED, Seen.NAMED)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody at the page of a carried link, at one instant."""

    request: HttpRequest
    holder: Holder
    page: RequestPage
    now: datetime

    def address(self, name: str = "carried") -> str:
        """Return one of this link's addresses, in the language chosen."""
        found = reverse(name, args=[self.holder.token])
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found


def _visit(request: HttpRequest, token: str) -> Visit | None:
    now = clock.now()
    try:
        page = carried_page(token=token, now=now, language=link_holder.wish(request), policy=law.policy())
    except NeedGone:
        return None
    if page is None:
        return None
    return Visit(request=request, holder=link_holder.holder(request, token=token, page=page), page=page, now=now)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the question, or what the giver has seen become of it. A post opens the introduction; it decides nothing."""
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    if request.method != "POST" or visit.page.seen is not Seen.INTRODUCED:
        return _render(visit, _template(visit))
    form = _digits(request.POST)
    try:
        if form.is_valid():
            caller = visit.holder.caller(request, digits=form.typed_digits)
            bringing.open_carried(caller=caller, now=visit.now, policy=law.policy())
    except Refusal as refusal:
        form.explain(refusal)
    if form.errors:
        return _render(visit, _template(visit), mistaken=form, status=422)
    return _render(visit, _template(visit), opened=True)


def _template(visit: Visit) -> str:
    if visit.page.seen is Seen.INTRODUCED:
        return "carried/introduced.html"
    return "carried/asked.html" if visit.page.seen in _OPEN else "carried/agreed.html"


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def say_yes(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take a yes, with the person's own part (R6d, R17)."""
    return _answer(request, token, Answer.YES)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def say_no(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take a no, or a yes back (R6d, R9)."""
    return _answer(request, token, Answer.NO)


def _answer(request: HttpRequest, token: str, answer: Answer) -> HttpResponseBase:
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    possible = visit.page.may_say_yes if answer is Answer.YES else visit.page.may_say_no
    if not possible:
        return redirect(visit.address())
    template = "carried/yes.html" if answer is Answer.YES else "carried/no.html"
    if request.method != "POST":
        return _render(visit, template)
    form = _answer_form(visit, request.POST, answer)
    if request.POST.get("kind") != visit.page.kind.value:
        form.add_error(None, gettext("The question has changed in the meantime. Please read it again."))
    if form.is_valid() and _take(visit, form, answer):
        return redirect(visit.address("carried_noted"))
    return _render(visit, template, mistaken=form, status=422)


def _take(visit: Visit, form: AnswerForm, answer: Answer) -> bool:
    """Record the answer, or put beside the field why not."""
    try:
        bringing.answer_carried(
            caller=visit.holder.caller(visit.request, digits=form.typed_digits),
            kind=visit.page.kind,
            answer=answer,
            sheet=form.sheet() if answer is Answer.YES else None,
            takes_part=form.takes_part,
            now=visit.now,
            chance=SystemChance(),
            policy=law.policy(),
        )
    except Refusal as refusal:
        form.explain(refusal)
    except (NotOpen, steps.Gone):
        form.add_error(None, gettext("The time to answer has passed. Nothing has changed."))
    return not form.errors


@strangers
@require_safe
def noted(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say that an answer was noted, the same for every answer: the page of this link tells nobody which (R7)."""
    visit = _visit(request, token)
    return gone(request) if visit is None else _render(visit, "carried/noted.html")


# -- showing ----------------------------------------------------------------------------------------


def _digits(data: Any = None) -> DigitsForm:
    form = DigitsForm(data)
    return of_the_message(form)


def _answer_form(visit: Visit, data: Any = None, answer: Answer | None = None) -> AnswerForm:
    form = AnswerForm(data, page=visit.page, sealed=False, answer=answer)
    form.fields.pop("standing", None)  # for that a referrer needs their own link: the giver holds this one
    of_the_message(form)
    return form


def _render(
    visit: Visit, template: str, *, mistaken: DigitsForm | None = None, opened: bool = False, status: int = 200
) -> HttpResponse:
    page = visit.page
    text = page.statement.text(language=visit.holder.language) if page.statement else ""
    first, _between, rest = text.partition("\n\n")
    context = {
        "page": page,
        "statement": page.statement,
        "text": text,
        "first": first,
        "need": rest.partition("\n\n")[0].partition("\n")[2],
        "rest": rest,
        "kind": page.kind.value,
        "giver": page.shown.giver,
        "about": whom_introduced(page),
        "faces": faces(page, opened=True),
        "opened": opened,
        "mistaken": mistaken,
        "answer": mistaken if isinstance(mistaken, AnswerForm) else _answer_form(visit),
        "open": mistaken if mistaken and not isinstance(mistaken, AnswerForm) else _digits(),
        "other": in_words(page.shown.client_part, role=Role.CLIENT) if opened else (),
        "hands_over": page.kind is Kind.RECEIVER and not page.address_hint,
        "urls": {name: visit.address(name) for name in ("carried", "carried_yes", "carried_no", "rights_of")},
        **visit.holder.frame(reverse("carried", args=[visit.holder.token])),
    }
    return render(visit.request, template, context, status=status)


urlpatterns = [
    path("c/<slug:token>/", show, name="carried"),
    path("c/<slug:token>/oui/", say_yes, name="carried_yes"),
    path("c/<slug:token>/non/", say_no, name="carried_no"),
    path("c/<slug:token>/note/", noted, name="carried_noted"),
]
