"""What kind of person or place has the need, as a brief may say it: "un restaurant", "a family" (R4)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from entremise.catalogue.folding import closeness, fold, typeset


class UnknownClientKind(KeyError):  # noqa: N818 - reads as the sentence it is
    """No kind of client of the list bears this key."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientKind:
    """One kind of client, as a phrase with its article that says nothing of who it is."""

    key: str
    phrase_fr: str
    phrase_en: str

    def phrase(self, language: str) -> str:
        """Return the phrase: French for "fr" and its variants, English otherwise."""
        return self.phrase_fr if language.startswith("fr") else self.phrase_en


@cache
def _rows() -> tuple[Mapping[str, ClientKind], Mapping[str, tuple[str, ...]]]:
    """Return every kind by key, in the order of the file, and the folded words each is found by."""
    text = files("entremise.catalogue").joinpath("data/client_kinds.tsv").read_text("utf-8")
    kinds: dict[str, ClientKind] = {}
    words: dict[str, tuple[str, ...]] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        key = row["key"]
        kinds[key] = ClientKind(key=key, phrase_fr=typeset(row["phrase_fr"]), phrase_en=row["phrase_en"])
        bare = (row[column].partition(" ")[2] for column in ("phrase_fr", "phrase_en"))
        words[key] = tuple(map(fold, (*bare, *row["also"].split("|"))))
    return kinds, words


def client_kind(key: str) -> ClientKind:
    """Return the kind with this key. Raises UnknownClientKind."""
    try:
        return _rows()[0][key]
    except KeyError:
        raise UnknownClientKind(key) from None


def names(key: str) -> tuple[str, ...]:
    """Return the folded names by which a kind is found, its synonyms included. Raises UnknownClientKind."""
    return _rows()[1][client_kind(key).key]


def all_client_kinds() -> tuple[ClientKind, ...]:
    """Return every kind: people, then companies, places, and bodies."""
    return tuple(_rows()[0].values())


def search(text: str, *, limit: int = 8) -> list[ClientKind]:
    """Return at most `limit` kinds with a word that `text` begins, the closest first, then as listed."""
    query = fold(text)
    kinds, words = _rows()
    ranked = [(rank, key) for key in kinds if (rank := closeness(query, words[key])) is not None]
    return [kinds[key] for _, key in sorted(ranked, key=lambda pair: pair[0])[:limit]]
