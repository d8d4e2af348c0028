"""The giver's stories: told in sentences, veiled as the wall says, stopped quietly (R5b, R6b, R7, R13, R44)."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from entremise.lib import clock
from entremise.outbox.models import Message, State
from entremise.protocol.types import Outcome
from tests.cast import INES, MARC, OLGA, World, browser_of, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
PAUL = "paul@brise-legere.example"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    """Hélène's notebook; the door's clock is the world's."""
    it = world()
    for door in ("home", "stories"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    return it


@pytest.fixture
def client(there: World) -> Client:
    return browser_of(there.helene)


def text(browser: Client, address: str) -> str:
    """The page in plain letters: entities and unbreakable spaces as a reader takes them."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return html.unescape(page).replace("\u00a0", " ").replace("\u202f", " ")


def told(browser: Client, uid: str) -> str:
    return text(browser, f"/histoire/{uid}/")


def test_a_story_says_who_is_asked_and_until_when(there: World, client: Client) -> None:
    page = told(client, there.send())
    assert "Inès Moreau pour Marc Delaunay" in page
    assert "Inès Moreau répond d’abord, sur le besoin seul." in page
    assert "Vous en saurez plus le " in page


def test_both_are_veiled_for_each_other_until_each_is_due(there: World, client: Client) -> None:
    """R4: the veils follow what each party has been told."""
    uid = there.send()
    assert told(client, uid).count('class="face veiled"') == 2
    there.yes(there.last_to(INES)).wait(minutes=15)
    assert told(client, uid).count('class="face veiled"') == 2
    there.yes(there.last_to(MARC)).wait(minutes=15)
    assert told(client, uid).count('class="face veiled"') == 1
    there.yes(there.last_to(MARC)).wait(minutes=15)
    assert told(client, uid).count('class="face veiled"') == 0


def test_what_was_told_stays_told_when_it_did_not_conclude(there: World, client: Client) -> None:
    uid = there.send()
    there.yes(there.last_to(INES)).wait(minutes=15)
    before = there.story(uid).others
    there.wait(days=60)
    assert there.story(uid).others == before
    page = told(client, uid)
    assert "Sans suite" in page
    assert "Cela n’a pas abouti." in page
    assert "/arreter/" not in page


def test_a_quiet_no_and_a_silence_look_the_same(there: World, client: Client) -> None:
    """R7: not a byte of the giver's page tells a no from a silence, before the closing and after."""
    silent = there.send()
    there.now += timedelta(days=1)
    before = told(client, silent)
    there.no(there.last_to(INES))
    assert told(client, silent) == before


def test_a_no_that_was_told_shows_with_its_reason(there: World, client: Client) -> None:
    uid = there.send()
    there.no(there.last_to(INES), tell=True, reason="Trop de chantiers <b>en ce moment</b>")
    raw = client.get(f"/histoire/{uid}/").content.decode()
    assert "Trop de chantiers &lt;b&gt;en ce moment&lt;/b&gt;" in raw
    assert "Inès Moreau tient à vous le dire : c’est non." in told(client, uid)


def test_stopping_is_asked_once_in_words_and_quiet(there: World, client: Client) -> None:
    """R5b, R7: afterwards nobody was written to, and the story says so."""
    uid = there.send()
    mails = len(there.postman.mails)
    assert "Elle s’arrête sans bruit." in text(client, f"/histoire/{uid}/arreter/")
    assert client.post(f"/histoire/{uid}/arreter/").headers["Location"] == f"/histoire/{uid}/"
    there.run()
    assert len(there.postman.mails) == mails
    page = told(client, uid)
    assert "Vous l’avez arrêtée." in page
    assert "/arreter/" not in page
    assert client.get(f"/histoire/{uid}/arreter/").status_code == 302


def test_what_was_introduced_in_the_meantime_is_not_stopped(there: World, client: Client) -> None:
    uid, _ines, _marc = introduced(there)
    assert client.post(f"/histoire/{uid}/arreter/").status_code == 302
    assert not there.story(uid).projection.stopped


def test_the_acts_before_the_introduction_are_the_same_in_every_state(there: World, client: Client) -> None:
    """R5b: what is offered tells nothing."""
    uid = there.send()
    offered = [_acts(told(client, uid))]
    there.yes(there.last_to(INES)).wait(minutes=15)
    offered.append(_acts(told(client, uid)))
    there.yes(there.last_to(MARC)).wait(minutes=15)
    offered.append(_acts(told(client, uid)))
    assert offered[0] == offered[1] == offered[2]
    assert "/arreter/" in offered[0]


def _acts(page: str) -> str:
    return page.split('<ul class="acts">')[1].split("</ul>")[0]


def test_the_receivers_question_is_answered_from_the_story(there: World, client: Client) -> None:
    """R6b."""
    uid = there.send()
    there.ask(there.last_to(INES), "Combien de couverts ?")
    asked = there.story(uid).exchanges[0].uid
    assert "Combien de couverts ?" in told(client, uid)
    address = f"/histoire/{uid}/question/{asked}/"
    assert client.post(address, {f"{asked}-text": "Environ soixante."}).status_code == 302
    there.run()
    assert "Environ soixante." in there.last_to(INES).text
    page = told(client, uid)
    assert "Vous avez répondu." in page
    assert "<textarea" not in page
    assert client.post(address, {f"{asked}-text": "Encore."}).status_code == 302
    assert there.story(uid).exchanges[0].answer == "Environ soixante."


def test_an_answer_that_would_name_the_client_is_marked_and_kept(there: World, client: Client) -> None:
    """R4: the words are marked, and what was typed is still in the field."""
    uid = there.send()
    there.ask(there.last_to(INES), "Pour qui ?")
    asked = there.story(uid).exchanges[0].uid
    typed = "Pour Marc Delaunay, soixante couverts"
    answer = client.post(f"/histoire/{uid}/question/{asked}/", {f"{asked}-text": typed})
    page = answer.content.decode()
    assert "<mark>Marc" in page
    assert f"{typed}</textarea>" in page
    assert "aria-invalid" in page
    assert there.story(uid).exchanges[0].answer == ""
    empty = client.post(f"/histoire/{uid}/question/{asked}/", {f"{asked}-text": " "}).content.decode()
    assert "Écrivez votre réponse." in html.unescape(empty)


def test_a_question_of_another_story_does_not_exist(there: World, client: Client) -> None:
    uid = there.send()
    assert client.post(f"/histoire/{uid}/question/{'a' * 26}/").status_code == 404


def test_an_address_that_refuses_mail_is_shown_with_the_way_to_correct_it(there: World, client: Client) -> None:
    uid = there.send()
    Message.objects.filter(key__startswith="ask:").update(state=State.DEAD, last_error_kind="refused")
    page = told(client, uid)
    assert "Notre courriel n’est pas arrivé : Inès Moreau" in page
    assert f"/histoire/{uid}/adresse/personne/" in page


def test_after_the_introduction_the_giver_steps_back_and_reads_what_they_are_told(there: World, client: Client) -> None:
    """R13, R21, R23: thanks, contact, news and the outcome are moments; nothing else of the two is."""
    uid, ines, _marc = introduced(there)
    page = told(client, uid)
    assert "vous voilà hors de la conversation" in page
    assert "/arreter/" not in page
    there.thank(ines, "Merci Hélène, du fond du cœur.")
    there.contact(ines)
    there.now += timedelta(hours=1)
    there.news(ines, "Premier rendez-vous mardi.")
    there.now += timedelta(hours=1)
    there.close(ines, Outcome.LOST, "Le prix.")
    page = told(client, uid)
    order = ["Marc Delaunay a choisi quelqu’un d’autre.", "Inès Moreau donne des nouvelles.", "vous remercie."]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "« Merci" in page or "Merci Hélène, du fond du cœur." in page
    assert "La rencontre était bonne." in page
    assert '<span class="tag done">Un autre choix</span>' in page, "the page says how it ended, as the list does"


def test_what_is_owed_shows_since_when_once_its_day_has_passed(there: World, client: Client) -> None:
    """R22: never why."""
    uid, _ines, _marc = introduced(there)
    assert "Ce qui vous est dû" not in told(client, uid)
    there.wait(days=3)
    page = told(client, uid)
    assert "Ce qui vous est dû" in page
    assert "un mot de remerciement pour vous" in page
    assert "depuis le mercredi 4 novembre" in page


def test_another_attempt_is_linked_both_ways_and_the_second_name_waits_for_the_first_link(
    there: World, client: Client
) -> None:
    """R5b."""
    uid = there.send()
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    paul = there.add(contact_draft("Paul", "Brise", "Brise Légère", PAUL))
    second = there.try_another(uid, paul)
    there.yes(there.last_to(PAUL)).wait(minutes=15)
    assert f"/histoire/{second}/" in told(client, uid)
    page = told(client, second)
    assert f"/histoire/{uid}/" in page
    assert "une fois clos le lien" in page


def test_nobody_else_has_the_story(there: World, client: Client) -> None:
    """R44: for another member, and for the receiver as a member, the page does not exist."""
    uid = there.send()
    for name, address in (("Olga Petrova", OLGA), ("Inès Moreau", INES)):
        other = browser_of(member(there, name=name, email=address).pk)
        for path in ("", "arreter/", f"question/{'a' * 26}/"):
            assert other.get(f"/histoire/{uid}/{path}").status_code == 404
            assert other.post(f"/histoire/{uid}/{path}").status_code in (404, 405)
        assert uid not in other.get("/histoires/").content.decode()
    assert not there.story(uid).projection.stopped


def test_the_list_is_searched_by_either_name(there: World, client: Client) -> None:
    uid = there.send()
    assert uid in text(client, "/histoires/")
    for words in ("ines", "Delaunay", "cedre", "moreau marc"):
        assert uid in text(client, f"/histoires/?q={words}")
    page = text(client, "/histoires/?q=olga&page=99")
    assert uid not in page
    assert "Aucune de vos recommandations" in page


def test_an_empty_list_explains_itself(client: Client) -> None:
    assert "Pas encore de recommandation" in text(client, "/histoires/")


def test_the_doors_read_the_clock_of_the_house() -> None:
    from entremise.web import home, stories

    assert home.now is clock.now
    assert stories.now is clock.now
