"""Draws the mark as the PNG files of first screens and old browsers: python tools/icons.py

From static/entremise/mark.svg, by Chromium (Playwright), into static/entremise/icons/. Run it again when the mark
changes, and commit what it wrote. The maskable one keeps the mark inside the safe zone (a circle of 80 %), on paper
that fills the square.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import FLAGS, executable  # noqa: E402

STATIC = ROOT / "src" / "entremise" / "web" / "static" / "entremise"
PAPER = "#fbf8f1"
# Name, size, share of the square that the mark takes, paper to the edges.
ICONS = (
    ("icon-32", 32, 1.0, False),
    ("icon-180", 180, 0.8, True),
    ("icon-192", 192, 1.0, False),
    ("icon-512", 512, 1.0, False),
    ("icon-maskable-512", 512, 0.68, True),
)


def main() -> None:
    """Write every icon."""
    mark = (STATIC / "mark.svg").read_text("utf-8")
    folder = STATIC / "icons"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=list(FLAGS))
        for name, size, share, filled in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            paper = PAPER if filled else "transparent"
            page.set_content(
                f"<style>html,body{{margin:0;height:100%;background:{paper}}}"
                f"body{{display:grid;place-items:center}}svg{{width:{share:.0%};height:{share:.0%}}}</style>{mark}"
            )
            page.screenshot(path=str(folder / f"{name}.png"), omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
