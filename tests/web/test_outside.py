"""The pages of referrals from outside: noted in a few taps, followed, corrected, removed (R23b, R37)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from entremise.people import queries as people
from entremise.referrals.models import Outside
from tests.cast import FRANCOIS, OLGA, World, browser_of, contact_draft, member, world

pytestmark = pytest.mark.django_db
TODAY = "2026-11-02"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    monkeypatch.setattr("entremise.web.outside.now", lambda: it.now)
    monkeypatch.setattr("entremise.web.outside_noting.now", lambda: it.now)
    monkeypatch.setattr("entremise.web.home.now", lambda: it.now)
    return it


@pytest.fixture
def browser(there: World) -> Client:
    return browser_of(there.helene)


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def hidden_uid(answer: Any) -> str:
    found = re.search(r'name="uid" value="([a-z2-7]{26})"', text(answer))
    assert found
    return found.group(1)


def typed(uid: str, **changes: str) -> dict[str, str]:
    return {
        "act": "note",
        "uid": uid,
        "other-given_name": "François",
        "other-family_name": "Lacaze",
        "other-email": FRANCOIS,
        "client-given_name": "Sophie",
        "client-family_name": "Ganier",
        "client-phone": "06 11 22 33 44",
        "said": "Elle cherche un expert-comptable.",
        "arrived_on": TODAY,
        **changes,
    }


def noted(browser: Client, *, where: str = "/recues/noter/", **changes: str) -> str:
    """Note one, and return the address of its page."""
    answer = browser.post(where, typed(hidden_uid(browser.get(where)), **changes))
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def test_r23b_one_received_is_noted_on_one_page_and_owes_thanks_at_home(browser: Client) -> None:
    page = noted(browser)
    shown = text(browser.get(page))
    assert "François Lacaze a donné mon nom à Sophie Ganier" in shown
    assert "Elle cherche un expert-comptable." in shown
    home = text(browser.get("/"))
    assert f'href="{page}dire/merci/"' in home
    assert f'href="{page}dire/contact/"' in home
    assert browser.get(f"{page}dire/merci/").status_code == 200


def test_r37_the_page_says_through_whom_the_client_was_met(browser: Client, there: World) -> None:
    shown = text(browser.get(noted(browser)))
    assert "vous avez connu Sophie Ganier par François Lacaze" in shown
    (sophie,) = people.lines_matching(owner_pk=there.helene.pk, search="ganier")
    assert "François Lacaze" in text(browser.get(f"/contacts/{sophie.uid}/"))


def test_contacts_of_the_book_are_found_and_chosen(browser: Client, there: World) -> None:
    form = browser.get("/recues/noter/")
    sought = {"act": "search:client", "uid": hidden_uid(form), "client-q": "marc", "said": "Bonjour"}
    found = browser.post("/recues/noter/", sought)
    assert "Marc Delaunay" in text(found)
    assert "Bonjour" in text(found)
    assert "À revoir" not in text(found)
    part = browser.post("/recues/noter/", sought, headers={"HX-Request": "true"})
    assert text(part).startswith('<div id="results-client"')
    new = {name: "" for name in typed("") if name.startswith(("other-", "client-"))}
    page = noted(browser, **new, **{"other-who": there.ines.uid, "client-who": there.marc.uid})
    assert "Inès Moreau a donné mon nom à Marc Delaunay" in text(browser.get(page))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"other-given_name": "", "other-family_name": "", "other-email": ""}, "Choisissez quelqu’un"),
        ({"client-given_name": "", "client-family_name": ""}, "Écrivez"),
        ({"arrived_on": "2026-11-03"}, "encore à venir"),
        ({"arrived_on": "1999-01-01"}, "plus de deux ans"),
        ({"arrived_on": "demain"}, "date"),
        ({"other-email": "pas une adresse"}, "ne ressemble pas"),
        ({"client-phone": "12"}, "Regardez"),
        ({"client-email": FRANCOIS}, "trois personnes différentes"),
    ],
)
def test_mistakes_stand_beside_their_field_and_nothing_typed_is_lost(
    browser: Client, there: World, changes: dict[str, str], words: str
) -> None:
    before = people.count(owner_pk=there.helene.pk)
    uid = hidden_uid(browser.get("/recues/noter/"))
    answer = browser.post("/recues/noter/", typed(uid, **changes))
    shown = text(answer)
    assert answer.status_code == 200
    assert 'class="mistakes"' in shown
    assert "Elle cherche un expert-comptable." in shown
    assert not Outside.objects.exists()
    assert people.count(owner_pk=there.helene.pk) == before


def test_pressing_twice_notes_once(browser: Client) -> None:
    uid = hidden_uid(browser.get("/recues/noter/"))
    for _twice in range(2):
        assert browser.post("/recues/noter/", typed(uid)).status_code == 302
    assert Outside.objects.count() == 1


def test_r20_thanks_are_said_in_ones_own_words_and_kept_to_be_copied(browser: Client, there: World) -> None:
    page = noted(browser)
    empty = browser.post(f"{page}dire/merci/", {"text": " "})
    assert empty.status_code == 422
    assert "quelques mots" in text(empty)
    browser.post(f"{page}dire/merci/", {"text": "Merci François, vraiment."})
    shown = text(browser.get(page))
    assert "À dire vous-même à François Lacaze" in shown
    assert f"mailto:{FRANCOIS}?subject=" in shown
    assert f"{page}dire/merci/" not in shown
    there.run()
    assert there.mails_to(FRANCOIS) == []


def test_r23b_where_the_giver_likes_mail_the_words_leave_in_the_members_name(browser: Client, there: World) -> None:
    page = noted(browser)
    assert "Oui, par courriel" in text(browser.get(page))
    browser.post(f"{page}courrier/", {"likes": "yes"})
    browser.post(f"{page}dire/merci/", {"chosen": "0"})
    there.run()
    mail = there.last_to(FRANCOIS)
    assert mail.subject == "Hélène Vasseur vous remercie de votre recommandation"
    assert "Sophie Ganier" in mail.text
    assert "À dire vous-même" not in text(browser.get(page))
    peace = re.sub(r"^<https?://[^/]+|>$", "", mail.message["List-Unsubscribe"])
    assert Client().post(peace, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_giver_without_an_address_is_not_asked_about_mail(browser: Client) -> None:
    page = noted(browser, **{"other-email": "", "other-phone": "06 55 44 33 22"})
    assert "Oui, par courriel" not in text(browser.get(page))


def test_r6c_where_the_law_is_strict_the_page_offers_the_words_alone(
    browser: Client, there: World, settings: Any
) -> None:
    from dataclasses import replace

    settings.ENTREMISE = replace(settings.ENTREMISE, law="eu-strict")
    page = noted(browser)
    browser.post(f"{page}courrier/", {"likes": "yes"})
    browser.post(f"{page}dire/merci/", {"text": "Merci."})
    shown = text(browser.get(page))
    assert "par courriel" not in shown
    assert "À dire vous-même à François Lacaze" in shown
    there.run()
    assert there.mails_to(FRANCOIS) == []


def test_what_was_noted_is_corrected_and_two_windows_do_not_overwrite_each_other(browser: Client) -> None:
    page = noted(browser)
    form = browser.get(f"{page}corriger/")
    version = re.search(r'name="version" value="(\d+)"', text(form))
    assert version
    chosen = dict(re.findall(r'name="(other-who|client-who)" value="([a-z2-7]{26})"[^>]*checked', text(form)))
    assert set(chosen) == {"other-who", "client-who"}
    said = {"act": "note", "uid": hidden_uid(form), "version": version[1], "arrived_on": "2026-10-30", **chosen}
    assert browser.post(f"{page}corriger/", {**said, "said": "Autrement."}).status_code == 302
    assert "Autrement." in text(browser.get(page))
    late = browser.post(f"{page}corriger/", {**said, "said": "Trop tard."})
    assert late.status_code == 409
    assert "Trop tard." in text(late)
    assert "autre fenêtre" in text(late)


def test_removing_asks_once_and_leaves_the_contacts(browser: Client, there: World) -> None:
    page = noted(browser)
    count = people.count(owner_pk=there.helene.pk)
    assert "Retirer cette note" in text(browser.get(f"{page}retirer/"))
    assert browser.post(f"{page}retirer/")["Location"] == "/notees/"
    assert browser.get(page).status_code == 404
    assert people.count(owner_pk=there.helene.pk) == count


def test_one_given_keeps_what_one_hears(browser: Client, there: World) -> None:
    page = noted(browser, where="/donnees/noter/")
    assert page.startswith("/donnee/")
    assert "J’ai recommandé François Lacaze à Sophie Ganier" in text(browser.get(page))
    browser.post(f"{page}dire/fin/", {"outcome": "won", "text": "Ils ont signé."})
    shown = text(browser.get(page))
    assert "Vous avez appris comment cela s’est terminé : Ils travaillent ensemble" in shown
    assert "Ils ont signé." in shown
    assert "Rien n’est attendu" not in shown
    assert browser.get(page.replace("donnee", "recue")).status_code == 404


def test_the_list_finds_them_by_anybodys_name(browser: Client) -> None:
    assert "Rien de noté" in text(browser.get("/notees/"))
    noted(browser)
    assert "François Lacaze a donné mon nom à Sophie Ganier" in text(browser.get("/notees/?q=ganier"))
    assert "Rien de ce que vous avez noté" in text(browser.get("/notees/?q=personne"))
    assert '"/notees/"' in text(browser.get("/histoires/"))


def test_r44_another_members_record_does_not_exist(browser: Client, there: World) -> None:
    page = noted(browser)
    other = browser_of(member(there, email=OLGA).pk)
    for address in (page, f"{page}corriger/", f"{page}retirer/", f"{page}dire/merci/"):
        assert other.get(address).status_code == 404, address
    assert other.post(f"{page}courrier/", {"likes": "yes"}).status_code == 404
    uid = page.split("/")[2]
    assert other.post("/recues/noter/", typed(uid)).status_code == 404


def test_no_page_takes_more_queries_when_records_grow(
    browser: Client, there: World, django_assert_max_num_queries: Any
) -> None:
    page = noted(browser)
    there.add(contact_draft("Paul", "Brise", "", ""))
    for number in range(4):
        noted(browser, **{"client-family_name": f"Ganier {number}", "other-email": f"f{number}@lacaze.example"})
    browser.post(f"{page}dire/contact/", {})
    for address, most in (("/notees/", 4), (page, 8)):
        browser.get(address)
        with django_assert_max_num_queries(most):
            assert browser.get(address).status_code == 200
