"""Logs hold no person, no token, no query (R4: a log reader is an observer too)."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from entremise.config.logs import Lines, redacted
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


def test_an_exception_leaves_its_kind_and_places_but_not_its_message() -> None:
    try:
        raise ValueError("Inès Moreau already exists")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "Internal Server Error: %s", ("/",), sys.exc_info())
    line = Lines().format(record)
    assert "Inès" not in line
    said = json.loads(line)
    assert said["error"] == "builtins.ValueError"
    assert "test_logs.py" in said["where"][0]
