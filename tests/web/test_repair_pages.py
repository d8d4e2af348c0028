"""The pages about wrong addresses: "this is not me", details that do not work, the giver's corrections (R18)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from entremise.lib import clock
from entremise.outbox.models import Message
from entremise.referrals.models import Request
from tests.cast import HELENE, INES, MARC, OLGA, World, browser_of, introduced, member, world
from tests.web.link_pages import OF_MARC, everything, wrong

pytestmark = pytest.mark.django_db
RIGHT = "ines.moreau@moreau-ventilation.example"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    monkeypatch.setattr("entremise.web.stories.now", lambda: made.now)
    return made


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def test_a_quiet_button_leads_to_a_page_that_decides_nothing(scene: World, stranger: Client) -> None:
    """R6, R18: opened, pressed without digits, or with wrong ones: nothing is recorded."""
    scene.send()
    mail = scene.last_to(INES)
    address = f"/l/{mail.token}/pas-moi/"
    assert address in text(stranger.get(f"/l/{mail.token}/"))
    before = everything()
    for answer in (stranger.get(address), stranger.head(address), stranger.post(address, {})):
        assert answer.status_code in (200, 422)
    assert everything() == before
    assert stranger.post(address, {"digits": wrong(mail)}).status_code == 422
    assert Request.objects.get().not_them_at is None


def test_afterwards_the_link_shows_nothing_of_anybody(scene: World, stranger: Client) -> None:
    """R18: neither the page nor what follows names the giver, the need or the address."""
    scene.send()
    mail = scene.last_to(INES)
    answer = stranger.post(f"/l/{mail.token}/pas-moi/", {"digits": mail.digits})
    assert "Merci de l’avoir dit" in text(answer)
    assert "Inès" not in text(answer)
    unknown = stranger.get(f"/l/{'a' * 32}/")
    for place in ("", "pas-moi/", "oui/", "non/"):
        assert text(stranger.get(f"/l/{mail.token}/{place}")) == text(unknown)


def test_whoever_said_yes_is_led_back(scene: World, stranger: Client) -> None:
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail)
    assert stranger.get(f"/l/{mail.token}/pas-moi/")["Location"] == f"/l/{mail.token}/"


def test_the_giver_corrects_the_address_from_the_story(scene: World, stranger: Client) -> None:
    """R18."""
    uid = scene.send()
    mail = scene.last_to(INES)
    stranger.post(f"/l/{mail.token}/pas-moi/", {"digits": mail.digits})
    giver = browser_of(scene.helene)
    story = text(giver.get(f"/histoire/{uid}/"))
    assert f"/histoire/{uid}/adresse/personne/" in story
    page = text(giver.get(f"/histoire/{uid}/adresse/personne/"))
    assert INES in page
    answer = giver.post(f"/histoire/{uid}/adresse/personne/", {"address": RIGHT}, follow=True)
    assert "L’adresse est corrigée" in text(answer)
    assert "/adresse/personne/" not in text(answer)
    scene.run()
    assert scene.last_to(RIGHT).token != mail.token


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Merci d’écrire l’adresse."),
        ("pas une adresse", "Ce n’est pas une adresse électronique."),
        (MARC, "C’est l’adresse du client potentiel."),
        (HELENE, "C’est votre propre adresse."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_stays_typed(scene: World, typed: str, said: str) -> None:
    """R1."""
    uid = scene.send()
    Message.objects.update(state="dead", last_error_kind="refused 550", settled_at=scene.now)
    answer = browser_of(scene.helene).post(f"/histoire/{uid}/adresse/personne/", {"address": typed})
    assert answer.status_code == 422
    assert said in text(answer)
    assert f'value="{typed}"' in text(answer) or not typed


def test_nobody_else_finds_the_pages_of_a_correction(scene: World) -> None:
    """R44: and where nothing is wrong they lead back to the story."""
    uid = scene.send()
    olga = member(scene, email=OLGA)
    for place in ("adresse/personne/", "adresse/client/", "coordonnees/"):
        assert browser_of(olga).get(f"/histoire/{uid}/{place}").status_code == 404
        assert browser_of(scene.helene).get(f"/histoire/{uid}/{place}")["Location"] == f"/histoire/{uid}/"
    assert browser_of(scene.helene).get(f"/histoire/{uid}/adresse/voisin/").status_code == 404


def test_a_receiver_asks_for_details_and_the_giver_hands_over_the_right_ones(scene: World, stranger: Client) -> None:
    """R18: the giver's page says the way, and not what had been left."""
    uid, to_ines, _to_marc = introduced(scene)
    address = f"/n/{to_ines.token}/coordonnees/"
    assert address in text(stranger.get(f"/n/{to_ines.token}/"))
    before = everything()
    assert stranger.get(address).status_code == 200
    assert stranger.post(address, {}).status_code == 422
    assert everything() == before
    assert "Nous avons demandé" in text(stranger.post(address, {"digits": to_ines.digits}))
    giver = browser_of(scene.helene)
    assert "n’arrive pas à joindre" in text(giver.get(f"/histoire/{uid}/"))
    page = text(giver.get(f"/histoire/{uid}/coordonnees/"))
    assert "par téléphone" in page
    assert "06 98 76 54 32" not in page
    assert giver.post(f"/histoire/{uid}/coordonnees/", {"details": " "}).status_code == 422
    giver.post(f"/histoire/{uid}/coordonnees/", {"details": "06 98 76 54 33"})
    scene.run()
    assert "06 98 76 54 33" in scene.last_to(INES).text
    assert "n’arrive pas à joindre" not in text(giver.get(f"/histoire/{uid}/"))


def test_the_pages_of_strangers_name_no_hidden_side(scene: World, stranger: Client) -> None:
    """R4."""
    scene.send()
    page = text(stranger.get(f"/l/{scene.last_to(INES).token}/pas-moi/"))
    assert not [words for words in OF_MARC if words in page]
