"""May I ask this person to recommend me? The answer, the words, and what came of it (R30–R33).

Nothing leaves from here: the message goes from the member's own mailbox, and the member writes down that it went.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.people.actions import asking as actions
from entremise.people.queries import ContactNotFound
from entremise.people.queries import asking as queries
from entremise.people.queries.asking import AskPage, AskRefused
from entremise.people.queries.bonds import BondRefused
from entremise.protocol.asking import Answer, Reason
from entremise.web import asking_words, bond_words, once
from entremise.web.access import MemberRequest, members_only
from entremise.web.asking_words import Wording
from entremise.web.forms_look import Day
from entremise.web.twenty_sixty import chances

_LONGEST = 2_000
_REFUSED: Mapping[str, Promise] = {
    "future": _("This day is still to come."),
    Reason.ASKED_LATELY: _("You have already written down an ask less than 180 days before this day."),
}
_ANY_REASON = _("This cannot be written down.")


class WordingForm(forms.Form):
    """The message, as the member wants to say it."""

    all_optional = True
    text = forms.CharField(
        label=_("Your message"),
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Please write what you would like to say.")},
    )


class AskedForm(forms.Form):
    """The day on which the member asked."""

    on = forms.DateField(
        label=_("When did you ask?"),
        widget=Day,
        error_messages={"required": _("Please say on which day."), "invalid": _("Please write a day.")},
    )


class OverruleForm(forms.Form):
    """The member's word that they know what it risks (R30)."""

    known = forms.BooleanField(
        label=_("I have read what it could cost, and want to ask all the same"),
        error_messages={"required": _("Please tick this first, or go back: nothing obliges you.")},
    )


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Answer in ten seconds whether one may ask, and why; where one may, help with the words (R30–R33)."""
    page = _page(request, uid)
    asked = AskedForm(request.POST if request.POST.get("act") == "asked" else None)
    asked.fields["on"].widget.attrs["max"] = request.member.today(now()).isoformat()
    if asked.is_valid():
        try:
            _ask(request, uid, asked)
        except AskRefused as refused:
            if page.verdict.may:
                asked.add_error("on", str(_REFUSED.get(refused.reasons[0], _ANY_REASON)))
        except BondRefused:
            asked.add_error("on", str(_ANY_REASON))
        if not asked.errors:
            return redirect("contact_ask", uid=uid)
    asked.initial["on"] = request.member.today(now())
    return _show(request, page, asked)


def _page(request: MemberRequest, uid: str) -> AskPage:
    """Return the member's own contact with everything about asking; for anybody else's there is no page (R44)."""
    on = request.member.today(now())
    try:
        return queries.asking(member=request.member, uid=uid, on=on, policy=law.policy())
    except ContactNotFound:
        raise Http404 from None


def _ask(request: MemberRequest, uid: str, form: AskedForm) -> None:
    actions.ask(
        member=request.member,
        uid=uid,
        on=form.cleaned_data["on"],
        once=once.uid(request, member=request.member),
        now=now(),
        policy=law.policy(),
        chance=SystemChance(),
    )
    messages.success(request, gettext("It is written down. Now they have all their time."))


def _show(request: MemberRequest, page: AskPage, asked: AskedForm) -> HttpResponse:
    policy = law.policy()
    card = page.contact
    shown = zip(page.bond.solidity.parts, bond_words.parts(page.bond), strict=True)
    lacking = {part.name for part in page.verdict.lacking}
    context: dict[str, Any] = {
        "section": "contacts",
        "page": page,
        "card": card,
        "answer": asking_words.answer(page),
        "reasons": asking_words.reasons(page, policy=policy),
        "parts": [words for part, words in shown if part.name in lacking],
        "chances": chances(page.place) if page.place else (),
        "heard": bool(page.bond.history.unasked or page.asks),
        "instead": bond_words.next_act(page.bond),
        "harms": asking_words.harms(page),
        "asks": [asking_words.earlier(line) for line in page.asks],
        "answers": [(answer.value, word) for answer, word in asking_words.ANSWERS.items()],
        "form": asked,
        "once": once.sealed(request, member=request.member, chance=SystemChance()),
    }
    if page.verdict.may:
        context |= _message(request, page)
    return render(request, "asking/show.html", context, status=422 if asked.errors else 200)


def _message(request: MemberRequest, page: AskPage) -> dict[str, Any]:
    """The words to send oneself: proposed, or as the member changed them."""
    card = page.contact
    familiar = asking_words.is_familiar(card, request.GET.get("ton", ""))
    proposed = asking_words.wording(card, member=request.member, familiar=familiar)
    typed = request.POST if request.POST.get("act") == "write" else None
    form = WordingForm(typed, initial={"text": proposed.text})
    form.fields["text"].widget.attrs["lang"] = proposed.language
    text = form.cleaned_data["text"] if form.is_valid() else proposed.text
    return {
        "wording": form,
        "proposed": proposed,
        "mailto": _mailto(card.email, proposed, text),
        "tone": ("tu" if familiar else "vous") if proposed.language[:2] == "fr" else "",
    }


def _mailto(address: str, proposed: Wording, text: str) -> str:
    said = {"subject": proposed.subject, "body": text.replace("\r\n", "\n").replace("\n", "\r\n")}
    return f"mailto:{quote(address, safe='@')}?{urlencode(said, quote_via=quote)}"


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def overrule(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Say once, in words, what asking risks; whoever wants to ask all the same may, this once (R30)."""
    page = _page(request, uid)
    if not page.verdict.overrulable:
        return redirect("contact_ask", uid=uid)
    form = OverruleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.overrule(member=request.member, uid=uid, now=now(), policy=law.policy())
        except AskRefused:  # something happened since the page was read; it says what
            messages.warning(request, gettext("Something has changed since: please read again."))
        return redirect("contact_ask", uid=uid)
    context = {
        "section": "contacts",
        "card": page.contact,
        "reasons": asking_words.reasons(page, policy=law.policy()),
        "harms": asking_words.harms(page),
        "form": form,
    }
    return render(request, "asking/overrule.html", context, status=422 if form.errors else 200)


@members_only
@require_POST
def came(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Note what came of an ask, or take the ask back (R32); twice is once."""
    ask, said = request.POST.get("ask", ""), request.POST.get("came", "")
    try:
        if said == "never":
            actions.take_back(member=request.member, uid=ask, now=now(), policy=law.policy())
            messages.success(request, gettext("Taken back: as if you had never asked."))
        elif said in set(Answer):
            actions.answer(member=request.member, uid=ask, came=Answer(said), now=now())
    except ContactNotFound:
        messages.info(request, gettext("This was taken back already."))
    return redirect("contact_ask", uid=uid)


@members_only
@require_safe
def today(request: MemberRequest) -> HttpResponse:
    """A few people whom one may ask today, and who never were: no more than a handful, none of them a task (R30)."""
    on = request.member.today(now())
    lines = queries.to_ask(member=request.member, on=on, policy=law.policy())
    return render(request, "asking/today.html", {"section": "cultivating", "lines": lines})


urlpatterns = [
    path("contacts/<slug:uid>/demander/", show, name="contact_ask"),
    path("contacts/<slug:uid>/demander/quand-meme/", overrule, name="contact_ask_overrule"),
    path("contacts/<slug:uid>/demander/suite/", came, name="contact_ask_came"),
    path("cultiver/demander/", today, name="to_ask"),
]
