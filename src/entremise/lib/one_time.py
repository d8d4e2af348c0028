"""The digits an authenticator app shows (RFC 6238: HMAC-SHA1, six digits, thirty seconds)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

PERIOD, DIGITS = 30, 6
_LATE = 1  # periods that a slow hand, or a clock that is a little off, may be away


def counter_at(now: datetime) -> int:
    """Return the number of the period that `now` (aware) falls into."""
    return int(now.timestamp()) // PERIOD


def digits_of(secret: str, *, counter: int) -> str:
    """Return the six digits for a secret in base32 and a period."""
    mac = hmac.new(base64.b32decode(secret, casefold=True), counter.to_bytes(8, "big"), "sha1").digest()
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching(secret: str, typed: str, *, now: datetime, after: int) -> int | None:
    """Return the period, later than `after` and next to `now`, whose digits were typed; None for no such one."""
    clean = "".join(one for one in typed if one.isascii() and one.isdecimal())
    current = counter_at(now)
    for counter in range(current - _LATE, current + _LATE + 1):
        if counter > after and hmac.compare_digest(clean, digits_of(secret, counter=counter)):
            return counter
    return None
