"""R36 on pages: three figures with what is known and assumed, and the member's own choice about their book."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.people.models import AgreedBook, Overlap
from entremise.people.queries import Kind
from tests.cast import World, browser_of, contact_draft, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    monkeypatch.setattr("entremise.web.sphere.now", lambda: it.now)
    return it


@pytest.fixture
def client(there: World) -> Client:
    return browser_of(there.helene)


def read(client: Client, address: str = "/cultiver/sphere/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'").replace("’", "'")
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())


def test_three_figures_say_what_is_known_and_what_is_assumed(there: World, client: Client) -> None:
    clients = {"kinds": frozenset({Kind.CLIENT})}
    paul = there.add(contact_draft("Paul", "Brun", "", "paul@brun.example", **clients))
    there.add(contact_draft("Lise", "Roy", "", "lise@roy.example", met_through=paul.uid, **clients))
    page = read(client)
    assert "Tout le monde, multiplié : 1 000" in page
    assert "4 personnes figurent dans votre carnet." in page
    assert "1, sans passer par un client 1 250 2, par un client 1 250" in page
    assert "Par vos clients, génération après génération : 500" in page
    assert "estimation : environ 910" in page
    assert page.count("Ce qui est su ") == page.count("Ce qui est supposé ") == 3
    assert "Rien encore sur les personnes présentes dans plusieurs carnets" in page


def test_what_was_measured_this_month_is_said_to_be_known(there: World, client: Client) -> None:
    Overlap.objects.create(month=there.now.date().replace(day=1), pool=700, counted_at=there.now)
    page = read(client)
    assert "tirées parmi environ 700" in page
    assert "Rien encore" not in page
    there.now = there.now.replace(month=there.now.month + 1)
    assert "Rien encore" in read(client)


def test_an_empty_book_says_what_to_do_first(there: World) -> None:
    olga = browser_of(member(there).pk)
    assert "Votre sphère commence par une personne" in read(olga)


def test_the_page_takes_the_same_queries_however_long_the_book(there: World, client: Client) -> None:
    def count() -> int:
        client.get("/cultiver/sphere/")
        with CaptureQueriesContext(connection) as taken:
            client.get("/cultiver/sphere/")
        return len(taken)

    few = count()
    for number in range(30):
        there.add(contact_draft("Nom", str(number), "", ""))
    assert count() == few <= 7


def test_ones_book_is_counted_only_where_one_says_so_and_as_long(there: World, client: Client) -> None:
    assert "Votre carnet n'est pas compté." in read(client, "/moi/sphere/")
    for _twice in range(2):
        assert client.post("/moi/sphere/", {"count": "yes"}).status_code == 302
    assert AgreedBook.objects.get().owner_id == there.helene.pk
    assert "Votre carnet est compté, depuis le" in read(client, "/moi/sphere/")
    assert "vous pouvez l'en retirer ici" in read(client)
    for _twice in range(2):
        assert client.post("/moi/sphere/", {"count": "no"}).status_code == 302
    assert not AgreedBook.objects.exists()


def test_a_press_that_says_nothing_agrees_to_nothing(client: Client) -> None:
    client.post("/moi/sphere/", {})
    assert not AgreedBook.objects.exists()
