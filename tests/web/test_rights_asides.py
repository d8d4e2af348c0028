"""What invitations and letters about referrals from outside hold of people without an account, on the page of their
rights: seen, taken along, refused, forgotten (R45, R23b)."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from entremise.accounts import actions as accounts
from entremise.accounts.actions import invitations
from entremise.accounts.models import Invitation, Uninvited
from entremise.lib import clock
from entremise.referrals.actions import outside
from entremise.referrals.actions.gratitude import THANKS, Said
from entremise.referrals.actions.outside import Noted
from entremise.referrals.models import Refused, RightsLink, Word
from entremise.referrals.queries.outside import Direction
from tests.cast import FRANCOIS, Mail, World, contact_draft, world
from tests.web.link_pages import text

pytestmark = pytest.mark.django_db
UID = "o" * 26
GUEST = "paul@example.org"
SOPHIE = contact_draft("Sophie", "Ganier", "", "", "06 11 22 33 44")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


def invited(scene: World, email: str = GUEST) -> None:
    accounts.invite(
        member_pk=scene.helene.pk,
        name="Paul Vidal",
        email=email,
        language="fr",
        words="Viens voir.",
        now=scene.now,
        chance=scene.chance,
        policy=scene.policy,
    )
    scene.run()


def thanked(scene: World, words: str = "Merci François, Sophie nous rejoint.", likes: bool = True) -> str:
    """Hélène notes that François sent her Sophie, and thanks him, by mail where he likes it. Return the word's uid."""
    noted = Noted(
        direction=Direction.RECEIVED,
        other=contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS),
        client=SOPHIE,
        arrived_on=scene.helene.today(scene.now),
        said="Elle cherche un expert-comptable.",
    )
    at: dict[str, Any] = {"now": scene.now, "chance": scene.chance, "policy": scene.policy}
    outside.note(owner=scene.helene, noted=noted, uid=UID, **at)
    outside.set_likes_mail(owner=scene.helene, uid=UID, likes=likes)
    word = outside.tell(owner=scene.helene, uid=UID, kind=THANKS, said=Said(text=words), **at)
    scene.run()
    return word


def link_to(scene: World, email: str) -> Mail | None:
    """Ask for the link at /droits/ and return its mail, None where none came."""
    before = len(scene.mails_to(email))
    assert Client().post("/droits/", {"email": email}).status_code == 302
    scene.run()
    found = scene.mails_to(email)[before:]
    return found[0] if found else None


def token(mail: Mail) -> str:
    found = re.search(r"/droits/([a-z0-9]{32})/", mail.text)
    assert found
    return found.group(1)


def opened(mail: Mail, act: str = "", **said: Any) -> Any:
    return Client().post(f"/droits/{token(mail)}/{act}", {"digits": mail.digits, **said})


def words(answer: Any) -> str:
    return html.unescape(text(answer)).replace("\u00a0", " ").replace("\u202f", " ")


def mailed(scene: World, email: str) -> Mail:
    found = link_to(scene, email)
    assert found is not None, f"no link for {email}"
    return found


# -- invitations --------------------------------------------------------------------------------------


def test_r45_who_was_invited_sees_who_invited_them_under_which_name_with_which_words(scene: World) -> None:
    invited(scene)
    page = words(opened(mailed(scene, GUEST)))
    for said in ("Vous avez été invité", "Hélène Vasseur", "Paul Vidal", GUEST, "Viens voir."):
        assert said in page, said


def test_r45_an_invitation_is_taken_along_in_both_files(scene: World) -> None:
    invited(scene)
    mail = mailed(scene, GUEST)
    (held,) = json.loads(opened(mail, "emporter/", **{"as": "json"}).content)["others"]
    assert (held["kind"], held["from"], held["name"]) == ("invitation", "Hélène Vasseur", "Paul Vidal")
    assert (held["address"], held["text"]) == (GUEST, "Viens voir.")
    page = words(opened(mail, "emporter/", **{"as": "html"}))
    assert "Paul Vidal" in page
    assert "Viens voir." in page


def test_r45_who_was_invited_is_forgotten_and_no_link_comes_any_more(scene: World) -> None:
    invited(scene)
    assert opened(mailed(scene, GUEST), "oublier/").status_code == 200
    row = Invitation.objects.get()
    assert (row.address, row.name, row.words) == ("", "", "")
    assert link_to(scene, GUEST) is None


def test_r45_invitations_are_refused_and_taken_back(scene: World) -> None:
    """Refusing them is remembered by a keyed hash, shown as refused, and can be taken back."""
    invited(scene)
    mail = mailed(scene, GUEST)
    assert opened(mail, "refuser/", scope="invitation").status_code == 302
    assert Uninvited.objects.count() == 1
    assert "Vous ne voulez plus être invité" in words(opened(mail))
    assert opened(mail, "reprendre/", scope="invitation").status_code == 302
    assert not Uninvited.objects.exists()


def test_r45_who_refuses_a_giver_is_not_invited_by_them_either(scene: World) -> None:
    invited(scene)
    mail = mailed(scene, GUEST)
    about = Invitation.objects.get().uid
    assert opened(mail, "refuser/", about=about).status_code == 302
    assert Refused.objects.get().scope == "giver"
    letters = len(scene.mails_to(GUEST))
    (row,) = Invitation.objects.all()
    invitations.invite_again(
        member_pk=scene.helene.pk, uid=row.uid, now=scene.now, chance=scene.chance, policy=scene.policy
    )
    scene.run()
    assert len(scene.mails_to(GUEST)) == letters


def test_r45_who_only_declined_invitations_can_still_come_to_take_that_back(scene: World) -> None:
    invited(scene)
    opened(mailed(scene, GUEST), "refuser/", scope="invitation")
    opened(mailed(scene, GUEST), "oublier/")
    mail = mailed(scene, GUEST)
    assert "Vous ne voulez plus être invité" in words(opened(mail))


# -- what came from outside ---------------------------------------------------------------------------


def test_r45_who_recommended_somebody_outside_sees_what_they_were_told_by_mail_and_by_whom(scene: World) -> None:
    thanked(scene)
    page = words(opened(mailed(scene, FRANCOIS)))
    for said in ("Hélène Vasseur", "Merci François, Sophie nous rejoint.", FRANCOIS):
        assert said in page, said
    assert "Elle cherche un expert-comptable" not in page  # a member's own note, as is the client's entry
    assert "Ganier" not in page


def test_r44_what_was_not_mailed_to_them_stays_the_members_own(scene: World) -> None:
    """A note that thanks were said is in the member's own notebook: nobody was written to, and nothing is shown."""
    thanked(scene, likes=False)
    assert link_to(scene, FRANCOIS) is None
    assert RightsLink.objects.get().address == ""


def test_r45_what_was_told_by_mail_is_taken_along(scene: World) -> None:
    thanked(scene)
    (held,) = json.loads(opened(mailed(scene, FRANCOIS), "emporter/", **{"as": "json"}).content)["others"]
    assert (held["kind"], held["from"], held["address"]) == ("told", "Hélène Vasseur", FRANCOIS)
    assert held["text"] == "Merci François, Sophie nous rejoint."


def test_r45_who_was_told_something_from_outside_can_refuse_that_member(scene: World) -> None:
    word = thanked(scene)
    mail = mailed(scene, FRANCOIS)
    assert opened(mail, "refuser/", about=word).status_code == 302
    assert Refused.objects.get().other == scene.helene.address_hash
    letters = len(scene.mails_to(FRANCOIS))
    at: dict[str, Any] = {"now": scene.now, "chance": scene.chance, "policy": scene.policy}
    outside.tell(owner=scene.helene, uid=UID, kind="news", said=Said(text="Tout va bien."), **at)
    scene.run()
    assert len(scene.mails_to(FRANCOIS)) == letters


def test_r45_who_is_forgotten_leaves_the_members_own_words_and_nothing_that_leads_to_them(scene: World) -> None:
    """What a member said stays in their own notebook (R44, R47); where it was mailed to is erased."""
    uid = thanked(scene)
    assert opened(mailed(scene, FRANCOIS), "oublier/").status_code == 200
    word = Word.objects.get(uid=uid)
    assert word.mailed_to == ""
    assert word.text
    assert link_to(scene, FRANCOIS) is None


def test_nobody_refuses_in_the_name_of_what_is_held_about_somebody_else(scene: World) -> None:
    word = thanked(scene)
    invited(scene)
    assert opened(mailed(scene, GUEST), "refuser/", about=word).status_code == 404
    assert not Refused.objects.exists()


def test_it_asks_the_database_the_same_whatever_is_held(scene: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    thanked(scene)
    invited(scene)
    counts = set()
    for email in (FRANCOIS, GUEST, "nobody@example.org"):
        with CaptureQueriesContext(connection) as asked:
            Client().post("/droits/", {"email": email})
        counts.add(len(asked))
    assert len(counts) == 1
