"""Machines that open, fetch ahead and submit everything in a mail decide nothing, at once or days later (R6)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from tests.e2e.post_office import Received
from tests.e2e.walks import Asked, Giver, Person, Walkers, pair, said

pytestmark = pytest.mark.e2e

AHEAD = {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"}
# Every form of a page: where each of its buttons would send it, and what it holds.
FORMS = """() => [...document.forms].flatMap(form => {
    const fields = [...form.elements].filter(one => one.name && one.type !== "submit").map(one => ({
        name: one.name, type: one.type, value: one.value,
        choices: one.options ? [...one.options].map(option => option.value) : [],
    }));
    const buttons = [...form.querySelectorAll("button, input[type=submit]")];
    return [null, ...buttons].map(button => ({
        url: button && button.hasAttribute("formaction") ? button.formAction : form.action,
        method: form.method, fields,
        more: button && button.name ? [[button.name, button.value]] : [],
    }));
})"""
CSP_SAFE = "window.scrollTo(0, document.body.scrollHeight)"


def opens_and_fetches_ahead(walkers: Walkers, mail: Received, chance: random.Random) -> None:
    """HEAD, GET and a prefetch of every link, without a browser."""
    machine = walkers.window().context.request
    del chance
    for link in mail.links:
        for method in ("HEAD", "GET"):
            machine.fetch(link, method=method)
        machine.get(link, headers=AHEAD)


def opens_with_scripts(walkers: Walkers, mail: Received, chance: random.Random) -> None:
    """A browser that opens every link, unfolds, scrolls and waits."""
    page = walkers.window()
    del chance
    for link in mail.links:
        page.goto(link)
        for summary in page.locator("details > summary").all():
            summary.click()
        page.evaluate(CSP_SAFE)
        page.wait_for_timeout(200)


def submits_everything(walkers: Walkers, mail: Received, chance: random.Random) -> None:
    """A bot that sends every form it finds on the request's pages with every button, empty, then filled at random."""
    page = walkers.window()
    for link in [link for link in mail.links if "/silence/" not in link]:
        for address in _doors(page, link):
            page.goto(address)
            for found in page.evaluate(FORMS):
                _send(page.context.request, found, {})
                typed = {field["name"]: _any(field, mail, chance) for field in found["fields"]}
                _send(page.context.request, found, typed)


ZOO = (opens_and_fetches_ahead, opens_with_scripts, submits_everything)


def _doors(page: Page, link: str) -> list[str]:
    """The page behind a link, and every page of the same link that it leads to."""
    page.goto(link)
    there = page.evaluate("() => [...document.querySelectorAll('main a[href]')].map(one => one.href)")
    return [link, *(one for one in there if one.startswith(link.partition("?")[0]))]


def _send(machine: APIRequestContext, found: dict[str, Any], typed: dict[str, str]) -> None:
    form = {field["name"]: field["value"] for field in found["fields"] if field["type"] == "hidden"}
    machine.fetch(found["url"], method=found["method"].upper(), form={**form, **typed, **dict(found["more"])})


def _any(field: dict[str, Any], mail: Received, chance: random.Random) -> str:
    if field["name"] == "digits":
        wrong = [digits for digits in (f"{chance.randrange(10_000):04}" for _ in range(3)) if digits != mail.digits]
        return wrong[0]
    if field["type"] in ("hidden", "radio", "checkbox"):
        return str(field["value"])
    return chance.choice(field["choices"]) if field["choices"] else "Bonjour"


def unmoved(walkers: Walkers, helene: Giver, story: str, mail: Received, *, door: str, act: Callable[[], None]) -> None:
    """After the act, the story and the person's page say what they said, and nobody received anything."""
    installation = walkers.installation
    person = walkers.window()

    def all_that_shows() -> tuple[str, str, int]:
        installation.catch_up()
        person.goto(mail.link(door))
        letters = [one for one in installation.post.mails if one.to != helene.person.email]  # she may sign in anew
        return helene.tells(story), said(person), len(letters)

    before = all_that_shows()
    act()
    assert all_that_shows() == before


def the_zoo_comes(walkers: Walkers, helene: Giver, story: str, mail: Received, *, door: str = "l") -> None:
    """Every machine of the zoo, one after the other."""
    chance = random.Random(1)
    for machine in ZOO:
        unmoved(walkers, helene, story, mail, door=door, act=lambda machine=machine: machine(walkers, mail, chance))


def asked(walkers: Walkers, helene: Giver, number: int) -> tuple[str, Asked, Person, Received]:
    """A request that has just reached a receiver."""
    receiver, client = pair(number)
    walkers.installation.wait(days=1)
    story = helene.recommend(receiver, client=client)
    return story, walkers.asked(receiver), client, walkers.installation.mail(receiver.email, 1)


def test_the_zoo_answers_no_request_at_once_or_days_later(walkers: Walkers, helene: Giver) -> None:
    story, receiver, client, request = asked(walkers, helene, 0)
    the_zoo_comes(walkers, helene, story, request)
    walkers.installation.wait(days=2)
    the_zoo_comes(walkers, helene, story, request)
    # After a day of rest the person themselves still can.
    walkers.installation.wait(days=1)
    receiver.opens(request)
    with pytest.raises(AssertionError):  # which also shows that a decision would be seen
        unmoved(walkers, helene, story, request, door="l", act=lambda: receiver.yes(request.digits))
    # Held: what could be pressed now is "take it back".
    the_zoo_comes(walkers, helene, story, request)
    walkers.installation.wait(minutes=16)
    the_zoo_comes(walkers, helene, story, walkers.installation.mail(receiver.person.email, 2))
    assert walkers.installation.mail(client.email, 1)


def test_the_zoo_confirms_nothing_for_a_client_and_tells_nothing_of_an_introduction(
    walkers: Walkers, helene: Giver
) -> None:
    installation = walkers.installation
    story, receiver, client, request = asked(walkers, helene, 1)
    receiver.opens(request)
    receiver.yes(request.digits)
    installation.wait(minutes=16)
    marc = walkers.asked(client)
    principle = marc.mail(1)
    the_zoo_comes(walkers, helene, story, principle)
    installation.wait(days=1)
    marc.opens(principle)
    marc.yes(principle.digits)
    installation.wait(minutes=16)
    name = marc.mail(3)
    the_zoo_comes(walkers, helene, story, name)
    installation.wait(days=1)
    marc.opens(name)
    marc.yes(name.digits, way="mail", details=client.email)
    installation.wait(minutes=16)
    introduction = installation.post.to(receiver.person.email)[-1]
    the_zoo_comes(walkers, helene, story, introduction, door="n")
    assert client.family not in walkers.window().context.request.get(request.link()).text()


def test_the_button_of_mail_programs_silences_and_answers_nothing(walkers: Walkers, helene: Giver) -> None:
    story, receiver, _, request = asked(walkers, helene, 2)
    told = helene.tells(story)
    (address,) = re.findall(r"<(https?://[^>]+)>", str(request.message["List-Unsubscribe"]))
    assert request.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    machine = receiver.page.context.request
    for _ in range(2):
        answer = machine.post(address, form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
        assert answer.status == 200
    walkers.installation.wait(days=1)
    assert helene.tells(story) == told
    receiver.opens(request)
    receiver.yes(request.digits)  # the request still stands, and its link still works
    expect(receiver.page.locator(".receipt")).to_be_visible()
    receiver.page.goto(address)
    receiver.page.click("form button.main")
    expect(receiver.page.locator("input[value='One-Click']")).to_have_count(1)  # it can be undone
