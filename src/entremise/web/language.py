"""In which language and time zone a page is written when no member is signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header


def language_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Speak the language of `?lang=`, else of the browser, else the installation's; no cookie.

    A member's own language and time zone take over as soon as `access` has recognised them.
    """

    def speak(request: HttpRequest) -> HttpResponseBase:
        translation.activate(_asked_for(request))
        timezone.deactivate()
        try:
            response = get_response(request)
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language())
        finally:
            # The next request on this thread must not inherit anybody's language or zone.
            translation.deactivate()
            timezone.deactivate()
        return response

    return speak


def _asked_for(request: HttpRequest) -> str:
    wanted = request.GET.get("lang", "")
    try:
        return translation.get_supported_language_variant(wanted)
    except LookupError:
        pass
    for tag in _accepted(request):
        try:
            return translation.get_supported_language_variant(tag)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _accepted(request: HttpRequest) -> list[str]:
    header = request.headers.get("Accept-Language", "")
    ranked = parse_accept_lang_header(header)
    return [tag for tag, _quality in ranked]
