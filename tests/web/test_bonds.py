"""One's relationships: what happened in two taps, who is due, who recommends, how clients came (R30, R35, R43, R44)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions
from entremise.people.actions import bonds
from entremise.people.queries import ContactCard, ContactDraft, Kind
from entremise.people.queries import bonds as queries
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Happened, Satisfaction
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
CHANCE = SeededChance(5)
POLICY = Policy()


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for door in ("bonds", "cultivating", "home", "contacts"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: NOW)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène", email="helene@example.org", language="en", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(helene: MemberCard) -> Client:
    return browser_of(helene)


@pytest.fixture
def marc(helene: MemberCard) -> ContactCard:
    return _add(helene, "Marc", kinds=frozenset({Kind.CLIENT}))


def _add(member: MemberCard, name: str, **more: object) -> ContactCard:
    draft = ContactDraft(given_name=name, **more)  # type: ignore[arg-type]
    return actions.add_contact(owner_pk=member.pk, draft=draft, now=NOW, chance=CHANCE)


def _remember(contact: ContactCard, kind: str, on: date = TODAY, **more: object) -> None:
    bonds.remember(
        owner_pk=contact.owner_pk, contact_pk=contact.pk, kind=kind, on=on, now=NOW, policy=POLICY, chance=CHANCE,
        **more,
    )  # fmt: skip


def _happened(contact: ContactCard) -> list[tuple[str, date, str]]:
    page = queries.happened(owner_pk=contact.owner_pk, contact_pk=contact.pk)
    return [(str(line.kind), line.on, line.words) for line in page.lines]


def _once(client: Client, page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(page).content.decode())
    assert found
    return found[1]


def _record(client: Client, contact: ContactCard, **posted: str):  # type: ignore[no-untyped-def]
    return client.post(f"/contacts/{contact.uid}/relation/noter/", posted)


# --- a contact's page ------------------------------------------------------------------------------------------


def test_r30_the_page_of_a_contact_shows_the_six_parts_with_their_reasons(client: Client, marc: ContactCard):
    _remember(marc, "work", TODAY - 3 * DAY)
    text = client.get(f"/contacts/{marc.uid}/").content.decode()
    for words in ("Your relationship", "20 of 20", "7 of 10", "0 of 15", "The last one was on 19 November 2026."):
        assert words in text
    assert "Ask how satisfied they are with what you did" in text


def test_a_contact_with_whom_nothing_happened_says_how_to_begin(client: Client, marc: ContactCard):
    text = client.get(f"/contacts/{marc.uid}/").content.decode()
    assert "nothing is written down yet" in text
    assert "A rhythm begins with the first contact that you write down." in text
    assert "Nothing is written down yet" in client.get(f"/contacts/{marc.uid}/relation/").content.decode()


@pytest.mark.parametrize("kind", ["call", "meal", "meeting", "work", "favour_done", "favour_received"])
def test_one_tap_writes_it_down_for_today_and_offers_to_undo_it(client: Client, marc: ContactCard, kind: str):
    answer = _record(client, marc, kind=kind, once=_once(client, f"/contacts/{marc.uid}/"))
    assert _happened(marc) == [(kind, TODAY, "")]
    text = client.get(answer["Location"]).content.decode()
    undo = re.search(r"/cultiver/fait/\w+/defaire/", text)
    assert undo
    client.post(undo[0])
    assert _happened(marc) == []
    assert client.post(undo[0], follow=True).status_code == 200


def test_pressing_twice_writes_it_down_once_and_another_button_something_else(client: Client, marc: ContactCard):
    once = _once(client, f"/contacts/{marc.uid}/")
    for _again in range(2):
        _record(client, marc, kind="call", once=once)
    _record(client, marc, kind="meal", once=once)
    assert sorted(kind for kind, _on, _words in _happened(marc)) == ["call", "meal"]


@pytest.mark.parametrize(("said", "word"), [("good", "Yes"), ("fair", "In part"), ("bad", "No")])
def test_how_satisfied_they_are_is_two_taps_one_that_opens_and_one_that_answers(
    client: Client, marc: ContactCard, said: str, word: str
):
    text = client.get(f"/contacts/{marc.uid}/").content.decode()
    opened = re.search(r"<details[^>]*><summary>Satisfaction</summary>.*?</details>", text, re.DOTALL)
    assert opened
    assert f'name="satisfaction" value="{said}">{word}</button>' in opened[0]
    once = _once(client, f"/contacts/{marc.uid}/")
    for _again in range(2):
        answer = client.post(f"/contacts/{marc.uid}/relation/noter/", {"satisfaction": said, "once": once})
    (line,) = queries.happened(owner_pk=marc.owner_pk, contact_pk=marc.pk).lines
    assert (line.kind, line.on, line.satisfaction) == (Happened.SATISFACTION, TODAY, Satisfaction(said))
    assert f"/cultiver/fait/{line.uid}/defaire/" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("kind", ["satisfaction", "note", "quarrel", ""])
def test_what_needs_a_word_leads_to_the_page_that_asks_for_it(client: Client, marc: ContactCard, kind: str):
    answer = _record(client, marc, kind=kind)
    assert answer["Location"].startswith(f"/contacts/{marc.uid}/relation/ecrire/")
    assert client.get(answer["Location"]).status_code == 200
    assert _happened(marc) == []


def test_a_day_and_words_are_written_on_the_second_page(client: Client, marc: ContactCard):
    page = f"/contacts/{marc.uid}/relation/ecrire/"
    posted = {"kind": "meal", "on": "2026-11-02", "words": "Aux <Halles>", "once": _once(client, page)}
    for _again in range(2):
        assert client.post(page, posted).status_code == 302
    assert _happened(marc) == [("meal", date(2026, 11, 2), "Aux <Halles>")]
    assert "Aux &lt;Halles&gt;" in client.get(f"/contacts/{marc.uid}/relation/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"on": "2026-11-24"}, "This day is still to come"),
        ({"on": "1900-01-01"}, "This day is too long ago"),
        ({"on": "yesterday"}, "Enter a valid date"),
        ({"on": ""}, "Please choose a day"),
        ({"kind": "quarrel"}, "Please choose what happened"),
        ({"kind": "satisfaction"}, "Please say how satisfied they are"),
        ({"kind": "satisfaction", "satisfaction": "superb"}, "Please choose one of the three"),
        ({"words": "a" * 2001}, "These words are too long"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(
    client: Client, marc: ContactCard, wrong: dict[str, str], said: str
):
    posted = {"kind": "call", "on": "2026-11-02", "words": "Gardé", **wrong}
    answer = client.post(f"/contacts/{marc.uid}/relation/ecrire/", posted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert posted["words"] in text
    assert _happened(marc) == []


def test_r35_whoever_was_not_satisfied_is_told_to_be_called_first(client: Client, marc: ContactCard):
    _remember(marc, "work", TODAY - 9 * DAY)
    client.post(
        f"/contacts/{marc.uid}/relation/ecrire/", {"kind": "satisfaction", "satisfaction": "bad", "on": "2026-11-22"}
    )
    assert "First call them, listen, and set it right." in client.get(f"/contacts/{marc.uid}/").content.decode()
    assert "Was not satisfied" in client.get("/").content.decode()


def test_something_that_happened_is_corrected_or_forgotten(client: Client, marc: ContactCard):
    _remember(marc, "call")
    (line,) = queries.happened(owner_pk=marc.owner_pk, contact_pk=marc.pk).lines
    page = f"/cultiver/fait/{line.uid}/"
    assert "A call" in client.get(page).content.decode()
    client.post(page, {"kind": "meal", "on": "2026-11-01", "words": "Long"})
    assert _happened(marc) == [("meal", date(2026, 11, 1), "Long")]
    assert client.post(page, {"kind": "meal", "on": "2027-11-01"}).status_code == 422


def test_what_a_referral_brought_keeps_what_it_was(client: Client, marc: ContactCard):
    _remember(marc, "referred_by_them", cause="referral:abc:giver")
    (line,) = queries.happened(owner_pk=marc.owner_pk, contact_pk=marc.pk).lines
    client.post(f"/cultiver/fait/{line.uid}/", {"kind": "meal", "on": "2026-11-01", "words": ""})
    assert _happened(marc) == [("referred_by_them", date(2026, 11, 1), "")]
    assert "noted by itself" in client.get(f"/contacts/{marc.uid}/").content.decode()


def test_an_ask_is_not_changed_here(client: Client, marc: ContactCard):
    _remember(marc, "asked")
    (line,) = queries.happened(owner_pk=marc.owner_pk, contact_pk=marc.pk).lines
    assert client.get(f"/cultiver/fait/{line.uid}/").status_code == 404


def test_r44_nobody_reaches_another_members_relationships(client: Client, marc: ContactCard):
    other = enrol(name="Inès", email="ines@example.org", language="fr", now=NOW, chance=SeededChance(2))
    _remember(marc, "call")
    (line,) = queries.happened(owner_pk=marc.owner_pk, contact_pk=marc.pk).lines
    theirs = browser_of(other)
    for page in (
        f"/contacts/{marc.uid}/relation/",
        f"/contacts/{marc.uid}/relation/ecrire/",
        f"/cultiver/fait/{line.uid}/",
    ):
        assert theirs.get(page).status_code == 404
    for page in ("noter", "rythme"):
        assert (
            theirs.post(f"/contacts/{marc.uid}/relation/{page}/", {"kind": "call", "later": "week"}).status_code == 404
        )
    theirs.post(f"/cultiver/fait/{line.uid}/defaire/")
    assert len(_happened(marc)) == 1
    assert marc.name not in theirs.get(f"/cultiver/?done={line.uid}").content.decode()


# --- farming ---------------------------------------------------------------------------------------------------


def test_r43_the_hub_and_home_show_who_is_due_and_a_call_there_ends_it(client: Client, marc: ContactCard):
    assert "Keep in touch" not in client.get("/").content.decode()
    _remember(marc, "call", TODAY - 200 * DAY)
    assert "Marc" in client.get("/").content.decode()
    hub = client.get("/cultiver/").content.decode()
    assert "Last contact on 6 May 2026, 6 months ago." in hub
    answer = _record(client, marc, kind="call", back="hub", once=_once(client, "/cultiver/"))
    assert answer["Location"].startswith("/cultiver/?done=")
    text = client.get(answer["Location"]).content.decode()
    assert "Nobody is waiting to hear from you." in text
    assert "Noted for Marc" in text
    assert "Keep in touch" not in client.get("/").content.decode()


@pytest.mark.parametrize(("later", "away"), [("week", 7), ("month", 30), ("quarter", 91), ("never", 0)])
def test_r43_somebody_can_be_put_off_or_left_without_a_rhythm(
    client: Client, helene: MemberCard, marc: ContactCard, later: str, away: int
):
    _remember(marc, "call", TODAY - 400 * DAY)
    answer = client.post(f"/contacts/{marc.uid}/relation/rythme/", {"later": later, "back": "rhythm"})
    assert answer["Location"] == "/cultiver/rythme/"
    assert queries.due(owner_pk=helene.pk, on=TODAY, limit=5) == ()
    back = queries.due(owner_pk=helene.pk, on=TODAY + timedelta(days=away), limit=5)
    assert [line.name for line in back] == (["Marc"] if away else [])
    client.post(f"/contacts/{marc.uid}/relation/rythme/", {"later": "wake"})
    assert queries.due_count(owner_pk=helene.pk, on=TODAY) == 1
    assert client.post(f"/contacts/{marc.uid}/relation/rythme/", {"later": "rubbish"}).status_code == 302


def test_r43_home_shows_three_the_hub_five_and_the_rest_is_one_tap_away(client: Client, helene: MemberCard):
    for number in range(30):
        _remember(_add(helene, f"Claude{number:02d}"), "call", TODAY - (200 + number) * DAY)
    assert client.get("/").content.decode().count('class="who"') == 3
    hub = client.get("/cultiver/").content.decode()
    assert hub.count('class="who"') == 5
    assert "And 25 more people" in hub
    pages = [client.get(f"/cultiver/rythme/?page={page}").content.decode() for page in ("1", "2", "99", "x")]
    assert [text.count('class="who"') for text in pages] == [25, 5, 5, 25]


def test_r35_who_was_not_satisfied_stands_first_at_home_and_on_the_hub(
    client: Client, helene: MemberCard, marc: ContactCard
):
    for number in range(8):
        close = _add(helene, f"Claude{number}", met_on=date(2010, 1, 1))
        for kind in ("favour_done", "favour_received"):
            _remember(close, kind, TODAY - 120 * DAY)
    _remember(marc, "satisfaction", TODAY, satisfaction="bad")
    for page in ("/", "/cultiver/", "/cultiver/rythme/"):
        text = client.get(page).content.decode()
        assert "Was not satisfied: call, listen, set it right." in text
        assert text.index(">Marc<") < text.index("Claude")


def test_r43_those_one_was_close_to_are_told_apart_when_they_are_being_lost(client: Client, helene: MemberCard):
    close = _add(helene, "Anne", met_on=date(2018, 1, 1))
    for kind in ("favour_done", "favour_received", "favour_done", "favour_received"):
        _remember(close, kind, TODAY - 300 * DAY)
    for number in range(6):
        _remember(_add(helene, f"Claude{number}", met_on=date(2010, 1, 1)), "call", TODAY - 100 * DAY)
    assert "losing touch" not in client.get("/cultiver/").content.decode()  # Anne stands among the five already
    for number in range(5):
        nearer = _add(helene, f"Denise{number}", met_on=date(2010, 1, 1))
        for back in (95, 125, 160, 190):
            for kind in ("favour_done", "favour_received"):
                _remember(nearer, kind, TODAY - back * DAY)
    text = client.get("/cultiver/").content.decode()
    assert "Whom you are losing touch with" in text
    assert text.index("Denise") < text.index("losing touch") < text.index("Anne")


def test_r35_the_hub_names_the_ambassadors(client: Client, marc: ContactCard):
    _remember(marc, "referred_by_them", TODAY - 30 * DAY)
    assert "Whoever has recommended you twice" in client.get("/cultiver/").content.decode()
    _remember(marc, "referred_by_them", TODAY - 20 * DAY)
    assert "2 recommendations without being asked" in client.get("/cultiver/").content.decode()


def test_r35_the_share_of_clients_who_came_unasked_stands_beside_the_published_figure(
    client: Client, helene: MemberCard, marc: ContactCard
):
    clients = frozenset({Kind.CLIENT})
    _remember(marc, "asked", date(2026, 3, 1))
    for number in range(11):
        met = date(2026, 6, 1) if number < 2 else date(2026, 2, 1 + number)
        through = marc.uid if number < 7 else ""
        _add(helene, f"Client{number}", kinds=clients, met_through=through, met_on=met)
    text = client.get("/cultiver/").content.decode()
    assert "Generix Group–Toluna" in text
    assert "5 came through somebody you had not asked, 2 after you had." in text
    assert "Now it is 5, beside 0." not in text
    assert "You no longer need to prospect" in text


def test_r35_of_whom_it_is_unknown_whether_one_had_asked_is_said_and_counted_apart(
    client: Client, helene: MemberCard, marc: ContactCard
):
    _remember(marc, "asked", date(2026, 3, 1))
    _add(helene, "Claude", kinds=frozenset({Kind.CLIENT}), met_through=marc.uid)
    text = client.get("/cultiver/").content.decode()
    assert "1 client came through somebody, without its being noted when" in text
    assert "of whom this is noted" not in text


def test_r35_too_few_clients_make_no_share(client: Client, helene: MemberCard, marc: ContactCard):
    _add(helene, "Claude", kinds=frozenset({Kind.CLIENT}), met_through=marc.uid)
    text = client.get("/cultiver/").content.decode()
    assert "That is too few for a share to mean anything." in text
    assert "<strong>100 %</strong>" not in text


def test_an_empty_notebook_says_what_to_do_first(client: Client, helene: MemberCard):
    assert "Bring your contacts" in client.get("/cultiver/").content.decode()
    _add(helene, "Marc")
    assert "Begin with one person" in client.get("/cultiver/").content.decode()
    assert "Nobody is waiting to hear from you." in client.get("/cultiver/rythme/").content.decode()


def test_the_pages_take_no_more_queries_when_much_happened(client: Client, helene: MemberCard, marc: ContactCard):
    def counted(page: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            assert client.get(page).status_code == 200
        return len(taken)

    def grow(some: int) -> None:
        for number in range(some):
            one = _add(helene, f"Claude{number}")
            for back in (200, 300):
                _remember(one, "call", TODAY - (back + number) * DAY)
                _remember(marc, "call", TODAY - (back + number) * DAY)
                _remember(marc, "referred_by_them", TODAY - (back + number) * DAY)

    pages = ("/", "/cultiver/", "/cultiver/rythme/", f"/contacts/{marc.uid}/", f"/contacts/{marc.uid}/relation/")
    grow(6)
    few = [(counted(page), counted(page))[1] for page in pages]
    grow(12)
    assert [counted(page) for page in pages] == few
    assert few[1] <= 20, few  # the hub says what waits in every room
    assert few[2] <= 5, few
    assert few[4] <= 7, few


def test_every_kind_of_thing_that_can_happen_has_its_words(client: Client, marc: ContactCard):
    for kind in Happened:
        _remember(marc, kind, satisfaction=Satisfaction.FAIR if kind is Happened.SATISFACTION else None)
    text = client.get(f"/contacts/{marc.uid}/relation/").content.decode()
    assert text.count('class="line"') == len(Happened)
