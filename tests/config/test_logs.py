"""Logs hold no person, no token, no query (R4: a log reader is an observer too)."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator

import pytest
from django.urls import URLResolver, get_resolver

from entremise.config.logs import STYLES, Lines, Text, redacted
from entremise.lib import links

TOKEN = links.token("receiver", "someone", secret="s")
NO_DIGIT = "abcdefgh" * 4  # one token in some eight hundred has no digit to be recognised by


@pytest.mark.parametrize(
    "secret",
    [
        f"Not Found: /l/{TOKEN}/",
        f"Not Found: /l/{TOKEN}?code=1234",
        f"odd value {TOKEN} seen",
        f"Not Found: /l/{NO_DIGIT}/",
        f"Not Found: /n/{NO_DIGIT}/remercier/",
        f"Not Found: /silence/{NO_DIGIT}/",
        "Gone: /contacts/?q=ines.moreau",
        "sent to ines.moreau@example.org",
        "sent to <ines.moreau@example.org>",
        f"GET /droits/{NO_DIGIT}/oublier/ 200",
    ],
)
def test_a_message_loses_what_could_tell_who_it_is_about(secret: str) -> None:
    said = redacted(secret)
    assert TOKEN not in said
    assert NO_DIGIT not in said
    assert "1234" not in said
    assert "ines" not in said


def test_an_ordinary_message_stays_as_it_is() -> None:
    assert redacted("worker stopped: {'forget_old_messages': 0}") == "worker stopped: {'forget_old_messages': 0}"


def a_record(message: str = "Internal Server Error: %s", *args: object) -> logging.LogRecord:
    try:
        raise ValueError("Inès Moreau already exists")
    except ValueError:
        return logging.LogRecord("x", logging.ERROR, "f", 1, message, args or ("/",), sys.exc_info())


def test_an_exception_leaves_its_kind_and_places_but_not_its_message() -> None:
    line = Lines().format(a_record())
    assert "Inès" not in line
    said = json.loads(line)
    assert said["error"] == "builtins.ValueError"
    assert "test_logs.py" in said["where"][0]


def test_a_line_for_eyes_says_the_same_and_no_more() -> None:
    line = Text().format(a_record())
    assert "Inès" not in line
    assert "error   x: Internal Server Error: / | builtins.ValueError | " in line
    assert "test_logs.py" in line


@pytest.mark.parametrize("style", STYLES)
def test_whatever_is_said_takes_one_line(style: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "two\r\nparts for %s", ("ines@example.org",), None)
    assert len(STYLES[style]().format(record).splitlines()) == 1
    assert "ines" not in STYLES[style]().format(record)


def test_the_web_servers_own_tracebacks_lose_their_words() -> None:
    """The server logs an exception as text, with its message; that one may hold a name."""
    said = "Application callable raised an exception\n" + "".join(traceback.format_exception(*a_record().exc_info))  # type: ignore[misc]
    line = Lines().format(logging.LogRecord("_granian", logging.ERROR, "f", 1, said.replace("%", "%%"), (), None))
    assert "Inès" not in line
    told = json.loads(line)
    assert told["message"] == "Application callable raised an exception"
    assert told["error"] == "ValueError"
    assert "test_logs.py" in told["where"][0]


def _addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, address)
        else:
            yield address


@pytest.mark.parametrize("address", sorted(a for a in _addresses(get_resolver()) if "token" in a))
@pytest.mark.parametrize("token", [TOKEN, NO_DIGIT])
def test_no_address_with_a_token_reaches_a_log(address: str, token: str) -> None:
    """R4: whatever families of links there are, the list is the site's own."""
    visited = re.sub(r"<[^>]*token>", token, address)
    assert token in visited
    assert token not in redacted(f"GET {re.sub('<[^>]*>', 'x', visited)} 200 3 ms")
