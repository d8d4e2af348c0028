"""The veil as a picture and the story as a rail: drawn from what the wall hands out, with words beside (R4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from entremise.lib import clock
from entremise.web.story_moments import Told
from entremise.web.templatetags.prose import whole_words
from entremise.web.veil import Face
from tests.cast import INES, MARC, World, world
from tests.web.link_pages import OF_MARC, address, text


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def faces(page: str) -> list[str]:
    return re.findall(r'<li class="(face[^"]*)">', page)


def test_a_figure_under_a_veil_has_no_initial() -> None:
    drawn = render_to_string("parts/veil.html", {"faces": [Face(name="Marc Delaunay", role="client", veiled=True)]})
    assert ">M<" not in drawn
    assert 'class="drape"' in drawn


def test_a_veil_that_lifts_is_drawn_once_more_and_rolled_up() -> None:
    lifted = Face(name="Inès Moreau", role="receveuse", raised=True, lifts=True)
    known = Face(name="Inès Moreau", role="receveuse", raised=True)
    lifting, raised = (render_to_string("parts/veil.html", {"faces": [face]}) for face in (lifted, known))
    assert ["drape" in lifting, "hem" in lifting, ">I<" in lifting] == [True, True, True]
    assert ["drape" in raised, "hem" in raised, ">I<" in raised] == [False, True, True]


@pytest.mark.django_db
def test_a_receiver_sees_themself_the_giver_and_a_veil(scene: World) -> None:
    """R4: the picture of a request is the one of its reader."""
    scene.send()
    page = text(Client().get(address(scene.last_to(INES))))
    assert faces(page) == ["face", "face", "face veiled"]
    assert [word for word in OF_MARC if word in page] == []


@pytest.mark.django_db
def test_the_veil_over_the_receiver_lifts_for_the_client_with_the_name(scene: World) -> None:
    """R4, R5: asked in principle a veil; asked with the name none."""
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    principle = scene.last_to(MARC)
    assert faces(text(Client().get(address(principle)))) == ["face", "face", "face veiled"]
    scene.yes(principle).wait(minutes=15)
    assert faces(text(Client().get(address(scene.last_to(MARC))))) == ["face", "face", "face raised lifts"]


@pytest.mark.django_db
def test_after_the_introduction_the_picture_opens_with_the_digits_only(scene: World) -> None:
    """R4, R18."""
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert faces(text(Client().get(address(mail)))) == []
    assert faces(text(Client().post(address(mail), {"digits": mail.digits}))) == ["face", "face", "face raised lifts"]


def test_moments_of_one_day_stand_under_one_heading() -> None:
    moments = [
        Told(when=datetime(2026, 3, day, hour, tzinfo=UTC), said=f"{day} {hour}")
        for day, hour in ((4, 9), (3, 18), (3, 8))
    ]
    with translation.override("fr"):
        drawn = render_to_string("parts/rail.html", {"moments": moments})
    assert re.findall(r"<h3>([^<]+)</h3>", drawn) == ["mercredi 4 mars", "mardi 3 mars"]
    assert re.findall(r'<p class="said">([^<]+)</p>', drawn) == ["4 9", "3 18", "3 8"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Êtes-vous d’accord ?", '<span class="whole">Êtes-vous</span> d’accord ?'),
        ("Un mot", "Un mot"),
        ("<i>dit-il", '<span class="whole">&lt;i&gt;dit-il</span>'),
        ("Saint-Symphorien-de-Mahun-les-Bains", "Saint-Symphorien-de-Mahun-les-Bains"),
    ],
)
def test_a_title_never_breaks_inside_a_short_word_with_a_hyphen(title: str, shown: str) -> None:
    assert whole_words(title) == shown
