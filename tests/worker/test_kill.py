"""SIGKILL at random moments while messages flow: nothing lost, nothing twice but by a crash (the wall, point 6)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.worker import kill_harness
from tests.worker.kill_report import Report


def current_server() -> str | None:
    return os.environ.get("DATABASE_URL") or None


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.once), 3])
def test_r9_thirty_kills_lose_nothing_and_repeat_nothing_but_under_the_same_message_id(
    tmp_path: Path, workers: int
) -> None:
    report = kill_harness.run(
        "tests.worker.flow_of_letters",
        kills=30 if workers == 1 else 10,
        folder=tmp_path,
        server_url=current_server(),
        workers=workers,
        seed=workers,
    )
    assert report.faults() == []
    assert len(report.rows) > 30
    assert report.interrupted() > 0, "no kill fell on a message in hand: the test proved nothing"


@pytest.mark.usefixtures("django_db_setup")
def test_thirty_kills_while_referrals_flow_lose_nothing_and_introduce_nobody_twice(tmp_path: Path) -> None:
    """R5, R6a, R9: every need comes to what it comes to undisturbed, letter by letter."""
    report = kill_harness.run(
        "tests.worker.flow_of_referrals",
        kills=30,
        folder=tmp_path,
        server_url=current_server(),
        clock_file=tmp_path / "clock",
        clock_step=16 * 60,
        patience=120,
    )
    assert report.faults() == []
    assert sum("introduction" in key for key, *_ in report.rows) >= 3
    assert report.interrupted() > 0, "no kill fell on a message in hand: the test proved nothing"


def a_mail(message_id: str, text: str = "t") -> bytes:
    return f"Message-ID: {message_id}\r\nDate: now\r\n\r\n{text}\r\n".encode()


@pytest.mark.parametrize(
    ("rows", "received", "fault"),
    [
        ([("k", "<a>", "sending", 1)], [], "k ended sending"),
        ([("k", "<a>", "sent", 1)], [], "never arrived"),
        ([("k", "<a>", "sent", 1)], [a_mail("<a>"), a_mail("<a>")], "arrived 2 times after 1 tries"),
        ([("k", "<a>", "sent", 3)], [a_mail("<a>")] * 3, "2 repeated mails after 1 kills"),
        ([("k", "<a>", "sent", 1)], [a_mail("<a>"), a_mail("<b>")], "not in the outbox"),
        ([("k", "<a>", "dropped", 1)], [a_mail("<a>")], "was dropped and arrived"),
        ([("k", "<a>", "sent", 2)], [a_mail("<a>"), a_mail("<a>", "other")], "in 2 versions"),
    ],
)
def test_the_harness_itself_sees_what_it_looks_for(
    rows: list[tuple[str, str, str, int]], received: list[bytes], fault: str
) -> None:
    faults = Report(kills=1, rows=rows, received=received).faults()
    assert any(fault in found for found in faults), faults


def test_a_mail_that_left_before_a_kill_and_was_unwanted_at_the_next_try_is_no_fault() -> None:
    assert Report(kills=1, rows=[("k", "<a>", "dropped", 2)], received=[a_mail("<a>")]).faults() == []
