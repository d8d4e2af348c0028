"""Who may open a view, and in which language and zone it speaks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone, translation

from entremise.accounts import actions
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.web import access
from tests.cast import browser_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def page(request: HttpRequest) -> HttpResponse:
    member = getattr(request, "member", "untouched")
    name = member.name if isinstance(member, MemberCard) else member
    return HttpResponse(f"{name}|{translation.get_language()}|{timezone.get_current_timezone_name()}")


urlpatterns = [
    path("membres/", access.members_only(page)),
    path("proprietaire/", access.owner_only(page)),
    path("tous/", access.everybody(page)),
    path("lien/", access.strangers(page)),
    path("machine/", access.machines(page)),
    path("", include("entremise.web.urls")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def owner() -> MemberCard:
    return actions.found(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def other(owner: MemberCard) -> MemberCard:
    return actions.enrol(name="Inès", email="ines@example.org", language="en", now=NOW, chance=SeededChance(2))


def signed_in(member: MemberCard) -> Client:

    return browser_of(member)


def test_every_view_says_who_it_is_for() -> None:
    wanted = {
        access.members_only: access.Audience.MEMBERS,
        access.owner_only: access.Audience.OWNER,
        access.everybody: access.Audience.EVERYBODY,
        access.strangers: access.Audience.STRANGERS,
        access.machines: access.Audience.MACHINES,
    }
    assert {guard: guard(page).audience for guard in wanted} == wanted


def test_a_visitor_is_sent_to_sign_in_and_will_come_back(owner: MemberCard) -> None:
    answer = Client().get("/membres/?page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/entrer/?next=/membres/%3Fpage%3D2"
    assert Client().get("/proprietaire/").status_code == 302


def test_members_come_in_as_themselves(owner: MemberCard, other: MemberCard) -> None:
    assert signed_in(owner).get("/membres/").content.decode() == "Hélène|fr|Europe/Paris"
    assert signed_in(other).get("/membres/").content.decode() == "Inès|en|Europe/London"
    assert signed_in(owner).get("/tous/").content.decode().startswith("Hélène|")


def test_the_owners_pages_do_not_exist_for_other_members(owner: MemberCard, other: MemberCard) -> None:
    assert signed_in(owner).get("/proprietaire/").status_code == 200
    assert signed_in(other).get("/proprietaire/").status_code == 404


def test_everybody_may_be_nobody(owner: MemberCard) -> None:
    assert Client().get("/tous/").content.decode() == "None|fr|UTC"


@pytest.mark.parametrize("address", ["/membres/", "/proprietaire/", "/tous/", "/entrer/", "/"])
def test_a_fresh_installation_welcomes_whoever_comes(address: str) -> None:
    assert Client().get(address)["Location"] == "/bienvenue/"


def test_a_link_opens_without_session_cookie_or_referrer(owner: MemberCard, django_assert_num_queries: object) -> None:
    client = Client(enforce_csrf_checks=True)
    with django_assert_num_queries(0):  # type: ignore[operator]
        answers = [client.get("/lien/"), client.post("/lien/")]
    for answer in answers:
        assert answer.content.decode() == "untouched|fr|UTC"
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Cookie" not in answer["Vary"]


def test_a_machine_reads_without_session_cookie_or_cache(owner: MemberCard, django_assert_num_queries: object) -> None:
    client = signed_in(owner)
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = client.get("/machine/")
    assert answer.content.decode() == "untouched|fr|UTC"
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert "Cookie" not in answer["Vary"]
    assert client.post("/machine/").status_code == 405


def test_a_link_opens_on_a_fresh_installation_too() -> None:
    assert Client().get("/lien/").status_code == 200


def test_members_pages_refuse_a_form_sent_from_elsewhere(owner: MemberCard) -> None:
    client = signed_in(owner)
    client.handler.enforce_csrf_checks = True
    assert client.post("/membres/").status_code == 403


@pytest.mark.parametrize(
    ("query", "header", "spoken"),
    [
        ("", "", "fr"),
        ("", "en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("", "de,it;q=0.5", "fr"),
        ("", "fr-CH", "fr"),
        ("", "\x00;;q=oops,", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=../../etc", "en", "en"),
        ("?lang=tlh", "", "fr"),
    ],
)
def test_a_stranger_is_spoken_to_in_the_language_they_ask_for(query: str, header: str, spoken: str) -> None:
    with override_settings(LANGUAGE_CODE="fr"):
        answer = Client().get(f"/lien/{query}", headers={"Accept-Language": header})
    assert answer.content.decode().split("|")[1] == spoken
    assert answer["Content-Language"] == spoken
    assert "Accept-Language" in answer["Vary"]


def test_a_members_language_wins_over_the_browsers_and_ends_with_the_request(other: MemberCard) -> None:
    before = translation.get_language()
    answer = signed_in(other).get("/membres/?lang=fr", headers={"Accept-Language": "fr"})
    assert answer.content.decode().split("|")[1] == answer["Content-Language"] == "en"
    assert translation.get_language() == before
    assert timezone.get_current_timezone_name() == "UTC"


def test_somebody_made_inactive_is_a_visitor_at_once(owner: MemberCard, other: MemberCard) -> None:
    from django.contrib.auth import get_user_model

    client = signed_in(other)
    get_user_model().objects.filter(pk=other.pk).update(is_active=False)
    assert client.get("/membres/").status_code == 302
