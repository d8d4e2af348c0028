"""The built-in mailbox's pages: only where a demonstration asks for them, and every mail shut in a sandbox."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from entremise.lib.chance import SeededChance
from entremise.lib.mail import Letter, message_of
from entremise.outbox import actions, queries
from entremise.web import mailbox
from entremise.web.access import Audience

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
HTML = '<html><head lang="fr"><title>x</title></head><body><a href="http://h/l/abc/">oui</a><script>1</script></body></html>'

pytestmark = pytest.mark.django_db


def post(to: str, subject: str, *, minute: int = 0, seed: int = 1) -> str:
    """Put a mail in the mailbox; return its uid."""
    when = NOW.replace(minute=minute)
    letter = Letter(to=to, subject=subject, text="Voici : http://h/l/abc/ <b>\n", html=HTML)
    message = message_of(letter, message_id="<m@x.test>", from_address="Élie <e@x.test>", date=when)
    actions.keep_delivered(recipient=to, raw=message.as_bytes(), now=when, chance=SeededChance(seed))
    return queries.mails(to)[0].uid


@pytest.fixture
def shown(settings: Any) -> None:
    settings.ENTREMISE = dataclasses.replace(settings.ENTREMISE, mailbox_page=True)


def addresses(uid: str) -> list[str]:
    return [
        reverse("mailbox"),
        reverse("mailbox-of", args=["ines@example.org"]),
        reverse("mailbox-letter", args=[uid]),
        reverse("mailbox-body", args=[uid]),
    ]


def test_without_the_setting_no_page_of_the_mailbox_exists(client: Client, settings: Any) -> None:
    uid = post("ines@example.org", "Un besoin")
    settings.ENTREMISE = dataclasses.replace(settings.ENTREMISE, mailbox_page=False)
    assert [client.get(address).status_code for address in addresses(uid)] == [404] * 4


def test_the_setting_is_off_unless_somebody_turns_it_on(settings: Any) -> None:
    assert settings.ENTREMISE.mailbox_page is False


@pytest.mark.usefixtures("shown")
def test_every_page_of_the_mailbox_opens_and_says_that_it_is_for_demonstrations(client: Client) -> None:
    uid = post("ines@example.org", "Un besoin")
    assert [client.get(address).status_code for address in addresses(uid)] == [200] * 4
    assert {pattern.callback.audience for pattern in mailbox.urlpatterns} == {Audience.DEMO}


@pytest.mark.usefixtures("shown")
def test_people_are_listed_and_each_has_their_mails_newest_first(client: Client) -> None:
    post("ines@example.org", "Premier", minute=1, seed=1)
    post("ines@example.org", "Second", minute=2, seed=2)
    post("marc@example.org", "Autre", minute=3, seed=3)
    people = client.get(reverse("mailbox")).content.decode()
    assert people.index("marc@example.org") < people.index("ines@example.org")
    mails = client.get(reverse("mailbox-of", args=["ines@example.org"])).content.decode()
    assert mails.index("Second") < mails.index("Premier")
    assert "Autre" not in mails


@pytest.mark.usefixtures("shown")
def test_a_mail_shows_its_headers_its_text_with_links_and_its_html_in_a_frame(client: Client) -> None:
    uid = post("ines@example.org", "Un <besoin>")
    page = client.get(reverse("mailbox-letter", args=[uid])).content.decode()
    assert "Un &lt;besoin&gt;" in page
    assert "Message-ID: &lt;m@x.test&gt;" in page
    assert 'href="http://h/l/abc/"' in page
    assert f'src="{reverse("mailbox-body", args=[uid])}"' in page
    assert "<script>1</script>" not in page


@pytest.mark.usefixtures("shown")
def test_the_html_of_a_mail_runs_nothing_fetches_nothing_and_is_framed_by_us_alone(client: Client) -> None:
    response = client.get(reverse("mailbox-body", args=[post("ines@example.org", "Un besoin")]))
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head lang="fr"><base target="_top">' in response.content.decode()


@pytest.mark.usefixtures("shown")
def test_a_mail_is_headed_in_the_readers_language(client: Client) -> None:
    page = client.get(reverse("mailbox-letter", args=[post("ines@example.org", "Un besoin")])).content.decode()
    shown = [
        f"<dt>{label}</dt><dd>{value}</dd>" for label, value in (("À", "ines@example.org"), ("Objet", "Un besoin"))
    ]
    assert [line for line in shown if line not in page] == []
    assert "2 mars 2026" in page


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("name", ["mailbox-letter", "mailbox-body"])
def test_a_mail_nobody_received_is_not_found(client: Client, name: str) -> None:
    assert client.get(reverse(name, args=["nothing"])).status_code == 404
    assert client.get(reverse("mailbox-of", args=["nobody@example.org"])).status_code == 404


def test_a_demonstration_opens_the_notebook_of_a_member_and_of_nobody_else(client: Client, shown: None) -> None:
    from tests.cast import HELENE, INES, world

    scene = world()
    scene.send()
    assert client.get(reverse("mailbox-notebook", args=[HELENE])).status_code == 405
    assert client.post(reverse("mailbox-notebook", args=[INES])).status_code == 404
    assert client.post(reverse("mailbox-notebook", args=[HELENE])).headers["Location"] == "/"
    assert client.get("/").context["request"].member.email == HELENE


def test_outside_a_demonstration_no_notebook_opens_without_its_code(client: Client) -> None:
    from tests.cast import HELENE, world

    world()
    assert client.post(reverse("mailbox-notebook", args=[HELENE])).status_code == 404
