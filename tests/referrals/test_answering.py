"""What an asked person may do with their link: R6, R7, R9, R10, R17, R45, R46."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entremise.outbox.models import Message
from entremise.protocol.checklist import Sheet
from entremise.protocol.errors import AlreadyIntroduced, TooLate
from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Kind, Role
from entremise.protocol.wall import Seen
from entremise.referrals.actions import answering, digits, steps
from entremise.referrals.actions.digits import Caller
from entremise.referrals.models import Need, Part, Proof, Refused, Request, Silence
from entremise.referrals.queries import seals
from tests.cast import HELENE, INES, MARC, OLGA, PHONE_SHEET, Mail, World, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db


def say_yes(scene: World, mail: Mail, **changes: str) -> None:
    caller = replace(Caller(token=mail.token, digits=mail.digits), **changes)
    page = scene.page(mail)
    sheet = page.sheet if page else None
    answering.say_yes(caller=caller, sheet=sheet, text="…", now=scene.now, chance=scene.chance, policy=DEFAULT)


def test_without_the_digits_of_the_mail_nothing_is_decided() -> None:
    """R6: a scanner that submits the form does not know the four digits."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    wrong = f"{(int(mail.digits) + 1) % 10000:04d}"
    for typed in ("", wrong, "abcd"):
        with pytest.raises(digits.WrongDigits):
            say_yes(scene, mail, digits=typed)
    row = Request.objects.get()
    assert (row.state, row.answer, row.wrong_tries) == ("open", "", 1)
    assert Proof.objects.count() == 0


def test_ten_guesses_rest_the_link_for_an_hour_then_longer() -> None:
    """R6: guessing the digits does not get anywhere before the request has closed."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    wrong = f"{(int(mail.digits) + 1) % 10000:04d}"
    for pause in (DEFAULT.digits_pause, 2 * DEFAULT.digits_pause):
        for _ in range(DEFAULT.digits_tries):
            with pytest.raises(digits.WrongDigits):
                say_yes(scene, mail, digits=wrong)
        with pytest.raises(digits.Paused) as rests:
            say_yes(scene, mail)
        assert rests.value.until == scene.now + pause
        scene.now += pause
    say_yes(scene, mail)
    assert Request.objects.get().state == "held"


def test_a_link_that_was_guessed_at_for_months_still_rests() -> None:
    """R6: the rest stops doubling; it never grows beyond what can be counted, which would let guesses through."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    Request.objects.update(wrong_tries=100 * DEFAULT.digits_tries - 1)
    with pytest.raises(digits.WrongDigits):
        say_yes(scene, mail, digits=f"{(int(mail.digits) + 1) % 10000:04d}")
    assert Request.objects.get().paused_until == scene.now + DEFAULT.digits_pause_most


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_given_from_two_windows_at_once_has_one_proof(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R10: the second one waits for the need's turn, and then finds that it has been said."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    press = scene.yes if answer == "yes" else scene.no
    take = steps.hold_turn

    def wait_for_the_first(need_pk: int) -> None:
        monkeypatch.setattr(steps, "hold_turn", take)
        press(mail)
        take(need_pk)

    monkeypatch.setattr(steps, "hold_turn", wait_for_the_first)
    press(mail)
    assert list(Proof.objects.values_list("said", flat=True)) == [answer]


def test_a_machine_that_submits_empty_forms_makes_nobody_wait() -> None:
    """R6: only four digits are a guess."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    for _ in range(3 * DEFAULT.digits_tries):
        with pytest.raises(digits.WrongDigits):
            say_yes(scene, mail, digits="")
    say_yes(scene, mail)


def test_a_signed_in_members_session_stands_for_the_digits_and_nobody_elses() -> None:
    """R6."""
    scene = world()
    olga = member(scene)
    receiver = scene.add(contact_draft("Olga", "Petrova", "", OLGA, "06 55 55 55 55"))
    scene.ines = receiver
    scene.send()
    mail = scene.last_to(OLGA)
    with pytest.raises(digits.WrongDigits):
        say_yes(scene, mail, digits="", member_hash=scene.helene.address_hash)
    say_yes(scene, mail, digits="", member_hash=olga.address_hash)
    assert Request.objects.get().how == "session"


def test_an_unknown_link_opens_nothing() -> None:
    """R6."""
    scene = world()
    scene.send()
    with pytest.raises(steps.Gone):
        answering.say_no(caller=Caller(token="x" * 32), text="", now=scene.now, chance=scene.chance, policy=DEFAULT)


def test_a_yes_needs_the_persons_own_part_and_only_what_blocks() -> None:
    """R16, R17: name, way and details; "if known" fields never block."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    with pytest.raises(answering.PartIncomplete) as refused:
        scene.yes(mail, sheet=Sheet(role=Role.RECEIVER, name="Inès Moreau"))
    assert {field.value for field in refused.value.fields} == {"way", "details"}
    assert Request.objects.get().answer == ""
    scene.yes(mail)
    assert Part.objects.get().details == "06 12 34 56 78"


def test_the_same_yes_again_is_the_same_yes() -> None:
    """R6: a double click, the back button, a replay."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail)
    until = Request.objects.get().hold_until
    scene.wait(minutes=5)
    scene.yes(mail)
    assert Request.objects.get().hold_until == until
    assert Proof.objects.count() == 1
    assert len(scene.mails_to(INES)) == 2


def test_a_no_can_become_a_yes_until_the_deadline() -> None:
    """R6."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    scene.no(mail)
    scene.wait(days=1)
    scene.yes(mail).wait(minutes=15)
    assert len(scene.mails_to(MARC)) == 1


def test_after_the_deadline_a_link_decides_nothing_and_shows_nothing() -> None:
    """R6a."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    scene.now = Request.objects.get().deadline
    with pytest.raises(TooLate):
        say_yes(scene, mail)
    page = scene.page(mail)
    assert page is not None
    assert page.seen is Seen.LAPSED
    assert page.statement is None
    assert page.shown.giver is None


def test_a_yes_can_be_withdrawn_until_the_introduction() -> None:
    """R9."""
    scene = world()
    scene.send()
    first = scene.last_to(INES)
    scene.yes(first).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    named = scene.last_to(MARC)
    scene.no(first)
    scene.yes(named).wait(days=1)
    assert Request.objects.get(kind=Kind.NAME.value).state == "effective"
    assert Need.objects.get().referrals.get().introduced_at is None


def test_a_yes_cannot_be_withdrawn_once_both_know_both() -> None:
    """R9."""
    scene = world()
    introduced(scene)
    asked = scene.mails_to(INES)[0]
    with pytest.raises(AlreadyIntroduced):
        scene.no(asked)


def test_a_no_is_told_to_the_giver_only_when_its_author_asks() -> None:
    """R7: at once, with a private reason, in the giver's view only."""
    scene = world()
    uid = scene.send()
    mail = scene.last_to(INES)
    before = scene.story(uid).projection
    scene.no(mail)
    assert scene.story(uid).projection == before
    assert scene.mails_to(HELENE) == []
    scene.no(mail, tell=True, reason="Complet jusqu'en mars")
    story = scene.story(uid)
    assert story.projection.told_no == {Kind.RECEIVER}
    assert story.private_reasons == (("receiver", "Complet jusqu'en mars"),)
    assert "Complet jusqu'en mars" in scene.last_to(HELENE).text


@pytest.mark.parametrize("scope", ["giver", "all"])
def test_who_refuses_is_not_asked_again_and_the_giver_cannot_tell(scope: str) -> None:
    """R45, R7: a refusal looks like silence."""
    scene = world()
    scene.send()
    scene.no(scene.last_to(INES), scope=scope)
    other = scene.add(contact_draft("Zoé", "Client", "", "zoe@client.example"))
    scene.wait(days=20)
    before = len(scene.mails_to(INES))
    scene.marc = other
    uid = scene.send()
    assert len(scene.mails_to(INES)) == before
    assert scene.story(uid).projection.seen is Seen.ASKING_RECEIVER
    assert Refused.objects.get().address_hash != INES


def test_not_with_this_person_is_remembered_for_the_two() -> None:
    """R46: this client and this receiver are not asked again."""
    scene = world()
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.no(scene.last_to(MARC))
    assert Refused.objects.get().scope == "person"
    scene.wait(days=60)
    mails = len(scene.mails_to(INES))
    scene.send(urgency="now", wanted_by=None)
    assert len(scene.mails_to(INES)) == mails


def test_a_stranger_has_one_open_request_at_most() -> None:
    """R46: the second request looks sent, and nothing leaves."""
    scene = world()
    scene.send()
    other = scene.add(contact_draft("Zoé", "Client", "", "zoe@client.example"))
    scene.marc = other
    scene.send()
    assert len(scene.mails_to(INES)) == 1
    assert Request.objects.filter(mute=True).count() == 1


def test_two_unanswered_requests_are_enough_for_ninety_days() -> None:
    """R46."""
    scene = world()
    for number in range(3):
        scene.marc = scene.add(contact_draft("Client", f"N{number}", "", f"c{number}@client.example"))
        scene.send(urgency="now", wanted_by=None)
        scene.wait(days=15)
    assert len([mail for mail in scene.mails_to(INES) if "/l/" in mail.text]) == 2
    scene.wait(days=91)
    scene.send(urgency="now", wanted_by=None)
    assert len([mail for mail in scene.mails_to(INES) if "/l/" in mail.text]) == 3


def test_every_answer_keeps_its_proof_and_tampering_shows() -> None:
    """R10: who, when, how, language and the exact text, chained."""
    scene = world()
    scene.send()
    mail = scene.last_to(INES)
    scene.yes(mail).wait(minutes=15)
    scene.yes(scene.last_to(MARC))
    need = Need.objects.get()
    chain = list(Proof.objects.order_by("number"))
    assert [(proof.kind, proof.said, proof.how) for proof in chain] == [
        ("receiver", "yes", "link"),
        ("principle", "yes", "link"),
    ]
    assert "Hélène Vasseur" in chain[0].text
    assert INES not in chain[0].person
    assert seals.broken_links(need.pk) == ()
    Proof.objects.filter(number=1).update(text="Autre chose")
    assert seals.broken_links(need.pk) == (1,)
    Proof.objects.filter(number=1).delete()
    assert seals.broken_links(need.pk) == (2,)


def test_whoever_silenced_mail_still_gets_the_receipt_and_the_introduction_of_their_own_yes() -> None:
    """R6: "every yes gets a receipt", or a mail that was passed on could be silenced and answered unseen."""
    scene = world()
    scene.send()
    asked = scene.last_to(INES)
    answering.silence(token=answering.silence_token(Request.objects.get().uid), quiet=True, now=scene.now)
    scene.yes(asked)
    assert len(scene.mails_to(INES)) == 2
    scene.wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert len(scene.mails_to(INES)) == 3
    assert "Marc Delaunay" in scene.last_to(INES).text


def test_silencing_mail_answers_nothing_and_can_be_undone() -> None:
    """R6: one click, reversible; the request stays open."""
    scene = world()
    scene.send()
    token = answering.silence_token(Request.objects.get().uid)
    answering.silence(token=token, quiet=True, now=scene.now)
    assert Silence.objects.count() == 1
    assert Request.objects.get().state == "open"
    answering.silence(token=token, quiet=False, now=scene.now)
    assert Silence.objects.count() == 0
    with pytest.raises(steps.Gone):
        answering.silence(token=token[:-1] + "x", quiet=True, now=scene.now)


def test_a_receiver_cannot_accept_everything_to_harvest() -> None:
    """R46: a limit on open acceptances."""
    scene = world()
    policy = replace(DEFAULT, accepted_open=1)
    scene.send()
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.marc = scene.add(contact_draft("Zoé", "Client", "", "zoe@client.example"))
    scene.send()
    mail = scene.last_to(INES)
    page = scene.page(mail)
    assert page is not None
    with pytest.raises(answering.AcceptsTooMany):
        answering.say_yes(
            caller=Caller(token=mail.token, digits=mail.digits), sheet=page.sheet, text="",
            now=scene.now, chance=scene.chance, policy=policy,
        )  # fmt: skip


def test_a_name_corrected_with_an_answer_does_not_reach_the_giver() -> None:
    """R7, R17: the correction serves the introduction; before it, it would tell that there was an answer."""
    scene = world()
    uid = scene.send()
    before = scene.story(uid)
    mail = scene.last_to(INES)
    sheet = replace(PHONE_SHEET, name="Inès Moreau-Petit")
    scene.yes(mail, sheet=sheet)
    assert scene.story(uid).shown == before.shown
    scene.wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    assert "Inès Moreau-Petit" in scene.last_to(MARC).text


def test_what_the_client_struck_out_does_not_reach_the_receiver() -> None:
    """R17, R18: the client's part is the client's own; the giver's budget is only a proposal to them."""
    scene = world()
    scene.send(budget="12 000 €")
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    named = scene.last_to(MARC)
    page = scene.page(named)
    assert page is not None
    assert page.sheet.budget == "12 000 €"
    scene.yes(named, sheet=replace(page.sheet, budget="")).wait(minutes=15)
    assert "12 000" not in scene.last_to(INES).text


def test_a_yes_said_again_after_the_introduction_rewrites_nothing() -> None:
    """R17, R18: what was handed over stays what it was."""
    scene = world()
    introduced(scene)
    scene.yes(scene.mails_to(INES)[0], sheet=replace(PHONE_SHEET, details="06 00 00 00 00"))
    assert Part.objects.get(role="receiver").details == "06 12 34 56 78"


def test_an_introduction_that_a_server_refuses_is_shown_to_the_giver() -> None:
    """R18: the giver typed the address, and can tell its owner; nobody else learns of it."""
    scene = world()
    uid, _, _ = introduced(scene)
    assert scene.story(uid).undelivered == ()
    refused = Message.objects.filter(job="referral/introduction_client")
    refused.update(state="dead", last_error_kind="refused-550")
    assert scene.story(uid).undelivered == (Role.CLIENT,)
