"""Answers that a giver brings: carried links, what is said aloud, people who have a telephone only (R6c, R6d, R8)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from django.db import transaction

from entremise.accounts.actions import edit_preferences
from entremise.protocol.policy import under
from entremise.protocol.types import Answer, How, Kind
from entremise.protocol.wall import Seen
from entremise.referrals.actions import bringing
from entremise.referrals.actions.answering import PartIncomplete
from entremise.referrals.actions.digits import Caller, WrongDigits
from entremise.referrals.models import Part, Proof, Request
from entremise.referrals.queries import carrying
from tests.cast import INES, MARC, World, contact_draft, introduced, world

pytestmark = pytest.mark.django_db

MARC_BY_PHONE = contact_draft("Marc", "Delaunay", "Le Cèdre Bleu", "", "06 98 76 54 32")
INES_BY_PHONE = contact_draft(
    "Inès", "Moreau", "Moreau Ventilation", "", "06 12 34 56 78", trade="ventilation-engineer"
)


class _Undone(Exception):  # noqa: N818 - it only ends a world
    """A world that has been looked at is undone."""


@contextmanager
def apart() -> Iterator[None]:
    """Live through a world of its own, of which nothing stays."""
    with suppress(_Undone), transaction.atomic():
        yield
        raise _Undone


def brought(scene: World, uid: str) -> carrying.Asking:
    """What the giver may bring; the keys of rows are the database's own affair."""
    asked = scene.asking(uid)
    assert asked is not None
    return replace(asked, person=replace(asked.person, pk=0, owner_pk=0))


def page(scene: World, asked: carrying.Asking):
    return carrying.carried_page(token=asked.token, now=scene.now, language="fr", policy=scene.policy)


def request(scene: World, kind: Kind) -> Request:
    return Request.objects.get(kind=kind.value)


# -- the telephone only -----------------------------------------------------------------------------


def test_r6d_a_client_with_a_telephone_and_no_mail_is_introduced_and_the_receiver_knows_how_they_agreed():
    scene = world(marc=MARC_BY_PHONE)
    uid = scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    assert scene.story(uid).projection.seen is Seen.ASKING_CLIENT
    scene.aloud(uid).wait(minutes=15)
    scene.aloud(uid).wait(minutes=15)
    assert scene.story(uid).projection.seen is Seen.INTRODUCED
    introduction = scene.last_to(INES)
    assert "06 98 76 54 32" in introduction.text
    assert "de vive voix" in introduction.text
    assert not [mail for mail in scene.postman.mails if mail.to == ""]


def test_r6d_a_receiver_with_a_telephone_and_no_mail_reads_the_introduction_behind_the_carried_link():
    scene = world(ines=INES_BY_PHONE)
    uid = scene.send()
    asked = scene.asking(uid)
    assert asked is not None
    scene.carried(asked).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert "Hélène Vasseur" in scene.last_to(MARC).text
    assert "remettra" in scene.last_to(MARC).text  # the client is told by whom their details travel
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    shown = page(scene, asked)
    assert shown is not None
    assert shown.seen is Seen.INTRODUCED
    assert shown.shown.client_part is not None


# -- aloud ------------------------------------------------------------------------------------------


def test_r8_what_was_said_aloud_is_told_in_writing_and_waits_a_day():
    scene = world()
    uid = scene.send()
    scene.aloud(uid)
    receipt = scene.last_to(INES)
    assert "de vive voix" in receipt.text
    scene.wait(hours=23)
    assert scene.story(uid).projection.seen is Seen.ASKING_RECEIVER
    scene.wait(hours=1)
    assert scene.story(uid).projection.seen is Seen.ASKING_CLIENT


def test_r8_the_receipt_of_what_was_said_aloud_takes_it_back():
    scene = world()
    uid = scene.send()
    scene.aloud(uid)
    scene.no(scene.last_to(INES)).wait(days=2)
    assert scene.story(uid).projection.seen is Seen.ASKING_RECEIVER


def test_r10_what_was_said_aloud_keeps_its_proof_with_the_text_and_how_it_was_said():
    scene = world()
    uid = scene.send()
    asked = scene.asking(uid)
    assert asked is not None
    scene.aloud(uid)
    proof = Proof.objects.get()
    assert (proof.how, proof.said, proof.kind) == (How.ALOUD.value, "yes", "receiver")
    assert asked.statement.text(language="fr") in proof.text
    assert "Au téléphone." in proof.text


@pytest.mark.parametrize("own", list(Answer))
def test_r7_writing_down_a_yes_shows_nothing_of_what_the_person_answered_themself(own):
    """The giver's story, what they may bring and every mail to them are the same; the person's own word stands."""
    stories = []
    for answer in (None, own):
        with apart():
            scene = world()
            uid = scene.send()
            mail = scene.last_to(INES)
            if answer is Answer.NO:
                scene.no(mail)
            if answer is Answer.YES:
                scene.yes(mail)
            scene.aloud(uid)
            stories.append(
                (scene.story(uid), brought(scene, uid), [m.text for m in scene.mails_to(scene.helene.email)])
            )
            if answer is not None:
                assert request(scene, Kind.RECEIVER).how == How.LINK.value
                assert request(scene, Kind.RECEIVER).answer == answer.value
    assert stories[0] == stories[1]


def test_a_conversation_before_the_request_or_in_the_future_is_refused():
    scene = world()
    uid = scene.send()
    asked = scene.asking(uid)
    assert asked is not None
    later = replace(
        bringing.Aloud(answer=Answer.NO, meeting="telephone", at=scene.now), at=scene.now.replace(year=2030)
    )
    with pytest.raises(bringing.NotThen):
        bringing.record_aloud(
            giver=scene.helene,
            asking=asked,
            said=later,
            note="",
            now=scene.now,
            chance=scene.chance,
            policy=scene.policy,
        )


def test_r17_a_yes_said_aloud_needs_the_persons_part():
    scene = world()
    uid = scene.send()
    asked = scene.asking(uid)
    assert asked is not None
    with pytest.raises(PartIncomplete):
        scene.aloud(uid, sheet=replace(asked.sheet, details=""))
    assert request(scene, Kind.RECEIVER).answer == ""


# -- carried ----------------------------------------------------------------------------------------


def test_r6d_an_answer_through_a_carried_link_is_marked_and_confirmed_to_the_persons_own_address():
    scene = world()
    uid = scene.send(carries=("receiver",))
    assert scene.mails_to(INES) == []
    asked = scene.asking(uid)
    assert asked is not None
    assert asked.carried
    scene.carried(asked)
    assert request(scene, Kind.RECEIVER).how == How.CARRIED.value
    assert "lien" in scene.last_to(INES).text
    scene.wait(minutes=15)
    assert scene.story(uid).projection.seen is Seen.ASKING_CLIENT


@pytest.mark.parametrize("answer", list(Answer))
def test_r7_a_carried_link_shows_its_question_whatever_was_answered(answer):
    scene = world()
    uid = scene.send(carries=("receiver",))
    asked = scene.asking(uid)
    assert asked is not None
    before = page(scene, asked)
    scene.carried(asked, answer)
    assert page(scene, asked) == before
    scene.wait(minutes=10)
    assert page(scene, asked) == before


def test_r7_a_carried_link_of_somebody_who_may_not_be_written_to_looks_like_any_other():
    pages = []
    for refuses in (False, True):
        with apart():
            scene = world()
            if refuses:
                other = scene.add(contact_draft("Paul", "Serre", "", "paul@serre.example"))
                first = scene.send(receiver=scene.ines.uid, client=other.uid)
                scene.no(scene.last_to(INES), scope="all")
                scene.stop(first)
            scene.now = scene.now.replace(day=20)
            uid = scene.send(carries=("receiver",))
            asked = scene.asking(uid)
            assert asked is not None
            scene.carried(asked)
            pages.append(replace(page(scene, asked), uid=""))
    assert pages[0] == pages[1]


def test_r6_the_digits_of_a_carried_message_are_asked_for():
    scene = world()
    uid = scene.send(carries=("receiver",))
    asked = scene.asking(uid)
    assert asked is not None
    wrong = Caller(token=asked.token, digits="0000" if asked.digits != "0000" else "1111", language="fr")
    with pytest.raises(WrongDigits):
        bringing.answer_carried(
            caller=wrong, kind=asked.kind, answer=Answer.YES, sheet=asked.sheet,
            now=scene.now, chance=scene.chance, policy=scene.policy,
        )  # fmt: skip


def test_r9_a_yes_through_a_carried_link_can_be_taken_back_there():
    scene = world()
    uid = scene.send(carries=("receiver",))
    asked = scene.asking(uid)
    assert asked is not None
    scene.carried(asked).wait(minutes=15)
    scene.carried(asked, Answer.NO)
    assert request(scene, Kind.RECEIVER).answer == "no"
    assert scene.story(uid).projection.seen is Seen.ASKING_CLIENT


def test_the_whole_way_can_be_carried():
    scene = world()
    uid = scene.send(carries=("receiver", "client"))
    for _ in range(3):
        asked = scene.asking(uid)
        assert asked is not None
        scene.carried(asked).wait(minutes=15)
    assert scene.story(uid).projection.seen is Seen.INTRODUCED
    assert Part.objects.count() == 2
    assert "lien" in scene.last_to(INES).text


# -- the law ----------------------------------------------------------------------------------------


def test_r6c_under_the_strict_law_the_platform_writes_first_to_nobody_who_is_not_a_member():
    scene = world()
    scene.policy = under("eu-strict")
    uid = scene.send()
    scene.wait(days=7)
    assert scene.postman.mails == []
    asked = scene.asking(uid)
    assert asked is not None
    assert asked.carried
    scene.carried(asked)
    assert [mail.to for mail in scene.postman.mails] == [INES]


def test_r6c_one_reminder_leaves_in_the_same_words_and_says_that_it_is_the_only_one():
    scene = world()
    scene.send()
    first = scene.last_to(INES)
    scene.wait(days=7)
    assert len(scene.mails_to(INES)) == 2
    reminder = scene.last_to(INES)
    assert reminder.token == first.token
    assert reminder.subject.startswith("Rappel")
    assert "seul rappel" in reminder.text
    scene.wait(days=4)
    assert len(scene.mails_to(INES)) == 2


def test_r6c_a_reminder_comes_though_the_giver_has_stopped_so_that_it_tells_nothing():
    scene = world()
    uid = scene.send()
    scene.stop(uid).wait(days=7)
    assert len(scene.mails_to(INES)) == 2


def test_r6c_no_reminder_under_the_law_of_canada():
    scene = world()
    scene.policy = under("ca")
    scene.send()
    scene.wait(days=10)
    assert len(scene.mails_to(INES)) == 1


# -- another receiver -------------------------------------------------------------------------------


def test_r5b_a_carried_second_name_waits_for_the_day_the_first_one_closes_whatever_was_answered():
    """Who carries the name would else learn from its day that the first one was refused (R7)."""
    days = []
    for refuses in (False, True):
        with apart():
            scene = world()
            paul = scene.add(contact_draft("Paul", "Serre", "", "paul@serre.example", trade="ventilation-engineer"))
            uid = scene.send(carries=("client",))
            scene.yes(scene.last_to(INES)).wait(minutes=15)
            asked = scene.asking(uid)
            assert asked is not None
            scene.carried(asked).wait(minutes=15)
            if refuses:
                named = scene.asking(uid)
                assert named is not None
                scene.carried(named, Answer.NO)
            second = scene.try_another(uid, paul, carries=("client",))
            scene.yes(scene.last_to("paul@serre.example")).wait(minutes=15)
            waiting = scene.asking(second)
            assert waiting is not None
            assert waiting.kind is Kind.NAME
            assert waiting.since is not None
            assert not waiting.is_open(scene.now)
            days.append((waiting.since, waiting.until))
            scene.wait(seconds=(waiting.since - scene.now).total_seconds())
            assert waiting.is_open(scene.now)
            scene.carried(waiting).wait(minutes=15)
            assert scene.story(second).projection.seen is Seen.INTRODUCED
    assert days[0] == days[1]


def test_who_agreed_by_their_own_link_is_not_said_to_have_agreed_aloud():
    scene = world()
    uid, to_ines, _to_marc = introduced(scene)
    assert set(Request.objects.values_list("how", flat=True)) == {How.LINK.value}
    assert "de vive voix" not in to_ines.text
    assert scene.asking(uid) is None


# -- which letters a giver does without -------------------------------------------------------------


def test_a_giver_who_does_without_a_letter_gets_it_only_when_something_is_for_them_to_do():
    for carries, heard in (((), 0), (("client",), 1)):
        with apart():
            scene = world()
            scene.helene = edit_preferences(
                member_pk=scene.helene.pk, digest_on=True, digest_hour=7, review_on=False, mails=()
            )
            scene.send(carries=carries)
            scene.yes(scene.last_to(INES)).wait(minutes=15)
            assert len(scene.mails_to(scene.helene.email)) == heard
