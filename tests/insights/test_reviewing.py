"""What is known of each question, from profile, handing on and referrals; and what never is (R4, R12, R14, R27)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.queries import MemberCard
from entremise.insights import reviewing
from entremise.people.actions.handing import hand_over
from entremise.people.actions.profiles import save_profile
from entremise.people.queries.handing import How
from entremise.people.queries.profiles import ProfileText
from entremise.protocol import care
from entremise.protocol.checklist import Field
from entremise.protocol.diagnosis import About, Facts, Question, Said
from entremise.protocol.looking_back import Opened
from entremise.protocol.overruled import Points
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome, Role
from entremise.protocol.upkeep import Counts
from entremise.referrals import mapping
from entremise.referrals.actions import outside, reviews
from entremise.referrals.actions.gratitude import OUTCOME
from entremise.referrals.actions.gratitude import Said as Words
from entremise.referrals.models import Outside, Referral
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.reviews import Reply, ReviewGone
from tests.cast import INES, MARC, World, introduced, member, world
from tests.referrals.test_measured import again, evaluated, note

pytestmark = pytest.mark.django_db
NOVEMBER = "2026-11"


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def ines(there: World) -> MemberCard:
    return member(there, name="Inès Moreau", email=INES)


def page(there: World, who: MemberCard, key: str = NOVEMBER) -> reviewing.ReviewPage:
    return reviewing.review(member=who, key=key, now=there.now, policy=DEFAULT)


def facts(there: World, who: MemberCard) -> Facts:
    return page(there, who).facts


# -- what is known ----------------------------------------------------------------------------------


def test_r27_of_one_introduction_everything_the_receiver_did_is_known(there: World, ines: MemberCard) -> None:
    uid = there.send()
    there.ask(there.last_to(INES), "Quelle surface ?")
    for who in (INES, MARC, MARC):
        there.yes(there.last_to(who)).wait(minutes=15)
    assert Referral.objects.get(uid=uid).introduced_at
    mail = there.last_to(INES)
    there.thank(mail)
    there.wait(days=4)
    there.contact(mail)
    there.wait(days=3)
    there.news(mail, "Nous avons rendez-vous.")
    found = facts(there, ines)
    assert (found.reviewed, found.here, found.asked) == (1, 1, 1)
    assert (found.thanks, found.contact, found.news) == (Counts(in_time=1), Counts(late=1), Counts(in_time=1))
    assert set(found.lacking) <= {Field.BEST_TIME, Field.BOOKING}
    assert found.outcomes == {}
    there.close(mail, Outcome.NO_NEED)
    assert facts(there, ines).outcomes == {Outcome.NO_NEED: 1}


def test_what_the_receivers_own_part_does_not_say_is_counted(there: World, ines: MemberCard) -> None:
    """R17, R27: best time and booking are of the receiver's part; the client's part is nobody's here."""
    introduced(there)
    assert facts(there, ines).lacking == {Field.BEST_TIME: 1, Field.BOOKING: 1}


def test_r23b_what_came_from_outside_has_thanks_and_news_and_no_questions_or_parts(
    there: World, ines: MemberCard
) -> None:
    note(there, ines, Direction.RECEIVED, 1)
    there.wait(days=7)
    found = facts(there, ines)
    assert (found.reviewed, found.here, found.lacking) == (1, 0, {})
    assert (found.thanks, found.contact, found.news) == (Counts(not_yet=1), Counts(not_yet=1), Counts())


def test_r26_nothing_is_late_of_one_that_was_noted_with_its_end_a_year_after(there: World, ines: MemberCard) -> None:
    note(there, ines, Direction.RECEIVED, 1, arrived_on=ines.today(there.now) - timedelta(days=360))
    row = Outside.objects.get()
    act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    outside.tell(owner=ines, uid=row.uid, kind=OUTCOME, said=Words(), outcome=Outcome.LOST, **act)
    there.wait(days=9)
    found = reviewing.facts(member=ines, about=(row.uid,), now=there.now, policy=DEFAULT)
    assert (found.thanks, found.contact, found.news) == (Counts(), Counts(), Counts())
    assert found.outcomes == {Outcome.LOST: 1}


def test_r26_what_was_set_aside_and_taken_up_owes_no_news_of_the_time_between(there: World, ines: MemberCard) -> None:
    uid, mail, _marc = introduced(there)
    there.contact(mail).close(mail, Outcome.SET_ASIDE)
    there.wait(days=100).take_up(mail)
    there.wait(days=10).close(mail, Outcome.LOST)
    there.wait(days=50).close(mail, Outcome.NO_NEED, "Plus exactement.")
    found = reviewing.facts(member=ines, about=(uid,), now=there.now, policy=DEFAULT)
    assert found.news == Counts(in_time=1)


def test_r20_no_first_contact_stands_beside_one_who_was_never_reached(there: World, ines: MemberCard) -> None:
    _uid, mail, _marc = introduced(there)
    there.wait(days=9).close(mail, Outcome.NEVER_REACHED)
    found = facts(there, ines)
    assert (found.contact, found.outcomes) == (Counts(), {Outcome.NEVER_REACHED: 1})


def test_only_the_month_is_looked_at_where_it_is_of_single_ones(there: World, ines: MemberCard) -> None:
    today = ines.today(there.now)
    note(there, ines, Direction.RECEIVED, 1, arrived_on=today - timedelta(days=60))
    note(there, ines, Direction.RECEIVED, 2)
    assert facts(there, ines).reviewed == 1


def test_without_a_profile_nothing_is_said_of_its_age_or_its_parts(there: World, ines: MemberCard) -> None:
    note(there, ines, Direction.RECEIVED, 1)
    found = facts(there, ines)
    assert (found.profile_days, found.profile_missing, found.people) == (None, (), 0)
    message = page(there, ines).questions[0]
    assert [fact.about for fact in message.facts] == [About.NO_PROFILE]
    assert message.proposed is Said.NO


def test_r27_a_profile_tells_its_age_its_gaps_and_who_has_it_and_an_older_one(there: World) -> None:
    helene, act = there.helene, {"chance": there.chance}
    written = save_profile(owner_pk=helene.pk, text=ProfileText(services=("Conseil",)), version=0, now=there.now, **act)
    given: dict[str, Any] = {"how": How.PDF, "on": helene.today(there.now), "act": "a" * 26}
    hand_over(owner=helene, contacts=[there.ines.uid, there.marc.uid], now=there.now, **given, **act)
    there.wait(days=30)
    more = ProfileText(services=("Conseil",), listen_for=("« Je cherche »",))
    save_profile(owner_pk=helene.pk, text=more, version=written.version, now=there.now, **act)
    there.wait(days=5)
    note(there, helene, Direction.RECEIVED, 1)
    found = page(there, helene, f"{there.now:%Y-%m}").facts
    assert found.profile_days == 5
    assert found.profile_missing == ("markets", "areas", "availability", "not_for_me", "floor", "introduced")
    assert (found.people, found.behind, found.handed_first, found.handed_on) == (2, 2, *[date(2026, 11, 2)] * 2)


def test_the_queries_of_a_page_are_bounded_however_much_there_is(there: World, ines: MemberCard) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(there, ines)
        return len(captured)

    introduced(there)
    first = asked()
    for number in range(8):
        note(there, ines, Direction.RECEIVED, number)
    again(there)
    assert asked() == first <= 16


# -- open, answered, earlier ------------------------------------------------------------------------


def say(there: World, who: MemberCard, key: str = NOVEMBER, *, done: bool = True) -> None:
    said: dict[Question | str, Reply] = {Question.MESSAGE: Reply(said=Said.PARTLY)}
    known = page(there, who, key).facts
    reviews.answer(member=who, key=key, facts=known, said=said, done=done, now=there.now, policy=DEFAULT)


def test_while_they_wait_the_facts_are_todays_and_afterwards_those_of_that_day(there: World, ines: MemberCard) -> None:
    note(there, ines, Direction.RECEIVED, 1)
    say(there, ines, done=False)
    there.wait(days=7)
    assert page(there, ines).facts.thanks.not_yet == 1
    say(there, ines)
    note(there, ines, Direction.RECEIVED, 2)
    found = page(there, ines)
    assert (found.facts.reviewed, found.answered, found.changeable) == (1, True, True)
    assert found.questions == page(there, ines).questions
    anew = reviewing.review(member=ines, key=NOVEMBER, again=True, now=there.now, policy=DEFAULT)
    assert (anew.facts.reviewed, anew.answered) == (2, True), "answered again, it is of what is known today"


def test_r27_answered_before_its_end_a_month_waits_again_when_it_is_over(there: World, ines: MemberCard) -> None:
    note(there, ines, Direction.RECEIVED, 1)
    say(there, ines)
    there.wait(days=18)
    for number in (2, 3):
        note(there, ines, Direction.RECEIVED, number)
    assert page(there, ines).answered
    there.wait(days=12)
    found = page(there, ines)
    assert (found.waits, found.answered, found.facts.reviewed) == (True, False, 3)
    say(there, ines)
    assert page(there, ines).answered
    there.wait(days=40)
    last = reviewing.review(member=ines, key=NOVEMBER, again=True, now=there.now, policy=DEFAULT)
    assert (last.facts, last.changeable) == (page(there, ines).facts, True), "closed, it keeps the facts of that day"


def test_earlier_ones_can_be_read_again_and_no_longer_changed(there: World, ines: MemberCard) -> None:
    note(there, ines, Direction.RECEIVED, 1)
    say(there, ines)
    then = page(there, ines).facts
    there.wait(days=40)
    note(there, ines, Direction.RECEIVED, 2)
    say(there, ines, "2026-12")
    found = page(there, ines)
    assert (found.facts, found.changeable, found.opened) == (then, False, Opened.MONTH)


def test_r44_questions_of_nobody_or_of_another_member_do_not_exist(there: World, ines: MemberCard) -> None:
    note(there, ines, Direction.RECEIVED, 1)
    say(there, ines)
    for who, key in ((there.helene, NOVEMBER), (ines, "2026-10"), (ines, "streak:none"), (ines, "nonsense")):
        with pytest.raises(ReviewGone):
            page(there, who, key)


# -- the wall ---------------------------------------------------------------------------------------


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from (*strings(key), *strings(one))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)
    else:
        yield str(value)


def test_r4_the_facts_name_neither_client_nor_giver(there: World, ines: MemberCard) -> None:
    introduced(there)
    told = json.dumps(mapping.diagnosis_to_json(facts(there, ines)), ensure_ascii=False)
    for secret in ("Marc", "Delaunay", "Cèdre", "Hélène", "Vasseur", there.helene.uid, there.marc.uid):
        assert secret not in told
    names = {one.value for kind in (care.Question, Field, Outcome) for one in kind}
    known = {*names, *Facts.__dataclass_fields__, *Counts.__dataclass_fields__, *Points.__dataclass_fields__}
    said = set(strings(json.loads(told)))
    assert {one for one in said if not one.replace("-", "").isdigit()} <= known | {"None"}


def test_r14_what_anybody_says_at_the_evaluation_changes_no_fact(there: World, ines: MemberCard) -> None:
    uid, _ines, _marc = introduced(there)
    before = page(there, ines)
    for role in (Role.CLIENT, Role.GIVER):
        evaluated(uid, role, Outcome.NOT_A_FIT, there)
    assert page(there, ines) == before


def by(there: World, uid: str, number: int, *, overruled: bool) -> None:
    """Let another member have given it, and have gone beyond a no to the budget or not."""
    giver = member(there, name=f"Donneur {number}", email=f"donneur{number}@exemple.example")
    row = Referral.objects.get(uid=uid)
    row.answers = {**row.answers, "overruled": ["budget"] if overruled else []}
    row.giver_id = giver.pk
    row.save(update_fields=["answers", "giver_id"])


def test_r12_who_overruled_changes_no_fact_and_fewer_than_three_givers_tell_nothing(
    there: World, ines: MemberCard
) -> None:
    """Paired worlds: which of three givers overruled makes no difference to anything the receiver is told."""
    uids = [introduced(there)[0], again(there)]
    for number, uid in enumerate(uids):
        by(there, uid, number, overruled=True)
    assert facts(there, ines).overruled == Points()
    uids.append(again(there))
    seen = []
    for who in range(3):
        for number, uid in enumerate(uids):
            row = Referral.objects.get(uid=uid)
            row.answers = {**row.answers, "overruled": ["budget"] if number == who else []}
            row.save(update_fields=["answers"])
        by(there, uids[2], 10 + who, overruled=who == 2)
        seen.append(facts(there, ines))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0].overruled == Points(of=3, times={care.Question.BUDGET: 1})


def test_the_page_of_a_streak_looks_at_the_streak_alone(there: World, ines: MemberCard) -> None:
    _uid, mail, _marc = introduced(there)
    there.close(mail, Outcome.WON)
    for _time in range(2):
        again(there)
        there.close(there.last_to(INES), Outcome.LOST)
    again(there)
    there.close(there.last_to(INES), Outcome.NOT_A_FIT)
    last = Referral.objects.order_by("-pk").first()
    assert last is not None
    found = page(there, ines, f"streak:{last.uid}")
    assert (found.opened, found.facts.reviewed) == (Opened.STREAK, 3)
    assert found.facts.outcomes == {Outcome.LOST: 2, Outcome.NOT_A_FIT: 1}
    assert replace(found, key="x").answered is False
