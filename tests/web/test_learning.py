"""What I learn, on pages, in pictures and in files (R19, R26, R29, R49)."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as Tree
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entremise.insights.learning import Side
from entremise.people.actions import add_contact
from entremise.people.models import Contact
from entremise.protocol import measure
from entremise.protocol.correction import CorrectionKind
from entremise.protocol.measure import Tally
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.referrals.actions import corrections
from entremise.referrals.models import Ending, Outside, Referral
from entremise.web.learning_pictures import beside
from tests.cast import INES, World, browser_of, contact_draft, introduced, member, world
from tests.referrals.test_measured import again

pytestmark = pytest.mark.django_db
WON, LOST = Outcome.WON, Outcome.LOST
SVG = "{http://www.w3.org/2000/svg}"
_SIZES = ("width", "height", "r")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    monkeypatch.setattr("entremise.web.learning.now", lambda: it.now)
    monkeypatch.setattr("entremise.lib.clock.now", lambda: it.now)
    return it


def read(client: Client, address: str = "/apprendre/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'").replace("’", "'")
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())


def numbers() -> Iterator[int]:
    yield from range(10_000)


NUMBERS = numbers()


def noted(scene: World, who: Contact, outcomes: list[Outcome | None], *, given: bool = False, ago: int = 0) -> None:
    """Hélène noted these from outside, all with one person, so many days ago."""
    for outcome in outcomes:
        Outside.objects.create(
            uid=f"{next(NUMBERS):026}",
            owner_id=scene.helene.pk,
            direction="given" if given else "received",
            other=who,
            client_name="Quelqu’un",
            trade="plumber",
            arrived_at=scene.now - timedelta(days=ago),
            outcome=outcome.value if outcome else "",
            created_at=scene.now,
            moved_at=scene.now,
        )


def somebody(scene: World, given: str = "Paul", family: str = "Brun") -> Contact:
    draft = contact_draft(given, family, "", f"{given.lower()}@brun.example")
    card = add_contact(owner_pk=scene.helene.pk, draft=draft, now=scene.now, chance=scene.chance)
    return Contact.objects.get(pk=card.pk)


def table(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="entremise-')
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


# -- the hub ----------------------------------------------------------------------------------------


def test_an_empty_notebook_explains_itself_and_offers_one_first_act(scene: World) -> None:
    """R29: and nothing of it sounds like a fault."""
    answer = browser_of(scene.helene).get("/apprendre/").content.decode()
    assert "n’est pas une faute" in answer
    assert answer.count('class="button main"') == 1
    assert 'href="/recues/noter/"' in answer
    assert '<svg viewBox="0 0 340' not in answer


def test_r26_the_hub_shows_how_far_both_sides_came_in_counts(scene: World) -> None:
    paul = somebody(scene)
    noted(scene, paul, [WON, WON, LOST, None])
    noted(scene, paul, [LOST, Outcome.SET_ASIDE], given=True)
    page = read(browser_of(scene.helene))
    assert "Quand on me recommande 4 mises en relation jusqu'ici." in page
    assert "Sur 3 dont l'issue est connue, 2 ont abouti à une collaboration. 1 issue n'est pas connue." in page
    assert "Quand je recommande 2 mises en relation jusqu'ici." in page
    assert "Sur 1 dont l'issue est connue, 0 a abouti à une collaboration." in page


def test_r49_the_hub_counts_and_neither_rates_nor_ranks_nor_cheers(scene: World) -> None:
    noted(scene, somebody(scene), [WON] * 20)
    page = read(browser_of(scene.helene))
    assert "%" not in page
    assert not re.search(r"bravo|félicitations|record|score|points|classement|succès|!", page, re.IGNORECASE)


def test_r27_and_r28_the_hub_says_which_questions_wait_and_what_is_being_tried(scene: World) -> None:
    paul, today = somebody(scene), scene.helene.today(scene.now)
    noted(scene, paul, [LOST] * 3)
    Outside.objects.update(outcome_at=scene.now)
    client = browser_of(scene.helene)
    page = read(client)
    assert re.search("Quatre questions À répondre : 3 [^,.]+ Petites", page), "one form at a time, the streak first"
    assert "Petites corrections Un petit changement à la fois" in page
    kept: dict[str, Any] = {"kind": CorrectionKind.OWN, "words": "Rappeler le jour même", "on": today, "review": ""}
    corrections.adopt(member=scene.helene, uid="c" * 26, now=scene.now, policy=DEFAULT, **kept)
    assert re.search(r"Petites corrections Rappeler le jour même. [^.%]+\.", read(client))  # a word, no figure
    for address in re.findall(r"<aside.*?</aside>", client.get("/apprendre/").content.decode(), re.DOTALL):
        for link in re.findall(r'href="([^"]+)"', address):
            assert client.get(link).status_code == 200


def test_only_a_member_may_look(scene: World) -> None:
    for address in ("", "recues/", "donnees/", "recues/temps.svg", "donnees/etapes.csv"):
        assert Client().get(f"/apprendre/{address}").status_code == 302
    assert browser_of(scene.helene).get("/apprendre/recues/autre.svg").status_code == 404


def test_the_way_there_is_in_the_nav_and_lit(scene: World) -> None:
    page = browser_of(scene.helene).get("/apprendre/recues/").content.decode()
    assert page.count('href="/apprendre/" aria-current="true">Apprendre') == 2  # the bar, and above on a telephone


# -- one side ---------------------------------------------------------------------------------------


def test_r26_no_percentage_below_the_minimum_and_counts_beside_each_above(scene: World) -> None:
    """Four ends, then five: 3 of 5 is (3 + 1) / (5 + 2) = 57 %, between 22 and 89 % by the Beta(4, 3) quantiles."""
    paul = somebody(scene)
    noted(scene, paul, [WON, WON, LOST, LOST])
    client = browser_of(scene.helene)
    page = read(client, "/apprendre/recues/")
    assert (
        "Sur 4 dont l'issue est connue, 2 ont abouti à une collaboration. 4 issues, c'est trop peu pour conclure."
        in page
    )
    assert table(client, "/apprendre/recues/personnes.csv")[1] == ["Paul Brun", "2", "4", "0", "", "", ""]
    noted(scene, paul, [WON])
    page = read(client, "/apprendre/recues/")
    assert "Sur 5 dont l'issue est connue, 3 ont abouti à une collaboration." in page
    assert "on peut s'attendre à 57 %, très probablement entre 22 et 89 %." in page
    assert table(client, "/apprendre/recues/personnes.csv")[1] == ["Paul Brun", "3", "5", "0", "57", "22", "89"]


def test_r26_nobody_is_ranked_on_too_little(scene: World) -> None:
    few, many = somebody(scene, "Anne", "Few"), somebody(scene, "Marie", "Many")
    noted(scene, few, [WON] * 5)
    noted(scene, many, [LOST] * 9)
    client = browser_of(scene.helene)
    names = [row[0] for row in table(client, "/apprendre/recues/personnes.csv")[1:]]
    assert names == ["Marie Many", "Anne Few"]


def test_r19_completeness_stands_beside_success_with_what_can_be_said_of_it(scene: World) -> None:
    for number in range(2):
        if number:
            again(scene)
        else:
            introduced(scene)
    Referral.objects.update(completeness=100)
    Referral.objects.filter(pk=Referral.objects.order_by("pk").first().pk).update(completeness=91)  # type: ignore[union-attr]
    ines = member(scene, name="Inès Moreau", email=INES)
    client = browser_of(ines)
    assert "Trop peu d'issues sont connues, avec une recommandation complète ou non" in read(
        client, "/apprendre/recues/"
    )
    assert [row[:4] for row in table(client, "/apprendre/recues/completude.csv")[1:]] == [
        ["Rien ne manquait", "0", "0", "1"],
        ["Une ou deux choses manquaient", "0", "0", "1"],
    ]


def test_r26_over_time_by_the_step_one_chooses(scene: World) -> None:
    """Monday 2 November 2026: the month before, and this one."""
    paul = somebody(scene)
    noted(scene, paul, [WON, LOST], ago=20)
    noted(scene, paul, [None])
    client = browser_of(scene.helene)
    assert [row[:4] for row in table(client, "/apprendre/recues/temps.csv?pas=mois")[1:]] == [
        ["octobre 2026", "1", "2", "0"],
        ["novembre 2026", "0", "0", "1"],
    ]
    assert table(client, "/apprendre/recues/temps.csv?pas=semaine")[1][0] == "Semaine du 12 octobre 2026"
    assert table(client, "/apprendre/recues/temps.csv")[1:] == [["Trimestre 4 de 2026", "1", "2", "1", "", "", ""]]
    assert table(client, "/apprendre/recues/temps.csv?pas=jour") == table(client, "/apprendre/recues/temps.csv")
    page = client.get("/apprendre/recues/?pas=mois").content.decode()
    assert "<strong>par mois</strong>" in page
    assert 'href="/apprendre/recues/temps.svg?pas=mois"' in page


def test_r26_amounts_stand_in_sum_on_the_receivers_page_alone(scene: World) -> None:
    introduced(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    said: dict[str, Any] = {"outcome": WON.value, "amount": Decimal("4200.5"), "currency": "EUR", "amount_shown": True}
    Ending.objects.create(referral=Referral.objects.get(), by="receiver", at=scene.now, **said)
    Referral.objects.update(outcome=WON.value)
    assert "4 200,50 €, pour 1 recommandation" in read(browser_of(ines), "/apprendre/recues/")
    for address in ("", "donnees/", "donnees/personnes.csv"):
        assert b"200,5" not in browser_of(scene.helene).get(f"/apprendre/{address}").content


def test_the_letters_are_the_givers_own(scene: World) -> None:
    """R26: the receiver never sees the answers to the test."""
    introduced(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    assert [row[0] for row in table(browser_of(scene.helene), "/apprendre/donnees/lettres.csv")[1:]] == [
        "C, consentement\xa0: nette",
        "A, actualité\xa0: nette",
        "R, pertinence\xa0: nette",
        "E, évaluation\xa0: nette",
    ]
    assert "Par lettre" not in read(browser_of(ines), "/apprendre/recues/")
    assert browser_of(ines).get("/apprendre/recues/lettres.csv").status_code == 404


# -- pictures and files -----------------------------------------------------------------------------


def test_every_picture_has_a_sentence_a_table_and_its_files(scene: World) -> None:
    introduced(scene)
    noted(scene, somebody(scene), [WON], given=True)
    client = browser_of(scene.helene)
    page = client.get("/apprendre/donnees/").content.decode()
    figures = re.findall(r'<figure class="picture" data-picture>.*?</figure>', page, re.DOTALL)
    assert len(figures) == 4, "and none about what the two parties filled in (R18)"
    for figure in figures:
        assert re.search(r'<figcaption id="([\w-]+)">[^<]{20,}.*aria-labelledby="\1"', figure, re.DOTALL)
        assert figure.count("<table") == figure.count("<details") == figure.count("data-png=") == 1
        for address in re.findall(r'href="([^"]+)"', figure):
            assert client.get(address).status_code == 200
        assert len(re.findall("data-says=", figure)) >= 1


def test_a_page_needs_no_style_of_its_own_and_a_file_brings_its_colours(scene: World) -> None:
    """The content policy allows no style attribute; a file has no style sheet, and is on paper."""
    noted(scene, somebody(scene), [WON] * 3 + [LOST] * 3)
    client = browser_of(scene.helene)
    page = client.get("/apprendre/recues/").content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    for name in ("etapes", "temps", "personnes", "metiers", "completude"):
        answer = client.get(f"/apprendre/recues/{name}.svg")
        assert answer["Content-Type"] == "image/svg+xml"
        drawing = Tree.fromstring(answer.content)
        assert drawing.tag == f"{SVG}svg"
        assert b"class=" not in answer.content
        assert b"data-" not in answer.content
        shapes = [one for one in drawing.iter() if one.tag in {f"{SVG}rect", f"{SVG}circle", f"{SVG}text"}]
        assert all("fill" in one.attrib for one in shapes)
        assert "," not in "".join(
            value for one in shapes for key, value in one.attrib.items() if key in {"x", "y", "cx"}
        )


def test_a_name_is_neither_markup_nor_a_formula(scene: World) -> None:
    noted(scene, somebody(scene, "=1+1", "<b>&"), [WON])
    client = browser_of(scene.helene)
    assert table(client, "/apprendre/recues/personnes.csv")[1][0] == "'=1+1 <b>&"
    for address in ("personnes.svg", ""):
        body = client.get(f"/apprendre/recues/{address}").content.decode()
        assert "=1+1 &lt;b&gt;&amp;" in body
        assert "<b>" not in body


def test_a_picture_without_a_line_is_left_out_and_is_no_file(scene: World) -> None:
    """What was recommended outside took no test: there is nothing to draw by letter, and nothing is drawn."""
    noted(scene, somebody(scene), [WON, LOST], given=True)
    client = browser_of(scene.helene)
    page = client.get("/apprendre/donnees/").content.decode()
    assert page.count("data-picture>") == 3
    assert 'id="lettres"' not in page
    assert [client.get(f"/apprendre/donnees/lettres.{ending}").status_code for ending in ("svg", "csv")] == [404, 404]


@pytest.mark.parametrize("side", ["recues", "donnees"])
def test_no_size_of_a_drawing_is_ever_negative(scene: World, side: str) -> None:
    client = browser_of(scene.helene)
    for outcomes in ([], [None], [WON, LOST]):
        noted(scene, somebody(scene, f"Paul{len(outcomes)}"), outcomes, given=side == "donnees")
        for name in ("etapes", "temps", "personnes", "metiers", "completude", "lettres"):
            answer = client.get(f"/apprendre/{side}/{name}.svg")
            if answer.status_code == 200:
                sizes = [one.attrib.get(size, "0") for one in Tree.fromstring(answer.content).iter() for size in _SIZES]
                assert not [size for size in sizes if float(size) < 0], name


def test_a_long_list_shows_a_dozen_and_its_table_holds_them_all(scene: World) -> None:
    for number in range(15):
        noted(scene, somebody(scene, f"Paul{number}", "Dupont-Montmorency-de-la-Tour-Neuve"), [WON])
    client = browser_of(scene.helene)
    assert len(table(client, "/apprendre/recues/personnes.csv")) == 16
    drawing = client.get("/apprendre/recues/personnes.svg").content.decode()
    assert drawing.count("Paul") == 12
    assert "Paul0 Dupont-Montmorency-de-la-Tou…" in drawing


def test_queries_do_not_grow_with_rows(scene: World) -> None:
    introduced(scene)
    client = browser_of(scene.helene)
    counted: list[list[int]] = []
    for _round in range(2):
        for number in range(3):
            noted(scene, somebody(scene, f"Paul{_round}{number}"), [WON, LOST])
            noted(scene, somebody(scene, f"Luc{_round}{number}"), [WON, None], given=True)
        counted.append([])
        for address in ("", "recues/", "donnees/", "donnees/personnes.csv", "recues/temps.svg"):
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/apprendre/{address}")
            counted[-1].append(len(asked))
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 12


@pytest.mark.parametrize(
    ("called", "drawn"),
    [
        ("notaire", "notaire"),
        ("conseiller / conseillère en communication", "conseiller en communication"),
        ("Un nom si long qu’aucune image n’a la place de l’écrire en entier", "Un nom si long qu’aucune image n’a…"),
    ],
)
def test_a_name_is_drawn_as_far_as_there_is_room_and_whole_in_the_table(called: str, drawn: str) -> None:
    rate = measure.rate(Tally(won=1, ended=3))
    picture = beside(Side.GIVEN, "metiers", [(called, rate)], title="", sentence="", first="", policy=DEFAULT)
    (item,) = picture.items
    assert (item.short, item.row[0]) == (drawn, called)
