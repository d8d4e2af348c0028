"""The receiver's page after the introduction: the client's part, what is owed, what is told (R20–R23)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.lib import clock
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.protocol.wall import Part
from entremise.referrals.queries.pages import NewsPage, news_page
from entremise.web.parts_shown import opens
from entremise.web.sayings import OUTCOME_WORDS, SAYINGS
from tests.cast import HELENE, INES, MARC, OLGA, Mail, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
WORDS = {
    "merci": {"text": "Merci, vraiment."},
    "contact": {"text": ""},
    "nouvelles": {"text": "Premier rendez-vous mardi.", "apt": "partly", "better": "Dire le nombre de couverts."},
    "fin": {"outcome": "lost", "text": "Un autre devis, pour le prix."},
}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def mail(scene: World) -> Mail:
    _uid, to_ines, _to_marc = introduced(scene)
    return to_ines


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def state(scene: World, mail: Mail) -> NewsPage:
    page = news_page(token=mail.token, now=scene.now, language="fr", policy=DEFAULT)
    assert page is not None
    return page


def test_the_page_shows_what_is_owed_and_leaves_the_clients_part_in_the_mail(mail: Mail, stranger: Client) -> None:
    """R18, R20: thanks to the giver, a first contact with the client, by when; a link alone shows no number."""
    page = text(stranger.get(f"/n/{mail.token}/"))
    for words in ("Marc Delaunay", "Remercier Hélène Vasseur", "Prendre contact avec Marc Delaunay"):
        assert words in page
    assert "06 98 76 54 32" not in page
    assert MARC not in page
    assert page.count('class="duty') == 3, "a good word is owed too (R41)"


def test_what_is_late_is_shown_as_owed(scene: World, mail: Mail, stranger: Client) -> None:
    """R22: silence shows."""
    scene.wait(days=5)
    assert text(stranger.get(f"/n/{mail.token}/")).count('class="duty owed"') == 2


@pytest.mark.parametrize("saying", SAYINGS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_page_tells_nothing(scene: World, mail: Mail, stranger: Client, saying: str, method: str) -> None:
    """R6: only a post with the digits tells the giver something."""
    before = state(scene, mail)
    answer = getattr(stranger, method)(f"/n/{mail.token}/{saying}/?digits={mail.digits}&outcome=won&text=x")
    assert answer.status_code == 200
    assert state(scene, mail) == before
    assert not answer.cookies
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("saying", SAYINGS)
@pytest.mark.parametrize("digits", [None, "", "wrong"])
def test_without_the_digits_nothing_is_told_and_nothing_is_lost(
    scene: World, mail: Mail, stranger: Client, saying: str, digits: str | None
) -> None:
    """R6, R20: no machine thanks, gives news or closes."""
    form = {**WORDS[saying], "better": "Un mot de plus"}
    if digits is not None:
        form["digits"] = f"{(int(mail.digits) + 1) % 10_000:04}" if digits == "wrong" else digits
    before, mails = state(scene, mail), len(scene.mails_to(HELENE))
    answer = stranger.post(f"/n/{mail.token}/{saying}/", form)
    scene.run()
    assert answer.status_code == 422
    assert state(scene, mail) == before
    assert len(scene.mails_to(HELENE)) == mails
    assert form["text"] in text(answer)


@pytest.mark.parametrize("saying", SAYINGS)
def test_what_is_told_reaches_the_giver_and_stands_on_the_page(
    scene: World, mail: Mail, stranger: Client, saying: str
) -> None:
    """R20–R23: each thing said with its own words."""
    answer = stranger.post(f"/n/{mail.token}/{saying}/", {**WORDS[saying], "digits": mail.digits})
    assert (answer.status_code, answer["Location"]) == (302, f"/n/{mail.token}/")
    (told,) = state(scene, mail).told
    assert told.text == WORDS[saying]["text"]
    scene.run()
    page = text(stranger.get(f"/n/{mail.token}/"))
    assert told.text in page
    assert told.text in scene.last_to(HELENE).text


def test_thanks_are_chosen_or_written_and_never_empty(scene: World, mail: Mail, stranger: Client) -> None:
    """R20: in words the person writes or chooses; none is chosen beforehand."""
    address = f"/n/{mail.token}/merci/"
    page = text(stranger.get(address))
    assert page.count('type="radio"') == 4
    assert "checked" not in page
    for nothing in ({}, {"chosen": "own"}, {"text": "   "}):
        answer = stranger.post(address, {**nothing, "digits": mail.digits})
        assert answer.status_code == 422
        assert 'id="id_text_error"' in text(answer)
    stranger.post(address, {"chosen": "0", "digits": mail.digits})
    assert [told.text for told in state(scene, mail).told] == [
        "Merci d’avoir pensé à moi pour Marc Delaunay. Votre confiance compte pour moi."
    ]


def test_news_say_something_useful_for_the_next_choice(scene: World, mail: Mail, stranger: Client) -> None:
    """R23: was it apt, what would make it better."""
    stranger.post(f"/n/{mail.token}/nouvelles/", {**WORDS["nouvelles"], "digits": mail.digits})
    (told,) = state(scene, mail).told
    assert (told.apt, told.better) == ("partly", "Dire le nombre de couverts.")
    assert "En partie · Dire le nombre de couverts." in text(stranger.get(f"/n/{mail.token}/"))


def test_all_six_ends_can_be_told(mail: Mail, stranger: Client) -> None:
    """R26, R29: six outcomes, in words that blame nobody."""
    page = text(stranger.get(f"/n/{mail.token}/fin/"))
    assert set(re.findall(r'name="outcome" value="(\w+)"', page)) == {one.value for one in Outcome}
    assert set(OUTCOME_WORDS) == set(Outcome)
    assert stranger.post(f"/n/{mail.token}/fin/", {"digits": mail.digits}).status_code == 422
    assert stranger.post(f"/n/{mail.token}/fin/", {"outcome": "x", "digits": mail.digits}).status_code == 422


def test_when_all_is_told_nothing_is_awaited(mail: Mail, stranger: Client) -> None:
    """R21: the end closes the loop; thanks stay owed until they are said."""
    stranger.post(f"/n/{mail.token}/fin/", {**WORDS["fin"], "digits": mail.digits})
    page = text(stranger.get(f"/n/{mail.token}/"))
    assert page.count('class="duty') == 2, "a good word outlives the end too (R41)"
    assert "Une autre personne a été choisie" in page
    stranger.post(f"/n/{mail.token}/merci/", {**WORDS["merci"], "digits": mail.digits})
    stranger.post(f"/n/{mail.token}/bonne-parole/", {"text": "", "how": "aloud", "digits": mail.digits})
    assert "Rien n’est attendu de vous" in text(stranger.get(f"/n/{mail.token}/"))


def test_a_link_that_opens_nothing_is_the_one_page(scene: World, stranger: Client) -> None:
    """R7: unknown, not introduced yet, another kind of link, no such act: the same bytes."""
    from entremise.referrals.queries import keys
    from entremise.referrals.queries.keys import Purpose

    uid = scene.send()
    early = keys.token(Purpose.NEWS, uid)
    tokens = (early, scene.last_to(INES).token, "a" * 32)
    answers = [stranger.get(f"/n/{token}/") for token in tokens]
    answers += [stranger.post(f"/n/{token}/merci/", {"text": "Merci", "digits": "1234"}) for token in tokens]
    answers += [stranger.get(f"/n/{tokens[0]}/rien/"), stranger.get(f"/l/{tokens[2]}/")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def olga_introduced(scene: World) -> tuple[Client, str]:
    """Introduce a receiver who is a member; return their browser, signed in, and the address of their page."""
    signed_in = Client(enforce_csrf_checks=True)
    signed_in.force_login(get_user_model().objects.get(pk=member(scene).pk))
    draft = contact_draft("Olga", "Petrova", "", OLGA, "06 11 22 33 44", trade="ventilation-engineer")
    scene.ines = scene.add(draft)
    scene.send()
    scene.yes(scene.last_to(OLGA)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    return signed_in, f"/n/{scene.last_to(OLGA).token}/"


def test_a_members_session_stands_for_the_digits(scene: World) -> None:
    """R6, R20: a member tells with the seal of their own page, and a forged form tells nothing."""
    signed_in, address = olga_introduced(scene)
    address += "merci/"
    page = text(signed_in.get(address))
    assert 'name="digits"' not in page
    assert signed_in.post(address, {"text": "Merci", "seal": "a" * 32}).status_code == 422
    (seal,) = re.findall(r'name="seal" value="(\w+)"', page)
    assert signed_in.post(address, {"text": "Merci", "seal": seal}).status_code == 302


def test_a_member_sees_the_clients_part_and_what_was_not_said_as_missing(scene: World) -> None:
    """R17, R18: the preferred way only; what is missing is shown as missing, never invented."""
    signed_in, address = olga_introduced(scene)
    page = text(signed_in.get(address))
    assert '<a href="tel:0698765432">06 98 76 54 32</a>' in page, "one press calls"
    assert MARC not in page
    assert re.findall(r'<dt>([^<]+)</dt><dd class="missing">pas indiqué', page) == ["Meilleur moment", "Budget"]


@pytest.mark.parametrize(
    ("details", "opened"),
    [
        ("06 98 76 54 32", "tel:0698765432"),
        ("+33 (0)6.98.76.54.32", "tel:+33698765432"),
        ("marc@cedre-bleu.example", "mailto:marc@cedre-bleu.example"),
        ("06 98 76 54 32, le soir", ""),
        ("marc@cedre-bleu.example?bcc=autre@x.example", ""),
        ("au restaurant", ""),
        ("", ""),
    ],
)
def test_only_what_is_one_number_or_one_address_opens_a_call_or_a_letter(details: str, opened: str) -> None:
    assert opens(Part(way="phone", details=details)) == opened
