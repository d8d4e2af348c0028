"""Bringing a question to somebody oneself: a link to carry, a text to read aloud and its answer (R6d, R8)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from entremise.lib import clock, days, law
from entremise.lib.chance import SystemChance
from entremise.protocol.types import REFERRERS, Answer, Kind, Role
from entremise.referrals.actions import bringing
from entremise.referrals.actions.answering import PartIncomplete
from entremise.referrals.actions.bringing import Aloud
from entremise.referrals.actions.letters import address
from entremise.referrals.queries import carrying
from entremise.referrals.queries.carrying import Asking
from entremise.referrals.queries.stories import StoryGone
from entremise.web.access import MemberRequest, members_only
from entremise.web.forms_look import Choices
from entremise.web.request_forms import PartForm

_MEETINGS: Mapping[str, Promise] = {"telephone": _("On the telephone"), "meeting": _("Face to face")}
_ANSWERS: Mapping[str, Promise] = {Answer.YES.value: _("They said yes"), Answer.NO.value: _("They said no")}
# The giver fills it in for somebody else.
_THEIRS: Mapping[str, Promise] = {
    "name": _("Their name, as it should be handed over"),
    "way": _("How do they like to be reached?"),
    "best_time": _("The best time to reach them"),
    "budget": _("Their budget, if there is one"),
    "joins": _("And they?"),
}


class AloudForm(PartForm):
    """What somebody said to the giver: yes or no, how and when; with a yes, their part of the checklist (R8, R17)."""

    answer = forms.ChoiceField(
        label=_("What did they answer?"),
        choices=list(_ANSWERS.items()),
        widget=Choices,
        error_messages={"required": _("Please say what they answered.")},
    )
    meeting = forms.ChoiceField(
        label=_("How did you speak?"),
        choices=list(_MEETINGS.items()),
        widget=Choices,
        error_messages={"required": _("Please say how you spoke.")},
    )
    at = forms.DateTimeField(
        label=_("When?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Please say when you spoke."),
            "invalid": _("Please write a day and a time."),
        },
    )
    read = forms.BooleanField(
        label=_("I read the text above to them, word for word"),
        error_messages={"required": _("Their yes or no is to this text: please read it to them first.")},
    )
    field_order = ("read", "answer", "meeting", "at")
    all_optional = True

    def __init__(self, data: Any, *, asking: Asking, now: datetime) -> None:
        asks = data is not None and data.get("answer") == Answer.YES.value
        initial = {"at": timezone.localtime(now)}
        super().__init__(data, kind=asking.kind, sheet=asking.sheet, asks=asks, initial=initial)
        for name, label in _THEIRS.items():
            if name in self.fields:
                self.fields[name].label = str(label)

    def said(self) -> Aloud:
        """Return what was said; the part counts with a yes."""
        answer = Answer(self.cleaned_data["answer"])
        sheet = self.sheet() if answer is Answer.YES else None
        said = {name: self.cleaned_data[name] for name in ("meeting", "at")}
        return Aloud(answer=answer, sheet=sheet, takes_part=self.takes_part, **said)


@members_only
@require_safe
def carry(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Show the message and the link that the giver may carry: to copy, by mail, message, or as a QR code (R6d)."""
    asking = _asking(request, uid)
    if asking is None or not asking.is_open(clock.now()):
        return _too_late(request, uid, asking)
    url = address("carried", asking.token)
    subject, body = _message(asking, request.member.name, url)
    phone = asking.person.phone
    context = {
        **_around(asking),
        "url": url,
        "message": body,
        "subject": subject,
        "digits": asking.digits,
        "mailto": f"mailto:{quote(asking.person.email, safe='@')}?{_query(subject=subject, body=body)}",
        "sms": f"sms:{''.join(phone.split())}?{_query(body=body)}" if phone else "",
    }
    return render(request, "bringing/carry.html", context)


def _query(**said: str) -> str:
    """What a mail or message program is handed: blanks as %20, which all of them read."""
    return urlencode(said, quote_via=quote)


def _message(asking: Asking, giver: str, url: str) -> tuple[str, str]:
    """The subject and the message, in the language of the person it is for."""
    with translation.override(asking.language):
        text = asking.statement.text(language=asking.language)
        first, _gap, _rest = text.partition("\n\n")
        body = gettext(
            "Hello %(name)s,\n\n%(question)s\n\nWhat it is about, and your answer, yes or no: %(url)s\n"
            "The four digits it asks for: %(digits)s\n\n%(giver)s"
        )
        said = {
            "name": asking.statement.person.name,
            "question": first,
            "url": url,
            "digits": asking.digits,
            "giver": giver,
        }
        return gettext("A recommendation"), body % said


@members_only
@require_safe
def code(request: MemberRequest, uid: str) -> HttpResponse:
    """Draw the carried link as a QR code, to be shown on the giver's own screen."""
    asking = _asking(request, uid)
    if asking is None or not asking.is_open(clock.now()):
        raise Http404
    drawn = io.BytesIO()
    segno.make(address("carried", asking.token), micro=False).save(
        drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff", omitsize=True, svgns=True, xmldecl=False
    )
    response = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def aloud(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Show the text to read aloud, and write down what was answered (R8)."""
    asking = _asking(request, uid)
    now = clock.now()
    if asking is None or not asking.is_open(now):
        return _too_late(request, uid, asking)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and posted.get("kind") != asking.kind.value:
        messages.info(request, gettext("The question has changed in the meantime. Nothing has been written down."))
        return redirect("story_aloud", uid=uid)
    form = AloudForm(posted, asking=asking, now=now)
    if posted is not None and form.is_valid() and _record(request, asking, form, now):
        messages.success(request, gettext("It is written down."))
        return redirect("story", uid=uid)
    context = {
        **_around(asking),
        "form": form,
        "text": asking.statement.text(language=asking.language),
        "writes": bool(asking.person.email),
    }
    return render(request, "bringing/aloud.html", context, status=422 if posted is not None else 200)


def _record(request: MemberRequest, asking: Asking, form: AloudForm, now: datetime) -> bool:
    """Write it down, or put beside the field why not."""
    said = form.said()
    note = _note(asking, said, giver=request.member.name)
    try:
        bringing.record_aloud(
            giver=request.member,
            asking=asking,
            said=said,
            note=note,
            now=now,
            chance=SystemChance(),
            policy=law.policy(),
        )
    except bringing.NotThen:
        form.add_error("at", gettext("This must lie between the day you asked and now."))
    except PartIncomplete as refusal:
        form.lacks(refusal)
    return not form.errors


def _note(asking: Asking, said: Aloud, *, giver: str) -> str:
    """Who said it, to whom, how and when: kept with the text as the proof (R8, R10)."""
    with translation.override(asking.language):
        words = {
            "person": asking.statement.person.name,
            "giver": giver,
            "how": str(_MEETINGS[said.meeting]).lower(),
            "when": days.said(said.at, weekday=True) + ", " + days.clock(said.at),
        }
        return gettext("Said by %(person)s to %(giver)s, %(how)s, on %(when)s.") % words


def _around(asking: Asking) -> dict[str, Any]:
    return {
        "section": "referrals",
        "uid": asking.uid,
        "asking": asking,
        "name": asking.person.name,
        "kind": asking.kind.value,
        "by_name": asking.kind is Kind.NAME,
        "of": f"?de={asking.kind.asked.value}" if asking.beside else "",
        "beside": f"?de={asking.beside.value}" if asking.beside else "",
    }


def _asking(request: MemberRequest, uid: str) -> Asking | None:
    """What is asked; where two referrers are asked at once, of the one the address names (R39)."""
    named = request.GET.get("de", "")
    role = Role(named) if named in REFERRERS else None
    try:
        return carrying.asking(giver=request.member, uid=uid, now=clock.now(), policy=law.policy(), role=role)
    except StoryGone:
        raise Http404 from None


def _too_late(request: MemberRequest, uid: str, asking: Asking | None) -> HttpResponseBase:
    """Lead back to the story, with the reason: nothing is asked now, or not yet (R5b)."""
    if asking is not None and asking.since is not None and clock.now() < asking.since:
        words = gettext("You can bring this question from %(day)s on: an earlier name’s link is open until then.")
        messages.info(request, words % {"day": days.said(asking.since + timedelta(minutes=1), weekday=True)})
    else:
        messages.info(request, gettext("Nothing is being asked of them at the moment."))
    return redirect("story", uid=uid)


urlpatterns = [
    path("histoire/<slug:uid>/porter/", carry, name="story_carry"),
    path("histoire/<slug:uid>/porter/qr.svg", code, name="story_carry_code"),
    path("histoire/<slug:uid>/de-vive-voix/", aloud, name="story_aloud"),
]
