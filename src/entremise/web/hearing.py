"""What a giver heard of how it ended, noted for themself while the receiver has said nothing (R26)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.lib import law
from entremise.lib.clock import now
from entremise.protocol.types import Outcome
from entremise.referrals.actions import hearing
from entremise.referrals.actions.hearing import AlreadyTold
from entremise.referrals.queries import stories as queries
from entremise.referrals.queries.stories import Story, StoryGone
from entremise.web import story_telling
from entremise.web.access import MemberRequest, members_only
from entremise.web.forms_look import Choices
from entremise.web.words import OUTCOMES

_UNKNOWN = "unknown"


class HeardForm(forms.Form):
    """One of six ends, or none after all where one was noted before."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"), widget=Choices, error_messages={"required": _("Please choose how it ended.")}
    )

    def __init__(self, *args: Any, heard: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ends = [(one.value, str(word.label)) for one, word in OUTCOMES.items()]
        after_all = [(_UNKNOWN, gettext("I do not know after all"))] if heard else []
        self.fields["outcome"].choices = [*ends, *after_all]  # type: ignore[attr-defined]
        self.initial["outcome"] = heard

    @property
    def outcome_heard(self) -> Outcome | None:
        """What was chosen; None where it is not known after all."""
        chosen = self.cleaned_data["outcome"]
        return None if chosen == _UNKNOWN else Outcome(chosen)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def heard(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Note how the giver of this story heard that it ended, for their eyes alone."""
    told = _own(request, uid)
    if not told.may_note_end:
        return redirect("story", uid=uid)
    form = HeardForm(request.POST if request.method == "POST" else None, heard=told.heard)
    if form.is_valid():
        return _note(request, form, uid)
    context = {"section": "referrals", "form": form, "story": told, "names": story_telling.names_of(told)}
    return render(request, "stories/heard.html", context, status=422 if form.errors else 200)


def _note(request: MemberRequest, form: HeardForm, uid: str) -> HttpResponseBase:
    try:
        hearing.hear(giver=request.member, uid=uid, outcome=form.outcome_heard, now=now())
    except AlreadyTold:
        messages.info(request, gettext("You have been told how it ended in the meantime: that is what counts."))
    else:
        messages.success(request, gettext("It is noted, for you alone."))
    return redirect("story", uid=uid)


def _own(request: MemberRequest, uid: str) -> Story:
    """Return the member's own story; for anybody else's the page does not exist (R44)."""
    try:
        return queries.story(giver=request.member, uid=uid, now=now(), policy=law.policy())
    except StoryGone:
        raise Http404 from None


urlpatterns = [path("histoire/<slug:uid>/entendu/", heard, name="story_heard")]
