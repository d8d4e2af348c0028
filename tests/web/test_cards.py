"""The pages of cards: listed with why, written, printed, ticked off; and words where there is no budget (R24, R25)."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.interchange import archive
from entremise.lib import clock
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import bonds
from entremise.people.queries import ContactCard, ContactDraft, Way, WayKind, attentions
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relationship import Happened
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CHANCE = SeededChance(5)
LYON = "12 rue Mercière\n69002 Lyon"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène Vasseur", email="helene@example.org", language="en", now=NOW, chance=SeededChance(1))


@pytest.fixture
def client(helene: MemberCard) -> Client:
    return browser_of(helene)


def _add(member: MemberCard, name: str, *, address: str = LYON, works: int = 1, **more: object) -> ContactCard:
    ways = [Way(kind=WayKind.ADDRESS, value=address)] if address else []
    ways.append(Way(kind=WayKind.EMAIL, value=f"{len(name)}@example.org"))
    draft = ContactDraft(given_name=name, family_name="Morel", ways=tuple(ways), **more)  # type: ignore[arg-type]
    card = book.add_contact(owner_pk=member.pk, draft=draft, now=NOW, chance=CHANCE)
    for _work in range(works):
        bonds.remember(
            owner_pk=member.pk,
            contact_pk=card.pk,
            kind=Happened.WORK,
            on=TODAY,
            now=NOW,
            policy=DEFAULT,
            chance=CHANCE,
        )
    return card


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def _pdf(answer: Any) -> list[str]:
    assert answer["Content-Type"] == "application/pdf"
    return [page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages]


def _write(client: Client, words: str = "Dear {first name},\n\nThank you.", **more: str) -> Any:
    return client.post("/cultiver/voeux/mots/", {"words": words, "layout": "a6", "sender": "", **more})


def _print(client: Client, **said: str) -> Any:
    return client.get("/cultiver/voeux/imprimer/", {"what": "cards", "whom": "left", **said})


def _act(client: Client, card: ContactCard, act: str) -> Any:
    return client.post(f"/cultiver/voeux/{card.uid}/acte/", {"act": act})


def test_an_empty_list_says_how_people_come_onto_it(client: Client) -> None:
    page = _text(client.get("/cultiver/voeux/"))
    assert "Nobody is on the list yet" in page
    assert page.count('class="button main"') == 1


def test_r24_everybody_is_listed_with_why_and_a_missing_address_has_a_way_to_it(
    client: Client, helene: MemberCard
) -> None:
    _add(helene, "Inès", works=3)
    marc = _add(helene, "Marc", address="")
    page = _text(client.get("/cultiver/voeux/"))
    assert "3 works of yours" in page
    assert "1 postal address is missing" in page
    assert f"/contacts/{marc.uid}/changer/#id_addresses" in page or f"{marc.uid}" in page
    edit = client.get(page.split("#id_addresses")[0].rsplit("href=", 1)[1].strip('"'))
    assert 'id="id_addresses"' in _text(edit)


def test_the_page_asks_a_number_of_queries_that_does_not_grow(client: Client, helene: MemberCard) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/cultiver/voeux/")
        return len(asked)

    _add(helene, "P0")
    few = queries()
    for number in range(1, 22):
        _add(helene, f"P{number}")
    assert queries() == few <= 12


def test_r24_the_member_takes_off_puts_back_and_adds_anyone(client: Client, helene: MemberCard) -> None:
    ines, marc = _add(helene, "Inès"), _add(helene, "Marc", works=0)
    assert _act(client, ines, "remove")["Location"] == "/cultiver/voeux/"
    assert "Nobody is on the list yet" in _text(client.get("/cultiver/voeux/"))
    page = _text(client.get("/cultiver/ajouter/voeux/?q=marc"))
    assert "Marc Morel" in page
    assert "Inès Morel" in page.split("Those you took off")[1]
    _act(client, marc, "pin")
    _act(client, ines, "leave")
    page = _text(client.get("/cultiver/voeux/"))
    assert "put here by you" in page.lower()
    assert "Inès Morel" in page


def test_r24_ticked_off_is_remembered_and_pressing_twice_changes_nothing(client: Client, helene: MemberCard) -> None:
    ines = _add(helene, "Inès")
    for _twice in range(2):
        _act(client, ines, "sent")
    page = _text(client.get("/cultiver/voeux/"))
    assert "Sent: 1 of 1" in page
    _act(client, ines, "unsent")
    assert "Sent: 0 of 1" in _text(client.get("/cultiver/voeux/"))


def test_an_act_nobody_knows_and_somebody_elses_contact_do_not_exist(client: Client, helene: MemberCard) -> None:
    ines = enrol(name="Inès", email="ines@example.org", language="en", now=NOW, chance=SeededChance(2))
    theirs, mine = _add(ines, "Paul"), _add(helene, "Marc")
    assert _act(client, mine, "explode").status_code == 404
    assert _act(client, theirs, "pin").status_code == 404
    assert client.get(f"/cultiver/voeux/mots/{theirs.uid}/").status_code == 404
    assert client.get(f"/contacts/{theirs.uid}/commission/").status_code == 404
    assert client.get("/cultiver/ajouter/ailleurs/").status_code == 404


def test_words_that_do_not_fit_are_said_before_printing_and_nothing_is_lost(client: Client, helene: MemberCard) -> None:
    _add(helene, "Inès")
    words = "One line.\n" * 40
    answer = _write(client, words, sender="3 place Bellecour")
    assert answer.status_code == 422
    page = _text(answer)
    assert "These words do not fit on the card" in page
    assert page.count("One line.") == 40
    assert "3 place Bellecour" in page
    assert attentions.habits(owner_pk=helene.pk).words == ""


def test_the_longest_name_on_the_list_decides_whether_the_words_fit(client: Client, helene: MemberCard) -> None:
    words = "Chère {prénom}, " * 25
    assert _write(client, words).status_code == 302
    _add(helene, "Maximilienne Alexandrine Bénédicte Charlotte Éléonore Marie")
    assert "do not fit" in _text(_write(client, words))


def test_signs_that_cannot_be_printed_are_named(client: Client, helene: MemberCard) -> None:
    assert "🙂" in _text(_write(client, "Bonne année 🙂")).split("cannot be printed")[1]


def test_words_count_what_is_left_and_longer_ones_are_refused(client: Client, helene: MemberCard) -> None:
    page = _text(client.get("/cultiver/voeux/mots/"))
    assert 'maxlength="600"' in page
    assert 'data-count="{left} characters left"' in page
    assert _write(client, "x" * 601).status_code == 422


def test_r24_cards_are_printed_one_a_page_with_each_ones_name(client: Client, helene: MemberCard) -> None:
    _add(helene, "Inès", works=2)
    marc = _add(helene, "Marc")
    _write(client)
    client.post(f"/cultiver/voeux/mots/{marc.uid}/", {"words": "Marc, old friend"})
    answer = _print(client)
    assert answer["Content-Disposition"] == 'attachment; filename="cartes-2027.pdf"'
    pages = _pdf(answer)
    assert len(pages) == 2
    assert "Dear Inès," in pages[0]
    assert "Marc, old friend" in pages[1]
    assert len(_pdf(_print(client, blank_backs="on"))) == 4
    _act(client, marc, "sent")
    assert len(_pdf(_print(client))) == 1
    assert len(_pdf(_print(client, whom="all"))) == 2


def test_empty_words_are_said_before_printing(client: Client, helene: MemberCard) -> None:
    _add(helene, "Inès")
    answer = _print(client, blank_backs="on")
    assert answer["Content-Type"].startswith("text/html")
    assert "The words of the card are not written yet." in _text(answer)


def test_r24_labels_begin_where_the_sheet_is_free_and_hold_whole_addresses(client: Client, helene: MemberCard) -> None:
    for number in range(3):
        _add(helene, f"P{number}", address="Rue Haute 5\n1000 Bruxelles\nBelgique")
    _add(helene, "Nowhere", address="")
    pages = _pdf(_print(client, what="labels", sheet="L7160", first="20"))
    assert [page.count("1000 BRUXELLES") for page in pages] == [2, 1]
    assert pages[0].count("BELGIUM") == 2
    assert "Nowhere" not in "".join(pages)


@pytest.mark.parametrize(("sheet", "first", "most"), [("L7160", "22", 21), ("L7163", "15", 14), ("L7160", "0", 21)])
def test_a_first_label_out_of_the_sheet_is_refused_beside_its_field(
    client: Client, helene: MemberCard, sheet: str, first: str, most: int
) -> None:
    _add(helene, "Inès")
    page = _text(_print(client, what="labels", sheet=sheet, first=first))
    assert f"This sheet has the labels 1 to {most}." in page
    assert f'value="{first}"' in page


def test_envelopes_have_the_sender_and_leave_the_own_country_out(client: Client, helene: MemberCard) -> None:
    _add(helene, "Inès", company="Aéro", address=f"{LYON}\nFrance")
    _add(helene, "Jan", address="Rue Haute 5\n1000 Bruxelles\nBelgique", works=1)
    _write(client, sender="3 place Bellecour\n69002 Lyon")
    first, second = (page.strip() for page in _pdf(_print(client, what="envelopes")))
    assert first.split("\n")[:3] == ["Hélène Vasseur", "3 place Bellecour", "69002 LYON"]
    assert first.split("\n")[3:] == ["Inès Morel", "Aéro", "12 rue Mercière", "69002 LYON"]
    assert second.endswith("1000 BRUXELLES\nBELGIUM")


def test_without_any_address_there_is_no_envelope_and_it_is_said(client: Client, helene: MemberCard) -> None:
    _add(helene, "Inès", address="")
    assert "None of these people has a postal address yet." in _text(_print(client, what="envelopes"))


def test_an_address_in_letters_that_cannot_be_printed_is_named_and_left_out(client: Client, helene: MemberCard) -> None:
    _add(helene, "Li", address="王府井 1\n北京\nChine")
    _add(helene, "Inès")
    assert "have letters that cannot be printed" in _text(client.get("/cultiver/voeux/imprimer/"))
    (only,) = _pdf(_print(client, what="envelopes"))
    assert "Inès" in only


def test_r25_without_a_budget_words_are_proposed_to_whom_and_about_what(client: Client, helene: MemberCard) -> None:
    ines = _add(helene, "Inès")
    bonds.remember(
        owner_pk=helene.pk,
        contact_pk=ines.pk,
        kind=Happened.REFERRED_BY_THEM,
        on=TODAY,
        now=NOW,
        policy=DEFAULT,
        chance=CHANCE,
    )
    answer = client.post("/cultiver/budget/", {"budget": "none", "from": "lunches"})
    assert answer["Location"] == "/cultiver/dejeuners/"
    page = _text(client.get("/cultiver/voeux/"))
    assert "They recommended you: say what became of it" in page
    assert 'href="mailto:4@example.org"' in page
    assert "Print cards" not in page
    assert "a coffee or a walk together" in _text(client.get("/cultiver/dejeuners/"))
    client.post("/cultiver/budget/", {"budget": "some", "from": "cards"})
    assert "Print cards" in _text(client.get("/cultiver/voeux/"))


def test_r24_the_season_is_told_from_mid_november_and_r25_never_where_there_is_no_budget(
    client: Client, helene: MemberCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = _add(helene, "Inès")
    said = "It is the season of cards: 1 person on your list has not had theirs yet."
    assert said in _text(client.get("/cultiver/"))
    client.post("/cultiver/budget/", {"budget": "none"})
    assert said not in _text(client.get("/cultiver/"))
    client.post("/cultiver/budget/", {"budget": "some"})
    with monkeypatch.context() as earlier:
        earlier.setattr(clock, "now", lambda: NOW.replace(month=10))
        assert said not in _text(client.get("/cultiver/"))
    _act(client, ines, "sent")
    assert said not in _text(client.get("/cultiver/"))


def test_r47_the_archive_holds_words_cards_lunches_and_agreements(client: Client, helene: MemberCard) -> None:
    ines = _add(helene, "Inès")
    _write(client, "Dear {first name}", sender="3 place Bellecour")
    _act(client, ines, "sent")
    _act(client, ines, "pin")
    client.post(f"/contacts/{ines.uid}/commission/", {"words": "five per cent"})
    with archive.build(helene, now=NOW, policy=DEFAULT) as made, zipfile.ZipFile(made) as files:
        texts = {
            name: json.loads(files.read(f"{name}.json"))
            for name in ("attentions", "cards", "card-words", "lunches", "commissions")
        }
    assert texts["attentions"][0]["wish"] == "pinned"
    assert (texts["cards"][0]["contact"], texts["cards"][0]["sent_on"]) == (ines.uid, "2026-11-22")
    assert texts["card-words"][0]["sender"] == "3 place Bellecour"
    assert texts["commissions"][0]["words"] == "five per cent"


def test_r25_a_commission_is_noted_and_trades_that_may_not_pay_are_warned(client: Client, helene: MemberCard) -> None:
    maitre = _add(helene, "Luc", trade="lawyer")
    address = f"/contacts/{maitre.uid}/commission/"
    page = _text(client.get(address))
    assert "Not allowed:" in page
    assert "forbid a lawyer to pay" in page
    assert client.post(address, {"words": "5 %", "since": "2026-01-10"})["Location"] == f"/contacts/{maitre.uid}/"
    shown = _text(client.get(f"/contacts/{maitre.uid}/"))
    assert "A commission was agreed:" in shown
    assert "5 %" in shown
    wrong = client.post(address, {"words": " ", "since": "2027-01-10"})
    assert wrong.status_code == 422
    assert "2027-01-10" in _text(wrong)
    client.post(address, {"act": "end"})
    assert "Was a commission agreed?" in _text(client.get(f"/contacts/{maitre.uid}/"))


def test_r25_a_trade_that_may_pay_is_not_warned(client: Client, helene: MemberCard) -> None:
    plumber = _add(helene, "Luc", trade="plumber")
    assert "Not allowed" not in _text(client.get(f"/contacts/{plumber.uid}/commission/"))
