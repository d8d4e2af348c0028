"""The other ways in: a password, a passkey, the second proof; and where the limits count from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as ours
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings
from fido2.cose import ES256

from entremise.accounts import actions, queries
from entremise.accounts.models import SecondFactor
from entremise.accounts.queries import MemberCard
from entremise.lib import clock, one_time
from entremise.lib.chance import SeededChance
from entremise.outbox.models import Message
from entremise.web.sign_in import Doorkeeper
from tests.cast import browser_of
from tests.web.authenticator import Authenticator

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MEMBER, GOOD = "helene@example.org", "cerise tabouret nuage"
KEY = "/entrer/cle/"


@pytest.fixture(autouse=True)
def quick_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def helene() -> MemberCard:
    owner = actions.found(name="Hélène", email=MEMBER, language="fr", now=NOW, chance=SeededChance(1))
    actions.set_password(member_pk=owner.pk, password=GOOD, now=NOW, chance=SeededChance(2))
    return owner


@pytest.fixture
def careful(helene: MemberCard) -> MemberCard:
    """Hélène, who wants a second proof."""
    now = clock.now() - timedelta(minutes=5)
    actions.begin_second(member_pk=helene.pk, now=now, chance=SeededChance(3))
    actions.confirm_second(member_pk=helene.pk, digits=app(now), now=now, chance=SeededChance(4))
    return helene


def app(now: datetime) -> str:
    secret = queries.app_secret(SecondFactor.objects.get().uid)
    return one_time.digits_of(secret, counter=one_time.counter_at(now))


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def with_password(client: Client, password: str = GOOD, email: str = MEMBER, **more: str) -> Any:
    return client.post("/entrer/mot-de-passe/", {"email": email, "password": password, **more})


def test_a_password_opens_and_leads_where_one_was_going(helene: MemberCard) -> None:
    client = Client()
    assert with_password(client, next="/moi/")["Location"] == "/moi/"
    assert is_in(client)


def test_nobody_is_led_to_another_site(helene: MemberCard) -> None:
    assert with_password(Client(), next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(helene: MemberCard) -> None:
    pages = []
    for email in (MEMBER, "olga@example.org"):
        client = Client()
        page = with_password(client, "faux", email)
        assert not is_in(client)
        pages.append((page.status_code, page.context["form"].errors.as_json()))
    assert pages[0] == pages[1]
    assert pages[0][0] == 200


def test_what_was_typed_as_a_password_is_never_shown_again(helene: MemberCard) -> None:
    assert "faux-mot" not in with_password(Client(), "faux-mot").content.decode()


def test_the_sign_in_page_offers_the_code_first_then_the_password_then_the_passkey(helene: MemberCard) -> None:
    page = Client().get("/entrer/?next=/moi/").content.decode()
    places = [
        page.index(part) for part in ('name="email"', "/entrer/mot-de-passe/?next=/moi/", 'action="/entrer/cle/"')
    ]
    assert places == sorted(places)


def test_a_second_proof_is_asked_for_after_a_password(careful: MemberCard) -> None:
    client = Client()
    assert with_password(client)["Location"] == "/entrer/second/"
    assert not is_in(client)
    assert client.get("/moi/").status_code == 302
    page = client.post("/entrer/second/", {"code": "000000"})
    assert page.context["form"].errors["code"]
    client.post("/entrer/second/", {"code": app(clock.now())})
    assert is_in(client)


def test_an_emergency_code_stands_for_the_app(careful: MemberCard) -> None:
    client, code = Client(), queries.recovery_codes(careful.pk)[0]
    with_password(client)
    client.post("/entrer/second/", {"code": code})
    assert is_in(client)
    again = Client()
    with_password(again)
    again.post("/entrer/second/", {"code": code})
    assert not is_in(again)


def test_a_second_proof_is_asked_for_after_a_code_by_mail(careful: MemberCard) -> None:
    client = Client()
    client.post("/entrer/", {"email": MEMBER})
    ticket = Message.objects.get(job=actions.ACCOUNT_MAIL).payload["ticket"]
    answer = client.post("/entrer/code/", {"code": actions.sign_in_code(str(ticket)), "action": "verify"})
    assert answer["Location"] == "/entrer/second/"
    assert not is_in(client)


def test_the_page_for_the_second_proof_needs_a_first_one(careful: MemberCard) -> None:
    assert Client().get("/entrer/second/")["Location"] == "/entrer/"


# -- passkeys ---------------------------------------------------------------------------------------


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(origin="http://entremise.test", key=ES256)


def signed_in(member: MemberCard) -> Client:
    client = Client()
    with_password(client)
    assert is_in(client)
    return client


def brought(client: Client, device: Authenticator, name: str = "Téléphone") -> Any:
    question = client.get("/moi/securite/cles/question/").json()
    return client.post("/moi/securite/cles/ajouter/", {"name": name, "answer": json.dumps(device.create(question))})


def opened(client: Client, device: Authenticator, **more: str) -> Any:
    question = client.get(KEY, headers={"Accept": "application/json"}).json()
    return client.post(KEY, {"answer": json.dumps(device.get(question)), **more})


def test_a_passkey_opens_without_an_address_a_code_or_a_second_proof(helene: MemberCard, device: Authenticator) -> None:
    assert brought(signed_in(helene), device)["Location"] == "/moi/securite/"
    actions.begin_second(member_pk=helene.pk, now=NOW, chance=SeededChance(3))
    actions.confirm_second(member_pk=helene.pk, digits=app(NOW), now=NOW, chance=SeededChance(4))
    visitor = Client()
    assert opened(visitor, device, next="/moi/")["Location"] == "/moi/"
    assert is_in(visitor)
    (key,) = queries.ways_in(helene.pk).keys
    assert key.name == "Téléphone"
    assert key.used_on == helene.today(clock.now())


def test_an_answer_serves_once_and_for_its_own_question(helene: MemberCard, device: Authenticator) -> None:
    brought(signed_in(helene), device)
    visitor = Client()
    question = visitor.get(KEY, headers={"Accept": "application/json"}).json()
    answer = json.dumps(device.get(question))
    other = Client()
    other.get(KEY, headers={"Accept": "application/json"})
    assert other.post(KEY, {"answer": answer})["Location"] == "/entrer/"
    assert not is_in(other)
    visitor.post(KEY, {"answer": answer})
    assert is_in(visitor)
    visitor.post("/sortir/")
    visitor.post(KEY, {"answer": answer})
    assert not is_in(visitor)


def test_an_answer_made_for_another_site_or_without_its_owner_opens_nothing(
    helene: MemberCard, device: Authenticator
) -> None:
    brought(signed_in(helene), device)
    for changed in ({"origin": "http://evil.example"}, {"verified": False}, {"broken": True}):
        visitor = Client()
        question = visitor.get(KEY, headers={"Accept": "application/json"}).json()
        visitor.post(KEY, {"answer": json.dumps(device.get(question, **changed))})
        assert not is_in(visitor), changed


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", "{}", '{"id": 3}', '{"rawId": "é", "response": {}}', "{" * 99, "[" * 9999]
)
def test_nonsense_is_answered_kindly(helene: MemberCard, answer: str) -> None:
    visitor, member = Client(), signed_in(helene)
    visitor.get(KEY, headers={"Accept": "application/json"})
    assert visitor.post(KEY, {"answer": answer})["Location"] == "/entrer/"
    member.get("/moi/securite/cles/question/")
    page = member.post("/moi/securite/cles/ajouter/", {"name": "x", "answer": answer})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert queries.ways_in(helene.pk).keys == ()


def test_a_passkey_removed_opens_nothing_any_more(helene: MemberCard, device: Authenticator) -> None:
    client = signed_in(helene)
    brought(client, device)
    (key,) = queries.ways_in(helene.pk).keys
    client.post(f"/moi/securite/cles/{key.uid}/", {"remove": "1"})
    visitor = Client()
    opened(visitor, device)
    assert not is_in(visitor)


def test_a_passkey_is_its_owners_to_name_and_remove(helene: MemberCard, device: Authenticator) -> None:
    brought(signed_in(helene), device)
    (key,) = queries.ways_in(helene.pk).keys
    ines = actions.enrol(name="Inès", email="ines@example.org", language="fr", now=NOW, chance=SeededChance(8))
    other = browser_of(ines)
    assert other.get(f"/moi/securite/cles/{key.uid}/").status_code == 404
    assert other.post(f"/moi/securite/cles/{key.uid}/", {"remove": "1"}).status_code == 404
    client = signed_in(helene)
    client.post(f"/moi/securite/cles/{key.uid}/", {"name": "Ordinateur"})
    assert [one.name for one in queries.ways_in(helene.pk).keys] == ["Ordinateur"]


def test_the_question_names_nobody_and_is_for_scripts_only(helene: MemberCard, device: Authenticator) -> None:
    brought(signed_in(helene), device)
    question = Client().get(KEY, headers={"Accept": "application/json"})
    assert helene.uid not in question.content.decode()
    assert "allowCredentials" not in question.json()["publicKey"]
    assert Client().get(KEY, headers={"Accept": "text/html"})["Location"] == "/entrer/"


# -- where a request comes from ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hops", "header", "seen"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.9, 203.0.113.7, 192.0.2.8", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_behind_a_proxy_the_limits_count_visitors_and_nobody_chooses_where_they_come_from(
    hops: int, header: str, seen: str
) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header}, REMOTE_ADDR="192.0.2.1")
    with override_settings(ENTREMISE=replace(ours.ENTREMISE, trusted_proxies=hops)):
        assert Doorkeeper(request).get_client_ip(request) == seen
