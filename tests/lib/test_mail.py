"""Letters: rendered in one language, written so that any server can carry them and nobody can be joined (R4, R6b)."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entremise.lib import mail
from entremise.lib.chance import SeededChance
from entremise.lib.mail import Letter

DATE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LONG_LINK = "<https://entremise.example.org/l/" + "a" * 150 + ">"


def letter(**changed: Any) -> Letter:
    values: dict[str, Any] = {
        "to": "ines@example.org",
        "subject": "Hélène vous recommande",
        "text": "Bonjour Inès,\n\n.\n.une ligne qui commence par un point\n" + "é" * 700 + "\n",
        "html": "<p>Bonjour Inès</p>\n",
        "language": "fr",
    }
    return Letter(**{**values, **changed})


def written(some: Letter) -> EmailMessage:
    message = mail.message_of(some, message_id="<abc@x.test>", from_address="Élie <e@x.test>", date=DATE)
    return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)  # type: ignore[return-value]


@pytest.fixture
def templates(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "hello.subject.txt").write_text("{{ name }}\n  écrit\n", "utf-8")
    (folder / "hello.txt").write_text(
        "{% load i18n %}\n\nBonjour {{ name }}, {% get_current_language as l %}{{ l }}", "utf-8"
    )
    (folder / "hello.html").write_text("<h1>{{ subject }}</h1><p>{{ name }}</p>", "utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    return folder


@pytest.mark.usefixtures("templates")
def test_a_text_shows_a_name_as_it_is_and_the_html_escapes_it() -> None:
    hello = mail.render("hello", {"name": "<b>L'Atelier & Fils</b>"}, language="fr", to="a@x.test")
    assert hello.subject == "<b>L'Atelier & Fils</b> écrit"
    assert hello.text == "Bonjour <b>L'Atelier & Fils</b>, fr\n"
    assert "<b>" not in hello.html
    assert "&lt;b&gt;L&#x27;Atelier &amp; Fils&lt;/b&gt; écrit</h1>" in hello.html


@pytest.mark.usefixtures("templates")
@pytest.mark.parametrize("language", ["fr", "en", "fr-ca"])
def test_a_letter_is_written_in_the_language_of_its_reader(language: str) -> None:
    hello = mail.render("hello", {"name": "Marc"}, language=language, to="a@x.test")
    assert (hello.text, hello.language) == (f"Bonjour Marc, {language}\n", language)


@pytest.mark.usefixtures("templates")
def test_a_subject_stays_on_one_line_of_140_characters_whatever_name_is_in_it() -> None:
    hello = mail.render("hello", {"name": "x\r\nBcc: everybody@example.org\n" * 20}, language="fr", to="a@x.test")
    assert "\n" not in hello.subject
    assert "\r" not in hello.subject
    assert len(hello.subject) <= 140
    assert hello.subject.endswith("…")


def test_a_message_holds_a_text_and_the_same_in_html_and_nothing_else() -> None:
    message = written(letter())
    assert message.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part["Content-Transfer-Encoding"]) for part in message.iter_parts()]
    assert parts == [("text/plain", "quoted-printable"), ("text/html", "quoted-printable")]
    bodies = [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]
    assert bodies == [letter().text, letter().html]


def test_a_message_is_ascii_in_short_lines_for_servers_that_know_nothing_else() -> None:
    some = letter(headers={"List-Unsubscribe": LONG_LINK})
    raw = mail.message_of(some, message_id="<a@x.test>", from_address="Élie <e@x.test>", date=DATE).as_bytes()
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_r4_no_header_joins_two_people_or_two_mails() -> None:
    names = {name.lower() for name in written(letter(headers={"List-Unsubscribe": LONG_LINK})).keys()}  # noqa: SIM118
    assert names == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-language",
        "list-unsubscribe", "mime-version", "content-type",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Cc", "Bcc", "In-Reply-To", "References", "X-Referral", "Subject"])
def test_r4_a_letter_may_not_bring_other_headers(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        written(letter(headers={name: "x"}))


def test_r6_one_click_unsubscribing_has_its_two_headers_unbroken() -> None:
    click = {"List-Unsubscribe": LONG_LINK, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    raw = mail.message_of(letter(headers=click), message_id="<a@x.test>", from_address="e@x.test", date=DATE).as_bytes()
    assert f"List-Unsubscribe: {LONG_LINK}\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_the_machine_says_that_it_is_one_so_that_no_vacation_reply_answers() -> None:
    assert written(letter())["Auto-Submitted"] == "auto-generated"


@given(st.text(min_size=1, max_size=60))
def test_no_text_in_a_subject_a_sender_or_an_address_to_reply_to_can_add_a_header(inserted: str) -> None:
    nasty = f"a\r\nBcc: spy@example.org\r\n{inserted}\nX-Spy: 1"
    some = letter(subject=nasty, headers={"List-Unsubscribe": nasty})
    raw = mail.message_of(some, message_id="<a@x.test>", from_address="e@x.test", date=DATE).as_bytes()
    head = email.message_from_bytes(raw, policy=email.policy.compat32)
    assert "Bcc" not in head
    assert "X-Spy" not in head
    assert head.get_content_type() == "multipart/alternative"


def test_the_same_letter_id_and_date_are_the_same_bytes_and_another_id_another_boundary() -> None:
    def raw(message_id: str) -> bytes:
        return mail.message_of(letter(), message_id=message_id, from_address="e@x.test", date=DATE).as_bytes()

    assert raw("<a@x.test>") == raw("<a@x.test>")
    assert raw("<a@x.test>").split(b"boundary=")[1][:40] != raw("<b@x.test>").split(b"boundary=")[1][:40]


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        ("ines@example.org", "ines@example.org"),
        (" Inès Martin <ines@example.org> ", "ines@example.org"),
        ("ines@exämple.test", "ines@xn--exmple-cua.test"),
    ],
)
def test_an_address_is_written_bare_and_its_domain_as_the_internet_writes_it(given_address: str, expected: str) -> None:
    assert written(letter(to=given_address))["To"] == expected


@pytest.mark.parametrize(
    "address", ["", "ines", "inès@example.org", "a@x.test, b@x.test", "a@", "@x.test", "a b@x.test"]
)
def test_an_address_that_plain_smtp_cannot_carry_is_refused(address: str) -> None:
    with pytest.raises(mail.Unwritable):
        written(letter(to=address))


def test_a_message_id_is_random_and_belongs_to_this_site(settings: Any) -> None:
    settings.ENTREMISE_SITE_URL = "https://recommande.example.org:8443"
    chance = SeededChance(1)
    first, second = mail.new_message_id(chance), mail.new_message_id(chance)
    assert first != second
    assert first.endswith("@recommande.example.org>")
