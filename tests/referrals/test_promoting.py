"""A true good word to the client about whoever recommended: owed, gentle, recorded, read by the one praised (R41)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from entremise.accounts.queries import MemberCard
from entremise.people.actions import add_contact, profiles
from entremise.people.queries.profiles import ProfileText, SeenBy
from entremise.protocol.duties import Duty
from entremise.protocol.policy import DEFAULT, UNDER
from entremise.protocol.types import Outcome, Role
from entremise.referrals.actions import outside, promoting, steps
from entremise.referrals.actions.digits import Caller, WrongDigits
from entremise.referrals.actions.gratitude import NoWords, Said
from entremise.referrals.actions.outside import Noted
from entremise.referrals.actions.promoting import CannotMail, GoodWord, HoldsLinks, How
from entremise.referrals.models import Request, Word
from entremise.referrals.queries import home as homes
from entremise.referrals.queries import pages
from entremise.referrals.queries.outside import Direction, outside_page
from entremise.referrals.queries.pages import RequestPage
from entremise.referrals.queries.promoting import material
from tests.cast import (
    FRANCOIS,
    FRANCOIS_DRAFT,
    HELENE,
    INES,
    MARC,
    Mail,
    World,
    contact_draft,
    introduced,
    member,
    world,
)

pytestmark = pytest.mark.django_db
WORDS = "Hélène écoute, puis elle pense à la bonne personne. C’est rare."


def say(scene: World, mail: Mail, text: str = WORDS, *, how: How = How.MAIL, digits: str = "") -> World:
    promoting.promote(
        caller=Caller(token=mail.token, digits=digits or mail.digits, language="fr"),
        word=GoodWord(about=Role.GIVER, how=how, text=text),
        now=scene.now,
        chance=scene.chance,
        policy=scene.policy,
    )
    return scene.run()


def owed(scene: World, mail: Mail) -> list[Duty]:
    page = pages.news_page(token=mail.token, now=scene.now, language="fr", policy=DEFAULT)
    assert page is not None
    return [one.duty for one in page.owed]


def test_a_good_word_is_owed_from_the_introduction_on_and_closed_by_its_record() -> None:
    """R41: due within seven days, last of what is owed; it reaches the client, and the giver reads it."""
    scene = world()
    uid, mail, _ = introduced(scene)
    assert owed(scene, mail) == [Duty.THANKS, Duty.CONTACT, Duty.PROMOTION]
    last = scene.story(uid).owed[-1]
    assert (last.to, last.due - last.since) == (Role.GIVER, timedelta(days=7))
    say(scene, mail)
    assert owed(scene, mail) == [Duty.THANKS, Duty.CONTACT]
    letter = scene.last_to(MARC)
    assert letter.subject == "Un mot sur Hélène Vasseur"
    assert WORDS in letter.text
    (beat,) = [one for one in scene.story(uid).beats if one.what == "promotion"]
    assert (beat.text, beat.kind) == (WORDS, "giver")
    assert WORDS in scene.last_to(HELENE).text


def test_a_good_word_said_aloud_is_recorded_and_nothing_is_mailed_to_the_client() -> None:
    """R41: sent, or recorded as said aloud; its words may stay between the two."""
    scene = world()
    uid, mail, to_marc = introduced(scene)
    say(scene, mail, "", how=How.ALOUD)
    assert Duty.PROMOTION not in owed(scene, mail)
    assert scene.last_to(MARC) == to_marc
    assert "promotion" in [one.what for one in scene.story(uid).beats]


def test_a_good_word_never_stands_in_the_way_and_outlives_the_outcome() -> None:
    """R41: thanks, contact and news go on as before; after the outcome it is still owed, like thanks."""
    scene = world()
    _, mail, _ = introduced(scene)
    scene.thank(mail).contact(mail).close(mail, Outcome.LOST)
    assert owed(scene, mail) == [Duty.PROMOTION]
    say(scene, mail)
    assert owed(scene, mail) == []


def test_it_is_gentle_never_late_never_shown_to_the_giver_and_never_worth_a_mail_alone() -> None:
    """R41: a good word that was demanded is worth nothing; the day's list takes it along, no more."""
    scene = world()
    ines = member(scene, name="Inès Moreau", email=INES)
    _, mail, _ = introduced(scene)
    scene.thank(mail).close(mail, Outcome.WON)
    scene.now += timedelta(days=9)
    home = homes.home(member=ines, now=scene.now, policy=DEFAULT)
    (line,) = home.i_owe
    assert (line.duty, line.person, line.about) == (Duty.PROMOTION, "Hélène Vasseur", "Marc Delaunay")
    assert not line.late
    assert (home.owing, home.pressing) == (1, False)
    assert homes.home(member=scene.helene, now=scene.now, policy=DEFAULT).owed_to_me == ()
    before = len(scene.mails_to(INES))
    scene.wait(days=2)
    assert len(scene.mails_to(INES)) == before


def test_what_is_due_now_comes_before_good_words_of_old() -> None:
    """R22, R41: home shows a handful, and the gentle ones give way."""
    scene = world()
    ines = member(scene, name="Inès Moreau", email=INES)
    for number in range(homes.LINES_AT_HOME):
        marc = scene.add(contact_draft("Marc", f"Dupont{number}", "", f"marc{number}@dupont.example"))
        _, mail, _ = _introduced(scene, marc.uid, f"marc{number}@dupont.example")
        scene.thank(mail).close(mail, Outcome.WON)
        scene.wait(days=8)
    introduced(scene)
    home = homes.home(member=ines, now=scene.now, policy=DEFAULT)
    assert [one.duty for one in home.i_owe][:2] == [Duty.THANKS, Duty.CONTACT]
    assert len(home.i_owe) == homes.LINES_AT_HOME


def _introduced(scene: World, client: str, address: str) -> tuple[str, Mail, Mail]:
    uid = scene.send(client=client)
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(address)).wait(minutes=15)
    scene.yes(scene.last_to(address)).wait(minutes=15)
    return uid, scene.last_to(INES), scene.last_to(address)


def test_pressed_twice_it_is_said_once() -> None:
    """R41: one record, one letter."""
    scene = world()
    _, mail, _ = introduced(scene)
    say(scene, mail)
    count = len(scene.mails_to(MARC))
    say(scene, mail, "Autre chose.").wait(days=1)
    assert Word.objects.filter(kind="promotion").count() == 1
    assert len(scene.mails_to(MARC)) == count


@pytest.mark.parametrize(
    "text",
    ["Voyez https://vasseur.example/offre", "Écrivez à helene@vasseur-conseil.example", "Appelez le 06 12 34 56 78"],
)
def test_what_leaves_from_here_holds_no_link_and_needs_words(text: str) -> None:
    """R41: nobody writes advertising to a client in this program's name; aloud, people say what they like."""
    scene = world()
    _, mail, _ = introduced(scene)
    with pytest.raises(HoldsLinks):
        say(scene, mail, text)
    with pytest.raises(NoWords):
        say(scene, mail, "  ")
    assert not Word.objects.exists()
    say(scene, mail, text, how=How.ALOUD)
    assert Word.objects.get().text == text


def test_only_the_receiver_says_it_and_only_about_who_takes_part() -> None:
    """R6, R41: the digits of the mail; a role that has no part in it is nobody."""
    scene = world()
    _, mail, _ = introduced(scene)
    with pytest.raises(WrongDigits):
        say(scene, mail, digits=f"{(int(mail.digits) + 1) % 10_000:04}")
    with pytest.raises(steps.Gone):
        promoting.promote(
            caller=Caller(token=mail.token, digits=mail.digits, language="fr"),
            word=GoodWord(about=Role.REFERRER, how=How.ALOUD),
            now=scene.now,
            chance=scene.chance,
            policy=DEFAULT,
        )
    assert not Word.objects.exists()


@pytest.mark.parametrize("way", ["silence", "giver", "all"])
def test_a_client_who_wants_peace_gets_no_letter_and_nobody_learns_why(way: str) -> None:
    """R7, R45: the receiver and the giver see the same as ever."""
    from entremise.referrals.models import Refused, Silence

    scene = world()
    uid, mail, to_marc = introduced(scene)
    asked = Request.objects.get(kind="name")
    if way == "silence":
        Silence.objects.create(address_hash=asked.address_hash, at=scene.now)
    else:
        other = scene.helene.address_hash if way == "giver" else ""
        Refused.objects.create(address_hash=asked.address_hash, scope=way, other=other, at=scene.now)
    say(scene, mail)
    assert scene.last_to(MARC) == to_marc
    assert WORDS in scene.last_to(HELENE).text
    assert Duty.PROMOTION not in owed(scene, mail)
    assert "promotion" in [one.what for one in scene.story(uid).beats]


def test_where_no_mail_can_reach_the_client_it_is_said_by_oneself() -> None:
    """R6c, R41: the strict law writes to nobody first; without an address there is nowhere to write."""
    scene = world()
    uid, mail, _ = introduced(scene)
    strict = replace(scene, policy=UNDER["eu-strict"])
    with pytest.raises(CannotMail):
        say(strict, mail)
    Request.objects.filter(kind="name").update(address="")
    assert not material(uid=uid, about=Role.GIVER, reader=None, policy=DEFAULT).may_mail
    with pytest.raises(CannotMail):
        say(scene, mail)
    say(scene, mail, how=How.ALOUD)


def test_it_rests_on_the_givers_profile_only_where_the_receiver_may_read_it() -> None:
    """R41, R44: to others the profile does not exist."""
    scene = world()
    ines = member(scene, name="Inès Moreau", email=INES)
    uid, _, _ = introduced(scene)

    def known(reader: MemberCard | None) -> bool:
        return material(uid=uid, about=Role.GIVER, reader=reader, policy=DEFAULT).known is not None

    mine = {"owner_pk": scene.helene.pk, "now": scene.now, "chance": scene.chance}
    profiles.save_profile(text=ProfileText(services=("Comptabilité",)), version=0, **mine)
    helene = contact_draft("Hélène", "Vasseur", "", HELENE)
    add_contact(owner_pk=ines.pk, draft=helene, now=scene.now, chance=scene.chance)
    assert not known(ines)
    profiles.show_to(seen_by=SeenBy.CHOSEN, **mine)
    assert not known(ines)
    profiles.choose_reader(contact_uid=scene.ines.uid, **mine)
    assert known(ines)
    assert not known(None)
    assert not known(member(scene))


def taking_part(scene: World) -> str:
    """François introduced Inès to Hélène, and takes part in the introduction of Inès and Marc; return its uid."""
    scene.met_through(scene.add(FRANCOIS_DRAFT), scene.ines)
    uid = scene.send()
    scene.yes(scene.last_to(FRANCOIS), takes_part=True).wait(minutes=15)
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    return uid


def test_a_co_introducers_good_word_rests_on_their_profile_too() -> None:
    """R41, R44: where the receiver has them in their own book, and they show it; nothing else says who is a member."""
    scene = world()
    ines = member(scene, name="Inès Moreau", email=INES)
    francois = member(scene, name="François Lacaze", email=FRANCOIS)
    uid = taking_part(scene)

    def known(about: Role = Role.REFERRER) -> tuple[str, ...] | None:
        found = material(uid=uid, about=about, reader=ines, policy=DEFAULT).known
        return found.text.services if found else None

    mine = {"owner_pk": francois.pk, "now": scene.now, "chance": scene.chance}
    profiles.save_profile(text=ProfileText(services=("Plans",)), version=0, **mine)
    profiles.show_to(seen_by=SeenBy.MEMBERS, **mine)
    assert known() is None
    own = contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS)
    add_contact(owner_pk=ines.pk, draft=own, now=scene.now, chance=scene.chance)
    assert known() == ("Plans",)
    assert known(Role.CLIENT_REFERRER) is None
    assert known(Role.GIVER) is None
    profiles.show_to(seen_by=SeenBy.NOBODY, **mine)
    assert known() is None


@pytest.mark.parametrize("takes_part", [True, False])
def test_nothing_is_read_of_a_referrer_who_only_allows_it(takes_part: bool) -> None:
    """R39, R41: nor before the introduction."""
    scene = world()
    ines = member(scene, name="Inès Moreau", email=INES)
    francois = member(scene, name="François Lacaze", email=FRANCOIS)
    own = contact_draft("François", "Lacaze", "Atelier Lacaze", FRANCOIS)
    add_contact(owner_pk=ines.pk, draft=own, now=scene.now, chance=scene.chance)
    mine = {"owner_pk": francois.pk, "now": scene.now, "chance": scene.chance}
    profiles.save_profile(text=ProfileText(services=("Plans",)), version=0, **mine)
    profiles.show_to(seen_by=SeenBy.MEMBERS, **mine)
    scene.met_through(scene.add(FRANCOIS_DRAFT), scene.ines)
    uid = scene.send()
    scene.yes(scene.last_to(FRANCOIS), takes_part=takes_part).wait(minutes=15)
    told = []
    for who in (INES, MARC, MARC):
        told.append(material(uid=uid, about=Role.REFERRER, reader=ines, policy=DEFAULT).known)
        scene.yes(scene.last_to(who)).wait(minutes=15)
    assert told == [None] * 3
    assert (material(uid=uid, about=Role.REFERRER, reader=ines, policy=DEFAULT).known is not None) is takes_part


def test_the_givers_profile_is_read_though_the_book_has_no_address_of_theirs() -> None:
    """R41: the introduction itself wrote the giver down, by name; their referral says that they are a member."""
    scene = world()
    ines = member(scene, name="Inès Moreau", email=INES)
    uid, _, _ = introduced(scene)
    mine = {"owner_pk": scene.helene.pk, "now": scene.now, "chance": scene.chance}
    profiles.save_profile(text=ProfileText(services=("Comptabilité",)), version=0, **mine)
    profiles.show_to(seen_by=SeenBy.MEMBERS, **mine)
    found = material(uid=uid, about=Role.GIVER, reader=ines, policy=DEFAULT).known
    assert found is not None
    assert found.text.services == ("Comptabilité",)


def test_on_one_that_came_from_outside_it_is_owed_recorded_and_leaves_from_nowhere() -> None:
    """R23b, R41: the member says it themself; on one they gave, nothing is owed."""
    scene = world()
    day = scene.helene.today(scene.now)
    own = {"owner": scene.helene, "now": scene.now, "chance": scene.chance, "policy": DEFAULT}
    uids = {}
    for direction in Direction:
        noted = Noted(direction=direction, other=scene.ines.uid, client=scene.marc.uid, arrived_on=day)
        uids[direction] = outside.note(noted=noted, uid=scene.chance.uid(), **own)
    received = uids[Direction.RECEIVED]

    def duties(direction: Direction) -> list[Duty]:
        page = outside_page(owner=scene.helene, uid=uids[direction], now=scene.now, policy=DEFAULT)
        return [one.duty for one in page.owed]

    assert duties(Direction.RECEIVED)[-1] is Duty.PROMOTION
    assert duties(Direction.GIVEN) == []
    lines = homes.home(member=scene.helene, now=scene.now, policy=DEFAULT).i_owe
    assert (lines[-1].duty, lines[-1].source, lines[-1].person) == (Duty.PROMOTION, "outside", "Inès Moreau")
    outside.set_likes_mail(owner=scene.helene, uid=received, likes=True)
    for _press in range(2):
        promoting.promote_outside(uid=received, text=WORDS, **own)
    scene.run()
    assert not scene.postman.mails
    assert Duty.PROMOTION not in duties(Direction.RECEIVED)
    assert Word.objects.filter(kind="promotion").count() == 1
    with pytest.raises(steps.Gone):
        promoting.promote_outside(uid=uids[Direction.GIVEN], text=WORDS, **own)
    outside.tell(uid=received, kind="thanks", said=Said(text="Merci."), **own)
    assert Duty.THANKS not in duties(Direction.RECEIVED)


def test_a_co_introducer_is_owed_a_good_word_too_and_reads_it() -> None:
    """R39, R41: one duty for each who recommended; each closed by its own record, each read by the one praised."""
    scene = world()
    ines = member(scene, name="Inès Moreau", email=INES)
    scene.met_through(scene.add(FRANCOIS_DRAFT), scene.ines)
    uid = scene.send()
    scene.yes(scene.last_to(FRANCOIS), takes_part=True).wait(minutes=15)
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    scene.yes(scene.last_to(MARC)).wait(minutes=15)
    mail = scene.last_to(INES)
    assert [one.to for one in scene.story(uid).owed if one.gentle] == [Role.GIVER, Role.REFERRER]
    named = {one.to: one.person for one in homes.home(member=ines, now=scene.now, policy=DEFAULT).i_owe if one.gentle}
    assert named == {Role.GIVER: "Hélène Vasseur", Role.REFERRER: "François Lacaze"}
    scene.praise(mail, "François sait présenter les gens.", about=Role.REFERRER)
    assert [one.to for one in scene.story(uid).owed if one.gentle] == [Role.GIVER]
    assert scene.last_to(MARC).subject == "Un mot sur François Lacaze"
    told = scene.last_to(FRANCOIS)
    assert "François sait présenter les gens." in told.text
    assert HELENE not in told.text
    before = len(scene.mails_to(FRANCOIS))
    scene.praise(mail)
    assert len(scene.mails_to(FRANCOIS)) == before
    assert [one.kind for one in scene.story(uid).beats if one.what == "promotion"] == ["giver", "referrer"]


def _page(scene: World, mail: Mail) -> RequestPage:
    page = pages.request_page(token=mail.token, now=scene.now, language="fr", policy=DEFAULT)
    assert page is not None
    return page


def test_the_client_finds_the_good_word_on_their_page_and_a_co_introducer_theirs() -> None:
    """R39, R41: said by mail or aloud, to the client every one, to a co-introducer the one about themself."""
    scene = world()
    scene.met_through(scene.add(FRANCOIS_DRAFT), scene.ines)
    scene.send()
    to_francois = scene.last_to(FRANCOIS)
    scene.yes(to_francois, takes_part=True).wait(minutes=15)
    scene.yes(scene.last_to(INES)).wait(minutes=15)
    principle = scene.last_to(MARC)
    scene.yes(principle).wait(minutes=15)
    name = scene.last_to(MARC)
    assert [_page(scene, mail).praise for mail in (to_francois, principle, name)] == [(), (), ()]
    scene.yes(name).wait(minutes=15)
    mail = scene.last_to(INES)
    scene.praise(mail, "François sait présenter les gens.", about=Role.REFERRER)
    say(scene, mail, how=How.ALOUD)
    for link in (principle, name):
        assert [(one.about.name, one.oneself, one.text) for one in _page(scene, link).praise] == [
            ("François Lacaze", False, "François sait présenter les gens."),
            ("Hélène Vasseur", False, WORDS),
        ]
        assert all(one.about.address == "" for one in _page(scene, link).praise)
    (own,) = _page(scene, to_francois).praise
    assert (own.about.name, own.oneself, own.text) == ("François Lacaze", True, "François sait présenter les gens.")


@pytest.mark.parametrize("text", ["", "Écrivez à helene@vasseur-conseil.example"])
def test_what_would_not_leave_from_here_is_not_on_the_clients_page_either(text: str) -> None:
    """R41: aloud people say what they like; the page of the client holds no link of it, and no empty frame."""
    scene = world()
    _, mail, _ = introduced(scene)
    *_, to_marc, _introduction = scene.mails_to(MARC)
    say(scene, mail, text, how=How.ALOUD)
    assert _page(scene, to_marc).praise == ()
