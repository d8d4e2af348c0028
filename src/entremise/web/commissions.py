"""A commission that was agreed with a contact: noted, told in each request, and warned of where it may not be (R25)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from entremise.accounts.queries import MemberCard
from entremise.catalogue.paying import NoPay, may_not_pay
from entremise.catalogue.trades import trade
from entremise.lib import clock
from entremise.people import queries as people
from entremise.people.actions import attentions as actions
from entremise.people.mapping.attentions import LONGEST_AGREEMENT
from entremise.people.queries import ContactCard, ContactNotFound, attentions
from entremise.people.queries.attentions import AgreementCard
from entremise.web.access import MemberRequest, members_only
from entremise.web.attention_words import refusal
from entremise.web.forms_look import Day

_ = gettext_lazy


class AgreementForm(forms.Form):
    """What was agreed, in the member's own words."""

    words = forms.CharField(
        label=_("What was agreed"),
        help_text=_("For instance: five per cent of the first invoice, paid in the month after it."),
        max_length=LONGEST_AGREEMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Please write in a few words what was agreed.")},
    )
    since = forms.DateField(label=_("Since when"), required=False, widget=Day)

    def __init__(self, data: Any = None, *, agreed: AgreementCard | None) -> None:
        super().__init__(data, initial={"words": agreed.words, "since": agreed.since} if agreed else None)


def warnings(member: MemberCard, card: ContactCard) -> list[dict[str, object]]:
    """Return why a commission between these two may not be: for the trade of the contact, and the member's own."""
    return [
        {"trade": trade(key).either(member.language), "why": why.reason(member.language), "limited": why.only_limited}
        for key, why in _concerned(member, card).items()
    ]


def _concerned(member: MemberCard, card: ContactCard) -> dict[str, NoPay]:
    found = {key: may_not_pay(key) for key in (card.trade, member.trade)}
    return {key: why for key, why in found.items() if why is not None}


def noted(member: MemberCard, card: ContactCard | None) -> str:
    """Return "yes" where a commission is noted with somebody, as the referral's question about it is answered (R6b,
    R25); empty where none is: the question stays open."""
    if card is None or attentions.agreement(owner_pk=member.pk, contact_pk=card.pk) is None:
        return ""
    return "yes"


def part(request: MemberRequest, card: ContactCard) -> dict[str, object]:
    """Return what a contact's page says of a commission."""
    return {"agreed": attentions.agreement(owner_pk=request.member.pk, contact_pk=card.pk)}


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Note what was agreed about a commission, change it, or say that it ended (R25)."""
    member = request.member
    try:
        card = people.contact(owner_pk=member.pk, uid=uid)
    except ContactNotFound:
        raise Http404 from None
    if request.method == "POST" and request.POST.get("act") == "end":
        actions.end_agreement(owner_pk=member.pk, contact_uid=uid)
        messages.success(request, gettext("No commission is agreed with %(name)s any more.") % {"name": card.name})
        return redirect("contact", uid=uid)
    agreed = attentions.agreement(owner_pk=member.pk, contact_pk=card.pk)
    form = AgreementForm(request.POST if request.method == "POST" else None, agreed=agreed)
    if form.is_valid() and _kept(request, form, uid):
        messages.success(request, gettext("The agreement with %(name)s is noted.") % {"name": card.name})
        return redirect("contact", uid=uid)
    context = {
        "section": "contacts",
        "form": form,
        "card": card,
        "agreed": agreed,
        "warnings": warnings(member, card),
    }
    return render(request, "attentions/commission.html", context, status=422 if form.errors else 200)


def _kept(request: MemberRequest, form: AgreementForm, uid: str) -> bool:
    at = clock.now()
    try:
        actions.keep_agreement(
            owner_pk=request.member.pk,
            contact_uid=uid,
            today=request.member.today(at),
            now=at,
            **form.cleaned_data,
        )
    except actions.AttentionRefused as refused:
        for field, reason in refused.reasons.items():
            form.add_error(field, refusal(field, reason))
        return False
    return True


urlpatterns = [path("contacts/<str:uid>/commission/", agreement, name="commission")]
