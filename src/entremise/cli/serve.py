"""Run everything: the web server and the worker, in one process tree.

Nothing is restarted in silence: where one of the two ends, the other is asked to end too, and the exit status says so.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import FrameType

from django.conf import settings

from entremise.cli.preparation import prepare
from entremise.cli.web import add_address

_LOOK_EVERY = 0.1  # seconds
_PATIENCE = 20.0  # seconds a child has to finish what it holds
_KILLED_BY_SIGNAL = 128

Children = Mapping[str, "subprocess.Popen[bytes]"]


class _Asked:
    """Whether SIGTERM or SIGINT has asked for the end."""

    def __init__(self) -> None:
        self.stop = False
        signal.signal(signal.SIGTERM, self._hear)
        signal.signal(signal.SIGINT, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stop = True


def arguments(parser: argparse.ArgumentParser) -> None:
    add_address(parser)


def run(asked: argparse.Namespace) -> int:
    prepare()
    place = settings.ENTREMISE
    print(f"Entremise is at {place.site_url} (listening on {asked.host}:{place.port})", flush=True)
    web = ["web", "--as-child", "--host", asked.host, *(["--access-log"] if asked.access_log else [])]
    return supervise({"web": web, "worker": ["worker", "--as-child"]})


def supervise(verbs: Mapping[str, list[str]]) -> int:
    """Run each verb as a child until asked to stop (status 0) or until one ends (its status, never 0)."""
    asked = _Asked()
    children = {
        # A group of its own, so that whatever a child leaves behind can be found.
        name: subprocess.Popen([sys.executable, "-m", "entremise", *words], process_group=0)  # noqa: S603
        for name, words in verbs.items()
    }
    try:
        ended = _first_to_end(children, asked=asked)
    finally:
        _end(children)
    if ended is None:
        return 0
    status = children[ended].returncode
    print(f"entremise: {ended} ended with status {status}; everything stops.", file=sys.stderr, flush=True)
    return _KILLED_BY_SIGNAL - status if status < 0 else status or 1


def _first_to_end(children: Children, *, asked: _Asked) -> str | None:
    """Return the name of the child that ended by itself, or None once the end was asked for."""
    while not asked.stop:
        time.sleep(_LOOK_EVERY)
        ended = next((name for name, child in children.items() if child.poll() is not None), None)
        if ended and not asked.stop:
            return ended
    return None


def _end(children: Children) -> None:
    """Ask every child to end, wait for it, and kill the one that does not, with all that it left behind."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_PATIENCE)
        with contextlib.suppress(ProcessLookupError):  # nothing of it is left: the rule
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
