"""Was it a good match? Asked of who gave one outside the program, on their own pages alone (R14, R23b)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from entremise.lib import law
from entremise.lib.chance import SystemChance
from entremise.lib.clock import now
from entremise.referrals.actions import evaluating_outside as actions
from entremise.referrals.actions import steps
from entremise.referrals.queries.evaluations_outside import outside_evaluation
from entremise.web.access import MemberRequest, members_only
from entremise.web.evaluations import EvaluationForm, names_of


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: MemberRequest, uid: str) -> HttpResponseBase:
    """Ask the member whether a match they made outside was a good one, and keep the answer."""
    page = outside_evaluation(owner=request.member, uid=uid, now=now())
    if page is None:
        raise Http404
    form = EvaluationForm(request.POST if request.method == "POST" else None, page=page, sealed=True)
    if form.is_valid():
        return _answer(request, form, uid)
    context = {"section": "referrals", "page": page, "names": names_of(page), "form": form, "uid": uid}
    return render(request, "outside/evaluation.html", context, status=422 if form.errors else 200)


def _answer(request: MemberRequest, form: EvaluationForm, uid: str) -> HttpResponseBase:
    said, policy = form.said(), law.policy()
    try:
        actions.answer(owner=request.member, uid=uid, said=said, now=now(), chance=SystemChance(), policy=policy)
    except steps.Gone:
        raise Http404 from None
    messages.success(request, gettext("Thank you: your answer is kept."))
    return redirect("given", uid=uid)


urlpatterns = [path("donnee/<slug:uid>/bilan/", evaluate, name="given_evaluation")]
