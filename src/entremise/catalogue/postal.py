"""Postal addresses as each country wants them on an envelope (R24): who, street, the town's line, the country last.

Addresses are kept as people write them, line by line. Nothing in them is guessed: the country is the last line when it
is the name of one, else the one where the person works, else the sender's own.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from entremise.catalogue.areas import UnknownArea, lineage
from entremise.catalogue.folding import fold

HOME: Final = "FR"
# A postcode before its town, with the letters of the country some still write before it: "F-69003 Lyon", "1012 AB".
_CODE_FIRST = re.compile(r"(?:[A-Z]{1,2}[- ])?(\d[\d ]{2,5}\d(?: ?[A-Z]{2}(?= ))?)[ ,]+(?=\S)(.+)")
_CANADIAN = re.compile(r"(?i)\b([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)\b")
_BRITISH = re.compile(r"(?i)\b([A-Z]{1,2}\d[A-Z\d]?)[ ]?(\d[ABD-HJLNP-UW-Z]{2})\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Country:
    """A country, and how its post wants the line of the town written."""

    code: str
    town: str
    name_fr: str
    name_en: str

    def name(self, language: str) -> str:
        """Return its name: French for "fr" and its variants, English otherwise."""
        return self.name_fr if language.startswith("fr") else self.name_en


@cache
def _countries() -> tuple[dict[str, Country], dict[str, str]]:
    """Return every country by code, and the code by each of its names, folded."""
    text = files("entremise.catalogue").joinpath("data/countries.tsv").read_text("utf-8")
    found: dict[str, Country] = {}
    named: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        code = row["code"]
        found[code] = Country(code=code, town=row["town"], name_fr=row["name_fr"], name_en=row["name_en"])
        for name in (row["name_fr"], row["name_en"], *filter(None, (row["also"] or "").split("|"))):
            named[_plain(name)] = code
    return found, named


def country_named(text: str) -> Country | None:
    """Return the country whose name, in French, English or its own language, the text is; None for any other text."""
    countries, named = _countries()
    code = named.get(_plain(text))
    return countries[code] if code else None


def country_of(address: str) -> Country | None:
    """Return the country an address ends with the name of; None where it names none."""
    lines = _lines(address)
    return country_named(lines[-1]) if lines else None


def laid_out(
    address: str, *, name: str, company: str = "", area: str = "", home: str = HOME, language: str = "fr"
) -> tuple[str, ...]:
    """Return the lines to write on an envelope: the person, the company, the street, the town, a foreign country.

    `area` is where the person works, as the catalogue of areas codes it: it tells the country of an address that names
    none. `home` is the sender's country, whose name is left out; any other stands last, in capitals, in `language`.
    """
    lines = _lines(address)
    countries, _named = _countries()
    written = country_named(lines[-1]) if lines else None
    street = lines[:-1] if written else lines
    country = written or countries.get(_where(area)) or countries.get(home)
    who = [name, *([company] if company and fold(company) != fold(name) else [])]
    # Address books often repeat the person on the first line of the address.
    while street and fold(street[0]) in {fold(line) for line in who}:
        street = street[1:]
    body = _town(street, country.town if country else "as-written")
    if country is not None and country.code != home:
        body = [*body, country.name(language).upper()]
    return (*who, *body)


def _town(lines: list[str], rule: str) -> list[str]:
    """Return the lines with that of the town written as the country's post reads it best."""
    if not lines:
        return []
    match rule:
        case "code-first" | "code-apart":
            return _code_first(lines, joined=rule == "code-first")
        case "canadian":
            return [*lines[:-1], _CANADIAN.sub(r"\1 \2", lines[-1]).upper().replace(",", "")]
        case "british":
            return _british(lines)
        case "last-line":
            return [*lines[:-1], lines[-1].upper()]
        case _:
            return lines


def _code_first(lines: list[str], *, joined: bool) -> list[str]:
    """The last line that begins with a postcode, in capitals: "69003 LYON CEDEX 03". What follows it stays.

    `joined` writes five digits that stand apart, as in "69 003", in one; Sweden and some others want them apart.
    """
    for index in range(len(lines) - 1, -1, -1):
        found = _CODE_FIRST.fullmatch(lines[index])
        if found:
            code, town = found.groups()
            if joined and re.fullmatch(r"\d[\d ]+", code):
                code = code.replace(" ", "")
            return [*lines[:index], f"{code} {town.upper()}", *lines[index + 1 :]]
    return lines


def _british(lines: list[str]) -> list[str]:
    """Town and postcode in capitals, the postcode on a line of its own."""
    *street, last = lines
    found = _BRITISH.search(last)
    if found is None:
        return lines
    town = (last[: found.start()] + last[found.end() :]).strip(" ,").upper()
    code = f"{found.group(1)} {found.group(2)}".upper()
    if not town and street:
        *street, before = street
        town = before.upper()
    return [*street, *([town] if town else []), code]


def _where(area: str) -> str:
    """Return the code of the country an area lies in; empty for no area of the list."""
    try:
        return lineage(area)[-1].code
    except UnknownArea:
        return ""


def _lines(address: str) -> list[str]:
    return [" ".join(line.split()).strip(" ,") for line in address.splitlines() if line.strip(" ,")]


def _plain(name: str) -> str:
    return fold(name) or name.strip().casefold()  # folding knows Latin letters only
