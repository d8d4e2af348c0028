"""The first visit: three answers, and the notebook is open."""

from __future__ import annotations

import pytest
from django.test import Client

from entremise.accounts import actions, queries

pytestmark = pytest.mark.django_db
ANSWERS = {"name": "Hélène Marchand", "email": "Helene@example.org", "language": "fr"}


def test_the_welcome_page_says_what_this_is_and_asks_for_three_things() -> None:
    page = Client().get("/bienvenue/", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "notebook" in page.content.decode()
    assert list(page.context["form"].fields) == ["name", "email", "language"]
    assert page.context["form"].initial["language"] == "en"


def test_the_first_visitor_founds_and_is_signed_in_at_once() -> None:
    client = Client()
    answer = client.post("/bienvenue/", ANSWERS)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    owner = queries.by_address("helene@example.org")
    assert owner is not None
    assert owner.is_owner
    assert client.get("/moi/").status_code == 200


def test_once_founded_the_welcome_page_leads_to_sign_in() -> None:
    Client().post("/bienvenue/", ANSWERS)
    late = Client()
    assert late.get("/bienvenue/")["Location"] == "/entrer/"
    assert late.post("/bienvenue/", {**ANSWERS, "email": "ines@example.org"})["Location"] == "/entrer/"
    assert queries.by_address("ines@example.org") is None
    assert "sessionid" not in late.cookies
    assert "entremise_session" not in late.cookies


def test_whoever_loses_the_race_is_led_to_sign_in_and_not_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    Client().post("/bienvenue/", ANSWERS)
    monkeypatch.setattr(queries, "is_fresh", lambda: True)
    loser = Client()
    answer = loser.post("/bienvenue/", {**ANSWERS, "email": "ines@example.org"})
    assert answer["Location"] == "/entrer/"
    assert not loser.cookies
    assert queries.by_address("ines@example.org") is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", "www.example.org"), ("name", ""), ("email", "helene"), ("language", "tlh"), ("name", "H" * 61)],
)
def test_a_mistake_is_explained_beside_its_field_and_nothing_typed_is_lost(field: str, typed: str) -> None:
    page = Client().post("/bienvenue/", {**ANSWERS, field: typed})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert "Helene@example.org" in page.content.decode() or field == "email"
    assert queries.is_fresh()


def test_every_refusal_of_a_name_has_its_own_words() -> None:
    from entremise.web.account import explain

    said = {
        explain(actions.Unsuitable(field, reason))
        for field, reason in [("name", "empty"), ("name", "long"), ("name", "link"), ("email", "unknown")]
    }
    assert len(said) == 4
