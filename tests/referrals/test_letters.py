"""The letters of a referral: every one in every language, from the values its renderer gives (R6b, R7, R18, R45)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import get_template
from django.utils import translation

from entremise.protocol.types import Kind
from entremise.protocol.wall import Person
from tests.referrals.letter_cases import (
    CLIENT,
    CLIENT_PART,
    DIGITS,
    GIVER,
    LANGUAGES,
    RECEIVER,
    RECEIVER_PART,
    RIGHTS,
    SILENCE,
    URL,
    Markup,
    ask,
    letters,
    markup,
    not_concluded,
    plain,
    statement,
)
from tests.referrals.mentions import ASKS, MENTIONS

RIGHTS_OF_ALL = "http://entremise.test/droits/"
CHOICE = "http://entremise.test/moi/preferences/"
UNKNOWN = "⟦unknown: %s⟧"


@pytest.fixture(autouse=True)
def _unknown_variables_show(settings: Any) -> None:
    """A variable that a template asks for and nobody gives is written out, so that the tests see it."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "string_if_invalid": UNKNOWN}}]


# -- every letter ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_written_with_every_variable_it_asks_for(language: str) -> None:
    lacking = {
        name: found
        for name, one in letters(language).items()
        if (found := re.findall(r"⟦unknown: [^⟧]*⟧", one.subject + one.text + one.html))
    }
    assert lacking == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_subject_is_cut_or_names_the_other_side(language: str) -> None:
    """R4: what shows on a locked telephone names the giver at most."""
    for name, one in letters(language).items():
        assert 5 < len(one.subject) <= 78, name
        for person in (RECEIVER, CLIENT):
            assert person.name not in one.subject, name
            assert person.company not in one.subject, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_laid_out_as_paragraphs(language: str) -> None:
    for name, one in letters(language).items():
        assert "\n\n\n" not in one.text, name
        assert all(line == line.rstrip() for line in one.text.splitlines()), name
        indented = [line for line in one.text.splitlines() if line.startswith(" ")]
        assert all(line.strip() == DIGITS for line in indented), name
        assert "{%" not in one.text + one.html, name
        assert "<" not in one.text, name
        assert "&amp;" not in one.text, name
        assert "&amp;amp;" not in one.html, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_html_is_balanced_and_loads_nothing_from_anywhere(language: str) -> None:
    """R6b: nothing in a mail tracks its reader."""
    for name, one in letters(language).items():
        read = markup(one)
        assert read.faults == [], name
        assert read.open == [], name
        assert not {"img", "link", "script", "iframe", "object", "form"} & set(read.tags), name
        assert set(read.addresses) <= {URL, SILENCE, RIGHTS, RIGHTS_OF_ALL, CHOICE}, name
        assert "url(" not in one.html, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_and_the_html_say_the_same(language: str) -> None:
    """R10: whichever body somebody reads, they were told the same."""
    for name, one in letters(language).items():
        read = plain("".join(markup(one).words))
        for line in one.text.splitlines():
            if line.strip() not in ("", "--", SILENCE, RIGHTS, RIGHTS_OF_ALL, CHOICE):  # in HTML the words are the link
                assert plain(line).rstrip(":") in read, f"{name}: {line}"


# -- the three asks ------------------------------------------------------------------------------------


def _says(body: str, mention: str) -> bool:
    flat = plain(body)
    return any(plain(one) in flat for one in mention.split("|"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ASKS)
def test_an_ask_says_everything_its_person_must_know_in_both_bodies(kind: Kind, language: str) -> None:
    """R6b, R45."""
    letter = ask(kind, language)
    html = "".join(markup(letter).words)
    lacking = [
        what
        for what, kinds, french, english in MENTIONS
        if kind in kinds
        for body in (letter.text, html)
        if not _says(body, english if language == "en" else french)
    ]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ASKS)
def test_an_ask_is_what_the_proof_keeps_and_what_is_read_aloud(kind: Kind, language: str) -> None:
    """R8, R10: the statement stands whole in the mail, without a link or digits of its own."""
    text = statement(kind, language).text(language=language)
    letter = ask(kind, language)
    assert text in letter.text
    assert plain(text) in plain("".join(markup(letter).words))
    assert "://" not in text
    assert DIGITS not in text


@pytest.mark.parametrize("kind", ASKS)
def test_the_page_shows_the_statement_of_the_mail(kind: Kind) -> None:
    """R10: the page includes the statement as HTML, made from the same words."""
    one = statement(kind, giver=Person(name="<b>Ana</b> & Co"))
    with translation.override("fr"):
        html = get_template(f"mail/referral/statement_{kind.value}.html").render(dict(one.context()))
    assert "<b>" not in html
    assert "&lt;b&gt;Ana&lt;/b&gt; &amp; Co" in html
    read = Markup()
    read.feed(html)
    assert plain("".join(read.words)) == plain(one.text(language="fr"))
    assert read.open == read.faults == []


@pytest.mark.parametrize("kind", ASKS)
def test_an_ask_without_a_commission_does_not_speak_of_one(kind: Kind) -> None:
    assert "commission" not in ask(kind, commission=False, note="").text


@pytest.mark.parametrize("kind", [Kind.RECEIVER, Kind.PRINCIPLE])
def test_before_the_name_an_ask_says_nothing_that_depends_on_the_other_side(kind: Kind) -> None:
    """R4: were the wall to hand out the other side by mistake, these letters would still not show it."""
    other = CLIENT if kind is Kind.RECEIVER else RECEIVER
    letter = ask(kind, receiver=RECEIVER if kind is Kind.PRINCIPLE else CLIENT, reason="Mur")
    for words in (other.name, other.company, other.address, "Mur"):
        assert words not in letter.subject + letter.text + letter.html.replace("&amp;", "&")


def test_a_note_cannot_pass_for_a_paragraph_of_ours() -> None:
    """R6b: somebody's own words stay within their quotation marks."""
    forged = "Oui.\n\nSi vous dites non\nVous payez.\r\n\r\n<b>Vite</b>"
    letter = ask(Kind.RECEIVER, note=forged)
    assert "Oui. Si vous dites non Vous payez. <b>Vite</b>" in letter.text
    assert "&lt;b&gt;Vite&lt;/b&gt;" in letter.html
    assert len(re.findall(r"<strong>Si vous dites non</strong>", letter.html)) == 1


# -- the others ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_concluded_is_one_text_for_everybody(language: str) -> None:
    """R7: apart from the greeting, and one's own link, nobody reads anything else than anybody."""
    read = {role: not_concluded(role, language) for role in ("receiver", "client", "giver")}
    own = {role: one.text.split("\n\n")[1:3] for role, one in read.items()}
    assert own["receiver"] == own["client"] == own["giver"]
    assert len({one.subject for one in read.values()}) == 1
    for role, name in (("receiver", RECEIVER.name), ("client", CLIENT.name)):
        assert read[role].text.replace(name, "X") == read["client"].text.replace(CLIENT.name, "X")
        assert read[role].html.replace(name, "X") == read["client"].html.replace(CLIENT.name, "X")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_introduction_hands_over_the_part_and_shows_what_is_missing(language: str) -> None:
    """R17, R18."""
    found = letters(language)
    english = language == "en"
    to_receiver = found["introduction of receiver"].text
    assert CLIENT_PART.details in to_receiver
    assert ("Best time: le matin" if english else "Meilleur moment\N{NO-BREAK SPACE}: le matin") in to_receiver
    assert ("Budget: not given" if english else "Budget\N{NO-BREAK SPACE}: non précisé") in to_receiver
    assert DIGITS in to_receiver
    assert ("within 2 working days" if english else "dans les 2 jours ouvrés") in to_receiver
    to_client = found["introduction of client"].text
    assert RECEIVER_PART.details in to_client
    assert RECEIVER_PART.booking in to_client
    little = found["introduction of receiver, little told"].text
    assert little.count("not given" if english else "non précisé") == 6


@pytest.mark.parametrize("address", [RECEIVER.address, CLIENT.address, GIVER.address])
def test_an_introduction_shows_nobodys_address_but_the_one_they_chose(address: str) -> None:
    """R18: the details of the preferred way only."""
    found = letters("fr")
    for name in ("introduction of receiver", "introduction of client"):
        assert address not in found[name].text + found[name].html


def test_an_outcome_blames_nobody() -> None:
    """R29."""
    for language, banned in (
        ("fr", "échec|échoué|faute|tort|refus|malheureus"),
        ("en", "fail|fault|wrong|refus|unfortunat"),
    ):
        for name, one in letters(language).items():
            if name.startswith("word"):
                assert not re.search(banned, one.text, re.IGNORECASE), name


def test_an_instant_is_told_in_the_givers_time_with_its_city() -> None:
    found = letters("fr")
    assert "dimanche 1er mars à 9 h 05 (Paris)" in found["receipt receiver"].text.replace("\N{NO-BREAK SPACE}", " ")
    assert "mardi 3 mars à 5 h 42 (Toronto)" in found["answer"].text.replace("\N{NO-BREAK SPACE}", " ")
