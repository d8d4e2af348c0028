"""The rights of people whom a giver reached by a link in person: no e-mail is needed, and no answer is told (R45, R6d,
R7)."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from entremise.accounts.queries import address_hash
from entremise.lib import clock, journal
from entremise.protocol.types import Answer, How
from entremise.protocol.wall import Seen
from entremise.referrals.models import Part, Proof, Refused, Request
from entremise.referrals.queries.carrying import Asking
from tests.cast import HELENE, INES, World, contact_draft, world
from tests.web.link_pages import text

pytestmark = pytest.mark.django_db
BY_PHONE = contact_draft("Marc", "Delaunay", "Le Cèdre Bleu", "", "06 98 76 54 32")
ACTS = ("refuser", "oublier", "corriger", "emporter")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def uid(there: World) -> str:
    """A referral whose client has a telephone only, and whose turn it is."""
    made = there.send(client=there.add(BY_PHONE).uid)
    there.yes(there.last_to(INES)).wait(minutes=15)
    return made


def asked(there: World, uid: str) -> Asking:
    found = there.asking(uid)
    assert found is not None
    return found


def act(link: Asking, name: str = "", **said: Any) -> Any:
    path = f"/droits/{link.token}/{name}/" if name else f"/droits/{link.token}/"
    return Client().post(path, {"digits": link.digits, **said})


def words(answer: Any) -> str:
    return html.unescape(text(answer)).replace("\u00a0", " ").replace("\u202f", " ")


def yes(there: World, link: Asking) -> None:
    there.carried(link, sheet=replace(link.sheet, details="06 00 11 22 33"))


def no(there: World, link: Asking) -> None:
    there.carried(link, Answer.NO)


# -- seeing -------------------------------------------------------------------------------------------


def test_r45_the_page_of_a_carried_link_leads_to_the_rights_of_whoever_has_no_address(there: World, uid: str) -> None:
    link = asked(there, uid)
    assert f"/droits/{link.token}/" in text(Client().get(f"/c/{link.token}/"))
    closed = words(Client().get(f"/droits/{link.token}/"))
    assert "Les quatre chiffres du message" in closed
    assert "Delaunay" not in closed
    page = words(act(link))
    for said in ("Marc Delaunay", "Le Cèdre Bleu", "Hélène Vasseur", "ventilation à Lyon"):
        assert said in page, said
    assert "Moreau" not in page


def test_r6_without_the_digits_nothing_is_shown_and_nothing_done(there: World, uid: str) -> None:
    link = asked(there, uid)
    wrong = replace(link, digits=f"{(int(link.digits) + 1) % 10_000:04}")
    for name in ("", *ACTS):
        answer = act(wrong, name, about="x")
        assert answer.status_code == 422
        assert "Delaunay" not in words(answer)
    assert not Refused.objects.exists()


@pytest.mark.parametrize("answered", [yes, no])
def test_r7_the_page_and_its_files_are_the_same_whatever_was_answered(
    there: World, uid: str, answered: Callable[[World, Asking], None]
) -> None:
    """The giver knows the link and the digits: what the link shows, the giver sees."""
    link = asked(there, uid)
    views: list[Callable[[], Any]] = [
        lambda: Client().get(f"/droits/{link.token}/"),
        lambda: act(link),
        lambda: act(link, "emporter", **{"as": "json"}),
        lambda: act(link, "emporter", **{"as": "html"}),
    ]
    before = [text(view()) for view in views]
    answered(there, link)
    assert [text(view()) for view in views] == before
    assert "06 00 11 22 33" not in "".join(before)


def test_r45_it_is_taken_along_without_what_the_giver_must_not_read(there: World, uid: str) -> None:
    link = asked(there, uid)
    yes(there, link)
    (held,) = json.loads(act(link, "emporter", **{"as": "json"}).content)["requests"]
    assert (held["from"], held["name"]) == ("Hélène Vasseur", "Marc Delaunay")
    assert (held["answer"], held["part"], held["proofs"]) == ("", None, [])


def test_it_opens_nothing_before_the_persons_turn(there: World) -> None:
    """As the link's own page: who is asked next is not told by when a page opens (R5, R7)."""
    there.send(client=there.add(BY_PHONE).uid)
    from entremise.referrals.models import Carried
    from entremise.referrals.queries import keys
    from entremise.referrals.queries.keys import Purpose

    (row,) = Carried.objects.filter(role="client")
    assert Client().get(f"/droits/{keys.token(Purpose.CARRIED, row.uid)}/").status_code == 404


def test_r48_it_stays_open_until_what_was_typed_is_erased(there: World, uid: str) -> None:
    link = asked(there, uid)
    no(there, link)
    closing = there.story(uid).projection.until
    assert closing is not None
    there.wait(seconds=(closing - there.now).total_seconds() + 1)
    assert Client().get(f"/c/{link.token}/").status_code == 404
    assert "Marc Delaunay" in words(act(link))
    there.wait(days=there.policy.unfinished_kept + 1)
    assert Client().get(f"/droits/{link.token}/").status_code == 404


# -- refusing -----------------------------------------------------------------------------------------


def test_r45_the_giver_is_refused_for_this_telephone_and_nobody_is_told(there: World, uid: str) -> None:
    link = asked(there, uid)
    story, letters = there.story(uid), len(there.mails_to(HELENE))
    answer = act(link, "refuser", about=link.token)
    assert answer.status_code == 302
    row = Refused.objects.get()
    assert (row.scope, row.other) == ("giver", there.helene.address_hash)
    assert row.address_hash == address_hash("tel:+33698765432")
    request = Request.objects.get(kind="principle")
    assert (request.answer, request.how) == ("no", How.CARRIED.value)
    assert Proof.objects.order_by("number").last().said == "no"  # type: ignore[union-attr]
    assert there.story(uid) == story
    there.run()
    assert len(there.mails_to(HELENE)) == letters


def test_r6d_what_binds_others_than_the_giver_is_not_done_by_a_link_the_giver_knows(there: World, uid: str) -> None:
    link = asked(there, uid)
    act(link, "refuser", about=link.token)
    assert act(link, "refuser").status_code == 404  # everybody
    assert act(link, "refuser", scope="invitation").status_code == 404
    assert act(link, "reprendre", scope="giver").status_code == 404  # the giver could take it back alone
    assert Refused.objects.count() == 1
    page = words(act(link))
    assert "Tout refuser" not in page
    assert "la personne responsable" in page


# -- correcting and being forgotten -------------------------------------------------------------------


def test_r17_what_was_handed_over_is_corrected_and_a_correction_before_any_yes_says_the_same(
    there: World, uid: str
) -> None:
    link = asked(there, uid)
    before = act(link, "corriger", details="06 99 99 99 99", way="phone")
    assert not Part.objects.filter(role="client").exists()
    there.carried(link).wait(minutes=15)
    link = asked(there, uid)
    yes(there, link)
    after = act(link, "corriger", details="06 99 99 99 99", way="phone")
    assert (before.status_code, before.url) == (after.status_code, after.url)
    assert Part.objects.get(role="client").details == "06 99 99 99 99"


def test_r45_who_has_no_address_is_forgotten_and_the_giver_sees_what_they_saw(there: World, uid: str) -> None:
    link = asked(there, uid)
    there.carried(link).wait(minutes=15)
    link = asked(there, uid)
    yes(there, link)
    story, page, letters = there.story(uid), text(Client().get(f"/c/{link.token}/")), len(there.mails_to(HELENE))
    answer = act(link, "oublier")
    assert answer.status_code == 200
    assert "Ce que vous avez transmis est effacé" in words(answer)
    part = Part.objects.get(role="client")
    assert part.details == ""
    assert not Request.objects.filter(erased_at=None, kind__in=["principle", "name"]).exists()
    there.run()
    assert there.story(uid) == story
    assert text(Client().get(f"/c/{link.token}/")) == page
    assert len(there.mails_to(HELENE)) == letters


def test_r6d_what_is_brought_after_somebody_was_forgotten_counts_no_more(there: World, uid: str) -> None:
    """Forgetting is their own word: an answer in their name does not bring them back."""
    link = asked(there, uid)
    act(link, "oublier")
    there.aloud(uid)
    there.wait(days=2)
    assert Request.objects.get(kind="principle").answer != Answer.YES.value
    assert there.story(uid).projection.seen is Seen.ASKING_CLIENT


def test_r45_a_forgetting_by_a_carried_link_is_done_again_after_a_restore(
    there: World, uid: str, django_capture_on_commit_callbacks: Any
) -> None:
    link = asked(there, uid)
    with django_capture_on_commit_callbacks(execute=True):
        act(link, "oublier")
    last = journal.read().entries[-1]
    assert last.kind is journal.Kind.PERSON_FORGOTTEN
    assert journal.parts(last.key)[0] == address_hash("tel:+33698765432")


def test_r6d_who_has_an_address_does_it_with_their_own_and_not_by_the_givers_link(there: World) -> None:
    """Else the giver could erase where the person is told in writing, and then bring a yes."""
    uid = there.send(carries=("receiver",))
    link = asked(there, uid)
    page = words(act(link))
    assert "Être oublié" not in page
    assert "Corriger" not in page
    assert "Avec votre propre adresse" in page
    for name in ("oublier", "corriger"):
        assert act(link, name, details="06").status_code == 404
    assert Request.objects.filter(erased_at=None, address=INES).count() == 1


def test_r7_asking_the_giver_to_take_them_out_of_their_book_does_not_hang_on_what_was_answered(
    there: World, uid: str
) -> None:
    link = asked(there, uid)
    for _again in range(2):
        act(link, "oublier", ask_givers="on")
    there.run()
    assert "Marc Delaunay" in there.last_to(HELENE).subject
