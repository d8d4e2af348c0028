"""Home: to whom do I owe what today; empty with pleasure when nothing is owed (R22)."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from entremise.accounts.models import Member
from entremise.people.actions import add_contact
from entremise.people.models import Contact
from entremise.protocol.types import Outcome
from tests.cast import INES, MARC, World, browser_of, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    """Hélène's notebook; the door's clock is the world's."""
    it = world()
    for door in ("home", "stories"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    return it


def home_of(pk: int) -> str:
    browser = browser_of(pk)
    answer = browser.get("/")
    assert answer.status_code == 200
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return html.unescape(page).replace("\u00a0", " ").replace("\u202f", " ")


def main_part(page: str) -> str:
    return page.split("<main")[1].split("</main>")[0]


def test_an_empty_notebook_explains_itself_in_three_sentences_and_offers_one_first_act(there: World) -> None:
    page = main_part(home_of(member(there).pk))
    words = re.search(r"<h2>Votre carnet est vide</h2>\s*<p>(.*?)</p>", page, re.DOTALL)
    assert words
    assert words[1].count(".") == 3
    assert page.count('class="button main"') == 1
    assert "/contacts/apporter/" in page


def test_nothing_owed_is_said_with_pleasure(there: World) -> None:
    page = main_part(home_of(there.helene.pk))
    assert "Vous ne devez rien à personne aujourd’hui." in page
    assert "Votre carnet est vide" not in page
    assert "Ce qui vous est dû" not in page


def test_a_request_waits_for_the_answer_of_the_member_it_asks_and_names_only_the_giver(there: World) -> None:
    """R4, R6b: home says no more than the request's own page."""
    ines = member(there, name="Inès Moreau", email=INES)
    there.send()
    page = main_part(home_of(ines.pk))
    assert "Hélène Vasseur souhaite vous recommander" in page
    assert f"/l/{there.last_to(INES).token}/" in page
    assert "Delaunay" not in page
    there.yes(there.last_to(INES))
    assert "souhaite vous recommander" not in main_part(home_of(ines.pk))


def test_a_member_reads_the_page_of_a_link_in_their_own_language(there: World) -> None:
    """The request was written in the language its giver noted; who opens it at home is spoken to in theirs."""
    ines = member(there, name="Inès Moreau", email=INES)
    there.send()
    Member.objects.filter(pk=ines.pk).update(language="en")
    assert f'href="/l/{there.last_to(INES).token}/?lang=en"' in main_part(home_of(ines.pk))


def test_what_i_owe_leads_to_the_page_where_it_is_given(there: World) -> None:
    """R20, R21: thanks and a first contact, then news; nothing once it has ended."""
    ines = member(there, name="Inès Moreau", email=INES)
    _uid, letter, _marc = introduced(there)
    page = main_part(home_of(ines.pk))
    assert "Hélène Vasseur a donné votre nom à Marc Delaunay : dites-lui merci" in page
    assert "Marc Delaunay attend un premier signe de vous." in page
    assert page.count(f"/n/{letter.token}/") == 3, "a good word is owed too (R41)"
    assert "avant le mercredi 4 novembre" in page
    there.wait(days=5)
    assert "depuis le mercredi 4 novembre" in main_part(home_of(ines.pk))
    there.thank(letter)
    there.contact(letter)
    assert "aimerait savoir où vous en êtes avec Marc Delaunay" in main_part(home_of(ines.pk))
    there.close(letter, Outcome.WON)
    page = main_part(home_of(ines.pk))
    assert "Une bonne parole à Marc Delaunay sur Hélène Vasseur" in page
    assert "Vous ne devez rien à personne aujourd’hui." in page, "nothing waits for a good word (R41)"
    there.praise(letter)
    assert "Vous ne devez rien à personne" in home_of(ines.pk) or "Votre carnet est vide" in home_of(ines.pk)


def test_a_receiver_reads_the_name_the_client_gave_and_not_the_givers_own_note_of_it(there: World) -> None:
    """R44: how Hélène calls Marc in her book is hers."""
    ines = member(there, name="Inès Moreau", email=INES)
    introduced(there)
    Contact.objects.filter(pk=there.marc.pk).update(given_name="Marc le bavard")
    assert "bavard" not in home_of(ines.pk)


def test_who_has_waited_longest_comes_first(there: World) -> None:
    ines = member(there, name="Inès Moreau", email=INES)
    _uid, letter, _marc = introduced(there)
    there.thank(letter)
    there.contact(letter)
    there.now += timedelta(days=1)
    other = there.add(contact_draft("Paule", "Brise", "Brise Légère", "paule@brise-legere.example"))
    there.marc = other
    uid = there.send()
    asked = [mail for mail in there.mails_to(INES) if "/l/" in mail.text]  # the day's list may have come after it
    there.yes(asked[-1]).wait(minutes=15)
    there.yes(there.last_to("paule@brise-legere.example")).wait(minutes=15)
    there.yes(there.last_to("paule@brise-legere.example")).wait(minutes=15)
    assert there.story(uid).introduced_at
    page = main_part(home_of(ines.pk))
    assert page.index("avec Marc Delaunay") < page.index("Paule Brise")


def test_what_is_owed_to_me_shows_once_its_day_has_passed_and_never_why(there: World) -> None:
    """R22."""
    _uid, letter, _marc = introduced(there)
    assert "Ce qui vous est dû" not in home_of(there.helene.pk)
    there.wait(days=3)
    page = main_part(home_of(there.helene.pk))
    assert "Inès Moreau et Marc Delaunay : un mot de remerciement pour vous." in page
    assert "depuis le mercredi 4 novembre" in page
    there.thank(letter)
    there.contact(letter)
    assert "Ce qui vous est dû" not in home_of(there.helene.pk)


def test_a_receivers_question_waits_for_the_giver(there: World) -> None:
    """R6b."""
    uid = there.send()
    there.ask(there.last_to(INES), "Combien de couverts ?")
    page = main_part(home_of(there.helene.pk))
    assert "Inès Moreau vous pose une question avant de répondre" in page
    assert f"/histoire/{uid}/#question" in page


def test_a_giver_whose_leaving_is_done_is_someone(there: World) -> None:
    """R47: as long as something of theirs is open the name stays, which tells nothing (R7)."""
    ines = member(there, name="Inès Moreau", email=INES)
    introduced(there)
    Member.objects.filter(pk=there.helene.pk).update(is_active=False)
    assert "Hélène Vasseur a donné votre nom à Marc Delaunay" in main_part(home_of(ines.pk))
    Member.objects.filter(pk=there.helene.pk).update(name="")
    page = main_part(home_of(ines.pk))
    assert "Quelqu’un a donné votre nom à Marc Delaunay" in page
    assert "Vasseur" not in page


def test_a_quiet_no_leaves_home_as_it_was(there: World) -> None:
    """R7."""
    there.send()
    before = home_of(there.helene.pk)
    there.no(there.last_to(INES))
    assert home_of(there.helene.pk) == before


def test_lately_shows_my_stories_and_nobody_elses(there: World) -> None:
    """R44."""
    uid = there.send()
    olga = member(there)
    add_contact(owner_pk=olga.pk, draft=contact_draft("Marc", "", "", MARC), now=there.now, chance=there.chance)
    assert uid in home_of(there.helene.pk)
    assert uid not in home_of(olga.pk)
