"""Signing in with a code sent by mail: through the outbox, for members only, telling nobody who is one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.accounts import actions
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SeededChance
from entremise.lib.mail import Letter
from entremise.outbox import actions as outbox
from entremise.outbox.models import Message
from entremise.worker.jobs import RENDERERS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MEMBER, STRANGER = "helene@example.org", "olga.x@example.org"


@pytest.fixture(autouse=True)
def owner() -> MemberCard:
    cache.clear()
    return actions.found(name="Hélène", email=MEMBER, language="fr", now=NOW, chance=SeededChance(1))


def letters() -> list[Letter]:
    """Everything the worker would send now."""
    found = []
    while claimed := outbox.claim(
        now=clock.now(), lease=timedelta(minutes=5), renderers=RENDERERS, chance=SeededChance(7)
    ):
        found.append(claimed.letter)
    return found


def code_in(letter: Letter) -> str:
    digits = re.search(r"\d{4} \d{4}", letter.text)
    assert digits is not None
    return digits.group()


def ask(client: Client, email: str = MEMBER, query: str = "") -> Any:
    return client.post(f"/entrer/{query}", {"email": email})


def give(client: Client, code: str, query: str = "") -> Any:
    return client.post(f"/entrer/code/{query}", {"code": code, "action": "verify"})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_member_comes_in_with_the_code_from_the_mail_and_lands_where_they_were_going() -> None:
    client = Client()
    assert ask(client, query="?next=/moi/")["Location"] == "/entrer/code/?next=%2Fmoi%2F"
    (letter,) = letters()
    assert letter.to == MEMBER
    answer = give(client, code_in(letter), "?next=/moi/")
    assert (answer.status_code, answer["Location"]) == (302, "/moi/")
    assert is_in(client)


def test_the_code_may_be_typed_with_or_without_its_space_and_the_address_in_any_case() -> None:
    client = Client()
    ask(client, "HELENE@Example.org")
    give(client, code_in(letters()[0]).replace(" ", ""))
    assert is_in(client)


def test_nobody_is_led_to_another_site() -> None:
    client = Client()
    ask(client, query="?next=https://evil.example/")
    answer = give(client, code_in(letters()[0]), "?next=https://evil.example/")
    assert answer["Location"] == "/"


def test_a_wrong_code_is_explained_and_the_right_one_still_serves() -> None:
    client = Client()
    ask(client)
    page = give(client, "0000 0000")
    assert page.status_code == 200
    assert page.context["verify_form"].errors["code"]
    assert not is_in(client)
    give(client, code_in(letters()[0]))
    assert is_in(client)


def test_after_three_wrong_codes_even_the_right_one_is_refused() -> None:
    client = Client()
    ask(client)
    for _ in range(3):
        answer = give(client, "0000 0000")
    assert answer["Location"] == "/entrer/"
    give(client, code_in(letters()[0]))
    assert not is_in(client)


def test_a_code_serves_in_the_window_that_asked_for_it_only() -> None:
    ask(Client())
    thief = Client()
    ask(thief)
    first, second = letters()
    assert code_in(first) != code_in(second)
    give(thief, code_in(first))
    assert not is_in(thief)


def test_another_code_can_be_sent_and_replaces_the_first() -> None:
    client = Client()
    ask(client)
    (first,) = letters()
    client.post("/entrer/code/", {"action": "resend"})
    assert client.get("/entrer/code/").context["resent"]
    (second,) = letters()
    give(client, code_in(first))
    assert not is_in(client)
    give(client, code_in(second))
    assert is_in(client)


def test_an_unknown_address_gets_the_same_pages_and_no_mail() -> None:
    """No page, header, cookie or wrong code tells who is a member."""
    seen = []
    for email in (MEMBER, STRANGER):
        client = Client()
        shown = [ask(client, email), client.get("/entrer/code/"), give(client, "0000 0000")]
        shown += [client.post("/entrer/code/", {"action": "resend"}), client.get("/entrer/code/")]
        seen.append([_without_tokens(answer, email) for answer in shown])
    assert seen[0] == seen[1]
    assert {letter.to for letter in letters()} == {MEMBER}


def test_an_unknown_address_costs_as_many_queries() -> None:
    ask(Client(), "warm@example.org")
    counts = []
    for email in (MEMBER, STRANGER):
        with CaptureQueriesContext(connection) as taken:
            ask(Client(), email)
        counts.append(len(taken))
    assert counts[0] == counts[1]


def _without_tokens(answer: Any, email: str) -> tuple[int, dict[str, str], list[str], str]:
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    # Expires is the very second of the answer, which may be another one for each: it is "now" for both.
    if "Expires" in headers:
        headers["Expires"] = "now" if _past(headers["Expires"]) else "later"
    return answer.status_code, headers, sorted(answer.cookies), body.replace(email, "ADDRESS")


def _past(date: str) -> bool:
    return parsedate_to_datetime(date) <= clock.now()


def test_neither_the_code_nor_the_address_waits_in_the_outbox() -> None:
    ask(Client())
    row = Message.objects.get()
    (letter,) = letters()
    assert MEMBER not in str(row.payload) + row.key
    assert code_in(letter).replace(" ", "") not in str(row.payload) + row.key


def test_whoever_asks_again_and_again_sees_the_same_page_and_waits_longer_for_each_mail_member_or_not() -> None:
    """Nobody is told to go away: the mails come more slowly, and the codes that were sent still open."""
    first = Client()
    for email in (MEMBER, STRANGER):
        ask(first if email == MEMBER else Client(), email)
        pages = [ask(Client(), email) for _ in range(9)]
        assert {page.status_code for page in pages} == {302}
    sent = letters()
    assert [letter.to for letter in sent] == [MEMBER] * 4
    give(first, code_in(sent[0]))
    assert is_in(first)


def test_after_the_pause_another_code_leaves() -> None:
    start, chance = clock.now(), SeededChance(3)
    counts = []
    for minutes in (0, 0, 0, 0, 0.5, 1.1, 2, 3.2, 5, 8.3, 17, 18.4, 28.5):
        actions.send_sign_in_code(
            email=MEMBER, ticket=f"t{len(counts)}", now=start + timedelta(minutes=minutes), chance=chance
        )
        counts.append(Message.objects.count())
    assert counts == [1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9]


def test_the_page_for_the_code_needs_a_code_that_was_asked_for() -> None:
    assert Client().get("/entrer/code/")["Location"] == "/entrer/"


def test_signing_out_is_an_act_and_ends_the_session() -> None:
    client = Client()
    ask(client)
    give(client, code_in(letters()[0]))
    assert client.get("/sortir/").status_code == 405
    assert is_in(client)
    assert client.post("/sortir/")["Location"] == "/entrer/"
    assert not is_in(client)


def test_the_session_cookie_is_kept_from_scripts_and_other_sites() -> None:
    client = Client()
    ask(client)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) is settings.ENTREMISE_SITE_URL.startswith("https:")


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/signup/", "/signup/", "/password/reset/", "/email/"]
)
def test_no_other_door_is_open(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_the_mail_says_as_long_as_the_page_accepts_the_code() -> None:
    assert timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT) == actions.CODE_LIFE
