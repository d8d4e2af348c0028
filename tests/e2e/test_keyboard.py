"""Sending a recommendation and answering one with the keyboard alone, always seeing where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.keyboard import Keyboard
from tests.e2e.walks import INES, MARC, NOTE, Giver, Walkers, searched

pytestmark = pytest.mark.e2e

NEXT = "[name=act][value=next]"
YES = "button[formaction*='/oui/']"


def test_a_recommendation_is_sent_and_answered_without_a_mouse(walkers: Walkers, helene: Giver) -> None:
    _send(helene)
    installation = walkers.installation
    ines, marc = walkers.asked(INES), walkers.asked(MARC)
    request = ines.mail(1)

    hands = Keyboard(ines.page)
    ines.opens(request)
    hands.unfold("form[action*='/question/']")
    hands.write("form[action*='/question/'] [name=text]", "Combien de couverts ?")
    hands.write("form[action*='/question/'] [name=digits]", request.digits)
    hands.press("form[action*='/question/'] button")
    expect(ines.page.locator("#questions")).to_be_visible()

    # Enter in a field never presses a button (R6).
    hands.press("a[href*='/oui/']")
    hands.write("#answer [name=digits]", request.digits)
    ines.page.keyboard.press("Enter")
    ines.page.wait_for_timeout(500)
    expect(ines.page.locator(".receipt")).to_have_count(0)
    hands.press(YES)
    expect(ines.page.locator(".receipt")).to_be_visible()
    hands.unfold("#take_back_digits")
    hands.write("#take_back_digits", request.digits)
    hands.press("form:has(#take_back_digits) button", key="Space")
    expect(ines.page.locator("[name=more]")).to_have_count(1)
    hands.press("a[href*='/oui/']")
    hands.write("#answer [name=digits]", request.digits)
    hands.press(YES)
    expect(ines.page.locator("#take_back_digits")).to_have_count(1)
    installation.wait(minutes=16)

    hands = Keyboard(marc.page)
    principle = marc.mail(1)
    marc.opens(principle)
    hands.press("a[href*='/oui/']")
    hands.write("#answer [name=digits]", principle.digits)
    hands.press(YES)
    expect(marc.page.locator(".receipt")).to_be_visible()
    installation.wait(minutes=16)
    name = marc.mail(3)
    marc.opens(name)
    hands.press("a[href*='/oui/']")
    hands.choose("way", "phone")
    hands.write("[name=details]", MARC.phone)
    hands.write("[name=best_time]", "le matin")
    hands.write("#answer [name=digits]", name.digits)
    hands.press(YES)
    expect(marc.page.locator(".receipt")).to_be_visible()
    installation.wait(minutes=16)

    introduction = installation.post.to(INES.email)[-1]
    assert MARC.phone in introduction.text
    hands = Keyboard(ines.page)
    ines.opens(introduction, "n")
    hands.press("main a[href*='/merci/']")
    hands.choose("chosen", "0")
    hands.write("[name=digits]", introduction.digits)
    hands.press("form.asked button.main")
    expect(ines.page).to_have_url(introduction.link("n"))


def _send(helene: Giver) -> None:
    page, hands = helene.page, Keyboard(helene.page)
    helene.open("/")
    hands.press("nav a[href='/recommander/']")
    helene.at("client")
    _pick(helene, hands, MARC.family, name="client")
    helene.at("trade")
    _pick(helene, hands, "ventilation", name="trade", value="ventilation-engineer")
    helene.at("kind")
    hands.press(NEXT)
    helene.at("area")
    _pick(helene, hands, "Lyon", name="area", value="FR-69123")
    helene.at("receiver")
    _pick(helene, hands, INES.family, name="receiver")
    helene.at("real")
    hands.choose("source", "told_me")
    hands.choose("urgency", "now")
    hands.press(NEXT)
    helene.at("known")
    for asked, answer in (("knows_receiver", "well"), ("knows_client", "well"), ("steps_back", "yes")):
        hands.choose(asked, answer)
    hands.press(NEXT)
    helene.at("fits")
    names = {radio.get_attribute("name") or "" for radio in page.locator("#asked input[type=radio]").all()}
    for name in names:
        hands.choose(name, "yes")
    hands.press(NEXT)
    helene.at("verdict")
    hands.press(NEXT)
    helene.at("brief")
    hands.write("[name=note]", NOTE)
    hands.press(NEXT)
    helene.at("effort")
    hands.choose("effort", "name")
    hands.choose("commission", "no")
    hands.press(NEXT)
    helene.at("letters")
    hands.press("[name=act][value=send]")
    page.wait_for_url("**/histoire/*/")


def _pick(helene: Giver, hands: Keyboard, words: str, *, name: str, value: str = "") -> None:
    with searched(helene.page, words):
        hands.write("[name=q]", words)
    found = helene.page.locator("#results .choice", has_text=words).locator("input")
    hands.choose(name, value or found.get_attribute("value") or "")
    hands.press(NEXT)
