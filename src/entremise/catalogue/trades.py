"""The trades that live by word of mouth, and how each is called in a sentence (R4, R12, R14).

A closed list: a brief that names one of these may be as local as a town; a trade that is not here widens
its area to the region (R4), because a rare trade and a town together name a person.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final

from entremise.catalogue.folding import closeness, fold, typeset

NOMENCLATURES: Final = ("naf2", "naf2025")  # NAF 2025 replaces NAF rév. 2 on 1 January 2027
DEFAULT_EVALUATION_DAYS: Final = 30  # R14
_AFTER_NAMES: Final = 3  # every match of a synonym ranks after every match of a name


class Family(Enum):
    """A family of trades: its French and English name, and the days after which a match can be judged (R14)."""

    CONSULTING = ("conseil", "consulting", 90)
    CRAFTS = ("artisanat et bâtiment", "crafts and building", 21)
    CREATIVE = ("création et communication", "creation and communication", DEFAULT_EVALUATION_DAYS)
    DIGITAL = ("numérique", "digital", DEFAULT_EVALUATION_DAYS)
    ENGINEERING = ("architecture et ingénierie", "architecture and engineering", DEFAULT_EVALUATION_DAYS)
    EVENTS = ("événements et voyages", "events and travel", DEFAULT_EVALUATION_DAYS)
    FINANCE = ("finance et comptabilité", "finance and accounting", DEFAULT_EVALUATION_DAYS)
    GARDEN = ("jardin", "garden", DEFAULT_EVALUATION_DAYS)
    HEALTH = ("santé", "health", DEFAULT_EVALUATION_DAYS)
    HOME = ("maison et services à la personne", "home and personal services", DEFAULT_EVALUATION_DAYS)
    INDUSTRY = ("industrie et fournitures", "industry and supplies", DEFAULT_EVALUATION_DAYS)
    INSURANCE = ("assurance", "insurance", 45)
    LAW = ("droit", "law", DEFAULT_EVALUATION_DAYS)
    PEOPLE = ("emploi et formation", "work and training", DEFAULT_EVALUATION_DAYS)
    PROPERTY = ("immobilier", "property", 120)
    RESTAURANT = ("restauration et bouche", "food and restaurants", 14)
    RETAIL = ("commerce et réparation", "shops and repairs", DEFAULT_EVALUATION_DAYS)
    TEACHING = ("enseignement", "teaching", DEFAULT_EVALUATION_DAYS)
    VEHICLES = ("transport et véhicules", "transport and vehicles", DEFAULT_EVALUATION_DAYS)
    WELLBEING = ("bien-être", "wellbeing", DEFAULT_EVALUATION_DAYS)

    def __init__(self, name_fr: str, name_en: str, evaluation_days: int) -> None:
        self.name_fr = name_fr
        self.name_en = name_en
        self.evaluation_days = evaluation_days


class UnknownTrade(KeyError):  # noqa: N818 - reads as the sentence it is
    """No trade of the list bears this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, kw_only=True, slots=True)
class Trade:
    """One trade of the list.

    `name_fr` and `name_fr_feminine` name a person; `phrase_fr` and `phrase_en` fit "… en qui j'ai
    confiance" and "… I trust" and tell nothing of the person, not even whether a man or a woman (R4).
    """

    key: str
    family: Family
    codes: tuple[tuple[str, str], ...]
    name_fr: str
    name_fr_feminine: str
    phrase_fr: str
    name_en: str
    phrase_en: str

    def name(self, language: str) -> str:
        """Return the dictionary form: French for "fr" and its variants, English otherwise."""
        return self.name_fr if language.startswith("fr") else self.name_en

    def either(self, language: str) -> str:
        """Return the name for somebody who may be a man or a woman: "avocat / avocate d’affaires", "business lawyer".

        What both forms end on is said once.
        """
        if not language.startswith("fr"):
            return self.name_en
        he, she = self.name_fr.split(), self.name_fr_feminine.split()
        if he == she:
            return self.name_fr
        shared = 0
        while shared < min(len(he), len(she)) - 1 and he[-1 - shared] == she[-1 - shared]:
            shared += 1
        return f"{' '.join(he[: len(he) - shared])} / {self.name_fr_feminine}"

    def phrase(self, language: str) -> str:
        """Return the trade with its article, as it stands in a brief: "une étude notariale", "a notary"."""
        return self.phrase_fr if language.startswith("fr") else self.phrase_en

    @property
    def evaluation_days(self) -> int:
        """Days from the introduction to the question whether it was a good match (R14's table)."""
        return self.family.evaluation_days


@cache
def _rows() -> tuple[Mapping[str, Trade], Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Return every trade by key, and what each is found by: its folded names, its folded synonyms."""
    text = files("entremise.catalogue").joinpath("data/trades.tsv").read_text("utf-8")
    trades: dict[str, Trade] = {}
    words: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        key = row["key"]
        trades[key] = Trade(
            key=key,
            family=Family[row["family"].upper()],
            codes=tuple((source, row[source]) for source in NOMENCLATURES if row[source]),
            name_fr=typeset(row["name_fr"]),
            name_fr_feminine=typeset(row["name_fr_feminine"]),
            phrase_fr=typeset(row["phrase_fr"]),
            name_en=row["name_en"],
            phrase_en=row["phrase_en"],
        )
        names = (row["name_fr"], row["name_fr_feminine"], row["name_en"])
        words[key] = (tuple(map(fold, names)), tuple(map(fold, (row["phrase_fr"], *row["also"].split("|")))))
    return trades, words


def trade(key: str) -> Trade:
    """Return the trade with this key. Raises UnknownTrade."""
    try:
        return _rows()[0][key]
    except KeyError:
        raise UnknownTrade(key) from None


def all_trades() -> tuple[Trade, ...]:
    """Return every trade, by key."""
    return tuple(_rows()[0].values())


def search(text: str, *, limit: int = 8, language: str = "fr") -> list[Trade]:
    """Return at most `limit` trades with a name or synonym that `text` begins, or begins a word of.

    Accents, case and hyphens do not count. Trades called so come before those only meant by it; whole
    names before beginnings, beginnings before words inside; equals by their name in `language`.
    """
    query = fold(text)
    found: list[tuple[tuple[int, str], Trade]] = []
    trades, words = _rows()
    for key, entry in trades.items():
        called, meant = (closeness(query, names) for names in words[key])
        if called is not None:
            found.append(((called, fold(entry.name(language))), entry))
        elif meant is not None:
            found.append(((_AFTER_NAMES + meant, fold(entry.name(language))), entry))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])[:limit]]
