"""Every letter × language × law profile says what that law wants said, in both of its bodies (R6b, R6c, R45)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from entremise.lib import law as ours
from entremise.protocol import law
from entremise.protocol.law import Mention
from entremise.protocol.policy import UNDER
from tests.law_letters import every_case, every_letter
from tests.referrals.letter_cases import LANGUAGES, markup

MAILS = Path(ours.__file__).parents[1] / "web/templates/mail"

# What says it, in French and in English; any one of them is enough.
SAYS: dict[Mention, tuple[str, str]] = {
    Mention.RESPONSIBLE: (r"Cercle de Lyon tient ce site", r"Cercle de Lyon runs this site"),
    Mention.POSTAL: (r"12 rue de la Barre, 69002 Lyon", r"12 rue de la Barre, 69002 Lyon"),
    Mention.BEHALF: (r"Ce message est envoyé pour \S", r"This message is sent for \S"),
    Mention.PURPOSE: (
        r"recommander|recommande|une invitation|invite|remarqué|remercie|nouvelles|oui",
        r"recommend|invit|noticed|thanks|news|yes",
    ),
    Mention.GROUND: (
        r"intérêt légitime|parce qu’une personne que vous connaissez, nommée ci-dessus",
        r"legitimate interest|because somebody you know, named in full above",
    ),
    Mention.HELD: (r"à votre sujet|sur vous", r"about you"),
    Mention.SOURCE: (
        r"carnet d’adresses tenu par|donnés? par|que \S+ \S+ a donné|reçus de",
        r"address book kept by|gave, for",
    ),
    Mention.KEPT: (r"effacé|durée de conservation", r"erased|as long as"),
    Mention.RIGHTS: (r"Voir ce qui est conservé à votre sujet", r"See what is held about you"),
    Mention.COMPLAINT: (r"réclamation|porter plainte", r"You can complain"),
    Mention.SILENCE: (r"plus recevoir de messages|plus d’invitation", r"No more messages|no more invitations"),
    Mention.DELAY: (r"prend effet aussitôt", r"works at once"),
    Mention.CHOICE: (r"Choisir les messages que vous recevez", r"which of these messages you receive"),
}
AUTHORITY = {
    "fr": ("CNIL", "CNIL"),
    "eu-strict": ("votre autorité de protection des données", "your country’s data protection authority"),
    "ca": ("Commission d’accès à l’information", "Commission d’accès à l’information"),
}


@pytest.fixture(params=law.PROFILES)
def profile(request: pytest.FixtureRequest, settings: Any) -> str:
    told = {"owner_name": "Cercle de Lyon", "owner_contact": "cercle@example.org"}
    settings.ENTREMISE = replace(
        settings.ENTREMISE, law=request.param, owner_address="12 rue de la Barre, 69002 Lyon", **told
    )
    return str(request.param)


def _flat(words: str) -> str:
    return re.sub(r"\s+", " ", words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_says_what_its_law_wants_in_both_bodies(profile: str, language: str) -> None:
    """R6b, R45: a new letter that lacks a mention fails here."""
    lacking = [
        f"{name}: {mention.value}"
        for name, context, letter in every_letter(language)
        for body in (letter.text, "".join(markup(letter).words))
        for mention in law.wanted(profile, law.sort(name, to_member=context.get("role") == "giver"))
        if not re.search(SAYS[mention][language == "en"], _flat(body))
    ]
    assert sorted(set(lacking)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_authority_is_the_one_of_the_law(profile: str, language: str) -> None:
    for name, context, letter in every_letter(language):
        if Mention.COMPLAINT in law.wanted(profile, law.sort(name, to_member=context.get("role") == "giver")):
            for other, words in AUTHORITY.items():
                assert (words[language == "en"] in _flat(letter.text)) is (other == profile), (name, other)


def test_every_template_of_a_letter_has_its_sort_and_its_case() -> None:
    """A letter that nobody sorted would not be checked."""
    templates = {str(path.relative_to(MAILS)).removesuffix(".subject.txt") for path in MAILS.rglob("*.subject.txt")}
    assert templates == set(law.LETTERS)
    assert templates == {name for name, _context in every_case("fr")}


def test_every_profile_has_its_numbers_and_its_mentions() -> None:
    """R6c."""
    assert set(law.PROFILES) == set(law.WANTED) == set(UNDER)
    for wanted in law.WANTED.values():
        assert set(wanted) == set(law.Sort)


def test_canada_wants_a_postal_address_in_every_letter_and_a_way_out_of_every_one_that_is_not_ones_own() -> None:
    """CASL, section 6(2)."""
    for sort, wanted in law.WANTED["ca"].items():
        assert Mention.POSTAL in wanted
        if Mention.BEHALF in wanted:
            assert {Mention.SILENCE, Mention.DELAY} <= wanted, sort
