"""Who introduced the client is asked once for a need, whoever is recommended for it (R5b, R7, R38, R39)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from entremise.lib import clock
from entremise.outbox import queries as outbox
from entremise.people.models import Contact
from entremise.people.queries import ContactCard
from entremise.protocol.types import How, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions import rights
from entremise.referrals.actions.digits import Caller
from entremise.referrals.actions.retention import erase_due
from entremise.referrals.models import Request
from entremise.referrals.queries.pages import news_page, request_page
from tests.cast import FRANCOIS, FRANCOIS_DRAFT, INES, MARC, Both, Mail, World, contact_draft, world

pytestmark = pytest.mark.django_db
PAUL = "paul@girard.example"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    """Hélène met Marc, who is looking, through François."""
    made = world()
    made.met_through(made.add(FRANCOIS_DRAFT), made.marc)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.fixture
def paul(there: World) -> ContactCard:
    return there.add(contact_draft("Paul", "Girard", "Girard SARL", PAUL))


def page(there: World, mail: Mail) -> Seen:
    found = request_page(token=mail.token, now=there.now, language="fr", policy=there.policy)
    assert found is not None
    return found.seen


def text(_there: World, address: str) -> list[str]:
    """What the built-in mailbox of an address says."""
    return list(outbox.texts([mail.pk for mail in outbox.kept() if mail.recipient == address]).values())


def through(there: World, address: str) -> World:
    """The receiver at this address and Marc agree to everything."""
    there.yes(there.last_to(address)).wait(minutes=15)
    for _question in range(2):
        if "/l/" in there.last_to(MARC).text and page(there, there.last_to(MARC)) in (Seen.ASKED, Seen.NAMED):
            there.yes(there.last_to(MARC)).wait(minutes=15)
    return there


def test_r38_who_allowed_it_is_not_asked_again_and_the_next_receiver_is_asked_at_once(
    there: World, paul: ContactCard
) -> None:
    uid = there.send()
    question = there.last_to(FRANCOIS)
    assert "votre réponse vaut pour ce besoin" in question.text
    there.yes(question).wait(minutes=15)
    before = len(there.mails_to(FRANCOIS))
    new = there.try_another(uid, paul)
    assert there.mails_to(PAUL)
    story = there.story(new)
    assert (story.projection.seen, story.reached) == (Seen.ASKING_RECEIVER, Seen.ASKING_RECEIVER)
    assert ("yes", "permission_c") in {(beat.what, beat.kind) for beat in story.beats}
    through(there, PAUL)
    assert there.story(new).introduced_at is not None
    assert len(there.mails_to(FRANCOIS)) == before
    assert Request.objects.filter(kind="permission_c").count() == 1


def test_r38_an_answer_that_comes_later_serves_the_attempt_that_waits_for_it(there: World, paul: ContactCard) -> None:
    """Nobody is asked twice while the first question is still open, and the one link answers it (R46)."""
    uid = there.send()
    new = there.try_another(uid, paul)
    assert len(there.mails_to(FRANCOIS)) == 1
    assert there.story(new).projection.seen is Seen.ASKING_REFERRER
    there.yes(there.last_to(FRANCOIS)).wait(minutes=15)
    assert not there.mails_to(INES)
    assert there.mails_to(PAUL)


def _refuses(there: World) -> None:
    there.no(there.last_to(FRANCOIS))


def _takes_back(there: World) -> None:
    there.yes(there.last_to(FRANCOIS)).no(there.last_to(FRANCOIS))


def _is_silent(_there: World) -> None:
    pass


@pytest.mark.parametrize("answer", [_refuses, _takes_back, _is_silent])
@pytest.mark.parametrize("days", [1, 20])
def test_r39_a_no_and_a_silence_hold_for_the_need_and_are_one_to_the_giver(
    there: World, paul: ContactCard, answer: object, days: int
) -> None:
    """The giver may try all the same (R5b): a stage like the first, with dates of its own, and nothing leaves."""
    uid = there.send()
    answer(there)  # type: ignore[operator]
    there.wait(days=days)
    asked = len(there.mails_to(FRANCOIS))
    new = there.try_another(uid, paul)
    begun = there.now
    seen = there.story(new).projection
    assert (seen.seen, seen.until) == (Seen.ASKING_REFERRER, begun + timedelta(days=14) + there.policy.hold_aloud)
    there.wait(days=40)
    assert there.story(new).projection.seen is Seen.NOT_CONCLUDED
    assert not there.mails_to(PAUL)
    questions = [mail for mail in there.mails_to(FRANCOIS)[asked:] if "/l/" in mail.text]
    assert len(questions) <= 1, "the one reminder of the first question"


def test_r7_a_permission_withdrawn_between_two_attempts_stays_quiet(there: World, paul: ContactCard) -> None:
    """To the giver the next one looks as if it stood; nobody is asked anything."""
    uid = there.send()
    question = there.last_to(FRANCOIS)
    there.yes(question).wait(minutes=15)
    there.no(question).wait(days=1)
    new = there.try_another(uid, paul)
    assert there.story(new).projection.seen is Seen.ASKING_RECEIVER
    assert not there.mails_to(PAUL)


def test_r9_it_can_be_withdrawn_by_the_one_link_until_the_introduction(there: World, paul: ContactCard) -> None:
    uid = there.send()
    question = there.last_to(FRANCOIS)
    there.yes(question).wait(minutes=15)
    there.try_another(uid, paul)
    there.no(question)
    there.yes(there.last_to(PAUL)).wait(minutes=15)
    assert not there.mails_to(MARC)


def test_r39_who_takes_part_is_in_whichever_introduction_comes_of_the_need(there: World, paul: ContactCard) -> None:
    """Named to both, both names at that moment, owed a good word; and hears no "not concluded" afterwards."""
    uid = there.send()
    question = there.last_to(FRANCOIS)
    there.yes(question, takes_part=True).wait(minutes=15)
    new = there.try_another(uid, paul)
    assert "Paul Girard" not in "".join(mail.text for mail in there.mails_to(FRANCOIS))
    through(there, PAUL)
    told = there.last_to(FRANCOIS)
    assert "Paul Girard" in told.text
    assert "François Lacaze" in there.last_to(PAUL).text
    assert "Inès" not in told.text
    assert page(there, question) is Seen.INTRODUCED
    assert [one.to for one in there.story(new).owed if one.gentle] == [Role.GIVER, Role.CLIENT_REFERRER]
    there.praise(there.last_to(PAUL), "François présente bien.", about=Role.CLIENT_REFERRER)
    assert "François présente bien." in there.last_to(FRANCOIS).text
    count = len(there.mails_to(FRANCOIS))
    there.wait(days=100)
    assert not any("n’a pas abouti" in mail.text for mail in there.mails_to(FRANCOIS)[count:])


def test_r9_who_was_told_that_it_did_not_conclude_can_still_take_the_yes_back_there(
    there: World, paul: ContactCard
) -> None:
    """The yes holds for the need; the page that says "not concluded" says so, and takes it back with the digits."""
    uid = there.send()
    question = there.last_to(FRANCOIS)
    there.yes(question, takes_part=True).wait(days=80)
    assert page(there, question) is Seen.NOT_CONCLUDED
    stranger = Client()
    assert "votre oui vaut toujours" in stranger.get(f"/l/{question.token}/").content.decode()
    there.try_another(uid, paul)
    assert there.mails_to(PAUL)
    answer = stranger.post(f"/l/{question.token}/non/", {"digits": question.digits})
    assert answer.status_code == 302
    there.yes(there.last_to(PAUL)).wait(minutes=15)
    assert not there.mails_to(MARC)


def test_r45_who_took_part_is_forgotten_after_it_too(there: World, paul: ContactCard) -> None:
    there.postman = Both(there.chance)
    uid = there.send()
    question = there.last_to(FRANCOIS)
    there.yes(question, takes_part=True).wait(minutes=15)
    there.try_another(uid, paul)
    through(there, PAUL)
    caller = Caller(token=question.token, digits=question.digits, language="fr")
    more = {"now": there.now, "chance": there.chance, "policy": there.policy}
    assert "François Lacaze" in "".join(text(there, PAUL))
    rights.forget(caller=caller, ask_givers=False, text="", **more)  # type: ignore[arg-type]
    assert Request.objects.get(kind="permission_c").address == ""
    for address in (FRANCOIS, MARC, PAUL):
        assert not any("François" in one for one in text(there, address)), "the built-in mailbox forgets too"
    found = news_page(token=there.last_to(PAUL).token, now=there.now, language="fr", policy=there.policy)
    assert found is not None
    assert [who.name for who in found.shown.referrers] == ["quelqu’un"]


def test_r48_the_question_stays_as_long_as_an_attempt_rests_on_it(there: World, paul: ContactCard) -> None:
    uid = there.send()
    question = there.last_to(FRANCOIS)
    there.yes(question).wait(minutes=15)
    there.wait(days=75)
    there.try_another(uid, paul)
    there.wait(days=30)
    erase_due(now=there.now, policy=there.policy)
    assert Request.objects.get(kind="permission_c").address == FRANCOIS
    there.wait(days=120)
    erase_due(now=there.now, policy=there.policy)
    assert Request.objects.get(kind="permission_c").address == ""


def test_r8_said_aloud_while_the_next_attempt_waits_it_counts_for_that_one(there: World, paul: ContactCard) -> None:
    new = there.try_another(there.send(), paul)
    there.aloud(new)
    there.wait(days=1)
    assert there.mails_to(PAUL)
    assert Request.objects.get(kind="permission_c").how == How.ALOUD


def test_another_person_who_introduced_the_client_is_asked_anew(there: World, paul: ContactCard) -> None:
    """The book says otherwise since: the answer was somebody else's (R37)."""
    uid = there.send()
    there.no(there.last_to(FRANCOIS))
    claire = there.add(contact_draft("Claire", "Rey", "Rey Fleurs", "claire@rey-fleurs.example"))
    Contact.objects.filter(pk=there.marc.pk).update(met_through_id=claire.pk)
    there.try_another(uid, paul)
    assert there.mails_to("claire@rey-fleurs.example")
