"""How many queries a page takes does not grow with rows: home, contact list, search, story list, story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.protocol.policy import Policy
from tests.cast import INES, World, browser_of, contact_draft, member, world

pytestmark = pytest.mark.django_db
# The session, the member, and what the page itself reads.
MOST = {"/": 18, "/contacts/": 4, "/contacts/?q=ines": 4, "/histoires/": 4, "/histoires/?q=ines": 4}
MOST_FOR_A_STORY = 14
FREELY = Policy(given_a_day=500, given_a_day_first=500, given_a_week=500, open_requests=500, unanswered_most=500)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    it.policy = FREELY
    for door in ("home", "stories"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    return it


def counted(pk: int) -> Callable[[str], int]:
    browser = browser_of(pk)

    def count(address: str) -> int:
        browser.get(address)  # what is read once in a process is read now
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert browser.get(address).status_code == 200
        return len(taken)

    return count


def grow(there: World, *, some: int) -> str:
    """Hélène knows and recommends `some` more people; two of three are introduced, and owe everything."""
    uid = ""
    for number in range(some):
        address = f"client{number}-{there.now:%j}@cedre-bleu.example"
        there.marc = there.add(contact_draft("Claude", f"Cèdre {number}", "", address))
        uid = there.send()
        asking = next(mail for mail in there.mails_to(INES)[::-1] if "/l/" in mail.text)  # her list may follow it
        if number % 3:
            there.yes(asking).wait(minutes=15)
            there.yes(there.last_to(address)).wait(minutes=15)
            there.yes(there.last_to(address)).wait(minutes=15)
        else:
            there.ask(asking, "Combien de couverts ?")
    there.now += timedelta(days=1)
    return uid


def test_no_page_takes_more_queries_when_rows_grow(there: World) -> None:
    ines = member(there, name="Inès Moreau", email=INES)
    first = grow(there, some=3)
    there.wait(days=4)
    for whose in (there.helene, ines):
        count = counted(whose.pk)
        pages = [*MOST, *([f"/histoire/{first}/"] if whose is there.helene else [])]
        before = {page: count(page) for page in pages}
        few = before
        grow(there, some=4)
        assert {page: count(page) for page in pages} == few
        assert all(before[page] <= most for page, most in MOST.items()), before
    count = counted(there.helene.pk)
    assert count(f"/histoire/{first}/") <= MOST_FOR_A_STORY


def test_a_story_takes_no_more_queries_as_it_goes_on(there: World) -> None:
    uid = there.send()
    count = counted(there.helene.pk)
    taken = [count(f"/histoire/{uid}/")]
    for number in range(3):
        there.ask(there.last_to(INES), f"Question {number} ?")
    taken.append(count(f"/histoire/{uid}/"))
    for number in range(3):
        paul = there.add(contact_draft("Paul", f"Brise {number}", "", f"paul{number}@brise-legere.example"))
        there.try_another(uid, paul)
    taken.append(count(f"/histoire/{uid}/"))
    assert len(set(taken)) == 1, taken
