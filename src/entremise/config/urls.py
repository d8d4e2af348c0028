"""Where every door is: the web's pages, and nothing at an address of its own."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("entremise.web.urls"))]
