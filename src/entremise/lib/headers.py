"""Response headers every page carries: a strict content policy, nothing kept, nothing told to other sites."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Whoever has one of these addresses has all it opens, so no other page is told it, whatever the answer (R6).
LINKS = ("/l/", "/n/", "/c/", "/p/", "/e/", "/f/", "/droits/", "/silence/", "/adresse/", "/liste/", "/retour/")


# A person's browser, which names no program and no address of its own. It indexes nothing, so it need not be told.
_BROWSER = re.compile(r"Mozilla/5\.0 \((?!compatible)")
_MACHINE = re.compile(r"bot|crawl|spider|slurp|archiv|preview|fetch|scan|index|https?:|\+", re.IGNORECASE)


def _may_index(agent: str) -> bool:
    return _BROWSER.match(agent) is None or _MACHINE.search(agent) is not None


def strict_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: afterwards a response has a policy, is kept and indexed nowhere, link pages tell no referrer (R4).

    A view that needs another value (the frame around a mail) sets the header itself; it is left alone.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "no-store, private")
        if _may_index(request.headers.get("User-Agent", "")):
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
        response.headers.setdefault("Permissions-Policy", "interest-cohort=(), browsing-topics=()")
        if request.path.startswith(LINKS):
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answer
