"""The page behind the link of a request, for people who need no account (R5–R9, R45).

Opening it changes nothing. Its two equal ways lead each to a page of its own, which opens without deciding anything
either: there a yes or a no is posted, with the four digits, and leads back to the page, whose state is the receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from entremise.lib import clock, law
from entremise.lib.chance import SystemChance
from entremise.protocol.errors import Refusal
from entremise.protocol.types import PERMISSIONS, Answer, Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions import answering, steps
from entremise.referrals.queries.pages import RequestPage, request_page
from entremise.referrals.queries.rows import NeedGone
from entremise.web import link_holder
from entremise.web.access import strangers
from entremise.web.link_holder import DigitsForm, Holder, gone
from entremise.web.parts_shown import in_words, opens
from entremise.web.request_forms import AfterNoForm, AnswerForm, QuestionForm
from entremise.web.veil import faces, whom_introduced

_ADDRESSES = ("request", "request_yes", "request_no", "request_ask", "request_always")
_OPEN = (Seen.ASKED, Seen.NAMED)
_REFUSED = (Seen.DECLINED, Seen.NAME_DECLINED)
_STEPS = {Answer.YES: "requests/yes.html", Answer.NO: "requests/no.html"}
_TEMPLATES = {
    Seen.ASKED: "requests/asked.html",
    Seen.NAMED: "requests/asked.html",
    Seen.AGREED: "requests/agreed.html",
    Seen.CONFIRMED: "requests/agreed.html",
    Seen.DECLINED: "requests/declined.html",
    Seen.NAME_DECLINED: "requests/declined.html",
    Seen.INTRODUCED: "requests/introduced.html",
    Seen.NOT_CONCLUDED: "requests/not_concluded.html",
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One person at their request's page at one instant."""

    request: HttpRequest
    holder: Holder
    page: RequestPage
    now: datetime
    step: Answer | None = None
    forms: dict[str, forms.Form] = field(default_factory=dict)

    @property
    def sealed(self) -> bool:
        """Whether a session stands for the digits."""
        return bool(self.holder.seal)

    @property
    def text(self) -> str:
        """The exact words shown, which the proof will hold (R10)."""
        return self.page.statement.text(language=self.holder.language) if self.page.statement else ""

    def address(self, name: str = "request") -> str:
        """Return one of this link's addresses, in the language chosen."""
        found = reverse(name, args=[self.holder.token])
        return f"{found}?lang={self.holder.wish}" if self.holder.wish else found

    def at_step(self, answer: Answer) -> Visit:
        """Return the visit of the page where this answer is given; the same visit where it cannot be given (any more).

        A yes is given there too after a no, as long as it can; what follows an answer has its place on the page.
        """
        open_to_yes = answer is Answer.YES and self.page.seen in _REFUSED and self.page.may_say_yes
        return replace(self, step=answer) if self.page.seen in _OPEN or open_to_yes else self

    @property
    def template(self) -> str:
        """The template of the page: a step's, or that of what became of the request."""
        return _STEPS[self.step] if self.step else _TEMPLATES[self.page.seen]

    def act(self) -> dict[str, Any]:
        """What every action takes."""
        return {"now": self.now, "chance": SystemChance(), "policy": law.policy()}


def _visit(request: HttpRequest, token: str) -> Visit | None:
    now = clock.now()
    try:
        page = request_page(token=token, now=now, language=link_holder.wish(request), policy=law.policy())
    except NeedGone:
        return None
    if page is None or page.seen not in _TEMPLATES:
        return None
    return Visit(request=request, holder=link_holder.holder(request, token=token, page=page), page=page, now=now)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a request and what became of it. A post opens the introduction; it decides nothing."""
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    if request.method != "POST":
        return _render(visit)
    if visit.page.seen is Seen.INTRODUCED:
        return _open(visit)
    form = AnswerForm(request.POST, page=visit.page, sealed=visit.sealed, answer=Answer.NO)
    form.is_valid()
    form.add_error(None, gettext("Nothing has been recorded. Please press one of the two buttons."))
    visit.forms["answer"] = form
    return _render(visit, status=422)


def _open(visit: Visit) -> HttpResponse:
    """Show the other side's part to whoever has the digits; a link that was passed on does not (R4, R18)."""
    form = DigitsForm(visit.request.POST, sealed=visit.sealed)
    visit.forms["open"] = form
    if not form.is_valid():
        return _render(visit, status=422)
    try:
        caller = visit.holder.caller(visit.request, digits=form.typed_digits)
        answering.recognise(caller=caller, now=visit.now, policy=law.policy())
    except Refusal as refusal:
        form.explain(refusal)
        return _render(visit, status=422)
    return _render(visit, opened=True)


# -- acts -------------------------------------------------------------------------------------------

Act = Callable[[Visit], "tuple[str, DigitsForm, Callable[[], None]]"]


def _acting(request: HttpRequest, token: str, prepare: Act, *, step: Answer | None = None) -> HttpResponseBase:
    """Do one act and lead back to the page; what cannot be done is said beside what was typed.

    Opened and not posted, the page of a step is shown where it can be taken, and decides nothing (R6).
    """
    visit = _visit(request, token)
    if visit is None:
        return gone(request)
    visit = visit.at_step(step) if step else visit
    if request.method != "POST":
        return _render(visit) if visit.step else redirect(visit.address())
    name, form, do = prepare(visit)
    visit.forms[name] = form
    if not form.is_valid():
        return _render(visit, status=422)
    try:
        do()
    except steps.Gone:
        return gone(request)
    except Refusal as refusal:
        form.explain(refusal)
        return _render(visit, status=422)
    # The receipt of a yes or a no opens its page; a question is found further down, among the others.
    return redirect(visit.address() + ("#questions" if name == "question" else ""))


def _agree(visit: Visit) -> tuple[str, DigitsForm, Callable[[], None]]:
    form = AnswerForm(visit.request.POST, page=visit.page, sealed=visit.sealed, answer=Answer.YES)

    def do() -> None:
        caller = visit.holder.caller(visit.request, digits=form.typed_digits)
        answering.say_yes(caller=caller, sheet=form.sheet(), text=visit.text, **form.permission(), **visit.act())

    return "answer", form, do


def _decline(visit: Visit) -> tuple[str, DigitsForm, Callable[[], None]]:
    """A first no, a yes taken back, or what somebody adds to their no: one act (R6, R7, R9, R45)."""
    after = AfterNoForm(visit.request.POST, sealed=visit.sealed) if "more" in visit.request.POST else None
    name, form = _no_form(visit, after)

    def do() -> None:
        said: dict[str, Any] = after.cleaned_data if after else {}
        caller = visit.holder.caller(visit.request, digits=form.typed_digits)
        more = {name: said[name] for name in ("scope", "tell", "reason") if said}
        answering.say_no(caller=caller, text=visit.text, **more, **visit.act())

    return name, form, do


def _no_form(visit: Visit, after: AfterNoForm | None) -> tuple[str, DigitsForm]:
    data, sealed = visit.request.POST, visit.sealed
    if after is not None:
        return "after_no", after
    if visit.page.seen in (Seen.AGREED, Seen.CONFIRMED, Seen.NOT_CONCLUDED):
        return "take_back", DigitsForm(data, sealed=sealed, auto_id="take_back_%s")
    return "answer", AnswerForm(data, page=visit.page, sealed=sealed, answer=Answer.NO)


def _ask(visit: Visit) -> tuple[str, DigitsForm, Callable[[], None]]:
    form = QuestionForm(visit.request.POST, sealed=visit.sealed)

    def do() -> None:
        caller = visit.holder.caller(visit.request, digits=form.typed_digits)
        answering.ask_question(caller=caller, text=form.cleaned_data["text"], **visit.act())

    return "question", form, do


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def say_yes(request: HttpRequest, token: str) -> HttpResponseBase:
    """Record a yes with the person's own part (R6, R17)."""
    return _acting(request, token, _agree, step=Answer.YES)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def say_no(request: HttpRequest, token: str) -> HttpResponseBase:
    """Record a no, take a yes back, or add to a no (R6, R7, R9, R45)."""
    return _acting(request, token, _decline, step=Answer.NO)


def _always(visit: Visit) -> tuple[str, DigitsForm, Callable[[], None]]:
    form = DigitsForm(visit.request.POST, sealed=visit.sealed, auto_id="always_%s")

    def do() -> None:
        caller = visit.holder.caller(visit.request, digits=form.typed_digits)
        standing = bool(visit.request.POST.get("standing"))
        answering.allow_always(caller=caller, standing=standing, now=visit.now, policy=law.policy())

    return "always", form, do


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def always(request: HttpRequest, token: str) -> HttpResponseBase:
    """Make a referrer's permission a standing one for this giver, or end that (R38)."""
    return _acting(request, token, _always)


@strangers
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponseBase:
    """Put the receiver's question to the giver (R6b)."""
    return _acting(request, token, _ask)


# -- showing ----------------------------------------------------------------------------------------


def _render(visit: Visit, *, status: int = 200, opened: bool = False) -> HttpResponse:
    page, sealed = visit.page, visit.sealed
    first, _between, rest = visit.text.partition("\n\n")
    context = {
        "page": page,
        "statement": page.statement,
        "text": visit.text,
        "faces": faces(page, opened=opened or sealed),
        "first": first,
        "need": rest.partition("\n\n")[0].partition("\n")[2],
        "rest": rest,
        "held_until": link_holder.hour(page.held_until) if page.held_until else "",
        "kind": page.kind.value,
        "receiver_side": page.kind is Kind.RECEIVER,
        "giver": page.shown.giver,
        "opened": opened or sealed,
        "mistaken": next(iter(visit.forms.values()), None),
        "answer": visit.forms.get("answer") or AnswerForm(page=page, sealed=sealed),
        "after_no": visit.forms.get("after_no") or AfterNoForm(sealed=sealed),
        "question": visit.forms.get("question") or QuestionForm(sealed=sealed),
        "take_back": visit.forms.get("take_back") or DigitsForm(sealed=sealed, auto_id="take_back_%s"),
        "always": visit.forms.get("always") or DigitsForm(sealed=sealed, auto_id="always_%s"),
        "about": whom_introduced(page),
        "open": visit.forms.get("open") or DigitsForm(sealed=sealed),
        **(_other_side(visit) if opened or sealed else {}),
        "urls": {name: visit.address(name) for name in _ADDRESSES},
        "silence_url": reverse("silence", args=[answering.silence_token(page.uid)]),
        **visit.holder.frame(reverse("request", args=[visit.holder.token])),
    }
    return render(visit.request, visit.template, context, status=status)


def _other_side(visit: Visit) -> dict[str, Any]:
    """The other side's part in words, as the wall hands it out, and what a press on it opens (R18)."""
    shown = visit.page.shown
    if visit.page.kind in PERMISSIONS:  # a referrer learns names, and nobody's ways of being reached (R39)
        return {}
    of_client = visit.page.kind is Kind.RECEIVER
    part, role = (shown.client_part, Role.CLIENT) if of_client else (shown.receiver_part, Role.RECEIVER)
    return {"other": in_words(part, role=role), "opens": opens(part)}


urlpatterns = [
    path("l/<slug:token>/", show, name="request"),
    path("l/<slug:token>/oui/", say_yes, name="request_yes"),
    path("l/<slug:token>/non/", say_no, name="request_no"),
    path("l/<slug:token>/question/", ask, name="request_ask"),
    path("l/<slug:token>/toujours/", always, name="request_always"),
]
