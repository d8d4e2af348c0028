"""Asks in a book: refused too early or twice, overruled once, remembered with what came of them (R30–R34)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import asking as actions
from entremise.people.actions import bonds
from entremise.people.actions.leaving import empty_book
from entremise.people.models import Ask, AskOverruling
from entremise.people.queries import ContactCard, ContactDraft, ContactNotFound, Kind, Way, WayKind
from entremise.people.queries import asking as queries
from entremise.people.queries.asking import AskPage, AskRefused
from entremise.protocol.asking import Answer, Reason
from entremise.protocol.policy import DEFAULT
from entremise.protocol.propensity import Verdict
from entremise.protocol.relationship import Happened

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
CHANCE = SeededChance(30)
OVER_THE_YEARS = (1200, 700, 330, 290, 250, 200, 150, 100, 60, 20)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def olga() -> MemberCard:
    return enrol(name="Olga", email="olga@example.org", language="fr", now=NOW, chance=SeededChance(2))


Met = Callable[..., ContactCard]


@pytest.fixture
def met(helene: MemberCard) -> Met:
    def add(name: str = "Marc", email: str = "", known: int = 1300, **more: object) -> ContactCard:
        ways = (Way(kind=WayKind.EMAIL, value=email),) if email else ()
        told = {"kinds": frozenset({Kind.CLIENT}), **more}
        draft = ContactDraft(given_name=name, family_name="Delaunay", ways=ways, **told)  # type: ignore[arg-type]
        return book.add_contact(owner_pk=helene.pk, draft=draft, now=NOW - timedelta(days=known), chance=CHANCE)

    return add


def happened(who: ContactCard, kind: Happened, days_ago: int, *, now: datetime = NOW, **more: object) -> str:
    line = bonds.remember(
        owner_pk=who.owner_pk, contact_pk=who.pk, kind=kind, on=now.date() - timedelta(days=days_ago), now=now,
        policy=DEFAULT, chance=CHANCE, **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return line.uid


def well_served(who: ContactCard) -> ContactCard:
    happened(who, Happened.WORK, 40)
    happened(who, Happened.SATISFACTION, 30, satisfaction="good")
    return who


def solid(who: ContactCard) -> ContactCard:
    for days in OVER_THE_YEARS:
        happened(who, Happened.CALL, days)
    return well_served(who)


def page(member: MemberCard, who: ContactCard, *, on: date = TODAY) -> AskPage:
    return queries.asking(member=member, uid=who.uid, on=on, policy=DEFAULT)


def ask(member: MemberCard, who: ContactCard, *, now: datetime = NOW, on: date | None = None, once: str = "") -> str:
    return actions.ask(
        member=member, uid=who.uid, on=on or now.date(), once=once, now=now, policy=DEFAULT, chance=CHANCE
    )


def overrule(member: MemberCard, who: ContactCard, *, now: datetime = NOW) -> None:
    actions.overrule(member=member, uid=who.uid, now=now, policy=DEFAULT)


def test_r30_a_solid_client_is_asked_and_that_is_remembered(helene, met):
    marc = solid(met())
    assert page(helene, marc).verdict.may
    uid = ask(helene, marc)
    after = page(helene, marc)
    assert [line.uid for line in after.asks] == [uid]
    assert after.verdict.reasons == (Reason.ASKED_LATELY,)
    assert after.verdict.again_on == TODAY + timedelta(days=180)
    with pytest.raises(AskRefused) as refused:
        ask(helene, marc)
    assert refused.value.reasons == (Reason.ASKED_LATELY,)


def test_r30_a_relationship_that_is_not_solid_is_overruled_once_ever_and_that_is_remembered(helene, met):
    marc = well_served(met(known=60))
    assert page(helene, marc).verdict.reasons == (Reason.NOT_SOLID,)
    with pytest.raises(AskRefused):
        ask(helene, marc)
    overrule(helene, marc)
    overrule(helene, marc)  # pressed twice
    assert AskOverruling.objects.count() == 1
    assert page(helene, marc).verdict.overruled
    ask(helene, marc)
    assert page(helene, marc).asks[0].overruled
    later = NOW + timedelta(days=200)
    much_later = page(helene, marc, on=later.date())
    assert much_later.verdict.reasons == (Reason.NOT_SOLID,)
    assert not much_later.verdict.overrulable
    with pytest.raises(AskRefused) as refused:
        overrule(helene, marc, now=later)
    assert refused.value.reasons == ("again",)
    assert much_later.overruled_at == NOW


@pytest.mark.parametrize("said", ["", "fair", "bad"])
def test_r31_work_not_delivered_or_not_found_good_is_neither_asked_nor_overruled(helene, met, said):
    marc = met()
    for days in OVER_THE_YEARS:
        happened(marc, Happened.MEAL, days)
    if said:
        happened(marc, Happened.WORK, 40)
        happened(marc, Happened.SATISFACTION, 30, satisfaction=said)
    with pytest.raises(AskRefused) as refused:
        overrule(helene, marc)
    assert refused.value.reasons[0] is (Reason.NOT_GOOD if said else Reason.NOT_DELIVERED)
    with pytest.raises(AskRefused):
        ask(helene, marc)
    assert not AskOverruling.objects.exists()


def test_r31_an_overruling_falls_silent_when_work_is_found_bad_afterwards(helene, met):
    marc = well_served(met(known=60))
    overrule(helene, marc)
    happened(marc, Happened.SATISFACTION, 0, satisfaction="bad")
    with pytest.raises(AskRefused) as refused:
        ask(helene, marc)
    assert refused.value.reasons == (Reason.NOT_GOOD, Reason.NOT_SOLID)


def test_r32_pressing_twice_asks_once_and_the_day_may_be_past_but_not_to_come(helene, met):
    marc = solid(met())
    with pytest.raises(AskRefused) as refused:
        ask(helene, marc, on=TODAY + timedelta(days=1))
    assert refused.value.reasons == ("future",)
    first = ask(helene, marc, on=TODAY - timedelta(days=2), once="press")
    assert ask(helene, marc, on=TODAY - timedelta(days=2), once="press") == first
    assert page(helene, marc).asks[0].asked.on == TODAY - timedelta(days=2)


def test_r32_an_ask_noted_among_what_happened_counts_as_much(helene, met):
    marc = solid(met())
    happened(marc, Happened.ASKED, 179)
    assert page(helene, marc).verdict.reasons == (Reason.ASKED_LATELY,)
    assert page(helene, marc, on=TODAY + timedelta(days=1)).verdict.may


def test_r32_taken_back_an_ask_never_was_and_its_overruling_stands_again(helene, met, olga):
    marc = well_served(met(known=60))
    overrule(helene, marc)
    uid = ask(helene, marc)
    with pytest.raises(ContactNotFound):
        actions.take_back(member=olga, uid=uid, now=NOW, policy=DEFAULT)
    assert actions.take_back(member=helene, uid=uid, now=NOW, policy=DEFAULT) == marc.uid
    assert not Ask.objects.exists()
    assert page(helene, marc).verdict.overruled
    with pytest.raises(ContactNotFound):
        actions.take_back(member=helene, uid=uid, now=NOW, policy=DEFAULT)


def test_r32_what_came_of_an_ask_is_noted_corrected_and_forgotten(helene, met):
    marc = solid(met())
    uid = ask(helene, marc)
    for came in (Answer.NO, Answer.SILENCE, None):
        assert actions.answer(member=helene, uid=uid, came=came, now=NOW) == marc.uid
        assert page(helene, marc).asks[0].came is came
    other = happened(marc, Happened.CALL, 3)
    with pytest.raises(ContactNotFound):
        actions.answer(member=helene, uid=other, came=Answer.NO, now=NOW)


def test_r34_a_referral_that_follows_an_ask_is_its_answer_and_one_that_does_not_is_unasked(helene, met):
    marc = solid(met())
    happened(marc, Happened.REFERRED_BY_THEM, 300)
    happened(marc, Happened.ASKED, 250)
    happened(marc, Happened.REFERRED_BY_THEM, 100)
    found = page(helene, marc)
    assert found.asks[0].came is Answer.REFERRED
    assert found.bond.history.unasked == 1
    assert found.place.does_not < 0.02


def test_r34_a_client_asked_in_vain_again_and_again_is_left_alone(helene, met):
    marc = solid(met())
    happened(marc, Happened.ASKED, 300)
    assert page(helene, marc).verdict.may, "one ask in vain may have many reasons"
    happened(marc, Happened.ASKED, 600)
    happened(marc, Happened.ASKED, 900)
    found = page(helene, marc)
    assert found.verdict.reasons == (Reason.DOES_NOT_REFER,)
    assert not found.verdict.overrulable
    with pytest.raises(AskRefused):
        overrule(helene, marc)


def test_r34_ones_own_clients_stand_beside_the_rule(helene, met):
    marc, rita, paul = solid(met("Marc")), solid(met("Rita")), solid(met("Paul"))
    friend = met("Zoé", kinds=frozenset({Kind.FRIEND}))
    happened(friend, Happened.REFERRED_BY_THEM, 10)
    met("Nouveau")
    for days in (900, 500, 100):
        happened(marc, Happened.REFERRED_BY_THEM, days)
    happened(rita, Happened.ASKED, 500)
    happened(rita, Happened.REFERRED_BY_THEM, 450)
    for days in (1000, 700, 400):
        happened(paul, Happened.ASKED, days)
    own = queries.own_clients(owner_pk=helene.pk, on=TODAY, policy=DEFAULT)
    assert own.shares.clients == 4
    assert own.shares.verdict is Verdict.TOO_EARLY
    assert [one.line.uid for one in own.unasked] == [marc.uid]
    assert [one.line.uid for one in own.when_asked] == [rita.uid]
    assert [one.line.uid for one in own.left_alone] == [paul.uid]
    assert own.counts == (1, 1, 1, 1)


def test_r30_to_ask_names_a_few_solid_ones_who_were_never_asked(helene, met):
    marc, asked, ambassador = solid(met("Marc")), solid(met("Rita")), solid(met("Paul"))
    happened(asked, Happened.ASKED, 400)
    happened(ambassador, Happened.REFERRED_BY_THEM, 50)
    well_served(met("Jeune", known=60))
    solid(met("Moi", email="Helene@Example.org"))
    assert [line.uid for line in queries.to_ask(member=helene, on=TODAY, policy=DEFAULT)] == [marc.uid]
    for number in range(7):
        solid(met(f"Client {number}"))
    assert len(queries.to_ask(member=helene, on=TODAY, policy=DEFAULT)) == 5
    faded = TODAY + timedelta(days=400)
    assert queries.to_ask(member=helene, on=faded, policy=DEFAULT) == ()


def test_r30_oneself_is_never_asked(helene, met):
    me = solid(met("Hélène", email="HELENE@example.org"))
    assert page(helene, me).verdict.reasons == (Reason.ONESELF,)
    with pytest.raises(AskRefused):
        ask(helene, me)
    with pytest.raises(AskRefused):
        overrule(helene, me)


def test_r44_another_members_contact_is_simply_not_found(helene, met, olga):
    marc = solid(met())
    for act in (lambda: page(olga, marc), lambda: ask(olga, marc), lambda: overrule(olga, marc)):
        with pytest.raises(ContactNotFound):
            act()


def test_r47_asks_are_in_the_archive_and_go_with_the_book(helene, met):
    marc = well_served(met(known=60))
    overrule(helene, marc)
    (row,) = queries.asks_in_turn(owner_pk=helene.pk)
    assert (row["on"], row["overruled_at"]) == (None, NOW)
    uid = ask(helene, marc)
    actions.answer(member=helene, uid=uid, came=Answer.NO, now=NOW)
    (row,) = queries.asks_in_turn(owner_pk=helene.pk)
    assert (row["name"], row["on"], row["overruled_at"], row["answer"]) == ("Marc Delaunay", TODAY, NOW, "no")
    empty_book(owner_pk=helene.pk, keep=())
    assert not Ask.objects.exists()
    assert not AskOverruling.objects.exists()


def test_a_long_history_costs_no_more_queries(helene, met):
    marc = solid(met())
    with CaptureQueriesContext(connection) as few:
        page(helene, marc)
    for days in range(1, 40):
        happened(marc, Happened.CALL, days)
    happened(marc, Happened.ASKED, 900)
    happened(marc, Happened.REFERRED_BY_THEM, 880)
    with CaptureQueriesContext(connection) as many:
        page(helene, marc)
    assert len(many) <= len(few) + 2 <= 9
