"""What I learn, in a browser: axe, pictures by keyboard and by tap, the files, and the tables without scripts (R26)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.audit import Audit
from tests.e2e.test_outside import search
from tests.e2e.walks import INES, MARC, Giver, Walkers, choose, press

pytestmark = pytest.mark.e2e


def test_what_is_learned_is_seen_read_out_and_taken_along(walkers: Walkers, helene: Giver, tmp_path: Path) -> None:
    page, audit = helene.page, Audit()
    helene.open("/apprendre/")
    audit.look(page, "learning, nothing yet")
    press(page.locator("main .button.main"))
    search(page, "other", INES.family)
    search(page, "client", MARC.family)
    press(page.locator("form.asked button.main"))
    press(page.locator("a[href$='/dire/fin/']").first)
    choose(page, "outcome", "won")
    press(page.locator("form.asked button.main").last)
    helene.open("/apprendre/")
    audit.look(page, "learning")
    press(page.get_by_role("link", name="Au fil du temps, par personne, par métier").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Quand on me recommande")
    for folded in page.locator("main summary").all():
        folded.click()
    audit.look(page, "learning, received")

    figure = page.locator("#personnes figure")
    told = figure.locator("[aria-live]")
    figure.locator("svg").focus()
    page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("Inès Moreau : Sur 1 dont l’issue est connue, 1 a abouti à une collaboration.")
    expect(told).to_contain_text("1 issue, c’est trop peu pour conclure.")
    page.keyboard.press("Escape")
    expect(told).to_be_empty()
    figure.locator("svg text", has_text="Inès Moreau").click()
    expect(told).to_contain_text("Inès Moreau")
    for button, ending, begins in (
        ("(CSV)", ".csv", b"\xef\xbb\xbf"),
        ("(SVG)", ".svg", b"<svg"),
        ("(PNG)", ".png", b"\x89PNG"),
    ):
        with page.expect_download() as begun:
            figure.get_by_text(button).click()
        assert begun.value.suggested_filename == f"entremise-recues-personnes{ending}"
        begun.value.save_as(tmp_path / ending)
        assert (tmp_path / ending).read_bytes().startswith(begins)
    helene.open("/apprendre/donnees/")
    audit.look(page, "learning, given, nothing yet")
    audit.check()

    quiet = walkers.window(scripts=False)
    quiet.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    quiet.goto(f"{walkers.installation.url}/apprendre/recues/")
    expect(quiet.locator("[data-pictures-hint]")).to_be_hidden()
    quiet.locator("#personnes summary").click()
    expect(quiet.locator("#personnes table")).to_contain_text("Inès Moreau")
