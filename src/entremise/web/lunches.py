"""Lunches from time to time with the people who matter most: whose turn, planned, in one's calendar, done (R24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.interchange import calendars
from entremise.lib import clock, law, mail
from entremise.lib.chance import SystemChance
from entremise.people import queries as people
from entremise.people.actions import attentions as actions
from entremise.people.actions.bonds import BondRefused
from entremise.people.mapping.attentions import LONGEST_NOTE, LONGEST_PLACE
from entremise.people.queries import ContactCard, ContactNotFound, attentions
from entremise.people.queries.attentions import LunchPlan, LunchWith
from entremise.protocol.attention import Occasion, Turn
from entremise.web.access import MemberRequest, members_only
from entremise.web.attention_words import Line, line, refusal
from entremise.web.cards import decide
from entremise.web.forms_look import Day

_ = gettext_lazy
_NOON, _USUAL = time(12, 30), 90
_LENGTHS = (60, 90, 120, 180)
_WHERE = {"starts_at": "day"}  # the field beside which a reason against a plan is said


class LunchForm(forms.Form):
    """When and where a lunch is; the hour is that of the member's own clock."""

    day = forms.DateField(label=_("Which day"), widget=Day)
    hour = forms.TimeField(label=_("At what time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.TypedChoiceField(label=_("How long it lasts"), coerce=int)
    place = forms.CharField(label=_("Where"), required=False, max_length=LONGEST_PLACE)
    note = forms.CharField(
        label=_("What you want to speak about"),
        help_text=_("It appears in your calendar only."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, plan: LunchPlan | None, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        super().__init__(data, initial=_initial(plan, self.zone))
        words = {60: _("An hour"), 90: _("An hour and a half"), 120: _("Two hours"), 180: _("Three hours")}
        self.fields["minutes"].choices = [(count, words[count]) for count in _LENGTHS]  # type: ignore[attr-defined]

    @property
    def starts_at(self) -> datetime:
        """The instant that was chosen; the form is valid."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["hour"], tzinfo=self.zone)


def _initial(plan: LunchPlan | None, zone: ZoneInfo) -> dict[str, Any]:
    if plan is None:
        return {"hour": _NOON, "minutes": _USUAL}
    local = plan.starts_at.astimezone(zone)
    return {"day": local.date(), "hour": local.time(), "minutes": plan.minutes, "place": plan.place, "note": plan.note}


class DoneForm(forms.Form):
    """The day a lunch took place."""

    on = forms.DateField(label=_("Which day was it"), widget=Day)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One of the people to ask to lunch, in words."""

    line: Line
    one: LunchWith

    @property
    def due(self) -> bool:
        """Whether it is high time."""
        return self.one.turn.turn is Turn.DUE and self.one.plan is None

    @property
    def rests(self) -> bool:
        """Whether it is too early."""
        return self.one.turn.turn is Turn.RESTS


@members_only
@require_safe
def show(request: MemberRequest) -> HttpResponse:
    """Show whose turn it is, and what is planned (R24)."""
    member, at = request.member, clock.now()
    policy = law.policy()
    found = attentions.lunches(owner_pk=member.pk, on=member.today(at), policy=policy)
    context = {
        "section": "cultivating",
        "seats": [Seat(line=line(one), one=one) for one in found],
        "habits": attentions.habits(owner_pk=member.pk),
        "now": at,
        "most": policy.lunches,
        "months": round(policy.lunch_not_before / 30.5),
    }
    return render(request, "attentions/lunches.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Plan a lunch with somebody, or change it; nobody is written to."""
    card, planned = _with(request, uid)
    form = LunchForm(request.POST if request.method == "POST" else None, plan=planned, zone=request.member.time_zone)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.plan_lunch(
                owner_pk=request.member.pk,
                contact_uid=uid,
                starts_at=form.starts_at,
                minutes=said["minutes"],
                place=said["place"],
                note=said["note"],
                now=clock.now(),
                chance=SystemChance(),
            )
        except actions.AttentionRefused as refused:
            for field, reason in refused.reasons.items():
                form.add_error(_WHERE.get(field, field), refusal(field, reason))
        else:
            messages.success(request, gettext("It is planned. Put it into your calendar with the file below."))
            return redirect("lunches")
    context = {"section": "cultivating", "form": form, "card": card, "plan": planned}
    return render(request, "attentions/lunch.html", context, status=422 if form.errors else 200)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def done(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Remember that a lunch took place, on a day; it counts as a contact, and the next one waits its time."""
    card, planned = _with(request, uid)
    at = clock.now()
    today = request.member.today(at)
    form = DoneForm(request.POST if request.method == "POST" else None, initial={"on": _likely(planned, today)})
    if form.is_valid():
        try:
            actions.remember_lunch(
                owner_pk=request.member.pk,
                contact_uid=uid,
                on=form.cleaned_data["on"],
                now=at,
                policy=law.policy(),
                chance=SystemChance(),
            )
        except BondRefused as refused:
            for field, reason in refused.reasons.items():
                form.add_error(field, refusal(field, reason))
        else:
            messages.success(request, gettext("The lunch with %(name)s is remembered.") % {"name": card.name})
            return redirect("lunches")
    context = {"section": "cultivating", "form": form, "card": card}
    return render(request, "attentions/lunch_done.html", context, status=422 if form.errors else 200)


def _likely(planned: LunchPlan | None, today: date) -> date:
    return min(today, planned.starts_at.date()) if planned else today


@members_only
@require_POST
def act(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Put somebody on the list of lunches, take them off it, or call a planned one off."""
    card, planned = _with(request, uid)
    said = request.POST.get("act", "")
    if said != "call_off":
        decide(owner_pk=request.member.pk, uid=card.uid, occasion=Occasion.LUNCH, said=said)
    elif planned is not None:
        actions.call_off_lunch(owner_pk=request.member.pk, uid=planned.uid)
        messages.success(request, gettext("It is no longer planned here. Please take it out of your calendar too."))
    return redirect("lunches")


@members_only
@require_safe
def calendar(request: MemberRequest, uid: str) -> HttpResponse:
    """Hand over the planned lunch as a calendar reads it."""
    card, planned = _with(request, uid)
    if planned is None:
        raise Http404
    content = calendars.lunch_file(
        planned,
        title=gettext("Lunch with %(name)s") % {"name": card.name},
        time_zone=request.member.time_zone,
        host=mail.site_host(),
    )
    headers = {"Content-Disposition": f'attachment; filename="dejeuner-{planned.starts_at:%Y-%m-%d}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def _with(request: MemberRequest, uid: str) -> tuple[ContactCard, LunchPlan | None]:
    """Return one of the member's own contacts and what is planned; anybody else's does not exist (R44)."""
    try:
        card = people.contact(owner_pk=request.member.pk, uid=uid)
    except ContactNotFound:
        raise Http404 from None
    return card, attentions.lunch_with(owner_pk=request.member.pk, contact_pk=card.pk)


urlpatterns = [
    path("cultiver/dejeuners/", show, name="lunches"),
    path("cultiver/dejeuners/<str:uid>/", plan, name="lunch"),
    path("cultiver/dejeuners/<str:uid>/acte/", act, name="lunch_act"),
    path("cultiver/dejeuners/<str:uid>/eu-lieu/", done, name="lunch_done"),
    path("cultiver/dejeuners/<str:uid>/dejeuner.ics", calendar, name="lunch_calendar"),
]
