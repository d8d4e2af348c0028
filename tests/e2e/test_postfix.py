"""Our mail through a real Postfix: what comes back, greylisting, and next hops that know less than it does (R18).

Skipped, with the reason, where Postfix is not installed or cannot be started.
"""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import override_settings

from entremise.config.kinds import MailServer
from entremise.lib.mail import Letter, message_of
from entremise.lib.post import Deferred, Sent, Server, SmtpTransport
from entremise.outbox.models import Message
from entremise.people.models import ContactWay
from entremise.protocol.types import Role
from entremise.referrals.actions import giving
from entremise.referrals.models import Request
from entremise.worker.loop import run_until_quiet
from entremise.worker.transports import chosen
from tests import postfix
from tests.cast import INES, World, world
from tests.e2e.post_office import PostOffice
from tests.postfix import NoPostfix, Postfix
from tests.smtp import serving

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]
DOMAIN = INES.partition("@")[2]
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@contextlib.contextmanager
def started(hop: int, *, policy_port: int | None = None) -> Iterator[Postfix]:
    """Start Postfix with one next hop, or skip the test and say why."""
    with contextlib.ExitStack() as stack:
        try:
            mail_server = stack.enter_context(postfix.running({DOMAIN: hop}, policy_port=policy_port))
        except NoPostfix as reason:
            pytest.skip(f"NOT TESTED: {reason}")
        yield mail_server


class Nobody(PostOffice):
    """A next hop that knows none of its recipients."""

    async def handle_RCPT(self, *_said: Any) -> str:  # noqa: N802 - aiosmtpd's name
        return "550 5.1.1 User unknown"


class Old(Controller):
    """A next hop from before 8BITMIME and SMTPUTF8."""

    def __init__(self, handler: object, **more: Any) -> None:
        super().__init__(handler, decode_data=True, enable_SMTPUTF8=False, **more)


class _Greylist(socketserver.StreamRequestHandler):
    """Postfix's policy protocol: attributes, an empty line, an action; each sender is put off once."""

    def handle(self) -> None:
        while attributes := self._attributes():
            known = attributes.get("recipient", "") in self.server.seen  # type: ignore[attr-defined]
            self.server.seen.add(attributes.get("recipient", ""))  # type: ignore[attr-defined]
            action = "DUNNO" if known else "DEFER 4.7.1 Greylisted, please come again"
            self.wfile.write(f"action={action}\n\n".encode())

    def _attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in iter(lambda: self.rfile.readline().decode().strip(), ""):
            name, _is, value = line.partition("=")
            found[name] = value
        return found


@contextlib.contextmanager
def greylisting() -> Iterator[int]:
    """Serve the policy; give its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Greylist) as server:
        server.daemon_threads = True
        server.seen = set()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def work(scene: World, mail_server: Postfix) -> None:
    """Let the worker send through Postfix, and read what came back."""
    out = replace(
        settings.ENTREMISE,
        mail_server=settings.ENTREMISE.mail_server or _server(mail_server),
        bounce_address="bounces@entremise.test",
        bounce_maildir=mail_server.maildir,
    )
    with override_settings(ENTREMISE=out):
        run_until_quiet(now=scene.now, chance=scene.chance, transport=chosen(scene.chance))


def _server(mail_server: Postfix) -> MailServer:
    return MailServer(host="127.0.0.1", port=mail_server.port, user="", password="", security="")


def sent(scene: World) -> str:
    """Hélène sends; nothing has left yet."""
    return giving.send(giver=scene.helene, draft=scene.draft(), now=scene.now, chance=scene.chance, policy=scene.policy)


def test_an_unknown_recipient_comes_back_and_the_giver_s_story_shows_it() -> None:
    """R18: Postfix takes the mail, its next hop refuses, and its report finds its message."""
    with serving(Nobody()) as hop, started(hop) as mail_server:
        scene = world()
        uid = sent(scene)
        work(scene, mail_server)
        assert scene.story(uid).undelivered == ()
        mail_server.wait_for_bounce()
        work(scene, mail_server)
        assert scene.story(uid).undelivered == (Role.RECEIVER,)
        assert Message.objects.get().last_error_kind == "refused, came back 5.1.1"
        assert list((mail_server.maildir / "new").iterdir()) == []


def test_a_greylisted_mail_is_tried_again_and_arrives_once() -> None:
    """R9: put off at first, the same message, under the same Message-ID, some time later."""
    post = PostOffice()
    with serving(post) as hop, greylisting() as policy_port, started(hop, policy_port=policy_port) as mail_server:
        scene = world()
        sent(scene)
        work(scene, mail_server)
        assert Message.objects.get().last_error_kind.startswith("deferred 4")
        assert post.mails == []
        scene.now = Message.objects.get().due_at
        work(scene, mail_server)
        received = post.wait(INES, number=1)
        assert Message.objects.get().state == "sent"
        assert received.message["Message-ID"] == Message.objects.get().message_id
        assert len(post.mails) == 1


@pytest.mark.parametrize("kind", [Controller, Old], ids=["a hop of today", "a hop without 8BITMIME and SMTPUTF8"])
def test_a_mail_arrives_readable_and_unchanged_whatever_the_next_hop_knows(kind: type[Controller]) -> None:
    """Only trace headers are added: what DKIM would sign, body and headers, is the same to the byte."""
    letter = Letter(
        to=INES,
        subject="Hélène Vasseur vous présente quelqu’un à Évry",
        text="Bonjour Inès,\n\nÇa marche ? « Été », œuvre, 12 €.\n.\nFrom here on.\n" + "é" * 1500 + "\n",
        html="<p>Ça marche ? « Été », œuvre, 12 €.</p>\n",
    )
    message = message_of(letter, message_id="<abc@entremise.test>", from_address="É <a@entremise.test>", date=NOW)
    post = PostOffice()
    with serving(post, kind=kind) as hop, started(hop) as mail_server:
        transport = SmtpTransport(Server(host="127.0.0.1", port=mail_server.port))
        assert transport.deliver(message, alive=lambda: True) == Sent()
        received = post.wait(INES, number=1)
    raw = received.raw if isinstance(received.raw, bytes) else str(received.raw).encode()
    head, _empty, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    handed = message.as_bytes().replace(b"\r\n", b"\n")
    assert raw.isascii()
    assert body.rstrip(b"\n") == handed.partition(b"\n\n")[2].rstrip(b"\n")
    arrived = message_from_bytes(raw, policy=default)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Auto-Submitted"):
        assert arrived.get_all(name) == message_from_bytes(handed, policy=default).get_all(name)
    added = {line.split(b":")[0] for line in head.split(b"\n") if line[:1].strip()} - {
        line.split(b":")[0] for line in handed.partition(b"\n\n")[0].split(b"\n") if line[:1].strip()
    }
    assert added <= {b"Received", b"X-Peer", b"X-MailFrom", b"X-RcptTo", b"Return-Path"}
    assert received.text.startswith("Bonjour Inès,")
    assert "« Été », œuvre, 12 €." in received.html


def test_an_address_that_plain_smtp_cannot_carry_never_reaches_a_hop() -> None:
    """A next hop without SMTPUTF8 is never asked for it: such an address is refused before anything leaves."""
    post = PostOffice()
    with serving(post, kind=Old) as hop, started(hop) as mail_server:
        scene = world()
        sent(scene)
        ContactWay.objects.filter(value=INES).update(value=f"inès@{DOMAIN}")
        Request.objects.update(address=f"inès@{DOMAIN}")
        work(scene, mail_server)
        assert Message.objects.get().last_error_kind == "refused 553"
        assert post.mails == []


def test_while_nobody_listens_the_mail_waits() -> None:
    """The server is away: nothing is lost, and nothing is called delivered."""
    transport = SmtpTransport(Server(host="127.0.0.1", port=postfix.free_port(), timeout=2))
    letter = Letter(to=INES, subject="Bonjour", text="Bonjour.\n", html="<p>Bonjour.</p>\n")
    message = message_of(letter, message_id="<abc@entremise.test>", from_address="a@entremise.test", date=NOW)
    assert not isinstance(transport.deliver(message, alive=lambda: True), Sent | Deferred)
