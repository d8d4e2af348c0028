"""What happened with a contact is remembered once, summed up at once, and read in one query (R30, R35, R43, R44)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.actions import enrol
from entremise.accounts.queries import MemberCard
from entremise.interchange import archive
from entremise.lib.chance import SeededChance
from entremise.people import actions as book
from entremise.people.actions import bonds as actions
from entremise.people.actions.bonds import BondRefused
from entremise.people.actions.leaving import empty_book
from entremise.people.queries import ContactCard, ContactDraft, ContactNotFound
from entremise.people.queries import bonds as queries
from entremise.people.queries.bonds import BondCard, InteractionLine
from entremise.protocol.policy import Policy
from entremise.protocol.relationship import Act, Happened, Satisfaction

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
POLICY = Policy()
CHANCE = SeededChance(7)


@pytest.fixture
def ines() -> MemberCard:
    return enrol(name="Ines", email="ines@ines.example", language="fr", now=NOW, chance=SeededChance(1))


@pytest.fixture
def helene() -> MemberCard:
    return enrol(name="Helene", email="helene@helene.example", language="fr", now=NOW, chance=SeededChance(2))


def _know(owner: MemberCard, name: str = "Marc", *, met_on: date | None = None) -> ContactCard:
    draft = ContactDraft(given_name=name, met_on=met_on)
    return book.add_contact(owner_pk=owner.pk, draft=draft, now=NOW, chance=CHANCE)


@pytest.fixture
def marc(ines: MemberCard) -> ContactCard:
    return _know(ines)


Remember = Callable[..., InteractionLine]


@pytest.fixture
def remember(ines: MemberCard, marc: ContactCard) -> Remember:
    def remembering(kind: str = "call", on: date = TODAY, *, pk: int = 0, **more: object) -> InteractionLine:
        return actions.remember(
            owner_pk=ines.pk, contact_pk=pk or marc.pk, kind=kind, on=on, now=NOW, policy=POLICY, chance=CHANCE, **more
        )

    return remembering


def card(contact: ContactCard, on: date = TODAY) -> BondCard:
    return queries.bond(owner_pk=contact.owner_pk, contact_pk=contact.pk, on=on, policy=POLICY)


def due(owner: MemberCard, on: date = TODAY) -> list[str]:
    return [line.name for line in queries.due(owner_pk=owner.pk, on=on, limit=50)]


def test_a_contact_with_whom_nothing_happened_has_a_bond_that_says_so(ines: MemberCard):
    marc = _know(ines, met_on=date(2020, 5, 4))
    found = card(marc)
    assert (found.history.known_since, found.history.last_contact, found.due_on) == (date(2020, 5, 4), None, None)
    assert found.solidity.points == 15
    assert found.next_act.act is Act.CALL
    assert due(ines, TODAY + 5000 * DAY) == []


def test_r30_the_summary_says_what_happened(marc: ContactCard, remember: Remember):
    for back, kind in enumerate(("call", "work", "meal", "favour_done", "referred_by_them", "note", "note")):
        remember(kind, TODAY - 40 * back * DAY)
    remember("satisfaction", TODAY - DAY, satisfaction="good")
    facts = card(marc).history
    assert facts.total == 8
    assert (facts.known_since, facts.first_contact, facts.last_contact) == (TODAY - 160 * DAY, TODAY - 160 * DAY, TODAY)
    assert (facts.last_seen, facts.last_work) == (TODAY - 80 * DAY, TODAY - 40 * DAY)
    assert (facts.given, facts.received, facts.referrals_received, facts.works) == (1, 1, 1, 1)
    assert (facts.satisfaction, facts.satisfaction_on) == (Satisfaction.GOOD, TODAY - DAY)
    assert facts.found_good


def test_r30_months_in_touch_grow_old_with_the_day_asked_about(marc: ContactCard, remember: Remember):
    for back in (0, 3, 31, 62, 200, 400):
        remember("call", TODAY - back * DAY)
    assert card(marc).history.months_in_touch == 4
    assert card(marc, TODAY + 300 * DAY).history.months_in_touch == 2
    assert card(marc, TODAY + 400 * DAY).history.months_in_touch == 0


def test_r35_a_referral_shortly_after_an_ask_is_not_unasked(ines: MemberCard, marc: ContactCard, remember: Remember):
    remember("referred_by_them", TODAY - 500 * DAY)
    remember("asked", TODAY - 400 * DAY)
    remember("referred_by_them", TODAY - 300 * DAY)
    assert not card(marc).ambassador
    remember("referred_by_them", TODAY - 100 * DAY)
    found = card(marc)
    assert (found.history.referrals_received, found.history.unasked, found.ambassador) == (3, 2, True)
    assert [line.name for line in queries.ambassadors(owner_pk=ines.pk, limit=5, policy=POLICY)] == ["Marc"]
    remember("satisfaction", satisfaction="bad")
    assert queries.ambassadors(owner_pk=ines.pk, limit=5, policy=POLICY) == ()


def test_the_same_cause_is_remembered_once(marc: ContactCard, remember: Remember):
    first = remember("call", cause="referral:abc:client")
    assert remember("meal", cause="referral:abc:client") == first
    assert card(marc).history.total == 1


def test_the_same_cause_is_another_in_another_book(helene: MemberCard, marc: ContactCard, remember: Remember):
    first = remember("call", cause="referral:abc:client")
    other = _know(helene)
    second = actions.remember(
        owner_pk=helene.pk, contact_pk=other.pk, kind="call", on=TODAY, now=NOW, policy=POLICY, chance=CHANCE,
        cause="referral:abc:client",
    )  # fmt: skip
    assert second.uid != first.uid


def test_taking_back_leaves_everything_as_it_was(ines: MemberCard, marc: ContactCard, remember: Remember):
    empty = card(marc)
    remember("work", TODAY - 90 * DAY)
    before = card(marc)
    line = remember("satisfaction", satisfaction="bad")
    assert card(marc).history.to_set_right
    assert actions.take_back(owner_pk=ines.pk, uid=line.uid, now=NOW, policy=POLICY)
    assert not actions.take_back(owner_pk=ines.pk, uid=line.uid, now=NOW, policy=POLICY)
    assert card(marc) == before
    for one in queries.happened(owner_pk=ines.pk, contact_pk=marc.pk).lines:
        actions.take_back(owner_pk=ines.pk, uid=one.uid, now=NOW, policy=POLICY)
    assert card(marc) == empty


def test_amending_moves_the_day_and_changes_the_words(ines: MemberCard, marc: ContactCard, remember: Remember):
    line = remember("call")
    actions.amend(
        owner_pk=ines.pk, uid=line.uid, kind="meal", on=TODAY - 9 * DAY, words="Aux Halles", now=NOW, policy=POLICY
    )
    (kept,) = queries.happened(owner_pk=ines.pk, contact_pk=marc.pk).lines
    assert (kept.kind, kept.on, kept.words) == (Happened.MEAL, TODAY - 9 * DAY, "Aux Halles")
    assert card(marc).history.last_contact == TODAY - 9 * DAY


@pytest.mark.parametrize(
    ("wrong", "reasons"),
    [
        ({"on": TODAY + 2 * DAY}, {"on": "future"}),
        ({"on": date(1920, 1, 1)}, {"on": "ancient"}),
        ({"kind": "quarrel"}, {"kind": "unknown"}),
        ({"kind": "satisfaction"}, {"satisfaction": "empty"}),
        ({"kind": "satisfaction", "satisfaction": "superb"}, {"satisfaction": "unknown"}),
        ({"words": "a" * 2001, "kind": "?"}, {"words": "long", "kind": "unknown"}),
    ],
)
def test_what_cannot_be_is_refused_with_every_reason_and_changes_nothing(
    marc: ContactCard, remember: Remember, wrong: dict[str, object], reasons: dict[str, str]
):
    with pytest.raises(BondRefused) as refused:
        remember(**wrong)
    assert refused.value.reasons == reasons
    assert card(marc).history.total == 0


def test_r44_somebody_elses_contact_is_not_found(
    ines: MemberCard, helene: MemberCard, marc: ContactCard, remember: Remember
):
    theirs = _know(helene)
    with pytest.raises(ContactNotFound):
        remember(pk=theirs.pk)
    with pytest.raises(ContactNotFound):
        queries.bond(owner_pk=ines.pk, contact_pk=theirs.pk, on=TODAY, policy=POLICY)
    line = remember()
    with pytest.raises(ContactNotFound):
        queries.interaction(owner_pk=helene.pk, uid=line.uid)
    with pytest.raises(ContactNotFound):
        actions.amend(owner_pk=helene.pk, uid=line.uid, kind="call", on=TODAY, now=NOW, policy=POLICY)
    with pytest.raises(ContactNotFound):
        actions.snooze(owner_pk=helene.pk, contact_pk=marc.pk, on=TODAY, until=TODAY, now=NOW, policy=POLICY)
    assert not actions.take_back(owner_pk=helene.pk, uid=line.uid, now=NOW, policy=POLICY)
    assert queries.happened(owner_pk=helene.pk, contact_pk=marc.pk).total == 0


def test_r43_a_contact_is_due_after_its_rhythm_and_no_longer_after_any_contact(ines: MemberCard, remember: Remember):
    remember("call", TODAY - 200 * DAY)
    assert due(ines, TODAY - 21 * DAY) == []
    assert due(ines, TODAY - 20 * DAY) == ["Marc"]
    remember("note")
    assert due(ines) == ["Marc"]
    remember("news")
    assert due(ines) == []


def test_r43_putting_off_lasts_until_its_day_or_a_contact(ines: MemberCard, marc: ContactCard, remember: Remember):
    remember("call", TODAY - 200 * DAY)
    actions.snooze(owner_pk=ines.pk, contact_pk=marc.pk, on=TODAY, until=TODAY + 300 * DAY, now=NOW, policy=POLICY)
    assert due(ines, TODAY + 299 * DAY) == []
    assert due(ines, TODAY + 300 * DAY) == ["Marc"]
    later = NOW + 10 * DAY
    actions.remember(
        owner_pk=ines.pk, contact_pk=marc.pk, kind="call", on=later.date(), now=later, policy=POLICY, chance=CHANCE
    )
    assert card(marc).due_on == later.date() + 180 * DAY


@pytest.mark.parametrize(
    ("noted", "happened", "over"),
    [
        (timedelta(hours=5), timedelta(0), True),  # they rang the same afternoon
        (-timedelta(hours=1), timedelta(0), False),  # called, and only then put off
        (timedelta(hours=5), -3 * DAY, False),  # an older call, written down late
        (2 * DAY, DAY, True),
    ],
)
def test_r43_putting_off_ends_with_a_contact_noted_after_it_be_it_of_the_same_day(
    ines: MemberCard, marc: ContactCard, remember: Remember, noted: timedelta, happened: timedelta, over: bool
):
    remember("call", TODAY - 200 * DAY)
    quarter = TODAY + 300 * DAY

    def call() -> InteractionLine:
        at = {"now": NOW + noted, "policy": POLICY, "chance": CHANCE}
        return actions.remember(owner_pk=ines.pk, contact_pk=marc.pk, kind="call", on=TODAY + happened, **at)

    def put_off() -> None:
        actions.snooze(owner_pk=ines.pk, contact_pk=marc.pk, on=TODAY, until=quarter, now=NOW, policy=POLICY)

    before = noted < timedelta(0)
    steps = [call, put_off] if before else [put_off, call]
    line = [step() for step in steps][-1]
    assert card(marc).due_on == (TODAY + happened + 180 * DAY if over else quarter)
    if over and line:
        actions.take_back(owner_pk=ines.pk, uid=line.uid, now=NOW + noted, policy=POLICY)
        assert card(marc).due_on == quarter, "noted by mistake: it is put off as before"


def test_r43_the_day_of_a_call_is_that_of_the_member_not_of_utc(ines: MemberCard, marc: ContactCard):
    """In Montréal it is still the evening of the day before."""
    night = NOW.replace(hour=1)
    yesterday = TODAY - DAY
    whose = {"owner_pk": ines.pk, "contact_pk": marc.pk, "policy": POLICY}
    actions.snooze(on=yesterday, until=TODAY + 300 * DAY, now=night, **whose)
    actions.remember(kind="call", on=yesterday, now=night + timedelta(hours=1), chance=CHANCE, **whose)
    assert card(marc).due_on == yesterday + 180 * DAY


def test_r43_a_rhythm_that_rests_asks_for_nothing_until_it_is_woken(
    ines: MemberCard, marc: ContactCard, remember: Remember
):
    remember("call", TODAY - 200 * DAY)
    actions.rest(owner_pk=ines.pk, contact_pk=marc.pk, now=NOW, policy=POLICY)
    remember("call", TODAY - 190 * DAY)
    assert (card(marc).resting, due(ines)) == (True, [])
    actions.wake(owner_pk=ines.pk, contact_pk=marc.pk, now=NOW, policy=POLICY)
    assert (card(marc).resting, due(ines)) == (False, ["Marc"])


def test_r43_one_cannot_put_somebody_off_for_ever(ines: MemberCard, marc: ContactCard):
    with pytest.raises(BondRefused):
        actions.snooze(owner_pk=ines.pk, contact_pk=marc.pk, on=TODAY, until=TODAY + 999 * DAY, now=NOW, policy=POLICY)


def test_r35_whoever_was_not_satisfied_is_called_first_however_solid_the_others_are(
    ines: MemberCard, marc: ContactCard, remember: Remember
):
    for number in range(12):
        pk = _know(ines, f"Claude{number}", met_on=date(2010, 1, 1)).pk
        for kind in ("favour_done", "favour_received", "work"):
            remember(kind, TODAY - 120 * DAY, pk=pk)
    remember("work", TODAY - 40 * DAY)
    remember("satisfaction", TODAY - DAY, satisfaction=Satisfaction.BAD)
    first = queries.due(owner_pk=ines.pk, on=TODAY, limit=3)
    assert [one.to_set_right for one in first] == [True, False, False]
    assert first[0].name == "Marc"
    assert first[0].points < first[1].points
    assert queries.due(owner_pk=ines.pk, on=TODAY, start=0, limit=20)[0].name == "Marc"
    assert "Marc" not in [one.name for one in queries.due(owner_pk=ines.pk, on=TODAY, start=1, limit=20)]
    remember("call", TODAY)
    assert "Marc" not in due(ines)


def test_r43_the_most_solid_come_first_and_those_being_lost_are_told_apart(ines: MemberCard, remember: Remember):
    close, loose = _know(ines, "Anne", met_on=date(2019, 1, 1)), _know(ines, "Bruno")
    for pk in (close.pk, loose.pk):
        remember("call", TODAY - 300 * DAY, pk=pk)
    for kind in ("favour_done", "favour_received", "favour_done", "favour_received"):
        remember(kind, TODAY - 300 * DAY, pk=close.pk)
    assert due(ines) == ["Anne", "Bruno"]
    lost = queries.losing_touch(owner_pk=ines.pk, on=TODAY, limit=9, policy=POLICY)
    assert [line.name for line in lost] == ["Anne"]
    assert queries.due_count(owner_pk=ines.pk, on=TODAY) == 2


def test_whoever_is_removed_from_the_book_is_due_no_longer_and_comes_back_with_everything(
    ines: MemberCard, marc: ContactCard, remember: Remember
):
    line = remember("call", TODAY - 200 * DAY)
    book.remove_contact(owner_pk=ines.pk, uid=marc.uid, now=NOW)
    assert due(ines) == []
    assert list(queries.in_turn(owner_pk=ines.pk)) == []
    with pytest.raises(ContactNotFound):
        queries.interaction(owner_pk=ines.pk, uid=line.uid)
    with pytest.raises(ContactNotFound):
        remember("call")
    book.restore_contacts(owner_pk=ines.pk, uids=[marc.uid])
    assert due(ines) == ["Marc"]
    book.remove_contact(owner_pk=ines.pk, uid=marc.uid, now=NOW)
    book.forget_removed(before=NOW + DAY)
    assert not _rows()


def test_r47_everything_goes_with_its_owner(ines: MemberCard, remember: Remember):
    remember("call")
    assert _rows()
    get_user_model().objects.get(pk=ines.pk).delete()
    assert not _rows()


def test_r47_whoever_leaves_leaves_nothing_of_what_happened(ines: MemberCard, marc: ContactCard, remember: Remember):
    remember("call", words="Aux Halles")
    empty_book(owner_pk=ines.pk, keep=[marc.pk])
    assert not _rows()


def test_r47_the_archive_tells_what_happened_and_how_it_stands(ines: MemberCard, marc: ContactCard, remember: Remember):
    remember("call", words="Aux Halles")
    actions.rest(owner_pk=ines.pk, contact_pk=marc.pk, now=NOW, policy=POLICY)
    with zipfile.ZipFile(archive.build(ines, now=NOW, policy=POLICY)) as made:
        (told,) = json.loads(made.read("happened.json"))
        (stands,) = json.loads(made.read("relationships.json"))
    assert (told["name"], told["kind"], told["on"], told["words"]) == ("Marc", "call", "2026-11-22", "Aux Halles")
    assert (stands["contact"], stands["resting"], stands["due_on"]) == (marc.uid, True, None)


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select (select count(*) from people_interaction) + (select count(*) from people_bond)")
        return int(cursor.fetchone()[0])


def test_what_happened_is_read_in_pages_the_latest_first(ines: MemberCard, marc: ContactCard, remember: Remember):
    for back in range(45):
        remember("note", TODAY - back * DAY, words=str(back))
    pages = [queries.happened(owner_pk=ines.pk, contact_pk=marc.pk, page=number) for number in (1, 3, 99)]
    assert [len(page.lines) for page in pages] == [20, 5, 5]
    assert pages[0].lines[0].words == "0"
    assert pages[1] == pages[2]
    assert [line["words"] for line in queries.in_turn(owner_pk=ines.pk, size=7)] == [str(back) for back in range(45)]


def test_a_bond_is_read_in_one_query_and_written_in_a_few_however_much_happened(
    ines: MemberCard, marc: ContactCard, remember: Remember
):
    def costs() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as writing:
            line = remember("referred_by_them")
        with CaptureQueriesContext(connection) as reading:
            card(marc)
        actions.take_back(owner_pk=ines.pk, uid=line.uid, now=NOW, policy=POLICY)
        return len(writing), len(reading)

    remember("satisfaction", satisfaction="good")
    few = costs()
    for back in range(60):
        remember("referred_by_them", TODAY - back * DAY)
    assert few == costs()
    assert few[1] == 1
    assert few[0] <= 11  # with the savepoint's two
