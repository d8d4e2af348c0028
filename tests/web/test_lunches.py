"""The pages of lunches: whose turn, planned, in one's calendar, done (R24)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as post
from django.test import Client
from icalendar import Calendar

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import bonds
from entremise.people.queries import ContactCard, ContactDraft
from entremise.people.queries.bonds import happened
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relationship import Happened
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CHANCE = SeededChance(5)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène Vasseur", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(helene: MemberCard) -> Client:
    return browser_of(helene)


@pytest.fixture
def ines(helene: MemberCard) -> ContactCard:
    draft = ContactDraft(given_name="Inès", family_name="Morel; Aéro, fils")
    card = book.add_contact(owner_pk=helene.pk, draft=draft, now=NOW, chance=CHANCE)
    _did(helene, card, Happened.WORK)
    return card


def _did(member: MemberCard, card: ContactCard, kind: Happened, *, ago: int = 0) -> None:
    bonds.remember(
        owner_pk=member.pk,
        contact_pk=card.pk,
        kind=kind,
        on=TODAY - timedelta(days=ago),
        now=NOW,
        policy=DEFAULT,
        chance=CHANCE,
    )


def _text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def _plan(client: Client, card: ContactCard, **said: str) -> Any:
    usual = {"day": "2026-12-03", "hour": "12:30", "minutes": "90", "place": "Chez Paul, rue Mercière", "note": ""}
    return client.post(f"/cultiver/dejeuners/{card.uid}/", {**usual, **said})


def _calendar(client: Client, card: ContactCard) -> Calendar:
    answer = client.get(f"/cultiver/dejeuners/{card.uid}/dejeuner.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def test_an_empty_list_says_how_people_come_onto_it(client: Client) -> None:
    assert "La liste est encore vide" in _text(client.get("/cultiver/dejeuners/"))


def test_r24_who_had_lunch_lately_rests_and_who_had_none_is_proposed(
    client: Client, helene: MemberCard, ines: ContactCard
) -> None:
    assert "Pas encore de déjeuner." in _text(client.get("/cultiver/dejeuners/"))
    _did(helene, ines, Happened.MEAL, ago=30)
    page = _text(client.get("/cultiver/dejeuners/"))
    assert "Dernier déjeuner le 23 octobre 2026." in page
    assert "jusqu’au 22 février 2027" in page
    assert f'href="/cultiver/dejeuners/{ines.uid}/"' not in page


def test_r24_a_lunch_due_for_a_year_says_so(client: Client, helene: MemberCard, ines: ContactCard) -> None:
    _did(helene, ines, Happened.MEAL, ago=365)
    assert "il est temps" in _text(client.get("/cultiver/dejeuners/"))


def test_r24_a_planned_lunch_is_a_file_any_calendar_reads_and_nobody_is_written_to(
    client: Client, ines: ContactCard
) -> None:
    note = "Parler de l’atelier; des prix, et de Marc\nsans presser"
    assert _plan(client, ines, note=note)["Location"] == "/cultiver/dejeuners/"
    calendar = _calendar(client, ines)
    (event,) = calendar.walk("VEVENT")
    paris = ZoneInfo("Europe/Paris")
    assert event["dtstart"].dt == datetime(2026, 12, 3, 12, 30, tzinfo=paris)
    assert event["dtstart"].params["TZID"] == "Europe/Paris"
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=90)
    assert str(event["summary"]).replace("\u00a0", " ") == "Déjeuner avec Inès Morel; Aéro, fils"
    assert str(event["location"]) == "Chez Paul, rue Mercière"
    assert str(event["description"]) == note
    assert not {"attendee", "organizer"} & {name.lower() for name in event}
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/Paris"
    assert calendar["method"] == "PUBLISH"
    assert post.outbox == []


def test_a_changed_lunch_keeps_its_id_and_replaces_the_earlier_version(client: Client, ines: ContactCard) -> None:
    _plan(client, ines)
    before = _calendar(client, ines).walk("VEVENT")[0]
    page = _text(client.get(f"/cultiver/dejeuners/{ines.uid}/"))
    assert 'value="2026-12-03"' in page
    assert 'value="12:30"' in page
    _plan(client, ines, hour="13:00")
    after = _calendar(client, ines).walk("VEVENT")[0]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)


def test_the_file_keeps_the_lines_short_and_ended_as_the_standard_wants(client: Client, ines: ContactCard) -> None:
    _plan(client, ines, note="é" * 300)
    content = client.get(f"/cultiver/dejeuners/{ines.uid}/dejeuner.ics").content
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"day": "2026-11-21"}, "Ce moment est déjà passé."),
        ({"day": "2030-01-01"}, "C’est dans plus de deux ans."),
        ({"day": "demain"}, 'value="demain"'),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_what_was_typed_stays(
    client: Client, ines: ContactCard, said: dict[str, str], words: str
) -> None:
    answer = _plan(client, ines, **said)
    assert answer.status_code == 422
    assert words in _text(answer)
    assert "Chez Paul, rue Mercière" in _text(answer)
    assert client.get(f"/cultiver/dejeuners/{ines.uid}/dejeuner.ics").status_code == 404


def test_r24_a_lunch_that_took_place_is_remembered_as_a_meal_once(
    client: Client, helene: MemberCard, ines: ContactCard
) -> None:
    _plan(client, ines)
    for _twice in range(2):
        answer = client.post(f"/cultiver/dejeuners/{ines.uid}/eu-lieu/", {"on": "2026-11-20"})
        assert answer.status_code == 302
    meals = [one for one in happened(owner_pk=helene.pk, contact_pk=ines.pk).lines if one.kind is Happened.MEAL]
    assert [meal.on for meal in meals] == [date(2026, 11, 20)]
    assert "Dernier déjeuner le 20 novembre 2026." in _text(client.get("/cultiver/dejeuners/"))


def test_a_lunch_to_come_did_not_take_place(client: Client, ines: ContactCard) -> None:
    answer = client.post(f"/cultiver/dejeuners/{ines.uid}/eu-lieu/", {"on": "2026-12-20"})
    assert answer.status_code == 422
    assert "has-mistake" in _text(answer)
    assert 'value="2026-12-20"' in _text(answer)


def test_a_lunch_called_off_is_planned_no_more(client: Client, ines: ContactCard) -> None:
    _plan(client, ines)
    assert "jeudi 3 décembre" in _text(client.get("/cultiver/dejeuners/"))
    client.post(f"/cultiver/dejeuners/{ines.uid}/acte/", {"act": "call_off"})
    assert "jeudi 3 décembre" not in _text(client.get("/cultiver/dejeuners/"))


def test_somebody_elses_contact_has_no_lunch_here(client: Client) -> None:
    other = enrol(name="Paul", email="paul@example.org", language="fr", now=NOW, chance=SeededChance(2))
    draft = ContactDraft(given_name="Marc")
    theirs = book.add_contact(owner_pk=other.pk, draft=draft, now=NOW, chance=CHANCE)
    for end in ("", "eu-lieu/", "dejeuner.ics"):
        assert client.get(f"/cultiver/dejeuners/{theirs.uid}/{end}").status_code == 404
