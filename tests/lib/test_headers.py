"""Every page carries strict headers; link pages tell nobody where the reader came from (R4)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from entremise.lib.headers import LINKS, strict_headers
from entremise.web.access import Audience
from entremise.web.urls import FAMILIES


def _answer(path: str, **already: str) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("", headers=already)

    response = strict_headers(view)(RequestFactory().get(path))
    assert isinstance(response, HttpResponse)
    return response


def test_nothing_inline_nothing_foreign_and_nothing_kept() -> None:
    response = _answer("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response["Cache-Control"] == "no-store, private"


def test_a_link_page_sends_no_referrer_whatever_its_view_says() -> None:
    assert _answer("/l/token", **{"Referrer-Policy": "same-origin"})["Referrer-Policy"] == "no-referrer"
    assert "Referrer-Policy" not in _answer("/")


def test_a_view_may_set_a_policy_of_its_own() -> None:
    own = _answer("/", **{"Content-Security-Policy": "sandbox"})
    assert own["Content-Security-Policy"] == "sandbox"


def test_the_pages_that_hide_where_the_reader_came_from_are_those_of_links_alone() -> None:
    """R4: and no member's page, whose forms a browser would then send without an origin, and we refuse."""
    shown = [("/" + str(one.pattern), one.callback.audience) for family in FAMILIES for one in family.urlpatterns]
    assert [path for path, whose in shown if path.startswith(LINKS) and whose is not Audience.STRANGERS] == []
    tokens = [path for path, whose in shown if whose is Audience.STRANGERS and "<" in path]
    assert tokens
    assert [path for path in tokens if not path.startswith(LINKS)] == []
