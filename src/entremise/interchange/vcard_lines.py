"""Content lines of vCard files: bytes into properties, whatever wrote them (versions 2.1, 3.0 and 4.0).

Our own reader and not a library's: address books hold cards that break the standard, and one of them must cost
one card, with the line where it is, and not the whole file.
"""

from __future__ import annotations

import codecs
import io
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

_PROPERTY = re.compile(r'(?:([\w-]+)\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([^=;"]*)(?:=((?:[^";]|"[^"]*")*))?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_AT_ONCE = 1024 * 1024  # octets read at a time


class File(Protocol):
    """What a file has to offer to be read, twice, a piece at a time."""

    def read(self, size: int, /) -> bytes: ...

    def seek(self, offset: int, /) -> object: ...


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a card: names in capitals, types in small letters, `value` decoded but still escaped."""

    line: int
    group: str
    name: str
    types: frozenset[str]
    parameters: dict[str, str]
    value: str

    @property
    def preferred(self) -> bool:
        """Whether the card says that this one is preferred, in any version's way."""
        return "pref" in self.types or self.parameters.get("PREF") == "1"

    @property
    def text(self) -> str:
        """The whole value as text."""
        return unescape(self.value).strip()

    @property
    def parts(self) -> list[str]:
        """The parts of a structured value, one text each."""
        return [unescape(part).strip() for part in re.split(r"(?<!\\);", self.value)]

    @property
    def items(self) -> list[str]:
        """The items of a list, one text each."""
        return [unescape(item).strip() for item in re.split(r"(?<!\\),", self.value)]


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A line that is no property."""

    line: int


def lines(file: File) -> Iterator[str]:
    """Yield the lines of a file, however they end, in its encoding: by its byte order mark, else UTF-8, else
    Windows-1252. Never more than a piece of it is held at once.
    """
    encoding, begins = _encoding(file)
    file.seek(begins)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors="replace"), translate=True)
    rest = ""
    while piece := file.read(_AT_ONCE):
        *whole, rest = (rest + decoder.decode(piece).replace("\0", "")).split("\n")
        yield from whole
    yield from (rest + decoder.decode(b"", final=True)).split("\n")


def _encoding(file: File) -> tuple[str, int]:
    """Return the encoding of a file, and where its text begins."""
    file.seek(0)
    head = file.read(max(len(mark) for mark, _encoding in _MARKS))
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while piece := file.read(_AT_ONCE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252", 0
    return "utf-8", 0


def unescape(value: str) -> str:
    """Return a value with its escapes undone."""
    return _ESCAPED.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), value)


def properties(lines: Iterable[str]) -> Iterator[Property | Unreadable]:
    """Yield the properties of a file in order, folded lines joined; and the lines that are none."""
    for number, line in _unfolded(lines):
        if not line.strip():
            continue
        match = _PROPERTY.fullmatch(line.strip("\ufeff \t"))
        yield _property(number, match) if match else Unreadable(line=number)


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield (number of its first line, whole line); soft ends of quoted-printable lines are joined too."""
    parts: list[str] = []
    began, soft = 1, False
    for number, line in enumerate(lines, 1):
        if parts and (soft or line[:1] in (" ", "\t")):
            parts.append(line if soft else line[1:])
        else:
            if parts:
                yield began, "".join(parts)
            parts, began = [line], number
        soft = line.endswith("=") and _is_quoted(parts[0])
        if soft:
            parts[-1] = parts[-1][:-1]
    if parts:
        yield began, "".join(parts)


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _property(number: int, match: re.Match[str]) -> Property:
    group, name, raw, value = match.groups()
    parameters: dict[str, str] = {}
    types: set[str] = set()
    for key, said in _PARAMETER.findall(raw):
        values = said.replace('"', "")
        if not said or key.upper() == "TYPE":
            types |= {each.strip().lower() for each in (values or key).split(",")}
        else:
            parameters[key.strip().upper()] = values
    if "quoted-printable" in types or parameters.get("ENCODING", "").upper() in ("QUOTED-PRINTABLE", "Q"):
        value = _unquoted(value, charset=parameters.get("CHARSET", ""))
    return Property(
        line=number,
        group=(group or "").upper(),
        name=name.upper(),
        types=frozenset(types),
        parameters=parameters,
        value=value,
    )


def _unquoted(value: str, *, charset: str) -> str:
    """Return a quoted-printable value as text; line ends inside it become escaped ones."""
    data = quopri.decodestring(value.encode("utf-8"))
    try:
        text = data.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = "\n".join(lines(io.BytesIO(data)))
    return re.sub(r"\r\n|\n|\r", r"\\n", text)
