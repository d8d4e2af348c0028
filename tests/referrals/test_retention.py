"""Data that serves no more is erased by itself, counted and not named (R48); the pseudonymous history stays (R47)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from entremise.accounts.actions import invite
from entremise.lib import clock
from entremise.people import actions as people
from entremise.referrals.actions import erasing, leads
from entremise.referrals.actions.leads import LeadDraft
from entremise.referrals.actions.retention import erase_due
from entremise.referrals.models import Draft, Erasure, Moment, Need, Part, Proof, Question, Request, RightsLink
from entremise.referrals.queries.erasures import MonthsErased, by_month, erasures
from entremise.worker import account_jobs, jobs, notebook_jobs
from tests.cast import INES, MARC, World, contact_draft, introduced, member, world
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


# -- counted for the owner ----------------------------------------------------------------------------


def counts_of(months: MonthsErased) -> list[tuple[str, dict[str, int]]]:
    return [(f"{one.begins:%Y-%m}", dict(one.at_least)) for one in months.months]


def among_many(scene: World) -> None:
    for n in range(scene.policy.watched_among + 1):
        member(scene, name=f"Olga {n}", email=f"olga{n}@example.org")


def erased_lately(scene: World, zone: str = "Europe/Paris") -> MonthsErased:
    return by_month(now=scene.now, zone=zone, policy=scene.policy)


def test_r48_what_was_erased_is_told_by_month_once_the_month_is_over_rounded_down(scene: World) -> None:
    """R7: the owner gives as well, and one row more, or its day, would tell what somebody answered."""
    among_many(scene)
    for what, rows, at in (
        ("requests", 7, datetime(2026, 10, 5, tzinfo=UTC)),
        ("requests", 6, datetime(2026, 10, 20, tzinfo=UTC)),
        ("told", 4, datetime(2026, 10, 20, tzinfo=UTC)),
        ("leads", 9, datetime(2026, 9, 30, 23, 0, tzinfo=UTC)),  # October in Paris, September in Montréal
        ("outbox", 50, datetime(2026, 11, 1, 12, 0, tzinfo=UTC)),
    ):
        erasing.log(what, rows, now=at)
    assert counts_of(erased_lately(scene)) == [("2026-10", {"requests": 10, "leads": 5})]
    apart = [("2026-10", {"requests": 10}), ("2026-09", {"leads": 5})]
    assert counts_of(erased_lately(scene, "America/Montreal")) == apart


def test_r46_among_so_few_members_no_count_is_told(scene: World) -> None:
    erasing.log("requests", 70, now=datetime(2026, 10, 5, tzinfo=UTC))
    found = erased_lately(scene)
    assert found.too_few
    assert found.months == ()


def test_r48_whatever_the_worker_erases_by_itself_is_counted(scene: World) -> None:
    """Leads, contacts removed, address books never confirmed, settled letters, lapsed invitations."""
    at: dict[str, Any] = {"now": scene.now, "chance": scene.chance, "policy": scene.policy}
    leads.send(
        giver=scene.helene, draft=LeadDraft(receiver=scene.ines.uid, text="Un salon à Lyon."), uid="l" * 26, **at
    )
    invite(member_pk=scene.helene.pk, name="Paul", email="paul@example.org", language="fr", words="", **at)
    scene.run()
    gone = scene.add(contact_draft("Paul", "Serre", "", "paul@serre.example"))
    people.remove_contact(owner_pk=scene.helene.pk, uid=gone.uid, now=scene.now)
    later = scene.now + timedelta(days=200)
    jobs_run = (
        jobs.forget_old_leads,
        jobs.forget_old_messages,
        notebook_jobs.forget_removed_contacts,
        account_jobs.forget_in_accounts,
    )
    for job in jobs_run:
        assert job(later, scene.chance) > 0
    found = {one.what: one.rows for one in erasures()}
    assert found["leads"] == 1
    assert found["contacts"] == 1
    assert found["invitations"] == 1
    assert found["outbox"] >= 2


def test_r48_what_could_not_be_erased_is_not_counted(scene: World) -> None:
    """Both or neither: a count of what still stands would be a lie."""

    def torn() -> int:
        erasing.log("leads", 3, now=scene.now)
        raise RuntimeError("the disc is full")

    with pytest.raises(RuntimeError):
        erasing.counted("leads", torn, now=scene.now)
    assert not Erasure.objects.exists()
