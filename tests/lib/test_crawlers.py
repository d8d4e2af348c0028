"""Whatever may index a page is told not to; a person's browser, which indexes nothing, is not."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from entremise.lib.headers import strict_headers

_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
PEOPLE = (
    f"Mozilla/5.0 (Linux; Android 11; moto g power (2022)) {_WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {_WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
)
MACHINES = (
    "",
    "curl/8.5.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) {_WEBKIT} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) {_WEBKIT} (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (X11; Linux x86_64) (KHTML, like Gecko; compatible; BingPreview/1.0b) Chrome/141 Safari/537.36",
)


def told(agent: str) -> str | None:
    request = RequestFactory().get("/l/abc/", headers={"User-Agent": agent})
    answer = strict_headers(lambda _request: HttpResponse())(request)
    return answer.headers.get("X-Robots-Tag")


@pytest.mark.parametrize("agent", MACHINES)
def test_machines_are_told_to_index_nothing(agent: str) -> None:
    assert told(agent) == "noindex, nofollow, noarchive"


@pytest.mark.parametrize("agent", PEOPLE)
def test_a_browser_is_told_nothing_about_indexing(agent: str) -> None:
    assert told(agent) is None
