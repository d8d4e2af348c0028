"""Every page, in each of its states, in light and dark, at 360 and 1280 px: nothing for axe to say, nothing too wide.

A window also fails its test for an error in its console, a breach of the content policy, a request to another host.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import wizard
from tests.e2e.audit import Audit
from tests.e2e.installation import running
from tests.e2e.walks import DESK, HELENE, INES, MARC, Giver, Walkers, choose, pair, press
from tests.e2e.wizard import VERDICTS

pytestmark = pytest.mark.e2e

VCARD = """BEGIN:VCARD
VERSION:3.0
FN:Olga Petrova
N:Petrova;Olga;;;
EMAIL:olga@petrova-traduction.example
END:VCARD
"""


def test_the_pages_of_a_fresh_installation(tmp_path: Path, browser: Browser) -> None:
    audit = Audit()
    with running(tmp_path, EMAIL_URL="", ENTREMISE_MAILBOX_PAGE="yes") as installation:
        walkers = Walkers(installation=installation, browser=browser)
        visitor = walkers.window()
        visitor.goto(installation.url)
        audit.look(visitor, "welcome")
        visitor.fill("[name=name]", "http://ailleurs.example/")
        visitor.fill("[name=email]", HELENE.email)
        choose(visitor, "language", "fr")
        press(visitor.locator("form.asked button.main"))
        audit.look(visitor, "welcome, mistaken")
        helene = walkers.founder()
        for name, path in {
            "home, empty": "/",
            "stories, none": "/histoires/",
            "contacts, none": "/contacts/",
            "drafts, none": "/recommander/brouillons/",
            "account": "/moi/",
            "no network": "/hors-ligne/",
            "signed in again": "/entrer/retour/",
            "not found": "/nulle-part/",
        }.items():
            helene.page.goto(installation.url + path)
            audit.look(helene.page, name)
        visitor.goto(f"{installation.url}/entrer/")
        audit.look(visitor, "sign in")
        visitor.fill("[name=email]", HELENE.email)
        press(visitor.locator("form.asked button.main"))
        audit.look(visitor, "code")
        visitor.fill("[name=code]", "0000 0000")
        press(visitor.locator("[name=action][value=verify]"))
        audit.look(visitor, "wrong code")
        installation.catch_up()
        visitor.goto(f"{installation.url}/boite/")
        audit.look(visitor, "mailboxes")
        press(visitor.locator("main a[href*='/boite/de/']").first)
        audit.look(visitor, "mailbox")
        press(visitor.locator("a[href*='/boite/lettre/']").first)
        audit.look(visitor, "letter")
        walkers.close()
    audit.check()


def test_the_address_book_and_the_way_in(walkers: Walkers, helene: Giver, tmp_path: Path) -> None:
    audit = Audit()
    page = helene.page
    _address_book(helene, audit, tmp_path)
    receiver, client = pair(0)
    helene.knows(receiver, client)
    audit.look(page, "contact")
    uid = page.url.rstrip("/").rsplit("/", 1)[-1]
    for name, path in {
        "contact, edited": f"/contacts/{uid}/modifier/",
        "contact, removed": f"/contacts/{uid}/retirer/",
        "contacts": "/contacts/",
        "contacts, not found": "/contacts/?q=personne",
    }.items():
        helene.open(path)
        audit.look(page, name)
    for step in helene.way_in(receiver, client=client):
        audit.look(page, f"way in: {step}")
        if step not in ("kind", "area", "receiver", "verdict", "brief", "letters"):
            helene.next()
            audit.look(page, f"way in: {step}, nothing chosen")
    press(page.locator("[name=act][value=keep]"))
    audit.look(page, "drafts")
    press(page.locator("a[href*='/effacer/']").first)
    audit.look(page, "draft, forgotten")
    _hidden_words_and_hint(helene, audit)
    audit.check()


def _address_book(helene: Giver, audit: Audit, folder: Path) -> None:
    page = helene.page
    helene.open("/contacts/ajouter/")
    audit.look(page, "contact, added")
    page.fill("[name=emails]", "pas une adresse")
    press(page.locator("form.asked button.main"))
    audit.look(page, "contact, mistaken")
    helene.open("/contacts/apporter/")
    audit.look(page, "import")
    file = folder / "contacts.vcf"
    file.write_text(VCARD, "utf-8")
    page.set_input_files("[name=file]", file)
    press(page.locator("main form button.main"))
    page.wait_for_url("**/contacts/apporter/*/")
    audit.look(page, "import, chosen")


def test_what_grows_between_people(walkers: Walkers, helene: Giver) -> None:
    """Relationships, asking, attentions, lineage, sphere and the profile in other hands (R24-R43)."""
    audit = Audit()
    friend, _other = pair(6)
    helene.knows(friend)
    uid = helene.page.url.rstrip("/").rsplit("/", 1)[-1]
    for name, path in {
        "cultivating": "/cultiver/",
        "rhythm": "/cultiver/rythme/",
        "whom to ask": "/cultiver/demander/",
        "20-60-20": "/cultiver/vingt-soixante-vingt/",
        "20-60-20, one kind": "/cultiver/vingt-soixante-vingt/d-eux-memes/",
        "our turn": "/cultiver/a-notre-tour/",
        "cards": "/cultiver/voeux/",
        "cards, words": "/cultiver/voeux/mots/",
        "cards, printed": "/cultiver/voeux/imprimer/",
        "lunches": "/cultiver/dejeuners/",
        "origins": "/cultiver/origines/",
        "sphere": "/cultiver/sphere/",
        "radar, empty": "/apprendre/radar/",
        "what is sent": "/moi/preferences/",
        "sphere, agreed": "/moi/sphere/",
        "profile in hands": "/fiche/entre-leurs-mains/",
        "relationship": f"/contacts/{uid}/relation/",
        "relationship, written": f"/contacts/{uid}/relation/ecrire/",
        "may I ask": f"/contacts/{uid}/demander/",
        "brought": f"/contacts/{uid}/apporte/",
    }.items():
        helene.open(path)
        audit.look(helene.page, name)
    audit.check()


def test_small_corrections(walkers: Walkers, helene: Giver) -> None:
    """The one to try next, one adopted and looked at closely, one of one's own, and the versions of a profile (R28)."""
    audit = Audit()
    page = helene.page
    helene.open("/apprendre/corrections/")
    audit.look(page, "corrections, none")
    press(page.locator("main form button.main"))
    _unfolded(page, audit, "corrections")
    press(page.locator("main section h2 a").first)
    _unfolded(page, audit, "correction")
    helene.open("/apprendre/corrections/adopter/?kind=own")
    press(page.locator("form.asked button.main"))
    audit.look(page, "correction of my own, mistaken")
    helene.open("/moi/fiche/versions/")
    audit.look(page, "profile, versions")
    audit.check()


def test_every_verdict_of_the_way_in(walkers: Walkers, helene: Giver) -> None:
    """A need that is far, one nobody voiced, a receiver who does not fit: each verdict has a page of its own."""
    audit = Audit()
    helene.knows_everybody()
    for verdict in VERDICTS:
        for step in wizard.steps(helene, verdict):
            if step == "verdict":
                audit.look(helene.page, f"verdict, {verdict}")
                break
    audit.check()


def _hidden_words_and_hint(helene: Giver, audit: Audit) -> None:
    """The brief that gives somebody away, and the verdict that it is only a hint."""
    for step in helene.way_in(INES, client=MARC, note=f"Pour {MARC.company}, à Lyon."):
        if step == "brief":
            helene.answer(step, receiver=INES, client=MARC, note=f"Pour {MARC.company}, à Lyon.")
            helene.next()
            audit.look(helene.page, "way in: brief that names somebody")
            return


def test_the_pages_behind_links_and_the_stories(walkers: Walkers, helene: Giver) -> None:
    audit = Audit()
    story = helene.recommend(INES, client=MARC)
    audit.look(helene.page, "story, asked")
    helene.open(f"{story}arreter/")
    audit.look(helene.page, "story, stop")
    helene.open(f"{story}autre/")
    audit.look(helene.page, "story, another")
    _introduce(walkers, helene, audit, story)
    _conclude_not(walkers, helene, audit)
    audit.check()


def _introduce(walkers: Walkers, helene: Giver, audit: Audit, story: str) -> None:
    installation = walkers.installation
    ines, marc = walkers.asked(INES), walkers.asked(MARC)
    asked = ines.mail(1)
    ines.opens(asked)
    audit.look(ines.page, "request, receiver")
    _unfolded(ines.page, audit, "request, receiver, unfolded")
    ines.says_yes_or_no("oui")
    _unfolded(ines.page, audit, "request, receiver, yes")
    ines.opens(asked)
    ines.says_yes_or_no("non")
    audit.look(ines.page, "request, receiver, no")
    ines.opens(asked)
    ines.yes("")
    audit.look(ines.page, "request, receiver, without digits")
    ines.opens(asked)
    ines.asks(asked.digits, "Combien de couverts ?")
    helene.open("/")
    audit.look(helene.page, "home, full")
    helene.open(story)
    audit.look(helene.page, "story, question")
    ines.opens(asked)
    ines.yes(asked.digits)
    audit.look(ines.page, "request, held")
    installation.wait(minutes=16)
    ines.opens(asked)
    _unfolded(ines.page, audit, "request, effective")
    helene.open(story)
    audit.look(helene.page, "story, client asked")
    principle = marc.mail(1)
    marc.opens(principle)
    _unfolded(marc.page, audit, "request, principle")
    marc.yes(principle.digits)
    installation.wait(minutes=16)
    name = marc.mail(3)
    marc.opens(name)
    _unfolded(marc.page, audit, "request, name")
    marc.yes(name.digits, way="phone", details=MARC.phone, best_time="le matin")
    audit.look(marc.page, "request, confirmed")
    installation.wait(minutes=16)
    marc.opens(name)
    audit.look(marc.page, "request, introduced")
    marc.page.fill("[name=digits]", name.digits)
    press(marc.page.locator("form.asked button.main"))
    audit.look(marc.page, "request, introduced and shown")
    helene.open(story)
    audit.look(helene.page, "story, introduced")
    helene.open(f"{story}entendu/")
    audit.look(helene.page, "story, heard")
    introduction = installation.post.to(INES.email)[-1]
    ines.opens(introduction, "n")
    audit.look(ines.page, "news")
    for saying in ("merci", "contact", "nouvelles", "fin"):
        ines.page.goto(f"{introduction.link('n')}{saying}/")
        audit.look(ines.page, f"news, {saying}")
    press(ines.page.locator("form.asked button.main"))
    audit.look(ines.page, "news, end without an answer")
    ines.says(introduction, "merci", introduction.digits, text="Merci.")
    audit.look(ines.page, "news, told")
    ines.says(introduction, "fin", introduction.digits, outcome="set_aside")
    audit.look(ines.page, "news, ended")
    for saying in ("fin", "reprise"):
        ines.page.goto(f"{introduction.link('n')}{saying}/")
        audit.look(ines.page, f"news, ended, {saying}")
    silence = marc.mail(1).link("silence")
    marc.page.goto(silence)
    audit.look(marc.page, "silence")
    press(marc.page.locator("form button.main"))
    audit.look(marc.page, "silenced")
    marc.page.goto(f"{installation.url}/l/{'a' * 26}/")
    audit.look(marc.page, "link that opens nothing")
    marc.page.goto(f"{principle.link()}?lang=en")
    audit.look(marc.page, "request, in English")


def _conclude_not(walkers: Walkers, helene: Giver, audit: Audit) -> None:
    installation = walkers.installation
    installation.wait(days=1)
    receiver, client = pair(1)
    story = helene.recommend(receiver, client=client)
    asked = walkers.asked(receiver)
    request = asked.mail(1)
    asked.opens(request)
    asked.no(request.digits)
    _unfolded(asked.page, audit, "request, declined")
    asked.opens(request)
    asked.tells_the_giver(request.digits, reason="Mon carnet est plein.")
    audit.look(asked.page, "request, declined and told")
    helene.open(story)
    audit.look(helene.page, "story, told of a no")
    another, client = pair(2)
    story = helene.recommend(another, client=client)
    willing = walkers.asked(another)
    request = willing.mail(1)
    willing.opens(request)
    willing.yes(request.digits)
    installation.wait(days=75)
    willing.opens(request)
    audit.look(willing.page, "request, not concluded")
    helene.open(story)
    audit.look(helene.page, "story, not concluded")
    helene.open("/histoires/")
    audit.look(helene.page, "stories")
    helene.open("/")
    audit.look(helene.page, "home, with what is owed")


def _unfolded(page: Page, audit: Audit, name: str) -> None:
    folded = page.locator("details:not([open]) > summary")
    while folded.count():
        folded.first.click()
    audit.look(page, name)


def test_the_audit_sees_what_is_wrong(walkers: Walkers) -> None:
    """The instrument itself: a page with a picture without words, pale ink and a wide box is found out, four times."""
    page = walkers.window(look=DESK)
    page.set_content(
        "<html lang=fr><title>x</title><main><h1>x</h1><img src='data:,'>"
        "<p style='color:#ccc;background:#fff;width:3000px'>pâle</p></main>"
    )
    audit = Audit()
    audit.look(page, "planted")
    for fault in ("image-alt", "color-contrast", "too wide"):
        assert any(fault in found for found in audit.faults), audit.faults
    for way in ("360 px, light", "360 px, dark", "1280 px, light", "1280 px, dark"):
        assert any(way in found for found in audit.faults)
