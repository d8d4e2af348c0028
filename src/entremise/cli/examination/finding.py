"""One thing found: right, doubtful or wrong, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad it is; the worst is the exit status."""

    RIGHT = 0
    DOUBTFUL = 1
    WRONG = 2


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found, and in a sentence what to do; nothing to do where it is right."""

    level: Level
    said: str
    do: str = ""


def right(said: str) -> Finding:
    return Finding(level=Level.RIGHT, said=said)


def doubtful(said: str, do: str) -> Finding:
    return Finding(level=Level.DOUBTFUL, said=said, do=do)


def wrong(said: str, do: str) -> Finding:
    return Finding(level=Level.WRONG, said=said, do=do)
