"""A wrong address, and details that do not work, repaired through the giver without showing anybody more (R18)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_evaluation import introduces
from tests.e2e.walks import INES, MARC, Giver, Walkers, pair, press, said

pytestmark = pytest.mark.e2e
RIGHT = "bonne.adresse@quentrec-air.example"


def test_somebody_else_says_so_and_the_giver_sends_it_to_the_right_address(
    walkers: Walkers, helene: Giver, shots: Path
) -> None:
    def picture(page: Page, name: str) -> None:
        page.screenshot(path=shots / f"repair-{name}.png", full_page=True, caret="initial")

    installation = walkers.installation
    receiver, client = pair(0)
    story = helene.recommend(receiver, client=client)
    asked = walkers.asked(receiver)
    mail = asked.mail(1)
    asked.opens(mail)
    press(asked.page.locator("a[href*='/pas-moi/']"))
    picture(asked.page, "not-me")
    asked.page.fill("[name=digits]", mail.digits)
    press(asked.page.locator("form.asked button:not([disabled])"))
    assert "Merci de l’avoir dit" in said(asked.page)
    picture(asked.page, "not-me-done")
    asked.opens(mail)
    assert helene.person.family not in said(asked.page)

    helene.open(story)
    picture(helene.page, "story")
    press(helene.page.locator("a[href*='/adresse/']"))
    helene.page.fill("[name=address]", RIGHT)
    picture(helene.page, "address")
    press(helene.page.locator("form.asked button.main"))
    expect(helene.page.locator("a[href*='/adresse/']")).to_have_count(0)
    again = installation.mail(RIGHT, 1)
    assert again.link("l") != mail.link("l")
    right = walkers.asked(receiver)
    right.opens(again)
    right.yes(again.digits)
    expect(right.page.locator(".receipt")).to_be_visible()


def test_details_that_do_not_work_reach_the_receiver_corrected(walkers: Walkers, helene: Giver, shots: Path) -> None:
    installation = walkers.installation
    story = introduces(helene, walkers)
    introduction = next(one for one in installation.post.to(INES.email) if any("/n/" in link for link in one.links))
    number = len(installation.post.to(INES.email))
    ines = walkers.asked(INES)
    ines.opens(introduction, "n")
    press(ines.page.locator("a[href*='/coordonnees/']"))
    ines.page.fill("[name=digits]", introduction.digits)
    ines.page.screenshot(path=shots / "repair-unreachable.png", full_page=True, caret="initial")
    press(ines.page.locator("form.asked button.main"))
    assert "Nous avons demandé" in said(ines.page)

    helene.open(story)
    press(helene.page.locator("a[href*='/coordonnees/']"))
    helene.page.fill("[name=details]", "06 98 76 54 33")
    helene.page.screenshot(path=shots / "repair-details.png", full_page=True, caret="initial")
    press(helene.page.locator("form.asked button.main"))
    assert "06 98 76 54 33" in installation.mail(INES.email, number + 1).text
    assert MARC.email not in installation.mail(INES.email, number + 1).everything
