"""Fast is a form of respect: a page with everything it loads weighs less than 100 kB on the wire."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from entremise.lib import clock
from tests.cast import INES, MARC, World, browser_of, world
from tests.web.link_pages import address

pytestmark = pytest.mark.django_db
MOST = 100_000  # bytes
_LOADED = re.compile(r'<(?:link|script|img)\b[^>]*?(?:href|src)="(/static/[^"]+)"')
# What a browser loads at a first visit: not the icons of other sizes, nor what is only kept for a first screen.
_NOT_LOADED = re.compile(r"icons/icon-(?:180|192|512|maskable)")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def on_the_wire(path: str) -> int:
    """What one file weighs as it travels: a font as it is, everything else compressed as it is served."""
    found = finders.find(path.removeprefix("/static/"))
    assert isinstance(found, str), path
    body = Path(found).read_bytes()
    return len(body) if path.endswith((".woff2", ".png")) else len(gzip.compress(body, 9))


def loads(page: str) -> set[str]:
    """Every file of ours a page asks for, those its style sheets ask for included."""
    files = {path for path in _LOADED.findall(page) if not _NOT_LOADED.search(path)}
    for sheet in [path for path in files if path.endswith(".css")]:
        text = Path(str(finders.find(sheet.removeprefix("/static/")))).read_text("utf-8")
        files |= {urljoin(sheet, named) for named in re.findall(r'url\("?([^")]+)"?\)', text)}
    return files


def weight(answer: Any) -> int:
    """A page, not compressed since it holds secrets, and all it loads."""
    return len(answer.content) + sum(on_the_wire(path) for path in loads(answer.content.decode()))


def test_home_a_request_and_a_story_weigh_less_than_a_hundred_thousand_bytes(scene: World) -> None:
    uid = scene.send()
    mail = scene.last_to(INES)
    helene = browser_of(scene.helene)
    answers = {
        "home": helene.get("/"),
        "request": Client().get(address(mail)),
        "yes": Client().get(address(mail, "oui")),
    }
    scene.yes(mail).wait(minutes=15)
    for _kind in ("principle", "name"):
        scene.yes(scene.last_to(MARC)).wait(minutes=15)
    answers["introduced"] = Client().post(address(mail), {"digits": mail.digits})
    answers["story"] = helene.get(f"/histoire/{uid}/")
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    heavy = {name: found for name, answer in answers.items() if (found := weight(answer)) >= MOST}
    assert heavy == {}
    assert any(path.endswith(".woff2") for path in loads(answers["home"].content.decode())), "the face is weighed too"
