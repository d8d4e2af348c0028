"""The wall in free text (R4): every word by which somebody could be recognised, found and marked.

A brief is read by one party about the other. People write names by accident, so a text is held against every
field of both people before it may leave. Marking too much costs a giver one rewording; marking too little
breaks the promise: in doubt a word is marked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from entremise.protocol.folding import Folded, Word, fold, joined_runs, near, plain_words, words_of
from entremise.protocol.ordinary import (
    CIVILITIES,
    LEGAL_FORMS,
    MAIL_ROLES,
    PARTICLES,
    PUBLIC_MAIL,
    PUBLIC_SITES,
    TRADE_WORDS,
    is_ordinary,
)
from entremise.protocol.policy import DEFAULT
from entremise.protocol.traces import STREET_WORDS, phone_tail, tails, traces, without_links

NAME_LENGTH = DEFAULT.name_longest
_HOUSE = frozenset({"bis", "ter", "quater"})


@dataclass(frozen=True)
class Identity:
    """Everything by which one person could be recognised. `role` says who it is (receiver, client, referrer)."""

    role: str
    names: tuple[str, ...] = ()
    company: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Mark:
    """A range of the text, end exclusive, that identifies `role` by `field`; role is empty when it could be anybody.

    Fields: name, company, mail, domain, phone, link, handle, address, other.
    """

    start: int
    end: int
    role: str
    field: str


@dataclass
class _Wanted:
    """What to look for, about one person: letters written together, single words, and words seen only beside others."""

    role: str
    phrases: dict[str, str] = field(default_factory=dict)
    capital_phrases: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    weak: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    initials: set[str] = field(default_factory=set)
    tails: set[str] = field(default_factory=set)

    def phrase(self, words: Sequence[str], kind: str) -> None:
        """Look for these words written together, when they are long enough to mean something."""
        letters = "".join(words)
        if len(letters) >= 4:
            self.phrases.setdefault(letters, kind)


def identifying_marks(
    text: str, people: Sequence[Identity], *, ordinary: frozenset[str] = frozenset()
) -> tuple[Mark, ...]:
    """Return every part of `text` that identifies one of `people`, or anybody by an address or number (R4).

    `ordinary` holds folded or unfolded names of places and trades: they are not distinctive in a company's name and
    count as a person's name only beside another part of it. Marks are sorted, disjoint from bigger marks of the
    same role, and refer to the original text.
    """
    folded = fold(text)
    words = words_of(folded)
    plain = _plain(ordinary)
    found = {(*folded.span(t.start, t.end), "", t.field) for t in traces(folded.text)}
    for person in people:
        wanted = _wanted(person, plain)
        for start, end, kind in _found(folded, words, wanted):
            found.add((*folded.span(start, end), person.role, kind))
    return _widest(tuple(Mark(*entry) for entry in sorted(found)))


@lru_cache(maxsize=4)
def _plain(ordinary: frozenset[str]) -> frozenset[str]:
    """Return the folded words of the ordinary names: thousands, and the same ones for every text."""
    return frozenset(word for entry in ordinary for word in plain_words(entry))


def clean_name(text: str) -> str:
    """Return a name fit for a mail: no link, no address, no control character, one line, at most NAME_LENGTH long."""
    visible = "".join(_visible(char) for char in unicodedata.normalize("NFC", text))
    bare = re.sub(r"[<>{}\[\]|\\/@\"`^~*_=#$%;:]+", " ", without_links(visible))
    name = " ".join(bare.split())
    if len(name) > NAME_LENGTH:
        name = name[:NAME_LENGTH].rsplit(" ", 1)[0] if " " in name[:NAME_LENGTH] else name[:NAME_LENGTH]
    return name.strip(" ,-.") if not name.endswith(".") or name.count(".") > 3 else name.strip(" ,-")


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category[0] in "CZ" else char


# --- what to look for -------------------------------------------------------------------------------------------


def _wanted(person: Identity, ordinary: frozenset[str]) -> _Wanted:
    wanted = _Wanted(person.role)
    for name in person.names:
        _want_name(wanted, name, ordinary)
    _want_company(wanted, person.company, "company", ordinary)
    for email in person.emails:
        _want_mail(wanted, email, ordinary)
    for link in person.links:
        _want_link(wanted, link, ordinary)
    for handle in person.handles:
        wanted.phrase(plain_words(handle), "handle")
    for address in person.addresses:
        _want_address(wanted, address)
    for other in person.other:
        wanted.phrase(plain_words(other), "other")
    wanted.tails |= {tail for phone in person.phones if (tail := phone_tail(phone))}
    return wanted


def _want_name(wanted: _Wanted, name: str, ordinary: frozenset[str]) -> None:
    spelled = [word for word in plain_words(name) if word not in CIVILITIES]
    core = [word for word in spelled if word not in PARTICLES] or spelled
    for order in (spelled, core, core[::-1], spelled[1:] + spelled[:1], spelled[-1:] + spelled[:-1]):
        wanted.phrase(order, "name")
    for word in core:
        if word in ordinary:
            wanted.places.add(word)
        elif is_ordinary(word):
            wanted.weak.add(word)
        else:
            wanted.words.setdefault(word, "name")
    if len(core) > 1:
        wanted.initials |= {word[0] for word in core}
        wanted.phrase((core[0][0], *core[1:]), "name")
        wanted.phrase((*core[1:], core[0][0]), "name")
        wanted.phrase((core[0], core[-1][0]), "name") if len(core[0]) > 3 else None
        wanted.phrase((spelled[0][0], *spelled[1:]), "name")


def _want_company(wanted: _Wanted, company: str, kind: str, ordinary: frozenset[str]) -> None:
    spelled = plain_words(company)
    core = [word for word in spelled if word not in LEGAL_FORMS] or list(spelled)
    distinctive = [w for w in core if not (is_ordinary(w) or w in TRADE_WORDS or w in ordinary or w in CIVILITIES)]
    wanted.phrase(spelled, kind)
    if distinctive or (len(core) > 1 and core[0] in PARTICLES):
        wanted.phrase(core, kind)
    elif core:
        wanted.capital_phrases.setdefault("".join(core), kind)
    bare = [word for word in core if word not in PARTICLES]
    if bare and bare != core and not distinctive:
        wanted.capital_phrases.setdefault("".join(bare), kind)
    for word in distinctive:
        if len(word) > 2 and not word.isdecimal():
            wanted.words.setdefault(word, kind)


def _want_mail(wanted: _Wanted, email: str, ordinary: frozenset[str]) -> None:
    local, _, domain = email.partition("@")
    if local.casefold() not in MAIL_ROLES and len(local) > 4 and not is_ordinary(local.casefold()):
        wanted.phrase(plain_words(local), "mail")
    wanted.phrase(plain_words(email), "mail")
    _want_domain(wanted, domain, ordinary, public=PUBLIC_MAIL)


def _want_link(wanted: _Wanted, link: str, ordinary: frozenset[str]) -> None:
    host, _, path = re.sub(r"^[a-z]+://", "", link.strip().casefold()).partition("/")
    _want_domain(wanted, host.removeprefix("www."), ordinary, public=PUBLIC_SITES)
    for part in path.split("/"):
        words = [w for w in plain_words(part.partition("?")[0]) if not is_ordinary(w)]
        if len("".join(words)) > 4:
            wanted.phrase(words, "link")


def _want_domain(wanted: _Wanted, domain: str, ordinary: frozenset[str], *, public: frozenset[str]) -> None:
    labels = [label for label in domain.strip().casefold().split(".") if label]
    inner = labels[:-2] if labels[-2:-1] and labels[-2] in {"co", "gouv", "asso", "qc"} else labels[:-1]
    if not inner or inner[-1] in public:
        return
    _want_company(wanted, inner[-1].replace("-", " "), "domain", ordinary)
    wanted.phrase(plain_words(inner[-1]), "domain")


def _want_address(wanted: _Wanted, address: str) -> None:
    for line in re.split(r"[\n,;]", address):
        words = list(plain_words(line))
        if words and (code := re.match(r"\s*(?:[A-Z]{1,2}-)?(\d{4,5})\b(?=\s+\D)", line)):
            wanted.words.setdefault(code.group(1), "address")
            continue
        while words and (words[0] in _HOUSE or any(char.isdigit() for char in words[0])):
            wanted.phrase(words, "address")
            words = words[1:]
        if STREET_WORDS & set(words):
            wanted.phrase(words, "address")


# --- where it is ------------------------------------------------------------------------------------------------


def _found(folded: Folded, words: tuple[Word, ...], wanted: _Wanted) -> Iterator[tuple[int, int, str]]:
    yield from _phrases(folded, words, wanted)
    slips = sorted(word for word in wanted.words if len(word) >= 5 and not word.isdecimal())
    for index, word in enumerate(words):
        if kind := _word_kind(word.text, wanted, slips):
            yield word.start, word.end, kind
        elif (word.text in wanted.weak and _points(folded, words, index, wanted)) or (
            word.text in wanted.places and _beside(words, index, wanted)
        ):
            yield word.start, word.end, "name"
    for tail in wanted.tails:
        for trace in tails(folded.text, tail):
            yield trace.start, trace.end, trace.field


def _word_kind(word: str, wanted: _Wanted, slips: Sequence[str]) -> str:
    """Return the field a word of the text points at, exactly or by a slip of the pen; empty when at none."""
    if word in wanted.words:
        return wanted.words[word]
    if len(word) < 4 or is_ordinary(word) or word in TRADE_WORDS:
        return ""
    return next((wanted.words[slip] for slip in slips if near(word, slip)), "")


def _phrases(folded: Folded, words: tuple[Word, ...], wanted: _Wanted) -> Iterator[tuple[int, int, str]]:
    joined = {word: kind for word, kind in wanted.words.items() if len(word) > 3} | wanted.phrases
    longest = max(map(len, [*joined, *wanted.capital_phrases]), default=0)
    glued = sorted(phrase for phrase in wanted.phrases if len(phrase) >= 8)
    for first, last, letters in joined_runs(words, folded, longest):
        kind = joined.get(letters, "")
        if kind and letters not in wanted.phrases and _said_by_chance(words[first : last + 1]):
            kind = ""
        if not kind and words[first].capital:
            kind = wanted.capital_phrases.get(letters, "")
        if not kind and first == last and len(letters) > 8:
            kind = next((wanted.phrases[phrase] for phrase in glued if phrase in letters or near(letters, phrase)), "")
        if kind:
            yield words[first].start, words[last].end, kind


def _said_by_chance(words: Sequence[Word]) -> bool:
    """Several everyday words that happen to spell a name ("de l'âge" for Delage)."""
    return len(words) > 1 and all(
        (is_ordinary(word.text) and len(word.text) > 1) or word.text in "ldc" for word in words
    )


def _points(folded: Folded, words: tuple[Word, ...], index: int, wanted: _Wanted) -> bool:
    """An everyday word is a name when it has a capital or stands beside another part of the name."""
    word = words[index]
    if _beside(words, index, wanted):
        return True
    before = folded.text[: word.start].rstrip(" \"'«»“”()-–")
    return word.capital and (len(word.text) > 3 or (bool(before) and before[-1] not in ".!?:\n"))


def _beside(words: tuple[Word, ...], index: int, wanted: _Wanted) -> bool:
    """Another part of the name, its initial or a civility stands directly before or after."""
    names = wanted.words.keys() | wanted.weak | wanted.places
    around = [words[at] for at in (index - 1, index + 1) if 0 <= at < len(words)]
    if any(word.text in names and word.text != words[index].text for word in around):
        return True
    if any(word.capital and word.text in wanted.initials for word in around):
        return True
    return index > 0 and words[index - 1].text in CIVILITIES


def _widest(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Drop marks that lie inside another mark of the same role, or nobody's marks inside somebody's."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end, not m.role, m.field)):
        if not any(k.end >= mark.end and (k.role == mark.role or not mark.role) for k in kept):
            kept.append(mark)
    return tuple(sorted(kept))
