"""Handing a message to a mail server, and every way that can end, as values."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Protocol, TypeAlias


@dataclass(frozen=True)
class Sent:
    """The server took the message on itself."""


@dataclass(frozen=True)
class Refused:
    """The server said no for good to this message (5xx)."""

    code: int


@dataclass(frozen=True)
class Deferred:
    """The server said not now (4xx), or does not know us: another try may succeed."""

    code: int


@dataclass(frozen=True)
class Lost:
    """The line broke. After the text had left, nobody knows whether the server kept it."""

    after_data: bool


@dataclass(frozen=True)
class Taken:
    """Somebody else holds this message by now: nothing was sent."""


Delivery: TypeAlias = Sent | Refused | Deferred | Lost | Taken
Alive: TypeAlias = Callable[[], bool]


class Transport(Protocol):
    """A way out for a message."""

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        """Try once to hand over `message`, without raising for anything the network does.

        Asks `alive` just before the text leaves; where it says False nothing is sent and Taken is returned.
        """


@dataclass(frozen=True, kw_only=True)
class Server:
    """How to reach a mail server. `timeout` is in seconds, for each step of the conversation."""

    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False
    timeout: float = 20.0


class Place(Protocol):
    """Where the settings say that the mail server is; `security` is "none", "tls" or "starttls"."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def security(self) -> str: ...


def server_at(place: Place, *, timeout: float = 20.0) -> Server:
    """Return how to reach the mail server that the settings name."""
    return Server(
        host=place.host,
        port=place.port,
        user=place.user,
        password=place.password,
        tls=place.security == "tls",
        starttls=place.security == "starttls",
        timeout=timeout,
    )


class _Ended(Exception):  # noqa: N818 - carries an answer, not an error
    def __init__(self, delivery: Delivery) -> None:
        super().__init__()
        self.delivery = delivery


_DOT = re.compile(rb"(?m)^\.")
_WHO_ARE_YOU = frozenset({530, 534, 535, 538})  # about our own account, so not about this message


class SmtpTransport:
    """One connection for each message, so that no two recipients ever share a session (R4)."""

    def __init__(self, server: Server, *, return_path: Callable[[str], str] | None = None) -> None:
        """`return_path` gives the envelope's sender for a Message-ID; without it, that is the sender (R18)."""
        self._server = server
        self._return_path = return_path

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        data = _DOT.sub(b"..", message.as_bytes())
        after_data = False
        try:
            with self._conversation() as smtp:
                self._envelope(smtp, message)
                if not alive():
                    return Taken()
                _expect(smtp.docmd("DATA"), wanted=354)
                after_data = True
                smtp.send(data + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n")
                _expect(smtp.getreply(), wanted=250)
                return Sent()
        except _Ended as ended:
            return ended.delivery
        except smtplib.SMTPServerDisconnected:
            return Lost(after_data)
        except smtplib.SMTPResponseException as answer:
            return Deferred(answer.smtp_code)  # greeting, STARTTLS or sign-in: says nothing about the message
        except (OSError, smtplib.SMTPException):
            return Lost(after_data)

    @contextlib.contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        """Open a connection and introduce ourselves; close it politely where possible, whatever happened."""
        server = self._server
        context = ssl.create_default_context() if server.tls or server.starttls else None
        smtp = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
            if server.tls
            else smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        )
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.starttls:
                smtp.starttls(context=context)
                smtp.ehlo()
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()  # the answer to the message is known; a broken goodbye changes nothing
        finally:
            smtp.close()

    def _envelope(self, smtp: smtplib.SMTP, message: EmailMessage) -> None:
        comes_back = self._return_path(str(message["Message-ID"])) if self._return_path else ""
        _expect(smtp.mail(comes_back or parseaddr(str(message["From"]))[1]), wanted=250)
        code, text = smtp.rcpt(parseaddr(str(message["To"]))[1])
        _expect((250 if code == 251 else code, text), wanted=250)


def _expect(answer: tuple[int, bytes], *, wanted: int) -> None:
    """Return if the server answered as wanted; otherwise raise _Ended with what its code means."""
    code = answer[0]
    if code == wanted:
        return
    if code == -1:
        raise smtplib.SMTPServerDisconnected("no answer")
    for_good = 500 <= code < 600 and code not in _WHO_ARE_YOU
    raise _Ended(Refused(code) if for_good else Deferred(code))
