"""The kinds of values a setting can have: from what somebody wrote to something typed, or `Wrong`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

T = TypeVar("T")

_HOST = re.compile(r"^\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^\*$|^\[[0-9a-fA-F:]+\]$")
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+$")
_PASSPHRASE_LEAST = 12
_PROXIES_MOST = 9
_SMTP_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


class Wrong(ValueError):  # noqa: N818 - named as the fact it states
    """What was written cannot be read; the message goes on from the variable's name, and repeats no secret."""


@dataclass(frozen=True, kw_only=True)
class Database:
    """Where the database is. `engine` is "sqlite" or "postgresql"; for SQLite `name` is a path."""

    engine: str
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The SMTP server. `security` is "none", "tls" (encrypted from the start) or "starttls"."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "none"


def expect(kind: type[T], value: object) -> T:
    """Return `value`, which is a `kind`; raise TypeError where the table and the record disagree."""
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not a {kind.__name__}")
    return value


def maybe(kind: type[T], value: object) -> T | None:
    """Return `value`, which is a `kind` or None."""
    return None if value is None else expect(kind, value)


def text(written: str) -> str:
    return written


def flag(written: str) -> bool:
    lowered = written.lower()
    if lowered in {"yes", "true", "on", "1", "oui"}:
        return True
    if lowered in {"no", "false", "off", "0", "non"}:
        return False
    raise Wrong("is neither yes nor no")


def one_of(*allowed: str) -> Callable[[str], str]:
    """Return a reader that accepts these words only."""

    def read(written: str) -> str:
        if written not in allowed:
            raise Wrong(f"is not one of {', '.join(allowed)}")
        return written

    return read


def port(written: str) -> int:
    if not (written.isascii() and written.isdigit() and 0 < int(written) < 65536):
        raise Wrong("is not a port between 1 and 65535")
    return int(written)


def proxies(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written) <= _PROXIES_MOST):
        raise Wrong(f"is not a number between 0 and {_PROXIES_MOST}")
    return int(written)


def hosts(written: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in written.split(",") if name.strip())
    if not all(_HOST.match(name) for name in names):
        raise Wrong("holds something that is not a host name (no scheme, no port, no path)")
    return names


def folder(written: str) -> Path:
    """Return an absolute path that is a folder or can become one; nothing is created here."""
    path = Path(written).expanduser().absolute()
    if any(part.exists() and not part.is_dir() for part in (path, *path.parents)):
        raise Wrong("names something that is not a folder")
    return path


def maybe_folder(written: str) -> Path | None:
    """Return a folder as `folder` does, None for an empty text."""
    return folder(written) if written else None


def passphrase(written: str) -> str:
    """Return a passphrase long enough not to be guessed, or empty."""
    if written and len(written) < _PASSPHRASE_LEAST:
        raise Wrong(f"is shorter than {_PASSPHRASE_LEAST} characters")
    return written


def selector(written: str) -> str:
    """Return a DKIM selector, a name in the DNS, or empty."""
    if written and not _HOST.match(written):
        raise Wrong("is not a name in the DNS")
    return written


def file_name(written: str) -> Path | None:
    path = Path(written).expanduser().absolute() if written else None
    if path is not None and path.is_dir():
        raise Wrong("names a folder, not a file")
    return path


def _split(written: str) -> SplitResult:
    try:
        parts = urlsplit(written)
        _ = parts.port
    except ValueError as problem:
        raise Wrong("is not a well-formed address") from problem
    return parts


def site(written: str) -> str:
    """Return the address of the site without a final slash; empty stays empty."""
    if not written:
        return ""
    parts = _split(written)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Wrong("does not start with http:// or https:// and a host name")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise Wrong("holds more than a scheme, a host name and a port")
    return written.rstrip("/")


def sender(written: str) -> str:
    _name, address = parseaddr(written)
    if not _ADDRESS.match(address) or "\n" in written or "\r" in written:
        raise Wrong("holds no mail address")
    return written


def maybe_address(written: str) -> str:
    """Return a bare mail address, or empty."""
    if written and (not _ADDRESS.match(written) or "+" in written or not written.isascii()):
        raise Wrong("is not a plain mail address without a plus sign")
    return written


def sqlite_in(data_dir: Path) -> Database:
    """Return the SQLite database of a data folder."""
    return Database(engine="sqlite", name=str(data_dir / "entremise.sqlite3"))


def database(written: str) -> Database | None:
    """Return the database of an address, None for an empty one.

    `sqlite:///file` is relative to the working folder, `sqlite:////file` absolute.
    """
    if not written:
        return None
    parts = _split(written)
    if parts.scheme == "sqlite":
        return _sqlite(parts)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise Wrong("does not start with sqlite:// or postgresql://")
    name = unquote(parts.path.strip("/"))
    if not name or "/" in name:
        raise Wrong("does not end with one database name")
    options = dict(parse_qsl(parts.query))
    return Database(
        engine="postgresql",
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=options.pop("host", "") or unquote(parts.hostname or ""),
        port=str(parts.port or ""),
        options=tuple(sorted(options.items())),
    )


def _sqlite(parts: SplitResult) -> Database:
    path = unquote(parts.path)[1:]
    if parts.netloc or not path or path == ":memory:":
        raise Wrong("does not name a file after sqlite:///")
    return Database(engine="sqlite", name=str(Path(path).expanduser().absolute()))


def mail_server(written: str) -> MailServer | None:
    """Return the mail server of an address, None for an empty one (the built-in mailbox)."""
    if not written:
        return None
    parts = _split(written)
    if parts.scheme not in _SMTP_PORTS or not parts.hostname:
        raise Wrong("does not start with smtp://, smtps:// or smtp+tls:// and a host name")
    if parts.path.strip("/") or parts.query:
        raise Wrong("holds more than a user, a password, a host name and a port")
    return MailServer(
        host=parts.hostname,
        port=parts.port or _SMTP_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security={"smtp": "none", "smtps": "tls", "smtp+tls": "starttls"}[parts.scheme],
    )
