"""Needs that sleep: another day for one, or awake before its day (R11)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.lib import law
from entremise.lib.clock import now
from entremise.referrals.actions import sleepers, steps
from entremise.referrals.queries import sleepers as queries
from entremise.referrals.queries.sleepers import sleeper
from entremise.web import need_words
from entremise.web.access import MemberRequest, members_only
from entremise.web.need_pages import draft_title
from entremise.web.need_state import stand
from entremise.web.sleep_forms import SleepForm, as_lead


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Choose another day for a need that sleeps, or has woken."""
    found = sleeper(owner=request.member, uid=uid)
    if found is None:
        raise Http404
    at = stand(found.draft, member=request.member, now=now())
    form = SleepForm(request.POST or None, at=at, wakes_on=found.wakes_on if found.wakes_on > at.today else None)
    if form.is_valid():
        until = form.cleaned_data["wakes_on"]
        try:
            sleepers.move(owner=request.member, uid=uid, until=until, now=at.now, policy=law.policy())
        except sleepers.BadNight as refused:
            form.explain(refused)
        else:
            words = gettext("It sleeps until %(day)s, and nobody has been asked anything.")
            messages.success(request, words % {"day": need_words.day_words(until)})
            return redirect("drafts")
    context = {
        "section": "recommend",
        "form": form,
        "title": draft_title(at),
        "found": found,
        "woken": found.wakes_on <= at.today,
        "as_lead": as_lead(at.draft, uid=uid),
    }
    return render(request, "needs/sleep.html", context, status=422 if form.errors else 200)


@members_only
@require_safe
def everything(request: MemberRequest) -> HttpResponse:
    """List all needs that sleep, and those that have woken before them, a page at a time (R11)."""
    number = request.GET.get("page", "1")
    asked = int(number[:6]) if number.isascii() and number.isdecimal() else 1
    found = queries.sleeper_page(owner=request.member, page=asked)
    context = {
        "section": "recommend",
        "lines": found.lines,
        "today": request.member.today(now()),
        "page": Paginator(range(found.total), queries.PAGE_SIZE).page(found.page),
    }
    return render(request, "needs/sleepers.html", context)


@members_only
@require_POST
def wake(request: MemberRequest, uid: str) -> HttpResponse:
    """Wake a need before its day: its urgency is asked anew."""
    try:
        sleepers.wake(owner=request.member, uid=uid, now=now())
    except steps.Gone:
        raise Http404 from None
    return redirect("draft", uid=uid)


urlpatterns = [
    path("recommander/endormis/", everything, name="drafts_asleep"),
    path("recommander/brouillons/<slug:uid>/dormir/", move, name="draft_sleep"),
    path("recommander/brouillons/<slug:uid>/reveiller/", wake, name="draft_wake"),
]
