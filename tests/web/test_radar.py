"""The radar: a giver's own page, which says what came of it, and nothing that one person answered (R14, R15)."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation

from entremise.accounts.queries import MemberCard
from entremise.interchange import archive
from entremise.protocol.care import Letter
from entremise.protocol.evaluation import Match
from entremise.protocol.measure import Tally, rate
from entremise.protocol.policy import DEFAULT
from entremise.protocol.radar import LetterSeen, Seen
from entremise.protocol.types import Role
from entremise.referrals.models import Evaluation, Referral
from entremise.web import radar_words
from tests.cast import INES, MARC, World, introduced, member, world

pytestmark = pytest.mark.django_db
PAGE = "/apprendre/radar/"
THREE = (Role.GIVER, Role.RECEIVER, Role.CLIENT)


@pytest.fixture
def scene() -> World:
    return world()


def signed_in(who: MemberCard, *, language: str = "fr") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(get_user_model().objects.get(pk=who.pk))
    return client


def read(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(html.unescape(answer.content.decode()).replace("\xa0", " ").replace("\u202f", " ").split())


def asked(scene: World, referral: Referral, *, match: str = "", again: str = "", said: str = "") -> None:
    """All three were asked; the giver answers `match` and `again`, the receiver `said`, the client nothing. Their time
    to answer is over."""
    for role in THREE:
        answer = match if role is Role.GIVER else said if role is Role.RECEIVER else ""
        Evaluation.objects.create(
            uid=scene.chance.uid(),
            fingerprint=scene.chance.uid(),
            referral=referral,
            role=role.value,
            address_hash=role.value,
            language="fr",
            asked_at=scene.now - timedelta(days=30),
            deadline=scene.now,
            answered_at=scene.now if answer else None,
            match=answer,
            again_receiver=again if role is Role.GIVER else "",
            again_client=again if role is Role.GIVER else "",
            words=f"secret words of the {role.value}",
        )


def once_more(scene: World, like: str, *, trade: str = "", **said: str) -> Referral:
    """Another introduction like that one, about which the three were asked."""
    referral = Referral.objects.select_related("need").get(uid=like)
    need = referral.need
    need.pk, need.uid = None, scene.chance.uid()
    need.trade = trade or need.trade
    need._state.adding = True
    need.save()
    referral.pk, referral.uid, referral.need = None, scene.chance.uid(), need
    referral.news_fingerprint = scene.chance.uid()
    referral._state.adding = True
    referral.save()
    asked(scene, referral, **said)
    return referral


def several(scene: World, *said: dict[str, str]) -> str:
    """Introduce the two, then as often as there are answers."""
    uid, _to_ines, _to_marc = introduced(scene)
    for one in said:
        once_more(scene, uid, **one)
    return uid


GOOD: dict[str, str] = {"match": Match.YES.value, "again": "yes"}
OFF: dict[str, str] = {"match": Match.NO.value, "again": "perhaps"}
SPLIT: dict[str, str] = {"match": Match.YES.value, "said": Match.NO.value, "again": "yes"}
SILENT: dict[str, str] = {}


def test_before_anything_was_asked_it_says_what_it_will_be(scene: World) -> None:
    introduced(scene)
    page = read(signed_in(scene.helene))
    assert "Rien à comparer encore" in page
    assert "data-picture" not in page


def test_r15_with_enough_answers_it_says_how_often_it_was_good_with_its_interval(scene: World) -> None:
    several(scene, GOOD, GOOD, GOOD, OFF, SPLIT, SILENT)
    page = read(signed_in(scene.helene))
    assert "Des réponses sont venues sur 5 mises en relation ; bonnes rencontres : 3." in page
    assert re.search(r"attendez \d+ %|entre \d+ et \d+ %", page)
    assert "bonnes rencontres : 3. En partie : 1. Pas vraiment : 1. Pour les suivantes" in page
    assert "Sur 1 d’entre elles, vous n’êtes pas tous du même avis" in page
    assert "Sur 1 mise en relation, il n’y a pas de réponse à montrer" in page


@pytest.mark.parametrize("answers", [1, 2, 3, 4])
def test_with_few_answers_there_is_no_figure_and_nobodys_answer_can_be_read_off(scene: World, answers: int) -> None:
    """R14, R15, R26: what one party answered makes no difference to any figure."""
    uid = several(scene, *[{"said": "yes"}] * answers)
    helene = signed_in(scene.helene)
    files = [f"{PAGE}{name}.{ending}" for name in ("radar", "metiers", "lettres") for ending in ("svg", "csv")]

    before = main(helene)
    assert ("trop peu pour conclure" if answers > 2 else "pas encore de réponse à montrer") in before
    assert {helene.get(path).status_code for path in files} == {404}
    Evaluation.objects.filter(role=Role.RECEIVER.value).exclude(match="").update(match="no")
    assert main(helene) == before
    assert Referral.objects.filter(uid=uid).exists()


def main(client: Client) -> str:
    """What the page says, without the address it is asked under and what changes with each look."""
    return read(client).split("<main", 1)[-1].split("</main>")[0]


def test_r14_what_a_giver_answers_and_notes_alone_is_no_company_in_which_anothers_answer_shows(scene: World) -> None:
    """Five of their own would be enough for figures: what two parties answered makes no difference to them."""
    uid = several(scene, *[SPLIT] * 2)
    for _ in range(5):
        alone = once_more(scene, uid, **GOOD)
        Evaluation.objects.filter(referral=alone).exclude(role=Role.GIVER.value).delete()
    helene = signed_in(scene.helene)
    before = main(helene)
    assert "sur 7 mises en relation ; bonnes rencontres : 7." in before
    Evaluation.objects.filter(role=Role.RECEIVER.value).update(match="")
    assert main(helene) == before


def test_r14_the_third_brings_all_three_at_once_and_only_when_its_time_is_over(scene: World) -> None:
    several(scene, *[GOOD] * 3)
    Evaluation.objects.update(deadline=scene.now - timedelta(days=1))
    like = Referral.objects.latest("pk").uid
    last = [once_more(scene, like, **SPLIT) for _ in range(3)][-1]
    Evaluation.objects.filter(referral=last).update(deadline=scene.now + timedelta(days=36_500))
    Evaluation.objects.filter(role=Role.RECEIVER.value, match="").update(match="yes")
    assert "n’êtes pas tous" not in main(signed_in(scene.helene))
    Evaluation.objects.filter(referral=last).update(deadline=scene.now)
    assert "Sur 3 d’entre elles, vous n’êtes pas tous du même avis" in main(signed_in(scene.helene))


def test_whom_to_get_to_know_better_is_said_with_the_reason_and_the_way_to_their_page(scene: World) -> None:
    """R15, R29: a step forward, and nobody's fault."""
    several(scene, OFF, SILENT, SILENT)
    page = read(signed_in(scene.helene))
    closer = page.split('id="closer"')[1].split("</section>")[0]
    assert f'href="/contacts/{scene.ines.uid}/#relation"' in closer
    assert f'href="/contacts/{scene.marc.uid}/#relation"' in closer
    assert "n’était pas tout à fait la bonne" in closer
    assert "Vous recommanderiez peut-être de nouveau cette personne" in closer
    assert "Vous savez comment s’est passée 1 mise en relation sur 3" in closer


def test_would_recommend_again_is_the_givers_own_word_by_receiver_and_by_client(scene: World) -> None:
    """R15."""
    several(scene, GOOD, GOOD, OFF)
    rows = table(signed_in(scene.helene), "receveurs")
    assert rows[1] == ["Inès Moreau", "2", "1", "0", "3"]
    assert table(signed_in(scene.helene), "clients")[1] == ["Marc Delaunay", "2", "1", "0", "3"]


def table(client: Client, name: str) -> list[list[str]]:
    answer = client.get(f"{PAGE}{name}.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def test_a_letter_that_gave_pause_stands_beside_one_that_was_clear(scene: World) -> None:
    """R15: two intervals for each letter."""
    uid = several(scene, *[GOOD] * 5)
    for _ in range(5):
        other = once_more(scene, uid, **OFF)
        other.answers = {**other.answers, "steps_back": False}
        other.save(update_fields=["answers"])
    rows = {row[0].replace("\xa0", " "): row[1:4] for row in table(signed_in(scene.helene), "lettres")[1:]}
    assert rows["E, évaluation : nette"] == ["5", "5", "0"]
    assert rows["E, évaluation : une réserve"] == ["0", "5", "0"]
    assert "ce n’est sans doute pas un hasard" in read(signed_in(scene.helene))


def seen_by_letter(*, clear: Tally, minded: Tally) -> str:
    """What is said where the letter A was clear and minded so often, and the others never looked at."""
    nothing = Seen(good=rate(Tally(0, 0)), partly=0, off=0, differ=0)
    found = [
        LetterSeen(one, clear=replace(nothing, good=rate(clear)), minded=replace(nothing, good=rate(minded)))
        if one is Letter.ACTUAL
        else LetterSeen(one, clear=nothing, minded=nothing)
        for one in Letter
    ]
    with translation.override("fr"):
        return radar_words.letters_tell(found, policy=DEFAULT).replace("\xa0", " ").replace("\u202f", " ")


def test_r15_a_letter_that_was_clear_and_yet_less_often_good_is_said_kindly(scene: World) -> None:
    """R29: where the judgement is off is what a radar is for; that it went alike would be untrue."""
    uid = several(scene, *[OFF] * 5)
    for _ in range(5):
        other = once_more(scene, uid, **GOOD)
        other.answers = {**other.answers, "steps_back": False}
        other.save(update_fields=["answers"])
    page = read(signed_in(scene.helene))
    told = page.split("la rencontre était moins souvent bonne")[1].split("</figcaption>")[0]
    assert "E, évaluation" in told
    assert "mérite là une question de plus" in told
    assert "on ne voit pas de différence certaine" not in page


def test_r15_one_letter_that_tells_and_one_that_misleads_are_both_said(scene: World) -> None:
    good, off = Tally(10, 10), Tally(0, 10)
    nothing = Seen(good=rate(good), partly=0, off=0, differ=0)
    found = [
        LetterSeen(Letter.CONSENT, clear=nothing, minded=replace(nothing, good=rate(off))),
        LetterSeen(Letter.ACTUAL, clear=replace(nothing, good=rate(off)), minded=nothing),
    ]
    with translation.override("fr"):
        told = radar_words.letters_tell(found, policy=DEFAULT)
    better, worse = told.split("moins souvent")
    assert "C, consentement" in better
    assert "A, actualité" in worse


@pytest.mark.parametrize("side", ["clear", "minded"])
def test_r15_what_is_unknown_on_either_side_can_hold_a_word_about_a_letter_back(side: str) -> None:
    known = {"clear": Tally(10, 10), "minded": Tally(0, 10)}
    assert "plus souvent" in seen_by_letter(**known)
    open_still = {**known, side: replace(known[side], unknown=40)}
    assert "on ne voit pas de différence certaine" in seen_by_letter(**open_still)


@pytest.mark.parametrize("name", ["radar", "lettres", "metiers", "receveurs", "clients"])
def test_every_picture_is_a_file_of_its_own_and_has_its_table(scene: World, name: str) -> None:
    several(scene, GOOD, GOOD, GOOD, OFF, SPLIT)
    helene = signed_in(scene.helene)
    answer = helene.get(f"{PAGE}{name}.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    drawn = ET.fromstring(answer.content.decode())
    assert drawn.tag.endswith("svg")
    assert not [element for element in drawn.iter() if {"class", "style"} & set(element.attrib)]
    assert len(table(helene, name)) > 1
    assert f"{PAGE}{name}.csv" in read(helene)


def test_a_picture_that_is_none_is_not_found(scene: World) -> None:
    several(scene, GOOD)
    helene = signed_in(scene.helene)
    assert [helene.get(f"{PAGE}{name}").status_code for name in ("autre.svg", "autre.csv")] == [404, 404]


def test_it_is_quick_however_much_there_is(scene: World, django_assert_num_queries: Any) -> None:
    uid = several(scene, GOOD, OFF)
    helene = signed_in(scene.helene)
    with django_assert_num_queries(5):  # the session, the member, and three for everything judged
        read(helene)
    for _ in range(10):
        once_more(scene, uid, **GOOD)
    with django_assert_num_queries(5):
        read(helene)


# -- nobody else ------------------------------------------------------------------------------------

_MINE = ("Mon radar", "Qui mieux connaître")


def test_nobody_elses_page_or_file_shows_any_of_it(scene: World) -> None:
    """R14, R15: those it is about have a radar of their own, which is empty."""
    several(scene, *[SPLIT] * 6)
    for name, address in (("Inès Moreau", INES), ("Marc Delaunay", MARC)):
        client = signed_in(member(scene, name=name, email=address))
        assert "Rien à comparer encore" in read(client)
        assert [client.get(f"{PAGE}{name}.csv").status_code for name in ("receveurs", "lettres")] == [404, 404]
        for path in ("/", "/apprendre/", "/apprendre/recues/", "/apprendre/questions/", "/apprendre/corrections/"):
            page = read(client, path)
            assert "secret words" not in page
            assert "n’êtes pas tous du même avis" not in page
    assert Client().get(PAGE).status_code == 302


def test_no_export_of_anybody_holds_it_and_no_mail(scene: World) -> None:
    """R15, R47: each takes along what they answered themselves; what the others answered stays with none."""
    several(scene, *[SPLIT] * 6)
    for who in (member(scene, name="Inès Moreau", email=INES), scene.helene):
        with zipfile.ZipFile(archive.build(who, now=scene.now, policy=scene.policy)) as kept:
            everything = b"".join(kept.read(name) for name in kept.namelist()).decode(errors="replace")
        assert "Inès" in everything
        assert "secret words of the receiver" not in everything
        assert "secret words of the client" not in everything
    scene.wait(days=40)
    assert not [mail for mail in scene.postman.mails if "secret words" in mail.text or "radar" in mail.text.lower()]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("said", [(), (SILENT,), (GOOD,), (SPLIT,) * 7], ids=["nothing", "silence", "little", "much"])
def test_it_quotes_nobody_in_any_language(scene: World, language: str, said: tuple[dict[str, str], ...]) -> None:
    several(scene, *said)
    get_user_model().objects.filter(pk=scene.helene.pk).update(language=language)
    page = read(signed_in(scene.helene, language=language))
    assert "secret words" not in page
    assert "%(" not in page
