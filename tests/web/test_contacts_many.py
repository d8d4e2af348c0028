"""Many contacts at once, undoing a removal, and taking the book along (R44, R47)."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.interchange.vcard import parse
from entremise.people import queries
from entremise.people.queries import Kind
from tests.cast import World, contact_draft, member, world

pytestmark = pytest.mark.django_db
SEVERAL = "/contacts/plusieurs/"


@pytest.fixture
def there() -> World:
    return world()


def _browser(pk: int) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(get_user_model().objects.get(pk=pk))
    get_user_model().objects.filter(pk=pk).update(language="en")
    return browser


@pytest.fixture
def browser(there: World) -> Client:
    return _browser(there.helene.pk)


def _add(there: World, count: int) -> list[str]:
    return [there.add(contact_draft("Ana", f"Nom {n:02}", "", f"ana{n}@nom.example")).uid for n in range(count)]


def _text(response) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", response.content.decode())


def test_those_ticked_are_removed_after_one_question_and_put_back(browser: Client, there: World) -> None:
    uids = _add(there, 14)
    asked = _text(browser.post(SEVERAL, {"pick": uids, "act": "ask_remove"}))
    assert "Remove 14 people from your address book?" in asked
    assert "and 2 others" in asked
    assert queries.contact(owner_pk=there.helene.pk, uid=uids[0])
    done = browser.post(SEVERAL, {"pick": uids, "act": "remove"}, follow=True)
    assert "14 people are no longer in your address book." in _text(done)
    at = re.search(r'name="removed" value="([^"]+)"', done.content.decode())
    assert at is not None
    back = browser.post("/contacts/retires/remettre/", {"removed": at.group(1)}, follow=True)
    assert "14 people are in your address book again." in _text(back)
    assert "again" not in _text(browser.post("/contacts/retires/remettre/", {"removed": at.group(1)}, follow=True))


def test_whoever_takes_part_in_a_referral_stays_and_it_is_said(browser: Client, there: World) -> None:
    there.send()
    (uid,) = _add(there, 1)
    done = browser.post(SEVERAL, {"pick": [uid, there.ines.uid, there.marc.uid], "act": "remove"}, follow=True)
    assert "2 people take part in a referral" in _text(done)
    assert "Ana Nom 00 is no longer" in _text(done)
    alone = browser.post(SEVERAL, {"pick": [there.ines.uid], "act": "remove"}, follow=True)
    assert "no longer in your address book" not in _text(alone)


def test_the_page_of_those_removed_puts_them_back_one_by_one(browser: Client, there: World) -> None:
    (uid, other) = _add(there, 2)
    browser.post(f"/contacts/{uid}/retirer/")
    page = _text(browser.get("/contacts/retires/?page=7"))
    assert "Ana Nom 00" in page
    assert "Ana Nom 01" not in page
    assert "1 person is in your address book again" in _text(
        browser.post("/contacts/retires/remettre/", {"pick": uid}, follow=True)
    )
    assert "Nobody." in _text(browser.get("/contacts/retires/"))
    assert browser.get(f"/contacts/{other}/").status_code == 200


def test_those_ticked_are_said_to_be_something(browser: Client, there: World) -> None:
    uids = _add(there, 2)
    assert "What are these 2 people for you?" in _text(browser.post(SEVERAL, {"pick": uids, "act": "ask_kinds"}))
    wrong = browser.post(SEVERAL, {"pick": uids, "act": "kinds", "kinds": ["martian"]})
    assert wrong.status_code == 200
    browser.post(SEVERAL, {"pick": uids, "act": "kinds", "kinds": ["client", "friend"]})
    card = queries.contact(owner_pk=there.helene.pk, uid=uids[1])
    assert card.kinds == {Kind.CLIENT, Kind.FRIEND}


@pytest.mark.parametrize("said", [{}, {"act": "remove"}, {"pick": ["nobody"], "act": "remove"}, {"pick": "../x"}])
def test_nobody_ticked_changes_nothing_and_says_so(browser: Client, there: World, said) -> None:
    assert "Tick the people it is about first." in _text(browser.post(SEVERAL, said, follow=True))
    assert browser.get(SEVERAL).status_code == 302


@pytest.mark.parametrize("written", ["yesterday", "2026-11-22T09:00:00", "2026-11-22T09:00:00+00:00", "\x00"])
def test_an_address_made_by_hand_undoes_nothing(browser: Client, written: str) -> None:
    assert "Put back" not in _text(browser.get("/contacts/", {"removed": written}))
    assert browser.post("/contacts/retires/remettre/", {"removed": written}).status_code == 302


def test_another_members_contacts_are_out_of_reach_r44(there: World) -> None:
    olga = _browser(member(there).pk)
    (uid,) = _add(there, 1)
    assert "Tick" in _text(olga.post(SEVERAL, {"pick": [uid], "act": "remove"}, follow=True))
    _browser(there.helene.pk).post(f"/contacts/{uid}/retirer/")
    olga.post("/contacts/retires/remettre/", {"pick": uid})
    assert queries.removed(owner_pk=there.helene.pk).total == 1
    assert "Ana" not in olga.get("/contacts/carnet.vcf").getvalue().decode()


def test_the_whole_book_can_be_taken_along_and_read_again_r47(browser: Client, there: World) -> None:
    _add(there, 3)
    answer = browser.get("/contacts/carnet.vcf")
    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    assert 'filename="address-book.vcf"' in answer["Content-Disposition"]
    read = parse(answer.getvalue())
    assert read.problems == ()
    names = {card.entry.draft.name for card in read.cards}
    assert {"Ana Nom 00", "Inès Moreau", "Marc Delaunay"} <= names
