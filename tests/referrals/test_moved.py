"""A member who moves to another address keeps what they were asked, what they owe, and what they refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from entremise.accounts import actions, queries
from entremise.accounts.models import AddressChange
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.protocol.policy import DEFAULT
from entremise.referrals.actions import rights, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.moved import follow_address
from entremise.referrals.models import Proof, Referral, Refused, Request, RightsLink, Silence, Standing, Word
from entremise.referrals.queries import archive, held, keys, permissions
from entremise.referrals.queries.held_asides import asides
from entremise.referrals.queries.held_values import Held
from entremise.referrals.queries.keys import Purpose
from entremise.referrals.queries.refusals import is_silenced
from entremise.referrals.queries.seals import broken_links
from tests.cast import INES, World, introduced, world

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


def own_proofs(scene: World, member: MemberCard) -> list[str]:
    return [row["said"] for row in archive.own_proofs(member)]


def rights_of(scene: World, member: MemberCard) -> Held:
    """What the member's page of rights shows, by a link mailed to their present address."""
    rights.ask_link(email=member.email, language="fr", now=NOW, chance=SeededChance(50), policy=scene.policy)
    row = RightsLink.objects.get(address=member.email)
    who = held.behind(keys.token(Purpose.RIGHTS, row.uid), now=NOW, policy=scene.policy)
    assert who is not None
    return held.held(who, now=NOW, language="fr", policy=scene.policy)


def test_r10_the_proofs_made_under_the_old_address_stay_in_reach_and_their_chain_whole() -> None:
    """What was sealed is not written anew: who asks for it is found by the request it is of."""
    scene = world(now=NOW)
    ines = actions.enrol(name="Inès", email=INES, language="fr", now=NOW, chance=SeededChance(40))
    scene.send()
    scene.yes(scene.last_to(INES))
    before = Proof.objects.get()
    after = moved(ines)
    assert Proof.objects.get().person == before.person == ines.address_hash
    assert broken_links(before.need_id) == ()
    assert own_proofs(scene, after) == ["yes"]
    (request,) = rights_of(scene, after).requests
    assert [card.said for card in request.proofs] == ["yes"]


def test_r10_a_giver_keeps_the_yeses_of_an_introduction_whose_party_moved() -> None:
    scene = world(now=NOW)
    ines = actions.enrol(name="Inès", email=INES, language="fr", now=NOW, chance=SeededChance(40))
    introduced(scene)
    said = [row["kind"] for row in archive.proofs_of_introductions(scene.helene)]
    moved(ines)
    assert [row["kind"] for row in archive.proofs_of_introductions(scene.helene)] == said != []


def test_r10_whoever_gets_the_old_address_later_sees_no_proof_of_the_member() -> None:
    scene = world(now=NOW)
    ines = actions.enrol(name="Inès", email=INES, language="fr", now=NOW, chance=SeededChance(40))
    scene.send()
    scene.yes(scene.last_to(INES))
    moved(ines)
    heir = actions.enrol(name="Paul", email=INES, language="fr", now=NOW, chance=SeededChance(44))
    assert own_proofs(scene, heir) == []


def test_r38_a_standing_permission_still_holds_for_the_giver_and_can_be_ended(ines: MemberCard) -> None:
    """The giver's book goes on holding the old address; the member's page, the new one."""
    scene_giver = Referral.objects.get().giver_id
    mine = {"address_hash": ines.address_hash, "given_by": ines.address_hash}
    Standing.objects.create(giver_id=scene_giver, **mine, at=NOW)
    after = moved(ines)
    for known in (ines.address_hash, after.address_hash):
        assert permissions.is_standing(known, giver_pk=scene_giver)
    (one,) = asides(after.address_hash, address=NEW)
    assert asides(ines.address_hash, address=INES) == ()
    rights.ask_link(email=NEW, language="fr", now=NOW, chance=SeededChance(51), policy=DEFAULT)
    link = RightsLink.objects.get(address=NEW)
    caller = Caller(token=keys.token(Purpose.RIGHTS, link.uid), digits=keys.digits(Purpose.RIGHTS, link.uid))
    with pytest.raises(steps.Gone):
        rights.end_standing(caller=caller, about="somebody else's", now=NOW, policy=DEFAULT)
    rights.end_standing(caller=caller, about=one.uid, now=NOW, policy=DEFAULT)
    assert not permissions.is_standing(ines.address_hash, giver_pk=scene_giver)


def test_r45_who_refuses_a_giver_allows_them_nothing_for_good_any_more(ines: MemberCard) -> None:
    giver = Referral.objects.get().giver_id
    mine = {"address_hash": ines.address_hash, "given_by": ines.address_hash}
    Standing.objects.create(giver_id=giver, **mine, at=NOW)
    row = Request.objects.get()
    caller = Caller(token=keys.token(Purpose.REQUEST, row.uid), digits=keys.digits(Purpose.REQUEST, row.uid))
    at = {"now": NOW, "chance": SeededChance(52), "policy": DEFAULT}
    rights.refuse(caller=caller, scope="giver", request=row.uid, text="Non.", **at)  # type: ignore[arg-type]
    assert not Standing.objects.exists()


def test_r6_who_silenced_their_mail_is_left_in_peace_under_both_addresses(ines: MemberCard) -> None:
    Silence.objects.create(address_hash=ines.address_hash, at=NOW)
    after = moved(ines)
    assert is_silenced(after.address_hash)
    assert is_silenced(ines.address_hash)


def test_r45_what_was_told_of_a_referral_from_outside_follows(ines: MemberCard) -> None:
    Word.objects.create(uid="w" * 26, referral=Referral.objects.get(), kind="news", mailed_to=ines.address_hash, at=NOW)
    after = moved(ines)
    assert Word.objects.get().mailed_to == after.address_hash


def test_an_undone_change_brings_everything_back(ines: MemberCard) -> None:
    giver = Referral.objects.get().giver_id
    mine = {"address_hash": ines.address_hash, "given_by": ines.address_hash}
    Standing.objects.create(giver_id=giver, **mine, at=NOW)
    moved(ines)
    token = actions.address.undo_token(_change(ines))
    actions.undo_address(token=token, now=NOW, chance=SeededChance(43), follow=follow_address)
    assert Standing.objects.get().given_by == ines.address_hash
    assert Request.objects.get().address_hash == ines.address_hash
