"""The way in, walked once for each verdict: a referral, a need that is far, a lead, a receiver who does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from playwright.sync_api import Page

from entremise.lib import clock
from tests.e2e.walks import HELENE, INES, MARC, WAY_IN, Giver, choose, fill

VERDICTS = ("referral", "later", "lead", "mismatch")
_FAR = timedelta(days=400)


def walk(page: Page, url: str, verdict: str) -> Iterator[str]:
    """Yield at each page of the way in, before it is answered, as far as the verdict leads. Nothing is sent."""
    installation: Any = SimpleNamespace(url=url, now=clock.now())
    giver = Giver(page=page, walkers=SimpleNamespace(installation=installation), person=HELENE)  # type: ignore[arg-type]
    yield from steps(giver, verdict)


def steps(giver: Giver, verdict: str) -> Iterator[str]:
    """Yield at each page of the way in of a giver who knows Inès and Marc."""
    giver.open("/recommander/")
    for step in WAY_IN:
        giver.at(step)
        yield step
        if step == "verdict" and verdict != "referral":
            return
        giver.answer(step, receiver=INES, client=MARC)
        _spoil(giver, step, verdict)
        giver.next()
    giver.at("letters")
    yield "letters"


def _spoil(giver: Giver, step: str, verdict: str) -> None:
    """Answer this page so that the test comes to another verdict."""
    far = (giver.installation.now + _FAR).date()
    if (step, verdict) == ("real", "later"):
        fill(giver.page, "wanted_by", far.isoformat())
    if (step, verdict) == ("real", "lead"):
        choose(giver.page, "source", "guessed")
    if (step, verdict) == ("fits", "mismatch"):
        first = giver.page.locator("#asked input[type=radio][value=no]").first
        choose(giver.page, first.get_attribute("name") or "", "no")
