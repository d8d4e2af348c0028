"""Amounts and shares as people write them and read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import get_language, gettext

CURRENCY_WORDS: Mapping[str, str] = {"EUR": "€", "CHF": "CHF", "CAD": "$ CA"}
# English sets a sign against its number, and three letters apart from it.
_BEFORE: Mapping[str, str] = {"EUR": "€", "CHF": "CHF\N{NO-BREAK SPACE}", "CAD": "CA$"}
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_SIGNS = re.compile(r"€|\$|CHF|EUR|CAD|CA", re.IGNORECASE)
# Thousands are parted by one sign throughout, and cents by another.
_WHOLE = r"(\d{1,3}(?P<sign>[ .,'’])\d{3}(?:(?P=sign)\d{3})*|\d+)"
_TYPED = re.compile(_WHOLE + r"(?:(?!(?P=sign))[.,](?P<cents>\d{1,2}))?")


def amount(number: int | Decimal, currency: str) -> str:
    """Return an amount as it is written in the reader's language, with its cents if any: "5 000 €", "€5,000.50"."""
    places = 0 if number == int(number) else 2
    written = f"{number:,.{places}f}"
    if not (get_language() or "").startswith("fr"):
        return f"{_BEFORE[currency]}{written}"
    french = written.translate({ord(","): "\N{NARROW NO-BREAK SPACE}", ord("."): ","})
    return f"{french}\N{NO-BREAK SPACE}{CURRENCY_WORDS[currency]}"


def percent(share: int | str) -> str:
    """Return a share of a hundred as it is written in the reader's language: "41 %", "41%"."""
    return gettext("%(share)s%%") % {"share": share}


def typed(words: str) -> Decimal | None:
    """Return the amount somebody typed, in any of the usual ways ("1 200", "1'200.50", "1.200,50"); None for nothing.

    Raises ValueError where it is none.
    """
    plain = _SPACES.sub(" ", _SIGNS.sub(" ", words)).strip()
    if not plain:
        return None
    found = _TYPED.fullmatch(plain)
    if found is None:
        raise ValueError(words)
    return Decimal(re.sub(r"\D", "", found[1]) + (f".{found['cents']}" if found["cents"] else ""))
