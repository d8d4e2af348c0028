"""The minimum of the DNS: which texts (TXT) stand under a name, asked of the machine's own resolver.

Standard library only: a question over UDP, over TCP where the answer did not fit. RFC 1035, and RFC 7208 3.3 for texts
in several pieces.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from entremise.lib.chance import Chance

RESOLVERS = Path("/etc/resolv.conf")
_PORT = 53
_TXT, _INTERNET, _OK, _NO_SUCH_NAME = 16, 1, 0, 3
_HEAD = struct.Struct("!HHHHHH")
_ASK, _ANSWERS, _CUT_OFF = 0x0100, 0x8000, 0x0200
_LONGEST = 65535
_POINTERS = 64  # a name is at most 255 octets long: more jumps than that are a loop


class Unreachable(OSError):  # noqa: N818 - named as the fact it states
    """No resolver answered in time: nothing is known about the name."""


class Garbled(ValueError):  # noqa: N818 - named as the fact it states
    """What came back is no answer to what was asked."""


@dataclass(frozen=True)
class Resolver:
    """Where to ask."""

    host: str
    port: int = _PORT


def resolvers(path: Path = RESOLVERS) -> tuple[Resolver, ...]:
    """Return the resolvers that the machine is set up with, in their order; none where there is no such file."""
    try:
        lines = path.read_text("ascii", errors="replace").splitlines()
    except OSError:
        return ()
    named = [line.split() for line in lines if line.startswith("nameserver")]
    return tuple(Resolver(words[1]) for words in named if len(words) > 1)


def texts(name: str, *, chance: Chance, ask: tuple[Resolver, ...], timeout: float = 3.0) -> list[str]:
    """Return the texts under a name, none where there is no such name; raise Unreachable.

    Each resolver is asked in turn, for `timeout` seconds each way.
    """
    number = int(chance.digits(5)) % _LONGEST
    packet = question(name, number=number)
    for resolver in ask:
        try:
            return answer(_exchange(packet, resolver, timeout=timeout), number=number)
        except (OSError, Garbled):
            continue
    raise Unreachable(name)


def question(name: str, *, number: int) -> bytes:
    """Return the packet that asks for the texts under `name`; raise ValueError for what cannot be a name."""
    labels = [label.encode("idna") for label in name.rstrip(".").split(".")]
    if not all(0 < len(label) < 64 for label in labels) or sum(map(len, labels)) + len(labels) > 254:
        raise ValueError(name)
    written = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return _HEAD.pack(number, _ASK, 1, 0, 0, 0) + written + struct.pack("!HH", _TXT, _INTERNET)


def answer(packet: bytes, *, number: int) -> list[str]:
    """Return the texts that an answer holds; raise Garbled where it is none to the question of that number."""
    try:
        said, flags, questions, answers, _authorities, _more = _HEAD.unpack_from(packet)
        if said != number or not flags & _ANSWERS or flags & 0xF not in (_OK, _NO_SUCH_NAME):
            raise Garbled
        place = _HEAD.size
        for _ in range(questions):
            place = _after_name(packet, place) + 4
        found = []
        for _ in range(answers):
            place = _after_name(packet, place)
            kind, _class, _life, length = struct.unpack_from("!HHIH", packet, place)
            place += 10
            if kind == _TXT:
                found.append(_joined(packet[place : place + length], length))
            place += length
    except (struct.error, IndexError) as problem:
        raise Garbled from problem
    return found


def _after_name(packet: bytes, place: int) -> int:
    """Return where a name ends; one that goes on elsewhere ends with its pointer."""
    for _ in range(_POINTERS * 2):
        length = packet[place]
        if length >= 0xC0:
            return place + 2
        place += 1 + length
        if length == 0:
            return place
    raise Garbled


def _joined(data: bytes, length: int) -> str:
    if len(data) != length:
        raise Garbled
    pieces, place = b"", 0
    while place < length:
        size = data[place]
        piece = data[place + 1 : place + 1 + size]
        if len(piece) != size:
            raise Garbled
        pieces += piece
        place += 1 + size
    return pieces.decode("utf-8", errors="replace")


def _exchange(packet: bytes, resolver: Resolver, *, timeout: float) -> bytes:
    """Return what the resolver says: over UDP, and again over TCP where it says that there is more."""
    family = socket.AF_INET6 if ":" in resolver.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(timeout)
        line.connect((resolver.host, resolver.port))
        line.send(packet)
        said = line.recv(_LONGEST)
    cut_off = len(said) >= _HEAD.size and _HEAD.unpack_from(said)[1] & _CUT_OFF
    return _over_tcp(packet, resolver, timeout=timeout) if cut_off else said


def _over_tcp(packet: bytes, resolver: Resolver, *, timeout: float) -> bytes:
    with socket.create_connection((resolver.host, resolver.port), timeout=timeout) as line:
        line.sendall(struct.pack("!H", len(packet)) + packet)
        (length,) = struct.unpack("!H", _exactly(line, 2))
        return _exactly(line, length)


def _exactly(line: socket.socket, size: int) -> bytes:
    said = b""
    while len(said) < size:
        piece = line.recv(size - len(said))
        if not piece:
            raise Garbled
        said += piece
    return said
