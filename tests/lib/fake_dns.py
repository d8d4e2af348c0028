"""A name server on loopback for the length of a test: the texts it knows, over UDP and TCP."""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator, Mapping

from entremise.lib.dns import Resolver

Texts = Mapping[str, list[str]]


def name_of(packet: bytes) -> str:
    labels, place = [], 12
    while packet[place]:
        labels.append(packet[place + 1 : place + 1 + packet[place]].decode())
        place += 1 + packet[place]
    return ".".join(labels)


def record(text: str) -> bytes:
    raw = text.encode()
    pieces = b"".join(bytes([len(raw[i : i + 255])]) + raw[i : i + 255] for i in range(0, len(raw), 255))
    return b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, len(pieces)) + pieces


def reply(packet: bytes, texts: Texts) -> bytes:
    found = texts.get(name_of(packet))
    flags = 0x8180 if found is not None else 0x8183
    records = [record(text) for text in found or ()]
    return packet[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0) + packet[12:] + b"".join(records)


def _on_one_port(
    udp: type[socketserver.BaseRequestHandler], tcp: type[socketserver.BaseRequestHandler]
) -> tuple[socketserver.ThreadingUDPServer, socketserver.ThreadingTCPServer]:
    """Both servers on a port that is free for both: one that is free for the first may be taken for the second."""
    for _try in range(20):
        first = socketserver.ThreadingUDPServer(("127.0.0.1", 0), udp)
        try:
            return first, socketserver.ThreadingTCPServer(("127.0.0.1", first.server_address[1]), tcp)
        except OSError:
            first.server_close()
    raise OSError("no port is free for both")


@contextlib.contextmanager
def answering(texts: Texts, *, cut_off: bool = False) -> Iterator[Resolver]:
    """Answer questions for texts; with `cut_off` say over UDP that there is more."""

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            packet, line = self.request
            said = reply(packet, texts)
            if cut_off:
                said = said[:2] + struct.pack("!HHHHH", 0x8380, 1, 0, 0, 0) + packet[12:]
            line.sendto(said, self.client_address)

    class Tcp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            (length,) = struct.unpack("!H", self.request.recv(2))
            said = reply(self.request.recv(length), texts)
            self.request.sendall(struct.pack("!H", len(said)) + said)

    with contextlib.ExitStack() as stack:
        udp, tcp = _on_one_port(Udp, Tcp)
        for server in (udp, tcp):
            stack.enter_context(server)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.shutdown)
        yield Resolver("127.0.0.1", udp.server_address[1])
