"""Everything an observer receives, as bytes: mails with all headers, every page they can open, what each form answers.

Pages are read with Django's test client, at the world's own instant. Of each answer count its status, its
headers, its body and the number of SQL statements it took. A member's pages are found by following every
link from their home; a person without an account opens every link in their mails.

Forms are sent as well, with the page their answer leads to, and what they did is undone: everybody may try anything.
Of a form's answer the statements are not counted: what was done and what was not cannot take the same.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test import client as test_client
from django.utils import cache, translation

from entremise.accounts.queries import MemberCard
from entremise.interchange import archive
from entremise.lib import chance, clock
from entremise.protocol.policy import DEFAULT
from entremise.referrals.queries import pages
from tests.cast import World

_SITE = "http://entremise.test"
_LINK_IN_MAIL = re.compile(re.escape(_SITE) + r"(/[^\s\"<>)]*)")
_LINK_IN_PAGE = re.compile(r"href=\"(/[^\"#]*)")
_KEY_IN_MAIL = re.compile(r"/l/([a-z2-7]+)/")
_TOKEN_IN_PATH = re.compile(r"/([ln])/([a-z2-7]+)/")
_NOT_FOLLOWED = ("/static/", "/sortir/", "/boite/")
_MOST_PAGES = 240
_FOUR_DIGITS = re.compile(r"^\s*(\d) ?(\d) ?(\d) ?(\d)\s*$", re.MULTILINE)
# What somebody fills in who says yes, or asks for what is held about them; each form takes what it knows.
PART = {"name": "Camille", "way": "phone", "details": "01 23 45 67 89", "reason": "Comme convenu"}

# What a browser's own session draws: nobody else ever sees it, and it says nothing about a referral.
_OF_THE_SESSION = re.compile(
    rb"(csrfmiddlewaretoken\" value=\"|name=\"seal\" value=\"|csrftoken=|X-CSRFToken\W{1,12})[A-Za-z0-9]{32,64}"
)
# What a form carries sealed is read as its observer could read it: its words, then its own ids and its seal.
_SEALED = re.compile(rb"(name=\"(?:typed|once)\" value=\")([\w-]+):\w+:[\w-]+(?=\")")
# A proof's seal closes a chain in which the other side stands; it is keyed with the site's secret, so that it is
# chance to whoever lacks that.
_SEALS = re.compile(rb"(?<=\"seal\": \")[0-9a-f]{64}(?=\")")
_OWN_TOKENS = (
    re.compile(rb"(?<![a-z2-7])[a-z2-7]{58}(?![a-z2-7])|(?<![a-z2-7])[a-z2-7]{32}(?![a-z2-7])"),
    re.compile(rb"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])"),
    re.compile(rb"=_[0-9a-f]{32}"),
    re.compile(rb"(?m)^    \d{4}\r?$|digits\"?>\d{4}<|name=\"digits\" value=\"\d{4}\""),
    # The digits of a message the giver carries, as it stands on the page and in the links that send it.
    re.compile("(?<=chiffres demandés\u00a0: )\\d{4}|(?<=chiffres%20demand%C3%A9s%C2%A0%3A%20)\\d{4}".encode()),
    re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"),  # the seal of a proof: a keyed hash
)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One thing that reached an observer."""

    at: datetime
    what: str
    raw: bytes
    queries: int = 0


@dataclass(kw_only=True)
class Observer:
    """Somebody who looks: their address, their session if they are a member, and what they always try."""

    name: str
    address: str = ""
    member: MemberCard | None = None
    tries: tuple[str, ...] = ()
    records: list[Record] = field(default_factory=list)
    client: Client = field(init=False)
    mails_read: int = field(default=0, init=False)
    links: dict[str, None] = field(default_factory=dict, init=False)
    digits: dict[str, str] = field(default_factory=dict, init=False)
    offered: list[str] = field(default_factory=list, init=False)
    posts: list[tuple[str, Mapping[str, str]]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.client = Client()
        if self.member is not None:
            self.client.force_login(get_user_model().objects.get(pk=self.member.pk))

    def read_mails(self, world: World) -> None:
        """Take what has come by mail, and the links in it."""
        mails = world.mails_to(self.address) if self.address else []
        for mail in mails[self.mails_read :]:
            whole = b"\n".join(
                [
                    mail.message.as_bytes().replace(b"=\r\n", b"").replace(b"=\n", b""),
                    mail.text.encode(),
                    mail.html.encode(),
                ]
            )
            self.records.append(Record(at=world.now, what=f"mail {len(self.records)}", raw=whole))
            for link in _LINK_IN_MAIL.findall(mail.text + html.unescape(mail.html)):
                self.links[link] = None
            self._remember_digits(mail.text)
        self.mails_read = len(mails)

    def _remember_digits(self, text: str) -> None:
        found, keys = _FOUR_DIGITS.search(text), _KEY_IN_MAIL.findall(text)
        for token in keys if found else ():
            self.digits[token] = "".join(found.groups()) if found else ""

    def look(self, world: World, *, everywhere: bool) -> None:
        """Open what they hold a link to; `everywhere`, follow every link from home as well, and try every form."""
        self._open(world, everywhere=everywhere)
        if not everywhere:
            return
        for path, typed in [*self.posts, *_forms_behind(self.digits)]:
            self.records += posting(self.client, path, typed, at=world.now)
        if self.member is not None:
            self.records.append(taken_along(self.member, at=world.now))

    def _open(self, world: World, *, everywhere: bool) -> None:
        self.read_mails(world)
        paths = [*self.links]
        if self.member is not None:
            paths = ["/", "/histoires/", *paths]
        if everywhere:
            paths += [*self.tries, *self.offered]
        opened: set[str] = set()
        with instant(world.now):
            while paths and len(opened) < _MOST_PAGES:
                path = paths.pop(0)
                if path in opened or path.startswith(_NOT_FOLLOWED):
                    continue
                opened.add(path)
                record = opening(self.client, path, at=world.now)
                self.records.append(record)
                self.records += _values(path, at=world.now)
                if self.member is not None and everywhere:
                    paths += [html.unescape(found) for found in _LINK_IN_PAGE.findall(record.raw.decode())]
        assert not paths or len(opened) < _MOST_PAGES, "the site has more pages than are looked at"


def _values(path: str, *, at: datetime) -> list[Record]:
    """Return what the page behind a link was made from: a value no page shows yet is there to be shown."""
    found = _TOKEN_IN_PATH.fullmatch(path)
    if found is None:
        return []
    read = {"l": pages.request_page, "n": pages.news_page}[found.group(1)]
    value = read(token=found.group(2), now=at, language="fr", policy=DEFAULT)
    return [Record(at=at, what=f"value of {path}", raw=repr(value).encode())]


def _forms_behind(digits: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What somebody can send with the digits of a request: what is held, as a page and as a file; a yes, a no."""
    for token, typed in digits.items():
        yield f"/droits/{token}/", {"digits": typed}
        yield f"/droits/{token}/emporter/", {"digits": typed, "as": "json"}
        yield f"/l/{token}/oui/", {"digits": typed, **PART}
        yield f"/l/{token}/non/", {"digits": typed}


def posting(client: Client, path: str, typed: Mapping[str, str], *, at: datetime) -> list[Record]:
    """Return what a form answers and the page that leads to; what it did is undone."""
    with transaction.atomic():
        records = sending(client, path, typed, at=at)
        transaction.set_rollback(True)
    return records


def sending(client: Client, path: str, typed: Mapping[str, str], *, at: datetime) -> list[Record]:
    """Send a form for good, and return what it answers and the page that leads to."""
    with instant(at, drawing=f"{at.isoformat()} {path}"):
        response = client.post(path, typed)
    records = [Record(at=at, what=f"POST {path}", raw=_answer(response))]
    if response.status_code in (302, 303):
        with instant(at):
            records.append(replace(opening(client, response["Location"], at=at), queries=0))
    return records


def taken_along(member: MemberCard, *, at: datetime) -> Record:
    """Return what a member's archive holds at this instant (R47)."""
    with instant(at), translation.override(member.language):
        made = archive.build(member, now=at, policy=DEFAULT)
    with made, zipfile.ZipFile(made) as files:
        parts = [f"{name}\n".encode() + files.read(name) for name in files.namelist()]
    return Record(at=at, what="archive", raw=b"\n".join(parts))


def opening(client: Client, path: str, *, at: datetime) -> Record:
    """Return what a GET of `path` answers."""
    statements = 0

    def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(count):
        response = client.get(path)
    return Record(at=at, what=f"GET {path}", raw=_answer(response), queries=statements)


def _answer(response: HttpResponse) -> bytes:
    headers = [f"{name}: {value}" for name, value in sorted(response.headers.items())]
    cookies = [morsel.OutputString() for _, morsel in sorted(response.cookies.items())]
    cookies = [re.sub(r"expires=[^;]*", "expires=…", cookie) for cookie in cookies]
    head = "\n".join([str(response.status_code), *headers, *cookies])
    return _OF_THE_SESSION.sub(rb"\1(own)", head.encode() + b"\n\n" + response.getvalue())


@contextmanager
def instant(now: datetime, *, drawing: str = "") -> Iterator[None]:
    """Let the doors read `now` from the clock, and a page that only shows draw the same numbers every time.

    Who is `drawing` for something makes it: each number is another one, and the same the next time for the same thing.
    """
    frozen = SimpleNamespace(now=lambda _zone: now)
    drawn = SimpleNamespace(token_bytes=lambda size: b"\x05" * size, randbelow=lambda _below: 5)
    if drawing:
        drawn.token_bytes = _one_after_the_other(drawing)
    sealed = SimpleNamespace(time=now.timestamp)
    with (
        patch.object(clock, "datetime", frozen),
        patch.object(chance, "secrets", drawn),
        patch.object(signing, "time", sealed),
        patch.object(cache, "time", sealed),
        patch.object(test_client, "store_rendered_templates", lambda *_what, **_more: None),  # copies that nobody reads
    ):
        yield


def _one_after_the_other(drawing: str) -> Callable[[int], bytes]:
    turns = count()
    return lambda size: hashlib.sha512(f"{drawing} {next(turns)}".encode()).digest()[:size]


# -- comparing --------------------------------------------------------------------------------------


def own_tokens_fixed(records: Iterable[Record]) -> list[Record]:
    """Return the records with each of the observer's random tokens named by the order in which they met it."""
    names: dict[bytes, bytes] = {}

    def name(found: re.Match[bytes]) -> bytes:
        return names.setdefault(found.group(), b"<token %d>" % len(names))

    fixed = []
    for record in records:
        raw, what = _SEALED.sub(_unsealed, record.raw), record.what.encode()
        if record.what.endswith("/porter/qr.svg"):  # a picture of the carried link, which the page beside it spells
            raw = raw.partition(b" ")[0]
        for pattern in _OWN_TOKENS:
            raw, what = pattern.sub(name, raw), pattern.sub(name, what)
        fixed.append(Record(at=record.at, what=what.decode(), raw=raw, queries=record.queries))
    return fixed


def seals_fixed(records: Iterable[Record]) -> list[Record]:
    """Return the records without the seals of proofs."""
    return [replace(record, raw=_SEALS.sub(b"<seal>", record.raw)) for record in records]


def _unsealed(found: re.Match[bytes]) -> bytes:
    return found.group(1) + base64.urlsafe_b64decode(found.group(2) + b"=" * (-len(found.group(2)) % 4))


class Leaked(AssertionError):  # noqa: N818 - named as the fact it states
    """Somebody can tell what they may not know; the message says who, when and from what."""


def held(promise: object, about: str) -> None:
    """Raise Leaked unless the promise holds."""
    if not promise:
        raise Leaked(about)


def assert_equal(left: Sequence[Record], right: Sequence[Record], *, about: str) -> None:
    """Raise Leaked at the first thing in which two observations differ."""
    for one, other in zip(left, right, strict=False):
        where = f"{about}: {one.at:%d %b %H:%M} {one.what}"
        held((one.at, one.what) == (other.at, other.what), f"{where} / {other.at:%d %b %H:%M} {other.what}")
        if one.raw != other.raw:
            raise Leaked(f"{where} {_difference(one.raw, other.raw)}")
        held(one.queries == other.queries, f"{where}: {one.queries} and {other.queries} statements")
    beyond = [record.what for record in [*left, *right][min(len(left), len(right)) :]][:3]
    held(len(left) == len(right), f"{about}: {beyond}")


def _difference(left: bytes, right: bytes) -> str:
    at = next((place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), -1)
    start = max(0, at - 60)
    return f"at byte {at}:\n  {left[start : at + 80]!r}\n  {right[start : at + 80]!r}"
