"""A word of its own in every field that identifies somebody, and where those words may never be found (R4, R18).

Each is looked for as it is, in other cases, reversed, without its accents, as base64 in its three alignments,
quoted-printable, percent-encoded, escaped for HTML, hexadecimal, and, for addresses, as common hashes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import logging
import quopri
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import cache
from urllib.parse import quote, quote_plus, unquote

from entremise.config.logs import Lines
from entremise.outbox.models import Message, State
from entremise.people.queries import ContactDraft, Way, WayKind
from entremise.protocol.checklist import Sheet
from entremise.protocol.types import Role
from entremise.protocol.types import Way as Preferred
from tests.cast import MONDAY
from tests.wall.observed import Record, held
from tests.wall.staging import REFERENCE_EXAMPLE, Scene, Script, apart, play, scene

_SIDE = {"receiver": "Ré", "client": "Cl"}


def word(role: str, field: str) -> str:
    """Return the canary of one field: a word found nowhere else."""
    return f"{_SIDE[role]}zq{field}wx{role}"


def address(role: str) -> str:
    """Return the canary that is an address."""
    return f"zqbox-{role}@zqdomain-{role}.example"


_PHONES = {"receiver": ("0647138295", "0452816390"), "client": ("0671924836", "0439507182")}
_HANDED_OVER = {"receiver": "0698273645", "client": "0765431928"}


def draft(role: str) -> ContactDraft:
    """Return a contact with a canary in every field."""
    mobile, phone = _PHONES[role]
    fields = (
        "given_name", "family_name", "company", "position", "trade_text", "notes", "does", "does_not", "best_time",
        "booking", "how_met", "vcard_uid",
    )  # fmt: skip
    ways = (
        Way(kind=WayKind.EMAIL, value=address(role), label=word(role, "label")),
        Way(kind=WayKind.EMAIL, value=f"zqother-{role}@zqelsewhere-{role}.example"),
        Way(kind=WayKind.MOBILE, value=mobile),
        Way(kind=WayKind.PHONE, value=phone),
        Way(kind=WayKind.LINK, value=f"https://zqsite-{role}.example/zqpage-{role}"),
        Way(kind=WayKind.ADDRESS, value=word(role, "street")),
    )
    return ContactDraft(**{name: word(role, name) for name in fields}, met_on=date(1987, 6, 5), ways=ways)  # type: ignore[arg-type]


def sheet(role: Role) -> Sheet:
    """Return that person's own part, with canaries of its own."""
    names = ("name", "best_time", "booking", "budget", "reason")
    said = {name: word(role.value, f"own_{name}") for name in names}
    return Sheet(role=role, way=Preferred.PHONE, details=_HANDED_OVER[role.value], **said)


PRIVATE = ("position", "trade_text", "notes", "does", "does_not", "how_met", "vcard_uid", "label", "street")
BOOK = ("given_name", "family_name", "company", "best_time", "booking")
OWN = ("own_name", "own_best_time", "own_booking", "own_budget", "own_reason")


def all_of(role: str) -> frozenset[str]:
    """Return every canary of one person."""
    ways = {address(role), address(role).split("@")[1], f"zqother-{role}", f"zqsite-{role}", f"zqpage-{role}"}
    return frozenset(
        {word(role, name) for name in (*PRIVATE, *BOOK, *OWN)} | ways | {*_PHONES[role], _HANDED_OVER[role]}
    )


def told_with_the_name() -> frozenset[str]:
    """What the client may know of the receiver once named: name and company (R5)."""
    return frozenset({word("receiver", name) for name in ("given_name", "family_name", "company", "own_name")})


# Of either party a referrer learns what the giver's book calls them, and nothing else (R38, R39).
_NAMES = ("given_name", "family_name", "company")


def handed_over(role: str) -> frozenset[str]:
    """What the other side receives at the introduction: name, company, and the part with one way (R18)."""
    part = {word(role, name) for name in (*OWN, "given_name", "family_name", "company")}
    return frozenset(part | {_HANDED_OVER[role]})


AMOUNT = "7364519"  # what the receiver notes for themself that it brought: nobody else ever reads it (R26)


# -- looking for one ----------------------------------------------------------------------------------------------


@cache
def disguises(canary: str) -> tuple[bytes, ...]:
    """Return the forms of a canary that are looked for, besides those that undoing an encoding shows."""
    raw = canary.encode()
    plain = canary.lower()
    found = {raw, plain.encode(), canary[::-1].encode(), _bare(plain).encode(), html.escape(canary).encode()}
    found |= {raw.hex().encode(), raw.hex().upper().encode(), quopri.encodestring(raw).rstrip(b"=\n")}
    found |= {
        quote(canary).encode(),
        quote_plus(canary).encode(),
        "".join(f"&#{ord(char)};" for char in canary).encode(),
    }
    for text in {raw, plain.encode()}:
        found |= set(_base64(text))
    if "@" in canary:
        found |= {hashlib.new(kind, plain.encode()).hexdigest().encode() for kind in ("md5", "sha1", "sha256")}
        found |= {base64.b64encode(hashlib.sha256(plain.encode()).digest()).rstrip(b"=")}
    if canary.isdigit():
        found |= {f"+33{canary[1:]}".encode(), canary[1:].encode()}
    return tuple(found)


def _bare(text: str) -> str:
    return text.replace("é", "e")


def _base64(raw: bytes) -> Iterable[bytes]:
    """Return what stands in the base64 of any text that holds `raw`, at each of the three alignments."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        start, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        yield whole[start:end]
        yield base64.urlsafe_b64encode(b"\0" * before + raw)[start:end]


def views(raw: bytes) -> bytes:
    """Return a text with everything that reading it shows: decoded, unescaped, in small letters, digits alone."""
    text = raw.decode("utf-8", "replace")
    unfolded = quopri.decodestring(raw).decode("utf-8", "replace")
    header = " ".join(_decoded(line) for line in text.splitlines() if "=?" in line)
    readings = [text, unfolded, header, html.unescape(text), unquote(text), html.unescape(unfolded)]
    readings += [reading.lower() for reading in readings[:4]]
    numbers = [re.sub(r"(?<=\d)[ .\u00a0\u202f-](?=\d)", "", reading) for reading in (unfolded, html.unescape(text))]
    return "\n".join([*readings, *numbers]).encode()


def _decoded(line: str) -> str:
    """Return a header as its reader sees it; a line that only looks like one, as an address in a page may, as it is."""
    try:
        return str(make_header(decode_header(line)))
    except HeaderParseError:
        return line


def assert_none(raw: bytes, canaries: Iterable[str], *, where: str) -> None:
    """Raise Leaked where a text holds a canary in any disguise."""
    shown = views(raw)
    for canary in canaries:
        for disguise in disguises(canary):
            held(disguise not in shown, f"{where}: {canary} as {disguise!r}")


# -- the check ----------------------------------------------------------------------------------------------------


class Ears(logging.Handler):
    """Keeps every line that the installation's log would hold, and what it was made from."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.setFormatter(Lines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [self.format(record), record.getMessage()]


NEVER = 1e5


@dataclass(frozen=True, kw_only=True)
class Told:
    """How many hours after the sending the client is told the name, and both are introduced; or NEVER.

    `through` is whom of the two François introduced, where he is asked first and takes part (R38, R39).
    """

    named: float = 5.25
    introduced: float = 9.25
    through: str = ""


def forbidden(observer: str, record: Record, told: Told = Told()) -> frozenset[str]:
    """Return the canaries an observer may not have met in something received at that instant."""
    return _of_others(observer, record, told) | (frozenset() if observer == "receiver" else frozenset({AMOUNT}))


def _of_others(observer: str, record: Record, told: Told) -> frozenset[str]:
    client, receiver = all_of("client"), all_of("receiver")
    passed = (record.at - MONDAY) / timedelta(hours=1)
    own_private = {word(observer, name) for name in PRIVATE} if observer in _SIDE else set()
    if observer == "receiver":
        hidden = client if passed < told.introduced else client - handed_over("client")
        return hidden | own_private
    if observer == "client":
        if passed >= told.introduced:
            return receiver - handed_over("receiver") | own_private
        return (receiver - told_with_the_name() if passed >= told.named else receiver) | own_private
    if observer == "referrer":
        known = {told.through} if passed < told.introduced else {"client", "receiver"}
        return (client | receiver) - {word(role, name) for role in known for name in _NAMES}
    return client | receiver if observer in ("other member", "stranger") else frozenset()


def check_canaries(
    script: Script = REFERENCE_EXAMPLE,
    *,
    members: frozenset[str] = frozenset(),
    grid: Sequence[float] = (0, 1, 2, 3, 5.1, 6, 9, 9.1, 10, 31, 48),
    told: Told = Told(),
    everywhere: Sequence[float] = (3, 10),
) -> frozenset[str]:
    """Raise Leaked where a canary reaches somebody who may not know it yet, a log or the outbox's table.

    Return which letters were sent, by their jobs.
    """
    ears = Ears()
    root = logging.getLogger()
    before, root.handlers = root.handlers, [*root.handlers, ears]
    try:
        with apart():
            on_stage = _on_stage(members)
            seen = play(script, on_stage, watching=list(on_stage.observers), grid=grid, everywhere=everywhere)
            _check_outbox()
            sent = frozenset(Message.objects.filter(state=State.SENT).values_list("job", flat=True))
    finally:
        root.handlers = before
    searched: set[tuple[bytes, frozenset[str]]] = set()  # most pages are the same from one instant to the next
    for name, records in seen.items():
        for record in records:
            this = record.raw, forbidden(name, record, told)
            if this not in searched:
                assert_none(*this, where=f"{name}: {record.at:%d %b %H:%M} {record.what}")
                searched.add(this)
    everything = all_of("client") | all_of("receiver") | {AMOUNT}
    assert ears.lines
    assert_none("\n".join(dict.fromkeys(ears.lines)).encode(), everything, where="log")
    _check_that_they_sing(seen)
    return sent


def _on_stage(members: frozenset[str]) -> Scene:
    on_stage = scene(marc=draft("client"), ines=draft("receiver"), members=members)
    on_stage.sheets = {address(role.value): sheet(role) for role in (Role.CLIENT, Role.RECEIVER)}
    return on_stage


def _check_outbox() -> None:
    """The outbox's table holds ids only: who reads it finds nobody."""
    rows = list(Message.objects.values("job", "key", "payload", "message_id", "last_error_kind"))
    assert rows
    everything = all_of("client") | all_of("receiver") | {AMOUNT}
    assert_none(json.dumps(rows).encode(), everything, where="outbox")


def _check_that_they_sing(seen: Mapping[str, Sequence[Record]]) -> None:
    """A search that finds nothing where it must find something would prove nothing: the giver knows both."""
    shown = views(b"\n".join(record.raw for record in seen["giver"]))
    for role in _SIDE:
        for canary in (word(role, "family_name"), word(role, "notes"), address(role)):
            assert any(disguise in shown for disguise in disguises(canary)), f"{canary} was never shown to the giver"
