"""The data on which the bench measures is a state the program itself could have come to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entremise.accounts.models import Member
from entremise.accounts.queries import by_pk
from entremise.insights import correcting
from entremise.people.actions import bonds
from entremise.people.models import Bond, Handing, Interaction, Profile, ProfileVersion
from entremise.protocol import duties
from entremise.protocol import need as attempts_of
from entremise.protocol.measure import Verdict
from entremise.protocol.policy import DEFAULT
from entremise.protocol.radar import radar
from entremise.protocol.referral import Referral as Life
from entremise.referrals import mapping
from entremise.referrals.models import Correction, Evaluation, Moment, Need, Outside, Referral, Request, Review
from entremise.referrals.queries.judged import judged
from entremise.referrals.queries.reviews import open_reviews
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


@pytest.mark.usefixtures("built")
def test_members_of_the_bench_keep_what_the_learning_pages_read() -> None:
    """Profiles of several versions, some in others' hands; what came outside; months looked back on; corrections."""
    assert set(ProfileVersion.objects.values_list("number", flat=True)) >= {1, 2}
    for profile in Profile.objects.all():
        versions = ProfileVersion.objects.filter(profile=profile).order_by("number")
        assert [one.number for one in versions] == list(range(1, profile.version + 1))
        assert profile.said == versions[profile.version - 1].said
    for given in Handing.objects.all():
        assert ProfileVersion.objects.get(profile_id=given.profile_id, number=given.version).at.date() <= given.on
        assert given.on <= NOW.date()
    for row in Outside.objects.all():
        since = mapping.followed(row, since=row.arrived_at)
        owed = row.direction == "received"
        assert row.duty_due == (duties.next_due(since, policy=DEFAULT) if owed else None)
        assert row.moved_at <= NOW
    for one in Correction.objects.all():
        before = ProfileVersion.objects.filter(profile__owner_id=one.member_id, at__date__lt=one.adopted_on)
        assert one.profile_version == before.count()
    tables = (Handing, Outside, Review, Correction, Evaluation.objects.filter(outside__isnull=False))
    assert all((getattr(table, "objects", table)).all().count() > 3 for table in tables)


@pytest.mark.usefixtures("built")
def test_every_learning_page_of_the_bench_has_something_to_show() -> None:
    """Else its time would be that of an empty page."""
    pages = [visited(member) for member in Member.objects.all()]
    assert all(any(found) for found in zip(*pages, strict=True)), pages


def visited(row: Member) -> tuple[bool, ...]:
    """Whether this member has a verdict on a correction, a radar with figures, and questions that wait."""
    member = by_pk(row.pk)
    assert member is not None
    effects = correcting.effects(member=member, policy=DEFAULT)
    told = any(one.change and one.change.verdict is not Verdict.TOO_EARLY for one in effects)
    seen = radar(judged(giver=member), now=NOW, policy=DEFAULT)
    letters = sum(one.clear.good.says(DEFAULT) for one in seen.letters) == 4
    return told, letters, bool(open_reviews(member=member, now=NOW, policy=DEFAULT))
