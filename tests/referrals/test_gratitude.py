"""What the receiver owes once introduced, and how the giver hears of it: R13, R20–R23."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entremise.protocol.policy import DEFAULT
from entremise.protocol.types import Outcome
from entremise.referrals.actions import gratitude, steps
from entremise.referrals.actions.digits import Caller, Paused, WrongDigits
from entremise.referrals.actions.gratitude import NoWords, Said
from entremise.referrals.models import Referral, Word
from entremise.referrals.queries import home as homes
from entremise.referrals.queries import pages
from tests.cast import HELENE, INES, MARC, OLGA, contact_draft, introduced, member, world

pytestmark = pytest.mark.django_db


def test_thanks_need_the_receivers_own_words() -> None:
    """R20: a machine never thanks."""
    scene = world()
    _, mail, _ = introduced(scene)
    with pytest.raises(NoWords):
        scene.thank(mail, "   ")
    assert Word.objects.count() == 0
    scene.thank(mail, "Merci Hélène, votre confiance me touche.")
    assert "votre confiance me touche" in scene.last_to(HELENE).text


def test_words_sent_twice_by_one_press_reach_the_giver_once() -> None:
    """R20, R21, R26: a button pressed twice says one thing; the same news weeks later are news again, the same end
    without a new word is not."""
    scene = world()
    _, mail, _ = introduced(scene)
    for _ in range(2):
        scene.thank(mail).news(mail, "Rien de neuf.")
    scene.news(mail, "Rien de neuf.").close(mail, Outcome.SET_ASIDE).close(mail, Outcome.SET_ASIDE)
    said = ["thanks", "news", "thanks", "news", "outcome"]
    assert list(Word.objects.order_by("pk").values_list("kind", flat=True)) == said
    scene.close(mail, Outcome.WON).wait(days=14).close(mail, Outcome.WON)
    assert list(Word.objects.order_by("pk").values_list("kind", flat=True)) == [*said, "outcome"]
    assert len(scene.mails_to(HELENE)) - len(said) - 1 == 3, "besides: two yeses and the introduction"


def test_nothing_is_owed_or_said_before_the_introduction() -> None:
    """R20: duties begin with the introduction; the news link opens nothing before it."""
    scene = world()
    uid = scene.send()
    row = Referral.objects.get(uid=uid)
    assert row.duty_due is None
    from entremise.referrals.actions.letters import news_token

    caller = Caller(token=news_token(uid), digits="0000")
    with pytest.raises(steps.Gone):
        gratitude.thank(caller=caller, said=Said(text="Merci"), now=scene.now, chance=scene.chance, policy=DEFAULT)
    assert pages.news_page(token=news_token(uid), now=scene.now, language="fr", policy=DEFAULT) is None


def test_duties_follow_each_other_until_the_outcome() -> None:
    """R20, R21: thanks and a first contact in two working days, then news every fourteen days until it ends."""
    scene = world()
    uid, mail, _ = introduced(scene)

    def owed() -> list[str]:
        return [one.duty.value for one in scene.story(uid).owed if not one.gentle]

    assert owed() == ["thanks", "contact"]
    scene.contact(mail)
    assert owed() == ["thanks", "news"]
    scene.thank(mail)
    assert owed() == ["news"]
    scene.wait(days=15)
    home = homes.home(member=scene.helene, now=scene.now, policy=DEFAULT)
    assert [(line.duty.value, line.person) for line in home.owed_to_me] == [("news", "Inès Moreau")]
    scene.close(mail, Outcome.NO_NEED, "Il garde son installation.")
    assert owed() == []
    assert Referral.objects.get(uid=uid).duty_due is None


def test_news_say_whether_it_was_apt_and_what_would_make_it_better() -> None:
    """R23."""
    scene = world()
    uid, mail, _ = introduced(scene)
    said = Said(text="Première visite faite.", apt="partly", better="Dire le budget")
    caller = Caller(token=mail.token, digits=mail.digits)
    gratitude.give_news(caller=caller, said=said, now=scene.now, chance=scene.chance, policy=DEFAULT)
    scene.run()
    beat = scene.story(uid).beats[0]
    assert (beat.what, beat.apt, beat.more) == ("news", "partly", "Dire le budget")
    assert "Dire le budget" in scene.last_to(HELENE).text


def test_words_need_the_digits_of_the_introduction() -> None:
    """R6, R20: a machine that submits the form says nothing in anybody's name."""
    scene = world()
    _, mail, _ = introduced(scene)
    for digits in ("", f"{(int(mail.digits) + 1) % 10000:04d}"):
        caller = Caller(token=mail.token, digits=digits)
        with pytest.raises(WrongDigits):
            gratitude.thank(caller=caller, said=Said(text="Merci"), now=scene.now, chance=scene.chance, policy=DEFAULT)
    for _ in range(DEFAULT.digits_tries - 1):
        with pytest.raises(WrongDigits):
            gratitude.thank(caller=caller, said=Said(text="Merci"), now=scene.now, chance=scene.chance, policy=DEFAULT)
    with pytest.raises(Paused):
        scene.thank(mail)
    assert Word.objects.count() == 0


def test_a_receiver_who_is_a_member_sees_what_they_owe_at_home() -> None:
    """R22: what is owed, sorted by who has waited longest."""
    scene = world()
    olga = member(scene)
    scene.ines = scene.add(contact_draft("Olga", "Petrova", "Petrova Traduction", OLGA, "06 55 55 55 55"))
    scene.send()
    waiting = homes.home(member=olga, now=scene.now, policy=DEFAULT).waiting
    assert [one.giver for one in waiting] == ["Hélène Vasseur"]
    scene.yes(scene.last_to(OLGA)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    home = homes.home(member=olga, now=scene.now, policy=DEFAULT)
    assert [line.duty.value for line in home.i_owe] == ["thanks", "contact", "promotion"]
    assert home.waiting == ()
    caller = replace(Caller(token=scene.last_to(OLGA).token), member_hash=olga.address_hash)
    gratitude.thank(caller=caller, said=Said(text="Merci"), now=scene.now, chance=scene.chance, policy=DEFAULT)
    home = homes.home(member=olga, now=scene.now, policy=DEFAULT)
    assert [line.duty.value for line in home.i_owe] == ["contact", "promotion"]


def test_the_giver_steps_out_of_the_conversation() -> None:
    """R13: the introductions go to the parties alone, and nothing lets the giver be copied or answered for."""
    scene = world()
    _, to_ines, to_marc = introduced(scene)
    for mail in (to_ines, to_marc):
        assert mail.message["Cc"] is None
        assert mail.message["Bcc"] is None
        assert HELENE not in mail.message.as_string()
    assert {mail.to for mail in scene.postman.mails[-3:]} == {HELENE, INES, MARC}
