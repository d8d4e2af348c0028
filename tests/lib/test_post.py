"""What a real server on loopback answers, and what each answer means for a message."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from entremise.lib.mail import Letter, message_of
from entremise.lib.post import Deferred, Delivery, Lost, Refused, Sent, Server, SmtpTransport, Taken
from tests.smtp import serving

DATE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


class Clerk:
    """Takes mail, and says at each step what the test told it to say; "drop" hangs up instead."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.kept: list[bytes] = []
        self.mail_options: list[str] = []

    def _say(self, step: str, server: Any) -> str:
        answer = self.answers.get(step, "250 OK")
        if answer == "drop":
            server.transport.abort()
        return answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.mail_from, self.mail_options = address, options
        return self._say("mail", server)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self._say("rcpt", server)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.kept.append(envelope.content)
        return self._say("data", server)


class SevenBit(SMTP):
    """A server that never heard of 8BITMIME or any other extension."""

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        await self.push("502 EHLO not known here")


class OldController(Controller):
    def factory(self) -> SMTP:
        return SevenBit(self.handler, decode_data=False)


@pytest.fixture
def server_with() -> Iterator[Callable[..., tuple[Clerk, Server]]]:
    with contextlib.ExitStack() as stack:

        def start(kind: type[Controller] = Controller, **answers: str) -> tuple[Clerk, Server]:
            clerk = Clerk(**answers)
            return clerk, Server(host="127.0.0.1", port=stack.enter_context(serving(clerk, kind=kind)), timeout=5)

        yield start


def message(text: str = "Bonjour Inès\n.\n.suite\n") -> EmailMessage:
    letter = Letter(to="ines@example.org", subject="Été", text=text, html="<p>é</p>\n")
    return message_of(letter, message_id="<a@x.test>", from_address="Élie <e@x.test>", date=DATE)


def deliver(server: Server) -> Delivery:
    return SmtpTransport(server).deliver(message(), alive=lambda: True)


def test_a_message_arrives_to_the_byte_dots_included(server_with: Any) -> None:
    clerk, server = server_with()
    assert deliver(server) == Sent()
    assert clerk.kept == [message().as_bytes()]


def test_a_server_without_8bitmime_gets_seven_bits_and_no_option(server_with: Any) -> None:
    clerk, server = server_with(OldController)
    assert deliver(server) == Sent()
    assert clerk.kept[0].isascii()
    assert clerk.mail_options == []


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "meaning"),
    [("550 no such user", Refused(550)), ("451 greylisted", Deferred(451)), ("530 sign in first", Deferred(530))],
)
def test_a_no_for_good_a_not_now_and_a_not_you_are_told_apart(
    server_with: Any, step: str, answer: str, meaning: Delivery
) -> None:
    _clerk, server = server_with(**{step: answer})
    assert deliver(server) == meaning


@pytest.mark.parametrize(("step", "after_data"), [("mail", False), ("rcpt", False), ("data", True)])
def test_a_line_that_breaks_is_lost_and_uncertain_only_once_the_text_had_left(
    server_with: Any, step: str, after_data: bool
) -> None:
    _clerk, server = server_with(**{step: "drop"})
    assert deliver(server) == Lost(after_data)


def test_nobody_listening_is_a_line_lost_before_the_text_left() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert deliver(Server(host="127.0.0.1", port=port, timeout=2)) == Lost(after_data=False)


def _greeter(greeting: bytes) -> tuple[int, threading.Thread]:
    """A server that greets with these bytes and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as line:
            line.sendall(greeting)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], thread


@pytest.mark.parametrize(
    ("greeting", "meaning"),
    [(b"554 go away\r\n", Deferred(554)), (b"421 too busy\r\n", Deferred(421)), (b"", Lost(after_data=False))],
)
def test_a_server_that_does_not_even_greet_us_says_nothing_about_the_message(
    greeting: bytes, meaning: Delivery
) -> None:
    port, thread = _greeter(greeting)
    assert deliver(Server(host="127.0.0.1", port=port, timeout=5)) == meaning
    thread.join(5)


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(host="127.0.0.1", port=listener.getsockname()[1], timeout=0.2)
        assert deliver(server) == Lost(after_data=False)


def test_nothing_leaves_once_somebody_else_holds_the_message(server_with: Any) -> None:
    clerk, server = server_with()
    assert SmtpTransport(server).deliver(message(), alive=lambda: False) == Taken()
    assert clerk.kept == []


def test_a_server_that_will_not_encrypt_gets_no_password_and_no_message(server_with: Any) -> None:
    clerk, server = server_with()
    encrypted = Server(host=server.host, port=server.port, starttls=True, user="u", password="p", timeout=5)
    assert isinstance(deliver(encrypted), Lost | Deferred)
    assert clerk.kept == []


def test_a_password_is_not_in_what_is_printed() -> None:
    assert "hunter2" not in repr(Server(host="x", user="u", password="hunter2"))
