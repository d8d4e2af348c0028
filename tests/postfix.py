"""A Postfix of the tests' own: made in a folder, on high ports, started and stopped by the test that needs it.

Nothing of the machine's own Postfix is read or changed. It takes mail on one port, hands each domain to the next hop
it is told, and delivers what comes back to `entremise.test` into a Maildir.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 60.0  # seconds
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 5 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
smtp      unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
proxymap  unix - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
"""
_SETTINGS = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = /dev/stdout
maillog_file_prefixes = {folder}, /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.entremise.test
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = entremise.test
virtual_mailbox_maps = static:bounces/
virtual_mailbox_base = {folder}/box
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
transport_maps = inline:{{ {hops} }}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = {policy} permit_mynetworks, reject
smtp_tls_security_level = none
smtpd_tls_security_level = none
"""


class NoPostfix(RuntimeError):  # noqa: N818 - named as the fact it states
    """There is no Postfix to start on this machine, or nobody who may."""


@dataclass(frozen=True)
class Postfix:
    """One that runs: the port it takes mail on, and the Maildir of what came back."""

    port: int
    maildir: Path

    def wait_for_bounce(self) -> None:
        """Return once something has come back."""
        until = time.monotonic() + _PATIENCE
        while not list((self.maildir / "new").glob("*")):
            assert time.monotonic() < until, "nothing came back"
            time.sleep(0.1)


@contextlib.contextmanager
def running(hops: Mapping[str, int], *, policy_port: int | None = None) -> Iterator[Postfix]:
    """Start one that hands each domain to a port of this machine; stop it at the end. Raises NoPostfix."""
    program = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise NoPostfix("Postfix is not installed: run scripts/ensure-postfix, or install postfix.")
    if os.geteuid() != 0:
        raise NoPostfix("Postfix is started by root only, and these tests do not run as root.")
    folder = Path(tempfile.mkdtemp(prefix="entremise-postfix-"))
    folder.chmod(0o755)
    port = free_port()
    _write(folder, port=port, hops=hops, policy_port=policy_port)
    log = (folder / "log").open("wb")
    process = subprocess.Popen([program, "-c", str(folder), "start-fg"], stdout=log, stderr=log)
    try:
        _wait_for_greeting(port, process, folder)
        yield Postfix(port=port, maildir=folder / "box" / "bounces")
    finally:
        subprocess.run([program, "-c", str(folder), "stop"], check=False, capture_output=True, timeout=_PATIENCE)
        process.wait(_PATIENCE)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write(folder: Path, *, port: int, hops: Mapping[str, int], policy_port: int | None) -> None:
    nobody, owner = pwd.getpwnam("nobody"), pwd.getpwnam("postfix")
    for name, who in (("queue", 0), ("data", owner.pw_uid), ("box", nobody.pw_uid)):
        (folder / name).mkdir()
        os.chown(folder / name, who, -1)
    settings = _SETTINGS.format(
        folder=folder,
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
        hops=", ".join(f"{{ {domain} = smtp:[127.0.0.1]:{hop} }}" for domain, hop in hops.items()),
        policy=f"check_policy_service inet:127.0.0.1:{policy_port}," if policy_port else "",
    )
    (folder / "main.cf").write_text(settings, "ascii")
    (folder / "master.cf").write_text(_SERVICES.format(port=port), "ascii")


def _wait_for_greeting(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "log").read_text("utf-8")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            if line.recv(3) == b"220":
                return
        time.sleep(0.1)
    raise AssertionError((folder / "log").read_text("utf-8"))
