"""A message's way through the outbox: enqueued once, held by one worker, settled by that one, tried again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import pytest
from django.db import IntegrityError, connection, transaction

from entremise.lib.chance import SeededChance
from entremise.lib.json_value import JSON
from entremise.lib.mail import Letter
from entremise.lib.post import Deferred, Delivery, Lost, Refused, Sent, Taken
from entremise.outbox import actions, queries
from entremise.outbox.actions import PAUSES, Claimed
from entremise.outbox.models import Message

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=5)


def write(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    return Letter(to="ines@example.org", subject=str(payload["n"]), text="t", html="h")


def say_no(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    return None


def fail(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
    raise LookupError("Marc Delorme, marc@example.org")


RENDERERS = {"write": write, "say_no": say_no, "fail": fail}


def enqueue(key: str, *, job: str = "write", due: datetime = NOW, seed: int | None = None) -> None:
    chance = SeededChance(crc32(key.encode()) if seed is None else seed)
    actions.enqueue(job=job, key=key, payload={"n": key}, due=due, now=NOW, chance=chance)


def claim(now: datetime = NOW) -> Claimed | None:
    return actions.claim(now=now, lease=LEASE, renderers=RENDERERS, chance=SeededChance(3))


def held(now: datetime = NOW) -> Claimed:
    claimed = claim(now)
    assert claimed is not None
    return claimed


def settle(claimed: Claimed, outcome: Delivery, now: datetime = NOW) -> bool:
    return actions.settle(claimed, outcome, now=now, chance=SeededChance(5))


def states() -> dict[str, int]:
    return {state: count for state, count in queries.counts().items() if count}


pytestmark = pytest.mark.django_db


def test_enqueuing_the_same_key_again_changes_nothing() -> None:
    enqueue("k", seed=1)
    enqueue("k", seed=2, due=NOW + MINUTE)
    assert states() == {"ready": 1}
    assert held().letter.subject == "k"


def test_an_act_that_is_undone_takes_its_message_with_it() -> None:
    def act() -> None:
        with transaction.atomic():
            enqueue("k")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert states() == {}


def test_nothing_is_claimed_before_its_moment() -> None:
    enqueue("k", due=NOW + MINUTE)
    assert claim() is None
    assert queries.next_due() == NOW + MINUTE
    assert held(NOW + MINUTE).letter.subject == "k"


def test_the_message_due_longest_leaves_first() -> None:
    enqueue("later", due=NOW - MINUTE)
    enqueue("earlier", due=NOW - 2 * MINUTE)
    assert [held().letter.subject, held().letter.subject] == ["earlier", "later"]


def test_a_message_that_is_held_is_not_claimed_again_before_its_lease_ends() -> None:
    enqueue("k")
    first = held()
    assert claim(NOW + LEASE - MINUTE) is None
    second = held(NOW + LEASE)
    assert second.fence > first.fence
    assert second.message_id == first.message_id


@pytest.mark.parametrize("outcome", [Sent(), Refused(550), Deferred(451), Lost(True)])
def test_a_worker_that_lost_its_hold_can_settle_nothing(outcome: Delivery) -> None:
    enqueue("k")
    late = held()
    current = held(NOW + LEASE)
    assert settle(late, outcome) is False
    assert states() == {"sending": 1}
    assert settle(current, Sent()) is True
    assert settle(late, outcome) is False
    assert states() == {"sent": 1}


def test_a_heartbeat_keeps_the_hold_and_tells_a_worker_that_lost_it() -> None:
    enqueue("k")
    first = held()
    assert actions.heartbeat(first, now=NOW + 4 * MINUTE, lease=LEASE)
    assert claim(NOW + LEASE + MINUTE) is None
    held(NOW + 2 * LEASE)
    assert not actions.heartbeat(first, now=NOW + 2 * LEASE, lease=LEASE)


def test_r4_what_the_wall_refuses_at_the_moment_of_leaving_is_dropped_and_the_next_one_leaves() -> None:
    enqueue("refused", job="say_no", due=NOW - MINUTE)
    enqueue("k")
    assert held().letter.subject == "k"
    assert states() == {"dropped": 1, "sending": 1}


def test_the_letter_is_written_in_the_claiming_transaction() -> None:
    enqueue("k")
    seen: list[bool] = []

    def look(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
        seen.append(connection.in_atomic_block and Message.objects.get().state == "sending")
        return None

    actions.claim(now=NOW, lease=LEASE, renderers={"write": look}, chance=SeededChance(1))
    assert seen == [True]


def test_a_renderer_that_fails_waits_and_is_logged_without_a_word_of_what_it_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    enqueue("k", job="fail")
    with caplog.at_level(logging.DEBUG):
        assert claim() is None
    [trouble] = queries.in_trouble()
    assert (trouble.state, trouble.attempts, trouble.error_kind) == ("ready", 1, "renderer LookupError")
    assert "LookupError" in caplog.text
    assert "Marc" not in caplog.text
    assert claim(NOW + MINUTE / 2) is None
    assert queries.in_trouble()[0].attempts == 1


def test_a_query_that_fails_in_a_renderer_does_not_spoil_the_claim() -> None:
    enqueue("broken", job="broken", due=NOW - MINUTE)
    enqueue("k")

    def broken(payload: Mapping[str, JSON], now: datetime) -> Letter | None:
        Message.objects.update(state="lost")
        return None

    claimed = actions.claim(now=NOW, lease=LEASE, renderers={**RENDERERS, "broken": broken}, chance=SeededChance(1))
    assert claimed is not None
    assert claimed.letter.subject == "k"
    assert queries.in_trouble()[0].error_kind == "renderer IntegrityError"


def test_a_job_nobody_knows_is_trouble_and_not_silence() -> None:
    enqueue("k", job="unheard of")
    assert claim() is None
    assert [t.error_kind for t in queries.in_trouble()] == ["renderer KeyError"]


def try_again_and_again(outcome: Delivery | None) -> list[timedelta]:
    """Fail at every try until nothing waits any more; return the pauses between the tries."""
    enqueue("k", job="fail" if outcome is None else "write")
    now, pauses = NOW, []
    while (due := queries.next_due()) is not None:
        pauses.append(due - now)
        now = due
        claimed = claim(now)
        if claimed and outcome:
            assert settle(claimed, outcome, now)
    return pauses[1:]


@pytest.mark.parametrize("outcome", [Deferred(451), Lost(False), Lost(True), None])
def test_pauses_grow_from_a_minute_to_half_a_day_for_three_days_and_then_it_is_over(
    outcome: Delivery | None,
) -> None:
    pauses = try_again_and_again(outcome)
    assert len(pauses) == len(PAUSES)
    assert all(0.9 * nominal <= pause <= nominal for pause, nominal in zip(pauses, PAUSES, strict=True))
    assert timedelta(days=2.5) < sum(pauses, timedelta()) < timedelta(days=3)
    assert states() == {"dead": 1}
    assert [trouble.attempts for trouble in queries.failed_for(["k"])] == [len(PAUSES) + 1]


def test_a_message_that_kills_every_worker_is_given_up_too() -> None:
    enqueue("k")
    now = NOW
    for _ in range(len(PAUSES) + 1):
        held(now)
        now += LEASE
    assert claim(now) is None
    assert [trouble.error_kind for trouble in queries.failed_for(["k"])] == ["interrupted"]


def test_a_refusal_for_good_is_visible_at_once_and_never_tried_again() -> None:
    enqueue("k")
    enqueue("other")
    for _ in range(2):
        claimed = held()
        settle(claimed, Refused(550) if claimed.letter.subject == "k" else Sent())
    assert queries.next_due() is None
    assert [(t.key, t.state, t.error_kind) for t in queries.failed_for(["k", "other"])] == [
        ("k", "dead", "refused 550")
    ]
    assert queries.failed_for(["other"]) == []


def test_a_line_lost_after_the_text_left_is_uncertain_and_leaves_again_under_the_same_message_id() -> None:
    enqueue("k")
    first = held()
    settle(first, Lost(after_data=True))
    assert states() == {"uncertain": 1}
    again = held(NOW + 2 * MINUTE)
    assert again.message_id == first.message_id
    settle(again, Sent())
    assert states() == {"sent": 1}
    assert queries.in_trouble() == []


def test_a_message_taken_by_somebody_else_is_left_to_them() -> None:
    enqueue("k")
    assert settle(held(), Taken()) is False
    assert states() == {"sending": 1}


def test_message_ids_of_two_messages_have_nothing_in_common() -> None:
    enqueue("a", seed=1)
    enqueue("b", seed=2)
    one, other = held().message_id, held().message_id
    assert one.split("@")[0] != other.split("@")[0]


@pytest.mark.parametrize("wrong", [{"state": "lost"}, {"state": "sent"}, {"settled_at": NOW}])
def test_the_database_refuses_a_message_in_no_state_or_half_settled(wrong: dict[str, Any]) -> None:
    enqueue("k")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(**wrong)


def test_r48_old_messages_and_mails_are_erased_and_open_ones_kept() -> None:
    enqueue("sent")
    settle(held(), Sent())
    enqueue("open")
    chance = SeededChance(9)
    actions.keep_delivered(recipient="a@x.test", raw=b"old", now=NOW, chance=chance)
    actions.keep_delivered(recipient="a@x.test", raw=b"new", now=NOW + 2 * MINUTE, chance=chance)
    assert actions.forget(before=NOW) == 0
    assert actions.forget(before=NOW + MINUTE) == 2
    assert states() == {"ready": 1}
    assert [mail.raw for mail in queries.mails("a@x.test")] == [b"new"]


def test_a_mailbox_shows_each_recipient_their_own_mails_newest_first() -> None:
    chance = SeededChance(9)
    for recipient, raw, minutes in [("a@x.test", b"1", 0), ("b@x.test", b"2", 1), ("a@x.test", b"3", 2)]:
        actions.keep_delivered(recipient=recipient, raw=raw, now=NOW + minutes * MINUTE, chance=chance)
    assert [(box.recipient, box.count) for box in queries.boxes()] == [("a@x.test", 2), ("b@x.test", 1)]
    mails = queries.mails("a@x.test")
    assert [mail.raw for mail in mails] == [b"3", b"1"]
    assert queries.mail(mails[0].uid) == mails[0]
    assert queries.mail("nothing") is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_hold_the_same_message() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("an in-memory database has one connection; tests/worker kills and races workers on a file")
    for n in range(40):
        enqueue(f"k{n}")
    taken: list[str] = []

    def work() -> None:
        try:
            while (claimed := claim()) is not None:
                taken.append(claimed.uid)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 40
