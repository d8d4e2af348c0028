"""The four questions in a browser: axe in every state, kept in part, answered, read again; without scripts (R27)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.audit import Audit
from tests.e2e.test_outside import search
from tests.e2e.walks import INES, MARC, Giver, Walkers, choose, press, said

pytestmark = pytest.mark.e2e
FIRST = "main .duties a.button"
NO_ANSWER = "à l’une d’elles au moins"


def received(helene: Giver, outcome: str = "") -> None:
    """Hélène notes that Inès recommended her, and how it ended."""
    page = helene.page
    helene.open("/recues/noter/")
    search(page, "other", INES.family)
    search(page, "client", MARC.family)
    press(page.locator("form.asked button.main"))
    if outcome:
        press(page.locator("a[href$='/dire/fin/']").first)
        choose(page, "outcome", outcome)
        press(page.locator("form.asked button.main").last)


def act(page: Page, name: str) -> None:
    press(page.locator(f"form.asked button[value={name}]:visible"))


def test_the_questions_are_answered_in_part_and_whole_and_read_again(walkers: Walkers, helene: Giver) -> None:
    page, audit = helene.page, Audit()
    helene.open("/apprendre/questions/")
    audit.look(page, "questions, none")
    helene.open("/apprendre/questions/miennes/")
    audit.look(page, "own questions, none")
    page.fill("[name=text]", "Ai-je rappelé dans la journée ?")
    press(page.locator("form.asked button.main"))
    audit.look(page, "own questions")
    press(page.locator("main .lines a").first)
    page.fill("[name=text]", "")
    press(page.locator("form.asked button.main"))
    audit.look(page, "own question, mistaken")

    received(helene)
    helene.open("/apprendre/questions/")
    audit.look(page, "questions")
    press(page.locator(FIRST).first)
    assert page.locator("input:checked").count() == 0
    page.fill("[name=words_message]", "Je n’ai rien écrit encore.")
    act(page, "done")
    assert NO_ANSWER in said(page)
    audit.look(page, "review, mistaken")
    act(page, "later")
    audit.look(page, "questions, begun")
    press(page.locator(FIRST).first)
    expect(page.locator("[name=words_message]")).to_have_value("Je n’ai rien écrit encore.")
    audit.look(page, "review")
    choose(page, "said_message", "partly")
    act(page, "done")
    assert "Vous avez dit : en partie." in said(page)
    audit.look(page, "review, answered")
    press(page.locator("main .notice .button.main"))
    assert page.url.endswith("/apprendre/corrections/")
    helene.open("/apprendre/questions/")
    audit.look(page, "questions, answered")
    audit.check()


def test_three_in_a_row_are_told_at_home_and_asked_about_without_scripts(walkers: Walkers, helene: Giver) -> None:
    """R27, R29."""
    audit = Audit()
    for outcome in ("lost", "no_need", "not_a_fit"):
        received(helene, outcome)
    assert "3 recommandations d’affilée sont restées sans suite" in helene.home()
    press(helene.page.get_by_role("link", name="Quatre questions, quand vous voulez"))
    audit.look(helene.page, "review of a streak")
    address = helene.page.url
    quiet = walkers.window(scripts=False)
    quiet.context.add_cookies(helene.page.context.cookies())  # type: ignore[arg-type]
    quiet.goto(address)
    quiet.locator("[name=said_markets]").first.press("Space")
    quiet.locator("[name=said_markets]").first.press("Enter")
    quiet.wait_for_url("**/apprendre/questions/")
    assert "commencé" in said(quiet), "a key pressed keeps it for later"
    quiet.goto(address)
    quiet.locator("form.asked button.main").click()
    assert "Vous avez dit : oui." in said(quiet)
    assert "d’affilée" not in helene.home()
    audit.check()
