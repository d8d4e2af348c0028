"""Data that serves no more is erased by itself, counted and not named (R48); the pseudonymous history stays (R47)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from entremise.lib import clock
from entremise.referrals.actions.retention import erase_due
from entremise.referrals.models import Draft, Moment, Need, Part, Proof, Question, Request, RightsLink
from entremise.referrals.queries.erasures import erasures
from tests.cast import INES, MARC, World, contact_draft, introduced, world
from tests.web.link_pages import everything, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def lapsed(scene: World) -> str:
    """A referral with a question and a yes, which closed without an introduction."""
    uid = scene.send()
    scene.ask(scene.last_to(INES), "Combien de couverts ?")
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.no(scene.last_to(MARC), tell=True, reason="Mon cousin s'en charge.")
    scene.wait(days=45)
    return uid


def erase(scene: World, **later: float) -> int:
    scene.now += timedelta(**later)
    return erase_due(now=scene.now, policy=scene.policy)


def test_the_details_of_a_referral_that_did_not_conclude_go_thirty_days_after_it_closed(scene: World) -> None:
    """R48: those given with a yes included."""
    uid = lapsed(scene)
    closed = Moment.objects.filter(what="not_concluded").earliest("at").at
    scene.now = closed + timedelta(days=30) - timedelta(seconds=1)
    assert erase(scene) == 0
    erase(scene, seconds=2)
    assert not Request.objects.exclude(address="").exists()
    assert not Part.objects.exists()
    assert not Question.objects.exists()
    need = Need.objects.get()
    assert (need.note, need.reason, need.budget) == ("", "", "")
    for words in ("Combien de couverts", "Mon cousin", "06 12 34 56 78"):
        assert words not in everything_but_books()
    assert scene.story(uid).outcome == ""


def everything_but_books() -> str:
    """Every row but those of address books and proofs, which have their own time."""
    from django.apps import apps
    from django.core import serializers

    models = [one for one in apps.get_app_config("referrals").get_models() if one is not Proof]
    return "\n".join(serializers.serialize("json", model.objects.all()) for model in models)


def test_the_history_stays_as_facts_without_names(scene: World) -> None:
    """R47."""
    lapsed(scene)
    before = list(Moment.objects.order_by("pk").values_list("what", "by", "at"))
    erase(scene, days=40)
    assert list(Moment.objects.order_by("pk").values_list("what", "by", "at")) == before
    assert Request.objects.count() == 2
    assert Proof.objects.exclude(text="").exists()


def test_an_introduction_keeps_what_was_handed_over(scene: World) -> None:
    introduced(scene)
    erase(scene, days=400)
    assert Part.objects.exclude(details="").count() == 2
    assert Request.objects.filter(address=MARC).exists()
    assert Need.objects.get().note


def test_the_yes_on_which_another_attempt_rests_stays_with_it(scene: World) -> None:
    """R5: it belongs to the need."""
    uid = scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    other = scene.add(contact_draft("Paul", "Roche", "Roche Air", "paul@roche.example", "06 00 00 00 07"))
    scene.try_another(uid, other)
    scene.yes(scene.last_to("paul@roche.example")).wait(days=20)
    kinds = set(Request.objects.filter(address=MARC).values_list("kind", flat=True))
    assert "principle" in kinds
    erase(scene)
    assert set(Request.objects.filter(address=MARC).values_list("kind", flat=True)) == kinds


def test_the_links_of_what_was_erased_open_nothing(scene: World) -> None:
    lapsed(scene)
    mails = [scene.mails_to(INES)[0], scene.mails_to(MARC)[0]]
    erase(scene, days=40)
    for mail in mails:
        assert Client().get(f"/l/{mail.token}/").status_code == 404
        assert Client().get(f"/droits/{mail.token}/").status_code == 404


def test_proofs_lose_their_texts_after_three_years_and_drafts_stay(scene: World) -> None:
    """R48."""
    introduced(scene)
    Draft.objects.create(uid="d" * 26, owner_id=scene.helene.pk, typed={}, updated_at=scene.now)
    erase(scene, days=3 * 365 - 2)
    assert Proof.objects.exclude(text="").count() == 3
    erase(scene, days=3)
    assert not Proof.objects.exclude(text="").exists()
    assert Draft.objects.count() == 1


def test_what_was_erased_is_counted_for_the_owner_and_never_named(scene: World) -> None:
    """R48."""
    lapsed(scene)
    erase(scene, days=40)
    found = {one.what: one.rows for one in erasures()}
    assert found["requests"] == 2
    assert found["needs"] == 1
    assert set(found) <= {"requests", "parts", "needs", "evaluations", "proofs"}


def test_a_link_to_what_is_held_is_forgotten_after_a_day(scene: World) -> None:
    Client().post("/droits/", {"email": "nobody@example.org"})
    erase(scene, hours=23)
    assert RightsLink.objects.count() == 1
    erase(scene, hours=2)
    assert not RightsLink.objects.exists()


def test_erasing_twice_erases_once(scene: World) -> None:
    lapsed(scene)
    assert erase(scene, days=40) > 0
    assert erase(scene, days=40) == 0
    assert "Hélène" in everything()
    assert text(Client().get("/droits/"))
