"""Draw every part of the look into a folder, photograph it light and dark at 360 and 1280 px, and let axe read it.

    python scripts/gallery.py OUT            writes the pages
    python scripts/gallery.py OUT --look     also takes pictures and runs axe; exit code 1 on a violation

Only for people who work on the look: nothing here is reachable from the program.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import os
import shutil
import sys
import threading
from datetime import UTC, date, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'"
WIDTHS = (360, 1280)
PAGES = ("home", "story", "question", "contacts", "request", "answered", "404", "500", "letter")


def configure() -> None:
    """Give Django just enough settings to draw templates."""
    import django
    from django.conf import settings
    from django.urls import path

    names = ("home", "referrals", "contacts", "recommend", "account", "account_logout")
    addresses = tuple(path(f"{name}.html", lambda request: None, name=name) for name in names)
    settings.configure(
        INSTALLED_APPS=["entremise.web", "django_htmx", "django.contrib.staticfiles"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "scripts" / "gallery"],
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        FORM_RENDERER="entremise.web.forms_look.LookRenderer",
        LOCALE_PATHS=[ROOT / "src" / "entremise" / "locale"],
        ROOT_URLCONF=addresses,
        STATIC_URL="/static/",
        LANGUAGE_CODE="fr",
        USE_TZ=True,
        TIME_ZONE="UTC",
        SECRET_KEY="gallery",  # noqa: S106
    )
    django.setup()


def forms_shown() -> dict[str, Any]:
    """Two forms, one of them with mistakes."""
    from django import forms

    from entremise.web.forms_look import Choices, Day, Digits

    class Need(forms.Form):
        trade = forms.CharField(label="Quel métier cherche-t-on ?", help_text="Tel que Marc le dirait.")
        area = forms.ChoiceField(label="Où ?", choices=[("", "Choisir"), ("69", "Rhône")])
        until = forms.DateField(label="Jusqu’à quand ?", widget=Day)
        note = forms.CharField(
            label="Ce qu’il faut savoir",
            required=False,
            max_length=400,
            help_text="Sans nom, ni société, ni adresse : ce texte part avant les accords.",
            widget=forms.Textarea(attrs={"data-count": "Encore {left} caractères"}),
        )
        ways = forms.MultipleChoiceField(
            label="Comment la joindre ?",
            choices=[("tel", "Par téléphone"), ("mail", "Par courriel")],
            widget=forms.CheckboxSelectMultiple,
        )
        card = forms.FileField(label="Carte de visite", required=False, widget=forms.FileInput)
        agreed = forms.BooleanField(label="J’ai lu ce message à voix haute", help_text="Mot pour mot.")

    class Known(forms.Form):
        title_field = "how_well"
        how_well = forms.ChoiceField(
            label="Depuis quand connaissez-vous Inès ?",
            help_text="Qui recommande prête sa réputation.",
            choices=[("well", "Depuis longtemps"), ("little", "Depuis peu"), ("name", "De nom seulement")],
            widget=Choices(
                hints={
                    "well": "J’ai vu son travail, ou travaillé avec elle.",
                    "name": "Nous vous dirons ce que vous risquez, puis vous déciderez.",
                }
            ),
        )

    class Code(forms.Form):
        digits = forms.CharField(
            label="Les quatre chiffres de votre courriel", help_text="Ils sont à la fin du message.", widget=Digits
        )

    wrong = Need({"trade": "", "note": "Ventilation d’une boulangerie", "until": "2026-02-30"})
    return {
        "need": wrong,
        "known": Known({"how_well": "little"}),
        "known_fresh": Known(),
        "code": Code(),
        "fresh": Need(),
    }


def things_shown() -> dict[str, Any]:
    """What the pages speak of."""
    from django.core.paginator import Paginator

    moments = [
        {
            "when": datetime(2026, 3, 10, tzinfo=UTC),
            "tone": "accent",
            "said": "Inès a donné des nouvelles : premier rendez-vous mardi.",
            "words": "Marc m’a fait visiter le fournil. Le chantier est pour juin, je vous raconterai.",
        },
        {
            "when": datetime(2026, 3, 3, tzinfo=UTC),
            "tone": "done",
            "said": "Inès et Marc ont été mis en relation.",
            "more": "Vous n’êtes plus dans leur conversation.",
        },
        {
            "when": datetime(2026, 2, 27, tzinfo=UTC),
            "tone": "owed",
            "said": "Inès doit vous remercier.",
            "more": "avant le mardi 3 mars",
        },
        {
            "when": datetime(2026, 2, 25, tzinfo=UTC),
            "tone": "veiled",
            "said": "La demande est chez Inès, sans le nom de Marc.",
        },
        {"when": datetime(2026, 2, 24, tzinfo=UTC), "tone": "", "said": "Vous avez décrit le besoin."},
    ]
    observers = [
        {
            "name": "Hélène Marchand",
            "role": "donneuse, vous",
            "told": ["tout ce que vous avez écrit", "l’accord d’Inès"],
        },
        {
            "name": "Inès Caron",
            "role": "receveuse",
            "told": ["le besoin : ventilation, Lyon, avant juin", "votre nom"],
            "untold": ["le nom du client potentiel"],
        },
        {
            "name": "",
            "role": "le client potentiel",
            "veiled": True,
            "untold": ["le nom de la personne que vous recommandez"],
        },
    ]
    rows = [
        {"question": "Métier", "answer": "Ventilation de locaux professionnels", "url": "#"},
        {"question": "Où", "answer": "Lyon et alentours", "url": "#"},
        {"question": "Budget", "answer": "", "url": "#"},
    ]
    page = Paginator(range(2340), 50).page(2)
    member = SimpleNamespace(name="Hélène Marchand")
    return {
        "moments": moments,
        "observers": observers,
        "rows": rows,
        "page": page,
        "member": member,
        "day": date(2026, 3, 3),
    }


def draw(out: Path) -> None:
    """Write the pages and the files they need under ``out``."""
    from django.template.loader import render_to_string
    from django.test import RequestFactory
    from django.utils.translation import override

    out.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "src/entremise/web/static/entremise", out / "static/entremise", dirs_exist_ok=True)
    request = RequestFactory().get("/contacts/?q=a")
    request.member = things_shown()["member"]  # type: ignore[attr-defined]
    request.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
    with override("fr"):
        for name in PAGES:
            context = {**things_shown(), **forms_shown(), "section": name}
            source = f"{name}.html"
            (out / source).write_text(render_to_string(source, context, request=request), "utf-8")


class Quiet(SimpleHTTPRequestHandler):
    """Serves the folder under the policy the program uses, silently."""

    def end_headers(self) -> None:
        if "letter" not in self.path:
            self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


SIDEWAYS = """
    document.documentElement.scrollWidth > innerWidth
    || [...document.querySelectorAll(".ways a")].some(a => a.getBoundingClientRect().right > innerWidth)
"""
SMALL = """
    [...document.querySelectorAll("button, .button, .ways a, summary, .choice, select, textarea, .field > input")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML.slice(0, 80))
"""
# A letter is shown inside a frame or a mail program, where these do not apply.
NOT_IN_LETTERS = {"landmark-one-main", "page-has-heading-one", "region"}
CHROMIUM = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def read(page: Page, name: str) -> list[str]:
    """What a reader of the page drawn as ``name`` would trip over."""
    found = ["scrolls sideways"] if page.evaluate(SIDEWAYS) else []
    found += [f"too small to press: {which}" for which in page.evaluate(SMALL)]
    for problem in Axe().run(page).response["violations"]:
        if name != "letter" or problem["id"] not in NOT_IN_LETTERS:
            where = "; ".join(str(node["target"]) for node in problem["nodes"][:4])
            found.append(f"{problem['id']}: {problem['help']} @ {where}")
    return found


def look(out: Path) -> int:
    """Photograph each page, light and dark, narrow and wide; return how many things were found, and print them."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(out)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found: set[str] = set()
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(CHROMIUM)
        )
        for width, scheme, name in itertools.product(WIDTHS, ("light", "dark"), PAGES):
            page = browser.new_page(
                viewport={"width": width, "height": 760}, color_scheme=scheme, reduced_motion="reduce"
            )
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(f"{message.type}: {message.text}"))
            page.goto(f"http://127.0.0.1:{server.server_port}/{name}.html", wait_until="load")
            page.evaluate("document.fonts.ready")
            page.screenshot(path=str(out / f"{name}-{width}-{scheme}.png"), full_page=True)
            refused = [text for text in said if "Content Security Policy" in text]
            found.update(f"{name} {width} {scheme}: {text}" for text in refused + read(page, name))
            page.close()
        browser.close()
    server.shutdown()
    print("\n".join(sorted(found)) or "nothing found")
    return len(found)


def main() -> int:
    """Return 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("out", type=Path)
    parser.add_argument("--look", action="store_true")
    chosen = parser.parse_args()
    configure()
    draw(chosen.out)
    return 1 if chosen.look and look(chosen.out) else 0


if __name__ == "__main__":
    raise SystemExit(main())
