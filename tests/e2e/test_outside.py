"""What comes about outside, and leads: noted, thanked for, with provenance; passed on, thanked for, become a referral.

R2, R20, R23b, R37.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.walks import INES, MARC, WAY_IN, Giver, Walkers, choose, fill, press, said, searched

pytestmark = pytest.mark.e2e
FRANCOIS = "francois@atelier-lacaze.example"


def search(page: Page, part: str, words: str) -> None:
    """Look for somebody in one part of the page, as one types, and choose the one who is found."""
    with searched(page, words):
        page.locator(f"[name={part}-q]").press_sequentially(words)
    results = page.locator(f"#results-{part}")
    line = results.locator(".choice", has_text=words).locator("input")
    choose(results, f"{part}-who", line.get_attribute("value") or "")


def test_one_received_outside_is_thanked_for_and_says_through_whom_one_met(walkers: Walkers, helene: Giver) -> None:
    page = helene.page
    helene.open("/recues/noter/")
    giver = page.locator("fieldset.who").first
    giver.locator("summary").click()
    for name, value in (("given_name", "François"), ("family_name", "Lacaze"), ("email", FRANCOIS)):
        fill(giver, f"other-{name}", value)
    search(page, "client", MARC.family)
    page.fill("[name=said]", "Il refait la cuisine de son restaurant.")
    press(page.locator("form.asked button.main"))
    expect(page.get_by_role("heading", level=1)).to_have_text("François Lacaze a donné mon nom à Marc Delaunay")
    assert "vous avez connu Marc Delaunay par François Lacaze" in said(page)
    press(page.get_by_role("button", name="Oui, par courriel"))
    press(page.locator("a[href$='/dire/merci/']").first)
    choose(page, "chosen", "0")
    press(page.locator("form.asked button.main"))
    helene.installation.catch_up()
    mail = helene.installation.mail(FRANCOIS, 1)
    assert mail.message["Reply-To"] == helene.person.email
    assert "Marc Delaunay" in mail.text
    assert "Marc Delaunay attend un premier signe de vous" in helene.home()
    stranger = walkers.window()
    stranger.goto(mail.link("silence"))
    press(stranger.locator("form.asked button.main"))
    expect(stranger.get_by_role("status")).to_be_visible()


def test_a_lead_is_read_before_it_goes_thanked_for_and_becomes_a_referral(walkers: Walkers, helene: Giver) -> None:
    page = helene.page
    helene.open("/piste/nouvelle/")
    search(page, "receiver", INES.family)
    page.fill("[name=text]", "Appelez Marc Delaunay, il refait sa cuisine.")
    press(page.locator("form.asked button.main"))
    expect(page.locator("mark")).to_have_text("Marc Delaunay")
    page.fill("[name=text]", "Un restaurant refait sa cuisine rue Mercière.")
    press(page.locator("form.asked button.main"))
    assert "personne n’attend votre appel" in said(page)
    press(page.locator("[name=act][value=send]"))
    lead = page.url
    helene.installation.catch_up()
    inside = walkers.asked(INES)
    mail = inside.mail(1)
    inside.opens(mail, "p")
    press(inside.page.locator("main a[href*='/merci/']").first)
    inside.page.fill("[name=text]", "Merci Hélène, je passe demain.")
    inside.page.fill("[name=digits]", mail.digits)
    press(inside.page.locator("form.asked button.main"))
    assert "je passe demain" in helene.tells(lead)
    press(page.locator("a[href*='lead=']"))
    for step in WAY_IN:
        helene.at(step)
        helene.answer(step, receiver=INES, client=MARC)
        helene.next()
    helene.at("letters")
    page.click("[name=act][value=send]")
    page.wait_for_url("**/histoire/*/")
    story = page.url
    helene.open(lead)
    expect(page.locator(f"a[href='{story.removeprefix(helene.installation.url)}']")).to_have_count(1)
