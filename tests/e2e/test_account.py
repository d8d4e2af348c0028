"""Somebody is invited, opens their notebook on a telephone, and makes it theirs: passkey, second proof, sessions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from entremise.lib import one_time
from tests.e2e.audit import Audit
from tests.e2e.installation import Installation, running
from tests.e2e.walks import DESK, HELENE, Giver, Walkers

pytestmark = pytest.mark.e2e
PAUL, NAME = "paul@vidal-jardins.example", "Paul Vidal"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A fresh installation under a name, for passkeys belong to one."""
    with running(tmp_path_factory.mktemp("account"), host="localhost") as started:
        yield started


@pytest.fixture(scope="module")
def walkers(installation: Installation, browser: Browser) -> Iterator[Walkers]:
    found = Walkers(installation=installation, browser=browser)
    yield found
    found.close()


def goes(page: Page, path: str) -> None:
    base = "/".join(page.url.split("/")[:3])
    page.goto(base + path)


def invited(walkers: Walkers) -> Page:
    """Hélène invites Paul, who accepts on his telephone; return his window."""
    helene = Giver(page=walkers.window(look=DESK), walkers=walkers, person=HELENE)
    helene.found()
    goes(helene.page, "/moi/invitations/inviter/")
    helene.page.fill("[name=name]", "Paul")
    helene.page.fill("[name=email]", PAUL)
    helene.page.fill("[name=words]", "Tu verras, on y recommande sans déranger.")
    helene.page.click("main button.main")
    expect(helene.page.locator("main")).to_contain_text(PAUL)
    letter = walkers.installation.mail(PAUL, 1)
    assert HELENE.name in letter.subject
    phone = walkers.window()
    phone.goto(letter.link("invitation"))
    expect(phone.locator("h1")).to_contain_text(HELENE.name)
    phone.fill("[name=name]", NAME)
    phone.click("main button.main")
    expect(phone.locator(".bottom")).to_contain_text(NAME)
    expect(phone.locator(".empty")).to_be_visible()
    return phone


def gives_a_key(page: Page) -> None:
    """Let the telephone keep passkeys, with a finger that is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def leaves(page: Page) -> None:
    page.locator(".bottom button", has_text="Se déconnecter").click()
    page.wait_for_url("**/entrer/")


def asks_for_a_code(page: Page, installation: Installation) -> None:
    """Come in by a code sent by mail, as far as that leads."""
    number = len(installation.post.to(PAUL)) + 1
    goes(page, "/entrer/")
    page.fill("[name=email]", PAUL)
    page.click("main button.main")
    page.fill("[name=code]", _latest_code(installation, number))
    page.click("main button[value=verify]")


def _latest_code(installation: Installation, number: int) -> str:
    installation.mail(PAUL, number)
    installation.catch_up()
    return next(mail.code for mail in reversed(installation.post.to(PAUL)) if "code" in mail.subject)


def sets_up_the_app(page: Page, installation: Installation) -> tuple[str, list[str]]:
    """Set up the second proof; return the secret and the emergency codes."""
    goes(page, "/moi/securite/second/")
    page.click("main button.main")
    expect(page.locator("img.qr")).to_be_visible()
    assert page.eval_on_selector("img.qr", "one => one.naturalWidth") > 100
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.fill("[name=code]", shown(secret, installation))
    page.click("main button.main")
    codes = page.locator(".codes li").all_inner_texts()
    with page.expect_download() as saved:
        page.click("a[download]")
    assert codes[0] in Path(saved.value.path()).read_text("utf-8")
    page.click("main button.main")
    page.wait_for_url("**/moi/securite/")
    return secret, codes


def shown(secret: str, installation: Installation) -> str:
    """What the app shows now."""
    return one_time.digits_of(secret, counter=one_time.counter_at(installation.now))


def test_an_invitation_a_passkey_a_second_proof_and_sessions(walkers: Walkers, installation: Installation) -> None:
    phone = invited(walkers)
    gives_a_key(phone)
    goes(phone, "/moi/securite/cles/ajouter/")
    phone.fill("[name=name]", "Mon téléphone")
    phone.click("main button.main")
    expect(phone.locator("main")).to_contain_text("Mon téléphone")
    leaves(phone)
    phone.click("form[data-passkey] button")
    expect(phone.locator(".bottom")).to_contain_text(NAME)

    secret, codes = sets_up_the_app(phone, installation)
    installation.wait(minutes=2)
    leaves(phone)
    asks_for_a_code(phone, installation)
    expect(phone.locator("h1")).to_have_text("Et maintenant, votre application")
    phone.fill("[name=code]", shown(secret, installation))
    phone.click("main button.main")
    expect(phone.locator(".bottom")).to_contain_text(NAME)

    desk = walkers.window(look=DESK)
    desk.goto(phone.url)
    asks_for_a_code(desk, installation)
    desk.fill("[name=code]", codes[2])
    desk.click("main button.main")
    expect(desk.locator(".bottom")).to_contain_text(NAME)

    goes(phone, "/moi/securite/seances/")
    expect(phone.locator(".answers > div")).to_have_count(2)
    phone.locator("main button", has_text="Fermer toutes les autres").click()
    expect(phone.locator(".answers > div")).to_have_count(1)
    goes(desk, "/moi/")
    desk.wait_for_url("**/entrer/?next=/moi/")
    told = [mail.subject for mail in installation.post.to(PAUL)]
    assert "Une clé d’accès ouvre désormais votre carnet" in told
    assert "Une seconde preuve est désormais demandée" in told


def test_every_page_of_the_account_reads_well(walkers: Walkers, installation: Installation) -> None:
    """Nothing for axe to say, nothing too wide, in light and dark, on a telephone and a desk."""
    audit = Audit()
    helene = Giver(page=walkers.window(look=DESK), walkers=walkers, person=HELENE)
    for path in (
        "/moi/",
        "/moi/identite/",
        "/moi/preferences/",
        "/moi/adresse/",
        "/moi/invitations/",
        "/moi/invitations/inviter/",
        "/moi/securite/",
        "/moi/securite/mot-de-passe/",
        "/moi/securite/cles/ajouter/",
        "/moi/securite/seances/",
        "/moi/securite/second/",
    ):
        helene.open(path)
        audit.look(helene.page, path)
    helene.page.click("main button.main")
    audit.look(helene.page, "the picture of the secret")
    secret = helene.page.locator(".secret").inner_text().replace(" ", "")
    helene.page.fill("[name=code]", shown(secret, installation))
    helene.page.click("main button.main")
    audit.look(helene.page, "the emergency codes")
    helene.open("/moi/adresse/")
    helene.page.fill("[name=email]", "h.vasseur@ailleurs.example")
    helene.page.click("main button.main")
    audit.look(helene.page, "the code for another address")
    visitor = walkers.window()
    for path in ("/entrer/", "/entrer/mot-de-passe/", f"/invitation/{'a' * 32}/", f"/adresse/{'a' * 32}/"):
        visitor.goto(installation.url + path)
        audit.look(visitor, path)
    visitor.goto(installation.url + "/entrer/mot-de-passe/")
    visitor.fill("[name=email]", HELENE.email)
    visitor.fill("[name=password]", "faux")
    visitor.click("main button.main")
    audit.look(visitor, "a wrong password")
    audit.check()
