"""Randomness as a parameter: the one home of the system's random source."""

from __future__ import annotations

import base64
import random
import secrets
from typing import Protocol

_UID_BYTES = 17  # 136 bits, of which 26 base32 characters keep 130


class Chance(Protocol):
    """Where an action gets its randomness from; a seed makes a run repeatable."""

    def uid(self) -> str:
        """Return 26 lower-case base32 characters (130 random bits), fit for a URL."""

    def digits(self, count: int) -> str:
        """Return `count` decimal digits, each drawn uniformly."""

    def uniform(self, low: float, high: float) -> float:
        """Return a float drawn uniformly between `low` and `high`."""


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()[:26]


class SystemChance:
    """The operating system's randomness, for real runs."""

    def uid(self) -> str:
        return _base32(secrets.token_bytes(_UID_BYTES))

    def digits(self, count: int) -> str:
        return "".join(str(secrets.randbelow(10)) for _ in range(count))

    def uniform(self, low: float, high: float) -> float:
        return secrets.SystemRandom().uniform(low, high)


class SeededChance:
    """The same draws for the same seed, for simulations, paired worlds and the demo."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, never used for real secrets

    def uid(self) -> str:
        return _base32(self._random.randbytes(_UID_BYTES))

    def digits(self, count: int) -> str:
        return "".join(str(self._random.randrange(10)) for _ in range(count))

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)
