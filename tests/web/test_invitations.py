"""Inviting, being invited, and what each of the two sees."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from entremise.accounts import actions, queries
from entremise.accounts.models import Invitation
from entremise.accounts.queries import MemberCard
from entremise.lib import clock
from entremise.lib.chance import SeededChance
from entremise.protocol.policy import DEFAULT
from tests.accounts.letters import letters
from tests.cast import browser_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GUEST = "paul@example.org"


@pytest.fixture
def helene() -> MemberCard:
    return actions.found(
        name="Hélène Marchand", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1)
    )


@pytest.fixture
def ines(helene: MemberCard) -> MemberCard:
    return actions.enrol(name="Inès", email="ines@example.org", language="en", now=NOW, chance=SeededChance(2))


def asked(client: Client, email: str = GUEST, **changed: str) -> Any:
    typed = {"name": "Paul", "email": email, "language": "fr", "words": "Viens voir.", **changed}
    return client.post("/moi/invitations/inviter/", typed)


def link(inviter: MemberCard) -> str:
    (line,) = queries.invitations(inviter.pk, now=clock.now())
    return f"/invitation/{actions.invitation_token(line.uid)}/"


def test_somebody_invited_accepts_and_their_notebook_is_open(helene: MemberCard) -> None:
    assert asked(browser_of(helene))["Location"] == "/moi/invitations/"
    (letter,) = letters(clock.now())
    assert link(helene) in letter.text
    guest = Client()
    page = guest.get(link(helene)).content.decode()
    assert all(said in page for said in ("Hélène Marchand", "Viens voir.", GUEST, 'value="Paul"'))
    assert guest.post(link(helene), {"name": "Paul Vidal", "language": "fr"})["Location"] == "/"
    home = guest.get("/")
    assert home.status_code == 200
    assert "Paul Vidal" in home.content.decode()
    assert "acceptée" in browser_of(helene).get("/moi/invitations/").content.decode()


def test_opening_the_link_changes_nothing(helene: MemberCard) -> None:
    asked(browser_of(helene))
    for _ in range(2):
        assert Client().get(link(helene)).status_code == 200
    assert queries.by_address(GUEST) is None


def test_the_link_is_in_the_language_of_the_invitation_or_the_one_that_is_asked_for(helene: MemberCard) -> None:
    asked(browser_of(helene), language="en")
    assert "invites you" in Client().get(link(helene)).content.decode()
    assert "vous invite" in Client().get(f"{link(helene)}?lang=fr").content.decode()


def test_an_expired_used_withdrawn_or_unknown_link_shows_one_and_the_same_page(
    helene: MemberCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, pages = browser_of(helene), []

    def over(address: str, guest: Client) -> None:
        for path in (address, f"{address}non/"):
            for answer in (guest.get(path), guest.post(path, {"name": "Paul", "language": "fr"})):
                pages.append((answer.status_code, answer.content))

    asked(client)
    used = link(helene)
    Client().post(used, {"name": "Paul", "language": "fr"})
    over(used, Client())
    for email in ("lea@example.org", "max@example.org"):
        asked(client, email)
    last, before, _first = queries.invitations(helene.pk, now=clock.now())
    client.post(f"/moi/invitations/{before.uid}/retirer/")
    over(f"/invitation/{actions.invitation_token(before.uid)}/", Client())
    over(f"/invitation/{'a' * 32}/", Client())
    later = clock.now() + timedelta(days=14)
    monkeypatch.setattr(clock, "now", lambda: later)
    over(f"/invitation/{actions.invitation_token(last.uid)}/", Client())
    assert len(pages) == 16
    assert set(pages) == {(404, pages[0][1])}
    assert "personne qui vous invitait" in pages[0][1].decode()


def test_the_inviter_sees_the_same_pages_whether_or_not_the_address_is_a_members(
    helene: MemberCard, ines: MemberCard
) -> None:
    shown = []
    for email in (ines.email, "nina@example.org"):
        client = browser_of(helene)
        answer = asked(client, email)
        page = client.get("/moi/invitations/").content.decode()
        (line,) = queries.invitations(helene.pk, now=clock.now())
        neutral = page.replace(email, "ADDRESS").replace(line.uid, "UID")
        neutral = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", neutral)
        shown.append((answer.status_code, answer["Location"], neutral))
        Invitation.objects.all().delete()
    assert shown[0] == shown[1]
    assert letters(clock.now()) == []


def test_declining_asks_once_and_is_not_told(helene: MemberCard) -> None:
    asked(browser_of(helene))
    before = browser_of(helene).get("/moi/invitations/").content.decode()
    no = f"{link(helene)}non/"
    assert Client().get(no).status_code == 200
    assert queries.invitation(token=no.split("/")[2], now=clock.now()) is not None, "a look declines nothing"
    done = Client().post(no)
    assert done.status_code == 200
    assert Client().get(link(helene)).status_code == 404
    strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    after = browser_of(helene).get("/moi/invitations/").content.decode()
    assert strip.sub("", after) == strip.sub("", before)


def test_a_member_who_opens_an_invitation_keeps_their_own_notebook(helene: MemberCard, ines: MemberCard) -> None:
    asked(browser_of(helene))
    client = browser_of(ines)
    for answer in (client.get(link(helene)), client.post(link(helene), {"name": "Inès", "language": "fr"})):
        assert "Inès" in answer.content.decode()
    assert queries.by_address(GUEST) is None


def test_nobody_is_signed_in_by_a_page_of_somebody_elses(helene: MemberCard) -> None:
    asked(browser_of(helene))
    guest = Client(enforce_csrf_checks=True)
    assert guest.post(link(helene), {"name": "Paul", "language": "fr"}).status_code == 403
    assert queries.by_address(GUEST) is None


def test_only_the_owner_invites_where_the_installation_says_so(helene: MemberCard, ines: MemberCard) -> None:
    with override_settings(ENTREMISE=replace(settings.ENTREMISE, members_invite=False)):
        for path in ("/moi/invitations/", "/moi/invitations/inviter/"):
            assert browser_of(ines).get(path).status_code == 404
            assert browser_of(helene).get(path).status_code == 200
        assert "/moi/invitations/" not in browser_of(ines).get("/moi/").content.decode()
    assert asked(browser_of(ines))["Location"] == "/moi/invitations/"


def test_a_waiting_invitation_is_sent_again_or_withdrawn_from_its_page(helene: MemberCard) -> None:
    client = browser_of(helene)
    asked(client)
    (line,) = queries.invitations(helene.pk, now=clock.now())
    assert client.post(f"/moi/invitations/{line.uid}/renvoyer/").status_code == 302
    assert f"{line.uid}/renvoyer/" not in client.get("/moi/invitations/").content.decode()
    client.post(f"/moi/invitations/{line.uid}/retirer/")
    assert GUEST not in client.get("/moi/invitations/").content.decode()


@pytest.mark.parametrize(
    ("field", "typed"), [("email", "paul"), ("name", "paul.example.org"), ("words", "voir www.example.org")]
)
def test_what_cannot_be_sent_is_explained_beside_its_field(helene: MemberCard, field: str, typed: str) -> None:
    page = asked(browser_of(helene), **{field: typed})
    assert list(page.context["form"].errors) == [field]
    assert "Viens voir." in page.content.decode() or field == "words"


def test_the_limit_of_the_day_is_said(helene: MemberCard) -> None:
    client = browser_of(helene)
    for number in range(DEFAULT.invitations_a_day):
        asked(client, f"p{number}@example.org")
    page = asked(client, "more@example.org")
    assert page.context["form"].non_field_errors()


def test_r6c_where_nobody_may_write_first_the_member_carries_the_link_and_a_code_opens(helene: MemberCard) -> None:
    with override_settings(ENTREMISE=replace(settings.ENTREMISE, law="eu-strict")):
        client = browser_of(helene)
        asked(client)
        assert link(helene) in client.get("/moi/invitations/").content.decode()
        guest = Client()
        assert guest.post(link(helene), {"name": "Paul", "language": "fr"})["Location"] == "/entrer/"
        assert "_auth_user_id" not in guest.session
    assert letters(clock.now()) == []
