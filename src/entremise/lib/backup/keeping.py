"""Making a backup that is known to be good, and putting one back."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection

from entremise.lib import schema
from entremise.lib.backup import archive, manifest, postgresql, sqlite
from entremise.lib.backup.manifest import Manifest
from entremise.lib.chance import Chance

# Tables whose rows are no loss: what the program makes by itself before anybody has done anything.
_BOOKKEEPING = frozenset(
    {"django_migrations", "django_content_type", "django_session", "auth_permission", "cache", "outbox_pulse"}
)


class Differs(ValueError):  # noqa: N818 - named as the fact it states
    """Read back, the backup holds other rows than the database had."""


class OtherEngine(ValueError):  # noqa: N818 - named as the fact it states
    """The backup is of the other kind of database."""


class FromTheFuture(ValueError):  # noqa: N818 - named as the fact it states
    """The backup's tables are those of a newer version of the program; the message is that version."""


class OtherSecret(ValueError):  # noqa: N818 - named as the fact it states
    """The backup was made with another secret key."""


class NotEmpty(ValueError):  # noqa: N818 - named as the fact it states
    """The database holds something already."""


class _Engine(Protocol):
    """What `sqlite` and `postgresql` both offer."""

    def dump(self, path: Path) -> dict[str, int]: ...
    def check(self, path: Path) -> dict[str, int]: ...
    def load(self, path: Path) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that was written and read again."""

    file: str
    made_at: datetime
    size: int
    sealed: bool
    rows: int


def make(*, folder: Path, passphrase: str, now: datetime, chance: Chance) -> Made:
    """Back the database up into a new file of `folder`, read it again in full, and remember it as the newest.

    Raises what `archive`, `sqlite` and `postgresql` raise, Differs, OSError; a file found bad does not stay.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"entremise-{now:%Y%m%dT%H%M%SZ}.tar.gz{'.sealed' if passphrase else ''}"
    with _workshop() as shop:
        dump = shop / archive.DUMP
        tables = _engine().dump(dump)
        said = Manifest(
            made_at=now,
            version=manifest.program_version(),
            engine=connection.vendor,
            migrations=tuple(schema.applied()),
            tables=tables,
            sha256=manifest.checksum(dump),
            secret=manifest.secret_mark(),
        )
        archive.pack(path, manifest=said, dump=dump, passphrase=passphrase, chance=chance)
    try:
        verify(path, passphrase=passphrase)
    except BaseException:
        path.unlink()
        raise
    made = Made(
        file=str(path), made_at=now, size=path.stat().st_size, sealed=bool(passphrase), rows=sum(tables.values())
    )
    _remember(made)
    return made


def verify(path: Path, *, passphrase: str) -> Manifest:
    """Open the file anew and compare everything it says about itself with what it holds; return its manifest."""
    with _workshop() as shop:
        said, dump = archive.unpack(path, into=shop, passphrase=passphrase)
        if _engine(said.engine).check(dump) != said.tables:
            raise Differs
    return said


def restore(path: Path, *, passphrase: str, replace: bool, secret_lost: bool) -> Manifest:
    """Put the backup in the place of what the database holds; return its manifest.

    Nothing is touched before everything about the file is found right. The tables are then those of the backup's
    version: migrations are the caller's. Raises what `make` raises, OtherEngine, FromTheFuture, OtherSecret, NotEmpty.
    """
    with _workshop() as shop:
        said, dump = archive.unpack(path, into=shop, passphrase=passphrase)
        if said.engine != connection.vendor:
            raise OtherEngine(said.engine)
        if not set(said.migrations) <= schema.known():
            raise FromTheFuture(said.version)
        if said.secret != manifest.secret_mark() and not secret_lost:
            raise OtherSecret
        if not replace and not is_empty():
            raise NotEmpty
        engine = _engine()
        if engine.check(dump) != said.tables:
            raise Differs
        engine.load(dump)
    if counts() != said.tables:
        raise Differs
    return said


def is_empty() -> bool:
    """Tell whether the database holds nothing that somebody would miss."""
    return not any(rows for name, rows in counts().items() if name not in _BOOKKEEPING)


def counts() -> dict[str, int]:
    """Return how many rows each table of the database has."""
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            found[name] = int(cursor.fetchone()[0])
    return found


def _engine(vendor: str = "") -> _Engine:
    return postgresql if (vendor or connection.vendor) == "postgresql" else sqlite


@contextmanager
def _workshop() -> Iterator[Path]:
    """Return a folder of one's own on the data folder's disk: what is not encrypted yet goes nowhere else."""
    data = Path(settings.ENTREMISE.data_dir)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=data, prefix=".backup-") as folder:
        yield Path(folder)


def _memory() -> Path:
    return Path(settings.ENTREMISE.data_dir) / "last-backup.json"


def _remember(made: Made) -> None:
    said = {"file": made.file, "made_at": made.made_at.isoformat(), "size": made.size, "sealed": made.sealed}
    spare = _memory().with_suffix(".new")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(said | {"rows": made.rows}, file)
    spare.replace(_memory())


def last() -> Made | None:
    """Return the newest backup that this installation made and found good, None when there was none."""
    try:
        said = json.loads(_memory().read_text("utf-8"))
        return Made(**said | {"made_at": datetime.fromisoformat(said["made_at"]).astimezone(UTC)})
    except FileNotFoundError:
        return None


def thin_out(folder: Path, *, keep: int) -> int:
    """Delete all but the newest `keep` backups of a folder; return how many went (what is erased must go here too)."""
    names = sorted(path for path in folder.glob("entremise-*.tar.gz*") if path.is_file())
    for path in names[:-keep]:
        path.unlink()
    return len(names[:-keep])
