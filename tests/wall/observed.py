"""Everything an observer receives, as bytes: mails with all headers, and every page they can open.

Pages are read with Django's test client, at the world's own instant. Of each answer count its status, its
headers, its body and the number of SQL statements it took. A member's pages are found by following every
link from their home; a person without an account opens every link in their mails.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import cache

from entremise.accounts.queries import MemberCard
from entremise.lib import chance, clock
from entremise.protocol.policy import DEFAULT
from entremise.referrals.queries import pages
from tests.cast import World

_SITE = "http://entremise.test"
_LINK_IN_MAIL = re.compile(re.escape(_SITE) + r"(/[^\s\"<>)]*)")
_LINK_IN_PAGE = re.compile(r"href=\"(/[^\"#]*)")
_TOKEN_IN_PATH = re.compile(r"/([ln])/([a-z2-7]+)/")
_NOT_FOLLOWED = ("/static/", "/sortir/", "/boite/")
_MOST_PAGES = 80

# What a browser's own session draws: nobody else ever sees it, and it says nothing about a referral.
_OF_THE_SESSION = re.compile(
    rb"(csrfmiddlewaretoken\" value=\"|name=\"seal\" value=\"|csrftoken=|X-CSRFToken\W{1,12})[A-Za-z0-9]{32,64}"
)
_OWN_TOKENS = (
    re.compile(rb"(?<![a-z2-7])[a-z2-7]{58}(?![a-z2-7])|(?<![a-z2-7])[a-z2-7]{32}(?![a-z2-7])"),
    re.compile(rb"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])"),
    re.compile(rb"=_[0-9a-f]{32}"),
    re.compile(rb"(?m)^    \d{4}\r?$|digits\"?>\d{4}<"),
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
        self.mails_read = len(mails)

    def look(self, world: World, *, everywhere: bool) -> None:
        """Open what they hold a link to; `everywhere`, follow every link from home as well."""
        self.read_mails(world)
        paths = [*self.links]
        if self.member is not None:
            paths = ["/", "/histoires/", *paths]
        if everywhere:
            paths += self.tries
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
def instant(now: datetime) -> Iterator[None]:
    """Let the doors read `now` from the clock, and a page that only shows draw the same numbers every time."""
    frozen = SimpleNamespace(now=lambda _zone: now)
    drawn = SimpleNamespace(token_bytes=lambda count: b"\x05" * count, randbelow=lambda _below: 5)
    sealed = SimpleNamespace(time=now.timestamp)
    with (
        patch.object(clock, "datetime", frozen),
        patch.object(chance, "secrets", drawn),
        patch.object(signing, "time", sealed),
        patch.object(cache, "time", sealed),
    ):
        yield


# -- comparing --------------------------------------------------------------------------------------


def own_tokens_fixed(records: Iterable[Record]) -> list[Record]:
    """Return the records with each of the observer's random tokens named by the order in which they met it."""
    names: dict[bytes, bytes] = {}

    def name(found: re.Match[bytes]) -> bytes:
        return names.setdefault(found.group(), b"<token %d>" % len(names))

    fixed = []
    for record in records:
        raw, what = record.raw, record.what.encode()
        for pattern in _OWN_TOKENS:
            raw, what = pattern.sub(name, raw), pattern.sub(name, what)
        fixed.append(Record(at=record.at, what=what.decode(), raw=raw, queries=record.queries))
    return fixed


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
