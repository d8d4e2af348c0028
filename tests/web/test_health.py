"""What watches over the program: it answers, it is ready, and it tells nothing about anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from entremise.lib import schema
from entremise.outbox import actions
from entremise.outbox.models import Message, Pulse
from entremise.web import health
from tests.cast import world

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_nine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "now", lambda: NOW)


def ready() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/readyz")
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()


def test_a_process_that_answers_says_so_without_any_database() -> None:
    """No mark for the database: this test would fail if one were touched."""
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert not answer.cookies


@pytest.mark.django_db
def test_an_installation_that_works_is_ready() -> None:
    actions.pulse(now=NOW - timedelta(minutes=1))
    assert ready() == (200, {"status": "ok", "database": "ok", "migrations": "ok", "worker": "ok", "outbox": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize("pulse", [None, NOW - timedelta(minutes=6)])
def test_it_is_not_ready_while_the_worker_is_silent(pulse: datetime | None) -> None:
    if pulse:
        actions.pulse(now=pulse)
    status, said = ready()
    assert (status, said["worker"]) == (503, "silent")


@pytest.mark.django_db
def test_it_is_not_ready_while_mail_is_stuck_and_is_while_somebody_froze_it() -> None:
    actions.pulse(now=NOW)
    world(now=NOW - timedelta(hours=3)).send()
    Message.objects.update(state="ready", settled_at=None, due_at=NOW - timedelta(minutes=14))
    assert ready()[0] == 200
    Message.objects.update(due_at=NOW - timedelta(minutes=16))
    assert ready()[1]["outbox"] == "stuck"
    assert ready()[0] == 503
    actions.freeze(now=NOW)
    assert ready()[1]["outbox"] == "frozen"
    assert ready()[0] == 200


@pytest.mark.django_db
def test_it_is_not_ready_before_its_tables_are_those_of_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "missing", lambda: ["outbox.0002_pulse_and_freeze"])
    status, said = ready()
    assert (status, said["migrations"]) == (503, "missing")


def test_it_is_not_ready_without_its_database_and_does_not_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> list[str]:
        raise OperationalError("connection to db.example.org as entremise failed")

    monkeypatch.setattr(schema, "missing", away)
    status, said = ready()
    assert (status, said["database"]) == (503, "unreachable")
    assert "example" not in str(said)


@pytest.mark.django_db
def test_a_pulse_is_written_a_few_times_a_minute_whatever_the_worker_does(
    django_assert_num_queries: Any,
) -> None:
    for seconds in range(60):
        actions.pulse(now=NOW + timedelta(seconds=seconds))
    assert Pulse.objects.get().at == NOW + timedelta(seconds=45)
    with django_assert_num_queries(1):
        actions.pulse(now=NOW + timedelta(seconds=59))


@pytest.mark.django_db
def test_a_clock_set_back_does_not_silence_the_worker() -> None:
    actions.pulse(now=NOW + timedelta(days=1))
    actions.pulse(now=NOW)
    assert Pulse.objects.get().at == NOW


@pytest.mark.django_db
def test_nothing_is_missing_in_the_tests_own_database() -> None:
    assert schema.missing() == []
    assert set(schema.applied()) == schema.known()
    assert connection.introspection.table_names()
