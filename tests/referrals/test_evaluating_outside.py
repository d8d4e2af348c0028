"""Who gave a referral outside is asked whether it was a good match, and nobody else is (R14, R15, R23b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from entremise.protocol.evaluation import Again, Bond, Judgement, Match
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.referrals.actions import evaluating_outside, outside, steps
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.outside import Noted
from entremise.referrals.models import Ending, Evaluation, Outside
from entremise.referrals.queries import archive
from entremise.referrals.queries.evaluations import to_judge, treatments
from entremise.referrals.queries.evaluations_outside import outside_evaluation
from entremise.referrals.queries.judged import judged
from entremise.referrals.queries.outside import Direction, outside_page
from tests.cast import World, member, world

pytestmark = pytest.mark.django_db
UID = "b" * 26
GOOD = Judgement(match=Match.YES, bonds=Bond.SAME, again_receiver=Again.YES, again_client=Again.PERHAPS)


@pytest.fixture
def there() -> World:
    return world()


def at(there: World) -> dict[str, Any]:
    return {"now": there.now, "chance": there.chance, "policy": DEFAULT}


def note(there: World, direction: Direction = Direction.GIVEN, **changes: Any) -> Noted:
    today = there.helene.today(there.now)
    noted = Noted(direction=direction, other=there.ines.uid, client=there.marc.uid, arrived_on=today, **changes)
    outside.note(owner=there.helene, noted=noted, uid=UID, **at(there))
    return noted


def answer(there: World, said: Judgement = GOOD) -> None:
    evaluating_outside.answer(owner=there.helene, uid=UID, said=said, **at(there))


def asked(there: World) -> int:
    return evaluating_outside.ask_due(**at(there))


@pytest.mark.parametrize(("trade", "days"), [("", DEFAULT.evaluation_after), ("health-insurance-adviser", 45)])
def test_r14_the_giver_is_asked_once_when_the_trades_time_has_come(there: World, trade: str, days: int) -> None:
    note(there, trade=trade)
    there.wait(days=days - 1)
    assert asked(there) == Evaluation.objects.count() == 0
    mails = len(there.postman.mails)
    there.wait(days=1)
    assert Evaluation.objects.count() + asked(there) == 1, "the worker may have been quicker"
    assert asked(there) == 0
    (match,) = to_judge(member=there.helene, now=there.now)
    assert (match.receiver, match.client, match.outside) == ("Inès Moreau", "Marc Delaunay", UID)
    assert outside_page(owner=there.helene, uid=UID, now=there.now, policy=DEFAULT).asked
    assert len(there.postman.mails) == mails, "on their own pages and in the day's list, and by no letter"


def test_r14_one_received_is_not_evaluated_by_who_received_it(there: World) -> None:
    note(there, Direction.RECEIVED)
    assert Outside.objects.get().evaluation_due is None


def test_r14_the_answer_is_the_givers_own_and_reaches_their_radar(there: World) -> None:
    note(there)
    there.wait(days=31)
    asked(there)
    answer(there, replace(GOOD, outcome=Outcome.WON))
    answer(there, replace(GOOD, match=Match.PARTLY))
    row = Evaluation.objects.get()
    assert (row.match, row.again_receiver, row.outcome) == ("partly", "yes", "")
    assert Outside.objects.get().outcome == "won"
    assert Ending.objects.values_list("by", "outcome").get() == ("giver", "won")
    assert to_judge(member=there.helene, now=there.now) == ()
    (one,) = judged(giver=there.helene)
    assert (one.match_giver, one.outcome) == (Match.PARTLY, Outcome.WON)
    found = treatments(giver=there.helene, receivers=[there.ines], now=there.now, policy=DEFAULT)
    assert found[there.ines.uid].again == 1
    (kept,) = archive.evaluations(there.helene)
    assert kept["match"] == "partly"


def test_r26_an_end_taken_up_again_is_not_known_from_the_evaluation(there: World) -> None:
    note(there)
    there.wait(days=31)
    asked(there)
    answer(there, replace(GOOD, outcome=Outcome.LOST))
    outside.tell(owner=there.helene, uid=UID, kind="taken_up", said=Said(), **at(there))
    found = treatments(giver=there.helene, receivers=[there.ines], now=there.now, policy=DEFAULT)
    assert found[there.ines.uid].outcomes == 0


def test_r44_nobody_answers_for_somebody_else_nor_before_or_after_the_time(there: World) -> None:
    note(there)
    with pytest.raises(steps.Gone):
        answer(there)
    there.wait(days=31)
    asked(there)
    olga = member(there)
    assert outside_evaluation(owner=olga, uid=UID, now=there.now) is None
    with pytest.raises(steps.Gone):
        evaluating_outside.answer(owner=olga, uid=UID, said=GOOD, **at(there))
    there.wait(days=DEFAULT.evaluation_stands + 1)
    assert outside_evaluation(owner=there.helene, uid=UID, now=there.now) is None
    with pytest.raises(steps.Gone):
        answer(there)


def test_r14_a_correction_of_the_day_moves_the_question_and_asks_no_second_time(there: World) -> None:
    noted = note(there)
    due = Outside.objects.get().evaluation_due
    earlier = replace(noted, arrived_on=noted.arrived_on - timedelta(days=10))
    outside.correct(owner=there.helene, uid=UID, noted=earlier, version=0, **at(there))
    moved = Outside.objects.get().evaluation_due
    assert due is not None
    assert moved is not None
    assert moved < due
    there.wait(days=31)
    asked(there)
    version = Outside.objects.get().version
    outside.correct(owner=there.helene, uid=UID, noted=noted, version=version, **at(there))
    assert Outside.objects.get().evaluation_due is None
