"""Which way mail leaves this installation: its own mailbox, or the server of EMAIL_URL."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from django.conf import settings

from entremise.lib import bounces, links
from entremise.lib.chance import Chance
from entremise.lib.post import Alive, Delivery, Sent, SmtpTransport, Taken, Transport, server_at
from entremise.outbox import actions


class Mailbox:
    """Keeps every message in the built-in mailbox instead of sending it."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        """Keep `message` under its recipient, received at the instant it is dated."""
        if not alive():
            return Taken()
        actions.keep_delivered(
            recipient=str(message["To"]),
            raw=message.as_bytes(),
            now=parsedate_to_datetime(str(message["Date"])),
            chance=self._chance,
            message_id=str(message["Message-ID"]),
        )
        return Sent()


def chosen(chance: Chance) -> Transport:
    """Return the way out that the settings choose: EMAIL_URL's server, else the built-in mailbox."""
    server = settings.ENTREMISE.mail_server
    if server is None:
        return Mailbox(chance)
    return SmtpTransport(server_at(server), return_path=_comes_back)


def _comes_back(message_id: str) -> str:
    """Each message has an address of its own to come back to, where the settings name one (R18)."""
    address = settings.ENTREMISE.bounce_address
    return bounces.return_path(address, message_id=message_id, secret=links.site_secret()) if address else ""
