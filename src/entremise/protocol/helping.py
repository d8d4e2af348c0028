"""Our turn to help: what somebody is looking for, held against a person one knows, with the reasons (R42).

Only proposes. Whether it is a need, and a good match, is asked by the test as of any other referral (R11, R12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from entremise.protocol.folding import plain_words
from entremise.protocol.relevance import Place

_SHORTEST_WORD = 3  # of the words by which a person is recognised in a line: "bars", "PME"
# In nearly every line, and true of everybody.
_EMPTY = frozenset(
    plain_words(
        "avec pour dans chez sans leur leurs tout toute toutes petit petite petits petites grand grande grands grandes "
        "entreprise entreprises company companies societe societes business personne personnes people person quartier "
        "local locale locaux independant independants independante professionnel professionnels professionnelle "
        "professionnelles client clients cliente clientes quelqu someone somebody moins about their those which "
        "small large other every private besoin besoins gens homme femme hommes femmes service services "
        "ainsi ans apres aussi autre autres aux avant bas bien bon bonne bonnes bons car cas ces cet cette ceux chef "
        "chefs comme cote deja depuis des deux dont elle elles entre est etre fait font gros haut ils jour jours les "
        "leur mais mes mise mois mon neuf non nos notre nous ont par pas peu peut plus pres que qui quoi sans ses soit "
        "son sous sur ton trois tous tres type types une vers ville villes voir vos votre vous "
        "all and any are big but can few for from get has have how into its less like more most near new not off old "
        "one our out over she than that the them then they this two who will with you your years"
    )
)


class Why(StrEnum):
    """Why a person may be whom somebody looks for; doors put it into words."""

    KIND = "kind"  # of the kind of client they look for
    LINE = "line"  # named by a line of theirs
    PLACE = "place"  # where they work


@dataclass(frozen=True)
class Reason:
    """One reason: the kind's key, the line, or the place's code it rests on."""

    why: Why
    said: str


@dataclass(frozen=True, kw_only=True)
class Looking:
    """What somebody looks for; `kinds` are the words of each kind of client, `against` the lines of what is not for
    them."""

    kinds: Mapping[str, tuple[str, ...]]
    lines: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person one knows: what one's book says that they are (never their name), and where."""

    uid: str
    words: tuple[str, ...]
    place: Place = ()


@dataclass(frozen=True)
class Match:
    """A person who may be whom somebody looks for, the strongest reason first."""

    uid: str
    reasons: tuple[Reason, ...]

    @property
    def strength(self) -> int:
        """More and stronger reasons count more; only ever used to put the best first."""
        return sum({Why.KIND: 3, Why.LINE: 2, Why.PLACE: 1}[one.why] for one in self.reasons)


def words_wanted(looking: Looking) -> frozenset[str]:
    """Return the stems by which whoever is looked for can be searched in a book."""
    texts = (*(word for words in looking.kinds.values() for word in words), *looking.lines)
    return frozenset(found for text in texts for found in _telling(text))


def match(looking: Looking, known: Known) -> Match | None:
    """Return why a person may be whom somebody looks for; None where nothing says so, or something says no."""
    stems = frozenset(found for text in known.words for found in _stems(text))
    if any(_named(line, stems) == len(set(_telling(line))) > 0 for line in looking.against):
        return None
    if known.place and looking.places and not any(_meet(place, known.place) for place in looking.places):
        return None
    reasons = [Reason(Why.KIND, key) for key, words in looking.kinds.items() if _any_named(words, stems)]
    reasons += [Reason(Why.LINE, line) for line in looking.lines if _named(line, stems)]
    if not reasons:
        return None
    there = [place for place in looking.places if _meet(place, known.place)]
    return Match(known.uid, (*reasons, *(Reason(Why.PLACE, place[0]) for place in there[:1])))


def best(looking: Looking, people: Iterable[Known], *, most: int) -> tuple[Match, ...]:
    """Return the strongest matches, at most so many; of equals, in the order they came."""
    found = [one for known in people if (one := match(looking, known))]
    return tuple(sorted(found, key=lambda one: -one.strength)[:most])


def _meet(one: Place, other: Place) -> bool:
    """Whether a place is within another, either way round."""
    return bool(one and other) and (one[0] in other or other[0] in one)


def _any_named(names: Sequence[str], stems: frozenset[str]) -> bool:
    """Whether every telling word of one of the names is there."""
    return any((wanted := set(_telling(name))) and wanted <= stems for name in names)


def _named(line: str, stems: frozenset[str]) -> int:
    """How many telling words of a line are there."""
    return len(set(_telling(line)) & stems)


def _telling(text: str) -> list[str]:
    return [
        stem(word)
        for word in plain_words(text)
        if len(word) >= _SHORTEST_WORD and word not in _EMPTY and not word.isdecimal()
    ]


def _stems(text: str) -> list[str]:
    return [stem(word) for word in plain_words(text)]


def stem(word: str) -> str:
    """Return what a folded word is searched by: one and several of a thing count as the same."""
    return word.rstrip("sx")
