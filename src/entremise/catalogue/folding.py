"""How a typed word is compared with a listed one: without accents, case, hyphens or apostrophes."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o"})
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_ABBREVIATIONS = {"st": "saint", "ste": "sainte"}

EXACT, PREFIX, WORD = range(3)


def typeset(text: str) -> str:
    """Return listed French words with the apostrophe of print: "d'affaires" becomes "d’affaires"."""
    return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def fold(text: str) -> str:
    """Return `text` as lower-case ASCII words, one space apart: "St-Étienne" becomes "saint etienne".

    "st" and "ste" stand for a saint only before another word, so that "st" still begins "Strasbourg".
    """
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    words = _SEPARATORS.sub(" ", "".join(c for c in bare if not unicodedata.combining(c))).split()
    return " ".join([*(_ABBREVIATIONS.get(word, word) for word in words[:-1]), *words[-1:]])


def closeness(query: str, names: tuple[str, ...]) -> int | None:
    """Return how closely a folded query meets folded names: EXACT, PREFIX, WORD, or None at all."""
    if not query:
        return None
    if query in names:
        return EXACT
    if any(name.startswith(query) for name in names):
        return PREFIX
    return WORD if any(f" {query}" in name for name in names) else None
