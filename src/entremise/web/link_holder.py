"""Who holds a link: in which language they are spoken to, and whether a session stands for the four digits (R6).

No cookie is set or needed. Only where the browser already has a session is it read, and it counts only when its
member is the very person the link was sent to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entremise.accounts import queries as accounts
from entremise.lib import days, links
from entremise.protocol.errors import AlreadyIntroduced, Refusal, TooLate, Withdrawn
from entremise.referrals.actions.answering import AcceptsTooMany
from entremise.referrals.actions.digits import Caller, Paused, WrongDigits
from entremise.web.forms_look import Digits

_SEAL_PURPOSE = "session form"


class Page(Protocol):
    """What every page behind a link knows of its person."""

    @property
    def uid(self) -> str: ...
    @property
    def address_hash(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody with a link's token. `seal` is filled in where a session stands for the digits; its forms carry it."""

    token: str
    language: str
    wish: str
    seal: str
    address_hash: str

    def caller(self, request: HttpRequest, *, digits: str) -> Caller:
        """Return who answers. A session counts only with the seal, which a forged form cannot know."""
        sealed = bool(self.seal) and links.same(request.POST.get("seal", ""), self.seal)
        return Caller(
            token=self.token,
            digits=digits,
            member_hash=self.address_hash if sealed else "",
            language=self.language,
        )

    def frame(self, address: str) -> dict[str, object]:
        """Return what every page behind a link shows around itself: who answers for it, and the other language."""
        told = (settings.ENTREMISE.owner_name, settings.ENTREMISE.owner_contact)
        other = "en" if self.language.startswith("fr") else "fr"
        return {
            "holder": self,
            "responsible": ", ".join(filter(None, told)),
            "other_language": other,
            "other_url": f"{address}?lang={other}",
        }


def wish(request: HttpRequest) -> str:
    """Return the language chosen with `?lang=`, or "" where nobody chose one that we speak."""
    try:
        return translation.get_supported_language_variant(request.GET.get("lang", ""))
    except LookupError:
        return ""


def in_own_language(url: str) -> str:
    """Return a link's address as a member opens it: in the language spoken to them, where it is not the site's.

    A link speaks the language its mail was written in, which may be a giver's guess.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    return url if language == settings.LANGUAGE_CODE else f"{url}?lang={language}"


def holder(request: HttpRequest, *, token: str, page: Page) -> Holder:
    """Return the holder of a link to `page`, and speak their language and time zone from now on."""
    language = _spoken(page.language)
    member = _member(request, page)
    translation.activate(language)
    timezone.activate(ZoneInfo(member.time_zone if member else page.time_zone))
    seal = ""
    if member is not None:
        key = request.session.session_key or ""
        seal = links.token(_SEAL_PURPOSE, f"{key} {page.uid}", secret=links.site_secret())
    return Holder(token=token, language=language, wish=wish(request), seal=seal, address_hash=page.address_hash)


def _spoken(language: str) -> str:
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return settings.LANGUAGE_CODE


def _member(request: HttpRequest, page: Page) -> accounts.MemberCard | None:
    """Return the signed-in member, if they are the person asked; without a session cookie nothing is read."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    member = accounts.signed_in(request.user)
    same = member is not None and links.same(member.address_hash, page.address_hash)
    return member if same else None


def hour(at: datetime) -> str:
    """Return the time of day of an instant, in the reader's zone: "14:30"."""
    return days.clock(at)


def gone(request: HttpRequest) -> HttpResponse:
    """One page, one status for a link that is unknown, has lapsed, or never left: it tells nothing apart (R7)."""
    return render(request, "links/gone.html", status=404)


class DigitsForm(forms.Form):
    """The four digits that show a person at work (R6); a session that stands for them takes the field away."""

    digits = forms.CharField(
        label=_("The four digits of the mail"),
        help_text=_("They are printed in the mail we sent you, and show that a person answers, not a machine."),
        max_length=12,
        widget=Digits(attrs={"maxlength": "12"}),
        error_messages={"required": _("Please type the four digits printed in the mail.")},
    )

    def __init__(self, *args: object, sealed: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if sealed:
            del self.fields["digits"]

    @property
    def typed_digits(self) -> str:
        """The digits as typed; "" where a session stands for them."""
        return str(self.cleaned_data.get("digits", ""))

    def explain(self, refusal: Refusal) -> None:
        """Put the reason of a refusal beside its field, everything typed staying as it is."""
        at_digits = isinstance(refusal, WrongDigits | Paused) and "digits" in self.fields
        self.add_error("digits" if at_digits else None, _reason(refusal))


def of_the_message(form: DigitsForm) -> DigitsForm:
    """Return a form whose digits came with what the giver sent, said or showed, not with a mail of ours (R6d)."""
    field = form.fields["digits"]
    field.label = gettext("The four digits of the message")
    field.help_text = gettext("They came with the link, and show that a person answers, not a machine.")
    field.error_messages["required"] = gettext("Please type the four digits that came with the link.")
    return form


def _reason(refusal: Refusal) -> str:
    if isinstance(refusal, Paused):
        words = gettext("There were too many wrong tries. Please try again after %(time)s; nothing is lost meanwhile.")
        return words % {"time": hour(refusal.until)}
    return next((str(words) for kind, words in _REASONS if isinstance(refusal, kind)), str(_NO_LONGER))


_NO_LONGER = _("This can no longer be done. Nothing has changed.")
_REASONS: tuple[tuple[type[Refusal], object], ...] = (
    (WrongDigits, _("These are not the digits of the mail. Nothing has been recorded; please look again.")),
    (TooLate, _("The time to answer has passed. Nothing has changed.")),
    (
        Withdrawn,
        _("You had taken back a yes that was already in effect. That is final, and nobody holds it against you."),
    ),
    (
        AlreadyIntroduced,
        _("The introduction has been made: both of you have the mail. It cannot be taken back any more."),
    ),
    (
        AcceptsTooMany,
        _("You have said yes to several requests that are still open. Once one has ended, you can say yes here."),
    ),
)
