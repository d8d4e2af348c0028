"""Silencing mail: one press, no person needed, nothing answered, nobody named (R6, RFC 8058)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from entremise.lib import clock
from entremise.protocol.wall import Seen
from entremise.referrals.actions import answering
from tests.cast import INES, MARC, World, world

pytestmark = pytest.mark.django_db
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    made.send()
    return made


@pytest.fixture
def address(scene: World) -> str:
    header = scene.last_to(INES).message["List-Unsubscribe"]
    return re.sub(r"^<https?://[^/]+|>$", "", header)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def silenced(address: str) -> bool:
    return answering.is_silenced(token=address.split("/")[2])


def test_one_click_works_without_cookie_token_or_redirect(scene: World, address: str) -> None:
    """RFC 8058: the mail program posts, and gets 200."""
    program = Client(enforce_csrf_checks=True)
    for _twice in range(2):
        answer = program.post(address, ONE_CLICK, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
        assert not answer.cookies
        assert silenced(address)


def test_it_answers_nothing(scene: World, address: str) -> None:
    """R6: the request stays as it was, and its link still works."""
    mail = scene.last_to(INES)
    before = scene.page(mail)
    Client().post(address, ONE_CLICK, content_type="application/x-www-form-urlencoded")
    after = scene.page(mail)
    assert before is not None
    assert after is not None
    assert (after.seen, after.deadline, after.may_say_yes) == (Seen.ASKED, before.deadline, True)
    assert after.silenced
    assert "Recevoir à nouveau les courriels" in text(Client().get(f"/l/{mail.token}/"))


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_opening_it_silences_nothing(address: str, method: str) -> None:
    """R6: a scanner that opens the link changes nothing."""
    answer = getattr(Client(), method)(f"{address}?{ONE_CLICK}")
    assert answer.status_code in (200, 405)
    assert not silenced(address)


def test_it_can_be_undone_on_the_same_page(address: str) -> None:
    """R6: reversible."""
    person = Client(enforce_csrf_checks=True)
    quiet = text(person.post(address, {"List-Unsubscribe": "One-Click"}))
    assert 'name="undo"' in quiet
    again = text(person.post(address, {"undo": "1"}))
    assert 'name="List-Unsubscribe"' in again
    assert not silenced(address)


def test_it_names_nobody(address: str) -> None:
    """R4: not the other side, not even the giver or the person themself."""
    person = Client()
    pages = [person.get(address), person.post(address, {"List-Unsubscribe": "One-Click"}), person.get(address)]
    for page in pages:
        for word in ("Hélène", "Vasseur", "Inès", "Moreau", "Marc", "Delaunay", INES, MARC, "entilation"):
            assert word not in text(page)


def test_an_unsealed_link_is_the_one_page_of_nothing(address: str) -> None:
    """R7: neither an unknown uid nor a wrong seal tells anything."""
    uid = address.split("/")[2][:26]
    tokens = ("a" * 58, uid + "a" * 32, uid, "x")
    answers = [Client().get(f"/silence/{token}/") for token in tokens]
    answers += [Client().post(f"/silence/{token}/", {"List-Unsubscribe": "One-Click"}) for token in tokens]
    answers.append(Client().get("/l/zz/"))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not silenced(address)
