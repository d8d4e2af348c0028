"""What the page behind a request's link never shows, and to whom a session opens it (R4, R6, R7, R18)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client

from entremise.lib import clock
from entremise.protocol.wall import Seen
from tests.cast import INES, MARC, OLGA, Mail, World, browser_of, contact_draft, introduced, member, world
from tests.web.link_pages import (
    OF_INES,
    OF_MARC,
    PART,
    address,
    asked_in_principle,
    seen,
    text,
    wrong,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


# -- the wall ---------------------------------------------------------------------------------------


def _after_a_yes(scene: World, mail: Mail) -> None:
    scene.yes(mail).wait(minutes=15)


def _after_a_no(scene: World, mail: Mail) -> None:
    scene.no(mail)


@pytest.mark.parametrize("then", [None, _after_a_yes, _after_a_no])
def test_no_page_names_the_hidden_side(
    scene: World, stranger: Client, then: Callable[[World, Mail], None] | None
) -> None:
    """R4: neither the receiver's page nor the client's, in any state before the disclosure."""
    scene.send()
    mail = scene.last_to(INES)
    if then:
        then(scene, mail)
    page = text(stranger.get(address(mail)))
    assert [word for word in OF_MARC if word in page] == []


@pytest.mark.parametrize("then", [None, _after_a_no])
def test_the_clients_principle_page_does_not_name_the_receiver(
    scene: World, stranger: Client, then: Callable[[World, Mail], None] | None
) -> None:
    mail = asked_in_principle(scene)
    if then:
        then(scene, mail)
    page = text(stranger.get(address(mail)))
    assert [word for word in OF_INES if word in page] == []


def test_a_principles_link_never_shows_what_a_later_message_told(scene: World, stranger: Client) -> None:
    principle = asked_in_principle(scene)
    scene.yes(principle).wait(minutes=15)
    assert "Inès" in scene.last_to(MARC).text
    page = text(stranger.get(address(principle)))
    assert [word for word in OF_INES if word in page] == []


def test_an_introduction_is_read_with_the_digits_only(scene: World, stranger: Client) -> None:
    """R4, R18: a link that was passed on tells nothing; with the digits, the preferred way only."""
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    closed = text(stranger.get(address(mail)))
    assert "Vous êtes en relation" in closed
    assert [word for word in OF_MARC if word in closed] == []
    refused = stranger.post(address(mail), {"digits": wrong(mail)})
    assert refused.status_code == 422
    assert [word for word in OF_MARC if word in text(refused)] == []
    opened = text(stranger.post(address(mail), {"digits": mail.digits}))
    assert "Marc Delaunay" in opened
    assert "06 98 76 54 32" in opened
    assert MARC not in opened
    too_late = stranger.post(address(mail, "non"), {"digits": mail.digits})
    assert too_late.status_code == 422


def test_unknown_lapsed_and_never_sent_links_are_one_page(scene: World, stranger: Client) -> None:
    """R7: the same status, the same bytes; nothing tells them apart, whatever is posted."""
    scene.send()
    mail = scene.last_to(INES)
    page = scene.page(mail)
    assert page is not None
    scene.wait(seconds=(page.deadline - scene.now).total_seconds())
    muted = asked_elsewhere_and_muted(scene)
    forms: dict[str, str] = {**PART, "digits": mail.digits, "text": "?"}
    for act in ("", "oui", "non", "question"):
        answers = [
            stranger.post(f"/l/{token}/{act}/" if act else f"/l/{token}/", forms)
            for token in (mail.token, muted, "a" * 32, "zz")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    answers = [stranger.get(f"/l/{token}/") for token in (mail.token, muted, "a" * 32)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def asked_elsewhere_and_muted(scene: World) -> str:
    """The token of a request that never left: its row is made, and muted."""
    from entremise.referrals.queries import keys
    from entremise.referrals.queries.keys import Purpose

    model = apps.get_model("referrals", "Request")
    row = model.objects.get()
    row.pk, row.uid, row.kind, row.mute = None, "m" * 26, "principle", True
    row.fingerprint = keys.fingerprint(Purpose.REQUEST, row.uid)
    row.save(force_insert=True)
    return keys.token(Purpose.REQUEST, row.uid)


def test_not_concluded_is_one_kind_text(scene: World, stranger: Client) -> None:
    """R7: whatever the cause, the receiver whose yes stands reads the same."""
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail).wait(days=60)
    page = text(stranger.get(address(mail)))
    assert "La mise en relation n’a pas abouti" in page
    assert [word for word in OF_MARC if word in page] == []


# -- signed in --------------------------------------------------------------------------------------


@pytest.fixture
def olga(scene: World) -> Client:
    """Olga, a member, whom Hélène asks as receiver; her browser has her session."""
    signed_in = Client(enforce_csrf_checks=True)
    signed_in.force_login(get_user_model().objects.get(pk=member(scene).pk))
    card = scene.add(contact_draft("Olga", "Petrova", "", OLGA, "06 11 22 33 44", trade="ventilation-engineer"))
    scene.ines = card
    scene.send()
    return signed_in


def test_a_session_stands_for_the_digits(scene: World, olga: Client) -> None:
    """R6: a signed-in member's session, with the seal that only their own page holds."""
    mail = scene.last_to(OLGA)
    page = text(olga.get(address(mail)))
    assert 'name="digits"' not in page
    (seal, *_others) = re.findall(r'name="seal" value="(\w+)"', page)
    form = {"name": "Olga Petrova", "way": "phone", "details": "06 11 22 33 44", "seal": seal}
    assert olga.post(address(mail, "oui"), form).status_code == 302
    assert seen(scene, mail) is Seen.AGREED


def test_a_forged_form_cannot_use_a_session(scene: World, olga: Client) -> None:
    """R6: a page elsewhere that knows the link, and makes the member's browser post, decides nothing."""
    mail = scene.last_to(OLGA)
    form = {"name": "Olga Petrova", "way": "phone", "details": "06 11 22 33 44"}
    for seal in ("", "a" * 32):
        assert olga.post(address(mail, "oui"), {**form, "seal": seal}).status_code == 422
        assert olga.post(address(mail, "non"), {"seal": seal}).status_code == 422
    assert seen(scene, mail) is Seen.ASKED


def test_another_members_session_counts_for_nothing(scene: World, olga: Client) -> None:
    mail = scene.last_to(OLGA)
    other = browser_of(scene.helene)
    page = text(other.get(address(mail)))
    assert 'name="digits"' in page
    assert 'name="seal"' not in page


def test_the_cast_plays_to_the_end_through_links(scene: World, stranger: Client) -> None:
    _uid, to_ines, _to_marc = introduced(scene)
    assert stranger.get(f"/n/{to_ines.token}/").status_code == 200
