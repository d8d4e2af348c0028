"""Who overruled a mismatch never reaches the receiver: worlds that differ in what one giver overruled (R12, R27)."""

from __future__ import annotations

import pytest

from entremise.protocol.care import Question
from tests.cast import REFERENCE
from tests.wall import pairs
from tests.wall.observed import assert_equal
from tests.wall.staging import REFERENCE_EXAMPLE, Act, Scene, Script

pytestmark = [pytest.mark.django_db, pytest.mark.once]
GRID = (20, 24 * 5)
REVIEW = "/apprendre/questions/2026-11/"


def sends(*overruled: Question) -> Act:
    """Hélène sends the referral although these do not fit."""

    def act(scene: Scene) -> None:
        scene.told = {address: len(scene.world.mails_to(address)) for address in (scene.ines, scene.marc)}
        fits = {**REFERENCE.fits, **dict.fromkeys(overruled, "no")}
        scene.uid = scene.world.send(fits=fits, overruled=tuple(point.value for point in overruled))

    return act


def story(*overruled: Question) -> Script:
    return ((0, sends(*overruled)), *REFERENCE_EXAMPLE[1:])


@pytest.mark.parametrize("overruled", [(Question.BUDGET,), tuple(Question)], ids=["one point", "all of them"])
def test_the_receiver_cannot_tell_what_their_giver_overruled(overruled: tuple[Question, ...]) -> None:
    """R12: on every page they can reach, the questions of the month among them, and in every mail."""
    worlds = [
        pairs.watch(script, watching=("receiver", "client"), grid=GRID, everywhere=GRID, members=pairs.EVERYBODY)
        for script in (story(), story(*overruled))
    ]
    assert any(REVIEW in record.what for record in worlds[0]["receiver"]), "the questions are among what they look at"
    for name in ("receiver", "client"):
        assert_equal(worlds[0][name], worlds[1][name], about=f"{name}, what the giver overruled")
