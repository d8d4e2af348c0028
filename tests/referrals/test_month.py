"""What happened in a month, here and outside, from its first instant to before its end (R27, R49)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from entremise.protocol.types import Outcome
from entremise.referrals.models import Outside, Referral, Word
from entremise.referrals.queries.month import Month, Words, month
from tests.cast import INES, World, introduced, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> World:
    return world()


def seen(scene: World, who: Any, *, before: timedelta = timedelta(days=1)) -> Month:
    """The day that lies around now."""
    return month(member=who, since=scene.now - before, until=scene.now + timedelta(days=1))


def test_each_side_has_its_own_words_and_both_what_came_of_it(scene: World, django_assert_num_queries: Any) -> None:
    uid, to_ines, _to_marc = introduced(scene)
    ines = member(scene, name="Inès Moreau", email=INES)
    scene.thank(to_ines).contact(to_ines).close(to_ines, Outcome.WON)
    with django_assert_num_queries(9):
        hers = seen(scene, ines)
    assert (hers.said, hers.heard) == (Words(thanks=1, news=2), Words(thanks=0, news=0))
    assert (hers.good_received, hers.good_given) == (frozenset({uid}), frozenset())
    his = seen(scene, scene.helene)
    assert (his.said, his.heard) == (Words(thanks=0, news=0), Words(thanks=1, news=2))
    assert (his.good_received, his.good_given) == (frozenset(), frozenset({uid}))


def test_the_instant_it_begins_belongs_to_it_and_the_one_it_ends_does_not(scene: World) -> None:
    introduced(scene)
    at = Referral.objects.get().introduced_at
    assert at is not None
    a_day = timedelta(days=1)
    assert month(member=scene.helene, since=at, until=at + a_day).happened
    assert not month(member=scene.helene, since=at - a_day, until=at).happened


@pytest.mark.parametrize(("direction", "said", "heard"), [("received", 1, 0), ("given", 0, 1)])
def test_what_was_noted_from_outside_counts_as_well(scene: World, direction: str, said: int, heard: int) -> None:
    """R23b."""
    row = Outside.objects.create(
        uid=scene.chance.uid(),
        owner_id=scene.helene.pk,
        direction=direction,
        other_id=scene.ines.pk,
        client_name="Sophie Ganier",
        arrived_at=scene.now,
        created_at=scene.now,
        moved_at=scene.now,
        outcome=Outcome.WON.value,
        outcome_at=scene.now,
    )
    Word.objects.create(uid=scene.chance.uid(), outside=row, kind="thanks", text="Merci.", at=scene.now)
    found = seen(scene, scene.helene)
    assert (found.said.thanks, found.heard.thanks) == (said, heard)
    assert found.good_received | found.good_given == {row.uid}
    assert bool(found.good_received) is (direction == "received")


def test_a_month_in_which_nothing_happened_says_so(scene: World) -> None:
    introduced(scene)
    found = month(member=scene.helene, since=scene.now - timedelta(days=60), until=scene.now - timedelta(days=30))
    assert not found.happened
