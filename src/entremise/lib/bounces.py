"""Mail that came back: the address it comes back to, and how a report of it is read (R18).

Every message leaves with an envelope sender of its own, `bounces+<id><seal>@…`: the random part of its Message-ID, and
a seal that only this installation can make. What comes back there is about that one message; nothing in a report is
believed but whether it failed. Reports are written by anybody: they are read up to a size, and never fail to be read.
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from pathlib import Path

from entremise.lib import links

LARGEST = 512 * 1024  # octets of a report that are read; what failed is said at its beginning
_PURPOSE = "bounce"
_ID, _SEAL = 26, 10
_WHERE_IT_CAME = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_QMAIL = "Hi. This is the "
_FOR_GOOD = "This is a permanent error"
_MOST_PARTS = 50


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """One report: the addresses it was delivered to, and whether it says that a message failed for good.

    `status` is the failure's code (RFC 3463) where the report has one, otherwise "5.0.0".
    """

    came_to: tuple[str, ...]
    failed: bool
    status: str = ""


def return_path(address: str, *, message_id: str, secret: str) -> str:
    """Return the address to which one message comes back, made from the installation's own and its Message-ID."""
    local, _at, domain = address.rpartition("@")
    unique = message_id.strip("<> ").partition("@")[0]
    return f"{local}+{unique}{_seal(unique, secret)}@{domain}"


def message_behind(came_to: str, *, address: str, secret: str) -> str:
    """Return the random part of the Message-ID that an address was made from; "" for any other, or a forged one."""
    local, _at, domain = address.lower().rpartition("@")
    found = re.fullmatch(rf"{re.escape(local)}\+([a-z2-7]{{{_ID}}})([a-z2-7]{{{_SEAL}}})@(.+)", came_to.lower())
    if found is None or found.group(3) != domain or not links.same(found.group(2), _seal(found.group(1), secret)):
        return ""
    return found.group(1)


def _seal(unique: str, secret: str) -> str:
    return links.token(_PURPOSE, unique, secret=secret)[:_SEAL]


# -- reading ----------------------------------------------------------------------------------------


def read(raw: bytes) -> Bounce:
    """Return what a report says; one that says nothing, or cannot be read, reports no failure."""
    try:
        message = BytesParser(policy=compat32).parsebytes(raw[:LARGEST])
        came_to = tuple(_came_to(message))
        status = _status(message)
    except RecursionError:  # parts within parts without end: no mail program writes that
        return Bounce(came_to=(), failed=False)
    return Bounce(came_to=came_to, failed=bool(status), status=status)


def _came_to(message: Message) -> Iterator[str]:
    for name in _WHERE_IT_CAME:
        written = [str(value)[:2000] for value in message.get_all(name, [])]
        for _name, address in getaddresses(written[:10]):
            yield address.strip().lower()


def _status(message: Message) -> str:
    """Return the code of a failure for good; "" for a delay, somebody’s own answer, anything else."""
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            break
        if part.get_content_type() == "message/delivery-status":
            return _reported(part)
    if message.get_content_type() == "multipart/report":
        return ""
    return _old_style(message)


def _reported(part: Message) -> str:
    """RFC 3464: the groups of fields about each recipient; "failed" is for good, "delayed" is not."""
    groups = part.get_payload()
    for group in groups if isinstance(groups, list) else []:
        if not isinstance(group, Message):
            continue
        action = str(group.get("Action", "")).split(";")[-1].strip().lower()
        code = _STATUS.search(str(group.get("Status", "")))
        hard = code is not None and code.group(1) == "5"
        if action.startswith("failed") or (not action and hard):
            return code.group() if code else "5.0.0"
    return ""


def _old_style(message: Message) -> str:
    """Exim before it wrote reports, and qmail, which never did."""
    if message.get("X-Failed-Recipients"):
        return "5.0.0"
    body = message.get_payload()
    if isinstance(body, str) and body.lstrip().startswith(_QMAIL) and _FOR_GOOD in body:
        code = _STATUS.search(body)
        return code.group() if code and code.group(1) == "5" else "5.0.0"
    return ""


# -- folders ----------------------------------------------------------------------------------------

Take = Callable[[bytes], bool]  # True where the mail was about one of ours, and serves no more


@dataclass(frozen=True, kw_only=True)
class Emptied:
    """How many mails were read, and which could not be read or taken away, with the reason; they are still there."""

    seen: int
    stuck: Mapping[str, OSError] = field(default_factory=dict)


def take_maildir(folder: Path, take: Take, *, most: int, aside: Container[str] = ()) -> Emptied:
    """Read at most `most` new mails of a Maildir. Those taken are deleted, the rest become seen.

    A mail that cannot be taken away holds up no other; those whose names are in `aside` are not tried. Raises OSError
    where the folder itself cannot be read.
    """
    new = folder / "new"
    if not new.is_dir():
        return Emptied(seen=0)
    seen = 0
    stuck: dict[str, OSError] = {}
    for mail in sorted(new.iterdir()):
        if seen == most:
            break
        if mail.name in aside or mail.is_symlink() or not mail.is_file():
            continue
        try:
            _take(mail, take, read=folder / "cur")
        except OSError as problem:
            stuck[mail.name] = problem
        else:
            seen += 1
    return Emptied(seen=seen, stuck=stuck)


def _take(mail: Path, take: Take, *, read: Path) -> None:
    with mail.open("rb") as file:
        taken = take(file.read(LARGEST))
    if taken:
        mail.unlink()
        return
    read.mkdir(mode=0o700, exist_ok=True)
    mail.rename(read / f"{mail.name.partition(':')[0]}:2,S")


def take_mbox(file: Path, take: Take) -> int:
    """Read every mail of an mbox file under its lock, and delete those taken; return how many were read."""
    box = mailbox.mbox(file, create=False)
    box.lock()
    try:
        keys = list(box.keys())
        for key in keys:
            if take(box.get_bytes(key)[:LARGEST]):
                box.remove(key)
        box.flush()
    finally:
        box.close()
    return len(keys)
