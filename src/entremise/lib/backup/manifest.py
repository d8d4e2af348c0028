"""What a backup says about itself: when, from which version, which tables with how many rows, and its checksum."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from entremise.lib import links

FORMAT = 1
NAME = "manifest.json"
_PIECE = 1 << 20


class Unreadable(ValueError):  # noqa: N818 - named as the fact it states
    """This is no backup of ours, or one of a format of the future."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`engine` is sqlite or postgresql; `secret` tells two installations' secrets apart without telling either."""

    made_at: datetime
    version: str
    engine: str
    migrations: tuple[str, ...]
    tables: dict[str, int]
    sha256: str
    secret: str
    format: int = FORMAT

    def write(self) -> bytes:
        """Return the manifest as it stands in the file."""
        said = asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps(said, indent=1, sort_keys=True).encode("ascii")


def read(raw: bytes) -> Manifest:
    """Return what `write` wrote; raise Unreadable for anything else."""
    try:
        said = json.loads(raw)
        if said["format"] != FORMAT:
            raise Unreadable
        said["made_at"] = datetime.fromisoformat(said["made_at"])
        said["migrations"] = tuple(said["migrations"])
        return Manifest(**said)
    except (ValueError, KeyError, TypeError) as problem:
        raise Unreadable from problem


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def secret_mark() -> str:
    """Return what recognises this installation's secret: everybody's links and refusals depend on it."""
    return links.keyed_hash("which secret", purpose="backup", secret=links.site_secret())[:16]


def program_version() -> str:
    """Return the version of the program that runs."""
    return version("entremise")
