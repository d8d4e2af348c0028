"""The endings that are not an introduction: each is quiet, and told to nobody it does not concern (R5b, R6, R7, R9)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.post_office import Received
from tests.e2e.walks import Giver, Person, Walkers, pair, said

pytestmark = pytest.mark.e2e

LONG_ENOUGH = 75  # days: after every closing instant of a need wanted in eleven weeks


def asked_receiver(helene: Giver, number: int) -> tuple[str, Person, Person, Received]:
    """Hélène asks a new receiver for a new client, on a new day; return the story, the two, and the request."""
    receiver, client = pair(number)
    helene.installation.wait(days=1, minutes=1)  # two a day until the first introduction (R46)
    story = helene.recommend(receiver, client=client)
    return story, receiver, client, helene.installation.mail(receiver.email, 1)


def let_it_close(helene: Giver, story: str) -> None:
    """Move the clock day by day, until one day the story says that it did not conclude."""
    for _ in range(LONG_ENOUGH):
        helene.installation.wait(days=1)
        if "n’a pas abouti" in helene.tells(story):
            return
    pytest.fail("the story never closed")


def test_a_refusal_changes_nothing_for_anybody_until_the_closing_instant(walkers: Walkers, helene: Giver) -> None:
    installation = walkers.installation
    story, receiver, client, request = asked_receiver(helene, 0)
    before, home, letters = helene.tells(story), helene.home(), len(helene.mails())
    asked = walkers.asked(receiver)
    asked.opens(request)
    asked.no(request.digits)
    expect(asked.page.locator(".receipt")).to_be_visible()
    installation.wait(hours=1)
    assert helene.tells(story) == before
    assert helene.home() == home
    let_it_close(helene, story)
    assert len(helene.mails()) == letters + 1  # one text, once
    assert installation.post.to(client.email) == []  # who was never asked hears nothing
    assert installation.post.to(receiver.email) == [request]  # a no is not written to again
    told = said(helene.page)
    assert "refus" not in told.casefold()


def test_a_silence_and_a_refusal_end_with_the_same_words(walkers: Walkers, helene: Giver) -> None:
    installation = walkers.installation
    silent, refused = pair(1), pair(2)
    installation.wait(days=1, minutes=1)
    stories = [helene.recommend(receiver, client=client) for receiver, client in (silent, refused)]
    asked = walkers.asked(refused[0])
    asked.opens(installation.mail(refused[0].email, 1))
    asked.no(installation.mail(refused[0].email, 1).digits)
    expect(asked.page.locator(".receipt")).to_be_visible()
    installation.wait(days=LONG_ENOUGH)
    told = [helene.tells(story) for story in stories]
    for words, (receiver, client) in ((0, silent), (1, refused)):
        for person in (receiver, client):
            told[words] = told[words].replace(person.name, "…").replace(person.given, "…")
    # The figures show an initial, and the two were sent one after the other; what is said differs in no other way.
    first, second = (re.sub(r"\b[A-ZÉ] …|\d+ h \d\d", "…", one) for one in told)
    assert first == second
    assert [len(installation.post.to(client.email)) for _, client in (silent, refused)] == [0, 0]
    # The silent one's link opens nothing that tells; neither does it answer any more.
    late = walkers.asked(silent[0])
    late.opens(installation.mail(silent[0].email, 1))
    expect(late.page.locator("main [href*='/oui/'], main [formaction*='/oui/']")).to_have_count(0)


def test_a_yes_taken_back_during_the_hold_was_never_known(walkers: Walkers, helene: Giver) -> None:
    installation = walkers.installation
    story, receiver, client, request = asked_receiver(helene, 3)
    before = helene.tells(story)
    asked = walkers.asked(receiver)
    asked.opens(request)
    asked.yes(request.digits)
    expect(asked.page.locator(".receipt")).to_be_visible()
    installation.wait(minutes=5)
    asked.opens(request)
    asked.takes_back(request.digits)
    expect(asked.page.locator("#take_back_digits")).to_have_count(0)
    installation.wait(hours=2)
    assert helene.tells(story) == before
    assert installation.post.to(client.email) == []


def test_who_says_no_may_tell_the_giver_now_with_a_private_reason(walkers: Walkers, helene: Giver) -> None:
    installation = walkers.installation
    story, receiver, client, request = asked_receiver(helene, 4)
    before, letters = helene.tells(story), len(helene.mails())
    asked = walkers.asked(receiver)
    asked.opens(request)
    asked.no(request.digits)
    asked.tells_the_giver(request.digits, reason="Mon carnet est plein jusqu'à l'été.")
    installation.wait(minutes=20)
    after = helene.tells(story)
    assert after != before
    assert "carnet est plein" in after
    assert len(helene.mails()) == letters + 1
    assert installation.post.to(client.email) == []


def test_stopping_to_try_another_is_quiet_and_asks_the_next_one(walkers: Walkers, helene: Giver) -> None:
    installation = walkers.installation
    story, first, client, request = asked_receiver(helene, 5)
    second, _ = pair(6)
    helene.knows(second)
    installation.wait(days=1)
    helene.open(story)
    helene.page.locator("a[href$='/autre/']").first.click()
    for step in ("receiver", "known", "fits", "verdict"):
        helene.at(step)
        helene.answer(step, receiver=second, client=client)
        helene.next()
    helene.at("letters")
    helene.page.click("[name=act][value=send]")
    helene.page.wait_for_url("**/histoire/*/")
    assert helene.page.url != story
    installation.catch_up()
    new = installation.mail(second.email, 1)
    assert first.family not in new.everything
    assert installation.post.to(first.email) == [request]  # nobody is told
    # The first link can still be answered, and its page says nothing of the stop.
    asked = walkers.asked(first)
    asked.opens(request)
    asked.yes(request.digits)
    expect(asked.page.locator(".receipt")).to_be_visible()
    installation.wait(hours=1)
    assert installation.post.to(client.email) == []
