"""Whoever introduced somebody is asked before they are passed on (R37-R40), from the book to the introduction."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from entremise.people.actions import bonds, profiles, remove_contact
from entremise.people.queries import ContactCard
from entremise.people.queries import contact as contact_of
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.protocol.provenance import Ground
from entremise.protocol.relationship import Happened, Satisfaction
from entremise.protocol.types import Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions import answering, giving, repairing, rights
from entremise.referrals.models import Moment, Request, Standing
from entremise.referrals.queries import held
from entremise.referrals.queries.home import home
from entremise.referrals.queries.permissions import Permissions, permissions
from tests.cast import FRANCOIS, FRANCOIS_DRAFT, HELENE, INES, MARC, OLGA, World, contact_draft, member, world
from tests.wall.staging import apart

pytestmark = pytest.mark.django_db

CLAIRE = "claire@rey-fleurs.example"
CLAIRE_DRAFT = contact_draft("Claire", "Rey", "Rey Fleurs", CLAIRE)


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def francois(there: World) -> ContactCard:
    """François, through whom Hélène met Inès a month ago."""
    found = there.add(FRANCOIS_DRAFT)
    there.met_through(found, there.ines)
    return found


def needed(there: World, **changes: str) -> Permissions:
    receiver, client = (contact_of(owner_pk=there.helene.pk, uid=one.uid) for one in (there.ines, there.marc))
    draft = there.draft(**changes)
    return permissions(
        giver=there.helene, draft=draft, receiver=receiver, client=client, now=there.now, policy=there.policy
    )


def grounds(found: Permissions) -> list[Ground]:
    return [one.ground for one in found.judged]


def allowed(there: World, **permission: bool) -> str:
    """François allows it; return the referral's uid."""
    uid = there.send()
    there.yes(there.last_to(FRANCOIS), **permission).wait(minutes=15)
    return uid


def agree(there: World) -> World:
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    return there.yes(there.last_to(MARC)).wait(minutes=15)


# -- R38: when ---------------------------------------------------------------------------------------


def test_r38_nobody_is_asked_for_people_met_by_oneself(there: World) -> None:
    assert grounds(needed(there)) == [Ground.MET_ALONE, Ground.MET_ALONE]
    there.send()
    assert there.mails_to(INES)


def test_r38_the_referrer_is_asked_before_anybody_else(there: World, francois: ContactCard) -> None:
    uid = there.send()
    assert there.mails_to(INES) == there.mails_to(MARC) == []
    assert len(there.mails_to(FRANCOIS)) == 1
    assert there.story(uid).projection.seen is Seen.ASKING_REFERRER
    there.yes(there.last_to(FRANCOIS)).wait(minutes=15)
    assert there.story(uid).projection.seen is Seen.ASKING_RECEIVER
    assert there.mails_to(INES)
    assert there.last_to(HELENE).subject == "Un feu vert pour votre recommandation"


def test_r38_only_the_nearest_referrer_is_asked(there: World, francois: ContactCard) -> None:
    claire = there.add(CLAIRE_DRAFT)
    there.met_through(claire, francois)
    there.send()
    assert there.mails_to(CLAIRE) == []
    assert there.mails_to(FRANCOIS)


def test_r38_the_mail_names_whom_they_introduced_and_nothing_of_the_client(there: World, francois: ContactCard) -> None:
    there.send()
    mail = there.last_to(FRANCOIS)
    assert "Inès Moreau" in mail.text
    assert "Hélène Vasseur" in mail.text
    for hidden in ("Marc", "Delaunay", "Cèdre", "cedre", "La ventilation de la cuisine est à refaire"):
        assert hidden not in mail.text + mail.html
    assert mail.text.count("À Inès Moreau\u00a0: un vrai besoin") == 1
    for good in ("À la personne qui cherche", "À vous\u00a0: ce que vous avez commencé"):
        assert good in mail.text


def test_r38_the_clients_referrer_reads_the_trade_alone(there: World) -> None:
    francois = there.add(FRANCOIS_DRAFT)
    there.met_through(francois, there.marc)
    there.send()
    mail = there.last_to(FRANCOIS)
    assert "Marc Delaunay" in mail.text
    assert "ventilation" in mail.text
    for hidden in ("Inès", "Moreau", "Lyon", "2027", "restaurant", "printemps"):
        assert hidden not in mail.text


def befriend(there: World, person: ContactCard) -> None:
    """Make Hélène's own relationship with somebody solid."""
    today = there.helene.today(there.now)
    for month in range(12):
        for kind in (Happened.MEAL, Happened.FAVOUR_DONE, Happened.FAVOUR_RECEIVED):
            note(there, person, kind, days=30 * month)
    note(there, person, Happened.WORK, days=60)
    bonds.remember(
        owner_pk=there.helene.pk, contact_pk=person.pk, kind=Happened.SATISFACTION, satisfaction=Satisfaction.GOOD,
        on=today, now=there.now, policy=there.policy, chance=there.chance,
    )  # fmt: skip


def note(there: World, person: ContactCard, kind: Happened, *, days: int) -> None:
    on = there.helene.today(there.now) - timedelta(days=days)
    what = {"now": there.now, "policy": there.policy, "chance": there.chance}
    bonds.remember(owner_pk=there.helene.pk, contact_pk=person.pk, kind=kind, on=on, **what)


@pytest.mark.parametrize(("solid", "days", "ground"), [
    (True, 365, Ground.OWN_BOND), (True, 364, Ground.NEEDED), (False, 3650, Ground.NEEDED),
])  # fmt: skip
def test_r38_a_solid_relationship_of_a_year_needs_no_permission(
    there: World, solid: bool, days: int, ground: Ground
) -> None:
    francois = there.add(FRANCOIS_DRAFT)
    there.met_through(francois, there.ines, on=there.helene.today(there.now) - timedelta(days=days))
    if solid:
        befriend(there, there.ines)
    assert grounds(needed(there)) == [ground, Ground.MET_ALONE]


def test_r38_a_standing_permission_is_asked_for_no_more_until_it_is_ended(there: World, francois: ContactCard) -> None:
    allowed(there, standing=True)
    assert grounds(needed(there))[0] is Ground.STANDING
    sophie = there.add(contact_draft("Sophie", "Lenoir", "", "sophie@lenoir.example"))
    before = len(there.mails_to(FRANCOIS))
    there.wait(days=2)
    there.send(client=sophie.uid)
    assert len(there.mails_to(FRANCOIS)) == before
    caller = there._caller(there.mails_to(FRANCOIS)[0], "")
    answering.allow_always(caller=caller, standing=False, now=there.now, policy=there.policy)
    assert grounds(needed(there))[0] is Ground.NEEDED


def test_r38_a_standing_permission_is_given_to_one_giver(there: World, francois: ContactCard) -> None:
    allowed(there, standing=True)
    assert [row.giver_id for row in Standing.objects.all()] == [there.helene.pk]


def test_r38_refusing_a_giver_ends_what_was_allowed_once_and_for_all(there: World, francois: ContactCard) -> None:
    allowed(there, standing=True)
    there.no(there.mails_to(FRANCOIS)[0], scope="giver")
    assert not Standing.objects.exists()


def test_r38_whoever_is_the_other_side_is_not_asked_twice(there: World) -> None:
    there.met_through(there.marc, there.ines)
    assert grounds(needed(there)) == [Ground.THE_OTHER_PARTY, Ground.MET_ALONE]
    there.send()
    assert len(there.mails_to(MARC)) == 0
    assert there.mails_to(INES)


def test_r38_the_other_side_is_recognised_under_a_second_entry(there: World) -> None:
    twin = there.add(contact_draft("Marc", "D.", "", MARC))
    there.met_through(twin, there.ines)
    assert grounds(needed(there))[0] is Ground.THE_OTHER_PARTY


def test_a_referrer_who_left_the_book_is_said_plainly_and_nothing_leaves(there: World, francois: ContactCard) -> None:
    remove_contact(owner_pk=there.helene.pk, uid=francois.uid, now=there.now)
    assert needed(there).gone == (Role.RECEIVER,)
    with pytest.raises(giving.ReferrerGone) as refused:
        there.send()
    assert refused.value.role is Role.RECEIVER
    assert there.postman.mails == []


# -- R39: allow, take part, refuse -------------------------------------------------------------------


def test_r39_who_takes_part_is_announced_without_a_name_and_named_at_the_introduction(
    there: World, francois: ContactCard
) -> None:
    allowed(there, takes_part=True)
    asked = there.last_to(INES)
    assert "La personne" in asked.text or "la personne" in asked.text
    assert "apprendra les deux noms" in asked.text
    assert "François" not in asked.text
    before = len(there.mails_to(FRANCOIS))
    agree(there)
    for address in (INES, MARC, HELENE):
        assert "François Lacaze" in there.last_to(address).text
    mine = there.mails_to(FRANCOIS)[before:]
    assert len(mine) == 1
    assert "Inès Moreau" in mine[0].text
    assert "Marc Delaunay" in mine[0].text
    for reach in ("06 12 34 56 78", "06 98 76 54 32", INES, MARC):
        assert reach not in mine[0].text + mine[0].html


def test_r39_who_only_allows_it_hears_no_more_and_is_named_to_nobody(there: World, francois: ContactCard) -> None:
    allowed(there)
    heard = len(there.mails_to(FRANCOIS))
    agree(there).wait(days=90)
    assert len(there.mails_to(FRANCOIS)) == heard
    for address in (INES, MARC):
        assert all("Lacaze" not in mail.text for mail in there.mails_to(address))


def seen_by_the_giver(*, refuses: bool) -> list[object]:
    """What Hélène sees and reads on every day, where François says no or nothing."""
    with apart():
        there = world(seed=3)
        there.met_through(there.add(FRANCOIS_DRAFT), there.ines)
        uid = there.send()
        if refuses:
            there.no(there.last_to(FRANCOIS))
        found: list[object] = []
        for _ in range(20):
            there.wait(days=1)
            read = [(mail.subject, mail.text) for mail in there.mails_to(HELENE)]
            found += [there.story(uid).projection, read]
        assert there.mails_to(INES) == there.mails_to(MARC) == []
        assert there.story(uid).projection.seen is Seen.NOT_CONCLUDED
    return found


def test_r39_a_refusal_and_a_silence_are_one_to_the_giver() -> None:
    silent, refused = (seen_by_the_giver(refuses=refuses) for refuses in (False, True))
    assert tokens_fixed(silent) == tokens_fixed(refused)


def tokens_fixed(found: list[object]) -> str:
    return re.sub(r"[a-z2-7]{26,58}", "…", repr(found))


@pytest.mark.parametrize("who_refuses", ["receiver", "client", "nobody"])
def test_r39_with_a_referrer_on_each_side_both_are_asked_at_once_and_both_decide(
    there: World, francois: ContactCard, who_refuses: str
) -> None:
    there.met_through(there.add(CLAIRE_DRAFT), there.marc)
    uid = there.send()
    assert len(there.mails_to(FRANCOIS)) == len(there.mails_to(CLAIRE)) == 1
    for address, side in ((FRANCOIS, "receiver"), (CLAIRE, "client")):
        act = there.no if side == who_refuses else there.yes
        act(there.last_to(address))
    there.wait(minutes=15)
    assert bool(there.mails_to(INES)) == (who_refuses == "nobody")
    expected = Seen.ASKING_RECEIVER if who_refuses == "nobody" else Seen.ASKING_REFERRER
    assert there.story(uid).projection.seen is expected


def test_r39_one_referrer_of_both_is_asked_once_for_both(there: World) -> None:
    there.met_through(there.add(FRANCOIS_DRAFT), there.ines, there.marc)
    there.send()
    assert len(there.mails_to(FRANCOIS)) == 1
    assert "par vous également" in there.last_to(FRANCOIS).text
    assert "Marc" not in there.last_to(FRANCOIS).text
    there.yes(there.last_to(FRANCOIS), takes_part=True).wait(minutes=15)
    assert "vous a présentés" in there.last_to(INES).text


def test_r39_a_permission_withdrawn_stops_what_has_not_been_introduced(there: World, francois: ContactCard) -> None:
    uid = allowed(there)
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    before = there.story(uid).projection
    there.no(there.mails_to(FRANCOIS)[0])
    assert there.story(uid).projection == before
    there.yes(there.last_to(MARC)).wait(minutes=15)
    assert there.story(uid).projection.seen is Seen.CLIENT_AGREED
    assert there.wait(days=60).story(uid).projection.seen is Seen.NOT_CONCLUDED


def test_r39_who_takes_part_hears_once_that_it_did_not_come_about(there: World, francois: ContactCard) -> None:
    allowed(there, takes_part=True)
    heard = len(there.mails_to(FRANCOIS))
    there.wait(days=16).wait(days=45).wait(days=60)
    told = there.mails_to(FRANCOIS)[heard:]
    assert len(told) == 1
    assert "ne s’est pas faite" in told[0].text or "pas abouti" in told[0].text


def test_a_no_that_is_told_names_the_referrer(there: World, francois: ContactCard) -> None:
    there.send()
    there.no(there.last_to(FRANCOIS), tell=True, reason="Inès est débordée.")
    assert "François Lacaze préfère" in there.last_to(HELENE).text
    assert "Inès est débordée." in there.last_to(HELENE).text


# -- R40: competition --------------------------------------------------------------------------------


def test_r40_the_giver_is_warned_and_the_referrer_told_the_trade_when_it_is_theirs(there: World) -> None:
    francois = there.add(replace(FRANCOIS_DRAFT, trade="ventilation-engineer"))
    there.met_through(francois, there.ines)
    assert [one.competes for one in needed(there).asked] == [True]
    there.send()
    assert "C’est peut-être votre métier" in there.last_to(FRANCOIS).text


def test_r40_another_trade_is_no_competition(there: World, francois: ContactCard) -> None:
    assert [one.competes for one in needed(there).asked] == [False]
    there.send()
    assert "C’est peut-être votre métier" not in there.last_to(FRANCOIS).text


def show_profile(there: World, text: ProfileText) -> None:
    """François is a member whose profile every member may read."""
    owner = member(there, name="François Lacaze", email=FRANCOIS)
    mine: dict[str, Any] = {"owner_pk": owner.pk, "now": there.now, "chance": there.chance}
    profiles.save_profile(text=text, version=0, **mine)
    profiles.show_to(seen_by=SeenBy.MEMBERS, **mine)


@pytest.mark.parametrize(
    "text", [ProfileText(client_kinds=("restaurant",)), ProfileText(markets=("Les restaurants de Lyon",))]
)
def test_r40_the_clients_they_look_for_are_their_business_too(
    there: World, francois: ContactCard, text: ProfileText
) -> None:
    show_profile(there, text)
    assert [(one.competes, one.told) for one in needed(there).asked] == [(True, True)]
    assert [one.competes for one in needed(there, client_kind="hotel").asked] == [False]
    there.send()
    mail = there.last_to(FRANCOIS).text
    assert "la clientèle que vous cherchez" in mail
    assert "restaurant" in mail  # the kind of need, which the receiver's referrer reads anyway (R38)


def test_r40_the_giver_alone_is_warned_where_the_kind_of_client_would_tell_of_the_need(there: World) -> None:
    """R38: the client's referrer reads the trade, and nothing else of the need."""
    show_profile(there, ProfileText(client_kinds=("restaurant",)))
    there.met_through(there.add(FRANCOIS_DRAFT), there.marc)
    assert [(one.competes, one.told) for one in needed(there).asked] == [(True, False)]
    there.send()
    assert "la clientèle que vous cherchez" not in there.last_to(FRANCOIS).text


# -- brought, repaired, forgotten --------------------------------------------------------------------


def test_a_permission_given_aloud_to_the_giver_counts_a_day_later(there: World, francois: ContactCard) -> None:
    uid = there.send()
    there.aloud(uid)
    there.wait(hours=1)
    assert there.mails_to(INES) == []
    there.wait(hours=24)
    assert there.mails_to(INES)
    assert "a noté que vous l’avez dit de vive voix" in there.mails_to(FRANCOIS)[1].text


def test_the_giver_carries_the_question_to_a_referrer_without_an_address(there: World) -> None:
    francois = there.add(contact_draft("François", "Lacaze", "", "", "06 20 30 40 50"))
    there.met_through(francois, there.ines)
    uid = there.send()
    asked = there.asking(uid)
    assert asked is not None
    assert (asked.kind, asked.carried) == (Kind.PERMISSION, True)
    there.carried(asked).wait(minutes=15)
    assert there.mails_to(INES)


def test_a_wrong_address_of_a_referrer_is_corrected_and_the_question_leaves_again(
    there: World, francois: ContactCard
) -> None:
    uid = there.send()
    caller = there._caller(there.last_to(FRANCOIS), "")
    repairing.say_not_them(caller=caller, now=there.now, policy=there.policy)
    assert there.story(uid).undelivered == (Role.REFERRER,)
    new = "f.lacaze@atelier-lacaze.example"
    repairing.correct_address(giver=there.helene, uid=uid, role=Role.REFERRER, address=new, **there._at)
    there.run().yes(there.last_to(new)).wait(minutes=15)
    assert there.mails_to(INES)


def test_a_referrer_who_wants_to_be_forgotten_withdraws_quietly(there: World, francois: ContactCard) -> None:
    uid = allowed(there, standing=True)
    caller = there._caller(there.mails_to(FRANCOIS)[0], "")
    rights.forget(caller=caller, ask_givers=True, text="…", **there._at)
    there.run()
    assert Request.objects.get(kind=Kind.PERMISSION.value).address == ""
    assert "François Lacaze" in there.last_to(HELENE).text
    assert there.story(uid).projection.seen is Seen.ASKING_RECEIVER


def test_r45_a_standing_permission_is_among_what_is_held_about_a_referrer(there: World, francois: ContactCard) -> None:
    allowed(there, standing=True)
    rights.ask_link(email=FRANCOIS, language="fr", **there._at)
    there.run()
    token = re.search(r"/droits/([a-z2-7]+)/", there.last_to(FRANCOIS).text)
    assert token is not None
    who = held.behind(token.group(1), now=there.now, policy=there.policy)
    assert who is not None
    shown = held.held(who, now=there.now, language="fr", policy=there.policy)
    assert [(one.sort, one.giver) for one in shown.asides] == [("standing", "Hélène Vasseur")]


def test_somebody_who_refused_every_request_is_not_asked_for_permission_either(
    there: World, francois: ContactCard
) -> None:
    there.send()
    there.no(there.last_to(FRANCOIS), scope="all")
    there.wait(days=40)
    sent = len(there.mails_to(FRANCOIS))
    olga = there.add(contact_draft("Olga", "Petrova", "", OLGA))
    there.send(client=olga.uid)
    assert len(there.mails_to(FRANCOIS)) == sent


def test_the_history_says_who_was_asked_and_what_they_said(there: World, francois: ContactCard) -> None:
    allowed(there)
    told = list(Moment.objects.order_by("pk").values_list("what", "by", "kind"))
    assert told[:4] == [
        ("send", "giver", ""),
        ("asked", "time", "permission"),
        ("said_yes", "referrer", "permission"),
        ("yes", "time", "permission"),
    ]


def test_another_receiver_of_the_same_need_asks_their_own_referrer(there: World, francois: ContactCard) -> None:
    uid = there.send()
    paul = there.add(contact_draft("Paul", "Arnaud", "", "paul@arnaud.example", trade="ventilation-engineer"))
    there.try_another(uid, paul)
    assert len(there.mails_to(FRANCOIS)) == 1
    assert there.mails_to("paul@arnaud.example")


def test_a_member_asked_for_permission_finds_it_at_home(there: World, francois: ContactCard) -> None:
    mine = member(there, name="François Lacaze", email=FRANCOIS)
    there.send()
    waiting = home(member=mine, now=there.now, policy=there.policy).waiting
    assert [one.kind for one in waiting] == [Kind.PERMISSION]
