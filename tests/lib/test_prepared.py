"""A query that is written once answers for every value, on both databases, as Django's own would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.models import Member
from entremise.lib.prepared import Prepared
from entremise.people.models import Contact
from entremise.referrals.models import Draft, Referral
from tests.cast import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    it = world()
    it.send()
    return it


def test_it_gives_the_rows_of_the_values_it_is_called_with(there: World) -> None:
    of_owner = Prepared(lambda owner: Contact.objects.filter(owner_id=owner).order_by("pk").values("pk", "given_name"))
    for owner in (*Member.objects.values_list("pk", flat=True), 0):
        expected = Contact.objects.filter(owner_id=owner).order_by("pk").values("pk", "given_name")
        assert of_owner(owner=owner) == list(expected)
    assert of_owner(owner=there.helene.pk)


def test_instants_days_and_what_was_typed_come_back_as_they_went_in(there: World) -> None:
    since = Prepared(lambda at: Referral.objects.filter(created_at__gte=at).values("uid", "created_at", "carries"))
    assert since(at=there.now) == list(Referral.objects.values("uid", "created_at", "carries"))
    assert since(at=there.now)
    assert since(at=there.now + timedelta(seconds=1)) == []
    day = there.now.date()
    Draft.objects.create(uid="d", owner_id=there.helene.pk, typed={"a": [1]}, updated_at=there.now, wakes_on=day)
    until = Prepared(lambda day: Draft.objects.filter(wakes_on__lte=day).values("typed", "wakes_on"))
    assert until(day=day) == [{"typed": {"a": [1]}, "wakes_on": day}]
    assert until(day=day - timedelta(days=1)) == []


def test_without_values_it_gives_rows_of_the_table(there: World) -> None:
    by_giver = Prepared(lambda giver: Referral.objects.filter(giver_id=giver).order_by("pk"))
    found = by_giver(giver=there.helene.pk)
    assert found == list(Referral.objects.all())
    assert [vars(row) | {"_state": None} for row in found] == [
        vars(row) | {"_state": None} for row in Referral.objects.order_by("pk")
    ]
    with CaptureQueriesContext(connection) as taken:
        found[0].save(update_fields=["moved_at"])
    assert [one["sql"].split()[0] for one in taken] == ["UPDATE"]  # it is known to be there already


def test_any_number_of_values_can_stand_in_one_place(there: World) -> None:
    owners = [*Member.objects.order_by("pk").values_list("pk", flat=True)]
    of_owners = Prepared(
        lambda owners, names: Contact.objects.filter(owner_id__in=owners, given_name__in=names).order_by("pk"),
        many={"owners": int, "names": str},
    )
    names = [*Contact.objects.values_list("given_name", flat=True)]
    assert of_owners(owners=owners, names={*names, 'a "quoted", {odd} one'}) == list(Contact.objects.order_by("pk"))
    assert of_owners(owners=owners[:1], names=names) == list(Contact.objects.filter(owner_id=owners[0]).order_by("pk"))
    assert of_owners(owners=owners, names=names[:1]) == list(Contact.objects.filter(given_name=names[0]).order_by("pk"))
    assert names
    for none in ({"owners": [], "names": names}, {"owners": owners, "names": []}, {"owners": {0}, "names": {""}}):
        assert of_owners(**none) == []


def test_it_is_written_once(there: World) -> None:
    made = []

    def make(owner: int) -> object:
        made.append(owner)
        return Contact.objects.filter(owner_id=owner)

    prepared = Prepared(make)  # type: ignore[arg-type]
    for owner in (there.helene.pk, 0, there.helene.pk):
        prepared(owner=owner)
    assert len(made) == 1
