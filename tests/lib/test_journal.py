"""The journal kept apart from backups: what was refused or erased, never whom."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from entremise.lib import journal
from entremise.lib.journal import Kind

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HASH, OTHER, UID = "0a" * 32, "1b" * 32, "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "journal" / "since.jsonl"
    monkeypatch.setattr(journal, "place", lambda: path)
    return path


@pytest.mark.django_db(transaction=True)
def test_a_line_is_written_when_the_act_commits_and_not_before(own_place: Path) -> None:
    with transaction.atomic():
        journal.note(Kind.REFUSED_GIVER, key=journal.joined(HASH, OTHER), at=NOW)
        assert not own_place.exists()
    (entry,) = journal.read().entries
    assert entry == journal.Entry(kind=Kind.REFUSED_GIVER, key=f"{HASH}/{OTHER}", at=NOW)
    assert journal.parts(entry.key) == (HASH, OTHER)


@pytest.mark.django_db(transaction=True)
def test_an_act_rolled_back_leaves_no_line(own_place: Path) -> None:
    with transaction.atomic():
        journal.note(Kind.MEMBER_LEFT, key=UID, at=NOW)
        transaction.set_rollback(True)
    assert not own_place.exists()


@pytest.mark.django_db(transaction=True)
def test_lines_keep_their_order_and_only_their_owner_reads_them(own_place: Path) -> None:
    for minutes, kind in enumerate(Kind):
        journal.note(kind, key=UID, at=NOW + timedelta(minutes=minutes))
    assert [entry.kind for entry in journal.read().entries] == list(Kind)
    assert stat.S_IMODE(own_place.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_place.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("key", ["ines.moreau@example.org", "Inès Moreau", "", "short", f"{HASH}/Marc"])
def test_a_key_that_could_tell_who_is_refused(key: str) -> None:
    """R4: a journal outlives backups, so it may hold keyed hashes and uids only."""
    with pytest.raises(journal.Telling):
        journal.note(Kind.PERSON_FORGOTTEN, key=key, at=NOW)


def test_a_line_torn_by_a_fall_spoils_no_other(own_place: Path) -> None:
    own_place.parent.mkdir()
    own_place.write_bytes(b'{"kind": "refused_all", "key": "0a')
    journal._append('{"kind": "member_left", "key": "x", "at": "2026-11-22T09:00:00+00:00"}')
    reading = journal.read()
    assert [entry.kind for entry in reading.entries] == [Kind.MEMBER_LEFT]
    assert reading.damaged == 1


def _many(path: str) -> None:
    journal.place = lambda: Path(path)
    for _ in range(50):
        journal._append('{"kind": "member_left", "key": "x", "at": "2026-11-22T09:00:00+00:00"}')


def test_processes_writing_together_lose_no_line(own_place: Path) -> None:
    processes = [multiprocessing.get_context("fork").Process(target=_many, args=(str(own_place),)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(journal.read().entries) == 200
    assert journal.read().damaged == 0
