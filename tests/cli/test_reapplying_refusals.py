"""What the journal holds is done again by the actions that did it; doing it twice changes nothing (R45, R47)."""

from __future__ import annotations

from datetime import datetime

import pytest

from entremise.cli.reapplying import HANDLERS
from entremise.lib import journal
from entremise.lib.chance import SeededChance
from entremise.lib.journal import Kind
from entremise.referrals.models import Refused, Request
from tests.cast import INES, MONDAY, World, member, world
from tests.web.link_pages import everything

pytestmark = pytest.mark.django_db


def again(kind: Kind, key: str, now: datetime = MONDAY) -> None:
    HANDLERS[kind](key, now=now, chance=SeededChance(9))


def ines(scene: World) -> str:
    return Request.objects.get(address=INES).address_hash


def test_every_kind_the_program_writes_can_be_done_again() -> None:
    """What time alone erases has no line: a restored database does it anew (R48)."""
    assert set(HANDLERS) == set(Kind)


def test_a_refusal_is_kept_once_more_and_taken_back_once_more() -> None:
    """R45."""
    scene = world()
    scene.send()
    own, giver = ines(scene), scene.helene.address_hash
    for key, kind in ((own, Kind.REFUSED_ALL), (journal.joined(own, giver), Kind.REFUSED_GIVER)):
        for _twice in range(2):
            again(kind, key)
        assert Refused.objects.count() == 1
        again(Kind.REFUSAL_TAKEN_BACK, key)
        assert not Refused.objects.exists()


def test_somebody_is_forgotten_once_more() -> None:
    """R45."""
    scene = world()
    scene.send()
    key = ines(scene)
    again(Kind.PERSON_FORGOTTEN, key, scene.now)
    assert not Request.objects.filter(address=INES).exists()
    before = everything()
    again(Kind.PERSON_FORGOTTEN, key, scene.now)
    assert everything() == before


def test_a_member_leaves_once_more() -> None:
    """R47."""
    scene = world()
    olga = member(scene)
    again(Kind.MEMBER_LEFT, olga.uid, scene.now)
    assert "olga@" not in everything()
    again(Kind.MEMBER_LEFT, "a" * 26, scene.now)
