"""Visit every page of a demonstration as people do, and photograph each: to be looked at, page by page.

    python tools/look_over.py OUT                     plays a demonstration, takes every picture
    python tools/look_over.py OUT --url http://…      uses one that runs (its mailbox page must be on)
    python tools/look_over.py OUT --only '^request'   some pages only
    … --widths 360,1280 --schemes dark --languages en --print

Pages are found by following links: one picture for each address of the program and each state it is seen in (told by
its title and its forms), so that a new page is photographed without being named here. The way in, which has no
addresses of its own, is walked. Afterwards OUT holds NAME-WIDTH-SCHEME-LANGUAGE.png, sheets of many small ones to look
at first (`sheet-…png`), and `pages.txt`: which address each name was.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import FLAGS, executable  # noqa: E402

HEIGHTS = {360: 740, 768: 1024, 1280: 860}
MEMBER = "helene@vasseur-conseil.example"
NEWCOMER = "karim@benali-assurances.example"
BEGINNINGS = ("/", "/histoires/", "/contacts/", "/recommander/", "/recommander/brouillons/", "/moi/", "/boite/")
STRANGERS = ("/entrer/", "/nulle-part/", "/hors-ligne/", "/l/aaaaaaaaaaaaaaaaaaaaaaaaaa/")
MOST_OF_A_KIND = {"story": 5, "request": 16, "news": 5}
MOST_LETTERS = 160
PER_SHEET = 12
# What tells two states of one address apart: whether anything was mistaken, its kinds of notices and its forms.
_STATE = """() => JSON.stringify([
    [...document.querySelectorAll("main .notice, main .tag")].map(one => one.className).sort(),
    [...new Set([...document.forms].map(one => (one.getAttribute("action") || "").split("/").slice(-2)[0]))],
    document.querySelectorAll("main h2").length > 0,
])"""
_LINKS = """() => [...document.querySelectorAll("main a[href], header a[href], footer a[href]")].map(one => one.href)"""


@dataclass(frozen=True)
class Sight:
    """One page to photograph: what it is called, where it is, and in whose window."""

    name: str
    path: str
    member: bool


@dataclass
class Survey:
    """What has been found so far."""

    url: str
    only: re.Pattern[str]
    seen: set[str] = field(default_factory=set)
    states: dict[str, set[str]] = field(default_factory=dict)
    sights: list[Sight] = field(default_factory=list)

    def visit(self, page: Page, path: str, *, member: bool) -> list[str]:
        """Open a page, note it where its state is new, and return the paths it leads to."""
        try:
            answer = page.goto(self.url + path)
        except PlaywrightError:  # a file to take along, not a page
            return []
        if answer is None or not (answer.headers.get("content-type") or "").startswith("text/html"):
            return []
        kind, state = self.kind(path), page.evaluate(_STATE)
        known = self.states.setdefault(kind, set())
        if state not in known and len(known) < MOST_OF_A_KIND.get(kind, 2):
            known.add(state)
            number = f"-{len(known)}" if len(known) > 1 else ""
            if self.only.search(kind):
                self.sights.append(Sight(name=kind + number, path=path, member=member))
        return [urlsplit(one).path for one in page.evaluate(_LINKS) if one.startswith(self.url)]

    def kind(self, path: str) -> str:
        """Return the shape of an address: its words, without ids and tokens."""
        words = [word for word in path.split("/") if word and not re.fullmatch(r"[0-9a-z]{24,}|[^/]*@[^/]*", word)]
        named = {"l": "request", "n": "news", "histoire": "story"}
        return "-".join([named.get(words[0], words[0]), *words[1:]]) if words else "home"

    def crawl(self, page: Page, beginnings: tuple[str, ...], *, member: bool) -> None:
        """Follow the links of pages to pages not seen yet, a few of each kind."""
        waiting, counts = list(beginnings), dict[str, int]()
        while waiting:
            path = waiting.pop(0)
            kind = self.kind(path)
            most = MOST_OF_A_KIND.get(kind, 2) * 3
            if path in self.seen or counts.get(kind, 0) >= most or path.startswith(("/l/", "/n/", "/sortir")) is member:
                continue
            self.seen.add(path)
            counts[kind] = counts.get(kind, 0) + 1
            waiting += self.visit(page, path, member=member)


def enter(page: Page, url: str, member: str) -> None:
    """Sign in as a member by the door of the demonstration's mailbox."""
    page.goto(f"{url}/boite/")
    page.locator(f"form[action*='{member}'] button").first.click()
    page.wait_for_url(f"{url}/")


def speak(page: Page, url: str, language: str) -> None:
    """Have the member of this window read in a language, by their own page."""
    page.goto(f"{url}/moi/")
    paths = [urlsplit(one).path for one in page.evaluate(_LINKS)]
    for path in ["/moi/", *(one for one in paths if one.startswith("/moi/"))]:
        page.goto(url + path)
        choice = page.locator("select[name=language]")
        if choice.count():
            choice.select_option(language)
            page.locator("form", has=choice).locator("button.main").click()
            page.wait_for_load_state()
            return
    raise LookupError("no page of the member's asks for a language")


def letters(page: Page, url: str) -> list[str]:
    """Return the paths of every link in the demonstration's mails, newest first."""
    page.goto(f"{url}/boite/")
    boxes = [one for one in page.evaluate(_LINKS) if "/boite/de/" in one]
    found: list[str] = []
    for box in boxes:
        page.goto(box)
        for letter in [one for one in page.evaluate(_LINKS) if "/boite/lettre/" in one][: MOST_LETTERS // len(boxes)]:
            page.goto(letter)
            found += re.findall(r"/(?:l|n|silence)/[a-z0-9]+/", page.content())
    return list(dict.fromkeys(found))


# -- pictures ---------------------------------------------------------------------------------------


@dataclass
class Camera:
    """Takes the pictures of one width, scheme and language."""

    browser: Browser
    url: str
    out: Path
    width: int
    scheme: Any
    language: str
    taken: list[Path] = field(default_factory=list)

    def windows(self) -> tuple[Page, Page]:
        """Return a member's window and a stranger's."""
        look: dict[str, Any] = {
            "viewport": {"width": self.width, "height": HEIGHTS.get(self.width, 900)},
            "color_scheme": self.scheme,
            "locale": {"fr": "fr-FR", "en": "en-GB"}.get(self.language, self.language),
            "reduced_motion": "reduce",
            "service_workers": "block",
        }
        member, stranger = (self.browser.new_context(**look).new_page() for _ in range(2))
        enter(member, self.url, MEMBER)
        speak(member, self.url, self.language)
        return member, stranger

    def take(self, page: Page, name: str) -> None:
        """Photograph the whole of a page, in a window as high as it is, so that what sticks to an edge stays there."""
        path = self.out / f"{name}-{self.width}-{self.scheme}-{self.language}.png"
        least = HEIGHTS.get(self.width, 900)
        height = min(max(least, page.evaluate("() => document.documentElement.scrollHeight")), 12_000)
        page.set_viewport_size({"width": self.width, "height": height})
        page.screenshot(path=str(path))
        page.set_viewport_size({"width": self.width, "height": least})
        self.taken.append(path)

    def all(self, sights: list[Sight], walk: bool) -> None:
        """Photograph every sight, and the way in where it is wanted; then the sheets."""
        member, stranger = self.windows()
        for sight in sights:
            page = member if sight.member else stranger
            page.goto(f"{self.url}{sight.path}{'' if sight.member else f'?lang={self.language}'}")
            self.take(page, sight.name)
        if walk:
            self._walk(member)
        self._empty()
        self.sheets(stranger)
        member.context.close()
        stranger.context.close()

    def _walk(self, page: Page) -> None:
        """Go through the way in as Hélène does, once for each verdict."""
        from tests.e2e.wizard import VERDICTS

        for verdict in VERDICTS:
            try:
                self._walk_to(page, verdict)
            except AssertionError as lost:  # the way in has changed: the other pictures are still worth taking
                print(f"the way in, {verdict}: {str(lost).splitlines()[0]}", file=sys.stderr)

    def _walk_to(self, page: Page, verdict: str) -> None:
        from tests.e2e.wizard import walk

        for step in walk(page, self.url, verdict):
            if verdict == "referral":
                self.take(page, f"way-in-{step}")
            elif step == "verdict":
                self.take(page, f"way-in-{step}-{verdict}")

    def _empty(self) -> None:
        """A notebook nobody has written in yet."""
        look = {"width": self.width, "height": HEIGHTS.get(self.width, 900)}
        context = self.browser.new_context(viewport=look, color_scheme=self.scheme, service_workers="block")  # type: ignore[arg-type]
        page = context.new_page()
        enter(page, self.url, NEWCOMER)
        self.take(page, "home-of-a-newcomer")
        context.close()

    def sheets(self, page: Page) -> None:
        """Lay the pictures out side by side, a dozen a sheet."""
        column = 300 if self.width < 700 else 460
        for number, start in enumerate(range(0, len(self.taken), PER_SHEET), 1):
            some = self.taken[start : start + PER_SHEET]
            shown = "".join(
                f"<figure><figcaption>{one.stem}</figcaption><img src='{one.resolve().as_uri()}'></figure>"
                for one in some
            )
            style = (
                f"body{{margin:8px;background:#888;font:12px sans-serif;display:flex;flex-wrap:wrap;gap:8px}}"
                f"figure{{margin:0;width:{column}px}}img{{width:100%;max-height:1400px;object-fit:cover;object-position:top}}"
            )
            sheet = self.out / f"sheet-{self.width}-{self.scheme}-{self.language}-{number}"
            sheet.with_suffix(".html").write_text(f"<style>{style}</style>{shown}", "utf-8")
            page.set_viewport_size({"width": min(PER_SHEET // 2, 6) * (column + 8) + 20, "height": 800})
            page.goto(sheet.with_suffix(".html").resolve().as_uri())
            page.screenshot(path=str(sheet.with_suffix(".png")), full_page=True)
            sheet.with_suffix(".html").unlink()


# -- the demonstration ------------------------------------------------------------------------------


@contextlib.contextmanager
def demonstration(port: int) -> Iterator[str]:
    """Play and serve a demonstration, and end it afterwards."""
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "entremise", "demo", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/boite/", timeout=5).close()  # noqa: S310
                break
            if process.poll() is not None:
                raise SystemExit("the demonstration ended early")
            time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def survey(browser: Browser, url: str, only: str) -> list[Sight]:
    """Find every page: a member's, then what their mails lead strangers to."""
    found = Survey(url=url, only=re.compile(only))
    member, stranger = (browser.new_context(service_workers="block").new_page() for _ in range(2))
    enter(member, url, MEMBER)
    found.crawl(member, BEGINNINGS, member=True)
    for path in (*STRANGERS, *letters(stranger, url)):
        for further in found.visit(stranger, path, member=False):
            if further.startswith(path) and further != path:
                found.visit(stranger, further, member=False)
    member.context.close()
    stranger.context.close()
    return found.sights


def main() -> int:
    """Return 0 once every picture is taken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("out", type=Path)
    parser.add_argument("--url", default="")
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--only", default="", help="a pattern of names")
    parser.add_argument("--widths", default="360,768,1280")
    parser.add_argument("--schemes", default="light,dark")
    parser.add_argument("--languages", default="fr,en")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    served = contextlib.nullcontext(asked.url) if asked.url else demonstration(asked.port)
    with served as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=list(FLAGS))
        sights = survey(browser, url, asked.only)
        (asked.out / "pages.txt").write_text("".join(f"{one.name}\t{one.path}\n" for one in sights), "utf-8")
        walk = bool(re.search(asked.only, "way-in"))
        for language, scheme, width in itertools.product(
            asked.languages.split(","), asked.schemes.split(","), asked.widths.split(",")
        ):
            camera = Camera(browser, url, asked.out, int(width), scheme, language)
            camera.all(sights, walk)
            print(f"{width} px, {scheme}, {language}: {len(camera.taken)} pictures", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
