"""Logs that say what happened and never to whom: without addresses, tokens, queries or what people wrote.

ENTREMISE_LOG chooses how: lines for eyes, or one JSON object a line. The web server's own lines go the same way.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType

from django.conf import settings

_REDACTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/(?:l|n|silence)/)[^\s/?#'\"]+"), r"\1…"),
    # A part of a path as long as a token or an id, whatever letters chance gave it.
    (re.compile(r"(?<=/)[A-Za-z0-9_=-]{20,}(?=[/?#\s'\"]|$)"), "…"),
    (re.compile(r"\?[^\s'\"]*=[^\s'\"]*"), "?…"),
    (re.compile(r"[^\s@<>'\"(]+@[^\s@<>'\")]+"), "…@…"),
    # Anything as long and as varied as one of our tokens or ids.
    (re.compile(r"\b(?=[a-z2-7]*[2-7])[a-z2-7]{26,64}\b"), "…"),
    # Where somebody reads from.
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "…"),
)


_TRACE = "Traceback (most recent call last)"
_PLACE = re.compile(r'^  File "([^"\n]+)", line (\d+), in (\S+)', re.MULTILINE)
_KIND = re.compile(r"^([A-Za-z_][\w.]*)(?=:|$)", re.MULTILINE)


def redacted(message: str) -> str:
    """Return `message` without addresses, query strings, link tokens and long random words (R4)."""
    for pattern, replacement in _REDACTIONS:
        message = pattern.sub(replacement, message)
    return message


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """Return what may be said of a record. An exception leaves its type and places, never its message or values."""
    said: dict[str, object] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": redacted(_message(record)),
    }
    status = getattr(record, "status_code", None)
    if status is not None:
        said["status"] = status
    if record.exc_info and record.exc_info[0]:
        kind, _problem, trace = record.exc_info
        said["error"] = f"{kind.__module__}.{kind.__qualname__}"
        said["where"] = _places(trace)
    elif _TRACE in record.getMessage():
        said |= _written_trace(record.getMessage())
    return said


def _message(record: logging.LogRecord) -> str:
    """Return the message on one line; the web server's, which repeats a whole traceback, without it."""
    said = record.getMessage().partition(_TRACE)[0].strip()
    return said.replace("\r", " ").replace("\n", " ")


def _written_trace(said: str) -> dict[str, object]:
    """Return the type and places of an exception that came as text."""
    places = [f"{file}:{line} {name}" for file, line, name in _PLACE.findall(said)]
    kinds = _KIND.findall(said)
    return {"error": kinds[-1] if kinds else "unknown", "where": places}


class Lines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_facts(record), ensure_ascii=False)


class Text(logging.Formatter):
    """Writes a record as one line for eyes: instant, level, logger, message, and where it went wrong."""

    def format(self, record: logging.LogRecord) -> str:
        said = _facts(record)
        line = "{at} {level:<7} {logger}: {message}".format(**said)
        if "error" in said:
            where = said["where"]
            line += f" | {said['error']} | {' < '.join(reversed(where))}" if isinstance(where, list) else ""
        return line


STYLES: Mapping[str, type[logging.Formatter]] = {"json": Lines, "text": Text}


def chosen() -> logging.Formatter:
    """Return the formatter that ENTREMISE_LOG names, for the web server's own lines."""
    return STYLES[settings.ENTREMISE.log]()


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def configuration(*, debug: bool, style: str) -> dict[str, object]:
    """Return Django's LOGGING: everything to standard error, redacted; in debugging with more detail."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": STYLES[style]}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # The statements of the database hold people's values.
            "django.db.backends": {"level": "WARNING"},
            # So do the lines about passkeys.
            "fido2": {"level": "WARNING"},
            "django": {"handlers": [], "level": "DEBUG" if debug else "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
