"""The mail server of these tests: a real one, on loopback, that keeps every message as it came."""

from __future__ import annotations

import email
import email.policy
import re
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property
from typing import Any

_ENOUGH = 120.0  # seconds; the worker looks once a second, a busy machine takes longer


@dataclass(frozen=True)
class Received:
    """One message as the server took it: the envelope's recipient, and every byte."""

    to: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """The message, read."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message["Subject"])

    @cached_property
    def text(self) -> str:
        """Its plain text."""
        return self._body("plain")

    @cached_property
    def html(self) -> str:
        """Its HTML."""
        return self._body("html")

    @property
    def links(self) -> list[str]:
        """Every address in it, headers included, each once."""
        everything = f"{self.text}\n{self.html}\n{self.message['List-Unsubscribe'] or ''}"
        return list(dict.fromkeys(re.findall(r"""https?://[^\s<>"')\]]+""", everything)))

    def link(self, door: str = "l") -> str:
        """The address of a request (`l`), of the news (`n`), or of silence (`silence`)."""
        return next(link for link in self.links if f"/{door}/" in link)

    @property
    def digits(self) -> str:
        """The four digits printed in it."""
        found = re.search(r"^\s*(\d) ?(\d) ?(\d) ?(\d)\s*$", self.text, re.MULTILINE)
        assert found, self.text
        return "".join(found.groups())

    @property
    def code(self) -> str:
        """The eight digits of a sign-in."""
        found = re.search(r"^\s*((?:\d ?){8})\s*$", self.text, re.MULTILINE)
        assert found, self.text
        return found.group(1).replace(" ", "").strip()

    @property
    def everything(self) -> str:
        """All that its reader can see of it or find in it: headers and both bodies, decoded."""
        heads = "\n".join(f"{name}: {value}" for name, value in self.message.items())
        return f"{heads}\n{self.text}\n{self.html}"

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None, f"{self.subject} has no {kind} body"
        return str(part.get_content())


class PostOffice:
    """What aiosmtpd hands messages to; `mails` is in the order in which they came."""

    def __init__(self) -> None:
        self.mails: list[Received] = []
        self._came = threading.Condition()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message."""
        del server, session
        with self._came:
            self.mails += [Received(to=to, raw=bytes(envelope.original_content)) for to in envelope.rcpt_tos]
            self._came.notify_all()
        return "250 kept"

    def to(self, address: str) -> list[Received]:
        """Return what has come for an address."""
        return [mail for mail in self.mails if mail.to == address]

    def wait(self, address: str, *, number: int, patience: float = _ENOUGH) -> Received:
        """Return the mail of this number (from 1) for an address, once it has come."""
        until = time.monotonic() + patience
        with self._came:
            while len(self.to(address)) < number:
                left = until - time.monotonic()
                came = [f"{mail.to}: {mail.subject}" for mail in self.mails]
                assert left > 0, f"mail {number} to {address} did not come; these did: {came}"
                self._came.wait(left)
            return self.to(address)[number - 1]
