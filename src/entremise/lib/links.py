"""Secrets for links, derived from the site's secret so that none has to be stored (R6).

A link carries `token(purpose, uid)`; the database keeps `fingerprint(token)` to find the row by. Whoever
reads the database, or a backup, cannot make a link from it; the worker can print the same link on a retry.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

_TOKEN_CHARACTERS = 32  # base32 carries 5 bits each: 160 bits


def _mac(kind: str, *parts: str, secret: str) -> bytes:
    """Return HMAC-SHA256 over the parts, each preceded by its length so that no two lists collide."""
    raws = [part.encode() for part in (kind, *parts)]
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in raws)
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def token(purpose: str, uid: str, *, secret: str) -> str:
    """Return 32 lower-case base32 characters (160 bits) that only a holder of `secret` can make.

    The same purpose and uid give the same token; another purpose gives an unrelated one.
    """
    raw = _mac("token", purpose, uid, secret=secret)
    return base64.b32encode(raw).decode("ascii").lower()[:_TOKEN_CHARACTERS]


def fingerprint(raw_token: str) -> str:
    """Return the SHA-256 (64 hexadecimal characters) under which a token is looked up."""
    return hashlib.sha256(raw_token.encode()).hexdigest()


def code(purpose: str, uid: str, *, count: int = 4, secret: str) -> str:
    """Return the `count` decimal digits printed beside a link and asked for with every answer (R6)."""
    number = int.from_bytes(_mac("code", purpose, uid, secret=secret)[:16], "big")
    return f"{number % 10**count:0{count}d}"


def keyed_hash(value: str, *, purpose: str, secret: str) -> str:
    """Return 64 hexadecimal characters for `value`, which nobody without `secret` can confirm (R45)."""
    return _mac("hash", purpose, value, secret=secret).hex()


def same(left: str, right: str) -> bool:
    """Tell whether two secrets are equal, taking a time that does not depend on where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())


def site_secret() -> str:
    """Return the secret of this installation."""
    return str(settings.SECRET_KEY)
