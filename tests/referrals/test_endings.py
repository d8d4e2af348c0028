"""How a referral ended: said, corrected, taken up again, with an amount or without (R19, R26)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from entremise.protocol.checklist import completeness
from entremise.protocol.duties import Duty, add_working_days
from entremise.protocol.ending import Worth
from entremise.protocol.evaluation import Bond, Judgement, Match
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import evaluating, gratitude, hearing, outside, rights, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.ending import AmountRefused
from entremise.referrals.actions.gratitude import Said
from entremise.referrals.actions.hearing import AlreadyTold
from entremise.referrals.actions.outside import Noted
from entremise.referrals.models import Ending, Moment, Outside, Referral, Word
from entremise.referrals.queries import archive, held, pages
from entremise.referrals.queries import evaluations as judged
from entremise.referrals.queries.outside import Direction, outside_page
from entremise.referrals.queries.scenes import scene
from tests.cast import FRANCOIS, HELENE, INES, MARC, Mail, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db
PRIVATE = Worth(amount=Decimal("1200.50"), currency="EUR")
SHOWN = Worth(amount=Decimal(90000), currency="CHF", shown=True)
UID = "a" * 26


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def mail(there: World) -> Mail:
    return introduced(there)[1]


def story(there: World) -> Any:
    return there.story(Referral.objects.get().uid)


def history() -> list[tuple[str, str, Decimal | None, bool]]:
    return list(Ending.objects.order_by("pk").values_list("by", "outcome", "amount", "amount_shown"))


def hear(there: World, outcome: Outcome | None) -> None:
    hearing.hear(giver=there.helene, uid=Referral.objects.get().uid, outcome=outcome, now=there.now)


# -- said, and corrected ------------------------------------------------------------------------------


def test_r26_a_later_word_corrects_the_end_and_the_history_keeps_both(there: World, mail: Mail) -> None:
    there.close(mail, Outcome.LOST, "Un autre devis.").wait(days=30).close(mail, Outcome.WON, "Il est revenu.")
    assert history() == [("receiver", "lost", None, False), ("receiver", "won", None, False)]
    assert Referral.objects.get().outcome == "won"
    told = there.last_to(HELENE)
    assert "corrige ce qui vous a été dit" in told.text
    assert "Il est revenu." in told.text
    newest, before = (beat for beat in story(there).beats if beat.what == "outcome")
    assert (newest.outcome, newest.before) == ("won", "lost")
    assert (before.outcome, before.before) == ("lost", "")


def test_r26_a_correction_never_says_of_the_letter_before_it_what_only_it_says(there: World, mail: Mail) -> None:
    """Each letter tells the end it is about, however late it leaves."""
    at: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    caller = Caller(token=mail.token, digits=mail.digits)
    for outcome in (Outcome.LOST, Outcome.NO_NEED):
        gratitude.close(caller=caller, outcome=outcome, said=Said(), **at)
    there.run()
    first, second = (one.text for one in there.mails_to(HELENE)[-2:])
    assert "ne s’est pas fait" in first or "cette fois" in first
    assert "corrige" not in first
    assert "corrige" in second


def test_r26_what_is_pressed_twice_is_written_once(there: World, mail: Mail) -> None:
    for _ in range(2):
        there.close(mail, Outcome.WON, "Signé.", worth=PRIVATE)
    assert len(history()) == 1
    for _ in range(2):
        there.close(mail, Outcome.SET_ASIDE)
    for _ in range(2):
        there.take_up(mail)
    assert [outcome for _by, outcome, _amount, _shown in history()] == ["won", "set_aside", ""]
    assert Word.objects.filter(kind="taken_up").count() == 1


def test_r26_what_is_taken_up_again_has_no_end_and_owes_news_from_then(there: World, mail: Mail) -> None:
    there.thank(mail).contact(mail).close(mail, Outcome.SET_ASIDE)
    assert Referral.objects.get().duty_due is None
    there.wait(days=200).take_up(mail, "Elle a rappelé.")
    row = Referral.objects.get()
    assert (row.outcome, row.outcome_at) == ("", None)
    assert row.duty_due == there.now + timedelta(days=DEFAULT.news_every)
    assert "c’est repris" in there.last_to(HELENE).text
    assert "Elle a rappelé." in there.last_to(HELENE).text
    assert story(there).beats[0].what == "taken_up"
    there.wait(days=5).close(mail, Outcome.LOST)
    assert "corrige" not in there.last_to(HELENE).text, "what was taken up again ends anew"


@pytest.mark.parametrize("outcome", [Outcome.NEVER_REACHED, Outcome.SET_ASIDE])
def test_r20_what_ended_without_a_first_contact_has_none_and_owes_it_once_taken_up(
    there: World, mail: Mail, outcome: Outcome
) -> None:
    there.thank(mail).close(mail, outcome)
    assert Referral.objects.get().contacted_at is None
    there.wait(days=197).take_up(mail)
    row = Referral.objects.get()
    assert row.duty_due == add_working_days(there.now, DEFAULT.contact_within)
    (owed,) = (one for one in story(there).owed if not one.gentle)
    assert (owed.duty, owed.since) == (Duty.CONTACT, there.now)
    there.news(mail, "Nous nous sommes parlé.")
    assert Referral.objects.get().contacted_at == there.now


def test_r21_other_ends_are_only_known_to_who_has_been_in_contact(there: World, mail: Mail) -> None:
    there.close(mail, Outcome.NO_NEED)
    first = there.now
    assert Referral.objects.get().contacted_at == first
    there.wait(days=3).close(mail, Outcome.NEVER_REACHED)
    assert Referral.objects.get().contacted_at is None, "what the first word let one think is taken back with it"
    there.wait(days=3).close(mail, Outcome.LOST)
    assert Referral.objects.get().contacted_at == first, "known since then that it had ended"
    there.take_up(mail).close(mail, Outcome.NEVER_REACHED)
    assert Referral.objects.get().contacted_at == first, "told before it was taken up"


def test_a_first_contact_that_was_told_of_stays_told(there: World, mail: Mail) -> None:
    there.contact(mail)
    told = there.now
    there.wait(days=1).close(mail, Outcome.NEVER_REACHED)
    assert Referral.objects.get().contacted_at == told


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        (Outcome.LOST, Outcome.LOST, False),
        (Outcome.LOST, Outcome.NEVER_REACHED, False),
        (Outcome.WON, Outcome.WON, False),
        (Outcome.SET_ASIDE, Outcome.SET_ASIDE, False),
        (Outcome.LOST, Outcome.WON, True),
        (Outcome.WON, Outcome.LOST, True),
        (Outcome.SET_ASIDE, Outcome.LOST, True),
    ],
)
def test_r26_it_ended_when_its_end_was_first_known_however_often_that_is_said_again(
    there: World, mail: Mail, before: Outcome, after: Outcome, moves: bool
) -> None:
    there.close(mail, before)
    first = there.now
    there.wait(days=40).close(mail, after, "Plus exactement.")
    row = Referral.objects.get()
    assert row.outcome == after.value
    assert row.outcome_at == (there.now if moves else first)
    assert row.news_at == there.now
    assert [at for (at,) in Ending.objects.order_by("pk").values_list("at")] == [first, there.now]


def test_r26_nothing_is_taken_up_where_nothing_has_ended(there: World, mail: Mail) -> None:
    there.take_up(mail)
    assert history() == []
    assert Word.objects.count() == 0


# -- the amount ---------------------------------------------------------------------------------------


def test_r26_an_amount_is_the_receivers_own_and_the_giver_sees_it_only_where_it_is_shown(
    there: World, mail: Mail
) -> None:
    there.close(mail, Outcome.WON, "Signé.", worth=PRIVATE)
    assert "1 200" not in there.last_to(HELENE).text.replace("\u202f", " ")
    assert story(there).worth is None
    page = pages.news_page(token=mail.token, now=there.now, language="fr", policy=DEFAULT)
    assert page is not None
    assert page.worth == PRIVATE
    mails = len(there.mails_to(HELENE))
    there.close(mail, Outcome.WON, worth=SHOWN)
    assert len(there.mails_to(HELENE)) == mails + 1
    shown = there.last_to(HELENE)
    assert "90 000" in shown.text.replace("\u202f", " ")
    assert "90" not in shown.message["Subject"]
    assert story(there).worth == SHOWN


def test_r26_changing_an_amount_that_is_not_shown_tells_nobody(there: World, mail: Mail) -> None:
    there.close(mail, Outcome.WON, worth=SHOWN)
    before = Referral.objects.values().get()
    counts = len(there.postman.mails), Word.objects.count(), Moment.objects.count()
    there.wait(days=3).close(mail, Outcome.WON, worth=PRIVATE).close(mail, Outcome.WON, keeps=False)
    assert Referral.objects.values().get() == before
    assert (len(there.postman.mails), Word.objects.count(), Moment.objects.count()) == counts
    assert [amount for _by, _outcome, amount, _shown in history()] == [SHOWN.amount, PRIVATE.amount, None]
    assert story(there).worth is None, "the tick was taken away, and the page follows"


def test_r26_an_amount_noted_stays_until_something_else_is_said_of_it(there: World, mail: Mail) -> None:
    there.close(mail, Outcome.WON, worth=PRIVATE).close(mail, Outcome.WON, "Et une deuxième commande.")
    assert history()[-1] == ("receiver", "won", PRIVATE.amount, False)
    there.close(mail, Outcome.LOST)
    assert history()[-1] == ("receiver", "lost", None, False)


@pytest.mark.parametrize(
    ("outcome", "worth"),
    [
        (Outcome.LOST, PRIVATE),
        (Outcome.WON, Worth(amount=Decimal(0), currency="EUR")),
        (Outcome.WON, Worth(amount=Decimal("0.001"), currency="EUR")),
        (Outcome.WON, Worth(amount=Decimal(5), currency="USD")),
    ],
)
def test_r26_an_amount_that_cannot_be_is_refused_and_nothing_is_written(
    there: World, mail: Mail, outcome: Outcome, worth: Worth
) -> None:
    with pytest.raises(AmountRefused):
        there.close(mail, outcome, worth=worth)
    assert history() == []
    assert Word.objects.count() == 0


# -- what the giver heard -----------------------------------------------------------------------------


def test_r26_what_the_giver_heard_is_theirs_and_counts_until_the_receiver_speaks(there: World, mail: Mail) -> None:
    mails = len(there.postman.mails)
    hear(there, Outcome.WON)
    hear(there, Outcome.WON)
    assert history() == [("giver", "won", None, False)]
    assert (story(there).heard, story(there).outcome) == ("won", "")
    assert len(there.postman.mails) == mails
    page = pages.news_page(token=mail.token, now=there.now, language="fr", policy=DEFAULT)
    assert page is not None
    assert (page.outcome, page.told) == ("", ())
    there.wait(days=1)
    hear(there, Outcome.LOST)
    assert story(there).heard == "lost"
    there.wait(days=1)
    hear(there, None)
    assert story(there).heard == ""
    there.wait(days=1)
    hear(there, Outcome.WON)
    there.close(mail, Outcome.NO_NEED)
    assert (story(there).heard, story(there).outcome) == ("", "no_need")
    with pytest.raises(AlreadyTold):
        hear(there, Outcome.WON)


def test_r26_what_was_heard_before_it_was_taken_up_again_counts_no_more(there: World, mail: Mail) -> None:
    hear(there, Outcome.LOST)
    there.wait(days=1).close(mail, Outcome.SET_ASIDE).wait(days=9).take_up(mail)
    assert story(there).heard == ""
    there.wait(days=2)
    hear(there, Outcome.WON)
    assert story(there).heard == "won"


def test_r14_r26_what_the_client_said_before_it_was_taken_up_again_counts_no_more(there: World, mail: Mail) -> None:
    there.wait(days=31)
    asked = next(one for one in there.mails_to(MARC) if "/e/" in one.text)
    said = Judgement(match=Match.YES, bonds=Bond.SAME, outcome=Outcome.LOST)
    at: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    evaluating.answer(caller=Caller(token=asked.token, digits=asked.digits), said=said, **at)
    assert outcomes(there) == 1
    there.wait(days=1).close(mail, Outcome.SET_ASIDE).wait(days=1).take_up(mail)
    assert [beat for beat in story(there).beats if beat.what == "end_said"] == []
    assert outcomes(there) == 0, "nor before choosing somebody again (R15)"
    there.wait(days=1)
    hear(there, Outcome.WON)
    assert outcomes(there) == 1


def outcomes(there: World) -> int:
    found = judged.treatments(giver=there.helene, receivers=[there.ines], now=there.now, policy=DEFAULT)
    return found[there.ines.uid].outcomes


def test_r26_nobody_notes_on_a_story_of_somebody_else_or_before_the_introduction(there: World) -> None:
    uid = there.send()
    with pytest.raises(steps.Gone):
        hearing.hear(giver=there.helene, uid=uid, outcome=Outcome.WON, now=there.now)
    olga = member(there)
    with pytest.raises(LookupError):
        hearing.hear(giver=olga, uid=uid, outcome=Outcome.WON, now=there.now)
    assert history() == []


# -- outside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", list(Direction))
def test_r23b_r26_one_from_outside_ends_is_corrected_and_taken_up_again(there: World, direction: Direction) -> None:
    at: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    francois = there.add(contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS))
    today = there.helene.today(there.now)
    noted = Noted(direction=direction, other=francois.uid, client=there.marc.uid, arrived_on=today)
    own = {"owner": there.helene, "uid": UID, **at}
    outside.note(noted=noted, **own)
    by = "receiver" if direction is Direction.RECEIVED else "giver"
    outside.tell(kind="outcome", said=Said(), outcome=Outcome.WON, worth=PRIVATE, **own)
    page = outside_page(owner=there.helene, uid=UID, now=there.now, policy=DEFAULT)
    assert (page.outcome, page.worth) == ("won", PRIVATE)
    outside.tell(kind="outcome", said=Said(text="Non."), outcome=Outcome.LOST, **own)
    outside.tell(kind="taken_up", said=Said(), **own)
    assert [(who, outcome) for who, outcome, _amount, _shown in history()] == [(by, "won"), (by, "lost"), (by, "")]
    row = Outside.objects.get()
    assert (row.outcome, row.outcome_at) == ("", None)
    assert (row.duty_due is not None) is (direction is Direction.RECEIVED)
    (taken,) = archive.outside(there.helene)
    assert [one["amount"] for one in taken["ended"]] == ["1200.50", "", ""]


def test_r26_an_amount_leaves_with_a_word_from_outside_only_where_it_is_shown(there: World) -> None:
    at: dict[str, Any] = {"now": there.now, "chance": there.chance, "policy": DEFAULT}
    francois = there.add(contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS))
    today = there.helene.today(there.now)
    noted = Noted(direction=Direction.RECEIVED, other=francois.uid, client=there.marc.uid, arrived_on=today)
    own = {"owner": there.helene, "uid": UID, **at}
    outside.note(noted=noted, **own)
    outside.set_likes_mail(owner=there.helene, uid=UID, likes=True)
    outside.tell(kind="outcome", said=Said(text="Signé."), outcome=Outcome.WON, worth=PRIVATE, **own)
    there.run()
    assert "1200" not in _plain(there.last_to(FRANCOIS).text)
    outside.tell(kind="outcome", said=Said(), outcome=Outcome.WON, worth=SHOWN, **own)
    there.run()
    assert "90000" in _plain(there.last_to(FRANCOIS).text)


def _plain(text: str) -> str:
    return "".join(text.split())


# -- kept, taken along, erased ------------------------------------------------------------------------


def test_r45_r47_the_receiver_sees_and_takes_along_what_they_noted(there: World) -> None:
    ines = member(there, name="Inès Moreau", email=INES)
    _uid, mail, _ = introduced(there)
    there.close(mail, Outcome.WON, worth=PRIVATE)
    (taken,) = archive.received(ines, now=there.now, policy=DEFAULT)
    assert taken["ended"] == [
        {"at": there.now, "outcome": "won", "amount": "1200.50", "currency": "EUR", "amount_shown": False}
    ]
    (given,) = archive.given(there.helene, now=there.now, policy=DEFAULT)
    assert (given["outcome"], given["amount"]) == ("won", "")
    who = held.behind(mail.token, now=there.now, policy=DEFAULT)
    assert who is not None
    (request,) = held.held(who, now=there.now, language="fr", policy=DEFAULT).requests
    assert [one.worth for one in request.ends] == [PRIVATE]


def test_r47_who_is_forgotten_leaves_the_end_without_its_amount(there: World, mail: Mail) -> None:
    there.close(mail, Outcome.WON, worth=SHOWN)
    caller = Caller(token=mail.token, digits=mail.digits, language="fr")
    rights.forget(caller=caller, ask_givers=False, text="…", now=there.now, chance=there.chance, policy=DEFAULT)
    assert history() == [("receiver", "won", None, False)]
    assert story(there).worth is None


# -- completeness -------------------------------------------------------------------------------------


def test_r19_completeness_is_kept_in_the_transaction_that_introduces(there: World) -> None:
    uid = there.send()
    assert Referral.objects.get(uid=uid).completeness is None
    there.yes(there.last_to(INES)).wait(minutes=15)
    there.yes(there.last_to(MARC)).wait(minutes=15)
    there.yes(there.last_to(MARC))
    assert Referral.objects.get(uid=uid).completeness is None
    there.wait(minutes=15)
    row = Referral.objects.get(uid=uid)
    assert row.introduced_at is not None
    at = scene(row.need_id, now=there.now, policy=DEFAULT)
    wanted = completeness(at.sheet(0, Role.RECEIVER), at.sheet(0, Role.CLIENT))
    assert row.completeness == round(100 * wanted)
    assert 0 < row.completeness < 100
