"""What was typed into a form that could not be taken is shown back, to be sent again; it is kept nowhere else.

Two things can come between typing and keeping: the session has ended, or the page was too old for its protection
against forged forms. Either way nothing is done, and the answer is a page that holds the fields as they were: they
travel in its form and never in an address, a log or a table. Passwords, codes and files are not held.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_NEVER_BACK = re.compile(r"password|passwd|code$|digits|secret|csrfmiddlewaretoken", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The fields of a form as they came, each a name and a value; and whether `files` came too, which do not stay."""

    address: str
    fields: tuple[tuple[str, str], ...]
    files: bool

    @property
    def words(self) -> tuple[str, ...]:
        """What a person wrote at length, to be read and copied: whatever has a space in it."""
        return tuple(value for _name, value in self.fields if " " in value.strip())


def typed(request: HttpRequest) -> Typed:
    """Return what a form said, without what must not be sent back."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    return Typed(
        address=request.get_full_path(),
        fields=tuple((name, value) for name, value in fields if not _NEVER_BACK.search(name)),
        files=bool(request.FILES),
    )


def signed_out(request: HttpRequest) -> HttpResponse:
    """Answer a form that came from somebody who is not signed in (any more): nothing was done, nothing is lost."""
    return render(request, "typed/signed_out.html", {"typed": typed(request)}, status=403)


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid protection against forgery.

    What it said is shown back only where the browser says that it came from one of our own pages: a forger's fields
    would otherwise be one press away from being sent in somebody's name.
    """
    del reason  # for the log, which Django keeps
    kept = typed(request) if _from_here(request) else None
    return render(request, "403_csrf.html", {"typed": kept}, status=403)


def _from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "")
    if not origin:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    return origin in (f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)
