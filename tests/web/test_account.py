"""My pages: the index, how a member signs and reads, and what is sent to them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib.chance import SeededChance
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def owner() -> MemberCard:
    return actions.found(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(owner: MemberCard) -> Client:
    return browser_of(owner)


def answers(**changed: str) -> dict[str, str]:
    usual = {"name": "Hélène", "company": "", "trade": "", "language": "fr", "time_zone": "Europe/Paris"}
    return {**usual, **changed}


def test_what_a_member_writes_is_kept_and_said_in_the_language_they_chose(client: Client, owner: MemberCard) -> None:
    trade = trades.all_trades()[0].key
    page = client.post(
        "/moi/identite/",
        answers(company="Cabinet M", trade=trade, language="en", time_zone="America/Toronto"),
        follow=True,
    )
    kept = queries.by_pk(owner.pk)
    assert kept is not None
    assert (kept.company, kept.trade, kept.language) == ("Cabinet M", trade, "en")
    assert kept.time_zone == "America/Toronto"
    assert "Your page is up to date." in page.content.decode()
    assert '<html lang="en"' in page.content.decode()


def test_a_zone_that_is_not_offered_is_kept_when_a_member_has_it(client: Client, owner: MemberCard) -> None:
    actions.edit_profile(member_pk=owner.pk, **answers(time_zone="Asia/Tokyo"))
    assert 'value="Asia/Tokyo" selected' in client.get("/moi/identite/").content.decode()
    client.post("/moi/identite/", answers(name="Hélène M.", time_zone="Asia/Tokyo"))
    kept = queries.by_pk(owner.pk)
    assert kept is not None
    assert (kept.name, kept.time_zone) == ("Hélène M.", "Asia/Tokyo")


@pytest.mark.parametrize(("law", "first"), [("fr", "Europe/Paris"), ("ca", "America/Toronto")])
def test_the_zones_of_canada_and_of_overseas_france_are_offered_those_of_the_law_first(
    client: Client, settings: Any, law: str, first: str
) -> None:
    settings.ENTREMISE = replace(settings.ENTREMISE, law=law)
    page = client.get("/moi/identite/").content.decode()
    chooser = page[page.index('name="time_zone"') :].partition("</select>")[0]
    offered = dict(re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', chooser))
    assert next(iter(offered)) == first
    named = {
        "America/St_Johns": "Saint-Jean",
        "America/Halifax": "Halifax",
        "America/Moncton": "Moncton",
        "America/Winnipeg": "Winnipeg",
        "America/Regina": "Regina",
        "America/Edmonton": "Calgary",
        "America/Vancouver": "Vancouver",
        "America/Martinique": "Guadeloupe",
        "Pacific/Wallis": "Wallis",
        "Pacific/Marquesas": "Marquises",
        "Pacific/Gambier": "Gambier",
    }
    assert {zone: word for zone, word in named.items() if word not in offered.get(zone, "")} == {}
    assert {zone for zone in offered if ZoneInfo(zone).key != zone} == set()
    assert 'value="Europe/Paris" selected' in chooser


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", "www.example.org"), ("company", "exemple.com"), ("trade", "no-such"), ("time_zone", "Asia/Tokyo")],
)
def test_what_cannot_be_kept_is_explained_beside_its_field(
    client: Client, owner: MemberCard, field: str, typed: str
) -> None:
    page = client.post("/moi/identite/", answers(**{field: typed}))
    assert list(page.context["form"].errors) == [field]
    assert queries.by_pk(owner.pk) == owner


def test_my_page_takes_a_fixed_number_of_queries(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]  # the session and the member
        client.get("/moi/identite/")


def test_every_trade_of_the_list_is_offered_under_both_its_french_names(client: Client) -> None:
    page = client.get("/moi/identite/").content.decode()
    assert all(f'value="{trade.key}"' in page for trade in trades.all_trades())
    assert "plombier / plombière" in page


def test_my_page_leads_to_each_of_my_pages(client: Client) -> None:
    page = client.get("/moi/").content.decode()
    own = ("identite", "fiche", "adresse", "preferences", "securite", "invitations")
    assert all(f'href="/moi/{name}/"' in page for name in own)


def test_my_page_takes_a_fixed_number_of_queries_too(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]  # the session and the member
        client.get("/moi/")


def test_what_is_sent_and_when_is_mine_to_choose(client: Client, owner: MemberCard) -> None:
    shown = client.get("/moi/preferences/").content.decode()
    assert '<option value="7" selected>7\xa0h</option>' in shown.replace("&nbsp;", "\xa0")
    answer = client.post("/moi/preferences/", {"digest_hour": "18", "review_on": "on", "mails": ["word"]})
    assert answer["Location"] == "/moi/"
    kept = queries.by_pk(owner.pk)
    assert kept is not None
    assert (kept.digest_on, kept.review_on, kept.digest_hour) == (False, True, 18)
    assert kept.mails == frozenset({"word"})


def test_everything_can_be_switched_off_at_once(client: Client, owner: MemberCard) -> None:
    client.post("/moi/preferences/", {"digest_hour": "7"})
    kept = queries.by_pk(owner.pk)
    assert kept is not None
    assert (kept.digest_on, kept.review_on, kept.mails) == (False, False, frozenset())


@pytest.mark.parametrize("typed", [{"digest_hour": "24"}, {"digest_hour": "7", "mails": ["question"]}, {}])
def test_no_choice_beyond_those_offered_is_kept(client: Client, owner: MemberCard, typed: dict[str, object]) -> None:
    page = client.post("/moi/preferences/", typed)
    assert page.status_code == 422
    assert queries.by_pk(owner.pk) == owner
