"""Everything an asked person does, and sending too, in a browser that runs no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.walks import DESK, HELENE, INES, MARC, Giver, Walkers, said

pytestmark = pytest.mark.e2e


def test_a_referral_is_sent_answered_and_thanked_for_without_scripts(walkers: Walkers) -> None:
    installation = walkers.installation
    helene = Giver(page=walkers.window(look=DESK, scripts=False), walkers=walkers, person=HELENE, scripts=False)
    helene.found()
    story = helene.recommend(INES, client=MARC)
    ines = walkers.asked(INES, scripts=False)
    marc = walkers.asked(MARC, scripts=False)

    request = ines.mail(1)
    ines.opens(request)
    ines.yes("")  # without the digits nothing is recorded, and the page says so beside the field
    expect(ines.page.locator(".receipt")).to_have_count(0)
    expect(ines.page.locator("[aria-invalid=true][name=digits]")).to_have_count(1)
    ines.opens(request)
    ines.asks(request.digits, "Combien de couverts ?")
    assert "Combien de couverts" in said(ines.page)
    helene.answers(story, "Une centaine.")
    ines.opens(request)
    assert "Une centaine" in said(ines.page)
    ines.yes(request.digits)
    expect(ines.page.locator(".receipt")).to_be_visible()
    ines.takes_back(request.digits)
    expect(ines.page.locator("#take_back_digits")).to_have_count(0)
    ines.changes_their_mind(request.digits)
    expect(ines.page.locator("#take_back_digits")).to_have_count(1)
    installation.wait(minutes=16)

    principle = marc.mail(1)
    marc.opens(principle)
    marc.yes(principle.digits)
    expect(marc.page.locator(".receipt")).to_be_visible()
    installation.wait(minutes=16)
    name = marc.mail(3)
    marc.opens(name)
    marc.yes(name.digits, way="phone", details=MARC.phone, best_time="le matin")
    expect(marc.page.locator(".receipt")).to_be_visible()
    installation.wait(minutes=16)

    introduction = installation.post.to(INES.email)[-1]
    assert MARC.phone in introduction.text
    ines.says(introduction, "merci", introduction.digits, text="Merci, Hélène.")
    ines.says(introduction, "contact", introduction.digits)
    installation.catch_up()
    assert "Merci, Hélène." in helene.tells(story)
    assert all(context.cookies() == [] for context in (ines.page.context, marc.page.context))
