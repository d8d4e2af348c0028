"""Who is best, read from the database: cards, lunches, commissions, and what is left when people leave (R24, R25)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import attentions as actions
from entremise.people.actions import bonds
from entremise.people.actions.leaving import empty_book
from entremise.people.queries import ContactCard, ContactDraft, Way, WayKind, attentions
from entremise.people.queries.attentions import Habits
from entremise.people.queries.bonds import happened
from entremise.protocol.attention import Occasion, Reason, Turn, Wish, Word
from entremise.protocol.policy import DEFAULT
from entremise.protocol.relationship import Happened, Satisfaction

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CHANCE = SeededChance(7)


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Hélène", email="helene@example.org", language="fr", now=NOW, chance=SeededChance(1))


def _add(member: MemberCard, name: str, *, met_on: date | None = None, address: str = "") -> ContactCard:
    ways = (Way(kind=WayKind.ADDRESS, value=address),) if address else ()
    draft = ContactDraft(given_name=name, family_name="Test", met_on=met_on, ways=ways)
    return book.add_contact(owner_pk=member.pk, draft=draft, now=NOW, chance=CHANCE)


def _did(member: MemberCard, card: ContactCard, kind: Happened, *, on: date = TODAY, **more: object) -> None:
    bonds.remember(
        owner_pk=member.pk,
        contact_pk=card.pk,
        kind=kind,
        on=on,
        now=NOW,
        policy=DEFAULT,
        chance=CHANCE,
        **more,  # type: ignore[arg-type]
    )


def _cards(member: MemberCard, *, year: int = 2026) -> tuple[attentions.CardFor, ...]:
    return attentions.cards(owner_pk=member.pk, year=year, on=TODAY, policy=DEFAULT)


def _lunches(member: MemberCard) -> tuple[attentions.LunchWith, ...]:
    return attentions.lunches(owner_pk=member.pk, on=TODAY, policy=DEFAULT)


def _wish(member: MemberCard, card: ContactCard, wish: Wish | None, occasion: Occasion = Occasion.CARD) -> None:
    actions.wish(owner_pk=member.pk, contact_uid=card.uid, occasion=occasion, wish=wish, now=NOW)


def _tick(member: MemberCard, card: ContactCard, *, year: int = 2026) -> None:
    actions.tick_card(
        owner_pk=member.pk, contact_uid=card.uid, year=year, on=TODAY, now=NOW, policy=DEFAULT, chance=CHANCE
    )


def test_r24_the_best_come_by_what_was_brought_both_ways_and_it_is_explained(helene: MemberCard) -> None:
    marc, ines, paul = (_add(helene, name) for name in ("Marc", "Inès", "Paul"))
    _did(helene, ines, Happened.REFERRED_BY_THEM)
    _did(helene, ines, Happened.WORK)
    _did(helene, ines, Happened.SATISFACTION, satisfaction=Satisfaction.GOOD)
    _did(helene, marc, Happened.FAVOUR_DONE)
    _did(helene, paul, Happened.CALL)
    found = _cards(helene)
    assert [one.name for one in found] == ["Inès Test", "Marc Test"]
    assert {share.reason: share.count for share in found[0].worth.shares} == {
        Reason.BROUGHT: 1,
        Reason.WORK: 1,
        Reason.SATISFIED: 1,
    }
    assert (found[0].word, found[1].word) == (Word.NEWS, Word.AFTER)


def test_r24_the_member_pins_and_removes_and_can_think_better_of_it(helene: MemberCard) -> None:
    marc, ines = _add(helene, "Marc"), _add(helene, "Inès")
    _did(helene, marc, Happened.WORK)
    _wish(helene, marc, Wish.REMOVED)
    _wish(helene, ines, Wish.PINNED)
    assert [(one.name, one.wish) for one in _cards(helene)] == [("Inès Test", Wish.PINNED)]
    assert [line.name for line in attentions.taken_off(owner_pk=helene.pk, occasion=Occasion.CARD)] == ["Marc Test"]
    assert [one.name for one in _lunches(helene)] == ["Marc Test"]
    _wish(helene, marc, None)
    _wish(helene, ines, None)
    assert [one.name for one in _cards(helene)] == ["Marc Test"]


def test_r24_at_most_twenty_of_many_in_a_number_of_queries_that_does_not_grow(helene: MemberCard) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            _cards(helene)
        return len(asked)

    people = [_add(helene, f"P{number:02}") for number in range(3)]
    for one in people:
        _did(helene, one, Happened.WORK)
    few = queries()
    for number in range(3, 25):
        one = _add(helene, f"P{number:02}")
        _did(helene, one, Happened.WORK)
        _did(helene, one, Happened.FAVOUR_DONE)
    assert queries() == few <= 8
    found = [one.given_name for one in _cards(helene)]
    assert found == [f"P{number:02}" for number in range(3, 23)]


def test_r24_the_best_are_read_from_an_index(helene: MemberCard) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan of a table of a few rows says nothing here")
    _did(helene, _add(helene, "Marc"), Happened.WORK)
    with CaptureQueriesContext(connection) as asked:
        _cards(helene)
    (best,) = [one["sql"] for one in asked if '"worth" > 0' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {best}")
        plan = " ".join(str(row[3]) for row in cursor.fetchall())
    assert "people_bond_worth" in plan
    assert "TEMP B-TREE" not in plan


def test_r24_a_card_is_ticked_off_once_remembered_for_its_year_and_can_be_unticked(helene: MemberCard) -> None:
    marc = _add(helene, "Marc")
    _did(helene, marc, Happened.WORK)
    _tick(helene, marc)
    _tick(helene, marc)
    kinds = [line.kind for line in happened(owner_pk=helene.pk, contact_pk=marc.pk).lines]
    assert sorted(kinds) == [Happened.ATTENTION, Happened.WORK]
    assert _cards(helene)[0].sent_on == TODAY
    assert _cards(helene, year=2027)[0].sent_on is None
    assert attentions.cards_left(owner_pk=helene.pk, year=2026, policy=DEFAULT) == 0
    actions.untick_card(owner_pk=helene.pk, contact_uid=marc.uid, year=2026, now=NOW, policy=DEFAULT)
    assert _cards(helene)[0].sent_on is None
    assert [line.kind for line in happened(owner_pk=helene.pk, contact_pk=marc.pk).lines] == [Happened.WORK]
    _tick(helene, marc)
    assert _cards(helene)[0].sent_on == TODAY


def test_words_can_be_everybodys_or_for_one_and_too_long_ones_are_refused(helene: MemberCard) -> None:
    marc = _add(helene, "Marc")
    _did(helene, marc, Happened.WORK)
    actions.keep_words(owner_pk=helene.pk, contact_uid=marc.uid, year=2026, words="Merci,\r\nMarc  \n")
    assert _cards(helene)[0].words == "Merci,\nMarc"
    habits = Habits(
        words="Bonne année", layout="folded", sender=" 3 place  Bellecour\n\n69002 Lyon", without_budget=True
    )
    actions.keep_habits(owner_pk=helene.pk, habits=habits, now=NOW)
    assert attentions.habits(owner_pk=helene.pk).sender == "3 place Bellecour\n69002 Lyon"
    with pytest.raises(actions.AttentionRefused) as told:
        actions.keep_habits(owner_pk=helene.pk, habits=Habits(words="x" * 601), now=NOW)
    assert told.value.reasons == {"words": "long"}
    assert attentions.habits(owner_pk=helene.pk).words == "Bonne année"


def test_r24_lunches_rest_four_months_and_are_due_after_twelve(helene: MemberCard) -> None:
    people = {name: _add(helene, name, met_on=date(2020, 1, 1)) for name in ("Rests", "May", "Due", "Never")}
    for one in people.values():
        _did(helene, one, Happened.WORK)
    for name, ago in {"Rests": 100, "May": 200, "Due": 380}.items():
        _did(helene, people[name], Happened.MEAL, on=TODAY - timedelta(days=ago))
    assert [(one.given_name, one.turn.turn) for one in _lunches(helene)] == [
        ("Never", Turn.DUE),
        ("Due", Turn.DUE),
        ("May", Turn.MAY),
        ("Rests", Turn.RESTS),
    ]


def _plan(member: MemberCard, card: ContactCard, *, at: datetime = NOW + timedelta(days=9), **more: object):  # type: ignore[no-untyped-def]
    said = {"minutes": 90, "place": "Chez Paul", "note": "", **more}
    return actions.plan_lunch(
        owner_pk=member.pk,
        contact_uid=card.uid,
        starts_at=at,
        now=NOW,
        chance=CHANCE,
        **said,  # type: ignore[arg-type]
    )


def test_a_lunch_is_planned_changed_under_the_same_id_and_done(helene: MemberCard) -> None:
    marc = _add(helene, "Marc")
    first = _plan(helene, marc)
    assert _plan(helene, marc).sequence == 0
    again = _plan(helene, marc, place="Ailleurs")
    assert (again.uid, again.sequence, again.place) == (first.uid, 1, "Ailleurs")
    assert _lunches(helene)[0].plan == again
    for _twice in range(2):
        actions.remember_lunch(
            owner_pk=helene.pk, contact_uid=marc.uid, on=TODAY, now=NOW, policy=DEFAULT, chance=CHANCE
        )
    assert _lunches(helene) == ()
    lines = happened(owner_pk=helene.pk, contact_pk=marc.pk).lines
    assert [(line.kind, line.on) for line in lines] == [(Happened.MEAL, TODAY)]


@pytest.mark.parametrize(
    ("what", "reasons"),
    [
        ({"at": NOW - timedelta(minutes=1)}, {"starts_at": "past"}),
        ({"at": NOW + timedelta(days=900)}, {"starts_at": "far"}),
        ({"minutes": 5}, {"minutes": "unknown"}),
        ({"place": "x" * 201, "note": "y" * 1001}, {"place": "long", "note": "long"}),
    ],
)
def test_a_lunch_that_cannot_be_is_refused(
    helene: MemberCard, what: dict[str, object], reasons: dict[str, str]
) -> None:
    with pytest.raises(actions.AttentionRefused) as told:
        _plan(helene, _add(helene, "Marc"), **what)  # type: ignore[arg-type]
    assert told.value.reasons == reasons


def test_a_lunch_called_off_is_forgotten(helene: MemberCard) -> None:
    marc = _add(helene, "Marc")
    plan = _plan(helene, marc)
    assert actions.call_off_lunch(owner_pk=helene.pk, uid=plan.uid)
    assert not actions.call_off_lunch(owner_pk=helene.pk, uid=plan.uid)
    assert attentions.lunch_with(owner_pk=helene.pk, contact_pk=marc.pk) is None


def test_r25_a_commission_that_was_agreed_is_noted_changed_and_ended(helene: MemberCard) -> None:
    marc = _add(helene, "Marc")
    said = {"owner_pk": helene.pk, "contact_uid": marc.uid, "today": TODAY, "now": NOW}
    actions.keep_agreement(words=" 5 %  de la facture", since=date(2026, 1, 1), **said)  # type: ignore[arg-type]
    actions.keep_agreement(words="4 %", since=None, **said)  # type: ignore[arg-type]
    found = attentions.agreement(owner_pk=helene.pk, contact_pk=marc.pk)
    assert found is not None
    assert (found.words, found.since) == ("4 %", None)
    with pytest.raises(actions.AttentionRefused) as told:
        actions.keep_agreement(words=" ", since=TODAY + timedelta(days=1), **said)  # type: ignore[arg-type]
    assert told.value.reasons == {"words": "empty", "since": "future"}
    actions.end_agreement(owner_pk=helene.pk, contact_uid=marc.uid)
    assert attentions.agreement(owner_pk=helene.pk, contact_pk=marc.pk) is None


def test_nothing_can_be_decided_about_somebody_elses_contact_r44(helene: MemberCard) -> None:
    ines = enrol(name="Inès", email="ines@example.org", language="fr", now=NOW, chance=SeededChance(2))
    marc = _add(helene, "Marc")
    _did(helene, marc, Happened.WORK)
    with pytest.raises(actions.ContactNotFound):
        _wish(ines, marc, Wish.PINNED)
    with pytest.raises(actions.ContactNotFound):
        _tick(ines, marc)
    assert _cards(ines) == _lunches(ines) == ()


def test_somebody_removed_from_the_book_gets_no_card_and_comes_back_with_their_place(helene: MemberCard) -> None:
    marc = _add(helene, "Marc")
    _did(helene, marc, Happened.WORK)
    _wish(helene, marc, Wish.PINNED)
    _plan(helene, marc)
    book.remove_contact(owner_pk=helene.pk, uid=marc.uid, now=NOW)
    assert _cards(helene) == _lunches(helene) == ()
    book.restore_contacts(owner_pk=helene.pk, uids=[marc.uid])
    assert [one.name for one in _cards(helene)] == ["Marc Test"]


def test_r47_everything_about_attentions_goes_with_the_member(helene: MemberCard) -> None:
    marc = _add(helene, "Marc")
    _did(helene, marc, Happened.WORK)
    _wish(helene, marc, Wish.PINNED)
    _tick(helene, marc)
    _plan(helene, marc)
    actions.keep_habits(owner_pk=helene.pk, habits=Habits(words="Merci", sender="Lyon"), now=NOW)
    actions.keep_agreement(owner_pk=helene.pk, contact_uid=marc.uid, words="5 %", since=None, today=TODAY, now=NOW)
    empty_book(owner_pk=helene.pk, keep=[marc.pk])
    assert attentions.habits(owner_pk=helene.pk) == Habits()
    assert list(attentions.cards_sent_in_turn(owner_pk=helene.pk)) == []
    assert list(attentions.plans_in_turn(owner_pk=helene.pk)) == []
    assert list(attentions.agreements_in_turn(owner_pk=helene.pk)) == []
    assert list(attentions.wishes_in_turn(owner_pk=helene.pk)) == []
