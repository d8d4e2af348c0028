"""One file that holds a manifest and a dump: a compressed tar, sealed where there is a passphrase."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from entremise.lib.backup import manifest, sealing
from entremise.lib.backup.manifest import Manifest, Unreadable
from entremise.lib.chance import Chance

DUMP = "database"


class NeedsPassphrase(ValueError):  # noqa: N818 - named as the fact it states
    """The backup is encrypted and there is no passphrase to open it with."""


class Damaged(ValueError):  # noqa: N818 - named as the fact it states
    """What the file holds is not what its manifest says."""


def pack(path: Path, *, manifest: Manifest, dump: Path, passphrase: str, chance: Chance) -> None:
    """Write the file, readable by its owner only and on the disk when this returns; raise FileExistsError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        sealer = sealing.Sealer(file, passphrase=passphrase, chance=chance) if passphrase else None
        with tarfile.open(fileobj=cast(IO[bytes], sealer or file), mode="w|gz") as tar:
            _add_manifest(tar, manifest)
            tar.add(dump, arcname=DUMP, filter=_anonymous)
        if sealer:
            sealer.close()
        file.flush()
        os.fsync(file.fileno())


def _add_manifest(tar: tarfile.TarFile, said: Manifest) -> None:
    raw = said.write()
    member = tarfile.TarInfo(manifest.NAME)
    member.size, member.mode = len(raw), 0o600
    tar.addfile(member, io.BytesIO(raw))


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out whose file it was on this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def unpack(path: Path, *, into: Path, passphrase: str) -> tuple[Manifest, Path]:
    """Write the dump into a folder and return it with its manifest, both checked against each other.

    Raises NeedsPassphrase, sealing.Unsealable, Unreadable, Damaged, OSError.
    """
    dump = into / DUMP
    try:
        with _reading(path, passphrase) as tar:
            said = manifest.read(_taken(tar, manifest.NAME).read())
            with dump.open("xb") as file:
                shutil.copyfileobj(_taken(tar, DUMP), file, 1 << 20)
    except (tarfile.TarError, EOFError) as problem:
        raise Unreadable from problem
    if manifest.checksum(dump) != said.sha256:
        raise Damaged
    return said, dump


@contextmanager
def _reading(path: Path, passphrase: str) -> Iterator[tarfile.TarFile]:
    with path.open("rb") as file:
        source: object = file
        if sealing.is_sealed(file):
            if not passphrase:
                raise NeedsPassphrase
            source = sealing.Opener(file, passphrase=passphrase)
        with tarfile.open(fileobj=cast(IO[bytes], source), mode="r|gz") as tar:
            yield tar
        if isinstance(source, sealing.Opener):
            source.read(1 << 30)  # to the end: a stream cut off after the tar is not whole


def _taken(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    """Return the next member, which must be a plain file of this name."""
    member = tar.next()
    content = tar.extractfile(member) if member is not None and member.isreg() and member.name == name else None
    if content is None:
        raise Unreadable
    return content
