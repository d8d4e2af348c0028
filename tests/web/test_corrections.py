"""The pages of small corrections, and of what a profile said when (R28, R29)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from entremise.lib import clock
from entremise.people.actions.profiles import save_profile
from entremise.people.queries import profiles
from entremise.people.queries.profiles import PARTS, ProfileText
from entremise.protocol.correction import PART_OF, Adopted, CorrectionKind
from entremise.protocol.measure import Tally, change
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.referrals.actions import corrections
from entremise.referrals.models import Outside
from entremise.referrals.queries import corrections as queries
from entremise.web import correction_words
from tests.cast import World, browser_of, member, world

pytestmark = pytest.mark.django_db
PAGE = "/apprendre/corrections/"
ADOPT = f"{PAGE}adopter/"
TEXT = ProfileText(services=("Comptabilité des commerces",), markets=("Restaurants de quartier",))
WON, LOST = Outcome.WON, Outcome.LOST


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def helene(scene: World) -> Client:
    return browser_of(scene.helene)


def page(answer: Any) -> str:
    found = answer.content.decode().replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    return str(re.sub(r"\s+", " ", found))


def ago(scene: World, days: int) -> date:
    return scene.helene.today(scene.now) - timedelta(days=days)


def came(scene: World, outcomes: Iterable[Outcome | None], *, since: int, every: int = 1) -> None:
    """Introductions from outside, one after the other, the first so many days ago."""
    for number, outcome in enumerate(outcomes):
        noon = datetime.combine(ago(scene, since - number * every), time(12), tzinfo=ZoneInfo("Europe/Paris"))
        Outside.objects.create(
            uid=f"{since:013}{number:013}",
            owner_id=scene.helene.pk,
            direction="received",
            other_id=scene.marc.pk,
            client_name="Sophie",
            arrived_at=noon,
            outcome=outcome.value if outcome else "",
            outcome_at=noon if outcome else None,
            created_at=noon,
            moved_at=noon,
        )


def adopt(scene: World, uid: str = "a", *, days_ago: int = 0, **more: Any) -> Adopted:
    kept = {"kind": CorrectionKind.NAME_PRICES, "words": "", "review": "", **more}
    on = ago(scene, days_ago)
    return corrections.adopt(member=scene.helene, uid=uid * 26, on=on, now=scene.now, policy=scene.policy, **kept)


def once(client: Client, address: str = PAGE) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page(client.get(address)))
    assert found is not None
    return found[1]


# -- what is proposed -------------------------------------------------------------------------------


def test_r28_one_is_proposed_with_why_and_leads_to_the_very_field(scene: World, helene: Client) -> None:
    save_profile(
        owner_pk=scene.helene.pk,
        text=replace(TEXT, introduced="Par téléphone"),
        version=0,
        now=scene.now,
        chance=scene.chance,
    )
    shown = page(helene.get(PAGE))
    assert "Nommez vos fourchettes de prix" in shown
    assert "Votre fiche ne dit pas encore : à partir de quel budget." in shown
    assert 'href="/moi/fiche/?back=corrections#id_floor"' in shown
    form = page(helene.get("/moi/fiche/?back=corrections"))
    assert 'id="id_floor"' in form
    kept = helene.post(
        "/moi/fiche/?back=corrections", {"services": "Paie", "floor": "800", "currency": "EUR", "version": "1"}
    )
    assert kept["Location"] == PAGE
    assert profiles.mine(owner_pk=scene.helene.pk).text.floor == 800  # type: ignore[union-attr]


def test_every_correction_of_a_part_leads_to_a_field_that_is_there(scene: World, helene: Client) -> None:
    form = page(helene.get("/moi/fiche/"))
    assert set(PART_OF.values()) == set(PARTS)
    for kind in PART_OF:
        _address, _hash, field = correction_words.place(kind)[0].partition("#")
        assert f'id="{field}"' in form


def test_from_nowhere_else_keeping_a_profile_leads_away(helene: Client) -> None:
    kept = helene.post("/moi/fiche/?back=https://ailleurs.example/", {"services": "Paie", "version": "0"})
    assert kept["Location"] == "/moi/fiche/"


def test_r28_adopting_is_one_press_and_pressing_twice_adopts_once(scene: World, helene: Client) -> None:
    form = {"kind": "call_sooner", "on": ago(scene, 0).isoformat(), "review": "2026-10", "once": once(helene)}
    for _time in range(2):
        assert helene.post(ADOPT, form)["Location"] == PAGE
    (only,) = queries.adopted(member=scene.helene)
    assert (only.kind, only.on, only.review) == (CorrectionKind.CALL_SOONER, ago(scene, 0), "2026-10")
    again = helene.post(ADOPT, {**form, "once": once(helene)})
    assert again.status_code == 422
    assert "déjà en vigueur" in page(again)


def test_one_of_my_own_is_asked_for_its_words_and_a_day_to_come_is_refused(scene: World, helene: Client) -> None:
    assert "dans vos mots" in page(helene.get(f"{ADOPT}?kind=own"))
    form = {"kind": "own", "words": "", "on": ago(scene, 0).isoformat(), "once": once(helene)}
    assert "Dites en quelques mots" in page(helene.post(ADOPT, form))
    late = helene.post(ADOPT, {**form, "words": "Rappeler le soir", "on": ago(scene, -1).isoformat()})
    assert late.status_code == 422
    assert "Rappeler le soir" in page(late)
    assert helene.post(ADOPT, {**form, "words": "Rappeler le soir"}).status_code == 302
    assert "Rappeler le soir" in page(helene.get(PAGE))
    assert helene.get(f"{ADOPT}?kind=another").status_code == 404


# -- what came of it --------------------------------------------------------------------------------


def test_r28_before_and_after_are_two_intervals_on_one_scale_with_their_counts(scene: World, helene: Client) -> None:
    came(scene, [WON, LOST, LOST, WON, LOST, LOST, WON], since=60)
    one = adopt(scene, days_ago=40)
    came(scene, [WON, LOST, WON, WON, WON, LOST, None], since=30)
    shown = page(helene.get(PAGE))
    assert shown.count("<svg") >= 1
    assert shown.count('class="ink-band"') == 2
    assert "3 sur 7" in shown
    assert "4 sur 6" in shown
    said = change(Tally(3, 7), Tally(4, 6, 1), policy=DEFAULT)
    assert f"({said.percent} %)" in shown
    assert "C’est peut-être le hasard" in shown
    drawn = helene.get(f"{PAGE}{one.uid}.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    table = helene.get(f"{PAGE}{one.uid}.csv").content.decode()
    assert ",3,7,0," in table
    assert ",4,6,1," in table


def test_r28_too_few_is_said_kindly_and_never_a_percentage(scene: World, helene: Client) -> None:
    """R29: no percentage, no verdict, and the next step."""
    came(scene, [WON, LOST, LOST, WON, LOST, LOST, WON], since=60)
    adopt(scene, days_ago=40)
    came(scene, [WON, WON, WON], since=30)
    shown = page(helene.get(PAGE))
    assert "Trop tôt pour le dire" in shown
    assert "l’issue de 3 mises en relation est connue : c’est trop peu pour conclure" in shown
    assert "avec 2 issues connues de plus" in shown
    assert "chances sur" not in shown
    assert "a encore besoin de temps" in shown


def test_r28_a_streak_just_before_is_set_apart_beside_the_figure(scene: World, helene: Client) -> None:
    came(scene, [WON, LOST, LOST, LOST], since=60)
    adopt(scene, days_ago=40)
    shown = page(helene.get(PAGE))
    assert "Les 3 de suite qui n’ont pas abouti juste avant sont mises à part" in shown
    assert "vont souvent mieux d’elles-mêmes" in shown
    assert "a encore besoin de temps" not in shown  # time alone brings nothing to compare with


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ([LOST] * 3, "en dehors de celles mises à part, aucune issue n’est connue : il n’y a rien à quoi comparer"),
        (
            [WON, *[LOST] * 3],
            "en dehors de celles mises à part, l’issue de 1 mise en relation est connue : c’est trop peu",
        ),
        ([WON, LOST, WON, *[LOST] * 3], "en dehors de celles mises à part, l’issue de 3 mises en relation est connue"),
    ],
)
def test_r28_what_is_set_apart_is_never_said_not_to_be_known(
    scene: World, helene: Client, ended: list[Outcome], said: str
) -> None:
    came(scene, ended, since=60)
    adopt(scene, days_ago=40)
    shown = page(helene.get(PAGE))
    assert said in shown
    assert "Les 3 de suite qui n’ont pas abouti juste avant sont mises à part" in shown


def test_r28_who_has_known_nothing_but_failures_has_something_to_compare_with(scene: World, helene: Client) -> None:
    """Eight that did not work out: the three that raised the question are set apart, the five before them count."""
    came(scene, [LOST] * 8, since=60)
    adopt(scene, days_ago=40)
    came(scene, [WON, WON, WON, LOST], since=30)
    shown = page(helene.get(PAGE))
    assert "Les 3 de suite" in shown
    assert "0 sur 5" in shown
    assert "avec 1 issue connue de plus" in shown
    came(scene, [WON, WON], since=20)
    assert "Probablement mieux qu’avant" in page(helene.get(PAGE))


def test_r28_with_several_it_is_said_which_periods_are_compared(scene: World, helene: Client) -> None:
    first = adopt(scene, days_ago=40)
    adopt(scene, "b", days_ago=20, kind=CorrectionKind.CALL_SOONER)
    adopt(scene, "c", days_ago=20, kind=CorrectionKind.OWN, words="Rappeler le soir")
    shown = page(helene.get(PAGE))
    assert "aucune ne compte deux fois" in shown
    assert "Le même jour, autre chose a changé : Rappeler le soir." in shown
    one = page(helene.get(f"{PAGE}{first.uid}/"))
    assert "Sa période est finie" in one


WORDS = [
    (Tally(2, 8), Tally(3, 4), "Trop tôt"),
    (Tally(1, 3), Tally(8, 9), "Trop tôt"),
    (Tally(4, 10), Tally(5, 10), "hasard"),
    (Tally(1, 20), Tally(15, 20), "Probablement mieux"),
    (Tally(15, 20), Tally(1, 20), "Probablement pas mieux"),
    (Tally(0, 0), Tally(0, 0), "Trop tôt"),
    (Tally(5, 10), Tally(5, 10, 40), "hasard"),
]


@pytest.mark.parametrize(("before", "after", "heading"), WORDS)
@pytest.mark.parametrize("running", [True, False])
def test_r28_r29_no_figure_is_called_a_success_nor_a_fault_and_each_has_a_next_step(
    before: Tally, after: Tally, heading: str, running: bool
) -> None:
    with translation.override("fr"):
        said = correction_words.said(change(before, after, policy=DEFAULT), policy=DEFAULT, running=running)
    words = f"{said.heading} {said.text} {said.step}"
    assert heading in said.heading
    assert said.text
    assert said.step
    for never in ("succès", "réussi", "échou", "faute", "bravo", "!", "mauvais"):
        assert never not in words.lower()


def test_r28_a_high_probability_that_is_no_verdict_says_why(scene: World) -> None:
    seen = change(Tally(5, 10), Tally(11, 12), policy=DEFAULT)
    even = change(Tally(5, 10), Tally(5, 10), policy=DEFAULT)
    with translation.override("en"):
        told = [correction_words.said(one, policy=DEFAULT, running=True).text for one in (seen, even)]
    assert "98 chances in 100" in told[0]
    assert "before 99 in 100, either way, nothing is concluded" in told[0]
    assert "nothing is concluded" not in told[1]


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (71, "7 chances sur 10 que ce soit mieux qu’avant (71 %)"),
        (94, "9 chances sur 10"),
        (95, "95 chances sur 100"),
        (97, "97 chances sur 100"),
        (3, "3 chances sur 100"),
        (10, "1 chance sur 10"),
    ],
)
def test_the_probability_is_said_in_words_and_as_a_number(percent: int, words: str) -> None:
    with translation.override("fr"):
        said = (
            correction_words.chances(percent)
            .replace("\N{NARROW NO-BREAK SPACE}", " ")
            .replace("\N{NO-BREAK SPACE}", " ")
        )
    assert words in said


def test_the_latest_three_are_shown_whole_and_the_others_as_a_line_each(scene: World, helene: Client) -> None:
    for number, uid in enumerate("abcde"):
        adopt(scene, uid, days_ago=50 - number, kind=CorrectionKind.OWN, words=f"Essai {uid}")
    shown = page(helene.get(PAGE))
    assert shown.index("Essai c") < shown.index("Aussi en vigueur") < shown.index("Essai b")
    assert shown.count("Ce qui est comparé") == 3


# -- changing one -----------------------------------------------------------------------------------


def test_its_day_is_changed_it_is_dropped_goes_on_and_is_taken_back(scene: World, helene: Client) -> None:
    one = adopt(scene, days_ago=10)
    address = f"{PAGE}{one.uid}/"
    assert helene.post(address, {"act": "move", "first-on": ago(scene, 20).isoformat()})["Location"] == address
    assert queries.one(member=scene.helene, uid=one.uid).on == ago(scene, 20)
    refused = helene.post(address, {"act": "move", "first-on": ago(scene, -3).isoformat()})
    assert refused.status_code == 422
    assert "encore à venir" in page(refused)
    refused = helene.post(address, {"act": "drop", "drop-on": ago(scene, 30).isoformat()})
    assert "ne peut finir avant" in page(refused)
    for _time in range(2):
        assert helene.post(address, {"act": "drop", "drop-on": ago(scene, 5).isoformat()}).status_code == 302
    assert queries.one(member=scene.helene, uid=one.uid).dropped_on == ago(scene, 5)
    assert "arrêtée le" in page(helene.get(PAGE))
    helene.post(address, {"act": "keep"})
    assert queries.one(member=scene.helene, uid=one.uid).dropped_on is None
    assert helene.post(address, {"act": "undo"})["Location"] == PAGE
    assert helene.get(address).status_code == 404
    assert helene.post(address, {"act": "undo"}).status_code == 404


def test_r28_its_day_does_not_move_over_ends_that_are_known(scene: World, helene: Client) -> None:
    """Else it could slide until luck looks like a change."""
    came(scene, [WON, LOST], since=15)
    came(scene, [None], since=5)
    one = adopt(scene, days_ago=10)
    address = f"{PAGE}{one.uid}/"
    assert "tant qu’aucune issue connue ne passe" in page(helene.get(address))
    refused = helene.post(address, {"act": "move", "first-on": ago(scene, 14).isoformat()})
    assert refused.status_code == 422
    assert "dont l’issue est connue" in page(refused)
    assert queries.one(member=scene.helene, uid=one.uid).on == ago(scene, 10)
    for days in (13, 3):
        assert helene.post(address, {"act": "move", "first-on": ago(scene, days).isoformat()}).status_code == 302
    assert queries.one(member=scene.helene, uid=one.uid).on == ago(scene, 3)


def test_r28_a_first_day_chosen_afterwards_is_said_beside_the_figure(scene: World, helene: Client) -> None:
    came(scene, [WON, LOST, WON], since=30)
    adopt(scene, days_ago=40)
    assert "étaient déjà là quand vous l’avez adoptée" in page(helene.get(PAGE))
    scene.wait(days=1)
    adopt(scene, "b", kind=CorrectionKind.CALL_SOONER)
    corrections.take_back(member=scene.helene, uid="a" * 26)
    assert "étaient déjà là quand vous l’avez adoptée" not in page(helene.get(PAGE))


def test_nobody_elses_correction_can_be_opened(scene: World) -> None:
    """R44."""
    one = adopt(scene)
    olga = browser_of(member(scene).pk)
    for address in (f"{PAGE}{one.uid}/", f"{PAGE}{one.uid}.svg", f"{PAGE}{one.uid}.csv"):
        assert olga.get(address).status_code == 404
    assert olga.post(f"{PAGE}{one.uid}/", {"act": "undo"}).status_code == 404
    assert len(queries.adopted(member=scene.helene)) == 1


def test_r28_what_changed_in_the_profile_is_shown_side_by_side(scene: World, helene: Client) -> None:
    save_profile(owner_pk=scene.helene.pk, text=replace(TEXT, floor=500), version=0, now=scene.now, chance=scene.chance)
    scene.wait(days=30)
    one = adopt(scene)
    save_profile(owner_pk=scene.helene.pk, text=replace(TEXT, floor=800), version=1, now=scene.now, chance=scene.chance)
    shown = page(helene.get(f"{PAGE}{one.uid}/"))
    assert re.search(r"À partir de quel budget</th><td>À partir de 500 €</td><td>À partir de 800 €</td>", shown)
    assert "A changé depuis dans votre fiche" in page(helene.get(PAGE))
    history = page(helene.get("/moi/fiche/versions/"))
    assert "version 2" in history
    assert "version 1" in history
    assert history.index("version 2") < history.index("version 1")
    assert "À partir de 500 €" in history
    assert '/moi/fiche/versions/"' in page(helene.get("/moi/fiche/"))


def test_a_profile_without_a_word_has_no_versions_yet(helene: Client) -> None:
    assert "Rien n’est encore écrit" in page(helene.get("/moi/fiche/versions/"))


def test_the_number_of_queries_does_not_grow(scene: World, helene: Client) -> None:
    def queried(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert helene.get(address).status_code == 200
        return len(found)

    save_profile(owner_pk=scene.helene.pk, text=TEXT, version=0, now=scene.now, chance=scene.chance)
    came(scene, [WON, LOST, None], since=10)
    one = adopt(scene, days_ago=60)
    addresses = (PAGE, f"{PAGE}{one.uid}/", "/moi/fiche/versions/")
    few = [queried(address) for address in addresses]
    came(scene, [WON, LOST, LOST, None] * 5, since=50)
    for number, uid in enumerate("bcdefg"):
        adopt(scene, uid, days_ago=30 - number, kind=CorrectionKind.OWN, words=f"Essai {number}")
    for version in range(1, 5):
        text = replace(TEXT, floor=version)
        save_profile(owner_pk=scene.helene.pk, text=text, version=version, now=scene.now, chance=scene.chance)
    many = [queried(address) for address in addresses]
    assert many == few
    assert max(few) <= 20
