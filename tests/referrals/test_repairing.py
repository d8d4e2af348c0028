"""Wrong addresses and details, repaired by the giver without showing anybody more (R18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import override_settings

from entremise.accounts.queries import address_hash
from entremise.lib import bounces, links
from entremise.outbox.actions import take_report
from entremise.outbox.models import Message
from entremise.people import queries as people
from entremise.people.models import ContactWay
from entremise.people.queries import ContactRefused
from entremise.protocol.errors import SamePerson
from entremise.protocol.policy import under
from entremise.protocol.types import Answer, Role
from entremise.referrals.actions import repairing
from entremise.referrals.actions.digits import Caller, WrongDigits
from entremise.referrals.actions.repairing import AgreedThere, NoDetails
from entremise.referrals.actions.steps import Gone
from entremise.referrals.models import Moment, Need, Part, Referral, Refused, Request
from entremise.referrals.queries.pages import news_page
from entremise.referrals.queries.refusals import ALL
from tests.cast import HELENE, INES, MARC, OLGA, Mail, World, introduced, member, world
from tests.lib.bounce_cases import POSTFIX, raw
from tests.wall.staging import apart

pytestmark = pytest.mark.django_db
RIGHT = "ines.moreau@moreau-ventilation.example"
RIGHT_MARC = "marc.delaunay@cedre-bleu.example"


@pytest.fixture
def scene() -> World:
    return world()


def comes_back(scene: World, mail: Mail) -> None:
    """Let a mail come back from its server."""
    with override_settings(ENTREMISE=replace(settings.ENTREMISE, bounce_address="bounces@entremise.test")):
        to = bounces.return_path(
            "bounces@entremise.test", message_id=str(mail.message["Message-ID"]), secret=links.site_secret()
        )
        assert take_report(raw(POSTFIX, to=to), now=scene.now)


def not_them(scene: World, mail: Mail, *, digits: str = "") -> None:
    caller = Caller(token=mail.token, digits=digits or mail.digits)
    repairing.say_not_them(caller=caller, now=scene.now, policy=scene.policy)


def correct(scene: World, uid: str, role: Role = Role.RECEIVER, address: str = RIGHT) -> None:
    repairing.correct_address(
        giver=scene.helene, uid=uid, role=role, address=address, now=scene.now, chance=scene.chance, policy=scene.policy
    )
    scene.run()


def unreachable(scene: World, mail: Mail) -> None:
    caller = Caller(token=mail.token, digits=mail.digits)
    repairing.say_unreachable(caller=caller, now=scene.now, chance=scene.chance, policy=scene.policy)
    scene.run()


# -- "this is not me" -------------------------------------------------------------------------------


def test_somebody_else_says_so_and_their_link_shows_nothing_any_more(scene: World) -> None:
    """R18: no decision, no further mail; the giver sees that the address is wrong, as for one that came back."""
    uid = scene.send()
    mail = scene.last_to(INES)
    not_them(scene, mail)
    assert scene.page(mail) is None
    assert scene.story(uid).undelivered == (Role.RECEIVER,)
    row = Request.objects.get()
    assert (row.state, row.answer) == ("open", "")
    assert not Refused.objects.exists()
    before = len(scene.mails_to(INES))
    scene.wait(days=40)
    assert len(scene.mails_to(INES)) == before


def test_the_giver_cannot_tell_which_of_the_two_it_was() -> None:
    """R18: the story is the same for an address that came back and for somebody else's."""
    stories = []
    for how in (not_them, comes_back):
        with apart():
            scene = world()
            uid = scene.send()
            how(scene, scene.last_to(INES))
            stories.append(scene.story(uid))
    assert stories[0] == stories[1]


def test_a_machine_without_the_digits_does_not_say_it(scene: World) -> None:
    """R6."""
    uid = scene.send()
    for digits in ("0", f"{(int(scene.last_to(INES).digits) + 1) % 10000:04}"):
        with pytest.raises(WrongDigits):
            not_them(scene, scene.last_to(INES), digits=digits)
    assert scene.story(uid).undelivered == ()


def test_whoever_answered_cannot_then_be_somebody_else(scene: World) -> None:
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail)
    with pytest.raises(Gone):
        not_them(scene, mail)


def test_nobody_answers_through_a_link_that_is_not_theirs(scene: World) -> None:
    scene.send()
    mail = scene.last_to(INES)
    not_them(scene, mail)
    with pytest.raises(Gone):
        scene.no(mail)
    with pytest.raises(Gone):
        scene.ask(mail, "Combien de couverts ?")


# -- correcting an address --------------------------------------------------------------------------


@pytest.mark.parametrize("how", [not_them, comes_back])
def test_the_corrected_address_gets_the_request_under_a_new_link_and_the_old_deadline(
    scene: World, how: Callable[[World, Mail], None]
) -> None:
    """R18: the old link and its digits are dead; the book has the right address."""
    uid = scene.send()
    old = scene.last_to(INES)
    how(scene, old)
    deadline = Request.objects.get().deadline
    scene.wait(days=2)
    correct(scene, uid)
    new = scene.last_to(RIGHT)
    assert (new.token, new.digits) != (old.token, old.digits)
    assert scene.page(old) is None
    assert Request.objects.get().deadline == deadline
    assert people.contact(owner_pk=scene.helene.pk, uid=scene.ines.uid).email == RIGHT
    story = scene.story(uid)
    assert story.undelivered == ()
    assert story.beats[0].what == "repaired"
    scene.yes(new).wait(minutes=15)
    assert scene.last_to(MARC)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert "/n/" in scene.last_to(RIGHT).text


def test_a_client_s_address_is_corrected_in_the_stage_where_it_fails(scene: World) -> None:
    """R18."""
    uid = scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    comes_back(scene, scene.last_to(MARC))
    assert scene.story(uid).undelivered == (Role.CLIENT,)
    correct(scene, uid, Role.CLIENT, RIGHT_MARC)
    page = scene.page(scene.last_to(RIGHT_MARC))
    assert page is not None
    assert page.shown.receiver is None


def test_a_name_goes_to_no_address_but_the_one_that_agreed_in_principle(scene: World) -> None:
    """R5, R18: somebody else could read the name there; the giver can bring the question to a person they know."""
    uid = scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    comes_back(scene, scene.last_to(MARC))
    with pytest.raises(AgreedThere):
        correct(scene, uid, Role.CLIENT, RIGHT_MARC)
    assert scene.mails_to(RIGHT_MARC) == []
    assert people.contact(owner_pk=scene.helene.pk, uid=scene.marc.uid).email == MARC
    asked = scene.asking(uid)
    assert asked is not None
    scene.carried(asked).wait(minutes=15)
    assert scene.story(uid).introduced_at


def test_an_address_changed_in_the_book_after_the_yes_in_principle_reads_no_name(scene: World) -> None:
    """R5: the name goes where the yes in principle came from."""
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC))
    ContactWay.objects.filter(value=MARC).update(value=RIGHT_MARC, normalised=RIGHT_MARC)
    scene.wait(minutes=15)
    assert "Moreau" in scene.last_to(MARC).text
    assert scene.mails_to(RIGHT_MARC) == []


@pytest.mark.parametrize("answer", [Answer.YES, Answer.NO])
def test_an_answer_brought_meanwhile_does_not_show_in_the_repair(answer: Answer) -> None:
    """R7: the correction ends in the same page, whatever came by the link the giver carried."""
    stories = []
    for brought in (False, True):
        with apart():
            scene = world()
            uid = scene.send()
            comes_back(scene, scene.last_to(INES))
            asked = scene.asking(uid)
            assert asked is not None
            if brought:
                scene.carried(asked, answer)
            correct(scene, uid)
            stories.append(scene.story(uid))
            kept = Request.objects.get()
            assert (kept.answer, kept.address) == (answer.value if brought else "", RIGHT)
            assert bool([mail for mail in scene.mails_to(RIGHT) if "/l/" in mail.text]) is not brought
    assert stories[0] == stories[1]


@pytest.mark.parametrize(("role", "address"), [(Role.RECEIVER, RIGHT), (Role.CLIENT, RIGHT_MARC)])
def test_an_introduction_that_came_back_is_sent_again(scene: World, role: Role, address: str) -> None:
    """R18: after the introduction as well; the other side hears nothing of it."""
    uid, to_ines, to_marc = introduced(scene)
    comes_back(scene, to_ines if role is Role.RECEIVER else to_marc)
    assert scene.story(uid).undelivered == (role,)
    before = len(scene.postman.mails)
    correct(scene, uid, role, address)
    assert [mail.to for mail in scene.postman.mails[before:]] == [address]
    again = scene.last_to(address)
    assert again.message["Message-ID"] not in (to_ines.message["Message-ID"], to_marc.message["Message-ID"])
    assert scene.story(uid).undelivered == ()
    comes_back(scene, again)
    assert scene.story(uid).undelivered == (role,)


def test_only_an_address_that_failed_is_corrected_here(scene: World) -> None:
    uid = scene.send()
    with pytest.raises(Gone):
        correct(scene, uid)
    comes_back(scene, scene.last_to(INES))
    with pytest.raises(Gone):
        correct(scene, uid, Role.CLIENT)
    olga = member(scene, email=OLGA)
    with pytest.raises(Gone):
        repairing.correct_address(
            giver=olga,
            uid=uid,
            role=Role.RECEIVER,
            address=RIGHT,
            now=scene.now,
            chance=scene.chance,
            policy=scene.policy,
        )


def test_two_of_the_three_may_not_become_the_same_person(scene: World) -> None:
    """R1: nothing has changed then, in the book neither."""
    uid = scene.send()
    comes_back(scene, scene.last_to(INES))
    for address in (MARC, HELENE):
        with pytest.raises(SamePerson):
            correct(scene, uid, address=address)
    with pytest.raises(ContactRefused):
        correct(scene, uid, address="ines@@")
    assert people.contact(owner_pk=scene.helene.pk, uid=scene.ines.uid).email == INES
    assert scene.story(uid).undelivered == (Role.RECEIVER,)


@pytest.mark.parametrize("introduced_first", [False, True])
def test_somebody_who_refused_everything_is_not_written_to_and_the_giver_sees_the_same(introduced_first: bool) -> None:
    """R45, R46: asked again at that moment; the story does not tell."""
    stories = []
    for refused in (False, True):
        with apart():
            scene = world()
            if refused:
                Refused.objects.create(address_hash=address_hash(RIGHT), scope=ALL, other="", at=scene.now)
            uid = introduced(scene)[0] if introduced_first else scene.send()
            comes_back(scene, scene.last_to(INES))
            correct(scene, uid)
            assert bool(scene.mails_to(RIGHT)) is not refused
            stories.append(scene.story(uid))
    assert stories[0] == stories[1]


def test_under_the_strict_law_a_corrected_stranger_is_not_written_to_first(scene: World) -> None:
    """R6c: the giver carries the link to whoever is not a member."""
    uid = scene.send()
    comes_back(scene, scene.last_to(INES))
    scene.policy = under("eu-strict")
    correct(scene, uid)
    assert scene.mails_to(RIGHT) == []


# -- the client's details ---------------------------------------------------------------------------


def test_details_that_do_not_work_are_corrected_through_the_giver(scene: World) -> None:
    """R18: the giver learns the way only; the receiver gets the new details of that way, and nothing more."""
    uid, to_ines, _to_marc = introduced(scene)
    unreachable(scene, to_ines)
    unreachable(scene, to_ines)
    letter = scene.last_to(HELENE)
    assert "06 98 76 54 32" not in letter.text + letter.html
    assert [beat.what for beat in scene.story(uid).beats].count("unreachable") == 1
    repairing.correct_details(
        giver=scene.helene, uid=uid, details=" 06 98 76 54 33 ", now=scene.now, chance=scene.chance
    )
    scene.run()
    told = scene.last_to(INES)
    assert "06 98 76 54 33" in told.text
    assert MARC not in told.text + told.html
    page = news_page(token=to_ines.token, now=scene.now, language="fr", policy=scene.policy)
    assert page is not None
    assert page.shown.client_part is not None
    assert page.shown.client_part.details == "06 98 76 54 33"
    assert Part.objects.get(role="client").way == "phone"


def test_nothing_is_corrected_that_nobody_asked_for(scene: World) -> None:
    uid, to_ines, _to_marc = introduced(scene)
    with pytest.raises(Gone):
        repairing.correct_details(giver=scene.helene, uid=uid, details="06", now=scene.now, chance=scene.chance)
    unreachable(scene, to_ines)
    for empty in ("  ", "0" * 201):
        with pytest.raises(NoDetails):
            repairing.correct_details(giver=scene.helene, uid=uid, details=empty, now=scene.now, chance=scene.chance)
    olga = member(scene, email=OLGA)
    with pytest.raises(Gone):
        repairing.correct_details(giver=olga, uid=uid, details="06", now=scene.now, chance=scene.chance)


def test_they_can_fail_and_be_corrected_again(scene: World) -> None:
    uid, to_ines, _to_marc = introduced(scene)
    for details in ("06 98 76 54 33", "06 98 76 54 34"):
        scene.wait(hours=1)
        unreachable(scene, to_ines)
        repairing.correct_details(giver=scene.helene, uid=uid, details=details, now=scene.now, chance=scene.chance)
        scene.run()
        assert details in scene.last_to(INES).text
    assert Moment.objects.filter(what="unreachable").count() == 2


def test_the_client_hears_nothing_of_any_repair(scene: World) -> None:
    """R4, R18: no output of the other side changes."""
    uid, to_ines, _to_marc = introduced(scene)
    before = len(scene.mails_to(MARC))
    unreachable(scene, to_ines)
    repairing.correct_details(giver=scene.helene, uid=uid, details="06", now=scene.now, chance=scene.chance)
    comes_back(scene, to_ines)
    correct(scene, uid)
    scene.wait(days=1)
    assert len(scene.mails_to(MARC)) == before


def test_a_repair_takes_the_needs_turn(scene: World) -> None:
    uid = scene.send()
    version = Need.objects.get().version
    not_them(scene, scene.last_to(INES))
    assert Need.objects.get().version == version + 1
    correct(scene, uid)
    assert Need.objects.get().version > version + 1
    assert Message.objects.filter(job="referral/ask_receiver").count() == 2
    assert Referral.objects.get().receiver_hash == Request.objects.get().address_hash
