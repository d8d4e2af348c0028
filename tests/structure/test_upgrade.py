"""What an older version had written is still there, and said in the new tables, once the tables are brought up to date.

The rows are made by today's actions; the tables then go back to what they were before each step that carries rows over,
and forward again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from entremise.outbox.models import Delivered
from entremise.people.models import Contact
from entremise.protocol.measure import Outcome
from entremise.referrals.actions import outside
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.outside import Noted
from entremise.referrals.models import Ending, Referral
from entremise.referrals.queries.outside import Direction
from tests.cast import FRANCOIS_DRAFT, Both, World, introduced, world

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = (
    ("outbox", "0002_pulse_and_freeze"),
    ("people", "0003_lists_without_those_removed"),
    ("referrals", "0007_good_words"),
)


def migrate(*targets: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


@pytest.fixture(autouse=True)
def forward_again() -> Iterator[None]:
    """Leave the tables as the other tests need them, whatever happened here."""
    yield
    migrate()
    connection.close()  # what PostgreSQL prepared on it was for tables that have been altered since


@pytest.fixture
def there() -> World:
    """One referral that was lost, one given outside that was won, François through whom Inès was met, and mail."""
    there = world()
    there.postman = Both(there.chance)
    mail = introduced(there)[1]
    there.close(mail, Outcome.LOST)
    francois = there.add(FRANCOIS_DRAFT)
    there.met_through(francois, there.ines)
    at: dict[str, Any] = {"owner": there.helene, "uid": "a" * 26, "chance": there.chance, "policy": there.policy}
    today = there.helene.today(there.now)
    noted = Noted(direction=Direction.GIVEN, other=there.ines.uid, client=francois.uid, arrived_on=today)
    outside.note(noted=noted, now=there.now, **at)
    outside.tell(kind="outcome", said=Said(text="Signé."), outcome=Outcome.WON, now=there.now, **at)
    return there


def carried() -> dict[str, Any]:
    """What the steps carry over, as the tables of today hold it."""
    return {
        "met": sorted(Contact.objects.values_list("uid", "met", "company_key")),
        "endings": sorted(Ending.objects.values_list("by", "outcome", "word_id", "referral_id", "outside_id", "at")),
        "mails": sorted((mail.uid, repr(sorted(mail.about.items()))) for mail in Delivered.objects.all()),
    }


def test_what_an_older_version_wrote_is_carried_over(there: World) -> None:
    before = carried()
    assert [len(rows) for rows in before.values()] == [3, 2, len(there.postman.mails)]
    migrate(*BEFORE)
    migrate()
    assert carried() == before


@pytest.mark.parametrize(
    ("said", "first", "contacted"),
    [
        ((Outcome.LOST, Outcome.NO_NEED, Outcome.NO_NEED), 0, True),
        ((Outcome.LOST, Outcome.WON, Outcome.WON), 1, True),
        ((Outcome.LOST, None, Outcome.LOST), 2, True),
        ((Outcome.LOST, Outcome.NEVER_REACHED), 0, False),
        ((Outcome.SET_ASIDE,), 0, False),
        ((Outcome.LOST, Outcome.SET_ASIDE), 1, True),
        ((), None, False),
    ],
)
def test_r26_an_end_gets_the_day_it_was_first_known_and_no_contact_that_nobody_told_of(
    said: tuple[Outcome | None, ...], first: int | None, contacted: bool
) -> None:
    """An older version took the last word's day, and every end for a first contact."""
    there = world()
    mail = introduced(there)[1]
    days = []
    for outcome in said:
        there.wait(days=3)
        days.append(there.now)
        there.take_up(mail) if outcome is None else there.close(mail, outcome, "Voilà.")
    migrate(("referrals", "0011_words_mailed_from_outside"))
    if said:
        Referral.objects.update(outcome_at=days[-1], contacted_at=days[0])
    migrate()
    row = Referral.objects.get()
    assert row.outcome_at == (None if first is None else days[first])
    assert row.contacted_at == (days[0] if contacted else None)
