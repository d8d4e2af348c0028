"""When much waits: honest counts, the right handful at home, and pages that list the rest (R22)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.accounts.queries import MemberCard
from entremise.protocol import duties
from entremise.protocol.duties import Duty
from entremise.protocol.policy import Policy
from entremise.referrals.models import Outside
from entremise.referrals.queries import home as homes
from entremise.referrals.queries import waiting
from tests.cast import INES, Mail, World, browser_of, contact_draft, introduced, member, world
from tests.web.test_home import home_of, main_part

pytestmark = pytest.mark.django_db
FREELY = Policy(given_a_day=500, given_a_day_first=500, given_a_week=500, open_requests=500, unanswered_most=500)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    it.policy = FREELY
    for door in ("home", "stories"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    return it


@pytest.fixture
def ines(there: World) -> MemberCard:
    return member(there, name="Inès Moreau", email=INES)


def another(there: World, number: int) -> Mail:
    """Hélène introduces Inès to one more person; return the mail Inès gets."""
    address = f"client{number}@cedre-bleu.example"
    there.marc = there.add(contact_draft("Claude", f"Cèdre{number:02d}", "", address))
    there.send()
    asking = next(mail for mail in there.mails_to(INES)[::-1] if "/l/" in mail.text)
    there.yes(asking).wait(minutes=15)
    there.yes(there.last_to(address)).wait(minutes=15)
    there.yes(there.last_to(address)).wait(minutes=15)
    return next(mail for mail in there.mails_to(INES)[::-1] if "/n/" in mail.text)


def page_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return main_part(answer.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def test_r22_home_says_how_many_things_wait_and_one_tap_lists_them_all(there: World, ines: MemberCard) -> None:
    for number in range(15):
        another(there, number)  # thanks and a first contact each, and a good word that is never pressed for
    page = main_part(home_of(ines.pk))
    assert "30 choses attendent un signe de vous." in page
    assert page.count('class="duty') == 5
    assert 'href="/en-attente/"' in page
    assert "Tout voir, avec 15 bonnes paroles à dire quand elles viendront" in page
    browser = browser_of(ines.pk)
    pages = [page_of(browser, f"/en-attente/?page={number}") for number in ("1", "2", "9", "x")]
    assert [one.count('<li class="duty') for one in pages] == [25, 20, 20, 25]
    whole = pages[0] + pages[1]
    assert all(whole.count(f"Cèdre{number:02d}") == 3 for number in range(15)), "each once for each thing owed"
    assert whole.index("Cèdre00") < whole.index("Cèdre14")


def test_r22_where_home_shows_everything_it_leads_nowhere_else(there: World, ines: MemberCard) -> None:
    another(there, 1)
    another(there, 2)
    page = main_part(home_of(ines.pk))
    assert "4 choses attendent un signe de vous." in page
    assert "/en-attente/" not in page
    assert page.count('<li class="duty') == 6, "the good words come after"


def test_r22_who_has_waited_longest_is_among_the_first_whatever_is_due_first(there: World, ines: MemberCard) -> None:
    """News are owed within a fortnight, a first contact within two days: the oldest word is due the latest."""
    old = another(there, 99)
    there.thank(old)
    there.contact(old)
    there.now += timedelta(minutes=1)
    for number in range(homes.LINES_AT_HOME + 4):
        another(there, number)
    found = homes.home(member=ines, now=there.now, policy=there.policy)
    first = found.i_owe[0]
    assert (first.duty, first.about) == (Duty.NEWS, "Claude Cèdre99")
    assert list(found.i_owe) == sorted(found.i_owe, key=lambda one: one.since)


def test_r22_the_rows_stand_in_the_order_in_which_the_rules_say_since_when_they_wait(there: World) -> None:
    """What the database sorts by is what `duties.owed` reckons, whatever was told so far."""
    days = [None, *(there.now + timedelta(days=day) for day in (3, 5, 8))]
    told = [(thanked, contact, news) for thanked in days[:2] for contact in days for news in days]
    for number, (thanked, contact, news) in enumerate(told):
        Outside.objects.create(
            uid=f"{number:026d}",
            owner_id=there.helene.pk,
            direction="received",
            other_id=there.ines.pk,
            arrived_at=there.now + timedelta(hours=7 * number % 100),
            created_at=there.now,
            moved_at=there.now,
            duty_due=there.now,
            thanked_at=thanked,
            contacted_at=contact,
            news_at=news,
        )
    rows = waiting.OUTSIDE.all(owner=there.helene.pk)
    reckoned = [_waits_since(row) for row in rows]
    assert len(rows) == len(told)
    assert reckoned == sorted(reckoned)


def _waits_since(row: dict[str, Any]) -> datetime:
    told = {name: row[name] for name in ("thanked_at", "contacted_at", "news_at")}
    owed = duties.owed(duties.Facts(introduced_at=row["arrived_at"], **told), policy=FREELY)
    return min(one.since for one in owed)


def test_r22_the_days_list_counts_everybody_who_waits(there: World, ines: MemberCard) -> None:
    for number in range(12):
        another(there, number)
    there.wait(days=1)
    mail = next(one for one in there.mails_to(INES)[::-1] if "/liste/" in one.text)
    assert " ".join(mail.subject.split()) == "13 personnes attendent un mot de vous", "Hélène, and twelve clients"
    for part in (mail.text, mail.html):
        assert "16 autres choses attendent un signe" in part.replace("\xa0", " ")
        assert "/en-attente/" in part
    assert mail.text.count("\n– ") == homes.LINES_AT_HOME


def test_r22_the_days_list_of_a_few_things_is_as_it_was(there: World, ines: MemberCard) -> None:
    introduced(there)
    there.wait(days=1)
    mail = next(one for one in there.mails_to(INES)[::-1] if "/liste/" in one.text)
    assert "/en-attente/" not in mail.text
    assert "autres choses" not in mail.text


def test_r6b_requests_and_questions_are_counted_and_listed_too(there: World, ines: MemberCard) -> None:
    for number in range(11):
        address = f"client{number}@cedre-bleu.example"
        there.marc = there.add(contact_draft("Claude", f"Cèdre{number:02d}", "", address))
        there.send()
        there.ask(next(one for one in there.mails_to(INES)[::-1] if "/l/" in one.text), f"Question {number} ?")
    for whom, where in ((ines, "/l/"), (there.helene, "#question")):
        assert "11 choses attendent un signe de vous." in main_part(home_of(whom.pk))
        assert page_of(browser_of(whom.pk), "/en-attente/").count(where) == 11


def test_r22_what_is_owed_to_me_is_listed_whole(there: World, ines: MemberCard) -> None:
    for number in range(6):
        another(there, number)
    there.now += timedelta(days=9)
    page = main_part(home_of(there.helene.pk))
    assert "Ce qui vous est dû" in page
    assert "Tout voir (12)" in page
    assert page_of(browser_of(there.helene.pk), "/en-attente/dus/").count('<li class="duty') == 12


def test_r44_the_pages_show_nothing_of_others(there: World, ines: MemberCard) -> None:
    introduced(there)
    olga = browser_of(member(there).pk)
    assert "Vous ne devez rien à personne" in page_of(olga, "/en-attente/")
    assert "Rien ne vous est dû" in page_of(olga, "/en-attente/dus/")


def test_home_counts_only_where_there_is_more_and_no_page_takes_more_queries_as_rows_grow(
    there: World, ines: MemberCard
) -> None:
    def counted(address: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            assert browser.get(address).status_code == 200
        return len(taken)

    browser = browser_of(ines.pk)
    pages = ("/", "/en-attente/", "/en-attente/dus/")
    for number in range(3):
        another(there, number)
    few = [(counted(one), counted(one))[1] for one in pages]
    for number in range(3, 12):
        another(there, number)
    some = [(counted(one), counted(one))[1] for one in pages]
    for number in range(12, 18):
        another(there, number)
    assert [counted(one) for one in pages] == some
    assert some[0] - few[0] <= 2, "one for the duties, one for the good words"
    assert some[1:] == few[1:]
    assert some[1] <= 16, some
