"""`entremise bounces`, the worker and the outbox: what came back is seen, by the giver alone (R18)."""

from __future__ import annotations

import io
import mailbox
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import override_settings

from entremise.cli.command import main
from entremise.lib import bounces, links
from entremise.lib.post import Server, SmtpTransport
from entremise.outbox.models import Message
from entremise.protocol.types import Role
from entremise.worker.bounce_jobs import ReadBounces
from entremise.worker.transports import chosen
from tests.cast import INES, World, introduced, world
from tests.lib.bounce_cases import NOT_FAILED, POSTFIX, raw

pytestmark = pytest.mark.django_db
ADDRESS = "bounces@entremise.test"


@pytest.fixture(autouse=True)
def address() -> Iterator[None]:
    with override_settings(ENTREMISE=replace(settings.ENTREMISE, bounce_address=ADDRESS)):
        yield


def comes_back_to(mail_id: str) -> str:
    return bounces.return_path(ADDRESS, message_id=mail_id, secret=links.site_secret())


def pipe(report: bytes, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(report)))
    return main(["bounces", *more])


def sent() -> tuple[World, str, str]:
    scene = world()
    uid = scene.send()
    return scene, uid, str(scene.last_to(INES).message["Message-ID"])


def test_the_givers_story_shows_whose_address_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """R18: the giver's; nothing leaves to anybody."""
    scene, uid, mail_id = sent()
    before = len(scene.postman.mails)
    assert scene.story(uid).undelivered == ()
    assert pipe(raw(POSTFIX, to=comes_back_to(mail_id)), monkeypatch) == 0
    assert scene.story(uid).undelivered == (Role.RECEIVER,)
    scene.wait(hours=1)
    assert len(scene.postman.mails) == before
    assert Message.objects.get(message_id=mail_id).last_error_kind == "refused, came back 5.1.1"


def test_an_introduction_that_comes_back_shows_as_well() -> None:
    scene = world()
    uid, to_ines, to_marc = introduced(scene)
    for mail, role in ((to_marc, Role.CLIENT), (to_ines, Role.RECEIVER)):
        from entremise.outbox.actions import take_report

        assert take_report(raw(POSTFIX, to=comes_back_to(str(mail.message["Message-ID"]))), now=scene.now)
        assert role in scene.story(uid).undelivered


@pytest.mark.parametrize("what", NOT_FAILED)
def test_what_is_no_failure_changes_nothing(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, uid, mail_id = sent()
    assert pipe(raw(NOT_FAILED[what], to=comes_back_to(mail_id)), monkeypatch) == 0
    assert scene.story(uid).undelivered == ()


def test_a_forged_or_unknown_address_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """R18: knowing the Message-ID is not enough."""
    scene, uid, mail_id = sent()
    unique = mail_id.strip("<>").partition("@")[0]
    for forged in (f"bounces+{unique}aaaaaaaaaa@entremise.test", comes_back_to("<aaaaaaaaaaaaaaaaaaaaaaaaaa@x>"), INES):
        assert pipe(raw(POSTFIX, to=forged), monkeypatch) == 0
    assert scene.story(uid).undelivered == ()


def test_the_mail_server_may_tell_the_address_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, uid, mail_id = sent()
    assert pipe(raw(POSTFIX, to="postmaster@entremise.test"), monkeypatch, "--recipient", comes_back_to(mail_id)) == 0
    assert scene.story(uid).undelivered == (Role.RECEIVER,)


def test_the_worker_reads_a_maildir_by_itself(tmp_path: Path) -> None:
    scene, uid, mail_id = sent()
    box = mailbox.Maildir(tmp_path / "box")
    box.add(raw(POSTFIX, to=comes_back_to(mail_id)))
    with override_settings(ENTREMISE=replace(settings.ENTREMISE, bounce_maildir=tmp_path / "box")):
        scene.run()
    assert scene.story(uid).undelivered == (Role.RECEIVER,)
    assert list(mailbox.Maildir(tmp_path / "box")) == []


def test_what_the_worker_cannot_take_away_is_logged_at_each_try_and_the_next_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene, uid, mail_id = sent()
    mailbox.Maildir(tmp_path / "box")
    new = tmp_path / "box" / "new"
    (new / "1").write_bytes(b"Subject: x\n\nx\n")
    (new / "2").write_bytes(raw(POSTFIX, to=comes_back_to(mail_id)))
    rename = Path.rename

    def keeping(self: Path, target: Path) -> Path:
        if self.name == "1":
            raise PermissionError(13, "no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", keeping)
    with override_settings(ENTREMISE=replace(settings.ENTREMISE, bounce_maildir=tmp_path / "box")):
        job = ReadBounces()
        for minutes, seen in ((0, 1), (1, 0), (9, 0), (11, 0)):
            assert job(scene.now + timedelta(minutes=minutes), scene.chance) == seen
        assert main(["bounces", "--maildir", str(tmp_path / "box")]) == 1
    assert scene.story(uid).undelivered == (Role.RECEIVER,)
    said = [one.message for one in caplog.records if "undelivered" in one.message]
    assert len(said) == 2
    assert "PermissionError" in said[0]


def test_a_folder_is_read_by_hand(tmp_path: Path) -> None:
    scene, uid, mail_id = sent()
    mailbox.Maildir(tmp_path / "box").add(raw(POSTFIX, to=comes_back_to(mail_id)))
    assert main(["bounces", "--maildir", str(tmp_path / "box")]) == 0
    assert scene.story(uid).undelivered == (Role.RECEIVER,)


def test_each_message_leaves_under_an_address_of_its_own() -> None:
    """R4, R18: random for each message, so that two of one referral have nothing in common."""
    scene = world()
    _uid, to_ines, to_marc = introduced(scene)
    ids = [str(mail.message["Message-ID"]) for mail in (to_ines, to_marc)]
    first, second = (comes_back_to(mail_id) for mail_id in ids)
    assert first != second
    with override_settings(
        ENTREMISE=replace(
            settings.ENTREMISE,
            mail_server=SimpleNamespace(host="127.0.0.1", port=25, user="", password="", security=""),
        )
    ):
        transport = chosen(scene.chance)
    assert isinstance(transport, SmtpTransport)
    assert transport._return_path is not None
    assert transport._return_path(ids[0]) == first
    assert SmtpTransport(Server(host="127.0.0.1"))._return_path is None
