"""The pages of the four questions: facts first, an offer that is never ticked, kept in part without loss (R27, R29)."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.people.actions.profiles import save_profile
from entremise.people.queries.profiles import ProfileText
from entremise.protocol import care
from entremise.protocol.checklist import OF_PARTY
from entremise.protocol.diagnosis import About, Fact, Prepared, Question, Said, Speaks
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome, Role
from entremise.protocol.upkeep import Counts
from entremise.referrals.actions import outside
from entremise.referrals.actions.gratitude import OUTCOME
from entremise.referrals.actions.gratitude import Said as Words
from entremise.referrals.models import OwnQuestion, Review
from entremise.referrals.queries import reviews as queries
from entremise.referrals.queries.outside import Direction
from entremise.web import review_words
from tests.cast import World, browser_of, contact_draft, member, world
from tests.referrals.test_measured import note

pytestmark = pytest.mark.django_db
NOVEMBER = "/apprendre/questions/2026-11/"
LIST = "/apprendre/questions/"
OWN = "/apprendre/questions/miennes/"
FRIEND = contact_draft("François", "Lacaze", "Atelier Lacaze", "francois@atelier-lacaze.example")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    """Hélène's notebook; the door's clock is the world's."""
    it = world()
    monkeypatch.setattr(clock, "now", lambda: it.now)
    monkeypatch.setattr("entremise.web.home.now", lambda: it.now)
    return it


def browser(who: MemberCard) -> Client:
    return browser_of(who)


def said(answer: Any, *, status: int = 200) -> str:
    """The words of the page's main part, with ordinary spaces."""
    assert answer.status_code == status, answer
    page = answer.content.decode().split("<main")[1].split("</main>")[0]
    words = html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(words.split())


def came(there: World, number: int, outcome: Outcome | None = None) -> None:
    note(there, there.helene, Direction.RECEIVED, number, other=FRIEND)
    if outcome:
        act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
        uid = f"{number:026}"
        outside.tell(owner=there.helene, uid=uid, kind=OUTCOME, said=Words(), outcome=outcome, **act)


# -- what is open -----------------------------------------------------------------------------------


def test_whoever_received_nothing_yet_reads_what_will_be_asked_and_has_one_thing_to_do(there: World) -> None:
    page = said(browser(there.helene).get(LIST))
    assert "Rien encore à regarder" in page
    assert "J’ai reçu une recommandation" in page
    assert "Novembre" not in page


def test_r27_what_is_open_is_listed_until_when_and_what_was_answered_stands_below(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    page = said(client.get(LIST))
    assert "Novembre 2026 ouvert jusqu’au jeudi 10 décembre Regarder" in page
    assert "Auparavant" not in page
    client.post(NOVEMBER, {"said_message": "yes", "act": "later"})
    assert "commencé" in said(client.get(LIST))
    client.post(NOVEMBER, {"said_message": "yes", "act": "done"})
    page = said(client.get(LIST))
    assert "Rien n’attend votre réponse." in page
    assert "Auparavant Novembre 2026 répondu le 2 novembre 2026" in page


def test_the_queries_of_the_list_do_not_grow(there: World) -> None:
    client = browser(there.helene)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    came(there, 1)
    client.post(NOVEMBER, {"said_message": "yes", "act": "done"})
    first = asked()
    for number in range(2, 6):
        came(there, number, Outcome.LOST)
    (streak,) = queries.open_reviews(member=there.helene, now=there.now, policy=DEFAULT)
    client.post(f"{LIST}{streak.key}/", {"said_message": "yes", "act": "done"})
    assert asked() == first <= 9


# -- one month's ------------------------------------------------------------------------------------


def test_r27_the_facts_stand_first_and_what_they_say_is_offered_and_never_ticked(there: World) -> None:
    text = ProfileText(services=("Conseil",), areas=("FR-69123",))
    made = there.now - timedelta(days=425)
    save_profile(owner_pk=there.helene.pk, text=text, version=0, now=made, chance=there.chance)
    came(there, 1)
    answer = browser(there.helene).get(NOVEMBER)
    page = said(answer)
    assert "Mon message était-il clair ? Votre fiche date de 14 mois. pour un non" in page
    assert "Votre fiche dit ce que vous faites, où. pour un oui" in page
    assert "Votre fiche ne dit pas encore : si vous avez du temps, à partir de quel budget. pour un non" in page
    assert "À eux seuls, ces faits diraient : en partie. 1 pour un oui, 2 pour un non." in page
    assert page.index("pour un oui") < page.index("diraient : en partie") < page.index("Qu’en dites-vous ?")
    assert b" checked" not in answer.content
    assert answer.content.count(b'type="radio"') == 12


def test_r29_the_page_names_neither_client_nor_giver(there: World) -> None:
    came(there, 1)
    page = said(browser(there.helene).get(NOVEMBER))
    for name in ("François", "Lacaze", "Sophie", "Ganier", "Marc"):
        assert name not in page


def test_what_is_said_in_part_is_kept_and_waits_to_be_gone_on_with(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    typed = {"said_message": "partly", "words_taught": "Je n’ai remis ma fiche à personne.", "act": "later"}
    answer = client.post(NOVEMBER, typed)
    assert answer.status_code == 302
    assert answer["Location"] == LIST
    page = client.get(NOVEMBER)
    shown = page.content.decode()
    assert re.search(r'name="said_message" value="partly"[^>]* checked', shown)
    assert shown.count(" checked") == 1
    assert "Je n’ai remis ma fiche à personne." in said(page)


def test_without_scripts_a_key_pressed_in_the_form_only_keeps_it_for_later(there: World) -> None:
    """The first button of a form is the one a key presses."""
    came(there, 1)
    page = browser(there.helene).get(NOVEMBER).content.decode()
    form = page.split('class="asked"')[1].split("</form>")[0]
    assert re.findall(r'<button[^>]*value="(\w+)"', form) == ["later", "done", "later"]


def test_answered_it_shows_what_was_said_and_leads_on_to_a_correction(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    answer = client.post(NOVEMBER, {"said_message": "no", "words_message": "À revoir.", "act": "done"}, follow=True)
    page = said(answer)
    assert "Vos réponses sont gardées, au 2 novembre 2026." in page
    assert "Vous avez dit : pas vraiment. À revoir." in page
    assert page.count("Vous l’avez laissée ouverte.") == 3
    assert 'href="/apprendre/corrections/"' in answer.content.decode()
    assert "Qu’en dites-vous" not in page


def test_it_can_be_answered_again_while_it_is_the_latest(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    client.post(NOVEMBER, {"said_message": "no", "act": "done"})
    assert "Qu’en dites-vous" in said(client.get(f"{NOVEMBER}?encore"))
    client.post(NOVEMBER, {"said_message": "yes", "act": "done"})
    assert "Vous avez dit : oui." in said(client.get(NOVEMBER))


def test_r27_a_month_answered_early_is_asked_about_once_more_and_says_why(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    client.post(NOVEMBER, {"said_message": "no", "words_message": "À revoir.", "act": "done"})
    there.wait(days=20)
    came(there, 2)
    assert "Rien n’attend votre réponse." in said(client.get(LIST))
    there.wait(days=10)
    why = "Vous avez répondu le 2 novembre 2026 ; il y a eu du nouveau depuis."
    page = said(client.get(LIST))
    assert why in page
    assert "commencé" not in page
    answer = client.get(NOVEMBER)
    page = said(answer)
    assert "2 recommandations sont arrivées ou se sont terminées ce mois-là." in page
    assert why in page
    assert "Ce que vous disiez alors est repris ci-dessous" in page
    assert re.search(r'name="said_message" value="no"[^>]* checked', answer.content.decode())
    client.post(NOVEMBER, {"said_message": "yes", "act": "done"})
    assert "Rien n’attend votre réponse." in said(client.get(LIST))
    assert "2 recommandations" not in said(client.get(NOVEMBER))


def test_answered_again_it_is_of_what_is_known_today(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    client.post(NOVEMBER, {"said_message": "no", "act": "done"})
    save_profile(
        owner_pk=there.helene.pk, text=ProfileText(services=("Conseil",)), version=0, now=there.now, chance=there.chance
    )
    assert "Votre fiche n’est pas encore écrite" in said(client.get(NOVEMBER))
    assert "Votre fiche n’est pas encore écrite" not in said(client.get(f"{NOVEMBER}?encore"))
    client.post(NOVEMBER, {"said_message": "yes", "act": "done"})
    assert "Votre fiche n’est pas encore écrite" not in said(client.get(NOVEMBER))


def test_earlier_ones_are_read_again_with_the_facts_of_that_day_and_changed_no_more(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    client.post(NOVEMBER, {"said_message": "no", "act": "done"})
    there.wait(days=40)
    came(there, 2)
    client.post("/apprendre/questions/2026-12/", {"said_message": "yes", "act": "later"})
    text = ProfileText(services=("Conseil",))
    save_profile(owner_pk=there.helene.pk, text=text, version=0, now=there.now, chance=there.chance)
    page = said(client.get(NOVEMBER))
    assert "Votre fiche n’est pas encore écrite" in page
    assert "Répondre de nouveau" not in page
    assert "Qu’en dites-vous" not in said(client.get(f"{NOVEMBER}?encore"))
    refused = client.post(NOVEMBER, {"said_message": "yes", "words_message": "Tapé.", "act": "done"})
    page = said(refused, status=422)
    assert "De plus récentes ont été commencées depuis" in page
    assert "Tapé." in page


def test_begun_and_never_answered_it_says_so_once_it_is_no_longer_open(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    client.post(NOVEMBER, {"words_message": "Hm.", "act": "later"})
    there.wait(days=40)
    came(there, 2)
    client.post("/apprendre/questions/2026-12/", {"said_message": "yes", "act": "later"})
    page = said(client.get(NOVEMBER))
    assert "Commencé le 2 novembre 2026, et laissé tel quel." in page
    assert "Hm." in page


def test_done_without_an_answer_asks_for_one_and_loses_no_word(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    page = said(client.post(NOVEMBER, {"words_message": "Hm.", "act": "done"}), status=422)
    assert "Dites oui, en partie ou non à l’une d’elles au moins" in page
    assert "Hm." in page
    assert not Review.objects.exists()


def test_too_many_words_are_said_so_beside_their_field(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    answer = client.post(NOVEMBER, {"said_message": "yes", "words_message": "x" * 2001, "act": "done"})
    said(answer, status=422)
    assert 'id="id_words_message_error"' in answer.content.decode()


@pytest.mark.parametrize("key", ["2026-10", "2026-13", "streak:x", "nonsense", "%C3%A9"])
def test_r44_questions_that_are_not_there_do_not_exist(there: World, key: str) -> None:
    came(there, 1)
    client = browser(there.helene)
    assert client.get(f"{LIST}{key}/").status_code == 404
    assert client.post(f"{LIST}{key}/", {"said_message": "yes", "act": "done"}).status_code == 404
    assert browser(member(there)).get(NOVEMBER).status_code == 404


# -- a streak ---------------------------------------------------------------------------------------


def streak(there: World) -> str:
    for number in (1, 2, 3):
        came(there, number, Outcome.LOST)
    return f"{LIST}streak:{3:026}/"


def test_r29_the_page_of_a_streak_says_kindly_what_it_is_and_is_not(there: World) -> None:
    page = said(browser(there.helene).get(streak(there)))
    assert "3 d’affilée, cela arrive aussi par hasard" in page
    assert "finissent ainsi une fois sur 8." in page
    assert "La personne qui a donné votre nom voulait bien faire, et chaque client était libre de choisir." in page
    for word in ("échec", "faute", "mauvais", "!"):
        assert word not in page


def test_r27_home_has_one_line_for_a_streak_until_it_is_answered_in_one_query_more(there: World) -> None:
    client = browser(there.helene)
    assert "d’affilée" not in said(client.get("/"))
    address = streak(there)
    answer = client.get("/")
    assert "3 recommandations d’affilée sont restées sans suite, ce qui arrive aussi par hasard." in said(answer)
    assert f'href="{address}"' in answer.content.decode()
    client.post(address, {"said_checked": "no", "act": "done"})
    assert "d’affilée" not in said(client.get("/"))


# -- questions of one's own -------------------------------------------------------------------------


def test_r27_ones_own_questions_are_asked_beside_the_four(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    for _press in range(2):
        assert client.post(OWN, {"text": "Ai-je rappelé ?"}).status_code == 302
    one = OwnQuestion.objects.get()
    assert "Ai-je rappelé ? Qu’en dites-vous ?" in said(client.get(NOVEMBER))
    client.post(NOVEMBER, {f"said_{one.uid}": "partly", "act": "done"})
    assert "Ai-je rappelé ? Vous avez dit : en partie." in said(client.get(NOVEMBER))
    client.post(f"{OWN}{one.uid}/", {"text": "Ai-je rappelé le jour même ?"})
    assert "Ai-je rappelé le jour même ?" in said(client.get(LIST))
    client.post(f"{OWN}{one.uid}/retirer/")
    assert "Ai-je rappelé" not in said(client.get(LIST))
    assert "Ai-je rappelé" in said(client.get(NOVEMBER)), "it stays where it was answered"


def test_on_what_was_answered_no_question_appears_that_was_not_asked_then(there: World) -> None:
    client = browser(there.helene)
    came(there, 1)
    client.post(NOVEMBER, {"said_message": "no", "act": "done"})
    client.post(OWN, {"text": "Ai-je rappelé ?"})
    assert "Ai-je rappelé" not in said(client.get(NOVEMBER))
    assert "Ai-je rappelé" in said(client.get(f"{NOVEMBER}?encore"))


def test_a_question_that_cannot_be_kept_says_why(there: World) -> None:
    client = browser(there.helene)
    assert "Écrivez la question." in said(client.post(OWN, {"text": " "}), status=422)
    assert "200 caractères au plus" in said(client.post(OWN, {"text": "x" * 201}), status=422)
    for number in range(8):
        client.post(OWN, {"text": f"Question {number} ?"})
    assert "Huit au plus" in said(client.get(OWN))
    assert "Huit questions à vous au plus" in said(client.post(OWN, {"text": "Une de plus ?"}), status=422)
    one = OwnQuestion.objects.first()
    assert one is not None
    address = f"{OWN}{one.uid}/"
    assert "vous vous la posez déjà" in said(client.post(address, {"text": "Question 1 ?"}), status=422)
    assert f'value="{one.text}"' in client.get(address).content.decode()


def test_r44_a_question_of_another_member_does_not_exist(there: World) -> None:
    browser(there.helene).post(OWN, {"text": "Ai-je rappelé ?"})
    one, olga = OwnQuestion.objects.get(), browser(member(there))
    assert olga.get(f"{OWN}{one.uid}/").status_code == 404
    assert olga.post(f"{OWN}{one.uid}/retirer/").status_code == 404
    assert olga.get(f"{OWN}{one.uid}/retirer/").status_code == 405


# -- every fact as a sentence -----------------------------------------------------------------------


def told(about: About, *, question: Question = Question.MESSAGE, **numbers: Any) -> str:
    fact = Fact(about=about, speaks=Speaks.KNOW, **numbers)
    with translation.override("fr"):
        (found,) = review_words.facts_in_words(Prepared(question=question, facts=(fact,)))
        return found.text.replace("\u00a0", " ").replace("\u202f", " ")


NUMBERS: dict[str, Any] = {"count": 2, "of": 6, "counts": Counts(in_time=1, late=2, not_yet=3)}


@pytest.mark.parametrize("about", About)
def test_every_fact_is_a_sentence_without_a_hole(about: About, there: World) -> None:
    names = {About.OVERRULED: ("budget",), About.NONE_OVERRULED: tuple(care.Question), About.PART_LACKS: ("booking",)}
    spoken_to = (one for one in Question if about is not About.NO_PROFILE or one is not Question.CHECKED)
    for question in spoken_to:
        words = told(about, question=question, names=names.get(about, ("services", "floor")), day=there.now, **NUMBERS)
        assert re.fullmatch(r"[A-ZÀ-Ý0-9].+\.", words), words
        assert "%" not in words
        assert ", ." not in words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Votre fiche date d’aujourd’hui."),
        (1, "Votre fiche date de 1 jour."),
        (59, "Votre fiche date de 59 jours."),
        (60, "Votre fiche date de 2 mois."),
        (425, "Votre fiche date de 14 mois."),
    ],
)
def test_the_age_of_a_profile_is_told_in_days_then_in_months(days: int, words: str) -> None:
    assert told(About.PROFILE_AGE, count=days) == words


def test_what_did_not_happen_is_told_in_words_of_its_own() -> None:
    assert told(About.ASKED, of=1).endswith("1 mise en relation faite ici.")
    assert told(About.IN_HANDS) == "Pour autant que cela soit noté, vous n’avez encore remis votre fiche à personne."
    assert told(About.THANKS, counts=Counts(in_time=3)) == "Vos remerciements à qui a donné votre nom : 3 à temps."


@pytest.mark.parametrize(
    ("count", "since", "words"),
    [
        (1, 22, "Vous avez remis votre fiche à 1 personne, le 22 novembre 2026."),
        (3, 22, "Vous avez remis votre fiche à 3 personnes, toutes le 22 novembre 2026."),
        (3, 2, "à 3 personnes, la première fois le 2 novembre 2026 et la dernière le 22 novembre 2026."),
        (3, 0, "à 3 personnes, la dernière fois le 22 novembre 2026."),  # kept before the first day was
    ],
)
def test_r27_who_has_the_profile_is_told_with_since_when_and_the_way_to_see_them(
    count: int, since: int, words: str
) -> None:
    day = date(2026, 11, 22)
    fact = Fact(
        about=About.IN_HANDS, speaks=Speaks.FOR, count=count, since=day.replace(day=since) if since else None, day=day
    )
    with translation.override("fr"):
        (said,) = review_words.facts_in_words(Prepared(question=Question.TAUGHT, facts=(fact,)))
        assert said.text.replace("\xa0", " ").endswith(words)
        assert (said.url, str(said.act)) == ("/fiche/entre-leurs-mains/", "Voir qui a quelle version")


def test_every_point_and_every_field_that_can_be_told_has_its_words() -> None:
    for point in care.Question:
        assert "si " in told(About.OVERRULED, count=2, of=6, names=(point.value,))
    for field in OF_PARTY[Role.RECEIVER][3:]:
        assert told(About.PART_LACKS, count=1, of=2, names=(field.value,)).startswith("Votre partie")


def test_r27_what_the_facts_alone_would_say_is_told_with_its_counts() -> None:
    for_, against = (Fact(about=About.NO_PROFILE, speaks=one) for one in (Speaks.FOR, Speaks.AGAINST))
    wanted = {(for_,): Said.YES, (for_, against): Said.PARTLY, (against,): Said.NO, (): None}
    with translation.override("en"):
        words = [review_words.proposal_words(Prepared(question=Question.MESSAGE, facts=facts)) for facts in wanted]
    assert words == [
        "These facts alone would say: yes.",
        "These facts alone would say: partly. 1 for a yes, 1 for a no.",
        "These facts alone would say: not really.",
        "No fact decides here: you know best.",
    ]
