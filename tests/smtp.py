"""A real mail server on loopback for the length of a test."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterator

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)  # its threads still log when pytest has closed its streams


@contextlib.contextmanager
def serving(handler: object, *, kind: type[Controller] = Controller) -> Iterator[int]:
    """Serve mail to `handler` (aiosmtpd's kind); give the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = kind(handler, hostname="127.0.0.1", port=port, ready_timeout=30)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
