"""The program on a first screen: a manifest, icons that are there, and a service worker that keeps one page only."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).resolve().parents[2] / "src" / "entremise" / "web" / "static" / "entremise"


def size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


@pytest.mark.parametrize(("language", "word"), [("fr", "carnet"), ("en", "notebook")])
def test_the_manifest_can_be_installed_in_either_language(language: str, word: str) -> None:
    answer = Client().get("/manifest.webmanifest", headers={"Accept-Language": language})
    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert word in told["name"]
    assert told["lang"] == language
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


def test_every_icon_of_the_manifest_is_a_picture_of_the_size_it_says() -> None:
    told = json.loads(Client().get("/manifest.webmanifest").content)
    for icon in told["icons"]:
        name = icon["src"].rsplit("/", 1)[-1].split(".")[0]
        (found,) = STATIC.joinpath("icons").glob(f"{name}.png")
        assert f"{size(found)[0]}x{size(found)[1]}" == icon["sizes"]


def test_the_service_worker_keeps_only_the_offline_page_and_what_draws_it() -> None:
    answer = Client().get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    script = answer.content.decode()
    (kept,) = re.findall(r"const KEPT = (\[.*?\]);", script)
    page, *drawn_with = json.loads(kept)
    assert page == "/hors-ligne/"
    assert all(
        finders.find(address.removeprefix("/static/")) or ".woff2" in address or ".css" in address
        for address in drawn_with
    )
    assert re.findall(r"\bput\(|\.add\(", script) == [], "nothing is ever added to what was kept at first"


@pytest.mark.parametrize(
    ("address", "its_own"),
    [("/", True), ("/contacts/abc/", True), ("/histoire/abc/", True), ("/moi/", True)]
    + [(f"/{door}/abc/", False) for door in ("l", "n", "silence", "boite", "droits")],
)
def test_the_service_worker_leaves_pages_behind_links_alone(address: str, its_own: bool) -> None:
    script = Client().get("/service-worker.js").content.decode()
    (pattern,) = re.findall(r"const NOTEBOOK = /(.*)/;", script)
    assert bool(re.search(pattern.replace("\\/", "/"), address)) is its_own


def test_the_offline_page_names_nobody_and_has_a_next_step() -> None:
    page = Client().get("/hors-ligne/").content.decode()
    assert '<a class="button" href="/">' in page
    assert "csrfmiddlewaretoken" not in page


def test_pages_behind_links_register_no_service_worker() -> None:
    page = Client().get(f"/l/{'a' * 26}/").content.decode()
    assert "<script" not in page
