"""A need that is not real yet sleeps until its day, and wakes where the member is (R11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from entremise.accounts.queries import MemberCard
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import sleepers, steps
from entremise.referrals.actions.sleepers import BadNight
from entremise.referrals.queries import sleepers as queries
from entremise.referrals.queries import stories
from entremise.referrals.queries.home import home
from tests.cast import World, member, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    return world()


def today(there: World) -> date:
    return there.helene.today(there.now)


def sleep(there: World, *, days: int, uid: str = "", owner: MemberCard | None = None) -> str:
    act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    until = today(there) + timedelta(days=days)
    return sleepers.sleep(owner=owner or there.helene, draft=there.draft(), until=until, uid=uid, **act)


def woken(there: World) -> list[str]:
    return [one.uid for one in home(member=there.helene, now=there.now, policy=DEFAULT).woken]


def asleep(there: World) -> list[str]:
    return [one.uid for one in queries.asleep(owner=there.helene, now=there.now)]


def test_r11_a_need_sleeps_until_its_day_and_nobody_is_asked(there: World) -> None:
    uid = sleep(there, days=40)
    there.wait(days=39)
    assert (woken(there), asleep(there)) == ([], [uid])
    assert stories.drafts(owner_pk=there.helene.pk) == ()
    there.wait(days=1)
    assert (woken(there), asleep(there)) == ([uid], [])
    (one,) = queries.woken(owner=there.helene, now=there.now)
    assert (one.receiver, one.client) == ("Inès Moreau", "Marc Delaunay")
    assert not there.mails_to(there.ines.email)


def test_r11_its_day_begins_where_the_member_is(there: World) -> None:
    """Hélène lives in Paris: at 23:30 in London, her day has begun."""
    uid = sleep(there, days=1)
    there.now = there.now.replace(hour=22, minute=30)
    assert woken(there) == []
    there.now += timedelta(hours=1)
    assert woken(there) == [uid]


@pytest.mark.parametrize(("days", "reason"), [(0, "past"), (-3, "past"), (731, "far")])
def test_a_day_lies_ahead_and_within_two_years(there: World, days: int, reason: str) -> None:
    with pytest.raises(BadNight) as refused:
        sleep(there, days=days)
    assert refused.value.reason == reason
    uid = sleep(there, days=730)
    with pytest.raises(BadNight):
        sleepers.move(
            owner=there.helene, uid=uid, until=today(there) + timedelta(days=days), now=there.now, policy=DEFAULT
        )
    assert asleep(there) == [uid]


def test_its_day_can_be_moved_also_once_it_has_woken(there: World) -> None:
    uid = sleep(there, days=1)
    there.wait(days=2)
    assert woken(there) == [uid]
    sleepers.move(owner=there.helene, uid=uid, until=today(there) + timedelta(days=9), now=there.now, policy=DEFAULT)
    assert (woken(there), asleep(there)) == ([], [uid])


def test_woken_early_its_urgency_is_asked_anew(there: World) -> None:
    uid = sleep(there, days=100)
    sleepers.wake(owner=there.helene, uid=uid, now=there.now)
    (line,) = stories.drafts(owner_pk=there.helene.pk)
    assert (line.draft.urgency, line.draft.wanted_by) == ("", None)
    assert (line.draft.client, line.draft.trade) == (there.marc.uid, "ventilation-engineer")
    assert asleep(there) == []


def test_a_kept_draft_goes_to_sleep_in_its_place(there: World) -> None:
    uid = sleep(there, days=10)
    assert sleep(there, days=20, uid=uid) == uid
    assert asleep(there) == [uid]


def test_r44_a_sleeper_is_its_members_alone(there: World) -> None:
    uid = sleep(there, days=10)
    olga = member(there)
    assert queries.sleeper(owner=olga, uid=uid) is None
    with pytest.raises(steps.Gone):
        sleepers.wake(owner=olga, uid=uid, now=there.now)
    with pytest.raises(steps.Gone):
        sleep(there, days=10, uid=uid, owner=olga)
    ten = today(there) + timedelta(days=10)
    with pytest.raises(steps.Gone):
        sleepers.move(owner=olga, uid=uid, until=ten, now=there.now, policy=DEFAULT)
    assert asleep(there) == [uid]
