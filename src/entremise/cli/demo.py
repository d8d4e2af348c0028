"""Play an invented network in a fresh directory, tell its story, then serve it.

Nothing of the machine's own installation is read or touched: own folder, own SQLite database, own mailbox.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile

_FIRST_PORT = 8000
_PORTS_TRIED = 50


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the demonstration takes."""
    parser.add_argument("--no-serve", action="store_true", help="end after the story, with status 0 if it went well")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=None, help="port to listen on (default: 8000, or the next free)")


def run(asked: argparse.Namespace) -> int:
    """Play, then serve until asked to stop; the fresh directory goes when the demonstration ends."""
    folder = tempfile.mkdtemp(prefix="entremise-demo-")
    port = asked.port or _free_port(asked.host)
    _make_environment(folder, host=asked.host, port=port)
    try:
        return _play_and_serve(asked, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _play_and_serve(asked: argparse.Namespace, port: int) -> int:
    from entremise.cli import serve
    from entremise.cli.preparation import prepare

    prepare()
    from django.utils.translation import gettext as _

    print("\n  Entremise — " + _("one referral, from the idea to the thanks") + "\n", flush=True)
    played = subprocess.run([sys.executable, "-m", "entremise.demo"], check=False).returncode
    if played or asked.no_serve:
        return played
    address = {"address": f"http://{asked.host}:{port}"}
    print("\n  " + _("Everybody's mail, and a door to Hélène's notebook: %(address)s/boite/") % address, flush=True)
    print("  " + _("Ctrl+C to stop.") + "\n", flush=True)
    asked.port, asked.access_log = port, False
    return serve.run(asked)


def _make_environment(folder: str, *, host: str, port: int) -> None:
    spoken = os.environ.get("ENTREMISE_LANGUAGE", "fr")
    for name in [name for name in os.environ if name.startswith("ENTREMISE_")] + ["DATABASE_URL", "EMAIL_URL"]:
        os.environ.pop(name, None)
    os.environ["ENTREMISE_LANGUAGE"] = spoken
    os.environ["ENTREMISE_DATA_DIR"] = folder
    os.environ["ENTREMISE_SITE_URL"] = f"http://{host}:{port}"
    os.environ["ENTREMISE_PORT"] = str(port)
    os.environ["ENTREMISE_MAILBOX_PAGE"] = "yes"
    os.environ["ENTREMISE_OWNER_NAME"] = "Hélène Vasseur"
    os.environ["ENTREMISE_OWNER_CONTACT"] = "helene@vasseur-conseil.example"


def _free_port(host: str) -> int:
    """Return the first port from 8000 on that nobody listens on."""
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return _FIRST_PORT
