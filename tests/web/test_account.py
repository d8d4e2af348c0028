"""My page: how a member signs, and in which language and zone they read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.accounts import actions, queries
from entremise.accounts.queries import MemberCard
from entremise.catalogue import trades
from entremise.lib.chance import SeededChance

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def owner() -> MemberCard:
    return actions.found(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(owner: MemberCard) -> Client:
    signed_in = Client()
    signed_in.force_login(get_user_model().objects.get(pk=owner.pk))
    return signed_in


def answers(**changed: str) -> dict[str, str]:
    usual = {"name": "Hélène", "company": "", "trade": "", "language": "fr", "time_zone": "Europe/Paris"}
    return {**usual, **changed}


def test_what_a_member_writes_is_kept_and_said_in_the_language_they_chose(client: Client, owner: MemberCard) -> None:
    trade = trades.all_trades()[0].key
    page = client.post(
        "/moi/",
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
    assert 'value="Asia/Tokyo" selected' in client.get("/moi/").content.decode()
    client.post("/moi/", answers(name="Hélène M.", time_zone="Asia/Tokyo"))
    kept = queries.by_pk(owner.pk)
    assert kept is not None
    assert (kept.name, kept.time_zone) == ("Hélène M.", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", "www.example.org"), ("company", "exemple.com"), ("trade", "no-such"), ("time_zone", "Asia/Tokyo")],
)
def test_what_cannot_be_kept_is_explained_beside_its_field(
    client: Client, owner: MemberCard, field: str, typed: str
) -> None:
    page = client.post("/moi/", answers(**{field: typed}))
    assert list(page.context["form"].errors) == [field]
    assert queries.by_pk(owner.pk) == owner


def test_my_page_takes_a_fixed_number_of_queries(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]  # the session and the member
        client.get("/moi/")


def test_every_trade_of_the_list_is_offered_under_both_its_french_names(client: Client) -> None:
    page = client.get("/moi/").content.decode()
    assert all(f'value="{trade.key}"' in page for trade in trades.all_trades())
    assert "plombier / plombière" in page
