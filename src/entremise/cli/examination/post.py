"""The way mail leaves: whether the server can be reached, trusts us, and takes a letter."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from entremise.cli.examination.finding import Finding, doubtful, right, wrong
from entremise.lib.chance import Chance
from entremise.lib.mail import Letter, message_of, new_message_id
from entremise.lib.post import Sent, Server, SmtpTransport, server_at

_PATIENCE = 10.0  # seconds for each step
_OURS = {"localhost", "127.0.0.1", "::1"}


def examine(*, to: str, now: datetime, chance: Chance) -> Iterator[Finding]:
    """Talk to the mail server as the worker would; with `to`, hand it a letter."""
    place = settings.ENTREMISE.mail_server
    if place is None:
        yield doubtful(
            _("Nothing leaves this machine: mail goes to the built-in mailbox."),
            _("For real use set EMAIL_URL to the mail server that sends for your domain."),
        )
        return
    server = server_at(place, timeout=_PATIENCE)
    about = {"host": server.host, "port": server.port}
    try:
        yield from _talk(server, about)
    except smtplib.SMTPAuthenticationError:
        yield wrong(
            _("%(host)s does not accept our user and password.") % about, _("Look at both in EMAIL_URL.")
        )
        return
    except ssl.SSLError:
        yield wrong(
            _("%(host)s cannot be trusted: its certificate is not right, or it does not encrypt on port %(port)d.")
            % about,
            _("smtps:// is usually port 465, smtp+tls:// port 587; the name must be the certificate's."),
        )
        return
    except (OSError, smtplib.SMTPException):
        yield wrong(
            _("No mail server answers as it should at %(host)s, port %(port)d.") % about,
            _("Look at EMAIL_URL, and whether your host lets mail out: many close port 25."),
        )
        return
    if to:
        yield _send(server, to=to, now=now, chance=chance)


def _talk(server: Server, about: dict[str, object]) -> Iterator[Finding]:
    context = ssl.create_default_context()
    smtp = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
        if server.tls
        else smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    )
    with smtp:
        smtp.ehlo()
        yield right(_("The mail server %(host)s answers on port %(port)d.") % about)
        if server.starttls:
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.tls or server.starttls:
            yield right(_("The line to it is encrypted, and its certificate is right."))
        elif server.host not in _OURS:
            yield wrong(
                _("The line to it is not encrypted: whoever is in between reads every mail."),
                _("Use smtp+tls:// or smtps:// in EMAIL_URL."),
            )
        if server.user:
            smtp.login(server.user, server.password)
            yield right(_("It accepts our user and password."))
        if smtp.has_extn("8bitmime"):
            yield right(_("It takes letters of eight bits (8BITMIME)."))
        else:
            yield right(_("It takes letters of seven bits only; ours are always written so."))


def _send(server: Server, *, to: str, now: datetime, chance: Chance) -> Finding:
    said = _("This is a test letter, asked for on the command line of Entremise. There is nothing to do.")
    letter = Letter(to=to, subject=_("A test letter"), text=said, html=f"<p>{said}</p>")
    sender = str(settings.DEFAULT_FROM_EMAIL)
    message = message_of(letter, message_id=new_message_id(chance), from_address=sender, date=now)
    outcome = SmtpTransport(server).deliver(message, alive=lambda: True)
    if isinstance(outcome, Sent):
        return right(_("The server took the test letter. Look whether it arrived, and not among the unwanted."))
    return wrong(
        _("The server did not take the test letter: %s") % outcome,
        _("5xx is a no for good (often the sender, ENTREMISE_FROM), 4xx a not now."),
    )
