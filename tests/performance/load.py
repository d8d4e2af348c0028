"""Ask a server for pages and time the answers."""

from __future__ import annotations

import http.client
import os
import statistics
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Unexpected(RuntimeError):  # noqa: N818 - named as the fact it states
    """The server answered something other than the page."""


@dataclass(frozen=True)
class Ask:
    """One request: whose session, which page, and the form that is posted, if any."""

    cookie: str
    path: str
    body: str = ""
    expect: int = 200


@dataclass(frozen=True, kw_only=True)
class Timed:
    """How long answers took, in milliseconds, and the processor's time that each took the server."""

    times: tuple[float, ...]
    processor: float = 0.0
    a_second: float = 0.0

    @property
    def median(self) -> float:
        """Half of the answers were quicker."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """Nineteen of twenty answers were quicker."""
        return sorted(self.times)[min(len(self.times) - 1, int(len(self.times) * 0.95))]


class Client:
    """One browser's line, kept open."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, ask: Ask) -> tuple[float, str, str]:
        """Return the milliseconds an answer took, its body and where it leads. Raises Unexpected."""
        headers = {"Cookie": ask.cookie, "Accept-Encoding": "identity", "Accept-Language": "fr"}
        if ask.body:
            token = dict(part.split("=", 1) for part in ask.cookie.split("; "))["csrftoken"]
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token}
        start = time.perf_counter()
        self._line.request("POST" if ask.body else "GET", ask.path, ask.body or None, headers)
        answer = self._line.getresponse()
        body = answer.read()
        took = (time.perf_counter() - start) * 1000
        if answer.status != ask.expect:
            raise Unexpected(f"{ask.path} answered {answer.status}: {body[:300]!r}")
        return took, body.decode(), answer.headers.get("Location", "")

    def close(self) -> None:
        self._line.close()


def one_client(port: int, asks: Sequence[Ask], *, server: int) -> Timed:
    """Ask one after the other; the first of them warm up and do not count."""
    client = Client(port)
    warm = min(len(asks) // 2, max(4, len(asks) // 10))
    for ask in asks[:warm]:
        client.ask(ask)
    before = processor_time(server)
    times = tuple(client.ask(ask)[0] for ask in asks[warm:])
    spent = processor_time(server) - before
    client.close()
    return Timed(times=times, processor=spent * 1000 / len(times))


@dataclass
class _Crowd:
    """What eight clients at once have counted."""

    until: float
    answers: int = 0
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def eight_clients(port: int, asks: Sequence[Ask], *, seconds: float, once: bool = False, clients: int = 8) -> float:
    """Return how many answers a second came while as many clients asked all the time, or each thing `once`."""
    start = time.perf_counter()
    crowd = _Crowd(until=start + seconds)
    threads = [
        threading.Thread(target=_keep_asking, args=(port, mine if once else cycle(mine), crowd))
        for mine in (asks[number::clients] or asks for number in range(clients))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if crowd.failures:
        raise crowd.failures[0]
    return crowd.answers / (time.perf_counter() - start)


def _keep_asking(port: int, asks: Iterable[Ask], crowd: _Crowd) -> None:
    client, count = Client(port), 0
    try:
        for ask in asks:
            if time.perf_counter() >= crowd.until:
                break
            client.ask(ask)
            count += 1
    except (OSError, http.client.HTTPException, Unexpected) as problem:
        crowd.failures.append(problem)
    client.close()
    with crowd.lock:
        crowd.answers += count


def processor_time(root: int) -> float:
    """Return the seconds of processor time that a process and its children have used so far; 0 where unknown."""
    total = 0.0
    for pid in _family(root):
        try:
            parts = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        total += (int(parts[11]) + int(parts[12])) / _TICKS
    return total


def _family(root: int) -> list[int]:
    found = [root]
    for pid in found:
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += [int(child) for child in listed.read_text("ascii").split()]
            except OSError:
                continue  # it has ended meanwhile
    return found
