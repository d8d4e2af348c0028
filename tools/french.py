"""French typography: what a careful printer does with spaces, quotes and apostrophes."""

from __future__ import annotations

import re

THIN = "\u202f"  # narrow no-break space
FIXED = "\u00a0"  # no-break space
_ANY_SPACE = f"[ {THIN}{FIXED}]"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"(?<=[^\W\d])'(?=[\w«%{])"), "’"),
    (re.compile(rf"«{_ANY_SPACE}*"), f"«{THIN}"),
    (re.compile(rf"{_ANY_SPACE}*»"), f"{THIN}»"),
    # A space somebody typed becomes the right one; a forgotten one is added
    # where no entity or address can be meant.
    (re.compile(rf"{_ANY_SPACE}+(?=[;!?])"), THIN),
    (re.compile(r"(?<=[\w)»’…])(?=[!?]+(?:\s|$|<|»))"), THIN),
    (re.compile(r"(?<![&\w#])(\w+)(?=;(?:\s|$))"), rf"\1{THIN}"),
    (re.compile(rf"{_ANY_SPACE}+(?=:(?:\s|$|<))"), FIXED),
    (re.compile(r"(?<=[^\W\d])(?=:(?:\s|$|<))|(?<=[)»])(?=:(?:\s|$|<))"), FIXED),
    (re.compile(rf"(?<=\d){_ANY_SPACE}+(?=[%€](?!\())"), FIXED),
    (re.compile(rf"(?<=\)[sd]){_ANY_SPACE}+(?=%%|€)"), FIXED),
    # « 3 sur 7 » stays on one line.
    (re.compile(rf"(?<=\)d){_ANY_SPACE}+sur{_ANY_SPACE}+(?=%\(\w+\)d)"), f"{FIXED}sur{FIXED}"),
)


def typographic(text: str) -> str:
    """Return `text` with French spaces, apostrophes and ellipses; twice is as once."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
