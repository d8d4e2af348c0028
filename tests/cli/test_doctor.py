"""The doctor says what is right, doubtful and wrong, and what to do; its exit status is the worst of it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from entremise.cli import doctor
from entremise.cli.command import main
from entremise.config.environment import Problem
from entremise.config.kinds import MailServer
from entremise.lib import dns, schema
from entremise.lib.backup import keeping
from entremise.lib.backup.keeping import Made
from entremise.outbox import actions
from entremise.outbox.models import Message
from tests.cast import INES, world
from tests.lib.fake_dns import answering
from tests.smtp import serving

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOOD = {
    "example.org": ["v=spf1 mx -all"],
    "mail2026._domainkey.example.org": ["v=DKIM1; p=MIGf"],
    "_dmarc.example.org": ["v=DMARC1; p=quarantine"],
}
Ask = Callable[..., tuple[int, str]]


class Letters:
    """Takes every letter."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken.append(envelope.content)
        return "250 taken"


class SevenBits(Controller):
    """A server that announces neither 8BITMIME nor anything else."""

    def factory(self) -> SMTP:
        class Old(SMTP):
            async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's name
                await self.smtp_HELO(hostname)

        return Old(self.handler)


class Suspicious(Controller):
    """A server that knows nobody."""

    def factory(self) -> SMTP:
        def nobody(*_: object) -> AuthResult:
            return AuthResult(success=False, handled=False)

        return SMTP(self.handler, authenticator=nobody, auth_require_tls=False)


@pytest.fixture
def healthy(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    """An installation where all is right."""
    (tmp_path / "secret-key").write_text("x")
    (tmp_path / "secret-key").chmod(0o600)
    settings.SECRET_KEY, settings.ENTREMISE_PROBLEMS, settings.LANGUAGE_CODE = "k" * 52, (), "en"
    monkeypatch.setenv("ENTREMISE_LANGUAGE", "en")
    monkeypatch.setattr(doctor, "now", lambda: NOW)
    letters = Letters()
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(serving(letters))
        resolver = stack.enter_context(answering(GOOD))
        monkeypatch.setattr(dns, "resolvers", lambda: (resolver,))
        settings.ENTREMISE = replace(
            settings.ENTREMISE,
            data_dir=tmp_path,
            site_url="https://entremise.example.org",
            owner_name="Cabinet Exemple",
            owner_contact="donnees@example.org",
            sender="Entremise <ne-pas-repondre@example.org>",
            dkim_selector="mail2026",
            mail_server=MailServer(host="127.0.0.1", port=port),
        )
        settings.DEFAULT_FROM_EMAIL = settings.ENTREMISE.sender
        actions.pulse(now=NOW)
        keeping._remember(Made(file="x", made_at=NOW - timedelta(hours=3), size=1, sealed=True, rows=1))
        yield letters


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def examine(*words: str) -> tuple[int, str]:
        status = main(["doctor", *words])
        return status, capsys.readouterr().out

    return examine


def change(settings: Any, **values: object) -> None:
    settings.ENTREMISE = replace(settings.ENTREMISE, **values)


def test_where_all_is_right_nothing_is_asked_and_the_status_is_0(healthy: Letters, ask: Ask) -> None:
    status, said = ask()
    assert status == 0, said
    assert "→" not in said
    assert "All is right." in said
    assert healthy.taken == []


def test_it_speaks_french_where_the_installation_does(
    healthy: Letters, ask: Ask, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREMISE_LANGUAGE", "fr")
    settings.LANGUAGE_CODE = "fr"
    assert "Tout est bien." in ask()[1]
    monkeypatch.delenv("ENTREMISE_LANGUAGE")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "All is right." in ask()[1]
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "Tout est bien." in ask()[1]


def test_a_test_letter_goes_the_way_of_all_letters(healthy: Letters, ask: Ask) -> None:
    status, said = ask("--to", INES)
    assert status == 0
    assert "took the test letter" in said
    (letter,) = healthy.taken
    assert b"A test letter" in letter


def test_a_refused_test_letter_is_said_with_its_code(healthy: Letters, ask: Ask) -> None:
    async def no(self: object, *_: object) -> str:
        return "550 no such person"

    Letters.handle_RCPT = no  # type: ignore[attr-defined]
    try:
        status, said = ask("--to", INES)
    finally:
        del Letters.handle_RCPT  # type: ignore[attr-defined]
    assert status == 2
    assert "550" in said


WRONG_OR_DOUBTFUL: list[tuple[str, dict[str, object], int, str]] = [
    ("debug", {"debug": True}, 2, "ENTREMISE_DEBUG"),
    ("mailbox", {"mailbox_page": True}, 2, "ENTREMISE_MAILBOX_PAGE"),
    ("owner", {"owner_name": ""}, 1, "ENTREMISE_OWNER_NAME"),
    ("http", {"site_url": "http://entremise.example.org"}, 2, "HTTPS"),
    ("home", {"site_url": "http://localhost:8000"}, 1, "ENTREMISE_SITE_URL"),
    ("no server", {"mail_server": None}, 1, "EMAIL_URL"),
    ("nobody there", {"mail_server": MailServer(host="127.0.0.1", port=9)}, 2, "port 9"),
    ("no domain", {"sender": "Entremise <entremise@localhost>"}, 1, "ENTREMISE_FROM"),
    ("other domain", {"sender": "x@other.example"}, 2, "v=spf1 mx -all"),
    ("other selector", {"dkim_selector": "old"}, 2, "old._domainkey.example.org"),
    ("no selector", {"dkim_selector": ""}, 1, "ENTREMISE_DKIM_SELECTOR"),
]


@pytest.mark.parametrize(
    ("values", "status", "told"), [row[1:] for row in WRONG_OR_DOUBTFUL], ids=[row[0] for row in WRONG_OR_DOUBTFUL]
)
def test_what_is_not_right_is_said_with_what_to_do(
    healthy: Letters, ask: Ask, settings: Any, values: dict[str, object], status: int, told: str
) -> None:
    change(settings, **values)
    found, said = ask()
    assert (found, told in said) == (status, True), said
    assert "→" in said


def test_a_wrong_setting_is_named(healthy: Letters, ask: Ask, settings: Any) -> None:
    settings.ENTREMISE_PROBLEMS = (Problem(number=9, name="X", message="ENTREMISE_PORT is no port", serious=True),)
    status, said = ask()
    assert status == 2
    assert "ENTREMISE_PORT is no port" in said


def test_a_secret_that_others_can_read_is_wrong(healthy: Letters, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "secret-key").chmod(0o644)
    status, said = ask()
    assert status == 2
    assert "chmod 600" in said


@pytest.mark.parametrize(
    ("kind", "server", "status", "told"),
    [
        (SevenBits, {}, 0, "seven bits only"),
        (Suspicious, {"user": "u", "password": "p"}, 2, "user and password"),
        (Controller, {"security": "starttls"}, 2, "No mail server answers as it should"),
        (Controller, {"security": "tls"}, 2, "cannot be trusted"),
    ],
)
def test_mail_servers_of_all_sorts_are_told_apart(
    healthy: Letters, ask: Ask, settings: Any, kind: type[Controller], server: dict[str, Any], status: int, told: str
) -> None:
    with serving(healthy, kind=kind) as port:
        change(settings, mail_server=MailServer(host="127.0.0.1", port=port, **server))
        found, said = ask()
    assert (found, told in said) == (status, True), said


def test_without_dns_it_says_that_nothing_is_known(healthy: Letters, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns, "resolvers", tuple)
    status, said = ask()
    assert status == 1
    assert "nothing is known about SPF, DKIM and DMARC" in said


@pytest.mark.parametrize(
    ("name", "texts", "status", "told"),
    [
        ("example.org", ["v=spf1 +all"], 2, "lets everybody send"),
        ("example.org", ["v=spf1 mx"], 1, "nothing of other servers"),
        ("_dmarc.example.org", [], 2, "large mail houses"),
        ("_dmarc.example.org", ["v=DMARC1; p=none"], 1, "only watches"),
        ("mail2026._domainkey.example.org", ["v=DKIM1; p="], 2, "taken back"),
    ],
)
def test_the_sending_domain_is_explained(
    healthy: Letters, ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str, texts: list[str], status: int, told: str
) -> None:
    with answering(GOOD | {name: texts}) as resolver:
        monkeypatch.setattr(dns, "resolvers", lambda: (resolver,))
        found, said = ask()
    assert (found, told in said) == (status, True), said


@pytest.mark.parametrize(
    ("days", "sealed", "status", "told"),
    [(1, False, 1, "not encrypted"), (3, True, 1, "3 days old"), (9, True, 2, "9 days old")],
)
def test_an_old_backup_is_said(healthy: Letters, ask: Ask, days: int, sealed: bool, status: int, told: str) -> None:
    made = Made(file="x", made_at=NOW - timedelta(days=days), size=1, sealed=sealed, rows=1)
    keeping._remember(made)
    found, said = ask()
    assert (found, told in said) == (status, True), said


def test_a_silent_worker_stuck_mail_and_a_frozen_outbox_are_said(healthy: Letters, ask: Ask) -> None:
    world(now=NOW - timedelta(hours=1)).send()
    Message.objects.update(state="ready", settled_at=None, due_at=NOW - timedelta(hours=1))
    assert "still here" in ask()[1]
    actions.freeze(now=NOW)
    status, said = ask()
    assert status == 1
    assert "entremise outbox thaw" in said
    actions.pulse(now=NOW - timedelta(hours=1))
    assert "The worker says nothing" in ask()[1]


def test_missing_tables_are_named(healthy: Letters, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "missing", lambda: ["outbox.0009_later"])
    status, said = ask()
    assert status == 2
    assert "outbox.0009_later" in said


def test_a_database_that_is_away_is_wrong_and_the_rest_is_looked_at(
    healthy: Letters, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def away() -> list[str]:
        raise OperationalError("host db.example.org")

    monkeypatch.setattr(schema, "missing", away)
    status, said = ask()
    assert status == 2
    assert "cannot be used" in said
    assert "db.example.org" not in said
    assert "DMARC" in said


@pytest.fixture
def box(tmp_path: Path, settings: Any, healthy: Letters) -> Path:
    folder = tmp_path / "box"
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    change(settings, bounce_address="bounces@example.org", bounce_maildir=folder)
    return folder


def test_a_folder_for_what_comes_back_is_looked_at(box: Path, ask: Ask, settings: Any) -> None:
    """R18."""
    assert ask()[0] == 0
    assert "is read and emptied" in ask()[1]
    change(settings, bounce_maildir=None)
    assert "pipe it into the program" in ask()[1]
    change(settings, bounce_maildir=box, bounce_address="")
    status, said = ask()
    assert (status, "no letter of ours comes back there" in said) == (2, True)


def test_a_folder_that_is_not_there_or_no_maildir_is_said(box: Path, ask: Ask, settings: Any) -> None:
    (box / "cur").rmdir()
    status, said = ask()
    assert (status, f"{box} lacks cur" in said) == (2, True)
    change(settings, bounce_maildir=box / "nowhere")
    status, said = ask()
    assert (status, f"is not there: {box}/nowhere" in said) == (2, True)


def test_a_folder_that_may_not_be_emptied_is_said(box: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != box / "new")
    status, said = ask()
    assert (status, "may not read or empty" in said) == (2, True)


def test_undelivered_mail_that_lies_there_is_said_whoever_asks(box: Path, ask: Ask) -> None:
    """The service may be allowed less than whoever calls the doctor."""
    for name, minutes in (("fresh", 5), ("old", 20)):
        (box / "new" / name).write_text("x")
        at = (NOW - timedelta(minutes=minutes)).timestamp()
        os.utime(box / "new" / name, (at, at))
    status, said = ask()
    assert (status, "quarter of an hour: 1." in said) == (1, True)
