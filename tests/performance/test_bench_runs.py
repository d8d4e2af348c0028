"""The data on which the bench measures is a state the program itself could have come to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entremise.people.actions import bonds
from entremise.people.models import Bond, Interaction
from entremise.protocol import duties
from entremise.protocol import need as attempts_of
from entremise.protocol.policy import DEFAULT
from entremise.protocol.referral import Referral as Life
from entremise.referrals import mapping
from entremise.referrals.models import Moment, Need, Referral, Request
from entremise.referrals.queries.rows import read_rows
from tests.performance import data

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SMALL = data.Size(members=6, contacts=120, referrals=400, interactions=1200)


@pytest.fixture
def built(db: None) -> None:
    data.build(SMALL, now=NOW)


def lives_of(need: Need) -> tuple[Life, ...]:
    rows = read_rows(need.pk)
    return mapping.lives(rows.need, rows.referrals, rows.requests)


@pytest.mark.usefixtures("built")
def test_every_need_of_the_bench_is_a_life_that_is_caught_up_and_says_when_it_is_due() -> None:
    assert Referral.objects.count() == SMALL.referrals
    for need in Need.objects.all():
        lives = lives_of(need)
        passed = attempts_of.pass_time(lives, now=NOW, policy=DEFAULT)
        assert passed.effects == ()
        assert list(map(mapping.life_columns, passed.attempts)) == list(map(mapping.life_columns, lives))
        assert need.next_due == attempts_of.next_due(lives, policy=DEFAULT)
        assert need.next_due is None or need.next_due > NOW


@pytest.mark.usefixtures("built")
def test_nothing_in_the_bench_happens_after_now_and_every_duty_has_its_date() -> None:
    assert not Moment.objects.filter(at__gt=NOW).exists()
    assert not Request.objects.filter(sent_at__gt=NOW).exists()
    for row in Referral.objects.all():
        facts = mapping.facts(row)
        assert row.duty_due == (duties.next_due(facts, policy=DEFAULT) if facts else None)


@pytest.mark.usefixtures("built")
def test_the_bench_holds_every_stage_and_stories_with_two_attempts() -> None:
    stages = set(Referral.objects.values_list("stage", flat=True))
    assert stages == {"receiver", "principle", "name", "introduced", "closed"}
    assert Referral.objects.filter(attempt=2).exists()
    assert Referral.objects.exclude(duty_due=None).exists()
    assert Need.objects.exclude(next_due=None).exists()


@pytest.mark.usefixtures("built")
def test_every_relationship_of_the_bench_is_summed_up_as_the_program_would() -> None:
    assert abs(Interaction.objects.count() - SMALL.interactions) < SMALL.interactions / 4
    before = list(Bond.objects.order_by("pk").values())
    assert len(before) > SMALL.contacts / 2
    for row in before:
        bonds.wake(owner_pk=row["owner_id"], contact_pk=row["contact_id"], now=NOW, policy=DEFAULT)
    assert list(Bond.objects.order_by("pk").values()) == before
