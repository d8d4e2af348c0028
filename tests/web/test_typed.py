"""What was typed survives the end of a session and a page that grew too old, and goes nowhere else."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from entremise.accounts.queries import MemberCard
from tests.cast import world

pytestmark = pytest.mark.django_db
NOTES = "Rencontrée au salon de Lyon ; « elle rappelle toujours »\n<script>alert(1)</script>"
TYPED = {"given_name": "Olga", "family_name": "Petrova", "notes": NOTES, "kinds": ["client", "colleague"]}
HERE = {"Origin": "http://testserver"}


@pytest.fixture
def giver() -> MemberCard:
    return world().helene


@pytest.fixture
def window() -> Client:
    return Client(enforce_csrf_checks=True)


def enter(window: Client, giver: MemberCard) -> None:
    window.force_login(get_user_model().objects.get(pk=giver.pk))


def fields(page: str) -> dict[str, list[str]]:
    """What the form of a page holds, as a window would send it."""
    (form,) = re.findall(r'<form method="post" action="/contacts/ajouter/".*?</form>', page, re.DOTALL)
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', form, re.DOTALL):
        found.setdefault(unescape(name), []).append(unescape(value))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token
    return {**found, "csrfmiddlewaretoken": [token.group(1)]}


def token(window: Client) -> str:
    page = window.get("/entrer/").content.decode()
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]


def names() -> list[str]:
    return list(apps.get_model("people", "Contact").objects.values_list("given_name", flat=True))


def test_a_form_sent_after_the_session_ended_is_shown_back_and_can_be_sent_after_signing_in(
    window: Client, giver: MemberCard
) -> None:
    answer = window.post("/contacts/ajouter/", {**TYPED, "csrfmiddlewaretoken": token(window)}, headers=HERE)
    assert answer.status_code == 403
    kept = fields(answer.content.decode())
    assert kept["notes"] == [NOTES]
    assert kept["kinds"] == ["client", "colleague"]
    # Signed in in another tab: the protection against forgery is a new one, and the page says so once more.
    enter(window, giver)
    window.cookies["csrftoken"] = "n" * 32
    again = window.post("/contacts/ajouter/", kept, headers=HERE)
    assert again.status_code == 403
    assert fields(again.content.decode())["notes"] == [NOTES]
    done = window.post("/contacts/ajouter/", fields(again.content.decode()), headers=HERE)
    assert done.status_code == 302
    assert "Olga" in names()


def test_what_was_typed_is_in_no_address_and_in_no_table(window: Client, giver: MemberCard) -> None:
    del giver
    answer = window.post("/contacts/ajouter/", {**TYPED, "csrfmiddlewaretoken": token(window)}, headers=HERE)
    assert "Location" not in answer
    page = answer.content.decode()
    assert [address for address in re.findall(r'(?:href|action)="([^"]*)"', page) if "Olga" in unescape(address)] == []
    assert "<script>alert" not in page
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert "Olga" not in repr(kept)
    assert "Olga" not in names()
    assert answer["Cache-Control"] == "no-store, private"


def test_a_form_from_elsewhere_is_not_shown_back(window: Client, giver: MemberCard) -> None:
    """A forger's fields must not be one press away from being sent in somebody's name."""
    enter(window, giver)
    for origin in ({"Origin": "https://ailleurs.example"}, {"Origin": "null"}, {}, {"Sec-Fetch-Site": "cross-site"}):
        answer = window.post("/contacts/ajouter/", TYPED, headers=origin)
        assert answer.status_code == 403
        assert "Petrova" not in answer.content.decode()
    same = window.post("/contacts/ajouter/", TYPED, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Petrova" in same.content.decode()


def test_passwords_codes_and_digits_are_not_shown_back(window: Client, giver: MemberCard) -> None:
    del giver
    secret = {
        "password": "motdepasse-tres-long",
        "new_password1": "motdepasse-tres-long",
        "code": "12345678",
        "digits": "0420",
    }
    answer = window.post("/moi/", {**secret, "name": "Olga", "csrfmiddlewaretoken": token(window)}, headers=HERE)
    page = answer.content.decode()
    assert "Olga" in page
    assert [value for value in secret.values() if value in page] == []


def test_a_file_is_said_not_to_have_stayed(window: Client, giver: MemberCard) -> None:
    del giver
    card = SimpleUploadedFile("carnet.vcf", b"BEGIN:VCARD", "text/vcard")
    form = {"file": card, "note": "du téléphone", "csrfmiddlewaretoken": token(window)}
    page = window.post("/contacts/apporter/", form, headers=HERE).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "VCARD" not in page


def test_a_visitor_who_opens_a_page_is_still_led_to_sign_in_and_back(window: Client, giver: MemberCard) -> None:
    del giver
    assert window.get("/contacts/?q=a")["Location"] == "/entrer/?next=/contacts/%3Fq%3Da"
