"""The program as something on a telephone's first screen: its manifest, the page for when there is no network.

The service worker holds that one page and what it is drawn with, and nothing else: no page of anybody's is ever kept
by it, and it leaves everything but the opening of a page alone, the pages behind links (`/l/`, `/n/`…) included.
"""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from entremise.web.access import MemberRequest, members_only, strangers

_PAPER = "#fbf8f1"
_ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable-512.png", 512, "maskable"))
# What the offline page is drawn with; the only things the service worker keeps.
_DRAWN_WITH = ("entremise/entremise.css", "entremise/forms.css", "entremise/fonts/literata-latin.woff2")


@strangers
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Say, in the reader's language, what the program is called and how it looks on a first screen."""
    icons = [
        {"src": static(f"entremise/icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in _ICONS
    ]
    told = {
        "id": "/",
        "name": _("Entremise, the notebook of recommendations"),
        "short_name": "Entremise",
        "description": _("Recommend the people you trust to the people who need them."),
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": icons,
    }
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json")


@strangers
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page shown where there is no network; it names nobody."""
    return render(request, "offline.html")


@strangers
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the page for no network, and keeps nothing else."""
    kept = [reverse("offline"), *(static(name) for name in _DRAWN_WITH)]
    version = hashlib.sha256(" ".join(kept).encode()).hexdigest()[:12]
    script = render_to_string("service_worker.js", {"kept": json.dumps(kept), "version": version})
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@strangers
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old name to the mark."""
    return redirect(static("entremise/icons/icon-32.png"))


@members_only
def back(request: MemberRequest) -> HttpResponse:
    """Say that one is signed in again, and that what was typed waits in the other tab."""
    return render(request, "typed/back.html")


urlpatterns = [
    path("manifest.webmanifest", manifest, name="manifest"),
    path("favicon.ico", favicon, name="favicon"),
    path("hors-ligne/", offline, name="offline"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("entrer/retour/", back, name="signed_in_again"),
]
