"""What a giver carries or reads aloud, and the page behind the carried link (R5b, R6, R6d, R7, R8, R44)."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from entremise.lib import clock
from entremise.protocol.types import Answer
from entremise.protocol.wall import Seen
from entremise.referrals.models import Proof, Request
from entremise.referrals.queries.carrying import Asking
from tests.cast import INES, MARC, World, browser_of, contact_draft, member, world
from tests.web.link_pages import CLIENT_PART, OF_MARC, PART, everything, text

pytestmark = pytest.mark.django_db
BY_PHONE = contact_draft("Marc", "Delaunay", "Le Cèdre Bleu", "", "06 98 76 54 32")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    it = world()
    monkeypatch.setattr(clock, "now", lambda: it.now)
    monkeypatch.setattr("entremise.web.stories.now", lambda: it.now)
    return it


@pytest.fixture
def giver(there: World) -> Client:
    return browser_of(there.helene)


def words(answer: Any) -> str:
    return html.unescape(text(answer)).replace("\u00a0", " ").replace("\u202f", " ")


def asked(there: World, uid: str) -> Asking:
    found = there.asking(uid)
    assert found is not None
    return found


def aloud(there: World, **changes: str) -> dict[str, str]:
    said = {"kind": "receiver", "read": "on", "answer": "yes", "meeting": "telephone", "at": "2026-11-02T13:00", **PART}
    return {**said, **changes}


# -- carrying ---------------------------------------------------------------------------------------


def test_r6d_the_message_can_be_carried_in_every_way_and_names_nobody_but_the_giver(there: World, giver: Client):
    uid = there.send(carries=("receiver",))
    page = giver.get(f"/histoire/{uid}/porter/")
    shown = words(page)
    assert f"/c/{asked(there, uid).token}/" in shown
    assert asked(there, uid).digits in shown
    mailto = next(link for link in re.findall(r'href="(mailto:[^"]+)"', text(page)))
    assert urlsplit(html.unescape(mailto)).path == INES
    body = parse_qs(urlsplit(html.unescape(mailto)).query)["body"][0]
    assert asked(there, uid).digits in body
    assert not any(name in body for name in OF_MARC)
    assert 'href="sms:0612345678?' in text(page)
    code = giver.get(f"/histoire/{uid}/porter/qr.svg")
    assert code["Content-Type"] == "image/svg+xml"
    assert b"<script" not in code.content


def test_r44_nobody_else_sees_the_link_of_a_giver(there: World, giver: Client):
    uid = there.send(carries=("receiver",))
    olga = browser_of(member(there).pk)
    for page in ("porter/", "porter/qr.svg", "de-vive-voix/"):
        assert olga.get(f"/histoire/{uid}/{page}").status_code == 404


def test_after_sending_the_giver_comes_to_what_they_bring(there: World, giver: Client):
    uid = there.send(carries=("receiver",))
    story = words(giver.get(f"/histoire/{uid}/"))
    assert "C’est à vous de porter la question à Inès Moreau" in story
    for page in ("/", "/histoires/"):
        assert "C’est à vous de porter la question" in words(giver.get(page))


def test_r5b_a_second_name_cannot_be_brought_before_its_day(there: World, giver: Client):
    paul = there.add(contact_draft("Paul", "Serre", "", "paul@serre.example"))
    uid = there.send(carries=("client",))
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.carried(asked(there, uid)).wait(minutes=15)
    second = there.try_another(uid, paul, carries=("client",))
    there.yes(there.last_to("paul@serre.example")).wait(minutes=15)
    answer = giver.get(f"/histoire/{second}/porter/", follow=True)
    assert "le lien d’un premier nom reste ouvert" in words(answer)


# -- behind the link --------------------------------------------------------------------------------


def test_r6_opening_a_carried_link_or_posting_without_digits_decides_nothing(there: World):
    uid = there.send(carries=("receiver",))
    token = asked(there, uid).token
    before = everything()
    browser = Client()
    for act in ("", "oui/", "non/", "note/"):
        assert browser.get(f"/c/{token}/{act}").status_code == 200
    assert browser.post(f"/c/{token}/oui/", {"kind": "receiver", **PART}).status_code == 422
    assert browser.post(f"/c/{token}/", {}).status_code == 200
    assert everything() == before
    assert not browser.cookies


def test_r6d_a_person_answers_through_the_carried_link_and_reads_that_it_is_noted(there: World):
    uid = there.send(carries=("receiver",))
    question = asked(there, uid)
    browser = Client()
    sent = browser.post(
        f"/c/{question.token}/oui/", {"kind": "receiver", "digits": question.digits, **PART}, follow=True
    )
    assert "Votre réponse est notée" in words(sent)
    there.wait(minutes=15)
    assert there.story(uid).projection.seen is Seen.ASKING_CLIENT


def test_what_was_typed_stays_when_the_digits_are_wrong(there: World):
    uid = there.send(carries=("receiver",))
    question = asked(there, uid)
    wrong = "0000" if question.digits != "0000" else "1111"
    typed = {"kind": "receiver", "digits": wrong, **PART, "best_time": "le matin"}
    answer = Client().post(f"/c/{question.token}/oui/", typed)
    assert answer.status_code == 422
    assert "le matin" in words(answer)


def test_a_question_that_has_changed_takes_no_answer_to_the_one_before(there: World):
    """Somebody who left the page of the yes in principle open must not confirm a name they have not read (R5)."""
    uid = there.send(carries=("client",))
    there.yes(there.last_to(INES)).wait(minutes=15)
    question = asked(there, uid)
    there.carried(question).wait(minutes=15)
    answer = Client().post(f"/c/{question.token}/oui/", {"kind": "principle", "digits": question.digits, **CLIENT_PART})
    assert answer.status_code == 422
    assert "La question a changé" in words(answer)
    assert not Request.objects.filter(kind="name", answer="yes").exists()


@pytest.mark.parametrize("answer", list(Answer))
def test_r7_the_page_of_a_carried_link_is_the_same_whatever_was_answered(there: World, answer: Answer):
    uid = there.send(carries=("receiver",))
    question = asked(there, uid)
    browser = Client()
    pages = [f"/c/{question.token}/", f"/c/{question.token}/oui/", f"/c/{question.token}/note/"]
    before = [text(browser.get(page)) for page in pages]
    there.carried(question, answer)
    assert [text(browser.get(page)) for page in pages] == before


def test_r9_a_yes_the_giver_has_seen_can_be_taken_back_behind_the_link(there: World):
    uid = there.send(carries=("receiver",))
    question = asked(there, uid)
    there.carried(question).wait(minutes=15)
    browser = Client()
    assert f"/c/{question.token}/non/" in text(browser.get(f"/c/{question.token}/"))
    sent = browser.post(f"/c/{question.token}/non/", {"kind": "receiver", "digits": question.digits})
    assert sent.status_code == 302
    assert Request.objects.get(kind="receiver").answer == "no"


def test_r18_a_receiver_without_mail_reads_the_clients_part_behind_the_digits_alone(there: World):
    ines = there.add(contact_draft("Irène", "Mora", "", "", "06 12 34 56 99"))
    uid = there.send(receiver=ines.uid)
    question = asked(there, uid)
    there.carried(question).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    browser = Client()
    address = f"/c/{question.token}/"
    assert "06 98 76 54 32" not in words(browser.get(address))
    assert "06 98 76 54 32" in words(browser.post(address, {"digits": question.digits}))


def test_a_carried_link_opens_nothing_once_it_is_over(there: World):
    uid = there.send(carries=("receiver",))
    token = asked(there, uid).token
    there.wait(days=40)
    assert Client().get(f"/c/{token}/").status_code == 404
    assert Client().get("/c/nothing/").status_code == 404


# -- aloud ------------------------------------------------------------------------------------------


def test_r8_the_text_is_read_out_and_the_answer_written_down_with_who_when_and_how(there: World, giver: Client):
    uid = there.send()
    page = words(giver.get(f"/histoire/{uid}/de-vive-voix/"))
    assert "Un restaurant à Lyon cherche" in page
    sent = giver.post(f"/histoire/{uid}/de-vive-voix/", aloud(there), follow=True)
    assert "De vive voix, Inès Moreau a dit oui : c’est noté." in words(sent)
    kept = Proof.objects.get().text.replace("\u00a0", " ")
    assert "Dit par Inès Moreau à Hélène Vasseur, au téléphone, le lundi 2 novembre, 13 h 00." in kept


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"read": ""}, "commencez par le lire"),
        ({"answer": ""}, "Indiquez la réponse."),
        ({"details": ""}, "le numéro ou l’adresse"),
        ({"at": "2026-11-02T13:01"}, "entre le jour de votre envoi et maintenant"),
        ({"at": "hier"}, "Indiquez un jour et une heure."),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(
    there: World, giver: Client, changes: dict[str, str], said: str
):
    uid = there.send()
    answer = giver.post(f"/histoire/{uid}/de-vive-voix/", aloud(there, **{"best_time": "le matin", **changes}))
    assert answer.status_code == 422
    assert said in words(answer)
    assert "le matin" in words(answer)
    assert Request.objects.get(kind="receiver").answer == ""


def test_a_no_said_aloud_needs_no_part(there: World, giver: Client):
    uid = there.send()
    giver.post(f"/histoire/{uid}/de-vive-voix/", aloud(there, answer="no", details="", name=""))
    assert Request.objects.get(kind="receiver").answer == "no"


# -- the way in -------------------------------------------------------------------------------------


def test_a_client_with_a_telephone_only_goes_all_the_way(giver: Client, there: World):
    marc = there.add(BY_PHONE)
    uid = there.send(client=marc.uid)
    there.yes(there.last_to(INES)).wait(minutes=15)
    assert "C’est à vous de porter la question à Marc Delaunay" in words(giver.get(f"/histoire/{uid}/"))
    there.wait(minutes=1)
    for kind in ("principle", "name"):
        at = there.now.astimezone(ZoneInfo(there.helene.time_zone)).strftime("%Y-%m-%dT%H:%M")
        said = {"kind": kind, "read": "on", "answer": "yes", "meeting": "meeting", "at": at, **CLIENT_PART}
        sent = giver.post(f"/histoire/{uid}/de-vive-voix/", said)
        assert sent.status_code == 302, words(sent)
        there.wait(minutes=16)
    assert there.story(uid).projection.seen is Seen.INTRODUCED
    assert "donné de vive voix" in there.last_to(INES).text
