"""Logs that say what happened and never to whom: one JSON object a line, without addresses, tokens or queries."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType

_REDACTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(/(?:l|n|silence)/)[^\s/?#'\"]+"), r"\1…"),
    (re.compile(r"\?[^\s'\"]*=[^\s'\"]*"), "?…"),
    (re.compile(r"[^\s@<>'\"(]+@[^\s@<>'\")]+"), "…@…"),
    # Anything as long and as varied as one of our tokens or ids.
    (re.compile(r"\b(?=[a-z2-7]*[2-7])[a-z2-7]{26,64}\b"), "…"),
)


def redacted(message: str) -> str:
    """Return `message` without mail addresses, query strings, link tokens and long random words (R4)."""
    for pattern, replacement in _REDACTIONS:
        message = pattern.sub(replacement, message)
    return message


class Lines(logging.Formatter):
    """Writes a record as one line of JSON. An exception leaves its type and places, never its message or values."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        status = getattr(record, "status_code", None)
        if status is not None:
            said["status"] = status
        if record.exc_info and record.exc_info[0]:
            kind, _problem, trace = record.exc_info
            said["error"] = f"{kind.__module__}.{kind.__qualname__}"
            said["where"] = _places(trace)
        return json.dumps(said, ensure_ascii=False)


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def configuration(*, debug: bool) -> dict[str, object]:
    """Return Django's LOGGING: everything to standard error, redacted; in debugging with more detail."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": Lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # The statements of the database hold people's values.
            "django.db.backends": {"level": "WARNING"},
            "django": {"handlers": [], "level": "DEBUG" if debug else "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
