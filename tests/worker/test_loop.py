"""The worker's loop: it sends what is due, survives what fails, and stops cleanly when asked."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import pytest
from django.db import OperationalError

from entremise.lib.chance import Chance, SeededChance
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter
from entremise.lib.post import Alive, Deferred, Delivery, Lost, Refused, Sent, Server, SmtpTransport, Taken
from entremise.outbox import actions, queries
from entremise.worker import loop, transports
from entremise.worker.loop import Work, run, run_until_quiet
from tests.smtp import serving
from tests.worker.kill_harness import ROOT

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
CHANCE = SeededChance(7)


def write(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    return Letter(to=str(payload["to"]), subject="s", text="t", html="h")


RENDERERS = {"letter": write}


class Script:
    """A way out that answers as written, and remembers what it was given."""

    def __init__(self, *answers: Delivery | Exception) -> None:
        self.answers = list(answers)
        self.given: list[EmailMessage] = []

    def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
        if not alive():
            return Taken()
        self.given.append(message)
        answer = self.answers.pop(0) if self.answers else Sent()
        if isinstance(answer, Exception):
            raise answer
        return answer


def enqueue(key: str, *, to: str = "ines@example.org", due: datetime = NOW) -> None:
    chance = SeededChance(crc32(key.encode()))
    actions.enqueue(job="letter", key=key, payload={"to": to}, due=due, now=NOW, chance=chance)


def quiet(transport: Any, *, now: datetime = NOW, periodic: Any = ()) -> dict[str, int]:
    tally = run_until_quiet(now=now, chance=CHANCE, transport=transport, renderers=RENDERERS, periodic=periodic)
    return {word: count for word, count in tally.items() if count}


pytestmark = pytest.mark.django_db


def test_everything_due_leaves_and_nothing_else() -> None:
    enqueue("a")
    enqueue("b", to="marc@example.org")
    enqueue("c", due=NOW + timedelta(seconds=1))
    script = Script()
    assert quiet(script) == {"sent": 2}
    assert {str(message["To"]) for message in script.given} == {"ines@example.org", "marc@example.org"}
    assert {str(message["Date"]) for message in script.given} == {"Mon, 02 Mar 2026 08:30:00 +0000"}
    assert quiet(script) == {}


def test_what_a_periodic_job_makes_due_leaves_in_the_same_run() -> None:
    left = ["first", "second"]

    def wake(now: datetime, chance: Chance) -> int:
        if left:
            enqueue(left.pop())
            return 1
        return 0

    assert quiet(Script(), periodic=(wake,)) == {"wake": 2, "sent": 2}


def test_a_periodic_job_that_never_ends_is_named_and_not_waited_for() -> None:
    with pytest.raises(RuntimeError, match="always find something"):
        quiet(Script(), periodic=(lambda now, chance: 1,))


def test_a_periodic_job_that_fails_is_logged_without_its_words_and_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(now: datetime, chance: Chance) -> int:
        raise LookupError("Marc Delorme")

    enqueue("a")
    assert quiet(Script(), periodic=(broken,)) == {"sent": 1, "broken failed": 2}
    assert "broken failed: LookupError" in caplog.text
    assert "Marc" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Refused(550), "dead"),
        (Deferred(451), "ready"),
        (Lost(False), "ready"),
        (Lost(True), "uncertain"),
        (RuntimeError("to marc@example.org"), "uncertain"),
    ],
)
def test_one_message_that_fails_does_not_hold_up_the_next(
    answer: Delivery | Exception, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue("a", due=NOW - timedelta(seconds=1))
    enqueue("b")
    with caplog.at_level(logging.DEBUG):
        quiet(Script(answer))
    assert {word: count for word, count in queries.counts().items() if count} == {state: 1, "sent": 1}
    assert "example.org" not in caplog.text


def test_an_address_that_smtp_cannot_carry_is_a_visible_failure() -> None:
    enqueue("a", to="inès@example.org")
    script = Script()
    quiet(script)
    assert script.given == []
    assert [trouble.error_kind for trouble in queries.failed_for(["a"])] == ["refused 553"]


def test_a_hold_that_cannot_be_renewed_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    enqueue("a")

    def away(*_: object, **__: object) -> bool:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(actions, "heartbeat", away)
    script = Script()
    quiet(script)
    assert script.given == []
    assert queries.counts()["sending"] == 1


def test_a_settlement_that_fails_is_tried_again_so_that_a_sent_mail_stays_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enqueue("a")
    true_settle, failures = actions.settle, [OperationalError("gone"), OperationalError("gone")]

    def shaky(*given: Any, **named: Any) -> bool:
        if failures:
            raise failures.pop()
        return true_settle(*given, **named)

    monkeypatch.setattr(actions, "settle", shaky)
    monkeypatch.setattr(loop.time, "sleep", lambda seconds: None)
    script = Script()
    assert quiet(script) == {"sent": 1}
    assert len(script.given) == 1
    assert queries.counts()["sent"] == 1


class Clerk:
    """A real server that says these codes one after the other, then 250."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.kept: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.kept.append(envelope.content)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":
            server.transport.abort()
        return answer


@pytest.fixture
def clerk() -> Iterator[tuple[Clerk, SmtpTransport]]:
    clerk = Clerk()
    with serving(clerk) as port:
        yield clerk, SmtpTransport(Server(host="127.0.0.1", port=port, timeout=5))


def test_through_451_a_dropped_line_and_success_the_message_id_stays_the_same(
    clerk: tuple[Clerk, SmtpTransport],
) -> None:
    server, transport = clerk
    server.answers = ["451 later", "drop"]
    enqueue("a")
    now, seen = NOW, []
    while (due := queries.next_due()) is not None:
        now = max(now, due)
        seen.append(quiet(transport, now=now))
    assert seen == [{"deferred": 1}, {"lost": 1}, {"sent": 1}]
    ids = {line for raw in server.kept for line in raw.split(b"\r\n") if line.startswith(b"Message-ID:")}
    assert len(server.kept) == 3
    assert len(ids) == 1


def test_without_a_mail_server_everything_stays_in_the_built_in_mailbox(settings: Any) -> None:
    assert settings.ENTREMISE.mail_server is None
    enqueue("a")
    quiet(transports.chosen(CHANCE))
    [mail] = queries.mails("ines@example.org")
    assert mail.received_at == NOW
    assert b"\r\nSubject: s\r\n" in mail.raw


def test_a_mail_server_in_the_settings_is_the_way_out(settings: Any) -> None:
    server = SimpleNamespace(host="h", port=25, user="", password="", security="tls")
    settings.ENTREMISE = SimpleNamespace(mail_server=server)
    assert isinstance(transports.chosen(CHANCE), SmtpTransport)


def test_one_pass_is_made_and_no_more_when_only_one_is_wanted() -> None:
    enqueue("a")
    work = Work(transport=Script(), read_clock=lambda: NOW, renderers=RENDERERS, periodic=())
    assert run(stop=threading.Event(), work=work, once=True)["sent"] == 1


def test_asked_to_stop_it_settles_the_message_in_hand_and_leaves_the_next() -> None:
    enqueue("a")
    enqueue("b")
    stop = threading.Event()

    class Stopping(Script):
        def deliver(self, message: EmailMessage, *, alive: Alive) -> Delivery:
            stop.set()
            return super().deliver(message, alive=alive)

    work = Work(transport=Stopping(), read_clock=lambda: NOW, renderers=RENDERERS, periodic=())
    assert run(stop=stop, work=work)["sent"] == 1
    assert (queries.counts()["sent"], queries.counts()["ready"]) == (1, 1)


def test_while_the_database_is_away_it_waits_longer_each_time_and_then_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enqueue("a")
    true_claim, failures = actions.claim, [OperationalError("away")] * 7
    waits: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            if not failures and queries.counts()["sent"]:
                self.set()
            return self.is_set()

    def shaky(**named: Any) -> Any:
        if failures:
            raise failures.pop()
        return true_claim(**named)

    monkeypatch.setattr(actions, "claim", shaky)
    work = Work(transport=Script(), read_clock=lambda: NOW, renderers=RENDERERS, periodic=())
    tally = run(stop=Stop(), work=work)
    assert (tally["database away"], tally["sent"]) == (7, 1)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_well_when_it_is_told_to(number: signal.Signals, tmp_path: Any) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "entremise.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "ENTREMISE_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
    }
    said = subprocess.Popen(
        [sys.executable, "-m", "entremise.worker"], env=environment, stderr=subprocess.PIPE, text=True
    )
    assert said.stderr
    for line in said.stderr:
        if "worker started" in line:
            break
    said.send_signal(number)
    assert said.wait(15) == 0
    assert "worker stopped" in said.stderr.read()
