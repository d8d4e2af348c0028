"""What small attentions make due shows at home in one line, and on the page about farming room by room (R24, R25)."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import attentions as acts
from entremise.people.actions import bonds
from entremise.people.queries import ContactCard, ContactDraft, attentions
from entremise.people.queries.turns import Turns, turns
from entremise.protocol.attention import Occasion, Turn, Wish, card_year, cards_in_season
from entremise.protocol.policy import Policy
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
POLICY = Policy()
CHANCE = SeededChance(5)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Helene", email="helene@helene.example", language="en", now=NOW, chance=SeededChance(2))


@pytest.fixture
def client(helene: MemberCard, monkeypatch: pytest.MonkeyPatch) -> Client:
    at(NOW, monkeypatch)
    return browser_of(helene.pk)


def at(when: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: when)
    for door in ("home", "cultivating", "bonds"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: when)


def knows(owner: MemberCard, name: str, *kinds: str, on: date = TODAY - 20 * DAY, met_on: date | None = None) -> Any:
    draft = ContactDraft(given_name=name, met_on=met_on)
    card = book.add_contact(owner_pk=owner.pk, draft=draft, now=NOW, chance=CHANCE)
    for kind in kinds:
        bonds.remember(
            owner_pk=owner.pk, contact_pk=card.pk, kind=kind, on=on, now=NOW, policy=POLICY, chance=CHANCE
        )  # fmt: skip
    return card


def plan(card: ContactCard, *, starts_at: datetime, now: datetime = NOW) -> None:
    acts.plan_lunch(
        owner_pk=card.owner_pk,
        contact_uid=card.uid,
        starts_at=starts_at,
        minutes=90,
        place="",
        note="",
        now=now,
        chance=CHANCE,
    )


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode()).split("<main")[1].split("</main>")[0]


def test_r24_home_asks_whether_a_lunch_took_place_and_is_silent_once_that_is_said(
    client: Client, helene: MemberCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    marc = knows(helene, "Marc", "referred_by_them")
    plan(marc, starts_at=NOW + 3 * DAY)
    for page in ("/", "/cultiver/"):
        assert "lunch with" not in page_of(client, page)
    at(NOW + 4 * DAY, monkeypatch)
    for page in ("/", "/cultiver/"):
        assert "Did the lunch with Marc take place?" in page_of(client, page)
    assert 'href="/cultiver/dejeuners/"' in page_of(client, "/")
    day = (NOW + 3 * DAY).date()
    acts.remember_lunch(
        owner_pk=helene.pk, contact_uid=marc.uid, on=day, now=NOW + 4 * DAY, policy=POLICY, chance=CHANCE
    )
    for page in ("/", "/cultiver/"):
        assert "lunch with" not in page_of(client, page)


def test_r24_home_speaks_of_one_thing_only_and_of_a_lunch_only_when_it_is_high_time(
    client: Client, helene: MemberCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(helene, "Marc", "referred_by_them")
    assert "high time" not in page_of(client, "/")
    knows(helene, "Anne", "referred_by_them", met_on=date(2020, 1, 1))
    knows(helene, "Bruno", "referred_by_them", met_on=date(2019, 1, 1))
    assert "A lunch with Bruno would be high time." in page_of(client, "/")
    assert page_of(client, "/").count("high time") == 1
    at(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), monkeypatch)
    assert "season of cards" not in page_of(client, "/")
    assert "season of cards" in page_of(client, "/cultiver/")


def test_r24_r25_the_season_of_cards_shows_at_home_unless_there_is_no_budget(
    client: Client, helene: MemberCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(helene, "Marc", "referred_by_them")
    assert "season of cards" not in page_of(client, "/")
    at(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), monkeypatch)
    assert "It is the season of cards: 1 person on your list" in page_of(client, "/")
    client.post("/cultiver/budget/", {"budget": "none"})
    assert "season of cards" not in page_of(client, "/")


def test_r24_the_one_query_finds_the_people_that_the_rooms_show(helene: MemberCard) -> None:
    people = [
        knows(
            helene,
            f"Claude{number:02d}",
            *(("referred_by_them",) * (number % 4)),
            met_on=date(2015 + number % 12, 1, 1),
        )
        for number in range(32)
    ]
    wish = {"owner_pk": helene.pk, "now": NOW}
    acts.wish(contact_uid=people[0].uid, occasion=Occasion.LUNCH, wish=Wish.PINNED, **wish)
    acts.wish(contact_uid=people[3].uid, occasion=Occasion.LUNCH, wish=Wish.REMOVED, **wish)
    acts.wish(contact_uid=people[7].uid, occasion=Occasion.CARD, wish=Wish.REMOVED, **wish)
    plan(people[11], starts_at=NOW + DAY)
    plan(people[4], starts_at=NOW + 60 * DAY)
    season = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    for one in (people[15], people[4]):
        sent = {"on": season.date(), "now": season, "policy": POLICY, "chance": CHANCE}
        acts.tick_card(owner_pk=helene.pk, contact_uid=one.uid, year=2026, **sent)
    for when in (NOW, NOW + 3 * DAY, season):
        assert turns(owner_pk=helene.pk, on=when.date(), now=when, policy=POLICY) == as_the_rooms_say(helene, when)


def as_the_rooms_say(helene: MemberCard, when: datetime) -> Turns:
    day = when.date()
    seats = attentions.lunches(owner_pk=helene.pk, on=day, policy=POLICY)
    left = attentions.cards_left(owner_pk=helene.pk, year=card_year(day), policy=POLICY)
    past = sorted((one.plan.starts_at, one.name) for one in seats if one.plan and one.plan.starts_at < when)
    return Turns(
        to_confirm=tuple(name for _at, name in past),
        due=tuple(one.name for one in seats if not one.plan and one.turn.turn is Turn.DUE),
        cards=left if cards_in_season(day, policy=POLICY) else 0,
    )


def test_r44_nobody_elses_people_are_spoken_of(client: Client, helene: MemberCard) -> None:
    ines = enrol(name="Ines", email="ines@ines.example", language="en", now=NOW, chance=SeededChance(8))
    plan(knows(ines, "Marc", "referred_by_them", met_on=date(2015, 1, 1)), starts_at=NOW + DAY)
    knows(helene, "Anne")
    later = turns(owner_pk=helene.pk, on=TODAY + 9 * DAY, now=NOW + 9 * DAY, policy=POLICY)
    assert later == Turns(to_confirm=(), due=(), cards=0)


def test_the_hub_asks_no_more_as_the_book_grows_and_home_asks_once(client: Client, helene: MemberCard) -> None:
    def counted(page: str) -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as taken:
            client.get(page)
        return len(taken)

    for number in range(3):
        knows(helene, f"Claude{number}", "referred_by_them", met_on=date(2015, 1, 1))
    few = [counted(page) for page in ("/", "/cultiver/")]
    for number in range(20):
        plan(knows(helene, f"Denise{number}", "referred_by_them"), starts_at=NOW + DAY)
    assert [counted(page) for page in ("/", "/cultiver/")] == few
    assert few[1] <= 24, few
    with CaptureQueriesContext(connection) as taken:
        turns(owner_pk=helene.pk, on=TODAY, now=NOW, policy=POLICY)
    assert len(taken) == 1
