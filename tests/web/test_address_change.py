"""Moving to another address, page by page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SeededChance
from tests.accounts.letters import letters
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OLD, NEW = "helene@example.org", "h.marchand@example.net"


@pytest.fixture
def helene() -> MemberCard:
    return actions.found(name="Hélène", email=OLD, language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(helene: MemberCard) -> Client:
    signed_in = browser_of(helene)
    actions.begin_visit(
        member_pk=helene.pk,
        session_key=signed_in.session.session_key or "",
        browser="",
        system="",
        now=clock.now(),
        chance=SeededChance(9),
    )
    return signed_in


def moved(client: Client) -> str:
    """Move the member; return the path of the link that undoes it."""
    assert client.post("/moi/adresse/", {"email": NEW})["Location"] == "/moi/adresse/code/"
    (sent,) = letters(clock.now())
    code = re.search(r"\d{4} \d{4}", sent.text)
    assert code is not None
    assert client.post("/moi/adresse/code/", {"code": code.group()})["Location"] == "/moi/"
    (told,) = letters(clock.now())
    path = re.search(r"/adresse/\w+/", told.text)
    assert path is not None
    return path.group()


def address(member: MemberCard) -> str:
    kept = queries.by_pk(member.pk)
    assert kept is not None
    return kept.email


def test_a_code_sent_to_the_new_address_moves_the_member_who_stays_signed_in(
    client: Client, helene: MemberCard
) -> None:
    moved(client)
    assert address(helene) == NEW
    assert NEW in client.get("/moi/").content.decode()


def test_a_wrong_code_is_explained(client: Client, helene: MemberCard) -> None:
    client.post("/moi/adresse/", {"email": NEW})
    page = client.post("/moi/adresse/code/", {"code": "0000 0000"})
    assert page.context["form"].errors["code"]
    assert address(helene) == OLD


def test_the_page_for_the_code_needs_a_change_that_waits(client: Client) -> None:
    assert client.get("/moi/adresse/code/")["Location"] == "/moi/adresse/"


def test_nobody_learns_whose_the_new_address_is(client: Client, helene: MemberCard) -> None:
    actions.enrol(name="Inès", email="ines@example.net", language="fr", now=NOW, chance=SeededChance(2))
    pages: list[Any] = []
    for email in ("ines@example.net", "nina@example.net"):
        answer = client.post("/moi/adresse/", {"email": email})
        page = client.get("/moi/adresse/code/").content.decode().replace(email, "ADDRESS")
        pages.append((answer["Location"], re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)))
    assert pages[0] == pages[1]
    assert [letter.to for letter in letters(clock.now())] == ["nina@example.net"]


def test_the_old_address_undoes_it_by_an_act_and_every_session_ends(client: Client, helene: MemberCard) -> None:
    undo = moved(client)
    reader = Client()
    page = reader.get(undo)
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert NEW not in page.content.decode()
    assert address(helene) == NEW, "a look undoes nothing"
    assert reader.post(undo).status_code == 200
    assert address(helene) == OLD
    assert client.get("/moi/").status_code == 302
    assert reader.get(undo).status_code == 404


def test_a_link_that_undoes_nothing_says_so(client: Client) -> None:
    for answer in (Client().get(f"/adresse/{'a' * 32}/"), Client().post(f"/adresse/{'a' * 32}/")):
        assert answer.status_code == 404


@pytest.mark.parametrize("typed", [OLD, "helene", ""])
def test_an_address_that_is_none_or_the_same_is_explained(client: Client, typed: str) -> None:
    assert client.post("/moi/adresse/", {"email": typed}).context["form"].errors["email"]
