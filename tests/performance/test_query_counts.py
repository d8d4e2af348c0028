"""How many queries a page takes does not grow with rows: home, contact list, search, story list, story, learning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.queries import MemberCard, address_hash, by_address_hash
from entremise.people.actions import add_contact
from entremise.people.actions.handing import How, hand_over
from entremise.people.actions.profiles import save_profile
from entremise.people.models import Profile
from entremise.people.queries.profiles import ProfileText
from entremise.protocol.correction import CorrectionKind
from entremise.protocol.policy import Policy
from entremise.referrals.actions import corrections
from entremise.referrals.models import Evaluation, Outside
from tests.cast import INES, World, browser_of, contact_draft, member, world

pytestmark = pytest.mark.django_db
# The session, the member, and what the page itself reads.
MOST = {"/": 18, "/contacts/": 4, "/contacts/?q=ines": 4, "/histoires/": 4, "/histoires/?q=ines": 4}
MOST_FOR_A_STORY = 14
MOST_TO_LEARN = {
    "/apprendre/": 14,
    "/apprendre/recues/": 9,
    "/apprendre/donnees/": 5,
    "/apprendre/radar/": 5,
    "/apprendre/questions/": 7,
    "/apprendre/questions/2026-11/": 17,
    "/apprendre/corrections/": 22,
    "/apprendre/corrections/{one}/": 8,
}
FREELY = Policy(given_a_day=500, given_a_day_first=500, given_a_week=500, open_requests=500, unanswered_most=500)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    it.policy = FREELY
    for door in ("home", "stories", "learning"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    monkeypatch.setattr("entremise.lib.clock.now", lambda: it.now)
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


def learn(there: World, *, some: int) -> str:
    """Inès writes a version of her profile, hands it on, notes some from outside, adopts some corrections, and answers
    an evaluation as a giver; return the uid of a correction."""
    ines, now = member_of(there), there.now
    version = Profile.objects.filter(owner_id=ines.pk).values_list("version", flat=True).first() or 0
    text = ProfileText(services=tuple(f"Service {number}" for number in range(1 + version)))
    save_profile(owner_pk=ines.pk, text=text, version=version, now=now, chance=there.chance)
    hand = partial(hand_over, owner=ines, how=How.PDF, on=ines.today(now), now=now, chance=there.chance)
    for number in range(some):
        name = f"{version}-{number}"
        draft = contact_draft("Paul", f"Brise {name}", "", f"paul{name}@brise-legere.example")
        paul = add_contact(owner_pk=ines.pk, draft=draft, now=now, chance=there.chance)
        hand(contacts=[paul.uid], act=there.chance.uid())
        for given in (True, False):
            _outside(there, ines, paul.pk, given=given)
        last = corrections.adopt(
            member=ines, uid=there.chance.uid(), kind=CorrectionKind.OWN, words=f"Essai {name}", review="",
            on=ines.today(now) - timedelta(days=version + number), now=now, policy=there.policy,
        )  # fmt: skip
    return last.uid


def _outside(there: World, ines: MemberCard, pk: int, *, given: bool) -> None:
    at = there.now - timedelta(days=3)
    row = Outside.objects.create(
        uid=there.chance.uid(), owner_id=ines.pk, direction="given" if given else "received", other_id=pk,
        client_name="Sophie", arrived_at=at, outcome="lost", outcome_at=there.now, created_at=at, moved_at=there.now,
    )  # fmt: skip
    if given:
        Evaluation.objects.create(
            uid=there.chance.uid(), fingerprint=there.chance.uid(), outside=row, role="giver", address_hash="hash",
            language="fr", asked_at=at, deadline=there.now, answered_at=there.now, match="no", again_receiver="perhaps",
        )  # fmt: skip


def member_of(there: World) -> MemberCard:
    """Inès, once she is a member."""
    found = by_address_hash(address_hash(INES))
    assert found is not None
    return found


def test_no_page_of_learning_takes_more_queries_when_rows_grow(there: World) -> None:
    """What she received, here and outside, what she gave, what she changed, who has her profile (R15, R26-R28)."""
    ines = member(there, name="Inès Moreau", email=INES)
    count = counted(ines.pk)
    grow(there, some=3)
    uid = learn(there, some=2)
    before = {page: count(page.format(one=uid)) for page in MOST_TO_LEARN}
    grow(there, some=4)
    learn(there, some=5)
    assert {page: count(page.format(one=uid)) for page in MOST_TO_LEARN} == before
    assert all(before[page] <= most for page, most in MOST_TO_LEARN.items()), before
