"""What the giver brings: a link carried on a telephone, a yes said aloud, a client without e-mail (R5b, R6d, R8)."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.audit import Audit
from tests.e2e.walks import INES, Giver, Person, Walkers, choose, press, said

pytestmark = pytest.mark.e2e

PARIS = ZoneInfo("Europe/Paris")
ODETTE = Person(given="Odette", family="Larrieu", email="", company="Auberge Larrieu", phone="06 70 80 90 10")
REMI = Person(given="Rémi", family="Castaing", email="remi@castaing-air.example", trade="ventilation-engineer")


def carried(page: Page) -> tuple[str, str]:
    """The link and the digits of the message the giver's page has ready."""
    message = page.locator("#message").inner_text()
    link, digits = re.search(r"https?://\S+/c/\S+/", message), re.search(r"\b\d{4}\b", message.splitlines()[-3])
    assert link, message
    assert digits, message
    return link.group(0), digits.group(0)


def writes_down(helene: Giver, story: str, *, meeting: str) -> None:
    """Hélène reads the text aloud and writes down a yes."""
    helene.open(f"{story}de-vive-voix/")
    page = helene.page
    choose(page, "read", "on")
    choose(page, "answer", "yes")
    choose(page, "meeting", meeting)
    page.fill("[name=at]", helene.installation.now.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M"))
    press(page.locator("form.asked button.main"))
    expect(page).to_have_url(story)
    expect(page.locator("main")).to_contain_text("a dit oui : c’est noté")


def test_a_link_is_carried_and_a_client_without_mail_is_introduced(walkers: Walkers, helene: Giver) -> None:
    installation = walkers.installation
    helene.knows(ODETTE)
    for step in helene.way_in(INES, client=ODETTE):
        del step
    expect(helene.page.locator("main")).to_contain_text("n’a pas d’adresse électronique")
    helene.page.locator("label[for=carries-receiver]").click()
    helene.page.click("[name=act][value=send]")
    helene.page.wait_for_url("**/porter/")
    story = helene.page.url.removesuffix("porter/")
    audit = Audit()
    audit.look(helene.page, "what is carried")
    link, digits = carried(helene.page)
    installation.catch_up()
    assert installation.post.to(INES.email) == []

    phone = walkers.window()
    phone.goto(link)
    audit.look(phone, "the carried link")
    assert not [trace for trace in ODETTE.traces if trace in phone.content()]
    press(phone.locator("main a[href*='/oui/']"))
    phone.fill("[name=digits]", digits)
    press(phone.locator("button[formaction*='/oui/']"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Votre réponse est notée")
    receipt = installation.mail(INES.email, 1)
    assert "par le lien" in receipt.everything
    installation.wait(minutes=16)

    assert audit.faults == []
    for meeting in ("telephone", "meeting"):
        assert "C’est à vous de porter la question à Odette Larrieu" in helene.tells(story)
        writes_down(helene, story, meeting=meeting)
        installation.wait(minutes=16)
    introduction = installation.mail(INES.email, 2)
    assert ODETTE.phone in introduction.everything
    assert "donné de vive voix" in introduction.everything
    assert "la mise en relation est faite" in helene.tells(story)


def test_a_second_name_is_brought_once_the_first_link_has_closed(walkers: Walkers, helene: Giver) -> None:
    """R5b: nobody learns why, and the giver least of all."""
    installation = walkers.installation
    client = Person(given="Lucienne", family="Berthoumieu", email="", phone="06 70 80 90 20")
    helene.knows(REMI, client)
    installation.wait(days=1, minutes=1)
    story = helene.recommend(INES, client=client)
    asked = walkers.asked(INES)
    request = installation.post.to(INES.email)[-1]
    asked.opens(request)
    asked.yes(request.digits)
    installation.wait(minutes=16)
    writes_down(helene, story, meeting="telephone")
    installation.wait(minutes=16)
    helene.open(f"{story}autre/")
    for step in ("receiver", "known", "fits", "verdict"):
        helene.at(step)
        helene.answer(step, receiver=REMI, client=client)
        helene.next()
    helene.page.click("[name=act][value=send]")
    helene.page.wait_for_url("**/histoire/*/")
    second = helene.page.url
    installation.catch_up()
    request = installation.mail(REMI.email, 1)
    asked = walkers.asked(REMI)
    asked.opens(request)
    asked.yes(request.digits)
    installation.wait(minutes=16)
    assert "le lien d’un premier nom reste ouvert jusque-là" in helene.tells(second)
    helene.open(f"{second}porter/")
    assert "le lien d’un premier nom reste ouvert" in said(helene.page)
    installation.wait(days=15)
    assert "Le texte et le lien sont prêts." in helene.tells(second)
