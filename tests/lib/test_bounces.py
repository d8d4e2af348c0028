"""Reading reports of undelivered mail: many mail servers' ways, and nobody's tricks (R18)."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from entremise.lib import bounces
from tests.lib.bounce_cases import FAILED, NOT_FAILED, POSTFIX, raw

ADDRESS, SECRET = "bounces@example.org", "a secret"
MESSAGE = "abcdefghijklmnopqrstuvwxyz"
TO = bounces.return_path(ADDRESS, message_id=f"<{MESSAGE}@example.org>", secret=SECRET)


@pytest.mark.parametrize("server", FAILED)
def test_a_failure_for_good_is_read_from_every_server(server: str) -> None:
    """R18: with the code, and the address it came to."""
    report, status = FAILED[server]
    read = bounces.read(raw(report, to=TO))
    assert (read.failed, read.status) == (True, status)
    assert TO in read.came_to


@pytest.mark.parametrize("what", NOT_FAILED)
def test_anything_else_is_no_failure(what: str) -> None:
    assert not bounces.read(raw(NOT_FAILED[what], to=TO)).failed


def test_the_address_of_a_message_leads_back_to_it_whatever_the_case() -> None:
    for written in (TO, TO.upper(), TO.capitalize()):
        assert bounces.message_behind(written, address=ADDRESS, secret=SECRET) == MESSAGE


@pytest.mark.parametrize(
    "forged",
    [
        "bounces@example.org",
        f"bounces+{MESSAGE}@example.org",
        f"bounces+{MESSAGE}aaaaaaaaaa@example.org",
        TO.replace("abcdef", "bbcdef"),
        TO.replace("example.org", "elsewhere.example"),
        TO.replace("bounces+", "others+"),
        "",
        "+@",
        "é" * 300,
    ],
)
def test_an_address_that_was_not_made_here_leads_nowhere(forged: str) -> None:
    """R18: whoever knows a Message-ID cannot make a message of ours seem undelivered."""
    assert bounces.message_behind(forged, address=ADDRESS, secret=SECRET) == ""
    assert bounces.message_behind(TO, address=ADDRESS, secret="another") == ""


def test_the_local_part_fits_into_what_mail_servers_take() -> None:
    """RFC 5321 allows 64 octets."""
    assert len(TO.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "nasty",
    [
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5000,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000)),
        b"To: " + b"a@b.example, " * 20_000 + b"\n\n",
        b"Delivered-To: " + b"\xff" * 100_000 + b"\n\n",
        b"Content-Type: message/delivery-status\n\n" + b"A: b\n\n" * 20_000,
        b'Content-Type: multipart/report; boundary="\n\n--\n',
        b"x" * (2 * bounces.LARGEST),
    ],
    ids=["nested", "nested apart", "many", "octets", "groups", "quotes", "large"],
)
def test_a_malicious_report_is_read_as_nothing(nasty: bytes) -> None:
    """R18: in little time, without a failure and without an exception."""
    assert not bounces.read(nasty).failed


def test_a_long_original_does_not_hide_what_failed() -> None:
    report = POSTFIX.replace("Bonjour Marc,", "Bonjour Marc,\n" + "x" * bounces.LARGEST)
    assert bounces.read(raw(report, to=TO)).failed


def test_a_maildir_is_emptied_of_what_was_taken_and_keeps_the_rest_as_seen(tmp_path: Path) -> None:
    """R48: a report that was read serves no more; somebody's answer stays for whoever looks after the box."""
    box = mailbox.Maildir(tmp_path / "box")
    box.add(raw(POSTFIX, to=TO))
    box.add(raw(NOT_FAILED["somebody's own answer"], to=TO))
    (tmp_path / "box" / "new" / "a-link").symlink_to("/etc/passwd")

    def take(report: bytes) -> bool:
        return bounces.read(report).failed

    assert bounces.take_maildir(tmp_path / "box", take, most=10) == bounces.Emptied(seen=2)
    assert (tmp_path / "box" / "new" / "a-link").is_symlink()
    (tmp_path / "box" / "new" / "a-link").unlink()
    (left,) = mailbox.Maildir(tmp_path / "box")
    assert (left.get_subdir(), left.get_flags(), left["Subject"]) == ("cur", "S", "Absent")
    assert bounces.take_maildir(tmp_path / "box", take, most=10) == bounces.Emptied(seen=0)
    assert bounces.take_maildir(tmp_path / "nowhere", take, most=10) == bounces.Emptied(seen=0)


def test_a_mail_that_cannot_be_taken_away_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = tmp_path / "box"
    mailbox.Maildir(box)
    for name in ("1-unreadable", "2-undeletable", "3-good", "4-answer"):
        (box / "new" / name).write_bytes(
            raw(NOT_FAILED["somebody's own answer"] if "answer" in name else POSTFIX, to=TO)
        )
    (box / "cur").rmdir()
    unlink, read = Path.unlink, Path.open

    def refusing(self: Path, *given: object, **more: object) -> object:
        if "1-" in self.name:
            raise PermissionError(13, "no")
        return read(self, *given, **more)  # type: ignore[call-overload]

    def keeping(self: Path) -> None:
        if "2-" in self.name:
            raise OSError(30, "read-only")
        unlink(self)

    monkeypatch.setattr(Path, "open", refusing)
    monkeypatch.setattr(Path, "unlink", keeping)

    def take(report: bytes) -> bool:
        return bounces.read(report).failed

    done = bounces.take_maildir(box, take, most=2)
    assert (done.seen, sorted(done.stuck)) == (2, ["1-unreadable", "2-undeletable"])
    assert [str(type(why).__name__) for why in done.stuck.values()] == ["PermissionError", "OSError"]
    assert sorted(mail.name for mail in (box / "new").iterdir()) == ["1-unreadable", "2-undeletable"]
    assert [mail.name for mail in (box / "cur").iterdir()] == ["4-answer:2,S"]
    assert bounces.take_maildir(box, take, most=2, aside=done.stuck) == bounces.Emptied(seen=0)


def test_an_mbox_is_read_too(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    box.add(raw(POSTFIX, to=TO))
    box.add(raw(NOT_FAILED["somebody's own answer"], to=TO))
    box.close()
    assert bounces.take_mbox(tmp_path / "box", lambda report: bounces.read(report).failed) == 2
    assert [mail["Subject"] for mail in mailbox.mbox(tmp_path / "box")] == ["Absent"]
