"""How it ended, on the pages of the receiver, of the giver, and of one from outside (R26)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from entremise.lib import clock
from entremise.protocol.ending import Worth
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.referrals.actions import evaluating_outside, outside
from entremise.referrals.actions.outside import Noted
from entremise.referrals.models import Ending, Referral
from entremise.referrals.queries.outside import Direction
from entremise.web import hearing, money, stories
from tests.cast import INES, Mail, World, browser_of, introduced, member, world

pytestmark = pytest.mark.django_db
WON = {"outcome": "won", "amount": "1 200,50", "currency": "EUR", "text": "Signé."}


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    for module in (stories, hearing):
        monkeypatch.setattr(module, "now", lambda: made.now)
    return made


@pytest.fixture
def mail(scene: World) -> Mail:
    return introduced(scene)[1]


def text(answer: Any) -> str:
    page = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    return str(page)


def post(client: Client, mail: Mail, saying: str, **typed: str) -> Any:
    return client.post(f"/n/{mail.token}/{saying}/", {"digits": mail.digits, **typed})


def amounts() -> list[Decimal | None]:
    return list(Ending.objects.order_by("pk").values_list("amount", flat=True))


# -- the receiver -------------------------------------------------------------------------------------


def test_r26_who_only_holds_the_link_never_reads_the_amount_back(mail: Mail, client: Client) -> None:
    assert post(client, mail, "fin", **WON).status_code == 302
    for page in ("", "fin/"):
        shown = text(client.get(f"/n/{mail.token}/{page}"))
        assert "1 200" not in shown
        assert "1200" not in shown
    assert "Un montant déjà noté reste" in text(client.get(f"/n/{mail.token}/fin/"))
    post(client, mail, "fin", outcome="won", text="Et une deuxième commande.")
    assert amounts() == [Decimal("1200.50")] * 2
    post(client, mail, "fin", outcome="won", amount="0")
    assert amounts()[-1] is None


def test_r26_a_member_reads_changes_and_shows_their_own_amount(scene: World) -> None:
    ines = member(scene, name="Inès Moreau", email=INES)
    mail = introduced(scene)[1]
    post(Client(), mail, "fin", **WON)
    browser = browser_of(ines)
    assert "1 200,50 € ; personne d’autre ne le voit" in text(browser.get(f"/n/{mail.token}/"))
    form = text(browser.get(f"/n/{mail.token}/fin/"))
    assert 'value="1200,50"' in form
    seal = form.split('name="seal" value="')[1].split('"')[0]
    typed = {"outcome": "won", "amount": "1'300", "currency": "CHF", "shown": "on", "seal": seal}
    assert browser.post(f"/n/{mail.token}/fin/", typed).status_code == 302
    assert "1 300 CHF ; Hélène Vasseur peut le voir" in text(browser.get(f"/n/{mail.token}/"))
    uid = Referral.objects.get().uid
    assert "1 300 CHF" in text(browser_of(scene.helene).get(f"/histoire/{uid}/"))
    typed = {"outcome": "won", "amount": "", "seal": seal}
    browser.post(f"/n/{mail.token}/fin/", typed)
    assert amounts()[-1] is None
    assert "1 300" not in text(browser_of(scene.helene).get(f"/histoire/{uid}/"))


@pytest.mark.parametrize("typed", ["beaucoup", "12,345", "1.200.5", "-3", "1e9", "99999999999"])
def test_r26_what_is_no_amount_is_explained_beside_its_field(mail: Mail, client: Client, typed: str) -> None:
    answer = post(client, mail, "fin", **{**WON, "amount": typed})
    if typed == "12,345":  # thousands, as they are written in English
        assert amounts() == [Decimal(12345)]
        return
    assert answer.status_code == 422
    assert "Écrivez un montant comme 1 200" in text(answer)
    assert "Signé." in text(answer)
    assert amounts() == []


def test_r26_an_amount_belongs_to_what_was_won(mail: Mail, client: Client) -> None:
    post(client, mail, "fin", **{**WON, "outcome": "lost"})
    assert amounts() == [None]


def test_r26_what_ended_is_corrected_or_taken_up_again_from_the_page(scene: World, mail: Mail, client: Client) -> None:
    page = f"/n/{mail.token}/"
    assert "reprise/" not in text(client.get(page))
    assert client.get(f"{page}reprise/")["Location"] == page, "nothing has ended"
    post(client, mail, "fin", outcome="set_aside")
    shown = text(client.get(page))
    assert "Corriger comment cela s’est terminé" in shown
    assert "reprise/" in shown
    assert "Donner des nouvelles à Hélène" not in shown
    post(client, mail, "reprise", text="Elle a rappelé.")
    post(client, mail, "reprise", text="Elle a rappelé.")
    shown = text(client.get(page))
    assert "Vous avez repris." in shown
    assert "C’est en attente pour l’instant" in shown, "the history keeps what was said"
    assert Ending.objects.count() == 2
    post(client, mail, "fin", outcome="lost")
    post(client, mail, "fin", outcome="won")
    assert "Vous avez corrigé : Nous travaillons ensemble" in text(client.get(page))


# -- the giver ----------------------------------------------------------------------------------------


def test_r26_the_story_keeps_every_word_of_the_end_and_says_which_counts(scene: World, mail: Mail) -> None:
    browser, uid = browser_of(scene.helene), Referral.objects.get().uid
    scene.close(mail, Outcome.LOST).wait(days=3).close(
        mail, Outcome.WON, worth=Worth(amount=Decimal(5), currency="EUR")
    )
    shown = text(browser.get(f"/histoire/{uid}/"))
    assert "Inès Moreau a corrigé ce qui vous avait été dit" in shown
    assert "Inès Moreau vous a dit comment cela s’est terminé" in shown
    assert "5 €" not in shown
    assert "entendu" not in shown, "the receiver has said it: nothing is left to hear"
    scene.wait(days=1).take_up(mail)
    shown = text(browser.get(f"/histoire/{uid}/"))
    assert "Inès Moreau a repris avec Marc Delaunay." in shown
    assert f"/histoire/{uid}/entendu/" in shown


def test_r26_the_giver_notes_what_they_heard_and_takes_it_back(scene: World, mail: Mail) -> None:
    browser, uid = browser_of(scene.helene), Referral.objects.get().uid
    page = f"/histoire/{uid}/entendu/"
    assert "J’ai appris l’issue" in text(browser.get(f"/histoire/{uid}/"))
    assert "Je ne sais pas" not in text(browser.get(page))
    assert browser.post(page, {}).status_code == 422
    assert browser.post(page, {"outcome": "won"})["Location"] == f"/histoire/{uid}/"
    shown = text(browser.get(f"/histoire/{uid}/"))
    assert "Comme vous l’avez appris vous-même" in shown
    assert "Corriger ce que j’ai appris" in shown
    assert "Finalement, je ne sais pas" in text(browser.get(page))
    scene.wait(hours=1)
    browser.post(page, {"outcome": "unknown"})
    assert "Comme vous l’avez appris vous-même" not in text(browser.get(f"/histoire/{uid}/"))
    scene.close(mail, Outcome.WON)
    assert browser.get(page)["Location"] == f"/histoire/{uid}/"
    assert browser.post(page, {"outcome": "lost"})["Location"] == f"/histoire/{uid}/"
    assert Ending.objects.filter(outcome="lost").count() == 0


def test_r44_nobody_notes_on_somebody_elses_story(scene: World, mail: Mail) -> None:
    browser = browser_of(member(scene))
    assert browser.get(f"/histoire/{Referral.objects.get().uid}/entendu/").status_code == 404
    assert browser.get(f"/histoire/{'a' * 26}/entendu/").status_code == 404


# -- one given outside --------------------------------------------------------------------------------


def test_r14_who_gave_one_outside_answers_from_home(scene: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("home", "outside", "outside_noting", "evaluations_outside"):
        monkeypatch.setattr(f"entremise.web.{module}.now", lambda: scene.now)
    at: dict[str, Any] = {"now": scene.now, "chance": scene.chance, "policy": DEFAULT}
    today = scene.helene.today(scene.now)
    noted = Noted(direction=Direction.GIVEN, other=scene.ines.uid, client=scene.marc.uid, arrived_on=today)
    outside.note(owner=scene.helene, noted=noted, uid="b" * 26, **at)
    page = f"/donnee/{'b' * 26}/bilan/"
    browser = browser_of(scene.helene)
    assert browser.get(page).status_code == 404
    scene.wait(days=31)
    evaluating_outside.ask_due(now=scene.now, chance=scene.chance, policy=DEFAULT)
    assert page in text(browser.get("/"))
    assert page in text(browser.get(f"/donnee/{'b' * 26}/"))
    assert "Personne d’autre que vous" in text(browser.get(page))
    assert browser.post(page, {"match": "yes"}).status_code == 422
    said = {"match": "yes", "bonds": "same", "again_receiver": "yes", "again_client": "no", "outcome": "won"}
    assert browser.post(page, said)["Location"] == f"/donnee/{'b' * 26}/"
    assert page not in text(browser.get("/"))
    assert "Ils travaillent ensemble" in text(browser.get(f"/donnee/{'b' * 26}/"))
    assert "Comment cela s’est-il terminé" not in text(browser.get(page)), "it is known now"
    assert browser_of(member(scene)).get(page).status_code == 404


# -- amounts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1200", "1200"),
        ("1 200", "1200"),
        ("1\u202f200,5 €", "1200.5"),
        ("1'200.50", "1200.50"),
        ("1’200", "1200"),
        ("1.200,50", "1200.50"),
        ("$ 1,200.50", "1200.50"),
        ("CHF 12", "12"),
        ("0", "0"),
    ],
)
def test_an_amount_is_read_however_it_is_written(typed: str, amount: str) -> None:
    assert money.typed(typed) == Decimal(amount)


def test_an_amount_is_written_as_its_reader_writes_it() -> None:
    with translation.override("fr"):
        assert money.amount(Decimal("1200.50"), "EUR") == "1\u202f200,50\u00a0€"
        assert money.amount(Decimal("1200.00"), "CAD") == "1\u202f200\u00a0$ CA"
        assert money.percent(41) == "41\u00a0%"
    with translation.override("en"):
        assert money.amount(Decimal("1200.50"), "CHF") == "CHF\u00a01,200.50"
        assert money.amount(Decimal("1200.00"), "EUR") == "€1,200"
        assert money.percent(41) == "41%"
    assert money.typed("  ") is None
