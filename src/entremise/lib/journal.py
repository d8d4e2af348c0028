"""What a restored backup must be told again: refusals and erasures, in a file kept apart from every backup.

A backup is older than the day it is restored. Whoever refused, left or was forgotten since must stay so ("restorer" in
the wall document), so each such act leaves one line in `<data folder>/journal/since.jsonl`: its kind, a key of keyed
hashes and uids, and its instant. Never a name, an address or a word.

How to take part:

1. In the action that refuses or erases, inside its transaction:
   `journal.note(Kind.MEMBER_LEFT, key=member.uid, at=now)`.
   The line is written when the transaction commits, and not at all where it is rolled back.
2. Register a handler under the kind in `entremise.cli.reapplying.HANDLERS`: a function `(key, *, now, chance)` that
   does the act again, without complaint where there is nothing to do it to, or where it has been done.
   `entremise restore` calls it for every line since the backup, in their order, `now` being the line's instant.

Keys: `joined(address_hash)` or `joined(address_hash, other_hash)`; `parts(key)` takes them apart again.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import transaction


class Kind(StrEnum):
    """What was done, and what its key holds."""

    REFUSED_ALL = "refused_all"  # the address hash of whoever refused everything (R45)
    REFUSED_GIVER = "refused_giver"  # the address hash of whoever refused, that of the giver (R45)
    REFUSAL_TAKEN_BACK = "refusal_taken_back"  # as the two above; one part where everything had been refused
    MEMBER_LEFT = "member_left"  # the member's uid (R47)
    PERSON_FORGOTTEN = "person_forgotten"  # the address hash of who is forgotten (R45)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the journal."""

    kind: Kind
    key: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The journal's lines in their order, and how many could not be read."""

    entries: tuple[Entry, ...]
    damaged: int


class Telling(ValueError):  # noqa: N818 - named as the fact it states
    """A key holds something that is neither a uid nor a keyed hash: it could tell who it is about."""


_KEY = re.compile(r"[a-z0-9]{26}|[0-9a-f]{64}(/([0-9a-f]{64}|[a-z0-9]{26}))*")


def place() -> Path:
    """Return the journal's file; it appears with the first line."""
    return Path(settings.ENTREMISE.data_dir) / "journal" / "since.jsonl"


def joined(*parts: str) -> str:
    """Return the key that holds these keyed hashes and uids, in this order."""
    return "/".join(parts)


def parts(key: str) -> tuple[str, ...]:
    """Return what `joined` put together."""
    return tuple(key.split("/"))


def note(kind: Kind, *, key: str, at: datetime) -> None:
    """Have one line written when the present transaction commits (at once outside of one).

    Raises Telling at once where the key is anything but uids and keyed hashes, so that no name gets here. The commit
    raises OSError where the file cannot be written: the act stands then, and whoever runs the program must know.
    """
    if not _KEY.fullmatch(key):
        raise Telling(kind)
    line = json.dumps({"kind": kind.value, "key": key, "at": at.isoformat()})
    transaction.on_commit(lambda: _append(line))


def _append(line: str) -> None:
    """Add one line for good: on the disk when this returns, whole whatever other processes add meanwhile."""
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # released when the handle is closed
        end = os.lseek(handle, 0, os.SEEK_END)
        torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"  # the machine stopped in the middle of a line
        os.write(handle, (("\n" if torn else "") + line + "\n").encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path | None = None) -> Reading:
    """Return what the journal holds; no file is an empty journal. A line that cannot be read is counted."""
    path = path or place()
    lines = path.read_bytes().splitlines() if path.exists() else []
    entries = [_entry(line) for line in lines if line.strip()]
    return Reading(entries=tuple(one for one in entries if one), damaged=sum(one is None for one in entries))


def _entry(line: bytes) -> Entry | None:
    try:
        said = json.loads(line)
        return Entry(kind=Kind(said["kind"]), key=str(said["key"]), at=datetime.fromisoformat(said["at"]))
    except (ValueError, KeyError, TypeError):
        return None  # counted by `read`, and told by whoever reads
