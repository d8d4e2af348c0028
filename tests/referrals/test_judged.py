"""What a giver judged against what came of it, from their own introductions alone (R15)."""

from __future__ import annotations

from typing import Any

import pytest

from entremise.people.models import Contact
from entremise.protocol.care import Letter
from entremise.protocol.evaluation import Again, Bond, Judgement, Match
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import evaluating
from entremise.referrals.actions.digits import Caller
from entremise.referrals.models import Evaluation, Outside
from entremise.referrals.queries.judged import judged
from tests.cast import HELENE, INES, MARC, OLGA, Mail, World, introduced, member, world

pytestmark = pytest.mark.django_db
DAYS = 30


@pytest.fixture
def scene() -> World:
    return world()


def say(scene: World, mail: Mail, match: Match, **more: Any) -> None:
    said = Judgement(match=match, bonds=Bond.SAME, **more)
    caller = Caller(token=mail.token, digits=mail.digits)
    evaluating.answer(caller=caller, said=said, now=scene.now, chance=scene.chance, policy=scene.policy)
    scene.run()


def asked(scene: World) -> dict[str, Mail]:
    introduced(scene)
    scene.wait(days=DAYS)
    return {who: scene.last_to(who) for who in (HELENE, INES, MARC)}


def again(scene: World) -> dict[str, Mail]:
    """Introduce the two once more, and let the time pass."""
    scene.wait(days=7)
    scene.send()
    for who in (INES, MARC, MARC):
        scene.yes(scene.last_to(who)).wait(minutes=15)
    scene.wait(days=DAYS)
    return {who: scene.last_to(who) for who in (HELENE, INES, MARC)}


def outside_given(scene: World, **changes: Any) -> Outside:
    """Something Hélène noted as given elsewhere, of which she said that it was a good match."""
    row = Outside.objects.create(
        uid=scene.chance.uid(),
        owner_id=scene.helene.pk,
        direction=changes.pop("direction", "given"),
        other_id=scene.ines.pk,
        client_name="Sophie Ganier",
        trade="plumber",
        arrived_at=scene.now,
        created_at=scene.now,
        moved_at=scene.now,
    )
    Evaluation.objects.create(
        uid=scene.chance.uid(),
        fingerprint=scene.chance.uid(),
        outside=row,
        role=Role.GIVER.value,
        address_hash="x",
        language="fr",
        asked_at=scene.now,
        deadline=scene.now,
        answered_at=scene.now,
        match="yes",
        again_receiver="perhaps",
        again_client="no",
    )
    return row


def test_r15_all_three_answers_stand_beside_the_letters_and_the_end(scene: World) -> None:
    mails = asked(scene)
    say(scene, mails[HELENE], Match.YES, again_receiver=Again.YES, again_client=Again.PERHAPS)
    say(scene, mails[INES], Match.PARTLY)
    say(scene, mails[MARC], Match.NO, outcome=Outcome.NOT_A_FIT)
    (found,) = judged(giver=scene.helene)
    assert (found.match_giver, found.match_receiver, found.match_client) == (Match.YES, Match.PARTLY, Match.NO)
    assert (found.again_receiver, found.again_client) == (Again.YES, Again.PERHAPS)
    assert (found.receiver, found.receiver_name) == (scene.ines.uid, "Inès Moreau")
    assert (found.client, found.client_name) == (scene.marc.uid, "Marc Delaunay")
    assert found.outcome is Outcome.NOT_A_FIT
    assert set(found.letters) == set(Letter)


def test_what_nobody_was_asked_about_is_not_there_and_what_nobody_answered_is_unknown(scene: World) -> None:
    """R14, R15."""
    introduced(scene)
    assert judged(giver=scene.helene) == ()
    scene.wait(days=DAYS)
    (found,) = judged(giver=scene.helene)
    assert found.voices == ()
    assert (found.again_receiver, found.again_client, found.outcome) == (None, None, None)


def test_what_was_given_outside_counts_as_the_giver_judged_it(scene: World) -> None:
    """R15, R23b."""
    outside_given(scene)
    outside_given(scene, direction="received")
    (found,) = judged(giver=scene.helene)
    assert (found.match_giver, found.again_receiver, found.again_client) == (Match.YES, Again.PERHAPS, Again.NO)
    assert (found.client, found.client_name) == ("", "Sophie Ganier")
    assert (found.receiver, found.trade) == (scene.ines.uid, "plumber")
    assert found.letters == {}


def test_another_giver_sees_none_of_it(scene: World) -> None:
    """R14, R44: whoever it is, the receiver included."""
    mails = asked(scene)
    for who, mail in mails.items():
        say(scene, mail, Match.YES, **({"again_receiver": Again.YES} if who == HELENE else {}))
    for name, address in (("Inès Moreau", INES), ("Marc Delaunay", MARC), ("Olga Petrova", OLGA)):
        assert judged(giver=member(scene, name=name, email=address)) == ()


def test_it_takes_three_queries_however_many_there_are(scene: World, django_assert_num_queries: Any) -> None:
    asked(scene)
    outside_given(scene)
    with django_assert_num_queries(3):
        assert len(judged(giver=scene.helene)) == 2
    again(scene)
    with django_assert_num_queries(3):
        found = judged(giver=scene.helene)
    assert len(found) == 3
    assert [one.on for one in found] == sorted(one.on for one in found)


def test_somebody_forgotten_has_neither_key_nor_name(scene: World) -> None:
    """R45: what was judged stays, without whom it was about."""
    mails = asked(scene)
    say(scene, mails[HELENE], Match.YES)
    Contact.objects.filter(pk=scene.marc.pk).update(given_name="", family_name="", company="")
    (found,) = judged(giver=scene.helene)
    assert (found.client, found.client_name) == ("", "")
