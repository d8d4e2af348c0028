"""The restore drill: back up, go on, lose everything, restore. On SQLite and on PostgreSQL alike."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from entremise.accounts.queries import address_hash
from entremise.cli import backup, outbox, reapplying, restore
from entremise.cli.command import main
from entremise.lib import journal, schema
from entremise.lib.backup import keeping, manifest
from entremise.lib.journal import Kind
from entremise.outbox import actions
from entremise.referrals.actions import rights
from entremise.referrals.models import Refused, Request
from tests.cast import INES, MARC, World, introduced, world
from tests.structure.repository import SOURCES

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "seven plain words"
_NOTED = re.compile(r"note\(\s*(?:journal\.)?Kind\.([A-Z_]+)")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the installation a data folder of its own, and a terminal that reads English."""
    from dataclasses import replace

    settings.ENTREMISE = replace(settings.ENTREMISE, data_dir=tmp_path, backup_dir=tmp_path / "backups")
    monkeypatch.setenv("ENTREMISE_LANGUAGE", "en")
    settings.LANGUAGE_CODE = "en"
    return tmp_path


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    """Inès and Marc introduced; a second referral under way, one of its mails not sent yet."""
    scene = world()
    introduced(scene)
    for module in (backup, restore, outbox):
        monkeypatch.setattr(module, "now", lambda: scene.now)
    return scene


def everything() -> dict[str, list[str]]:
    """Return every row of every table, in an order of its own."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            found[name] = sorted(map(repr, cursor.fetchall()))
    return found


def backed_up(folder: Path) -> Path:
    assert main(["backup"]) == 0
    (found,) = folder.glob("backups/entremise-*")
    return found


def lose_everything() -> None:
    call_command("flush", interactive=False, verbosity=0)


def test_every_row_of_every_table_comes_back_as_it_was(scene: World, own_folder: Path) -> None:
    before = everything()
    file = backed_up(own_folder)
    scene.wait(days=3)
    lose_everything()
    assert main(["restore", str(file)]) == 0
    after = everything()
    assert after.keys() == before.keys()
    different = {name for name in before if after[name] != before[name]}
    assert different == {"outbox_freeze"}
    assert sum(map(len, before.values())) > 30


def asked_but_not_sent(scene: World) -> int:
    """Let Hélène send a referral whose mail the worker has no time to send; return how many mails had left."""
    actions.freeze(now=scene.now)
    scene.send()
    actions.thaw(now=scene.now, drop_overdue=False)
    return len(scene.postman.mails)


def test_nothing_leaves_after_a_restore_until_somebody_thaws(
    scene: World, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = asked_but_not_sent(scene)
    file = backed_up(own_folder)
    lose_everything()
    main(["restore", str(file)])
    scene.wait(hours=2)
    assert len(scene.postman.mails) == sent
    capsys.readouterr()
    assert main(["outbox"]) == 0
    told = capsys.readouterr().out
    assert "frozen" in told
    assert "thaw --drop-overdue" in told
    assert main(["outbox", "thaw"]) == 0
    assert "Mail leaves when it is due" in capsys.readouterr().out
    scene.run()
    assert len(scene.postman.mails) == sent + 1


def test_thawing_after_a_restore_can_give_up_what_most_likely_left_before(scene: World, own_folder: Path) -> None:
    sent = asked_but_not_sent(scene)
    file = backed_up(own_folder)
    scene.run()
    assert len(scene.postman.mails) == sent + 1
    lose_everything()
    main(["restore", str(file)])
    assert main(["outbox", "thaw", "--drop-overdue"]) == 0
    scene.run()
    assert len(scene.postman.mails) == sent + 1


def keyed(address: str = MARC) -> str:
    return address_hash(address)


def test_refusals_and_erasures_since_the_backup_hold_after_a_restore(
    scene: World, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """R45, the restorer of the wall: an older world does not write again to who refused, nor know who was erased."""
    scene.wait(days=1).send()
    file = backed_up(own_folder)
    scene.wait(hours=1)
    scene.no(scene.last_to(INES), scope="all")
    rights.forget_address(keyed(MARC), now=scene.now, chance=scene.chance, policy=scene.policy)
    assert not Request.objects.filter(address=MARC).exists()
    lose_everything()
    assert main(["restore", str(file)]) == 0
    told = capsys.readouterr().out
    assert "refused_all, 1" in told
    assert "person_forgotten, 1" in told
    assert Refused.objects.filter(address_hash=keyed(INES), scope="all").exists()
    assert not Request.objects.filter(address=MARC).exists()
    main(["outbox", "thaw"])
    sent = len(scene.mails_to(INES)) + len(scene.mails_to(MARC))
    scene.wait(days=1)
    assert len(scene.mails_to(INES)) + len(scene.mails_to(MARC)) == sent


def test_every_kind_that_is_noted_can_be_done_again() -> None:
    noted = {Kind[name] for path in SOURCES.rglob("*.py") for name in _NOTED.findall(path.read_text("utf-8"))}
    assert len(noted) >= 4
    assert noted <= set(reapplying.HANDLERS)


def test_what_happened_before_the_backup_is_not_done_twice(scene: World, own_folder: Path) -> None:
    journal.note(Kind.REFUSED_ALL, key=keyed(), at=scene.now - timedelta(days=1))
    file = backed_up(own_folder)
    lose_everything()
    assert main(["restore", str(file)]) == 0
    assert not Refused.objects.exists()


def test_an_act_nobody_can_do_again_is_told_and_the_exit_status_says_so(
    scene: World, own_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backed_up(own_folder)
    journal.note(Kind.MEMBER_LEFT, key="a" * 26, at=scene.now)
    with journal.place().open("a") as torn:
        torn.write("torn")
    monkeypatch.setattr(reapplying, "HANDLERS", {})
    monkeypatch.setattr(reapplying.reapply, "__kwdefaults__", {"handlers": {}})
    lose_everything()
    assert main(["restore", str(file)]) == 1
    told = capsys.readouterr().out
    assert "NOT done again" in told
    assert "cannot be read: 1" in told


def test_a_database_with_people_in_it_is_not_replaced_unasked_and_is_kept_when_it_is(
    scene: World, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backed_up(own_folder)
    scene.wait(days=1)
    now = everything()
    assert main(["restore", str(file)]) == 1
    assert "--replace" in capsys.readouterr().err
    assert everything() == now
    assert main(["restore", str(file), "--replace"]) == 0
    assert everything() != now
    (kept,) = own_folder.glob("backups/before-restore/*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_program_must_be_stopped_first(scene: World, own_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = backed_up(own_folder)
    actions.pulse(now=scene.now)
    assert main(["restore", str(file), "--replace"]) == 1
    assert "stop it first" in capsys.readouterr().err


def test_an_encrypted_backup_shows_nobody_and_opens_with_its_words_only(
    scene: World, own_folder: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """R4, the backup thief of the wall."""
    from dataclasses import replace

    plain = settings.ENTREMISE
    settings.ENTREMISE = replace(plain, backup_passphrase=WORDS)
    file = backed_up(own_folder)
    assert file.name.endswith(".sealed")
    assert INES.encode() not in file.read_bytes()
    assert "encrypted" in capsys.readouterr().out
    assert main(["backup", "--verify", str(file)]) == 0
    lose_everything()
    for words in ("", "other plain words"):
        settings.ENTREMISE = replace(plain, backup_passphrase=words)
        assert main(["restore", str(file)]) == 1
        assert keeping.is_empty()
    settings.ENTREMISE = replace(plain, backup_passphrase=WORDS)
    assert main(["restore", str(file)]) == 0
    assert not keeping.is_empty()


def test_a_backup_without_passphrase_says_plainly_that_anybody_can_read_it(
    scene: World, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backed_up(own_folder)
    assert "NOT encrypted" in capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    last = keeping.last()
    assert last is not None
    assert (last.file, last.sealed, last.made_at) == (str(file), False, scene.now)
    assert [path.name for path in own_folder.iterdir() if path.name.startswith(".backup-")] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("secret_mark", "another secret key"),
        ("known", "newer version"),
    ],
)
def test_a_backup_of_another_secret_or_a_newer_version_is_refused_before_anything_is_touched(
    scene: World,
    own_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: str,
    told: str,
) -> None:
    file = backed_up(own_folder)
    lose_everything()
    if change == "secret_mark":
        monkeypatch.setattr(manifest, change, lambda: "0" * 16)
    else:
        monkeypatch.setattr(schema, change, lambda: frozenset({"outbox.0001_initial"}))
    assert main(["restore", str(file)]) == 1
    assert told in capsys.readouterr().err
    assert keeping.is_empty()


def test_a_damaged_file_is_found_bad_and_nothing_is_touched(
    scene: World, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = backed_up(own_folder)
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 255
    file.write_bytes(raw)
    before = everything()
    assert main(["restore", str(file), "--replace"]) == 1
    assert main(["backup", "--verify", str(file)]) == 1
    assert capsys.readouterr().err
    assert everything() == before


def test_a_backup_that_reads_back_otherwise_does_not_stay(
    scene: World, own_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = keeping._engine()
    monkeypatch.setattr(engine, "check", lambda path: {"accounts_member": 0})
    monkeypatch.setattr(engine, "dump", lambda path: (path.write_bytes(b"x"), {"accounts_member": 1})[1])
    assert main(["backup"]) == 1
    assert "Do not rely on it" in capsys.readouterr().err
    assert list(own_folder.glob("backups/*")) == []
    assert keeping.last() is None


def test_only_so_many_backups_are_kept(scene: World, own_folder: Path) -> None:
    for _ in range(4):
        scene.now += timedelta(days=1)
        assert main(["backup", "--keep", "2"]) == 0
    kept = sorted(path.name for path in own_folder.glob("backups/*"))
    assert len(kept) == 2
    assert f"{scene.now:%Y%m%d}" in kept[-1]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL's programs")
def test_missing_programs_are_named(
    scene: World, own_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(own_folder))
    assert main(["backup"]) == 1
    assert "pg_dump is missing" in capsys.readouterr().err


def test_a_real_installation_backs_up_and_comes_back_by_its_command_line(tmp_path: Path) -> None:
    """SQLite's own file, in WAL, as somebody would do it from a terminal."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ENTREMISE_")}
    plain.pop("DATABASE_URL", None)
    data = tmp_path / "real"
    environment = plain | {
        "DJANGO_SETTINGS_MODULE": "entremise.config.settings",
        "ENTREMISE_DATA_DIR": str(data),
        "ENTREMISE_LANGUAGE": "en",
        "ENTREMISE_BACKUP_PASSPHRASE": WORDS,
    }

    def entremise(*words: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "entremise", *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    entremise("manage", "migrate", "-v0")
    entremise("manage", "createcachetable", "-v0")
    entremise("outbox", "freeze")
    made = re.search(r"Backed up to (\S+)", entremise("backup"))
    assert made is not None
    for path in data.glob("entremise.sqlite3*"):
        path.unlink()
    assert "Restored" in entremise("restore", made[1])
    assert "frozen" in entremise("outbox")
