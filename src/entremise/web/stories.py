"""The giver's stories: found, read, stopped; the receiver's question answered (R5b, R6b, R7, R13, R44)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.protocol.errors import AlreadyIntroduced
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import giving
from entremise.referrals.actions.giving import BriefRefused
from entremise.referrals.queries import briefs, repairs
from entremise.referrals.queries import stories as queries
from entremise.referrals.queries.pages import Exchange
from entremise.referrals.queries.stories import Story, StoryGone
from entremise.web import story_telling
from entremise.web.access import MemberRequest, members_only
from entremise.web.repairs import SIDES

_ = gettext_lazy
REFUSED = {
    "empty": _("Write your answer."),
    "long": _("This answer is too long for a message."),
    "giveaway": _("The words marked below would say who the client is. Choose others; what you wrote is still here."),
}


class AnswerForm(forms.Form):
    """The giver's answer to a question of the receiver's; `marked` is the text in pieces, each marked or not."""

    marked: Sequence[tuple[str, bool]] = ()
    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Without any name, company or address: the client stays veiled."),
        error_messages={"required": REFUSED["empty"]},
        max_length=DEFAULT.note_longest,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": _("{left} characters left")}),
    )


@members_only
@require_safe
def stories(request: MemberRequest) -> HttpResponse:
    """List the member's stories, those that moved last first, searched by anybody's name, a page at a time."""
    search = request.GET.get("q", "").strip()[:200]
    number = request.GET.get("page", "1")
    page = int(number[:6]) if number.isascii() and number.isdecimal() else 1
    found = queries.story_page(giver_pk=request.member.pk, search=search, page=page)
    context = {
        "section": "referrals",
        "lines": story_lines(found.lines),
        "total": found.total,
        "page": Paginator(range(found.total), queries.PAGE_SIZE).page(found.page),
        "search": search,
    }
    return render(request, "stories/list.html", context)


def story_lines(lines: tuple[queries.StoryLine, ...]) -> list[tuple[queries.StoryLine, str]]:
    """Return each line with where it stands, in words."""
    return [(line, story_telling.line_label(line)) for line in lines]


@members_only
@require_safe
def story(request: MemberRequest, uid: str) -> HttpResponse:
    """Tell one story of the member's own."""
    return _tell(request, _own(request, uid))


def _tell(request: MemberRequest, told: Story, *, asked: str = "", form: AnswerForm | None = None) -> HttpResponse:
    """Answer with the page of a story; `form` is what was typed for the question `asked`."""
    waiting = [one for one in told.exchanges if not one.answered_at] if told.may_answer else []
    context = {
        "section": "referrals",
        "story": told,
        "telling": story_telling.tell(told, now=now()),
        "undelivered": _undelivered(told),
        "unreachable": _waits_for_details(told),
        **_to_bring(told),
        "questions": [(one, form if form and one.uid == asked else _form(one)) for one in waiting],
        "form": form,
    }
    return render(request, "stories/show.html", context)


def _form(asked: Exchange, data: Mapping[str, Any] | None = None) -> AnswerForm:
    return AnswerForm(data, prefix=asked.uid)


def _to_bring(told: Story) -> dict[str, Any]:
    """What the giver may bring themself: always where they carry the link, else for who lost a mail (R6d, R8)."""
    asks = None if told.projection.stopped else told.asks
    if asks is None or (now() >= asks.until) or not (asks.carried or asks.is_open(now())):
        return {}
    name = story_telling.names_of(told)[asks.kind.asked.value]
    return {"asks": asks, "asks_now": asks.is_open(now()), "asked_name": name}


def _undelivered(told: Story) -> list[tuple[str, str]]:
    """Whose address does not work, and how the page that corrects it calls their side (R18)."""
    names = story_telling.names_of(told)
    return [(names[role.value], SIDES[role]) for role in told.undelivered]


def _waits_for_details(told: Story) -> bool:
    """Whether the receiver said that the client's details do not work, and no correction came since (R18)."""
    about = (repairs.UNREACHABLE, repairs.CORRECTED)
    return next((beat.what for beat in told.beats if beat.what in about), "") == repairs.UNREACHABLE


def _own(request: MemberRequest, uid: str) -> Story:
    """Return the member's own story; for anybody else's the page does not exist (R44)."""
    try:
        return queries.story(giver=request.member, uid=uid, now=now(), policy=law.policy())
    except StoryGone:
        raise Http404 from None


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Say what stopping means, ask once, and stop quietly (R5b, R7)."""
    told = _own(request, uid)
    if not told.may_stop:
        return redirect("story", uid=uid)
    if request.method != "POST":
        context = {"section": "referrals", "story": told, "names": story_telling.names_of(told)}
        return render(request, "stories/stop.html", context)
    try:
        giving.stop(giver=request.member, uid=uid, now=now(), chance=SystemChance(), policy=law.policy())
    except AlreadyIntroduced:
        messages.info(request, gettext("They were introduced to each other in the meantime."))
    else:
        messages.success(request, gettext("You stopped. Nothing new leaves, and nobody is told."))
    return redirect("story", uid=uid)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: MemberRequest, uid: str, question: str) -> HttpResponseBase:
    """Send the giver's answer to the receiver, once it names nobody (R4, R6b)."""
    told = _own(request, uid)
    asked = next((one for one in told.exchanges if one.uid == question), None)
    if asked is None:
        raise Http404
    if request.method != "POST" or asked.answered_at or not told.may_answer:
        return redirect("story", uid=uid)
    form = _form(asked, request.POST)
    if form.is_valid() and _answer(request, form, question):
        messages.success(request, gettext("Your answer is on its way."))
        return redirect("story", uid=uid)
    return _tell(request, told, asked=question, form=form)


def _answer(request: MemberRequest, form: AnswerForm, question: str) -> bool:
    """Send it, or put beside the field why not; tell whether it was sent, now or before."""
    text = form.cleaned_data["text"]
    try:
        giving.answer_question(
            giver=request.member, uid=question, text=text, now=now(), chance=SystemChance(), policy=law.policy()
        )
    except BriefRefused as refused:
        if refused.reason == "already":
            return True
        form.add_error("text", str(REFUSED[refused.reason]))
        form.marked = briefs.marked(text, refused.marks)
        return False
    return True


urlpatterns = [
    path("histoires/", stories, name="referrals"),
    path("histoire/<slug:uid>/", story, name="story"),
    path("histoire/<slug:uid>/arreter/", stop, name="story_stop"),
    path("histoire/<slug:uid>/question/<slug:question>/", answer, name="story_answer"),
]
