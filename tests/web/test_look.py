"""The look keeps its promises: contrast, weight, words beside the field, nothing inline."""

from __future__ import annotations

import gzip
import hashlib
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from entremise.web.forms_look import Choices, Day, Digits, LookRenderer

WEB = Path(__file__).resolve().parents[2] / "src" / "entremise" / "web"
STATIC = WEB / "static" / "entremise"
TEMPLATES = WEB / "templates"
PAPERS = ("paper", "paper-lit", "paper-deep")
TEXT = [
    *(("ink", paper) for paper in (*PAPERS, "accent-wash", "done-wash", "owed-wash", "veiled-wash")),
    *(("ink-soft", paper) for paper in (*PAPERS, "accent-wash")),
    *((ink, paper) for ink in ("accent", "accent-deep", "wrong", "owed", "done", "veiled") for paper in PAPERS),
    *((tone, f"{tone}-wash") for tone in ("owed", "done", "veiled")),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
]
EDGES = [*((edge, paper) for edge in ("line-strong", "focus", "accent", "wrong") for paper in PAPERS)]


def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The colours in light and in dark."""
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", (STATIC / "entremise.css").read_text("utf-8"), re.DOTALL)[:2]
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    return found[0], {**found[0], **found[1]}


def brightness(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (EDGES, 3.0)], ids=["text", "edges"])
def test_every_pair_of_colours_in_use_has_the_contrast_of_wcag_aa(
    scheme: int, pairs: list[tuple[str, str]], least: float
) -> None:
    colours = tokens()[scheme]
    faint = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in pairs
        if contrast(colours[pair[0]], colours[pair[1]]) < least
    }
    assert faint == {}


def test_black_on_white_measures_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_every_colour_has_a_dark_form() -> None:
    light, dark = tokens()
    assert {name for name in light if light[name] == dark[name]} == set()


def test_what_every_page_loads_weighs_less_than_sixty_thousand_bytes_on_the_wire() -> None:
    font = (STATIC / "fonts" / "literata-latin.woff2").stat().st_size
    texts = chain(STATIC.glob("*.css"), STATIC.glob("*.svg"), STATIC.glob("js/*.js"))
    assert font <= 45_000
    assert font + sum(len(gzip.compress(path.read_bytes())) for path in texts) < 60_000


def test_the_reading_face_is_the_one_recorded() -> None:
    listed = tomllib.loads((WEB.parents[2] / "vendor.toml").read_text("utf-8"))["file"]
    (face,) = [file for file in listed if file["name"] == "Literata"]
    kept = WEB.parents[2] / face["path"]
    assert kept.parent == STATIC / "fonts"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == face["sha256"]
    assert "SIL Open Font License" in (WEB.parents[2] / face["licence"]).read_text("utf-8")


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(TEMPLATES.rglob("*.html")) if "mail" not in path.parts],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_no_page_has_style_or_script_of_its_own(path: Path) -> None:
    text = re.sub(r"{%.*?%}", "", path.read_text("utf-8"))
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:|https?://", text) == []


class Asked(forms.Form):
    default_renderer = LookRenderer()
    title_field = "how"
    how = forms.ChoiceField(
        label="How well", choices=[("a", "Well"), ("b", "Little")], widget=Choices(hints={"b": "A risk"})
    )
    name = forms.CharField(label="Name", help_text="As written")
    day = forms.DateField(label="Day", required=False, widget=Day)
    digits = forms.CharField(label="Digits", widget=Digits)
    agreed = forms.BooleanField(label="Agreed")


def test_a_mistake_stands_beside_its_field_and_is_named_by_the_control() -> None:
    drawn = Asked({})["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert drawn.index("As written") < drawn.index('id="id_name_error"') < drawn.index("<input")


def test_the_one_question_of_a_page_is_its_title() -> None:
    drawn = Asked()["how"].as_field_group()
    assert re.search(r"<legend><h1[^>]*>How well</h1></legend>", drawn)


def test_a_choice_has_its_hint_and_names_it() -> None:
    drawn = Asked()["how"].as_field_group()
    assert 'aria-describedby="id_how_1_hint"' in drawn
    assert '<p class="hint" id="id_how_1_hint">A risk</p>' in drawn
    assert "id_how_0_hint" not in drawn


def test_only_an_optional_field_says_so() -> None:
    form = Asked()
    assert 'class="optional"' in form["day"].as_field_group()
    assert 'class="optional"' not in form["name"].as_field_group()


def test_a_day_is_written_as_the_device_expects() -> None:
    assert 'type="date"' in Asked({"day": "2026-03-03"})["day"].as_field_group()
    assert 'value="2026-03-03"' in Asked({"day": "2026-03-03"})["day"].as_field_group()


def test_the_summary_leads_to_each_mistake() -> None:
    drawn = render_to_string("parts/mistakes.html", {"form": Asked({"name": "Inès"})})
    assert re.findall(r'href="#([\w-]+)"', drawn) == ["id_how_0", "id_digits", "id_agreed"]
    assert 'role="alert"' in drawn


def test_no_summary_without_a_mistake() -> None:
    assert render_to_string("parts/mistakes.html", {"form": Asked()}).strip() == ""


def test_a_veiled_person_is_drawn_without_a_name() -> None:
    """R4: whoever passes a name by accident does not see it printed."""
    drawn = render_to_string("parts/person.html", {"name": "Marc Dubreuil", "role": "client", "veiled": True})
    assert "Marc" not in drawn
    assert ">M<" not in drawn
    assert "veil-lines" in drawn


def test_yes_and_no_differ_in_nothing_but_words_and_value() -> None:
    """R6: two equal buttons, no default."""
    drawn = render_to_string("parts/two.html", {"yes": "WORDS", "no": "WORDS", "yes_value": "V", "no_value": "V"})
    first, second = re.findall(r"<button.*?</button>", drawn)
    assert first == second
    assert "autofocus" not in drawn


def test_the_page_of_a_breakdown_needs_nothing_to_be_drawn() -> None:
    assert "{%" not in (TEMPLATES / "500.html").read_text("utf-8")


def test_the_page_of_a_breakdown_has_our_look_and_a_next_step() -> None:
    """Files by the name they are found under without a database, a template or a manifest of names."""
    page = (TEMPLATES / "500.html").read_text("utf-8")
    assert '<a class="button" href="/">' in page
    for address in re.findall(r'href="/static/entremise/([^"]+)"', page):
        assert (STATIC / address).is_file()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "403_csrf.html", "offline.html"])
def test_every_page_of_a_refusal_has_one_title_and_a_next_step(name: str) -> None:
    drawn = render_to_string(name)
    assert drawn.count("<h1") == 1
    assert '<a class="button" href="/">' in drawn


def test_quebec_reads_its_own_words() -> None:
    with translation.override("fr-ca"):
        assert translation.gettext("Mobile telephone") == "Cellulaire"
        assert translation.gettext("Your e-mail address") == "Votre adresse courriel"
        assert translation.gettext("Sign in") != "Sign in", "what Québec says alike comes from the French"
    with translation.override("fr"):
        assert translation.gettext("Mobile telephone") == "Téléphone mobile"
