"""A member who moves to another address keeps what they were asked, what they owe, and what they refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entremise.accounts import actions, queries
from entremise.accounts.models import AddressChange
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.referrals.actions.moved import follow_address
from entremise.referrals.models import Referral, Refused, Request
from tests.cast import INES, world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NEW = "ines@elsewhere.example"


@pytest.fixture
def ines() -> MemberCard:
    scene = world()
    member = actions.enrol(name="Inès", email=INES, language="fr", now=NOW, chance=SeededChance(40))
    scene.send()
    return member


def moved(member: MemberCard) -> MemberCard:
    actions.ask_address(member_pk=member.pk, email=NEW, now=NOW, chance=SeededChance(41))
    return actions.confirm_address(
        member_pk=member.pk,
        code=actions.address.address_code(_change(member)),
        session_key="",
        now=NOW,
        chance=SeededChance(42),
        follow=follow_address,
    )


def _change(member: MemberCard) -> str:
    return AddressChange.objects.get(member_id=member.pk).uid


def test_requests_and_referrals_follow(ines: MemberCard) -> None:
    after = moved(ines)
    request, referral = Request.objects.get(), Referral.objects.get()
    assert (request.address, request.address_hash) == (NEW, after.address_hash)
    assert referral.receiver_hash == after.address_hash == queries.address_hash(NEW)


def test_r45_refusals_follow_and_the_old_address_stays_refused_too(ines: MemberCard) -> None:
    Refused.objects.create(address_hash=ines.address_hash, scope="all", other="", at=NOW)
    Refused.objects.create(address_hash="f" * 64, scope="giver", other=ines.address_hash, at=NOW)
    after = moved(ines)
    assert Refused.objects.filter(address_hash=after.address_hash, scope="all").exists()
    assert Refused.objects.filter(address_hash="f" * 64, other=after.address_hash).exists()
    assert Refused.objects.count() == 4
