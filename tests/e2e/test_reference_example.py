"""The reference example in a real browser, through the links of mails that a real server received (R4–R9, R20–R22)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.walks import INES, MARC, Giver, Walkers, said

pytestmark = pytest.mark.e2e


def says_nothing_of(traces: list[str], text: str) -> bool:
    """Whether none of the words that would say who somebody is stands in a text."""
    return not [trace for trace in traces if trace.casefold() in text.casefold()]


def test_helene_recommends_ines_to_marc_from_the_idea_to_the_thanks(
    walkers: Walkers, helene: Giver, shots: Path
) -> None:
    def picture(page: Page, name: str) -> None:
        # "initial": hiding the caret would need a style element, which the content policy rightly refuses.
        page.screenshot(path=shots / f"{name}.png", full_page=True, caret="initial")

    installation = walkers.installation
    for step in helene.way_in(INES, client=MARC):
        picture(helene.page, f"way-in-{step}")
    assert not installation.post.mails  # the test and the preview write to nobody (R3)
    helene.page.click("[name=act][value=send]")
    helene.page.wait_for_url("**/histoire/*/")
    story = helene.page.url
    picture(helene.page, "story-sent")

    # Inès is asked, on the brief alone.
    ines = walkers.asked(INES)
    asked = ines.mail(1)
    assert helene.person.name in asked.everything
    assert says_nothing_of([*MARC.traces, MARC.given], asked.everything)
    shown = ines.opens(asked)
    picture(ines.page, "receiver-asked")
    assert says_nothing_of([*MARC.traces, MARC.given], ines.page.content())
    assert "ventilation" in shown
    assert ines.page.context.cookies() == []

    # She asks something; Hélène answers in her story.
    ines.asks(asked.digits, "Combien de couverts le restaurant sert-il par jour ?")
    assert "Combien de couverts" in said(ines.page)
    installation.catch_up()
    assert INES.name in helene.home()
    expect(helene.page.locator("a[href$='#question']")).to_be_visible()
    picture(helene.page, "home-question")
    helene.answers(story, "Une centaine, midi et soir.")
    answer = ines.mail(2)
    assert "Une centaine" in answer.text
    assert says_nothing_of([*MARC.traces, MARC.given], answer.everything)

    # She says yes; it is held a quarter of an hour, and nobody hears of it.
    before = helene.tells(story)
    ines.opens(asked)
    assert "Une centaine" in said(ines.page)
    ines.yes(asked.digits)
    expect(ines.page.locator(".receipt")).to_be_visible()
    picture(ines.page, "receiver-yes-held")
    installation.catch_up()
    assert helene.tells(story) == before
    assert installation.post.to(MARC.email) == []
    receipt = ines.mail(3)
    assert says_nothing_of([*MARC.traces, MARC.given], receipt.everything)

    # Then Marc is asked in principle, without a name.
    installation.wait(minutes=16)
    assert helene.tells(story) != before
    marc = walkers.asked(MARC)
    principle = marc.mail(1)
    assert says_nothing_of([*INES.traces, INES.given], principle.everything)
    marc.opens(principle)
    picture(marc.page, "client-principle")
    assert says_nothing_of([*INES.traces, INES.given], marc.page.content())
    marc.yes(principle.digits)
    expect(marc.page.locator(".receipt")).to_be_visible()
    installation.catch_up()
    assert len(installation.post.to(MARC.email)) == 2  # the request and the receipt: no name before the hold has passed
    assert says_nothing_of([*INES.traces, INES.given], marc.mail(2).everything)

    # Then he is told the name, chooses the telephone and the mornings, and confirms.
    installation.wait(minutes=16)
    name = marc.mail(3)
    assert INES.name in name.text
    assert says_nothing_of([INES.email, INES.phone], name.everything)
    shown = marc.opens(name)
    picture(marc.page, "client-name")
    assert INES.name in shown
    marc.yes(name.digits, way="phone", details=MARC.phone, best_time="le matin, avant dix heures")
    expect(marc.page.locator(".receipt")).to_be_visible()
    picture(marc.page, "client-confirmed-held")
    installation.catch_up()
    ines.opens(asked)
    assert says_nothing_of([*MARC.traces, MARC.given], ines.page.content())
    for mail in installation.post.to(INES.email):
        assert says_nothing_of([*MARC.traces, MARC.given], mail.everything)

    # A quarter of an hour later both receive the introduction, each in a mail of their own.
    installation.wait(minutes=16)
    to_ines, to_marc = installation.post.to(INES.email)[-1], installation.post.to(MARC.email)[-1]
    for trace in (MARC.name, MARC.phone, "le matin, avant dix heures"):
        assert trace in to_ines.text
    assert MARC.email not in to_ines.everything  # the details of the preferred way only (R18)
    assert INES.name in to_marc.text
    assert to_ines.message["Message-ID"] != to_marc.message["Message-ID"]
    assert not set(to_ines.links) & set(to_marc.links)

    # The first link shows the other side only to whoever has the digits.
    ines.opens(asked)
    assert says_nothing_of(MARC.traces, ines.page.content())
    ines.page.fill("[name=digits]", asked.digits)
    ines.page.click("form.asked button.main")
    expect(ines.page.locator("main")).to_contain_text(MARC.name)

    # Inès owes thanks, a first contact, news; she gives them from the link in her mail.
    told = helene.tells(story)
    picture(helene.page, "story-introduced")
    assert MARC.phone not in told  # what they give each other is between them (R13)
    owed = helene.home()
    ines.opens(to_ines, "n")
    picture(ines.page, "news-owed")
    ines.says(to_ines, "merci", to_ines.digits, chosen="own", text="Merci, Hélène, d'avoir pensé à moi.")
    ines.says(to_ines, "contact", to_ines.digits, text="Nous nous sommes parlé ce matin.")
    ines.says(to_ines, "nouvelles", to_ines.digits, text="Premier rendez-vous mardi.", apt="yes")
    ines.says(to_ines, "fin", to_ines.digits, outcome="lost", text="Il a choisi quelqu'un d'autre, pour le prix.")
    picture(ines.page, "news-told")
    installation.catch_up()
    told = helene.tells(story)
    picture(helene.page, "story-told")
    for words in ("d'avoir pensé à moi", "parlé ce matin", "rendez-vous mardi", "pour le prix"):
        assert words in told.replace("’", "'")
    assert helene.home() != owed
    picture(helene.page, "home-after")
    assert any("d'avoir pensé à moi" in mail.text.replace("’", "'") for mail in helene.mails())
