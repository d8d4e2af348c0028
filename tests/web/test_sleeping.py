"""A need that is not real yet: put to sleep from the test, listed apart, woken, moved, made a lead of (R11, R2)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from entremise.referrals.actions.giving import keep_draft, print_of
from entremise.referrals.models import Draft, Lead
from entremise.web.need_state import Typed, unseal
from tests.cast import World, browser_of, member, world

pytestmark = pytest.mark.django_db
FAR = date(2027, 6, 1)
WAKES = FAR - timedelta(days=90)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    for door in ("leads", "home", "needs", "sleeping"):
        monkeypatch.setattr(f"entremise.web.{door}.now", lambda: it.now)
    return it


@pytest.fixture
def browser(there: World) -> Client:
    return browser_of(there.helene)


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def at_verdict(browser: Client, there: World, *, act: str, **said: str) -> Any:
    """At the verdict about a need of June, press something."""
    typed = Typed(draft=there.draft(wanted_by=FAR), uid="n" * 26).seal(there.helene)
    return browser.post("/recommander/", {"typed": typed, "step": "verdict", "act": act, **said})


def asleep(browser: Client, there: World) -> str:
    answer = at_verdict(browser, there, act="sleep", wakes_on=WAKES.isoformat())
    assert answer["Location"] == "/recommander/brouillons/"
    return Draft.objects.get().uid


def test_r11_the_verdict_proposes_a_day_and_the_need_sleeps_until_then(browser: Client, there: World) -> None:
    typed = Typed(draft=there.draft(wanted_by=FAR), uid="n" * 26).seal(there.helene)
    fits = {f"fits-{name}": "yes" for name in there.draft().fits}
    page = text(
        browser.post("/recommander/", {"typed": typed, "step": "fits", "act": "next", **fits, **there.draft().fits})
    )
    assert f'value="{WAKES.isoformat()}"' in page
    assert "Le laisser dormir jusque-là" in page
    asleep(browser, there)
    drafts = text(browser.get("/recommander/brouillons/"))
    assert "Inès Moreau, pour Marc Delaunay" in drafts
    assert "dort jusqu’au 3 mars 2027" in drafts
    there.run()
    assert there.postman.mails == []


def test_pressed_twice_one_need_sleeps(browser: Client, there: World) -> None:
    """R11."""
    assert asleep(browser, there) == asleep(browser, there)


def test_a_draft_that_another_window_changed_is_not_put_to_sleep_unawares(browser: Client, there: World) -> None:
    """R11: both versions are kept, and only the one of this window sleeps."""
    uid = keep_draft(giver=there.helene, draft=there.draft(note="Autre"), now=there.now, chance=there.chance)
    read = print_of(there.draft(note="Avant"))
    typed = Typed(draft=there.draft(wanted_by=FAR), uid="n" * 26, kept=uid, read=read).seal(there.helene)
    browser.post("/recommander/", {"typed": typed, "step": "verdict", "act": "sleep", "wakes_on": WAKES.isoformat()})
    assert "les deux versions" in text(browser.get("/recommander/brouillons/"))
    assert Draft.objects.get(uid=uid).wakes_on is None
    assert Draft.objects.exclude(uid=uid).get().wakes_on == WAKES


@pytest.mark.parametrize(
    ("day", "words"), [("2026-11-01", "à venir"), ("2029-01-01", "Deux ans"), ("", "à venir"), ("demain", "à venir")]
)
def test_a_day_that_cannot_be_is_said_beside_the_field(browser: Client, there: World, day: str, words: str) -> None:
    answer = at_verdict(browser, there, act="sleep", wakes_on=day)
    assert words in text(answer)
    assert 'class="mistakes"' in text(answer)
    assert not Draft.objects.exists()


def test_r11_on_its_day_it_is_at_home_and_the_urgency_is_asked_anew(browser: Client, there: World) -> None:
    uid = asleep(browser, there)
    assert "Le moment est peut-être venu" not in text(browser.get("/"))
    there.now += WAKES - there.helene.today(there.now)
    home = text(browser.get("/"))
    assert "Le moment est peut-être venu : Inès Moreau, pour Marc Delaunay." in home
    assert f'href="/recommander/brouillons/{uid}/"' in home
    wizard = browser.get(f"/recommander/brouillons/{uid}/")
    sealed = re.search(r'name="typed" value="([^"]+)"', text(wizard))
    assert sealed
    draft = unseal(sealed[1], member=there.helene).draft
    assert (draft.urgency, draft.wanted_by, draft.client) == ("", None, there.marc.uid)
    assert wizard.context["step"] == "real"


def test_it_is_moved_and_woken_early(browser: Client, there: World) -> None:
    uid = asleep(browser, there)
    assert "Il dort jusqu’au 3 mars 2027" in text(browser.get(f"/recommander/brouillons/{uid}/dormir/"))
    wrong = browser.post(f"/recommander/brouillons/{uid}/dormir/", {"wakes_on": "2020-01-01"})
    assert wrong.status_code == 422
    browser.post(f"/recommander/brouillons/{uid}/dormir/", {"wakes_on": "2027-04-05"})
    assert Draft.objects.get().wakes_on == date(2027, 4, 5)
    woken = browser.post(f"/recommander/brouillons/{uid}/reveiller/")
    assert woken["Location"] == f"/recommander/brouillons/{uid}/"
    assert Draft.objects.get().wakes_on is None


def test_r2_a_sleeper_becomes_a_lead_without_its_client(browser: Client, there: World) -> None:
    uid = asleep(browser, there)
    page = text(browser.get(f"/recommander/brouillons/{uid}/dormir/"))
    found = re.search(r'href="(/piste/nouvelle/\?[^"]+)"', page)
    assert found
    form = browser.get(found[1].replace("&amp;", "&"))
    assert there.marc.uid not in found[1]
    assert f'value="{there.ines.uid}" id="id_receiver-who_1" checked' in text(form)
    hidden = dict(re.findall(r'<input type="hidden" name="(uid|draft)" value="([^"]*)"', text(form)))
    assert hidden["draft"] == uid
    said = {**hidden, "receiver-who": there.ines.uid, "text": "Un restaurant refait sa cuisine.", "act": "send"}
    assert browser.post("/piste/nouvelle/", said).status_code == 302
    assert Lead.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_need_that_nobody_voiced_may_sleep_or_become_a_lead(browser: Client, there: World) -> None:
    """R2: the verdict decides that it is no referral; the giver decides what becomes of it."""
    draft = replace(there.draft(), source="guessed")
    typed = Typed(draft=draft, uid="n" * 26).seal(there.helene)
    answer = browser.post(
        "/recommander/", {"typed": typed, "step": "verdict", "act": "sleep", "wakes_on": "2027-02-01"}
    )
    assert answer.status_code == 302
    assert Draft.objects.get().wakes_on == date(2027, 2, 1)


def test_r44_another_members_sleeper_does_not_exist(browser: Client, there: World) -> None:
    uid = asleep(browser, there)
    other = browser_of(member(there).pk)
    assert other.get(f"/recommander/brouillons/{uid}/dormir/").status_code == 404
    assert other.post(f"/recommander/brouillons/{uid}/reveiller/").status_code == 404
    assert "dort jusqu’au" not in text(other.get("/recommander/brouillons/"))


def test_r11_further_sleepers_are_one_tap_away_and_none_is_hidden(browser: Client, there: World) -> None:
    uid = asleep(browser, there)
    assert "/recommander/endormis/" not in text(browser.get("/recommander/brouillons/"))
    typed = Draft.objects.get(uid=uid).typed
    today = there.helene.today(there.now)
    for number in range(60):
        Draft.objects.create(
            uid=f"{number:026d}",
            owner_id=there.helene.pk,
            typed=typed,
            wakes_on=today + timedelta(days=number - 4),
            updated_at=there.now,
        )
    drafts = text(browser.get("/recommander/brouillons/"))
    assert 'href="/recommander/endormis/"' in drafts
    assert "Tout voir (61)" in drafts
    pages = [text(browser.get(f"/recommander/endormis/?page={number}")) for number in ("1", "2", "7", "x")]
    assert [page.count('<li class="line">') for page in pages] == [50, 11, 11, 50]
    assert pages[0].count("Reprendre le test") == 5, "those that have woken stand first"
    olga = browser_of(member(there))
    assert '<li class="line">' not in text(olga.get("/recommander/endormis/"))
