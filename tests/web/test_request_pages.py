"""The page behind a request's link: it shows without changing, and decides with the four digits only (R4–R9, R45)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from entremise.lib import clock
from entremise.protocol.wall import Seen
from entremise.web import news, requests, silence
from entremise.web.access import Audience
from tests.cast import HELENE, INES, MARC, World, world
from tests.web.link_pages import (
    CLIENT_PART,
    PART,
    address,
    asked_in_principle,
    everything,
    seen,
    text,
    wrong,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def test_every_page_behind_a_link_is_for_strangers() -> None:
    patterns = [*requests.urlpatterns, *news.urlpatterns, *silence.urlpatterns]
    assert {pattern.callback.audience for pattern in patterns} == {Audience.STRANGERS}  # type: ignore[attr-defined]


# -- what machines do -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
@pytest.mark.parametrize("act", ["", "oui", "non", "question"])
def test_opening_a_link_changes_nothing(scene: World, stranger: Client, method: str, act: str) -> None:
    """R6: mail scanners open links, with whatever method."""
    scene.send()
    mail = scene.last_to(INES)
    before = everything()
    answer = getattr(stranger, method)(f"{address(mail, act)}?answer=yes&digits={mail.digits}")
    assert answer.status_code in (200, 302, 405)
    assert everything() == before


@pytest.mark.parametrize("act", ["", "oui", "non", "question"])
@pytest.mark.parametrize("digits", [None, "", "    ", "abcd", "wrong", "12345"])
def test_a_machine_that_submits_forms_decides_nothing(
    scene: World, stranger: Client, act: str, digits: str | None
) -> None:
    """R6: at once or days later, without the digits printed in the mail nothing is decided."""
    scene.send()
    mail = scene.last_to(INES)
    form = {**PART, "text": "Combien de couverts ?", "more": "1", "tell": "on", "scope": "all"}
    if digits is not None:
        form["digits"] = wrong(mail) if digits == "wrong" else digits
    before = scene.page(mail)
    for _later in range(2):
        answer = stranger.post(address(mail, act), form)
        assert answer.status_code == 422
        assert scene.page(mail) == before
        scene.wait(days=2)
    assert scene.mails_to(HELENE) == []


def test_pressing_the_buttons_as_the_page_proposes_decides_nothing(scene: World, stranger: Client) -> None:
    """R6: a machine that fills in what is in the page finds no digits there."""
    scene.send()
    mail = scene.last_to(INES)
    targets = []
    for act in ("", "oui", "non"):
        page = text(stranger.get(address(mail, act)))
        assert mail.digits not in re.sub(r'"/(?:l|silence)/[^"]+"', "", page)
        fields = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', page))
        for target in re.findall(r'formaction="([^"]+)"', page):
            assert stranger.post(target, fields).status_code == 422
            targets.append(target)
    assert targets == [address(mail, "oui"), address(mail, "non")]
    assert seen(scene, mail) is Seen.ASKED


# -- the page ---------------------------------------------------------------------------------------


def test_the_page_shows_the_words_of_the_mail_and_of_the_proof(scene: World, stranger: Client) -> None:
    """R6b, R10: page, mail and proof say the same."""
    scene.send()
    mail = scene.last_to(INES)
    page = scene.page(mail)
    assert page is not None
    assert page.statement is not None
    words = page.statement.text(language="fr")
    shown = " ".join(re.sub(r"<[^>]+>", " ", text(stranger.get(address(mail)))).split())
    for line in filter(None, words.splitlines()):
        assert " ".join(line.split()) in shown.replace("&#x27;", "'")
        assert line in mail.text
    stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})
    proofs = apps.get_model("referrals", "Proof").objects.values_list("text", flat=True)
    assert list(proofs) == [words]


def test_yes_and_no_are_equal_and_no_key_presses_one(scene: World, stranger: Client) -> None:
    """R6: two equal buttons, no default, none reached by the Enter key in a field; so on the page of each answer."""
    scene.send()
    mail = scene.last_to(INES)
    page = text(stranger.get(address(mail)))
    (pair,) = re.findall(r'<nav class="two[^>]*>(.*?)</nav>', page, re.DOTALL)
    yes, no = re.findall(r"<a([^>]*)>", pair)
    assert re.sub(r'href="[^"]*"', "", yes) == re.sub(r'href="[^"]*"', "", no)
    assert [*re.findall(r'href="([^"]*)"', pair)] == [address(mail, "oui"), address(mail, "non")]
    for shown in (page, text(stranger.get(address(mail, "oui"))), text(stranger.get(address(mail, "non")))):
        assert "autofocus" not in shown
        for form in re.findall(r"<form.*?</form>", shown, re.DOTALL):
            first = re.findall(r"<button[^>]*>", form)[0]
            assert "disabled" in first, "the default button of each form does nothing"
        assert "<script" not in shown


def test_the_page_of_each_answer_opens_without_deciding_and_asks_for_the_digits(scene: World, stranger: Client) -> None:
    """R6: the part stands on the page of the yes, after it was chosen; the digits stand on both."""
    scene.send()
    mail = scene.last_to(INES)
    before = everything()
    first, yes, no = (text(stranger.get(address(mail, act))) for act in ("", "oui", "non"))
    assert [('name="details"' in page) for page in (first, yes, no)] == [False, True, False]
    for page, act in ((yes, "oui"), (no, "non")):
        assert f'formaction="{address(mail, act)}"' in page
        assert 'id="id_digits"' in page
        assert mail.digits not in re.sub(r'"/(?:l|silence)/[^"]+"', "", page)
    assert everything() == before


def test_what_cannot_be_answered_any_more_has_no_page_of_an_answer(scene: World, stranger: Client) -> None:
    """R6, R9: after a yes both lead back to the request; after a no, a yes can still be said."""
    scene.send()
    mail = scene.last_to(INES)
    stranger.post(address(mail, "non"), {"digits": mail.digits})
    assert stranger.get(address(mail, "non"))["Location"] == address(mail)
    assert stranger.get(address(mail, "oui")).status_code == 200
    stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})
    for act in ("oui", "non"):
        assert stranger.get(address(mail, act))["Location"] == address(mail)


def test_a_link_page_sets_no_cookie_and_reads_no_session(scene: World, stranger: Client) -> None:
    """R6b: nothing tracks the reader."""
    scene.send()
    mail = scene.last_to(INES)
    answers = [stranger.get(address(mail)), stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})]
    answers.append(stranger.get(address(mail)))
    for answer in answers:
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store, private"


def test_the_page_speaks_the_persons_language_or_the_one_chosen(scene: World, stranger: Client) -> None:
    scene.send()
    mail = scene.last_to(INES)
    assert '<html lang="fr">' in text(stranger.get(address(mail), headers={"Accept-Language": "en"}))
    english = stranger.get(f"{address(mail)}?lang=en")
    assert '<html lang="en">' in text(english)
    assert "would like to recommend you" in text(english)
    answer = stranger.post(f"{address(mail, 'oui')}?lang=en", {**PART, "digits": mail.digits})
    assert answer["Location"] == f"{address(mail)}?lang=en"


def test_a_person_sees_what_is_held_about_them_and_from_whom(scene: World, stranger: Client, settings: Any) -> None:
    """R45: name, company, address as a hint, source, who is responsible."""
    scene.send()
    page = text(stranger.get(address(scene.last_to(INES))))
    for words in ("Inès Moreau, Moreau Ventilation", "i•••@…", "carnet d’adresses tenu par Hélène Vasseur"):
        assert words in page
    assert INES not in page
    assert "/silence/" in page


# -- answering --------------------------------------------------------------------------------------


def test_a_yes_leads_to_its_receipt_and_the_same_yes_changes_nothing(scene: World, stranger: Client) -> None:
    """R6: one nonce, the same answer again."""
    scene.send()
    mail = scene.last_to(INES)
    first = stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})
    assert (first.status_code, first["Location"]) == (302, address(mail))
    held = scene.page(mail)
    receipt = text(stranger.get(address(mail)))
    assert "Votre oui est enregistré" in receipt
    assert "13 h 15" in receipt.replace("\xa0", " ").replace("\u202f", " ")
    scene.now = scene.now.replace(minute=5)
    again = stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})
    assert (again.status_code, again["Location"]) == (302, address(mail))
    assert scene.page(mail) == held


def test_a_yes_keeps_the_part_as_typed(scene: World, stranger: Client) -> None:
    """R17: a party corrects their own part; the details of the way they choose are handed over."""
    scene.send()
    mail = scene.last_to(INES)
    form = {"name": "Inès M.", "way": "mail", "details": "ines@perso.example", "best_time": "le matin"}
    stranger.post(address(mail, "oui"), {**form, "digits": " ".join(mail.digits)})
    page = scene.page(mail)
    assert page is not None
    assert (page.sheet.name, page.sheet.way, page.sheet.best_time) == ("Inès M.", "mail", "le matin")


def test_what_somebody_added_is_not_shown_to_whoever_has_the_link(scene: World, stranger: Client) -> None:
    """R4: a forwarded link shows its person's first data only; a correction leaves empty what stays."""
    scene.send()
    mail = scene.last_to(INES)
    form = {"name": "Inès Moreau", "way": "mail", "details": "ines@perso.example", "booking": "rdv.example/ines"}
    stranger.post(address(mail, "oui"), {**form, "digits": mail.digits})
    assert "perso.example" not in text(stranger.get(address(mail)))
    assert "rdv.example" not in text(stranger.get(address(mail)))
    correction = {"name": "Inès Moreau", "way": "mail", "best_time": "le soir", "digits": mail.digits}
    assert stranger.post(address(mail, "oui"), correction).status_code == 302
    page = scene.page(mail)
    assert page is not None
    assert (page.sheet.details, page.sheet.best_time) == ("ines@perso.example", "le soir")


@pytest.mark.parametrize("field", ["name", "way", "details"])
def test_a_yes_without_its_part_says_what_lacks_and_keeps_the_rest(scene: World, stranger: Client, field: str) -> None:
    """R16, R17: the blocking fields block a yes, beside the field; nothing typed is lost."""
    scene.send()
    mail = scene.last_to(INES)
    form = {**PART, "best_time": "mardi matin", "digits": mail.digits, field: ""}
    answer = stranger.post(address(mail, "oui"), form)
    assert answer.status_code == 422
    page = text(answer)
    assert f'href="#id_{field}{"_0" if field == "way" else ""}"' in page
    assert 'value="mardi matin"' in page
    assert seen(scene, mail) is Seen.ASKED


def test_a_no_needs_no_part(scene: World, stranger: Client) -> None:
    scene.send()
    mail = scene.last_to(INES)
    assert stranger.post(address(mail, "non"), {"name": "", "digits": mail.digits}).status_code == 302
    assert seen(scene, mail) is Seen.DECLINED


def test_wrong_digits_are_said_beside_them_and_lose_nothing(scene: World, stranger: Client) -> None:
    """R6: what was typed stays; after too many tries the link rests, and says until when."""
    scene.send()
    mail = scene.last_to(INES)
    form = {**PART, "best_time": "mardi matin", "digits": wrong(mail)}
    answer = stranger.post(address(mail, "oui"), form)
    assert answer.status_code == 422
    assert 'value="mardi matin"' in text(answer)
    assert 'id="id_digits_error"' in text(answer)
    for _try in range(scene.policy.digits_tries):
        answer = stranger.post(address(mail, "oui"), form)
    assert "14 h 00" in text(answer).replace("\xa0", " ").replace("\u202f", " ")
    right = stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})
    assert right.status_code == 422
    assert seen(scene, mail) is Seen.ASKED
    scene.wait(hours=1)
    assert stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits}).status_code == 302


def test_a_no_becomes_a_yes_until_the_deadline_and_not_after(scene: World, stranger: Client) -> None:
    """R6: a no can be changed until the request's deadline."""
    scene.send()
    mail = scene.last_to(INES)
    stranger.post(address(mail, "non"), {"digits": mail.digits})
    assert "Changer d’avis" in text(stranger.get(address(mail)))
    stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})
    assert seen(scene, mail) is Seen.AGREED
    stranger.post(address(mail, "non"), {"digits": mail.digits})
    page = scene.page(mail)
    assert page is not None
    scene.wait(seconds=(page.deadline - scene.now).total_seconds())
    late = stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits})
    assert late.status_code == 422
    assert seen(scene, mail) is Seen.DECLINED
    assert "Changer d’avis, et dire oui" not in text(stranger.get(address(mail)))


def test_a_yes_in_effect_can_be_withdrawn_and_that_is_final(scene: World, stranger: Client) -> None:
    """R9: as easily as given; and the page does not offer what the protocol would refuse."""
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail).wait(minutes=15)
    assert stranger.post(address(mail, "non"), {"digits": mail.digits}).status_code == 302
    page = text(stranger.get(address(mail)))
    assert "Votre réponse est non" in page
    assert "Changer d’avis" not in page
    assert stranger.post(address(mail, "oui"), {**PART, "digits": mail.digits}).status_code == 422


def test_the_giver_hears_of_a_no_only_when_its_person_says_so(scene: World, stranger: Client) -> None:
    """R7: quiet, unless told; the reason goes to the giver alone."""
    scene.send()
    mail = scene.last_to(INES)
    stranger.post(address(mail, "non"), {"digits": mail.digits})
    scene.run()
    assert scene.mails_to(HELENE) == []
    more = {"more": "1", "tell": "on", "reason": "Je pars en congé.", "scope": "", "digits": mail.digits}
    assert stranger.post(address(mail, "non"), more).status_code == 302
    scene.run()
    assert "Je pars en congé." in scene.last_to(HELENE).text
    assert "Hélène Vasseur le sait" in text(stranger.get(address(mail)))
    assert scene.mails_to(MARC) == []


@pytest.mark.parametrize(("scope", "kept"), [("", []), ("giver", ["giver"]), ("all", ["all"])])
def test_a_no_may_refuse_more_than_this_request(scene: World, stranger: Client, scope: str, kept: list[str]) -> None:
    """R45: this request, this giver, everything."""
    scene.send()
    mail = scene.last_to(INES)
    stranger.post(address(mail, "non"), {"digits": mail.digits})
    assert stranger.post(address(mail, "non"), {"more": "1", "scope": scope, "digits": mail.digits}).status_code == 302
    refused = apps.get_model("referrals", "Refused").objects
    assert list(refused.values_list("scope", flat=True)) == kept


def test_the_receiver_asks_and_reads_the_answer_on_the_page(scene: World, stranger: Client) -> None:
    """R6b: a question is no answer; the exchange stands on the page."""
    scene.send()
    mail = scene.last_to(INES)
    asked = stranger.post(address(mail, "question"), {"text": "Combien de couverts ?", "digits": mail.digits})
    assert (asked.status_code, asked["Location"]) == (302, f"{address(mail)}#questions")
    page = text(stranger.get(address(mail)))
    assert page.index('id="questions"') < page.index("Combien de couverts ?")
    assert seen(scene, mail) is Seen.ASKED
    scene.run()
    assert "Combien de couverts ?" in scene.last_to(HELENE).text


def test_only_a_receiver_has_a_question_to_ask(scene: World, stranger: Client) -> None:
    mail = asked_in_principle(scene)
    assert "/question/" not in text(stranger.get(address(mail)))
    forged = stranger.post(address(mail, "question"), {"text": "Qui est-ce ?", "digits": mail.digits})
    assert forged.status_code == 404


def test_the_client_agrees_then_confirms_and_both_are_introduced(scene: World, stranger: Client) -> None:
    """R5: principle without a part, then the name with it."""
    mail = asked_in_principle(scene)
    assert 'name="details"' not in text(stranger.get(address(mail, "oui")))
    stranger.post(address(mail, "oui"), {"digits": mail.digits})
    assert seen(scene, mail) is Seen.AGREED
    scene.wait(minutes=15)
    named = scene.last_to(MARC)
    assert "Inès Moreau" in text(stranger.get(address(named)))
    answer = stranger.post(address(named, "oui"), {**CLIENT_PART, "digits": named.digits})
    assert answer.status_code == 302
    assert seen(scene, named) is Seen.CONFIRMED
    scene.wait(minutes=15)
    assert seen(scene, named) is Seen.INTRODUCED
