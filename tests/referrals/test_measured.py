"""What the measures are made of: one introduction each, as receiver and as giver may see it (R15, R19, R26)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts import actions as accounts
from entremise.accounts.queries import MemberCard
from entremise.people.actions import add_contact
from entremise.protocol.care import Letter
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import outside
from entremise.referrals.actions.leaving import leave_due
from entremise.referrals.actions.outside import Noted
from entremise.referrals.models import Ending, Evaluation, Outside, Referral
from entremise.referrals.queries import measured
from entremise.referrals.queries.outside import Direction
from tests.cast import HELENE, INES, INES_DRAFT, MARC, MARC_DRAFT, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> World:
    return world()


def ines_joins(scene: World) -> MemberCard:
    return member(scene, name="Inès Moreau", email=INES)


def again(scene: World, **changes: Any) -> str:
    """Hélène introduces the two once more, a week later."""
    scene.wait(days=7)
    uid = scene.send(**changes)
    for who in (INES, MARC, MARC):
        scene.yes(scene.last_to(who)).wait(minutes=15)
    return uid


def note(scene: World, owner: MemberCard, direction: Direction, number: int, **changes: Any) -> None:
    noted = Noted(
        direction=direction,
        other=changes.pop("other", MARC_DRAFT),
        client=contact_draft("Sophie", "Ganier", "", "", "06 11 22 33 44"),
        arrived_on=changes.pop("arrived_on", owner.today(scene.now)),
        trade="plumber",
        said="",
    )
    outside.note(owner=owner, noted=noted, uid=f"{number:026}", now=scene.now, chance=scene.chance, policy=DEFAULT)


def evaluated(uid: str, role: Role, outcome: Outcome, scene: World) -> None:
    Evaluation.objects.create(
        uid=scene.chance.uid(),
        fingerprint=scene.chance.uid(),
        referral=Referral.objects.get(uid=uid),
        role=role.value,
        address_hash="x",
        language="fr",
        asked_at=scene.now,
        deadline=scene.now + timedelta(days=30),
        answered_at=scene.now,
        outcome=outcome.value,
    )


def test_r26_the_receiver_and_the_giver_have_one_introduction_each_with_the_other_named(scene: World) -> None:
    uid, mail, _ = introduced(scene)
    ines = ines_joins(scene)
    assert [one.outcome for one in measured.received(member=ines)] == [None]
    scene.close(mail, Outcome.LOST)
    (hers,) = measured.received(member=ines)
    (mine,) = measured.given(member=scene.helene)
    assert (hers.uid, hers.here, hers.introduced_on, hers.outcome) == (uid, True, date(2026, 11, 2), Outcome.LOST)
    assert (hers.other, hers.other_name, hers.trade) == (scene.helene.uid, "Hélène Vasseur", "ventilation-engineer")
    assert (mine.uid, mine.outcome, mine.other, mine.other_name) == (uid, Outcome.LOST, scene.ines.uid, "Inès Moreau")
    assert hers.letters == {}


def test_what_is_not_introduced_is_measured_for_nobody(scene: World) -> None:
    """R7: a quiet end and a request that stands are the same nothing."""
    scene.send()
    scene.no(scene.last_to(INES))
    assert measured.given(member=scene.helene) == measured.received(member=ines_joins(scene)) == ()


def test_r19_how_complete_it_was_comes_with_it_and_is_unknown_from_outside(scene: World) -> None:
    uid, _, _ = introduced(scene)
    Referral.objects.filter(uid=uid).update(completeness=75)
    note(scene, scene.helene, Direction.GIVEN, 1)
    assert [one.completeness for one in measured.given(member=scene.helene)] == [None, None], "the parties' own (R18)"
    assert [one.completeness for one in measured.received(member=ines_joins(scene))] == [75]


def test_here_and_outside_stand_together_the_oldest_first_and_each_direction_apart(scene: World) -> None:
    """R23b, R26: the same person is one, whether they gave here or outside."""
    introduced(scene)
    ines, today = ines_joins(scene), scene.helene.today(scene.now)
    for number, (days, other) in enumerate([(40, contact_draft("Hélène", "V.", "", HELENE)), (30, MARC_DRAFT)]):
        note(scene, ines, Direction.RECEIVED, number, other=other, arrived_on=today - timedelta(days=days))
    note(scene, ines, Direction.GIVEN, 9)
    found = measured.received(member=ines)
    assert [(one.here, one.other_name, one.trade) for one in found] == [
        (False, "Hélène V.", "plumber"),
        (False, "Marc Delaunay", "plumber"),
        (True, "Hélène Vasseur", "ventilation-engineer"),
    ]
    assert found[0].other == found[2].other == scene.helene.uid
    assert [(one.here, one.other_name, one.letters) for one in measured.given(member=ines)] == [
        (False, "Marc Delaunay", {})
    ]


def test_the_day_is_the_members_own(scene: World) -> None:
    scene.now = scene.now.replace(hour=23, minute=30)
    introduced(scene)
    assert measured.given(member=scene.helene)[0].introduced_on == date(2026, 11, 3)


def test_r14_the_giver_has_what_was_heard_until_the_receiver_says_how_it_ended(scene: World) -> None:
    """R26: the receiver's word is the receiver's; what client and giver say is for the giver's eyes."""
    uid, mail, _ = introduced(scene)
    ines = ines_joins(scene)
    evaluated(uid, Role.RECEIVER, Outcome.NO_NEED, scene)
    assert measured.given(member=scene.helene)[0].outcome is None
    evaluated(uid, Role.CLIENT, Outcome.LOST, scene)
    assert measured.given(member=scene.helene)[0].outcome is Outcome.LOST
    row = Referral.objects.get(uid=uid)
    for minutes, outcome in ((1, Outcome.WON), (2, Outcome.NOT_A_FIT)):
        at = scene.now + timedelta(minutes=minutes)
        Ending.objects.create(referral=row, by=Role.GIVER.value, outcome=outcome.value, at=at)
    assert measured.given(member=scene.helene)[0].outcome is Outcome.NOT_A_FIT
    assert measured.received(member=ines)[0].outcome is None
    scene.close(mail, Outcome.SET_ASIDE)
    assert measured.given(member=scene.helene)[0].outcome is Outcome.SET_ASIDE
    assert measured.received(member=ines)[0].outcome is Outcome.SET_ASIDE


CLEAR = dict.fromkeys(Letter, True)
FITS = dict.fromkeys(("service", "market", "area", "available", "wanted", "budget"), "yes")


@pytest.mark.parametrize(
    ("changes", "unclear"),
    [
        ({}, ""),
        ({"knows_client": "hardly"}, "C"),
        ({"fits": {**FITS, "budget": "unknown"}}, "R"),
        ({"fits": {**FITS, "budget": "no"}, "overruled": ("budget",)}, "R"),
        ({"overruled": ("area",)}, "R"),
        ({"urgency": "now", "wanted_by": None, "steps_back": False}, "E"),
    ],
)
def test_r15_a_letter_is_clear_when_every_reason_of_it_speaks_for(
    scene: World, changes: dict[str, Any], unclear: str
) -> None:
    scene.send(**changes)
    for who in (INES, MARC, MARC):
        scene.yes(scene.last_to(who)).wait(minutes=15)
    assert measured.given(member=scene.helene)[0].letters == {**CLEAR, **{Letter(one): False for one in unclear}}


def test_letters_are_unknown_where_the_answers_are_not_kept(scene: World) -> None:
    introduced(scene)
    Referral.objects.update(answers={})
    assert measured.given(member=scene.helene)[0].letters == {}


def test_one_person_twice_in_a_book_is_one_receiver(scene: World) -> None:
    introduced(scene)
    twin = add_contact(owner_pk=scene.helene.pk, draft=INES_DRAFT, now=scene.now, chance=scene.chance)
    again(scene, receiver=twin.uid)
    assert {one.other for one in measured.given(member=scene.helene)} == {scene.ines.uid}


def test_r47_who_left_has_no_name_and_no_key(scene: World) -> None:
    introduced(scene)
    ines = ines_joins(scene)
    accounts.hand_over(owner_pk=scene.helene.pk, successor=ines.uid)
    accounts.announce(member_pk=scene.helene.pk, now=scene.now, policy=DEFAULT)
    for _ in range(2):
        scene.wait(days=8)
        leave_due(now=scene.now, chance=scene.chance, policy=DEFAULT)
    assert [(one.other, one.other_name) for one in measured.received(member=ines)] == [("", "")]


def test_the_number_of_queries_does_not_grow_with_the_rows(scene: World) -> None:
    introduced(scene)
    ines = ines_joins(scene)
    for number in range(2):
        again(scene)
        for direction in Direction:
            note(scene, ines, direction, 10 * number + (direction is Direction.GIVEN))
    counted = []
    for who in (lambda: measured.received(member=ines), lambda: measured.given(member=scene.helene)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            who()
        counted.append(len(asked))
    assert counted == [4, 2]
    assert Outside.objects.count() == 4
    assert len(measured.received(member=ines)) == 5
