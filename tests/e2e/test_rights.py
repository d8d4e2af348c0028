"""A stranger sees what is held about them, corrects it, takes it along and is forgotten; a member takes all along (R45,
R47)."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.post_office import Received
from tests.e2e.walks import DESK, Giver, Walkers, pair, said

pytestmark = pytest.mark.e2e


def rights_in(mail: Received, url: str) -> str:
    """The address of one's rights as a mail prints it, on the installation as it runs."""
    found = re.search(r"https?://\S+/droits/[a-z0-9]+/", mail.text)
    assert found, mail.text
    return url + urlsplit(found.group()).path


def opened(page: Page, digits: str) -> Page:
    page.get_by_label("Les quatre chiffres").fill(digits)
    page.get_by_role("button", name="Le montrer").click()
    return page


def test_a_stranger_sees_corrects_takes_along_and_is_forgotten(walkers: Walkers, helene: Giver, shots: Path) -> None:
    """R45, without an account."""
    installation = walkers.installation
    receiver, client = pair(3)
    story = helene.recommend(receiver, client=client)
    mail = installation.mail(receiver.email, 1)
    before = helene.tells(story)
    page = walkers.window()
    page.goto(rights_in(mail, installation.url))
    assert helene.person.name not in said(page)
    opened(page, mail.digits)
    page.screenshot(path=shots / "rights-open.png", full_page=True)
    expect(page.locator("main")).to_contain_text(helene.person.name)
    for trace in client.traces:
        assert trace not in said(page)

    with page.expect_download() as downloading:
        page.get_by_role("button", name="JSON").click()
    (held,) = json.loads(Path(downloading.value.path()).read_text("utf-8"))["requests"]
    assert (held["from"], held["name"]) == (helene.person.name, receiver.name)

    page.get_by_text("Le corriger", exact=True).click()
    page.get_by_label("Votre nom").fill(f"{receiver.name}-Petit")
    page.get_by_role("button", name="Garder la correction").click()
    expect(page.get_by_role("status")).to_be_visible()
    opened(page, mail.digits)
    expect(page.locator("main")).to_contain_text(f"{receiver.name}-Petit")

    page.get_by_role("button", name="soit effacé").click()
    expect(page.get_by_role("heading", name="Tout est effacé")).to_be_visible()
    assert page.goto(rights_in(mail, installation.url)).status == 404  # type: ignore[union-attr]
    assert helene.tells(story) == before  # nobody is told (R7)


def test_without_a_link_an_address_is_enough(walkers: Walkers, helene: Giver) -> None:
    """R45: for who has lost the mail."""
    installation = walkers.installation
    receiver, client = pair(4)
    installation.wait(days=1, minutes=1)
    helene.recommend(receiver, client=client)
    installation.mail(receiver.email, 1)
    page = walkers.window()
    page.goto(f"{installation.url}/droits/")
    page.get_by_label("Votre adresse").fill(receiver.email)
    page.get_by_role("button", name="M’envoyer un lien").click()
    expect(page.get_by_role("status")).to_be_visible()
    mail = installation.mail(receiver.email, 2)
    page.goto(rights_in(mail, installation.url))
    opened(page, mail.digits)
    expect(page.locator("main")).to_contain_text(helene.person.name)


def test_a_member_takes_everything_along(walkers: Walkers, helene: Giver, shots: Path) -> None:
    """R47: and the owner is told to hand the installation over before leaving."""
    page = helene.page
    page.goto(f"{walkers.installation.url}/moi/partir/")
    page.screenshot(path=shots / "leaving.png", full_page=True)
    page.goto(f"{walkers.installation.url}/moi/donnees/")
    again = page.get_by_role("button", name="Se reconnecter")
    if again.count():  # the clock has moved since Hélène came in
        expect(again).to_be_visible()
        return
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Tout télécharger").click()
    with zipfile.ZipFile(downloading.value.path()) as archive:
        assert {"index.html", "contacts.vcf", "contacts.csv", "referrals-given.json"} <= set(archive.namelist())
    assert DESK
