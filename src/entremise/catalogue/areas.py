"""The areas a brief may name: France, Belgium, Switzerland, Luxembourg and Québec (R4).

A closed list, so that what a brief says about a place never narrows it to a few people: towns of at least
20,000 inhabitants, and what lies above them. Sources and licences: docs/reference/areas.md.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Final

from entremise.catalogue.folding import closeness, fold, typeset

SMALLEST_TOWN: Final = 20_000  # R4, in inhabitants: the list ships with it, no setting can lower it


class AreaKind(IntEnum):
    """How large an area is; a greater value is a larger kind."""

    TOWN = 1
    DEPARTMENT = 2  # a French department, a Belgian province, a Swiss canton
    REGION = 3  # a French or Belgian region, a Swiss large region, an administrative region of Québec
    STATE = 4  # Québec itself, a province of Canada
    COUNTRY = 5


class UnknownArea(KeyError):  # noqa: N818 - reads as the sentence it is
    """No area of the list bears this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """One place of the list; `population` counts inhabitants, None where no source is at hand."""

    code: str
    kind: AreaKind
    parent: str | None
    name_fr: str
    name_en: str
    at_fr: str
    population: int | None

    def name(self, language: str) -> str:
        """Return the bare name: French for "fr" and its variants, English otherwise."""
        return self.name_fr if language.startswith("fr") else self.name_en

    def label(self, language: str) -> str:
        """Return the name with what tells it from its namesakes: "Lyon (Rhône)", "Genève (canton)"."""
        if self.kind is AreaKind.COUNTRY:
            return self.name(language)
        return f"{self.name(language)} ({_told_apart_by(self, language)})"

    def located(self, language: str) -> str:
        """Return the place as it stands in a sentence: "à Lyon", "dans le Rhône", "in Lyon"."""
        return self.at_fr if language.startswith("fr") else f"in {_english_place(self)}"


def _told_apart_by(place: Area, language: str) -> str:
    """A town is told apart by what it lies in, unless that is called the same; anything else by its kind."""
    if place.kind is AreaKind.TOWN:
        line = lineage(place.code)
        for holder in (line[1], line[-1]):
            if holder.name(language) != place.name(language):
                return holder.name(language)
    return kind_word(place, language=language)


def _english_place(place: Area) -> str:
    if place.kind is AreaKind.DEPARTMENT and place.code != "FR-75":
        return f"the {place.name_en} {kind_word(place, language='en')}"
    return place.name_en


_KIND_WORDS: Mapping[str, Mapping[AreaKind, tuple[str, str]]] = {
    "": {
        AreaKind.TOWN: ("ville", "town"),
        AreaKind.DEPARTMENT: ("département", "department"),
        AreaKind.REGION: ("région", "region"),
        AreaKind.STATE: ("province", "province"),
        AreaKind.COUNTRY: ("pays", "country"),
    },
    "BE": {AreaKind.DEPARTMENT: ("province", "province")},
    "CH": {AreaKind.DEPARTMENT: ("canton", "canton")},
    "CA": {AreaKind.REGION: ("région administrative", "administrative region")},
}
_CANTONS_THAT_ARE_REGIONS = frozenset({"CH-ZH", "CH-TI"})


def kind_word(place: Area, *, language: str) -> str:
    """Return what this area is called in its own country: "canton", "province", "région"…"""
    country = lineage(place.code)[-1].code
    kind = AreaKind.DEPARTMENT if place.code in _CANTONS_THAT_ARE_REGIONS else place.kind
    words = _KIND_WORDS.get(country, {}).get(kind) or _KIND_WORDS[""][kind]
    return words[0] if language.startswith("fr") else words[1]


def _at_town(name: str) -> str:
    """French contracts "à Le Mans" into "au Mans" and "à Les Ulis" into "aux Ulis"."""
    for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"à {name}"


@cache
def _rows() -> tuple[Mapping[str, Area], Mapping[str, tuple[str, ...]]]:
    """Return every area by code, in the order of the file, and the folded names each is found by."""
    text = files("entremise.catalogue").joinpath("data/areas.tsv").read_text("utf-8")
    areas: dict[str, Area] = {}
    names: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        code = row["code"]
        areas[code] = Area(
            code=code,
            kind=AreaKind[row["kind"].upper()],
            parent=row["parent"] or None,
            name_fr=typeset(row["name_fr"]),
            name_en=row["name_en"],
            at_fr=typeset(row["at_fr"] or _at_town(row["name_fr"])),
            population=int(row["population"]) if row["population"] else None,
        )
        names[code] = tuple(dict.fromkeys(map(fold, (row["name_fr"], row["name_en"], *row["also"].split("|")))))
    return areas, names


def area(code: str) -> Area:
    """Return the area with this code. Raises UnknownArea."""
    try:
        return _rows()[0][code]
    except KeyError:
        raise UnknownArea(code) from None


def all_areas() -> tuple[Area, ...]:
    """Return every area: the larger ones by country, then the towns by code."""
    return tuple(_rows()[0].values())


def lineage(code: str) -> list[Area]:
    """Return the area itself and everything that holds it, ending at its country. Raises UnknownArea."""
    line = [area(code)]
    while (parent := line[-1].parent) is not None:
        line.append(area(parent))
    return line


def widen(code: str, *, to: AreaKind) -> Area:
    """Return the smallest area holding this one that is at least `to`; itself where it already is (R4)."""
    return next(place for place in lineage(code) if place.kind >= to)


def contains(outer: str, inner: str) -> bool:
    """Return whether `inner` is `outer` or lies in it. Raises UnknownArea for either."""
    return area(outer) in lineage(inner)


def search(text: str, *, limit: int = 8, language: str = "fr") -> list[Area]:
    """Return at most `limit` areas whose name begins with `text`, or has a word that does.

    Accents, case and hyphens do not count and "st" stands for "saint"; every name is searched in both
    languages and the local one, `language` only settles the order of equals. Whole names come first, then
    beginnings of names, then of words; among equals big towns, then larger areas, smallest kind first.
    """
    query = fold(text)
    found: list[tuple[tuple[int, int, int, str], Area]] = []
    areas, names = _rows()
    for code, place in areas.items():
        rank = closeness(query, names[code])
        if rank is not None:
            people = (place.population or 0) if place.kind is AreaKind.TOWN else 0
            found.append(((rank, -people, place.kind, place.name(language)), place))
    return [place for _, place in sorted(found, key=lambda pair: pair[0])[:limit]]
