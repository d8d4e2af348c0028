"""What identifies whoever it belongs to: mail and street addresses, links, handles, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ENDINGS = (
    "com|net|org|fr|ca|be|ch|lu|eu|uk|de|es|it|nl|us|info|biz|io|co|me|tv|pro|dev|app|site|online|shop|store|paris|bzh|"
    "alsace|corsica|quebec|brussels|swiss|re|mc|tel|link|xyz|group|agency|studio|immo|email|cloud|ai|ly|ee|gle|be"
)
_SAID_ENDINGS = "com|net|org|fr|ca|be|ch|lu|eu|co uk|uk|info|io|pro|paris|quebec"
_AT = r"(?:\s*[@＠]\s*|\s*[\[({<]\s*(?:at|arobase|a|chez)\s*[\])}>]\s*|\s+(?:arobase|arobas|a commercial)\s+)"
_DOT = r"(?:\s*[\[({<]\s*(?:dot|point|\.)\s*[\])}>]\s*|\s+(?:dot|point)\s+|\s*\.\s*)"

_MAILS = (
    re.compile(r"(?<![\w.+'%-])[\w.+'%-]+@[\w-]+(?:\.[\w-]+)*"),
    re.compile(rf"(?<![\w.+'%-])[\w.+'%-]+{_AT}[\w-]+(?:\s[\w-]+)?(?:{_DOT}[\w-]+)*{_DOT}(?:{_SAID_ENDINGS})\b"),
    re.compile(
        r"(?<![\w.+'%-])[\w.+'%-]+ at (?!this\b|that\b|a\b|the\b|some\b|which\b|what\b)[\w-]+(?: [\w-]+)?"
        rf"(?:(?: (?:dot|point) |\.)(?:{_SAID_ENDINGS})\b)+"
    ),
)
_LINKS = (
    re.compile(r"\b[a-z][a-z+.-]{1,20}://\S+"),
    re.compile(r"\bwww\.\S+"),
    re.compile(rf"(?<![\w@.-])(?:[\w-]+\.)+(?:{_ENDINGS})\b(?:/\S*)?"),
    re.compile(r"(?<![\w-])[\w-]{3,} (?:point|dot) (?:com|fr|net|org|ca|ch|io)\b"),
)
_HANDLES = (
    re.compile(r"(?<![\w@])@\s?\w[\w.]*"),
    re.compile(
        r"\b(?:insta|instagram|facebook|fb|linkedin|twitter|tiktok|snap|snapchat|telegram|whatsapp|signal|skype)"
        r"\s*[:=/]\s*@?[\w.-]+"
    ),
)
_STREET = (
    r"rue|avenue|av|ave|boulevard|bd|bld|blvd|place|pl|chemin|ch|impasse|imp|allee|allees|quai|cours|route|rte|square|"
    r"passage|ruelle|sentier|faubourg|fbg|montee|villa|cite|rang|cote|esplanade|promenade|traverse|venelle|voie|chaussee|clos|"
    r"hameau|lotissement"
)
_STREET_EN = r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|crescent|terrace|square"
_ADDRESSES = (
    re.compile(
        rf"\b\d{{1,5}}(?: ?[a-d]\b| ?bis| ?ter| ?quater)?,? (?:{_STREET})\.? "
        r"(?!de \d|met|feet|foot|ft\b|m[²2]?\b)[^\n,;.!?]{2,50}"
    ),
    re.compile(rf"\b\d{{1,5}}(?: [\w'-]+){{1,3}} (?:{_STREET_EN})\b(?!\w)"),
)
STREET_WORDS = frozenset(_STREET.split("|")) | frozenset(_STREET_EN.split("|"))

_DIGITS = re.compile(r"\+?\(?\d(?:[\s.\-–‑/()_·,:*'|]{0,3}\d)*")
_DATE = re.compile(
    r"(?:[0-3]?\d([/.\-])[01]?\d\1(?:19|20)\d\d|(?:19|20)\d\d([/.\-])[01]\d\2[0-3]\d|"
    r"(?:19|20)\d\d\s?[-–/]\s?(?:19|20)\d\d)(?!\s?\d)"
)
_AMOUNT = re.compile(
    r"\d{1,3}(?:[\s.,']\d{3})+(?:[.,]\d{1,2})?(?=\s?(?:€|\$|£|euros?|eur|chf|cad|francs?|dollars?)(?!\w))"
)
_SPOKEN = re.compile(
    r"\b(?:(?:zero|oh|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|"
    r"trente|quarante|cinquante|soixante|septante|huitante|nonante|one|two|three|four|five|seven|eight|nine|double|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty)\b(?:[\s,.-]|\bet\b|\band\b)*){6,}"
)
_SPOKEN_WORDS = 8
_PHONE_DIGITS = 8
_KNOWN_TAIL = 6


@dataclass(frozen=True)
class Trace:
    """A folded range that identifies somebody, and what it is: mail, link, handle, phone or address."""

    start: int
    end: int
    field: str


def traces(text: str) -> Iterator[Trace]:
    """Yield everything in a folded text that would identify anybody at all."""
    kinds = (("mail", _MAILS), ("link", _LINKS), ("handle", _HANDLES), ("address", _ADDRESSES))
    for field, patterns in kinds:
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield Trace(match.start(), match.end(), field)
    for start, end in (*_numbers(text), *_spoken(text)):
        yield Trace(start, end, "phone")


def _spoken(text: str) -> Iterator[tuple[int, int]]:
    """Yield the numbers written out in words that are dictated, not counted: with a zero, or very long."""
    for match in _SPOKEN.finditer(text):
        said = re.findall(r"[a-z]+", match.group())
        if "zero" in said or len(said) >= _SPOKEN_WORDS:
            yield match.start(), match.start() + len(match.group().rstrip(" ,.-"))


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield the runs of eight digits or more that are neither a date nor an amount of money."""
    blank = _AMOUNT.sub(_blank, _DATE.sub(_blank, text))
    for match in _DIGITS.finditer(blank):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) >= _PHONE_DIGITS:
            yield match.start(), match.end()


def _blank(match: re.Match[str]) -> str:
    return "x" * len(match.group())


def phone_tail(phone: str) -> str:
    """Return the last six digits of a number, however it is written; empty when it has fewer."""
    digits = re.sub(r"\D", "", phone)
    return digits[-_KNOWN_TAIL:] if len(digits) >= _KNOWN_TAIL else ""


def tails(text: str, tail: str) -> Iterator[Trace]:
    """Yield the digit runs of a folded text that hold the six last digits of a known number."""
    for match in _DIGITS.finditer(text):
        if tail in re.sub(r"\D", "", match.group()):
            yield Trace(match.start(), match.end(), "phone")


def without_links(text: str) -> str:
    """Return `text` without mail addresses and links, and without a dot that makes one."""
    for pattern in (*_MAILS[:1], *_LINKS[:3]):
        text = re.sub(pattern.pattern, " ", text, flags=re.IGNORECASE)
    return re.sub(r"(?<=\w)\.(?=\w{2})", ". ", text)
