"""One backup file: sealed, whole, and refused when anything about it changed."""

from __future__ import annotations

import io
import stat
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from entremise.lib.backup import archive, manifest, sealing
from entremise.lib.backup.manifest import Manifest, Unreadable
from entremise.lib.backup.sealing import Opener, Sealer, Unsealable
from entremise.lib.chance import SeededChance

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WORDS = "seven plain words"


def sealed(raw: bytes, passphrase: str = WORDS) -> bytes:
    target = io.BytesIO()
    sealer = Sealer(target, passphrase=passphrase, chance=SeededChance(1))
    for start in range(0, len(raw), 70_000):
        sealer.write(raw[start : start + 70_000])
    sealer.close()
    return target.getvalue()


def opened(raw: bytes, passphrase: str = WORDS) -> bytes:
    opener = Opener(io.BytesIO(raw), passphrase=passphrase)
    found = b""
    while piece := opener.read(50_000):
        found += piece
    return found


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 3 * (1 << 20)])
def test_what_is_sealed_opens_with_the_same_words_only(size: int) -> None:
    raw = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    closed = sealed(raw)
    assert opened(closed) == raw
    assert sealing.is_sealed(io.BytesIO(closed))
    with pytest.raises(Unsealable):
        opened(closed, "other plain words")


def test_nothing_of_the_text_shows_and_two_files_share_no_key() -> None:
    closed = sealed(b"Marc Delaunay" * 100)
    assert b"Marc" not in closed
    target = io.BytesIO()
    sealer = Sealer(target, passphrase=WORDS, chance=SeededChance(2))
    sealer.write(b"Marc Delaunay" * 100)
    sealer.close()
    assert target.getvalue()[60:] != closed[60:]


CHUNK = 4 + (1 << 20) + 16
HEAD = len(sealing.MAGIC) + 26
SEALED = sealed(b"a" * (2 << 20) + b"end")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(SEALED[:-1], id="cut by a byte"),
        pytest.param(SEALED[: HEAD + 2 * CHUNK], id="cut at a chunk"),
        pytest.param(SEALED[: HEAD + CHUNK] + SEALED[HEAD + 2 * CHUNK :], id="a chunk left out"),
        pytest.param(SEALED[:HEAD] + SEALED[HEAD + CHUNK : HEAD + 2 * CHUNK] + SEALED[HEAD:], id="a chunk moved"),
        pytest.param(SEALED[:1000] + b"!" + SEALED[1001:], id="a byte changed"),
        pytest.param(SEALED[:25] + b"!" + SEALED[26:], id="the salt changed"),
        pytest.param(SEALED[:10], id="hardly anything"),
        pytest.param(SEALED[:HEAD] + b"\xff\xff\xff\xff" + SEALED[HEAD + 4 :], id="an absurd length"),
    ],
)
def test_a_sealed_stream_that_is_not_whole_is_refused(changed: bytes) -> None:
    with pytest.raises(Unsealable):
        opened(changed)


def a_dump(folder: Path) -> tuple[Path, Manifest]:
    dump = folder / "made"
    dump.write_bytes(b"rows" * 100_000)
    said = Manifest(
        made_at=NOW, version="1", engine="sqlite", migrations=("a.0001",), tables={"t": 3}, secret="s",
        sha256=manifest.checksum(dump),
    )  # fmt: skip
    return dump, said


@pytest.mark.parametrize("passphrase", ["", WORDS])
def test_a_packed_file_is_its_owners_and_unpacks_to_what_it_was(tmp_path: Path, passphrase: str) -> None:
    dump, said = a_dump(tmp_path)
    path, folder = tmp_path / "file", tmp_path / "out"
    folder.mkdir()
    archive.pack(path, manifest=said, dump=dump, passphrase=passphrase, chance=SeededChance(1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found, out = archive.unpack(path, into=folder, passphrase=passphrase)
    assert found == said
    assert out.read_bytes() == dump.read_bytes()


def test_a_sealed_file_asks_for_its_passphrase(tmp_path: Path) -> None:
    dump, said = a_dump(tmp_path)
    archive.pack(tmp_path / "f", manifest=said, dump=dump, passphrase=WORDS, chance=SeededChance(1))
    with pytest.raises(archive.NeedsPassphrase):
        archive.unpack(tmp_path / "f", into=tmp_path, passphrase="")


def test_a_dump_that_is_not_the_manifests_is_damaged(tmp_path: Path) -> None:
    dump, said = a_dump(tmp_path)
    archive.pack(
        tmp_path / "f", manifest=replace(said, sha256="0" * 64), dump=dump, passphrase="", chance=SeededChance(1)
    )
    with pytest.raises(archive.Damaged):
        archive.unpack(tmp_path / "f", into=tmp_path, passphrase="")


def test_a_file_that_is_no_backup_says_so_and_a_tar_of_others_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"hello" * 1000)
    with pytest.raises(Unreadable):
        archive.unpack(tmp_path / "text", into=tmp_path, passphrase="")
    with tarfile.open(tmp_path / "tar", "w:gz") as tar:
        tar.add(tmp_path / "text", arcname="../escaped")
    with pytest.raises(Unreadable):
        archive.unpack(tmp_path / "tar", into=tmp_path, passphrase="")
    assert not (tmp_path.parent / "escaped").exists()


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"format": 2}', b'{"format": 1, "made_at": "x"}'])
def test_a_manifest_of_another_kind_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        manifest.read(raw)
