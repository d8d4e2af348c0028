"""The pages of leads: written, read before they go, answered behind a link, turned into a referral (R2, R20, R45)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from entremise.accounts.models import Member
from entremise.lib import clock
from entremise.referrals.models import Lead
from tests.cast import HELENE, INES, OLGA, Mail, World, browser_of, contact_draft, member, world
from tests.web.link_pages import everything

pytestmark = pytest.mark.django_db
NEW = "/piste/nouvelle/"
PUBLIC = "Un restaurant ouvre rue Mercière."


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    for door in ("leads", "home", "needs"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    monkeypatch.setattr(clock, "now", lambda: it.now)
    return it


@pytest.fixture
def browser(there: World) -> Client:
    return browser_of(there.helene)


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def written(browser: Client, there: World, **changes: str) -> dict[str, str]:
    uid = re.search(r'name="uid" value="([a-z2-7]{26})"', text(browser.get(NEW)))
    assert uid
    return {"uid": uid[1], "receiver-who": there.ines.uid, "text": PUBLIC, "act": "preview", **changes}


def hidden(answer: Any) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', text(answer)))


def sent(browser: Client, there: World, **changes: str) -> str:
    """Send one; return the address of its giver's page."""
    shown = browser.post(NEW, written(browser, there, **changes))
    answer = browser.post(NEW, {**hidden(shown), "act": "send"})
    assert answer.status_code == 302, text(answer)
    there.run()
    return str(answer["Location"])


def link(mail: Mail, act: str = "") -> str:
    found = re.search(r"/p/[a-z0-9]+/", mail.text)
    assert found
    return f"{found[0]}{act}/" if act else found[0]


def test_an_empty_book_is_no_dead_end(there: World) -> None:
    olga = browser_of(member(there, name="Olga Petit", email=OLGA))
    page = text(olga.get(NEW))
    assert "Votre carnet d’adresses est vide." in page
    assert 'href="/contacts/ajouter/">Ajouter quelqu’un' in page
    for address in ("/recues/noter/", "/recommander/"):
        assert "<details open>" in text(olga.get(address)), "somebody can be written down in place"
    helene = browser_of(there.helene)
    assert "est vide" not in text(helene.get(NEW))
    assert "<details open>" not in text(helene.get("/recues/noter/"))


def test_r6b_the_exact_mail_is_read_before_it_goes_and_reading_sends_nothing(browser: Client, there: World) -> None:
    said = written(browser, there, area="Lyon", trade="ventilation-engineer", link="www.ville.example/travaux")
    shown = browser.post(NEW, said)
    assert not Lead.objects.exists()
    preview = re.search(r'<div class="letter-shown"[^>]*>(.*?)</div>', text(shown), re.DOTALL)
    assert preview
    there.run()
    assert there.mails_to(INES) == []
    browser.post(NEW, {**hidden(shown), "act": "send"})
    there.run()
    mail = there.last_to(INES)
    ours = re.sub(r"\s+", " ", mail.text.replace("\N{NO-BREAK SPACE}", " "))
    for words in (
        "C’est une piste : personne n’attend votre appel.",
        PUBLIC,
        "Lyon",
        "https://www.ville.example/travaux",
    ):
        assert words in ours
        assert words in preview[1]
    assert mail.digits not in preview[1]


def test_going_back_from_the_mail_loses_nothing(browser: Client, there: World) -> None:
    shown = browser.post(NEW, written(browser, there, area="Lyon"))
    back = text(browser.post(NEW, {**hidden(shown), "act": "change"}))
    assert PUBLIC in back
    assert 'value="Lyon"' in back
    assert 'class="mistakes"' not in back


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "Dites ce que vous avez remarqué."),
        ({"text": "Appelez le 06 98 76 54 32."}, "<mark>06 98 76 54 32</mark>"),
        ({"text": "Marc Delaunay refait sa cuisine."}, "désignent quelqu’un"),
        ({"link": "https://www.linkedin.com/in/quelqu-un"}, "la page de quelqu’un"),
        ({"link": "pas une page"}, "ne ressemble pas"),
        ({"area": "Trifouilly"}, "pas dans la liste"),
        ({"receiver-who": ""}, "Choisissez quelqu’un"),
    ],
)
def test_r2_what_a_lead_may_not_carry_is_said_beside_its_field(
    browser: Client, there: World, changes: dict[str, str], words: str
) -> None:
    answer = browser.post(NEW, written(browser, there, **changes))
    assert answer.status_code == 422
    assert words in text(answer)
    assert 'class="mistakes"' in text(answer)
    assert not Lead.objects.exists()


def test_a_receiver_without_an_address_is_not_written_to(browser: Client, there: World) -> None:
    paul = there.add(contact_draft("Paul", "Brise", "", ""))
    answer = browser.post(NEW, written(browser, there, **{"receiver-who": paul.uid}))
    assert "pas d’adresse de courriel pour Paul Brise" in text(answer)


def test_r46_a_limit_is_said_on_the_mail_and_nothing_is_lost(browser: Client, there: World) -> None:
    for _twice in range(2):
        sent(browser, there)
    shown = browser.post(NEW, written(browser, there))
    answer = browser.post(NEW, {**hidden(shown), "act": "send"})
    assert answer.status_code == 409
    assert PUBLIC in text(answer)
    assert Lead.objects.count() == 2


def test_r20_its_receiver_thanks_with_the_digits_and_the_giver_reads_it(browser: Client, there: World) -> None:
    page = sent(browser, there)
    mail = there.last_to(INES)
    stranger = Client(enforce_csrf_checks=True)
    shown = text(stranger.get(link(mail)))
    assert "C’est une piste : personne n’attend votre appel." in shown
    assert f'href="{link(mail, "merci")}"' in shown
    wrong = stranger.post(link(mail, "merci"), {"text": "Merci.", "digits": "0000" if mail.digits != "0000" else "1"})
    assert wrong.status_code == 422
    done = stranger.post(link(mail, "merci"), {"text": "Merci, je regarde.", "digits": mail.digits})
    assert done["Location"] == link(mail)
    assert "Merci, je regarde." in text(browser.get(page))
    there.run()
    assert "Merci, je regarde." in there.last_to(HELENE).text
    assert "Ce qui est attendu de vous" not in text(stranger.get(link(mail)))


def test_what_came_of_it_shows_to_both(browser: Client, there: World) -> None:
    page = sent(browser, there)
    mail = there.last_to(INES)
    stranger = Client()
    assert stranger.post(link(mail, "suite"), {"digits": mail.digits}).status_code == 422
    stranger.post(link(mail, "suite"), {"came": "need", "text": "Le chef cherche.", "digits": mail.digits})
    for shown in (text(stranger.get(link(mail))), text(browser.get(page))):
        assert "Il y avait un vrai besoin" in shown
        assert "Le chef cherche." in shown
    assert "Il y avait un vrai besoin" in text(browser.get("/pistes/"))


def test_r45_its_receiver_can_refuse_and_take_it_back(browser: Client, there: World) -> None:
    sent(browser, there)
    mail = there.last_to(INES)
    stranger = Client()
    for scope, words in (("giver", "tout message envoyé par Hélène Vasseur"), ("all", "tout message de ce site")):
        stranger.post(link(mail, "refuser"), {"scope": scope, "digits": mail.digits})
        assert words in text(stranger.get(link(mail)))
    stranger.post(link(mail, "refuser"), {"scope": "none", "digits": mail.digits})
    assert "Vous avez refusé" not in text(stranger.get(link(mail)))


def test_r6_opening_the_link_or_pressing_without_digits_changes_nothing(browser: Client, there: World) -> None:
    sent(browser, there)
    mail = there.last_to(INES)
    before = everything()
    machine = Client()
    for act in ("", "merci", "suite", "refuser"):
        machine.get(link(mail, act))
        machine.head(link(mail, act))
    for act in ("merci", "suite", "refuser"):
        machine.post(link(mail, act), {"text": "Oui", "came": "useful", "scope": "all", "chosen": "0"})
    assert everything() == before


def test_a_link_that_is_nobodys_opens_nothing(browser: Client, there: World) -> None:
    assert Client().get("/p/abcdef/").status_code == 404
    sent(browser, there)
    mail = there.last_to(INES)
    assert Client().get(link(mail, "autre")).status_code == 404


def test_a_member_thanks_from_home_without_digits(browser: Client, there: World) -> None:
    ines = browser_of(member(there, name="Inès Moreau", email=INES).pk)
    sent(browser, there)
    home = text(ines.get("/"))
    found = re.search(r'href="(/p/[a-z0-9]+/)"', home)
    assert found
    assert "Hélène Vasseur vous a transmis une piste" in home
    form = text(ines.get(f"{found[1]}merci/"))
    seal = re.search(r'name="seal" value="([^"]+)"', form)
    assert seal
    ines.post(f"{found[1]}merci/", {"chosen": "0", "seal": seal[1]})
    assert Lead.objects.get().thanked_at == there.now
    assert "une piste" not in text(ines.get("/")).split("</main>")[0].split("Dernièrement")[0].replace(
        "Transmettre une piste", ""
    )


def test_r2_it_is_turned_into_a_referral_with_what_is_known(browser: Client, there: World) -> None:
    page = sent(browser, there, area="Lyon", trade="ventilation-engineer")
    turn = re.search(r'href="(/recommander/\?[^"]+)"', text(browser.get(page)))
    assert turn
    wizard = text(browser.get(turn[1].replace("&amp;", "&")))
    sealed = re.search(r'name="typed" value="([^"]+)"', wizard)
    assert sealed
    from entremise.web.need_state import unseal

    draft = unseal(sealed[1], member=there.helene).draft
    assert (draft.receiver, draft.trade, draft.area) == (there.ines.uid, "ventilation-engineer", "FR-69123")
    from entremise.web.need_state import Typed

    typed = Typed(draft=replace(there.draft(), lead=draft.lead), uid="n" * 26)
    browser.post("/recommander/", {"typed": typed.seal(there.helene), "step": "letters", "act": "send"})
    assert f'href="/histoire/{"n" * 26}/"' in text(browser.get(page))


def sealed(reader: Client, page: str) -> str:
    """Return the seal in the form of a page: a member needs no digits."""
    found = re.search(r'name="seal" value="([^"]+)"', text(reader.get(page)))
    assert found
    return found[1]


def test_r20_what_was_received_is_listed_with_what_is_owed_and_what_came_of_it(browser: Client, there: World) -> None:
    """Once thanked a lead leaves home; its page is still found, and what came of it said there."""
    ines = member(there, name="Inès Moreau", email=INES)
    reader = browser_of(ines.pk)
    page = "/pistes/recues/"
    assert "Aucune piste ne vous est encore parvenue" in text(reader.get(page))
    sent(browser, there)
    there.run()
    assert "un mot de remerciement, avant le mercredi 4 novembre" in text(reader.get(page))
    there.wait(days=5)
    shown = text(reader.get(page))
    assert "un mot de remerciement, depuis le mercredi 4 novembre" in shown
    assert PUBLIC in shown
    (thank,) = re.findall(r'href="(/p/\w+/merci/[^"]*)"', shown)
    reader.post(thank, {"chosen": "0", "seal": sealed(reader, thank)})
    shown = text(reader.get(page))
    assert "vous avez dit merci" in shown
    (tell,) = re.findall(r'href="(/p/\w+/suite/[^"]*)"', shown)
    reader.post(tell, {"came": "useful", "text": "", "seal": sealed(reader, tell)})
    shown = text(reader.get(page))
    assert "Elle a été utile" in shown
    assert "/suite/" not in shown
    assert "/merci/" not in shown
    for door in ("/histoires/", "/pistes/"):
        assert 'href="/pistes/recues/"' in text(reader.get(door))


def test_r46_the_list_shows_nothing_unwanted_erased_or_of_somebody_who_left(browser: Client, there: World) -> None:
    ines = member(there, name="Inès Moreau", email=INES)
    reader = browser_of(ines.pk)
    sent(browser, there)
    assert "/p/" in text(reader.get("/pistes/recues/"))
    assert "/p/" not in text(browser.get("/pistes/recues/")), "it is Inès who received it"
    for change, back in (({"mute": True}, {"mute": False}), ({"address": ""}, {"address": INES})):
        Lead.objects.update(**change)
        assert "/p/" not in text(reader.get("/pistes/recues/"))
        Lead.objects.update(**back)
    Member.objects.filter(pk=there.helene.pk).update(is_active=False)
    assert "/p/" not in text(reader.get("/pistes/recues/"))
    assert "/p/" not in text(reader.get("/")), "nor is thanked for at home, where its link would open nothing"


def test_r44_another_members_lead_does_not_exist(browser: Client, there: World) -> None:
    page = sent(browser, there)
    other = browser_of(member(there, email=OLGA).pk)
    assert other.get(page).status_code == 404
    assert "Pas encore de piste" in text(other.get("/pistes/"))
    assert "lead" not in other.get(f"/recommander/?lead={page.split('/')[2]}").context["at"].draft.lead


def test_r6c_where_the_law_is_strict_the_giver_brings_it(browser: Client, there: World, settings: Any) -> None:
    settings.ENTREMISE = replace(settings.ENTREMISE, law="eu-strict")
    page = sent(browser, there)
    assert there.mails_to(INES) == []
    shown = text(browser.get(page))
    assert f"mailto:{INES}?subject=" in shown
    found = re.search(r"(/p/[a-z0-9]+/)", shown)
    assert found
    assert Client().get(found[1]).status_code == 200
