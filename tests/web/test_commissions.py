"""A commission that was agreed: it answers the question of a referral, whose mails are warned (R25)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entremise.people.actions import attentions as actions
from entremise.web.need_forms import EffortForm
from entremise.web.need_pages import letters
from entremise.web.need_state import At
from tests.cast import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    return world()


def _at(there: World, **more: object) -> At:
    draft = replace(there.draft(), **more)  # type: ignore[arg-type]
    return At(member=there.helene, draft=draft, client=there.marc, receiver=there.ines, now=there.now)


def _agree(there: World) -> None:
    actions.keep_agreement(
        owner_pk=there.helene.pk,
        contact_uid=there.ines.uid,
        words="five per cent",
        since=None,
        today=there.now.date(),
        now=there.now,
    )


def test_r25_what_was_noted_answers_the_question_of_a_new_referral(there: World) -> None:
    assert EffortForm.said(_at(there, effort=""))["commission"] == ""
    _agree(there)
    assert EffortForm.said(_at(there, effort=""))["commission"] == "yes"


def test_what_the_giver_answered_for_this_referral_stays(there: World) -> None:
    _agree(there)
    assert EffortForm.said(_at(there, effort="name", commission=False))["commission"] == "no"


def test_r25_the_mails_are_warned_where_the_trade_may_not_pay(there: World) -> None:
    lawyer = replace(there.ines, trade="lawyer")
    at = replace(_at(there, commission=True), receiver=lawyer)
    (warning,) = letters(at)["paying"]
    assert "avocat" in str(warning["why"])
    assert letters(replace(_at(there, commission=False), receiver=lawyer))["paying"] == []
