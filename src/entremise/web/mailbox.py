"""The built-in mailbox: every mail as its recipient sees it. For demonstrations: off unless the settings say so."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from entremise.accounts import queries as members
from entremise.outbox import queries
from entremise.outbox.queries import Mail
from entremise.web.access import demonstration
from entremise.web.sign_in import open_session

# What a careful mail program allows: the letter's own style, nothing fetched, nothing run; a link opens in
# place of the whole page because somebody pressed it.
LETTER_POLICY = (
    "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
SHOWN_HEADERS: Mapping[str, Promise] = {
    "From": _("From"),
    "To": _("To"),
    "Reply-To": _("Reply to"),
    "Subject": _("Subject"),
}
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A mail opened: its main headers, all of them, and both bodies."""

    uid: str
    recipient: str
    subject: str
    sender: str
    received_at: object
    headers: list[tuple[str, str]]
    source: str
    text: str
    html: str


def _open(mail: Mail) -> Sheet:
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    return Sheet(
        uid=mail.uid,
        recipient=mail.recipient,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        received_at=mail.received_at,
        headers=[(str(label), str(message[name])) for name, label in SHOWN_HEADERS.items() if message[name]],
        source="\n".join(f"{name}: {value}" for name, value in message.items()),
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _sheet(uid: str) -> Sheet:
    mail = queries.mail(uid)
    if mail is None:
        raise Http404
    return _open(mail)


@demonstration
def people(request: HttpRequest) -> HttpResponse:
    """Show who received mail, whoever received last first."""
    boxes = queries.boxes()
    with_notebook = {box.recipient for box in boxes if members.by_address(box.recipient)}
    context = {"boxes": [(box, box.recipient in with_notebook) for box in boxes]}
    return render(request, "mailbox/people.html", context)


@demonstration
def box(request: HttpRequest, recipient: str) -> HttpResponse:
    """Show one person's mails, newest first."""
    sheets = [_open(mail) for mail in queries.mails(recipient)]
    if not sheets:
        raise Http404
    return render(request, "mailbox/box.html", {"recipient": recipient, "sheets": sheets})


@demonstration
def letter(request: HttpRequest, uid: str) -> HttpResponse:
    """Show one mail: headers, the HTML in a frame of its own, the text."""
    return render(request, "mailbox/letter.html", {"sheet": _sheet(uid)})


@demonstration
@xframe_options_sameorigin
def body(request: HttpRequest, uid: str) -> HttpResponse:
    """Answer with the HTML of one mail, shut in a sandbox by its own content policy."""
    html = _sheet(uid).html
    aim = '<base target="_top">'
    shown, replaced = _HEAD.subn(lambda head: head.group() + aim, html, count=1)
    return HttpResponse(shown if replaced else aim + html, headers={"Content-Security-Policy": LETTER_POLICY})


@demonstration
@require_POST
def notebook(request: HttpRequest, recipient: str) -> HttpResponse:
    """Sign the visitor of a demonstration in as the member with this address: their mail, code included, lies open."""
    member = members.by_address(recipient)
    if member is None:
        raise Http404
    open_session(request, member=member)
    return redirect("home")


urlpatterns = [
    path("boite/carnet/<path:recipient>/", notebook, name="mailbox-notebook"),
    path("boite/", people, name="mailbox"),
    path("boite/lettre/<slug:uid>/", letter, name="mailbox-letter"),
    path("boite/lettre/<slug:uid>/corps/", body, name="mailbox-body"),
    path("boite/de/<path:recipient>/", box, name="mailbox-of"),
]
