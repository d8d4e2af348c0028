"""What I learn, in a browser: axe, pictures by keyboard and by tap, the files, and the tables without scripts (R26)."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.audit import Audit
from tests.e2e.installation import running
from tests.e2e.invented import filled
from tests.e2e.test_outside import search
from tests.e2e.walks import DESK, INES, MARC, Giver, Walkers, choose, press

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


# Each page, and what has to be drawn on it: a band has a percentage, a dot is what to expect.
FULL: tuple[tuple[str, str, dict[str, int]], ...] = (
    ("learning, full", "", {"svg rect.ink-dot": 7}),
    ("radar, full", "radar/", {"#radar circle.ink-dot": 4, "#lettres rect.ink-band": 4}),
    ("learning, given, full", "donnees/", {"#temps rect.ink-band": 1, "#lettres rect.ink-band": 4}),
    ("correction, before and after", "corrections/{correction}/", {"figure rect.ink-band": 2}),
)


def _size(picture: bytes) -> tuple[int, int]:
    """Return how wide and high a PNG is, in pixels."""
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_full_pictures_are_seen_in_every_window_and_taken_along(tmp_path: Path, browser: Browser) -> None:
    """A radar with its letters, bands with a percentage, before and after a correction (R15, R26, R28)."""
    audit = Audit()
    with running(tmp_path) as installation:
        walkers = Walkers(installation=installation, browser=browser)
        page, member = walkers.window(look=DESK, keeps=False), filled(installation)
        member.sign_in(page.context, url=installation.url)
        for name, path, drawn in FULL:
            page.goto(f"{installation.url}/apprendre/{path}".format(correction=member.correction))
            for what, least in drawn.items():
                assert page.locator(what).count() >= least, (name, what)
            page.evaluate("() => document.querySelectorAll('main details').forEach(one => one.open = true)")
            audit.look(page, name)
        for path, name in (("radar/", "radar"), ("radar/", "lettres"), ("donnees/", "temps")):
            page.goto(f"{installation.url}/apprendre/{path}")
            page.locator(f"#{name} summary").click()
            with page.expect_download() as begun:
                page.locator(f"#{name}").get_by_text("(PNG)").click()
            begun.value.save_as(tmp_path / name)
            assert min(_size((tmp_path / name).read_bytes())) > 200, name
        walkers.close()
    audit.check()
