"""The owner's page: health and abuse without people; looking who it is is recorded and told (R46)."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from entremise.accounts.models import Look
from entremise.accounts.queries import MemberCard, by_uid
from entremise.lib.backup import keeping
from entremise.lib.backup.keeping import Made
from entremise.outbox import actions
from entremise.outbox.models import Message
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import erasing
from entremise.referrals.models import Refused, Request
from entremise.referrals.queries import watch
from entremise.web import installation
from tests.cast import HELENE, INES, MARC, World, browser_of, member, world

pytestmark = pytest.mark.django_db
PAGE = "/installation/"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> World:
    settings.ENTREMISE = replace(settings.ENTREMISE, data_dir=tmp_path)
    scene = world()
    monkeypatch.setattr(installation, "now", lambda: scene.now)
    return scene


def others(scene: World, count: int) -> list[MemberCard]:
    return [member(scene, name=f"Olga {n}", email=f"olga{n}@example.org") for n in range(count)]


def bothersome(scene: World, who: MemberCard, *, sent: int = 6) -> None:
    """Let `who` have sent many requests to people who did not answer."""
    scene.send()
    need = Request.objects.get().need
    need.giver_id = who.pk
    need.save()
    row = Request.objects.get()
    for n in range(sent):
        row.pk, row.uid, row.fingerprint = None, f"{n:026}", f"{n:064}"
        row.referral.pk, row.referral.uid, row.referral.news_fingerprint = None, f"r{n:025}", f"r{n:063}"
        row.referral.attempt = n + 10
        row.referral.giver_id = who.pk
        row.referral.save()
        row.referral_id = row.referral.pk
        row.save()


def page(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_exists_for_the_owner_alone_and_the_owners_page_leads_there(scene: World) -> None:
    (olga,) = others(scene, 1)
    assert browser_of(olga).get(PAGE).status_code == 404
    assert PAGE not in browser_of(olga).get("/moi/").content.decode()
    assert PAGE in browser_of(scene.helene).get("/moi/").content.decode()
    assert Client().get(PAGE).status_code == 302
    for address in ("reessayer/", "qui/abc/", "vu/abc/"):
        assert browser_of(olga).post(PAGE + address).status_code == 404


def test_a_quiet_installation_says_that_all_is_well(scene: World) -> None:
    actions.pulse(now=scene.now)
    said = page(browser_of(scene.helene))
    assert "Il fonctionne." in said
    assert "entremise backup" in said


def test_a_silent_worker_and_a_frozen_outbox_are_said_with_what_to_do(scene: World) -> None:
    actions.pulse(now=scene.now - timedelta(hours=1))
    actions.freeze(now=scene.now)
    said = page(browser_of(scene.helene))
    assert "entremise serve" in said
    assert "entremise outbox thaw" in said


def test_the_newest_backup_is_shown_and_whether_it_is_encrypted(scene: World) -> None:
    keeping._remember(Made(file="x", made_at=scene.now, size=1, sealed=False, rows=1))
    assert "non chiffrée" in page(browser_of(scene.helene))


def test_mail_in_trouble_is_shown_by_kind_without_anybody_and_can_be_tried_again(scene: World) -> None:
    """R46: how many, since when, why; no address, no name."""
    scene.send()
    Message.objects.update(state="dead", settled_at=scene.now, last_error_kind="deferred 451")
    client = browser_of(scene.helene)
    said = page(client)
    job = Message.objects.get().job
    assert f'value="{job}"' in said
    assert "Réessayer" in said
    for somebody in (INES, MARC, "Inès", "Marc", "451"):
        assert somebody not in said
    client.post(PAGE + "reessayer/", {"job": job, "reason": "deferred"})
    assert Message.objects.get().state == "ready"
    Message.objects.update(state="dead", settled_at=scene.now, last_error_kind="refused 550")
    assert "Réessayer" not in page(client)
    client.post(PAGE + "reessayer/", {"job": job, "reason": "refused"})
    client.post(PAGE + "reessayer/", {"job": job, "reason": "nonsense"})
    assert Message.objects.get().state == "dead"


def test_abuse_is_seen_without_seeing_people(scene: World) -> None:
    """R46: figures of one member, without name; nobody they wrote to."""
    olga, *_rest = others(scene, 4)
    bothersome(scene, olga)
    scene.now += timedelta(days=20)
    said = page(browser_of(scene.helene))
    assert "Un membre" in said
    assert "7 demandes sur 7 sans réponse" in said.replace("\N{NO-BREAK SPACE}", " ")
    for somebody in ("Olga", "olga0", olga.uid, INES, MARC, "Inès", "Marc"):
        assert somebody not in said


def test_looking_who_it_is_is_recorded_and_told_and_shows_no_client(scene: World) -> None:
    """R46: the owner may look up which member by an act that is recorded and that the member learns of."""
    olga, *_rest = others(scene, 4)
    bothersome(scene, olga)
    scene.now += timedelta(days=20)
    client = browser_of(scene.helene)
    key = client.get(PAGE).context["unnamed"][0].key
    assert client.get(f"{PAGE}qui/{key}/").status_code == 405
    assert not Look.objects.exists()
    first = client.post(f"{PAGE}qui/{key}/")
    again = client.post(f"{PAGE}qui/{key}/")
    assert first["Location"] == again["Location"]
    assert Look.objects.get().member_id == olga.pk
    seen = client.get(first["Location"]).content.decode()
    assert "Olga 0" in seen
    for somebody in (INES, MARC, "Inès", "Marc", olga.email):
        assert somebody not in seen
    scene.run()
    (told,) = scene.mails_to(olga.email)
    assert "votre" in told.text or "vôtre" in told.text
    assert HELENE not in told.text
    scene.now += timedelta(minutes=61)
    assert client.get(first["Location"]).status_code == 404
    client.post(f"{PAGE}qui/{key}/")
    assert Look.objects.count() == 2


def test_nobody_whose_figures_are_not_shown_can_be_looked_up(scene: World) -> None:
    olga, *_rest = others(scene, 4)
    client = browser_of(scene.helene)
    for key in (installation._key(olga.uid), olga.uid, "abc"):
        assert client.post(f"{PAGE}qui/{key}/").status_code == 404
    assert not Look.objects.exists()


def test_among_few_a_figure_would_be_a_name_and_is_not_shown(scene: World) -> None:
    (olga,) = others(scene, 1)
    bothersome(scene, olga)
    scene.now += timedelta(days=20)
    said = page(browser_of(scene.helene))
    assert "Un membre" in said
    assert "sans réponse" not in said


def test_two_people_who_want_to_hear_no_more_of_a_giver_are_a_reason_to_look(scene: World) -> None:
    olga, *_rest = others(scene, 4)
    bothersome(scene, olga, sent=1)
    assert watch.watch(now=scene.now, policy=DEFAULT).figures == ()
    whose = by_uid(olga.uid)
    assert whose is not None
    for n in range(2):
        Refused.objects.create(address_hash=f"{n:064}", scope="giver", other=whose.address_hash, at=scene.now)
    (one,) = watch.watch(now=scene.now, policy=DEFAULT).figures
    assert (one.uid, one.refusals) == (olga.uid, 2)


def test_who_is_well_received_does_not_stand_out(scene: World) -> None:
    others(scene, 4)
    bothersome(scene, scene.helene)
    Request.objects.update(answer="yes")
    found = watch.watch(now=scene.now + timedelta(days=20), policy=DEFAULT)
    assert found.figures == ()
    assert found.sent == 7


def test_r48_what_was_erased_is_shown_in_counts_by_month(scene: World) -> None:
    others(scene, DEFAULT.watched_among)
    erasing.log("leads", 12, now=scene.now - timedelta(days=10))
    said = html.unescape(page(browser_of(scene.helene)))
    assert "octobre 2026" in said
    assert re.search(r"<span>Pistes dont le temps est passé</span>\s*<span class=\"note\">au moins 10</span>", said)


def test_r48_before_the_first_full_month_it_says_when_there_will_be_one(scene: World) -> None:
    others(scene, DEFAULT.watched_among)
    erasing.log("leads", 12, now=scene.now)
    said = page(browser_of(scene.helene))
    assert "Rien jusqu’ici" in html.unescape(said)
    assert "Pistes" not in said
