"""Every state, duty, outcome, request, way and role has words, in English and in French, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any

import polib
import pytest
from django.utils import translation

from entremise.protocol.duties import Duty
from entremise.protocol.types import Kind, Outcome, Role, Way
from entremise.protocol.wall import Seen
from entremise.web import words
from tests.structure.repository import SOURCES

PLACES = [
    (Seen, words.SEEN),
    (Duty, words.DUTIES),
    (Outcome, words.OUTCOMES),
    (Kind, words.KINDS),
    (Way, words.WAYS),
    (Role, words.ROLES),
]
ALONE = (words.STOPPED, words.TOLD_NO, *words.APT.values())
NAMES = {"receiver": "Inès", "client": "Marc", "giver": "Hélène", "person": "Inès", "about": "Marc", "first": "Paul"}


def sentences(word: Any) -> Iterator[Any]:
    """A label, or every sentence of a word."""
    if hasattr(word, "__dataclass_fields__"):
        yield from (getattr(word, one.name) for one in fields(word))
    else:
        yield word


def everything() -> Iterator[Any]:
    for _enumeration, place in PLACES:
        for word in place.values():
            yield from sentences(word)
    for word in ALONE:
        yield from sentences(word)


@cache
def french() -> dict[str, str]:
    catalogue = polib.pofile(str(SOURCES / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    return {entry.msgid: entry.msgstr for entry in catalogue if not entry.msgctxt}


@pytest.mark.parametrize(("enumeration", "place"), PLACES, ids=lambda one: getattr(one, "__name__", ""))
def test_every_member_has_its_words(enumeration: type[Enum], place: dict[Enum, Any]) -> None:
    assert set(place) == set(enumeration)


def test_every_word_is_said_in_both_languages_and_takes_the_names() -> None:
    for said in everything():
        with translation.override("en"):
            english = str(said)
        assert english.strip()
        assert french().get(english, "").strip(), english
        for language in ("en", "fr"):
            with translation.override(language):
                assert "%(" not in str(said) % NAMES
