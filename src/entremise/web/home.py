"""Home: to whom do I owe what today?"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from entremise.web.access import MemberRequest, members_only


@members_only
def home(request: MemberRequest) -> HttpResponse:
    """Greet the member."""
    return render(request, "home.html")


urlpatterns = [path("", home, name="home")]
