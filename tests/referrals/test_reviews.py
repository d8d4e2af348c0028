"""The four questions as a member answers them, and questions of their own (R27, R47)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entremise.accounts.queries import MemberCard
from entremise.protocol import care
from entremise.protocol.checklist import Field
from entremise.protocol.diagnosis import Facts, Question, Said
from entremise.protocol.looking_back import Opened
from entremise.protocol.overruled import Points
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.protocol.upkeep import Counts
from entremise.referrals import mapping
from entremise.referrals.actions import leaving, outside, reviews
from entremise.referrals.actions.gratitude import OUTCOME
from entremise.referrals.actions.gratitude import Said as Words
from entremise.referrals.actions.outside import Noted
from entremise.referrals.actions.reviews import NothingSaid, OwnRefused, ReviewClosed, WhyNot
from entremise.referrals.models import OwnQuestion, Review, ReviewAnswer
from entremise.referrals.queries import reviews as queries
from entremise.referrals.queries.outside import Direction
from entremise.referrals.queries.reviews import Reply, ReviewGone
from tests.cast import INES, MARC_DRAFT, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
FACTS = Facts(
    on=date(2026, 11, 2),
    profile_days=425,
    profile_missing=("floor",),
    people=3,
    behind=1,
    handed_first=date(2026, 1, 3),
    handed_on=date(2026, 3, 3),
    overruled=Points(of=6, times={care.Question.BUDGET: 2}),
    reviewed=4,
    here=3,
    asked=1,
    lacking={Field.BEST_TIME: 2},
    thanks=Counts(in_time=1, late=2, not_yet=1),
    news=Counts(in_time=1),
    outcomes={Outcome.LOST: 2, Outcome.SET_ASIDE: 1},
)
YES, NO = Reply(said=Said.YES), Reply(said=Said.NO, words="À revoir.")


@pytest.fixture
def there() -> World:
    return world()


def received(there: World, number: int, outcome: Outcome | None = None, *, ago: int = 0) -> str:
    """Hélène notes a referral that came to her from outside, and how it ended."""
    noted = Noted(
        direction=Direction.RECEIVED,
        other=MARC_DRAFT,
        client=contact_draft("Sophie", "Ganier", "", "", "06 11 22 33 44"),
        arrived_on=there.helene.today(there.now) - timedelta(days=ago),
        said="",
    )
    uid = f"{number:026}"
    act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    outside.note(owner=there.helene, noted=noted, uid=uid, **act)
    if outcome:
        outside.tell(owner=there.helene, uid=uid, kind=OUTCOME, said=Words(), outcome=outcome, **act)
    there.now += timedelta(hours=1)
    return uid


def open_keys(there: World, who: MemberCard | None = None) -> list[str]:
    found = queries.open_reviews(member=who or there.helene, now=there.now, policy=DEFAULT)
    return [one.key for one in found]


def answer(there: World, key: str, said: Any, *, done: bool = True, facts: Facts = FACTS) -> None:
    act = {"now": there.now, "policy": DEFAULT}
    reviews.answer(member=there.helene, key=key, facts=facts, said=said, done=done, **act)  # type: ignore[arg-type]


def kept(there: World, key: str) -> queries.ReviewCard:
    (found,) = queries.reviews(member=there.helene, key=key)
    return found


# -- when they are open -----------------------------------------------------------------------------


def test_r27_nothing_is_open_for_whoever_received_nothing(there: World) -> None:
    introduced(there)  # Hélène gave
    assert open_keys(there) == []
    assert queries.open_streak(member=there.helene, now=there.now, policy=DEFAULT) is None


def test_r27_a_referral_received_here_or_outside_opens_the_month(there: World) -> None:
    introduced(there)
    assert open_keys(there, member(there, name="Inès Moreau", email=INES)) == ["2026-11"]
    received(there, 1, ago=40)
    assert open_keys(there) == []
    received(there, 2)
    assert open_keys(there) == ["2026-11"]


def test_r23b_r27_three_in_a_row_here_and_outside_open_the_questions_in_one_query(there: World) -> None:
    for number in (1, 2):
        received(there, number, Outcome.LOST, ago=90)
    assert queries.open_streak(member=there.helene, now=there.now, policy=DEFAULT) is None
    last = received(there, 3, Outcome.NO_NEED, ago=90)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = queries.open_streak(member=there.helene, now=there.now, policy=DEFAULT)
    assert len(asked) == 1
    assert found is not None
    assert found.key == f"streak:{last}"
    assert open_keys(there) == [f"streak:{last}"]
    answer(there, found.key, {Question.MESSAGE: YES})
    assert queries.open_streak(member=there.helene, now=there.now, policy=DEFAULT) is None
    assert open_keys(there) == [], "the month is looked back at once, not twice"


def test_what_came_here_counts_for_a_streak_too(there: World) -> None:
    _uid, mail, _marc = introduced(there)
    ines = member(there, name="Inès Moreau", email=INES)
    there.close(mail, Outcome.NOT_A_FIT)
    (one,) = queries.received(member=ines)
    assert (one.outcome, one.ended_on) == (Outcome.NOT_A_FIT, date(2026, 11, 2))
    first = queries.open_streak(member=ines, now=there.now, policy=DEFAULT)
    assert first is None


def test_what_was_won_since_closes_a_streak(there: World) -> None:
    for number in (1, 2, 3):
        received(there, number, Outcome.LOST, ago=90)
    received(there, 4, Outcome.WON, ago=90)
    assert open_keys(there) == [], "nobody said that these ended this month"
    assert queries.open_streak(member=there.helene, now=there.now, policy=DEFAULT) is None


def test_r26_old_failures_that_are_noted_late_make_no_row_with_what_was_won_since(there: World) -> None:
    """Of one noted together with its end the day is unknown: it counts as of the day it came."""
    received(there, 4, Outcome.WON, ago=10)
    for number in (1, 2, 3):
        received(there, number, Outcome.LOST, ago=300 + number)
    assert queries.open_streak(member=there.helene, now=there.now, policy=DEFAULT) is None
    assert open_keys(there) == ["2026-10"], "the month in which the last one came, and nothing else"
    assert [one.ended_on for one in queries.received(member=there.helene)] == [None] * 4


def test_what_was_noted_before_it_ended_ended_on_the_day_that_was_told(there: World) -> None:
    uid = received(there, 1, ago=90)
    there.now += timedelta(days=1)
    act: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    outside.tell(owner=there.helene, uid=uid, kind=OUTCOME, said=Words(), outcome=Outcome.LOST, **act)
    (one,) = queries.received(member=there.helene)
    assert one.ended_on == date(2026, 11, 3)
    assert open_keys(there) == ["2026-11"]


def test_r27_a_failure_said_more_exactly_opens_no_streak_that_was_answered(there: World) -> None:
    uids = [received(there, number, Outcome.LOST) for number in (1, 2, 3)]
    there.now += timedelta(days=1)
    answer(there, f"streak:{uids[-1]}", {Question.MESSAGE: YES})
    act: dict[str, Any] = {"chance": there.chance, "policy": DEFAULT, "owner": there.helene, "kind": OUTCOME}
    for outcome in (Outcome.NO_NEED, Outcome.NO_NEED):
        there.now += timedelta(days=2)
        outside.tell(uid=uids[0], said=Words(text="Il me l’a dit."), outcome=outcome, now=there.now, **act)
    assert [one.ended_on for one in queries.received(member=there.helene)] == [date(2026, 11, 2)] * 3
    assert queries.open_streak(member=there.helene, now=there.now, policy=DEFAULT) is None
    assert open_keys(there) == []


# -- answering --------------------------------------------------------------------------------------


def test_r27_an_answer_is_kept_with_the_facts_of_that_day(there: World) -> None:
    received(there, 1)
    answer(there, "2026-11", {Question.MESSAGE: YES, Question.TAUGHT: NO})
    found = kept(there, "2026-11")
    assert (found.opened, found.facts, found.answered_at) == (Opened.MONTH, FACTS, there.now)
    assert found.reply(Question.MESSAGE) == YES
    assert found.reply(Question.TAUGHT) == NO
    assert found.reply(Question.MARKETS) == Reply()
    assert open_keys(there) == []


def test_what_is_said_in_part_is_kept_and_the_questions_stay_open(there: World) -> None:
    received(there, 1)
    answer(there, "2026-11", {Question.MESSAGE: YES}, done=False)
    assert open_keys(there) == ["2026-11"]
    answer(there, "2026-11", {Question.MARKETS: Reply(words="Je ne sais pas encore.")}, done=False)
    found = kept(there, "2026-11")
    assert found.answered_at is None
    assert found.reply(Question.MESSAGE) == YES, "what is not said again stays"
    assert found.reply(Question.MARKETS).words == "Je ne sais pas encore."


def test_the_same_press_again_changes_nothing(there: World) -> None:
    received(there, 1)
    own = reviews.add_own(member=there.helene, text="Ai-je appelé ?", now=there.now, chance=there.chance)
    for _press in range(2):
        answer(there, "2026-11", {Question.MESSAGE: YES, own: NO})
    assert (Review.objects.count(), ReviewAnswer.objects.count()) == (1, 2)
    assert kept(there, "2026-11").own_reply(own) == NO


def test_answering_again_replaces_and_an_empty_answer_leaves_none(there: World) -> None:
    received(there, 1)
    answer(there, "2026-11", {Question.MESSAGE: YES, Question.TAUGHT: NO})
    there.now += timedelta(days=1)
    answer(there, "2026-11", {Question.MESSAGE: NO, Question.TAUGHT: Reply(words="  ")})
    found = kept(there, "2026-11")
    assert found.reply(Question.MESSAGE) == NO
    assert found.reply(Question.TAUGHT) == Reply()
    assert len(found.answers) == 1


def test_answered_again_until_newer_questions_are_begun(there: World) -> None:
    received(there, 1)
    answer(there, "2026-11", {Question.MESSAGE: YES})
    there.now += timedelta(days=40)
    answer(there, "2026-11", {Question.MESSAGE: NO})
    received(there, 2)
    answer(there, "2026-12", {Question.MESSAGE: YES}, done=False)
    with pytest.raises(ReviewClosed):
        answer(there, "2026-11", {Question.MESSAGE: YES})
    assert kept(there, "2026-11").reply(Question.MESSAGE) == NO


def test_what_was_begun_and_is_still_open_can_be_gone_on_with_after_newer_ones_were_begun(there: World) -> None:
    for number in (1, 2, 3):
        last = received(there, number, Outcome.LOST)
    answer(there, "2026-11", {Question.MESSAGE: YES}, done=False)
    answer(there, f"streak:{last}", {Question.MESSAGE: YES})
    answer(there, "2026-11", {Question.MARKETS: NO})
    assert kept(there, "2026-11").answered_at == there.now


def test_r27_a_month_that_is_asked_about_once_more_can_be_answered_though_a_streak_was_begun_since(
    there: World,
) -> None:
    received(there, 1, Outcome.LOST)
    answer(there, "2026-11", {Question.MESSAGE: YES})
    there.now += timedelta(days=20)
    last = [received(there, number, Outcome.LOST) for number in (2, 3)][-1]
    assert open_keys(there) == [f"streak:{last}"]
    answer(there, f"streak:{last}", {Question.MESSAGE: YES})
    there.now += timedelta(days=2)
    received(there, 4)
    with pytest.raises(ReviewClosed):
        answer(there, "2026-11", {Question.MESSAGE: NO})
    there.now += timedelta(days=8)
    assert open_keys(there) == ["2026-11"]
    answer(there, "2026-11", {Question.MESSAGE: NO})
    assert open_keys(there) == []


@pytest.mark.parametrize("key", ["2026-11", "2026-10", "streak:nothing", "éé"])
def test_questions_that_are_not_open_cannot_be_answered(there: World, key: str) -> None:
    with pytest.raises(ReviewGone):
        answer(there, key, {Question.MESSAGE: YES})
    assert not Review.objects.exists()


def test_done_needs_one_answer_at_least_and_keeps_nothing_without(there: World) -> None:
    received(there, 1)
    with pytest.raises(NothingSaid):
        answer(there, "2026-11", {Question.MESSAGE: Reply(words="Hm.")})
    assert not Review.objects.exists()


def test_r44_what_a_member_answered_is_nobody_elses(there: World) -> None:
    received(there, 1)
    answer(there, "2026-11", {Question.MESSAGE: YES})
    olga = member(there)
    assert queries.reviews(member=olga) == ()
    assert queries.latest_key(member=olga) == ""
    own = reviews.add_own(member=there.helene, text="Ai-je appelé ?", now=there.now, chance=there.chance)
    assert queries.own_questions(member=olga) == ()
    with pytest.raises(ReviewGone):
        reviews.reword_own(member=olga, uid=own, text="Autre ?")
    with pytest.raises(ReviewGone):
        reviews.retire_own(member=olga, uid=own, now=there.now)


def test_the_latest_come_first_in_two_queries_however_many(there: World) -> None:
    received(there, 1)
    answer(there, "2026-11", {Question.MESSAGE: YES})
    there.now += timedelta(days=30)
    received(there, 2)
    answer(there, "2026-12", dict.fromkeys(Question, NO))
    with CaptureQueriesContext(connection) as asked:
        found = queries.reviews(member=there.helene)
    assert [one.key for one in found] == ["2026-12", "2026-11"]
    assert len(asked) == 2
    assert queries.latest_key(member=there.helene) == "2026-12"


def test_facts_stand_as_they_were_and_what_is_unknown_today_is_left_out() -> None:
    said = mapping.diagnosis_to_json(FACTS)
    assert mapping.diagnosis_from_json(said) == FACTS
    assert mapping.diagnosis_from_json(mapping.diagnosis_to_json(Facts(on=FACTS.on))) == Facts(on=FACTS.on)
    later = {**said, "mood": "good", "lacking": {**said["lacking"], "shoes": 3}}
    assert mapping.diagnosis_from_json(later) == FACTS


# -- questions of one's own -------------------------------------------------------------------------


def own_texts(there: World) -> list[str]:
    return [one.text for one in queries.own_questions(member=there.helene)]


def add(there: World, text: str) -> str:
    return reviews.add_own(member=there.helene, text=text, now=there.now, chance=there.chance)


def test_r27_members_add_their_own_questions_and_the_same_press_twice_adds_one(there: World) -> None:
    first = add(there, "  Ai-je  appelé ? ")
    assert add(there, "Ai-je appelé ?") == first
    add(there, "Ai-je écouté ?")
    assert own_texts(there) == ["Ai-je appelé ?", "Ai-je écouté ?"]


def test_in_other_words_from_now_on_and_what_was_answered_keeps_its_own(there: World) -> None:
    received(there, 1)
    own = add(there, "Ai-je appelé ?")
    answer(there, "2026-11", {own: YES})
    reviews.reword_own(member=there.helene, uid=own, text="Ai-je rappelé ?")
    assert own_texts(there) == ["Ai-je rappelé ?"]
    (said,) = kept(there, "2026-11").answers
    assert (said.question, said.own, said.asked) == (None, own, "Ai-je appelé ?")


def test_one_that_is_asked_no_more_stays_where_it_was_answered(there: World) -> None:
    received(there, 1)
    own = add(there, "Ai-je appelé ?")
    answer(there, "2026-11", {own: YES})
    for _press in range(2):
        reviews.retire_own(member=there.helene, uid=own, now=there.now)
    assert own_texts(there) == []
    assert [one.asked for one in kept(there, "2026-11").answers] == ["Ai-je appelé ?"]
    assert add(there, "Ai-je appelé ?") != own, "asked anew, it is another"
    with pytest.raises(ReviewGone):
        reviews.reword_own(member=there.helene, uid=own, text="Autre ?")


def test_an_answer_to_somebody_elses_question_is_kept_nowhere(there: World) -> None:
    received(there, 1)
    other = reviews.add_own(member=member(there), text="À moi ?", now=there.now, chance=there.chance)
    answer(there, "2026-11", {Question.MESSAGE: YES, other: YES})
    assert len(kept(there, "2026-11").answers) == 1


@pytest.mark.parametrize(("text", "why"), [("   ", WhyNot.EMPTY), ("x" * 201, WhyNot.LONG)])
def test_a_question_without_words_or_with_too_many_is_refused(there: World, text: str, why: WhyNot) -> None:
    with pytest.raises(OwnRefused) as refused:
        add(there, text)
    assert refused.value.why is why


def test_eight_are_the_most_and_one_question_is_asked_once(there: World) -> None:
    made = [add(there, f"Question {number} ?") for number in range(8)]
    with pytest.raises(OwnRefused) as refused:
        add(there, "Une de plus ?")
    assert refused.value.why is WhyNot.MANY
    with pytest.raises(OwnRefused) as refused:
        reviews.reword_own(member=there.helene, uid=made[0], text="Question 1 ?")
    assert refused.value.why is WhyNot.ASKED
    reviews.reword_own(member=there.helene, uid=made[0], text="Question 0 ?")
    reviews.retire_own(member=there.helene, uid=made[7], now=there.now)
    add(there, "Une de plus ?")
    assert own_texts(there)[-1] == "Une de plus ?"


# -- taken along, and erased (R47) ------------------------------------------------------------------


def test_r47_everything_answered_can_be_taken_along(there: World) -> None:
    received(there, 1)
    own = add(there, "Ai-je appelé ?")
    answer(there, "2026-11", {Question.MESSAGE: NO, own: YES})
    reviews.retire_own(member=there.helene, uid=own, now=there.now)
    (row,) = queries.in_turn(member=there.helene)
    assert row["key"] == "2026-11"
    assert row["facts"]["people"] == 3
    assert row["answers"] == [
        {"question": "message", "said": "no", "words": "À revoir."},
        {"question": "Ai-je appelé ?", "said": "yes", "words": ""},
    ]
    (asked,) = queries.own_in_turn(member=there.helene)
    assert (asked["text"], asked["retired"]) == ("Ai-je appelé ?", there.now)


def test_r47_nothing_of_it_is_left_of_somebody_who_left(there: World) -> None:
    received(there, 1)
    own = add(there, "Ai-je appelé ?")
    answer(there, "2026-11", {Question.MESSAGE: YES, own: YES})
    leaving.leave(there.helene, now=there.now, chance=there.chance, policy=DEFAULT)
    assert not Review.objects.exists()
    assert not ReviewAnswer.objects.exists()
    assert not OwnQuestion.objects.exists()
