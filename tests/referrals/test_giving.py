"""What a giver may send, keep, stop and try again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from entremise.outbox.models import Message
from entremise.people.queries import ContactNotFound
from entremise.protocol.errors import AlreadyIntroduced, GivesTooMany, NotAReferral, SamePerson
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Role
from entremise.referrals.actions import giving, steps
from entremise.referrals.models import Draft, Moment, Need, Referral, Request
from entremise.referrals.queries import stories
from tests.cast import HELENE, INES, MARC, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db


def rows() -> list[int]:
    return [table.objects.count() for table in (Need, Referral, Request, Moment, Message, Draft)]


def send_draft(scene: World, draft: Any) -> str:
    return giving.send(giver=scene.helene, draft=draft, now=scene.now, chance=scene.chance, policy=DEFAULT)


@pytest.mark.parametrize(
    ("changes", "first", "second", "why"),
    [
        ({"email": HELENE.upper()}, Role.GIVER, Role.RECEIVER, "address"),
        ({"email": MARC}, Role.RECEIVER, Role.CLIENT, "address"),
        ({"email": "bis@moreau.example", "phone": "+33 6 98 76 54 32"}, Role.RECEIVER, Role.CLIENT, "phone"),
    ],
)
def test_the_same_person_in_two_roles_is_refused_with_what_the_giver_typed(
    changes: dict[str, str], first: Role, second: Role, why: str
) -> None:
    """R1: three distinct people, judged only on the giver's own address book."""
    scene = world()
    twin = scene.add(contact_draft("Inès", "Bis", "", **changes))
    with pytest.raises(SamePerson) as refused:
        send_draft(scene, replace(scene.draft(), receiver=twin.uid))
    assert (refused.value.first, refused.value.second, refused.value.why) == (first, second, why)
    assert Need.objects.count() == 0


def test_one_entry_cannot_be_both_parties() -> None:
    """R1."""
    scene = world()
    with pytest.raises(SamePerson) as refused:
        send_draft(scene, replace(scene.draft(), receiver=scene.marc.uid))
    assert refused.value.why == "entry"


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "guessed"},
        {"urgency": "none"},
        {"wanted_by": date(2027, 6, 1)},
        {"fits": {"service": "no"}},
    ],
)
def test_what_is_not_a_referral_is_sent_to_nobody(changes: dict[str, Any]) -> None:
    """R2, R3, R11, R12: a lead, a sleeping need and a mismatch that was not overruled contact nobody."""
    scene = world()
    before = rows()
    with pytest.raises(NotAReferral):
        send_draft(scene, scene.draft(**changes))
    assert rows() == before


@pytest.mark.parametrize(
    ("zone", "hour", "is_past"),
    [("America/Toronto", 2, False), ("Europe/Paris", 2, True), ("Europe/Paris", 23, True)],
)
def test_a_day_lasts_as_long_as_it_does_where_the_giver_is(zone: str, hour: int, is_past: bool) -> None:
    """R11: at two in the morning in London it is still the evening before in Montréal."""
    scene = world()
    scene.now = scene.now.replace(day=3, hour=hour)
    scene.helene = replace(scene.helene, time_zone=zone)
    draft = scene.draft(wanted_by=date(2026, 11, 2))
    if is_past:
        with pytest.raises(NotAReferral):
            send_draft(scene, draft)
        return
    send_draft(scene, draft)
    assert Need.objects.get().until > scene.now


def test_a_mismatch_overruled_knowingly_is_sent_and_remembered() -> None:
    """R12: the overruling is kept with the referral."""
    scene = world()
    uid = scene.send(fits={"service": "no"}, overruled=("service",))
    assert Referral.objects.get(uid=uid).answers["overruled"] == ["service"]


@pytest.mark.parametrize(
    "note", ["Marc attend un appel", "chez D e l a u n a y", "écrire à marc@cedre-bleu.example", "0698765432"]
)
def test_a_brief_that_gives_somebody_away_does_not_leave(note: str) -> None:
    """R4: the free note is held against every identifying field of both people."""
    scene = world()
    with pytest.raises(giving.BriefRefused) as refused:
        send_draft(scene, scene.draft(note=note))
    assert refused.value.field == "note"
    assert refused.value.marks
    assert Need.objects.count() == 0


def test_a_trade_that_is_not_on_the_list_widens_the_area_to_the_region() -> None:
    """R4: a rare trade and a town together name a person."""
    scene = world()
    uid = scene.send(trade="", trade_words="accordeur de carillons")
    assert Referral.objects.get(uid=uid).need.area == "FR-ARA"


def test_a_party_without_an_address_is_asked_by_the_giver() -> None:
    """R6d: nobody is left out for lack of e-mail."""
    scene = world()
    silent = scene.add(contact_draft("Jo", "Sans", "", "", phone="06 00 00 00 01"))
    uid = send_draft(scene, replace(scene.draft(), client=silent.uid))
    assert Referral.objects.get(uid=uid).carries == [Role.CLIENT.value]


def test_another_members_contacts_are_not_found() -> None:
    """R44: an address book is private to its member."""
    scene = world()
    olga = member(scene)
    with pytest.raises(ContactNotFound):
        giving.send(giver=olga, draft=scene.draft(), now=scene.now, chance=scene.chance, policy=DEFAULT)


def test_another_members_story_does_not_exist() -> None:
    """R44: looking, stopping and answering need the giver's own account."""
    scene = world()
    uid = scene.send()
    olga = member(scene)
    with pytest.raises(stories.StoryGone):
        stories.story(giver=olga, uid=uid, now=scene.now, policy=DEFAULT)
    with pytest.raises(steps.Gone):
        giving.stop(giver=olga, uid=uid, now=scene.now, chance=scene.chance, policy=DEFAULT)


def test_a_giver_sends_two_a_day_until_the_first_introduction() -> None:
    """R46: the giver's own limit is told."""
    scene = world()
    people = [scene.add(contact_draft(f"Ami{n}", "Test", "", f"ami{n}@test{n}.example")) for n in range(6)]
    for receiver, client in ((0, 1), (2, 3)):
        send_draft(scene, replace(scene.draft(), receiver=people[receiver].uid, client=people[client].uid))
    with pytest.raises(GivesTooMany) as refused:
        send_draft(scene, replace(scene.draft(), receiver=people[4].uid, client=people[5].uid))
    assert (refused.value.limit, refused.value.per) == (2, "day")
    scene.wait(days=1, seconds=1)
    send_draft(scene, replace(scene.draft(), receiver=people[4].uid, client=people[5].uid))


def test_a_draft_is_kept_only_on_request_and_only_for_its_owner() -> None:
    """R3: nothing else keeps what was typed."""
    scene = world()
    draft = scene.draft(note="à finir")
    kept = giving.keep_draft(giver=scene.helene, draft=draft, now=scene.now, chance=scene.chance)
    assert stories.draft(owner_pk=scene.helene.pk, uid=kept) == draft
    olga = member(scene)
    with pytest.raises(stories.StoryGone):
        stories.draft(owner_pk=olga.pk, uid=kept)
    with pytest.raises(steps.Gone):
        giving.keep_draft(giver=olga, draft=draft, uid=kept, now=scene.now, chance=scene.chance)
    giving.drop_draft(giver=olga, uid=kept)
    assert Draft.objects.count() == 1
    giving.drop_draft(giver=scene.helene, uid=kept)
    assert Draft.objects.count() == 0


def test_stopping_tells_nobody_and_lets_nothing_new_leave() -> None:
    """R5b, R7: requests already delivered stay answerable; the receiver's yes leads nowhere."""
    scene = world()
    uid = scene.send()
    asked = scene.last_to(INES)
    scene.stop(uid)
    assert len(scene.postman.mails) == 1
    scene.yes(asked).wait(days=1)
    assert scene.mails_to(MARC) == []
    scene.wait(days=60)
    assert [mail.to for mail in scene.postman.mails].count(MARC) == 0
    assert "Marc" not in scene.last_to(INES).text


def test_an_introduction_cannot_be_stopped_or_tried_again() -> None:
    """R9, R5b."""
    scene = world()
    uid, _, _ = introduced(scene)
    sofia = scene.add(contact_draft("Sofia", "Lenoir", "Air et Flamme", "sofia@air-flamme.example"))
    with pytest.raises(AlreadyIntroduced):
        scene.stop(uid)
    with pytest.raises(AlreadyIntroduced):
        scene.try_another(uid, sofia)


def test_stopping_at_the_instant_of_the_introduction_comes_too_late() -> None:
    """R9: the last hold has passed and the worker has not looked yet; the giver is told so, and nothing breaks."""
    scene = world()
    uid = scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC))
    scene.now += DEFAULT.hold
    sofia = scene.add(contact_draft("Sofia", "Lenoir", "Air et Flamme", "sofia@air-flamme.example"))
    with pytest.raises(AlreadyIntroduced):
        scene.stop(uid)
    with pytest.raises(AlreadyIntroduced):
        scene.try_another(uid, sofia)
    scene.run()
    assert scene.story(uid).introduced_at == scene.now


def test_a_second_press_that_waited_for_the_first_sends_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """R5b: what another press wrote meanwhile is read once the need's turn has come, not before."""
    scene = world()
    uid = scene.send()
    sofia = scene.add(contact_draft("Sofia", "Lenoir", "Air et Flamme", "sofia@air-flamme.example"))
    press = {"giver": scene.helene, "uid": uid, "draft": replace(scene.draft(), receiver=sofia.uid)}
    at = {"now": scene.now, "chance": scene.chance, "policy": DEFAULT, "new_uid": scene.chance.uid()}
    take = steps.hold_turn

    def wait_for_the_first(need_pk: int) -> None:
        monkeypatch.setattr(steps, "hold_turn", take)
        giving.try_another(**press, **at)
        take(need_pk)

    monkeypatch.setattr(steps, "hold_turn", wait_for_the_first)
    assert giving.try_another(**press, **at) == at["new_uid"]
    assert Referral.objects.count() == 2


def test_the_same_receiver_is_not_tried_twice_for_one_need() -> None:
    """R5b."""
    scene = world()
    uid = scene.send()
    with pytest.raises(giving.AlreadyTried):
        scene.try_another(uid, scene.ines)
    assert Referral.objects.count() == 1


def test_an_answer_to_the_receivers_question_passes_the_wall() -> None:
    """R6b, R4: question and answer never name the other side, and lengthen nothing."""
    scene = world()
    uid = scene.send()
    asked = scene.last_to(INES)
    deadline = Request.objects.get().deadline
    scene.ask(asked, "Combien de couverts ?").ask(asked, "Combien de couverts ?")
    assert len(scene.mails_to(HELENE)) == 1, "a button pressed twice asks once"
    exchange = scene.story(uid).exchanges[0]
    assert "Combien de couverts ?" in scene.last_to(HELENE).text
    act = {"giver": scene.helene, "uid": exchange.uid, "now": scene.now, "chance": scene.chance, "policy": DEFAULT}
    with pytest.raises(giving.BriefRefused):
        giving.answer_question(text="Soixante, au Cèdre Bleu", **act)
    giving.answer_question(text="Une soixantaine le midi", **act)
    scene.run()
    assert "Une soixantaine le midi" in scene.last_to(INES).text
    assert Request.objects.get().deadline == deadline
    with pytest.raises(giving.BriefRefused) as again:
        giving.answer_question(text="Ou plutôt cinquante", **act)
    assert again.value.reason == "already"
