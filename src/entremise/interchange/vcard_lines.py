"""Content lines of vCard files: bytes into properties, whatever wrote them (versions 2.1, 3.0 and 4.0).

Our own reader and not a library's: address books hold cards that break the standard, and one of them must cost
one card, with the line where it is, and not the whole file.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

_PROPERTY = re.compile(r'(?:([\w-]+)\.)?([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([^=;"]*)(?:=((?:[^";]|"[^"]*")*))?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


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


def decoded(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, else UTF-8, else Windows-1252."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def unescape(value: str) -> str:
    """Return a value with its escapes undone."""
    return _ESCAPED.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), value)


def properties(text: str) -> Iterator[Property | Unreadable]:
    """Yield the properties of a file in order, folded lines joined; and the lines that are none."""
    for number, line in _unfolded(text):
        if not line.strip():
            continue
        match = _PROPERTY.fullmatch(line.strip("\ufeff \t"))
        yield _property(number, match) if match else Unreadable(line=number)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number of its first line, whole line); soft ends of quoted-printable lines are joined too."""
    parts: list[str] = []
    began, soft = 1, False
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text.replace("\0", "")), 1):
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
        text = decoded(data)
    return re.sub(r"\r\n|\n|\r", r"\\n", text)
