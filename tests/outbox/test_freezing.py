"""A frozen outbox lets nothing leave; thawed, it goes on, without what most likely left before a restore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from entremise.lib.chance import SeededChance
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter
from entremise.lib.post import Deferred, Refused
from entremise.outbox import actions, queries
from entremise.outbox.models import Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHANCE = SeededChance(3)


def write(payload: Mapping[str, JSON], now: datetime) -> Letter:
    return Letter(to=str(payload["to"]), subject="s", text="t", html="h")


def put(key: str, *, due: datetime = NOW) -> None:
    actions.enqueue(job="letter", key=key, payload={"to": "a@example.org"}, due=due, now=NOW, chance=CHANCE)


def claim(now: datetime) -> actions.Claimed | None:
    return actions.claim(now=now, renderers={"letter": write}, chance=CHANCE)


def test_nothing_is_claimed_while_frozen_and_the_worker_need_not_wake() -> None:
    put("one")
    actions.freeze(now=NOW)
    assert claim(NOW + timedelta(days=1)) is None
    assert queries.next_due() is None
    actions.thaw(now=NOW + timedelta(days=1), drop_overdue=False)
    assert claim(NOW + timedelta(days=1)) is not None


def test_a_second_freeze_keeps_the_first_instants() -> None:
    actions.freeze(now=NOW, until_then=NOW - timedelta(days=1))
    actions.freeze(now=NOW + timedelta(hours=1))
    assert queries.frozen() == (NOW, NOW - timedelta(days=1))


def test_thawing_can_drop_what_should_have_left_before_the_freeze() -> None:
    put("before", due=NOW - timedelta(hours=1))
    put("after", due=NOW + timedelta(hours=1))
    actions.freeze(now=NOW)
    assert queries.overdue(by=NOW) == 1
    assert actions.thaw(now=NOW + timedelta(hours=2), drop_overdue=True) == 1
    assert dict(Message.objects.values_list("key", "state")) == {"before": "dropped", "after": "ready"}
    assert queries.frozen() is None


def test_thawing_what_is_not_frozen_changes_nothing() -> None:
    put("before", due=NOW - timedelta(hours=1))
    assert actions.thaw(now=NOW, drop_overdue=True) == 0
    assert queries.counts()["ready"] == 1


def fail(key: str, outcome: Deferred | Refused, *, times: int = 1) -> None:
    put(key)
    at = NOW
    for _ in range(times):
        claimed = claim(at)
        assert claimed is not None
        actions.settle(claimed, outcome, now=at, chance=CHANCE)
        at += timedelta(days=1)


def test_trouble_is_counted_by_letter_and_reason_and_only_what_may_go_better_is_tried_again() -> None:
    """R46: how many, since when, by kind; whom it is for cannot be asked here."""
    fail("late", Deferred(451), times=len(actions.PAUSES) + 1)
    fail("no", Refused(550))
    groups = queries.trouble_by_kind()
    assert [(one.job, one.reason, one.given_up, one.count, one.worth_a_try) for one in groups] == [
        ("letter", "deferred", True, 1, True),
        ("letter", "refused", True, 1, False),
    ]
    days = queries.given_up_by_day(since=NOW - timedelta(days=1))
    assert [n for _day, n in days] == [1, 1]
    assert days[0][0] > days[1][0]
    later = NOW + timedelta(days=20)
    assert actions.try_again(job="letter", reason="refused", now=later) == 0
    assert actions.try_again(job="other", reason="deferred", now=later) == 0
    assert actions.try_again(job="letter", reason="deferred", now=later) == 1
    row = Message.objects.get(key="late")
    assert (row.state, row.attempts, row.due_at, row.settled_at) == ("ready", 0, later, None)
    assert claim(later) is not None


def test_a_message_id_stays_the_same_when_tried_again() -> None:
    fail("late", Deferred(451), times=len(actions.PAUSES) + 1)
    before = Message.objects.get().message_id
    actions.try_again(job="letter", reason="deferred", now=NOW + timedelta(days=20))
    claimed = claim(NOW + timedelta(days=20))
    assert claimed is not None
    assert claimed.message_id == before
