"""Encrypting a stream with a passphrase: scrypt makes the key, AES-256-GCM seals the stream chunk by chunk.

A sealed stream is a header (magic, salt) and chunks. Each chunk is a length and what AES-GCM made of at most a MiB;
its nonce counts the chunks and marks the last one, so that none can be changed, moved, left out or cut off unseen.
"""

from __future__ import annotations

from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from entremise.lib.chance import Chance

MAGIC = b"entremise sealed 1\n"
_SALT = 26
_CHUNK = 1 << 20
_LENGTH = 4
_TAG = 16


class Unsealable(ValueError):  # noqa: N818 - named as the fact it states
    """The passphrase is not the one, or the file was cut off or changed."""


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    """Return the cipher of this passphrase and salt: 32 MiB and some tenths of a second for each guess."""
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, *, last: bool) -> bytes:
    """Return a nonce used once: the key is this file's alone, because its salt is."""
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """A file to write to: what is written reaches `target` sealed. `close` ends the stream and leaves `target` open."""

    def __init__(self, target: BinaryIO, *, passphrase: str, chance: Chance) -> None:
        salt = chance.uid().encode("ascii")
        self._target, self._cipher = target, _cipher(passphrase, salt)
        self._head = MAGIC + salt
        self._waiting, self._number = bytearray(), 0
        target.write(self._head)

    def write(self, raw: bytes) -> int:
        self._waiting += raw
        while len(self._waiting) > _CHUNK:  # never empty at the end: the last chunk is marked
            self._put(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return len(raw)

    def close(self) -> None:
        self._put(bytes(self._waiting), last=True)

    def _put(self, raw: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), raw, self._head)
        self._target.write(len(sealed).to_bytes(_LENGTH, "big") + sealed)
        self._number += 1


class Opener:
    """A file to read from: what `Sealer` was given. Every read raises Unsealable where the stream is not whole."""

    def __init__(self, source: BinaryIO, *, passphrase: str) -> None:
        self._head = source.read(len(MAGIC) + _SALT)
        if not self._head.startswith(MAGIC) or len(self._head) != len(MAGIC) + _SALT:
            raise Unsealable
        self._source, self._cipher = source, _cipher(passphrase, self._head[len(MAGIC) :])
        self._ready, self._number, self._ended = bytearray(), 0, False

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and not self._ended:
            self._ready += self._next()
        raw = bytes(self._ready[:size])
        del self._ready[:size]
        return raw

    def _next(self) -> bytes:
        length = int.from_bytes(self._source.read(_LENGTH), "big")
        sealed = self._source.read(length) if _TAG <= length <= _CHUNK + _TAG else b""
        if len(sealed) != length or not sealed:
            raise Unsealable
        for last in (False, True):
            try:
                raw = self._cipher.decrypt(_nonce(self._number, last=last), sealed, self._head)
            except InvalidTag:
                continue
            self._number, self._ended = self._number + 1, last
            return raw
        raise Unsealable


def is_sealed(source: BinaryIO) -> bool:
    """Tell whether what follows was sealed, and go back to where `source` was."""
    head = source.read(len(MAGIC))
    source.seek(-len(head), 1)
    return head == MAGIC
