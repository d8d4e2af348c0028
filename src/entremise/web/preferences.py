"""What is sent to me, and when: the hour of the daily list, and the letters I can do without."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from entremise.accounts import actions
from entremise.accounts.queries import OPTIONAL_MAILS, MemberCard
from entremise.web.access import MemberRequest, members_only
from entremise.web.two_versions import AsRead

_MAIL_WORDS: dict[str, Promise] = {
    "told_yes": _("Somebody I asked has said yes"),
    "introduction_giver": _("An introduction I prepared has been made"),
    "word": _("Somebody thanks me or gives me news"),
}


class PreferencesForm(AsRead):
    """When the daily list comes, and which letters are wanted."""

    digest_on = forms.BooleanField(
        label=_("Send me the list of the day"),
        help_text=_("What you owe to whom, in one mail. It is sent only when there is something."),
        required=False,
    )
    review_on = forms.BooleanField(
        label=_("Send me a look back at the month"),
        help_text=_(
            "What went well, one question, one small correction, in one mail on the first working day. It is sent only "
            "when something happened."
        ),
        required=False,
    )
    digest_hour = forms.TypedChoiceField(label=_("At what hour"), coerce=int)
    mails = forms.MultipleChoiceField(
        label=_("Also write to me when"),
        help_text=_("What needs an answer from you is always sent: questions, requests, introductions made to you."),
        choices=[(name, _MAIL_WORDS[name]) for name in OPTIONAL_MAILS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    all_optional = True

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        hours = [(hour, pgettext("hour of the day", "%(hour)d:00") % {"hour": hour}) for hour in range(24)]
        self.fields["digest_hour"].choices = hours  # type: ignore[attr-defined]


def _now_chosen(member: MemberCard) -> dict[str, object]:
    chosen = {name: getattr(member, name) for name in ("digest_on", "review_on", "digest_hour")}
    return {**chosen, "mails": sorted(member.mails)}


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: MemberRequest) -> HttpResponseBase:
    """Show and keep what the member wants to be sent; what another window changed is not overwritten unawares."""
    member = request.member
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=_now_chosen(member))
    if form.is_valid():
        actions.edit_preferences(member_pk=member.pk, **form.cleaned_data)
        messages.success(request, gettext("Your choices are kept."))
        return redirect("account")
    return render(request, "moi/preferences.html", {"form": form}, status=422 if form.errors else 200)


urlpatterns = [path("moi/preferences/", preferences, name="preferences")]
