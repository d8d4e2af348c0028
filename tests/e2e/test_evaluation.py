"""Was it a good match? Asked of the three by mail, answered in three taps on a telephone (R14, R15)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.walks import INES, MARC, Asked, Giver, Walkers, fill, press, said

pytestmark = pytest.mark.e2e


def introduces(helene: Giver, walkers: Walkers) -> str:
    """Play a referral up to the introduction; return the address of its story."""
    installation = walkers.installation
    story = helene.recommend(INES, client=MARC)
    for person, number in ((INES, 1), (MARC, 1), (MARC, 3)):
        asked = walkers.asked(person)
        mail = asked.mail(number)
        asked.opens(mail)
        asked.yes(mail.digits)
        expect(asked.page.locator(".receipt")).to_be_visible()
        installation.wait(minutes=16)
    return story


def answers(asked: Asked, *, digits: str, **taps: str) -> None:
    form = asked.page.locator("form.asked")
    for name, value in taps.items():
        fill(form, name, value)
    form.locator("[name=digits]").fill(digits)
    press(form.locator("button.main"))


def test_the_three_are_asked_and_nobody_evaluated_reads_it(walkers: Walkers, helene: Giver, shots: Path) -> None:
    def picture(page: Page, name: str) -> None:
        page.screenshot(path=shots / f"evaluation-{name}.png", full_page=True, caret="initial")

    installation = walkers.installation
    story = introduces(helene, walkers)
    before = {who.email: len(installation.post.to(who.email)) for who in (INES, MARC, helene.person)}
    installation.wait(days=30)
    mail = installation.mail(MARC.email, before[MARC.email] + 1)
    installation.mail(INES.email, before[INES.email] + 1)
    installation.mail(helene.person.email, before[helene.person.email] + 1)

    marc = walkers.asked(MARC)
    page = marc.opens(mail, "e")
    assert "Hélène Vasseur ne voit aucune de vos réponses" in page.replace("\xa0", " ").replace("\u202f", " ")
    picture(marc.page, "client")
    answers(marc, digits="0000" if mail.digits != "0000" else "1111", match="no", bonds="same")
    expect(marc.page.locator(".mistakes")).to_be_visible()
    answers(marc, digits=mail.digits, match="no", bonds="same", outcome="lost")
    expect(marc.page.locator(".notice.done")).to_be_visible()
    picture(marc.page, "client-answered")

    ines = walkers.asked(INES)
    news = installation.post.to(INES.email)
    introduction = next(one for one in news if any("/n/" in link for link in one.links))
    ines.page.goto(introduction.link("n"))
    assert "quelqu’un d’autre" not in said(ines.page)

    assert "était-ce une bonne rencontre" in helene.home().replace("\xa0", " ").replace("\u202f", " ")
    picture(helene.page, "home")
    press(helene.page.locator("a[href*='/e/']"))
    picture(helene.page, "giver")
    form = helene.page.locator("form.asked")
    for name, value in {"match": "yes", "bonds": "stronger", "again_receiver": "yes", "again_client": "yes"}.items():
        fill(form, name, value)
    press(form.locator("button.main"))
    expect(helene.page.locator(".notice.done")).to_be_visible()
    helene.open(story)
    assert "vous a dit comment cela s’est terminé" in said(helene.page).replace("\xa0", " ")
    picture(helene.page, "story")
    helene.open("/contacts/")
    helene.page.get_by_role("link", name=INES.name).first.click()
    assert "mise en relation par vous" in said(helene.page).replace("\xa0", " ")
    picture(helene.page, "contact")
