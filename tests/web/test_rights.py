"""What is held about somebody who needs no account: seen, corrected, taken along, refused, forgotten (R45)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from entremise.lib import clock, journal
from entremise.protocol.types import Kind
from entremise.referrals.models import Part, Proof, Refused, Request, RightsLink
from tests.cast import HELENE, INES, MARC, Mail, World, introduced, world
from tests.web.link_pages import OF_INES, OF_MARC, asked_in_principle, text, wrong

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def opened(mail: Mail, **more: Any) -> Any:
    return Client().post(f"/droits/{mail.token}/", {"digits": mail.digits, **more})


def act(mail: Mail, to: str, **said: Any) -> Any:
    return Client().post(f"/droits/{mail.token}/{to}/", {"digits": mail.digits, **said})


def about(mail: Mail) -> str:
    row = Request.objects.order_by("-pk").filter(address=mail.to).first()
    assert row is not None
    return row.uid


# -- seeing -------------------------------------------------------------------------------------------


def test_the_link_of_a_mail_asks_for_its_digits_and_tells_nothing_before(scene: World) -> None:
    """R6, R45: whoever a mail was forwarded to sees no name."""
    scene.send()
    mail = scene.last_to(INES)
    for answer in (
        Client().get(f"/droits/{mail.token}/"),
        Client().post(f"/droits/{mail.token}/", {"digits": wrong(mail)}),
    ):
        for words in (*OF_INES, *OF_MARC, "Hélène"):
            assert words not in text(answer)


def test_with_the_digits_a_person_sees_who_gave_what_since_when(scene: World) -> None:
    """R45."""
    scene.send()
    page = text(opened(scene.last_to(INES)))
    for words in ("Inès Moreau", INES, "Hélène Vasseur", "Un restaurant", "20\N{NO-BREAK SPACE}h"):
        assert words in page or words == "20\N{NO-BREAK SPACE}h", words
    for words in OF_MARC:
        assert words not in page


def test_the_page_never_names_the_other_party_before_an_introduction(scene: World) -> None:
    """R4: what is held about one is shown to one."""
    mail = asked_in_principle(scene)
    for words in OF_INES:
        assert words not in text(opened(mail))
    files = [act(mail, "emporter", **{"as": kind}) for kind in ("json", "html")]
    for answer in files:
        assert answer.status_code == 200
        for words in OF_INES:
            assert words not in text(answer)


def test_a_lapsed_request_still_says_from_whom_it_came(scene: World) -> None:
    """R45: the mail said so, and the right to know does not lapse."""
    scene.send()
    mail = scene.last_to(INES)
    scene.wait(days=20)
    assert "Hélène Vasseur" in text(opened(mail))


def test_it_is_taken_along_as_json_with_its_proofs(scene: World) -> None:
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail)
    answer = act(mail, "emporter", **{"as": "json"})
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    held = json.loads(answer.content)
    assert held["address"] == INES
    (request,) = held["requests"]
    assert (request["from"], request["name"], request["answer"]) == ("Hélène Vasseur", "Inès Moreau", "yes")
    assert request["proofs"][0]["text"]
    assert request["part"]["details"] == "06 12 34 56 78"


def test_the_language_chosen_stays_through_the_digits(scene: World) -> None:
    scene.send()
    mail = scene.last_to(INES)
    page = text(Client().post(f"/droits/{mail.token}/?lang=en", {"digits": mail.digits}))
    assert "From whom it comes" in page
    assert "Be forgotten" in page


# -- correcting ---------------------------------------------------------------------------------------


def test_a_correction_is_kept_and_the_giver_sees_nothing_of_it(scene: World) -> None:
    """R7, R17, R45."""
    uid = scene.send()
    mail = scene.last_to(INES)
    before = replace(scene.story(uid), others={})
    answer = act(mail, "corriger", about=about(mail), name="Inès Moreau-Petit", details="06 00 00 00 09", way="phone")
    assert answer.status_code == 302
    assert "Votre correction" in text(Client().get(answer.url))
    assert "Moreau-Petit" in text(opened(mail))
    assert replace(scene.story(uid), others={}) == before


def test_nothing_is_corrected_refused_or_forgotten_without_the_digits(scene: World) -> None:
    """R6: a machine that submits forms changes nothing."""
    scene.send()
    mail = scene.last_to(INES)
    for name in ("corriger", "refuser", "reprendre", "oublier", "emporter"):
        for digits in ("", wrong(mail)):
            answer = Client().post(f"/droits/{mail.token}/{name}/", {"digits": digits, "about": about(mail)})
            assert answer.status_code == 422
    assert not Part.objects.exists()
    assert not Refused.objects.exists()
    assert Request.objects.filter(erased_at=None, answer="").count() == 1


# -- refusing -----------------------------------------------------------------------------------------


def test_refusing_everything_says_no_to_what_is_open_and_can_be_taken_back(scene: World) -> None:
    scene.send()
    mail = scene.last_to(INES)
    assert act(mail, "refuser").status_code == 302
    assert Refused.objects.filter(scope="all").count() == 1
    assert Request.objects.get().answer == "no"
    assert Proof.objects.get().said == "no"
    act(mail, "reprendre", scope="all")
    assert not Refused.objects.exists()


def test_refusing_a_giver_is_noted_apart_from_backups(scene: World, django_capture_on_commit_callbacks: Any) -> None:
    """R45: a restored backup does not know of it."""
    scene.send()
    mail = scene.last_to(INES)
    with django_capture_on_commit_callbacks(execute=True):
        act(mail, "refuser", about=about(mail))
    last = journal.read().entries[-1]
    assert last.kind is journal.Kind.REFUSED_GIVER
    assert journal.parts(last.key) == (Request.objects.get().address_hash, scene.helene.address_hash)


# -- being forgotten ----------------------------------------------------------------------------------


def test_who_is_forgotten_leaves_no_name_address_or_text_and_their_links_open_nothing(scene: World) -> None:
    """R45."""
    _uid, to_ines, _to_marc = introduced(scene)
    scene.thank(to_ines, "Merci, vraiment.")
    asked = scene.mails_to(MARC)[0]
    assert act(asked, "oublier").status_code == 200
    assert not Request.objects.filter(address=MARC).exists()
    for mail in scene.mails_to(MARC)[:2]:
        assert Client().get(f"/l/{mail.token}/").status_code == 404
        assert Client().get(f"/droits/{mail.token}/").status_code == 404
    part = Part.objects.get(role="client")
    assert (part.name, part.details, part.reason) == ("", "", "")
    page = text(Client().post(f"/n/{to_ines.token}/", {"digits": to_ines.digits}))
    for words in OF_MARC:
        assert words not in page


def test_the_other_side_keeps_its_history_with_someone_in_it(scene: World) -> None:
    """R47."""
    uid, to_ines, _to_marc = introduced(scene)
    act(scene.mails_to(MARC)[0], "oublier")
    from entremise.referrals.queries.pages import news_page

    page = news_page(token=to_ines.token, now=scene.now, language="fr", policy=scene.policy)
    assert page is not None
    assert page.shown.client is not None
    assert page.shown.client.name == "quelqu’un"
    assert scene.story(uid).shown.client.name == "Marc Delaunay"  # the giver's own book is the giver's


def test_forgetting_before_an_introduction_is_quiet(scene: World) -> None:
    """R7: to the giver it is a request that came to nothing, told at the instant it would have been told."""
    uid = scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    before, letters = scene.story(uid), len(scene.mails_to(HELENE))
    act(scene.last_to(MARC), "oublier")
    scene.run()
    assert scene.story(uid) == before
    assert len(scene.mails_to(HELENE)) == letters
    until = before.projection.until
    assert until is not None
    scene.wait(seconds=(until - scene.now).total_seconds() + 1)
    assert scene.mails_to(HELENE)[-1].subject == scene.mails_to(INES)[-1].subject


def test_the_name_that_was_told_stays_told_while_the_request_is_open(scene: World) -> None:
    """R7: the client's page must not change because the receiver was forgotten."""
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    named = scene.last_to(MARC)
    before = scene.page(named)
    act(scene.mails_to(INES)[0], "oublier")
    assert scene.page(named) == before


def test_the_giver_is_asked_to_empty_their_book_only_where_the_person_wants_it(scene: World) -> None:
    """R7, R45: it is the person's own word, so it may tell."""
    scene.send()
    act(scene.last_to(INES), "oublier", ask_givers="on")
    scene.run()
    mail = scene.last_to(HELENE)
    assert "Inès Moreau" in mail.subject
    assert "carnet" in mail.text


def test_no_letter_goes_to_somebody_who_was_forgotten(scene: World) -> None:
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail)
    act(mail, "oublier")
    letters = len(scene.mails_to(INES))
    scene.wait(days=60)
    assert len(scene.mails_to(INES)) == letters


# -- without a link -----------------------------------------------------------------------------------


def ask(email: str) -> Any:
    return Client().post("/droits/", {"email": email})


def test_the_page_answers_the_same_whether_anything_is_held_or_not(scene: World) -> None:
    """R45: nobody learns here who is known."""
    scene.send()
    known, unknown = ask(INES), ask("nobody@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert text(Client().get(known.url)) == text(Client().get(unknown.url))


def test_it_asks_the_database_the_same_whether_anything_is_held_or_not(
    scene: World, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    scene.send()
    counts = []
    for email in (INES, "nobody@example.org"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask(email)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_link_shows_everything_from_every_giver_for_an_hour(scene: World) -> None:
    """R45."""
    scene.send()
    ask(INES.upper())
    scene.run()
    mail = scene.last_to(INES)
    assert "Inès" not in mail.text
    page = text(Client().post(f"/droits/{right(mail)}/", {"digits": mail.digits}))
    assert "Hélène Vasseur" in page
    scene.now += timedelta(hours=1, seconds=1)
    assert Client().get(f"/droits/{right(mail)}/").status_code == 404


def right(mail: Mail) -> str:
    import re

    found = re.search(r"/droits/([a-z0-9]{32})/", mail.text)
    assert found
    return found.group(1)


def test_where_nothing_is_held_nothing_is_sent_and_no_address_is_kept(scene: World) -> None:
    ask("nobody@example.org")
    scene.run()
    assert not scene.postman.mails
    assert RightsLink.objects.get().address == ""


def test_one_address_gets_at_most_so_many_links_a_day(scene: World) -> None:
    scene.send()
    before = len(scene.mails_to(INES))
    for _again in range(5):
        assert ask(INES).status_code == 302
    scene.run()
    assert len(scene.mails_to(INES)) - before == scene.policy.rights_links_a_day


def test_by_that_link_everything_is_forgotten_at_once(scene: World) -> None:
    scene.send()
    ask(INES)
    scene.run()
    mail = scene.last_to(INES)
    answer = Client().post(f"/droits/{right(mail)}/oublier/", {"digits": mail.digits})
    assert answer.status_code == 200
    assert not Request.objects.filter(address=INES).exists()
    assert not RightsLink.objects.exists()
    assert Request.objects.get(kind=Kind.RECEIVER.value).answer == "no"
