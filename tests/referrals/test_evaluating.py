"""Asking whether it was a good match, and what becomes of the answers (R14, R15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from entremise.protocol.evaluation import Again, Bond, Judgement, Match
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import answering, evaluating, gratitude
from entremise.referrals.actions.digits import Caller, WrongDigits
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.steps import Gone
from entremise.referrals.models import Evaluation, Moment, Referral, Refused, Request
from entremise.referrals.queries import evaluations
from entremise.referrals.queries.home import home
from tests.cast import HELENE, INES, MARC, OLGA, Mail, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
GOOD = Judgement(match=Match.YES, bonds=Bond.STRONGER)
DAYS = 30  # a ventilation engineer's trade has no number of its own


@pytest.fixture
def scene() -> World:
    return world()


def asked(scene: World) -> dict[str, Mail]:
    """Play up to the evaluation; return each one's mail that asks."""
    introduced(scene)
    scene.wait(days=DAYS)
    return {who: scene.last_to(who) for who in (HELENE, INES, MARC)}


def say(scene: World, mail: Mail, said: Judgement = GOOD, *, digits: str = "") -> None:
    caller = Caller(token=mail.token, digits=digits or mail.digits)
    evaluating.answer(caller=caller, said=said, now=scene.now, chance=scene.chance, policy=scene.policy)
    scene.run()


def row(role: Role) -> Evaluation:
    return Evaluation.objects.get(role=role.value)


def test_giver_and_parties_are_asked_once_when_the_trades_time_has_come(scene: World) -> None:
    """R14: not a day before, and each of them once."""
    introduced(scene)
    scene.wait(days=DAYS, minutes=-1)
    before = len(scene.postman.mails)
    scene.wait(minutes=1)
    came = [mail.to for mail in scene.postman.mails[before:]]
    assert sorted(came) == sorted([HELENE, INES, MARC])
    scene.wait(days=60)
    assert len(scene.postman.mails) == before + 3


@pytest.mark.parametrize(
    ("trade", "words", "days"),
    [("notary", "", 30), ("", "réglage de carillons", 30), ("commercial-property-agent", "", 120), ("plumber", "", 21)],
)
def test_each_trade_has_its_own_time(scene: World, trade: str, words: str, days: int) -> None:
    """R14: the table per trade, and a default for a trade that is not on the list."""
    scene.send(trade=trade, trade_words=words)
    for who in (INES, MARC, MARC):
        scene.yes(scene.last_to(who)).wait(minutes=15)
    referral = Referral.objects.get()
    assert referral.introduced_at is not None
    assert referral.evaluation_due == referral.introduced_at + timedelta(days=days)


def test_what_did_not_conclude_is_not_evaluated(scene: World) -> None:
    """R14: nobody is asked about a match that was not made."""
    scene.send()
    scene.wait(days=90)
    assert not Evaluation.objects.exists()


def _silence(scene: World, _mail: Mail) -> None:
    answering.silence(token=answering.silence_token(Request.objects.get(kind="name").uid), quiet=True, now=scene.now)


def _refuse(scope: str) -> Callable[[World, Mail], None]:
    def act(scene: World, _mail: Mail) -> None:
        marc = Request.objects.get(kind="name")
        other = scene.helene.address_hash if scope == "giver" else ""
        Refused.objects.create(address_hash=marc.address_hash, scope=scope, other=other, at=scene.now)

    return act


def _forget(_scene: World, _mail: Mail) -> None:
    Request.objects.filter(kind="name").update(address="")


@pytest.mark.parametrize("how", [_silence, _refuse("all"), _refuse("giver"), _forget])
def test_whoever_wants_peace_or_has_no_address_is_not_asked(scene: World, how: Callable[[World, Mail], None]) -> None:
    """R6, R45: a silence, a refusal, somebody forgotten; the others are asked all the same."""
    introduced(scene)
    how(scene, scene.last_to(MARC))
    before = len(scene.mails_to(MARC))
    scene.wait(days=DAYS)
    assert len(scene.mails_to(MARC)) == before
    assert "bonne rencontre" in scene.last_to(INES).subject


def test_an_answer_can_be_changed_until_the_deadline_and_not_after(scene: World) -> None:
    """R14: 30 days, then the link opens nothing."""
    mails = asked(scene)
    say(scene, mails[MARC])
    scene.wait(days=29)
    say(scene, mails[MARC], Judgement(match=Match.NO, bonds=Bond.WEAKER))
    assert (row(Role.CLIENT).match, row(Role.CLIENT).bonds) == ("no", "weaker")
    assert Moment.objects.filter(what="evaluated").count() == 1
    scene.wait(days=1)
    with pytest.raises(Gone):
        say(scene, mails[MARC])
    page = evaluations.evaluation_page(token=mails[MARC].token, now=scene.now, language="", policy=scene.policy)
    assert page is None


def test_only_the_giver_is_asked_whether_they_would_recommend_the_two_again(scene: World) -> None:
    """R14."""
    mails = asked(scene)
    both = Judgement(match=Match.YES, bonds=Bond.SAME, again_receiver=Again.YES, again_client=Again.PERHAPS)
    for who in (HELENE, MARC):
        say(scene, mails[who], both)
    assert (row(Role.GIVER).again_receiver, row(Role.GIVER).again_client) == ("yes", "perhaps")
    assert (row(Role.CLIENT).again_receiver, row(Role.CLIENT).again_client) == ("", "")


def test_a_machine_without_the_digits_says_nothing(scene: World) -> None:
    """R6: scanners open and submit; nothing is kept, and four wrong digits are a guess."""
    mails = asked(scene)
    for digits in ("0", f"{(int(mails[MARC].digits) + 1) % 10000:04}"):
        with pytest.raises(WrongDigits):
            say(scene, mails[MARC], digits=digits)
    assert row(Role.CLIENT).answered_at is None
    assert row(Role.CLIENT).wrong_tries == 1


def test_one_persons_digits_do_not_open_anothers_evaluation(scene: World) -> None:
    mails = asked(scene)
    assert len({mail.token for mail in mails.values()}) == 3
    assert mails[INES].digits != mails[MARC].digits
    with pytest.raises(WrongDigits):
        say(scene, mails[MARC], digits=mails[INES].digits)


@pytest.mark.parametrize("who", [HELENE, MARC])
def test_an_outcome_nobody_gave_is_asked_for_and_told_to_the_giver_alone(scene: World, who: str) -> None:
    """R14: it stays unknown for the receiver, who still owes news; the giver's story says whose word it is."""
    mails = asked(scene)
    say(scene, mails[who], Judgement(match=Match.YES, bonds=Bond.SAME, outcome=Outcome.WON))
    story = scene.story(Referral.objects.get().uid)
    role = Role.GIVER if who == HELENE else Role.CLIENT
    assert [(beat.kind, beat.outcome) for beat in story.beats if beat.what == "end_said"] == [(role.value, "won")]
    assert Moment.objects.get(what="end_said").by == role.value
    assert Referral.objects.get().outcome == ""


def test_the_receivers_own_word_comes_before_anybody_elses(scene: World) -> None:
    """R14, R21: what the receiver says of the end is what stands."""
    mails = asked(scene)
    say(scene, mails[MARC], Judgement(match=Match.YES, bonds=Bond.SAME, outcome=Outcome.LOST))
    letters = len(scene.mails_to(HELENE))
    say(scene, mails[INES], Judgement(match=Match.YES, bonds=Bond.SAME, outcome=Outcome.WON))
    assert Referral.objects.get().outcome == "won"
    assert len(scene.mails_to(HELENE)) == letters + 1
    story = scene.story(Referral.objects.get().uid)
    assert story.outcome == "won"
    assert "end_said" not in {beat.what for beat in story.beats}


def test_an_outcome_known_is_not_asked_again_but_the_client_cannot_tell(scene: World) -> None:
    """R4, R14: whether the question is there must not tell the client what the receiver told the giver."""
    _uid, to_ines, _to_marc = introduced(scene)
    scene.close(to_ines, Outcome.WON)
    scene.wait(days=DAYS)
    known = {
        who: evaluations.evaluation_page(
            token=scene.last_to(who).token, now=scene.now, language="", policy=scene.policy
        )
        for who in (HELENE, INES, MARC)
    }
    assert {who: page.outcome_known for who, page in known.items() if page} == {HELENE: True, INES: True, MARC: False}


def test_a_giver_finds_it_at_home_until_it_is_answered(scene: World) -> None:
    """R14, R22."""
    mails = asked(scene)
    (waiting,) = home(member=scene.helene, now=scene.now, policy=scene.policy).matches
    assert (waiting.receiver, waiting.client, waiting.role) == ("Inès Moreau", "Marc Delaunay", Role.GIVER)
    say(scene, mails[HELENE])
    assert home(member=scene.helene, now=scene.now, policy=scene.policy).matches == ()


def test_no_answer_reaches_anybody_by_mail(scene: World) -> None:
    """R14: nobody is written to about what somebody answered."""
    mails = asked(scene)
    before = len(scene.postman.mails)
    for who in (HELENE, INES, MARC):
        say(scene, mails[who], Judgement(match=Match.NO, bonds=Bond.WEAKER, words="Il n’est jamais venu."))
    assert len(scene.postman.mails) == before


def test_a_fault_in_one_does_not_keep_the_others_from_being_asked(
    scene: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduced(scene)

    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("Marc Delaunay")

    monkeypatch.setattr(evaluating, "_to_ask", broken)
    scene.wait(days=DAYS)
    assert not Evaluation.objects.exists()
    monkeypatch.undo()
    scene.wait(minutes=10)
    assert Evaluation.objects.count() == 3


# -- before choosing (R15) --------------------------------------------------------------------------


def test_a_giver_sees_how_a_receiver_treated_their_own_referrals(
    scene: World, django_assert_max_num_queries: Any
) -> None:
    """R15: counts of this giver's own introductions, in two queries, whoever else recommended them."""
    _uid, to_ines, _to_marc = introduced(scene)
    scene.thank(to_ines).contact(to_ines)
    scene.wait(days=DAYS)
    said = Judgement(match=Match.YES, bonds=Bond.SAME, again_receiver=Again.YES, again_client=Again.YES)
    say(scene, scene.last_to(HELENE), said)
    other = scene.add(contact_draft("Omar", "Haddad", "", "omar@haddad.example"))
    with django_assert_max_num_queries(2):
        found = evaluations.treatments(
            giver=scene.helene, receivers=[scene.ines, other], now=scene.now, policy=scene.policy
        )
    assert set(found) == {scene.ines.uid}
    counts = found[scene.ines.uid]
    assert (counts.introductions, counts.contact_in_time, counts.thanked, counts.news) == (1, 1, 1, 0)
    assert (counts.outcomes, counts.unknown, counts.again) == (0, 1, 1)


def test_another_givers_referrals_do_not_count(scene: World) -> None:
    """R15, R44."""
    introduced(scene)
    olga = member(scene, email=OLGA)
    found = evaluations.treatments(giver=olga, receivers=[scene.ines], now=scene.now, policy=scene.policy)
    assert found == {}


def test_the_receivers_own_close_still_works_beside(scene: World) -> None:
    """R21: the page of news and the evaluation record the same end, once."""
    _uid, to_ines, _to_marc = introduced(scene)
    scene.wait(days=DAYS)
    say(scene, scene.last_to(INES), Judgement(match=Match.YES, bonds=Bond.SAME, outcome=Outcome.WON))
    caller = Caller(token=to_ines.token, digits=to_ines.digits)
    gratitude.close(
        caller=caller,
        outcome=Outcome.LOST,
        said=Said(text="Finalement non."),
        now=scene.now,
        chance=scene.chance,
        policy=scene.policy,
    )
    assert Referral.objects.get().outcome == "lost"
