"""The people one's contacts know, counted in three ways; and whether one's own book counts in it (R36)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from entremise.lib import law
from entremise.lib.clock import now
from entremise.people.actions.reach import agree, take_back
from entremise.people.queries import reach
from entremise.web.access import MemberRequest, members_only

# What was measured on invented networks of 20,000 people (docs/reference/sphere.md), in per cent of the exact count.
ERROR_OF_ESTIMATE, ERROR_OF_PRODUCT = 21, 124


@members_only
@require_safe
def sphere(request: MemberRequest) -> HttpResponse:
    """Show the three figures, each with what is known and what is assumed."""
    policy = law.policy()
    context = {
        "section": "cultivating",
        "reach": reach.reach(owner_pk=request.member.pk, on=now().date(), policy=policy),
        "policy": policy,
        "agreed": reach.agreed_on(owner_pk=request.member.pk) is not None,
        "error_of_estimate": ERROR_OF_ESTIMATE,
        "error_of_product": ERROR_OF_PRODUCT,
    }
    return render(request, "cultivating/sphere.html", context)


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def sphere_choice(request: MemberRequest) -> HttpResponseBase:
    """Explain what would be counted of the member's book, and keep whether it may be."""
    pk = request.member.pk
    if request.method == "POST":
        if request.POST.get("count") == "yes":
            agree(owner_pk=pk, now=now())
            messages.success(request, gettext("Your address book will be in the next month's count."))
        else:
            take_back(owner_pk=pk)
            messages.success(request, gettext("Your address book is not counted, and nothing of it is kept for that."))
        return redirect("sphere_choice")
    context = {"agreed": reach.agreed_on(owner_pk=pk), "policy": law.policy()}
    return render(request, "moi/sphere.html", context)


urlpatterns = [
    path("cultiver/sphere/", sphere, name="sphere"),
    path("moi/sphere/", sphere_choice, name="sphere_choice"),
]
