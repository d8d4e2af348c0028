"""François, through whom Hélène met Inès, is asked first; he takes part, and is named at the introduction (R37-R39)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.walks import INES, MARC, Giver, Person, Walkers, fill, press, said

pytestmark = pytest.mark.e2e

FRANCOIS = Person(
    given="François",
    family="Lacaze",
    email="francois@atelier-lacaze.example",
    company="Atelier Lacaze",
    trade="architect",
)


def met_through(helene: Giver, person: Person, referrer: Person) -> None:
    """Hélène writes down in her book through whom she met somebody."""
    helene.knows(referrer)
    helene.open(f"/contacts/?q={person.family}")
    press(helene.page.get_by_role("link", name=person.family).first)
    press(helene.page.locator("a[href$='/modifier/']").first)
    folded = helene.page.locator("details", has=helene.page.locator("[name=through]"))
    if folded.count() and folded.first.get_attribute("open") is None:
        folded.first.locator("summary").click()
    helene.page.fill("[name=through]", referrer.name)
    press(helene.page.locator("form.asked button.main"))
    expect(helene.page.locator("main")).to_contain_text(referrer.name)


def knows_nothing_of(person: Person, *texts: str) -> bool:
    """Whether nothing that would say who this is stands in the texts."""
    traces = [person.given, *person.traces]
    return not [trace for trace in traces for text in texts if trace.casefold() in text.casefold()]


def test_francois_is_asked_before_anybody_takes_part_and_learns_both_names_at_the_introduction(
    walkers: Walkers, helene: Giver, shots: Path
) -> None:
    installation = walkers.installation
    met_through(helene, INES, FRANCOIS)
    for step in helene.way_in(INES, client=MARC):
        del step
    assert FRANCOIS.name in said(helene.page)  # the page says who is asked first, and why
    helene.page.screenshot(path=shots / "permission-letters.png", full_page=True, caret="initial")
    helene.page.click("[name=act][value=send]")
    helene.page.wait_for_url("**/histoire/*/")
    story = helene.page.url

    # François is asked about Inès, without a word on Marc; nobody else has been written to.
    francois = walkers.asked(FRANCOIS)
    asked = francois.mail(1)
    assert INES.name in asked.text
    shown = francois.opens(asked)
    assert INES.name in shown
    assert knows_nothing_of(MARC, asked.everything, francois.page.content())
    assert not installation.post.to(INES.email)
    francois.page.screenshot(path=shots / "permission-asked.png", full_page=True, caret="initial")

    # He allows it and takes part; a quarter of an hour later Inès is asked.
    francois.says_yes_or_no("oui")
    form = francois.page.locator("form", has=francois.page.locator("button[formaction*='/oui/']"))
    fill(form, "joins", "yes")
    form.locator("[name=digits]").fill(asked.digits)
    press(form.locator("button[formaction*='/oui/']"))
    expect(francois.page.locator(".receipt")).to_be_visible()
    installation.catch_up()
    assert not installation.post.to(INES.email)
    installation.wait(minutes=16)
    assert FRANCOIS.name in helene.tells(story)
    ines, marc = walkers.asked(INES), walkers.asked(MARC)
    first = ines.mail(1)
    assert knows_nothing_of(FRANCOIS, first.everything)
    ines.opens(first)
    ines.yes(first.digits)
    installation.wait(minutes=16)
    principle = marc.mail(1)
    marc.opens(principle)
    marc.yes(principle.digits)
    installation.wait(minutes=16)
    name = marc.mail(3)
    assert knows_nothing_of(FRANCOIS, name.everything)
    francois.opens(asked)
    assert knows_nothing_of(MARC, francois.page.content())
    marc.opens(name)
    marc.yes(name.digits, way="phone", details=MARC.phone)
    installation.wait(minutes=16)

    # The introduction names him; he learns both names, and nobody's telephone.
    for person in (INES, MARC):
        assert FRANCOIS.name in installation.post.to(person.email)[-1].text
    to_francois = installation.post.to(FRANCOIS.email)[-1]
    assert MARC.name in to_francois.text
    assert MARC.phone not in to_francois.everything
    francois.opens(asked)
    assert knows_nothing_of(MARC, francois.page.content())  # only whoever has the digits reads it there
    francois.page.fill("[name=digits]", asked.digits)
    francois.page.click("form.asked button.main")
    expect(francois.page.locator("main")).to_contain_text(MARC.name)
    francois.page.screenshot(path=shots / "permission-introduced.png", full_page=True, caret="initial")
